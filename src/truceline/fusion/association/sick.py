"""Sensors whose clock or stated place is wrong, by how late or early they are for well-observed events."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import (
    Air,
    Events,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
    pick,
)
from truceline.fusion.association.views import Views, views_of

_WINDOW_S: Final = 3.0
_MOST: Final = 60
"""Events by which one sensor is judged, the nearest."""
_LEAST: Final = 3
_MOST_EVENTS: Final = 4000
_REACH_M: Final = 11_000.0
_MEMBERS: Final = 5
_ODDS: Final = 12.0
"""Members and log-odds of events by which sensors are judged."""
_OFFSETS: Final = np.linspace(-2.4, 2.4, 97)
_SHIFTS_M: Final = np.arange(100.0, 1000.0, 75.0)
_TURNS: Final = np.deg2rad(np.arange(0.0, 360.0, 15.0))
_TO_EAST: Final = (_SHIFTS_M[:, None] * np.sin(_TURNS)).ravel()
_TO_NORTH: Final = (_SHIFTS_M[:, None] * np.cos(_TURNS)).ravel()
_SURE: Final = 5.0
"""Gain of the log-likelihood from which a sensor is called sick: a share of one in a hundred, and
the choices that were tried, are against it."""
_TIMES: Final = 4.0
"""And its error must be this many times that of its fellows."""
KINDS: Final = ("clock offset", "clock drift", "position")


class Sick(NamedTuple):
    """Sensors that are wrong, shape (s,)."""

    sensor: Longs
    kind: Longs
    """Position in ``KINDS``."""
    size: Floats
    """Seconds (of a drift: at the end), or metres."""
    sigma: Floats
    """Its standard error."""
    east: Floats
    """Of a wrong position: what to add to the stated one. Unit: m."""
    north: Floats


def sick_sensors(
    events: Events, sensors: Sensors, heard: Heard, near: Near, air: Air, model: Model
) -> Sick:
    """Find sensors whose clock or place is wrong.

    For each sensor and each event near it: how late is the nearest detection, member or not, against
    what the event says? A late or early clock, one that drifts, and another place are tried by the
    likelihood of these, with a share that has nothing to do with the event.

    Args:
        events: all; those that enough sensors heard are used.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: weather in which the events were fitted.
        model: spreads of time.
    """
    events = pick(events, (events.size >= _MEMBERS) & (events.log_odds > _ODDS))
    events = pick(
        events, np.arange(0, len(events.anchor), max(len(events.anchor) // _MOST_EVENTS, 1))
    )
    views = views_of(events, sensors, heard, near, air)
    late, sigma = _lateness(events, sensors, heard, views, model)
    share = events.time_s / max(float(heard.time_s.max()), 1.0)
    good = np.isfinite(late) & (views.distance_m < _REACH_M)
    rows, cols = np.nonzero(good)
    order = np.lexsort((views.distance_m[rows, cols], views.sensor[rows, cols]))
    rows, cols = rows[order], cols[order]
    own = views.sensor[rows, cols]
    start = np.searchsorted(own, np.arange(len(sensors.lon) + 1))
    found: list[tuple[float, ...]] = []
    for sensor in np.flatnonzero(np.diff(start) >= _LEAST):
        at = slice(start[sensor], min(start[sensor + 1], start[sensor] + _MOST))
        r, c = rows[at], cols[at]
        judged = _judged(late[r, c], sigma[r, c], share[r], views.east[r, c], views.north[r, c])
        found.append((float(sensor), *judged))
    return _beyond_the_others(np.array(found).reshape(-1, 8))


def _lateness(
    events: Events, sensors: Sensors, heard: Heard, views: Views, model: Model
) -> tuple[Floats, Floats]:
    """Give how late the nearest detection is, NaN where none is near, and its scatter."""
    now = views.air + events.drift
    pace = now[:, :1] + now[:, 1:2] * views.east + now[:, 2:] * views.north
    expected = events.time_s[:, None] + views.distance_m / pace
    late = np.full(expected.shape, np.nan)
    rows, cols = np.nonzero(views.works & (views.distance_m < _REACH_M))
    own = views.sensor[rows, cols]
    order = np.argsort(own, kind="stable")
    start = np.searchsorted(own[order], np.arange(len(sensors.lon) + 1))
    for sensor in np.flatnonzero((np.diff(start) > 0) & (np.diff(heard.at) > 0)):
        times = heard.time_s[heard.at[sensor] : heard.at[sensor + 1]]
        here = order[start[sensor] : start[sensor + 1]]
        e, k = rows[here], cols[here]
        after = np.clip(np.searchsorted(times, expected[e, k]), 1, max(len(times) - 1, 1))
        after = np.minimum(after, len(times) - 1)
        one, other = times[after - 1] - expected[e, k], times[after] - expected[e, k]
        nearest = np.where(np.abs(one) < np.abs(other), one, other)
        late[e, k] = np.where(np.abs(nearest) < _WINDOW_S, nearest, np.nan)
    hit = views.hit >= 0
    late[hit] = (heard.time_s[np.maximum(views.hit, 0)] - expected)[hit]
    path = model.path_sigma_m_s * views.distance_m / pace**2
    way = np.stack((-views.east / pace, -views.north / pace, np.ones_like(pace)), axis=2)
    placed = np.einsum("eki,eij,ekj->ek", way, events.cov[:, :3, :3], way)
    return late, np.sqrt(sensors.time_sigma_s[views.sensor] ** 2 + path**2 + placed + 0.03**2)


def _judged(
    late: Floats, sigma: Floats, share: Floats, east: Floats, north: Floats
) -> tuple[float, ...]:
    """Give gain, kind, size, sigma, east, north and the plain offset of the best explanation."""
    speed = 340.0
    to_east, to_north = _TO_EAST, _TO_NORTH
    moved = (to_east[:, None] * east + to_north[:, None] * north) / speed
    tried = (_OFFSETS[:, None] * np.ones(len(late)), _OFFSETS[:, None] * share, moved)
    none = _log_likelihood(late[None, :], sigma)[0]
    scores = [_log_likelihood(late[None, :] - guess, sigma) for guess in tried]
    cost = (0.0, 1.0, 3.0)  # what is freer must explain more
    best = [float(s.max() - none - c) for s, c in zip(scores, cost, strict=True)]
    kind = int(np.argmax(best))
    number = int(np.argmax(scores[kind]))
    offset = float(_OFFSETS[int(np.argmax(scores[0]))])
    typical = float(np.median(sigma) / np.sqrt(len(late)))
    if kind < 2:
        return (best[kind], kind, float(_OFFSETS[number]), typical * (1.0 + kind), 0.0, 0.0, offset)
    de, dn = float(to_east[number]), float(to_north[number])
    return (best[kind], kind, float(np.hypot(de, dn)), typical * speed * 1.5, de, dn, offset)


def _log_likelihood(left: Floats, sigma: Floats) -> Floats:
    bell = np.exp(-0.5 * (left / sigma) ** 2) / (2.5066 * sigma)
    return np.asarray(np.sum(np.log(0.75 * bell + 0.25 / (2 * _WINDOW_S)), axis=1), float)


def _beyond_the_others(found: Floats) -> Sick:
    offsets = found[:, 7]
    scale = 1.4826 * float(np.median(np.abs(offsets))) if len(found) else 0.0
    in_s = np.where(found[:, 2] == 2, found[:, 3] / 340.0, np.abs(found[:, 3]))
    bad = (found[:, 1] > _SURE) & (in_s > _TIMES * max(scale, 0.03))
    sick = found[bad]
    return Sick(
        sick[:, 0].astype(np.int64), sick[:, 2].astype(np.int64), sick[:, 3], sick[:, 4],
        sick[:, 5], sick[:, 6],
    )  # fmt: skip
