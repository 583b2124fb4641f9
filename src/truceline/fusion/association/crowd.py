"""Fire comes in salvos: an event near a sound one in place and time is likelier than elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import Events, Floats, Sensors
from truceline.fusion.association.neighbours import place_of

SOUND: Final = 15.0
"""Log-odds from which an event makes others near it likelier."""
_PLACE_M: Final = 150.0
"""Spread of the rounds of one position."""
_SPAN_S: Final = 60.0
_REACH_M: Final = 900.0
_APART_S: Final = 0.3
"""Hypotheses closer than this in time are taken for the same round."""
_MORE: Final = 1.5
"""Rounds that are expected within the span beside one that was heard."""


def on_a_plane(events: Events, sensors: Sensors) -> Floats:
    """Give places in metres by which near ones can be told, shape (e, 2)."""
    lon, lat = place_of(
        sensors.lon[events.anchor], sensors.lat[events.anchor], events.east_m, events.north_m
    )
    scale = 111_195.0
    middle = float(np.cos(np.deg2rad(np.median(sensors.lat)))) if len(sensors.lat) else 1.0
    return np.ascontiguousarray(np.column_stack((lon * scale * middle, lat * scale)))


def salvo_bonus(events: Events, sound: Events, sensors: Sensors, log_rate: float) -> Floats:
    """Give what the events nearby add to the log-odds of each, shape (e,).

    The rate beside a sound event is a bell in place (its width that of a battery and of the place
    itself) and even over a minute on both sides; the nearest sound event counts.

    Args:
        events: hypotheses.
        sound: events that are beyond doubt.
        sensors: all.
        log_rate: natural log of events per m² and s, elsewhere.
    """
    bonus = np.zeros(len(events.anchor))
    if not len(sound.anchor) or not len(bonus):
        return bonus
    here, there = on_a_plane(events, sensors), on_a_plane(sound, sensors)
    tree = cKDTree(np.column_stack((there / _REACH_M, sound.time_s / _SPAN_S)))
    asked = np.column_stack((here / _REACH_M, events.time_s / _SPAN_S))
    lists: list[list[int]] = list(tree.query_ball_point(asked, 1.0, p=np.inf))  # type: ignore[arg-type]
    counts = np.array([len(found) for found in lists], np.int64)
    if not counts.sum():
        return bonus
    row = np.repeat(np.arange(len(bonus)), counts)
    other = np.concatenate([np.asarray(found, np.int64) for found in lists if found])
    apart = np.abs(events.time_s[row] - sound.time_s[other]) > _APART_S
    row, other = row[apart], other[apart]
    square = np.sum((here[row] - there[other]) ** 2, axis=1)
    variance = _PLACE_M**2 + (_spread(events)[row] + _spread(sound)[other])
    density = np.exp(-0.5 * square / variance) / (2 * np.pi * variance) * _MORE / (2 * _SPAN_S)
    best = np.zeros(len(bonus))
    np.maximum.at(best, row, density)
    return np.asarray(np.log1p(best * np.exp(-log_rate)), float)


def _spread(events: Events) -> Floats:
    """Mean variance of place. Unit: m²."""
    return np.asarray((events.cov[:, 0, 0] + events.cov[:, 1, 1]) / 2, float)
