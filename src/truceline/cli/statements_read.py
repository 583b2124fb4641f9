"""Reading articles: into a workspace, or once for a program without keeping anything."""

from __future__ import annotations

import json as jsonlib
import os
from pathlib import Path

import typer
from rich.markup import escape

from truceline.cli.screen import busy, err, now, out
from truceline.cli.statements_desk import AGREEMENT, WORKSPACE, opened_or_made, write_pages
from truceline.cli.statements_files import articles, sidecars
from truceline.codec.reading import reading_to_plain
from truceline.guarantees.articles import read_articles
from truceline.model.article import Reading, Span
from truceline.pipeline.statements import TakenIn, take_in
from truceline.publication.reading_page import reading_pages

FILES = typer.Argument(help="Articles as text or HTML; documents.yaml beside them is read too.")
OUT = typer.Option(None, "--json", help="Write everything as one JSON object.", metavar="OUT")
PAGES = typer.Option(None, "--pages", help="Write the pages there.", metavar="DIR")


def read(
    files: list[Path] = FILES,
    workspace: Path | None = WORKSPACE,
    agreement: str | None = AGREEMENT,
    json: Path | None = OUT,
    pages: Path | None = PAGES,
) -> None:
    """Read articles: statements, pledges, positions, what is one statement, what differs.

    They are kept in a workspace and read together with all that it holds; its pages are written
    anew. With --json or --pages and no -w nothing is kept, and just the given files are read.
    Everything is a proposal with its span, its rule and a measured confidence; a person confirms.

    Example: truceline statements read articles/*.txt
    """
    if workspace is None and (json or pages):
        reading = once(files)
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
        text = jsonlib.dumps(reading_to_plain(reading), ensure_ascii=False, indent=1)
        json.write_text(text + "\n", encoding="utf-8")
    for name, why in refused:
        err.print(f"refused: {name}: {why}", markup=False)
    if refused:
        raise typer.Exit(1)


def once(files: list[Path]) -> Reading:
    """Read files and the sidecars beside them; keep nothing.

    Raises:
        SourceError: when a file cannot be opened, two have one name, or a sidecar is broken.
    """
    with busy("reading articles"):
        return read_articles(articles(files), sidecars(files), workers=os.cpu_count() or 1)


def _kept(
    files: list[Path], workspace: Path | None, agreement: str | None, pages: Path | None
) -> tuple[Reading, tuple[tuple[str, str], ...]]:
    raw, beside = articles(files), sidecars(files)
    with opened_or_made(workspace, agreement) as desk:
        with busy("reading articles"):
            taken = take_in(desk, raw, beside, now())
        first = write_pages(desk, pages)
    _tell(taken, raw)
    out.print(f"open {first}", markup=False)
    given = {name for name, _ in taken.refused}
    unread = tuple(
        (name, why) for name, why in taken.reading.refused if name in raw and name not in given
    )
    return taken.reading, (*taken.refused, *unread)


def _tell(taken: TakenIn, raw: dict[str, bytes]) -> None:
    reading = taken.reading
    for document in reading.documents:
        if document.name in raw:
            again = "" if document.name in taken.new else " (known already)"
            out.print(
                f"{document.name}: {document.language}, {document.published or 'undated'}{again}",
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
    texts = {d.name: d.text for d in reading.documents}
    for document in reading.documents:
        out.print(
            f"[bold]{escape(document.name)}[/] {document.language}, {document.published or 'undated'}"
        )
        for s in (s for s in reading.statements if s.doc == document.name):
            when = s.date_said or "day not known"
            head = f"  {s.speaker} ({s.role_as_given or 'no role given'}), {s.mode.value}, {when}"
            out.print(f"{head} [{s.span.start}-{s.span.end}]", markup=False)
            out.print(f"    {words_of(texts[document.name], s.span)}", markup=False)
        for p in (p for p in reading.pledges if p.doc == document.name):
            out.print(
                f"  pledge: {', '.join(p.obligor)}: {', '.join(p.types)}: {p.status}"
                + (f", {p.trigger}" if p.trigger else "")
                + f" [{p.span.start}-{p.span.end}]",
                markup=False,
            )
        for q in (q for q in reading.positions if q.doc == document.name):
            out.print(f"  {q.kind}: {q.party} [{q.span.start}-{q.span.end}]", markup=False)
    out.print(f"{_counts(reading)}; all proposals, none confirmed")


def _counts(reading: Reading) -> str:
    return (
        f"{len(reading.documents)} document(s), {len(reading.statements)} statements, "
        f"{len(reading.pledges)} pledges, {len(reading.positions)} positions, "
        f"{len(reading.alignments)} told by several outlets, "
        f"{len(reading.contradictions)} place(s) where they differ"
    )
