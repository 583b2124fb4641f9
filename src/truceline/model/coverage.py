"""Coverage: when and where a source was looking, so that silence can be told from blindness."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.interval import Interval
from truceline.model.place import BoundingBox


@dataclass(frozen=True, slots=True)
class Coverage:
    """One stretch in which one datastream was looking."""

    source: str
    datastream: str
    time: Interval
    area: BoundingBox | None
    """Where it looked; null where not known."""
    basis: str
    """``stated`` by the source, ``inferred`` from its rows (a lower bound), ``assumed``."""
    caveat: str
    """What this stretch does not tell, one sentence (cloud unknown, fewer reporters, ...)."""


@dataclass(frozen=True, slots=True)
class DailyCount:
    """One figure of a series of counts that a source publishes or that was made from its rows.

    A series is no list of incidents: its rows were never placed or timed. It serves rates.
    """

    series: str
    """Which series; figures of different series or units are never compared."""
    metric: str
    """``reports``, ``strike_type``, ``explosions``, ``violations``, ..."""
    time: Interval
    """The window that the figure covers, not always one day. UTC."""
    value: int
    unit: str
    """What one unit of the count is."""
    caveat: str
    """What the figure does not tell, one sentence; empty where nothing is known against it."""
