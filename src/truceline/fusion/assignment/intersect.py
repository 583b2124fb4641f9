"""Where and when several pieces of evidence meet: the product of their likelihoods, on a grid."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.assignment.evidence import FOOTPRINT, SECTOR, Evidence, Floats, Longs, chosen
from truceline.fusion.assignment.likeness import (
    Offset,
    log_place,
    log_time,
    looks_ahead_s,
    looks_back_s,
    reach_m,
    travel_s,
)
from truceline.fusion.assignment.places import offsets_m
from truceline.fusion.assignment.rates import Rates, noted, step_of
from truceline.geodesy import from_plane

_CELLS: Final = 48
_INSTANTS: Final = 400
_SPARE: Final = 14.0
"""Cells this far below the best, in logs, are left out when the grid is drawn closer."""


class Meeting(NamedTuple):
    """What several pieces of evidence say together."""

    log_mass: float
    """Log of the integral over place and time of what each is worth, its rate of clutter left out;
    -inf: they do not meet. Unit: m² s."""
    lon: float
    lat: float
    cov_m2: tuple[float, float, float]
    """East-east, east-north, north-north."""
    time_s: float
    time_sigma_s: float
    start_s: float
    """Earliest and latest instant that all allow."""
    end_s: float


NO_SLIPS: Final = 1e-9
NEVER: Final = Meeting(-np.inf, 0.0, 0.0, (1.0, 0.0, 1.0), 0.0, 0.0, 0.0, 0.0)


def meeting(evidence: Evidence, rates: Rates) -> Meeting:
    """Find where and when evidence meets.

    Args:
        evidence: at least one row.
        rates: what each is weighed by: probability of being noted, times density over that of clutter.
    """
    # words that meet only if some of them are wrong do not meet
    rates = rates._replace(field=rates.field._replace(wrong=NO_SLIPS))
    when = _when(evidence, rates)
    if when is None:
        return NEVER
    where = _where(evidence, rates)
    if where is None:
        return NEVER
    return Meeting(when[0] + where[0], *where[1:], *when[1:])


def _when(evidence: Evidence, rates: Rates) -> tuple[float, float, float, float, float] | None:
    field = rates.field
    middle = np.nan_to_num((evidence.range_min_m + evidence.range_max_m) / 2.0, nan=5000.0)
    later = travel_s(evidence, field, middle)
    slow = np.where(evidence.kind == FOOTPRINT, looks_back_s(evidence, field), 0.0)
    start = float(
        (evidence.start_s - later - np.maximum(slow, looks_ahead_s(evidence, field))).max()
    )
    end = float((evidence.end_s - later + looks_ahead_s(evidence, field)).min())
    if end <= start:
        return None
    time = np.linspace(start, end, _INSTANTS)
    total = np.zeros(_INSTANTS)
    for row in range(len(evidence.kind)):
        one = chosen(evidence, np.array([row]))
        total += log_time(one, field, time + later[row], np.zeros(_INSTANTS))
    top = float(total.max())
    density = np.exp(total - top)
    step = (end - start) / (_INSTANTS - 1)
    mean = float((density * time).sum() / density.sum())
    spread = float(np.sqrt((density * (time - mean) ** 2).sum() / density.sum() + step**2 / 12))
    allowed = time[density > 0.05]
    return (
        top + float(np.log(density.sum() * step)),
        mean,
        spread,
        float(allowed[0]),
        float(allowed[-1]),
    )


def _where(
    evidence: Evidence, rates: Rates
) -> tuple[float, float, float, tuple[float, float, float]] | None:
    reach = reach_m(evidence)
    narrow = int(np.argmin(reach))
    lon0, lat0 = float(evidence.lon[narrow]), float(evidence.lat[narrow])
    seen_from = _stands(evidence, lon0, lat0)
    half = float(reach[narrow])
    box = (-half, half, -half, half)
    for _ in range(3):
        east, north = _cells(box)
        total = _log_odds(evidence, rates, seen_from, east, north)
        top = float(total.max())
        if top < -200.0:
            return None
        density = np.exp(total - top)
        cell = (box[1] - box[0]) * (box[3] - box[2]) / _CELLS**2
        moments = _moments(density, east, north, cell)
        mass = top + float(np.log(density.sum() * cell))
        box = _closer(box, east, north, total - top)
    east_m, north_m, cov = moments
    to_lon, to_lat = from_plane(lon0, lat0, [east_m], [north_m])
    return mass, float(to_lon[0]), float(to_lat[0]), cov


def _cells(box: tuple[float, float, float, float]) -> tuple[Floats, Floats]:
    steps = (np.arange(_CELLS) + 0.5) / _CELLS
    east = box[0] + (box[1] - box[0]) * steps
    north = box[2] + (box[3] - box[2]) * steps
    one, other = np.meshgrid(east, north)
    return one.ravel(), other.ravel()


def _stands(evidence: Evidence, lon0: float, lat0: float) -> Floats:
    """Give east, north (m) and the convergence of meridians (rad) of each row on the plane."""
    east, north = offsets_m(lon0, lat0, evidence.lon, evidence.lat)
    turn = np.deg2rad(evidence.lon - lon0) * np.sin(np.deg2rad((evidence.lat + lat0) / 2.0))
    return np.column_stack((east, north, turn))


def _log_odds(
    evidence: Evidence, rates: Rates, stands: Floats, east_m: Floats, north_m: Floats
) -> Floats:
    """Give the log of density times probability of being noted, of all rows, at points of the plane."""
    total = np.zeros(len(east_m))
    none = np.zeros(len(east_m))
    for row in range(len(evidence.kind)):
        one = chosen(evidence, np.array([row]))
        dx, dy, turn = east_m - stands[row, 0], north_m - stands[row, 1], stands[row, 2]
        # against true north at the row's own place
        east = dx * np.cos(turn) + dy * np.sin(turn)
        north = dy * np.cos(turn) - dx * np.sin(turn)
        away = np.hypot(east, north)
        step = step_of(away) if one.kind[0] == SECTOR else np.zeros(len(away), np.int64)
        stream = int(one.stream[0])
        seen = noted(rates.seen[stream, step], float(one.count_max[0]))
        total += log_place(one, rates.field, Offset(east, north, none, none))
        total += np.log(seen)
    return total


def _moments(
    density: Floats, east: Floats, north: Floats, cell_m2: float
) -> tuple[float, float, tuple[float, float, float]]:
    weight = density / density.sum()
    e, n = float(weight @ east), float(weight @ north)
    ee = float(weight @ (east - e) ** 2) + cell_m2 / 12
    nn = float(weight @ (north - n) ** 2) + cell_m2 / 12
    return e, n, (ee, float(weight @ ((east - e) * (north - n))), nn)


def _closer(
    box: tuple[float, float, float, float], east: Floats, north: Floats, below: Floats
) -> tuple[float, float, float, float]:
    """Draw the box about the cells that matter, one cell to spare."""
    good = below > -_SPARE
    de, dn = (box[1] - box[0]) / _CELLS, (box[3] - box[2]) / _CELLS
    return (
        float(east[good].min()) - 1.5 * de,
        float(east[good].max()) + 1.5 * de,
        float(north[good].min()) - 1.5 * dn,
        float(north[good].max()) + 1.5 * dn,
    )


def rows_of(evidence: Evidence, pieces: tuple[int, ...]) -> Evidence:
    """Give the rows of a set."""
    which: Longs = np.array(pieces, np.int64)
    return chosen(evidence, which)
