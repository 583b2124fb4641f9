"""Recomputing everything from the raw bytes: what anyone may do who holds the workspace.

The log first, then every raw file against the log, every archive segment against a fresh parse of
its raw file, the agreement and calibration against what was logged, the last run against a fresh
run, every record against the log, every published file against its entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from truceline import __version__
from truceline.codec.canonical import canonical
from truceline.codec.rest import rest_to_plain
from truceline.errors import TrucelineError
from truceline.evidence.verify import verify_log
from truceline.pipeline.desk import Desk
from truceline.pipeline.ingest import parse
from truceline.pipeline.rederive import check_records, check_run
from truceline.pipeline.sources import ADAPTERS
from truceline.store import archive

Events = tuple[Mapping[str, Any], ...]


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


def verify(desk: Desk) -> Verification:
    """Recompute the workspace and compare.

    Raises:
        WorkspaceError: when the workspace itself cannot be opened.
    """
    root = desk.workspace.root
    log = verify_log(root / "log", root / "openings", desk.workspace.vkey)
    problems = [str(problem) for problem in log.problems]
    problems += [
        f"{root / 'openings'}: entries {r.start}..{r.stop - 1} are sealed, their openings are "
        "missing; a mission's own workspace must hold them all"
        for r in log.sealed
    ]
    remarks = [f"{name}: left by an append that was cut off" for name in log.pending]
    events = tuple(_events(root / "openings"))
    problems += _raw_files(desk, events)
    segments, said = _segments(desk, events)
    problems += segments
    remarks += said
    problems += _inputs(desk, events)
    problems += _published(desk, events)
    if not problems:
        problems += _rederived(desk, events, remarks)
    checked = {
        "log entries": log.size,
        "raw files": sum(e["type"] == "raw.received" for e in events),
        "incident revisions": sum(e["type"] == "incident.revised" for e in events),
        "findings": sum(e["type"] == "finding.made" for e in events),
        "published files": sum(len(e["files"]) for e in events if e["type"] == "report.published"),
    }
    return Verification(tuple(problems), checked, tuple(remarks))


def _events(openings: Path) -> Iterator[Mapping[str, Any]]:
    """Read the typed events from the openings; what cannot be read was reported by the log."""
    for path in sorted(openings.glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                record = json.loads(line)["record"]
                event = json.loads(record) if isinstance(record, str) else record
            except (ValueError, KeyError, TypeError):
                continue
            if isinstance(event, dict) and event.get("type") in _TYPES:
                yield event


_TYPES = frozenset(
    {
        "workspace.created", "agreement.amended", "raw.received", "background.set",
        "calibration.made", "run.made", "incident.revised", "finding.made", "report.published",
        "position.opened",
    }
)  # fmt: skip


def _raw_files(desk: Desk, events: Events) -> Iterator[str]:
    """Check every raw file against its name and the log, both ways."""
    known = {str(e["sha256"]) for e in events if e["type"] == "raw.received"}
    folder = desk.workspace.root / "raw"
    for sha256 in sorted(known):
        try:
            archive.read_raw(desk.workspace, sha256)
        except TrucelineError as error:
            yield str(error)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else ():
        if path.name not in known:
            yield f"{path}: no entry of the log speaks of this file"


def _segments(desk: Desk, events: Events) -> tuple[list[str], list[str]]:
    """Parse every raw file anew and compare with the archive and the log."""
    problems: list[str] = []
    remarks: list[str] = []
    for event in (e for e in events if e["type"] == "raw.received"):
        source, sha256 = str(event["source"]), str(event["sha256"])
        problems += _stored(desk, event)
        adapter = ADAPTERS.get(source)
        if adapter is None or adapter.version != event["adapter_version"]:
            remarks.append(
                f"{source} {sha256[:12]}: read by adapter version {event['adapter_version']}, which "
                "this version of the program no longer has; its rows were not read anew"
            )
            continue
        try:
            raw = archive.read_raw(desk.workspace, sha256)
            parsed = parse(desk, source, raw, sha256, str(event["file_name"]))
        except TrucelineError:
            continue  # the raw file was reported already
        fresh = parsed.observations
        path = desk.workspace.archive_path(source, sha256, ".parquet")
        try:
            same = archive.read_segment(desk.workspace, source, sha256).equals(fresh)
        except TrucelineError as error:
            problems.append(str(error))
            continue
        if not same:
            problems.append(f"{path}: its rows are not those of the raw file")
        if archive.sha256_of(canonical(rest_to_plain(parsed))) != event["rest_sha256"]:
            problems.append(f"{path.with_suffix('.json')}: not what the raw file gives")
    return problems, remarks


def _stored(desk: Desk, event: Mapping[str, Any]) -> Iterator[str]:
    for suffix, name in ((".parquet", "segment_sha256"), (".json", "rest_sha256")):
        path = desk.workspace.archive_path(str(event["source"]), str(event["sha256"]), suffix)
        if not path.is_file():
            yield f"{path}: missing"
        elif archive.sha256_of(path.read_bytes()) != event[name]:
            yield f"{path}: its bytes are not those that were logged"


def _inputs(desk: Desk, events: Events) -> Iterator[str]:
    """Check agreement, background and calibrations against what was logged."""
    agreements = [
        e["agreement_sha256"] for e in events if e["type"].startswith(("workspace", "agreement"))
    ]
    if agreements and agreements[-1] != desk.agreement_digest:
        yield f"{desk.workspace.agreement_folder}: not the agreement that was logged"
    tables = [e["sha256"] for e in events if e["type"] == "background.set"]
    path = desk.workspace.root / "calibration" / "persistent_heat.csv"
    if tables and (not path.is_file() or archive.sha256_of(path.read_bytes()) != tables[-1]):
        yield f"{path}: not the table that was logged"
    for event in events:
        if event["type"] == "calibration.made":
            file = desk.workspace.calibration_path(str(event["version"]))
            digest = archive.sha256_of(file.read_bytes()) if file.is_file() else ""
            if not digest.startswith(str(event["version"])):
                yield f"{file}: not the calibration that was logged"


def _published(desk: Desk, events: Events) -> Iterator[str]:
    """Check every file that was published last under its name."""
    last: dict[str, str] = {}
    for event in events:
        if event["type"] == "report.published":
            last.update({str(k): str(v) for k, v in event["files"].items()})
    for name, sha256 in sorted(last.items()):
        path = desk.workspace.out / name
        if not path.is_file():
            yield f"{path}: was published and is missing"
        elif archive.sha256_of(path.read_bytes()) != sha256:
            yield f"{path}: not the file that was published"


def _rederived(desk: Desk, events: Events, remarks: list[str]) -> Iterator[str]:
    """Fuse and evaluate anew, and compare with the last run and with the records."""
    runs = [e for e in events if e["type"] == "run.made"]
    if not runs:
        return
    if runs[-1]["code"] != __version__:
        remarks.append(
            f"the last run was made by version {runs[-1]['code']}, this is {__version__}: "
            "incidents were not made anew"
        )
    else:
        yield from check_run(desk, runs[-1], datetime.fromisoformat(runs[-1]["time"]))
    yield from check_records(desk, events)
