"""Whether somebody may do something in a workspace now: the rules, and what has changed since login."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from truceline.access.rules import ANYTHING, DESK, Operation, Subject, require
from truceline.errors import AccessError
from truceline.model.person import Principal
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import anybody, person

AT_DESK = Principal(None, DESK)
"""Somebody who holds the files of a workspace in which nobody is registered."""
PUBLIC = Principal(None, "public")
"""Anybody who has not said who they are."""


def allow(
    desk: Desk,
    principal: Principal,
    operation: Operation,
    now: datetime,
    subject: Subject = ANYTHING,
) -> Principal:
    """Refuse what is not allowed; give who asks, with the roles of now.

    Args:
        desk: the workspace.
        principal: who asks.
        operation: what for.
        now: UTC.
        subject: on what.

    Raises:
        AccessError: when the rules forbid it, the proof of who it is has ended, or nobody proved
            anything although people are registered.
    """
    current = still(desk, principal, now)
    require(current, operation, subject)
    return current


def still(desk: Desk, principal: Principal, now: datetime) -> Principal:
    """Give who asks, as the newest version says.

    Raises:
        AccessError: when the proof has ended, or is none because people are registered.
    """
    if principal.expires is not None and principal.expires <= now:
        raise AccessError("the proof of who you are has expired; log in, or issue a new token.")
    if principal.person is not None:
        return replace(principal, person=person(desk, principal.person.person_id))
    if principal.how == DESK and anybody(desk):
        raise AccessError(
            "people are registered in this workspace, so a name alone counts no more: prove who "
            "you are with a token in TRUCELINE_TOKEN, with --token-file FILE, or with your password."
        )
    return principal


def by_of(principal: Principal) -> str:
    """Give the id by which a record names who acted; empty at a desk."""
    return "" if principal.person is None else principal.person.person_id
