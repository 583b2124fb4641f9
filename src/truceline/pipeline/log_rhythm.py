"""Checkpoints on a fixed rhythm, over a log that is filled up at each: its size tells little.

At each tick the log is filled up to the next multiple of a fixed number of entries, at least by one
whole multiple since the tick before, and the signed checkpoint is kept under the time of the tick.
A quiet hour and a busy one thus look the same, as long as both fit into one multiple.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from truceline.codec.canonical import canonical, rfc3339
from truceline.errors import WorkflowError, WorkspaceError
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.durable import Disk, put_files
from truceline.evidence.layout import FULL
from truceline.evidence.log import Log
from truceline.evidence.verify_whole import opened
from truceline.pipeline.recording import alone

TICKS: Final = "ticks"
"""Folder of a workspace with the checkpoint of each tick; outside of the log's own folder."""
_SETTINGS: Final = "rhythm.json"
_END: Final = ".checkpoint"
_FORM: Final = "%Y%m%dT%H%M%SZ"
_TRIES: Final = 20
_SHORTEST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a checkpoint is published, and to what the log is filled up then."""

    every: timedelta = timedelta(hours=1)
    multiple: int = 4 * FULL
    """Entries; a multiple of 256, so that what is published ends with a whole bundle. Each append
    takes at least 64, so 1,024 hide up to 15 appends between two ticks."""

    def tick(self, moment: datetime) -> datetime:
        """Give the last tick at or before a moment.

        >>> Rhythm().tick(datetime(2026, 5, 13, 8, 59, tzinfo=UTC)).hour
        8
        """
        passed = moment - _EPOCH
        return _EPOCH + passed // self.every * self.every


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tick:
    """The checkpoint of one tick."""

    time: datetime
    """Of the tick; the checkpoint was made then, or later but before the next one."""
    path: Path
    note: bytes
    """The checkpoint with its signatures."""

    @property
    def checkpoint(self) -> Checkpoint:
        """What it says, its signature unverified."""
        return opened(self.note, None)


def rhythm_of(root: Path, given: Rhythm | None) -> Rhythm:
    """Give the rhythm of a workspace, which is fixed at its first tick.

    Args:
        root: folder of the workspace.
        given: what somebody asks for; ``None``: whatever it is, or the default.

    Raises:
        WorkflowError: when another one is asked for, or one that cannot be.
        WorkspaceError: when its file was damaged.
    """
    path = root / TICKS / _SETTINGS
    try:
        values = json.loads(path.read_bytes())
        fixed = Rhythm(timedelta(seconds=values["rhythm_s"]), int(values["multiple"]))
    except FileNotFoundError:
        return _possible(given or Rhythm())
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"{path} cannot be read: {error}; put back a copy of it") from None
    if given not in (None, fixed):
        raise WorkflowError(
            f"the rhythm of this log was fixed at its first tick: every {fixed.every}, filled up "
            f"to multiples of {fixed.multiple} entries. A change would show; leave the options out."
        )
    return fixed


def keep_rhythm(root: Path, now: datetime, given: Rhythm | None = None) -> Tick:
    """Make the checkpoint of the tick that has begun, if it was not made yet, and give it.

    Args:
        root: folder of the workspace.
        now: UTC.
        given: rhythm that is asked for; ``None``: that of the workspace, or the default.

    Raises:
        WorkflowError: when another rhythm was fixed, or the clock stands before the last tick.
        WorkspaceError: when the log cannot be written.
        OSError: when the disk refuses.
    """
    folder = root / TICKS
    rhythm = rhythm_of(root, given)
    folder.mkdir(exist_ok=True)
    with alone(folder, "making the checkpoint of a tick"):
        rhythm = rhythm_of(root, given)
        settings = {"multiple": rhythm.multiple, "rhythm_s": int(rhythm.every.total_seconds())}
        if not (folder / _SETTINGS).exists():
            put_files(Disk(), {folder / _SETTINGS: canonical(settings) + b"\n"})
        due, made = rhythm.tick(now), ticks(root)
        if made and made[-1].time > due:
            raise WorkflowError(
                f"the last tick was at {rfc3339(made[-1].time)}, the clock says {rfc3339(now)}; "
                "set it right"
            )
        if made and made[-1].time == due:
            return made[-1]
        path = folder / f"{due.strftime(_FORM)}{_END}"
        put_files(Disk(), {path: _filled_up(root, rhythm, now)})
    return ticks(root)[-1]


def ticks(root: Path) -> tuple[Tick, ...]:
    """Give the checkpoints that were kept, oldest first.

    Raises:
        WorkspaceError: when a file in their folder is none.
    """
    found = []
    for path in sorted((root / TICKS).glob(f"*{_END}")):
        try:
            time = datetime.strptime(path.name.removesuffix(_END), _FORM).replace(tzinfo=UTC)
        except ValueError:
            raise WorkspaceError(f"{path}: no checkpoint of a tick; who put it there?") from None
        found.append(Tick(time, path, path.read_bytes()))
    return tuple(found)


def _possible(rhythm: Rhythm) -> Rhythm:
    """Refuse a rhythm that cannot be kept.

    Raises:
        WorkflowError: when it is too short, too long, or ends within a bundle.
    """
    if not _SHORTEST <= rhythm.every <= _LONGEST:
        raise WorkflowError(f"a rhythm is between a minute and 7 days long, not {rhythm.every}")
    if rhythm.multiple < FULL or rhythm.multiple % FULL or rhythm.multiple > 1 << 20:
        raise WorkflowError(
            f"the log is filled up to a multiple of {FULL} entries, at most {1 << 20}; not "
            f"{rhythm.multiple}"
        )
    return rhythm


def _filled_up(root: Path, rhythm: Rhythm, now: datetime) -> bytes:
    """Fill the log up by at least one entry to the next multiple, and give its checkpoint.

    Where another process has appended in between, the size is no multiple and it is done again.
    """
    record = canonical({"type": "log.padded", "multiple": rhythm.multiple, "time": rfc3339(now)})
    for _ in range(_TRIES):
        size = Log.open(root).size
        missing = rhythm.multiple - size % rhythm.multiple
        Log.open(root, batch=missing).append([record])
        note = Log.open(root).checkpoint_text().encode()
        if opened(note, None).size % rhythm.multiple == 0:
            return note
    raise WorkspaceError(f"{root}: others append all the time; do the same again")
