"""How times scatter about well-observed events: by path, by the weather of an event, in the tails."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import t

from truceline.fusion.association.arrays import Events, Floats, Heard, Model, Sensors
from truceline.fusion.association.views import Views

_MOST: Final = 600
"""Events that the search for the spreads looks at."""
_FREEDOMS: Final = (2.5, 3.0, 4.0, 6.0, 10.0, 30.0)
_WIDE: Final = np.array([1e-10, 1e-10, 1e-12, 0.0, 0.0, 0.0])
_LEAST: Final = np.log([0.1, 0.1, 0.1])
_GREATEST: Final = np.log([4.0, 10.0, 10.0])


def timing_of(model: Model, sensors: Sensors, heard: Heard, events: Events, views: Views) -> Model:
    """Learn the spreads of time by the likelihood in which place, time and weather are integrated.

    Args:
        model: to start from.
        sensors: all.
        heard: all detections.
        events: well-observed ones.
        views: the same, as the sensors saw them.
    """
    few = slice(0, _MOST)
    hit = views.hit[few] >= 0
    drift = events.drift[few]
    pace = views.air[few, :1] + drift[:, :1]
    pace = pace + (views.air[few, 1:2] + drift[:, 1:2]) * views.east[few]
    pace = pace + (views.air[few, 2:] + drift[:, 2:]) * views.north[few]
    travel = views.distance_m[few] / pace
    residual = heard.time_s[np.maximum(views.hit[few], 0)] - events.time_s[few, None] - travel
    slower = -travel / pace
    slope = np.stack(
        (
            -views.east[few] / pace, -views.north[few] / pace, np.ones_like(pace),
            slower, slower * views.east[few], slower * views.north[few],
        ),
        axis=2,
    )  # fmt: skip
    # against the table's own weather: what the fit has moved is part of what is to be explained
    y = residual + np.einsum("eki,ei->ek", slope[:, :, 3:], drift)
    own = sensors.time_sigma_s[views.sensor[few]] ** 2 + 1e-4
    start = np.log([model.path_sigma_m_s, model.speed_sigma_m_s, model.wind_sigma_m_s])
    start = np.clip(start, _LEAST, _GREATEST)
    robust = np.ones_like(y)
    for _ in range(2):
        found = minimize(
            _cost, start, args=(y, slope, -slower, own, hit, robust), method="Nelder-Mead",
            options={"xatol": 0.02, "fatol": 0.1, "maxfev": 120},
        )  # fmt: skip
        start = np.clip(found.x, _LEAST, _GREATEST)
        scaled = residual**2 / (own + (np.exp(start[0]) * slower) ** 2)
        robust = np.where(scaled > 9.0, 9.0 / np.maximum(scaled, 9.0), 1.0)
    path, speed, wind = np.exp(start)
    members = hit.sum(axis=1)
    spent = np.broadcast_to(np.sqrt(members / np.maximum(members - 3.0, 1.0))[:, None], hit.shape)[
        hit
    ]
    scaled = residual[hit] / np.sqrt(own + (path * slower) ** 2)[hit]
    return model._replace(
        path_sigma_m_s=float(path),
        speed_sigma_m_s=float(speed),
        wind_sigma_m_s=float(wind),
        search_sigma_m_s=float(np.clip(np.sqrt(path**2 + speed**2 / 2 + wind**2 / 2), 0.8, 4.0)),
        tail=float(np.clip(np.mean(np.abs(scaled) > 3.0), 0.005, 0.2)),
        freedom=_freedom(scaled * spent),
    )


def _cost(
    log_sigma: Floats, y: Floats, slope: Floats, slow: Floats, own: Floats,
    hit: NDArray[np.bool_], robust: Floats,
) -> float:  # fmt: skip
    """Give minus the log-likelihood of all events, up to what does not change."""
    sigma = np.exp(np.clip(log_sigma, _LEAST, _GREATEST))
    variance = (own + (sigma[0] * slow) ** 2) / robust
    weight = hit / variance
    prior = np.array([0.0, 0.0, 0.0, sigma[1] ** -2, sigma[2] ** -2, sigma[2] ** -2])
    normal = np.einsum("ek,eki,ekj->eij", weight, slope, slope, optimize=True)
    normal = normal + np.diag(prior + _WIDE)
    pull = np.einsum("ek,eki,ek->ei", weight, slope, y, optimize=True)
    explained = np.einsum("ei,ei->e", pull, np.linalg.solve(normal, pull[..., None])[..., 0])
    total = np.sum(np.where(hit, np.log(variance), 0.0)) + np.sum(weight * y * y)
    total += np.sum(np.linalg.slogdet(normal)[1]) - np.sum(explained)
    total -= len(y) * np.sum(np.log(prior[3:]))
    outside = np.sum((log_sigma - np.clip(log_sigma, _LEAST, _GREATEST)) ** 2)
    # a weak pull towards the middle keeps few events from claiming that there is no error at all
    return float(0.5 * total + 100.0 * outside + 0.5 * np.sum(log_sigma**2))


def _freedom(scaled: Floats) -> float:
    """Choose the Student-t of unit scale that explains standardised residuals best."""
    return max(_FREEDOMS, key=lambda free: float(np.sum(t.logpdf(scaled, free))))
