"""Statements and pledges: read articles, the register of who promised what, contradictions."""

from __future__ import annotations

import json as jsonlib
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
import yaml
from rich.table import Table

from truceline.cli.screen import busy, err, out, print_json
from truceline.codec.agreement import load_agreement
from truceline.codec.reading import reading_to_plain
from truceline.errors import AgreementError, SourceError
from truceline.guarantees.articles import read_articles
from truceline.guarantees.register import RegisterCell, refusals, register_rows
from truceline.guarantees.register import leads as leads_of
from truceline.model.agreement import Agreement
from truceline.model.article import Reading, Span
from truceline.pipeline.shipped import agreement_folder
from truceline.publication.reading_page import reading_pages

app = typer.Typer(
    help="Articles: who says what, who pledges what, where sources differ; the register.",
    no_args_is_help=True,
)
NAME = typer.Argument(help="Name of a shipped agreement, or a folder.", metavar="NAME")
FILES = typer.Argument(help="Articles as text or HTML; documents.yaml beside them is read too.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
OUT = typer.Option(None, "--json", help="Write everything as one JSON object.", metavar="OUT")
PAGES = typer.Option(None, "--pages", help="Write pages to open in a browser.", metavar="DIR")
_SIDECAR = "documents.yaml"


@app.command()
def read(files: list[Path] = FILES, json: Path | None = OUT, pages: Path | None = PAGES) -> None:
    """Read articles: statements, pledges, positions, what is one statement, what differs.

    Everything is a proposal with its span, its rule and a measured confidence; a person confirms.

    Example: truceline statements read articles/*.txt --json reading.json --pages reading
    """
    reading = _reading(files)
    if json is not None:
        text = jsonlib.dumps(reading_to_plain(reading), ensure_ascii=False, indent=1)
        json.write_text(text + "\n", encoding="utf-8")
    _print_reading(reading)
    if pages is not None:
        pages.mkdir(parents=True, exist_ok=True)
        for name, data in reading_pages(reading).items():
            (pages / name).write_bytes(data)
        out.print(f"open {pages / 'index.html'}", markup=False)
    for name, why in reading.refused:
        err.print(f"refused: {name}: {why}", markup=False)
    if reading.refused:
        raise typer.Exit(1)


@app.command()
def contradictions(files: list[Path] = FILES, json: bool = JSON) -> None:
    """Show where articles differ, both sides with their words; nothing is resolved.

    Example: truceline statements contradictions articles/*.txt
    """
    reading = _reading(files)
    if json:
        print_json(reading_to_plain(reading)["contradictions"])
        return
    texts = {d.name: d.text for d in reading.documents}
    for item in reading.contradictions:
        out.print(f"[bold]{item.field}[/]: {item.type.replace('_', ' ')}")
        for side in item.sides:
            where = f"{side.doc}:{side.span.start}-{side.span.end}"
            out.print(f"  {side.value}  ({where})", markup=False)
            out.print(f"    {_words(texts[side.doc], side.span)}", markup=False)
    out.print(f"{len(reading.contradictions)} place(s) where the articles differ")


def _reading(files: list[Path]) -> Reading:
    """Read files and the sidecars that lie beside them.

    Raises:
        SourceError: when a file cannot be opened, two have one name, or a sidecar is broken.
    """
    raw: dict[str, bytes] = {}
    sidecar: dict[str, Any] = {}
    for path in files:
        if path.name == _SIDECAR:
            continue
        if path.name in raw:
            raise SourceError(f"two files are called {path.name}; documents are known by name.")
        raw[path.name] = _bytes(path)
    for folder in sorted({path.parent for path in files}):
        if (folder / _SIDECAR).is_file():
            sidecar |= _sidecar(folder / _SIDECAR)
    with busy("reading articles"):
        return read_articles(raw, sidecar)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path.") from None


def _sidecar(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(_bytes(path))
        return dict(values["documents"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{path}: not a sidecar ({error}); write documents: and one entry per file name."
        ) from None


def _words(text: str, span: Span, most: int = 160) -> str:
    words = " ".join(text[span.start : span.end].split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _print_reading(reading: Reading) -> None:
    texts = {d.name: d.text for d in reading.documents}
    for document in reading.documents:
        out.print(
            f"[bold]{document.name}[/] {document.language}, {document.published or 'undated'}"
        )
        for s in (s for s in reading.statements if s.doc == document.name):
            when = s.date_said or "day not known"
            head = f"  {s.speaker} ({s.role_as_given or 'no role given'}), {s.mode.value}, {when}"
            out.print(f"{head} [{s.span.start}-{s.span.end}]", markup=False)
            out.print(f"    {_words(texts[document.name], s.span)}", markup=False)
        for p in (p for p in reading.pledges if p.doc == document.name):
            out.print(
                f"  pledge: {', '.join(p.obligor)}: {', '.join(p.types)}: {p.status}"
                + (f", {p.trigger}" if p.trigger else "")
                + f" [{p.span.start}-{p.span.end}]",
                markup=False,
            )
        for q in (q for q in reading.positions if q.doc == document.name):
            out.print(f"  {q.kind}: {q.party} [{q.span.start}-{q.span.end}]", markup=False)
    kinds = Counter(c.type for c in reading.contradictions)
    out.print(
        f"{len(reading.documents)} document(s), {len(reading.statements)} statements, "
        f"{len(reading.pledges)} pledges, {len(reading.positions)} positions, "
        f"{len(reading.alignments)} told by several outlets, "
        f"{sum(kinds.values())} place(s) where they differ; all proposals, none confirmed"
    )


@app.command()
def register(name: str = NAME, json: bool = JSON) -> None:
    """Show who pledged what in which domain, who leads, on which condition, and who refused.

    Example: truceline statements register paris-2026
    """
    agreement = load_agreement(agreement_folder(name))
    if not agreement.pledges:
        raise AgreementError([f"{agreement.id} has no pledges.yaml, so there is no register"])
    if json:
        print_json(
            {
                "rows": [asdict(row) for row in register_rows(agreement)],
                "leads": [asdict(lead) for lead in leads_of(agreement)],
                "refusals": [asdict(refusal) for refusal in refusals(agreement)],
            }
        )
        return
    _print_register(agreement)


def _print_register(agreement: Agreement) -> None:
    table = Table(title=agreement.title, show_lines=True)
    for heading in ("Who", "Domain", "Status", "Leads", "Condition and limits"):
        table.add_column(heading)
    for row in register_rows(agreement):
        for cell in row.cells:
            table.add_row(row.name, *_cell(cell))
    out.print(table)
    for lead in leads_of(agreement):
        names = ", ".join(f"{who} ({status})" for who, status in lead.leaders)
        out.print(f"leads in {lead.domain}: {names or 'nobody is named'}", markup=False)
    for refusal in refusals(agreement):
        doubt = "; another entry differs" if refusal.disputed else ""
        domains = ", ".join(refusal.domains)
        out.print(f"refused: {refusal.name}, {domains}: {refusal.summary}{doubt}", markup=False)


def _cell(cell: RegisterCell) -> tuple[str, str, str, str]:
    status = cell.status + (" (sources differ)" if cell.differs else "")
    terms = "; ".join(text for text in (cell.condition, cell.limits) if text)
    return cell.domain, status, "yes" if cell.leads else "", terms or "none stated"
