"""The workspace of the statements: opened, made on first use, its pages written."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from truceline.access.operations import Operation
from truceline.cli.acting import permitted
from truceline.cli.screen import busy, now, out
from truceline.codec.agreement import load_agreement
from truceline.errors import TrucelineError, WorkspaceError
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


def opened(ws: Path | None, operation: Operation = Operation.READ_REGISTER) -> Desk:
    """Open the workspace for an operation.

    Raises:
        AccessError: when people are registered, and who asks is not proved or may not.
        WorkspaceError: when nothing was read into it yet.
    """
    root = ws or DEFAULT
    if not (root / MARK).exists():
        raise WorkspaceError(
            f"{root} keeps no statements yet; `truceline statements read FILES -w {root}` makes it."
        )
    return _allowed(open_desk(root), operation)


def opened_or_made(ws: Path | None, agreement: str | None) -> Desk:
    """Open the workspace; make it where there is none, and say so.

    Raises:
        AccessError: when people are registered, and who asks is not proved or may not.
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
    return _allowed(desk, Operation.REVIEW_STATEMENTS)


def _allowed(desk: Desk, operation: Operation) -> Desk:
    """Give the workspace to who may do that; a token stands in the environment.

    Raises:
        AccessError: when it is not proved who asks, or they may not.
    """
    try:
        permitted(desk, operation)
    except TrucelineError:
        desk.close()
        raise
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
