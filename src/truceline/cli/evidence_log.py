"""Appending to an evidence log from standard input."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Sequence
from pathlib import Path

import typer

from truceline.cli.evidence_lines import Line, Stop, batches, wrong_with
from truceline.cli.screen import err
from truceline.errors import TrucelineError, WorkspaceError
from truceline.evidence.appender import Appender
from truceline.evidence.folder import PATIENCE_S, begin, of_workspace, private_of, vkey_file
from truceline.evidence.log import BATCH, Log

LOG = typer.Argument(
    help="Folder of the log, made if it is new; LOG.private beside it is not to be published.",
    metavar="LOG",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("append")(append)


def append(
    log: Path = LOG,
    pad: int | None = typer.Option(
        None,
        "--pad",
        min=1,
        max=4096,
        show_default="64 in a workspace, else 1",
        help="Fill each batch up to a multiple of this many entries.",
    ),
    origin: str | None = typer.Option(
        None, "--origin", help="Name of a new log, as evidence.example/log."
    ),
) -> None:
    """Log each line of standard input, a JSON value, and print INDEX LEAFHASH once it is durable.

    Lines may end in CRLF or, the last one, in nothing; blank lines and a byte order mark at the
    start are passed over, and a tab between tokens is logged as a space. Lines that are waiting
    are logged together. Exit code 1 when a line could not be logged.

    Example: truceline evidence append log < records.jsonl
    """  # fmt: skip
    log_dir = log.resolve()
    opened(log_dir, origin)
    workspace = of_workspace(log_dir)
    appender = Appender(
        log_dir,
        private_of(log_dir),
        batch=pad or (BATCH if workspace else 1),
        patience_s=PATIENCE_S,
    )
    raise typer.Exit(follow(appender, 0, 1, Stop().heard, reserved() if workspace else ()))


def opened(log_dir: Path, origin: str | None) -> None:
    """Make the log if it is new, and say so; open it otherwise.

    Raises:
        WorkspaceError: when the folder is not one for a log, its log has another name, or the name
            is empty or an address.
    """
    if origin is not None and (not origin or "://" in origin):
        raise WorkspaceError(
            f"--origin {origin!r}: a log's name has no scheme and is not empty; write it as "
            "evidence.example/log, or leave --origin away"
        )
    root = private_of(log_dir)
    if not of_workspace(log_dir):
        seed = secrets.token_bytes(32)
        name = origin or f"truceline.example/log/{_random_name(root, seed)}"
        if begin(log_dir, name, seed):
            vkey = vkey_file(log_dir)
            said = f"new log; its public key, for everyone who is to check it, is in {vkey}: "
            err.print(said + vkey.read_text(encoding="utf-8").strip(), markup=False)
            err.print(f"keep {root} to yourself, with copies: keys and openings", markup=False)
    found = Log.open(root, log_dir=log_dir).checkpoint().origin
    if origin and origin != found:
        raise WorkspaceError(f"{log_dir}: its name is {found}, not {origin}; leave --origin away")


def _random_name(root: Path, seed: bytes) -> str:
    """Name a new log so that no other has its name; as before where making it was cut off."""
    vkey = root / "keys" / "log.vkey"
    if vkey.is_file():
        return vkey.read_text(encoding="utf-8").partition("+")[0].rpartition("/")[2]
    return hashlib.sha256(seed + b"origin").hexdigest()[:12]


def reserved() -> Collection[str]:
    """Give the types of records that a workspace's own commands log."""
    from truceline.pipeline.events import NEEDED  # noqa: PLC0415 - only a workspace needs it

    return NEEDED.keys()


def follow(
    appender: Appender, source: int, sink: int, stop: int, kept: Collection[str] = ()
) -> int:
    """Log what comes in and tell what is logged, until the input ends; give the exit code.

    Args:
        appender: of the log.
        source: descriptor of the input.
        sink: descriptor that gets a line for each entry.
        stop: descriptor that becomes readable when it is time to end.
        kept: types of records that are refused.

    Raises:
        TrucelineError: when the log cannot be written.
    """
    code = 0
    try:
        for lines in batches(source, stop):
            good = [line for line in lines if _is_good(line, kept)]
            code = code or int(len(good) < len(lines))
            if not _told(sink, appender, [_entry(line) for line in good]):
                err.print("standard output takes no more; the log may hold more than was told")
                return 1
    finally:
        _close(appender)
    return code


def _is_good(line: Line, kept: Collection[str]) -> bool:
    wrong = wrong_with(line, kept)
    if wrong:
        err.print(f"line {line.number}: {wrong}; not logged", markup=False)
    return not wrong


def _entry(line: Line) -> bytes:
    """Give what is logged of a line that is good: its tabs stand between tokens only."""
    return line.text.replace(b"\t", b" ")


def _told(sink: int, appender: Appender, records: Sequence[bytes]) -> bool:
    said = "".join(f"{one.index} {one.leaf.hex()}\n" for one in appender.append(records))
    rest = memoryview(said.encode())
    while rest:
        try:
            rest = rest[os.write(sink, rest) :]
        except OSError:  # closed, or a file on a disk that is full
            return False
    return True


def _close(appender: Appender) -> None:
    try:
        appender.close()
    except TrucelineError as error:
        err.print(
            f"the salts have not moved on yet, the next append does it: {error}", markup=False
        )
