"""Mass of many Gaussians inside outlines: nothing to do when far, else the sum over near edges."""

from __future__ import annotations

import math

import numpy as np

from truceline.geodesy.gaussians import Ellipses
from truceline.geodesy.grid import Floats, Ints
from truceline.geodesy.kernel import kernel
from truceline.geodesy.lines import nearest_to
from truceline.geodesy.nearest import Tree
from truceline.geodesy.normal import FAR, edge_mass
from truceline.geodesy.outlines import Outlines
from truceline.geodesy.segments import Segments
from truceline.geodesy.space import RADIUS_M, in_space

_SHARP_M2 = 1e-6  # a smaller sum of variances is no error at all
_FINER = 400.0  # how much finer than the smaller standard error an outline must be


@kernel
def spread(ee: float, en: float, nn: float) -> tuple[float, float]:
    """Give the smaller and the larger standard error of a covariance."""
    middle, half = 0.5 * (ee + nn), math.hypot(0.5 * (ee - nn), en)
    return math.sqrt(max(middle - half, 0.0)), math.sqrt(middle + half)


@kernel
def zone_masses(
    ellipses: Ellipses,
    variance: Floats,
    inside: Ints,
    outlines: Outlines,
    out: Floats,
) -> None:
    """Write the mass inside a zone; ``inside`` is -1 where the mean is outside."""
    near = np.empty((64, 4))
    for i in range(len(variance)):
        at = ellipses.lon[i], ellipses.lat[i]
        e, c, n = ellipses.ee[i] + variance[i], ellipses.en[i], ellipses.nn[i] + variance[i]
        if e + n <= _SHARP_M2:
            out[i] = 1.0 if inside[i] >= 0 else 0.0
            continue
        out[i], near = _mass(at, (e, c, n), 0, outlines, inside[i] >= 0, np.nan, near)


@kernel
def line_masses(
    ellipses: Ellipses,
    variance: Floats,
    segments: Segments,
    tree: Tree,
    reaches: Floats,
    outlines: Outlines,
    out: Floats,
) -> None:
    """Write the mass within each reach (m) of a line."""
    near = np.empty((64, 4))
    for i in range(len(variance)):
        at = ellipses.lon[i], ellipses.lat[i]
        e, c, n = ellipses.ee[i] + variance[i], ellipses.en[i], ellipses.nn[i] + variance[i]
        away = nearest_to(at[0], at[1], segments, tree)[0]
        far = FAR * spread(e, c, n)[1]
        for k in range(len(reaches)):
            depth = reaches[k] - away
            if e + n <= _SHARP_M2:
                out[i, k] = 1.0 if depth >= -1e-6 else 0.0
            elif abs(depth) > far or reaches[k] == 0.0:
                out[i, k] = 1.0 if depth > 0.0 else 0.0
            else:
                out[i, k], near = _mass(at, (e, c, n), k, outlines, depth >= 0.0, depth, near)


@kernel
def _mass(
    at: tuple[float, float],
    covariance: tuple[float, float, float],
    region: int,
    outlines: Outlines,
    inside: bool,
    depth: float,
    near: Floats,
) -> tuple[float, Floats]:
    """Give the mass inside one region.

    Args:
        at: longitude and latitude of the mean. Unit: deg.
        covariance: ee, en and nn, with the variance of the region's edge. Unit: m².
        region: its number.
        outlines: of all regions.
        inside: whether the mean is inside.
        depth: exact distance to the edge, positive inside, or NaN. Unit: m.
        near: room for edges, shape (n, 4).

    Returns:
        the mass, and the room, larger where it was too small.
    """
    small, large = spread(covariance[0], covariance[1], covariance[2])
    levels = len(outlines.tolerances)
    level = 0
    while level + 1 < levels and outlines.tolerances[level + 1] * _FINER <= small:
        level += 1
    row = region * levels + level
    count, near = _near_edges(
        at, FAR * large, outlines.first_run[row], outlines.first_run[row + 1], outlines, near
    )
    if count == 0:
        return (1.0 if inside else 0.0), near
    close = 4.0 * outlines.tolerances[level]
    if level > 0 and abs(depth) > close:
        return _sum(near[:count], covariance, inside, (0.0, 0.0)), near
    drawn, to_e, to_n = _depth_of(near[:count])
    shift_e, shift_n = 0.0, 0.0
    if math.isnan(depth):
        if abs(drawn) < close:
            inside = drawn >= 0.0
    elif abs(abs(drawn) - abs(depth)) < close and abs(drawn) > 0.0:
        # the outline is a little off: it is moved to where its distance is right
        if abs(drawn) < close:
            inside = depth >= 0.0
            shift = depth / drawn - 1.0
        else:
            shift = abs(depth / drawn) - 1.0
        shift_e, shift_n = shift * to_e, shift * to_n
    return _sum(near[:count], covariance, inside, (shift_e, shift_n)), near


@kernel
def _sum(
    near: Floats,
    covariance: tuple[float, float, float],
    inside: bool,
    shift: tuple[float, float],
) -> float:
    """Give the mass from the near edges, whitened by the root of Cholesky."""
    ee, en, nn = covariance
    shift_e, shift_n = shift
    tiny = 1e-12 * (ee + nn)  # a needle-thin ellipse is given a width of a millionth
    e = math.sqrt(ee + tiny)
    c = en / e
    n = math.sqrt(max(nn + tiny - c * c, tiny))
    total = 1.0 if inside else 0.0
    last_e, last_n, bx, by = np.nan, np.nan, 0.0, 0.0
    for k in range(len(near)):
        ax, ay = bx, by
        if near[k, 0] != last_e or near[k, 1] != last_n:  # else the edge goes on from the last one
            ax = (near[k, 0] + shift_e) / e
            ay = (near[k, 1] + shift_n - c * ax) / n
        last_e, last_n = near[k, 2], near[k, 3]
        bx = (last_e + shift_e) / e
        by = (last_n + shift_n - c * bx) / n
        if min(ax, bx) < FAR and max(ax, bx) > -FAR and min(ay, by) < FAR and max(ay, by) > -FAR:
            total -= edge_mass(ax, ay, bx, by)
    return min(max(total, 0.0), 1.0)


@kernel
def _depth_of(near: Floats) -> tuple[float, float, float]:
    """Give the distance of the origin to edges, positive on their left, and the nearest point.

    Where two edges share the nearest point, the one seen less from its end tells the side.
    """
    least, lead, left, to_e, to_n = np.inf, 0.0, 1.0, 0.0, 0.0
    for k in range(len(near)):
        ax, ay = near[k, 0], near[k, 1]
        dx, dy = near[k, 2] - ax, near[k, 3] - ay
        square = dx * dx + dy * dy
        if square == 0.0:
            continue
        t = min(max(-(ax * dx + ay * dy) / square, 0.0), 1.0)
        px, py = ax + t * dx, ay + t * dy
        away = math.sqrt(px * px + py * py)
        cross = ax * dy - ay * dx
        beside = abs(cross) / math.sqrt(square)
        if away < least - 1e-7 or (away <= least + 1e-7 and beside > lead):
            least, lead, to_e, to_n = away, beside, px, py
            left = 1.0 if cross >= 0.0 else -1.0
    return left * least, to_e, to_n


@kernel
def _near_edges(
    at: tuple[float, float], reach: float, first: int, last: int, outlines: Outlines, near: Floats
) -> tuple[int, Floats]:
    """Write the edges within reach (m) of a position to the plane about it, and count them."""
    lon, lat = math.radians(at[0]), math.radians(at[1])
    x, y, z = in_space(lon, lat)
    frame = math.sin(lon), math.cos(lon), math.sin(lat), math.cos(lat)
    count = 0
    for run in range(first, last):
        dx, dy, dz = outlines.runs[run, 0] - x, outlines.runs[run, 1] - y, outlines.runs[run, 2] - z
        if dx * dx + dy * dy + dz * dz > (reach + outlines.runs[run, 3]) ** 2:
            continue
        if count + outlines.run_start[run + 1] - outlines.run_start[run] > len(near):
            larger = np.empty((2 * len(near), 4))
            larger[:count] = near[:count]
            near = larger
        for k in range(outlines.run_start[run], outlines.run_start[run + 1]):
            edge = outlines.edges[k]
            if k == outlines.run_start[run]:
                near[count, 0], near[count, 1] = _local(
                    edge[0] - x, edge[1] - y, edge[2] - z, frame
                )
            else:
                near[count, 0], near[count, 1] = near[count - 1, 2], near[count - 1, 3]
            near[count, 2], near[count, 3] = _local(edge[3] - x, edge[4] - y, edge[5] - z, frame)
            count += 1
    return count, near


@kernel
def _local(
    dx: float, dy: float, dz: float, frame: tuple[float, float, float, float]
) -> tuple[float, float]:
    """Give east and north on the plane about a position, from the step to it in space."""
    sin_lon, cos_lon, sin, cos = frame
    east = dy * cos_lon - dx * sin_lon
    north = dz * cos - sin * (dx * cos_lon + dy * sin_lon)
    angle2 = (dx * dx + dy * dy + dz * dz) / (RADIUS_M * RADIUS_M)
    if angle2 < 0.2:
        angle2 *= 1.0 + angle2 / 12.0
        longer = 1.0 + angle2 * (1.0 / 6.0 + angle2 * (7.0 / 360.0))
    else:
        angle = 2.0 * math.asin(min(0.5 * math.sqrt(angle2), 1.0))
        longer = angle / max(math.sin(angle), 1e-9)
    return longer * east, longer * north
