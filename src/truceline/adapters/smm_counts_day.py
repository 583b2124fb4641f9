"""One coded reporting day of the OSCE Special Monitoring Mission (SMM), as its row gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from truceline.adapters.coded import day, filled, moment, whole
from truceline.adapters.rows import Record
from truceline.errors import RejectedRow

COLUMNS: Final = (
    "report",
    "period_end_local",
    "issued",
    "donetsk_cfv",
    "donetsk_explosions",
    "luhansk_cfv",
    "luhansk_explosions",
    "cumulative_since_20200727",
    "basis",
    "source_url",
)
_REPORT: Final = re.compile(r"([1-9]\d{0,2})/(20\d\d)")
_ONE_EVENING: Final = timedelta(hours=26)
"""A period of one evening lasts 24 h, 25 h when the clock is put back; more covers several."""


@dataclass(frozen=True, slots=True)
class Day:
    """One row: the figures of one report about the period that ends at ``end``."""

    year: int
    number: int
    end: datetime
    """End of the reporting period. UTC."""
    donetsk: int | None
    """Ceasefire violations in Donetsk region; null where not stated."""
    donetsk_explosions: int | None
    """Explosions among them."""
    luhansk: int | None
    luhansk_explosions: int | None
    total: int | None
    """Running total since 27 July 2020, 00:01 local; null where not stated."""
    basis: str
    """How the coder came by the figures."""

    @property
    def name(self) -> str:
        """The report as the mission numbers it, e.g. ``183/2020``."""
        return f"{self.number}/{self.year}"

    @property
    def violations(self) -> int | None:
        """Both regions together; null where one of them is not stated."""
        if self.donetsk is None or self.luhansk is None:
            return None
        return self.donetsk + self.luhansk

    @property
    def explosions(self) -> int | None:
        """Both regions together; null where one of them is not stated."""
        if self.donetsk_explosions is None or self.luhansk_explosions is None:
            return None
        return self.donetsk_explosions + self.luhansk_explosions

    @property
    def total_derived(self) -> bool:
        """True where the coder computed the running total from figures."""
        return "cumulative derived" in self.basis

    @property
    def figure_derived(self) -> bool:
        """True where the coder computed a figure from the running total."""
        return "derived from cumulative" in self.basis

    @property
    def last_24_h(self) -> bool:
        """True where the row says that its figures are of the last 24 h of its period only."""
        return "last 24 h" in self.basis

    @property
    def from_comparison(self) -> bool:
        """True where the figures come from what the next report says about the day before."""
        return "from the comparison" in self.basis

    def follows(self, other: Day) -> bool:
        """Tell whether this is the very next report after ``other``."""
        return (self.year, self.number - 1) == (other.year, other.number) and self.end > other.end

    def several_evenings(self, other: Day) -> bool:
        """Tell whether the period since the end of ``other`` is longer than one evening's."""
        return self.end - other.end > _ONE_EVENING


def read_day(record: Record) -> Day:
    """Read one row.

    Raises:
        RejectedRow: when a cell cannot be read, explosions exceed the violations of which they are
            part, or the report was issued before its period ended.
    """
    if record.problem:
        raise RejectedRow(record.problem)
    values = record.values
    match = _REPORT.fullmatch(filled(values, "report"))
    if match is None:
        raise RejectedRow(f"report is {values['report']!r}, not a number and year such as 183/2020")
    end, issued = moment(values, "period_end_local"), day(values, "issued")
    local_end = datetime.fromisoformat(values["period_end_local"].strip()).date()
    if issued < local_end:
        raise RejectedRow(f"issued {issued} lies before the end of its period, {local_end}")
    return Day(
        int(match[2]),
        int(match[1]),
        end,
        *_region(record, "donetsk"),
        *_region(record, "luhansk"),
        whole(values, "cumulative_since_20200727"),
        filled(values, "basis"),
    )


def _region(record: Record, name: str) -> tuple[int | None, int | None]:
    """Give violations and the explosions among them."""
    violations = whole(record.values, f"{name}_cfv")
    explosions = whole(record.values, f"{name}_explosions")
    if violations is not None and explosions is not None and explosions > violations:
        raise RejectedRow(
            f"{name}_explosions {explosions} is above {name}_cfv {violations}, of which it is part"
        )
    return violations, explosions
