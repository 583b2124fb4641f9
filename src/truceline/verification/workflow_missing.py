"""What a case needs to come to its next status, in a sentence."""

from __future__ import annotations

from datetime import datetime

from truceline.model.case import CaseState, Matter
from truceline.model.finding import Status
from truceline.model.review_rules import ReviewRules, StepKind
from truceline.verification.workflow_rules import concerned, wanting


def missing_of(state: CaseState, rules: ReviewRules | None, now: datetime, matter: Matter) -> str:
    """Say what is missing for the next status."""
    if matter.gone:
        return matter.gone
    if state.sha256 and state.sha256 != matter.sha256:
        return (
            f"the finding has changed since (incident revision {state.incident_revision} then, "
            f"{matter.incident_revision} now): it must be reopened before anything is decided"
        )
    if state.status is Status.FINAL:
        return "nothing; replies and dissent stay open, new evidence may reopen it"
    if state.status is Status.REJECTED:
        return "nothing; new evidence may reopen it"
    if state.status is Status.CONFIRMED:
        return _to_final(state, rules, now, matter)
    if state.status is Status.PRELIMINARY and rules is not None and rules.review_first:
        return f"a review by {_roles(rules, StepKind.REVIEWED)}"
    return wanting(state.confirmations, rules)


def _to_final(state: CaseState, rules: ReviewRules | None, now: datetime, matter: Matter) -> str:
    unheard = hearing(state, rules, now, matter)
    if unheard:
        return unheard
    if rules is None:
        return "nothing; one person's word may make it final"
    return f"the last word of {_roles(rules, StepKind.FINAL)}"


def hearing(state: CaseState, rules: ReviewRules | None, now: datetime, matter: Matter) -> str:
    """Say which party concerned has neither replied nor had its time; empty where all have."""
    if rules is None or not rules.final_needs_reply:
        return ""
    told = {one.party: one.reply_by for one in state.told}
    wanted = concerned(state, matter)
    untold = [p for p in wanted if p not in told and p not in state.heard]
    if untold:
        why = "accused" if wanted != matter.bound else "bound by the clause"
        return f"{' and '.join(untold)} ({why}) must be told and have time to reply"
    open_ = [
        (told[p], p)
        for p in sorted({*wanted, *told})
        if p in told and p not in state.heard and now < told[p]
    ]
    if not open_:
        return ""
    until, _ = max(open_)
    names = " and ".join(p for _, p in open_)
    return f"a reply of {names}, or {until:%Y-%m-%d %H:%M} UTC, when the time to reply ends"


def _roles(rules: ReviewRules, kind: StepKind) -> str:
    names = [role.value.replace("_", " ") for role in rules.roles[kind]]
    return " or ".join(names)
