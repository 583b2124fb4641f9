"""Declared weapons against what visits found."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import now, out, print_json, shown, tell
from truceline.inventory.discrepancies import Compared
from truceline.pipeline.desk import open_desk
from truceline.pipeline.inventory import compared, discrepancy_plain, site_plain, sites_of

app = typer.Typer(
    help="Declared weapons, storage sites and visits: what is missing, moved, never declared.",
    no_args_is_help=True,
)
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
AT = typer.Option("", help="As it was known then (RFC 3339); now if not given.", metavar="TIME")
SIDE = typer.Option(..., help="Id of the party whose sites are meant.", metavar="PARTY")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@app.command()
def show(
    ws: Path = WS, at: str = AT, token_file: Path | None = TOKEN_FILE, json: bool = JSON
) -> None:
    """Tell of each site what was declared and found, and every discrepancy. Exit code 1: there are some.

    Files come in with `truceline ingest WS inventory FILE`: sites, weapons, visits. A liaison sees
    its own side. Positions are not shown.

    Example: truceline inventory show ws --at 2026-05-20T00:00:00Z
    """
    moment = _moment(at)
    with open_desk(ws) as desk:
        found = compared(desk, acting(desk, token_file=token_file), moment, now())
    if json:
        print_json(
            {
                "at": moment.isoformat(),
                "sites": [site_plain(one) for one in found.sites],
                "discrepancies": [discrepancy_plain(one) for one in found.discrepancies],
            }
        )
    else:
        _tell(found)
    if found.discrepancies:
        raise typer.Exit(1)


@app.command()
def sites(
    ws: Path = WS, side: str = SIDE, token_file: Path | None = TOKEN_FILE, json: bool = JSON
) -> None:
    """Show where the storage sites of a party lie. This read is logged.

    Example: truceline inventory sites ws --side NOR
    """
    with open_desk(ws) as desk:
        found = sites_of(desk, acting(desk, token_file=token_file), side, now())
    if json:
        names = type(found[0]).__slots__ if found else ()
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    for one in found:
        place = f"{one.lon:.5f} {one.lat:.5f}, within {one.radius_m:.0f} m"
        out.print(f"{shown(one.site_id):<12} {place}  {shown(one.name)}", markup=False)
    out.print(f"{len(found)} site(s) of {shown(side)}; this read is in the log", markup=False)


def _tell(found: Compared) -> None:
    for one in found.sites:
        parts = [
            f"{one.declared} declared",
            f"{one.present} identified",
            f"{one.not_identified} perhaps among weapons without a read serial",
            f"{one.not_verified} not verified",
            f"at least {one.missing} missing" if one.missing else "none shown to be missing",
        ]
        visit = one.last_visit
        last = f"last visit {visit.visit_id}, {visit.access.value}" if visit else "never visited"
        tell(f"{one.site.site_id} ({one.site.side}): {', '.join(parts)}; {last}", rest="    ")
    for each in found.discrepancies:
        tell(f"{each.kind.value} ({each.side or 'side not known'}): {each.reason}", "- ", "    ")
        if each.count < len(each.items):
            tell(f"one of {', '.join(each.items)}", "    ", "    ")
    out.print(f"{len(found.sites)} site(s), {len(found.discrepancies)} discrepancies")


def _moment(text: str) -> datetime:
    if not text:
        return now()
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no time with a zone; write 2026-05-20T00:00:00Z")
    return value
