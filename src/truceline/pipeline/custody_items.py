"""Items as the records tell them: everything of one hash, and who may see which part of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from truceline.access.rules import Operation, Subject, forbidden
from truceline.errors import WorkflowError
from truceline.model.custody import CustodyStep
from truceline.model.person import Principal
from truceline.pipeline import custody_kinds as kinds
from truceline.pipeline.desk import Desk
from truceline.pipeline.steps import moment_of
from truceline.store import database, logged
from truceline.store import schema_custody as tables
from truceline.store.custody import FieldCommitment, HandIn, ItemStep, PaperCheck, WorkingCopy

_KEY: Final = re.compile(r"[0-9a-f]{6,64}")
_SEALING: Final = (CustodyStep.SEALED, CustodyStep.UNSEALED)


@dataclass(frozen=True, slots=True)
class Item:
    """Everything that is recorded of some bytes."""

    sha256: str
    hand_ins: tuple[HandIn, ...]
    """At least one, oldest first."""
    steps: tuple[ItemStep, ...] = ()
    copies: tuple[WorkingCopy, ...] = ()
    checks: tuple[PaperCheck, ...] = ()
    fields: tuple[FieldCommitment, ...] = ()
    derived: tuple[HandIn, ...] = ()
    """Redacted copies of it, as they were recorded."""

    @property
    def sealed(self) -> bool:
        """Whether its content is withheld now."""
        last = [one.step for one in self.steps if one.step in _SEALING][-1:]
        return last == [CustodyStep.SEALED.value]

    @property
    def original(self) -> bool:
        """Whether somebody handed it in as it is, and not only as a redacted copy."""
        return any(not one.derived_from for one in self.hand_ins)

    @property
    def last_time(self) -> str:
        """When something was recorded of it last."""
        times = [one.time for one in self.hand_ins]
        times += [one.time for one in self.steps] + [one.time for one in self.copies]
        return max(times, key=moment_of)


def item(desk: Desk, key: str, principal: Principal) -> Item:
    """Give the item that a hash, or the beginning of one, names.

    Args:
        desk: the workspace.
        key: at least six hex digits of its SHA-256.
        principal: who asks; what they may not know of is not told from what is not there.

    Raises:
        WorkflowError: when there is none that they may know of, or several.
    """
    if not _KEY.fullmatch(key):
        raise WorkflowError(
            f"{key[:80]!r} names no item: give its SHA-256, or at least the first six of its "
            "digits (`truceline custody list WS`)."
        )
    found = [one for one in items(desk, key) if not refusal(principal, Operation.READ_CUSTODY, one)]
    if len(found) == 1:
        return found[0]
    if found:
        raise WorkflowError(f"{len(found)} items begin with {key}; give more digits.")
    raise WorkflowError(
        f"no item that you may know of begins with {key}; `truceline custody list WS` names all."
    )


def items(desk: Desk, key: str = "") -> tuple[Item, ...]:
    """Give all items whose hash begins so, in the order in which they came first."""
    with database.reading(desk.engine) as connection:
        hand_ins = logged.every(connection, kinds.RECEIVED, _begins(tables.custody_received, key))
        steps = logged.every(connection, kinds.STEP, _begins(tables.custody_steps, key))
        copies = logged.every(connection, kinds.COPIED, _begins(tables.custody_copies, key))
        checks = logged.every(connection, kinds.CHECKED, _begins(tables.custody_checks, key))
        fields = logged.every(connection, kinds.FIELDS, _begins(tables.custody_fields, key))
        origin = tables.custody_received.c.derived_from
        derived = logged.every(connection, kinds.RECEIVED, origin != "")
    return tuple(
        Item(
            sha256,
            tuple(one for one in hand_ins if one.sha256 == sha256),
            tuple(one for one in steps if one.sha256 == sha256),
            tuple(one for one in copies if one.sha256 == sha256),
            tuple(one for one in checks if one.sha256 == sha256),
            tuple(one for one in fields if one.sha256 == sha256),
            tuple(one for one in derived if one.derived_from == sha256),
        )
        for sha256 in dict.fromkeys(one.sha256 for one in hand_ins)
    )


def _begins(table: sa.Table, key: str) -> sa.ColumnElement[bool]:
    column = table.c.sha256
    return column == key if len(key) == 64 else column.startswith(key)


def subject_of(row: HandIn) -> Subject:
    """Give what the rules ask about one hand-in."""
    return Subject(row.side, tuple(json.loads(row.areas)), owner=row.person_id)


def refusal(principal: Principal, operation: Operation, of: Item) -> str:
    """Say why somebody may not do something with an item; empty where any hand-in lets them."""
    said = [forbidden(principal, operation, subject_of(row)) for row in of.hand_ins]
    return "" if "" in said else said[0]


def wholly(principal: Principal, of: Item) -> bool:
    """Tell whether somebody may read all of an item, and not only what they handed in themselves."""
    rows = (subject_of(row) for row in of.hand_ins)
    return any(
        not forbidden(principal, Operation.READ_CUSTODY, Subject(one.side, one.areas))
        for one in rows
    )


def may_unseal(principal: Principal, of: Item) -> bool:
    """Tell whether somebody sees what is sealed."""
    return not refusal(principal, Operation.REDACT, of)
