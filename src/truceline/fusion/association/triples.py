"""Where a sound came from by the times at three sensors, in closed form, with wind."""

from __future__ import annotations

import math

from truceline.fusion.association.arrays import Floats
from truceline.geodesy.kernel import kernel


@kernel
def from_three(
    bx: float,
    by: float,
    tb: float,
    cx: float,
    cy: float,
    tc: float,
    speed: float,
    wind_x: float,
    wind_y: float,
    out: Floats,
) -> int:
    """Locate a source from three arrivals, the first at the origin of the plane at time 0.

    The wind carries the sound, so in the frame of the moving air the wave is a circle: sensors are
    moved back by wind x time, and the source is moved on at the end.

    Args:
        bx: second sensor, east. Unit: m.
        by: second sensor, north. Unit: m.
        tb: its time after the first. Unit: s.
        cx: third sensor. Unit: m.
        cy: third sensor. Unit: m.
        tc: its time after the first. Unit: s.
        speed: of sound. Unit: m/s.
        wind_x: blowing towards east. Unit: m/s.
        wind_y: blowing towards north. Unit: m/s.
        out: shape (2, 3), receives east, north, time of each solution; times are not above 0.

    Returns:
        how many solutions there are, 0 to 2.

    Source: difference of the equations of two circles is linear in the source and its time; put
    into the first circle it leaves one quadratic (Bancroft 1985, in two dimensions).
    """
    bx, by = bx - wind_x * tb, by - wind_y * tb
    cx, cy = cx - wind_x * tc, cy - wind_y * tc
    det = bx * cy - by * cx
    if abs(det) < 1e-3 * (abs(bx) + abs(by)) * (abs(cx) + abs(cy)):
        return 0
    square = speed * speed
    kb = (bx * bx + by * by - square * tb * tb) / 2
    kc = (cx * cx + cy * cy - square * tc * tc) / 2
    ax, ay = (kb * cy - kc * by) / det, (bx * kc - cx * kb) / det
    gx, gy = square * (tb * cy - tc * by) / det, square * (bx * tc - cx * tb) / det
    qa = gx * gx + gy * gy - square
    qb = 2 * (ax * gx + ay * gy)
    qc = ax * ax + ay * ay
    if abs(qa) < 1e-9:
        return 0
    inside = qb * qb - 4 * qa * qc
    if inside < 0:
        if inside < -0.02 * qb * qb:
            return 0
        inside = 0.0  # times with error may miss the circle by a little
    root = math.sqrt(inside)
    found = 0
    for side in (-1.0, 1.0):
        time = (-qb + side * root) / (2 * qa)
        if time <= 0:
            out[found, 0] = ax + gx * time + wind_x * time
            out[found, 1] = ay + gy * time + wind_y * time
            out[found, 2] = time
            found += 1
    return found
