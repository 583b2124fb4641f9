"""Every file of a workspace against what the log says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from truceline.codec.canonical import canonical
from truceline.codec.rest import rest_to_plain
from truceline.errors import TrucelineError
from truceline.pipeline.calibration import pointer_path
from truceline.pipeline.custody_verify import check_originals, custody_raw
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, last, received
from truceline.pipeline.ingest import parse
from truceline.pipeline.sources import ADAPTERS
from truceline.store import archive
from truceline.store.workspace import Workspace

Events = tuple[Event, ...]
_SEGMENT, _REST = ".parquet", ".json"


def raw_files(workspace: Workspace, events: Events, leaving: Events = ()) -> Iterator[str]:
    """Check every raw file against its name and the log, both ways.

    Args:
        workspace: where they lie.
        events: of the log.
        leaving: those that are being deleted, whose files may be there or not.
    """
    known = {sha256 for _, sha256 in received(events)}
    known |= {str(e.fields["sha256"]) for e in events if e.type == "document.received"}
    items = custody_raw(events)
    for sha256 in sorted(known - items):
        try:
            archive.read_raw(workspace, sha256)
        except TrucelineError as error:
            yield str(error)
    yield from check_originals(workspace, events)
    going = {sha256 for _, sha256 in received(leaving)}
    wanted = {workspace.raw_path(sha256) for sha256 in known | items | going}
    for path in _foreign(workspace.root / "raw", wanted):
        yield (
            f"{path}: no entry of the log speaks of this file; if taking it in was cut off, ingest "
            "the same file again, else remove it"
        )


def stored(workspace: Workspace, events: Events, leaving: Events = ()) -> Iterator[str]:
    """Check the bytes of every file of the archive against the log, both ways."""
    wanted = {
        workspace.archive_path(source, sha256, suffix)
        for source, sha256 in received(leaving)
        for suffix in (_SEGMENT, _REST)
    }
    for (source, sha256), event in received(events).items():
        for suffix, name in ((_SEGMENT, "segment_sha256"), (_REST, "rest_sha256")):
            path = workspace.archive_path(source, sha256, suffix)
            wanted.add(path)
            yield from _changed(path, str(event.fields[name]))
    for path in _foreign(workspace.root / "archive", wanted):
        yield (
            f"{path}: no entry of the log speaks of this file; if taking it in was cut off, ingest "
            "the same raw file again, else remove it"
        )


def _changed(path: Path, sha256: str) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: missing; put back a copy"
    elif archive.sha256_of(path.read_bytes()) != sha256:
        yield f"{path}: its bytes are not those that were logged; put back a copy"


def _foreign(folder: Path, wanted: Iterable[Path]) -> list[Path]:
    """Give what lies in a folder and is not wanted there; anything but a folder counts."""
    found = (p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    return sorted(set(found) - {p for p in wanted if not p.is_symlink()})


def segments(desk: Desk, events: Events) -> tuple[list[str], list[str]]:
    """Parse every raw file anew and compare with what was logged; problems, then remarks."""
    problems: list[str] = []
    remarks: list[str] = []
    for (source, sha256), event in received(events).items():
        adapter = ADAPTERS.get(source)
        if adapter is None or adapter.version != event.fields["adapter_version"]:
            remarks.append(
                f"{source} {sha256[:12]}: read by adapter version "
                f"{event.fields['adapter_version']}, which this version of the program no longer "
                "has; its rows were not read anew"
            )
            continue
        problems += _read_anew(desk, source, sha256, event)
    return problems, remarks


def _read_anew(desk: Desk, source: str, sha256: str, event: Event) -> Iterator[str]:
    path = desk.workspace.archive_path(source, sha256, _SEGMENT)
    try:
        raw = archive.read_raw(desk.workspace, sha256)
    except TrucelineError:
        return  # the raw file was reported already
    try:
        parsed = parse(desk, source, raw, sha256, str(event.fields["file_name"]))
    except TrucelineError as error:
        yield f"{desk.workspace.raw_path(sha256)}: cannot be read anew: {error}"
        return
    if not path.is_file() or archive.sha256_of(path.read_bytes()) != event.fields["segment_sha256"]:
        return  # reported already, and changed bytes are not opened
    if not archive.read_segment(desk.workspace, source, sha256).equals(parsed.observations):
        yield f"{path}: its rows are not those of the raw file"
    if archive.sha256_of(canonical(rest_to_plain(parsed))) != event.fields["rest_sha256"]:
        yield f"{path.with_suffix(_REST)}: not what the raw file gives"


def inputs(workspace: Workspace, events: Events) -> Iterator[str]:
    """Check agreement, background and calibrations against what was logged."""
    yield from _agreement(workspace, events)
    table = last(events, "background.set")
    if table is not None:
        path = workspace.root / "calibration" / "persistent_heat.csv"
        if not path.is_file() or archive.sha256_of(path.read_bytes()) != table.fields["sha256"]:
            yield (
                f"{path}: not the table that was logged last; put back a copy, or do `truceline "
                "background` again if it was cut off"
            )
    made = [str(e.fields["version"]) for e in events if e.type == "calibration.made"]
    for version in dict.fromkeys(made):
        file = workspace.calibration_path(version)
        digest = archive.sha256_of(file.read_bytes()) if file.is_file() else ""
        if not digest.startswith(version):
            yield f"{file}: not the calibration that was logged; put back a copy"
    pointer = pointer_path(workspace)
    now = pointer.read_bytes().decode("ascii", errors="replace") if pointer.is_file() else None
    if made and now != made[-1]:
        yield (
            f"{pointer}: does not name the calibration that was logged last, {made[-1]}; do "
            "`truceline calibrate` or `truceline run` again if it was cut off, else write it there"
        )
    if not made and now is not None:
        yield f"{pointer}: names a calibration, and the log knows none"


def _agreement(workspace: Workspace, events: Events) -> Iterator[str]:
    created = last(events, "workspace.created")
    if created is None:
        yield f"{workspace.root / 'openings'}: no entry of the log says what the agreement is"
        return
    if created.fields["agreement"] != workspace.agreement:
        yield (
            f"{workspace.root / 'truceline.toml'}: names the agreement {workspace.agreement}, the "
            f"log {created.fields['agreement']}"
        )
    wanted = {
        workspace.agreement_folder / name: str(sha256)
        for name, sha256 in dict(created.fields["agreement_files"]).items()
    }
    for path, sha256 in wanted.items():
        if not path.is_file() or archive.sha256_of(path.read_bytes()) != sha256:
            yield f"{path}: not the file of the agreement that was logged; put back a copy"
    for path in _foreign(workspace.agreement_folder, wanted):
        yield f"{path}: no part of the agreement that was logged; remove it"


def published_last(events: Events) -> dict[str, str]:
    """Give the hash of every published file as it was published last, by name."""
    files: dict[str, str] = {}
    for event in events:
        if event.type == "report.published":
            files.update({str(k): str(v) for k, v in dict(event.fields["files"]).items()})
    return files


def published(workspace: Workspace, events: Events) -> Iterator[str]:
    """Check every file that was published against its entry."""
    for name, sha256 in sorted(published_last(events).items()):
        path = workspace.out / name
        again = "publish it again with `truceline report` if that was cut off, else put back a copy"
        if not path.is_file():
            yield f"{path}: was published and is missing; {again}"
        elif archive.sha256_of(path.read_bytes()) != sha256:
            yield f"{path}: not the file that was published; {again}"
