"""The table of persistent heat as bytes: counts and priors, from which every posterior follows.

The file is one CSV whose first column says what the line is: ``about`` (key, value), ``prior``
(name, numbers), ``looked`` (days looked by month, weeks looked), ``cell`` (a cell of 0.01 deg with
its counts) and ``seasonal`` (a cell of 0.25 deg with its rows by month). It holds what was counted,
not what was concluded, so that the method can be read again out of the same bytes.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.errors import WrongKindOfFile

FORMAT = "truceline persistent heat 1"
"""First line's value; another number means another layout."""

CELL_DEG = 0.01
"""Edge of a cell of persistent heat. Unit: deg."""

COARSE_DEG = 0.25
"""Edge of a cell of the seasonal field. Unit: deg."""

_CELL_COUNTS = 6  # weeks, rows, four seasons
_MONTHS = 12

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """What was counted in past satellite fires, and the priors fitted to it."""

    about: Mapping[str, str]
    """Description of the data: first_day, last_day, rows, satellites, source, kept_from."""
    prior: Mapping[str, tuple[float, ...]]
    """Fitted numbers by name, rounded to 4 significant digits."""
    days_looked: Ints
    """Days with any row in the data, by month January..December, shape (12,). A lower bound."""
    weeks_looked: int
    """Blocks of seven days with any row in the data."""
    cells: Ints
    """Shape (n, 2): index of the cell, floor(lon / 0.01), floor(lat / 0.01); sorted."""
    cell_weeks: Ints
    """Shape (n,): blocks of seven days in which the cell was hot."""
    cell_rows: Ints
    """Shape (n,): rows (hot pixels) in the cell."""
    cell_days: Ints
    """Shape (n, 4): hot days in winter (Dec-Feb), spring, summer, autumn."""
    coarse: Ints
    """Shape (m, 2): index of the coarse cell, floor(lon / 0.25), floor(lat / 0.25); sorted."""
    coarse_rows: Ints
    """Shape (m, 12): rows away from persistent sources, by month."""


def write_table(table: HeatTable) -> bytes:
    """Write the table; the same table gives the same bytes.

    Raises:
        ValueError: when a number of the priors is not finite.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["about", "format", FORMAT])
    writer.writerows(["about", key, table.about[key]] for key in sorted(table.about))
    for name in sorted(table.prior):
        if not all(math.isfinite(value) for value in table.prior[name]):
            raise ValueError(f"prior {name} holds a number that is not finite; learn again")
        writer.writerow(["prior", name, *(f"{value:.4g}" for value in table.prior[name])])
    writer.writerow(["looked", table.weeks_looked, *table.days_looked.tolist()])
    cells = np.column_stack([table.cells, table.cell_weeks, table.cell_rows, table.cell_days])
    writer.writerows(["cell", *line] for line in cells.tolist())
    coarse = np.column_stack([table.coarse, table.coarse_rows])
    writer.writerows(["seasonal", *line] for line in coarse.tolist())
    return out.getvalue().encode()


def read_table(raw: bytes) -> HeatTable:
    """Read what ``write_table`` wrote.

    Raises:
        WrongKindOfFile: when the bytes are not such a table, naming the line.
    """
    lines = _lines(raw)
    about: dict[str, str] = {}
    prior: dict[str, tuple[float, ...]] = {}
    numbers: dict[str, list[list[int]]] = {"looked": [], "cell": [], "seasonal": []}
    width = {"looked": 1 + _MONTHS, "cell": 2 + _CELL_COUNTS, "seasonal": 2 + _MONTHS}
    for line, (record, *values) in enumerate(lines, start=1):
        try:
            if record == "about":
                key, text = values
                about[key] = text
            elif record == "prior":
                prior[values[0]] = _floats(values[1:])
            else:
                numbers[record].append(_counts(record, values, width[record]))
        except (KeyError, IndexError, ValueError) as error:
            raise WrongKindOfFile(
                f"table of persistent heat, line {line}: cannot be read ({error}). Nothing of it "
                "was used; learn the table again with tools/learn_background.py."
            ) from None
    return _assemble(about, prior, numbers)


def _lines(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    lines = [line for line in csv.reader(io.StringIO(text)) if line]
    if not lines or lines[0] != ["about", "format", FORMAT]:
        raise WrongKindOfFile(
            f"this is not a table of persistent heat: its first line should be "
            f"'about,format,{FORMAT}'. Give the file that tools/learn_background.py wrote."
        )
    return lines


def _floats(texts: Sequence[str]) -> tuple[float, ...]:
    values = tuple(float(text) for text in texts)
    if not values or not all(math.isfinite(value) for value in values):
        raise ValueError("a prior needs finite numbers")
    return values


def _counts(record: str, texts: Sequence[str], width: int) -> list[int]:
    values = [int(text) for text in texts]
    if len(values) != width:
        raise ValueError(f"{len(values)} numbers where '{record}' has {width}")
    counts = values if record == "looked" else values[2:]
    if min(counts) < 0:
        raise ValueError("a count is below zero")
    return values


def _assemble(
    about: dict[str, str],
    prior: dict[str, tuple[float, ...]],
    numbers: dict[str, list[list[int]]],
) -> HeatTable:
    if len(numbers["looked"]) != 1:
        raise WrongKindOfFile(
            "table of persistent heat: it needs exactly one line 'looked' (weeks, then days by "
            "month); learn the table again with tools/learn_background.py."
        )
    about.pop("format")
    looked = numbers["looked"][0]
    cell = np.array(numbers["cell"], dtype=np.int64).reshape(-1, 2 + _CELL_COUNTS)
    coarse = np.array(numbers["seasonal"], dtype=np.int64).reshape(-1, 2 + _MONTHS)
    cell = cell[np.lexsort((cell[:, 1], cell[:, 0]))]
    coarse = coarse[np.lexsort((coarse[:, 1], coarse[:, 0]))]
    return HeatTable(
        about=about,
        prior=prior,
        days_looked=np.array(looked[1:], dtype=np.int64),
        weeks_looked=looked[0],
        cells=cell[:, :2],
        cell_weeks=cell[:, 2],
        cell_rows=cell[:, 3],
        cell_days=cell[:, 4:],
        coarse=coarse[:, :2],
        coarse_rows=coarse[:, 2:],
    )
