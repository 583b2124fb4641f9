"""Counting past satellite fires by cell, week, season and month, and fitting the priors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from truceline.codec.heat_table import CELL_DEG, COARSE_DEG, HeatTable
from truceline.errors import SourceError
from truceline.fusion.background_beta import fit_beta, fit_concentration
from truceline.fusion.background_grid import Ints, cell_of, match, near_any, season_of
from truceline.fusion.background_mixture import Mixture, fit, persistence, rounded
from truceline.fusion.background_posterior import Background, posterior, season_counts
from truceline.fusion.background_seasonal import burst_factor, month_priors

Floats = NDArray[np.float64]

_CANDIDATE_WEEKS = 3
"""A cell hot in fewer weeks takes no part in fitting the share of hot days."""

_STANDING = 0.5
"""Rows in or next to a cell at least so probably persistent are kept out of the seasonal field."""


def learn(
    lon: ArrayLike,
    lat: ArrayLike,
    day: ArrayLike,
    *,
    looked: ArrayLike | None = None,
    about: Mapping[str, str] | None = None,
) -> Background:
    """Learn the background of persistent heat from past satellite fires.

    Days looked are the days with any row: a lower bound, since a day under cloud everywhere, or
    without any fire, leaves no row. The order of the rows has no effect.

    Args:
        lon: longitude of each row. Unit: deg.
        lat: latitude. Unit: deg.
        day: UTC day of acquisition, ``datetime64[D]`` or whole days since 1970-01-01.
        looked: days known to have been looked at, whether or not a row came of them; days with rows
            are added. Where few days have rows, hot days are overstated without this.
        about: words on the data (satellites, source), kept in the table; first day, last day and
            number of rows are added here.

    Raises:
        SourceError: when there is no row, or the arrays do not match or hold impossible numbers.
    """
    lon_deg, lat_deg = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    days = np.asarray(day).astype("datetime64[D]").astype(np.int64)
    _check(lon_deg, lat_deg, days)
    month = _month(days)
    looked_days = _looked(days, looked)
    cells, weeks, rows, by_season = _count_cells(cell_of(lon_deg, lat_deg, CELL_DEG), days, month)
    weeks_looked = len(np.unique(looked_days // 7))
    table = HeatTable(
        about={**(about or {}), **_describe(days)},
        prior={},
        days_looked=np.bincount(_month(looked_days) - 1, minlength=12),
        weeks_looked=weeks_looked,
        cells=cells,
        cell_weeks=weeks,
        cell_rows=rows,
        cell_days=by_season,
        coarse=np.zeros((0, 2), dtype=np.int64),
        coarse_rows=np.zeros((0, 12), dtype=np.int64),
    )
    mixture = fit(weeks, weeks_looked)
    standing = persistence(mixture, weeks, weeks_looked)
    priors = _mixture_prior(mixture) | _day_priors(table, standing)
    priors["day_dispersion"] = (
        _day_dispersion(lon_deg, lat_deg, days, looked_days, cells, standing),
    )
    return posterior(_with_seasonal(replace(table, prior=priors), lon_deg, lat_deg, days, standing))


def prune(background: Background, *, min_weeks: int = _CANDIDATE_WEEKS) -> Background:
    """Keep only cells hot in at least ``min_weeks`` weeks, so that the table is small enough to ship.

    The priors stay as learned from all cells; the counts of dropped cells are lost, the seasonal
    field is kept whole.

    Raises:
        ValueError: when ``min_weeks`` is below 1.
    """
    if min_weeks < 1:
        raise ValueError(f"min_weeks must be 1 or more, not {min_weeks}")
    table = background.table
    keep = table.cell_weeks >= min_weeks
    about = {**table.about, "cells_hot_in_weeks_at_least": str(min_weeks)}
    return posterior(
        replace(
            table,
            about=about,
            cells=table.cells[keep],
            cell_weeks=table.cell_weeks[keep],
            cell_rows=table.cell_rows[keep],
            cell_days=table.cell_days[keep],
        )
    )


def _check(lon: Floats, lat: Floats, days: Ints) -> None:
    if not (lon.ndim == 1 and lon.shape == lat.shape == days.shape):
        raise SourceError(
            f"lon, lat and day must be arrays of one length, not {lon.shape}, {lat.shape}, "
            f"{days.shape}; give one number per satellite row."
        )
    if lon.size == 0:
        raise SourceError("no satellite row was given: a background needs past fires to learn from")
    wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise SourceError(
            f"row {first}: lon {lon[first]}, lat {lat[first]} is no place on Earth; "
            "check the order (longitude first) and remove broken rows."
        )


def _looked(days: Ints, known: ArrayLike | None) -> Ints:
    if known is None:
        return np.unique(days)
    more = np.asarray(known).astype("datetime64[D]").astype(np.int64)
    return np.union1d(days, more)


def _month(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return months


def _describe(days: Ints) -> dict[str, str]:
    first, last = np.array([days.min(), days.max()]).astype("datetime64[D]").astype(str)
    return {"first_day": str(first), "last_day": str(last), "rows": str(days.size)}


def _count_cells(cell: Ints, days: Ints, month: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Give the cells ever hot with their hot weeks, rows, and hot days by season."""
    cells, of_row, rows = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    of_row = of_row.reshape(-1)
    hot_days = np.unique(np.column_stack([of_row, days, season_of(month)]), axis=0)
    by_season = np.zeros((len(cells), 4), dtype=np.int64)
    np.add.at(by_season, (hot_days[:, 0], hot_days[:, 2]), 1)
    hot_weeks = np.unique(np.column_stack([of_row, days // 7]), axis=0)
    weeks = np.bincount(hot_weeks[:, 0], minlength=len(cells))
    return cells, weeks, rows, by_season


def _mixture_prior(mixture: Mixture) -> dict[str, tuple[float, ...]]:
    return {"class_share": mixture.share, "class_a": mixture.a, "class_b": mixture.b}


def _day_priors(table: HeatTable, standing: Floats) -> dict[str, tuple[float, ...]]:
    """Fit the Beta of hot-day shares, and how closely one season keeps to the others."""
    keep = table.cell_weeks >= _CANDIDATE_WEEKS
    hot = table.cell_days[keep].astype(np.float64)
    looked = season_counts(table.days_looked).astype(np.float64)
    a, b = fit_beta(hot.sum(axis=1), np.full(len(hot), looked.sum()), np.ones(len(hot)))
    others_hot, others_looked = hot.sum(axis=1)[:, None] - hot, looked.sum() - looked
    mean = (a + others_hot) / (a + b + others_looked)
    seen = np.broadcast_to(looked, hot.shape)
    weight = standing[keep][:, None] * (seen > 0) * (others_looked > 0)
    concentration = fit_concentration(hot.ravel(), seen.ravel(), mean.ravel(), weight.ravel())
    return {"hot_day": (a, b), "season_concentration": (concentration,)}


def _day_dispersion(
    lon: Floats, lat: Floats, days: Ints, looked: Ints, cells: Ints, standing: Floats
) -> float:
    """Give how much more the hot days of a week vary than independent days would.

    Cloud hides a source for days on end, so ten days looked are worth fewer. Pearson's chi-square of
    weekly counts about the cell's mean of the season, by its degrees of freedom; at least 1.

    Source: quasi-likelihood dispersion, McCullagh and Nelder (1989), section 4.5.
    """
    chosen = np.flatnonzero(standing >= _STANDING)
    row_cell = match(cells[chosen], cell_of(lon, lat, CELL_DEG))
    hot = np.unique(np.column_stack([row_cell, days])[row_cell >= 0], axis=0)
    week_of, season = np.unique(looked // 7, return_inverse=True)[1], season_of(_month(looked))
    grid = np.zeros((len(chosen), len(looked)))
    grid[hot[:, 0], np.searchsorted(looked, hot[:, 1])] = 1.0
    chi_square = freedom = 0.0
    for part in np.unique(season):
        inside = grid[:, season == part]
        weeks, size = np.unique(week_of[season == part], return_inverse=True, return_counts=True)[
            1:
        ]
        share = inside.mean(axis=1, keepdims=True)
        counts = np.zeros((len(chosen), len(size)))
        np.add.at(counts.T, weeks, inside.T)
        variance = share * (1 - share) * size
        usable = variance[:, 0] > 0
        chi_square += float(np.sum((counts - share * size)[usable] ** 2 / variance[usable]))
        freedom += float(usable.sum() * (len(size) - 1))
    return rounded(max(1.0, chi_square / freedom)) if freedom > 0 else 1.0


def _with_seasonal(
    table: HeatTable, lon: Floats, lat: Floats, days: Ints, standing: Floats
) -> HeatTable:
    """Add the rows of each coarse cell and month that lie away from standing sources."""
    sources = table.cells[standing >= _STANDING]
    away = ~near_any(sources, cell_of(lon, lat, CELL_DEG))
    coarse_of_row = cell_of(lon, lat, COARSE_DEG)
    coarse = np.unique(coarse_of_row, axis=0)
    rows = np.zeros((len(coarse), 12), dtype=np.int64)
    np.add.at(rows, (match(coarse, coarse_of_row[away]), _month(days[away]) - 1), 1)
    bursts = burst_factor(lon[away], lat[away], days[away])
    priors = {**table.prior, "burst": (bursts,)}
    priors |= month_priors(coarse, rows, table.days_looked, bursts)
    return replace(table, prior=priors, coarse=coarse, coarse_rows=rows)
