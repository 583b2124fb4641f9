"""Run the lawyers' own tests of an agreement: situation in, expected finding compared."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement, Case
from truceline.model.finding import Outcome
from truceline.model.ruling import Ruling
from truceline.verification.case_question import question_of_case
from truceline.verification.judge import judge

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
    """Judge a case under the texts that it names, and compare with what is expected.

    Where a clause is named, its own answer is looked at; else the answer of all clauses together.

    Raises:
        KeyError: when a field that a situation must have is missing.
        ValueError: when one of them cannot be read.
    """
    question = question_of_case(agreement, case.situation, taxonomy)
    ruling = judge(agreement, question, taxonomy, case.texts or None)
    expected = case.expected
    named = str(expected.get("clause") or "")
    clause_id, outcome, p = _looked_at(ruling, named)
    passed = outcome == expected["outcome"] and (not named or clause_id == named)
    wanted = f"{expected['outcome']}" + (f" under {named}" if named else "")
    if "p" in expected:
        passed &= abs(p - float(str(expected["p"]))) <= _TOLERANCE
        wanted += f" with p = {expected['p']}"
    return CaseResult(case, passed, f"{outcome} under {clause_id} with p = {p:.3f}", wanted)


def _looked_at(ruling: Ruling, named: str) -> tuple[str, str, float]:
    """Give clause, outcome and probability: of the named clause, or of all together.

    A clause over which another prevails here breaks nothing. A clause that only times or permits has
    no answer of its own; it is looked at through the answer that it governs.
    """
    own = next((one for one in ruling.judgements if one.clause_id == named), None)
    if own is None:
        return ruling.clause_id, ruling.outcome, ruling.probability
    if own.displaced_by:
        return named, Outcome.PERMITTED.value, 0.0
    return named, own.outcome.value, own.probability
