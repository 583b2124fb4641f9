"""Rows of each table of a sensor network: what they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from truceline.adapters.rows import ObservationBuilder, Record, number
from truceline.errors import RejectedRow
from truceline.model.coverage import Coverage
from truceline.model.interval import Interval
from truceline.model.network import Outage, Sensor, WeatherRow
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision
from truceline.model.place import BoundingBox

_LISTENED: Final = (
    "Between its first and its last arrival in one file; longer, very likely, and with gaps that "
    "only a file of outages tells."
)
_SIGMAS_OF_A_PIXEL: Final = 12**-0.5
"""Standard deviation of a uniform density over a length of one."""


@dataclass(slots=True)
class Given:
    """What was read of one file so far."""

    source: str
    builder: ObservationBuilder
    theatre: BoundingBox | None
    sensors: list[Sensor] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    weather: list[WeatherRow] = field(default_factory=list)
    heard: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    """Sensor to its first and last arrival."""

    def coverage(self) -> Iterator[Coverage]:
        """Give when each sensor listened at least, by name."""
        for sensor_id, (first, last) in sorted(self.heard.items()):
            yield Coverage(
                self.source, sensor_id, Interval(first, last), None, "inferred", _LISTENED
            )


def detection(record: Record, given: Given) -> None:
    """Add an arrival; where its sensor stands is told by another file.

    Raises:
        RejectedRow: when a value is missing or out of range.
    """
    values = record.values
    sensor_id, key = _id(values, "sensor_id"), _id(values, "detection_id")
    time = _utc(values, "time")
    first, last = given.heard.get(sensor_id, (time, time))
    _add(
        record,
        given,
        f"{sensor_id}:{key}",
        {"detection_id": key, "sensor_id": sensor_id},
        datastream=sensor_id,
        modality=Modality.ACOUSTIC,
        kind="explosion",
        phenomenon_start=time,
        phenomenon_end=time,
        time_sigma_s=0.0,
        time_precision=TimePrecision.INSTANT,
        measurement=Measurement.ARRIVAL,
        bearing_deg=_turn(values, "azimuth_deg"),
        level_db=_optional(values, "level_db", -200, 300),
        independence_groups=[f"sensor:{sensor_id}"],
    )
    given.heard[sensor_id] = min(first, time), max(last, time)


def report(record: Record, given: Given) -> None:
    """Add what a person or patrol heard: a bearing and a range from where they stood.

    Raises:
        RejectedRow: when a value is missing or out of range.
    """
    values = record.values
    key, time = _id(values, "report_id"), _utc(values, "time")
    lon, lat = _place(values, given.theatre)
    near = number(values, "range_min_m", 0.0, 100_000.0)
    _add(
        record,
        given,
        f"report:{key}",
        {"report_id": key},
        datastream="reports",
        modality=Modality.PATROL,
        kind="explosion",
        phenomenon_start=time,
        phenomenon_end=time,
        time_sigma_s=number(values, "time_sigma_s", 0.0, 86_400.0),
        time_precision=TimePrecision.INSTANT,
        measurement=Measurement.SECTOR,
        lon=lon,
        lat=lat,
        cov_ee_m2=0.0,
        cov_en_m2=0.0,
        cov_nn_m2=0.0,
        bearing_deg=number(values, "bearing_deg", -360.0, 360.0) % 360.0,
        bearing_sigma_deg=number(values, "bearing_sigma_deg", 0.001, 360.0),
        range_min_m=near,
        range_max_m=number(values, "range_max_m", near, 100_000.0),
        independence_groups=[f"report:{key}"],
    )


def fire(record: Record, given: Given) -> None:
    """Add a pixel of heat seen by a satellite.

    Raises:
        RejectedRow: when a value is missing or out of range.
    """
    values = record.values
    key, time = _id(values, "fire_id"), _utc(values, "time")
    lon, lat = _place(values, given.theatre)
    pixel = number(values, "pixel_m", 1.0, 50_000.0)
    spread = (pixel * _SIGMAS_OF_A_PIXEL) ** 2
    _add(
        record,
        given,
        f"fire:{key}",
        {"fire_id": key},
        datastream="fires",
        modality=Modality.THERMAL,
        kind="heat",
        phenomenon_start=time,
        phenomenon_end=time,
        time_sigma_s=60.0,
        time_precision=TimePrecision.INSTANT,
        measurement=Measurement.FOOTPRINT,
        lon=lon,
        lat=lat,
        cov_ee_m2=spread,
        cov_en_m2=0.0,
        cov_nn_m2=spread,
        scan_m=pixel,
        track_m=pixel,
        frp_mw=_optional(values, "frp_mw", 0.0, 1e6),
        independence_groups=[f"overpass:{time:%Y-%m-%dT%H:%M}"],
    )


def sensor(record: Record, given: Given) -> None:
    """Keep where a sensor stands and how good it is.

    Raises:
        RejectedRow: when a value is missing or out of range.
    """
    values = record.values
    lon, lat = _place(values, given.theatre)
    given.sensors.append(
        Sensor(
            given.source,
            _id(values, "sensor_id"),
            lon,
            lat,
            number(values, "time_sigma_s", 0.0, 3_600.0),
            _optional(values, "azimuth_sigma_deg", 0.001, 180.0),
            _optional(values, "false_alarm_per_h", 0.0, 1e6),
            _optional(values, "uptime", 0.0, 1.0),
        )
    )


def outage(record: Record, given: Given) -> None:
    """Keep when a sensor was dead.

    Raises:
        RejectedRow: when a time is missing or they are in the wrong order.
    """
    values = record.values
    start, end = _utc(values, "start"), _utc(values, "end")
    if end < start:
        raise RejectedRow(f"end {end} lies before start {start}")
    given.outages.append(Outage(given.source, _id(values, "sensor_id"), start, end))


def weather_row(record: Record, given: Given) -> None:
    """Keep the air at a place and moment.

    Raises:
        RejectedRow: when a value is missing or out of range.
    """
    values = record.values
    lon, lat = number(values, "lon", -180, 180), number(values, "lat", -90, 90)
    speed = number(values, "sound_speed_m_s", 250.0, 400.0)
    east, north = (number(values, f"wind_{way}_m_s", -100, 100) for way in ("east", "north"))
    given.weather.append(WeatherRow(_utc(values, "time"), lon, lat, speed, east, north))


def _add(
    record: Record, given: Given, key: str, attributes: Mapping[str, Any], **content: Any
) -> None:
    given.builder.add(
        natural_key=key,
        source=given.source,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes=attributes,
        standing=Standing.EVIDENCE,
        reliability="B",
        credibility=3,
        **content,
    )


def _place(values: Mapping[str, str], theatre: BoundingBox | None) -> tuple[float, float]:
    lon, lat = number(values, "lon", -180, 180), number(values, "lat", -90, 90)
    if theatre is not None and not theatre.contains(lon, lat):
        raise RejectedRow(f"{lon:g}, {lat:g} is outside the theatre")
    return lon, lat


def _id(values: Mapping[str, str], column: str) -> str:
    name = values[column].strip()
    if not name:
        raise RejectedRow(f"{column} is empty")
    return name


def _optional(values: Mapping[str, str], column: str, low: float, high: float) -> float | None:
    text = values.get(column, "").strip()
    return None if text.lower() in {"", "nan"} else number(values, column, low, high)


def _turn(values: Mapping[str, str], column: str) -> float | None:
    """Read a bearing; one turn is taken off, no more."""
    turn = _optional(values, column, -360.0, 360.0)
    return None if turn is None else turn % 360.0


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
