"""Rows that the page shows and that no ``Public*`` type holds ready."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from truceline.model.agreement import Pledge
from truceline.publication.public import PublicClaim
from truceline.publication.report import Report
from truceline.publication.wording import span

DOMAINS: Final = {
    "troops_land": "land",
    "naval": "sea",
    "air": "air",
    "training": "training",
    "equipment": "equipment",
    "intelligence": "intelligence",
    "monitoring": "monitoring",
    "coordination": "coordination",
    "facilities": "facilities",
    "financing": "money",
    "reconstruction": "rebuilding",
    "sanctions": "sanctions",
    "political": "political",
    "other": "other",
}
"""Type of a pledge to the head of its column, in order."""
STATUS_SIGNS: Final = {
    "pledged": "●",
    "conditional": "◐",
    "considered": "○",
    "undecided": "?",
    "ruled_out": "✕",
}
STATUS_WORDS: Final = {
    "pledged": "pledged",
    "conditional": "pledged under a condition",
    "considered": "considered",
    "undecided": "undecided",
    "ruled_out": "ruled out",
}
_SHOWN_PASSES: Final = 12


@dataclass(frozen=True, slots=True)
class Unverified:
    """A figure of the agreement that was not, or only partly, checked."""

    where: str
    figure: str
    state: str
    note: str
    findings: int
    """How many findings of the report hang on it."""


def unverified(report: Report) -> tuple[Unverified, ...]:
    """List the figures that are not verified and the findings that hang on each."""
    hanging = Counter(
        figure for i in report.incidents for f in i.findings for figure in set(f.unverified)
    )
    agreement = report.agreement
    flags = [
        ("time in force", v) for v in (agreement.in_force.verified if agreement.in_force else ())
    ]
    flags += [(clause.ref or clause.id, v) for clause in agreement.clauses for v in clause.verified]
    found = {
        (where, v.figure): Unverified(where, v.figure, v.state, v.note, hanging[v.figure])
        for where, v in flags
        if v.state != "yes"
    }
    named = {figure for _, figure in found}
    for figure in sorted(set(hanging) - named):
        found["", figure] = Unverified("", figure, "no", "", hanging[figure])
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Looked:
    """One datastream: when it was looking, and what it cannot tell."""

    source: str
    label: str
    basis: str
    stretches: str
    caveat: str


def looked(report: Report) -> tuple[Looked, ...]:
    """Sum up the coverage of each datastream."""
    rows: defaultdict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for row in report.coverage:
        key = (row.source, row.label, row.basis, row.caveat)
        rows[key].append(span(row.time, report.zone))
    return tuple(
        Looked(source, label, basis, _shortened(spans), caveat)
        for (source, label, basis, caveat), spans in sorted(rows.items())
    )


def _shortened(spans: list[str]) -> str:
    if len(spans) <= _SHOWN_PASSES:
        return "; ".join(spans)
    return f"{len(spans)} stretches from {spans[0]} to {spans[-1]}"


def beside(report: Report, claim: PublicClaim) -> int | None:
    """Count incidents inside a claim's window that blame the same party; null without a window.

    It stands beside the claim and is another unit: a party counts rounds or drones, the record
    counts incidents.
    """
    if claim.window is None or not claim.accused:
        return None
    return sum(
        1
        for i in report.incidents
        if claim.accused in i.accused
        and claim.window.start <= i.time.window.start
        and i.time.window.end <= claim.window.end
    )


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """All pledges of one obligor, by domain."""

    obligor: str
    cells: tuple[tuple[Pledge, ...], ...]
    """One a column of :func:`register_columns`."""


def register_columns(report: Report) -> tuple[str, ...]:
    """Give the types of pledges that occur, in order."""
    there = {kind for pledge in report.agreement.pledges for kind in pledge.types}
    return tuple(kind for kind in DOMAINS if kind in there)


def register(report: Report) -> tuple[RegisterRow, ...]:
    """Arrange the pledges by obligor and domain."""
    columns = register_columns(report)
    rows: defaultdict[str, list[Pledge]] = defaultdict(list)
    for pledge in report.agreement.pledges:
        rows[pledge.obligor].append(pledge)
    return tuple(
        RegisterRow(
            obligor, tuple(tuple(p for p in rows[obligor] if kind in p.types) for kind in columns)
        )
        for obligor in sorted(rows)
    )


def raw_files(report: Report) -> tuple[tuple[str, str, int], ...]:
    """List hash, source and number of records cited, of every raw file behind the report."""
    cited: Counter[tuple[str, str]] = Counter()
    for i in report.incidents:
        cited.update((fact.raw_sha256, fact.source) for fact in i.facts)
    cited.update((row.file_sha256, row.source) for row in report.rejected)
    cited.update((row.raw_sha256, row.observation_id.split(":")[0]) for row in report.masked)
    ordered = sorted(cited.items(), key=lambda item: (item[0][1], item[0][0]))
    return tuple((sha, source, n) for (sha, source), n in ordered)
