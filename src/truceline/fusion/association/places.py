"""Places that three arrivals give and a further one supports, before anything is weighed in full."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Floats, Heard, Longs, Model, Near, Sensors
from truceline.fusion.association.likelihood import turned
from truceline.fusion.association.triples import from_three
from truceline.geodesy.kernel import kernel

MOST_PLACES: Final = 24
"""Places of one first arrival that are weighed in full."""
_FARTHEST_M: Final = 16_000.0  # from the first sensor
_SAME_M, _SAME_S = 150.0, 0.4
_WINDOW: Final = 4.0  # sigmas within which a further arrival supports a place
_BEARING_WORTH: Final = 0.75
"""What a bearing that fits is worth, beside an arrival that fits."""
_ENOUGH: Final = 0.9
_BEYOND: Final = 1.5
"""Standard deviations of chance support by which a place must be beyond it."""


@kernel
def places_of(  # noqa: C901 - one loop, since each call costs as much as its work
    first: int,
    count: int,
    hit: Longs,
    number: Longs,
    after_s: Floats,
    chance: float,
    wind: Floats,
    slowest: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    place: Floats,
    worth: Floats,
) -> int:
    """List the places of causal triples that have support, the best supported ones where room ends.

    Args:
        first: the detection that is taken as the first arrival.
        count: how many arrivals there are at neighbours.
        hit: those arrivals.
        number: their neighbour numbers.
        after_s: their times after the first. Unit: s.
        chance: sensors that support a place by false alarms alone.
        wind: speed, wind east, wind north. Unit: m/s.
        slowest: least speed at which sound may travel. Unit: m/s.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        place: shape (MOST_PLACES, 3), receives east, north, time after the first (not above 0).
        worth: shape (MOST_PLACES,), receives the support of each.

    Returns:
        how many there are.
    """
    anchor = heard.sensor[first]
    solution = np.empty((2, 3))
    enough = max(_ENOUGH, chance + _BEYOND * math.sqrt(chance))
    found = 0
    for two in range(1, count):
        k2 = number[two]
        t2 = after_s[two]
        x2, y2 = near.east_m[anchor, k2], near.north_m[anchor, k2]
        for one in range(two):
            k1 = number[one]
            if k1 == k2:
                break  # in order of neighbours: those that follow are of the same sensor too
            t1 = after_s[one]
            x1, y1 = near.east_m[anchor, k1], near.north_m[anchor, k1]
            lag = (abs(t1 - t2) - 0.2) * slowest
            if lag > 0.0 and lag * lag > (x1 - x2) ** 2 + (y1 - y2) ** 2:
                continue
            solutions = from_three(x1, y1, t1, x2, y2, t2, wind[0], wind[1], wind[2], solution)
            for s in range(solutions):
                x, y, t = solution[s, 0], solution[s, 1], solution[s, 2]
                if x * x + y * y > _FARTHEST_M * _FARTHEST_M:
                    continue
                told = _bearing(first, x, y, sensors, heard, model)
                if told < 0.0:
                    continue
                more = _bearing(hit[one], x - x1, y - y1, sensors, heard, model)
                if more < 0.0:
                    continue
                told += more
                more = _bearing(hit[two], x - x2, y - y2, sensors, heard, model)
                if more < 0.0:
                    continue
                told += more + _support(
                    first, count, hit, number, after_s, k1, k2, x, y, t, wind, sensors, heard,
                    near, model,
                )  # fmt: skip
                if told >= enough:
                    found = _noted(place, worth, found, x, y, t, told)
    return found


@kernel
def _bearing(hit: int, x: float, y: float, sensors: Sensors, heard: Heard, model: Model) -> float:
    """Give the worth of a bearing for a place seen from its sensor: 0 without one, -1 elsewhere."""
    azimuth = heard.azimuth_deg[hit]
    sigma = sensors.azimuth_sigma_deg[heard.sensor[hit]]
    if np.isnan(azimuth) or np.isnan(sigma):
        return 0.0
    off = abs(turned(azimuth - math.degrees(math.atan2(x, y))))
    sigma *= model.azimuth_scale
    if off > 4.0 * sigma + 8.0:
        return -1.0
    return _BEARING_WORTH if off < 2.5 * sigma + 2.0 else 0.0


@kernel
def _support(
    first: int,
    count: int,
    hit: Longs,
    number: Longs,
    after_s: Floats,
    k1: int,
    k2: int,
    x: float,
    y: float,
    t: float,
    wind: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
) -> float:
    """Count the further sensors that heard something when a place would have them hear it."""
    anchor = heard.sensor[first]
    told, last = 0.0, -1
    for m in range(count):
        k = number[m]
        if k in (k1, k2, last):
            continue
        dx, dy = near.east_m[anchor, k] - x, near.north_m[anchor, k] - y
        distance = math.sqrt(dx * dx + dy * dy) + 1e-6
        pace = wind[0] + (wind[1] * dx + wind[2] * dy) / distance
        late = after_s[m] - t - distance / pace
        j = near.sensor[anchor, k]
        window = _WINDOW * (
            sensors.time_sigma_s[j] + model.search_sigma_m_s * distance / (pace * pace)
        )
        if abs(late) > window + 0.1:
            continue
        more = _bearing(hit[m], -dx, -dy, sensors, heard, model)
        if more < 0.0:
            continue
        told += more
        told += 1.0
        last = k
    return told


@kernel
def _noted(
    place: Floats, worth: Floats, found: int, x: float, y: float, t: float, told: float
) -> int:
    """Keep a place, unless one like it is kept; where room ends the least supported goes."""
    least, at = 1e9, -1
    for p in range(found):
        if (
            abs(place[p, 0] - x) < _SAME_M
            and abs(place[p, 1] - y) < _SAME_M
            and abs(place[p, 2] - t) < _SAME_S
        ):
            if told <= worth[p]:
                return found
            place[p, 0], place[p, 1], place[p, 2], worth[p] = x, y, t, told
            return found
        if worth[p] < least:
            least, at = worth[p], p
    if found < place.shape[0]:
        at = found
        found += 1
    elif told <= least:
        return found
    place[at, 0], place[at, 1], place[at, 2], worth[at] = x, y, t, told
    return found
