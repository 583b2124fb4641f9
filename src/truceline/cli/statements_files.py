"""Articles from disk: their bytes by name, and what the sidecars beside them say."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from truceline.errors import SourceError

SIDECAR = "documents.yaml"
_FIELDS: Final = ("outlet", "agency", "author", "published", "about", "note")
"""Fields of a sidecar; others are kept and not read."""


def articles(files: list[Path]) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    """Read the bytes of each file, by name without folder; sidecars are left out.

    Returns:
        Bytes by name, and (name, why) of each that cannot be opened or has the name of another: the
        rest of a batch goes on.

    Raises:
        SourceError: when none of them can be opened.
    """
    raw: dict[str, bytes] = {}
    first: dict[str, Path] = {}
    refused = []
    for path in files:
        if path.name == SIDECAR:
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            refused.append((path.name, _unreadable(path, error)))
            continue
        if raw.get(path.name, data) != data:
            refused.append((path.name, _of_one_name(first[path.name], path)))
            continue
        raw[path.name] = data
        first.setdefault(path.name, path)
    if refused and not raw:
        raise SourceError(" ".join(why for _, why in refused))
    return raw, tuple(refused)


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder; give the files in it ({path}/*)."
    return f"{path} cannot be read ({error.strerror}); check the path."


def _of_one_name(first: Path, path: Path) -> str:
    return (
        f"{path} was not read: {first} has the same name and other content, and documents are known by"
        " name; rename one of them."
    )


def sidecars(files: list[Path]) -> dict[str, Any]:
    """Read the sidecars that lie beside files, by name of the document.

    Raises:
        SourceError: when a sidecar is broken.
    """
    found: dict[str, Any] = {}
    for folder in sorted({path.parent for path in files}):
        if (folder / SIDECAR).is_file():
            found |= _sidecar(folder / SIDECAR)
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path.") from None


def _sidecar(path: Path) -> dict[str, Any]:
    try:
        documents = dict(yaml.safe_load(_bytes(path))["documents"])
        found = {name: dict(values) for name, values in documents.items()}
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{path}: not a sidecar ({error}); write documents: and one entry per file name."
        ) from None
    for name, values in found.items():
        _check(f"{path}: {name}", values)
    return found


def _check(where: str, values: dict[str, Any]) -> None:
    """Refuse what would be passed over in silence: a misspelt field, a day that is none.

    Raises:
        SourceError: naming the field and what to write.
    """
    for field in values:
        meant = difflib.get_close_matches(str(field), _FIELDS, n=1, cutoff=0.75)
        if field not in _FIELDS and meant:
            raise SourceError(f"{where}: {field} is no field; did you mean {meant[0]}?")
    day = values.get("published")
    if not _is_day(day):
        raise SourceError(
            f"{where}: published is {day!r}, which is no day; write it as 2026-01-06, or unknown."
        )


def _is_day(value: Any) -> bool:
    if value is None or value == "unknown" or isinstance(value, date):
        return True
    try:
        date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return False
    return True
