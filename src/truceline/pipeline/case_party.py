"""Steps of a case as a party may read them: persons by role and nationality, and no inner reasons.

What a party may read of others is what a report tells: the words of replies, unless the agreement
keeps them inside, and of dissent, without names and without what is sharper than is published. The
words of the own side are given as they were said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.engine import Connection

from truceline.model.agreement import Agreement
from truceline.model.case import CaseState, CaseStep
from truceline.model.person import Person, Role
from truceline.model.review_rules import ReviewRules, StepKind
from truceline.pipeline.people_kinds import PERSON
from truceline.publication.spoken import spoken
from truceline.store import logged, records
from truceline.store.notices import FindingStep
from truceline.store.people import person_of

_TOLD: Final = ("party", "grade", "attribution", "refers_to", "until", "incident_revision")
"""Of a step's detail: nothing that names a person."""
SOMEBODY: Final = "somebody of the mission"
"""Whose role is not known."""


def is_party(person: Person | None) -> bool:
    """Tell whether somebody speaks for a party, and for nobody else."""
    return person is not None and any(grant.role is Role.LIAISON for grant in person.grants)


def role_of(person: Person | None, kind: StepKind, rules: ReviewRules | None) -> str:
    """Give the role in which somebody acted: one of theirs that the rules let take the step."""
    if person is None:
        return ""
    own = [grant.role for grant in person.grants]
    allowed = rules.roles[kind] if rules is not None else tuple(own)
    return next((role.value for role in own if role in allowed), own[0].value if own else "")


class PartyView:
    """Cuts out of steps what is not for a party."""

    def __init__(
        self, agreement: Agreement, reader: Person, known: Mapping[str, Person], hidden: set[str]
    ) -> None:
        """Take what the cut depends on.

        Args:
            agreement: with its rules.
            reader: the liaison.
            known: people by id.
            hidden: names of places and sensors that words may not tell, besides those of people.
        """
        self._rules = agreement.procedure.review
        reply = agreement.provisions.reply
        self._replies_open = reply is None or reply.published
        self._grid_m = agreement.procedure.publication_grid_m
        self._sides = {grant.side for grant in reader.grants}
        self._known = known
        self._hidden = hidden | set(known) | {one.name for one in known.values()}

    def row(self, row: FindingStep) -> FindingStep:
        """Give a recorded step without its person; who it was is no party's to know."""
        detail = json.loads(row.detail)
        role = self._role(row.person_id, StepKind(row.step))
        return replace(
            row,
            person=role,
            person_id=role if row.person_id else "",  # that somebody was registered still shows
            reason=self._words(StepKind(row.step), row.person, row.reason, detail),
            detail=json.dumps({name: detail[name] for name in _TOLD if name in detail}),
        )

    def state(self, state: CaseState) -> CaseState:
        """Give where a case stands, without persons."""
        lock = state.lock
        role = "" if lock is None else self._role(lock.who, StepKind.REVIEWED)
        return replace(
            state,
            lock=None if lock is None else replace(lock, person=role, who=role),
            confirmations=tuple(map(self._step, state.confirmations)),
            open_words=tuple(map(self._step, state.open_words)),
            replies=tuple(map(self._step, state.replies)),
            dissents=tuple(map(self._step, state.dissents)),
            last=None if state.last is None else self._step(state.last),
            decided=None if state.decided is None else self._step(state.decided),
        )

    def _step(self, step: CaseStep) -> CaseStep:
        role = self._role(step.person_id, step.kind)
        return replace(
            step,
            person=role,
            person_id="",
            reason=self._words(step.kind, step.person, step.reason, step.detail),
            detail={name: step.detail[name] for name in _TOLD if name in step.detail},
        )

    def _role(self, person_id: str, kind: StepKind) -> str:
        role = role_of(self._known.get(person_id), kind, self._rules) or SOMEBODY
        return role.replace("_", " ")

    def _words(self, kind: StepKind, person: str, reason: str, detail: Mapping[str, Any]) -> str:
        said = kind in (StepKind.REPLIED, StepKind.DISSENTED)
        if said and detail.get("party") in self._sides:
            return reason
        if kind is StepKind.DISSENTED or (kind is StepKind.REPLIED and self._replies_open):
            return spoken(reason, {*self._hidden, person}, self._grid_m)
        return ""


def party_view(
    connection: Connection, agreement: Agreement, incident_id: str, reader: Person
) -> PartyView:
    """Give what cuts the steps on a finding for a liaison.

    Args:
        connection: to the records.
        agreement: with its rules.
        incident_id: of the incident of the finding; its place and sources are told in no words.
        reader: the liaison.
    """
    hidden: set[str] = set()
    for one in records.incident_history(connection, incident_id):
        ids = [member.observation_id for member in one.members]
        hidden |= {one.place_name or "", *one.groups, *ids}
        hidden |= {name.partition(":")[2] for name in (*one.groups, *ids)}
    rows = logged.every(connection, PERSON)
    known = {row.person_id: person_of(row) for row in rows}
    return PartyView(agreement, reader, known, hidden | {row.name for row in rows})
