"""Why a finding came out as it did: the factor that decides, in a few words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from truceline.codec.taxonomy import taxonomy
from truceline.model.agreement import Clause
from truceline.model.finding import Outcome
from truceline.model.words import percent
from truceline.publication.public import PublicFactor, PublicFinding, PublicIncident
from truceline.publication.report import Report
from truceline.publication.wording import listed

FACTORS: Final = {
    "real": "happened",
    "kind": "kind",
    "time": "time",
    "place": "place",
    "party": "who is bound",
    "not_exempt": "not exempt",
}
"""Name of a factor to the word of it in a row."""
_MEANING: Final = {
    "real": "Whether it happened at all: too few independent sources, or none that can be judged well.",
    "time": "When: part of the window in which it happened lies outside the time that the clause binds.",
    "place": "Where: its place is not known well enough to say whether it lies in the area of the clause.",
    "party": "Who: the clause does not bind every party, and who acted is undetermined.",
    "not_exempt": "Whether it was the act that had been notified and is exempt.",
}
_SAMPLE: Final = 3
"""So many kinds that a clause does not name are given as examples."""


def weakest(finding: PublicFinding, violated_at: float) -> PublicFactor | None:
    """Give the factor that decides: an assumed one before a known one, then the lowest.

    A withheld share decides only where no other factor could have held the finding back.

    Returns:
        None where the finding has no factor below one.
    """
    unsure = [f for f in finding.factors if f.probability is None or f.probability < 1.0]
    unsure = [f for f in unsure if not f.known] or unsure
    if not unsure:
        return None

    def rank(factor: PublicFactor) -> float:
        return violated_at if factor.probability is None else factor.probability

    return min(unsure, key=rank)


def in_a_row(finding: PublicFinding, violated_at: float) -> str:
    """Say in a few words what decides a finding that is not *violated*; else its probability.

    >>> from truceline.publication.public import PublicFactor, PublicFinding
    >>> factor = PublicFactor("kind", 0.93, True, "")
    >>> found = PublicFinding("F", "I", 1, "R-1", "", 0.93, False, "", "undetermined", "", (),
    ...     (factor,), (), "preliminary", "automatic")
    >>> in_a_row(found, 0.95)
    'kind 93 %'
    """
    factor = weakest(finding, violated_at)
    if finding.outcome == Outcome.VIOLATED.value or factor is None:
        return percent(finding.probability)
    share = "withheld" if factor.probability is None else percent(factor.probability)
    return f"{FACTORS.get(factor.name, factor.name)} {share}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Findings of one clause that are undetermined because of one factor."""

    clause_id: str
    factor: str
    findings: int
    low: float | None
    """Lowest and highest probability of the factor; null where withheld."""
    high: float | None
    meaning: str
    """One sentence."""


def reasons(report: Report) -> tuple[Reason, ...]:
    """Sum up why findings are undetermined, by clause and factor, most frequent first."""
    limit = report.agreement.procedure.violated_at
    groups: defaultdict[tuple[str, str], list[tuple[PublicIncident, float | None]]]
    groups = defaultdict(list)
    for incident in report.incidents:
        for finding in incident.findings:
            factor = weakest(finding, limit)
            if finding.outcome == Outcome.UNDETERMINED.value and factor is not None:
                key = (finding.clause_id, factor.name)
                groups[key].append((incident, factor.probability))
    clauses = {clause.id: clause for clause in report.agreement.clauses}
    found = [
        _reason(key, rows, clauses.get(key[0]))
        for key, rows in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1])))
    ]
    return tuple(found)


def _reason(
    key: tuple[str, str],
    rows: list[tuple[PublicIncident, float | None]],
    clause: Clause | None,
) -> Reason:
    shares = [share for _, share in rows if share is not None]
    meaning = _MEANING.get(key[1], "")
    if key[1] == "kind" and clause is not None:
        meaning = _kinds(clause, (incident for incident, _ in rows))
    low, high = (min(shares), max(shares)) if shares else (None, None)
    return Reason(*key, len(rows), low, high, meaning)


def _kinds(clause: Clause, incidents: Iterable[PublicIncident]) -> str:
    """Say which kinds that the incidents may be of are not named by the clause."""
    acts = taxonomy()
    mass: defaultdict[str, float] = defaultdict(float)
    for incident in incidents:
        for code, share in incident.kinds:
            if not any(acts.is_a(code, act) for act in clause.acts):
                mass[code] += share
    if not mass:
        return "What it was is not known well enough."
    ordered = sorted(mass, key=lambda code: (-mass[code], code))
    names = [acts.acts[code].label if code in acts.acts else code for code in ordered[:_SAMPLE]]
    rest = len(ordered) - len(names)
    if rest:
        names.append(f"{rest} more")
    return f"What it was: it may also be of a kind that the clause does not name ({listed(names)})."
