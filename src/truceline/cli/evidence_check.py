"""Checking the evidence log: verify everything, show its checkpoint."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import busy, now, out, print_json
from truceline.evidence.log import Log
from truceline.pipeline.deletion import delete_entry
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify_workspace as recomputed
from truceline.store.workspace import open_workspace

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command("verify")(verify)
    app.command("checkpoint")(checkpoint)
    app.command("delete")(delete)


def verify(
    ws: Path = WS, json: bool = typer.Option(False, "--json", help="Print JSON for a program.")
) -> None:
    """Recompute everything from the raw bytes; exit code 1 and the place where it is wrong.

    Example: truceline evidence verify ws
    """
    with busy("recomputing from the raw bytes"):
        found = recomputed(ws)
    if json:
        print_json(
            {
                "ok": found.ok,
                "problems": list(found.problems),
                "checked": dict(found.checked),
                "remarks": list(found.remarks),
            }
        )
    else:
        for name, count in found.checked.items():
            out.print(f"{count:>8} {name}")
        for line in found.remarks:
            out.print(f"remark: {line}", markup=False)
        for line in found.problems:
            out.print(f"WRONG: {line}", markup=False)
        verdict = "everything follows from the raw bytes" if found.ok else "verification FAILED"
        out.print(verdict)
    if not found.ok:
        raise typer.Exit(1)


def checkpoint(ws: Path = WS) -> None:
    """Print the signed checkpoint of the log, to be handed to the parties.

    Example: truceline evidence checkpoint ws
    """
    open_workspace(ws)
    typer.echo(Log.open(ws).checkpoint_text(), nl=False)


def delete(
    ws: Path = WS,
    index: int = typer.Argument(help="Leaf index of the entry.", metavar="INDEX"),
    authority: str = typer.Option(help="Law, order or request that asks for it."),
    by: str = typer.Option("", "--by", help="Who decides."),
    why: str = typer.Option(help="Why, in a sentence."),
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Delete what came in for good, under a logged decision; its place in the log stays proved.

    Example: truceline evidence delete ws 3 --authority "court order 7" --by "R. Example" --why ".."
    """
    with open_desk(ws) as desk:
        principal = acting(desk, by, token_file)
        done = delete_entry(desk, principal, index, authority, why, now(), by=by)
    out.print(f"entry {done.index} is deleted under the decision at entry {done.decision}")
    if done.kept_for:
        others = ", ".join(map(str, done.kept_for))
        out.print(f"the raw bytes stay: entries {others} speak of them too")
    out.print(
        "what was made of it stays until `truceline run` makes new revisions; copies and backups "
        "outside this workspace are yours to find",
        markup=False,
    )
