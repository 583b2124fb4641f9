"""Every figure of an agreement that was not fully verified, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from truceline.model.agreement import Agreement
from truceline.model.provisions import Provisions
from truceline.model.verified import Verified
from truceline.publication.agreement_words import clause_link


@dataclass(frozen=True, slots=True)
class Flag:
    """A figure with how far it was checked, and where it stands."""

    where: Markup | str
    flag: Verified


@dataclass(frozen=True, slots=True)
class Said:
    """What the agreement or one of its texts says about itself."""

    title: str
    said: Provisions


def said_of(agreement: Agreement) -> tuple[Said, ...]:
    """Give what says something about itself: the agreement first, then its texts."""
    own = [Said("The agreement", agreement.provisions)]
    own += [Said(text.title, text.provisions) for text in agreement.texts]
    return tuple(one for one in own if one.said != Provisions())


def open_flags(agreement: Agreement) -> tuple[Flag, ...]:
    """Give every figure that was not fully verified, in the order of the agreement."""
    places = (*_times(agreement), *_words(agreement), *_clauses(agreement), *_register(agreement))
    return tuple(Flag(where, one) for where, all_ in places for one in all_ if one.state != "yes")


Flagged = Iterator[tuple[Markup | str, tuple[Verified, ...]]]


def _times(agreement: Agreement) -> Flagged:
    if agreement.in_force is not None:
        yield "time in force", agreement.in_force.verified
    for text in agreement.texts:
        if text.in_force is not None:
            yield f"time in force of {text.title}", text.in_force.verified


def _words(agreement: Agreement) -> Flagged:
    for one in said_of(agreement):
        for definition in one.said.definitions:
            yield f"definition of {definition.term}", definition.verified
        for trigger in one.said.triggers:
            yield f"trigger {trigger.id}", trigger.verified


def _clauses(agreement: Agreement) -> Flagged:
    for clause in agreement.clauses:
        link = clause_link(clause.id)
        yield link, clause.verified
        for reading in clause.terms.readings:
            yield link + f", reading {reading.id}", reading.verified
        for row in clause.terms.keep_back.systems if clause.terms.keep_back else ():
            yield link + f", {', '.join(row.systems)}", row.verified


def _register(agreement: Agreement) -> Flagged:
    for pledge in agreement.pledges:
        yield f"pledge {pledge.id}", pledge.verified
    for event in agreement.events:
        yield f"event {event.id}", event.verified
    for framework in agreement.frameworks:
        yield f"framework {framework.id}", framework.verified
    for procedure in agreement.responses:
        for step in procedure.steps:
            yield f"response procedure {procedure.title}, step {step.id}", step.verified
