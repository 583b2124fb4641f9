"""A whole workspace as one archive file: open formats, consistent while others go on working.

Nobody may record or append while the files are noted and the moment of the records is fixed; that
takes a moment. The archive is written afterwards, from what was noted then.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from truceline import __version__
from truceline.errors import WorkspaceError
from truceline.evidence.log import Log
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, recorded, runs
from truceline.pipeline.recording import alone, recording
from truceline.pipeline.verify_records import check_records
from truceline.store import database, dump, tarball
from truceline.store.workspace import DATABASE, MARK, PART, mark_of

FILES: Final = "workspace"
"""Folder of the archive with the files as they are."""
ROWS: Final = "rows"
"""Folder of the archive with the tables."""
SECRET_PARTS: Final = frozenset({"keys"})
"""Parts of a workspace that hold private keys."""
_STAGE: Final = ".truceline-archive-"
_PATIENCE_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
"""How long to wait for what is between log and records, try by try. Unit: s."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Archived:
    """What was archived."""

    path: Path
    files: int
    rows: int
    size: int
    """Of the archive. Unit: bytes."""
    secrets: bool
    """Whether private keys and secret tables are in it."""


def export(desk: Desk, path: Path, *, secrets: bool = False) -> Archived:
    """Write everything that a workspace holds into one archive file.

    Args:
        desk: the workspace.
        path: of the archive; nothing may lie there, and not inside the workspace.
        secrets: also private keys and tables that are secret. Without them the copy can be read,
            verified and worked on, and nothing can be appended to its log.

    Raises:
        WorkspaceError: when something lies there, the records are not those of the log, or a
            process does not come to its end.
        OSError: when the disk refuses.
    """
    root = desk.workspace.root
    if root.resolve() in path.resolve().parents:
        raise WorkspaceError(f"{path} lies inside the workspace; an archive lies outside of it.")
    if path.exists() or path.is_symlink():
        raise WorkspaceError(f"{path} exists; nothing is written over, choose another name.")
    with ExitStack() as stack:
        stage = stack.enter_context(_stage(root))
        connection = stack.enter_context(database.reading(desk.engine))
        size = _note(desk, stage, connection, secrets=secrets)
        rows = _dump(connection, stage, secrets=secrets)
        files = _files(stage)
        about = {**_about(desk, secrets=secrets), "log_size": size}
        tarball.write(path, about, files)
    return Archived(path, len(files), rows, path.stat().st_size, secrets)


def _about(desk: Desk, *, secrets: bool) -> Mapping[str, Any]:
    workspace = desk.workspace
    return {
        "agreement": workspace.agreement,
        "origin": workspace.origin,
        "vkey": workspace.vkey,
        "records": database.version(desk.engine),
        "program": __version__,
        "secrets": secrets,
    }


@contextmanager
def _stage(root: Path) -> Iterator[Path]:
    """Give a folder beside the files, on the same disk; clear away what others have left."""
    for left in root.glob(f"{_STAGE}*"):
        with _held(left) as mine:
            if mine:
                shutil.rmtree(left, ignore_errors=True)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=root))
    try:
        with _held(stage):
            yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder for as long as this process lives; false where another one does."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _note(desk: Desk, stage: Path, connection: Connection, *, secrets: bool) -> int:
    """Note every file, and fix the moment of the records; nobody writes meanwhile."""
    root = desk.workspace.root
    with recording(desk), alone(root / "log", "appending to the log"):
        events = desk.events()
        _require_recorded(desk, events)
        connection.execute(dump.tables(secret=False)[0].select().limit(1))  # its moment is now
        known = _hashes_in(e.fields for e in events)
        for name in _names(root, known, secrets=secrets):
            _link(root / name, stage / FILES / name)
        size = Log.open(root).size
    workspace = desk.workspace
    mark = mark_of(workspace.agreement, workspace.origin, workspace.vkey, "")
    (stage / FILES / MARK).unlink()
    (stage / FILES / MARK).write_bytes(mark)  # where the records lie is no part of the content
    return size


def _require_recorded(desk: Desk, events: tuple[Event, ...]) -> None:
    """Wait until whoever has logged something has recorded it.

    Raises:
        WorkspaceError: when the records are not those of the log.
    """
    chain = recorded(runs(events))
    wrong: list[str] = []
    for pause in (0.0, *_PATIENCE_S):
        time.sleep(pause)
        wrong = list(check_records(desk, events, chain, derived=False))
        if not wrong:
            return
    raise WorkspaceError(
        "the records are not those of the log, so a copy of them could not be brought back: "
        + "; ".join(wrong[:3])
        + (f"; and {len(wrong) - 3} more" if len(wrong) > 3 else "")
    )


def _names(root: Path, known: set[str], *, secrets: bool) -> Iterator[str]:
    """Give the files of a workspace, without what was left by work that was cut off.

    Raises:
        WorkspaceError: when something is no plain file.
    """
    for folder, folders, files in os.walk(root):
        at = Path(folder).relative_to(root)
        top = at == Path()
        folders[:] = sorted(d for d in folders if not (top and _left_out(d, secrets=secrets)))
        for name in (*folders, *sorted(files)):
            path = Path(folder) / name
            relative = (at / name).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise WorkspaceError(f"{path} is no plain file and cannot be archived; remove it.")
            if path.is_file() and _is_kept(relative, known, top=top):
                yield relative


def _left_out(folder: str, *, secrets: bool) -> bool:
    return folder.startswith(".") or (folder in SECRET_PARTS and not secrets)


def _is_kept(name: str, known: set[str], *, top: bool) -> bool:
    """Tell whether a file is of the workspace: not the records, not half of a file."""
    path = Path(name)
    if path.name.endswith(PART) or (path.name.startswith(".") and path.name.endswith(".tmp")):
        return False
    if top:
        return not name.startswith((".", DATABASE))
    if path.parts[0] in {"raw", "archive"} and _HASH.fullmatch(path.stem):
        return path.stem in known  # else taking it in was cut off, or is going on now
    return True


def _hashes_in(values: Iterable[Any]) -> set[str]:
    """Give every SHA-256 that stands anywhere in what was logged."""
    found: set[str] = set()
    left = list(values)
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            left += value.values()
        elif isinstance(value, list | tuple):
            left += value
        elif isinstance(value, str) and _HASH.fullmatch(value):
            found.add(value)
    return found


def _link(path: Path, place: Path) -> None:
    """Note a file as it is now: files are replaced and never written over, so a link keeps it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.hardlink_to(path)
    except OSError:  # a disk that knows no links
        shutil.copyfile(path, place)


def _dump(connection: Connection, stage: Path, *, secrets: bool) -> int:
    """Write the tables, of the moment that was fixed, and say how many rows they have."""
    folder = stage / ROWS
    folder.mkdir(0o700)
    count = 0
    for table in dump.tables(secret=secrets):
        with (folder / f"{table.name}.jsonl").open("wb") as file:
            for line in dump.lines(connection, table):
                file.write(line)
                count += 1
    return count


def _files(stage: Path) -> list[tuple[str, Path]]:
    found = (path for path in stage.rglob("*") if path.is_file())
    return sorted((path.relative_to(stage).as_posix(), path) for path in found)
