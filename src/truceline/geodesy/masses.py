"""Mass of one error ellipse inside a zone or near a line: the scalar reference."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy.special import owens_t

from truceline.geodesy.plane import Floats, on_plane

_BUFFER_SEGMENTS: Final = (64, 2048)
"""Fewest and most segments of a quarter circle when a line is buffered."""


def mass_in_polygon(polygon: shapely.Geometry, covariance: ArrayLike) -> float:
    """Give the mass inside a (multi)polygon of a Gaussian centred at the plane's origin.

    Args:
        polygon: in plane coordinates. Unit: m. Holes are taken out.
        covariance: shape (2, 2), east and north, positive semi-definite. Unit: m².

    Returns:
        0..1. With a vanishing covariance 1 or 0, an edge counting as inside.

    Source: after whitening, the sum over edges of (angle / 2 pi) - T(h, tan b) + T(h, tan a), with
    h the edge's distance from the origin and T the function of Owen (1956), Ann. Math. Stat. 27.
    """
    cov = np.asarray(covariance, float)
    scale = float(np.trace(cov))
    if scale <= 1e-6:
        return float(shapely.covers(polygon, shapely.Point(0.0, 0.0)))
    # a needle-thin ellipse is given a width of a millionth, so that it can be whitened
    root = np.linalg.cholesky(cov + np.eye(2) * scale * 1e-12)
    whitened = shapely.transform(polygon, lambda xy: np.linalg.solve(root, xy.T).T)
    total = 0.0
    for part in shapely.get_parts(whitened):
        total += abs(_ring_mass(shapely.get_coordinates(part.exterior)))
        for hole in part.interiors:
            total -= abs(_ring_mass(shapely.get_coordinates(hole)))
    return min(max(total, 0.0), 1.0)


def _ring_mass(xy: Floats) -> float:
    """Give the signed mass of the unit Gaussian in a closed ring, shape (n, 2)."""
    a, b = xy[:-1], xy[1:]
    step = b - a
    length = np.hypot(step[:, 0], step[:, 1])
    keep = length > 0
    a, b, step, length = a[keep], b[keep], step[keep], length[keep]
    cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    height = np.abs(cross) / length
    # positions along the edge, measured from the foot of the perpendicular
    foot_a = np.einsum("ij,ij->i", a, step) / length
    foot_b = np.einsum("ij,ij->i", b, step) / length
    seen = height > 1e-12
    height_ = np.where(seen, height, 1.0)
    tan_a, tan_b = foot_a / height_, foot_b / height_
    angle = np.arctan(tan_b) - np.arctan(tan_a)
    part = angle / (2 * np.pi) - (owens_t(height_, tan_b) - owens_t(height_, tan_a))
    return float(np.sum(np.where(seen, np.sign(cross) * part, 0.0)))


def zone_mass(
    zone: shapely.Geometry, lon: float, lat: float, covariance: ArrayLike, sigma_m: float = 0.0
) -> float:
    """Give the probability that a position with error lies in a zone.

    Args:
        zone: (multi)polygon in lon/lat, WGS 84.
        lon: mean position. Unit: deg.
        lat: mean position. Unit: deg.
        covariance: of the position, shape (2, 2), east and north. Unit: m².
        sigma_m: stated error of the zone's edge, added in quadrature. Unit: m.

    Returns:
        0..1.
    """
    return mass_in_polygon(on_plane(zone, lon, lat), _widened(covariance, sigma_m))


def near_line_mass(
    line: shapely.Geometry,
    reach_m: float,
    lon: float,
    lat: float,
    covariance: ArrayLike,
    sigma_m: float = 0.0,
) -> float:
    """Give the probability that a position with error lies within ``reach_m`` of a line.

    Arguments as of :func:`zone_mass`; ``line`` is a (multi)line in lon/lat. A sharp position at
    exactly ``reach_m`` counts as within.

    >>> from shapely import LineString
    >>> near_line_mass(LineString([(30, 50), (31, 50)]), 1.0, 30.5, 51.0, [[0, 0], [0, 0]])
    0.0
    """
    cov = _widened(covariance, sigma_m)
    local = on_plane(line, lon, lat)
    if float(np.trace(cov)) <= 1e-6:
        return float(shapely.distance(local, shapely.Point(0.0, 0.0)) <= reach_m + 1e-6)
    segments = _segments(reach_m, float(np.linalg.eigvalsh(cov)[0]))
    return mass_in_polygon(shapely.buffer(local, reach_m, quad_segs=segments), cov)


def _segments(reach_m: float, variance_m2: float) -> int:
    """Give the segments of a quarter circle for which a buffer is round enough.

    Its polygon stays inside the true edge by up to ``reach (pi / n)² / 32``. A sharp position beside
    the edge feels that, so it is kept below 1/250 of the smaller standard error, where it moves no
    mass by more than 0.002.
    """
    fewest, most = _BUFFER_SEGMENTS
    allowed = np.sqrt(max(variance_m2, 1e-6)) / 250
    return int(np.clip(np.ceil(np.pi * np.sqrt(reach_m / (32 * allowed))), fewest, most))


def _widened(covariance: ArrayLike, sigma_m: float) -> Floats:
    widened: Floats = np.asarray(covariance, float) + np.eye(2) * sigma_m**2
    return widened
