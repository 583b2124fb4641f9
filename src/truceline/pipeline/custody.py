"""Items of evidence are handed in: the original is kept, then who gave it is logged and recorded.

The original lies among the raw files under its hash, read-only, and nobody works on it: who needs
it takes a working copy. Bytes are durable before the log speaks of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from truceline.access.rules import Operation, Subject
from truceline.codec.canonical import canonical
from truceline.custody.media import media_type_of
from truceline.custody.names import name_as_data
from truceline.errors import WorkflowError
from truceline.model.custody import Paper
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import allow, still
from truceline.pipeline.custody_items import item
from truceline.pipeline.custody_said import (
    Offer,
    among,
    described,
    id_of,
    name_of,
    require_any,
)
from truceline.pipeline.custody_settings import custody_settings
from truceline.pipeline.desk import Desk
from truceline.pipeline.steps import said
from truceline.store.custody import HandIn
from truceline.store.intake import label_of
from truceline.store.originals import Kept, Staged, staged_chunks, staged_file

_LARGEST_PAPER: Final = {Paper.MANIFEST: 64 << 20, Paper.STAMP: 1 << 20}
"""Unit: bytes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that come in pieces and not from a file here."""

    name: str
    """As given; never used as a path."""
    chunks: Iterable[bytes]


def hand_in(
    desk: Desk,
    principal: Principal,
    what: Path | Upload,
    offer: Offer,
    now: datetime,
    *,
    by: str = "",
) -> HandIn:
    """Take in an item: keep its original, then log and record who handed it in.

    Args:
        desk: the workspace.
        principal: who takes it in.
        what: a file, or an upload.
        offer: what is said about it.
        now: UTC.
        by: name of who takes it in, at a desk where nobody is registered.

    Raises:
        AccessError: when they may not.
        SourceError: when the file is none, empty, too large, or changes while it is read.
        WorkflowError: when a name, side, zone, finding or time cannot stand.
        WorkspaceError: when log or records cannot be written.
        OSError: when the disk refuses.
    """
    subject = Subject(offer.side, offer.areas, owner=id_of(principal))
    current = allow(desk, principal, Operation.HAND_IN, now, subject)
    row = described(desk, current, offer, now, by)
    with ExitStack() as staging:  # all of it, or nothing: what is refused leaves no file
        main = staging.enter_context(_staged(desk, what))
        papers = [
            (paper, path, staging.enter_context(_staged_paper(desk, paper, path)))
            for paper, path in ((Paper.MANIFEST, offer.manifest), (Paper.STAMP, offer.stamp))
            if path is not None
        ]
        made = replace(
            _filled(row, what.name, main.put()),
            papers=canonical([_paper(*one) for one in papers]).decode(),
        )
    return _recorded(desk, made)


def redact(
    desk: Desk,
    principal: Principal,
    key: str,
    derived: Path | Upload,
    why: str,
    now: datetime,
    *,
    by: str = "",
) -> HandIn:
    """Record a redacted copy of an item, bound to it by both hashes.

    What was left out is for whoever made the copy to say in ``why``; that the copy shows no more
    than it should is for people to check.

    Args:
        desk: the workspace.
        principal: who redacted.
        key: of the original.
        derived: the copy.
        why: what was taken out and why.
        now: UTC.
        by: name of who acts, at a desk.

    Raises:
        AccessError: when they may not.
        SourceError: when the copy cannot be taken in.
        WorkflowError: when there is no such item, or the copy is the original.
        WorkspaceError: when log or records cannot be written.
    """
    current = still(desk, principal, now)
    origin = item(desk, key, current)
    require_any(current, Operation.REDACT, origin)
    offer = Offer(handed_in_by=name_of(current, by), side=origin.hand_ins[0].side)
    row = replace(
        described(desk, current, offer, now, by),
        note=said(why, "why", "--why"),
        areas=origin.hand_ins[0].areas,
        derived_from=origin.sha256,
    )
    with _staged(desk, derived) as staged:
        made = _filled(row, derived.name, staged.put())
    if made.sha256 == origin.sha256:
        raise WorkflowError("these are the bytes of the original: nothing was taken out of them.")
    return _recorded(desk, made)


def _paper(paper: Paper, path: Path, staged: Staged) -> dict[str, str | int]:
    """Keep what comes beside an item and say what it is."""
    kept = staged.put()
    name = name_as_data(path.name)
    return {"paper": paper.value, "name": name, "sha256": kept.sha256, "size": kept.size}


def _staged_paper(desk: Desk, paper: Paper, path: Path) -> AbstractContextManager[Staged]:
    return staged_file(desk.workspace, path, _LARGEST_PAPER[paper])


def _staged(desk: Desk, what: Path | Upload) -> AbstractContextManager[Staged]:
    largest_bytes = custody_settings(desk.workspace).largest_item_bytes
    if isinstance(what, Path):
        return staged_file(desk.workspace, what, largest_bytes)
    label = label_of(name_as_data(what.name))
    return staged_chunks(desk.workspace, what.chunks, largest_bytes, label)


def _filled(row: HandIn, name: str, kept: Kept) -> HandIn:
    """Give the row that tells of the bytes that were kept."""
    return replace(
        row,
        sha256=kept.sha256,
        size=kept.size,
        media_type=media_type_of(kept.head),
        name=name_as_data(name),
    )


def _recorded(desk: Desk, made: HandIn) -> HandIn:
    with recording.recording(desk) as taken:
        return among(taken, made) or recording.add(desk, made)
