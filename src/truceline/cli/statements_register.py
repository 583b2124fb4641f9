"""The register of pledges: of a workspace on a day, or of an agreement alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from truceline.cli.screen import busy, now, out, print_json
from truceline.cli.statements_agreement import register_of_agreement
from truceline.cli.statements_desk import WORKSPACE, opened
from truceline.cli.statements_lines import print_changes, print_lines, print_met
from truceline.codec.register_plain import entry_to_plain
from truceline.errors import WorkflowError
from truceline.guarantees.register_conditions import met
from truceline.model.register import Change, Entry
from truceline.pipeline import register as desk_register
from truceline.pipeline.desk import Desk
from truceline.pipeline.register import Choice
from truceline.pipeline.register_view import register_view
from truceline.publication.register_csv import changes_csv, register_csv
from truceline.publication.register_pdf import register_pdf
from truceline.publication.register_words import domain_named
from truceline.store.register import Head
from truceline.store.workspace import write_durably

NAME = typer.Argument(
    None, metavar="[NAME]", help="An agreement, shipped or a folder: only its own pledges."
)
AT = typer.Option(
    None, metavar="DAY", help="The register as known on that day; today if not given."
)
SINCE = typer.Option(None, metavar="DAY", help="What changed after that day instead.")
OBLIGOR = typer.Option("", metavar="WHO", help="Only what this state or group undertakes.")
DOMAIN = typer.Option(
    "", metavar="DOMAIN", help="Only this domain, by its name (naval) or the pages' word (sea)."
)
SINGLE = typer.Option(False, "--single", help="Only what one independent voice alone tells.")
MEETS = typer.Option(
    "", metavar="FACTS", help="Which pledges such facts make due: ceasefire,request,..."
)
CSV = typer.Option(None, "--csv", metavar="F", help="Write it as a table for a spreadsheet.")
PDF = typer.Option(None, "--pdf", metavar="F", help="Write the whole register as a PDF.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the register is asked for."""

    day: str
    since: str | None
    choice: Choice
    facts: frozenset[str]


def register(
    name: str | None = NAME,
    workspace: Path | None = WORKSPACE,
    at: str | None = AT,
    since: str | None = SINCE,
    obligor: str = OBLIGOR,
    domain: str = DOMAIN,
    single: bool = SINGLE,
    meets: str = MEETS,
    csv: Path | None = CSV,
    pdf: Path | None = PDF,
    json: bool = JSON,
) -> None:
    """Show who pledged what in which domain, on which condition, who refused, and who says so.

    Each line has an id: `truceline statements confirm ID` speaks of it, and the pages lead from it
    to the words of the article.

    Example: truceline statements register --at 2026-01-10 --domain naval
    """
    if name is not None:
        if workspace or at or since or obligor or domain or single or meets or csv or pdf:
            raise WorkflowError(
                f"the register of {name} alone takes no options but --json; leave {name} out to "
                "ask the workspace."
            )
        register_of_agreement(name, json=json)
        return
    if since is not None and (meets or single):
        raise WorkflowError(
            "--since shows what changed, and goes with neither --meets nor --single; leave it out, or "
            "ask twice."
        )
    facts = frozenset(word.strip() for word in meets.split(",") if word.strip())
    with opened(workspace) as desk:
        key = desk_register.obligor_of(desk, obligor) if obligor else ""
        day = now().date().isoformat() if at is None else at
        asked = _Asked(day, since, Choice(key, domain_named(domain), single), facts)
        _answer(desk, asked, csv, json=json)
        if pdf is not None:
            with busy("setting the PDF"):
                write_durably(pdf, register_pdf(register_view(desk, day, since), now()))
            out.print(f"wrote {pdf}", markup=False)


def _answer(desk: Desk, asked: _Asked, csv: Path | None, *, json: bool) -> None:
    if asked.since is not None:
        changes = desk_register.changes(desk, asked.since, asked.day, asked.choice)
        _write(csv, changes_csv(changes))
        _show_changes(asked, changes, json=json)
        return
    heads = desk_register.lines(desk, asked.day, asked.choice)
    entries = tuple({head.entry.id: head.entry for head in heads}.values())
    _write(csv, register_csv(entries))
    if asked.facts:
        _show_met(asked, entries, json=json)
    else:
        _show_lines(asked, heads, json=json)


def _write(path: Path | None, data: bytes) -> None:
    if path is not None:
        write_durably(path, data)
        out.print(f"wrote {path}", markup=False)


def _show_lines(asked: _Asked, heads: tuple[Head, ...], *, json: bool) -> None:
    if json:
        lines = [
            {
                "obligor": head.entry.obligor,
                "name": head.entry.name,
                "domain": head.domain,
                "status": head.entry.status,
                "differs": head.differs,
                "single": head.single,
                "entry": entry_to_plain(head.entry),
            }
            for head in heads
        ]
        print_json({"day": asked.day, "lines": lines})
        return
    print_lines(asked.day, heads)


def _show_changes(asked: _Asked, changes: tuple[Change, ...], *, json: bool) -> None:
    if json:
        made = [
            {**asdict(one), "before": one.before and entry_to_plain(one.before),
             "after": entry_to_plain(one.after)}
            for one in changes
        ]  # fmt: skip
        print_json({"since": asked.since, "day": asked.day, "changes": made})
        return
    print_changes(asked.since or "", asked.day, changes)


def _show_met(asked: _Asked, entries: tuple[Entry, ...], *, json: bool) -> None:
    try:
        found = met(entries, asked.facts)
    except ValueError as error:
        raise WorkflowError(str(error)) from None
    if json:
        made = [
            {"due": one.due.value, "why": one.why, "entry": entry_to_plain(one.entry)}
            for one in found
        ]
        print_json({"day": asked.day, "facts": sorted(asked.facts), "pledges": made})
        return
    print_met(found)
