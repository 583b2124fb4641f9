"""From what a patrol heard to rows of the observation table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from truceline.adapters.patrol_text import Heard
from truceline.adapters.rows import ObservationBuilder
from truceline.errors import RejectedRow
from truceline.model.interval import Interval
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision
from truceline.model.place import BoundingBox

SOURCE: Final = "patrol"
WATCH_SIGMA_S: Final = 30.0
"""Standard error of a time read from a watch to the minute. A judgement."""
_RELIABILITY: Final = "B"
_CREDIBILITY: Final = 2
"""Trained observers who write down what they heard themselves: usually reliable, probably true."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who listened, where and when, and which raw record says so."""

    key: str
    """Natural key of the record."""
    patrol: str
    """Name of the patrol or post; empty where only its position is known."""
    day: str
    """Local date, ISO; part of the independence group."""
    lon: float
    lat: float
    sigma_m: float
    """Standard error of the observer's position. Unit: m."""
    time: Interval
    time_sigma_s: float
    precision: TimePrecision
    place_name: str | None
    version_rank: int
    line: int
    offset: int
    length: int
    attributes: Mapping[str, Any]


def emit(
    builder: ObservationBuilder,
    watch: Watch,
    heard: tuple[Heard, ...],
    theatre: BoundingBox | None,
) -> None:
    """Add one observation per group of sounds.

    Raises:
        RejectedRow: when the observer stood outside the theatre.
    """
    if theatre is not None and not theatre.contains(watch.lon, watch.lat):
        raise RejectedRow(
            f"observer at {watch.lon:g}, {watch.lat:g} is outside the theatre: "
            "is the order longitude, latitude?"
        )
    for ordinal, group in enumerate(heard, start=1):
        _add(builder, watch, group, watch.key if ordinal == 1 else f"{watch.key}#{ordinal}")


def _add(builder: ObservationBuilder, watch: Watch, group: Heard, key: str) -> None:
    variance = watch.sigma_m**2
    builder.add(
        natural_key=key,
        source=SOURCE,
        line=watch.line,
        offset=watch.offset,
        length=watch.length,
        attributes={**watch.attributes, **_attributes(group)},
        version_rank=watch.version_rank,
        datastream=slug(watch.patrol) if watch.patrol else f"post-{_spot(watch)}",
        modality=Modality.PATROL,
        standing=Standing.EVIDENCE,
        kind=group.kind,
        phenomenon_start=watch.time.start,
        phenomenon_end=watch.time.end,
        time_sigma_s=watch.time_sigma_s,
        time_precision=watch.precision,
        measurement=Measurement.SECTOR,
        lon=watch.lon,
        lat=watch.lat,
        cov_ee_m2=variance,
        cov_en_m2=0.0,
        cov_nn_m2=variance,
        bearing_deg=group.bearing_deg,
        bearing_sigma_deg=group.bearing_sigma_deg,
        range_min_m=group.range_min_m,
        range_max_m=group.range_max_m,
        place_name=watch.place_name,
        count_min=group.count_min,
        count_max=group.count_max,
        independence_groups=groups_of(watch),
        reliability=_RELIABILITY,
        credibility=_CREDIBILITY,
    )


def _attributes(group: Heard) -> dict[str, Any]:
    known = {
        "phase": group.phase,
        "terms": list(group.terms),
        "unit": group.unit,
        "calibre": group.calibre,
        "sense": group.sense,
        "bearings": list(group.bearings),
        "range_basis": group.range_basis,
    }
    return {name: value for name, value in known.items() if value}


def groups_of(watch: Watch) -> list[str]:
    """Give the one independence group: the team on that day, else whoever stood at that spot.

    One group, not two: each group of an observation counts as a witness of its own.
    The spot is a hash: groups are shown in reports, and positions of patrols never are.
    """
    if watch.patrol:
        return [f"patrol:{slug(watch.patrol)}:{watch.day}"]
    return [f"post:{_spot(watch)}:{watch.day}"]


def _spot(watch: Watch) -> str:
    return fingerprint(f"{watch.lon:.3f},{watch.lat:.3f}")


def slug(text: str) -> str:
    """Make a name fit for a key: lower case, words joined by hyphens.

    >>> slug("Donetsk railway station"), slug("")
    ('donetsk-railway-station', 'unnamed')
    """
    return re.sub(r"[^\w.]+", "-", text.strip().lower()).strip("-") or "unnamed"


def fingerprint(text: str) -> str:
    """Give sixteen hex digits of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def moment(text: str, column: str, zone: str = "") -> datetime:
    """Read an ISO time with its offset, or a local one in a zone.

    Args:
        text: e.g. ``2026-05-02T10:15+03:00``, or without offset where ``zone`` is given.
        column: name for the message.
        zone: IANA name; empty where none is known.

    Raises:
        RejectedRow: when it is no ISO time, or nothing says where its clock stands.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise RejectedRow(
            f"{column} is {text.strip()!r}, not an ISO 8601 time such as 2026-05-02T10:15+03:00"
        ) from None
    if value.tzinfo is not None:
        return value
    if not zone:
        raise RejectedRow(f"{column} {text.strip()!r} has no offset: write +03:00 or Z behind it")
    return value.replace(tzinfo=zone_of(zone, "zone"))


def zone_of(name: str, column: str) -> ZoneInfo:
    """Give a time zone.

    Raises:
        RejectedRow: when it is no IANA name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RejectedRow(f"{column} is {name!r}, not an IANA name such as Europe/Kyiv") from None


def observed(start: datetime, end: datetime | None) -> tuple[Interval, float, TimePrecision]:
    """Give interval (UTC), standard error and precision of a time or a stretch of time.

    Raises:
        RejectedRow: when the end lies before the start.
    """
    if end is not None and end < start:
        raise RejectedRow(f"the observation ends ({end}) before it starts ({start})")
    utc = _utc(start)
    if end is None or end == start:
        return Interval(utc, utc), WATCH_SIGMA_S, TimePrecision.INSTANT
    return Interval(utc, _utc(end)), 0.0, TimePrecision.WINDOW


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise RejectedRow(f"time {value} is beyond the calendar") from None
