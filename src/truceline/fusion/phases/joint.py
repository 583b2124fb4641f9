"""What all events share: how late channels are and how slow the ground is, with what is left open.

Places of all events and lags of all channels are found together, since each can stand for the
other: if every event lay a kilometre farther north, other lags would explain the same picks. What
the picks cannot tell apart stays in the covariance, and from there goes into each event's ellipse.

Source: joint hypocentre determination with priors (Douglas 1967, Nature 215, 47), places eliminated
event by event (Pavlis & Booker 1980, J. Geophys. Res. 85, 4801).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.fusion.phases.arrays import (
    UNKNOWNS,
    Events,
    Floats,
    Ground,
    Longs,
    Model,
    Picks,
    Stations,
)
from truceline.fusion.phases.fitting import normal_equations
from truceline.fusion.phases.likelihood import path, spread
from truceline.geodesy.kernel import kernel

_FREEDOM: Final = 4.0
_LAG_S: Final = (0.3, 0.6)
"""Spread of lags of channels, P and S, before it is learned. Unit: s."""
_LEAST_LAG_S: Final = 0.05
_STRETCH: Final = 0.05
"""Standard error of the slowness of the ground as a share of it."""
_TURNS: Final = 3


@dataclass(frozen=True, slots=True)
class Shared:
    """Lags of channels, then the share by which travel times of P and of S are longer."""

    value: Floats
    """Shape (2 s + 2,)."""
    cov: Floats


@dataclass(frozen=True, slots=True)
class _View:
    """One event as its picks see it: rows are its picks."""

    columns: Longs
    """Unknowns that its picks touch: their channels, then the two shares."""
    design: Floats
    """Shape (picks, columns)."""
    slope: Floats
    """Derivatives by place and time, shape (picks, 4)."""
    weight: Floats
    observed: Floats
    """Time beyond origin and travel time. Unit: s."""
    inverse: Floats
    """Covariance of place and time under fixed shared unknowns, shape (4, 4)."""


def nothing_shared(channels: int) -> Shared:
    """Give lags and shares of 0, known exactly."""
    return Shared(np.zeros(channels + 2), np.zeros((channels + 2, channels + 2)))


def shared_by(
    events: Events, stations: Stations, picks: Picks, ground: Ground, model: Model, stretch: Floats
) -> Shared:
    """Find what events share.

    Args:
        events: well observed.
        stations: all.
        picks: all.
        ground: travel times, already longer by ``stretch``.
        model: with which the events were found.
        stretch: share by which travel times of P and S were made longer, shape (2,).
    """
    channels = events.member.shape[1]
    size = channels + 2
    square, side = np.zeros((size, size)), np.zeros(size)
    for row in range(len(events.odds)):
        view = _view(row, events, stations, picks, ground, model, stretch)
        freed = view.weight[:, None] * view.slope @ view.inverse @ view.slope.T * view.weight
        left = np.diag(view.weight) - freed
        at = np.ix_(view.columns, view.columns)
        square[at] += view.design.T @ left @ view.design
        side[view.columns] += view.design.T @ left @ view.observed
    lag = np.array(_LAG_S)
    for _ in range(_TURNS):
        prior = np.append(np.tile(lag, channels // 2), [_STRETCH, _STRETCH])
        cov = np.linalg.inv(square + np.diag(prior**-2))
        value = cov @ side
        lags, open_ = value[:channels].reshape(-1, 2), np.diag(cov)[:channels].reshape(-1, 2)
        lag = np.maximum(np.sqrt(np.mean(lags**2 + open_, axis=0)), _LEAST_LAG_S)
    return Shared(value, cov)


def robust_factor(tail: float, freedom: float = _FREEDOM) -> float:
    """Give by how much the variance of a robust fit is larger than its weights say.

    Args:
        tail: share of residuals that lie three times wider.
        freedom: degrees of freedom of the Student t that gives the weights.

    Source: Huber (1981), Robust Statistics, ch. 7: variance E[psi²] / E[psi']², against 1 / E[w].

    >>> round(robust_factor(0.1), 2)
    1.32
    """
    r = np.linspace(-20.0, 20.0, 4001)
    density = (1 - tail) * np.exp(-0.5 * r**2) + tail / 3 * np.exp(-(r**2) / 18)
    density /= density.sum()
    weight = (freedom + 1) / (freedom + r**2)
    slope = (freedom + 1) * (freedom - r**2) / (freedom + r**2) ** 2
    return float(density @ (weight * r) ** 2 / (density @ slope) ** 2 * (density @ weight))


def widened(
    events: Events,
    shared: Shared,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
) -> Events:
    """Give each event's covariance with what robust weights hide and what all share leaves open."""
    cov = events.cov * robust_factor(model.tail)
    stretch = shared.value[-2:]
    for row in range(len(events.odds)):
        view = _view(row, events, stations, picks, ground, model, stretch)
        gain = view.inverse @ (view.slope.T * view.weight) @ view.design
        cov[row] += gain @ shared.cov[np.ix_(view.columns, view.columns)] @ gain.T
    return events._replace(cov=cov)


@kernel
def look(
    at: Floats,
    member: Longs,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    slopes: Floats,
    travels: Floats,
    sigmas: Floats,
    square: Floats,
    side: Floats,
) -> None:
    """Fill in how an event's picks depend on its place, and the matrix of its fit.

    Args:
        at: east, north, depth, time.
        member: the pick of each channel.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        slopes: receives derivatives of each member's time, shape (channels, 4); the last stays.
        travels: receives travel times.
        sigmas: receives errors.
        square: receives the matrix of the fit, shape (4, 4).
        side: receives its right side.
    """
    for k in range(member.shape[0]):
        if member[k] >= 0:
            travels[k] = path(k, at, stations, ground, slopes[k])
            sigmas[k] = spread(k % 2, travels[k], model, 1.0)
    normal_equations(at, member, 1.0, stations, picks, ground, model, square, side)


def _view(
    row: int,
    events: Events,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    stretch: Floats,
) -> _View:
    member, at = events.member[row], events.place[row]
    channels = len(member)
    slopes, travels, sigmas = np.ones((channels, UNKNOWNS)), np.zeros(channels), np.zeros(channels)
    square, side = np.empty((UNKNOWNS, UNKNOWNS)), np.empty(UNKNOWNS)
    look(at, member, stations, picks, ground, model, slopes, travels, sigmas, square, side)
    own = np.flatnonzero(member >= 0)
    slope, travel, sigma = slopes[own], travels[own], sigmas[own]
    base = travel / (1 + stretch[own % 2])
    observed = picks.time_s[member[own]] - at[3] - base
    residual = picks.time_s[member[own]] - at[3] - travel - model.late_s[own]
    weight = (_FREEDOM + 1) / (_FREEDOM + (residual / sigma) ** 2) / sigma**2
    design = np.hstack([np.eye(len(own)), np.where(own % 2 == 0, base, 0.0)[:, None],
                        np.where(own % 2 == 1, base, 0.0)[:, None]])  # fmt: skip
    columns = np.append(own, [channels, channels + 1])
    inverse = np.asarray(np.linalg.inv(square), float)
    return _View(columns, design, slope, weight, observed, inverse)
