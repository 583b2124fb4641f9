"""Rows of inventory files as nouns: sites, declared items, visits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from truceline.errors import RejectedRow
from truceline.model.inventory import Access, DeclaredItem, Sighting, StorageSite, Visit

SITE_COLUMNS: Final = ("site_id", "side", "name", "lon", "lat", "radius_m")
"""Columns of a file of storage sites."""
ITEM_COLUMNS: Final = ("item_id", "side", "type", "serial", "site_id", "declared")
"""Columns of a file of declared weapons."""
VISIT_COLUMNS: Final = (
    "visit_id", "site_id", "side", "start", "end", "access", "team", "type", "serial", "count",
)  # fmt: skip
"""Columns of a file of visits, a row for each sighting; ``lon``, ``lat``, ``reason``, ``note`` may
stand beside them."""
_MOST: Final = 10_000
_LONGEST: Final = 200

Values = Mapping[str, str]


def site_of(values: Values) -> StorageSite:
    """Read one storage site.

    Raises:
        RejectedRow: when something of it is missing or impossible.
    """
    return StorageSite(
        _needed(values, "site_id"),
        _needed(values, "side"),
        _text(values, "name"),
        _number(values, "lon", -180, 180),
        _number(values, "lat", -90, 90),
        _number(values, "radius_m", 1, 20_000),
    )


def item_of(values: Values) -> DeclaredItem:
    """Read one declared weapon.

    Raises:
        RejectedRow: when something of it is missing or impossible.
    """
    side, kind, serial = _needed(values, "side"), _needed(values, "type"), _text(values, "serial")
    number = _text(values, "item_id")
    if not number and not serial:
        raise RejectedRow(
            "item_id and serial are both empty: nothing tells this weapon from another"
        )
    return DeclaredItem(
        number or f"{side}/{kind}/{plain_serial(serial)}",
        side,
        kind,
        serial,
        _text(values, "site_id"),
        _moment(values, "declared"),
    )


def visit_of(values: Values) -> Visit:
    """Read one row of a visit, with the one sighting in it or none.

    Raises:
        RejectedRow: when something of it is missing or impossible.
    """
    start, end = _moment(values, "start"), _moment(values, "end")
    if end < start:
        raise RejectedRow(f"the visit ends ({values['end']}) before it starts ({values['start']})")
    access = _access(values)
    sighting = _sighting(values)
    if access is Access.DENIED and sighting:
        raise RejectedRow(
            "access was denied, and yet something was seen: say partial, or leave type empty"
        )
    return Visit(
        _needed(values, "visit_id"),
        _text(values, "site_id"),
        _text(values, "side"),
        start,
        end,
        access,
        _text(values, "team"),
        _text(values, "reason"),
        sighting,
    )


def plain_serial(serial: str) -> str:
    """Give a serial as it is compared: letters and digits alone, upper case.

    >>> plain_serial(" ab-12/3 "), plain_serial("№ 7")
    ('AB123', '7')
    """
    return "".join(c for c in serial.upper() if c.isalnum())


def _access(values: Values) -> Access:
    text = _needed(values, "access").lower()
    try:
        return Access(text)
    except ValueError:
        known = ", ".join(one.value for one in Access)
        raise RejectedRow(f"access is {text!r}, none of {known}") from None


def _sighting(values: Values) -> tuple[Sighting, ...]:
    kind, serial = _text(values, "type"), _text(values, "serial")
    if not kind:
        if serial or _text(values, "count") not in ("", "0"):
            raise RejectedRow("type is empty, though a serial or a count is given: what was seen?")
        return ()
    text = _text(values, "count") or "1"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST:
        raise RejectedRow(f"count is {text!r}, not a whole number from 1 to {_MOST}")
    if plain_serial(serial) and int(text) != 1:
        raise RejectedRow(f"count is {text} under one serial {serial!r}: a serial is of one weapon")
    return (Sighting(kind, serial, int(text), _text(values, "note")),)


def _text(values: Values, column: str) -> str:
    text = " ".join(values.get(column, "").split())
    if len(text) > _LONGEST:
        raise RejectedRow(f"{column} has {len(text)} characters, at most {_LONGEST} are read")
    if not text.isprintable():
        raise RejectedRow(f"{column} holds a character that cannot be printed")
    return text


def _needed(values: Values, column: str) -> str:
    text = _text(values, column)
    if not text:
        raise RejectedRow(f"{column} is empty")
    return text


def _number(values: Values, column: str, low: float, high: float) -> float:
    try:
        value = float(values[column])
    except ValueError:
        raise RejectedRow(f"{column} is {values[column]!r}, not a number") from None
    if not low <= value <= high:  # also refuses nan
        raise RejectedRow(f"{column} is {values[column]}, outside {low:g}..{high:g}")
    return value


def _moment(values: Values, column: str) -> datetime:
    text = _needed(values, column)
    try:
        value = datetime.fromisoformat(text)
        if value.tzinfo is not None:
            return value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise RejectedRow(
            f"{column} is {text!r}, not an ISO 8601 time such as 2026-05-02T10:15+03:00"
        ) from None
    raise RejectedRow(f"{column} {text!r} has no offset: write +03:00 or Z behind it")
