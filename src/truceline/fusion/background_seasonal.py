"""The seasonal field: how often anything burns in an area, by coarse cell and month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from truceline.codec.heat_table import COARSE_DEG, HeatTable
from truceline.fusion.background_grid import area_km2, cell_of
from truceline.fusion.background_mixture import rounded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FIRE_DEG = 0.05
"""Rows of one day in one such block are taken for one fire. Unit: deg."""

_SHAPE_RANGE = (0.05, 2.0)
"""A month with few rows cannot say that all areas burn alike, so the shape stays at most 2."""


@dataclass(frozen=True, slots=True)
class SeasonalField:
    """Rate of hot pixels away from standing sources; Gamma posteriors.

    Each array has one line per known coarse cell and a last line for any other cell, shape (m+1, 12).
    """

    mean: Floats
    """Unit: hot pixels per km² and day of one satellite."""
    lower: Floats
    """5 per cent quantile, same unit."""
    upper: Floats
    """95 per cent quantile, same unit."""


def burst_factor(lon: Floats, lat: Floats, days: Ints) -> float:
    """Give how many times more the count of rows varies than that of independent rows would.

    One fire gives many rows, so a hundred rows may be ten fires.

    Source: compound Poisson, variance / mean = E[m²] / E[m] for m rows per fire.

    >>> burst_factor(np.array([30.01, 30.02]), np.array([50.01, 50.01]), np.array([1, 1]))
    2.0
    """
    if lon.size == 0:
        return 1.0
    fires = np.column_stack([cell_of(lon, lat, _FIRE_DEG), days])
    m = np.unique(fires, axis=0, return_counts=True)[1].astype(np.float64)
    return rounded(float((m**2).sum() / m.sum()))


def month_priors(
    coarse: Ints, rows: Ints, days_looked: Ints, bursts: float
) -> dict[str, tuple[float, ...]]:
    """Fit for each month the Gamma from which the rates of the coarse cells were drawn.

    A month never looked at takes the mean of the whole year and the least certain shape.

    Source: moments of the negative binomial, mean mu E, variance mu E + mu² E² / shape.
    """
    area = area_km2(coarse, COARSE_DEG)
    year_mean = rows.sum() / max(float(area.sum() * days_looked.sum()), 1e-12)
    means, shapes = np.full(12, max(year_mean, 1e-9)), np.full(12, _SHAPE_RANGE[0])
    for month in np.flatnonzero(days_looked > 0):
        exposure, count = area * days_looked[month], rows[:, month] / bursts
        mu = (count.sum() + 0.5 / bursts) / exposure.sum()
        excess = float(((count - mu * exposure) ** 2 - mu * exposure).sum())
        shape = float((mu * exposure) @ (mu * exposure)) / max(excess, 1e-12)
        means[month], shapes[month] = mu * bursts, np.clip(shape, *_SHAPE_RANGE)
    return {
        "month_rate": tuple(rounded(float(value)) for value in means),
        "month_shape": tuple(rounded(float(value)) for value in shapes),
    }


def seasonal_field(table: HeatTable) -> SeasonalField:
    """Give the posterior rates of the known coarse cells, and the prior for any other.

    Source: Gamma-Poisson conjugacy on counts and rates divided by the burst factor.
    """
    burst = table.prior["burst"][0]
    shape = np.array(table.prior["month_shape"])
    rate = shape / (np.array(table.prior["month_rate"]) / burst)
    nothing = np.zeros((1, 12))
    exposure = np.vstack([area_km2(table.coarse, COARSE_DEG)[:, None] * table.days_looked, nothing])
    alpha = shape + np.vstack([table.coarse_rows / burst, nothing])
    scale = burst / (rate + exposure)
    mean = alpha * scale
    lower = np.minimum(gammaincinv(alpha, 0.05) * scale, mean)
    upper = np.maximum(gammaincinv(alpha, 0.95) * scale, mean)
    return SeasonalField(mean, lower, upper)
