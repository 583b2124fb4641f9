"""Who may see who is registered: administrators and the chief everybody, others themselves."""

from __future__ import annotations

from datetime import datetime

from truceline.access.rules import Operation, Subject, forbidden
from truceline.model.person import Person, Principal
from truceline.pipeline.acting import allow, still
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import people, person, versions
from truceline.store.people import PersonVersion


def seen_people(desk: Desk, principal: Principal, now: datetime) -> tuple[Person, ...]:
    """Give the people whom somebody may see, by id.

    Raises:
        AccessError: when who asks may see nobody, or the proof of who it is has ended or is none.
    """
    current = still(desk, principal, now)
    if current.person is not None:
        own = Subject(owner=current.person.person_id)
        allow(desk, current, Operation.SEE_PEOPLE, now, own)
    return tuple(
        one
        for _, one in sorted(people(desk).items())
        if not forbidden(current, Operation.SEE_PEOPLE, Subject(owner=one.person_id))
    )


def seen_person(
    desk: Desk, principal: Principal, person_id: str, now: datetime
) -> tuple[PersonVersion, ...]:
    """Give every version of a person to who may see them, oldest first.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when nobody of that id is registered.
    """
    allow(desk, principal, Operation.SEE_PEOPLE, now, Subject(owner=person_id))
    person(desk, person_id)
    return versions(desk, person_id)
