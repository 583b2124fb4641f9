"""Items of evidence are handed in: the original is kept, then who gave it is logged and recorded.

The original lies among the raw files under its hash, read-only, and nobody works on it: who needs
it takes a working copy. Bytes are durable before the log speaks of them.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from truceline.store.originals import Kept, keep_chunks, keep_file

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
    papers = _papers(desk, offer)
    made = replace(_filled(desk, row, what), papers=canonical(papers).decode())
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
    made = _filled(desk, row, derived)
    if made.sha256 == origin.sha256:
        raise WorkflowError("these are the bytes of the original: nothing was taken out of them.")
    return _recorded(desk, made)


def _papers(desk: Desk, offer: Offer) -> list[dict[str, str | int]]:
    """Keep what comes beside an item and say what it is."""
    given = ((Paper.MANIFEST, offer.manifest), (Paper.STAMP, offer.stamp))
    made: list[dict[str, str | int]] = []
    for paper, path in given:
        if path is not None:
            kept = keep_file(desk.workspace, path, _LARGEST_PAPER[paper])
            name = name_as_data(path.name)
            made.append(
                {"paper": paper.value, "name": name, "sha256": kept.sha256, "size": kept.size}
            )
    return made


def _filled(desk: Desk, row: HandIn, what: Path | Upload) -> HandIn:
    """Keep the bytes and give the row that tells of them."""
    kept = _kept(desk, what)
    return replace(
        row,
        sha256=kept.sha256,
        size=kept.size,
        media_type=media_type_of(kept.head),
        name=name_as_data(what.name),
    )


def _kept(desk: Desk, what: Path | Upload) -> Kept:
    largest_bytes = custody_settings(desk.workspace).largest_item_bytes
    if isinstance(what, Path):
        return keep_file(desk.workspace, what, largest_bytes)
    return keep_chunks(
        desk.workspace, what.chunks, largest_bytes, label_of(name_as_data(what.name))
    )


def _recorded(desk: Desk, made: HandIn) -> HandIn:
    with recording.recording(desk) as taken:
        return among(taken, made) or recording.add(desk, made)
