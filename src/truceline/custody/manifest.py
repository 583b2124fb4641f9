"""What a C2PA manifest that comes with an item says, and what it is worth.

C2PA binds a statement of origin to the bytes of a picture, film or document: who made it, with
what, what was done to it. An intact manifest proves that the bytes are as somebody signed them. It
does not prove that the scene was as it looks, and a missing one proves nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from truceline.model.custody import Provenance

_CHILD: Final = "truceline.custody.manifest_child"
_WAIT_S: Final = 300
"""How long a file is looked at, whatever it does."""
_LONGEST: Final = 500
"""Of one text taken from a manifest. Unit: characters."""
_MOST: Final = 100
"""Of actions, assertions or codes taken from a manifest."""
_ALTERED: Final = (
    "assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "assertion.boxesHash.mismatch",
    "assertion.collectionHash.mismatch", "assertion.hashedURI.mismatch",
    "claimSignature.mismatch", "hashedURI.mismatch", "ingredient.claimSignature.mismatch",
)  # fmt: skip
"""Codes of the specification that say that something is not as it was signed."""
_DISTRUST: Final = ("signingCredential.untrusted",)


@dataclass(frozen=True, slots=True)
class ManifestReport:
    """What was found out about the manifest of one item."""

    outcome: Provenance
    checker: str
    """Library and version."""
    said: Mapping[str, Any]
    """What the manifest says of itself, and the codes of its validation; ready for JSON."""


def read_manifest(path: Path, sidecar: Path | None = None, roots: bytes = b"") -> ManifestReport:
    """Look at the manifest of a file; whatever the file is, there is a report.

    Args:
        path: of the file.
        sidecar: manifest that came beside it; null: the one inside the file.
        roots: PEM certificates that vouch for signers; empty: nobody does.
    """
    asked = {
        "path": str(path),
        "sidecar": "" if sidecar is None else str(sidecar),
        "roots": roots.decode("ascii", "replace"),
    }
    command = [sys.executable, "-P", "-m", _CHILD]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the item in the command
            command,
            input=json.dumps(asked),
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_WAIT_S,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        return _not_checked(f"it took more than {_WAIT_S} s and was stopped")
    except ValueError:
        answer = {}
    if not isinstance(answer, dict) or "versions" not in answer:
        return _not_checked(f"the reader fell over the file (exit code {done.returncode})")
    return report_of(answer)


def _environment() -> dict[str, str]:
    """Give an environment in which this very program is found, and nothing secret."""
    return {
        "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


def _not_checked(why: str) -> ManifestReport:
    return ManifestReport(Provenance.NOT_CHECKED, "", {"why": why})


def report_of(answer: Mapping[str, Any]) -> ManifestReport:
    """Judge what the reader answered.

    Args:
        answer: see ``manifest_child.looked_at``.
    """
    checker = str(answer["versions"])
    if answer.get("error") == "missing":
        return _not_checked("c2pa-python is not installed; pip install 'truceline[custody]'")
    if "error" in answer:
        return ManifestReport(*_refused(answer, checker))
    said = answer["said"]
    codes = _codes(said)
    active = said.get("manifests", {}).get(said.get("active_manifest"), {})
    told = {
        "title": _text(active.get("title")),
        "signer": _signer(active.get("signature_info") or {}),
        "generator": [_generator(one) for one in _some(active.get("claim_generator_info"))],
        "actions": [_text(one.get("action")) for one in _actions(active)],
        "made_as": sorted({_text(one.get("digitalSourceType")) for one in _actions(active)} - {""}),
        "assertions": [_text(one.get("label")) for one in _some(active.get("assertions"))],
        "ingredients": len(active.get("ingredients") or ()),
        "address": _text(answer.get("remote")),
        "codes": codes,
    }
    return ManifestReport(_worth(codes), checker, told)


def _refused(answer: Mapping[str, Any], checker: str) -> tuple[Provenance, str, dict[str, str]]:
    """Judge an answer without a manifest."""
    message = _text(answer["message"])
    kinds = {
        "_C2paManifestNotFound": Provenance.NONE,
        "_C2paNotSupported": Provenance.NOT_READ,
        "_C2paRemoteManifest": Provenance.ELSEWHERE,
    }
    outcome = kinds.get(str(answer["error"]), Provenance.UNREADABLE)
    if message.startswith("Remote"):  # the general error of the library, with what is the matter
        outcome = Provenance.ELSEWHERE
    said = {} if outcome in (Provenance.NONE, Provenance.NOT_READ) else {"why": message}
    return outcome, checker, said


def _worth(codes: Mapping[str, list[str]]) -> Provenance:
    failures = codes["failure"]
    if any(code in _ALTERED for code in failures):
        return Provenance.ALTERED
    if any(code not in _DISTRUST for code in failures):
        return Provenance.BROKEN
    trusted = "signingCredential.trusted" in codes["success"] and not failures
    return Provenance.TRUSTED if trusted else Provenance.UNTRUSTED


def _codes(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the codes of the validation by kind: of the manifest itself and of what went into it."""
    results = said.get("validation_results") or {}
    groups = [results.get("activeManifest") or {}]
    groups += [one.get("validationDeltas") or {} for one in results.get("ingredientDeltas") or ()]
    return {
        kind: sorted({_text(one.get("code")) for group in groups for one in group.get(kind) or ()})
        for kind in ("success", "informational", "failure")
    }


def _signer(info: Mapping[str, Any]) -> dict[str, str]:
    names = ("common_name", "issuer", "cert_serial_number", "alg", "time")
    return {name: _text(info.get(name)) for name in names if info.get(name)}


def _generator(info: Mapping[str, Any]) -> str:
    return _text(" ".join(str(info[name]) for name in ("name", "version") if info.get(name)))


def _actions(active: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for assertion in _some(active.get("assertions")):
        if str(assertion.get("label")).startswith("c2pa.actions"):
            yield from _some((assertion.get("data") or {}).get("actions"))


def _some(given: Iterable[Any] | None) -> list[Mapping[str, Any]]:
    """Take a bounded number of objects out of what should be a list of them."""
    items = given if isinstance(given, list) else []
    return [item for item in items[:_MOST] if isinstance(item, dict)]


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:_LONGEST]
