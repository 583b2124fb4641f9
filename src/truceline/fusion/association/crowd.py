"""Fire comes in salvos: an event near a sound one in place and time is likelier than elsewhere."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Events, Floats, Longs, Sensors
from truceline.fusion.association.likelihood import first_from
from truceline.fusion.association.neighbours import place_of
from truceline.geodesy.kernel import kernel

SOUND: Final = 15.0
"""Log-odds from which an event makes others near it likelier."""
_PLACE_M: Final = 150.0
"""Spread of the rounds of one position."""
_SPAN_S: Final = 60.0
_REACH_M: Final = 900.0
_APART_S: Final = 0.3
"""Hypotheses closer than this in time are taken for the same round."""
_HOME_M: Final = 500.0
_HOME_ROUNDS: Final = 3
"""Sound events within 500 m and a minute from which they are one position's."""
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
    density = np.zeros(len(events.anchor))
    if len(sound.anchor) and len(density):
        order = np.argsort(sound.time_s, kind="stable")
        _densest(
            on_a_plane(events, sensors), events.time_s, _spread(events),
            on_a_plane(sound, sensors)[order], sound.time_s[order], _spread(sound)[order], density,
        )  # fmt: skip
    return np.asarray(np.log1p(density * np.exp(-log_rate)), float)


@kernel
def _densest(
    here: Floats,
    time: Floats,
    spread: Floats,
    there: Floats,
    moment: Floats,
    width: Floats,
    density: Floats,
) -> None:
    """Write the greatest density of rounds that a sound event gives to each hypothesis (1/(m² s))."""
    for e in range(here.shape[0]):
        at = first_from(moment, 0, moment.shape[0], time[e] - _SPAN_S)
        while at < moment.shape[0] and moment[at] <= time[e] + _SPAN_S:
            dx, dy = here[e, 0] - there[at, 0], here[e, 1] - there[at, 1]
            square = dx * dx + dy * dy
            if square < _REACH_M * _REACH_M and abs(time[e] - moment[at]) > _APART_S:
                variance = _PLACE_M * _PLACE_M + spread[e] + width[at]
                value = math.exp(-0.5 * square / variance) / (2 * math.pi * variance)
                density[e] = max(density[e], value * _MORE / (2 * _SPAN_S))
            at += 1


def homes_of(events: Events, sensors: Sensors) -> Floats:
    """Give where the salvo of each event is, on the plane of its anchor.

    The rounds of one position lie within some hundred metres; an event that stands among sound ones
    is unlikely to be far from their middle, which keeps mixtures of rounds from wandering off.

    Returns:
        east, north (m) and information (1/m²), shape (e, 3); information 0: it stands alone.
    """
    homes = np.zeros((len(events.anchor), 3))
    if len(homes):
        order = np.argsort(events.time_s, kind="stable")
        _middles(
            on_a_plane(events, sensors),
            events.time_s,
            events.log_odds,
            _spread(events),
            order,
            homes,
        )
        homes[:, 0] += events.east_m * (homes[:, 2] > 0)
        homes[:, 1] += events.north_m * (homes[:, 2] > 0)
    return homes


@kernel
def _middles(
    place: Floats, time: Floats, odds: Floats, spread: Floats, order: Longs, homes: Floats
) -> None:
    """Write the way (m) from each event to the middle of the sound ones about it."""
    count = order.shape[0]
    low = 0
    for i in range(count):
        e = order[i]
        while time[order[low]] < time[e] - _SPAN_S:
            low += 1
        east, north, weight, number = 0.0, 0.0, 0.0, 0
        j = low
        while j < count and time[order[j]] <= time[e] + _SPAN_S:
            o = order[j]
            j += 1
            dx, dy = place[o, 0] - place[e, 0], place[o, 1] - place[e, 1]
            if o == e or odds[o] < SOUND or dx * dx + dy * dy > _HOME_M * _HOME_M:
                continue
            share = 1.0 / (_PLACE_M * _PLACE_M + spread[o])
            east += share * dx
            north += share * dy
            weight += share
            number += 1
        if number >= _HOME_ROUNDS:
            homes[e, 0], homes[e, 1] = east / weight, north / weight
            homes[e, 2] = 1.0 / (_PLACE_M * _PLACE_M + 1.0 / weight)


def _spread(events: Events) -> Floats:
    """Mean variance of place. Unit: m²."""
    return np.asarray((events.cov[:, 0, 0] + events.cov[:, 1, 1]) / 2, float)
