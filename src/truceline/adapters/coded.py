"""Cells of hand-coded tables: parties, whole numbers, Admiralty letters, local times.

Shared by the sources that people coded row by row (reports, claims, contradictions, counts).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from truceline.adapters.interface import Rejected
from truceline.adapters.rows import Record
from truceline.errors import RejectedRow

PARTIES = {"Ukraine": "UA", "Russia": "RU"}
"""Names in the coded tables to the party ids of the agreements."""

_PARTY_ID = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_NO_SIDE = ("independent", "mixed")

T = TypeVar("T")


def filled(values: Mapping[str, str], column: str) -> str:
    """Read a cell that may not be empty, without blanks around it.

    Raises:
        RejectedRow: when it is empty.

    >>> filled({"place": " Izium "}, "place")
    'Izium'
    """
    text = values[column].strip()
    if not text:
        raise RejectedRow(f"{column} is empty; write what the source says")
    return text


def one_of(values: Mapping[str, str], column: str, allowed: Collection[str]) -> str:
    """Read a cell that must be one of a list.

    Raises:
        RejectedRow: when it is not.
    """
    text = values[column].strip()
    if text not in tuple(allowed):  # a text would also hold its own pieces
        raise RejectedRow(f"{column} is {text!r}, not one of {', '.join(allowed)}")
    return text


def whole(values: Mapping[str, str], column: str) -> int | None:
    """Read a whole number, not negative; an empty cell is null (not stated).

    Raises:
        RejectedRow: when it is anything else.

    >>> whole({"killed": "0"}, "killed"), whole({"killed": ""}, "killed")
    (0, None)
    """
    text = values[column].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RejectedRow(f"{column} is {text!r}; write a whole number in digits, or nothing")
    return int(text)


def party(values: Mapping[str, str], column: str) -> str:
    """Read a party: a name that the coded tables use, or a party id of the agreement at hand.

    Raises:
        RejectedRow: when it is neither.

    >>> party({"side": "Ukraine"}, "side"), party({"side": "NOR"}, "side")
    ('UA', 'NOR')
    """
    text = values[column].strip()
    known = PARTIES.get(text, text)
    if not _PARTY_ID.fullmatch(known):
        names = ", ".join(PARTIES)
        raise RejectedRow(f"{column} is {text!r}, neither {names} nor a party id such as NOR")
    return known


def speaker_side(values: Mapping[str, str], column: str) -> str:
    """Read whose side speaks, as a party id, ``independent`` or ``mixed``.

    Raises:
        RejectedRow: when it is none of these.
    """
    text = values[column].strip()
    return text if text in _NO_SIDE else party(values, column)


def accused(values: Mapping[str, str], column: str = "accused") -> str | None:
    """Read who is blamed, as a party id; null where nobody is.

    Raises:
        RejectedRow: when it is neither a party nor ``not stated``.
    """
    return None if values[column].strip() == "not stated" else party(values, column)


def day(values: Mapping[str, str], column: str) -> date:
    """Read a calendar day, ``YYYY-MM-DD``.

    Raises:
        RejectedRow: when it is none.
    """
    text = values[column].strip()
    try:
        if len(text) != 10:
            raise ValueError
        found = date.fromisoformat(text)
    except ValueError:
        raise RejectedRow(f"{column} is {text!r}, not a day YYYY-MM-DD") from None
    inside_calendar(found, column)
    return found


def inside_calendar(found: date, column: str) -> None:
    """Refuse the first and last year of the calendar, where a change of zone may overflow.

    Raises:
        RejectedRow: when the day or time lies there.
    """
    if found.year in (MINYEAR, MAXYEAR):
        raise RejectedRow(f"{column} is {found.isoformat()}, at the edge of the calendar")


def moment(values: Mapping[str, str], column: str) -> datetime:
    """Read a time that carries its offset (``Z`` or ``+03:00``), as UTC.

    Raises:
        RejectedRow: when it is no time, or has no offset.
    """
    text = values[column].strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RejectedRow(f"{column} is {text!r}, not an ISO 8601 time") from None
    if found.tzinfo is None:
        raise RejectedRow(f"{column} is {text!r} without an offset; write Z or e.g. +03:00")
    inside_calendar(found, column)
    return found.astimezone(UTC)


def local_moment(values: Mapping[str, str], column: str, zone_column: str) -> datetime:
    """Read a local time without offset in the row's own zone, as UTC; a bare date is midnight.

    Raises:
        RejectedRow: when the time or the zone cannot be read, or the clock was changed at that
            hour so that the local time occurred twice or never.

    >>> local_moment({"at": "2025-04-19T18:00", "tz": "Europe/Moscow"}, "at", "tz").isoformat()
    '2025-04-19T15:00:00+00:00'
    """
    text = values[column].strip()
    zone = values[zone_column].strip()
    try:
        tz = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise RejectedRow(
            f"{zone_column} is {zone!r}, not an IANA zone such as Europe/Kyiv"
        ) from None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RejectedRow(f"{column} is {text!r}, not an ISO 8601 time") from None
    if found.tzinfo is not None:
        raise RejectedRow(f"{column} is {text!r}: a local time has no offset, its zone is {zone}")
    inside_calendar(found, column)
    first, second = (found.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise RejectedRow(f"{column} is {text}: the clock of {zone} was changed at that hour")
    return first.astimezone(UTC)


def settle(
    read: Iterable[tuple[Record, Hashable, T]], what: str
) -> tuple[dict[Hashable, T], list[Rejected]]:
    """Keep one value per key, whatever the order of the rows.

    A repeat that says the same is counted once. Where repeats disagree nobody can say which is
    right, so none of them is used.

    Args:
        read: record, key and value of each row.
        what: what a key is, for the message.
    """
    groups: dict[Hashable, list[tuple[Record, T]]] = {}
    for record, key, value in read:
        groups.setdefault(key, []).append((record, value))
    kept: dict[Hashable, T] = {}
    rejected: list[Rejected] = []
    for key, rows in groups.items():
        first = rows[0][1]
        lines = ", ".join(str(record.line) for record, _ in rows)
        if all(value == first for _, value in rows):
            kept[key] = first
            spare = rows[1:]
            reason = f"{what} {key} stands on lines {lines} with the same content; counted once"
        else:
            spare = rows
            reason = f"{what} {key} stands on lines {lines} with different content; none is used"
        rejected += [Rejected(r.line, r.offset, r.length, reason) for r, _ in spare]
    return kept, rejected
