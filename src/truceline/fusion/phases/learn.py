"""Rates of picks, how late channels are, how well they work, how often there are events."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.phases.arrays import (
    UNKNOWNS,
    Bytes,
    Events,
    Floats,
    Ground,
    Longs,
    Model,
    Nodes,
    Picks,
    Stations,
)
from truceline.fusion.phases.density import often, places, spread_evenly
from truceline.fusion.phases.nodes import times_from
from truceline.fusion.phases.settings import (
    RELATIVE_SIGMA,
    SIGMA_S,
    SIZE_EXPONENT,
    SIZES_M,
    TAIL,
    WIDTH,
    WORKS,
    Settings,
)

Flags = NDArray[np.bool_]
_WINDOW_S: Final = 600.0
"""Time over which a channel's rate of picks is taken as steady. Unit: s."""
_WELL_ODDS, _WELL_PICKS = 10.0, 8
_LEAST_EVENTS: Final = 12
_SHRINK: Final = 5.0
"""Picks that speak for a channel being as the others are."""
_ENOUGH: Final = 20
_PARTS: Final = np.geomspace(0.03, 1.0, 16)
"""Errors of picks that are tried. Unit: s."""
_SHARES: Final = np.geomspace(0.005, 0.08, 9)
"""Errors of travel times that are tried, as a share."""


def log_rates(time_s: Floats, at: Longs, clutter: Bytes) -> Floats:
    """Give the log of each channel's clutter per second about each of its picks.

    Args:
        time_s: of each pick, in order of channel, then time.
        at: start of each channel's picks.
        clutter: 1 for picks that no event explains.
    """
    out = np.empty(len(time_s))
    span = max(float(np.ptp(time_s)), _WINDOW_S) if len(time_s) else _WINDOW_S
    for k in range(len(at) - 1):
        here = slice(at[k], at[k + 1])
        own, all_ = time_s[here][clutter[here] == 1], time_s[here]
        low = np.searchsorted(own, all_ - _WINDOW_S / 2)
        high = np.searchsorted(own, all_ + _WINDOW_S / 2, side="right")
        usual = (len(own) + 1) / span
        out[here] = np.log(((high - low) / _WINDOW_S + usual) / 2)
    return out


def hearing(works: Floats, farthest_m: float, step_m: float) -> tuple[Floats, Floats]:
    """Give log probabilities that a channel picks an event and that it does not.

    Args:
        works: share of events in reach that each channel picks.
        farthest_m: that the tables reach.
        step_m: of distance.

    Returns:
        two arrays of shape (channels, sizes, steps).
    """
    away = np.arange(0.0, farthest_m + step_m, step_m) + step_m / 2
    fall = np.clip((away - SIZES_M[:, None]) / (WIDTH * SIZES_M[:, None]), -50, 50)
    heard = np.clip(works[:, None, None] / (1 + np.exp(fall)), 1e-4, 0.98)
    return np.log(heard), np.log1p(-heard)


def first_model(settings: Settings, nodes: Nodes, stations: Stations, picks: Picks) -> Model:
    """Give what is assumed before any event is known."""
    channels = 2 * len(stations.east_m)
    away = float(np.hypot(np.ptp(nodes.place_m[:, 0]), np.ptp(nodes.place_m[:, 1])))
    step = min(1000.0, away / 100)
    heard, missed = hearing(np.full(channels, WORKS), away, step)
    share = SIZES_M**-SIZE_EXPONENT
    return Model(
        late_s=np.zeros(channels),
        sigma_s=np.array(SIGMA_S),
        relative_sigma=np.array(RELATIVE_SIGMA),
        tail=TAIL,
        log_heard=heard,
        log_missed=missed,
        log_size=np.log(share / share.sum()),
        step_m=step,
        **spread_evenly(nodes, picks),
        depth_m=settings.depth_m,
        depth_sigma_m=settings.depth_sigma_m,
        deepest_m=settings.deepest_m,
        least_picks=settings.least_picks,
    )


def well_observed(events: Events) -> Longs:
    """Give the rows of events beyond doubt with many picks; none where they are too few."""
    well = np.flatnonzero((events.odds > _WELL_ODDS) & (events.size >= _WELL_PICKS))
    return well if len(well) >= _LEAST_EVENTS else well[:0]


def learned(
    model: Model,
    events: Events,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    late_s: Floats,
) -> Model:
    """Give the model that well-observed events speak for; fewer than twelve teach nothing.

    Args:
        model: with which the events were found.
        events: all that stand.
        stations: all.
        picks: all.
        ground: travel times.
        late_s: how late channels are, from the same events.
    """
    well = well_observed(events)
    if len(well) < _LEAST_EVENTS:
        return model
    member = events.member[well]
    travel = times_from(events.place[well, :3], stations, ground)
    here = member >= 0
    residual = np.where(here, picks.time_s[member] - events.place[well, 3:] - travel, np.nan)
    # each event took four numbers from its residuals, and all together what they share
    left = max(int(here.sum()) - UNKNOWNS * len(well) - here.shape[1], 1)
    sigma, share = _sigma(residual - model.late_s, travel, model, float(np.sqrt(here.sum() / left)))
    works = _works(events.place[well, :3], stations, here)
    heard, missed = hearing(works, model.step_m * (model.log_heard.shape[2] - 1), model.step_m)
    return model._replace(
        late_s=late_s,
        sigma_s=sigma,
        relative_sigma=share,
        log_heard=heard,
        log_missed=missed,
        log_often=often(model, events),
        log_place=places(model, events),
    )


def _sigma(residual: Floats, travel: Floats, model: Model, wider: float) -> tuple[Floats, Floats]:
    """Give the two parts of the error of picks that make residuals likeliest, P and S.

    Args:
        residual: of picks, NaN where a channel has none.
        travel: their travel times.
        model: with which they were found.
        wider: factor that gives back what fits took from residuals.
    """
    part, share = model.sigma_s.copy(), model.relative_sigma.copy()
    for phase in range(2):
        own, way = residual[:, phase::2], travel[:, phase::2]
        keep = np.isfinite(own)
        if keep.sum() > _ENOUGH:
            off, path = wider * own[keep], way[keep]
            best = max(
                (float(np.sum(_bell(off, np.hypot(a, b * path), model.tail))), a, b)
                for a in _PARTS
                for b in _SHARES
            )
            part[phase], share[phase] = best[1:]
    return part, share


def _bell(off: Floats, sigma: Floats, tail: float) -> Floats:
    square = (off / sigma) ** 2
    core = (1 - tail) * np.exp(-0.5 * square) + tail / 3 * np.exp(-square / 18)
    return np.log(core / sigma)


def _works(place: Floats, stations: Stations, here: Flags) -> Floats:
    """Give the share of events in reach that each channel picked, drawn to the usual one."""
    away = np.sqrt(
        (place[:, :1] - stations.east_m) ** 2
        + (place[:, 1:2] - stations.north_m) ** 2
        + place[:, 2:] ** 2
    ).repeat(2, axis=1)
    # within the distance at which it stopped: that of the farthest pick but one
    sought = np.sort(np.where(here, away, 0.0), axis=1)[:, -2:-1]
    due = away <= sought
    right, all_ = np.sum(here & due, axis=0), due.sum(axis=0)
    return np.asarray(np.clip((right + WORKS * _SHRINK) / (all_ + _SHRINK), 0.02, 0.98), float)
