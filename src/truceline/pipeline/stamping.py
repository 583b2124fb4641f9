"""Time stamps of checkpoints: ask a time authority, verify, keep; check what is kept.

``timestamps/<size>.tsr`` is the authority's answer, ``timestamps/<size>.checkpoint`` what it
stamped: the checkpoint with the log's own signature. Both are needed to check, and nothing else but
the log's public key and the authority's root certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from truceline.errors import EvidenceError
from truceline.evidence.checkpoint import open_checkpoint
from truceline.evidence.durable import Disk, put_files
from truceline.evidence.log import Log
from truceline.evidence.note import Verifier
from truceline.evidence.timestamp import (
    StampReport,
    stamp_request,
    stamped_bytes,
    verify_checkpoint_stamp,
)

STAMPS: Final = "timestamps"
"""Folder of the stamps."""

Ask = Callable[[str, bytes], bytes]
"""Posts a request to the authority at an address; ``transport.time_authority.ask``."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A checkpoint and what its stamp is worth."""

    size: int
    """Entries of the checkpoint."""
    report: StampReport
    path: Path
    """Where the stamp lies."""


def stamp(
    root: Path, log: Verifier, url: str, roots: Sequence[bytes], ask: Ask, now: datetime
) -> Stamped:
    """Have the newest checkpoint of a workspace stamped, verify the stamp, and keep it.

    Args:
        root: folder of the workspace.
        log: public key of its log.
        url: of the time authority.
        roots: its root certificate, PEM or DER.
        ask: posts the request.
        now: UTC; a stamp of an hour later than this is refused.

    Raises:
        WorkspaceError: when there is no log, or a library is missing.
        EvidenceError: when the log has not signed its checkpoint, or the stamp is not valid.
        SourceError: when the authority does not answer.
        OSError: when the disk refuses.
    """
    where = Log.open(root)
    note = where.checkpoint_text().encode()
    checkpoint, _ = open_checkpoint(note, log)
    data = stamped_bytes(note, log)
    request, nonce = stamp_request(data)
    token = ask(url, request)
    report = verify_checkpoint_stamp(token, note, log, roots, nonce=nonce)
    if report.valid and report.time is not None:
        apart = abs((report.time - now).total_seconds())
        if apart > _CLOCKS_APART_S:
            raise EvidenceError(
                f"{url} stamps {report.time.isoformat()}, this machine's clock says "
                f"{now.isoformat()}: one of them is wrong; the stamp was not kept"
            )
    if not report.valid:
        raise EvidenceError(f"{url}: its stamp is {report.state.value}: {report.problem}")
    folder = where.openings_dir.parent / STAMPS
    path = folder / f"{checkpoint.size}.tsr"
    put_files(Disk(), {folder / f"{checkpoint.size}.checkpoint": data, path: token})
    return Stamped(checkpoint.size, report, path)


_CLOCKS_APART_S: Final = 3600
"""How far the clocks of a time authority and of this machine may stand apart. Unit: s."""


def check_stamps(root: Path, log: Verifier, roots: Sequence[bytes]) -> tuple[Stamped, ...]:
    """Check every stamp that is kept, by size.

    Args:
        root: folder with ``timestamps``: a workspace, or a copy of that folder's parent.
        log: public key of the log.
        roots: certificates that are trusted.

    Raises:
        EvidenceError: when a stamp has no checkpoint beside it, or the log has not signed that.
        WorkspaceError: when a library is missing.
    """
    found = []
    for path in (root / STAMPS).glob("*.tsr"):
        beside = path.with_suffix(".checkpoint")
        if not path.stem.isdigit() or not beside.is_file():
            raise EvidenceError(f"{path}: no checkpoint lies beside it, so it stamps nothing")
        note = beside.read_bytes()
        checkpoint, _ = open_checkpoint(note, log)
        report = verify_checkpoint_stamp(path.read_bytes(), note, log, roots)
        if checkpoint.size != int(path.stem):
            raise EvidenceError(f"{beside}: a checkpoint of {checkpoint.size} entries")
        found.append(Stamped(checkpoint.size, report, path))
    return tuple(sorted(found, key=lambda one: one.size))
