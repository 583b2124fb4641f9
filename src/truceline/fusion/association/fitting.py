"""Place, time and weather of an event from its members: robust Gauss-Newton with priors."""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.association.arrays import Floats, Heard, Longs, Model, Near, Sensors
from truceline.fusion.association.cholesky import factored, inverted, solved
from truceline.fusion.association.likelihood import turned
from truceline.geodesy.kernel import kernel

UNKNOWNS = 6
"""East, north, time, speed, wind east, wind north."""
_LONGEST_STEP_M = 4000.0


@kernel
def fit(
    anchor: int,
    at: Floats,
    size: int,
    member: Longs,
    which: Longs,
    air: Floats,
    home: Floats,
    rounds: int,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    cov: Floats,
) -> None:
    """Move an event to where its members put it.

    The errors of sound speed and wind are common to all paths of one event; they are unknowns with
    the prior of the model, so that what they leave open stands in the covariance.

    Args:
        anchor: sensor about whose plane the place is given.
        at: shape (6,), the unknowns; the last three are corrections of ``air``. Changed in place.
        size: number of members.
        member: positions in ``heard``.
        which: neighbour number of each.
        air: speed, wind east, wind north before correction. Unit: m/s.
        home: east, north (m) and information (1/m²) of the place by what else is known; 0: nothing.
        rounds: most steps.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        cov: shape (6, 6), receives the covariance.
    """
    normal = np.zeros((UNKNOWNS, UNKNOWNS))
    pull = np.zeros(UNKNOWNS)
    slope = np.zeros(UNKNOWNS)
    lower = np.zeros((UNKNOWNS, UNKNOWNS))
    step = np.zeros(UNKNOWNS)
    for turn in range(rounds):
        _priors(at, home, model, normal, pull)
        for m in range(size):
            _one(
                anchor,
                at,
                member[m],
                which[m],
                air,
                sensors,
                heard,
                near,
                model,
                normal,
                pull,
                slope,
            )
        if not factored(normal, lower):
            break
        solved(lower, pull, step)
        length = math.sqrt(step[0] * step[0] + step[1] * step[1])
        share = min(1.0, _LONGEST_STEP_M / max(length, 1e-9))
        for i in range(UNKNOWNS):
            at[i] += share * step[i]
        if length < 1.0 and turn > 0:
            break
    inverted(lower, slope, step, cov)


@kernel
def _priors(at: Floats, home: Floats, model: Model, normal: Floats, pull: Floats) -> None:
    for i in range(UNKNOWNS):
        pull[i] = 0.0
        for j in range(UNKNOWNS):
            normal[i, j] = 0.0
    # 100 km keeps a bare fit from running away
    normal[0, 0] = normal[1, 1] = 1e-10 + home[2]
    pull[0], pull[1] = home[2] * (home[0] - at[0]), home[2] * (home[1] - at[1])
    normal[2, 2] = 1e-12
    for i in range(3, UNKNOWNS):
        sigma = model.speed_sigma_m_s if i == 3 else model.wind_sigma_m_s
        normal[i, i] = 1.0 / (sigma * sigma)
        pull[i] = -at[i] / (sigma * sigma)


@kernel
def _one(
    anchor: int,
    at: Floats,
    hit: int,
    k: int,
    air: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    normal: Floats,
    pull: Floats,
    slope: Floats,
) -> None:
    """Add what one arrival says: its time, and its bearing where it has one."""
    j = near.sensor[anchor, k]
    dx, dy = near.east_m[anchor, k] - at[0], near.north_m[anchor, k] - at[1]
    distance = max(math.sqrt(dx * dx + dy * dy), 5.0)
    ux, uy = dx / distance, dy / distance
    pace = air[0] + at[3] + (air[1] + at[4]) * ux + (air[2] + at[5]) * uy
    residual = heard.time_s[hit] - at[2] - distance / pace
    spread = model.path_sigma_m_s * distance / (pace * pace)
    variance = sensors.time_sigma_s[j] ** 2 + spread * spread + 1e-4
    free = model.freedom
    weight = (free + 1.0) / (free + residual * residual / variance) / variance
    slower = -distance / (pace * pace)
    slope[0], slope[1], slope[2] = -ux / pace, -uy / pace, 1.0
    slope[3], slope[4], slope[5] = slower, slower * ux, slower * uy
    for a in range(UNKNOWNS):
        pull[a] += weight * slope[a] * residual
        for b in range(UNKNOWNS):
            normal[a, b] += weight * slope[a] * slope[b]
    azimuth = heard.azimuth_deg[hit]
    if np.isnan(azimuth) or np.isnan(sensors.azimuth_sigma_deg[j]):
        return
    own = sensors.azimuth_sigma_deg[j] * model.azimuth_scale
    sigma2 = own * own + 1.0
    off = turned(azimuth - math.degrees(math.atan2(-dx, -dy)) - near.turn_deg[anchor, k])
    if off * off > 16.0 * sigma2:
        return
    per = math.degrees(1.0) / (distance * distance)
    slope[0], slope[1] = -dy * per, dx * per
    for a in range(2):
        pull[a] += slope[a] * off / sigma2
        for b in range(2):
            normal[a, b] += slope[a] * slope[b] / sigma2
