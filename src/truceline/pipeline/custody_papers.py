"""What comes with an item, looked at: C2PA manifests and RFC 3161 stamps, each look recorded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from truceline.codec.canonical import canonical, rfc3339
from truceline.custody.manifest import read_manifest
from truceline.custody.stamps import read_stamp
from truceline.model.custody import Paper
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import still
from truceline.pipeline.custody_items import Item, item
from truceline.pipeline.custody_settings import CustodySettings, custody_settings
from truceline.pipeline.desk import Desk
from truceline.store import archive
from truceline.store.custody import PaperCheck
from truceline.store.originals import keep_chunks
from truceline.store.workspace import Workspace

_MAY_BEAR: Final = ("image/", "video/", "audio/", "application/pdf", "application/zip",
                    "application/c2pa", "application/octet-stream")  # fmt: skip
"""Media types of files that may hold a manifest; no other is opened for one."""
_LARGEST_STAMPED_BYTES: Final = 256 << 20
"""Of an item that is held in memory for a stamp over a larger digest than SHA-256."""


@dataclass(frozen=True, slots=True)
class PaperOf:
    """Something that may say something about an item."""

    sha256: str
    """Of the item."""
    size: int
    """Of the item. Unit: bytes."""
    paper: Paper
    paper_sha256: str
    """Empty for a manifest inside the item."""


def check_papers(
    desk: Desk, principal: Principal, key: str, now: datetime
) -> tuple[PaperCheck, ...]:
    """Look at every manifest and stamp of an item, and record what was not known.

    Args:
        desk: the workspace.
        principal: who asks.
        key: of the item.
        now: UTC.

    Returns:
        The newest check of each, also where it says what an earlier one said.

    Raises:
        AccessError: when the proof of who asks has ended.
        EvidenceError: when a raw file is missing or was changed.
        WorkflowError: when there is no such item.
        WorkspaceError: when a setting is wrong, or log or records cannot be written.
    """
    found = item(desk, key, still(desk, principal, now))
    settings = custody_settings(desk.workspace)
    looks = [
        looked_at(desk.workspace, paper, roots_for(paper.paper, settings), now)
        for paper in papers_of(found)
    ]
    if any(one.roots_sha256 for one in looks):
        _keep_roots(desk.workspace, settings)
    with recording.recording(desk):
        before = item(desk, found.sha256, principal).checks
        return tuple(_recorded(desk, look, before) for look in looks)


def _recorded(desk: Desk, look: PaperCheck, before: tuple[PaperCheck, ...]) -> PaperCheck:
    same = [one for one in before if _place(one) == _place(look)]
    names = ("checker", "roots_sha256", "outcome", "report")
    if same and all(getattr(same[-1], name) == getattr(look, name) for name in names):
        return same[-1]
    return recording.add(desk, look)


def _place(check: PaperCheck) -> tuple[str, str]:
    return check.paper, check.paper_sha256


def papers_of(found: Item) -> tuple[PaperOf, ...]:
    """Give what may say something about an item: what came beside it, and what may lie inside."""
    first = found.hand_ins[0]
    made = []
    if first.media_type.startswith(_MAY_BEAR):
        made.append(PaperOf(found.sha256, first.size, Paper.MANIFEST, ""))
    beside = {
        (Paper(one["paper"]), str(one["sha256"])): None
        for row in found.hand_ins
        for one in json.loads(row.papers)
    }
    made += [PaperOf(found.sha256, first.size, *paper) for paper in beside]
    return tuple(made)


def roots_for(paper: Paper, settings: CustodySettings) -> bytes:
    """Give the certificates that vouch for whoever signed a manifest or a stamp."""
    return settings.manifest_roots if paper is Paper.MANIFEST else settings.stamp_roots


def looked_at(workspace: Workspace, what: PaperOf, roots: bytes, now: datetime) -> PaperCheck:
    """Look at one manifest or stamp.

    Args:
        workspace: where the raw files lie.
        what: the manifest or stamp.
        roots: PEM certificates that are trusted.
        now: UTC.

    Raises:
        EvidenceError: when the stamp among the raw files is missing or was changed.
    """
    outcome, checker, said = _manifest(workspace, what, roots) if (
        what.paper is Paper.MANIFEST
    ) else _stamp(workspace, what, roots, now)  # fmt: skip
    return PaperCheck(
        number=0,
        sha256=what.sha256,
        paper=what.paper.value,
        paper_sha256=what.paper_sha256,
        checker=checker,
        roots_sha256=hashlib.sha256(roots).hexdigest() if roots else "",
        outcome=outcome,
        report=canonical(said).decode(),
        time=rfc3339(now),
        log_index=0,
    )


def _manifest(workspace: Workspace, what: PaperOf, roots: bytes) -> tuple[str, str, Any]:
    sidecar = workspace.raw_path(what.paper_sha256) if what.paper_sha256 else None
    report = read_manifest(workspace.raw_path(what.sha256), sidecar, roots)
    return report.outcome.value, report.checker, report.said


def _stamp(
    workspace: Workspace, what: PaperOf, roots: bytes, now: datetime
) -> tuple[str, str, Any]:
    def data() -> bytes | None:
        small = what.size <= _LARGEST_STAMPED_BYTES
        return archive.read_raw(workspace, what.sha256) if small else None

    token = archive.read_raw(workspace, what.paper_sha256)
    report = read_stamp(token, what.sha256, roots, now, data)
    return report.outcome, report.checker, report.said


def _keep_roots(workspace: Workspace, settings: CustodySettings) -> None:
    """Keep the certificates that were trusted, so that a check can be made again later."""
    for roots in _lists(settings):
        keep_chunks(workspace, [roots], len(roots), "the certificates that are trusted")


def _lists(settings: CustodySettings) -> Iterator[bytes]:
    yield from (one for one in (settings.manifest_roots, settings.stamp_roots) if one)
