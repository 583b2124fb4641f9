"""Show what was promised: in words, or as a page with map, clauses and time line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from truceline.cli.screen import now
from truceline.codec.agreement import load_agreement
from truceline.codec.agreement_time import OPEN_END, local_to_utc
from truceline.errors import WorkflowError
from truceline.guarantees.describe import describe
from truceline.model.agreement import Agreement
from truceline.pipeline.shipped import agreement_folder

NAME = typer.Argument(help="Name of a shipped agreement, or a folder.", metavar="NAME")
AT = typer.Option(
    "",
    "--at",
    help="Day (its noon) or local time whose lines and duties the page shows; else today, or a "
    "moment in force where it has ended.",
)
PAGE = typer.Option(None, "--page", help="File to write the page to, in HTML.")


def show(name: str = NAME, at: str = AT, page: Path | None = PAGE) -> None:
    """Show what was promised, in words; with --page as a page with map, clauses and time line.

    Example: truceline agreement show riverline --page riverline.html
    """
    if at and page is None:
        raise typer.BadParameter("--at is the day of a page; add --page FILE", param_hint="--at")
    agreement = load_agreement(agreement_folder(name))
    if page is None:
        for line in describe(agreement):
            typer.echo(line)
        return
    from truceline.publication.agreement_page import agreement_page  # noqa: PLC0415 - slow to load

    write_page(page, agreement_page(agreement, moment_of(agreement, at)))


def moment_of(agreement: Agreement, at: str) -> datetime:
    """Give the moment that a page shows. UTC.

    Args:
        agreement: its zone counts, and its time in force where no moment is asked for.
        at: as a person wrote it: ``2015-03-01``, ``2015-03-01T02:35``, or empty.

    Raises:
        typer.BadParameter: when it is no such moment.
    """
    from truceline.publication.agreement_moment import zone_of  # noqa: PLC0415 - slow to load

    if not at:
        return _within(agreement, now())
    try:
        return local_to_utc(at if "T" in at else f"{at}T12:00", zone_of(agreement))
    except ValueError as error:
        raise typer.BadParameter(f"{error}; or give a day alone: 2015-03-01") from None


def _within(agreement: Agreement, moment: datetime) -> datetime:
    """Move a moment to the nearest at which the agreement is in force."""
    if agreement.in_force is None:
        return moment
    time = agreement.in_force.time
    if time.end != OPEN_END and moment >= time.end:
        return time.start + (time.end - time.start) / 2
    return max(moment, time.start)


def write_page(path: Path, page: bytes, *, quiet: bool = False) -> None:
    """Write a page and, unless ``quiet``, say what to open.

    Raises:
        WorkflowError: when the file cannot be written.
    """
    try:
        path.write_bytes(page)
    except OSError as error:
        raise WorkflowError(
            f"{path}: cannot be written ({error.strerror}); give a file in a folder that exists."
        ) from None
    if not quiet:
        typer.echo(f"wrote {path}; open it in a browser: {path.resolve().as_uri()}")
