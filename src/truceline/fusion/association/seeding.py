"""Hypotheses of events: each detection as a first arrival, places by triples, the best refined."""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.association.arrays import (
    MOST_MEMBERS,
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
from truceline.fusion.association.fitting import UNKNOWNS, fit
from truceline.fusion.association.likelihood import first_from, log_ratio, turned
from truceline.fusion.association.triples import from_three
from truceline.geodesy.kernel import kernel

_PARTNERS = 14  # neighbours among which the second and third arrival are looked for
_PARTNER_M = 9000.0
_MOST_ARRIVALS = 256  # of partners of one detection
_MOST_PLACES = 96  # tried places of one detection
_FARTHEST_M = 14_000.0  # from the first sensor
_SAME_M, _SAME_S = 120.0, 0.35
_ROUGH_S = 0.4  # a sensor with worse times starts no hypothesis
_REFITS = 3
_LEAST_MEMBERS = 3
_LOG_2PI_3_2 = 2.7568155996140185


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
def partners(
    first: int,
    slowest: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    taken: Bytes,
    arrival: Longs,
    number: Longs,
) -> int:
    """List what neighbours heard soon enough after a detection to be of one event with it.

    Args:
        first: the detection.
        slowest: least speed at which sound may travel. Unit: m/s.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        taken: 1 for detections that serve another event.
        arrival: receives detections.
        number: receives the neighbour number of each.

    Returns:
        how many there are; 0 where fewer than two sensors heard anything.
    """
    anchor = heard.sensor[first]
    time = heard.time_s[first]
    own = sensors.time_sigma_s[anchor]
    count, told = 0, 0
    for k in range(1, min(near.known[anchor], _PARTNERS + 1)):
        if near.distance_m[anchor, k] > _PARTNER_M:
            break
        j = near.sensor[anchor, k]
        if sensors.time_sigma_s[j] > _ROUGH_S:
            continue
        slack = 3.0 * (own + sensors.time_sigma_s[j]) + 0.02
        high = heard.at[j + 1]
        at = first_from(heard.time_s, heard.at[j], high, time - slack)
        latest = time + near.distance_m[anchor, k] / slowest + slack
        any_here = False
        while at < high and heard.time_s[at] <= latest and count < _MOST_ARRIVALS:
            if taken[at] == 0:
                arrival[count], number[count] = at, k
                count += 1
                any_here = True
            at += 1
        told += any_here
    return count if told >= 2 else 0


@kernel
def best_place(  # noqa: C901 - one loop, since each call costs as much as its work
    first: int,
    count: int,
    arrival: Longs,
    number: Longs,
    wind: Floats,
    slowest: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    member: Longs,
    which: Longs,
    loudness: Floats,
    place: Floats,
) -> float:
    """Try the places of all causal triples with a detection as the first; keep the best.

    Returns:
        its log-likelihood ratio, -1e9 where no triple gives a place; ``place`` receives it.
    """
    anchor, time = heard.sensor[first], heard.time_s[first]
    azimuth = heard.azimuth_deg[first]
    sigma = sensors.azimuth_sigma_deg[anchor] * model.azimuth_scale
    bearing = not (np.isnan(azimuth) or np.isnan(sigma))
    tried = np.empty((_MOST_PLACES, 3))
    solution = np.empty((2, 3))
    best, places = -1e9, 0
    for one in range(count):
        k1 = number[one]
        t1 = heard.time_s[arrival[one]] - time
        for two in range(one + 1, count):
            k2 = number[two]
            if k1 == k2:
                continue
            t2 = heard.time_s[arrival[two]] - time
            dx = near.east_m[anchor, k1] - near.east_m[anchor, k2]
            dy = near.north_m[anchor, k1] - near.north_m[anchor, k2]
            if abs(t1 - t2) > math.sqrt(dx * dx + dy * dy) / slowest + 0.2:
                continue
            found = from_three(
                near.east_m[anchor, k1], near.north_m[anchor, k1], t1,
                near.east_m[anchor, k2], near.north_m[anchor, k2], t2,
                wind[0], wind[1], wind[2], solution,
            )  # fmt: skip
            for s in range(found):
                x, y, t = solution[s, 0], solution[s, 1], solution[s, 2]
                if x * x + y * y > _FARTHEST_M * _FARTHEST_M:
                    continue
                if bearing:
                    off = turned(azimuth - math.degrees(math.atan2(x, y)))
                    if abs(off) > 5.0 * sigma + 12.0:
                        continue
                if _was_tried(tried, places, x, y, t):
                    continue
                if places < _MOST_PLACES:
                    tried[places, 0], tried[places, 1], tried[places, 2] = x, y, t
                    places += 1
                value, _size = log_ratio(
                    anchor, x, y, time + t, wind[0], wind[1], wind[2], model.search_sigma_m_s,
                    True, sensors, heard, near, model, taken, member, which, loudness,
                )  # fmt: skip
                if value > best:
                    best = value
                    place[0], place[1], place[2] = x, y, time + t
    return best


@kernel
def _was_tried(tried: Floats, places: int, x: float, y: float, t: float) -> bool:
    for at in range(places):
        if (
            abs(tried[at, 0] - x) < _SAME_M
            and abs(tried[at, 1] - y) < _SAME_M
            and abs(tried[at, 2] - t) < _SAME_S
        ):
            return True
    return False


@kernel
def refined(
    anchor: int,
    at: Floats,
    wind: Floats,
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
    value, size = -1e9, 0
    for turn in range(refits + 1):
        sigma = model.search_sigma_m_s if turn == 0 else model.path_sigma_m_s
        value, size = log_ratio(
            anchor, at[0], at[1], at[2], wind[0] + at[3], wind[1] + at[4], wind[2] + at[5], sigma,
            False, sensors, heard, near, model, taken, member, which, loudness,
        )  # fmt: skip
        if size < _LEAST_MEMBERS:
            return -1e9, size
        if turn < refits:
            fit(anchor, at, size, member, which, wind, 4, sensors, heard, near, model, cov)
    volume = np.linalg.det(cov[:3, :3].copy())
    if not volume > 0.0:
        return -1e9, size
    odds = value + model.log_rate + _LOG_2PI_3_2 + 0.5 * math.log(volume)
    odds -= 0.5 * (at[3] / model.speed_sigma_m_s) ** 2
    odds -= 0.5 * (at[4] / model.wind_sigma_m_s) ** 2 + 0.5 * (at[5] / model.wind_sigma_m_s) ** 2
    return odds, size


@kernel
def hypotheses(
    first: Longs,
    least: float,
    clear: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    explained: Bytes,
    events: Events,
) -> int:
    """Make hypotheses with the given detections as first arrivals, in their order.

    A detection that stands in a hypothesis beyond doubt starts none of its own; where it should
    have, a later round finds it free and tries again.

    Args:
        first: positions in ``heard``.
        least: log-odds below which a hypothesis is dropped.
        clear: log-odds above which its members start no hypotheses.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        explained: zeros; working room, one for each detection.
        events: receives the hypotheses; those beyond its room are dropped.

    Returns:
        how many there are.
    """
    arrival = np.empty(_MOST_ARRIVALS, np.int64)
    number = np.empty(_MOST_ARRIVALS, np.int64)
    member = np.empty(MOST_MEMBERS, np.int64)
    which = np.empty(MOST_MEMBERS, np.int64)
    loudness = np.empty(model.log_loudness.shape[0])
    wind, place, at = np.empty(3), np.empty(3), np.empty(UNKNOWNS)
    cov = np.empty((UNKNOWNS, UNKNOWNS))
    made, room = 0, events.anchor.shape[0]
    for f in range(first.shape[0]):
        one = first[f]
        anchor = heard.sensor[one]
        if taken[one] or explained[one] or sensors.time_sigma_s[anchor] > _ROUGH_S:
            continue
        air_at(air, anchor, heard.time_s[one], wind)
        blow = math.sqrt(wind[1] * wind[1] + wind[2] * wind[2])
        slowest = wind[0] - blow - 2.0 * model.search_sigma_m_s
        count = partners(one, slowest, sensors, heard, near, taken, arrival, number)
        if count == 0:
            continue
        value = best_place(
            one, count, arrival, number, wind, slowest, sensors, heard, near, model, taken, member,
            which, loudness, place,
        )  # fmt: skip
        if value < least - 6.0:
            continue
        at[:] = 0.0
        at[:3] = place
        odds, size = refined(
            anchor, at, wind, _REFITS, sensors, heard, near, model, taken, member, which, loudness,
            cov,
        )  # fmt: skip
        if odds < least or made >= room:
            continue
        keep(events, made, anchor, at, odds, size, member, which, wind, heard, near, cov)
        made += 1
        if odds > clear:
            for m in range(size):
                explained[member[m]] = 1
    return made


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
