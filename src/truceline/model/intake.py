"""What one raw file yields once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from truceline.model.coverage import Coverage, DailyCount
from truceline.model.network import NO_NETWORK, NetworkFacts
from truceline.model.statement import Contradiction


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that could not be read, with its place in the raw file."""

    line: int
    """1-based; 0 where the format has no lines."""
    offset: int
    length: int
    reason: str
    """What is wrong and what was expected, one sentence."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw file yields."""

    observations: pa.Table
    """Of ``OBSERVATION_SCHEMA``, in the order of the file."""
    rejected: tuple[Rejected, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    counts: tuple[DailyCount, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Sentences that the report repeats (what this file cannot tell)."""
    network: NetworkFacts = NO_NETWORK
    """What the file says about a network of sensors."""
