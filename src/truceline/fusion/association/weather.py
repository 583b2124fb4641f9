"""Sound speed and wind at every sensor, by the hour, from a table or from nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import Delaunay, QhullError, cKDTree

from truceline.fusion.association.arrays import Air, Floats

STEP_S: Final = 3600.0
_STILL_M_S: Final = 338.0
"""Speed of sound where no weather is given: air of about 11 degrees."""
_BLUR_M: Final = 5000.0
_NEAREST: Final = 4
"""Places that count for a sensor beyond the table."""
_M_PER_DEG: Final = 111_195.0


def still_air(start_s: float, end_s: float, sensors: int) -> Air:
    """Give air at rest for a time without a table of weather."""
    rows = max(int(np.ceil((end_s - start_s) / STEP_S)) + 1, 2)
    shape = (rows, sensors)
    return Air(start_s, STEP_S, np.full(shape, _STILL_M_S), np.zeros(shape), np.zeros(shape))


def air_of(
    time_s: Floats, lon: Floats, lat: Floats, values: Floats, at_lon: Floats, at_lat: Floats
) -> Air:
    """Interpolate a table in place and time, linearly.

    Args:
        time_s: of each row, shape (r,). Unit: s.
        lon: shape (r,). Unit: deg.
        lat: shape (r,). Unit: deg.
        values: sound speed, wind east, wind north of each row, shape (r, 3). Unit: m/s.
        at_lon: of the sensors, shape (n,). Unit: deg.
        at_lat: shape (n,). Unit: deg.
    """
    moments = np.unique(time_s)
    fields = np.empty((len(moments), 3, len(at_lon)))
    places, weight = np.zeros((2, 0)), np.zeros((0, len(at_lon)))
    for number, moment in enumerate(moments):
        here = time_s == moment
        if not np.array_equal(places, (lon[here], lat[here])):  # a table keeps its places mostly
            places = np.stack((lon[here], lat[here]))
            weight = weights_of(lon[here], lat[here], at_lon, at_lat)
        fields[number] = values[here].T @ weight
    first, last = float(moments[0]), float(moments[-1])
    hours = np.arange(first, max(last, first + STEP_S) + STEP_S / 2, STEP_S)
    grid = _in_time(moments, fields, hours)
    return Air(first, STEP_S, *(np.ascontiguousarray(grid[:, part]) for part in range(3)))


def weights_of(lon: Floats, lat: Floats, at_lon: Floats, at_lat: Floats) -> Floats:
    """Give the weight of each place (rows) for each sensor (columns).

    Linear within the triangle of places about a sensor; beyond the places by the inverse square of
    the distance to the nearest ones. (All places by the inverse square would be wrong: in a plane
    the many far ones outweigh the few near ones.)
    """
    flat = float(np.cos(np.deg2rad(np.mean(lat))))
    places = np.column_stack((_wrapped(lon, lon) * flat, lat)) * _M_PER_DEG
    asked = np.column_stack((_wrapped(at_lon, lon) * flat, at_lat)) * _M_PER_DEG
    weight = np.zeros((len(lon), len(at_lon)))
    left = np.arange(len(at_lon))
    try:
        mesh = Delaunay(places)
    except (QhullError, ValueError):  # fewer than three places, or all on one line
        pass
    else:
        face = mesh.find_simplex(asked)
        inside = np.flatnonzero(face >= 0)
        turn = mesh.transform[face[inside]]
        two = np.einsum("nij,nj->ni", turn[:, :2], asked[inside] - turn[:, 2])
        share = np.column_stack((two, 1.0 - two.sum(axis=1)))
        sound = np.isfinite(share).all(axis=1)  # a face without area says nothing
        inside, share = inside[sound], share[sound]
        weight[mesh.simplices[face[inside]], inside[:, None]] = share
        left = np.setdiff1d(left, inside)
    if len(left):
        count = min(_NEAREST, len(lon))
        found = cKDTree(places).query(asked[left], k=[*range(1, count + 1)])
        distance, which = np.asarray(found[0], float), np.asarray(found[1], np.int64)
        share = 1.0 / (distance**2 + _BLUR_M**2)
        weight[which, left[:, None]] = share / share.sum(axis=1, keepdims=True)
    return weight


def _wrapped(lon: Floats, about: Floats) -> Floats:
    """Give longitudes as degrees from the first of some, so that the antimeridian parts nothing."""
    return np.asarray((lon - about[0] + 180.0) % 360.0 - 180.0, float)


def _in_time(moments: Floats, fields: Floats, hours: Floats) -> Floats:
    after = np.clip(np.searchsorted(moments, hours), 0, len(moments) - 1)
    before = np.maximum(after - 1, 0)
    span = np.where(after > before, moments[after] - moments[before], 1.0)
    share = np.clip((hours - moments[before]) / span, 0.0, 1.0)[:, None, None]
    return np.asarray(fields[before] * (1 - share) + fields[after] * share, float)
