"""The evidence log: Merkle tree, signed notes, tiles, commitments. Knows bytes only."""

from truceline.evidence.commitment import PADDING, Opening, entry_of
from truceline.evidence.log import BATCH, Log, create_log
from truceline.evidence.proof import verify_proof
from truceline.evidence.report import EntryState, LogReport, Problem
from truceline.evidence.verify import verify_log

__all__ = [
    "BATCH",
    "PADDING",
    "EntryState",
    "Log",
    "LogReport",
    "Opening",
    "Problem",
    "create_log",
    "entry_of",
    "verify_log",
    "verify_proof",
]
