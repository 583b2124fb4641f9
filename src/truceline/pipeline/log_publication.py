"""Publishing the log: a folder for any static web server, late, on a fixed rhythm, mostly sealed.

What is written, and in which order, so that a mirror never sees a checkpoint whose tiles are
missing: tiles and bundles, then the checkpoint, then openings. Publishing twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from truceline.access.rules import Operation
from truceline.codec.canonical import rfc3339
from truceline.errors import EvidenceError, WorkflowError
from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.commitment import Opening
from truceline.evidence.deletion import DECISION
from truceline.evidence.durable import Disk, put_files
from truceline.evidence.layout import CHECKPOINT, FULL, tiles_of
from truceline.evidence.log import Log
from truceline.evidence.note import parse_vkey
from truceline.evidence.openings import (
    file_name,
    open_line,
    read_openings,
    sealed_line,
    write_lines,
)
from truceline.evidence.tiles import TileReader
from truceline.evidence.verify_whole import opened
from truceline.model.person import Principal
from truceline.pipeline.acting import allow
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import event_of_record, opening_files, read_events
from truceline.pipeline.log_rhythm import Rhythm, Tick, keep_rhythm, rhythm_of, ticks
from truceline.pipeline.recording import alone
from truceline.store.workspace import PARTS

PUBLIC_TYPES: Final = frozenset({"workspace.created", "report.published", "finding.released"})
"""Types of records that hold nothing but what is public when the delay has passed: hashes of the
agreement and of reports, and what was coarsened for the public before it was logged."""
PUBLIC_SOURCES: Final = frozenset({"counts", "firms", "smm_counts", "ucdp", "viina"})
"""Sources that anybody can fetch: that a file of theirs came in is no secret."""
_HERE: Final = frozenset({"log", "openings", "checkpoints", "log.vkey"})
_AT_ONCE: Final = 256
"""Files that are forced to the disk together."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    tick: Tick
    """The newest checkpoint, for parties and witnesses at once."""
    public: Tick | None
    """The newest one that may be public; ``None`` while none is old enough."""
    written: int
    """Files that were written; 0 where everything was there."""
    opened: int
    """Records that the files written now open."""


def publish_log(
    desk: Desk,
    principal: Principal,
    out: Path,
    now: datetime,
    rhythm: Rhythm | None = None,
    *,
    at: datetime | None = None,
) -> Published:
    """Make the checkpoint of this tick, and publish what is older than the delay.

    Args:
        desk: the workspace.
        principal: who acts.
        out: folder that a web server serves; made, or what an earlier publication wrote.
        now: UTC.
        rhythm: asked for at the first tick; ``None``: that of the workspace, or the default.
        at: publish no more than what was public at this time; ``None``: what is public now.

    Raises:
        AccessError: when they may not.
        WorkflowError: when ``out`` cannot be the place, another rhythm was fixed, or ``at`` is
            still to come.
        EvidenceError: when the log is damaged, or does not continue what was published; nothing
            more is published then.
        WorkspaceError: when the log cannot be written.
        OSError: when the disk refuses; the same call then goes on.
    """
    allow(desk, principal, Operation.PUBLISH, now)
    _require_place(desk.workspace.root, out)
    if at is not None and at > now:
        raise WorkflowError(f"{rfc3339(at)} is still to come; what is public then is not yet known")
    newest = keep_rhythm(desk.workspace.root, now, rhythm)
    every = rhythm_of(desk.workspace.root, None).every
    procedure = desk.agreement.procedure
    # A tick's checkpoint may have been made as late as the next tick.
    until = (at or now) - max(procedure.hold, procedure.publication_delay) - every
    public = [tick for tick in ticks(desk.workspace.root) if tick.time <= until]
    if not public:
        return Published(newest, None, 0, 0)
    out.mkdir(parents=True, exist_ok=True)
    with alone(out, "publishing here"):
        return _write(desk, out, newest, public)


def first_publication(desk: Desk, tick: Tick) -> datetime:
    """Give the moment from which the checkpoint of a tick may be public."""
    procedure = desk.agreement.procedure
    every: timedelta = rhythm_of(desk.workspace.root, None).every
    return tick.time + every + max(procedure.hold, procedure.publication_delay)


def _write(desk: Desk, out: Path, newest: Tick, public: list[Tick]) -> Published:
    root, verifier = desk.workspace.root, parse_vkey(desk.workspace.vkey)
    last = public[-1]
    checkpoint = opened(last.note, verifier)
    reader = TileReader(root / "log", checkpoint.size)
    before = _before(out, desk.workspace.vkey, reader, checkpoint)
    _require_whole(reader, checkpoint, before)
    fresh: dict[Path, bytes] = {out / "log.vkey": desk.workspace.vkey.encode() + b"\n"}
    fresh |= {out / "checkpoints" / tick.path.name: tick.note for tick in public}
    tiles = (
        (out / "log" / tile.path, reader.data(tile.level, tile.number))
        for tile in tiles_of(checkpoint.size, since=before)
    )
    written = _put(tiles)
    # The checkpoint comes when its tiles are there, the openings when it can vouch for them.
    written += _put([(out / "log" / CHECKPOINT, last.note), *fresh.items()])
    count = 0
    made = _Blocks(root / "openings")
    blocks: list[tuple[Path, bytes]] = []
    for first in _blocks(desk, checkpoint.size, before):
        data, shown = made.block(first)
        path = out / "openings" / file_name(first)
        count += shown if _differs(path, data) else 0
        blocks.append((path, data))
        if len(blocks) == _AT_ONCE:
            written += _put(blocks)
            blocks = []
    written += _put(blocks)
    return Published(newest, last, written, count)


def _require_place(root: Path, out: Path) -> None:
    """Refuse a folder that is no place for publishing.

    Raises:
        WorkflowError: when it is part of the workspace, or holds something else.
    """
    if out.resolve().is_relative_to(root.resolve()):
        parts = out.resolve().relative_to(root.resolve()).parts
        if not parts or parts[0] in set(PARTS) - {"out"}:
            raise WorkflowError(f"{out} is part of the workspace; publish into a folder of its own")
    if out.exists() and not out.is_dir():
        raise WorkflowError(f"{out} is no folder")
    strange = sorted(p.name for p in out.iterdir() if p.name not in _HERE) if out.exists() else []
    strange = [name for name in strange if not name.endswith(".tmp")]
    if strange:
        raise WorkflowError(
            f"{out} holds {strange[0]}, which no publication wrote; choose a folder of its own"
        )


def _before(out: Path, vkey: str, reader: TileReader, checkpoint: Checkpoint) -> int:
    """Give how many entries an earlier publication has published.

    Raises:
        EvidenceError: when it published another history, or more than is public now.
    """
    path = out / "log" / CHECKPOINT
    if not path.is_file():
        return 0
    old = opened(path.read_bytes(), parse_vkey(vkey))
    if old.size > checkpoint.size:
        raise EvidenceError(
            f"{path}: {old.size} entries are published already, only {checkpoint.size} may be "
            "now; is the clock or the workspace an old one? Nothing was changed"
        )
    if _root(reader, old.size) != old.root:
        raise EvidenceError(
            f"{path}: this log does not continue what was published; keep both, and find out with "
            "`truceline evidence fsck`. Nothing was changed"
        )
    return old.size


def _require_whole(reader: TileReader, checkpoint: Checkpoint, before: int) -> None:
    """Refuse to publish tiles that are not those of the checkpoint.

    Raises:
        EvidenceError: when they are not.
    """
    whole = _root(reader, checkpoint.size) == checkpoint.root
    for number in range(before // FULL, -(-checkpoint.size // FULL)):
        leaves = [merkle.leaf_hash(entry) for entry in reader.bundle(number)]
        full = len(leaves) < FULL or merkle.root(leaves) == _stated(reader, number)
        whole = whole and full and leaves == reader.hashes(0, number)
    if not whole:
        raise EvidenceError(
            f"the log's files are not those of the checkpoint of {checkpoint.size} entries; run "
            "`truceline evidence verify`. Nothing was published"
        )


def _stated(reader: TileReader, number: int) -> bytes:
    return reader.hashes(1, number // FULL)[number % FULL]


def _root(reader: TileReader, size: int) -> bytes:
    return reader.subtree(0, size) if size else merkle.EMPTY_ROOT


def _blocks(desk: Desk, size: int, before: int) -> Iterator[int]:
    """Give the first indices of the files of openings that are new, or that a deletion changes."""
    openings = desk.workspace.root / "openings"
    # What was decided since is carried out at once, however old the rest has to be.
    late = read_events(openings, Log.open(desk.workspace.root).size, since=before)
    touched = {int(e.fields["index"]) // FULL for e in late if e.type == DECISION}
    old = sorted(number for number in touched if number < before // FULL)
    yield from (number * FULL for number in old)
    yield from range(before // FULL * FULL, size, FULL)


class _Blocks:
    """Makes the public files of openings; a file of a large batch is read once for all its blocks."""

    def __init__(self, openings: Path) -> None:
        self._openings = openings
        self._read: tuple[Path, dict[int, Opening]] = (Path(), {})

    def block(self, first: int) -> tuple[bytes, int]:
        """Give the file for one bundle, and how many records it opens."""
        public: dict[int, Opening] = {}
        for at, path in opening_files(self._openings, first + FULL, first):
            if path != self._read[0]:
                found = read_openings(path.read_bytes(), at).openings
                self._read = path, {one.index: one for one in found if _is_public(one)}
            public |= self._read[1]
        lines = [
            open_line(public[index]) if index in public else sealed_line(index)
            for index in range(first, first + FULL)
        ]
        return write_lines(first, lines), sum(first <= index < first + FULL for index in public)


def _is_public(opening: Opening) -> bool:
    event = event_of_record(opening.index, opening.record)
    if event is None:
        return False
    fields: dict[str, Any] = dict(event.fields)
    of_public_source = event.type == "raw.received" and fields["source"] in PUBLIC_SOURCES
    return of_public_source or event.type in PUBLIC_TYPES


def _differs(path: Path, data: bytes) -> bool:
    return not path.is_file() or path.read_bytes() != data


def _put(files: Iterable[tuple[Path, bytes]]) -> int:
    """Write those files that are not there as they must be; give how many."""
    count = 0
    waiting: dict[Path, bytes] = {}
    for path, data in files:
        if _differs(path, data):
            waiting[path] = data
            count += 1
        if len(waiting) == _AT_ONCE:
            put_files(Disk(), waiting)
            waiting = {}
    if waiting:
        put_files(Disk(), waiting)
    return count


def told(published: Published) -> dict[str, Any]:
    """Give what a publication did, for a program."""
    public = published.public
    return {
        "tick": rfc3339(published.tick.time),
        "size": published.tick.checkpoint.size,
        "checkpoint": str(published.tick.path),
        "public": None if public is None else rfc3339(public.time),
        "public_size": 0 if public is None else public.checkpoint.size,
        "written": published.written,
        "opened": published.opened,
    }
