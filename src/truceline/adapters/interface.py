"""What an adapter is, and what it says about its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from truceline.model.intake import Parsed, Rejected
from truceline.model.place import BoundingBox


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


__all__ = ["Adapter", "ParseContext", "Parsed", "Rejected", "SourceCard"]
