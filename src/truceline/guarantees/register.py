"""The register of pledges: state by domain, who leads, under which condition, who refused.

Nothing is shown stronger than it was said: where entries about one state and one domain differ, the
latest dated one heads the cell, and of entries of one date the weakest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from truceline.codec.agreement_rules import PledgeType
from truceline.model.agreement import Agreement, Pledge, Verified

DOMAINS: tuple[str, ...] = get_args(PledgeType)
"""Every domain of a pledge, in the order of the register's columns."""

STRENGTH = ("ruled_out", "undecided", "considered", "conditional", "pledged")
"""Statuses from the weakest to the strongest undertaking."""


@dataclass(frozen=True, slots=True)
class RegisterCell:
    """What one obligor said in one domain."""

    domain: str
    status: str
    """Status of the entry that heads the cell."""
    leads: bool
    """The heading entry gives the obligor the lead (read it with ``status``: it may be proposed)."""
    condition: str
    """Condition of the heading entry; empty where none is stated."""
    limits: str
    date: str
    """ISO date of the heading entry, or ``unknown``."""
    differs: bool
    """Some entry of the cell has another status; all of them are in ``pledges``."""
    pledges: tuple[Pledge, ...]
    """Every entry of the cell, the heading one first."""
    unverified: tuple[Verified, ...]
    """Figures of the heading entry that are not fully verified."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One obligor with its cells, in the order of ``DOMAINS``; a domain without a word has no cell."""

    obligor: str
    name: str
    cells: tuple[RegisterCell, ...]

    def cell(self, domain: str) -> RegisterCell | None:
        """Give the cell of a domain; null where the sources say nothing."""
        return next((cell for cell in self.cells if cell.domain == domain), None)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An undertaking that somebody ruled out."""

    obligor: str
    name: str
    domains: tuple[str, ...]
    date: str
    summary: str
    sources: tuple[str, ...]
    disputed: bool
    """Another entry about the same obligor and domain says something else."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads in a domain."""

    domain: str
    leaders: tuple[tuple[str, str], ...]
    """(name, status) of each; empty where the sources name nobody."""


def register_domains(agreement: Agreement) -> tuple[str, ...]:
    """Give the domains of which any pledge speaks, in the order of ``DOMAINS``."""
    spoken = {domain for pledge in agreement.pledges for domain in pledge.types}
    return tuple(domain for domain in DOMAINS if domain in spoken)


def register_rows(agreement: Agreement) -> tuple[RegisterRow, ...]:
    """Give one row for each obligor, in the order of the agreement's parties."""
    rows = []
    for party in agreement.parties:
        own = [pledge for pledge in agreement.pledges if pledge.obligor == party.id]
        cells = (_cell(domain, own) for domain in DOMAINS)
        if own:
            kept = tuple(cell for cell in cells if cell is not None)
            rows.append(RegisterRow(party.id, party.name, kept))
    return tuple(rows)


def refusals(agreement: Agreement) -> tuple[Refusal, ...]:
    """Give everything that was ruled out, in the order of the parties, then of the dates."""
    names = {party.id: party.name for party in agreement.parties}
    order = {party: position for position, party in enumerate(names)}
    ruled_out = [pledge for pledge in agreement.pledges if pledge.status == "ruled_out"]
    ruled_out.sort(key=lambda pledge: (order[pledge.obligor], _age(pledge), pledge.id))
    return tuple(
        Refusal(
            obligor=pledge.obligor,
            name=names[pledge.obligor],
            domains=tuple(domain for domain in DOMAINS if domain in pledge.types),
            date=pledge.date,
            summary=pledge.summary,
            sources=pledge.sources,
            disputed=_disputed(pledge, agreement.pledges),
        )
        for pledge in ruled_out
    )


def leads(agreement: Agreement) -> tuple[Lead, ...]:
    """Give who leads in each domain of the register, with the status of that lead."""
    return tuple(
        Lead(domain, _in_role(agreement, "lead", domain)) for domain in register_domains(agreement)
    )


def hosts(agreement: Agreement) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give (domain, (name, status) of each host) for the domains that somebody hosts."""
    found = ((d, _in_role(agreement, "host", d)) for d in register_domains(agreement))
    return tuple((domain, who) for domain, who in found if who)


def _in_role(agreement: Agreement, role: str, domain: str) -> tuple[tuple[str, str], ...]:
    names = {party.id: party.name for party in agreement.parties}
    own = (p for p in agreement.pledges if p.role == role and domain in p.types)
    return tuple(sorted({(names[pledge.obligor], pledge.status) for pledge in own}))


def heading(entries: Iterable[Pledge]) -> tuple[Pledge, ...]:
    """Sort entries so that the one to show first stands first: latest date, then weakest.

    An unknown date counts as older than every known one.
    """
    newest_first = sorted(entries, key=lambda pledge: pledge.id)
    newest_first.sort(key=lambda pledge: STRENGTH.index(pledge.status))
    newest_first.sort(key=_age, reverse=True)
    return tuple(newest_first)


def _cell(domain: str, own: list[Pledge]) -> RegisterCell | None:
    entries = heading(pledge for pledge in own if domain in pledge.types)
    if not entries:
        return None
    first = entries[0]
    return RegisterCell(
        domain=domain,
        status=first.status,
        leads=first.role == "lead",
        condition=first.condition,
        limits=first.limits,
        date=first.date,
        differs=len({pledge.status for pledge in entries}) > 1,
        pledges=entries,
        unverified=tuple(one for one in first.verified if one.state != "yes"),
    )


def _disputed(refused: Pledge, pledges: Iterable[Pledge]) -> bool:
    return any(
        other.obligor == refused.obligor
        and other.status != "ruled_out"
        and bool(set(other.types) & set(refused.types))
        for other in pledges
    )


def _age(pledge: Pledge) -> str:
    """Order by date as text; ISO dates sort by time, and an unknown date comes before all."""
    return "" if pledge.date == "unknown" else pledge.date
