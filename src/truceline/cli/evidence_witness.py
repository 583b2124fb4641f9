"""A party's witness: run it as a server, or cosign one checkpoint without a server."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from truceline.cli.evidence_files import LOGS_HELP, read, read_logs
from truceline.cli.screen import err, now, shown
from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.cosigner import KEY_FILE, read_cosigner
from truceline.evidence.note import Verifier, decode_base64
from truceline.evidence.witness import Witness, open_witness
from truceline.evidence.witness_request import format_request
from truceline.pipeline import witnessing
from truceline.transport import witness_server

STATE = typer.Argument(help="Folder of the witness's own state.", metavar="STATE")
LOGS = typer.Option(..., "--log", help=LOGS_HELP, metavar="VKEY_OR_FILE")
NAME = typer.Option(..., "--name", help="Name the witness signs under.", metavar="NAME")
NAME_ONCE = typer.Option("", "--name", help="Needed the first time.", metavar="NAME")
LISTEN = typer.Option(
    "127.0.0.1:8733", "--listen", help="Address; port 0 takes any free one.", metavar="HOST:PORT"
)
CHECKPOINT = typer.Argument(help="File of the signed checkpoint.", metavar="CHECKPOINT")
TILES = typer.Option(
    None, "--tiles", help="Copy of the log to compute the proof from.", metavar="DIR"
)
PROOF = typer.Option(
    None, "--proof", help="Consistency proof, a base64 hash a line.", metavar="FILE"
)


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command()(witness)
    app.command()(cosign)


def witness(
    state: Path = STATE, name: str = NAME, log: list[str] = LOGS, listen: str = LISTEN
) -> None:
    """Run a witness: it cosigns checkpoints of the logs that it knows, where they only grow.

    Example: truceline evidence witness witness-a --name a.example/witness --log log.vkey
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise typer.BadParameter(f"{listen!r}; write it as 127.0.0.1:8733", param_hint="--listen")
    logs = read_logs(log)
    with witness_server.listen(host.strip("[]"), int(port)) as listening:
        opened = open_witness(state, name, logs, secrets.token_bytes(32))
        typer.echo(opened.cosigner.verifier.vkey)
        typer.echo(f"listening on {witness_server.address(listening)}")
        witness_server.serve(opened, listening, now, _told)


def cosign(
    state: Path = STATE,
    checkpoint: Path = CHECKPOINT,
    log: list[str] = LOGS,
    name: str = NAME_ONCE,
    tiles: Path | None = TILES,
    proof: Path | None = PROOF,
) -> None:
    """Cosign a checkpoint without a server, and print the line to hand back.

    Example: truceline evidence cosign witness-a checkpoint --log log.vkey --tiles copy-of-log
    """
    logs = read_logs(log)
    note = read(checkpoint)
    stated, _ = witnessing.opened_by(note, logs)
    if not name and not (state / KEY_FILE).exists():
        raise WorkspaceError(f"{state} is no witness yet; give it a name with --name to make one")
    signer = name or read_cosigner(state).name
    opened = open_witness(state, signer, logs, secrets.token_bytes(32))
    if name and opened.seen(stated.origin) is None:
        err.print(f"this witness is {opened.cosigner.verifier.vkey}", markup=False)
    answer = opened.add_checkpoint(
        format_request(_old(opened, stated.origin), _proof(opened, note, logs, tiles, proof), note),
        now(),
    )
    if not answer.granted:
        raise EvidenceError(f"not cosigned ({answer.status}): {answer.body.decode().strip()}")
    typer.echo(answer.body.decode(), nl=False)


def _old(opened: Witness, origin: str) -> int:
    seen = opened.seen(origin)
    return 0 if seen is None else seen.checkpoint.size


def _proof(
    opened: Witness, note: bytes, logs: list[Verifier], tiles: Path | None, proof: Path | None
) -> list[bytes]:
    """Give the consistency proof: as it was handed in, or computed from the tiles."""
    stated, _ = witnessing.opened_by(note, logs)
    if proof is not None:
        lines = read(proof).decode("ascii", errors="replace").split()
        return [decode_base64(line, f"{proof}") for line in lines]
    old = _old(opened, stated.origin)
    if tiles is not None:
        return witnessing.growth_proof(witnessing.log_folder(tiles), old, stated)
    if 0 < old < stated.size:
        raise EvidenceError(
            f"this witness has cosigned {old} entries, the checkpoint has {stated.size}: it needs "
            "a proof of growth; name a copy of the log with --tiles, or a file with --proof"
        )
    return []


def _told(line: str) -> None:
    err.print(shown(line), markup=False)
