"""What a person signs with a key of their own: printed byte by byte, signed elsewhere, handed in."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE
from truceline.cli.findings_options import (
    BY,
    FINDING,
    REVISION,
    TIME,
    WHY,
    WS,
    attribution,
    parsed_time,
    who_acts,
)
from truceline.cli.screen import now
from truceline.model.review_rules import StepKind
from truceline.pipeline.desk import open_desk
from truceline.pipeline.workflow import Request, prepare


class Command(StrEnum):
    """Commands that take a step."""

    ASSIGN = "assign"
    RELEASE = "release"
    REVIEW = "review"
    CONFIRM = "confirm"
    REJECT = "reject"
    FINALISE = "finalise"
    GRADE = "grade"
    ATTRIBUTE = "attribute"
    NOTIFY = "notify"
    REPLY = "reply"
    DISSENT = "dissent"
    REOPEN = "reopen"


_STEPS = dict(zip(Command, StepKind, strict=True))
STEP = typer.Argument(help="Command that takes the step, such as confirm.", metavar="STEP")
GRADE = typer.Option("", "--grade", help="As for grade.", metavar="GRADE")
PARTY = typer.Option("", "--party", help="As for attribute, notify, reply, dissent.")
PROBABILITY = typer.Option(1.0, "--probability", help="As for attribute.", min=0.0, max=1.0)
TO = typer.Option("", "--to", help="As for assign.", metavar="ID")
REFERS_TO = typer.Option(0, "--step", help="As for dissent.", min=0, metavar="N")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(statement)


def statement(
    ws: Path = WS,
    finding: str = FINDING,
    step: Command = STEP,
    by: str = BY,
    why: str = WHY,
    grade: str = GRADE,
    party: str = PARTY,
    probability: float = PROBABILITY,
    refers_to: int = REFERS_TO,
    to: str = TO,
    revision: int = REVISION,
    time: str = TIME,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Print the bytes that a person signs for a step with a key of their own; nothing is recorded.

    Sign them with `ssh-keygen -Y sign -n truceline -f KEY FILE`, and take the same step with
    `--signature FILE.sig` and with the `--time` that stands in them.

    Example: truceline findings statement ws INC-000001/R-2 confirm --by v.example --why "seen"
    """
    kind = _STEPS[step]
    who = attribution(party, probability) if kind is StepKind.ATTRIBUTED else ()
    spoken = "" if kind is StepKind.ATTRIBUTED else party
    request = Request(finding, kind, why, grade, who, spoken, refers_to, revision, to)
    with open_desk(ws) as desk:
        moment = parsed_time(time) if time else now()
        made = prepare(desk, request, moment, who_acts(desk, by, token_file), by=by)
    sys.stdout.buffer.write(made.statement)
    sys.stdout.buffer.flush()
