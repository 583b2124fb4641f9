"""What neighbours heard soon enough after a detection to be of one event with it."""

from __future__ import annotations

import math
from typing import Final

from truceline.fusion.association.arrays import Bytes, Floats, Heard, Longs, Near, Sensors
from truceline.fusion.association.likelihood import first_from
from truceline.geodesy.kernel import kernel

MOST_ARRIVALS: Final = 40
"""Of partners of one detection; farther partners are not asked when there are so many."""
_FALSE: Final = 6.0
_FEWEST: Final = 12
_NEAREST: Final = 48
_PARTNER_M: Final = 19_000.0
ROUGH_S: Final = 0.4  # a sensor with worse times starts no hypothesis


@kernel
def gathered(
    first: int,
    slowest: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    taken: Bytes,
    hit: Longs,
    number: Longs,
    after_s: Floats,
    search_sigma: float,
) -> tuple[int, float]:
    """List the arrivals at the nearest neighbours that one event could have made.

    Args:
        first: the detection that is taken as the first arrival.
        slowest: least speed at which sound may travel. Unit: m/s.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        taken: 1 for detections that serve another event.
        hit: receives detections.
        number: receives the neighbour number of each.
        after_s: receives the time of each after the first. Unit: s.
        search_sigma: error of the effective speed. Unit: m/s.

    Returns:
        how many there are, 0 where fewer than two sensors heard anything; and how many sensors may
        support any place by false alarms alone.
    """
    anchor = heard.sensor[first]
    time = heard.time_s[first]
    own = sensors.time_sigma_s[anchor]
    count, told, chance, expected = 0, 0, 0.0, 0.0
    room = hit.shape[0]
    for k in range(1, min(near.known[anchor], _NEAREST + 1)):
        distance = near.distance_m[anchor, k]
        if distance > _PARTNER_M:
            break
        j = near.sensor[anchor, k]
        sigma = sensors.time_sigma_s[j]
        if sigma > ROUGH_S:
            continue
        slack = 3.0 * (own + sigma) + 0.02
        latest = time + distance / slowest + slack
        rate = math.exp(sensors.log_clutter[j])
        chance += rate * 8.0 * (sigma + search_sigma * distance / (slowest * slowest))
        expected += rate * (latest - time + slack)
        if expected > _FALSE:  # where false alarms abound, the nearest have to do
            room = max(_FEWEST, int(hit.shape[0] * _FALSE / expected))
        high = heard.at[j + 1]
        at = first_from(heard.time_s, heard.at[j], high, time - slack)
        before = count
        while at < high and heard.time_s[at] <= latest and count < room:
            if taken[at] == 0:
                hit[count], number[count] = at, k
                after_s[count] = heard.time_s[at] - time
                count += 1
            at += 1
        told += count > before
        if count >= room:
            break
    return (count if told >= 2 else 0), chance
