"""The register as JSON for programs: names of the model, keys sorted, one value one text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from truceline.codec.canonical import plain
from truceline.codec.reading import reading_to_plain
from truceline.codec.register_plain import entry_to_plain
from truceline.model.article import Reading
from truceline.model.register import Change, Entry


def register_json(entries: Iterable[Entry]) -> bytes:
    """Write ``{"entries": [...]}`` in the order given, fields as in ``codec.register_plain``."""
    return _bytes({"entries": [entry_to_plain(entry) for entry in entries]})


def statements_json(reading: Reading) -> bytes:
    """Write the interchange of a reading (``codec.reading``)."""
    return _bytes(reading_to_plain(reading))


def changes_json(changes: Iterable[Change]) -> bytes:
    """Write ``{"changes": [...]}`` in the order given."""
    return _bytes({"changes": [_change(change) for change in changes]})


def _change(change: Change) -> dict[str, Any]:
    return {
        "obligor": change.obligor,
        "name": change.name,
        "domain": change.domain,
        "turn": change.turn.value,
        "before": None if change.before is None else entry_to_plain(change.before),
        "after": entry_to_plain(change.after),
    }


def _bytes(value: Any) -> bytes:
    text = json.dumps(plain(value), ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()
