"""Fixed sensors: arrivals of sound and shaking at known places, and when the sensors were alive.

Two files: ``detections`` gives observations, ``sensors`` gives coverage. CSV or Parquet, WGS 84, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from truceline.adapters.interface import ParseContext, Parsed, Rejected, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, number
from truceline.adapters.stations_files import columns_of, records_of
from truceline.codec.taxonomy import taxonomy
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.coverage import Coverage
from truceline.model.interval import Interval
from truceline.model.network import NetworkFacts, Sensor
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision
from truceline.model.place import BoundingBox

SOURCE: Final = "stations"
_PLACED: Final = ("lon", "lat", "time_sigma_s")
_DETECTIONS: Final = ("detection_id", "sensor_id", "time", *_PLACED)
_SENSORS: Final = ("sensor_id", *_PLACED, "uptime")
_MODALITIES: Final = frozenset({Modality.ACOUSTIC, Modality.SEISMIC, Modality.INFRASOUND})

CARD: Final = SourceCard(
    name=SOURCE,
    title="Arrivals at fixed sensors",
    publisher="whoever runs the sensors",
    licence="the owner's; the shipped example is simulated (Apache-2.0)",
    citation="the owner of the network",
    republish="no: the rows show where the sensors stand",
    position_error="none is stated for the sensor itself; the error of the source lies in time_sigma_s and azimuth_sigma_deg, both as the network gives them",
    delay="seconds to hours",
    independence="the mast (column mast), else the sensor: two sensors on one mast are one source",
    formats=(
        f"CSV or Parquet of detections: {', '.join(_DETECTIONS)}; optional elevation_m, level_db, azimuth_deg with azimuth_sigma_deg, mast, modality (acoustic, seismic, infrasound), kind",
        f"CSV or Parquet of sensors: {', '.join(_SENSORS)}; optional from and to (coverage), mast, false_alarm_per_h, azimuth_sigma_deg",
    ),
)


@dataclass(frozen=True, slots=True)
class StationsAdapter:
    """Reads detections or sensors."""

    card: SourceCard = CARD
    version: str = "2"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when it is neither, or detections without positions.
        """
        columns = set(columns_of(raw))
        if {"detection_id", "sensor_id"} <= columns:
            return _detections(raw, columns, context)
        if set(_SENSORS) <= columns:
            return _sensors(raw, context)
        raise WrongKindOfFile(
            f"this is no file of sensors or detections (columns: {_some(columns)}). Nothing was "
            f"ingested. Expected: {'; or '.join(CARD.formats)}."
        )


def _some(columns: set[str]) -> str:
    return ", ".join(sorted(columns)[:8]) or "none that can be read"


def _detections(raw: bytes, columns: set[str], context: ParseContext) -> Parsed:
    missing = [name for name in _DETECTIONS if name not in columns]
    if missing:
        raise WrongKindOfFile(
            f"these detections lack the column(s) {', '.join(missing)}. Nothing was ingested; one "
            "file is read at a time, so join each detection with its sensor's row (by sensor_id)."
        )
    builder = ObservationBuilder(context.raw_sha256)
    for record in records_of(raw, _DETECTIONS, "a file of detections"):
        try:
            if record.problem:
                raise RejectedRow(record.problem)
            _add(record, builder, context.theatre)
        except RejectedRow as error:
            builder.reject(record.line, record.offset, record.length, str(error))
    return Parsed(builder.table(), tuple(builder.rejected))


def _add(record: Record, builder: ObservationBuilder, theatre: BoundingBox | None) -> None:
    values = record.values
    sensor, detection = _id(values, "sensor_id"), _int64(values, "detection_id")
    lon, lat = number(values, "lon", -180, 180), number(values, "lat", -90, 90)
    if theatre is not None and not theatre.contains(lon, lat):
        raise RejectedRow(f"sensor at {lon:g}, {lat:g} is outside the theatre")
    time = _utc(values, "time")
    azimuth_deg, azimuth_sigma_deg = _azimuth(values)
    elevation_m = _optional(values, "elevation_m", -500, 9_000)
    attributes: dict[str, Any] = {"detection_id": detection, "sensor_id": sensor}
    if elevation_m is not None:
        attributes["elevation_m"] = elevation_m
    builder.add(
        natural_key=f"{sensor}:{detection}",
        source=SOURCE,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes=attributes,
        datastream=sensor,
        modality=_modality(values),
        standing=Standing.EVIDENCE,
        kind=_kind(values),
        phenomenon_start=time,
        phenomenon_end=time,
        time_sigma_s=number(values, "time_sigma_s", 0.0, 3_600.0),
        time_precision=TimePrecision.INSTANT,
        measurement=Measurement.ARRIVAL,
        lon=lon,
        lat=lat,
        bearing_deg=azimuth_deg,
        bearing_sigma_deg=azimuth_sigma_deg,
        level_db=_optional(values, "level_db", -200, 300),
        independence_groups=[f"mast:{values.get('mast', '').strip() or sensor}"],
        reliability="B",
        credibility=3,
    )


def _id(values: Mapping[str, str], column: str) -> str:
    name = values[column].strip()
    if not name:
        raise RejectedRow(f"{column} is empty")
    return name


def _int64(values: Mapping[str, str], column: str) -> int:
    text = values[column].strip()
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise RejectedRow(f"{column} is {text!r}, not a whole number of 64 bits")
    return int(text)


def _optional(values: Mapping[str, str], column: str, low: float, high: float) -> float | None:
    return number(values, column, low, high) if values.get(column, "").strip() else None


def _azimuth(values: Mapping[str, str]) -> tuple[float | None, float | None]:
    azimuth_deg = _optional(values, "azimuth_deg", 0.0, 360.0)
    if azimuth_deg is None:
        return None, None
    sigma_deg = _optional(values, "azimuth_sigma_deg", 0.001, 180.0)
    if sigma_deg is None:
        raise RejectedRow("azimuth_deg has no azimuth_sigma_deg: a bearing needs its error")
    return azimuth_deg % 360.0, sigma_deg


def _modality(values: Mapping[str, str]) -> str:
    name = values.get("modality", "").strip().lower() or Modality.ACOUSTIC
    if name not in _MODALITIES:
        raise RejectedRow(f"modality is {name!r}: write {', '.join(sorted(_MODALITIES))}")
    return str(name)


def _kind(values: Mapping[str, str]) -> str:
    kind = values.get("kind", "").strip() or "explosion"
    if kind not in taxonomy().acts:
        raise RejectedRow(f"kind is {kind!r}, not a code of the act taxonomy such as explosion")
    return kind


def _utc(values: Mapping[str, str], column: str) -> datetime:
    text = values[column].strip()
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise RejectedRow(
            f"{column} is {text!r}, not an ISO 8601 time such as 2026-05-02T07:15:00.25Z"
        ) from None
    if value.tzinfo is None:
        raise RejectedRow(f"{column} {text!r} does not say that it is UTC: write Z behind it")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise RejectedRow(f"{column} {text!r} is beyond the calendar") from None


def _sensors(raw: bytes, context: ParseContext) -> Parsed:
    stretches: list[Coverage] = []
    known: list[Sensor] = []
    rejected: list[Rejected] = []
    unknown = 0
    for record in records_of(raw, _SENSORS, "a file of sensors"):
        try:
            if record.problem:
                raise RejectedRow(record.problem)
            sensor = _sensor(record.values)
            stretch = _coverage(record.values)
        except RejectedRow as error:
            rejected.append(Rejected(record.line, record.offset, record.length, str(error)))
            continue
        known.append(sensor)
        unknown += stretch is None
        stretches += [stretch] if stretch else []
    notes = (
        (f"{unknown} sensor(s) without from and to: when they were alive is not known.",)
        if unknown
        else ()
    )
    empty = ObservationBuilder(context.raw_sha256).table()
    facts = NetworkFacts() + NetworkFacts(sensors=tuple(known))
    return Parsed(empty, tuple(rejected), tuple(stretches), notes=notes, network=facts)


def _sensor(values: Mapping[str, str]) -> Sensor:
    return Sensor(
        SOURCE,
        _id(values, "sensor_id"),
        number(values, "lon", -180, 180),
        number(values, "lat", -90, 90),
        number(values, "time_sigma_s", 0.0, 3_600.0),
        _optional(values, "azimuth_sigma_deg", 0.001, 180.0),
        _optional(values, "false_alarm_per_h", 0.0, 1e6),
        number(values, "uptime", 0.0, 1.0),
    )


def _coverage(values: Mapping[str, str]) -> Coverage | None:
    """Give when a sensor was alive; null where the row does not say."""
    sensor = _id(values, "sensor_id")
    uptime = number(values, "uptime", 0.0, 1.0)
    given = [bool(values.get(name, "").strip()) for name in ("from", "to")]
    if not any(given):
        return None
    if not all(given):
        raise RejectedRow("from and to belong together: one of them is empty")
    start, end = _utc(values, "from"), _utc(values, "to")
    if end < start:
        raise RejectedRow(f"to {end} lies before from {start}")
    caveat = f"Alive {uptime:.0%} of this time; how far it hears depends on wind and kind."
    return Coverage(SOURCE, sensor, Interval(start, end), None, "stated", caveat)


ADAPTER: Final = StationsAdapter()
