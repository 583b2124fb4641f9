"""Times, numbers and names as the report writes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.model.agreement import Procedure
from truceline.model.interval import Interval

OPEN_END_YEAR = 9999


def moment(when: datetime, zone: str, *, year: bool = False) -> str:
    """Write a time in a zone, e.g. ``19 Apr 18:00``.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    if when.year >= OPEN_END_YEAR:
        return "no end"
    local = when.astimezone(ZoneInfo(zone))
    date = f"{local.day} {local:%b %Y}" if year else f"{local.day} {local:%b}"
    return f"{date} {local:%H:%M}"


def local_date(when: datetime, zone: str) -> str:
    """Write the local date of a time, e.g. ``19 Apr``.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    local = when.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b}"


def span(time: Interval, zone: str, *, year: bool = False) -> str:
    """Write a window in a zone; a whole local day is its date alone.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    start, end = (t.astimezone(ZoneInfo(zone)) for t in (time.start, min(time.end, _last())))
    whole_days = start.hour == start.minute == end.hour == end.minute == 0
    if whole_days and (end.replace(tzinfo=None) - start.replace(tzinfo=None)) == timedelta(days=1):
        return f"{start.day} {start:%b %Y}" if year else f"{start.day} {start:%b}"
    first = moment(time.start, zone, year=year)
    if time.end.year < OPEN_END_YEAR and start.date() == end.date():
        return f"{first}–{end:%H:%M}"
    return f"{first} – {moment(time.end, zone, year=year)}"


def _last() -> datetime:
    return datetime(OPEN_END_YEAR - 1, 12, 30, tzinfo=ZoneInfo("UTC"))


def offset(when: datetime, zone: str) -> str:
    """Write the offset of a zone at a time, e.g. ``UTC+3``.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    delta = when.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    minutes = int(delta.total_seconds() // 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "−"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def zone_words(when: datetime, zone: str) -> str:
    """Name a zone with its offset.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    shift = offset(when, zone)
    return shift if zone == shift else f"{zone}, {shift}"


def length(metres: float) -> str:
    """Write a length.

    >>> length(500.0), length(1000.0), length(12500.0)
    ('500 m', '1 km', '12.5 km')
    """
    if metres < 1000.0:
        return f"{metres:.0f} m"
    return f"{round(metres / 1000.0, 1):g} km"


def duration(delta: timedelta) -> str:
    """Write a duration.

    >>> duration(timedelta(hours=1)), duration(timedelta(minutes=30)), duration(timedelta(0))
    ('1 h', '30 min', 'none')
    """
    minutes = delta.total_seconds() / 60
    if not minutes:
        return "none"
    return f"{minutes / 60:g} h" if minutes >= 60 else f"{minutes:g} min"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun.

    >>> plural(1, "incident"), plural(0, "incident"), plural(2, "body", "bodies")
    ('1 incident', 'no incidents', '2 bodies')
    """
    noun = one if count == 1 else many or one + "s"
    return f"{count:,} {noun}" if count else f"no {noun}"


def grouped(figure: str) -> str:
    """Write a figure with its thousands apart; what is no number stays as it is.

    >>> grouped("2935"), grouped("12.5"), grouped("denied")
    ('2,935', '12.5', 'denied')
    """
    if not figure.replace(".", "", 1).isdigit():
        return figure
    whole, dot, part = figure.partition(".")
    return f"{int(whole or 0):,}{dot}{part}"


def capital(text: str) -> str:
    """Begin a text with a capital and leave the rest as it is.

    >>> capital("the MoD"), capital("")
    ('The MoD', '')
    """
    return text[:1].upper() + text[1:]


def listed(parts: list[str]) -> str:
    """Join with commas and a last *and*.

    >>> listed(["a", "b", "c"]), listed([])
    ('a, b and c', '')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def rules(procedure: Procedure) -> tuple[str, ...]:
    """Say which rules of publication this report keeps, one sentence each."""
    grid = length(procedure.publication_grid_m)
    delay = duration(max(procedure.hold, procedure.publication_delay))
    said = [
        f"Every position is the centre of a cell of a grid of {grid} or coarser.",
        f"Nothing that happened less than {delay} before the report was made is in it.",
        "Times are rounded outwards to quarters of an hour.",
    ]
    if procedure.suppress_below > 1:
        said.append(
            f"Fewer than {procedure.suppress_below} incidents in a cell are told apart only by a "
            "coarser cell, or not at all."
        )
    return tuple(said)
