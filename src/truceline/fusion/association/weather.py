"""Sound speed and wind at every sensor, by the hour, from a table or from nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Air, Floats
from truceline.fusion.association.neighbours import offset_m

STEP_S: Final = 3600.0
_STILL_M_S: Final = 338.0
"""Speed of sound where no weather is given: air of about 11 degrees."""
_BLUR_M: Final = 5000.0
_AT_ONCE: Final = 64
"""Sensors whose weights are worked out together."""


def still_air(start_s: float, end_s: float, sensors: int) -> Air:
    """Give air at rest for a time without a table of weather."""
    rows = max(int(np.ceil((end_s - start_s) / STEP_S)) + 1, 2)
    shape = (rows, sensors)
    return Air(start_s, STEP_S, np.full(shape, _STILL_M_S), np.zeros(shape), np.zeros(shape))


def air_of(
    time_s: Floats, lon: Floats, lat: Floats, values: Floats, at_lon: Floats, at_lat: Floats
) -> Air:
    """Interpolate a table in place (inverse square of distance) and time (linear).

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
    """Give the weight of each place (rows) for each sensor (columns)."""
    weight = np.empty((len(lon), len(at_lon)))
    for start in range(0, len(at_lon), _AT_ONCE):  # what a country needs at once fits no cache
        part = slice(start, start + _AT_ONCE)
        east, north, _ = offset_m(
            at_lon[None, part], at_lat[None, part], lon[:, None], lat[:, None]
        )
        near = 1.0 / (east**2 + north**2 + _BLUR_M**2)
        weight[:, part] = near / near.sum(axis=0, keepdims=True)
    return weight


def _in_time(moments: Floats, fields: Floats, hours: Floats) -> Floats:
    after = np.clip(np.searchsorted(moments, hours), 0, len(moments) - 1)
    before = np.maximum(after - 1, 0)
    span = np.where(after > before, moments[after] - moments[before], 1.0)
    share = np.clip((hours - moments[before]) / span, 0.0, 1.0)[:, None, None]
    return np.asarray(fields[before] * (1 - share) + fields[after] * share, float)
