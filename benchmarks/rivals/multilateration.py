"""Where arrivals at several sensors come from: least squares with one speed of sound.

Source: Foy (1976), "Position-location solutions by Taylor-series estimation", IEEE Transactions on
Aerospace and Electronic Systems 12(2), 187-194: Gauss-Newton on the arrival times, damped here after
Levenberg and Marquardt.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rivals.interchange import Floats, Given, Longs
from truceline.geodesy.kernel import kernel

MOST = 48
"""Sensors that are asked about one event, at most."""


class Heard(NamedTuple):
    """Detections in order of sensor, then time."""

    x_m: Floats
    """Of the sensors."""
    y_m: Floats
    at: Longs
    """Start of each sensor's detections, shape (sensors + 1,)."""
    time_s: Floats
    sensor: Longs
    row: Longs
    """Of each detection in ``Given``."""
    speed_m_s: float


def heard_of(given: Given) -> Heard:
    """Put the detections of each sensor together."""
    order = np.lexsort([given.time_s, given.sensor])
    at = np.searchsorted(given.sensor[order], np.arange(len(given.x_m) + 1))
    return Heard(
        given.x_m,
        given.y_m,
        at.astype(np.int64),
        given.time_s[order],
        given.sensor[order],
        order.astype(np.int64),
        given.speed_m_s,
    )


def nearest(x_m: Floats, y_m: Floats, heard: Heard, reach_m: float) -> Longs:
    """Give the sensors within reach of each place, nearest first, -1 beyond them; shape (p, MOST)."""
    count = len(heard.x_m)
    tree = cKDTree(np.column_stack([heard.x_m, heard.y_m]))
    _, found = tree.query(
        np.column_stack([x_m, y_m]), k=np.arange(1, MOST + 1), distance_upper_bound=reach_m
    )
    return np.where(found == count, -1, found).astype(np.int64)


@kernel
def first_after(time_s: Floats, low: int, high: int, moment: float) -> int:
    """Give the first position in low..high at or after a moment."""
    while low < high:
        middle = (low + high) // 2
        if time_s[middle] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def fit(
    x: Floats, y: Floats, t: Floats, count: int, speed: float, place: Floats, residual: Floats
) -> None:
    """Improve ``place`` (east, north, time) for the first ``count`` arrivals; fill ``residual``."""
    damping = 1e-3
    worst = _misfit(x, y, t, count, speed, place[0], place[1], place[2], residual)
    for _ in range(12):
        a00 = a01 = a02 = a11 = a12 = b0 = b1 = b2 = 0.0
        for k in range(count):
            east, north = place[0] - x[k], place[1] - y[k]
            away = max(np.sqrt(east * east + north * north), 1.0)
            gx, gy = east / away, north / away  # time scaled by the speed: metres throughout
            error = residual[k] * speed
            a00 += gx * gx
            a01 += gx * gy
            a02 += gx
            a11 += gy * gy
            a12 += gy
            b0 += gx * error
            b1 += gy * error
            b2 += error
        d = 1.0 + damping
        m00, m11, m22 = a00 * d + 1e-9, a11 * d + 1e-9, count * d
        c00, c01, c02 = m11 * m22 - a12 * a12, a02 * a12 - a01 * m22, a01 * a12 - a02 * m11
        det = m00 * c00 + a01 * c01 + a02 * c02
        if abs(det) < 1e-12:
            return
        c11, c12, c22 = m00 * m22 - a02 * a02, a01 * a02 - m00 * a12, m00 * m11 - a01 * a01
        dx = (c00 * b0 + c01 * b1 + c02 * b2) / det
        dy = (c01 * b0 + c11 * b1 + c12 * b2) / det
        dt = (c02 * b0 + c12 * b1 + c22 * b2) / det / speed
        now = _misfit(x, y, t, count, speed, place[0] + dx, place[1] + dy, place[2] + dt, residual)
        if now < worst:
            place[0] += dx
            place[1] += dy
            place[2] += dt
            damping *= 0.2
            if worst - now < 1e-6 * worst:
                return
            worst = now
        else:
            damping *= 10.0
            _misfit(x, y, t, count, speed, place[0], place[1], place[2], residual)
            if damping > 1e6:
                return


@kernel
def _misfit(
    x: Floats,
    y: Floats,
    t: Floats,
    count: int,
    speed: float,
    east: float,
    north: float,
    time: float,
    residual: Floats,
) -> float:
    total = 0.0
    for k in range(count):
        away = np.sqrt((east - x[k]) ** 2 + (north - y[k]) ** 2)
        residual[k] = t[k] - time - away / speed
        total += residual[k] ** 2
    return total


@kernel
def trimmed(
    heard: Heard, member: Longs, count: int, least: int, tolerance_s: float, place: Floats
) -> int:
    """Fit, leave out the worst arrival, and again until all are within tolerance.

    Gives how many stay (``member`` is shortened), 0 when fewer than ``least`` would.
    """
    x, y, t = np.empty(count), np.empty(count), np.empty(count)
    residual = np.empty(count)
    while count >= least:
        for k in range(count):
            sensor = heard.sensor[member[k]]
            x[k], y[k], t[k] = heard.x_m[sensor], heard.y_m[sensor], heard.time_s[member[k]]
        fit(x, y, t, count, heard.speed_m_s, place, residual)
        worst = 0
        for k in range(1, count):
            if abs(residual[k]) > abs(residual[worst]):
                worst = k
        if abs(residual[worst]) <= tolerance_s:
            return count
        count -= 1
        member[worst] = member[count]
    return 0


@kernel
def gathered(
    heard: Heard,
    near: Longs,
    free: NDArray[np.bool_],
    place: Floats,
    tolerance_s: float,
    member: Longs,
) -> int:
    """Fill ``member`` with the detection of each near sensor that is next to its expected time."""
    count = 0
    for sensor in near:
        if sensor < 0:
            break
        away = np.sqrt((heard.x_m[sensor] - place[0]) ** 2 + (heard.y_m[sensor] - place[1]) ** 2)
        expected = place[2] + away / heard.speed_m_s
        end = heard.at[sensor + 1]
        row = first_after(heard.time_s, heard.at[sensor], end, expected - tolerance_s)
        best, gap = -1, tolerance_s
        while row < end and heard.time_s[row] <= expected + tolerance_s:
            if free[row] and abs(heard.time_s[row] - expected) <= gap:
                best, gap = row, abs(heard.time_s[row] - expected)
            row += 1
        if best >= 0:
            member[count] = best
            count += 1
    return count
