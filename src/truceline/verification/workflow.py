"""Where a case stands: a pure function of its steps, the agreement's rules and the time.

::

    preliminary ──reviewed──▶ reviewed ──confirmed × n──▶ confirmed ──final──▶ final
         ▲                       │                            │                  │
         │                       └────────rejected────────────┴──▶ rejected      │
         └──────────────────────reopened (next case revision)──────┴─────────────┘

A step that is out of its order changes nothing, whoever recorded it: what is confirmed follows from
the rules alone. Where the agreement has no rules, one person's word confirms or rejects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from truceline.model.case import NOBODY, Attribution, CaseState, CaseStep, Lock, Matter, Told
from truceline.model.finding import Status
from truceline.model.review_rules import ReviewRules, StepKind
from truceline.verification.workflow_missing import missing_of
from truceline.verification.workflow_rules import counted, enough

DESK_LOCK: Final = timedelta(minutes=30)
"""How long a finding stays in progress where the agreement says nothing."""
DESK_REPLY: Final = timedelta(hours=72)
"""How long a party has to reply where the agreement says nothing."""
_OPEN: Final = (Status.PRELIMINARY, Status.REVIEWED)
_ENDS_LOCK: Final = frozenset(
    {StepKind.REVIEWED, StepKind.CONFIRMED, StepKind.REJECTED, StepKind.FINAL}
)
"""What its holder does when the work is done."""


def state_of(
    steps: Iterable[CaseStep], rules: ReviewRules | None, now: datetime, matter: Matter
) -> CaseState:
    """Give where a case stands.

    Args:
        steps: all of one finding, oldest first.
        rules: of the agreement; null where it has none.
        now: UTC; locks and times to reply end by it.
        matter: the finding as it stands now.
    """
    state = CaseState()
    for _, state in states(steps, rules):  # noqa: B007 - the last one is wanted
        pass
    return at(state, rules, now, matter)


def at(state: CaseState, rules: ReviewRules | None, now: datetime, matter: Matter) -> CaseState:
    """Give a state as it is at a time: with its lock, time to reply, and what is missing."""
    lock = state.lock if state.lock is not None and now < state.lock.until else None
    runs = [t.reply_by for t in state.told if now < t.reply_by and t.party not in state.heard]
    live = replace(state, lock=lock, reply_by=max(runs, default=None))
    return replace(live, missing=missing_of(live, rules, now, matter))


def states(
    steps: Iterable[CaseStep], rules: ReviewRules | None
) -> Iterator[tuple[CaseStep, CaseState]]:
    """Give each step with the state that it left; time plays no part yet."""
    state = CaseState()
    for step in steps:
        state = _AFTER[step.kind](_seen(state, step), step, rules)
        state = replace(state, last=step)
        yield step, state


def _seen(state: CaseState, step: CaseStep) -> CaseState:
    """Let a case rest on what the first person who did something with it saw."""
    if step.kind in _ENDS_LOCK and state.lock is not None and state.lock.who == step.who:
        state = replace(state, lock=None)
    if state.sha256:
        return state
    return replace(state, sha256=step.sha256, incident_revision=step.incident_revision)


def _assigned(state: CaseState, step: CaseStep, rules: ReviewRules | None) -> CaseState:
    held = state.lock is not None and state.lock.who != step.who and step.time < state.lock.until
    if held:
        return state
    length = DESK_LOCK if rules is None else rules.lock
    name = str(step.detail.get("name") or step.person)
    who = str(step.detail.get("to") or step.who)
    return replace(state, lock=Lock(name, who, step.time + length))


def _released(state: CaseState, _step: CaseStep, _rules: ReviewRules | None) -> CaseState:
    return replace(state, lock=None)


def _reviewed(state: CaseState, step: CaseStep, _rules: ReviewRules | None) -> CaseState:
    if state.status is not Status.PRELIMINARY:
        return state
    return replace(state, status=Status.REVIEWED, decided=step)


def _confirmed(state: CaseState, step: CaseStep, rules: ReviewRules | None) -> CaseState:
    if rules is None:
        if state.status is Status.FINAL:
            return state
        signed = (*state.confirmations, step) if state.status is Status.CONFIRMED else (step,)
        fresh = replace(state, sha256=step.sha256, incident_revision=step.incident_revision)
        return replace(
            fresh, status=Status.CONFIRMED, decided=step, confirmations=counted(signed, None)
        )
    if state.status not in _OPEN or step.sha256 != state.sha256:
        return state
    if rules.review_first and state.status is not Status.REVIEWED:
        return state
    signed = counted((*state.confirmations, step), rules)
    done = enough(signed, rules)
    status = Status.CONFIRMED if done else state.status
    return replace(
        state, status=status, confirmations=signed, decided=step if done else state.decided
    )


def _rejected(state: CaseState, step: CaseStep, rules: ReviewRules | None) -> CaseState:
    if state.status is Status.FINAL or (rules is not None and state.status is Status.REJECTED):
        return state
    return replace(state, status=Status.REJECTED, decided=step, confirmations=(), open_words=())


def _final(state: CaseState, step: CaseStep, _rules: ReviewRules | None) -> CaseState:
    if state.status is not Status.CONFIRMED:
        return state
    return replace(state, status=Status.FINAL, decided=step, open_words=())


def _said(state: CaseState, step: CaseStep, rules: ReviewRules | None) -> CaseState:
    """Take a grade or an attribution.

    Before the confirmation it takes away the signatures given so far, as they were given for
    something else. After it, it takes as many persons as the confirmation took.
    """
    if state.status in (Status.FINAL, Status.REJECTED):
        return state
    if state.status is not Status.CONFIRMED or rules is None:
        fresh = _with_word(state, step)
        return fresh if state.status is Status.CONFIRMED else replace(fresh, confirmations=())
    mine = [w for w in state.open_words if not (w.kind is step.kind and w.who == step.who)]
    words = (*mine, step)
    alike = [w for w in words if w.kind is step.kind and _word(w) == _word(step)]
    if not enough(alike, rules):
        return replace(state, open_words=words)
    left = tuple(w for w in words if w.kind is not step.kind)
    return replace(_with_word(state, step), open_words=left)


def _with_word(state: CaseState, step: CaseStep) -> CaseState:
    if step.kind is StepKind.GRADED:
        return replace(state, grade=str(step.detail.get("grade", "")))
    return replace(state, attribution=attribution_of(step.detail))


def _word(step: CaseStep) -> str | Attribution:
    if step.kind is StepKind.GRADED:
        return str(step.detail.get("grade", ""))
    return attribution_of(step.detail)


def attribution_of(detail: Mapping[str, object]) -> Attribution:
    """Read who did it from the detail of a step; undetermined where it does not say."""
    given = detail.get("attribution")
    if not isinstance(given, (list, tuple)) or not given:
        return NOBODY
    return tuple((str(party), float(p)) for party, p in given)


def _notified(state: CaseState, step: CaseStep, rules: ReviewRules | None) -> CaseState:
    party = str(step.detail.get("party", ""))
    reply_by = step.time + (DESK_REPLY if rules is None else rules.reply)
    others = tuple(one for one in state.told if one.party != party)
    return replace(state, told=(*others, Told(party, step.time, reply_by)))


def _replied(state: CaseState, step: CaseStep, _rules: ReviewRules | None) -> CaseState:
    heard = state.heard | {str(step.detail.get("party", ""))}
    return replace(state, replies=(*state.replies, step), heard=heard)


def _dissented(state: CaseState, step: CaseStep, _rules: ReviewRules | None) -> CaseState:
    return replace(state, dissents=(*state.dissents, step))


def _reopened(state: CaseState, step: CaseStep, _rules: ReviewRules | None) -> CaseState:
    """Begin the next revision; what was said by parties and in dissent stays in sight."""
    return CaseState(
        case_revision=state.case_revision + 1,
        sha256=step.sha256,
        incident_revision=step.incident_revision,
        replies=state.replies,
        dissents=state.dissents,
        decided=step,
    )


_After = Callable[[CaseState, CaseStep, ReviewRules | None], CaseState]
_AFTER: Final[Mapping[StepKind, _After]] = {
    StepKind.ASSIGNED: _assigned,
    StepKind.RELEASED: _released,
    StepKind.REVIEWED: _reviewed,
    StepKind.CONFIRMED: _confirmed,
    StepKind.REJECTED: _rejected,
    StepKind.FINAL: _final,
    StepKind.GRADED: _said,
    StepKind.ATTRIBUTED: _said,
    StepKind.NOTIFIED: _notified,
    StepKind.REPLIED: _replied,
    StepKind.DISSENTED: _dissented,
    StepKind.REOPENED: _reopened,
}
