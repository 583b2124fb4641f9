"""Where and when a sound was made, from arrivals at known stations: Gauss-Newton with covariance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.propagation import travel_s

_OUTLIER_SIGMAS = 2.0


@dataclass(frozen=True, slots=True)
class Origin:
    """One solution on the plane of the stations."""

    east: float
    """Unit: m."""
    north: float
    """Unit: m."""
    time: float
    """Unit: s since 1970."""
    cov: Floats
    """Shape (3, 3): east, north, time. Unit: m, m, s."""
    air: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """What the air did to its sound: relative slowness, wind to the east and north. Unit: 1, m/s, m/s."""
    full_cov: Floats = field(default_factory=lambda: np.zeros((6, 6)))
    """Shape (6, 6): ``cov`` continued by the three unknowns of the air."""
    log_fit: float = 0.0
    """Log density of the arrivals and of the air at the solution."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """``m`` arrivals on the plane of the stations."""

    east: Floats
    """Of the station, shape (m,). Unit: m."""
    north: Floats
    time: Floats
    """Unit: s since 1970."""
    time_sigma: Floats
    """Unit: s."""
    azimuth: Floats
    """From the station to the source, clockwise from north; nan where not measured. Unit: rad."""
    azimuth_sigma: Floats
    """Unit: rad."""

    def take(self, rows: np.ndarray) -> Arrivals:
        """Give some of the arrivals."""
        return Arrivals(
            self.east[rows],
            self.north[rows],
            self.time[rows],
            self.time_sigma[rows],
            self.azimuth[rows],
            self.azimuth_sigma[rows],
        )


def locate(
    arrivals: Arrivals, start: Origin, acoustics: Acoustics, steps: int = 12
) -> Origin | None:
    """Refine an origin by damped Gauss-Newton on arrival times and azimuths.

    Temperature and wind are not known, and their errors are common to all stations: they enter as
    three unknowns with their priors, so that the ellipse does not lie.

    Args:
        arrivals: at least two with azimuth or three without.
        start: a first guess.
        acoustics: speed and its error.
        steps: at most so many.

    Returns:
        the origin, or None where the arrivals do not fix one.

    Source: Geiger (1912) with added unknowns of the air; residuals weighted by their variance and
    by Huber's function (2 sigma) against outliers.
    """
    x = np.array([start.east, start.north, start.time, *start.air])
    for _ in range(steps):
        residual, jacobian, _ = _system(arrivals, x, acoustics)
        normal, weight = _normal(residual, jacobian)
        step = _solved(normal, jacobian.T @ (residual * weight))
        if step is None:
            return None
        length = math.hypot(step[0], step[1])
        x = x + step * min(1.0, 3_000.0 / max(length, 1e-9))
        if length < 1.0:
            break
    residual, jacobian, log_scale = _system(arrivals, x, acoustics)
    normal, _ = _normal(residual, jacobian)
    if not np.all(np.isfinite(x)) or np.linalg.cond(normal) > 1e14:
        return None
    cov: Floats = np.asarray(np.linalg.inv(normal), float)
    return Origin(
        float(x[0]),
        float(x[1]),
        float(x[2]),
        cov[:3, :3],
        (float(x[3]), float(x[4]), float(x[5])),
        cov,
        log_scale - float(_huber(residual).sum()),
    )


def times_at(
    origin: Origin, east: Floats, north: Floats, acoustics: Acoustics
) -> tuple[Floats, Floats]:
    """Give when the sound reaches places, and the standard error that the origin leaves.

    Args:
        origin: as solved.
        east: of the places, shape (s,). Unit: m.
        north: of the places, shape (s,). Unit: m.
        acoustics: speed and its error.

    Returns:
        times and their errors, shape (s,) each. Unit: s.
    """
    x = np.array([origin.east, origin.north, origin.time, *origin.air])
    travel, jacobian = _travel(east, north, x, acoustics)
    variance = np.einsum("si,ij,sj->s", jacobian, origin.full_cov, jacobian)
    local = acoustics.local_relative_sigma * travel
    return x[2] + travel, np.sqrt(np.maximum(variance, 0.0) + local**2)


def _travel(east: Floats, north: Floats, x: Floats, acoustics: Acoustics) -> tuple[Floats, Floats]:
    """Give travel times from ``x`` to places and derivatives of the arrival times, shape (s, 6)."""
    de, dn = x[0] - east, x[1] - north
    distance = np.maximum(np.hypot(de, dn), 1.0)
    still = travel_s(distance, acoustics)
    # a wind blowing from the source to the station makes the sound come sooner
    slow = 1 / acoustics.speed_m_s**2
    travel = still * (1 + x[3]) + slow * (x[4] * de + x[5] * dn)
    rate = (1 + x[3]) / acoustics.speed_m_s
    jacobian = np.column_stack(
        [
            rate * de / distance + slow * x[4],
            rate * dn / distance + slow * x[5],
            np.ones_like(de),
            still,
            slow * de,
            slow * dn,
        ]
    )
    return travel, jacobian


def _system(arrivals: Arrivals, x: Floats, acoustics: Acoustics) -> tuple[Floats, Floats, float]:
    """Give whitened residuals, their derivatives, and the log of the densities' scale."""
    travel, rows = _travel(arrivals.east, arrivals.north, x, acoustics)
    sigma = np.hypot(arrivals.time_sigma, acoustics.local_relative_sigma * travel)
    residual = (arrivals.time - x[2] - travel) / sigma
    bearing = np.isfinite(arrivals.azimuth)
    turn, turns = _turns(arrivals.take(bearing), x)
    spread = np.array([acoustics.speed_relative_sigma, *(2 * [acoustics.wind_sigma_m_s])])
    prior = np.hstack([np.zeros((3, 3)), np.diag(1 / spread)])
    scales = np.concatenate([sigma, arrivals.azimuth_sigma[bearing], spread])
    return (
        np.concatenate([residual, turn, -x[3:] / spread]),
        np.vstack([rows / sigma[:, None], turns, prior]),
        -float(np.log(scales * math.sqrt(2 * math.pi)).sum()),
    )


def _turns(arrivals: Arrivals, x: Floats) -> tuple[Floats, Floats]:
    """Give whitened residuals of azimuth and their derivatives."""
    de, dn = x[0] - arrivals.east, x[1] - arrivals.north
    d2 = np.maximum(de * de + dn * dn, 1.0)
    turn = arrivals.azimuth - np.arctan2(de, dn)
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    zero = np.zeros((len(d2), 4))
    turns = np.column_stack([dn / d2, -de / d2]) / arrivals.azimuth_sigma[:, None]
    return turn / arrivals.azimuth_sigma, np.hstack([turns, zero])


def _normal(residual: Floats, jacobian: Floats) -> tuple[Floats, Floats]:
    weight = np.minimum(1.0, _OUTLIER_SIGMAS / np.maximum(np.abs(residual), 1e-12))
    weight[-3:] = 1.0  # the priors of the air are no outliers
    return jacobian.T @ (jacobian * weight[:, None]), weight


def _huber(residual: Floats) -> Floats:
    """Give Huber's loss: half the square, linear beyond the bend; square for the priors."""
    size = np.abs(residual)
    loss = np.where(
        size <= _OUTLIER_SIGMAS, 0.5 * size**2, _OUTLIER_SIGMAS * (size - _OUTLIER_SIGMAS / 2)
    )
    loss[-3:] = 0.5 * residual[-3:] ** 2
    return loss


def _solved(normal: Floats, right: Floats) -> Floats | None:
    try:
        return np.asarray(np.linalg.solve(normal, right), float)
    except np.linalg.LinAlgError:
        return None
