"""How far something stands behind its own side of a line, with its error."""

from __future__ import annotations

import math

import numpy as np
import shapely

from truceline.geodesy import to_plane
from truceline.model.agreement import Geometry
from truceline.verification.question import Behind, Question


def behind_line(line: Geometry, question: Question) -> Behind | str:
    """Measure from the nearest point of a line, on the plane about the position.

    The error is that of the position along the way to the line, with the line's stated error in
    quadrature.

    Returns:
        the distance, negative on the other side's side; or why it cannot be told.
    """
    if question.side not in line.sides:
        return f"which side of {line.id} is whose is not known for {question.side or 'nobody'}"
    shape = shapely.segmentize(shapely.from_wkb(line.wkb), 0.02)
    local = shapely.transform(
        shape,
        lambda xy: np.column_stack(to_plane(question.lon, question.lat, xy[:, 0], xy[:, 1])),
    )
    nearest = shapely.line_interpolate_point(
        local, shapely.line_locate_point(local, shapely.Point(0.0, 0.0))
    )
    distance = math.hypot(nearest.x, nearest.y)
    left = _is_left(local)
    own = (line.sides[0] == question.side) == left
    sigma = math.sqrt(_along(question.cov, nearest.x, nearest.y, distance) + line.sigma_m**2)
    return Behind(distance if own else -distance, sigma)


def _along(cov: tuple[float, float, float], x: float, y: float, distance: float) -> float:
    """Give the variance of a position along a direction. Unit: m²."""
    ee, en, nn = cov
    if distance < 1e-9:
        return max(ee, nn)
    east, north = x / distance, y / distance
    return ee * east**2 + 2 * en * east * north + nn * north**2


def _is_left(local: shapely.Geometry) -> bool:
    """Tell whether the origin lies to the left of a line, in the direction of its vertices.

    At a vertex two segments are equally near; the one that the origin sees under the wider angle
    decides, which is where its distance to the segment's own straight line is larger.
    """
    best: tuple[float, float] | None = None
    for part in shapely.get_parts(local):
        xy = shapely.get_coordinates(part)
        a, b = xy[:-1], xy[1:]
        step = b - a
        length2 = np.einsum("ij,ij->i", step, step)
        a, step, length2 = a[length2 > 0], step[length2 > 0], length2[length2 > 0]
        share = np.clip(-np.einsum("ij,ij->i", a, step) / length2, 0.0, 1.0)
        foot = a + step * share[:, None]
        distance = np.hypot(foot[:, 0], foot[:, 1])
        cross = (step[:, 1] * a[:, 0] - step[:, 0] * a[:, 1]) / np.sqrt(length2)
        near = np.flatnonzero(distance <= distance.min() + 1e-6)
        pick = near[np.argmax(np.abs(cross[near]))]
        if best is None or distance[pick] < best[0]:
            best = (float(distance[pick]), float(cross[pick]))
    return best is not None and best[1] > 0
