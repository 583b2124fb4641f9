"""The register of pledges as the page shows it: groups of states first, then states."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from truceline.model.agreement import Agreement, Pledge, Verified

DOMAINS: Final = {
    "troops_land": "Land",
    "naval": "Sea",
    "air": "Air",
    "training": "Training",
    "equipment": "Equip\u00adment",
    "intelligence": "Intelli\u00adgence",
    "monitoring": "Moni\u00adtoring",
    "coordination": "Coordi\u00adnation",
    "facilities": "Facili\u00adties",
    "financing": "Money",
    "reconstruction": "Re\u00adbuilding",
    "sanctions": "Sanc\u00adtions",
    "political": "Political",
    "other": "Other",
}
"""Type of a pledge to the head of its column, in order; soft hyphens say where it may break."""
STATUS_SIGNS: Final = {
    "pledged": "●",
    "conditional": "◐",
    "considered": "○",
    "undecided": "?",
    "ruled_out": "✕",
}
STATUS_WORDS: Final = {
    "pledged": "pledged",
    "conditional": "pledged under a condition",
    "considered": "considered",
    "undecided": "undecided",
    "ruled_out": "ruled out",
}
ROLES: Final = {"lead": "to lead", "contribute": "to contribute", "host": "to host"}
_WEAKEST_FIRST: Final = ("ruled_out", "undecided", "considered", "conditional", "pledged")


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """All pledges of one obligor, by domain."""

    name: str
    cells: tuple[tuple[Pledge, ...], ...]
    """One a column; the entry that heads it first, one of each status."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody with the domains in which it leads, or which it ruled out."""

    name: str
    domains: str
    disputed: bool
    """Another entry about the same obligor and domain says something else."""
    proposed: bool
    """Not pledged, only spoken of."""
    date: str


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one agreement."""

    columns: tuple[str, ...]
    """Types of pledges that occur, in order."""
    groups: tuple[RegisterRow, ...]
    states: tuple[RegisterRow, ...]
    leads: tuple[Named, ...]
    refused: tuple[Named, ...]
    pledges: tuple[Pledge, ...]
    """In the order of the rows, then by date."""


def register(agreement: Agreement) -> Register:
    """Arrange the pledges of an agreement."""
    columns = tuple(k for k in DOMAINS if any(k in p.types for p in agreement.pledges))
    rows: defaultdict[str, list[Pledge]] = defaultdict(list)
    for pledge in agreement.pledges:
        rows[pledge.obligor].append(pledge)
    known = [party.id for party in agreement.parties if party.id in rows]
    order = [*known, *sorted(set(rows) - set(known))]
    order.sort(key=is_state)  # stable: groups first, each in the agreement's own order
    made = {key: _row(agreement, key, rows[key], columns) for key in order}
    return Register(
        columns=columns,
        groups=tuple(made[key] for key in order if not is_state(key)),
        states=tuple(made[key] for key in order if is_state(key)),
        leads=_named(agreement, order, [p for p in agreement.pledges if p.role == "lead"]),
        refused=_named(agreement, order, [p for p in agreement.pledges if p.status == "ruled_out"]),
        pledges=tuple(p for key in order for p in sorted(rows[key], key=_age)),
    )


def is_state(party_id: str) -> bool:
    """Tell whether an id is that of one state: two capital letters, as ISO 3166 writes them.

    >>> is_state("FR"), is_state("COW26")
    (True, False)
    """
    return len(party_id) == 2 and party_id.isalpha() and party_id.isupper()


def short_name(agreement: Agreement, party_id: str) -> str:
    """Name a party without what its name adds in brackets; what is no party is its own name."""
    names = {party.id: party.name for party in agreement.parties}
    return names.get(party_id, party_id).partition(" (")[0]


def _row(
    agreement: Agreement, key: str, own: list[Pledge], columns: tuple[str, ...]
) -> RegisterRow:
    cells = tuple(_cell([p for p in own if kind in p.types]) for kind in columns)
    return RegisterRow(short_name(agreement, key), cells)


def _cell(entries: list[Pledge]) -> tuple[Pledge, ...]:
    """Put the latest dated entry first, of one date the weakest, and keep one of each status.

    The same order as :mod:`truceline.guarantees.register`: nothing is shown stronger than said.
    """
    ordered = sorted(entries, key=lambda p: (_WEAKEST_FIRST.index(p.status), p.id))
    ordered.sort(key=_age, reverse=True)
    kept: dict[str, Pledge] = {}
    for pledge in ordered:
        kept.setdefault(pledge.status, pledge)
    return tuple(kept.values())


def _age(pledge: Pledge) -> str:
    """Order by date as text; an unknown date comes before all."""
    return "" if pledge.date == "unknown" else pledge.date


def _named(agreement: Agreement, order: list[str], chosen: list[Pledge]) -> tuple[Named, ...]:
    """Sum up chosen entries, one line an obligor and set of domains."""
    found: dict[tuple[str, tuple[str, ...]], Named] = {}
    for pledge in sorted(chosen, key=lambda p: (order.index(p.obligor), _age(p), p.id)):
        found[pledge.obligor, pledge.types] = Named(
            short_name(agreement, pledge.obligor),
            domains_of(pledge),
            any(
                other.obligor == pledge.obligor
                and other.status != pledge.status
                and set(other.types) & set(pledge.types)
                for other in agreement.pledges
            ),
            pledge.status not in {"pledged", "conditional", "ruled_out"},
            pledge.date,
        )
    return tuple(found.values())


def domains_of(pledge: Pledge) -> str:
    """Write the domains of a pledge as words."""
    words = (DOMAINS.get(kind, kind).replace("\u00ad", "") for kind in pledge.types)
    return ", ".join(word.lower() for word in words)


def unsure(pledge: Pledge) -> tuple[Verified, ...]:
    """Give the figures of a pledge that are not fully verified."""
    return tuple(v for v in pledge.verified if v.state != "yes")
