"""Where and when an event was: robust Gauss-Newton over its picks, and the evidence for it."""

from __future__ import annotations

import numpy as np

from truceline.fusion.phases.arrays import (
    UNKNOWNS,
    Bytes,
    Floats,
    Ground,
    Longs,
    Model,
    Picks,
    Stations,
)
from truceline.fusion.phases.likelihood import claim, path, spread
from truceline.geodesy.kernel import kernel

_FREEDOM = 4.0
_STEPS = 4
_SCALES = np.array([3.0, 2.0, 1.4, 1.0, 1.0])
_LEAST_STATIONS = 3
_FARTHEST = 1e6
_LOG_TAU = 1.8378770664093453


@kernel
def enough(member: Longs, least: int) -> bool:
    """Tell whether picks can speak for a place: so many of them, at three stations or more."""
    count, stations = 0, 0
    for s in range(member.shape[0] // 2):
        here = int(member[2 * s] >= 0) + int(member[2 * s + 1] >= 0)
        count += here
        stations += here > 0
    return bool(count >= least and stations >= _LEAST_STATIONS)


@kernel
def normal_equations(
    at: Floats,
    member: Longs,
    scale: float,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    square: Floats,
    side: Floats,
) -> None:
    """Set up the weighted least squares of a step, the prior of depth included.

    Source: iteratively reweighted least squares of a Student t (Lange, Little & Taylor 1989).

    Args:
        at: east, north, depth, time.
        member: the pick of each channel.
        scale: factor on the errors of times.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        square: receives the matrix, shape (4, 4).
        side: receives the right side, shape (4,).
    """
    square[:] = 0.0
    side[:] = 0.0
    slope = np.ones(UNKNOWNS)
    for k in range(member.shape[0]):
        if member[k] < 0:
            continue
        travel = path(k, at, stations, ground, slope)
        sigma = spread(k % 2, travel, model, scale)
        residual = picks.time_s[member[k]] - at[3] - travel - model.late_s[k]
        weight = (_FREEDOM + 1.0) / (_FREEDOM + (residual / sigma) ** 2) / sigma**2
        for i in range(UNKNOWNS):
            side[i] += weight * slope[i] * residual
            for j in range(UNKNOWNS):
                square[i, j] += weight * slope[i] * slope[j]
    tight = 1.0 / model.depth_sigma_m**2
    square[2, 2] += tight
    side[2] += tight * (model.depth_m - at[2])


@kernel
def density_at(at: Floats, model: Model) -> float:
    """Give the log of events per s and m² at a place and time."""
    columns, rows = model.log_place.shape
    i = min(max(int((at[0] - model.corner_m[0]) / model.cell_m + 0.5), 0), columns - 1)
    j = min(max(int((at[1] - model.corner_m[1]) / model.cell_m + 0.5), 0), rows - 1)
    hour = int((at[3] - model.begin_s) / model.hour_s)
    hour = min(max(hour, 0), model.log_often.shape[0] - 1)
    return float(model.log_often[hour] + model.log_place[i, j])


@kernel
def refine(
    at: Floats,
    rough: bool,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    taken: Bytes,
    member: Longs,
    cov: Floats,
) -> float:
    """Move an event to where its picks agree best, choosing picks and place by turns.

    Args:
        at: east, north, depth, time; changed in place.
        rough: whether it comes from the search, and errors are to be taken wide at first.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        taken: 1 for picks that are not to be had.
        member: receives the pick of each channel.
        cov: receives the covariance, shape (4, 4).

    Returns:
        log of the odds of an event; -inf where picks do not suffice.
    """
    square, side = np.empty((UNKNOWNS, UNKNOWNS)), np.empty(UNKNOWNS)
    likely = 0.0
    for turn in range(0 if rough else 3, _SCALES.shape[0]):
        scale = _SCALES[turn]
        likely = claim(at, scale, stations, picks, ground, model, taken, member)
        if not enough(member, model.least_picks):
            return -np.inf
        for _ in range(_STEPS):
            normal_equations(at, member, scale, stations, picks, ground, model, square, side)
            for i in range(UNKNOWNS):
                square[i, i] *= 1.001
            move = np.linalg.solve(square, side)
            at += move
            at[2] = min(max(at[2], 0.0), model.deepest_m)
            if move[0] ** 2 + move[1] ** 2 + move[2] ** 2 < 100.0:
                break
        if not abs(at[0]) + abs(at[1]) < _FARTHEST:
            return -np.inf
    likely = claim(at, 1.0, stations, picks, ground, model, taken, member)
    if not enough(member, model.least_picks):
        return -np.inf
    normal_equations(at, member, 1.0, stations, picks, ground, model, square, side)
    cov[:] = np.linalg.inv(square)
    deep = (at[2] - model.depth_m) / model.depth_sigma_m
    prior = density_at(at, model) - 0.5 * deep * deep - np.log(model.depth_sigma_m) - _LOG_TAU / 2
    volume = 0.5 * (UNKNOWNS * _LOG_TAU - np.log(np.linalg.det(square)))
    return float(prior + likely + volume)
