"""A party's witness: its own key, what it has cosigned last of each log, and what it cosigns next.

It cosigns a checkpoint only where the log has signed it and it is proved to continue the one that
was cosigned last. Comparing, storing (forced to the disk) and signing are one step under a lock
that holds between threads and between processes; the answer is given after it. So a witness that
is killed at any moment, or asked twice at once, never goes back.

::

    witness.key   witness.vkey   cosigned
    logs/<hex SHA-256(origin)>.lock
    logs/<hex SHA-256(origin)>/checkpoint, fork-<size>.json

The folder of a log comes into its place with its first checkpoint in it. So one without a checkpoint
has lost it, as has a log that ``cosigned`` names and that has no folder: neither is begun anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.checkpoint import Checkpoint, parse_checkpoint
from truceline.evidence.cosignature import LATEST_TIME_S
from truceline.evidence.cosigner import KEY_FILE, Cosigner, read_cosigner, write_cosigner
from truceline.evidence.durable import Disk, make_folders, put_files, temporary
from truceline.evidence.fork import continues, format_fork, same_size_fork
from truceline.evidence.note import (
    ED25519,
    Note,
    Verifier,
    format_note,
    open_note,
    require_name,
)
from truceline.evidence.witness_memory import COSIGNED_FILE, Cosigned, file_lock
from truceline.evidence.witness_request import (
    BAD_REQUEST,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    UNAVAILABLE,
    UNPROCESSABLE,
    Answer,
    Request,
    conflict,
    parse_request,
    refusal,
)

CLOCK_SLACK_S: Final = 60
"""How far a witness's clock may stand before its last cosignature: the last time is kept then;
further back it refuses until the clock is right again. Unit: s."""

_LOGS: Final = "logs"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness has cosigned last of one log."""

    checkpoint: Checkpoint
    time_s: int
    """Time of the cosignature; unit: s since 1970-01-01 UTC."""
    note: bytes


class Witness:
    """A witness whose state lies in a folder."""

    def __init__(
        self, root: Path, cosigner: Cosigner, logs: Sequence[Verifier], disk: Disk | None = None
    ) -> None:
        self.root = root
        self.cosigner = cosigner
        self._logs = _by_origin(logs)
        self._disk = disk or Disk()
        self._cosigned = Cosigned(root, self._disk)

    @property
    def origins(self) -> tuple[str, ...]:
        """Names of the logs that it witnesses."""
        return tuple(self._logs)

    def add_checkpoint(self, body: bytes, now: datetime) -> Answer:
        """Answer a request; where the answer is a cosignature, it was stored before.

        Args:
            body: of the request.
            now: UTC.

        Raises:
            EvidenceError: when the stored state of this witness is damaged; nothing was signed.
            OSError: when the disk refuses; nothing was signed.
        """
        try:
            request = parse_request(body)
        except EvidenceError as error:
            return refusal(BAD_REQUEST, str(error))
        origin = request.stated.origin
        if origin not in self._logs:
            return refusal(NOT_FOUND, "this witness does not know the log")
        try:
            signed = open_note(format_note(request.note), self._logs[origin])
        except EvidenceError as error:
            return refusal(FORBIDDEN, str(error))
        with file_lock(self.folder(origin).with_suffix(".lock")):
            return self._cosign(request, signed, now)

    def seen(self, origin: str) -> Seen | None:
        """Give what was cosigned last of a log; ``None`` where nothing was yet.

        Raises:
            EvidenceError: when the stored state is damaged.
        """
        return self._seen(origin)

    def latest(self, origin_hash: str) -> bytes | None:
        """Give the latest checkpoint of a log with the log's and the witness's signatures.

        Args:
            origin_hash: SHA-256 of the log's name, in lowercase hex.

        Raises:
            EvidenceError: when the stored state is damaged.
        """
        for origin in self._logs:
            if _hex(origin) == origin_hash:
                found = self.seen(origin)
                # what was stored just now is not given out before it is remembered
                return found.note if found is not None and self._cosigned.has(origin) else None
        return None

    def take_up(self) -> None:
        """Remember the logs whose first checkpoint is stored and which are not yet remembered.

        Raises:
            EvidenceError: when the file of what was cosigned is damaged.
            OSError: when the disk refuses.
        """
        for origin in self._logs:
            with suppress(EvidenceError):  # said, and refused, when that log asks
                if self._seen(origin) is None:
                    continue
                self._cosigned.add(origin)

    def folder(self, origin: str) -> Path:
        """Give where the state of a log lies."""
        return self.root / _LOGS / _hex(origin)

    def _cosign(self, request: Request, signed: Note, now: datetime) -> Answer:
        """Compare, store and sign; nobody else does so for this log meanwhile."""
        origin = request.stated.origin
        seen = self._seen(origin)
        self._keep_fork(origin, seen, request, signed)
        refused = refused_growth(request, None if seen is None else seen.checkpoint)
        if refused is not None:
            return refused
        time_s = self._time_s(now, seen)
        if time_s is None:
            return refusal(
                UNAVAILABLE,
                "the clock of this witness is wrong: it stands before its last cosignature",
            )
        cosignature = self.cosigner.cosign(signed.text, time_s)
        note = format_note(Note(signed.text, (*signed.signatures, cosignature)))
        self._store(origin, note, first=seen is None)
        self._cosigned.add(origin)
        return Answer(OK, cosignature.line)

    def _store(self, origin: str, note: bytes, *, first: bool) -> None:
        folder = self.folder(origin)
        if not first:
            put_files(self._disk, {folder / "checkpoint": note})
            return
        aside = temporary(folder)
        make_folders(self._disk, aside, 0o700)
        put_files(self._disk, {aside / "checkpoint": note})
        self._disk.rename(aside, folder)
        self._disk.sync(folder.parent)

    def _seen(self, origin: str) -> Seen | None:
        path = self.folder(origin) / "checkpoint"
        # asked first, for another thread may store the first one just now
        cosigned = path.parent.exists() or self._cosigned.has(origin)
        try:
            note = path.read_bytes()
        except FileNotFoundError:
            if not cosigned:
                return None
            raise EvidenceError(
                f"{path}: this witness has lost what it cosigned last of {origin}; it cosigns "
                "nothing more of this log. Make a new witness with a new key; never put back an "
                "older state."
            ) from None
        # its own signature is what makes it its memory; the log may have another key by now
        try:
            mine = open_note(note, [self.cosigner.verifier])
            checkpoint = parse_checkpoint(mine.text)
            if checkpoint.origin != origin:
                raise EvidenceError(f"it is of the log {checkpoint.origin}")
        except EvidenceError as error:
            raise EvidenceError(
                f"{path}: the state of this witness is damaged ({error}); it cosigns nothing more "
                "of this log. Make a new witness with a new key; never put back an older state."
            ) from None
        return Seen(checkpoint, mine.signatures[0].time_s, note)

    def _time_s(self, now: datetime, seen: Seen | None) -> int | None:
        """Give the time to sign; never before the last one, never zero."""
        time_s = int(now.timestamp())
        last = 0 if seen is None else seen.time_s
        if not 0 < time_s <= LATEST_TIME_S or time_s < last - CLOCK_SLACK_S:
            return None
        return max(time_s, last)

    def _keep_fork(self, origin: str, seen: Seen | None, request: Request, signed: Note) -> None:
        """Keep the proof where the log shows another history of the size that was cosigned."""
        if seen is None or not request.root_fits:
            return
        for log in self._logs[origin]:
            try:
                fork = same_size_fork(log, seen.note, format_note(signed))
            except EvidenceError:
                continue  # this key of the log has not signed both
            path = self.folder(origin) / f"fork-{seen.checkpoint.size}.json"
            if fork is None or path.exists():
                continue
            with suppress(OSError):  # a full disk must not keep the witness from refusing
                put_files(self._disk, {path: format_fork(fork)})


def refused_growth(request: Request, last: Checkpoint | None) -> Answer | None:
    """Say why a signed checkpoint is not cosigned; ``None`` where it may be.

    Args:
        request: whose log signature was verified.
        last: what was cosigned last.

    Source: C2SP tlog-witness, add-checkpoint, in the order of its text.
    """
    size = request.stated.size
    if request.old > size:
        return refusal(BAD_REQUEST, f"old size {request.old} is above {size}")
    if request.old != (0 if last is None else last.size):
        return conflict(0 if last is None else last.size)
    if not request.root_fits:
        return refusal(UNPROCESSABLE, "a log without entries has another root")
    old_root = request.stated.root if last is None else last.root
    if request.old == size and (request.proof or old_root != request.stated.root):
        why = f"another root than the one cosigned for {size} entries, or a proof of nothing"
        return refusal(UNPROCESSABLE, why)
    if request.old == 0 and request.proof:
        return refusal(UNPROCESSABLE, "growth from nothing needs no proof")
    if 0 < request.old < size and not continues(
        request.old, size, old_root, request.stated.root, request.proof
    ):
        why = f"not proved that the log of {size} entries continues the one of {request.old}"
        return refusal(UNPROCESSABLE, why)
    return None


def open_witness(
    root: Path, name: str, logs: Sequence[Verifier], seed: bytes, disk: Disk | None = None
) -> Witness:
    """Open a witness, or make it where the folder holds none.

    Args:
        root: folder of the witness's state.
        name: under which it signs, such as ``party-a.example/witness``.
        logs: public keys of the logs that it witnesses.
        seed: 32 secret bytes for the key, drawn once; not used where there is a key already.
        disk: steps that change files.

    Raises:
        WorkspaceError: when the folder is that of another witness, or has lost its state.
        EvidenceError: when name or keys cannot be used, or a log has the witness's own key.
    """
    require_name(name)
    disk = disk or Disk()
    require_logs(logs)
    if root.exists() and not root.is_dir():
        raise WorkspaceError(f"{root} is no folder; a witness keeps its state in one of its own")
    with suppress(FileExistsError):  # another process makes it just now
        for changed in make_folders(disk, root, 0o700):
            disk.sync(changed)
    with file_lock(root / "lock"):
        if not (root / KEY_FILE).exists():
            # the key is written last, so that a key without a memory is never that of a new one
            make_folders(disk, root / _LOGS, 0o700)
            if not (root / COSIGNED_FILE).exists():
                put_files(disk, {root / COSIGNED_FILE: b""})
            write_cosigner(disk, root, Cosigner(name, seed))
    cosigner = read_cosigner(root)
    if cosigner.name != name:
        raise WorkspaceError(
            f"{root} is the state of the witness {cosigner.name}, not of {name}; take another "
            "folder, or the right name"
        )
    if not _has_memory(root):
        raise WorkspaceError(
            f"{root} has a key but no memory ({_LOGS} or {COSIGNED_FILE} is missing): this witness could cosign two "
            "histories. Make a new one with a new key in another folder."
        )
    for log in logs:
        if log.public == cosigner.verifier.public:
            raise EvidenceError(
                f"the log {log.name} has the key of this witness; each witness needs a key of its "
                "own, else one signature passes for another"
            )
    witness = Witness(root, cosigner, logs, disk)
    witness.take_up()
    return witness


def _has_memory(root: Path) -> bool:
    """Tell whether there is a memory; an earlier version kept it in the folders of logs alone."""
    logs = root / _LOGS
    return logs.is_dir() and ((root / COSIGNED_FILE).is_file() or any(logs.glob("*/checkpoint")))


def require_logs(logs: Sequence[Verifier]) -> None:
    """Refuse keys that are none of a log.

    Raises:
        EvidenceError: when there is none, or one is of another kind.
    """
    if not logs:
        raise EvidenceError("a witness needs the public key of at least one log")
    for log in logs:
        if log.kind != ED25519:
            raise EvidenceError(
                f"public key of {log.name}: type {log.kind:02x} is that of a witness, a log's is 01"
            )


def _by_origin(logs: Sequence[Verifier]) -> Mapping[str, tuple[Verifier, ...]]:
    origins = dict.fromkeys(log.name for log in logs)
    return {
        origin: tuple(dict.fromkeys(log for log in logs if log.name == origin))
        for origin in origins
    }


def _hex(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
