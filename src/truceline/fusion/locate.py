"""Where and when a sound was made, from arrivals at known stations: Gauss-Newton with covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.propagation import travel_s, travel_sigma_s


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

    Speed is known to a share only, and that error is common to all stations: it enters the
    covariance as one unknown scale with its prior, so that the ellipse does not lie.

    Args:
        arrivals: at least two with azimuth or three without.
        start: a first guess.
        acoustics: speed and its error.
        steps: at most so many.

    Returns:
        the origin, or None where the arrivals do not fix one.

    Source: Geiger (1912) with an added slowness unknown; residuals weighted by their variance and
    by Huber's function (1.5 sigma) against outliers.
    """
    x = np.array([start.east, start.north, start.time, 0.0])
    normal = np.eye(4)
    for _ in range(steps):
        residual, jacobian = _system(arrivals, x, acoustics)
        weight = np.minimum(1.0, 1.5 / np.maximum(np.abs(residual), 1e-12))
        weight[-1] = 1.0  # the prior of the speed is no outlier
        normal = jacobian.T @ (jacobian * weight[:, None])
        if np.linalg.cond(normal) > 1e14:
            return None
        step = np.linalg.solve(normal, jacobian.T @ (residual * weight))
        length = float(np.hypot(step[0], step[1]))
        x = x + step * min(1.0, 3_000.0 / max(length, 1e-9))
        if length < 0.5:
            break
    cov: Floats = np.asarray(np.linalg.inv(normal)[:3, :3], float)
    return Origin(float(x[0]), float(x[1]), float(x[2]), cov)


def _system(arrivals: Arrivals, x: Floats, acoustics: Acoustics) -> tuple[Floats, Floats]:
    """Give whitened residuals and their derivatives by east, north, time, relative slowness."""
    de, dn = x[0] - arrivals.east, x[1] - arrivals.north
    distance = np.maximum(np.hypot(de, dn), 1.0)
    travel = travel_s(distance, acoustics)
    # what is left of the weather once a common scale is fitted differs by station
    sigma = np.hypot(arrivals.time_sigma, 0.35 * travel_sigma_s(distance, acoustics))
    residual = (arrivals.time - x[2] - travel * (1 + x[3])) / sigma
    slow = (1 + x[3]) / acoustics.speed_m_s
    rows = np.column_stack([slow * de / distance, slow * dn / distance, np.ones_like(de), travel])
    rows = rows / sigma[:, None]
    bearing = np.isfinite(arrivals.azimuth)
    turn = arrivals.azimuth[bearing] - np.arctan2(de[bearing], dn[bearing])
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    s, d2 = arrivals.azimuth_sigma[bearing], distance[bearing] ** 2
    zero = np.zeros_like(d2)
    turns = np.column_stack([dn[bearing] / d2 / s, -de[bearing] / d2 / s, zero, zero])
    prior = np.array([[0.0, 0.0, 0.0, 1 / acoustics.speed_relative_sigma]])
    return (
        np.concatenate([residual, turn / s, [-x[3] / acoustics.speed_relative_sigma]]),
        np.vstack([rows, turns, prior]),
    )
