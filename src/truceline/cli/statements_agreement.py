"""The pledges of an agreement alone, its diplomatic events and the texts that it leans on."""

from __future__ import annotations

from dataclasses import asdict

from truceline.cli.screen import out, print_json, tell
from truceline.codec.agreement import load_agreement
from truceline.errors import AgreementError
from truceline.guarantees.register import RegisterCell, refusals, register_rows
from truceline.guarantees.register import leads as leads_of
from truceline.model.agreement import Agreement
from truceline.pipeline.shipped import agreement_folder
from truceline.publication.register import STATUS_SIGNS
from truceline.publication.register_words import domain_words


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
    tell(agreement.title, bold=True)
    for row in register_rows(agreement):
        out.print()
        tell(row.name, bold=True)
        for cell in row.cells:
            _print_cell(cell)
    out.print()
    for lead in leads_of(agreement):
        names = ", ".join(f"{who} ({status})" for who, status in lead.leaders)
        out.print(f"leads in {lead.domain}: {names or 'nobody is named'}", markup=False)
    for refusal in refusals(agreement):
        doubt = "; another entry differs" if refusal.disputed else ""
        domains = ", ".join(refusal.domains)
        out.print(f"refused: {refusal.name}, {domains}: {refusal.summary}{doubt}", markup=False)


def _print_cell(cell: RegisterCell) -> None:
    leads = ", leads" if cell.leads else ""
    differs = "; ≠ sources differ" if cell.differs else ""
    head = f"{domain_words((cell.domain,))}: {cell.status.replace('_', ' ')}{leads}{differs}"
    tell(head, f"  {STATUS_SIGNS.get(cell.status, '·')} ")
    for name, words in (("when", cell.condition), ("limits", cell.limits)):
        if words:
            tell(f"{name}: {words}", "      ", "        ")


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
        tell(f"{when}  {event.kind}: {event.name}{place}  [{event.id}]", rest="    ", bold=True)
        tell(event.summary, "    ")
        for one in event.participants:
            count = "no number given" if one.count is None else f"{one.count} {one.of}"
            tell(f"{one.source}: {count}", "    ")
    for framework in agreement.frameworks:
        status = framework.status.replace("_", " ")
        tell(
            f"{framework.date}  {framework.title} ({status})  [{framework.id}]",
            rest="    ",
            bold=True,
        )
        for words in (*framework.terms, *framework.relied_on_by):
            tell(words, "    ", "      ")
    out.print(f"{len(agreement.events)} event(s), {len(agreement.frameworks)} framework(s)")
