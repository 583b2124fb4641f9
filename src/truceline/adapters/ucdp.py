"""UCDP GED: lethal events of organised violence, coded from news and reports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records, number
from truceline.adapters.ucdp_publishers import publishers_of
from truceline.codec.taxonomy import taxonomy
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.interval import Interval, local_day
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision
from truceline.model.place import CHI2_90, BoundingBox

SOURCE: Final = "ucdp"
_COLUMNS: Final = (
    "id", "type_of_violence", "number_of_sources", "source_office", "where_prec", "latitude",
    "longitude", "date_prec", "date_start", "date_end", "best", "high", "low",
)  # fmt: skip
RADIUS_90_M: Final[dict[int, float]] = {
    1: 2_000.0,
    2: 25_000.0,
    3: 35_000.0,
    4: 90_000.0,
    5: 130_000.0,
    6: 440_000.0,
    7: 200_000.0,
}
"""Radius of the circle that holds the event with probability 0.9, by ``where_prec``. Unit: m.

A judgement from what the codebook says the codes mean: 1 a known place (its extent); 2 within about
25 km of one; 3 a district (a large Ukrainian raion); 4 a province (an oblast of 25,000 km2); 5 a
line or a vague region (the Donets basin); 6 only the country (Ukraine); 7 sea or air outside it.
"""
_PADDING: Final[dict[int, timedelta]] = {
    2: timedelta(days=6),
    3: timedelta(days=6),
    4: timedelta(days=30),
    5: timedelta(days=365),
}
"""Added on both sides where ``date_prec`` says that the day is not known but the row names one."""
_ISO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00:00(?:\.0+)?)?")
_SLASHED: Final = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*")
_ADVICE: Final = (
    "a spreadsheet has re-saved the dates, so that day and month can no longer be told apart: take "
    "the CSV again from ucdp.uu.se/downloads and do not open it in a spreadsheet before"
)
_ZONES: Final = {"Ukraine": "Europe/Kyiv"}
"""Countries whose local day is known here; elsewhere the day is widened to all zones of the earth."""

CARD: Final = SourceCard(
    name=SOURCE,
    title="UCDP Georeferenced Event Dataset (GED)",
    publisher="Uppsala Conflict Data Program",
    licence="CC BY 4.0 (as stated by UCDP; not re-verified here)",
    citation="Sundberg, R. and Melander, E. (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4); and the release used",
    republish="Rows: yes, with citation. Headlines and article texts: no; only their hashes are kept.",
    position_error="radius holding 90 %, by where_prec 1..7: 2, 25, 35, 90, 130, 440, 200 km; a judgement from the codebook's meaning of the codes",
    delay="a month (candidate events) to a year and a half (yearly release)",
    independence="the publishers in source_office, their names normalised; one event coded from three stories of one agency has one",
    formats=(
        f"CSV of GED with at least {', '.join(_COLUMNS)}; ISO dates; optional column version (22.1)",
    ),
)


@dataclass(frozen=True, slots=True)
class UcdpAdapter:
    """Reads GED rows."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when it is no GED file, or a spreadsheet has re-saved all its dates.
        """
        builder = ObservationBuilder(context.raw_sha256)
        total = slashed = 0
        for record in csv_records(raw, _COLUMNS, "a UCDP GED CSV"):
            total += 1
            slashed += bool(_SLASHED.fullmatch(record.values.get("date_start", "").strip()))
            try:
                if record.problem:
                    raise RejectedRow(record.problem)
                _read(record, builder, context.theatre)
            except RejectedRow as error:
                builder.reject(record.line, record.offset, record.length, str(error))
        if total and slashed == total:
            raise WrongKindOfFile(
                f"no date of this UCDP file is an ISO date: {_ADVICE}. Nothing was ingested."
            )
        notes = ("UCDP counts deaths, not acts: where nobody died there is no row.",)
        return Parsed(builder.table(), tuple(builder.rejected), notes=notes)


def _read(record: Record, builder: ObservationBuilder, theatre: BoundingBox | None) -> None:
    values = record.values
    event_id = str(_whole(values, "id", 0, 10**12))
    lon, lat = number(values, "longitude", -180, 180), number(values, "latitude", -90, 90)
    if theatre is not None and not theatre.contains(lon, lat):
        raise RejectedRow(f"{lon:g}, {lat:g} is outside the theatre")
    interval, precision = _time(values)
    variance = round(RADIUS_90_M[_whole(values, "where_prec", 1, 7)] ** 2 / CHI2_90, 3)
    low, best, high = (_whole(values, name, 0, 10**7) for name in ("low", "best", "high"))
    publishers = publishers_of(values["source_office"])
    builder.add(
        natural_key=event_id,
        source=SOURCE,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes=_attributes(values, low=low, best=best, high=high),
        version_rank=_rank(values.get("version", "")),
        datastream="ged",
        modality=Modality.REPORT,
        standing=Standing.EVIDENCE,
        kind=_kind(values["type_of_violence"]),
        phenomenon_start=interval.start,
        phenomenon_end=interval.end,
        time_sigma_s=0.0,
        time_precision=precision,
        measurement=Measurement.PLACE,
        lon=lon,
        lat=lat,
        cov_ee_m2=variance,
        cov_en_m2=0.0,
        cov_nn_m2=variance,
        place_name=values.get("where_coordinates", "").strip() or None,
        count_min=min(low, best, high),
        count_max=max(low, best, high),
        independence_groups=publishers,
        reliability="B",
        credibility=2 if len(publishers) > 1 else 3,
    )


def _kind(violence: str) -> str:
    kind = taxonomy().from_term("ucdp", violence.strip())
    if kind is None:
        raise RejectedRow(f"type_of_violence is {violence!r}, not 1, 2 or 3")
    return kind


def _whole(values: Mapping[str, str], column: str, low: int, high: int) -> int:
    value = number(values, column, low, high)
    if value != int(value):
        raise RejectedRow(f"{column} is {values[column]!r}, not a whole number")
    return int(value)


def _time(values: Mapping[str, str]) -> tuple[Interval, TimePrecision]:
    precision = _whole(values, "date_prec", 1, 5)
    first, last = _date(values, "date_start"), _date(values, "date_end")
    if last < first:
        raise RejectedRow(f"date_end {last} lies before date_start {first}")
    exact = precision == 1 and first == last
    try:
        if precision > 1 and first == last:
            first, last = first - _PADDING[precision], last + _PADDING[precision]
        zone = _ZONES.get(values.get("country", "Ukraine").strip())
        if zone is None:
            return _anywhere(first, last), TimePrecision.WINDOW
        interval = Interval(local_day(first, zone).start, local_day(last, zone).end)
    except OverflowError:
        raise RejectedRow(f"date_start {first} is beyond the calendar") from None
    return interval, TimePrecision.DAY if exact else TimePrecision.WINDOW


def _anywhere(first: date, last: date) -> Interval:
    """Give the days from first to last in whichever zone, UTC+14 to UTC-12."""
    start = datetime.combine(first, time(0), UTC) - timedelta(hours=14)
    return Interval(start, datetime.combine(last, time(0), UTC) + timedelta(hours=36))


def _date(values: Mapping[str, str], column: str) -> date:
    text = values[column].strip()
    match = _ISO.fullmatch(text)
    if match is None:
        why = _ADVICE if _SLASHED.fullmatch(text) else "write YYYY-MM-DD"
        raise RejectedRow(f"{column} is {text!r}, not an ISO date: {why}")
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        raise RejectedRow(f"{column} is {text!r}, a day that does not exist") from None


def _rank(version: str) -> int:
    """Order releases: ``22.1`` above ``22.0.12`` (its candidates), below ``23.1``.

    Raises:
        RejectedRow: when it is no release number.
    """
    text = version.strip().lower().removeprefix("v")
    if not text:
        return 0
    if re.fullmatch(r"\d{1,4}(?:\.\d{1,2}){0,2}", text) is None:
        raise RejectedRow(f"version is {version!r}, not a release such as 22.1")
    major, minor, patch = ([int(part) for part in text.split(".")] + [0, 0])[:3]
    return major * 10_000 + minor * 100 + patch


_KEPT: Final = ("relid", "code_status", "conflict_name", "dyad_name", "side_a", "side_b", "adm_1")
_HASHED: Final = ("source_article", "source_headline", "source_original")


def _attributes(values: Mapping[str, str], **deaths: int) -> dict[str, Any]:
    """Keep codes and names; of headlines and article texts, which are others' property, a hash."""
    kept: dict[str, Any] = {name: values.get(name, "").strip() for name in _KEPT}
    codes = ("where_prec", "date_prec", "number_of_sources", "event_clarity")
    kept |= {name: values.get(name, "").strip() for name in codes}
    for name in _HASHED:
        text = values.get(name, "")
        kept[f"{name}_sha256"] = hashlib.sha256(text.encode()).hexdigest() if text else ""
    return {name: value for name, value in kept.items() if value} | {"deaths": deaths}


ADAPTER: Final = UcdpAdapter()
