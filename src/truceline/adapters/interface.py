"""What an adapter is, and what it says about its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from truceline.model.coverage import Coverage, DailyCount
from truceline.model.place import BoundingBox
from truceline.model.statement import Contradiction


@dataclass(frozen=True, slots=True)
class SourceCard:
    """What every user of a source must know before using it."""

    name: str
    """The SOURCE of ``truceline ingest``."""
    title: str
    publisher: str
    licence: str
    citation: str
    republish: str
    """May raw rows be republished: ``yes``, ``no``, or the condition, one sentence."""
    position_error: str
    """The figure, its unit, and where it comes from."""
    delay: str
    """Between phenomenon and publication."""
    independence: str
    """What one independence group is."""
    formats: tuple[str, ...]
    """Layouts that are read, one line each."""


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What an adapter needs to know besides the bytes."""

    raw_sha256: str
    """Hex hash of the bytes."""
    file_name: str
    """For messages only; never enters an observation."""
    theatre: BoundingBox | None = None
    """Rows outside are rejected. Null: no row is."""


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


class Adapter(Protocol):
    """A module-level object of this shape stands in each adapter file as ``ADAPTER``."""

    @property
    def card(self) -> SourceCard:
        """Say what every user of the source must know."""
        ...

    @property
    def version(self) -> str:
        """Say which reading of the format this is; a new reading is a new archive segment."""
        ...

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when the file is not of a layout this adapter knows.
        """
        ...
