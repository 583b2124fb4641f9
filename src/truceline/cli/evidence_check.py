"""Checking the evidence log: verify everything, show its checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

import truceline_check
from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.evidence_files import read_key
from truceline.cli.screen import busy, now, out, print_json
from truceline.evidence.layout import CHECKPOINT
from truceline.evidence.note import Verifier
from truceline.evidence.standing import read_note
from truceline.evidence.verify import verify_log
from truceline.pipeline.deletion import delete_entry
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify_workspace as recomputed
from truceline.pipeline.witnessing import PRIVATE_END, log_folder
from truceline.store.workspace import MARK, open_workspace

_FAILED = "verification FAILED"
WHAT = typer.Argument(help="A workspace, a log by itself, or a bundle.", metavar="WS_OR_FILE")
KEY = typer.Option("", "--key", help="Public key of the log, or its file; not for a workspace.")
POLICY = typer.Option(None, "--policy", help="Witnesses that a bundle needs (tlog-policy).")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command("verify")(verify)
    app.command("checkpoint")(checkpoint)
    app.command("delete")(delete)


def verify(
    what: Path = WHAT, key: str = KEY, policy: Path | None = POLICY, json: bool = JSON
) -> None:
    """Recompute everything from the raw bytes; exit code 1 and the place where it is wrong.

    A workspace is recomputed whole. Of a log by itself, or of what was published, log and openings
    are. A file is taken as a bundle and checked by the separate program that comes with Truceline.

    Example: truceline evidence verify ws
    """
    if what.is_file():
        given = ["--key", key] if key else []
        given += ["--policy", str(policy)] if policy else []
        raise typer.Exit(truceline_check.main([str(what), *given, *(["--json"] if json else [])]))
    if not (what / MARK).exists() and key:
        _verify_log(what, read_key(key), json)
    else:
        _verify_workspace(what, json)


def _verify_workspace(ws: Path, json: bool) -> None:
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
        _say(found.checked, found.remarks, found.problems)
        out.print("everything follows from the raw bytes" if found.ok else _FAILED)
    if not found.ok:
        raise typer.Exit(1)


def _verify_log(path: Path, key: Verifier, json: bool) -> None:
    """Verify a log without a workspace: its files, and the openings that lie with it."""
    folder = log_folder(path)
    near = (path / "openings", path.with_name(f"{path.name}{PRIVATE_END}") / "openings")
    openings = next((one for one in near if one.is_dir()), None)
    with busy("verifying the log"):
        report = verify_log(folder, openings, key.vkey)
    states = {state.value: count for state, count in report.states.items()}
    problems = [str(problem) for problem in report.problems]
    remarks = [f"{name}: left by an append that was cut off" for name in report.pending]
    if json:
        counts = {"size": report.size, "states": states, "padding": report.padding}
        print_json({"ok": report.ok, "problems": problems, "remarks": remarks, **counts})
    else:
        _say({"log entries": report.size, **states}, remarks, problems)
        out.print("the log is what its checkpoint signs" if report.ok else _FAILED)
    if not report.ok:
        raise typer.Exit(1)


def _say(counts: Mapping[str, int], remarks: Sequence[str], problems: Sequence[str]) -> None:
    for name, count in counts.items():
        out.print(f"{count:>8} {name}")
    for line in remarks:
        out.print(f"remark: {line}", markup=False)
    for line in problems:
        out.print(f"WRONG: {line}", markup=False)


def checkpoint(ws: Path = WS) -> None:
    """Print the signed checkpoint of a workspace's log, or of a log's folder, to be handed to the parties.

    Example: truceline evidence checkpoint ws
    """
    if not (ws / CHECKPOINT).is_file():
        open_workspace(ws)  # says what it is that is none
    typer.echo(read_note(ws if (ws / CHECKPOINT).is_file() else ws / "log"), nl=False)


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
