"""The weather of a day as well-observed events tell it: what the table lacks, smooth in place and time."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import Air, Events, Floats, Model, Sensors, no_events
from truceline.fusion.association.crowd import on_a_plane

_MOST_BINS: Final = 360
_CELL_M: Final = 40_000.0
_HOUR_S: Final = 3600.0
_SAME_M: Final = 1500.0
_SAME_S: Final = 600.0
_SCALES: Final = ((60_000.0, 3.0), (150_000.0, 6.0))
"""Lengths (m) and durations (h) of a change of weather; each takes half of the variance."""
_SHARE: Final = 0.7
"""Share of the variance that is smooth; the rest is each event's own."""


def corrected(air: Air, fitted: Model, model: Model, sensors: Sensors, events: Events) -> Air:
    """Add to the table what the fitted corrections of events have in common.

    Each event's correction is taken as an observation with its own information (posterior less
    prior), gathered in bins of place and hour; a Gaussian process over the bins shares it out.

    Args:
        air: the table.
        fitted: with which the events were fitted.
        model: its spreads of speed and wind are those of the whole correction.
        sensors: all.
        events: well-observed ones.
    """
    if len(events.anchor) < 3:
        return air
    place = on_a_plane(events, sensors)
    bins, info, pull = _binned(place, events, _squares(fitted), _squares(model))
    count = len(bins)
    sigma2 = _squares(model)
    kernel = _kernel(bins, bins)
    # (K^-1 + Info)^-1 pull, by Info^1/2 would need roots; the form below needs none
    big = np.eye(3 * count)
    for a in range(3):
        for b in range(3):
            big[a * count : (a + 1) * count, b * count : (b + 1) * count] += (
                sigma2[a] * kernel * info[None, :, a, b]
            )
    right = np.concatenate([sigma2[a] * (kernel @ pull[:, a]) for a in range(3)])
    mean = np.linalg.solve(big, right).reshape(3, count)
    # weights at the bins: what K maps to the mean
    rest = pull.T - np.einsum("nab,bn->an", info, mean)
    hours = len(air.speed_m_s)
    anchor = on_a_plane(_at_sensors(sensors), sensors)
    out = []
    for a, field in enumerate((air.speed_m_s, air.east_m_s, air.north_m_s)):
        added = np.empty_like(field)
        for row in range(hours):
            when = np.full(len(anchor), (air.origin_s + row * air.step_s) / _HOUR_S)
            added[row] = sigma2[a] * (_kernel(np.column_stack((anchor, when)), bins) @ rest[a])
        out.append(field + added)
    return Air(air.origin_s, air.step_s, *out)


def _squares(model: Model) -> Floats:
    """Give the variances of speed and of the two components of wind."""
    speed, wind = model.speed_sigma_m_s**2, model.wind_sigma_m_s**2
    return np.array([speed, wind, wind])


def _binned(
    place: Floats, events: Events, prior: Floats, sigma2: Floats
) -> tuple[Floats, Floats, Floats]:
    """Sum information in bins; each event's own part of the weather is noise to it."""
    posterior = np.linalg.inv(events.cov[:, 3:, 3:])
    info = posterior - np.diag(1.0 / prior)
    values, vectors = np.linalg.eigh((info + info.transpose(0, 2, 1)) / 2)
    values = np.maximum(values, 0.0)
    info = np.einsum("nij,nj,nkj->nik", vectors, values, vectors)
    pull = np.einsum("nij,nj->ni", posterior, events.drift)
    # an event's own part, of variance (1 - share) sigma2, blurs what it says of the smooth part
    blur = np.linalg.inv(np.eye(3) + info * ((1 - _SHARE) * sigma2)[None, None, :])
    info, pull = blur @ info, np.einsum("nij,nj->ni", blur, pull)
    # rounds of one salvo share their paths, so that together they say no more than one
    near = np.column_stack((place / _SAME_M, events.time_s / _SAME_S))
    beside = cKDTree(near).query_ball_point(near, 1.0, p=np.inf, return_length=True)
    alike = 1.0 / np.asarray(beside, float)
    info, pull = info * alike[:, None, None], pull * alike[:, None]
    cell = _CELL_M
    while True:
        key = np.column_stack((place // cell, events.time_s[:, None] // _HOUR_S)).astype(np.int64)
        _, number = np.unique(key, axis=0, return_inverse=True)
        number = number.ravel()
        count = int(number.max()) + 1
        if count <= _MOST_BINS:
            break
        cell *= 1.5
    weight = np.maximum(np.bincount(number), 1)[:, None]
    at = np.column_stack((place, events.time_s / _HOUR_S))
    bins = np.column_stack([np.bincount(number, c, count) for c in at.T]) / weight
    total = np.zeros((count, 3, 3))
    np.add.at(total, number, info)
    drawn = np.zeros((count, 3))
    np.add.at(drawn, number, pull)
    return bins, total, drawn


def _kernel(one: Floats, other: Floats) -> Floats:
    """Give the correlation of the smooth part between places (m, m, h)."""
    square = (one[:, None, 0] - other[None, :, 0]) ** 2 + (one[:, None, 1] - other[None, :, 1]) ** 2
    hours = np.abs(one[:, None, 2] - other[None, :, 2])
    parts = [np.exp(-np.sqrt(square) / length - hours / span) for length, span in _SCALES]
    return np.asarray(_SHARE * sum(parts) / len(parts), float)


def _at_sensors(sensors: Sensors) -> Events:
    count = len(sensors.lon)
    return no_events(count)._replace(anchor=np.arange(count, dtype=np.int32))
