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
_LEVEL_TAIL = 0.03
_LEVEL_SPAN_DB = 60.0
_FULL_TURN_LOG = 5.886104031450156  # log of 360
_ROOT_2PI = 2.5066282746310002


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
def arrival_log(
    hit: int,
    k: int,
    anchor: int,
    sensor: int,
    dx: float,
    dy: float,
    residual_s: float,
    sigma_s: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
) -> float:
    """Give the log ratio of a detection's time and bearing under an event against clutter.

    Args:
        hit: position in ``heard``.
        k: neighbour number of its sensor.
        anchor: sensor about whose plane places are given.
        sensor: its sensor.
        dx: from the event to the sensor, east. Unit: m.
        dy: from the event to the sensor, north. Unit: m.
        residual_s: observed minus expected time. Unit: s.
        sigma_s: of the residual. Unit: s.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
    """
    gain = time_log(residual_s, sigma_s, model.tail) - sensors.log_clutter[sensor]
    azimuth, own = heard.azimuth_deg[hit], sensors.azimuth_sigma_deg[sensor]
    if np.isnan(azimuth) or np.isnan(own):
        return float(gain)
    plane = math.degrees(math.atan2(-dx, -dy)) + near.turn_deg[anchor, k]
    own *= model.azimuth_scale
    spread = math.sqrt(own * own + 1.0)
    return float(gain + azimuth_log(turned(azimuth - plane), spread, model.azimuth_tail))


@kernel
def heavy_log(difference: float, sigma: float) -> float:
    """Give the log density of a level: a bell, and a share spread over a wide span (1/dB)."""
    scaled = difference / sigma
    bell = (1.0 - _LEVEL_TAIL) * math.exp(-0.5 * scaled * scaled) / (_ROOT_2PI * sigma)
    return math.log(bell + _LEVEL_TAIL / _LEVEL_SPAN_DB)


@kernel
def source_of(above: Floats, count: int, model: Model) -> float:
    """Give the level of a source from levels with losses added, bearing with wrong ones.

    Args:
        above: level + losses of each. Unit: dB.
        count: how many.
        model: spread of source levels and of levels about them.
    """
    own, prior = model.level_sigma_db**2, model.source_sigma_db**2
    source = model.source_db
    for turn in range(4):
        weight, total = 1.0 / prior, model.source_db / prior
        for m in range(count):
            off = above[m] - source
            share = 1.0 / own
            if turn > 0:
                share = 5.0 / (4.0 + off * off / own) / own
            weight += share
            total += share * above[m]
        source = total / weight
    return source


@kernel
def source_log(source: float, count: int, model: Model) -> float:
    """Give what a fitted source level adds: its prior, and the room that it has (Laplace)."""
    off = (source - model.source_db) / model.source_sigma_db
    share = model.level_sigma_db**2 / model.source_sigma_db**2
    return -0.5 * off * off + 0.5 * math.log(share / (count + share))


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
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    member: Longs,
    which: Longs,
    loudness: Floats,
    source: float,
) -> tuple[float, int, float]:
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
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        member: receives the members (positions in ``heard``).
        which: receives the neighbour number of each member.
        loudness: receives the log weight of each loudness.
        source: level of the source by the members of before; NaN: not known yet. Unit: dB.

    Returns:
        the log-likelihood ratio, the number of members, and the level of the source by them.
    """
    kinds = model.log_loudness.shape[0]
    steps = model.log_heard.shape[0]
    for g in range(kinds):
        loudness[g] = model.log_loudness[g]
    total, size = 0.0, 0
    levels, known = 0, not np.isnan(source)
    middle = source if known else model.source_db
    wide = model.level_sigma_db
    if not known:
        wide = math.sqrt(wide * wide + model.source_sigma_db**2)
    above = np.empty(member.shape[0])
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
            gain = arrival_log(
                hit, k, anchor, j, dx, dy, heard.time_s[hit] - arrival, sigma, sensors, heard, near,
                model,
            )  # fmt: skip
            level = heard.level_db[hit]
            if not np.isnan(level):
                losses = 20.0 * math.log10(max(distance, 30.0)) + model.excess_db_m * distance
                level += losses - model.wind_db * blown
                gain += heavy_log(level - middle, wide)
                gain -= heavy_log(heard.level_db[hit] - model.clutter_db, model.clutter_sigma_db)
            with_it, without = -1e9, -1e9
            for g in range(kinds):
                with_it = max(with_it, loudness[g] + model.log_heard[step, g])
                without = max(without, loudness[g] + model.log_missed[step, g])
            if gain + with_it > without:
                total += gain
                for g in range(kinds):
                    loudness[g] += model.log_heard[step, g]
                member[size], which[size] = hit, k
                size += 1
                if not np.isnan(level):
                    above[levels] = level
                    levels += 1
            else:
                hit = -1
        if hit < 0 and works(sensors, j, arrival):
            for g in range(kinds):
                loudness[g] += model.log_missed[step, g]
    best = loudness[0]
    for g in range(1, kinds):
        best = max(best, loudness[g])
    weight = 0.0
    for g in range(kinds):
        weight += math.exp(loudness[g] - best)
    total += best + math.log(weight)
    if levels > 0:
        middle = source_of(above, levels, model)
        if known:
            total += source_log(source, levels, model)
    return total, size, middle
