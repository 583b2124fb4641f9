"""The mission's side of witnesses: collect cosignatures, say whether a checkpoint counts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer

from truceline.access.operations import Operation
from truceline.cli.acting import TOKEN_FILE, permitted
from truceline.cli.evidence_files import read, read_policy
from truceline.cli.screen import out, print_json, shown
from truceline.evidence.policy import Policy, PolicyReport, satisfied
from truceline.pipeline import witnessing
from truceline.pipeline.desk import open_desk
from truceline.store.workspace import MARK
from truceline.transport import witness_client

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
POLICY = typer.Option(..., "--policy", help="File of the policy.", metavar="FILE")
CHECKPOINT = typer.Argument(help="File of the signed checkpoint.", metavar="CHECKPOINT")
WITNESS = typer.Option(
    [], "--witness", help="Address of a witness, over the policy's.", metavar="NAME=URL"
)
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command()(collect)
    app.command()(keep)
    app.command("policy")(counts)


def collect(
    ws: Path = WS,
    policy: Path = POLICY,
    witness: list[str] = WITNESS,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """Have the newest checkpoint cosigned; exit code 1 where the policy's quorum is not met.

    Example: truceline evidence collect ws --policy policy --witness north=http://127.0.0.1:8733
    """
    rules = read_policy(policy)
    if (ws / MARK).exists() and (ws / "agreement").is_dir():  # a log by itself has no people
        with open_desk(ws) as desk:
            permitted(desk, Operation.COLLECT, token_file)
    found = witnessing.collect(ws, rules, _addresses(witness, rules), witness_client.add_checkpoint)
    if json:
        print_json(
            {
                "size": found.checkpoint.size,
                "ok": found.report.ok,
                "problem": found.report.problem,
                "published": found.published,
                "witnesses": [
                    {"name": one.name, "time": _time(one.time_s), "problem": one.problem}
                    for one in found.asked
                ],
                "remarks": list(found.report.remarks),
            }
        )
    else:
        for one in found.asked:
            said = f"cosigned at {_time(one.time_s)}" if one.time_s else one.problem
            out.print(shown(f"{one.name}: {said}"), markup=False)
        if not found.published and any(one.time_s for one in found.asked):
            out.print(f"the log has grown meanwhile; kept in {found.path}", markup=False)
        _tell_policy(found.checkpoint.size, found.report.problem, found.report.remarks)
    if not found.report.ok:
        raise typer.Exit(1)


def keep(ws: Path = WS, checkpoint: Path = CHECKPOINT, policy: Path = POLICY) -> None:
    """Keep a checkpoint that a party has cosigned without a server; exit code 1 below the quorum.

    Example: truceline evidence keep ws cosigned-checkpoint --policy policy
    """
    report = witnessing.keep(ws, read_policy(policy), read(checkpoint))
    _tell_report(report)


def counts(checkpoint: Path = CHECKPOINT, policy: Path = POLICY) -> None:
    """Say whether a checkpoint counts under a policy; exit code 1 where it does not.

    Example: truceline evidence policy checkpoint --policy policy
    """
    _tell_report(satisfied(read_policy(policy), read(checkpoint)))


def _tell_report(report: PolicyReport) -> None:
    for name, signature in report.cosigned.items():
        out.print(shown(f"{name}: cosigned at {_time(signature.time_s)}"), markup=False)
    size = report.checkpoint.size if report.checkpoint is not None else None
    _tell_policy(size, report.problem, report.remarks)
    if not report.ok:
        raise typer.Exit(1)


def _addresses(given: list[str], rules: Policy) -> dict[str, str]:
    """Read ``NAME=URL``; the name may be missing where the policy has one witness alone."""
    names = [one.name for one in rules.witnesses]
    found = {}
    for text in given:
        name, equals, url = text.partition("=")
        if name.startswith(("http://", "https://")) and len(names) == 1:
            name, equals, url = names[0], "=", text
        if not equals or name not in names:
            known = ", ".join(names) or "no witness"
            raise typer.BadParameter(
                f"{text!r}; write NAME=URL, the policy has {known}", param_hint="--witness"
            )
        found[name] = url
    return found


def _tell_policy(size: int | None, problem: str, remarks: tuple[str, ...]) -> None:
    for remark in remarks:
        out.print(shown(f"remark: {remark}"), markup=False)
    about = "the checkpoint" if size is None else f"the checkpoint of {size} entries"
    verdict = f"does NOT count: {problem}" if problem else "counts: the quorum is met"
    out.print(shown(f"{about} {verdict}"), markup=False)


def _time(seconds: int | None) -> str:
    if seconds is None or seconds > 253402300799:
        return "" if seconds is None else f"{seconds} s after 1970"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
