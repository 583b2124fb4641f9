"""Articles from disk: their bytes by name, and what the sidecars beside them say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from truceline.errors import SourceError

SIDECAR = "documents.yaml"


def articles(files: list[Path]) -> dict[str, bytes]:
    """Read the bytes of each file, by name without folder; sidecars are left out.

    Raises:
        SourceError: when a file cannot be opened, or two have one name.
    """
    raw: dict[str, bytes] = {}
    for path in files:
        if path.name == SIDECAR:
            continue
        if path.name in raw:
            raise SourceError(f"two files are called {path.name}; documents are known by name.")
        raw[path.name] = _bytes(path)
    return raw


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
        return {name: dict(values) for name, values in documents.items()}
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{path}: not a sidecar ({error}); write documents: and one entry per file name."
        ) from None
