"""Air-raid alarms by area: what the public was told, never what flew."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records, header_of
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision
from truceline.model.place import CHI2_90, BoundingBox

SOURCE: Final = "sirens"
_OFFICIAL: Final = ("oblast", "raion", "hromada", "level", "started_at", "finished_at", "source")
_VOLUNTEER: Final = ("region", "started_at", "finished_at", "naive")
_LEVELS: Final = ("oblast", "raion", "hromada")
_GROUP: Final = "air-raid-alarm:ukraine"
"""All alarms come out of one warning service, whoever wrote them down."""

CARD: Final = SourceCard(
    name=SOURCE,
    title="Air-raid alarms of Ukraine",
    publisher="Ukrainian warning service; collected by V. Klymenko (ukrainian-air-raid-sirens-dataset) and volunteers",
    licence="MIT (the collection)",
    citation="github.com/Vadimkin/ukrainian-air-raid-sirens-dataset, and the date of the copy",
    republish="yes, with the licence text",
    position_error="the whole oblast: centre and area set by hand, a circle of the same area (90 % radius 15 to 98 km); raions and hromadas stand at their oblast's centre; areas not in the table have no position",
    delay="seconds; the collection is updated daily",
    independence="one group for all alarms: one warning service gives them",
    formats=(
        f"CSV, official: {', '.join(_OFFICIAL)}",
        f"CSV, volunteer: {', '.join(_VOLUNTEER)}; naive=True means that finished_at is assumed",
    ),
)


@dataclass(frozen=True, slots=True)
class Area:
    """An oblast as a point with a wide error."""

    lon: float
    lat: float
    variance_m2: float
    """In each direction. Unit: m²."""


@cache
def areas() -> Mapping[str, Area]:
    """Give the oblasts by name.

    Source: a disc of area A holds 0.9 of itself within sqrt(0.9 A / pi); a Gaussian does within
    sqrt(chi2_90) sigma.
    """
    text = files("truceline.adapters").joinpath("sirens_areas.csv").read_text(encoding="utf-8")
    return {
        row["oblast"]: Area(
            float(row["lon"]),
            float(row["lat"]),
            round(0.9 * float(row["area_km2"]) * 1e6 / math.pi / CHI2_90, 3),
        )
        for row in csv.DictReader(text.splitlines())
    }


@dataclass(frozen=True, slots=True)
class SirensAdapter:
    """Reads both layouts of the collection."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when it has neither layout.
        """
        columns = _layout(raw)
        builder = ObservationBuilder(context.raw_sha256)
        seen: set[str] = set()
        for record in csv_records(raw, columns, "a CSV of air-raid alarms"):
            try:
                if record.problem:
                    raise RejectedRow(record.problem)
                _read(record, columns, builder, context.theatre, seen)
            except RejectedRow as error:
                builder.reject(record.line, record.offset, record.length, str(error))
        notes = ("An alarm tells of a threat that was seen or feared, not of a strike.",)
        return Parsed(builder.table(), tuple(builder.rejected), notes=notes)


def _layout(raw: bytes) -> tuple[str, ...]:
    header = header_of(raw)
    for columns in (_OFFICIAL, _VOLUNTEER):
        if set(columns) <= set(header):
            return columns
    seen = ", ".join(header[:8]) or "no readable header line"
    raise WrongKindOfFile(
        f"this is no CSV of air-raid alarms (first line has: {seen}). Nothing was ingested. "
        f"Expected: {'; or '.join(CARD.formats)}."
    )


def _read(
    record: Record,
    columns: tuple[str, ...],
    builder: ObservationBuilder,
    theatre: BoundingBox | None,
    seen: set[str],
) -> None:
    values = record.values
    official = columns is _OFFICIAL
    names = _area_names(values, official=official)
    area = areas().get(names[0])
    if area and theatre is not None and not theatre.contains(area.lon, area.lat):
        raise RejectedRow(f"the centre of {names[0]} is outside the theatre")
    start, end = _moment(values, "started_at"), _end(values)
    if end is not None and end < start:
        raise RejectedRow(f"finished_at {end} lies before started_at {start}")
    naive = not official and _flag(values["naive"])
    stream = "official" if official else "volunteer"
    key = f"{stream}:{'/'.join(map(_slug, names))}@{start:%Y-%m-%dT%H:%M:%SZ}"
    if (same := f"{key} {end} {naive}") in seen:
        return
    seen.add(same)
    builder.add(
        natural_key=key,
        source=SOURCE,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes=_attributes(values, names, end=end, naive=naive),
        version_rank=0 if end is None else 1 if naive else 2,
        datastream=stream,
        modality=Modality.ALARM,
        standing=Standing.EVIDENCE,
        kind="alarm.air-raid",
        phenomenon_start=start,
        phenomenon_end=end or start,
        time_sigma_s=0.0,
        time_precision=TimePrecision.WINDOW,
        measurement=Measurement.PLACE,
        lon=area.lon if area else None,
        lat=area.lat if area else None,
        cov_ee_m2=area.variance_m2 if area else None,
        cov_en_m2=0.0 if area else None,
        cov_nn_m2=area.variance_m2 if area else None,
        place_name=names[-1],
        independence_groups=[_GROUP],
        reliability="B" if official else "C",
        credibility=2 if official else 3,
    )


def _area_names(values: Mapping[str, str], *, official: bool) -> list[str]:
    """Give oblast, raion and hromada as far as they are named."""
    columns = _LEVELS if official else ("region",)
    names = [name for column in columns if (name := values[column].strip())]
    if not values[columns[0]].strip():
        raise RejectedRow(f"{columns[0]} is empty: no area is named")
    if official and values["level"].strip() not in _LEVELS:
        raise RejectedRow(f"level is {values['level']!r}, not oblast, raion or hromada")
    return names


def _moment(values: Mapping[str, str], column: str) -> datetime:
    text = values[column].strip()
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise RejectedRow(f"{column} is {text!r}, not an ISO time") from None
    if value.tzinfo is None:
        raise RejectedRow(f"{column} {text!r} has no offset: +00:00 is missing behind it")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise RejectedRow(f"{column} {text!r} is beyond the calendar") from None


def _end(values: Mapping[str, str]) -> datetime | None:
    """Give the end; null while the alarm is still on."""
    return _moment(values, "finished_at") if values["finished_at"].strip() else None


def _flag(text: str) -> bool:
    if text.strip().lower() not in {"true", "false"}:
        raise RejectedRow(f"naive is {text!r}, not True or False")
    return text.strip().lower() == "true"


def _attributes(
    values: Mapping[str, str], names: list[str], *, end: datetime | None, naive: bool
) -> dict[str, Any]:
    known: dict[str, Any] = {"area": names, "level": values.get("level", "").strip()}
    if naive:
        known["end_assumed"] = True
    if end is None:
        known["still_on"] = True
    return {name: value for name, value in known.items() if value}


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")


ADAPTER: Final = SirensAdapter()
