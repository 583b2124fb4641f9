"""The pledges of an agreement alone, its diplomatic events and the texts that it leans on."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from truceline.cli.screen import out, print_json
from truceline.codec.agreement import load_agreement
from truceline.errors import AgreementError
from truceline.guarantees.register import RegisterCell, refusals, register_rows
from truceline.guarantees.register import leads as leads_of
from truceline.model.agreement import Agreement
from truceline.pipeline.shipped import agreement_folder


def register_of_agreement(name: str, *, json: bool) -> None:
    """Print the register of an agreement's own pledges.

    Raises:
        AgreementError: when it cannot be read, or has no pledges.
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


def print_events(agreement: Agreement, *, json: bool) -> None:
    """Print summits, calls and declarations with who took part, and the texts leant on."""
    if json:
        print_json(
            {
                "events": [asdict(one) for one in agreement.events],
                "frameworks": [asdict(one) for one in agreement.frameworks],
            }
        )
        return
    for event in agreement.events:
        when = event.start if event.end == event.start else f"{event.start} to {event.end}"
        place = f", {event.place}" if event.place else ""
        out.print(f"{when}  {event.kind}: {event.name}{place}  [{event.id}]", markup=False)
        out.print(f"    {event.summary}", markup=False)
        for one in event.participants:
            count = "no number given" if one.count is None else f"{one.count} {one.of}"
            out.print(f"    {one.source}: {count}", markup=False)
    for framework in agreement.frameworks:
        status = framework.status.replace("_", " ")
        out.print(f"{framework.date}  {framework.title} ({status})  [{framework.id}]", markup=False)
        for words in (*framework.terms, *framework.relied_on_by):
            out.print(f"    {words}", markup=False)
    out.print(f"{len(agreement.events)} event(s), {len(agreement.frameworks)} framework(s)")
