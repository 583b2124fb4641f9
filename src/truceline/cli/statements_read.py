"""Reading articles: into a workspace, or once for a program without keeping anything."""

from __future__ import annotations

import json as jsonlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import typer
from rich.markup import escape

from truceline.cli.screen import busy, err, now, out, shown, tell
from truceline.cli.statements_desk import AGREEMENT, WORKSPACE, opened_or_made, write_pages
from truceline.cli.statements_files import articles, sidecars
from truceline.codec.reading import reading_to_plain
from truceline.errors import WorkflowError
from truceline.guarantees.articles import read_articles
from truceline.guarantees.independence import groups_of
from truceline.guarantees.reading.proposer import Plugged
from truceline.guarantees.reviews import reviewed
from truceline.model.article import PledgeProposal, Proposal, Reading, Span, Statement
from truceline.pipeline.desk import Desk
from truceline.pipeline.proposers import proposer_named
from truceline.pipeline.statements import TakenIn, take_in
from truceline.publication.reading_page import reading_pages
from truceline.store import database, reviews

FILES = typer.Argument(help="Articles as text or HTML; documents.yaml beside them is read too.")
OUT = typer.Option(None, "--json", help="Write everything as one JSON object.", metavar="OUT")
PAGES = typer.Option(None, "--pages", help="Write the pages there.", metavar="DIR")
PROPOSER = typer.Option(
    None, "--proposer", metavar="NAME",
    help="Ask a plug-in proposer too (endpoint, spacy, ...), with --json or --pages and no -w."
    " What it alone proposes stands apart.",
)  # fmt: skip


def read(
    files: list[Path] = FILES,
    workspace: Path | None = WORKSPACE,
    agreement: str | None = AGREEMENT,
    json: Path | None = OUT,
    pages: Path | None = PAGES,
    proposer: list[str] | None = PROPOSER,
) -> None:
    """Read articles: statements, pledges, positions, what is one statement, what differs.

    They are kept in a workspace and read together with all that it holds; its pages are written
    anew. With --json or --pages and no -w nothing is kept, and just the given files are read.
    Everything is a proposal with its span, its rule and a measured confidence; a person confirms.

    Example: truceline statements read articles/*.txt
    """
    if proposer and (workspace or not (json or pages)):
        raise WorkflowError(
            "a workspace keeps readings that anybody can make again, and a plug-in proposer may answer"
            " otherwise the next time: give --proposer with --json or --pages and without -w."
        )
    if workspace is None and (json or pages):
        plugged = [proposer_named(name, os.environ) for name in dict.fromkeys(proposer or ())]
        reading = once(files, plugged)
        print_reading(reading)
        if pages is not None:
            pages.mkdir(parents=True, exist_ok=True)
            for name, data in reading_pages(reading).items():
                (pages / name).write_bytes(data)
            out.print(f"open {pages / 'index.html'}", markup=False)
        refused = reading.refused
    else:
        reading, refused = _kept(files, workspace, agreement, pages)
    if json is not None:
        plain = reading_to_plain(reading, groups_of(reading.documents))
        with json.open("w", encoding="utf-8") as file:  # In pieces: a large batch has a large text.
            jsonlib.dump(plain, file, ensure_ascii=False, indent=1)
            file.write("\n")
        del plain
    for name, why in refused:
        err.print(shown(f"refused: {why if name in why else f'{name}: {why}'}"), markup=False)
    if refused:
        raise typer.Exit(1)


def once(files: list[Path], plugged: Sequence[Plugged] = ()) -> Reading:
    """Read files and the sidecars beside them; keep nothing. What cannot be read is among the refused.

    Args:
        files: of the articles.
        plugged: proposers that are asked beside the rules.

    Raises:
        SourceError: when a sidecar is broken.
    """
    raw, unread = articles(files)
    with busy("reading articles"):
        reading = read_articles(raw, sidecars(files), workers=os.cpu_count() or 1, plugged=plugged)
    return replace(reading, refused=(*unread, *reading.refused))


def _kept(
    files: list[Path], workspace: Path | None, agreement: str | None, pages: Path | None
) -> tuple[Reading, tuple[tuple[str, str], ...]]:
    (raw, unopened), beside = articles(files), sidecars(files)
    with opened_or_made(workspace, agreement) as desk:
        with busy("reading articles"):
            taken = take_in(desk, raw, beside, now())
        first = write_pages(desk, pages)
        fallen = _fallen(desk, taken.reading)
    _tell(taken, raw)
    if fallen:
        tell(
            f"{fallen} word(s) of persons decide nothing any more, since what they spoke of is read "
            "otherwise now: reviews.html shows them; look again and say it anew"
        )
    out.print(f"open {first}", markup=False)
    given = {name for name, _ in taken.refused}
    unread = tuple(
        (name, why) for name, why in taken.reading.refused if name in raw and name not in given
    )
    return taken.reading, (*unopened, *taken.refused, *unread)


def _fallen(desk: Desk, reading: Reading) -> int:
    """Count the reviews whose target has changed since."""
    with database.reading(desk.engine) as connection:
        said = reviews.every(connection)
    return sum(len(state.stale) for state in reviewed(reading, said))


def _tell(taken: TakenIn, raw: dict[str, bytes]) -> None:
    reading = taken.reading
    for document in reading.documents:
        if document.name in raw:
            again = "" if document.name in taken.new else " (known already)"
            out.print(
                f"{shown(document.name)}: {document.language}, {document.published or 'undated'}{again}",
                markup=False,
            )
    out.print(f"{_counts(reading)}; proposals count for nothing until a person confirms them")
    if taken.again:
        out.print("nothing new: nothing was changed")
    elif not taken.new:
        out.print("no new article: read anew by the rules of this version")


def words_of(text: str, span: Span, most: int = 160) -> str:
    """Give the words of a span in one line, cut where they are many."""
    words = " ".join(text[span.start : span.end].split())
    return words if len(words) <= most else words[: most - 1] + "…"


def print_reading(reading: Reading) -> None:
    """Print everything that was read, document by document."""
    said, owed = _by_document(reading.statements), _by_document(reading.pledges)
    stands = _by_document(reading.positions)
    for document in reading.documents:
        name = escape(document.name)
        out.print(f"[bold]{name}[/] {document.language}, {document.published or 'undated'}")
        lines = [line for s in said.get(document.name, ()) for line in _said(s, document.text)]
        lines += [_owed(p) for p in owed.get(document.name, ())]
        lines += [
            f"  {q.kind}: {q.party} [{q.span.start}-{q.span.end}]"
            for q in stands.get(document.name, ())
        ]
        if lines:  # At once: a large batch has tens of thousands of lines.
            out.print("\n".join(lines), markup=False)
    out.print(f"{_counts(reading)}; all proposals, none confirmed")
    for report in reading.proposers:
        out.print(
            f"{report.proposer}: asked about {report.asked}, agreed {report.agreed}, alone"
            f" {report.alone}, refused {sum(report.refused.values())}, failed {len(report.failed)}",
            markup=False,
        )


def _said(one: Statement, text: str) -> tuple[str, str]:
    when = one.date_said or "day not known"
    head = f"  {one.speaker} ({one.role_as_given or 'no role given'}), {one.mode.value}, {when}"
    return f"{head} [{one.span.start}-{one.span.end}]", f"    {words_of(text, one.span)}"


def _owed(one: PledgeProposal) -> str:
    condition = f", {one.trigger}" if one.trigger else ""
    return (
        f"  pledge: {', '.join(one.obligor)}: {', '.join(one.types)}: {one.status}{condition}"
        f" [{one.span.start}-{one.span.end}]"
    )


_P = TypeVar("_P", bound=Proposal)


def _by_document(proposals: Iterable[_P]) -> dict[str, list[_P]]:
    found: dict[str, list[_P]] = {}
    for one in proposals:
        found.setdefault(one.doc, []).append(one)
    return found


def _counts(reading: Reading) -> str:
    return (
        f"{len(reading.documents)} document(s), {len(reading.statements)} statements, "
        f"{len(reading.pledges)} pledges, {len(reading.positions)} positions, "
        f"{len(reading.alignments)} told by several outlets, "
        f"{len(reading.contradictions)} place(s) where they differ"
    )
