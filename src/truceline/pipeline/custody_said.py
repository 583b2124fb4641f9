"""What is said about an item, as the records may hold it: names, sides, times, what it bears on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa

from truceline.access.rules import Operation
from truceline.codec.canonical import canonical, rfc3339
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Principal
from truceline.pipeline.custody_items import Item, refusal
from truceline.pipeline.desk import Desk
from truceline.pipeline.steps import said
from truceline.store import database, records, schema
from truceline.store.custody import HandIn
from truceline.store.logged import LoggedRow

_LONGEST_NOTE: Final = 10_000
R = TypeVar("R", bound=LoggedRow)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody says about what they hand in."""

    handed_in_by: str
    """Who gives it to the mission."""
    side: str = ""
    """Id of the party whom it concerns; empty: none."""
    areas: tuple[str, ...] = ()
    """Ids of zones in which what it shows lies."""
    taken: datetime | None = None
    """When it was made, as the giver says."""
    note: str = ""
    about: str = ""
    """Id of the finding or incident on which it bears."""
    manifest: Path | None = None
    """C2PA manifest that lies beside it."""
    stamp: Path | None = None
    """RFC 3161 time stamp that lies beside it."""


def described(desk: Desk, principal: Principal, offer: Offer, now: datetime, by: str) -> HandIn:
    """Give the row of a hand-in, still without the item itself.

    Raises:
        WorkflowError: when a name, side, zone, finding or time cannot stand.
    """
    parties = {party.id for party in desk.agreement.parties}
    zones = {one.id for one in desk.agreement.geometry if one.role == "zone"}
    if offer.side and offer.side not in parties:
        raise WorkflowError(
            f"--side {offer.side!r} is no party of the agreement; they are: "
            f"{', '.join(sorted(parties))}."
        )
    if strange := sorted(set(offer.areas) - zones):
        raise WorkflowError(
            f"--area {strange[0]!r} is no zone of the agreement; they are: "
            f"{', '.join(sorted(zones)) or 'none'}."
        )
    return HandIn(
        number=0,
        sha256="",
        size=0,
        media_type="",
        name="",
        handed_in_by=said(offer.handed_in_by, "who handed it in", "--from"),
        side=offer.side,
        areas=canonical(sorted(set(offer.areas))).decode(),
        taken=_taken(offer.taken, now),
        note=_note(offer.note),
        about=known(desk, offer.about) if offer.about else "",
        derived_from="",
        papers="[]",
        person=name_of(principal, by),
        person_id=id_of(principal),
        time=rfc3339(now),
        log_index=0,
    )


def _taken(taken: datetime | None, now: datetime) -> str:
    if taken is None:
        return ""
    if taken.utcoffset() is None:
        raise WorkflowError(f"--taken {taken.isoformat()} has no zone; write 2026-05-13T08:00:00Z.")
    if taken.astimezone(UTC) > now:
        raise WorkflowError(
            f"--taken {rfc3339(taken)} is after it is handed in ({rfc3339(now)}); check both."
        )
    return rfc3339(taken)


def _note(text: str) -> str:
    if len(text) > _LONGEST_NOTE:
        raise WorkflowError(f"--note has {len(text)} characters; give at most {_LONGEST_NOTE}.")
    return said(text, "", "--note") if text.strip() else ""


def known(desk: Desk, about: str) -> str:
    """Take the id of a finding or an incident that is recorded.

    Raises:
        WorkflowError: when there is none of that id.
    """
    incident_id = about.split("/", 1)[0]
    with database.reading(desk.engine) as connection:
        if about == incident_id:
            column = schema.incidents.c.incident_id
            query = sa.select(column).where(column == about)
            known = connection.scalar(query) is not None
        else:
            found = records.findings(connection, [incident_id])
            known = any(one.finding_id == about for one in found)
    if not known:
        raise WorkflowError(
            f"no finding or incident is called {about[:96]!r}; `truceline findings list WS` names "
            "all."
        )
    return about


def among(taken: Iterable[LoggedRow], made: R) -> R | None:
    """Give the row that says the same, where it was cut off before and has just been taken up."""
    for row in taken:
        if isinstance(row, type(made)):
            same = replace(row, number=0, time="", log_index=0)
            if same == replace(made, number=0, time="", log_index=0):
                return row
    return None


def require_any(principal: Principal, operation: Operation, of: Item) -> None:
    """Refuse what no hand-in of an item lets somebody do.

    Raises:
        AccessError: with the sentence that names the rule.
    """
    why = refusal(principal, operation, of)
    if why:
        raise AccessError(why)


def name_of(principal: Principal, by: str) -> str:
    """Give the name of who acts: a person's own, or at a desk the one that is given."""
    return said(by, "who acts", "--by") if principal.person is None else principal.person.name


def id_of(principal: Principal) -> str:
    """Give the id of who acts; empty at a desk."""
    return "" if principal.person is None else principal.person.person_id
