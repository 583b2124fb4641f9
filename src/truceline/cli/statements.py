"""Statements and pledges: read articles, the register of who promised what, contradictions."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.screen import out, print_json, tell
from truceline.cli.statements_agreement import print_events
from truceline.cli.statements_desk import WORKSPACE, opened
from truceline.cli.statements_read import once, read, words_of
from truceline.cli.statements_register import register
from truceline.cli.statements_review import confirm, correct, reject, rule
from truceline.codec.agreement import load_agreement
from truceline.codec.reading import target_to_plain
from truceline.codec.register_plain import review_to_plain
from truceline.model.article import Reading
from truceline.model.register import Review
from truceline.pipeline.reading import reading_of
from truceline.pipeline.register_view import disputes
from truceline.pipeline.shipped import agreement_folder
from truceline.publication.reading_page import TYPES
from truceline.publication.register_view import Dispute
from truceline.publication.register_words import ruling_words, value_words
from truceline.store import database, reviews

app = typer.Typer(
    help="Articles: who says what, who pledges what, where sources differ; the register.",
    no_args_is_help=True,
)
NAME = typer.Argument(
    None, metavar="[NAME]", help="An agreement, shipped or a folder; that of the workspace if not given."
)  # fmt: skip
FILES = typer.Argument(
    None, metavar="[FILES]...", help="Articles to compare; those of the workspace if not given."
)
JSON = typer.Option(False, "--json", help="Print JSON for a program.")

_ORDER = tuple(TYPES)
"""Types of disagreements, what needs a person first."""

app.command()(read)
app.command()(register)


@app.command()
def contradictions(
    files: list[Path] | None = FILES, workspace: Path | None = WORKSPACE, json: bool = JSON
) -> None:
    """Show where articles differ, all sides with their words; nothing is resolved.

    Example: truceline statements contradictions
    """
    reading, said = (once(files), ()) if files else _held(workspace)
    found = disputes(reading, said)
    if json:
        print_json([_plain(one) for one in found])
        return
    texts = {d.name: d.text for d in reading.documents}
    for one in sorted(found, key=lambda dispute: _ORDER.index(dispute.item.type)):
        _show(one, texts)
    ruled = sum(not one.open for one in found)
    out.print(f"{len(found)} place(s) where the articles differ, {ruled} with a ruling")


def _held(workspace: Path | None) -> tuple[Reading, tuple[Review, ...]]:
    with opened(workspace) as desk:
        reading = reading_of(desk)
        with database.reading(desk.engine) as connection:
            return reading, reviews.every(connection)


def _plain(one: Dispute) -> dict[str, object]:
    rulings = [review_to_plain(ruling) for ruling in one.rulings]
    return {**target_to_plain(one.item), "id": one.id, "rulings": rulings}


def _show(one: Dispute, texts: dict[str, str]) -> None:
    item = one.item
    tell(f"{item.field.replace('_', ' ')}: {TYPES.get(item.type, item.type)}", bold=True)
    for number, side in enumerate(item.sides, 1):
        tell(f"side {number}: {value_words(side.value)}", "  ", "    ")
        tell(f"“{words_of(texts[side.doc], side.span)}”", "    ")
        tell(f"{side.doc}:{side.span.start}-{side.span.end}", "    ")
    for ruling in one.rulings:
        holds = "" if ruling is one.ruling else " (no longer holds)"
        tell(f"{ruling_words(ruling)}: {ruling.person}: {ruling.reason}{holds}", "  ", "    ")
    tell(f"id: {one.id}", "  ")
    out.print()


@app.command()
def events(name: str | None = NAME, workspace: Path | None = WORKSPACE, json: bool = JSON) -> None:
    """Show summits, calls and declarations, and the earlier texts that are leant on.

    Example: truceline statements events paris-2026
    """
    if name is not None:
        print_events(load_agreement(agreement_folder(name)), json=json)
        return
    with opened(workspace) as desk:
        print_events(desk.agreement, json=json)


for command in (confirm, reject, correct, rule):
    app.command()(command)
