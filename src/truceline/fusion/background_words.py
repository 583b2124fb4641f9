"""Sentences that tell a person why a detection was set aside, or why not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from truceline.codec.heat_table import CELL_DEG
from truceline.fusion.background_grid import SEASONS, match, season_of
from truceline.fusion.background_posterior import Background

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def sentences(
    background: Background,
    cell: Ints,
    coarse: Ints,
    month: Ints,
    persistent: Floats,
    explained: Floats,
    masked: NDArray[np.bool_],
    known_area: NDArray[np.bool_],
) -> tuple[str, ...]:
    """Write one sentence per detection.

    Args:
        background: what was learned.
        cell: row of the cell that contributes most, or -1.
        coarse: coarse cell of each detection.
        month: month of each detection, 1..12.
        persistent: probability that a standing source explains it, and bounds, shape (3, n).
        explained: the same for a standing source or seasonal burning.
        masked: whether it was set aside.
        known_area: whether its area was in the data.
    """
    area = match(background.table.coarse, coarse)
    texts = []
    for i in range(len(cell)):
        history = _history(background, int(cell[i]), int(month[i]))
        if masked[i]:
            texts.append(
                f"{history}; a standing source of heat explains this detection with probability "
                f"{_range(persistent[:, i])}: set aside, which does not exclude a strike there"
            )
        elif known_area[i]:
            usual = _usual(background, int(area[i]), int(month[i]))
            texts.append(
                f"{history}; {usual}; a standing source or seasonal burning explains this "
                f"detection with probability {_range(explained[:, i])}: not set aside, what burnt "
                "is not known"
            )
        else:
            texts.append(
                "this place lies outside the data from which the background was learned: nothing "
                "is known of its usual heat, not set aside, what burnt is not known"
            )
    return tuple(texts)


def _history(background: Background, cell: int, month: int) -> str:
    table = background.table
    if cell < 0:
        return "no cell within reach was hot in enough weeks to be kept in the background"
    season = int(season_of(np.array([month]))[0])
    hot, looked = table.cell_days[cell], background.days_looked
    class_words = (
        f"hot in {table.cell_weeks[cell]} of {table.weeks_looked} weeks, a standing source with "
        f"probability {_number(float(background.persistence[cell]))}"
    )
    return (
        f"cell {_place(table.cells[cell])} was hot on {hot.sum()} of {looked.sum()} days looked "
        f"from {table.about['first_day']} to {table.about['last_day']} "
        f"({hot[season]} of {looked[season]} in {SEASONS[season]}), {class_words}"
    )


def _usual(background: Background, area: int, month: int) -> str:
    days, name = int(background.table.days_looked[month - 1]), _MONTHS[month - 1]
    if days == 0:
        return f"no day of {name} was looked at, so usual burning is hardly known"
    rows = 0 if area < 0 else int(background.table.coarse_rows[area, month - 1])
    return f"the area of 0.25 deg around it had {rows} other hot pixel(s) on {days} days of {name}"


def _place(cell: Ints) -> str:
    """Name a cell by its south-west corner."""
    lon, lat = (float(value) for value in cell * CELL_DEG)
    return f"{abs(lon):.2f}{'E' if lon >= 0 else 'W'} {abs(lat):.2f}{'N' if lat >= 0 else 'S'}"


def _range(three: Floats) -> str:
    mean, lower, upper = (_number(float(value)) for value in three)
    return f"{mean} ({lower} to {upper})"


def _number(probability: float) -> str:
    """Two decimals, never a false 0 or 1."""
    if probability < 0.01:
        return "below 0.01"
    return "above 0.99" if probability > 0.99 else f"{probability:.2f}"
