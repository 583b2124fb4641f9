"""How far a figure was checked against a source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verified:
    """How far a figure of the text was checked against a source."""

    figure: str
    """Which figure, e.g. ``window``, ``distance_km``."""
    state: str
    """``yes`` read in a named source; ``partly`` one paraphrase or sources differ; ``no``."""
    note: str = ""
