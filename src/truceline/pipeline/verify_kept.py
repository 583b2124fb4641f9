"""Checkpoints that others have vouched for, held against the log: it must continue each of them.

A log that was set back or written anew is whole in itself. What witnesses cosigned and time
authorities stamped tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint
from truceline.evidence.note import Verifier, parse_vkey
from truceline.evidence.tiles import TileReader
from truceline.pipeline.stamping import STAMPS
from truceline.pipeline.witnessing import COSIGNED


def kept_checkpoints(root: Path, vkey: str, size: int) -> Iterator[str]:
    """Name each kept checkpoint that the log does not continue, and why.

    Args:
        root: folder of the workspace.
        vkey: public key of its log.
        size: entries that the log's own checkpoint covers.

    Raises:
        EvidenceError: when the public key is broken.
    """
    log = parse_vkey(vkey)
    reader = TileReader(root / "log", size)
    for folder in (COSIGNED, STAMPS):
        for path in sorted((root / folder).glob("*.checkpoint")):
            if said := _problem(path, log, reader):
                yield f"{path}: {said}"


def _problem(path: Path, log: Verifier, reader: TileReader) -> str:
    try:
        kept: Checkpoint = open_checkpoint(path.read_bytes(), log)[0]
        if kept.size > reader.size:
            return (
                f"it speaks of {kept.size} entries, the log has {reader.size}: the log was set back"
            )
        if kept.size and reader.subtree(0, kept.size) != kept.root:
            return (
                f"its {kept.size} entries are not those of the log: the log was written anew; keep "
                "both, together they prove it (`truceline evidence compare`)"
            )
    except (EvidenceError, OSError) as error:
        return str(error)
    return ""
