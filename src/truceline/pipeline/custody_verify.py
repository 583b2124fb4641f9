"""Originals, and what their manifests and stamps are worth, against the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from truceline.errors import EvidenceError, TrucelineError
from truceline.model.custody import Paper
from truceline.pipeline.custody_papers import PaperOf, looked_at
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.store import archive
from truceline.store.originals import check_original
from truceline.store.workspace import Workspace

_BY_THE_CLOCK: Final = frozenset(
    {"signingCredential.expired", "claimSignature.outsideValidity", "claimSignature.insideValidity",
     "timeStamp.outsideValidity"}
)  # fmt: skip
"""Codes that change when a certificate ends, without anything being changed."""


def custody_raw(events: Iterable[Event]) -> set[str]:
    """Give the hashes of all files that items, their papers and checks have among the raw files."""
    found = set()
    for event in events:
        if event.type == "custody.received":
            found.add(str(event.fields["sha256"]))
            found |= {str(one["sha256"]) for one in event.fields["papers"]}
        elif event.type == "custody.checked" and event.fields["roots_sha256"]:
            found.add(str(event.fields["roots_sha256"]))
    return found


def check_originals(workspace: Workspace, events: Iterable[Event]) -> Iterator[str]:
    """Say which originals, papers and lists of certificates are missing or were changed."""
    for sha256 in sorted(custody_raw(events)):
        try:
            check_original(workspace.raw_path(sha256), sha256)
        except EvidenceError as error:
            yield str(error)


def check_papers_again(desk: Desk, events: Sequence[Event], remarks: list[str]) -> Iterator[str]:
    """Look at every manifest and stamp anew, where the same version of the checker is here.

    Args:
        desk: the workspace; its originals are known to be whole.
        events: of the log.
        remarks: what could not be done again is put here.
    """
    sizes = {e.fields["sha256"]: e.fields["size"] for e in events if e.type == "custody.received"}
    newest = {
        (e.fields["sha256"], e.fields["paper"], e.fields["paper_sha256"]): e
        for e in events
        if e.type == "custody.checked"
    }
    for event in newest.values():
        said = event.fields
        if said["sha256"] not in sizes or said["paper"] not in [one.value for one in Paper]:
            yield f"entry {event.index} of the log: a check of something that was never handed in"
            continue
        if said["checker"]:
            yield from _again(desk, event, int(sizes[said["sha256"]]), remarks)


def _again(desk: Desk, event: Event, size: int, remarks: list[str]) -> Iterator[str]:
    said = event.fields
    what = PaperOf(said["sha256"], size, Paper(said["paper"]), said["paper_sha256"])
    named = f"{said['paper']} of item {said['sha256'][:12]}"
    roots = said["roots_sha256"]
    try:
        trusted = archive.read_raw(desk.workspace, roots) if roots else b""
        now = looked_at(desk.workspace, what, trusted, datetime.fromisoformat(said["time"]))
    except TrucelineError as error:
        yield f"{named}: cannot be looked at anew: {error}"
        return
    if now.checker != said["checker"]:
        here = now.checker or "no checker"
        remarks.append(f"{named}: looked at by {said['checker']}, here is {here}; not done again")
    elif (report := json.loads(now.report)) == said["report"]:
        if now.outcome != said["outcome"]:
            yield _differs(named, now.outcome, said["outcome"])
    elif _timeless(report) == _timeless(said["report"]):
        remarks.append(f"{named}: a certificate has ended since it was looked at ({now.outcome})")
    else:
        yield _differs(named, now.outcome, said["outcome"])


def _differs(named: str, now: str, logged: str) -> str:
    return (
        f"{named}: is {now!r} now and was {logged!r} when it was logged, or says something else, by "
        "the same version of the checker"
    )


def _timeless(report: Any) -> Any:
    """Give a report without what the clock alone changes."""
    codes = report.get("codes") if isinstance(report, dict) else None
    if not isinstance(codes, dict):
        return report
    kept = {kind: sorted(set(found) - _BY_THE_CLOCK) for kind, found in codes.items()}
    return {**report, "codes": kept}
