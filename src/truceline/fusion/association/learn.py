"""What well-observed events say of sound, sensors and fire: the model of a day, learned from it."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.association.arrays import (
    REACH_M,
    STEP_M,
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
from truceline.fusion.association.timing import timing_of
from truceline.fusion.association.views import Views, air_of_events, first_of, views_of

WELL: Final = 7
"""Members of a well-observed event."""
SURE: Final = 15.0
"""Log-odds of one."""
_FEW: Final = 12
"""Well-observed events below which nothing is learned."""
_HALF_M: Final = np.geomspace(1200.0, 20_000.0, 9)
_WIDTHS: Final = (0.1, 0.25, 0.5)
_LEANS: Final[list[tuple[float, float]]] = [
    (a, b) for a in (0.0, 0.2, 0.4, 0.6) for b in (0.0, 0.3, 0.7, 1.2, 1.8)
]
"""What the wind may do to hearing, downwind and upwind."""
_MOST: Final = 300
"""Events that the search for it looks at."""
_BEST: Final = 0.97
_UNSEEN: Final = 0.15
"""Share of loudness that is given to all kinds alike, whatever the events say."""
AREA_PER_SENSOR_M2: Final = 2.5e7


def well_observed(events: Events) -> Events:
    """Give the events that many sensors heard and that are beyond doubt."""
    return pick(events, (events.size >= WELL) & (events.log_odds > SURE))


def learned(
    model: Model,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    events: Events,
    span_s: float,
) -> Model:
    """Give the model as the events of a first solve would have it.

    Args:
        model: with which they were found.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        events: of the first solve.
        span_s: time that the solve looked at. Unit: s.
    """
    well = well_observed(events)
    if len(well.anchor) < _FEW:
        return model
    views = views_of(well, sensors, heard, near, air)
    every = views_of(pick(events, events.log_odds > 3.0), sensors, heard, near, air)
    model = timing_of(model, sensors, heard, well, views)
    model = _azimuths(model, sensors, heard, views)
    model = _levels(model, heard, events, views, every)
    model = _hearing(model, sensors, views, every)
    count = float(np.sum(events.log_odds > 3.0))
    rate = (count + 1.0) / (span_s * AREA_PER_SENSOR_M2 * len(sensors.lon))
    return model._replace(log_rate=float(np.log(rate)))


def _azimuths(model: Model, sensors: Sensors, heard: Heard, views: Views) -> Model:
    at = np.where(views.hit >= 0, views.hit, 0)
    sigma = sensors.azimuth_sigma_deg[views.sensor]
    off = (heard.azimuth_deg[at] - views.azimuth_deg + 540.0) % 360.0 - 180.0
    there = (views.hit >= 0) & np.isfinite(off) & np.isfinite(sigma)
    if there.sum() < 50:
        return model
    scaled = np.abs(off[there]) / np.sqrt(sigma[there] ** 2 + 1.0)
    scale = float(np.clip(np.median(scaled) / 0.6745, 0.5, 3.0))
    tail = float(np.clip(np.mean(scaled > 4.0 * scale), 0.005, 0.3))
    return model._replace(azimuth_scale=scale, azimuth_tail=tail)


def _levels(model: Model, heard: Heard, events: Events, views: Views, every: Views) -> Model:
    """Learn loss, scatter and source levels by regression within events."""
    y, event, x = _level_rows(heard, views)
    if len(y) < 60:
        return model
    count = np.maximum(np.bincount(event), 1)
    inside = x - np.array([np.bincount(event, c) / count for c in x.T]).T[event]
    mean = np.bincount(event, y) / count
    within = y - mean[event]
    ridge = np.diag([1e6 * 25.0, 10.0])  # prior spreads of 0.2 dB/km and, in dB, about a tenth
    gram = inside.T @ inside + ridge
    slope = np.linalg.solve(gram, inside.T @ within + ridge @ [-model.excess_db_m, 0.0])
    left = within - inside @ slope
    free = max(len(y) - len(np.unique(event)) - 2, 1)
    sigma = float(np.clip(np.sqrt(np.sum(left**2) / free), 1.5, 12.0))
    all_y, all_event, all_x = _level_rows(heard, every)
    many = np.bincount(all_event)
    sources = (np.bincount(all_event, all_y - all_x @ slope) / np.maximum(many, 1))[many >= 2]
    serves = np.zeros(len(heard.time_s), bool)
    serves[events.member[events.member >= 0]] = True
    rest = heard.level_db[~serves]
    rest = rest[np.isfinite(rest)]
    return model._replace(
        excess_db_m=float(-slope[0]),
        wind_db=float(slope[1]),
        level_sigma_db=sigma,
        source_db=float(np.mean(sources)) if len(sources) else model.source_db,
        source_sigma_db=max(1.2 * float(np.std(sources)), 5.0) if len(sources) else 15.0,
        clutter_db=float(np.mean(rest)) if len(rest) else model.clutter_db,
        clutter_sigma_db=max(float(np.std(rest)), 1.0) if len(rest) > 1 else model.clutter_sigma_db,
    )


def _level_rows(heard: Heard, views: Views) -> tuple[Floats, Longs, Floats]:
    """Give levels with spreading taken off, their event, and distance and wind."""
    level = heard.level_db[np.where(views.hit >= 0, views.hit, 0)]
    there = (views.hit >= 0) & np.isfinite(level)
    distance, blown = views.distance_m[there], views.blown[there]
    y = level[there] + 20.0 * np.log10(np.maximum(distance, 30.0))
    return y, np.nonzero(there)[0], np.column_stack((distance, blown))


def _hearing(model: Model, sensors: Sensors, views: Views, every: Views) -> Model:
    """Learn how far events are heard, how sharply that ends, and what the wind does to it."""
    uptime = float(np.mean(sensors.uptime))

    table = _tables(uptime)
    few = first_of(views, _MOST)

    def cost(lean: tuple[float, float]) -> float:
        per_event = _per_event(few, table, *lean)
        said = np.sum(_log_sum(per_event + np.log(_weights(per_event, 0.5))))
        return float(2.0 * (lean[0] ** 2 + lean[1] ** 2) - said)

    best = min(_LEANS, key=cost)
    per_event = _per_event(every, table, *best)
    width = max(range(len(_WIDTHS)), key=lambda w: _said(per_event[:, _of_width(w)]))
    kinds = _of_width(width)
    # quiet events teach little, since they are seldom well observed: none is ruled out
    weights = (1.0 - _UNSEEN) * _weights(per_event[:, kinds], 0.5) + _UNSEEN / len(_HALF_M)
    return model._replace(
        hear_down=best[0],
        hear_up=best[1],
        log_heard=np.ascontiguousarray(table[0][:, kinds]),
        log_missed=np.ascontiguousarray(table[1][:, kinds]),
        log_loudness=np.log(weights),
    )


def _of_width(number: int) -> slice:
    """Give the kinds of one width of the fall of hearing with distance."""
    return slice(number * len(_HALF_M), (number + 1) * len(_HALF_M))


def _said(per_event: Floats) -> float:
    """Give the log-likelihood of all events with shares learned for these kinds alone."""
    return float(np.sum(_log_sum(per_event + np.log(_weights(per_event, 0.5)))))


def _tables(uptime: float) -> tuple[Floats, Floats]:
    distance = np.arange(int(REACH_M * 2 / STEP_M))[:, None] * STEP_M
    half = np.tile(_HALF_M, len(_WIDTHS))
    width = np.repeat(_WIDTHS, len(_HALF_M))
    beyond = (distance - half) / (width * half + 100.0)
    share = np.maximum(_BEST / (1.0 + np.exp(np.minimum(beyond, 50.0))), 1e-6)
    return np.log(share), np.log1p(-share * uptime)


def _per_event(views: Views, table: tuple[Floats, Floats], down: float, up: float) -> Floats:
    lean = np.where(views.blown > 0.0, down, up)
    step = np.minimum(views.distance_m * (1.0 - lean * views.blown) / STEP_M, len(table[0]) - 1)
    step = step.astype(np.int64)
    heard = table[0][step] * (views.hit >= 0)[:, :, None]
    missed = table[1][step] * ((views.hit < 0) & views.works)[:, :, None]
    return np.asarray(np.sum(heard + missed, axis=1), float)


def _weights(per_event: Floats, smooth: float) -> Floats:
    """Learn the shares of the kinds by expectation and maximisation, from equal shares."""
    kinds = per_event.shape[1]
    weights = np.full(kinds, 1.0 / kinds)
    for _ in range(30):
        log = per_event + np.log(weights)
        share = np.exp(log - _log_sum(log)[:, None])
        weights = share.sum(axis=0) + smooth
        weights /= weights.sum()
    return weights


def _log_sum(log: Floats) -> Floats:
    most = log.max(axis=1)
    return np.asarray(most + np.log(np.sum(np.exp(log - most[:, None]), axis=1)), float)


def rested(
    model: Model, sensors: Sensors, heard: Heard, near: Near, before: Air, after: Air, well: Events
) -> Model:
    """Learn the spreads of time anew where the weather has been corrected.

    Args:
        model: with the spreads of before.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        before: weather in which the events were fitted.
        after: weather as corrected.
        well: well-observed events.
    """
    moved = air_of_events(after, well.anchor, well.time_s) - air_of_events(
        before, well.anchor, well.time_s
    )
    shifted = well._replace(drift=well.drift - moved)
    views = views_of(shifted, sensors, heard, near, after)
    return timing_of(model, sensors, heard, shifted, views)
