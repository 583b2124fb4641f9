"""Items of evidence: handed in, shown hand by hand, copied, passed on, sealed, redacted, checked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from truceline.cli import custody_fields
from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.custody_words import chain_plain, tell_chain, tell_hand_in, tell_paper
from truceline.cli.screen import now, out, print_json, shown
from truceline.custody.names import safe_name
from truceline.errors import WorkflowError
from truceline.model.custody import CustodyStep
from truceline.pipeline.custody import hand_in as take_in
from truceline.pipeline.custody import redact as take_redacted
from truceline.pipeline.custody_chain import chain, chains
from truceline.pipeline.custody_papers import check_papers
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.custody_steps import check_out, take_item_step
from truceline.pipeline.desk import open_desk

app = typer.Typer(
    help="Items of evidence: who handed in what, where it is, and whether it is still the same.",
    no_args_is_help=True,
)
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
ITEM = typer.Argument(help="SHA-256 of the item, or its first six digits or more.", metavar="ITEM")
FILE = typer.Argument(help="The file that is handed in.", metavar="FILE")
BY = typer.Option("", "--by", help="Name of the person who acts.", metavar="NAME")
WHY = typer.Option(..., "--why", help="The reason, in words.", metavar="TEXT")
GIVER = typer.Option(..., "--from", help="Who handed it in.", metavar="NAME")
SIDE = typer.Option("", help="Id of the party whom it concerns.", metavar="PARTY")
AREA = typer.Option([], help="Id of a zone in which what it shows lies; may be given again.")
TAKEN = typer.Option("", help="When it was made, as the giver says; RFC 3339.", metavar="TIME")
NOTE = typer.Option("", help="What there is to say about it.", metavar="TEXT")
ABOUT = typer.Option("", help="Id of the finding or incident on which it bears.", metavar="ID")
MANIFEST = typer.Option(None, help="C2PA manifest that lies beside it.", metavar="FILE.c2pa")
STAMP = typer.Option(None, help="RFC 3161 time stamp that lies beside it.", metavar="FILE.tsr")
TO = typer.Option(..., "--to", help="Into whose hands.", metavar="NAME")
ON = typer.Option(..., "--about", help="Id of the finding or incident.", metavar="ID")
COPY = typer.Argument(help="New file, or a folder to make one in.", metavar="OUT")
DERIVED = typer.Argument(help="The redacted copy.", metavar="DERIVED_FILE")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@app.command("hand-in")
def hand_in(
    ws: Path = WS,
    file: Path = FILE,
    by: str = BY,
    giver: str = GIVER,
    side: str = SIDE,
    area: list[str] = AREA,
    taken: str = TAKEN,
    note: str = NOTE,
    about: str = ABOUT,
    manifest: Path | None = MANIFEST,
    stamp: Path | None = STAMP,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """Take in a file of any kind: keep the original, log who gave it, look at what comes with it.

    Example: truceline custody hand-in ws crater.jpg --by "R. Example" --from "N. Example"
    """
    made = _moment(taken)
    offer = Offer(giver, side, tuple(area), made, note, about, manifest, stamp)
    with open_desk(ws) as desk:
        who = acting(desk, by, token_file)
        row = take_in(desk, who, file, offer, now(), by=by)
        checks = check_papers(desk, who, row.sha256, now())
    if json:
        papers = {one.paper: one.outcome for one in checks}
        print_json({"item": row.sha256, "entry": row.log_index, "size": row.size,
                    "media_type": row.media_type, "papers": papers})  # fmt: skip
        return
    tell_hand_in(row)
    for one in checks:
        tell_paper(one)


@app.command("list")
def list_items(ws: Path = WS, token_file: Path | None = TOKEN_FILE, json: bool = JSON) -> None:
    """List the items that you may know of.

    Example: truceline custody list ws
    """
    with open_desk(ws) as desk:
        found = chains(desk, acting(desk, token_file=token_file), now())
    if json:
        print_json([chain_plain(one) for one in found])
        return
    for one in found:
        size = "" if one.size is None else f"  {one.size} bytes"
        name = one.name if one.sealed else safe_name(one.name)
        mark = "  SEALED" if one.sealed else ""
        out.print(f"{one.sha256[:12]}  {one.media_type}{size}  {name}{mark}", markup=False)
    out.print(f"{len(found)} items")


@app.command("show")
def show_item(
    ws: Path = WS, item: str = ITEM, token_file: Path | None = TOKEN_FILE, json: bool = JSON
) -> None:
    """Show the chain of custody; exit code 1 where the original is not what was handed in.

    Example: truceline custody show ws 3f2a9c
    """
    with open_desk(ws) as desk:
        found = chain(desk, item, acting(desk, token_file=token_file), now())
    if json:
        print_json(chain_plain(found))
    else:
        tell_chain(found)
    if found.problem:
        raise typer.Exit(1)


@app.command("checkout")
def checkout(
    ws: Path = WS,
    item: str = ITEM,
    to: Path = COPY,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Make a working copy; who takes it is logged before there is one.

    Example: truceline custody checkout ws 3f2a9c copy.jpg --by "A. Example" --why "measuring"
    """
    with open_desk(ws) as desk:
        row, path = check_out(desk, acting(desk, by, token_file), item, to, why, now(), by=by)
    out.print(f"{shown(str(path))}: working copy of {row.sha256[:12]}, entry {row.log_index}",
              markup=False)  # fmt: skip


@app.command("transfer")
def transfer(
    ws: Path = WS,
    item: str = ITEM,
    to: str = TO,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Record that an item was given into other hands.

    Example: truceline custody transfer ws 3f2a9c --to "A. Example" --by "R. Example" --why "to the lab"
    """
    _step(ws, item, CustodyStep.TRANSFERRED, by, why, token_file, recipient=to)


@app.command("examine")
def examine(
    ws: Path = WS,
    item: str = ITEM,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Record that somebody examined an item, and what they found.

    Example: truceline custody examine ws 3f2a9c --by "A. Example" --why "fuze of a mortar round"
    """
    _step(ws, item, CustodyStep.EXAMINED, by, why, token_file)


@app.command("link")
def link(
    ws: Path = WS,
    item: str = ITEM,
    about: str = ON,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Record that an item bears on a finding or an incident.

    Example: truceline custody link ws 3f2a9c --about INC-000012/R-2 --by "A. Example" --why "its crater"
    """
    _step(ws, item, CustodyStep.LINKED, by, why, token_file, about=about)


@app.command("seal")
def seal(
    ws: Path = WS,
    item: str = ITEM,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Withhold the content of an item; its entry goes on proving its place.

    Example: truceline custody seal ws 3f2a9c --by "C. Example" --why "shows a witness"
    """
    _step(ws, item, CustodyStep.SEALED, by, why, token_file)


@app.command("unseal")
def unseal(
    ws: Path = WS,
    item: str = ITEM,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Show the content of an item again to those who may read items.

    Example: truceline custody unseal ws 3f2a9c --by "C. Example" --why "the witness agrees"
    """
    _step(ws, item, CustodyStep.UNSEALED, by, why, token_file)


@app.command("redact")
def redact(
    ws: Path = WS,
    item: str = ITEM,
    derived: Path = DERIVED,
    by: str = BY,
    why: str = WHY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Record a redacted copy that you have made of an item, bound to it by both hashes.

    Example: truceline custody redact ws 3f2a9c no-faces.jpg --by "C. Example" --why "faces painted over"
    """
    with open_desk(ws) as desk:
        row = take_redacted(desk, acting(desk, by, token_file), item, derived, why, now(), by=by)
    tell_hand_in(row)
    out.print(f"  redacted copy of {row.derived_from[:12]}")


custody_fields.register(app)


@app.command("check")
def check(ws: Path = WS, item: str = ITEM, token_file: Path | None = TOKEN_FILE) -> None:
    """Look again at the manifests and stamps of an item; what is new is logged.

    Example: truceline custody check ws 3f2a9c
    """
    with open_desk(ws) as desk:
        found = check_papers(desk, acting(desk, token_file=token_file), item, now())
    for one in found:
        tell_paper(one)
    out.print(f"{len(found)} manifests or stamps looked at")


def _step(
    ws: Path,
    item: str,
    step: CustodyStep,
    by: str,
    why: str,
    token_file: Path | None,
    *,
    recipient: str = "",
    about: str = "",
) -> None:
    with open_desk(ws) as desk:
        who = acting(desk, by, token_file)
        row = take_item_step(
            desk, who, item, step, why, now(), by=by, recipient=recipient, about=about
        )
    said = f"{row.sha256[:12]} {row.step} by {row.person} at {row.time}, entry {row.log_index}"
    out.print(said, markup=False)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise WorkflowError(f"--taken {text!r} is no time; write 2026-05-13T08:00:00Z.") from None
