"""What an RFC 3161 time stamp that comes with an item is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from truceline.codec.canonical import plain
from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.timestamp import StampReport, verify_stamp

NOT_CHECKED: Final = "not checked"
"""Outcome where a stamp could not be looked at here."""
_LARGER_DIGESTS: Final = ("sha384", "sha512")


@dataclass(frozen=True, slots=True)
class StampCheck:
    """What was found out about a stamp."""

    outcome: str
    """``valid``, ``untrusted``, ``invalid``, ``unreadable`` or ``not checked``."""
    checker: str
    """Library and version."""
    said: Mapping[str, Any]
    """What the stamp says; ready for JSON."""


def read_stamp(
    token: bytes,
    sha256: str,
    roots: bytes,
    now: datetime,
    data: Callable[[], bytes | None] = lambda: None,
) -> StampCheck:
    """Check a time stamp over an item; whatever it is, there is a report.

    Args:
        token: the stamp as it came.
        sha256: of the item.
        roots: PEM certificates that vouch for time authorities; empty: nobody does.
        now: a stamp of a later time is invalid.
        data: gives the item's bytes, where the stamp is over a larger digest than SHA-256.
    """
    trusted = [roots] if roots else []
    digest = bytes.fromhex(sha256)
    try:
        found = verify_stamp(token, digest, trusted, now=now)
        if found.digest in _LARGER_DIGESTS and (given := data()) is not None:
            found = verify_stamp(token, digest, trusted, data=given, now=now)
    except (EvidenceError, WorkspaceError) as error:
        return StampCheck(NOT_CHECKED, "", {"why": str(error)})
    return StampCheck(found.state.value, _checker(), _said(found))


def _said(report: StampReport) -> dict[str, Any]:
    values = {f.name: getattr(report, f.name) for f in fields(report) if f.name != "state"}
    said: dict[str, Any] = plain({name: value for name, value in values.items() if value})
    return said


def _checker() -> str:
    try:
        return f"rfc3161-client {version('rfc3161-client')}"
    except PackageNotFoundError:
        return ""
