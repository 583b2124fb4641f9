"""Which incident of an update is which of before: ids kept, revisions counted, lineage told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.identity import Assignment, assign
from truceline.pipeline.association_projection import HISTORY

_COLUMNS: Final[list[Any]] = [
    pa.field("incident_id", pa.int64()),
    pa.field("revision", pa.int64()),
    pa.field("kind", pa.string()),
    pa.field("other", pa.int64()),
    pa.field("at", pa.timestamp("ms", "UTC")),
]
LINEAGE: Final[pa.Schema] = pa.schema(_COLUMNS)
"""``kind``: new, revised, merged into, split from, withdrawn; ``other``: into or from which."""
_ID: Final = "INC-"
_KINDS: Final = {"merged_into": "merged into", "split_from": "split from", "retired": "withdrawn"}


@dataclass(frozen=True, slots=True)
class Named:
    """Incidents with their ids and revisions."""

    incidents: pa.Table
    members: pa.Table
    lineage: pa.Table
    """Only what is new."""
    next_id: int


def named(
    before: tuple[pa.Table, pa.Table], after: tuple[pa.Table, pa.Table], next_id: int, at: datetime
) -> Named:
    """Give incidents the ids of those that they go on from, matched by shared members.

    Args:
        before: incidents and members as they were; only those that may have changed.
        after: incidents and members as they are, with any ids.
        next_id: first id that was never given.
        at: when this is done.
    """
    if not before[0].num_rows:
        return _all_new(after, next_id, at)
    old, new = _groups(*before), _groups(*after)
    given = assign(
        {_text(key): frozenset(map(str, group)) for key, group in old.items()},
        [frozenset(map(str, group)) for group in new.values()],
        next_id,
    )
    ids = np.array([_number(text) for text in given.ids], np.int64)
    was = _said(*before)
    now = _said(*after)
    pairs: Any = zip(was, before[0]["revision"].to_pylist(), strict=True)
    last: dict[int, int] = dict(pairs)
    revision = [
        last.get(key, 0) + (was.get(key) != said)
        for key, said in zip(ids.tolist(), now.values(), strict=True)
    ]
    told = _told(given, last, dict(zip(ids.tolist(), revision, strict=True)), at)
    incidents = _with(after[0], "incident_id", ids)
    incidents = _with(incidents, "revision", np.array(revision, np.int64))
    members = _with(after[1], "incident_id", _renamed(after, ids))
    return Named(incidents, members, told, given.next_number)


def _all_new(after: tuple[pa.Table, pa.Table], next_id: int, at: datetime) -> Named:
    """Give ids where there is nothing to go on from; a history has millions."""
    count = after[0].num_rows
    ids = next_id + np.arange(count, dtype=np.int64)
    incidents = _with(_with(after[0], "incident_id", ids), "revision", np.ones(count, np.int64))
    members = _with(after[1], "incident_id", _renamed(after, ids))
    told: list[Any] = [
        pa.array(ids),
        pa.array(np.ones(count, np.int64)),
        pa.repeat("new", count),
        pa.nulls(count, pa.int64()),
        pa.repeat(pa.scalar(at, _COLUMNS[-1].type), count),
    ]
    return Named(incidents, members, pa.Table.from_arrays(told, schema=LINEAGE), next_id + count)


def _groups(incidents: pa.Table, members: pa.Table) -> dict[int, list[int]]:
    """Give the detections of each incident, in the order of the incidents."""
    groups: dict[int, list[int]] = {key: [] for key in incidents["incident_id"].to_numpy().tolist()}
    owner, keys = (members[n].to_numpy().tolist() for n in ("incident_id", "detection_id"))
    for own, key in zip(owner, keys, strict=True):
        groups[own].append(key)
    return groups


def _said(incidents: pa.Table, members: pa.Table) -> dict[int, tuple[Any, ...]]:
    """Give all that is said of each incident, history left out."""
    exact = _with(incidents, "time", incidents["time"].cast(pa.int64()).to_numpy())  # ns
    columns = [exact[n].to_pylist() for n in exact.column_names if n not in HISTORY]
    said: dict[int, list[Any]] = {
        key: list(row)
        for key, row in zip(
            incidents["incident_id"].to_numpy().tolist(), zip(*columns, strict=True), strict=True
        )
    }
    ordered = members.sort_by([("incident_id", "ascending"), ("detection_id", "ascending")])
    rows: Any = (
        ordered[name].to_pylist() for name in ("incident_id", "detection_id", "residual_s")
    )
    for own, key, residual in zip(*rows, strict=True):
        said[own].append((key, residual))
    return {key: tuple(row) for key, row in said.items()}


def _told(
    given: Assignment, last: dict[int, int], revision: dict[int, int], at: datetime
) -> pa.Table:
    rows: list[tuple[int, int, str, int | None, datetime]] = []
    parted = set()
    for step in given.lineage:
        key = _number(step.incident_id)
        other = _number(step.other) if step.other else None
        parted.add(key)
        rows.append((key, revision.get(key, last.get(key, 1)), _KINDS[step.relation], other, at))
    for key, number in revision.items():
        if key in last and number > last[key]:
            rows.append((key, number, "revised", None, at))
        elif key not in last and key not in parted:
            rows.append((key, number, "new", None, at))
    rows.sort(key=lambda row: (row[0], row[1], row[2]))
    columns: Any = zip(*rows, strict=True) if rows else ([] for _ in LINEAGE)
    arrays: Any = [pa.array(list(c), f.type) for c, f in zip(columns, _COLUMNS, strict=True)]
    table: pa.Table = pa.Table.from_arrays(arrays, schema=LINEAGE)
    return table


def _renamed(after: tuple[pa.Table, pa.Table], ids: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    at: Any = pc.index_in(after[1]["incident_id"], after[0]["incident_id"].combine_chunks())
    return ids[at.to_numpy()] if len(ids) else np.zeros(0, np.int64)


def _with(table: pa.Table, name: str, values: np.ndarray[Any, Any]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values, pa.int64()))


def _text(key: int) -> str:
    return f"{_ID}{key:06d}"


def _number(text: str) -> int:
    return int(text.removeprefix(_ID))
