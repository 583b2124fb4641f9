"""When each satellite passed over, as far as the rows of one file tell."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truceline.adapters.firms_layouts import Pixel
from truceline.model.place import BoundingBox

SAME_PASS = timedelta(minutes=20)
"""Rows of one satellite closer in time than this are of one overpass: a pass over a region takes a
few granules of 5 or 6 minutes, and the next orbit comes after 99 to 102."""
CAP = timedelta(hours=14)
"""A place is seen at least once within this time, known overpass or not: both orbits come back
after half a day (12 h), and the swaths of neighbouring orbits (VIIRS 3,060 km; MODIS 2,330 km,
above 30 degrees of latitude) touch, which moves the view by one orbit (101 min) at most."""


@dataclass(frozen=True, slots=True)
class Overpass:
    """One pass of one satellite, as its rows show it: never longer or wider than it was."""

    satellite: str
    first: datetime
    last: datetime
    area: BoundingBox
    """The box of its rows; what lies in it was certainly in view, clear sky or not."""


def overpasses_of(pixels: Iterable[Pixel]) -> dict[str, tuple[Overpass, ...]]:
    """Gather rows into overpasses, by satellite, each in order of time."""
    by_satellite: dict[str, list[Pixel]] = defaultdict(list)
    for pixel in pixels:
        by_satellite[pixel.satellite].append(pixel)
    return {name: tuple(_passes(rows)) for name, rows in sorted(by_satellite.items())}


def _passes(rows: list[Pixel]) -> Iterable[Overpass]:
    rows.sort(key=lambda pixel: pixel.time)
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at].time - rows[at - 1].time > SAME_PASS:
            yield _overpass(rows[start:at])
            start = at


def _overpass(rows: Sequence[Pixel]) -> Overpass:
    lons, lats = [p.lon for p in rows], [p.lat for p in rows]
    box = BoundingBox(min(lons), min(lats), max(lons), max(lats))
    return Overpass(rows[0].satellite, rows[0].time, rows[-1].time, box)


class Previous:
    """Answers when a satellite last looked at a place before a given pass."""

    def __init__(self, passes: dict[str, tuple[Overpass, ...]]) -> None:
        self._passes = passes
        self._firsts = {name: [p.first for p in found] for name, found in passes.items()}

    def look(self, pixel: Pixel) -> tuple[datetime, str]:
        """Give the earliest time since when the heat may have begun, and the rule that gave it.

        The rule is ``overpass`` where a known earlier pass had the place inside the box of its
        rows, else ``cap``.
        """
        oldest = pixel.time - CAP
        found = self._passes[pixel.satellite]
        for at in range(bisect_left(self._firsts[pixel.satellite], pixel.time) - 1, -1, -1):
            earlier = found[at]
            if earlier.first < oldest:
                break
            if pixel.time - earlier.last <= SAME_PASS:
                continue  # the pass of the row itself
            if earlier.area.contains(pixel.lon, pixel.lat):
                return earlier.first, "overpass"
        return oldest, "cap"
