"""Comparing checkpoints: does one continue the other, and the proof where the log forked."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.evidence_files import LOGS_HELP, read, read_logs
from truceline.cli.screen import out, shown
from truceline.errors import EvidenceError
from truceline.evidence.fork import find_fork, format_fork, parse_fork, same_size_fork, verify_fork
from truceline.evidence.tiles import TileReader
from truceline.pipeline import witnessing

LOGS = typer.Option(..., "--log", help=LOGS_HELP, metavar="VKEY_OR_FILE")
ONE = typer.Argument(help="A signed checkpoint.", metavar="CHECKPOINT_A")
OTHER = typer.Argument(help="Another one.", metavar="CHECKPOINT_B")
FOLDER = typer.Option(None, "--log-folder", help="Tiles of the larger of the two.", metavar="DIR")
OUT = typer.Option(
    Path("fork.json"), "--out", help="Where the proof of a fork goes.", metavar="FILE"
)
FORK = typer.Argument(help="File that `compare` or a witness wrote.", metavar="FILE")


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command()(compare)
    app.command()(fork)


def compare(
    one: Path = ONE,
    other: Path = OTHER,
    log: list[str] = LOGS,
    log_folder: Path | None = FOLDER,
    to: Path = OUT,
) -> None:
    """Say whether one checkpoint continues the other; exit code 1 and a proof where the log forked.

    Example: truceline evidence compare mine theirs --log log.vkey --log-folder copy-of-log
    """
    mine, theirs = read(one), read(other)
    a, key = witnessing.opened_by(mine, read_logs(log))
    b, other_key = witnessing.opened_by(theirs, read_logs(log))
    if key != other_key:
        raise EvidenceError(f"the checkpoints are of two logs: {key.name} and {other_key.name}")
    if a.size == b.size:
        found = same_size_fork(key, mine, theirs)
    elif log_folder is None:
        raise EvidenceError(
            f"sizes {a.size} and {b.size}: whether one continues the other cannot be told without "
            "the tiles of the larger one; name a copy of that log with --log-folder"
        )
    else:
        reader = TileReader(witnessing.log_folder(log_folder), max(a.size, b.size))
        found = find_fork(key, mine, theirs, reader.subtree)
    if found is None:
        out.print(f"one log: {a.size} and {b.size} entries, the same history", markup=False)
        return
    to.write_bytes(format_fork(found))
    out.print(f"FORK: {shown(verify_fork(found))}; proof in {to}", markup=False)
    raise typer.Exit(1)


def fork(
    proof: Path = FORK,
    log: list[str] = LOGS,
) -> None:
    """Check a proof that a log forked, with nothing but the log's public key.

    Example: truceline evidence fork fork.json --log log.vkey
    """
    found = parse_fork(read(proof))
    if found.log not in read_logs(log):
        raise EvidenceError(f"the proof is about the key {found.log.vkey}, not one that you trust")
    out.print(f"proved: {shown(verify_fork(found))}", markup=False)
