"""Who is registered in a workspace, now and at an earlier time."""

from __future__ import annotations

import sqlalchemy as sa

from truceline.errors import WorkflowError
from truceline.model.person import Person, PersonKey
from truceline.pipeline.desk import Desk
from truceline.pipeline.people_kinds import PERSON
from truceline.store import database, logged
from truceline.store.people import PersonVersion, person_of
from truceline.store.schema_people import person_versions


def people(desk: Desk) -> dict[str, Person]:
    """Give everybody by id, as the newest version says, disabled ones too."""
    return {row.person_id: person_of(row) for row in versions(desk)}


def person(desk: Desk, person_id: str) -> Person:
    """Give one person as the newest version says.

    Raises:
        WorkflowError: when nobody of that id is registered.
    """
    found = versions(desk, person_id)
    if not found:
        raise WorkflowError(
            f"nobody is registered as {person_id[:64]!r}; `truceline people list WS` names all."
        )
    return person_of(found[-1])


def versions(desk: Desk, person_id: str | None = None) -> tuple[PersonVersion, ...]:
    """Give every version of everybody, or of one person, oldest first."""
    where = () if person_id is None else (person_versions.c.person_id == person_id,)
    with database.reading(desk.engine) as connection:
        return logged.every(connection, PERSON, *where)


def anybody(desk: Desk) -> bool:
    """Tell whether people are registered: a workspace without any is a desk."""
    with database.reading(desk.engine) as connection:
        return connection.scalar(sa.select(sa.func.max(person_versions.c.number))) is not None


def key_at(desk: Desk, person_id: str, log_index: int) -> PersonKey | None:
    """Give the key that a person had when an entry of the log was made.

    Args:
        desk: the workspace.
        person_id: who signed.
        log_index: leaf index of the entry that is signed.
    """
    before = [row for row in versions(desk, person_id) if row.log_index < log_index]
    return person_of(before[-1]).key if before else None
