"""Sources of infrasound: search a coarse grid, then a fine one where the probability lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from truceline.fusion.bearings.likelihood import (
    Assumed,
    Floats,
    Heard,
    Longs,
    Paths,
    log_ratios,
    memberships,
)
from truceline.fusion.bearings.settings import Settings
from truceline.geodesy import from_plane, to_plane

_WGS84: Final = Geod(ellps="WGS84")
_COARSE_M: Final = 25_000.0
_COARSE_S: Final = 30.0
_FINE: Final = 31
"""Points of the fine grid along each of its three sides."""
_SIDE: Final = 4.5
"""Half of a side of the fine grid, in standard errors."""
_TRIES: Final = 4
_MEMBER: Final = 0.5
_MOST_SPAN_S: Final = 6 * 3600.0
"""The coarse grid holds every place and time at once."""
_MOST_CELLS: Final = 40_000


@dataclass(frozen=True, slots=True)
class Source:
    """One source and its posterior as an ellipse."""

    lon: float
    lat: float
    time_s: float
    time_sigma_s: float
    cov_m2: tuple[float, float, float]
    """ee, en, nn."""
    probability: float
    """That it is an event, 0..1."""
    membership: Floats
    """Probability of each detection given that it is of this source."""

    def area_km2(self, chi_square: float) -> float:
        """Give the area of the ellipse at a chi-square of two degrees of freedom (4.605: 90 %)."""
        ee, en, nn = self.cov_m2
        return float(np.pi * chi_square * np.sqrt(ee * nn - en**2) / 1e6)

    def square(self, lon: float, lat: float) -> float:
        """Give the chi-square of a position against the ellipse."""
        east, north = to_plane(self.lon, self.lat, [lon], [lat])
        ee, en, nn = self.cov_m2
        off = np.array([east[0], north[0]])
        return float(off @ np.linalg.solve(np.array([[ee, en], [en, nn]]), off))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Places on the plane about a centre, and times."""

    centre: tuple[float, float]
    east_m: Floats
    north_m: Floats
    time_s: Floats
    cell: float
    """Unit: m² s."""


def locate(
    lon: Floats,
    lat: Floats,
    array: Longs,
    time_s: Floats,
    azimuth_deg: Floats,
    settings: Settings | None = None,
) -> list[Source]:
    """Find sources, the likeliest first, until what is left speaks for none.

    Args:
        lon: of arrays. Unit: deg.
        lat: the same.
        array: of each detection, a position in ``lon``.
        time_s: of each, from any origin.
        azimuth_deg: of each, towards the source, clockwise from true north.
        settings: what is assumed.

    Raises:
        ValueError: when columns differ in length, a number is missing or names no array, or detections
            span more than six hours.
    """
    settings = settings or Settings()
    _check(lon, lat, array, time_s, azimuth_deg)
    order = np.lexsort((azimuth_deg, time_s, array))
    free = np.ones(len(order), np.int8)
    found: list[Source] = []
    while np.unique(array[order][free == 1]).size >= 2:
        heard = _heard(array[order], time_s[order], azimuth_deg[order], len(lon), free, settings)
        source = _one(lon, lat, heard, settings)
        own = source.membership > _MEMBER
        if source.probability < _MEMBER or own.sum() < 2:
            break
        free = np.where(own, 0, free).astype(np.int8)
        given = np.zeros(len(order))
        given[order] = source.membership
        found.append(_with(source, given))
    return found


def _with(source: Source, membership: Floats) -> Source:
    return Source(
        source.lon, source.lat, source.time_s, source.time_sigma_s, source.cov_m2,
        source.probability, membership,
    )  # fmt: skip


def _check(lon: Floats, lat: Floats, array: Longs, time_s: Floats, azimuth_deg: Floats) -> None:
    if len(lon) != len(lat) or not len(array) == len(time_s) == len(azimuth_deg):
        raise ValueError("arrays and detections: give columns of equal length")
    if not all(np.all(np.isfinite(c)) for c in (lon, lat, time_s, azimuth_deg)):
        raise ValueError("an array or a detection lacks a place, a time or a bearing: leave it out")
    if len(time_s) and np.ptp(time_s) > _MOST_SPAN_S:
        hours = np.ptp(time_s) / 3600
        raise ValueError(f"detections of {hours:.1f} h: give those of six hours or less at a time")
    if len(array) and not (array.min() >= 0 and array.max() < len(lon)):
        raise ValueError("a detection names an array that is not given: leave it out or give it")


def _heard(
    array: Longs,
    time_s: Floats,
    azimuth: Floats,
    arrays: int,
    free: NDArray[np.int8],
    settings: Settings,
) -> Heard:
    """Arrange detections, with each array's clutter by how much it detects in all."""
    at = np.searchsorted(array, np.arange(arrays + 1)).astype(np.int64)
    span = float(np.ptp(time_s))
    count = np.diff(at) + settings.clutter_per_h
    rate = count / (span + 3600.0)
    return Heard(time_s, azimuth, at, np.log(rate / 360.0), free)


def _assumed(settings: Settings, *, common: bool) -> Assumed:
    """Give the numbers, with common deviations by Gauss-Hermite points or put to each path."""
    slow = np.array([w.slowness_s_m for w in settings.ways])
    sigma = np.array([w.sigma_s_m for w in settings.ways])
    share = settings.common if common else 0.0
    points, weights = np.polynomial.hermite_e.hermegauss(5 if common else 1)
    slower, turned = (grid.ravel() for grid in np.meshgrid(points, points))
    weight = np.outer(weights, weights).ravel()
    return Assumed(
        slow,
        sigma * np.sqrt(1 - share),
        float(np.hypot(settings.reading_sigma_deg, settings.wind_sigma_deg * np.sqrt(1 - share))),
        settings.tail if common else 0.0,
        settings.heard,
        slower[:, None] * sigma * np.sqrt(share),
        turned * settings.wind_sigma_deg * np.sqrt(share),
        weight / weight.sum(),
    )


def _one(lon: Floats, lat: Floats, heard: Heard, settings: Settings) -> Source:
    """Find the likeliest source among the free detections."""
    grid = _coarse(lon, lat, heard, settings)
    apart = np.arange(len(lon))
    log = log_ratios(
        grid.time_s, heard, _paths(grid, lon, lat, apart), _assumed(settings, common=False)
    )
    volume = log.size * grid.cell
    mean, spread = _moments(log, grid)
    assumed = _assumed(settings, common=True)
    for _ in range(_TRIES):
        grid = _fine(grid.centre, mean, np.maximum(spread, [3e3, 3e3, 5.0]))
        sector, order = _sectors(lon, lat, grid, mean, settings.sector_deg)
        arranged = _rearranged(heard, order)
        paths = _paths(grid, lon[order], lat[order], sector)
        log = log_ratios(grid.time_s, arranged, paths, assumed)
        mean, wider = _moments(log, grid)
        settled = np.all(np.abs(wider / spread - 1) < 0.1)
        spread = wider
        if settled:
            break
    weight = np.exp(log - log.max())
    evidence = log.max() + np.log(weight.sum() * grid.cell / volume)
    weight /= weight.sum()
    watched = (float(np.ptp(heard.time_s)) + 3600.0) / 86400.0
    odds = evidence + np.log(settings.events_per_day * watched)
    member = memberships(weight, grid.time_s, arranged, paths, assumed)
    return _source(grid, weight, float(odds), _returned(member, heard, order))


def _coarse(lon: Floats, lat: Floats, heard: Heard, settings: Settings) -> _Grid:
    centre = float(np.mean(lon)), float(np.mean(lat))
    east, north = to_plane(*centre, lon, lat)
    wide = max(np.ptp(east), np.ptp(north)) / 2 + settings.reach_m
    step = max(_COARSE_M, 2 * wide / np.sqrt(_MOST_CELLS))
    line = np.arange(-wide, wide + step, step)
    x, y = (g.ravel() for g in np.meshgrid(line, line))
    near = np.hypot(x[:, None] - east, y[:, None] - north).min(axis=1) < settings.reach_m
    slowest = max(w.slowness_s_m for w in settings.ways) * settings.reach_m
    time = np.arange(heard.time_s.min() - slowest, heard.time_s.max(), _COARSE_S)
    return _Grid(centre, x[near], y[near], time, step * step * _COARSE_S)


def _fine(centre: tuple[float, float], mean: Floats, spread: Floats) -> _Grid:
    side = np.linspace(-_SIDE, _SIDE, _FINE)
    x, y = (g.ravel() for g in np.meshgrid(mean[0] + spread[0] * side, mean[1] + spread[1] * side))
    cell = float(np.prod(spread) * (side[1] - side[0]) ** 3)
    return _Grid(centre, x, y, mean[2] + spread[2] * side, cell)


def _paths(grid: _Grid, lon: Floats, lat: Floats, sector: Longs) -> Paths:
    x, y = from_plane(*grid.centre, grid.east_m, grid.north_m)
    shape = len(lon), len(x)
    from_lon, from_lat = np.repeat(lon, len(x)), np.repeat(lat, len(x))
    azimuth, _, distance = _WGS84.inv(
        from_lon, from_lat, np.tile(x, len(lon)), np.tile(y, len(lon))
    )
    away = np.maximum(np.asarray(distance).reshape(shape), 1.0)
    return Paths(away, np.asarray(azimuth).reshape(shape), sector)


def _sectors(
    lon: Floats, lat: Floats, grid: _Grid, mean: Floats, gap_deg: float
) -> tuple[Longs, Longs]:
    """Give the sector of each array, and the order of arrays by sector."""
    x, y = from_plane(*grid.centre, mean[:1], mean[1:2])
    count = len(lon)
    azimuth, _, _ = _WGS84.inv(np.full(count, x[0]), np.full(count, y[0]), lon, lat)
    order = np.lexsort((np.arange(count), azimuth))
    turn = np.asarray(azimuth)[order]
    gaps = np.append(np.diff(turn), turn[0] + 360.0 - turn[-1])
    wide = np.flatnonzero(gaps > gap_deg)
    if not len(wide):
        return np.zeros(count, np.int64), order
    # begin after a gap, so that a sector across the south stays one
    order = np.roll(order, -(wide[0] + 1))
    gaps = np.roll(gaps, -(wide[0] + 1))
    return np.cumsum(np.append(False, gaps[:-1] > gap_deg)).astype(np.int64), order


def _rearranged(heard: Heard, order: Longs) -> Heard:
    rows = np.concatenate([np.arange(heard.at[a], heard.at[a + 1]) for a in order])
    at = np.cumsum(np.append(0, np.diff(heard.at)[order]))
    return Heard(
        heard.time_s[rows], heard.azimuth_deg[rows], at, heard.log_clutter[order], heard.free[rows]
    )


def _returned(member: Floats, heard: Heard, order: Longs) -> Floats:
    rows = np.concatenate([np.arange(heard.at[a], heard.at[a + 1]) for a in order])
    out = np.empty(len(member))
    out[rows] = member
    return out


def _moments(log: Floats, grid: _Grid) -> tuple[Floats, Floats]:
    """Give mean and standard error of place and time."""
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    place, time = weight.sum(axis=1), weight.sum(axis=0)
    mean = np.array([place @ grid.east_m, place @ grid.north_m, time @ grid.time_s])
    spread = np.array(
        [
            place @ (grid.east_m - mean[0]) ** 2,
            place @ (grid.north_m - mean[1]) ** 2,
            time @ (grid.time_s - mean[2]) ** 2,
        ]
    )
    return mean, np.sqrt(spread)


def _source(grid: _Grid, weight: Floats, odds: float, membership: Floats) -> Source:
    mean, spread = _moments(np.log(np.maximum(weight, 1e-300)), grid)
    x, y = from_plane(*grid.centre, mean[:1], mean[1:2])
    lon, lat = from_plane(*grid.centre, grid.east_m, grid.north_m)
    east, north = to_plane(float(x[0]), float(y[0]), lon, lat)
    place = weight.sum(axis=1)
    east, north = east - place @ east, north - place @ north
    cov = float(place @ east**2), float(place @ (east * north)), float(place @ north**2)
    return Source(
        lon=float(x[0]),
        lat=float(y[0]),
        time_s=float(mean[2]),
        time_sigma_s=float(spread[2]),
        cov_m2=cov,
        probability=float(1 / (1 + np.exp(-np.clip(odds, -700, 700)))),
        membership=membership,
    )
