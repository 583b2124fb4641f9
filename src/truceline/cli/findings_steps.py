"""Steps on a finding from the command line, each one by a person and for a reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE
from truceline.cli.findings_options import (
    BY,
    FINDING,
    JSON,
    KEY,
    PASSPHRASE_FILE,
    REVISION,
    SIGNATURE,
    TIME,
    WHY,
    WS,
    Signing,
    attribution,
    step,
)
from truceline.model.review_rules import StepKind
from truceline.pipeline.workflow import Request

GRADE = typer.Option(..., "--grade", help="One of the procedure's grades.", metavar="GRADE")
PARTY = typer.Option(..., "--party", help="Id of a party, or undetermined.", metavar="PARTY")
TOLD = typer.Option("", "--party", help="Id of the party; the one accused if left out.")
TO = typer.Option("", "--to", help="Id of another person who gets it.", metavar="ID")
OWN = typer.Option("", "--party", help="Id of the party; a liaison's own if left out.")
PROBABILITY = typer.Option(
    1.0,
    "--probability",
    help="How likely it was them; the rest stays undetermined.",
    min=0.0,
    max=1.0,
)
REFERS_TO = typer.Option(
    0, "--step", help="Number of the step; the one that decided if left out.", min=0, metavar="N"
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for asks in (assign, release, review, confirm, reject, finalise, grade, attribute):
        app.command(asks.__name__)(_command(asks))
    for asks in (notify, reply, dissent, reopen):
        app.command(asks.__name__)(_command(asks))


def _command(asks: Callable[..., Request]) -> Callable[..., None]:
    """Give the command of a step: its own options, and those that every step has."""

    def run(
        ws: Path = WS,
        by: str = BY,
        token_file: Path | None = TOKEN_FILE,
        key: Path | None = KEY,
        passphrase_file: Path | None = PASSPHRASE_FILE,
        signature: Path | None = SIGNATURE,
        time: str = TIME,
        json: bool = JSON,
        **own: object,
    ) -> None:
        signing = Signing(key, passphrase_file, signature, time)
        step(ws, asks(**own), by, token_file, signing, json=json)

    first, *common, _ = inspect.signature(run, eval_str=True).parameters.values()
    own = inspect.signature(asks, eval_str=True).parameters.values()
    whole = inspect.Signature([first, *own, *common])
    run.__signature__ = whole  # type: ignore[attr-defined] # what typer reads
    run.__annotations__ = {name: one.annotation for name, one in whole.parameters.items()}
    run.__doc__ = asks.__doc__
    return run


def assign(finding: str = FINDING, why: str = WHY, to: str = TO) -> Request:
    """Take a finding in progress, or give it to somebody; it ends by itself after a while.

    Example: truceline findings assign ws INC-000001/R-2 --by r.example --why "I look at it"
    """
    return Request(finding, StepKind.ASSIGNED, why, to=to)


def release(finding: str = FINDING, why: str = WHY) -> Request:
    """Give a finding back that is in progress, or take it from somebody who went away.

    Example: truceline findings release ws INC-000001/R-2 --by r.example --why "end of my shift"
    """
    return Request(finding, StepKind.RELEASED, why)


def review(finding: str = FINDING, why: str = WHY, revision: int = REVISION) -> Request:
    """Record that a person has looked at a finding and at what is behind it.

    Example: truceline findings review ws INC-000001/R-2 --by a.example --why "sensors agree"
    """
    return Request(finding, StepKind.REVIEWED, why, seen_revision=revision)


def confirm(finding: str = FINDING, why: str = WHY, revision: int = REVISION) -> Request:
    """Sign that a finding is so as it stands; a confirmed breach opens procedures.

    Example: truceline findings confirm ws INC-000001/R-2 --by "N. Example" --why "crater seen"
    """
    return Request(finding, StepKind.CONFIRMED, why, seen_revision=revision)


def reject(finding: str = FINDING, why: str = WHY, revision: int = REVISION) -> Request:
    """Sign that a finding is not so; what was sent because of it is taken back.

    Example: truceline findings reject ws INC-000001/R-2 --by "N. Example" --why "announced test"
    """
    return Request(finding, StepKind.REJECTED, why, seen_revision=revision)


def finalise(finding: str = FINDING, why: str = WHY) -> Request:
    """Close a confirmed finding, once each party concerned replied or had its time.

    Example: truceline findings finalise ws INC-000001/R-2 --by c.example --why "both were heard"
    """
    return Request(finding, StepKind.FINAL, why)


def grade(finding: str = FINDING, why: str = WHY, grade: str = GRADE) -> Request:
    """Say how grave a finding is; before the confirmation it takes earlier signatures away.

    Example: truceline findings grade ws INC-000001/R-2 --grade minor --by a.example --why "one shot"
    """
    return Request(finding, StepKind.GRADED, why, grade=grade)


def attribute(
    finding: str = FINDING, why: str = WHY, party: str = PARTY, probability: float = PROBABILITY
) -> Request:
    """Say who did it, and how likely; a machine never does.

    Example: truceline findings attribute ws INC-000001/R-2 --party SOU --by v.example --why "seen"
    """
    return Request(finding, StepKind.ATTRIBUTED, why, attribution=attribution(party, probability))


def notify(finding: str = FINDING, why: str = WHY, party: str = TOLD) -> Request:
    """Record that a party was told of a finding; its time to reply begins.

    Example: truceline findings notify ws INC-000001/R-2 --party SOU --by d.example --why "by letter"
    """
    return Request(finding, StepKind.NOTIFIED, why, party=party)


def reply(finding: str = FINDING, why: str = WHY, party: str = OWN) -> Request:
    """Answer for a party; it is part of the finding for ever, also after it is final.

    Example: truceline findings reply ws INC-000001/R-2 --by s.example --why "our unit was not there"
    """
    return Request(finding, StepKind.REPLIED, why, party=party)


def dissent(
    finding: str = FINDING, why: str = WHY, party: str = OWN, refers_to: int = REFERS_TO
) -> Request:
    """Put on record that one does not agree; it is part of the finding for ever.

    Example: truceline findings dissent ws INC-000001/R-2 --by v.example --why "too few sensors"
    """
    return Request(finding, StepKind.DISSENTED, why, party=party, refers_to=refers_to)


def reopen(finding: str = FINDING, why: str = WHY, revision: int = REVISION) -> Request:
    """Open a case again on new evidence: its next revision begins, the earlier ones stay.

    Example: truceline findings reopen ws INC-000001/R-2 --by v.example --why "a second film"
    """
    return Request(finding, StepKind.REOPENED, why, seen_revision=revision)
