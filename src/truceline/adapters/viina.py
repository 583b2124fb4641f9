"""VIINA 2.0: reports of the press on the war in Ukraine, found, placed and labelled by machine.

Four layouts: the two release files that can be placed (``event_1pd_latest_YYYY.csv``, one row a
place, day and set of labels; ``event_info_latest_YYYY.csv``, one row a report, without labels unless
joined) and two reductions that circulate (a JSON slice by day, a CSV slice with headlines).

**Identity.** The release gives ids (``event_id_1pd``, ``event_id``); they are joined with the day,
because nothing promises that they hold beyond one file. The slices give none. In the JSON slice of
January to April 2026 (13,740 rows) day, place, point and code name only 9,182 rows: the
labels that told the others apart were dropped. With the opening article the key fails for 84: 69
are rows that stand twice word for word and count once, 15 share their opening article with a
longer row and become an earlier version of it. VIINA orders articles by publisher, so a publisher
that comes late may open the list anew: then the row is a second observation, of the same
independence group. A row of a slice and of the release cannot be joined: they are two observations
whose shared publishers keep them from corroborating each other.

**Version.** Hash of what the row itself says; ``version_rank`` is its number of reports. The number
of places that an article names is counted over the file and therefore no part of it.

**Independence.** One group is one publisher, never an article: ten settlements out of one article
are one source. Rows that name nobody share one group.

**Time.** The day of the report, taken as the local day of Kyiv, which VIINA does not state. What is
reported may have happened the evening before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.rows import ObservationBuilder
from truceline.adapters.viina_card import CARD, NO_PRECISION, NOTES
from truceline.adapters.viina_layouts import open_rows
from truceline.adapters.viina_publishers import groups_of
from truceline.adapters.viina_rows import STRIKE_CODES, Report
from truceline.codec.taxonomy import taxonomy
from truceline.errors import RejectedRow
from truceline.model.coverage import Coverage, DailyCount
from truceline.model.interval import Interval, local_day
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision

ZONE: Final = "Europe/Kyiv"
"""An assumption: VIINA states no zone; its sources write in Kyiv."""
DILUTED_FROM: Final = 4
"""From this many places in one article on a day, its rows are doubtful as to place (credibility 4):
round-ups of a whole front, geocoded name by name."""

_Read = tuple[int, int, int, Report]


@dataclass(frozen=True, slots=True)
class ViinaAdapter:
    """Reads the release files and slices of VIINA 2.0."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when the file is of none of the four layouts.
        """
        layout, unit, rows = open_rows(raw)
        builder = ObservationBuilder(context.raw_sha256)
        read: list[_Read] = []
        for line, offset, length, reader in rows:
            try:
                read.append((line, offset, length, reader()))
            except RejectedRow as error:
                builder.reject(line, offset, length, str(error))
        twice = _add_all(builder, read, layout, context)
        return Parsed(
            builder.table(),
            tuple(sorted(builder.rejected, key=lambda r: r.offset)),
            tuple(_coverage(day, layout) for day in sorted({row[3].day for row in read})),
            counts=tuple(_counts([row[3] for row in read], layout, unit)),
            notes=_notes(layout, read, twice),
        )


def _add_all(
    builder: ObservationBuilder, read: list[_Read], layout: str, context: ParseContext
) -> int:
    """Add each row once; give the number of rows that say what an earlier one said."""
    places: dict[tuple[date, str], set[tuple[float, float]]] = defaultdict(set)
    for _, _, _, row in read:
        for article in row.articles:
            places[row.day, article].add((row.lon, row.lat))
    seen: set[str] = set()
    twice = 0
    for line, offset, length, row in read:
        content = row.content()
        if context.theatre and not context.theatre.contains(row.lon, row.lat):
            reason = f"outside the theatre: {row.place} at lon {row.lon}, lat {row.lat}"
            builder.reject(line, offset, length, reason)
        elif repr(content) in seen:
            twice += 1
        else:
            seen.add(repr(content))
            named = min((len(places[row.day, a]) for a in row.articles), default=None)
            _add(builder, (line, offset, length), row, content, layout, named)
    return twice


def _add(
    builder: ObservationBuilder,
    span: tuple[int, int, int],
    row: Report,
    content: Mapping[str, Any],
    layout: str,
    places_named: int | None,
) -> None:
    day = _window(row.day)
    diluted = places_named is not None and places_named >= DILUTED_FROM
    attributes = {**row.said, "articles": list(row.articles), "n_reports": row.n_reports}
    if row.code:
        attributes["code"] = row.code
    if places_named is not None:
        attributes["places_named"] = places_named
    builder.add(
        natural_key=row.key,
        source="viina",
        line=span[0],
        offset=span[1],
        length=span[2],
        attributes=attributes,
        version_content=content,
        version_rank=row.n_reports,
        datastream=f"viina:{layout}",
        modality=Modality.REPORT.value,
        # Without labels nobody knows what is reported: worth looking into, never counted.
        standing=(Standing.EVIDENCE if row.code else Standing.LEAD).value,
        kind=_kind(row.code) if row.code else "other",
        phenomenon_start=day.start,
        phenomenon_end=day.end,
        time_sigma_s=0.0,
        time_precision=TimePrecision.DAY.value,
        measurement=Measurement.PLACE.value,
        lon=row.lon,
        lat=row.lat,
        cov_ee_m2=row.sigma_m**2,
        cov_en_m2=0.0,
        cov_nn_m2=row.sigma_m**2,
        place_name=row.place or None,
        independence_groups=groups_of(set(row.publishers)),
        reliability="C" if row.publishers else "F",
        credibility=4 if diluted else 3,
    )


@lru_cache(maxsize=16)
def _kind(code: str) -> str:
    kind = taxonomy().from_term("viina", code)
    assert kind is not None
    return kind


@lru_cache(maxsize=8192)
def _window(day: date) -> Interval:
    return local_day(day, ZONE)


def _counts(rows: Iterable[Report], layout: str, unit: str) -> Iterator[DailyCount]:
    """Count the rows of each local day, wherever they lie: a series for rates, no incidents."""
    reports: Counter[date] = Counter()
    strikes: Counter[date] = Counter()
    labelled: set[date] = set()
    for row in rows:
        reports[row.day] += 1
        if row.code:
            labelled.add(row.day)
            strikes[row.day] += row.code in STRIKE_CODES
    series = f"viina:{layout}"
    for day in sorted(reports):
        window, caveat = _window(day), _caveat(day)
        yield DailyCount(series, "reports", window, reports[day], unit, caveat)
        if day in labelled:
            strike_unit = f"{unit}, code S, D, A, F or V"
            yield DailyCount(series, "strike_type", window, strikes[day], strike_unit, caveat)


def _coverage(day: date, layout: str) -> Coverage:
    return Coverage("viina", f"viina:{layout}", _window(day), None, "inferred", _caveat(day))


def _caveat(day: date) -> str:
    sunday = " This day is a Sunday." if day.weekday() == 6 else ""
    return f"Fewer reporters write on Sundays and holidays; the day is that of the report.{sunday}"


def _notes(layout: str, read: list[_Read], twice: int) -> tuple[str, ...]:
    notes = list(NOTES)
    if layout in ("slice", "csv"):
        notes.append(NO_PRECISION)
    if any(not row[3].code for row in read):
        notes.append("Rows without labels are leads: ingest event_1pd of the same year for acts.")
    if any("unlabelled" in row[3].said for row in read):
        notes.append("Some labels are missing in the source; a missing label is not a no.")
    if twice:
        notes.append(f"{twice} row(s) stand twice in the file and count once as observations.")
    return tuple(notes)


ADAPTER: Final = ViinaAdapter()
"""What ``truceline ingest WS viina FILE`` uses."""
