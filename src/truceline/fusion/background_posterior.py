"""The background itself: what is believed of each cell, computed from the table of counts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.codec.heat_table import HeatTable, write_table
from truceline.errors import SourceError
from truceline.fusion.background_beta import interval_90
from truceline.fusion.background_mixture import Mixture, persistence
from truceline.fusion.background_seasonal import SeasonalField, seasonal_field

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PRIORS = {
    "class_share": 3,
    "class_a": 3,
    "class_b": 3,
    "hot_day": 2,
    "season_concentration": 1,
    "day_dispersion": 1,
    "burst": 1,
    "month_rate": 12,
    "month_shape": 12,
}


@dataclass(frozen=True, slots=True)
class Background:
    """Persistent heat per cell and season, and the seasonal field, each with its uncertainty."""

    table: HeatTable
    """The counts and priors from which all the rest follows."""
    version: str
    """SHA-256 of the table's bytes; an incident cites it."""
    persistence: Floats
    """Shape (n,): probability that the cell holds a persistent source, 0..1."""
    days_looked: Ints
    """Shape (4,): days looked by season; a lower bound."""
    alpha: Floats
    """Shape (n, 4): first parameter of the Beta of the hot-day probability."""
    beta: Floats
    """Shape (n, 4): second parameter."""
    mean: Floats
    """Shape (n, 4): its mean."""
    lower: Floats
    """Shape (n, 4): its 5 per cent quantile (the mean, where that lies below)."""
    upper: Floats
    """Shape (n, 4): its 95 per cent quantile (the mean, where that lies above)."""
    rows_per_hot_day: Floats
    """Shape (n,): hot pixels on a day on which the cell is hot, at least 1."""
    seasonal: SeasonalField
    """Rate of hot pixels away from standing sources, by coarse cell and month."""


def season_counts(by_month: Ints) -> Ints:
    """Sum twelve months, January first, into winter, spring, summer, autumn.

    >>> season_counts(np.arange(1, 13)).tolist()
    [15, 12, 21, 30]
    """
    total: Ints = np.roll(by_month, 1).reshape(4, 3).sum(axis=1)
    return total


def posterior(table: HeatTable) -> Background:
    """Compute the background from its table; the same table gives the same background.

    The hot-day probability of a cell in a season has a Beta prior whose mean is the cell's share in
    the *other* seasons (itself shrunk to that of all cells) and whose weight was fitted; the
    season's own days, divided by the dispersion, are added to it.

    Raises:
        SourceError: when a prior is missing or impossible.
    """
    _check(table)
    a, b = table.prior["hot_day"]
    concentration, dispersion = (
        table.prior["season_concentration"][0],
        table.prior["day_dispersion"][0],
    )
    looked = season_counts(table.days_looked)
    hot_all = table.cell_days.sum(axis=1, keepdims=True)
    other_hot, other_looked = hot_all - table.cell_days, looked.sum() - looked
    centre = (a + other_hot / dispersion) / (a + b + other_looked / dispersion)
    alpha = concentration * centre + table.cell_days / dispersion
    beta = concentration * (1 - centre) + (looked - table.cell_days) / dispersion
    lower, upper = interval_90(alpha, beta)
    mixture = Mixture(table.prior["class_share"], table.prior["class_a"], table.prior["class_b"])
    return Background(
        table=table,
        version=hashlib.sha256(write_table(table)).hexdigest(),
        persistence=persistence(mixture, table.cell_weeks, table.weeks_looked),
        days_looked=looked,
        alpha=alpha,
        beta=beta,
        mean=alpha / (alpha + beta),
        lower=lower,
        upper=upper,
        rows_per_hot_day=table.cell_rows / np.maximum(hot_all[:, 0], 1),
        seasonal=seasonal_field(table),
    )


def _check(table: HeatTable) -> None:
    for name, size in _PRIORS.items():
        values = table.prior.get(name, ())
        if len(values) != size or min(values) <= 0:
            raise SourceError(
                f"table of persistent heat: prior '{name}' needs {size} numbers above zero, "
                f"has {len(values)}; learn the table again with tools/learn_background.py."
            )
    looked = season_counts(table.days_looked)
    if np.any(table.cell_days > looked) or np.any(table.cell_weeks > table.weeks_looked):
        raise SourceError(
            "table of persistent heat: a cell was hot on more days or weeks than were looked at; "
            "learn the table again with tools/learn_background.py."
        )
