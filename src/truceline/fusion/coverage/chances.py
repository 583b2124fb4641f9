"""The chance that an event is counted, for rows of places and times and for a grid; who heard what."""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.association.arrays import Air, Floats, Ints, Sensors
from truceline.fusion.association.likelihood import works
from truceline.fusion.coverage.hearing import Hearing
from truceline.fusion.coverage.listening import (
    over_window,
    room_for_edges,
    step_of,
    ways,
    wind_at,
)
from truceline.geodesy.kernel import kernel


@kernel
def at_rows(
    lon: Floats,
    lat: Floats,
    start_s: Floats,
    end_s: Floats,
    near: Ints,
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
    found: Floats,
) -> Floats:
    """Give the chance that an event is counted, for each row and class of loudness, shape (r, g).

    Args:
        lon: of the rows, shape (r,). Unit: deg.
        lat: shape (r,). Unit: deg.
        start_s: of the window of each row.
        end_s: of the window; may be the start.
        near: sensors about each row, shape (r, k).
        sensors: all.
        air: wind at the sensors.
        hearing: chance to hear.
        found: share of the events with 0, 1, ... arrivals that are found; the last for all above.
    """
    kinds = hearing.heard.shape[1]
    chances = np.zeros((len(lon), kinds))
    way = np.empty((near.shape[1], 3))
    scratch, spread = np.empty((len(found), kinds)), np.empty((len(found), kinds))
    for r in range(len(lon)):
        known = ways(lon[r], lat[r], near[r], sensors, way)
        edges = np.empty(room_for_edges(near[r], sensors))
        over_window(
            start_s[r], end_s[r], near[r], known, way, sensors, air, hearing, edges, scratch, spread
        )
        for n in range(len(found)):
            for g in range(kinds):
                chances[r, g] += found[n] * spread[n, g]
    return chances


@kernel
def over_grid(
    lon: Floats,
    lat: Floats,
    hours_s: Floats,
    near: Ints,
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
    group: Ints,
    found: Floats,
) -> Floats:
    """Give the chances of an event in each cell and hour, shape (c, h, 3 + groups).

    At least three sensors hear it; at least four; it is counted; it is counted when it is of each
    group of loudness. A group that no class is of has NaN.

    Args:
        lon: of the cells, shape (c,). Unit: deg.
        lat: shape (c,). Unit: deg.
        hours_s: borders of the hours, shape (h + 1,).
        near: sensors about each cell, shape (c, k).
        sensors: all.
        air: wind at the sensors.
        hearing: chance to hear.
        group: of each class.
        found: as of :func:`at_rows`; at least five values.
    """
    kinds, groups, hours = hearing.heard.shape[1], 3, len(hours_s) - 1
    out = np.zeros((len(lon), hours, 3 + groups))
    weight = np.zeros(groups)
    for g in range(kinds):
        weight[group[g]] += hearing.share[g]
    way = np.empty((near.shape[1], 3))
    scratch, spread = np.empty((len(found), kinds)), np.empty((len(found), kinds))
    for c in range(len(lon)):
        known = ways(lon[c], lat[c], near[c], sensors, way)
        edges = np.empty(room_for_edges(near[c], sensors))
        for h in range(hours):
            over_window(
                hours_s[h], hours_s[h + 1], near[c], known, way, sensors, air, hearing, edges,
                scratch, spread,
            )  # fmt: skip
            for g in range(kinds):
                counted = 0.0
                for n in range(len(found)):
                    counted += found[n] * spread[n, g]
                few = spread[0, g] + spread[1, g] + spread[2, g]
                out[c, h, 0] += hearing.share[g] * (1.0 - few)
                out[c, h, 1] += hearing.share[g] * (1.0 - few - spread[3, g])
                out[c, h, 2] += hearing.share[g] * counted
                out[c, h, 3 + group[g]] += hearing.share[g] * counted
            for one in range(groups):
                out[c, h, 3 + one] /= weight[one] if weight[one] > 0.0 else np.nan
            for at in range(3 + groups):  # sums of many shares may leave 0..1 by a last bit
                if out[c, h, at] > 1.0:
                    out[c, h, at] = 1.0
                elif out[c, h, at] < 0.0:
                    out[c, h, at] = 0.0
    return out


@kernel
def pattern_logs(
    lon: Floats,
    lat: Floats,
    time_s: Floats,
    near: Ints,
    member: Ints,
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
) -> Floats:
    """Give the log-likelihood of who heard each event and who did not, by class, shape (e, g).

    Args:
        lon: of the events, shape (e,). Unit: deg.
        lat: shape (e,). Unit: deg.
        time_s: shape (e,).
        near: sensors about each event, shape (e, k).
        member: sensors that heard it, shape (e, m); -1 beyond the last.
        sensors: all.
        air: wind at the sensors.
        hearing: chance to hear.
    """
    kinds = hearing.heard.shape[1]
    logs = np.zeros((len(lon), kinds))
    way = np.empty((near.shape[1], 3))
    for e in range(len(lon)):
        known = ways(lon[e], lat[e], near[e], sensors, way)
        if known == 0:
            continue
        east, north = wind_at(air, near[e, 0], time_s[e])
        for k in range(known):
            j = near[e, k]
            heard = False
            for m in member[e]:
                heard = heard or m == j
            if not heard and (sensors.uptime[j] <= 0.0 or not works(sensors, j, time_s[e])):
                continue
            step = step_of(way[k, 0], east * way[k, 1] + north * way[k, 2], hearing)
            for g in range(kinds):
                p = hearing.heard[step, g]
                logs[e, g] += (
                    math.log(max(p, 1e-9)) if heard else math.log1p(-p * sensors.uptime[j])
                )
    return logs
