"""Coded human observations: one row per sentence of a monitoring report, times in local words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from truceline.adapters.coded import inside_calendar
from truceline.adapters.patrol_bearings import cell_arcs
from truceline.adapters.patrol_emit import Watch, slug, zone_of
from truceline.adapters.patrol_groups import Place
from truceline.adapters.patrol_numbers import widened_m
from truceline.adapters.patrol_places import Stand, stand_of
from truceline.adapters.patrol_text import Heard, parse_counted
from truceline.adapters.rows import Record, number
from truceline.errors import RejectedRow
from truceline.model.interval import Interval, local_day
from truceline.model.observation import TimePrecision

COLUMNS: Final = (
    "obs_id",
    "date",
    "time_from",
    "time_to",
    "observer_place",
    "observer_offset",
    "modality",
    "count",
    "what",
    "phase",
    "bearings",
    "range_min_km",
    "range_max_km",
)
ZONE: Final = "Europe/Kyiv"
"""Local time of the mission's reports; the optional column ``time_zone`` says otherwise."""
PARTS_OF_DAY: Final[dict[str, tuple[int, int]]] = {
    "night": (0, 30),
    "early morning": (3, 8),
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "day": (6, 20),
}
"""Hours from local midnight of the date. A judgement. "night" alone leaves open which of the two
nights of a date is meant, so it covers both; "night to 16" is the one night (18 h to 30 h)."""
_NIGHT_TO: Final = re.compile(r"night to (\d{1,2})")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_LONGEST_NIGHT_H: Final = 14
"""A window that runs past midnight and would be longer than this is a slip of the pen."""
_SENSES: Final = frozenset({"", "heard", "seen", "heard+seen"})


def read_coded(record: Record) -> tuple[Watch, tuple[Heard, ...]]:
    """Read one row.

    Raises:
        RejectedRow: when something of it cannot be read.
    """
    values = record.values
    if not values["obs_id"].strip():
        raise RejectedRow("obs_id is empty: it is the key of the row")
    day = _day(values["date"])
    interval, precision = _window(day, values["time_from"], values["time_to"], _zone(values))
    stand, apart_m = _stand(values)
    attributes = {"observer_basis": stand.basis, "source_url": values.get("source_url", "")}
    if apart_m is not None:
        attributes["offset_differs_m"] = f"{apart_m:.0f}"
    watch = Watch(
        key=f"{day.isoformat()}/{values['obs_id'].strip()}",
        patrol=slug(values["observer_place"]),
        day=day.isoformat(),
        lon=stand.lon,
        lat=stand.lat,
        sigma_m=stand.sigma_m,
        time=interval,
        time_sigma_s=0.0,
        precision=precision,
        place_name=values["observer_place"].strip() or None,
        version_rank=revision(values),
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes={name: value for name, value in attributes.items() if value},
    )
    return watch, _heard(values)


def revision(values: Mapping[str, str]) -> int:
    """Read the optional column ``revision``; 0 where there is none.

    Raises:
        RejectedRow: when it is no whole number from 0.
    """
    text = values.get("revision", "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RejectedRow(f"revision is {text!r}, not a whole number from 0")
    return int(text)


def sense_of(text: str) -> str:
    """Read the column ``modality``.

    Raises:
        RejectedRow: when it is another word.
    """
    sense = text.strip().lower()
    if sense not in _SENSES:
        raise RejectedRow(f"modality is {text!r}: write heard, seen or heard+seen")
    return sense


def _heard(values: Mapping[str, str]) -> tuple[Heard, ...]:
    place = place_of(values["bearings"], values["range_min_km"], values["range_max_km"])
    sense = sense_of(values["modality"])
    return parse_counted(values["what"], values["count"], values["phase"], place, sense)


def place_of(bearings: str, low_km: str, high_km: str) -> Place:
    """Read directions and a distance that stand in columns.

    Raises:
        RejectedRow: when a cell cannot be read.
    """
    if not bearings.strip():
        raise RejectedRow("no direction is given: write NW, WNW..NE or 285 into bearings")
    place = Place(arcs=cell_arcs(bearings), words=[bearings.strip()])
    if not low_km.strip() and not high_km.strip():
        return place
    cells = {"range_min_km": low_km.strip() or high_km, "range_max_km": high_km.strip() or low_km}
    low, high = (number(cells, name, 0.0, 100.0) * 1000.0 for name in cells)
    if high < low or high == 0.0:
        raise RejectedRow(f"range {low_km}-{high_km} km: the far end must be above the near one")
    place.near_m, place.far_m = widened_m(low, high)
    place.basis = "stated" if low < high else "widened"
    return place


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise RejectedRow(f"date is {text!r}, not YYYY-MM-DD") from None
    inside_calendar(found, "date")
    return found


def _zone(values: Mapping[str, str]) -> ZoneInfo:
    return zone_of(values.get("time_zone", "").strip() or ZONE, "time_zone")


def _window(day: date, first: str, last: str, zone: ZoneInfo) -> tuple[Interval, TimePrecision]:
    words, until = first.strip().lower(), last.strip().lower()
    if not words and not until:
        return local_day(day, zone.key), TimePrecision.DAY
    if _CLOCK.fullmatch(words):
        return _clock_window(day, words, until or words, zone), TimePrecision.WINDOW
    if until:
        raise RejectedRow(f"time_from {first!r} with time_to {last!r}: write HH:MM in both")
    night = _NIGHT_TO.fullmatch(words)
    if night:
        following = day + timedelta(days=1)
        if int(night[1]) != following.day:
            raise RejectedRow(f"time_from is {first!r}, but the next day is the {following.day}.")
        return _hours(day, 18, 30, zone), TimePrecision.WINDOW
    if words not in PARTS_OF_DAY:
        known = ", ".join(PARTS_OF_DAY)
        raise RejectedRow(f"time_from is {first!r}: write HH:MM or one of {known}")
    return _hours(day, *PARTS_OF_DAY[words], zone), TimePrecision.WINDOW


def _clock_window(day: date, first: str, last: str, zone: ZoneInfo) -> Interval:
    """Give a window of minutes, its last minute included; one that passes midnight goes on."""
    start, end = _clock(first, "time_from"), _clock(last, "time_to")
    if end < start:
        end += timedelta(days=1)
        if end - start > timedelta(hours=_LONGEST_NIGHT_H):
            raise RejectedRow(f"time_to {last} lies before time_from {first}")
    return _local(day, start, end + timedelta(minutes=1), zone)


def _clock(text: str, column: str) -> timedelta:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise RejectedRow(f"{column} is {text!r}, not a time HH:MM")
    return timedelta(hours=int(match[1]), minutes=int(match[2]))


def _hours(day: date, first: int, last: int, zone: ZoneInfo) -> Interval:
    return _local(day, timedelta(hours=first), timedelta(hours=last), zone)


def _local(day: date, start: timedelta, end: timedelta, zone: ZoneInfo) -> Interval:
    midnight = datetime.combine(day, time(0))
    try:
        ends = [(midnight + part).replace(tzinfo=zone).astimezone(UTC) for part in (start, end)]
        return Interval(*ends)
    except (OverflowError, ValueError):
        raise RejectedRow(f"date {day} is beyond the calendar") from None


def _stand(values: Mapping[str, str]) -> tuple[Stand, float | None]:
    """Take the observer's position from its columns, else from its words."""
    names = ("observer_lon", "observer_lat", "observer_sigma_m")
    given = [name for name in names if values.get(name, "").strip()]
    if not given:
        return stand_of(values["observer_place"], values["observer_offset"])
    if len(given) < len(names):
        missing = ", ".join(name for name in names if name not in given)
        raise RejectedRow(f"the observer's position needs {missing} too")
    lon = number(values, "observer_lon", -180.0, 180.0)
    lat = number(values, "observer_lat", -90.0, 90.0)
    sigma_m = number(values, "observer_sigma_m", 0.0, 100_000.0)
    if math.isclose(sigma_m, 0.0):
        raise RejectedRow("observer_sigma_m is 0: no position is exact; a navigator gives 5 to 20")
    return Stand(lon, lat, sigma_m, "stated"), None
