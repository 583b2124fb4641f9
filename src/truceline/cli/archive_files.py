"""backup, restore, export, import: a whole workspace in one file, and back."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.access.operations import Operation
from truceline.access.rules import ANYTHING
from truceline.cli.acting import TOKEN_FILE, permitted
from truceline.cli.screen import busy, err, now, out, print_json
from truceline.pipeline.backup import backup, restore
from truceline.pipeline.desk import Desk, open_desk
from truceline.pipeline.export import Archived, export
from truceline.pipeline.import_ import Imported, import_
from truceline.pipeline.reads import open_sensitive

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
NEW = typer.Argument(help="Folder of the new workspace; nothing may lie there.", metavar="WS")
TO = typer.Argument(help="Archive to write; nothing may lie there.", metavar="FILE")
FROM = typer.Argument(help="Archive to read.", metavar="FILE")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
SECRETS = typer.Option(
    False,
    "--with-secrets/--without-secrets",
    help="Also private keys, accounts and tokens.",
)
DATABASE = typer.Option(
    "",
    "--database",
    metavar="URL",
    help="Empty PostgreSQL database for the records, such as "
    "postgresql+psycopg://user@host/database; without it they lie in the folder, in SQLite.",
)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command("backup")(backup_workspace)
    app.command("restore")(restore_workspace)
    app.command("export")(export_workspace)
    app.command("import")(import_workspace)


def backup_workspace(
    ws: Path = WS, file: Path = TO, token_file: Path | None = TOKEN_FILE, json: bool = JSON
) -> None:
    """Write everything into one file, private keys too, while others go on working.

    The file is for its owner only (mode 0600): whoever has it can write in the mission's name.

    Example: truceline backup ws ws-2026-05-13.tar
    """
    with open_desk(ws) as desk, busy("writing the backup"):
        _allowed(desk, Operation.BACK_UP, file, token_file)
        done = backup(desk, file)
    _tell_archived(done, json=json)


def restore_workspace(
    file: Path = FROM, ws: Path = NEW, database: str = DATABASE, json: bool = JSON
) -> None:
    """Make a workspace out of a backup; it verifies itself before it is moved into its place.

    Example: truceline restore ws-2026-05-13.tar ws-again
    """
    with busy("checking, making and verifying"):
        done = restore(file, ws, database)
    _tell_imported(done, json=json)


def export_workspace(
    ws: Path = WS,
    file: Path = TO,
    with_secrets: bool = SECRETS,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """Write a workspace in open formats: tables as JSON lines, files as they are.

    Example: truceline export ws ws-open.tar
    """
    with open_desk(ws) as desk, busy("writing the export"):
        _allowed(desk, Operation.EXPORT, file, token_file)
        if with_secrets:
            _allowed(desk, Operation.BACK_UP, file, token_file)
        done = export(desk, file, secrets=with_secrets)
    _tell_archived(done, json=json)


def import_workspace(
    file: Path = FROM, ws: Path = NEW, database: str = DATABASE, json: bool = JSON
) -> None:
    """Make a workspace out of an export, without loss, on either database.

    Example: truceline import ws-open.tar ws-copy
    """
    with busy("checking, making and verifying"):
        done = import_(file, ws, database)
    _tell_imported(done, json=json)


def _allowed(desk: Desk, operation: Operation, file: Path, token_file: Path | None) -> None:
    """Refuse who may not take a workspace out; where people are registered, it is logged first.

    Raises:
        AccessError: when it is not proved who acts, or they may not.
        WorkspaceError: when log or records cannot be written.
    """
    who = permitted(desk, operation, token_file)
    if who.person is not None and not file.exists():
        open_sensitive(desk, who, operation, file.name, now(), ANYTHING)


def _tell_archived(done: Archived, *, json: bool) -> None:
    if json:
        names = ("files", "rows", "size", "secrets")
        print_json({"path": str(done.path), **{name: getattr(done, name) for name in names}})
        return
    out.print(f"{done.path}: {done.files} files, {done.rows} rows, {done.size} bytes", markup=False)
    if done.secrets:
        err.print(
            "it holds private keys, accounts and tokens: keep it as you keep a key", markup=False
        )


def _tell_imported(done: Imported, *, json: bool) -> None:
    checked = dict(done.verification.checked)
    if json:
        print_json(
            {
                "path": str(done.root),
                "files": done.files,
                "rows": done.rows,
                "secrets": done.secrets,
                "verified": checked,
                "remarks": list(done.verification.remarks),
            }
        )
        return
    out.print(f"workspace {done.root}: {done.files} files, {done.rows} rows", markup=False)
    words = ", ".join(f"{count} {name}" for name, count in checked.items())
    out.print(f"verified: {words}", markup=False)
    for line in done.verification.remarks:
        out.print(f"remark: {line}", markup=False)
    if not done.secrets:
        out.print("it has no private keys: nothing can be appended to its log", markup=False)
