"""Daily counts of event reports made from VIINA: they serve rates, they are no incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from truceline.adapters.coded import day, filled, settle, whole
from truceline.adapters.interface import ParseContext, Parsed, Rejected, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records
from truceline.errors import RejectedRow
from truceline.model.coverage import DailyCount
from truceline.model.interval import local_day

_EXPECTED: Final = "a table of daily counts (daily_counts.csv)"
_COLUMNS: Final = ("date", "reports", "strike_type", "unit")
_ZONE: Final = "Europe/Kyiv"
_CAVEAT: Final = (
    "Counts what the press reported, and fewer reporters work on a holiday or a weekend, so a fall "
    "on such a day is partly theirs."
)

_CARD: Final = SourceCard(
    name="counts",
    title="Event reports per day made from VIINA",
    publisher="Truceline, from VIINA 2.0 (Zhukov and Ayers)",
    licence="ODbL 1.0",
    citation="VIINA 2.0, Zhukov and Ayers, github.com/zhukovyuri/VIINA; daily sums by Truceline",
    republish="yes, under the ODbL with this credit",
    position_error="none: the counts are of the whole country",
    delay="one to two days (VIINA is renewed daily)",
    independence="one series is one group: the press that VIINA reads",
    formats=(
        f"CSV with header, UTF-8: {', '.join(_COLUMNS)}; one row a local day of {_ZONE} and unit",
    ),
)


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    unit: str
    reports: int
    strike_type: int


def _read(record: Record) -> _Day:
    if record.problem:
        raise RejectedRow(record.problem)
    values = record.values
    reports, strikes = (whole(values, name) for name in ("reports", "strike_type"))
    if reports is None or strikes is None:
        raise RejectedRow("reports and strike_type need a number each; leave a blind day out")
    if strikes > reports:
        raise RejectedRow(f"strike_type {strikes} is above reports {reports}, of which it is part")
    return _Day(day(values, "date"), filled(values, "unit"), reports, strikes)


def _figures(found: _Day) -> tuple[DailyCount, DailyCount]:
    """Give both figures of a day; the unit is in the name of the series, so none are mixed."""
    series, time = f"viina:{found.unit}", local_day(found.day, _ZONE)
    return (
        DailyCount(series, "reports", time, found.reports, found.unit, _CAVEAT),
        DailyCount(series, "strike_type", time, found.strike_type, found.unit, _CAVEAT),
    )


def _notes(days: Iterable[_Day]) -> tuple[str, ...]:
    """Say which days are missing inside a series, and that units are never compared."""
    by_unit: dict[str, set[date]] = {}
    for found in days:
        by_unit.setdefault(found.unit, set()).add(found.day)
    notes = []
    for unit, have in sorted(by_unit.items()):
        first, last = min(have), max(have)
        missing = (last - first + timedelta(days=1)).days - len(have)
        if missing:
            notes.append(f"Series {unit!r} lacks {missing} day(s) between {first} and {last}.")
    if len(by_unit) > 1:
        notes.append(f"{len(by_unit)} units in one file: their figures are never compared.")
    return tuple(notes)


@dataclass(frozen=True, slots=True)
class CountsAdapter:
    """Reads ``daily_counts.csv`` of the truce folders."""

    card: SourceCard = _CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole table of daily counts; it yields no observations.

        Raises:
            WrongKindOfFile: when a column is missing.
        """
        read: list[tuple[Record, str, _Day]] = []
        rejected: list[Rejected] = []
        for record in csv_records(raw, _COLUMNS, _EXPECTED):
            try:
                found = _read(record)
                read.append((record, f"{found.day} in {found.unit!r}", found))
            except RejectedRow as error:
                rejected.append(Rejected(record.line, record.offset, record.length, str(error)))
        kept, repeated = settle(read, "day")
        return Parsed(
            ObservationBuilder(context.raw_sha256).table(),
            tuple(sorted(rejected + repeated, key=lambda r: r.offset)),
            counts=tuple(figure for found in kept.values() for figure in _figures(found)),
            notes=_notes(kept.values()),
        )


ADAPTER = CountsAdapter()
