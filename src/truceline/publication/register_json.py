"""The register as JSON for programs: names of the model, keys sorted, one value one text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from truceline.codec.canonical import plain
from truceline.codec.reading import reading_to_plain
from truceline.model.article import Reading
from truceline.model.register import Change, Entry


def register_json(entries: Iterable[Entry]) -> bytes:
    """Write ``{"entries": [...]}`` in the order given, fields as in ``model.register.Entry``."""
    return _bytes({"entries": [_entry(entry) for entry in entries]})


def statements_json(reading: Reading) -> bytes:
    """Write the interchange of a reading (``codec.reading``)."""
    return _bytes(reading_to_plain(reading))


def changes_json(changes: Iterable[Change]) -> bytes:
    """Write ``{"changes": [...]}`` in the order given."""
    return _bytes({"changes": [_change(change) for change in changes]})


def _entry(entry: Entry) -> dict[str, Any]:
    values = asdict(entry)
    return {**values, "outlets": entry.outlets, "groups": entry.groups, "single": entry.single}


def _change(change: Change) -> dict[str, Any]:
    return {
        "obligor": change.obligor,
        "name": change.name,
        "domain": change.domain,
        "turn": change.turn,
        "before": None if change.before is None else _entry(change.before),
        "after": _entry(change.after),
    }


def _bytes(value: Any) -> bytes:
    text = json.dumps(plain(value), ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()
