"""What a person does with an item: transfers, examines, links, seals, unseals or copies it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from truceline.access.rules import Operation, Subject, forbidden
from truceline.codec.canonical import rfc3339
from truceline.custody.names import safe_name
from truceline.errors import SourceError, WorkflowError
from truceline.model.custody import CustodyStep
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import still
from truceline.pipeline.custody_items import Item, item, subject_of
from truceline.pipeline.custody_said import among, id_of, known, name_of, require_any
from truceline.pipeline.desk import Desk
from truceline.pipeline.reads import open_sensitive
from truceline.pipeline.steps import moment_of, said
from truceline.store.custody import ItemStep, WorkingCopy
from truceline.store.intake import label_of
from truceline.store.originals import check_original, original_chunks
from truceline.store.workspace import sync_folder

_OPERATIONS: Final = {
    CustodyStep.SEALED: Operation.REDACT,
    CustodyStep.UNSEALED: Operation.REDACT,
}
"""What a step needs; every other needs that one may open the original."""


def take_item_step(
    desk: Desk,
    principal: Principal,
    key: str,
    step: CustodyStep,
    why: str,
    now: datetime,
    *,
    by: str = "",
    recipient: str = "",
    about: str = "",
) -> ItemStep:
    """Log and record what somebody does with an item.

    Args:
        desk: the workspace.
        principal: who acts.
        key: of the item.
        step: what.
        why: the reason, or what was found.
        now: UTC.
        by: name of who acts, at a desk.
        recipient: of a transfer, into whose hands.
        about: of a link, the finding or incident.

    Raises:
        AccessError: when they may not.
        WorkflowError: when there is no such item, something is missing, it is sealed (or not), or
            the clock stands before the last step.
        WorkspaceError: when log or records cannot be written.
    """
    current = still(desk, principal, now)
    row = ItemStep(
        number=0,
        sha256="",
        step=step.value,
        recipient=said(recipient, "to whom", "--to") if step is CustodyStep.TRANSFERRED else "",
        about=known(desk, said(about, "on what", "--about")) if step is CustodyStep.LINKED else "",
        reason=said(why, "why", "--why"),
        person=name_of(current, by),
        person_id=id_of(current),
        time=rfc3339(now),
        log_index=0,
    )
    with recording.recording(desk) as taken:
        found = item(desk, key, current)
        require_any(current, _OPERATIONS.get(step, Operation.OPEN_ORIGINAL), found)
        made = replace(row, sha256=found.sha256)
        cut_off = among(taken, made)
        if cut_off is not None:
            return cut_off
        _fits(found, step, row.time)
        return recording.add(desk, made)


def check_out(
    desk: Desk, principal: Principal, key: str, out: Path, why: str, now: datetime, *, by: str = ""
) -> tuple[WorkingCopy, Path]:
    """Make a working copy of an item and log who takes it; the original stays where it is.

    The entry comes before the copy: nobody holds one that the log does not know of.

    Args:
        desk: the workspace.
        principal: who takes it.
        key: of the item.
        out: new file, or a folder in which one is made under the safe form of the item's name.
        why: what for.
        now: UTC.
        by: name of who acts, at a desk.

    Raises:
        AccessError: when they may not.
        WorkflowError: when there is no such item, it is sealed, or the clock was set back.
        EvidenceError: when the original is missing or was changed.
        SourceError: when there is a file already, or none can be made there.
        WorkspaceError: when log or records cannot be written.
    """
    current = still(desk, principal, now)
    found = item(desk, key, current)
    operation = Operation.OPEN_ORIGINAL if found.original else Operation.READ_CUSTODY
    require_any(current, operation, found)
    row = WorkingCopy(
        number=0,
        sha256=found.sha256,
        reason=said(why, "what for", "--why"),
        person=name_of(current, by),
        person_id=id_of(current),
        time=rfc3339(now),
        log_index=0,
    )
    source = desk.workspace.raw_path(found.sha256)
    check_original(source, found.sha256)
    path = out / safe_name(found.hand_ins[0].name) if out.is_dir() else out
    _fits(found, None, row.time)
    with _new(path) as file:
        if found.original:
            open_sensitive(desk, current, operation, found.sha256, now, _allowing(current, found))
        with recording.recording(desk):
            _fits(item(desk, found.sha256, current), None, row.time)
            made = recording.add(desk, row)
        for chunk in original_chunks(source, found.sha256):
            file.write(chunk)
    return made, path


def _allowing(principal: Principal, of: Item) -> Subject:
    """Give what the rules are told of the hand-in that lets somebody open an original."""
    subjects = [subject_of(row) for row in of.hand_ins]
    return next(one for one in subjects if not forbidden(principal, Operation.OPEN_ORIGINAL, one))


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    """Give a new file to write to; gone again where that fails.

    Raises:
        SourceError: when there is one already, or none can be made.
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        raise SourceError(f"{label_of(str(path))} is there already; give another name.") from None
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SourceError(f"{label_of(str(path))} cannot be written ({why}).") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _fits(found: Item, step: CustodyStep | None, time: str) -> None:
    """Refuse a step that does not follow from those before.

    Raises:
        WorkflowError: when it is sealed, or not, or the clock was set back.
    """
    key = found.sha256[:12]
    if step is CustodyStep.SEALED and found.sealed:
        raise WorkflowError(f"{key} is sealed already.")
    if step is CustodyStep.UNSEALED and not found.sealed:
        raise WorkflowError(f"{key} is not sealed.")
    if found.sealed and step in (None, CustodyStep.EXAMINED):
        raise WorkflowError(
            f"{key} is sealed: its content is withheld until somebody who may unseals it "
            "(`truceline custody unseal`), which is logged."
        )
    if moment_of(found.last_time) > moment_of(time):
        raise WorkflowError(
            f"the last step on {key} was at {found.last_time}, which is after {time}; set the "
            "clock right."
        )
