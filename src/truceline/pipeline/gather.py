"""Rows of the archive as the report needs them: members, claims, silences, contradictions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from truceline.codec.taxonomy import taxonomy
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.model.observation import Standing
from truceline.model.statement import Contradiction
from truceline.pipeline.holdings import Holdings
from truceline.publication.inputs import (
    ClaimRow,
    ContradictionRow,
    ContradictionSide,
    ObservationFact,
    SilenceRow,
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the archive says about the incidents and the window of a report."""

    facts: tuple[ObservationFact, ...]
    claims: tuple[ClaimRow, ...]
    silences: tuple[SilenceRow, ...]
    leads: int
    contradictions: tuple[ContradictionRow, ...]
    unresolved: int
    """Sides of contradictions whose report or claim is not held."""


def gather(held: Holdings, incidents: Iterable[Incident], window: Interval) -> Gathered:
    """Read the rows behind a report."""
    roles = {
        m.observation_id: (incident.incident_id, m.role.value)
        for incident in incidents
        for m in incident.members
    }
    spoken = held.table.filter(pc.not_equal(held.table["standing"], pa.scalar("evidence")))
    members = held.of_members(m for incident in incidents for m in incident.members)
    named = _named(held)
    rows = [_opened(row) for row in spoken.to_pylist()]
    contradictions, unresolved = _contradictions(held, named)
    return Gathered(
        facts=tuple(_fact(_opened(r), *roles[r["observation_id"]]) for r in members.to_pylist()),
        claims=tuple(
            _claim(r) for r in rows if r["standing"] == Standing.CLAIM and _touches(r, window)
        ),
        silences=tuple(
            _silence(r) for r in rows if r["standing"] == Standing.SILENCE and _touches(r, window)
        ),
        leads=sum(r["standing"] == Standing.LEAD for r in rows),
        contradictions=contradictions,
        unresolved=unresolved,
    )


def _opened(row: Row) -> dict[str, Any]:
    return {**row, "attributes": json.loads(row["attributes"])}


def _time(row: Row) -> Interval:
    return Interval(row["phenomenon_start"], row["phenomenon_end"])


def _touches(row: Row, window: Interval) -> bool:
    return _time(row).overlap_s(window) > 0 or window.contains(row["phenomenon_start"])


def _text(row: Row, *names: str) -> str | None:
    """Give the first of some attributes that is filled."""
    for name in names:
        value = row["attributes"].get(name)
        if value not in (None, ""):  # a tally of 0 is a figure
            return str(value)
    return None


def _fact(row: Row, incident_id: str, role: str) -> ObservationFact:
    return ObservationFact(
        incident_id=incident_id,
        observation_id=row["observation_id"],
        source=row["source"],
        datastream=row["datastream"],
        modality=row["modality"],
        kind=row["kind"],
        time=_time(row),
        time_precision=row["time_precision"],
        role=role,
        speaker=_text(row, "on_whose_word", "claimant"),
        side=row["speaker_side"],
        accused=row["accused"],
        groups=tuple(row["independence_groups"]),
        reliability=row["reliability"],
        credibility=row["credibility"],
        place=row["place_name"],
        area=_text(row, "oblast", "area"),
        raw_sha256=row["raw_sha256"],
        raw_line=row["raw_line"],
        source_url=_text(row, "source_url"),
        note=_text(row, "note") or "",
    )


def _claim(row: Row) -> ClaimRow:
    said, qualifier = _text(row, "value"), _text(row, "qualifier") or ""
    value = _number(said)
    if value is None and said:  # a figure in words stays in the words
        qualifier = f"{said}, {qualifier}" if qualifier else said
    return ClaimRow(
        claim_id=row["observation_id"].split(":", 1)[1],
        claimant=_text(row, "claimant") or "not stated",
        side=row["speaker_side"] or "not stated",
        accused=row["accused"],
        window=_time(row),
        metric=_text(row, "metric") or "not stated",
        value=value,
        qualifier=qualifier,
        reporter=_text(row, "reporter") or "not stated",
        group=row["independence_groups"][0],
        reliability=row["reliability"],
        source_url=_text(row, "source_url"),
        note=_text(row, "note") or "",
    )


def _number(text: str | None) -> float | None:
    """Read a figure; null where it is in words, and "nan" and "infinity" are words."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _silence(row: Row) -> SilenceRow:
    return SilenceRow(
        source=row["source"],
        speaker=_text(row, "on_whose_word", "reporter") or "not stated",
        side=row["speaker_side"],
        place=row["place_name"],
        window=_time(row),
        note=_text(row, "note") or "",
    )


def _named(held: Holdings) -> dict[str, Row]:
    """Index reports and claims by their natural key."""
    wanted = held.table.filter(
        pc.is_in(held.table["source"], value_set=pa.array(["reports", "claims"]))
    )
    return {r["observation_id"].split(":", 1)[1]: _opened(r) for r in wanted.to_pylist()}


def _contradictions(
    held: Holdings, named: Mapping[str, Row]
) -> tuple[tuple[ContradictionRow, ...], int]:
    unresolved = 0
    found: dict[str, ContradictionRow] = {}
    every: list[Contradiction] = [c for rest in held.rests for c in rest.contradictions]
    for item in every:
        keys = (*item.report_keys, *item.claim_keys)
        unresolved += sum(key not in named for key in keys)
        sides = tuple(_side(key, named[key]) for key in keys if key in named)
        found[item.contradiction_id] = ContradictionRow(
            item.contradiction_id, item.what_differs, sides
        )
    return tuple(found[key] for key in sorted(found)), unresolved


def _side(key: str, row: Row) -> ContradictionSide:
    return ContradictionSide(
        key=key,
        speaker=_text(row, "on_whose_word", "claimant", "reporter") or "not stated",
        side=row["speaker_side"],
        text=_said(row),
        happened=None if row["measurement"] == "speech" else _time(row),
        source_url=_text(row, "source_url"),
    )


def _said(row: Row) -> str:
    """Put what one side says into a line."""
    outlet = _text(row, "reporter") or "outlet not stated"
    note = _text(row, "note")
    text = _figure_said(row) if row["measurement"] == "speech" else _act_said(row)
    return f"{text} ({outlet}{'; ' + note if note else ''})"


def _figure_said(row: Row) -> str:
    qualifier = _text(row, "qualifier") or ""
    text = f"{_text(row, 'metric') or 'figure'}: {_text(row, 'value') or 'no figure'}"
    return text if qualifier in {"", "exact"} else f"{text}, {qualifier}"


def _act_said(row: Row) -> str:
    act = taxonomy().acts.get(row["kind"])
    low, high = row["count_min"], row["count_max"]
    count = "" if low is None or (low, high) == (1, 1) else f", {low}"
    if count and high != low:
        count += " or more" if high is None else f" to {high}"
    kind = row["kind"] if act is None else act.label
    return f"{kind}{count}, {row['place_name'] or 'place not stated'}"
