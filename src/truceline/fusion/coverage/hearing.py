"""How likely one sensor hears one event: by loudness, distance and wind."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import HALF_WIND_M_S, STEP_M, Floats, Longs, Model

GROUPS: Final = ("quiet", "middle", "loud")
"""Names that people can use in place of the classes of loudness."""
BORDERS_M: Final = (4000.0, 9000.0)
"""Distance at which half of the sensors hear it, between quiet and middle, middle and loud: a mortar
is heard some kilometres in calm air, a howitzer ten and more. Unit: m."""
_RARE: Final = 2e-3
"""Share of a class that changes no chance by more."""


class Hearing(NamedTuple):
    """The chance that a sensor at work hears an event, in the form that the engine learns."""

    heard: Floats
    """By step of distance and class of loudness, shape (s, g), 0..1."""
    share: Floats
    """Share of each class among all events, heard or not; shape (g,), sums to 1."""
    down: float
    """Share by which distance seems shorter, full wind from the source."""
    up: float
    """Share by which it seems longer, full wind against it."""
    step_m: float
    half_wind_m_s: float
    """Wind along the way at which half of its effect is there."""


def hearing_of(model: Model) -> Hearing:
    """Give what an engine has learned, or assumed, of hearing.

    Args:
        model: its shares are those among the events that it found.
    """
    share = np.exp(model.log_loudness)
    return Hearing(
        heard=np.ascontiguousarray(np.exp(model.log_heard)),
        share=share / share.sum(),
        down=model.hear_down,
        up=model.hear_up,
        step_m=STEP_M,
        half_wind_m_s=HALF_WIND_M_S,
    )


def without_rare(hearing: Hearing) -> Hearing:
    """Leave out the classes that next to no event is of, for the sake of speed."""
    kept = hearing.share >= _RARE
    share = hearing.share[kept]
    return hearing._replace(
        heard=np.ascontiguousarray(hearing.heard[:, kept]), share=share / share.sum()
    )


def half_heard_m(hearing: Hearing) -> Floats:
    """Give the distance in calm air at which half of the sensors hear each class, shape (g,).

    >>> table = np.array([[1.0, 1.0], [0.4, 0.9], [0.1, 0.6], [0.0, 0.2]])
    >>> half_heard_m(Hearing(table, np.array([0.5, 0.5]), 0.0, 0.0, 100.0, 4.0)).tolist()
    [100.0, 300.0]
    """
    below = hearing.heard < 0.5 * hearing.heard[:1]
    first = np.where(below.any(axis=0), below.argmax(axis=0), len(hearing.heard))
    return np.asarray(first * hearing.step_m, float)


def group_of(hearing: Hearing) -> Longs:
    """Give the position in GROUPS of each class, shape (g,)."""
    return np.searchsorted(np.array(BORDERS_M), half_heard_m(hearing), side="right").astype(
        np.int64
    )
