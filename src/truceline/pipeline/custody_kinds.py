"""How each type of entry about items of evidence is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from truceline.codec.canonical import canonical
from truceline.store import schema_custody as tables
from truceline.store.custody import FieldCommitment, HandIn, ItemStep, PaperCheck, WorkingCopy
from truceline.store.logged import Kind, LoggedRow, fields_of


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


RECEIVED: Final = Kind(
    "custody.received",
    HandIn,
    tables.custody_received,
    "hand-in",
    _opened("areas", "papers"),
    _closed("areas", "papers"),
)
STEP: Final = Kind("custody.step", ItemStep, tables.custody_steps, "step on an item")
COPIED: Final = Kind("custody.copied", WorkingCopy, tables.custody_copies, "working copy")
CHECKED: Final = Kind(
    "custody.checked",
    PaperCheck,
    tables.custody_checks,
    "check of a manifest or stamp",
    _opened("report"),
    _closed("report"),
)
FIELDS: Final = Kind(
    "custody.fields", FieldCommitment, tables.custody_fields, "commitment to the fields of an item"
)
CUSTODY: Final = (RECEIVED, STEP, COPIED, CHECKED, FIELDS)
"""All of them."""
