"""How each type of entry about people, their access and their reads is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from truceline.codec.canonical import canonical
from truceline.store import schema_people as tables
from truceline.store.logged import Kind, LoggedRow, fields_of
from truceline.store.people import AccessChange, PersonVersion, SensitiveRead


def _opened(*names: str) -> Callable[[LoggedRow], dict[str, Any]]:
    """Give entries in which some columns of JSON stand as what they say."""

    def entry(row: LoggedRow) -> dict[str, Any]:
        values = fields_of(row)
        return {**values, **{name: json.loads(values[name]) for name in names}}

    return entry


def _closed(*names: str) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Give rows in which they are JSON again."""

    def row(entry: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**entry, **{name: canonical(entry[name]).decode() for name in names}}

    return row


PERSON: Final = Kind(
    "person.recorded",
    PersonVersion,
    tables.person_versions,
    "version of a person",
    _opened("grants", "key"),
    _closed("grants", "key"),
)
ACCESS: Final = Kind(
    "access.changed",
    AccessChange,
    tables.access_changes,
    "change of access",
    _opened("detail"),
    _closed("detail"),
)
READ: Final = Kind("read.sensitive", SensitiveRead, tables.sensitive_reads, "sensitive read")
PEOPLE: Final = (PERSON, ACCESS, READ)
"""All of them."""
