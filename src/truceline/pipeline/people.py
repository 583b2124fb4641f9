"""People of a mission: registered, changed and disabled, each time as a new version in the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from truceline.access.hidden import Draw
from truceline.access.person_keys import SEED_BYTES, key_of_seed
from truceline.access.persons import checked
from truceline.access.rules import DESK, Operation, Subject
from truceline.codec.canonical import rfc3339
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Grant, Person, PersonKey, Principal, Role
from truceline.pipeline import recording
from truceline.pipeline.acting import allow, by_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.key_files import keep_next, settle
from truceline.pipeline.registered import anybody, people, person
from truceline.store import accounts, database
from truceline.store.logged import LoggedRow
from truceline.store.people import PersonVersion, person_of, version_of


def register(
    desk: Desk, principal: Principal, new: Person, now: datetime, draw: Draw
) -> PersonVersion:
    """Register a person; without a key of their own the system makes one and keeps it.

    The first person is registered by whoever holds the files, and is an administrator; afterwards
    an administrator registers the others.

    Args:
        desk: the workspace.
        principal: who registers.
        new: the person; ``key`` is null where the system is to keep one.
        now: UTC.
        draw: source of the key.

    Raises:
        AccessError: when who asks may not, or the first person would be no administrator.
        WorkflowError: when the id was used before, or a field cannot stand.
        WorkspaceError: when log, records or keys cannot be written.
    """
    with recording.recording(desk) as taken:
        wanted = _valid(desk, new)
        cut_off = _among(taken, wanted, by_of(principal))
        if cut_off is not None:
            settle(desk.workspace.root, person_of(cut_off))
            return cut_off  # this very registration was cut off, and has just been taken up
        _allow_registering(desk, principal, wanted, now)
        if wanted.person_id in people(desk):
            raise WorkflowError(
                f"{new.person_id} is registered already, and an id is never used again; change the "
                "person, or take another id."
            )
        return _write(desk, by_of(principal), wanted, now, draw)


def change(
    desk: Desk,
    principal: Principal,
    person_id: str,
    now: datetime,
    draw: Draw,
    *,
    name: str | None = None,
    nationality: str | None = None,
    grants: tuple[Grant, ...] | None = None,
    disabled: bool | None = None,
    key: PersonKey | None = None,
    new_key: bool = False,
) -> PersonVersion:
    """Write a new version of a person; what is not given stays.

    What was signed before stays checkable by the key of its time.

    Args:
        desk: the workspace.
        principal: an administrator; for a key alone the person as well.
        person_id: of whom.
        now: UTC.
        draw: source of a new key.
        name: display name.
        nationality: ISO 3166-1 alpha-2, or empty.
        grants: all roles from now on.
        disabled: true shuts the person out, false lets them in again.
        key: public half of a key that the person keeps from now on.
        new_key: let the system make a new key and keep it.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when nothing would change, a field cannot stand, or no administrator would
            be left.
        WorkspaceError: when log, records or keys cannot be written.
    """
    given = {"name": name, "nationality": nationality, "grants": grants, "disabled": disabled}
    wanted = {field: value for field, value in given.items() if value is not None}
    with recording.recording(desk):
        keys_alone = not wanted and (key is not None or new_key)
        operation = Operation.SET_CREDENTIALS if keys_alone else Operation.MANAGE_PEOPLE
        _allow_own_or_manage(desk, principal, operation, person_id, now)
        before = person(desk, person_id)
        after = _valid(desk, replace(before, **wanted, key=key or before.key))  # type: ignore[arg-type] # the fields as they are named
        if after == before and not new_key:
            raise WorkflowError(f"nothing of {person_id} would change; say what is to be another.")
        _keep_an_administrator(desk, after)
        if after.disabled != before.disabled:  # whoever is let in again logs in again
            with database.writing(desk.engine) as connection:
                accounts.revoke_tokens(connection, person_id, rfc3339(now))
        made = replace(after, key=None) if new_key else after
        return _write(desk, by_of(principal), made, now, draw)


def disable(
    desk: Desk, principal: Principal, person_id: str, now: datetime, draw: Draw
) -> PersonVersion:
    """Shut a person out: from now on they may do nothing, and none of their tokens counts.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when they are disabled already, or the last administrator.
        WorkspaceError: when log or records cannot be written.
    """
    return change(desk, principal, person_id, now, draw, disabled=True)


def _allow_registering(desk: Desk, principal: Principal, new: Person, now: datetime) -> None:
    """Refuse who may not register; where nobody is registered yet, whoever holds the files may.

    Raises:
        AccessError: when who asks may not, or the first person would be no administrator.
    """
    if principal.person is None and principal.how == DESK and not anybody(desk):
        if not new.holds(Role.ADMINISTRATOR):
            raise AccessError(
                "the first person of a workspace is an administrator, who registers the others: "
                "give --role administrator."
            )
        return
    allow(desk, principal, Operation.MANAGE_PEOPLE, now)


def _allow_own_or_manage(
    desk: Desk, principal: Principal, operation: Operation, person_id: str, now: datetime
) -> None:
    """Let people change their own key, and administrators everything.

    Raises:
        AccessError: when who asks is neither.
    """
    own = principal.person is not None and principal.person.person_id == person_id
    asked = operation if own else Operation.MANAGE_PEOPLE
    allow(desk, principal, asked, now, Subject(owner=person_id))


def _valid(desk: Desk, person: Person) -> Person:
    parties = {party.id for party in desk.agreement.parties}
    zones = {one.id for one in desk.agreement.geometry if one.role == "zone"}
    return checked(person, parties, zones)


def _among(taken: Iterable[LoggedRow], new: Person, by: str) -> PersonVersion | None:
    """Give the version just taken up that is of a person, by the same, but for its key."""
    for row in taken:
        if isinstance(row, PersonVersion) and row.by == by:
            found = person_of(row)
            if replace(found, key=new.key or found.key) == replace(new, key=new.key or found.key):
                return row
    return None


def _keep_an_administrator(desk: Desk, after: Person) -> None:
    """Refuse a change after which nobody could change anything.

    Raises:
        WorkflowError: when no administrator would be left.
    """
    everybody = people(desk) | {after.person_id: after}
    if not any(one.holds(Role.ADMINISTRATOR) for one in everybody.values()):
        raise WorkflowError(
            f"{after.person_id} is the last administrator: register another one first, or nobody "
            "could manage people any more."
        )


def _write(desk: Desk, by: str, new: Person, now: datetime, draw: Draw) -> PersonVersion:
    """Keep a key where none is given, log and record the version, put the key in its place."""
    root = desk.workspace.root
    if new.key is None:
        seed = draw(SEED_BYTES)
        keep_next(root, new.person_id, seed)
        new = replace(new, key=key_of_seed(seed))
    row = recording.add(desk, version_of(new, by, rfc3339(now)))
    settle(root, new)
    return row
