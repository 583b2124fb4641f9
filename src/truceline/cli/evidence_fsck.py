"""Where a log first diverges: from its checkpoint, from another copy, from what it signed before."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.evidence_files import read, read_key
from truceline.cli.screen import busy, out, print_json
from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.fsck import (
    Divergence,
    Earlier,
    Fsck,
    against_checkpoints,
    against_log,
    fsck,
)
from truceline.evidence.note import Verifier
from truceline.pipeline.witnessing import log_folder
from truceline.store.workspace import MARK, open_workspace

LOG = typer.Argument(help="Folder with checkpoint and tile, or a workspace.", metavar="LOG")
AGAINST = typer.Option(
    None,
    "--against",
    help="Another copy of the log, a checkpoint that was kept, or a folder of such; repeatable.",
    metavar="LOG_OR_FILE",
)
VKEY = typer.Option(
    None, "--vkey", help="Public key of the log, or a file with it.", metavar="VKEY_OR_FILE"
)
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command("fsck")(check)


def check(
    log: Path = LOG,
    against: list[Path] | None = AGAINST,
    vkey: str | None = VKEY,
    json: bool = JSON,
) -> None:
    """Derive a log anew from its public files; exit code 1 and the first place that diverges.

    Example: truceline evidence fsck ws --against copy-of-the-log
    """
    folder, key = log_folder(log), _key(log, vkey)
    with busy("deriving the log from its files"):
        found = fsck(folder, key)
        further = _further(folder, against or [], key) if found.ok else ([], [])
    divergences, remarks = [*found.divergences, *further[0]], [*found.remarks, *further[1]]
    if against and not found.ok:
        remarks.append("not compared with anything else while the log itself diverges")
    if json:
        print_json(_plain(found, divergences, remarks))
    else:
        for line in remarks:
            out.print(f"remark: {line}", markup=False)
        for number, place in enumerate(divergences):
            out.print(f"{'FIRST' if number == 0 else 'also'}: {place}", markup=False)
        out.print("nothing diverges" if not divergences else "the log DIVERGES")
    if divergences:
        raise typer.Exit(1)


def _key(log: Path, given: str | None) -> Verifier | None:
    """Give the key that is named, else that of a workspace, else none.

    Raises:
        EvidenceError: when it is broken, or there are several.
        WorkspaceError: when its file cannot be read.
    """
    if given is None and (log / MARK).is_file():
        given = open_workspace(log).vkey
    if given == "":  # such as from a variable that is not set: never the same as no key
        raise EvidenceError("--vkey is empty: give the log's public key, or leave the option out")
    return None if given is None else read_key(given)


def _further(
    folder: Path, against: list[Path], key: Verifier | None
) -> tuple[list[Divergence], list[str]]:
    """Compare with what else was named: copies one by one, checkpoints all together."""
    divergences: list[Divergence] = []
    remarks: list[str] = []
    kept: list[Earlier] = []
    for path in against:
        notes = _notes(path)
        kept += notes
        if not notes:
            found, said = against_log(folder, log_folder(path), key)
            divergences += found
            remarks += said
    if kept:
        found, said = against_checkpoints(folder, kept, key)
        divergences += found
        remarks += said
    return divergences, remarks


def _notes(path: Path) -> list[Earlier]:
    """Give the checkpoints in a file or a folder; none where it is a copy of the log.

    Raises:
        WorkspaceError: when there is no such file, or the folder holds neither.
    """
    if not path.is_dir():
        return [Earlier(str(path), read(path))]
    try:
        log_folder(path)
    except WorkspaceError:
        files = sorted(p for p in path.iterdir() if p.is_file() and p.suffix == ".checkpoint")
        if not files:
            raise
        return [Earlier(str(file), read(file)) for file in files]
    return []


def _plain(found: Fsck, divergences: list[Divergence], remarks: list[str]) -> dict[str, object]:
    return {
        "ok": not divergences,
        "origin": found.origin,
        "size": found.size,
        "root": None if found.root is None else found.root.hex(),
        "divergences": [
            {"path": d.path, "index": d.index, "byte": d.byte, "what": d.what} for d in divergences
        ],
        "remarks": remarks,
    }
