"""A log in a folder of its own, beside which lies what is private about it.

``LOG`` is what may be published; ``LOG.private`` has ``keys`` and ``openings``, and ``LOG.vkey`` is
the public key, to be handed out by another way than the log. The folder ``log`` of a workspace is
such a folder too: what is private about it is the workspace's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truceline.errors import WorkspaceError
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.durable import Disk, make_folders, put_files, temporary
from truceline.evidence.keys import (
    LOG_KEY,
    LOG_VKEY,
    SALT_KEY,
    derive,
    read_salt_chain,
    read_signer,
    write_keys,
)
from truceline.evidence.layout import CHECKPOINT
from truceline.evidence.leftovers import names_in
from truceline.evidence.lock import locked
from truceline.evidence.merkle import EMPTY_ROOT
from truceline.evidence.note import Signer

PATIENCE_S: Final = 30.0
"""How long to wait for another process that is appending. Unit: s."""


def of_workspace(log_dir: Path) -> bool:
    """Tell whether a folder is the log of a workspace."""
    return log_dir.name == "log" and (log_dir.parent / LOG_VKEY).is_file()


def private_of(log_dir: Path) -> Path:
    """Give the folder that has ``keys`` and ``openings`` of a log.

    Raises:
        WorkspaceError: when nothing can lie beside the folder.

    >>> private_of(Path("evidence/2026")).as_posix()
    'evidence/2026.private'
    """
    if of_workspace(log_dir):
        return log_dir.parent
    if not log_dir.name:
        raise WorkspaceError(f"{log_dir} has no place beside it for keys; name a folder in it")
    return log_dir.with_name(log_dir.name + ".private")


def vkey_file(log_dir: Path) -> Path:
    """Give the file with the public key of a log.

    >>> vkey_file(Path("evidence/2026")).as_posix()
    'evidence/2026.vkey'
    """
    if of_workspace(log_dir):
        return log_dir.parent / LOG_VKEY
    return log_dir.with_name(log_dir.name + ".vkey")


def begin(log_dir: Path, origin: str, seed: bytes, disk: Disk | None = None) -> bool:
    """Make an empty log in a folder of its own, unless there is a log in it already.

    Where the machine stops meanwhile, doing it again goes on with the same keys.

    Args:
        log_dir: new or empty folder.
        origin: name of the log.
        seed: 32 bytes that nobody can guess, drawn once and not kept by the caller.
        disk: steps that change files.

    Returns:
        Whether the log was made now.

    Raises:
        WorkspaceError: when the folder holds other files, or its log was lost and the keys are here.
        EvidenceError: when the origin cannot name a log.
        OSError: when the disk refuses.
    """
    disk = disk or Disk()
    if (log_dir / CHECKPOINT).is_file():
        return False
    if log_dir.exists() and not log_dir.is_dir():
        raise WorkspaceError(f"{log_dir} is a file; a log is a folder, take another name")
    signer, chain = derive(seed, origin)
    disk.sync_all(make_folders(disk, log_dir, 0o755))
    with locked(log_dir, PATIENCE_S):
        if (log_dir / CHECKPOINT).is_file():
            return False
        root = private_of(log_dir)
        _require_nothing(log_dir, root)
        if (root / LOG_KEY).exists() and (root / SALT_KEY).exists():
            signer = _unused(log_dir, root, origin)
        else:
            write_keys(disk, root, signer, chain)
        disk.sync_all(make_folders(disk, root / "openings", 0o700))
        put_files(disk, {vkey_file(log_dir): signer.verifier.vkey.encode() + b"\n"})
        note = signer.sign(Checkpoint(signer.name, 0, EMPTY_ROOT).text)
        put_files(disk, {log_dir / CHECKPOINT: note})
        return True


def _require_nothing(log_dir: Path, root: Path) -> None:
    others = set(names_in(log_dir)) - {temporary(log_dir / CHECKPOINT).name}
    if others:
        raise WorkspaceError(
            f"{log_dir} holds {', '.join(sorted(others)[:3])} but no {CHECKPOINT}: no log can be "
            "begun there; take an empty folder, or put the checkpoint back from a copy"
        )
    if names_in(root / "openings"):
        raise WorkspaceError(
            f"{log_dir} is empty, but {root} has openings: its log was lost; put it back from a "
            "copy, for a log is never begun anew with the same keys"
        )


def _unused(log_dir: Path, root: Path, origin: str) -> Signer:
    """Give the key that was made when the making of this log was cut off."""
    signer, chain = read_signer(root), read_salt_chain(root)
    if chain.index or signer.name != origin:
        raise WorkspaceError(
            f"{log_dir} is empty, but {root} has the keys of the log {signer.name} at entry "
            f"{chain.index}; put that log back from a copy, or move these keys away"
        )
    return signer
