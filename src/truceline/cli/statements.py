"""Statements and pledges: the register of who promised what."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.table import Table

from truceline.cli.screen import out, print_json
from truceline.codec.agreement import load_agreement
from truceline.errors import AgreementError
from truceline.guarantees.register import RegisterCell, refusals, register_rows
from truceline.guarantees.register import leads as leads_of
from truceline.model.agreement import Agreement
from truceline.pipeline.shipped import agreement_folder

app = typer.Typer(help="Statements and pledges: the register of who promised what.")
NAME = typer.Argument(help="Name of a shipped agreement, or a folder.", metavar="NAME")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@app.callback()
def root() -> None:
    """Statements and pledges: the register of who promised what."""


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
    _print(agreement)


def _print(agreement: Agreement) -> None:
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
