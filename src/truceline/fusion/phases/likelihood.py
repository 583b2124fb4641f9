"""How well a hypothesis explains what every station picked and what it did not."""

from __future__ import annotations

import numpy as np

from truceline.fusion.phases.arrays import Bytes, Floats, Ground, Longs, Model, Picks, Stations
from truceline.fusion.propagation.tables import look_up
from truceline.geodesy.kernel import kernel

GATE = 4.0
"""A pick farther from its time than this many standard errors is no member."""
_WIDE = 3.0
"""How much wider the tail is."""
_LOG_ROOT_TAU = 0.9189385332046727


@kernel
def path(channel: int, at: Floats, stations: Stations, ground: Ground, out: Floats) -> float:
    """Give travel time (s) to a channel; its derivatives by the place of the event go to ``out``.

    Args:
        channel: one phase at one station.
        at: east, north, depth of the event. Unit: m.
        stations: all.
        ground: travel times.
        out: receives three derivatives. Unit: s/m.

    Returns:
        travel time.
    """
    station = channel // 2
    east, north = at[0] - stations.east_m[station], at[1] - stations.north_m[station]
    distance = max(np.sqrt(east * east + north * north), 1.0)
    time, along, down = look_up(
        distance,
        at[2],
        ground.slowness_s_m[channel % 2],
        ground.distance_step_m,
        ground.depth_step_m,
    )
    out[0], out[1], out[2] = along * east / distance, along * north / distance, down
    return float(time)


@kernel
def spread(phase: int, travel_s: float, model: Model, scale: float) -> float:
    """Give the standard error of a pick after a travel time, times ``scale``. Unit: s."""
    way = model.relative_sigma[phase] * travel_s
    return float(scale * np.sqrt(model.sigma_s[phase] ** 2 + way * way))


@kernel
def time_log(residual_s: float, sigma_s: float, tail: float) -> float:
    """Give the log density of a residual: a bell with a share of wider ones. Unit: of 1/s."""
    square = (residual_s / sigma_s) ** 2
    core = (1.0 - tail) * np.exp(-0.5 * square)
    wide = tail / _WIDE * np.exp(-0.5 * square / _WIDE**2)
    return float(np.log(core + wide) - np.log(sigma_s) - _LOG_ROOT_TAU)


@kernel
def nearest_pick(channel: int, time_s: float, gate_s: float, picks: Picks, taken: Bytes) -> int:
    """Give the free pick of a channel nearest to a time, within a gate; -1: none."""
    low, high = picks.at[channel], picks.at[channel + 1]
    at = low + np.searchsorted(picks.time_s[low:high], time_s - gate_s)
    best, least = -1, gate_s
    while at < high and picks.time_s[at] <= time_s + gate_s:
        off = abs(picks.time_s[at] - time_s)
        if not taken[at] and off <= least:
            best, least = at, off
        at += 1
    return int(best)


@kernel
def claim(
    at: Floats,
    scale: float,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    taken: Bytes,
    member: Longs,
) -> float:
    """Choose the picks of an event at a place and time, and weigh all channels.

    Args:
        at: east, north, depth, time.
        scale: factor on the errors of times, above 1 while the place is rough.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        taken: 1 for picks that are not to be had.
        member: receives the pick of each channel, -1: none.

    Returns:
        log of the likelihood ratio against no event, the size of the event summed over.
    """
    sizes = model.log_size.shape[0]
    score = model.log_size.copy()
    gain = np.empty(member.shape[0])
    step = np.empty(member.shape[0], np.int64)
    slope = np.empty(3)
    for k in range(member.shape[0]):
        travel = path(k, at, stations, ground, slope)
        station = k // 2
        away = np.sqrt(
            (at[0] - stations.east_m[station]) ** 2
            + (at[1] - stations.north_m[station]) ** 2
            + at[2] ** 2
        )
        step[k] = min(int(away / model.step_m), model.log_heard.shape[2] - 1)
        sigma = spread(k % 2, travel, model, scale)
        due = at[3] + travel + model.late_s[k]
        pick = nearest_pick(k, due, GATE * sigma, picks, taken)
        member[k] = pick
        if pick >= 0:
            gain[k] = time_log(picks.time_s[pick] - due, sigma, model.tail) - picks.log_rate[pick]
        for c in range(sizes):
            if pick >= 0:
                score[c] += model.log_heard[k, c, step[k]]
            else:
                score[c] += model.log_missed[k, c, step[k]]
    best = int(np.argmax(score))
    total = 0.0
    for k in range(member.shape[0]):
        if member[k] < 0:
            continue
        heard, missed = model.log_heard[k, best, step[k]], model.log_missed[k, best, step[k]]
        if gain[k] + heard < missed:  # likelier clutter than the event's
            member[k] = -1
            for c in range(sizes):
                score[c] += model.log_missed[k, c, step[k]] - model.log_heard[k, c, step[k]]
        else:
            total += gain[k]
    top = score.max()
    return float(total + top + np.log(np.exp(score - top).sum()))
