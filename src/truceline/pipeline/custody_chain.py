"""The chain of custody of an item, for the eyes of one person: each hand, each time, what is sealed.

Somebody who handed in an item themselves sees that, and not who else handed in the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from truceline.access.rules import Operation, forbidden
from truceline.errors import EvidenceError
from truceline.model.person import Principal
from truceline.pipeline.acting import still
from truceline.pipeline.custody_items import (
    Item,
    item,
    items,
    may_unseal,
    refusal,
    subject_of,
    wholly,
)
from truceline.pipeline.desk import Desk
from truceline.store.custody import HandIn
from truceline.store.originals import check_original

WITHHELD: Final = "sealed"
"""What stands where content is withheld."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain of custody."""

    what: str
    """``received``, a step, ``copied``, ``redacted``, ``checked`` or ``fields committed``."""
    time: str
    """RFC 3339, UTC."""
    person: str
    entry: int
    """Leaf index in the log."""
    said: dict[str, Any]
    """What the entry says besides."""


@dataclass(frozen=True, slots=True)
class Chain:
    """An item and everything that was done with it, as far as somebody may know."""

    sha256: str
    size: int | None
    """Unit: bytes; null where it is withheld."""
    media_type: str
    name: str
    """As it was given first; not safe on a terminal."""
    sealed: bool
    problem: str
    """Why the original is not what was handed in; empty where it is."""
    links: tuple[Link, ...]
    """In the order of the log."""


def chain(desk: Desk, key: str, principal: Principal, now: datetime) -> Chain:
    """Give the chain of custody of an item, and compute the hash of its original anew.

    Raises:
        AccessError: when the proof of who asks has ended.
        WorkflowError: when there is no item of that key that they may know of.
    """
    current = still(desk, principal, now)
    return _chain(desk, item(desk, key, current), current, check=True)


def chains(desk: Desk, principal: Principal, now: datetime) -> tuple[Chain, ...]:
    """Give the chains of all items that somebody may know of; no original is read.

    Raises:
        AccessError: when the proof of who asks has ended.
    """
    current = still(desk, principal, now)
    return tuple(
        _chain(desk, one, current, check=False)
        for one in items(desk)
        if not refusal(current, Operation.READ_CUSTODY, one)
    )


def _chain(desk: Desk, of: Item, principal: Principal, *, check: bool) -> Chain:
    links = [_received(one) for one in of.hand_ins if _visible(one, principal)]
    if wholly(principal, of):
        links += _rest(of)
    else:
        links += [one for one in _rest(of) if one.what in ("sealed", "unsealed")]
    links.sort(key=lambda one: one.entry)
    withheld = of.sealed and not may_unseal(principal, of)
    first = next(one for one in of.hand_ins if _visible(one, principal))
    return Chain(
        sha256=of.sha256,
        size=None if withheld else first.size,
        media_type=WITHHELD if withheld else first.media_type,
        name=WITHHELD if withheld else first.name,
        sealed=of.sealed,
        problem=_problem(desk, of.sha256) if check else "",
        links=tuple(_withheld(one) if withheld else one for one in links),
    )


def _visible(row: HandIn, principal: Principal) -> bool:
    return not forbidden(principal, Operation.READ_CUSTODY, subject_of(row))


def _withheld(link: Link) -> Link:
    """Leave of an entry only that it is there."""
    return Link(link.what, link.time, WITHHELD, link.entry, {})


def _problem(desk: Desk, sha256: str) -> str:
    try:
        check_original(desk.workspace.raw_path(sha256), sha256)
    except EvidenceError as error:
        return str(error)
    return ""


def _received(row: HandIn) -> Link:
    said = {
        "from": row.handed_in_by,
        "name": row.name,
        "side": row.side,
        "areas": json.loads(row.areas),
        "taken": row.taken,
        "note": row.note,
        "about": row.about,
        "derived_from": row.derived_from,
        "papers": json.loads(row.papers),
    }
    return _link("received", row, said)


def _rest(of: Item) -> list[Link]:
    made = [
        _link(one.step, one, {"to": one.recipient, "about": one.about, "why": one.reason})
        for one in of.steps
    ]
    made += [_link("copied", one, {"why": one.reason}) for one in of.copies]
    made += [_link("redacted", one, {"copy": one.sha256, "why": one.note}) for one in of.derived]
    made += [
        _link("fields committed", one, {"fields": one.fields, "root": one.root})
        for one in of.fields
    ]
    made += [
        Link(
            "checked",
            one.time,
            one.checker,
            one.log_index,
            {
                "paper": one.paper,
                "paper_sha256": one.paper_sha256,
                "outcome": one.outcome,
                "roots_sha256": one.roots_sha256,
                "report": json.loads(one.report),
            },
        )
        for one in of.checks
    ]
    return made


def _link(what: str, row: Any, said: dict[str, Any]) -> Link:
    return Link(
        what,
        row.time,
        row.person,
        row.log_index,
        {name: value for name, value in said.items() if value not in ("", [])},
    )
