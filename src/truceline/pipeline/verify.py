"""Recomputing everything from the raw bytes: what anyone may do who holds the workspace.

The log first, then every raw file against the log, every archive segment against a fresh parse of
its raw file, the agreement and calibration against what was logged, every record against the log,
every published file against its entry, the last run against a fresh run, the last reading of
articles against a fresh reading, the register against what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from truceline import __version__
from truceline.errors import AgreementError, WorkspaceError
from truceline.evidence.openings import file_name
from truceline.evidence.report import LogReport
from truceline.evidence.verify import verify_log
from truceline.pipeline import verify_files as on_disk
from truceline.pipeline.custody_fields import check_fields
from truceline.pipeline.custody_verify import check_papers_again
from truceline.pipeline.deletion import unfinished, without_undone
from truceline.pipeline.desk import Desk, open_desk
from truceline.pipeline.events import Event, LoggedRun, read_events, received, recorded, runs
from truceline.pipeline.rederive import check_run
from truceline.pipeline.verify_kept import kept_checkpoints
from truceline.pipeline.verify_keys import check_keys
from truceline.pipeline.verify_records import check_records
from truceline.pipeline.verify_statements import check_reading
from truceline.store.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome."""

    problems: tuple[str, ...]
    """One line each, naming the file; empty when everything stands."""
    checked: Mapping[str, int]
    """What was looked at, by kind."""
    remarks: tuple[str, ...]
    """What could not be checked and why; no failure."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_workspace(root: Path) -> Verification:
    """Recompute a workspace, also one whose agreement or records can no longer be opened.

    Raises:
        WorkspaceError: when there is no workspace.
        EvidenceError: when the public key in its ``truceline.toml`` is broken.
    """
    workspace = open_workspace(root)
    try:
        desk = open_desk(root)
    except AgreementError as error:
        return _verification(workspace, None, tuple(error.problems))
    except WorkspaceError as error:
        return _verification(workspace, None, (str(error),))
    try:
        return verify(desk)
    finally:
        desk.close()


def verify(desk: Desk) -> Verification:
    """Recompute an open workspace and compare.

    Raises:
        EvidenceError: when the public key in its ``truceline.toml`` is broken.
    """
    return _verification(desk.workspace, desk, ())


def _verification(workspace: Workspace, desk: Desk | None, found: tuple[str, ...]) -> Verification:
    root = workspace.root
    log = verify_log(root / "log", root / "openings", workspace.vkey)
    problems = [*found, *map(str, log.problems)]
    problems += [
        f"{root / 'openings' / file_name(r.start)}: entries {r.start}..{r.stop - 1} are sealed, "
        "their openings are missing; a mission's own workspace must hold them all; put back a copy"
        for r in log.sealed
    ]
    remarks = [
        f"{name}: left by an append that was cut off; the next one removes it"
        for name in log.pending
    ]
    doubted = {problem.index for problem in log.problems if problem.index is not None}
    events = read_events(root / "openings", log.size, doubted)
    events, leaving = without_undone(events, log)
    remarks += unfinished(root, log)
    problems += on_disk.raw_files(workspace, events, leaving)
    problems += on_disk.stored(workspace, events, leaving)
    problems += on_disk.inputs(workspace, events)
    problems += on_disk.published(workspace, events)
    problems += kept_checkpoints(root, workspace.vkey, log.size)
    if desk is not None:
        segments, said = on_disk.segments(desk, events)
        problems += segments
        remarks += said
    if desk is not None and not problems and not log.undone:
        problems += _rederived(desk, events, remarks)
    known_size = log.size if log.root is not None and not log.problems else None
    problems += check_keys(root, workspace.vkey, known_size, desk, remarks)
    return Verification(tuple(problems), _checked(log, events), tuple(remarks))


def _checked(log: LogReport, events: tuple[Event, ...]) -> dict[str, int]:
    def made(kind: str) -> int:
        return sum(event.type == kind for event in events)

    statements = {
        "documents": made("document.received"),
        "reviews": made("review.made"),
        "items handed in": made("custody.received"),
        "lawfully deleted entries": len(log.deleted),
    }
    return {
        "log entries": log.size,
        "raw files": len(received(events)),
        "incident revisions": made("incident.revised"),
        "findings": made("finding.made"),
        "published files": len(on_disk.published_last(events)),
        **{name: count for name, count in statements.items() if count},
    }


def _rederived(desk: Desk, events: tuple[Event, ...], remarks: list[str]) -> Iterator[str]:
    """Hold the records against the log, then fuse and evaluate anew."""
    chain = recorded(runs(events))
    try:
        wrong = list(check_records(desk, events, chain))
    except WorkspaceError as error:
        wrong = [str(error)]
    yield from wrong
    if not wrong and chain:
        yield from _run_anew(desk, chain[-1], remarks)
    if not wrong:
        yield from check_reading(desk, events, remarks)
        yield from check_papers_again(desk, events, remarks)
        yield from check_fields(desk.workspace, events)


def _run_anew(desk: Desk, newest: LoggedRun, remarks: list[str]) -> Iterator[str]:
    made = newest.made.fields
    if made["code"] != __version__:
        remarks.append(
            f"the last run was made by version {made['code']}, this is {__version__}: "
            "incidents were not made anew"
        )
        return
    said = check_run(desk, made, datetime.fromisoformat(made["time"]))
    if said is None:
        remarks.append(
            "raw files, agreement, background or calibration have changed since the last run (all "
            "of it is in the log): incidents were not made anew; `truceline run` brings them up "
            "to date"
        )
    else:
        yield from said
