"""Which rule forbids a step: the sentence that somebody gets who may not take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from truceline.model.case import CaseState, Matter, Proposed
from truceline.model.finding import Status
from truceline.model.person import Person, Role
from truceline.model.review_rules import FOREVER, UNDETERMINED, ReviewRules, StepKind
from truceline.verification.workflow import attribution_of
from truceline.verification.workflow_missing import hearing
from truceline.verification.workflow_rules import rule, signer_refusal

WORKFLOW: Final = "docs/workflow.md"
_FREE: Final = FOREVER | {StepKind.ASSIGNED, StepKind.RELEASED, StepKind.REOPENED}
"""Steps that may be taken though the finding has changed."""
_SHUT_OUT: Final = frozenset(StepKind) - FOREVER - {StepKind.RELEASED, StepKind.REOPENED}
"""Steps that wait while somebody else has the finding in progress."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that somebody asks for, with everything that a rule may look at."""

    state: CaseState
    step: Proposed
    person: Person
    rules: ReviewRules | None
    now: datetime
    matter: Matter

    @property
    def who(self) -> str:
        """As ``CaseStep.who``."""
        return self.person.person_id or self.person.name.casefold()


def refusal(asked: Asked) -> str:
    """Say which rule forbids a step; empty where none does."""
    return (
        _by_role(asked)
        or _by_side(asked)
        or _by_change(asked)
        or _by_lock(asked)
        or _BY_KIND[asked.step.kind](asked)
    )


def _by_role(asked: Asked) -> str:
    rules, kind, person = asked.rules, asked.step.kind, asked.person
    if rules is None:
        return ""
    if kind is StepKind.RELEASED and (_holds_lock(asked) or not _is_locked(asked)):
        return ""
    allowed = rules.roles[kind]
    if person.holds(*allowed):
        return ""
    own = ", ".join(sorted({grant.role.value for grant in person.grants})) or "no role"
    return rule(
        f"roles.{kind.value}",
        f"{_names(allowed)} may take this step, and {person.name} is {own}",
    )


def _by_side(asked: Asked) -> str:
    """Keep a liaison to the own side."""
    if asked.rules is None or asked.step.kind not in FOREVER:
        return ""
    party = str(asked.step.detail.get("party", ""))
    others = [r for r in asked.rules.roles[asked.step.kind] if r is not Role.LIAISON]
    if not party and asked.person.holds(*others):
        return ""
    sides = {grant.side for grant in asked.person.grants if grant.role is Role.LIAISON}
    if party in sides:
        return ""
    mine = " and ".join(sorted(sides)) or "nobody"
    return rule(
        f"roles.{asked.step.kind.value}",
        f"a liaison speaks for the own side alone, and {asked.person.name} speaks for {mine}, "
        f"not for {party or 'everybody'}",
    )


def _by_change(asked: Asked) -> str:
    """Refuse to decide on something else than what the case rests on."""
    state, matter, kind = asked.state, asked.matter, asked.step.kind
    if matter.gone and kind not in FOREVER and kind is not StepKind.RELEASED:
        return f"{matter.finding_id}: {matter.gone}; only replies and dissent are taken now."
    if asked.rules is None or kind in _FREE or not state.sha256:
        return ""
    if state.sha256 == matter.sha256:
        return ""
    return (
        f"{matter.finding_id} has changed since: the case rests on incident revision "
        f"{state.incident_revision}, now it is {matter.incident_revision}"
        f"{' and was evaluated anew' if state.incident_revision == matter.incident_revision else ''}"
        f". Look again and reopen it first ({WORKFLOW}: a step rests on what the person saw)."
    )


def _by_lock(asked: Asked) -> str:
    lock = asked.state.lock
    if lock is None or not _is_locked(asked) or lock.who == asked.who:
        return ""
    if asked.step.kind not in _SHUT_OUT:
        return ""
    return rule(
        "lock",
        f"a finding in progress is left to whoever has it: {lock.person} until "
        f"{lock.until:%Y-%m-%d %H:%M:%S} UTC, or until it is released",
    )


def _is_locked(asked: Asked) -> bool:
    return asked.state.lock is not None and asked.now < asked.state.lock.until


def _holds_lock(asked: Asked) -> bool:
    lock = asked.state.lock
    return lock is not None and lock.who == asked.who


def _order(asked: Asked, wanted: str) -> str:
    """Say that a step does not follow on a status."""
    return (
        f"{asked.matter.finding_id} is {asked.state.status.value}, and {asked.step.kind.value} "
        f"follows only on {wanted} ({WORKFLOW}: the order of the steps)."
    )


def _assigned(asked: Asked) -> str:
    rules = asked.rules
    if rules is not None and asked.step.detail.get("to"):
        allowed = rules.roles[StepKind.RELEASED]
        if not asked.person.holds(*allowed):
            return rule(
                "roles.released",
                f"{_names(allowed)} may give a finding to somebody else; take it yourself",
            )
    if asked.state.status in (Status.FINAL, Status.REJECTED):
        return _order(asked, "preliminary, reviewed or confirmed")
    return ""


def _released(asked: Asked) -> str:
    lock = asked.state.lock
    if lock is None or not _is_locked(asked):
        return f"{asked.matter.finding_id} is in progress with nobody; there is nothing to release."
    if asked.rules is None and not _holds_lock(asked):
        return f"{asked.matter.finding_id} is in progress with {lock.person}; it ends by itself."
    return ""


def _reviewed(asked: Asked) -> str:
    if asked.state.status is not Status.PRELIMINARY:
        return _order(asked, "preliminary")
    return ""


def _confirmed(asked: Asked) -> str:
    state, rules = asked.state, asked.rules
    if rules is None:
        return _order(asked, "a finding that is not final") if state.status is Status.FINAL else ""
    if state.status in (Status.CONFIRMED, Status.FINAL, Status.REJECTED):
        return _order(asked, "reviewed")
    if rules.review_first and state.status is Status.PRELIMINARY:
        return rule(
            "review_first", f"{asked.matter.finding_id} must be reviewed before it is confirmed"
        )
    if any(step.who == asked.who for step in state.confirmations):
        return rule(
            "confirmations",
            f"{rules.confirmations} different persons confirm, and {asked.person.name} has signed "
            "already; nothing has changed since",
        )
    return signer_refusal(state.confirmations, asked.person, rules)


def _rejected(asked: Asked) -> str:
    status = asked.state.status
    if status is Status.FINAL or (asked.rules is not None and status is Status.REJECTED):
        return _order(asked, "preliminary, reviewed or confirmed; reopen it first")
    return ""


def _final(asked: Asked) -> str:
    if asked.state.status is not Status.CONFIRMED:
        return _order(asked, "confirmed")
    unheard = hearing(asked.state, asked.rules, asked.now, asked.matter)
    if unheard:
        return rule("final_needs_reply", f"before a finding is final it needs {unheard}")
    return ""


def _graded(asked: Asked) -> str:
    grade, known = asked.step.detail.get("grade"), asked.matter.grades
    if grade not in known:
        return f"{grade!r} is no grade; procedure.yaml, grades: {', '.join(known)}."
    if grade == asked.state.grade:
        return f"{asked.matter.finding_id} is graded {grade!r} already."
    return _closed(asked) or _second_word(asked)


def _attributed(asked: Asked) -> str:
    given = attribution_of(asked.step.detail)
    names = [party for party, _ in given]
    unknown = [p for p in names if p not in (*asked.matter.parties, UNDETERMINED)]
    if unknown:
        known = ", ".join((*asked.matter.parties, UNDETERMINED))
        return f"{unknown[0]!r} is no party of the agreement; it is one of {known}."
    total = sum(p for _, p in given)
    if len(set(names)) < len(names) or any(not 0 < p <= 1 for _, p in given):
        return "each party is named once, with a probability above 0 and at most 1."
    if abs(total - 1) > 1e-6:
        return f"the probabilities of an attribution come to 1, not to {total:g}."
    if given == asked.state.attribution:
        return f"{asked.matter.finding_id} is attributed so already."
    return _closed(asked) or _second_word(asked)


def _closed(asked: Asked) -> str:
    if asked.state.status in (Status.FINAL, Status.REJECTED):
        return _order(asked, "preliminary, reviewed or confirmed; reopen it first")
    return ""


def _second_word(asked: Asked) -> str:
    """Hold a grade or attribution after the confirmation to the rule of the confirmation."""
    state, rules = asked.state, asked.rules
    if rules is None or state.status is not Status.CONFIRMED:
        return ""
    kind = asked.step.kind
    alike = [w for w in state.open_words if w.kind is kind and _same(w.detail, asked.step.detail)]
    if any(word.who == asked.who for word in alike):
        return rule(
            "confirmations",
            f"what {rules.confirmations} have confirmed no fewer change, and {asked.person.name} "
            "has said the same already",
        )
    return signer_refusal(alike, asked.person, rules)


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    grades = one.get("grade"), other.get("grade")
    return grades[0] == grades[1] and attribution_of(one) == attribution_of(other)


def _notified(asked: Asked) -> str:
    party, rules, status = asked.step.detail.get("party"), asked.rules, asked.state.status
    if party not in asked.matter.parties:
        known = ", ".join(asked.matter.parties)
        return f"{party!r} is no party of the agreement; it is one of {known}."
    if status in (Status.FINAL, Status.REJECTED):
        return _order(asked, "reviewed or confirmed")
    early = status is Status.PRELIMINARY or (
        rules is not None and rules.notify_from is Status.CONFIRMED and status is Status.REVIEWED
    )
    if early and rules is not None:
        return rule("notify_from", f"a party is told once a finding is {rules.notify_from.value}")
    told = next((one for one in asked.state.told if one.party == party), None)
    if told is not None:
        return (
            f"{party} was told at {told.time:%Y-%m-%d %H:%M} UTC and has until "
            f"{told.reply_by:%Y-%m-%d %H:%M} UTC; a second notice would change that time."
        )
    return ""


def _replied(asked: Asked) -> str:
    party = asked.step.detail.get("party")
    if party not in asked.matter.parties:
        known = ", ".join(asked.matter.parties)
        return f"a reply is that of a party: {known}; not of {party!r}."
    return ""


def _dissented(_asked: Asked) -> str:
    return ""


def _reopened(asked: Asked) -> str:
    named, now = asked.step.detail.get("incident_revision"), asked.matter.incident_revision
    if named != now:
        return (
            f"a case is reopened on the incident as it is now, revision {now}; {named!r} is "
            "another: look again."
        )
    changed = bool(asked.state.sha256) and asked.state.sha256 != asked.matter.sha256
    if asked.state.status is Status.PRELIMINARY and not changed:
        return f"{asked.matter.finding_id} is preliminary and has not changed: it is open already."
    return ""


def _names(roles: tuple[Role, ...]) -> str:
    return " or ".join(role.value for role in roles)


_BY_KIND: Final[Mapping[StepKind, Callable[[Asked], str]]] = {
    StepKind.ASSIGNED: _assigned,
    StepKind.RELEASED: _released,
    StepKind.REVIEWED: _reviewed,
    StepKind.CONFIRMED: _confirmed,
    StepKind.REJECTED: _rejected,
    StepKind.FINAL: _final,
    StepKind.GRADED: _graded,
    StepKind.ATTRIBUTED: _attributed,
    StepKind.NOTIFIED: _notified,
    StepKind.REPLIED: _replied,
    StepKind.DISSENTED: _dissented,
    StepKind.REOPENED: _reopened,
}
