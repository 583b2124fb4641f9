"""Where an event may have been that two or three sensors heard: first guesses in closed form."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Floats, Heard, Near, Sensors
from truceline.fusion.association.triples import from_three

Place = tuple[float, float, float]
"""East and north of the anchor (m), time after the anchor's arrival (s, not above 0)."""
FARTHEST_M: Final = 19_000.0
"""Farthest place from a sensor that heard it. Unit: m."""
_SWINGS: Final = (0.0, -1.0, 1.0)
"""Bearings that are tried, in standard errors off the one measured."""


def along_bearing(
    to: tuple[float, float], lag_s: float, azimuth_deg: float, speed_m_s: float
) -> float | None:
    """Give how far along its own bearing one sensor's source lies, by when another heard it.

    Args:
        to: the other sensor, east and north of the one with the bearing. Unit: m.
        lag_s: how much later the other heard it.
        azimuth_deg: clockwise from the plane's north, sensor to source.
        speed_m_s: of sound.

    Returns:
        the distance (m); None where no place on the bearing fits.

    Source: |r u - b| = r + d, squared, is linear in r (b the other sensor, d = speed x lag).

    >>> along_bearing((4000.0, 3000.0), 1000.0 / 340.0, 0.0, 340.0)
    3000.0
    >>> along_bearing((4000.0, 0.0), 4000.0 / 340.0, 0.0, 340.0) is None
    True
    """
    turn, further = math.radians(azimuth_deg), speed_m_s * lag_s
    across = to[0] * math.sin(turn) + to[1] * math.cos(turn) + further
    square = to[0] ** 2 + to[1] ** 2 - further**2
    if abs(across) < 1e-6:
        return None
    distance = square / (2.0 * across)
    fits = 0.0 < distance <= FARTHEST_M and distance + further > 0.0
    return round(distance, 6) if fits else None


def places_by_bearing(
    first: int, other: int, number: int, sensors: Sensors, heard: Heard, near: Near, speed: float
) -> list[Place]:
    """List places of a pair of arrivals of which one or both have a bearing.

    Args:
        first: the detection whose sensor is the anchor.
        other: a detection at a neighbour.
        number: that neighbour's number.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        speed: of sound. Unit: m/s.
    """
    anchor, there = heard.sensor[first], heard.sensor[other]
    east, north = near.east_m[anchor, number], near.north_m[anchor, number]
    lag = float(heard.time_s[other] - heard.time_s[first])
    found: list[Place] = []
    for hit, sensor, x, y, sign in (
        (first, anchor, 0.0, 0.0, 1.0),
        (other, there, east, north, -1.0),
    ):
        azimuth, sigma = heard.azimuth_deg[hit], sensors.azimuth_sigma_deg[sensor]
        if np.isnan(azimuth) or np.isnan(sigma):
            continue
        turn = 0.0 if hit == first else float(near.turn_deg[anchor, number])
        for swing in _SWINGS:
            plane = float(azimuth) - turn + swing * float(sigma)
            distance = along_bearing((sign * east, sign * north), sign * lag, plane, speed)
            if distance is None:
                continue
            de = distance * math.sin(math.radians(plane))
            dn = distance * math.cos(math.radians(plane))
            start = -distance / speed + (0.0 if hit == first else lag)
            found.append((x + de, y + dn, start))
    return found


def places_of_three(
    first: int,
    others: tuple[int, int],
    numbers: tuple[int, int],
    heard: Heard,
    near: Near,
    speed: float,
) -> list[Place]:
    """List places of three arrivals by their times alone, in still air.

    Args:
        first: the detection whose sensor is the anchor, the earliest.
        others: detections at two neighbours.
        numbers: those neighbours' numbers.
        heard: all detections.
        near: neighbours of each sensor.
        speed: of sound. Unit: m/s.
    """
    anchor = heard.sensor[first]
    (b, c), (lag_b, lag_c) = numbers, (heard.time_s[o] - heard.time_s[first] for o in others)
    out: Floats = np.empty((2, 3))
    count = from_three(
        near.east_m[anchor, b], near.north_m[anchor, b], lag_b,
        near.east_m[anchor, c], near.north_m[anchor, c], lag_c,
        speed, 0.0, 0.0, out,
    )  # fmt: skip
    rows = [(float(x), float(y), float(t)) for x, y, t in out[:count]]
    return [row for row in rows if math.hypot(row[0], row[1]) <= FARTHEST_M]
