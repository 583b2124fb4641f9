"""Local time with its zone, as a text of law gives it, to UTC; and lengths of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

OPEN_END = datetime.max.replace(tzinfo=UTC)
"""The end of what has no stated end."""

_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?")
_LENGTH = re.compile(r"P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def zone_named(name: str) -> ZoneInfo:
    """Give the IANA time zone of that name.

    Raises:
        ValueError: when there is none; the message says what to write.
    """
    if name in _zone_names():
        return ZoneInfo(name)
    raise ValueError(f"unknown time zone {name!r}; write an IANA name such as Europe/Kyiv")


def parse_local(text: str) -> tuple[datetime, timedelta | None]:
    """Read ``YYYY-MM-DDTHH:MM`` with optional seconds and an optional offset.

    Returns:
        the naive local time, and the offset where one is written.

    Raises:
        ValueError: when it is not such a time; the message says what to write.
    """
    match = _LOCAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no local time; write it as 2026-04-11T16:00")
    day, clock, offset = match.groups()
    if clock.startswith("24"):
        raise ValueError(f"{text!r}: a day ends at 24:00; write T00:00 of the next day")
    try:
        naive = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError as error:
        raise ValueError(f"{text!r} is no date of the calendar ({error}); correct it") from None
    if not 1900 <= naive.year <= 2199:
        raise ValueError(f"the year {naive.year} is out of range; write one from 1900 to 2199")
    return naive, None if offset is None else _offset(offset)


def local_to_utc(text: str, zone: str) -> datetime:
    """Turn a local time of a zone into UTC.

    An offset is asked for only where the clock shows the same time twice; elsewhere it is refused,
    because the zone says it already and the two could differ.

    Raises:
        ValueError: for no such time, a time that the clock skips, a time that it shows twice
            without offset, an offset that is not asked for, an unknown zone.

    >>> local_to_utc("2026-04-11T16:00", "Europe/Moscow").isoformat()
    '2026-04-11T13:00:00+00:00'
    """
    naive, offset = parse_local(text)
    tz = zone_named(zone)
    readings = _readings(naive, tz)
    local = naive.isoformat(timespec="minutes" if naive.second == 0 else "seconds")
    if not readings:
        after = naive.replace(tzinfo=tz, fold=0).astimezone(UTC).astimezone(tz)
        later = after.replace(tzinfo=None).isoformat(timespec="minutes")
        raise ValueError(
            f"{local} does not exist in {zone}: the clock jumps over it; write {later} if that is "
            "meant, or the time of the text in another zone"
        )
    if len(readings) == 1:
        if offset is not None:
            raise ValueError(
                f"{text} carries an offset where local time is asked; "
                f"write {local} and let the zone {zone} say the rest"
            )
        return readings[0]
    for reading in readings:
        if offset == reading.astimezone(tz).utcoffset():
            return reading
    choices = " or ".join(local + reading.astimezone(tz).isoformat()[-6:] for reading in readings)
    raise ValueError(f"{text} happens twice in {zone}, the clock is set back; write {choices}")


def parse_length(text: str) -> timedelta:
    """Read an ISO 8601 length of days, hours, minutes and seconds.

    Raises:
        ValueError: when it is none; the message says what to write.

    >>> parse_length("PT24H") == parse_length("P1D")
    True
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is no length of time; write it as PT1H, PT30M or P1D")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _readings(naive: datetime, tz: ZoneInfo) -> list[datetime]:
    """Give the one, two or no moments at which the clock of a zone shows this time."""
    found: list[datetime] = []
    for fold in (0, 1):
        moment = naive.replace(tzinfo=tz, fold=fold).astimezone(UTC)
        if moment.astimezone(tz).replace(tzinfo=None) == naive and moment not in found:
            found.append(moment)
    return found


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    size = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return -size if text[0] == "-" else size
