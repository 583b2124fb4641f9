"""How much better an event explains what all sensors in earshot heard, and did not hear."""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.association.arrays import (
    HALF_WIND_M_S,
    STEP_M,
    Bytes,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
)
from truceline.geodesy.kernel import kernel

_WINDOW = 4.0  # sigmas within which an arrival may belong to an event
_LEAST = -6.0  # log ratio below which an arrival is clutter rather than a member
_HOPELESS = -2.0  # log ratio after the nearest sensors below which nothing more is asked
_NEAREST = 12  # how many of them
_FULL_TURN_LOG = 5.886104031450156  # log of 360
_ROOT_2PI = 2.5066282746310002
_LOG_ROOT_2PI = 0.9189385332046727


@kernel
def first_from(times: Floats, low: int, high: int, time: float) -> int:
    """Give the first position in ``times[low:high]`` that is not before ``time``."""
    while low < high:
        middle = (low + high) // 2
        if times[middle] < time:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def nearest_free(heard: Heard, taken: Bytes, sensor: int, time: float, within: float) -> int:
    """Give the free detection of a sensor that is nearest to a time; -1 where none is near."""
    low, high = heard.at[sensor], heard.at[sensor + 1]
    middle = first_from(heard.time_s, low, high, time)
    best, least = -1, within
    at = middle
    while at < high and heard.time_s[at] - time < least:
        if taken[at] == 0:
            best, least = at, heard.time_s[at] - time
            break
        at += 1
    at = middle - 1
    while at >= low and time - heard.time_s[at] < least:
        if taken[at] == 0:
            best = at
            break
        at -= 1
    return best


@kernel
def works(sensors: Sensors, sensor: int, time: float) -> bool:
    """Tell whether a sensor was not in a known outage at a time."""
    for at in range(sensors.outage_at[sensor], sensors.outage_at[sensor + 1]):
        if sensors.outage_start_s[at] <= time < sensors.outage_end_s[at]:
            return False
    return True


@kernel
def turned(degrees: float) -> float:
    """Give an angle as -180..180."""
    return (degrees + 540.0) % 360.0 - 180.0


@kernel
def time_log(residual_s: float, sigma_s: float, tail: float) -> float:
    """Give the log density of a residual: a bell, and a share spread over the window."""
    scaled = residual_s / sigma_s
    bell = (1.0 - tail) * math.exp(-0.5 * scaled * scaled) / (_ROOT_2PI * sigma_s)
    return math.log(bell + tail / (2.0 * _WINDOW * sigma_s))


@kernel
def azimuth_log(difference_deg: float, sigma_deg: float, tail: float) -> float:
    """Give the log ratio of a bearing under the event against any direction."""
    scaled = difference_deg / sigma_deg
    bell = (1.0 - tail) * math.exp(-0.5 * scaled * scaled) / (_ROOT_2PI * sigma_deg)
    return math.log(bell + tail / 360.0) + _FULL_TURN_LOG


@kernel
def level_log(count: int, total: float, squares: float, model: Model) -> float:
    """Give the log density of levels with one unknown source level, marginalised.

    Args:
        count: of levels.
        total: sum of (level + losses - mean source level). Unit: dB.
        squares: sum of their squares.
        model: spread of source levels and of levels about them.
    """
    own = model.level_sigma_db**2
    source = model.source_sigma_db**2
    wide = 1.0 + count * source / own
    fit = squares / own - total * total * source / (own * own * wide)
    return (
        -count * (_LOG_ROOT_2PI + math.log(model.level_sigma_db)) - 0.5 * math.log(wide) - 0.5 * fit
    )


@kernel
def log_ratio(  # noqa: C901, PLR0912, PLR0915 - one loop, since each call costs as much as its work
    anchor: int,
    east: float,
    north: float,
    time: float,
    speed: float,
    wind_e: float,
    wind_n: float,
    path_sigma: float,
    hasty: bool,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    member: Longs,
    which: Longs,
    loudness: Floats,
) -> tuple[float, int]:
    """Score an event against the hypothesis that all that was heard is clutter.

    Args:
        anchor: sensor about whose plane the place is given.
        east: place. Unit: m.
        north: place. Unit: m.
        time: of the event. Unit: s.
        speed: of sound. Unit: m/s.
        wind_e: blowing towards east. Unit: m/s.
        wind_n: blowing towards north. Unit: m/s.
        path_sigma: scatter of the effective speed between paths. Unit: m/s.
        hasty: give up after the nearest sensors where that is hopeless.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        member: receives the members (positions in ``heard``).
        which: receives the neighbour number of each member.
        loudness: receives the log weight of each loudness.

    Returns:
        the log-likelihood ratio and the number of members.
    """
    kinds = model.log_loudness.shape[0]
    steps = model.log_heard.shape[0]
    for g in range(kinds):
        loudness[g] = model.log_loudness[g]
    total, size = 0.0, 0
    levels, level_sum, level_squares, clutter = 0, 0.0, 0.0, 0.0
    room = member.shape[0]
    for k in range(near.known[anchor]):
        j = near.sensor[anchor, k]
        dx, dy = near.east_m[anchor, k] - east, near.north_m[anchor, k] - north
        distance = max(math.sqrt(dx * dx + dy * dy), 1.0)
        along = (wind_e * dx + wind_n * dy) / distance
        blown = along / (abs(along) + HALF_WIND_M_S)
        lean = model.hear_down if blown > 0.0 else model.hear_up
        step = int(distance * (1.0 - lean * blown) / STEP_M)
        if step >= steps:
            continue
        pace = speed + along
        arrival = time + distance / pace
        spread = path_sigma * distance / (pace * pace)
        sigma = math.sqrt(sensors.time_sigma_s[j] ** 2 + spread * spread + 1e-4)
        hit = nearest_free(heard, taken, j, arrival, _WINDOW * sigma)
        if hit >= 0 and size < room:
            gain = time_log(heard.time_s[hit] - arrival, sigma, model.tail) - sensors.log_clutter[j]
            azimuth = heard.azimuth_deg[hit]
            if not (np.isnan(azimuth) or np.isnan(sensors.azimuth_sigma_deg[j])):
                plane = math.degrees(math.atan2(-dx, -dy)) + near.turn_deg[anchor, k]
                own = sensors.azimuth_sigma_deg[j] * model.azimuth_scale
                gain += azimuth_log(
                    turned(azimuth - plane), math.sqrt(own * own + 1.0), model.azimuth_tail
                )
            if gain > _LEAST:
                total += gain
                for g in range(kinds):
                    loudness[g] += model.log_heard[step, g]
                member[size], which[size] = hit, k
                size += 1
                level = heard.level_db[hit]
                if not np.isnan(level):
                    losses = 20.0 * math.log10(max(distance, 30.0)) + model.excess_db_m * distance
                    above = level + losses - model.wind_db * blown - model.source_db
                    levels += 1
                    level_sum += above
                    level_squares += above * above
                    scaled = (level - model.clutter_db) / model.clutter_sigma_db
                    clutter += (
                        0.5 * scaled * scaled + math.log(model.clutter_sigma_db) + _LOG_ROOT_2PI
                    )
            else:
                hit = -1
        if hit < 0 and works(sensors, j, arrival):
            for g in range(kinds):
                loudness[g] += model.log_missed[step, g]
        if hasty and k == _NEAREST and size < 4:
            best = loudness[0]
            for g in range(1, kinds):
                best = max(best, loudness[g])
            if total + best < _HOPELESS:
                return -1e9, size
    best = loudness[0]
    for g in range(1, kinds):
        best = max(best, loudness[g])
    weight = 0.0
    for g in range(kinds):
        weight += math.exp(loudness[g] - best)
    total += best + math.log(weight)
    if levels > 0:
        total += level_log(levels, level_sum, level_squares, model) + clutter
    return total, size
