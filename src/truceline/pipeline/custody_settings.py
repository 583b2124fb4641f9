"""What ``[custody]`` in ``truceline.toml`` may set: size of an item, and whose word is trusted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from truceline.errors import WorkspaceError
from truceline.store.intake import LARGEST_ITEM_BYTES
from truceline.store.workspace import MARK, Workspace

_LARGEST_LIST: Final = 16 << 20
"""Of a file of certificates. Unit: bytes."""
_NAMES: Final = ("largest_item_bytes", "manifest_roots", "stamp_roots")


@dataclass(frozen=True, slots=True)
class CustodySettings:
    """How items are taken in here."""

    largest_item_bytes: int = LARGEST_ITEM_BYTES
    """Larger files are refused."""
    manifest_roots: bytes = b""
    """PEM certificates that vouch for signers of C2PA manifests; empty: nobody does."""
    stamp_roots: bytes = b""
    """PEM certificates that vouch for time authorities; empty: nobody does."""


def custody_settings(workspace: Workspace) -> CustodySettings:
    """Read the settings; each has a default, and the section may be missing.

    Raises:
        WorkspaceError: when a setting is unknown or of the wrong kind, or a file cannot be read.
    """
    path = workspace.root / MARK
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8")).get("custody", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read: {error}; put back a copy of it.") from None
    if not isinstance(given, dict) or (unknown := sorted(set(given) - set(_NAMES))):
        found = ", ".join(unknown) if isinstance(given, dict) else "custody"
        raise WorkspaceError(f"{path}: {found} under [custody] is none of {', '.join(_NAMES)}.")
    return CustodySettings(
        _size(path, given),
        _certificates(path, given, "manifest_roots"),
        _certificates(path, given, "stamp_roots"),
    )


def _size(path: Path, given: Mapping[str, Any]) -> int:
    value = given.get("largest_item_bytes", LARGEST_ITEM_BYTES)
    if type(value) is not int or value < 1:
        raise WorkspaceError(
            f"{path}: largest_item_bytes is {value!r}; write a whole number of bytes above 0."
        )
    return value


def _certificates(path: Path, given: Mapping[str, Any], name: str) -> bytes:
    """Read the files of certificates that a setting names, one after the other."""
    files = given.get(name, [])
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        raise WorkspaceError(
            f'{path}: {name} is {files!r}; write names of PEM files, such as ["roots.pem"].'
        )
    return b"".join(_pem(path.parent / file, f"{path}: {name}") for file in files)


def _pem(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_LIST + 1)
    except OSError as error:
        raise WorkspaceError(f"{what}: {path} cannot be read ({error.strerror}).") from None
    if len(data) > _LARGEST_LIST or b"-----BEGIN CERTIFICATE-----" not in data:
        raise WorkspaceError(
            f"{what}: {path} holds no certificate in PEM form; give the root certificates."
        )
    return data.rstrip() + b"\n"
