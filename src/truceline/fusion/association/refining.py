"""A hypothesis made better: members chosen and fitted in turn, and the evidence weighed."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import (
    Air,
    Bytes,
    Events,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
)
from truceline.fusion.association.cholesky import determinant_3
from truceline.fusion.association.fitting import fit
from truceline.fusion.association.likelihood import log_ratio
from truceline.geodesy.kernel import kernel

LEAST_MEMBERS: Final = 3
_STEPS: Final = 3
_LOG_2PI: Final = 1.8378770664093453


@kernel
def air_at(air: Air, sensor: int, time: float, out: Floats) -> None:
    """Write speed and wind at a sensor and time, linear between the hours."""
    rows = air.speed_m_s.shape[0]
    share = (time - air.origin_s) / air.step_s
    row = min(max(int(share), 0), max(rows - 2, 0))
    share = min(max(share - row, 0.0), 1.0)
    after = min(row + 1, rows - 1)
    out[0] = (1 - share) * air.speed_m_s[row, sensor] + share * air.speed_m_s[after, sensor]
    out[1] = (1 - share) * air.east_m_s[row, sensor] + share * air.east_m_s[after, sensor]
    out[2] = (1 - share) * air.north_m_s[row, sensor] + share * air.north_m_s[after, sensor]


@kernel
def refined(
    anchor: int,
    at: Floats,
    wind: Floats,
    home: Floats,
    refits: int,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    member: Longs,
    which: Longs,
    loudness: Floats,
    cov: Floats,
) -> tuple[float, int]:
    """Fit place, time and weather to the members, choose members anew, and weigh the evidence.

    Args:
        anchor: sensor about whose plane the place is given.
        at: shape (6,), start and result.
        wind: speed and wind of the table. Unit: m/s.
        home: east, north (m) and information (1/m²) of the place by a salvo; information 0: of none.
        refits: rounds of choosing and fitting.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        member: receives the members.
        which: receives their neighbour numbers.
        loudness: room for the weights of loudness.
        cov: shape (6, 6), receives the covariance.

    Returns:
        log-odds that there is such an event, by Laplace's method, and the number of members; -1e9
        where it keeps too few.
    """
    value, size, before, source = -1e9, 0, -1, np.nan
    for turn in range(refits + 1):
        sigma = model.search_sigma_m_s if turn == 0 else model.path_sigma_m_s
        value, size, source = log_ratio(
            anchor, at[0], at[1], at[2], wind[0] + at[3], wind[1] + at[4], wind[2] + at[5], sigma,
            sensors, heard, near, model, taken, member, which, loudness, source,
        )  # fmt: skip
        if size < LEAST_MEMBERS:
            return -1e9, size
        if turn == refits:
            break
        key = 0
        for m in range(size):
            key += (member[m] + 1) * (m + 1)
        if turn > 1 and key == before:
            break  # the same members: the fit would not move
        before = key
        fit(anchor, at, size, member, which, wind, home, _STEPS, sensors, heard, near, model, cov)
    volume = determinant_3(cov)
    if not volume > 0.0:
        return -1e9, size
    odds = value + 1.5 * _LOG_2PI + 0.5 * math.log(volume)
    odds -= 0.5 * (at[3] / model.speed_sigma_m_s) ** 2
    odds -= 0.5 * (at[4] / model.wind_sigma_m_s) ** 2 + 0.5 * (at[5] / model.wind_sigma_m_s) ** 2
    square = (at[0] - home[0]) ** 2 + (at[1] - home[1]) ** 2
    odds += model.log_rate - 0.5 * home[2] * square
    return odds, size


@kernel
def keep(
    events: Events,
    row: int,
    anchor: int,
    at: Floats,
    odds: float,
    size: int,
    member: Longs,
    which: Longs,
    wind: Floats,
    heard: Heard,
    near: Near,
    cov: Floats,
) -> None:
    """Write an event into a row."""
    events.anchor[row] = anchor
    events.east_m[row], events.north_m[row], events.time_s[row] = at[0], at[1], at[2]
    events.log_odds[row], events.size[row] = odds, size
    events.cov[row, :, :] = cov
    events.drift[row, :] = at[3:]
    for m in range(size):
        k = which[m]
        dx, dy = near.east_m[anchor, k] - at[0], near.north_m[anchor, k] - at[1]
        distance = max(math.sqrt(dx * dx + dy * dy), 1.0)
        pace = wind[0] + at[3] + ((wind[1] + at[4]) * dx + (wind[2] + at[5]) * dy) / distance
        events.member[row, m] = member[m]
        events.residual_s[row, m] = heard.time_s[member[m]] - at[2] - distance / pace
    for m in range(size, events.member.shape[1]):
        events.member[row, m] = -1
        events.residual_s[row, m] = 0.0


@kernel
def no_home() -> Floats:
    """Give what says that nothing else is known of a place."""
    return np.zeros(3)


@kernel
def misfit_of(events: Events, row: int, sensors: Sensors, heard: Heard, path_sigma: float) -> float:
    """Give the mean square of an event's scaled residuals, paths of a middling length assumed."""
    total = 0.0
    for m in range(events.size[row]):
        sigma = sensors.time_sigma_s[heard.sensor[events.member[row, m]]]
        spread = path_sigma * 0.04  # 5 km / (340 m/s)²
        total += events.residual_s[row, m] ** 2 / (sigma * sigma + spread * spread + 1e-4)
    return float(total / max(events.size[row], 1))
