"""Rates of hot pixels at a place and day: from standing sources, and from seasonal burning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.codec.heat_table import CELL_DEG
from truceline.fusion.background_grid import KM_PER_DEG, area_km2, cell_of, match, season_of
from truceline.fusion.background_posterior import Background

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_Z90 = 1.6448536269514722
"""95 per cent quantile of the normal distribution."""

_TINY = 1e-12
"""A rate no lower than this keeps logarithms finite. Unit: hot pixels per km² and day."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Rates with their 5 and 95 per cent bounds. Unit: hot pixels per km² and day."""

    mean: Floats
    lower: Floats
    upper: Floats

    def of(self, chosen: NDArray[np.bool_]) -> Rate:
        """Give the chosen rates only."""
        return Rate(self.mean[chosen], self.lower[chosen], self.upper[chosen])


def total(one: Rate, two: Rate) -> Rate:
    """Add two independent rates.

    Source: MOVER for a sum, Zou and Donner (2008), Statistics in Medicine 27, 1693-1702.

    >>> r = Rate(np.array([3.0]), np.array([0.0]), np.array([6.0]))
    >>> total(r, Rate(np.array([4.0]), np.array([0.0]), np.array([8.0]))).upper.tolist()
    [12.0]
    """
    mean = one.mean + two.mean
    down = np.hypot(one.mean - one.lower, two.mean - two.lower)
    up = np.hypot(one.upper - one.mean, two.upper - two.mean)
    return Rate(mean, mean - down, mean + up)


def standing_rate(
    background: Background, point_deg: Floats, half_km: Floats, month: Ints, drift: float
) -> tuple[Rate, Floats, Ints]:
    """Give the rate of standing sources within reach, given that they stand.

    The reach is a box about the pixel's centre; a cell counts by the part of the box that it
    covers. Cells of one source rise and fall together, so their bounds are added, not pooled.

    Args:
        background: what was learned.
        point_deg: longitude and latitude of each detection, shape (n, 2). Unit: deg.
        half_km: half the box east-west and north-south, shape (n, 2). Unit: km.
        month: month of each detection, 1..12.
        drift: standard deviation of the logarithm of the rate between years.

    Returns:
        The rate, the probability that a standing source is within reach, and the row of the cell
        that contributes most (-1 where none does).
    """
    n = len(point_deg)
    sums, best, cell = np.zeros((4, n)), np.zeros(n), np.full(n, -1, dtype=np.int64)
    if n and len(background.table.cells):
        season = season_of(month)
        for row, hit, cover in _within_reach(background.table.cells, point_deg, half_km):
            belief = background.persistence[row]
            density = cover * _density(background, row)
            probability = (part[row, season[hit]] for part in _day_bounds(background))
            mean, lower, upper = (belief * density * part for part in probability)
            sums[:, hit] += np.stack([mean, lower, upper, belief * mean])
            stronger = mean > best[hit]
            best[hit[stronger]], cell[hit[stronger]] = mean[stronger], row[stronger]
    mean, lower, upper, twice = sums
    exists = np.divide(twice, mean, out=np.zeros(n), where=mean > 0)
    scale = np.where(exists > 0, exists, 1.0)
    return _drifted(Rate(mean / scale, lower / scale, upper / scale), drift), exists, cell


def seasonal_rate(
    background: Background, coarse: Ints, month: Ints, drift: float, usual_share: float
) -> Rate:
    """Give the rate of burning usual for the coarse cell and month; elsewhere, the month's prior.

    Args:
        background: what was learned.
        coarse: coarse cell of each detection.
        month: its month, 1..12.
        drift: standard deviation of the logarithm of the rate between years.
        usual_share: share of the learned rate that is usual; the upper bound keeps the whole.
    """
    field = background.seasonal
    row = match(background.table.coarse, coarse)  # -1 is the last line: any other cell
    mean, lower, upper = (
        np.maximum(part[row, month - 1], _TINY) for part in (field.mean, field.lower, field.upper)
    )
    return _drifted(Rate(mean * usual_share, lower * usual_share, upper), drift)


def _day_bounds(background: Background) -> tuple[Floats, Floats, Floats]:
    return background.mean, background.lower, background.upper


def _density(background: Background, row: Ints) -> Floats:
    """Hot pixels per km² on a day on which the cell is hot."""
    area = area_km2(background.table.cells[row], CELL_DEG)
    density: Floats = background.rows_per_hot_day[row] / area
    return density


def _within_reach(
    cells: Ints, point_deg: Floats, half_km: Floats
) -> list[tuple[Ints, Ints, Floats]]:
    """List, by offset, the known cells, the detections they reach, and the part of box covered."""
    middle = cell_of(point_deg[:, 0], point_deg[:, 1], CELL_DEG)
    km_per_deg = np.column_stack(
        [KM_PER_DEG * np.cos(np.radians(point_deg[:, 1])), np.full(len(middle), KM_PER_DEG)]
    )
    half_deg = half_km / np.maximum(km_per_deg, _TINY)
    east, north = (int(part) for part in np.ceil(np.minimum(half_deg, 1.0) / CELL_DEG).max(axis=0))
    found = []
    for offset in ((e, v) for e in range(-east, east + 1) for v in range(-north, north + 1)):
        row = match(cells, middle + np.array(offset))
        hit = np.flatnonzero(row >= 0)
        low = cells[row[hit]] * CELL_DEG
        from_deg = np.maximum(low, point_deg[hit] - half_deg[hit])
        to_deg = np.minimum(low + CELL_DEG, point_deg[hit] + half_deg[hit])
        cover = np.prod(np.maximum(to_deg - from_deg, 0.0) / (2 * half_deg[hit]), axis=1)
        some = cover > 0
        found.append((row[hit][some], hit[some], cover[some]))
    return found


def _drifted(rate: Rate, drift: float) -> Rate:
    """Widen the bounds by what another year may change; the mean stays."""
    some = rate.mean > 0
    r = rate.of(some)
    down = np.hypot(np.log(r.mean / np.maximum(r.lower, _TINY)), _Z90 * drift)
    up = np.hypot(np.log(r.upper / r.mean), _Z90 * drift)
    lower, upper = np.zeros_like(rate.mean), np.zeros_like(rate.mean)
    lower[some], upper[some] = r.mean * np.exp(-down), r.mean * np.exp(up)
    return Rate(rate.mean, lower, upper)
