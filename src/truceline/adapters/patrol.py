"""Patrols and posts: what people heard and saw, as bearing and distance from where they stood.

Three layouts: the coded observations of monitoring reports, the mission's own form, and plain text
lines. People are sensors too: a sentence becomes a ``sector``, never a point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from truceline.adapters import patrol_coded, patrol_form
from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.patrol_coded import read_coded
from truceline.adapters.patrol_emit import SOURCE, Watch, emit
from truceline.adapters.patrol_form import read_form
from truceline.adapters.patrol_lines import is_lines, lines_of, read_line
from truceline.adapters.patrol_text import Heard, parse_sentence
from truceline.adapters.rows import ObservationBuilder, Record, csv_records, header_of
from truceline.errors import RejectedRow, WrongKindOfFile

__all__ = ["ADAPTER", "parse_sentence"]

_Reader = Callable[[Record], tuple[Watch, tuple[Heard, ...]]]
_CODED_MARKS: Final = ("obs_id", "observer_place")
_FORM_MARKS: Final = ("patrol_id", "observed_from")

CARD: Final = SourceCard(
    name=SOURCE,
    title="Observations of patrols and posts",
    publisher="the monitoring mission (its own form and lines), or whoever coded its reports",
    licence="the mission's own for form and lines; coded reports: facts in own words, source named",
    citation="Coded from daily reports of the OSCE Special Monitoring Mission to Ukraine; source_url names each. Places: GeoNames, CC BY 4.0.",
    republish="Coded reports: yes, with their source. Form and lines: no, they show where patrols stand.",
    position_error=(
        "Across: 11.9 deg for a word of the 16-point compass (22.5 deg wide, sigma 22.5/sqrt(12) = "
        "6.5, plus 10 deg of human error, a judgement), more for a list or an arc. Along: the stated "
        "interval; a single figure is widened by a quarter (by 35 % after 'about'), none means "
        "earshot by weapon (judgements). Observer: 50 m unless given; a named place 1 to 4 km."
    ),
    delay="minutes to hours by the form; one day in daily reports",
    independence="the patrol of one day, and everybody who stood on the same spot that day",
    formats=(
        f"CSV of coded observations: {', '.join(patrol_coded.COLUMNS)}; optional observer_lon, observer_lat, observer_sigma_m, time_zone, revision, source_url",
        f"CSV form: {', '.join(patrol_form.COLUMNS)}, and text or what; optional observed_to, time_sigma_s, zone (IANA name of times without offset), sigma_m, modality, count, phase, bearing(s), range or range_min_km and range_max_km, team, record_id, revision",
        "text: TIME | LON,LAT | SENTENCE, or TIME | LON,LAT,SIGMA_M | PATROL | SENTENCE; TIME with offset, or START/END; # starts a comment",
    ),
)
_NOTES: Final = (
    "Directions and distances are judged by ear or eye; silence of a patrol is not in these rows.",
)


@dataclass(frozen=True, slots=True)
class PatrolAdapter:
    """Reads what patrols wrote down."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when the file has none of the three layouts.
        """
        records, reader = _layout(raw)
        builder = ObservationBuilder(context.raw_sha256)
        read = list(_read_all(records, reader, builder))
        for record, watch, heard in _without_conflicts(read, builder):
            try:
                emit(builder, watch, heard, context.theatre)
            except RejectedRow as error:
                builder.reject(record.line, record.offset, record.length, str(error))
        rejected = tuple(sorted(builder.rejected, key=lambda row: row.offset))
        return Parsed(builder.table(), rejected, notes=_NOTES)


def _layout(raw: bytes) -> tuple[Iterable[Record], _Reader]:
    header = header_of(raw)
    if all(name in header for name in _CODED_MARKS):
        expected = "a CSV of coded patrol observations"
        return csv_records(raw, patrol_coded.COLUMNS, expected), read_coded
    if all(name in header for name in _FORM_MARKS):
        return csv_records(raw, patrol_form.COLUMNS, "a CSV of the patrol form"), read_form
    if is_lines(raw):
        return lines_of(raw), read_line
    layouts = "; or ".join(CARD.formats)
    raise WrongKindOfFile(
        f"this is no file of patrol observations. Nothing was ingested. Expected one of: {layouts}."
    )


_Read = tuple[Record, Watch, tuple[Heard, ...]]


def _read_all(
    records: Iterable[Record], reader: _Reader, builder: ObservationBuilder
) -> Iterable[_Read]:
    for record in records:
        try:
            if record.problem:
                raise RejectedRow(record.problem)
            yield (record, *reader(record))
        except RejectedRow as error:
            builder.reject(record.line, record.offset, record.length, str(error))


def _without_conflicts(read: list[_Read], builder: ObservationBuilder) -> Iterable[_Read]:
    """Drop exact repeats, and reject rows that say different things under one key and revision."""
    said = {(watch.key, watch.version_rank, _saying(watch, heard)) for _, watch, heard in read}
    voices = Counter((key, rank) for key, rank, _ in said)
    seen: set[tuple[str, int]] = set()
    for record, watch, heard in read:
        key = (watch.key, watch.version_rank)
        if voices[key] > 1:
            reason = f"another row says something else under the same key {watch.key!r}: give each row its own patrol_id or record_id, or raise its revision"
            builder.reject(record.line, record.offset, record.length, reason)
        elif key not in seen:
            seen.add(key)
            yield record, watch, heard


def _saying(watch: Watch, heard: tuple[Heard, ...]) -> str:
    where = (watch.lon, watch.lat, watch.sigma_m, watch.time, watch.time_sigma_s)
    return repr((where, sorted(watch.attributes.items()), heard))


ADAPTER: Final = PatrolAdapter()
