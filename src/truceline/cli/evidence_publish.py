"""Publishing the log into a folder that a web server serves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import busy, now, out, print_json
from truceline.codec.canonical import rfc3339
from truceline.errors import WorkflowError
from truceline.pipeline.desk import open_desk
from truceline.pipeline.log_publication import first_publication, publish_log, told
from truceline.pipeline.log_rhythm import Rhythm

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
TO = typer.Argument(help="Folder for the web server.", metavar="OUT")
AT = typer.Option("", "--at", help="Publish no more than was public then.", metavar="TIME")
EVERY = typer.Option(
    None, "--every", help="Minutes between checkpoints, at the first tick (60).", metavar="MINUTES"
)
PAD = typer.Option(
    None, "--pad", help="Entries to whose multiples the log is filled up (1024).", metavar="N"
)
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
_MOST = 1 << 20


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("publish")(publish)


def publish(
    ws: Path = WS,
    to: Path = TO,
    at: str = AT,
    every: int | None = EVERY,
    pad: int | None = PAD,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """Make this tick's checkpoint for the parties, and publish what is older than the delay.

    Example: truceline evidence publish ws public-folder
    """
    rhythm = None
    if every is not None or pad is not None:
        usual = Rhythm()
        length = usual.every if every is None else timedelta(minutes=max(0, min(every, _MOST)))
        rhythm = Rhythm(length, usual.multiple if pad is None else pad)
    moment = _moment(at) if at else None
    with open_desk(ws) as desk:
        principal = acting(desk, "", token_file)
        with busy("publishing the log"):
            done = publish_log(desk, principal, to, now(), rhythm, at=moment)
        later = rfc3339(first_publication(desk, done.tick))
    if json:
        print_json(told(done))
        return
    size = done.tick.checkpoint.size
    out.print(f"for the parties and witnesses now: {done.tick.path} ({size} entries)", markup=False)
    if done.public is None:
        out.print(f"nothing is old enough to be public; this checkpoint will be at {later}")
        return
    out.print(
        f"public: {done.public.checkpoint.size} entries as of {rfc3339(done.public.time)}; "
        f"{done.written} files written, {done.opened} records newly open",
        markup=False,
    )


def _moment(text: str) -> datetime:
    """Read a time.

    Raises:
        WorkflowError: when it is none, or has no zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WorkflowError(f"--at {text!r} is no time such as 2026-05-13T08:00:00Z.") from None
    if moment.tzinfo is None:
        raise WorkflowError(f"--at {text!r} says no zone; write 2026-05-13T08:00:00Z.")
    return moment.astimezone(UTC)
