"""Compare two versions of an agreement, and what each says of what has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import shapely

from truceline.codec.agreement_time import OPEN_END
from truceline.codec.canonical import rfc3339
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement, Geometry
from truceline.model.amendment import Difference, Edit, FindingChange
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.verification.clauses import evaluate

_LISTS: Final = {
    "party": "parties",
    "text": "texts",
    "clause": "clauses",
    "exemption": "exemptions",
    "pledge": "pledges",
}
"""Name of a part to the field of ``Agreement`` that lists such parts, each with its id."""


def differences(old: Agreement, new: Agreement) -> tuple[Difference, ...]:
    """Give every part in which two versions differ, in the order of an agreement."""
    found: list[Difference] = []
    found += _whole("time in force", "in_force", old.in_force, new.in_force)
    for part, name in _LISTS.items():
        found += _parts(part, _by_id(getattr(old, name)), _by_id(getattr(new, name)))
    found += _parts("line or zone", _versions(old.geometry), _versions(new.geometry))
    found += _whole("procedure", "procedure", old.procedure, new.procedure)
    return tuple(found)


def changed_findings(
    old: Agreement, new: Agreement, incidents: Iterable[Incident], taxonomy: Taxonomy
) -> tuple[FindingChange, ...]:
    """Evaluate what has happened under both versions and give what comes out otherwise.

    Raises:
        KeyError: when a clause names a zone or line that its agreement does not have.
    """
    found = []
    for incident in incidents:
        before, after = (_findings(one, incident, taxonomy) for one in (old, new))
        for clause_id in dict.fromkeys((*before, *after)):
            change = _change(incident, clause_id, before.get(clause_id), after.get(clause_id))
            if change is not None:
                found.append(change)
    return tuple(found)


def _findings(agreement: Agreement, incident: Incident, taxonomy: Taxonomy) -> dict[str, Finding]:
    every = ((c.id, evaluate(agreement, c, incident, taxonomy)) for c in agreement.clauses)
    return {clause_id: one for clause_id, one in every if one is not None}


def _change(
    incident: Incident, clause_id: str, before: Finding | None, after: Finding | None
) -> FindingChange | None:
    p_before = None if before is None else before.probability
    p_after = None if after is None else after.probability
    was = None if before is None else before.outcome
    now = None if after is None else after.outcome
    if (was, p_before) == (now, p_after):
        return None
    return FindingChange(
        incident.incident_id, clause_id, was, now, p_before, p_after, _why(before, after)
    )


def _why(before: Finding | None, after: Finding | None) -> str:
    if after is None:
        return "the amended text does not concern it"
    if before is None:
        return "the text did not concern it before"
    old = {one.name: one.probability for one in before.factors}
    moved = max(after.factors, key=lambda one: abs(one.probability - old.get(one.name, 1.0)))
    return moved.reason


def _by_id(items: Sequence[Any]) -> dict[str, Any]:
    return {one.id: one for one in items}


def _versions(geometry: Sequence[Geometry]) -> dict[str, Geometry]:
    """Name each version of a line or zone by its id and its first day."""
    return {f"{one.id} from {_words(one.valid.start)}": one for one in geometry}


def _parts(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield Difference(part, key, Edit.REMOVED, (), _summary(old[key]))
        elif key not in old:
            yield Difference(part, key, Edit.ADDED, (), _summary(new[key]))
        elif old[key] != new[key]:
            rows = tuple(_rows(old[key], new[key]))
            yield Difference(part, key, Edit.CHANGED, rows, _summary(new[key]))


def _whole(part: str, key: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if old is None or new is None:
        yield Difference(part, key, Edit.REMOVED if new is None else Edit.ADDED, ())
    else:
        yield Difference(part, key, Edit.CHANGED, tuple(_rows(old, new)))


def _rows(old: Any, new: Any, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Give the fields in which two nouns of one kind differ, the inner ones by a dotted name."""
    for one in fields(old):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if before == after:
            continue
        name = f"{at}{one.name}"
        if (
            is_dataclass(before)
            and type(before) is type(after)
            and not isinstance(before, Interval)
        ):
            yield from _rows(before, after, f"{name}.")
        else:
            yield name, _words(before), _words(after)


def _summary(one: Any) -> str:
    return str(
        next(
            (v for n in ("summary", "title", "label", "name", "ref") if (v := getattr(one, n, ""))),
            "",
        )
    )


def _words(value: Any) -> str:
    """Write a value for a reader."""
    if isinstance(value, Interval):
        return f"{_words(value.start)} to {_words(value.end)}"
    if isinstance(value, datetime):
        return "no end" if value >= OPEN_END else rfc3339(value)
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:g} h"
    if isinstance(value, bytes):
        return _shape(value)
    if isinstance(value, tuple):
        return ", ".join(_words(one) for one in value) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_words(v)}" for k, v in value.items()) or "nothing"
    if is_dataclass(value):
        inner = ((one.name, getattr(value, one.name)) for one in fields(value))
        return "; ".join(
            f"{name} {_words(one)}" for name, one in inner if one not in (None, "", ())
        )
    return "nothing" if value in (None, "") else str(value)


def _shape(wkb: bytes) -> str:
    if not wkb:
        return "not published"
    shape = shapely.from_wkb(wkb)
    west, south, east, north = shape.bounds
    count = shapely.get_num_coordinates(shape)
    return f"{shape.geom_type} of {count} points, {west:.3f} {south:.3f} to {east:.3f} {north:.3f}"
