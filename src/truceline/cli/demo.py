"""The demo: the main job on the shipped examples."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from truceline.cli.screen import busy, now, out
from truceline.demo.examples import Example, easter_2025, easter_2026, paris_2026, riverline
from truceline.demo.front_page import write_front_page
from truceline.errors import WorkspaceError
from truceline.pipeline.warming import warming

OUT = typer.Option(
    Path("demo"), "--out", help="Folder for the workspaces; an earlier demo is replaced."
)
SEED = typer.Option(7, help="Seed of the simulated day.")
_MARK = "truceline-demo"


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("demo")(demo)


def demo(folder: Path = OUT, seed: int = SEED) -> None:
    """Run the main job on the shipped examples and say which page to open.

    Example: truceline demo --out demo
    """
    _empty(folder)
    moment = now()
    say = lambda text: out.print(f"  {text}", markup=False)  # noqa: E731 - a name for three calls
    made: list[Example] = []
    with warming() as kernels:  # compiled beside the examples that do not need them
        for title, build in (
            ("Easter 2025: reports of both sides around a declared truce", easter_2025),
            ("Easter 2026: satellite heat against its background", easter_2026),
        ):
            out.print(f"[bold]{title}[/]")
            with busy(title):
                made.append(build(folder, moment, say))
        out.print(f"[bold]Riverline: one simulated day with known truth (seed {seed})[/]")
        with busy("compiling association, once for this machine"):
            kernels.wait()
    with busy("Riverline"):
        made.append(riverline(folder, moment, say, seed))
    out.print(made[-1].score, markup=False)
    out.print("[bold]Paris 2026: the register of pledges[/]")
    made.append(paris_2026(folder, moment, say))
    out.print()
    for example in made:
        out.print(f"{example.name}: {example.summary}", markup=False)
    out.print()
    out.print("The reports:")
    for example in made:
        out.print(f"  {example.report}", markup=False)
    out.print(f"Trace a finding to its raw rows: truceline findings list {made[0].workspace}")
    out.print("Open this page in a browser; it leads to all four:")
    out.print(f"  {write_front_page(folder, made)}", markup=False)


def _empty(folder: Path) -> None:
    """Clear the folder of an earlier demo.

    Raises:
        WorkspaceError: when the folder holds something else.
    """
    mark = folder / _MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise WorkspaceError(
            f"{folder} holds something that is no earlier demo; give another folder with --out."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.write_text("This folder is made anew by `truceline demo`.\n", encoding="utf-8")
