"""The arrays of the assignment. Times are seconds from an origin, positions lon/lat, deg."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

SECTOR: Final = 0
"""A bearing and a range from an observer: "4-5 km SW"."""
FOOTPRINT: Final = 1
"""A square on the ground in which a satellite saw heat, minutes to hours after."""
PLACE: Final = 2
"""A named settlement with its extent."""


class Incidents(NamedTuple):
    """What is already known to have happened, shape (n,)."""

    time_s: Floats
    time_sigma_s: Floats
    lon: Floats
    lat: Floats
    cov_m2: Floats
    """East-east, east-north, north-north; shape (n, 3). Unit: m²."""
    probability: Floats
    """That it is one, 0..1."""
    heard: Floats
    """Arrivals that it rests on; NaN: not given."""


class Evidence(NamedTuple):
    """What was seen or told, shape (m,). NaN: not given."""

    kind: Longs
    """SECTOR, FOOTPRINT or PLACE."""
    lon: Floats
    """Of the observer, the middle of the pixel, or the middle of the settlement."""
    lat: Floats
    sigma_m: Floats
    """Standard error of that position in each direction; of a settlement half its extent."""
    start_s: Floats
    """First instant meant; of a footprint, and of what has one instant, that instant."""
    end_s: Floats
    time_sigma_s: Floats
    """Standard error of the two."""
    bearing_deg: Floats
    """Observer to source, clockwise from true north."""
    bearing_sigma_deg: Floats
    range_min_m: Floats
    range_max_m: Floats
    size_m: Floats
    """Side of a pixel."""
    count_min: Floats
    """Rounds that are told of: "12 explosions" is one observation of twelve."""
    count_max: Floats
    observer: Longs
    """Who saw it: nobody writes the same thing down twice. A number of its own for each post."""
    group: Longs
    """What copies one another has the same number, and counts once."""
    stream: Longs
    """What shares its rate of clutter and of detection, from 0: posts, papers, one imager."""


def no_evidence(count: int = 0) -> Evidence:
    """Give evidence of which nothing is known yet.

    >>> len(no_evidence().kind), len(no_evidence(2).kind)
    (0, 2)
    """
    unknown: dict[str, Any] = {name: np.full(count, np.nan) for name in Evidence._fields}
    unknown |= {name: np.zeros(count, np.int64) for name in ("kind", "stream")}
    unknown |= {name: np.arange(count) for name in ("observer", "group")}
    unknown |= {"sigma_m": np.zeros(count), "time_sigma_s": np.zeros(count)}
    return Evidence(**unknown)


def together(parts: list[Evidence]) -> Evidence:
    """Put several sets one after the other; observers, groups and streams stay as numbered."""
    if not parts:
        return no_evidence()
    return Evidence._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def chosen(evidence: Evidence, which: Longs | Bools) -> Evidence:
    """Give the chosen rows, in the order in which they are chosen."""
    return Evidence._make(column[which] for column in evidence)
