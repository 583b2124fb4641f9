"""How probable it is that an event is one event, and not a mixture of neighbours or clutter.

Evidence alone is too sure: what goes wrong in salvos is the mixing of rounds. That is the likelier the
more rounds are near in place and time, and the more of the members' sensors heard something else at
about the same moment. The probability is a logistic of evidence, crowd, fit, doubt and size, fitted to
simulated days of two simulators (`docs/associate.md` says which, and how well it holds on others).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import Events, Floats, Heard

_CONSTANT: Final = 0.87
_EVIDENCE: Final = 1.85
_CROWD: Final = -0.73
_MISFIT: Final = -0.62
_SIZE: Final = -1.01
_BESIDE: Final = ((0.3, -3.47), (1.0, -0.96), (2.0, -1.32))
"""Seconds within which the same sensor heard something else, and what a share of 1 costs."""
_NEAR_M: Final = 8000.0
_NEAR_S: Final = 8.0
_SOLID: Final = 3.0
"""Log-odds from which a neighbour counts."""


def probability_of(
    events: Events, heard: Heard, crowd: Floats, square: Floats, free: Floats
) -> Floats:
    """Give the probability of each event, 0..1.

    Args:
        events: all of them.
        heard: all detections.
        crowd: solid events near each, shape (e,).
        square: chi-square of its times, shape (e,).
        free: their degrees of freedom, shape (e,).
    """
    logit = (
        _CONSTANT
        + _EVIDENCE * np.log1p(np.maximum(events.log_odds, 0.0))
        + _CROWD * np.log1p(crowd)
        + _MISFIT * np.minimum(square / (free + 4.0), 4.0)
        + _SIZE * np.log(np.maximum(events.size, 1))
    )
    apart = apart_s(heard)
    for within, cost in _BESIDE:
        logit = logit + cost * _share_beside(events, apart, within)
    return np.asarray(1.0 / (1.0 + np.exp(-logit)), float)


def apart_s(heard: Heard) -> Floats:
    """Give the time from each detection to the next one of its sensor, before or after (s)."""
    apart = np.full(len(heard.time_s), np.inf)
    if len(apart) > 1:
        step = np.where(np.diff(heard.sensor) == 0, np.diff(heard.time_s), np.inf)
        apart[1:] = step
        apart[:-1] = np.minimum(apart[:-1], step)
    return apart


def _share_beside(events: Events, apart: Floats, within_s: float) -> Floats:
    """Give the share of members whose sensor heard something else within some seconds."""
    there = events.member >= 0
    near = (apart[np.maximum(events.member, 0)] < within_s) & there
    return np.asarray(near.sum(axis=1) / np.maximum(events.size, 1), float)


def crowd_of(events: Events, lon: Floats, lat: Floats) -> Floats:
    """Count the other solid events within a few seconds and kilometres of each."""
    if not len(lon):
        return np.zeros(0)
    scale = 111_195.0
    flat = np.cos(np.deg2rad(lat))
    at = np.column_stack(
        (lon * scale * flat / _NEAR_M, lat * scale / _NEAR_M, events.time_s / _NEAR_S)
    )
    solid = events.log_odds > _SOLID
    if not solid.any():
        return np.zeros(len(lon))
    near = cKDTree(at[solid]).query_ball_point(at, 1.0, p=np.inf, return_length=True)
    return np.asarray(near, float) - solid
