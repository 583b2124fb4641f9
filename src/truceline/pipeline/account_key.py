"""The key that seals second factors in the records: ``keys/accounts.key``, mode 0600."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truceline.access.hidden import Draw
from truceline.access.person_keys import parse_seed, seed_text
from truceline.access.sealing import KEY_BYTES
from truceline.errors import WorkspaceError
from truceline.evidence.durable import PRIVATE, Disk, put_files

ACCOUNTS_KEY: Final = Path("keys/accounts.key")
"""Below the workspace."""


def account_key(root: Path) -> bytes:
    """Give the key.

    Raises:
        WorkspaceError: when this copy of the workspace does not hold it.
    """
    path = root / ACCOUNTS_KEY
    try:
        return parse_seed(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise WorkspaceError(
            f"{path} is missing: second factors cannot be checked in this copy of the workspace; "
            "put back a copy of the file."
        ) from None


def made_account_key(root: Path, draw: Draw) -> bytes:
    """Give the key; make it where there is none yet. The caller keeps others from doing the same.

    Raises:
        WorkspaceError: when the file was changed.
        OSError: when the disk refuses.
    """
    path = root / ACCOUNTS_KEY
    if not path.exists():
        put_files(Disk(), {path: seed_text(draw(KEY_BYTES))}, PRIVATE)
    return account_key(root)
