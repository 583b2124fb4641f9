"""Duties that no single act breaks: to do something by a day, or what was only pledged."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.codec.case_words import about
from truceline.model.agreement import Clause
from truceline.model.finding import Outcome
from truceline.model.ruling import Ruling
from truceline.verification.factor_time import standing
from truceline.verification.question import Question

_PASSIVE = ("presence", "movement")


def ruling_of_duty(loaded: Sequence[Clause], question: Question) -> Ruling | None:
    """Answer a question about a duty to do something, or about a pledge.

    Done or not, it was in time until the deadline and is late from it on; where readings of the
    deadline differ it is undetermined between them, and so it is where a text names no day and
    nobody says that it was done.

    Returns:
        null where the question is about no duty of the loaded texts.
    """
    if any(not code.startswith(_PASSIVE) for code, _ in question.kinds):
        return None  # something was done, and clauses on acts answer that
    found = [(len(_shared(one, question)), one) for one in loaded]
    most = max((share for share, _ in found), default=0)
    if most == 0:
        return None
    clauses = [one for share, one in found if share == most]
    clause = next((one for one in clauses if one.terms.schedule is not None), clauses[0])
    if clause.mode == "pledged":
        clause = _tier([one for one in loaded if one.mode == "pledged"], question) or clause
        return _open(clause, f"{clause.id} only pledges: {_missing(clause, question)}")
    failed = [c for c in clause.terms.conditions if question.facts.get(c.id) is False]
    if failed:
        return _sure(
            clause, Outcome.PERMITTED, f"not owed, since it is not so that {failed[0].words}"
        )
    return _by_its_day(clause, question)


def ruling_of_pledge(loaded: Sequence[Clause], question: Question) -> Ruling | None:
    """Answer for texts that only pledge, on an act that would be a breach of a ceasefire.

    Nothing can break them, and no pledge is due before its conditions hold.
    """
    pledged = [one for one in loaded if one.mode == "pledged"]
    if not pledged:
        return None
    clause = _tier(pledged, question) or next((c for c in pledged if _shared(c, question)), None)
    if clause is None:
        clause = next((one for one in pledged if one.kind == "verification"), pledged[0])
    reason = f"the texts only pledge; {clause.id} ({clause.ref}) binds once a ceasefire is in force"
    return _open(clause, reason)


def _tier(pledged: Sequence[Clause], question: Question) -> Clause | None:
    """Find the tier that the hours since the first breach, or the words, point to."""
    wanted = ["third tier"] if question.facts.get("expanded_attack") else []
    if question.hours is not None:
        wanted.append(_tier_at(question.hours))
    wanted += [one for one in question.matters if one.endswith("tier")]
    for ref in wanted:
        for clause in pledged:
            if clause.ref == ref:
                return clause
    return None


def _tier_at(hours: float) -> str:
    """Name the tier of the reported plan that would be on so many hours after the first breach."""
    if hours <= 24:
        return "first tier"
    return "second tier" if hours < 72 else "third tier"


def _shared(clause: Clause, question: Question) -> frozenset[str]:
    if not question.matters:
        return frozenset()
    words = f"{clause.kind.replace('_', ' ')}. {clause.ref}. {clause.summary}"
    return frozenset(about(words)) & frozenset(question.matters)


def _missing(clause: Clause, question: Question) -> str:
    known = [c for c in clause.terms.conditions if question.facts.get(c.id) is not True]
    return f"not shown is that {known[0].words}" if known else "who does it is not bound by name"


def _by_its_day(clause: Clause, question: Question) -> Ruling:
    done = question.facts.get("done")
    deadlines = standing(clause, question.time.start) if question.dated else ()
    if not deadlines:
        if done:
            return _sure(clause, Outcome.PERMITTED, f"it was done, and {clause.id} names no day")
        return _open(clause, f"{clause.id} names no day by which it is due")
    past = [one for one in deadlines if one.time <= question.time.start]
    if not past:
        first = min(one.time for one in deadlines)
        reason = f"{clause.id}: not yet due, the earliest deadline is {first:%Y-%m-%d %H:%M}Z"
        return _sure(clause, Outcome.PERMITTED, reason)
    if len(past) < len(deadlines):
        reason = f"{clause.id}: due by the reading {', '.join(one.reading for one in past)} only"
        return _open(clause, reason)
    open_ = [c for c in clause.terms.conditions if question.facts.get(c.id) is None]
    if open_:
        return _open(clause, f"whether {open_[0].words} is not known")
    if done is None:
        return _open(clause, f"{clause.id} was due; whether it was done is not said")
    how = "only done after" if done else "not done by"
    return _sure(clause, Outcome.VIOLATED, f"{clause.id}: {how} every reading of the deadline")


def _sure(clause: Clause, outcome: Outcome, reason: str) -> Ruling:
    p = float(outcome is Outcome.VIOLATED)
    return Ruling(outcome.value, clause.id, p, p, p, reason, ())


def _open(clause: Clause, reason: str) -> Ruling:
    return Ruling(Outcome.UNDETERMINED.value, clause.id, 0.0, 0.0, 1.0, reason, ())
