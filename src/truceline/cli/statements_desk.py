"""The workspace of the statements: opened, made on first use, its pages written."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from truceline.cli.screen import busy, now, out
from truceline.codec.agreement import load_agreement
from truceline.errors import WorkspaceError
from truceline.pipeline.desk import Desk, open_desk, start
from truceline.pipeline.register_view import register_view
from truceline.pipeline.shipped import agreement_folder
from truceline.publication.register_pages import register_pages
from truceline.store.workspace import MARK, write_durably

WORKSPACE = typer.Option(
    None, "--workspace", "-w", help="Folder that keeps what was read; ./reading if not given.",
    metavar="WS",
)  # fmt: skip
AGREEMENT = typer.Option(
    None, "--agreement", metavar="NAME",
    help="Agreement of a new workspace, shipped or a folder; paris-2026 if not given.",
)  # fmt: skip
DEFAULT = Path("reading")
"""Workspace where none is named."""
_AGREEMENT = "paris-2026"
_PAGES = "statements"


def opened(ws: Path | None) -> Desk:
    """Open the workspace.

    Raises:
        WorkspaceError: when nothing was read into it yet.
    """
    root = ws or DEFAULT
    if not (root / MARK).exists():
        raise WorkspaceError(
            f"{root} keeps no statements yet; `truceline statements read FILES -w {root}` makes it."
        )
    return open_desk(root)


def opened_or_made(ws: Path | None, agreement: str | None) -> Desk:
    """Open the workspace; make it where there is none, and say so.

    Raises:
        WorkspaceError: when there is one of another agreement than the one named.
        AgreementError: when the agreement cannot be read.
    """
    root = ws or DEFAULT
    if not (root / MARK).exists():
        folder = agreement_folder(agreement or _AGREEMENT)
        desk = start(root, folder, secrets.token_bytes(32), now())
        out.print(f"made the workspace {root} for {desk.agreement.title}", markup=False)
        return desk
    desk = open_desk(root)
    if agreement is not None:
        named = load_agreement(agreement_folder(agreement)).id
        if named != desk.agreement.id:
            desk.close()
            raise WorkspaceError(
                f"{root} is a workspace of {desk.agreement.id}, not of {named}; name another "
                "folder with -w."
            )
    return desk


def write_pages(desk: Desk, folder: Path | None = None) -> Path:
    """Write the pages of the register and give the one to open; pages of before are taken away.

    Args:
        desk: the workspace.
        folder: where to; ``out/statements`` of the workspace where null.
    """
    target = folder or desk.workspace.out / _PAGES
    with busy("writing the pages"):
        made = register_pages(register_view(desk, now().date().isoformat()))
        for name, data in made.items():
            path = target / name
            if not path.is_file() or path.read_bytes() != data:
                write_durably(path, data)
        if folder is None:
            for path in sorted(target.rglob("*.html")):
                if path.relative_to(target).as_posix() not in made:
                    path.unlink()
    return target / "index.html"
