"""Who a person is at an identity provider: bound by an administrator, by issuer and subject alone."""

from __future__ import annotations

from datetime import datetime

from truceline.access.rules import Operation
from truceline.access.tokens import How
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.access_log import note
from truceline.pipeline.acting import allow, by_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import people, person
from truceline.store import accounts as store
from truceline.store import database
from truceline.transport.openid import Identity

_LONGEST = 255
"""Of issuer and subject. Unit: characters."""


def bind(
    desk: Desk, principal: Principal, person_id: str, identity: Identity, now: datetime
) -> None:
    """Say who a person is at an identity provider.

    Args:
        desk: the workspace.
        principal: an administrator.
        person_id: of the person.
        identity: the provider's address, and its own name for the person, which never changes there.
        now: UTC.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when there is no such person, or somebody is that already.
        WorkspaceError: when log or records cannot be written.
    """
    allow(desk, principal, Operation.MANAGE_PEOPLE, now)
    person(desk, person_id)
    for text in (identity.issuer, identity.subject):
        if not text.isascii() or not text.isprintable() or not 0 < len(text) <= _LONGEST:
            raise WorkflowError(
                f"issuer and subject are 1 to {_LONGEST} ASCII characters, as the provider writes them."
            )
    with recording.recording(desk):
        with database.writing(desk.engine) as connection:
            held = store.put_identity(connection, identity.issuer, identity.subject, person_id)
            whose = store.person_at(connection, identity.issuer, identity.subject)
        if not held:
            raise WorkflowError(f"that identity is bound to {whose} already.")
        detail = {"issuer": identity.issuer}
        note(desk, "identity bound", person_id, by_of(principal), now, detail)


def unbind(
    desk: Desk, principal: Principal, person_id: str, identity: Identity, now: datetime
) -> None:
    """Take that back.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when the person is not known so.
        WorkspaceError: when log or records cannot be written.
    """
    allow(desk, principal, Operation.MANAGE_PEOPLE, now)
    with recording.recording(desk):
        with database.writing(desk.engine) as connection:
            known = store.person_at(connection, identity.issuer, identity.subject) == person_id
            if known:
                store.remove_identity(connection, identity.issuer, identity.subject)
        if not known:
            raise WorkflowError(f"{person_id} is not known by that identity.")
        detail = {"issuer": identity.issuer}
        note(desk, "identity released", person_id, by_of(principal), now, detail)


def principal_of(desk: Desk, identity: Identity) -> Principal:
    """Give who an identity is in the mission, after a login at the provider.

    Raises:
        AccessError: when nobody is bound to it, or the person is disabled.
        WorkspaceError: when the records cannot be read.
    """
    with database.reading(desk.engine) as connection:
        person_id = store.person_at(connection, identity.issuer, identity.subject)
    known = None if person_id is None else people(desk).get(person_id)
    if known is None or known.disabled:
        raise AccessError(
            "nobody in this mission is known by that identity; an administrator binds it with "
            "`truceline people bind WS ID`."
        )
    return Principal(known, How.OPENID.value)
