"""What a person says of a proposal or a contradiction."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.access.operations import Operation
from truceline.cli.screen import now, out
from truceline.cli.statements_desk import WORKSPACE, opened, write_pages
from truceline.errors import WorkflowError
from truceline.model.register import Verdict
from truceline.pipeline.reviewing import review

ID = typer.Argument(
    help="Id of a proposal, a contradiction or a line of the register.", metavar="ID"
)
BY = typer.Option(..., "--by", metavar="NAME", help="Who says it.")
WHY = typer.Option(..., "--why", metavar="TEXT", help="Why; it stays on record.")
SET = typer.Option([], "--set", metavar="FIELD=VALUE", help="The right value of a field.")
SIDE = typer.Option(
    ...,
    "--side",
    metavar="N|both",
    help="Side to follow, by its number on the page (from 1), or both; all are kept.",
)


def confirm(
    target: str = ID, workspace: Path | None = WORKSPACE, by: str = BY, why: str = WHY
) -> None:
    """Say that a proposal is right as it stands.

    Example: truceline statements confirm 'a.txt#p120' --by 'Ines Marel' --why 'read the article'
    """
    _say(workspace, target, Verdict.CONFIRM, by, why, {})


def reject(
    target: str = ID, workspace: Path | None = WORKSPACE, by: str = BY, why: str = WHY
) -> None:
    """Say that a proposal is wrong; it is kept, and stands in no matrix.

    Example: truceline statements reject 'a.txt#p120' --by 'Ines Marel' --why 'only a wish'
    """
    _say(workspace, target, Verdict.REJECT, by, why, {})


def correct(
    target: str = ID,
    workspace: Path | None = WORKSPACE,
    by: str = BY,
    why: str = WHY,
    values: list[str] = SET,
) -> None:
    """Say that a proposed pledge is right with other values; the reader's own are kept.

    Example: truceline statements correct 'a.txt#p120' --set status=considered --by 'Ines Marel' --why 'no vote yet'
    """
    pairs = [value.partition("=") for value in values]
    wrong = [value for value, (_, sign, _) in zip(values, pairs, strict=True) if not sign]
    if wrong:
        raise WorkflowError(f"--set {wrong[0]} names no value; write it as status=considered.")
    _say(workspace, target, Verdict.CORRECT, by, why, {name: text for name, _, text in pairs})


def rule(
    target: str = ID,
    workspace: Path | None = WORKSPACE,
    by: str = BY,
    why: str = WHY,
    side: str = SIDE,
) -> None:
    """Say which side of a contradiction is followed, or that both stand; all are kept.

    Example: truceline statements rule contradiction-0123456789abcdef --side 1 --by 'Ines Marel' --why 'the text of the declaration'
    """
    _say(workspace, target, Verdict.RULE, by, why, {"side": _place(side)})


def _place(side: str) -> str:
    """Give the place from 0, as the records have it, of a side that pages count from 1.

    Raises:
        WorkflowError: when it is no number from 1 and not ``both``.
    """
    if side == "both":
        return side
    if not (side.isascii() and side.isdecimal() and int(side) > 0):
        raise WorkflowError(
            f"--side {side} is no side; sides are counted from 1 as the pages show them, or write both."
        )
    return str(int(side) - 1)


def _say(
    workspace: Path | None, target: str, verdict: Verdict, by: str, why: str, values: dict[str, str]
) -> None:
    with opened(workspace, Operation.REVIEW_STATEMENTS) as desk:
        made = review(desk, target, verdict, by, now(), why, values)
        write_pages(desk)
    out.print(
        f"review {made.number}: {made.person}: {made.verdict.value} {made.target}", markup=False
    )
