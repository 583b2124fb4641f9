"""How probable it is that an event is one event, and not a mixture of neighbours or clutter.

Evidence alone is too sure: what goes wrong in salvos is the mixing of rounds, and the more rounds
are near in place and time, the likelier that is. The probability is a logistic of the evidence and of
the crowd, fitted to simulated days (`docs/associate.md` says which and how well it holds on others).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import Events, Floats

_CONSTANT: Final = -0.85
_EVIDENCE: Final = 1.63
_DOUBT: Final = 0.40
_CROWD: Final = -1.69
_MISFIT: Final = -0.82
_NEAR_M: Final = 8000.0
_NEAR_S: Final = 8.0
_SOLID: Final = 3.0
"""Log-odds from which a neighbour counts."""


def probability_of(events: Events, crowd: Floats, square: Floats, free: Floats) -> Floats:
    """Give the probability of each event, 0..1.

    Args:
        events: all of them.
        crowd: solid events near each, shape (e,).
        square: chi-square of its times, shape (e,).
        free: their degrees of freedom, shape (e,).
    """
    odds = events.log_odds
    misfit = np.minimum(square / (free + 4.0), 4.0)
    logit = (
        _CONSTANT
        + _EVIDENCE * np.log1p(np.maximum(odds, 0.0))
        + _DOUBT * np.minimum(odds, 0.0)
        + _CROWD * np.log1p(crowd)
        + _MISFIT * misfit
    )
    return np.asarray(1.0 / (1.0 + np.exp(-logit)), float)


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
