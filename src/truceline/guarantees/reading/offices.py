"""Roles that an article gives and a person did not hold: a finding about the source, no correction.

The answer is given only where the day of the article is known and the table of offices reaches it;
otherwise there is none. General words (leader, head, chief, aide) are never held against a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.tables import Office, Person, Tables
from truceline.model.article import Document, RoleFinding, Span

_WEIGHED = (
    "president",
    "vice president",
    "prime minister",
    "deputy prime minister",
    "chancellor",
    "foreign minister",
    "defence minister",
    "secretary general",
    "candidate",
)
_GENERAL = frozenset(["chief", "head", "leader", "minister", "top diplomat"])
_FORMER = re.compile(r"\b(?:former|ex|then)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OfficeFinding:
    """An article calls somebody what they were not on its day."""

    doc: str
    span: Span
    """Of the role, in the prose."""
    person: str
    role_as_given: str
    kind: str
    """``not_held`` (no such office then) or ``called_former`` (held then, called former)."""
    held: tuple[Office, ...]
    """Offices of the person on that day, as the table has them."""
    days: tuple[str, ...]
    """ISO days for which the table was asked."""


def office_findings(
    document: Document, mentions: Iterable[Mention], tables: Tables
) -> tuple[OfficeFinding, ...]:
    """Compare roles as given with the table of offices, on the days the article is about.

    Args:
        document: with the prose as its text, and its day.
        mentions: of that prose.
        tables: offices by date.
    """
    days = (document.published,) if document.published else document.about
    if not days or max(days) > tables.checked:
        return ()
    found = []
    for mention in mentions:
        person = tables.person(mention.entity)
        if person is None or mention.role is None or mention.how not in {"full", "family"}:
            continue
        role = document.text[mention.role.start : mention.role.end]
        kind = _wrong(person, role, days, tables)
        if kind:
            held = tuple(o for o in person.offices if _on(o, days))
            found.append(
                OfficeFinding(document.name, mention.role, person.name, role, kind, held, days)
            )
    return tuple(found)


def role_finding(one: OfficeFinding, span: Span) -> RoleFinding:
    """Give a finding as part of a reading, with its offices in words.

    Args:
        one: of the prose.
        span: of the same role in the file.
    """
    return RoleFinding(
        id=f"{one.doc}#role{span.start}",
        doc=one.doc,
        span=span,
        person=one.person,
        role_as_given=one.role_as_given,
        kind=one.kind,
        days=one.days,
        held=tuple(_in_words(office) for office in one.held),
    )


def _in_words(office: Office) -> str:
    since = f"since {office.start}" if office.start else "since a day not known"
    until = f" until {office.end}" if office.end else ""
    return f"{office.kind} of {office.of} {since}{until}"


def _wrong(person: Person, role: str, days: tuple[str, ...], tables: Tables) -> str | None:
    office = _kind(role, tables)
    if office is None or not person.offices:
        return None
    own = [o for o in person.offices if o.kind == office]
    now = any(_on(o, days) for o in own)
    if _FORMER.search(role):
        return "called_former" if now else None if own else "not_held"
    return None if now else "not_held"


def _kind(role: str, tables: Tables) -> str | None:
    """The office that a role names, by its longest word; null for general words."""
    own = re.split(r"[’']s\s", role)[-1]  # "the president's adviser" is an adviser
    text = own.lower().replace("presidential candidate", "candidate")
    words = [
        (len(word), kind)
        for kind in _WEIGHED
        for word in tables.roles.get(kind, ())
        if word not in _GENERAL and re.search(rf"\b{re.escape(word)}\b", text)
    ]
    return max(words)[1] if words else None


def _on(office: Office, days: tuple[str, ...]) -> bool:
    """Tell whether an office was held on all days; a month that was not checked counts whole."""
    return all(
        (office.start or "") <= day and (office.end is None or day <= office.end + "~")
        for day in days
    )
