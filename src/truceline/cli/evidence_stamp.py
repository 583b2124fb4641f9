"""Time stamps of checkpoints: have the newest one stamped, check those that are kept."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.evidence_files import read
from truceline.cli.screen import now, out, shown
from truceline.evidence.note import parse_vkey
from truceline.pipeline import stamping
from truceline.store.workspace import open_workspace
from truceline.transport import time_authority

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
AUTHORITY = typer.Option(..., "--authority", help="Address of the authority.", metavar="URL")
CERTIFICATE = typer.Option(
    ..., "--certificate", help="Root certificate of the authority, PEM or DER.", metavar="FILE"
)


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command()(stamp)
    app.command()(stamps)


def stamp(
    ws: Path = WS,
    authority: str = AUTHORITY,
    certificate: Path = CERTIFICATE,
) -> None:
    """Have a time authority (RFC 3161) stamp the newest checkpoint, and keep the stamp.

    Example: truceline evidence stamp ws --authority https://time.example/tsa --certificate tsa.pem
    """
    log = parse_vkey(open_workspace(ws).vkey)
    found = stamping.stamp(ws, log, authority, [read(certificate)], time_authority.ask, now())
    _tell_stamp(found)


def stamps(
    ws: Path = WS,
    certificate: Path = CERTIFICATE,
) -> None:
    """Check the time stamps that are kept; exit code 1 where one is not valid.

    Example: truceline evidence stamps ws --certificate tsa.pem
    """
    log = parse_vkey(open_workspace(ws).vkey)
    found = stamping.check_stamps(ws, log, [read(certificate)])
    for one in found:
        _tell_stamp(one)
    out.print(f"{len(found)} time stamps", markup=False)
    if not all(one.report.valid for one in found):
        raise typer.Exit(1)


def _tell_stamp(found: stamping.Stamped) -> None:
    report = found.report
    when = report.time.isoformat() if report.time is not None else "no time"
    said = f"{report.state.value}, {when}, {report.authority}"
    if report.problem:
        said += f": {report.problem}"
    out.print(shown(f"{found.size} entries: {said}"), markup=False)
