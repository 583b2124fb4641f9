"""Rows that the page shows and that no ``Public*`` type holds ready."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from truceline.model.agreement import Verified
from truceline.publication.public import (
    PublicClaim,
    PublicContradiction,
    PublicContradictionSide,
)
from truceline.publication.report import Report
from truceline.publication.wording import span

FIGURES: Final = {
    "window": "start and end",
    "zone": "time zone",
    "acts": "which acts are prohibited",
    "area": "where it holds",
    "binds": "who is bound",
    "distance": "distance",
    "content": "what was promised",
}
"""Figure of an agreement to its words; others are written as they are."""
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
    """List the figures that are not verified, once each, and the findings that hang on each."""
    agreement = report.agreement
    hanging = Counter(
        (f.clause_id, _figure(text))
        for i in report.incidents
        for f in i.findings
        for text in set(f.unverified)
    )
    # what a clause says of a figure goes before what the agreement says of it
    of_clauses = [
        _counted(hanging, c.ref or c.id, c.id, v) for c in agreement.clauses for v in c.verified
    ]
    own = agreement.in_force.verified if agreement.in_force else ()
    rows = [*(_counted(hanging, "time in force", "", v) for v in own), *of_clauses]
    others: Counter[str] = Counter()
    for (_, figure), n in hanging.items():
        others[figure] += n
    rows += [Unverified("", figure, "no", "", n) for figure, n in sorted(others.items())]
    return tuple(row for row in rows if row.state != "yes")


def _counted(
    hanging: Counter[tuple[str, str]], where: str, clause_id: str, flag: Verified
) -> Unverified:
    """Take the findings that hang on one flag out of the count."""
    mine = [k for k in hanging if k[1] == flag.figure and clause_id in ("", k[0])]
    n = sum(hanging.pop(key) for key in mine)
    return Unverified(where, flag.figure, flag.state, flag.note, n)


def _figure(text: str) -> str:
    """Take the figure from what a finding carries, ``figure: state (note)``."""
    return text.partition(":")[0]


def figure_words(text: str) -> str:
    """Name the figure that a finding hangs on, in words.

    >>> figure_words("window: partly (one paraphrase)"), figure_words("list_of_means: no")
    ('start and end', 'list of means')
    """
    figure = _figure(text)
    return FIGURES.get(figure, figure.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Looked:
    """Datastreams of one source that share what they cannot tell."""

    source: str
    basis: str
    streams: tuple[tuple[str, str], ...]
    """Name and when it was looking; an empty name where sensors are run together."""
    caveat: str


def looked(report: Report) -> tuple[Looked, ...]:
    """Sum up the coverage of each source."""
    spans: defaultdict[tuple[str, str, str], defaultdict[str, list[str]]]
    spans = defaultdict(lambda: defaultdict(list))
    for row in report.coverage:
        name = row.label.removeprefix(row.source).lstrip(":/")
        spans[row.source, row.basis, row.caveat][name].append(span(row.time, report.zone))
    return tuple(
        Looked(
            source,
            basis,
            tuple((name, _shortened(found)) for name, found in sorted(streams.items())),
            caveat,
        )
        for (source, basis, caveat), streams in sorted(spans.items())
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
class Side:
    """One column of a contradiction: what one party's sources say, or one version."""

    label: str
    said: tuple[PublicContradictionSide, ...]
    """Empty where the other side is no row of its own but stands in words."""


def sides_of(report: Report, row: PublicContradiction) -> tuple[Side, ...]:
    """Arrange a contradiction in columns, two at least.

    Sources of different parties stand in a column a party; where all are of one party, each version
    has its own; a single row faces the words that name the other side.
    """
    names = list(dict.fromkeys(side.side for side in row.sides))
    parties = [party.id for party in report.agreement.parties]
    names.sort(key=lambda n: (n not in parties, parties.index(n) if n in parties else 0, n))
    if len(names) > 1:
        return tuple(
            Side(_side_name(report, n), tuple(s for s in row.sides if s.side == n)) for n in names
        )
    label = _side_name(report, names[0]) if names else "not stated"
    if len(row.sides) > 1:
        return tuple(
            Side(f"{label}, version {k}", (side,)) for k, side in enumerate(row.sides, start=1)
        )
    return (Side(label, row.sides), Side("other side, in words only", ()))


def _side_name(report: Report, side: str) -> str:
    words = {"": "side not stated", "independent": "neither side", "mixed": "both sides quoted"}
    return words.get(side) or report.party(side)


def raw_files(report: Report) -> tuple[tuple[str, str, int], ...]:
    """List hash, source and number of records cited, of every raw file behind the report."""
    cited: Counter[tuple[str, str]] = Counter()
    for i in report.incidents:
        cited.update((fact.raw_sha256, fact.source) for fact in i.facts)
    cited.update((row.file_sha256, row.source) for row in report.rejected)
    cited.update((row.raw_sha256, row.source) for row in (*report.masked, *report.left))
    ordered = sorted(cited.items(), key=lambda item: (item[0][1], item[0][0]))
    return tuple((sha, source, n) for (sha, source), n in ordered)
