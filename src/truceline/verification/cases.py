"""Run the lawyers' own tests of an agreement: situation in, expected finding compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement, Case
from truceline.model.finding import Outcome
from truceline.model.interval import Interval
from truceline.verification.clauses import Question, factors, outcome_of, product_of

_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, passed or not."""

    case: Case
    passed: bool
    got: str
    """What the machine found, one line."""
    wanted: str


def run_case(agreement: Agreement, case: Case, taxonomy: Taxonomy) -> CaseResult:
    """Evaluate a case under every clause and compare the gravest outcome with what is expected.

    Raises:
        KeyError: when a field that a situation must have is missing.
        ValueError: when one of them cannot be read.
    """
    question = _question(agreement, case.situation, taxonomy)
    results: dict[str, tuple[Outcome, float]] = {}
    for clause in agreement.clauses:
        if clause.mode != "prohibited":
            continue
        parts = factors(agreement, clause, question, taxonomy)
        p = product_of(parts)
        results[clause.id] = (outcome_of(p, parts, agreement.procedure), p)
    expected = case.expected
    named = expected.get("clause")
    clause_id = str(named) if named else _gravest(results)
    outcome, p = results.get(clause_id, (Outcome.PERMITTED, 0.0))
    passed = outcome.value == expected["outcome"] and (not named or clause_id in results)
    wanted = f"{expected['outcome']}" + (f" under {named}" if named else "")
    if "p" in expected:
        passed &= abs(p - float(str(expected["p"]))) <= _TOLERANCE
        wanted += f" with p = {expected['p']}"
    return CaseResult(case, passed, f"{outcome} under {clause_id} with p = {p:.3f}", wanted)


def _gravest(results: Mapping[str, tuple[Outcome, float]]) -> str:
    rank = {Outcome.VIOLATED: 2, Outcome.UNDETERMINED: 1, Outcome.PERMITTED: 0}
    return max(sorted(results), key=lambda c: (rank[results[c][0]], results[c][1]), default="none")


def _question(
    agreement: Agreement, situation: Mapping[str, object], taxonomy: Taxonomy
) -> Question:
    zone = str(situation.get("zone") or (agreement.in_force.zone if agreement.in_force else "UTC"))
    window = "from" in situation
    if window:
        time = Interval(_moment(situation["from"], zone), _moment(situation["to"], zone))
    else:
        moment = _moment(situation["at"], zone)
        time = Interval(moment, moment)
    sigma = float(str(situation.get("sigma_m", 0.0)))
    leaves = taxonomy.leaves(str(situation["kind"]))
    return Question(
        time=time,
        time_sigma_s=float(str(situation.get("time_sigma_s", 0.0))),
        window_only=window,
        lon=float(str(situation.get("lon", 0.0))),
        lat=float(str(situation.get("lat", 0.0))),
        cov=(sigma**2, 0.0, sigma**2),
        kinds=tuple((leaf, 1 / len(leaves)) for leaf in leaves),
        p_real=float(str(situation.get("p_real", 1.0))),
        real_reason="stated by the case",
    )


def _moment(value: object, zone: str) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)
