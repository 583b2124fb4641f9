"""Who is who, as tables: states, groups, bodies, persons with their offices by date.

The shipped tables are data files of the package (``guarantees/entities``); tests and other
ceasefires pass their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Office:
    """A person held an office."""

    kind: str
    """``president``, ``prime minister``, ``spokesperson``, ... (``roles`` of ``persons.yaml``)."""
    of: str
    """State, group or body."""
    start: str | None
    """First day, ISO, a prefix (``2025-07``) where the day is not known; null where not known."""
    end: str | None
    """Last day, inclusive; null where the office was still held when the table was checked."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is quoted."""

    name: str
    """Canonical name."""
    party: str | None
    """State or group for which the person speaks."""
    pronoun: str
    """``he``, ``she``, ``they`` where not known."""
    given: tuple[str, ...]
    family: tuple[str, ...]
    """Spellings of the family name."""
    short: tuple[str, ...]
    """Other short forms after the full name: ``Xi``."""
    alone: bool
    """Whether the family name alone is this person even where the full name is not given."""
    offices: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A state, group, or body that speaks for one."""

    name: str
    kind: str
    """``state``, ``group``, ``body``."""
    party: str | None
    """The state or group itself, or the one a body speaks for."""
    forms: tuple[str, ...]
    people: tuple[str, ...]
    """Adjectives: ``French``."""
    capitals: tuple[str, ...]
    """Places that stand for it: ``Moscow``."""
    members: tuple[str, ...] = ()
    """Members as far as known; empty means not known."""
    members_known: bool = False
    """Whether ``members`` is the whole list."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that names are looked up in."""

    persons: tuple[Person, ...]
    bodies: tuple[Body, ...]
    roles: Mapping[str, tuple[str, ...]]
    """Kind of office by the words that name it, lower case."""
    checked: str
    """ISO date up to which offices were checked; beyond it they are not known."""
    _people: Mapping[str, Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_people", {p.name: p for p in reversed(self.persons)})

    def person(self, name: str) -> Person | None:
        """Look up by canonical name."""
        return self._people.get(name)

    def body(self, name: str) -> Body | None:
        """Look up by canonical name."""
        return next((b for b in self.bodies if b.name == name), None)


_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i", "ß": "s"})


def fold(word: str) -> str:
    """Drop accents, keep case.

    >>> fold("Nausėda")
    'Nauseda'
    """
    if word.isascii():
        return word
    spread = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(c for c in spread if not unicodedata.combining(c))


@cache
def shipped_tables() -> Tables:
    """Give the tables that ship with the package.

    >>> shipped_tables().person("Mark Rutte").offices[0].kind
    'secretary general'
    """
    folder = files("truceline.guarantees.entities")
    names = ("persons.yaml", "states.yaml", "groups.yaml")
    return tables_from(*(folder.joinpath(n).read_text(encoding="utf-8") for n in names))


def tables_from(persons: str, states: str, groups: str) -> Tables:
    """Build tables out of the text of the three files."""
    people = yaml.safe_load(persons)
    of_groups = yaml.safe_load(groups)
    bodies = [
        *(_body(name, "state", row) for name, row in yaml.safe_load(states)["states"].items()),
        *(_body(name, "group", row) for name, row in of_groups["groups"].items()),
        *(_body(name, "body", row) for name, row in of_groups.get("bodies", {}).items()),
    ]
    return Tables(
        tuple(_person(name, row) for name, row in people["persons"].items()),
        tuple(bodies),
        {kind: tuple(words) for kind, words in people["roles"].items()},
        str(people["checked"]),
    )


def _person(name: str, row: Mapping[str, Any]) -> Person:
    given, _, family = name.rpartition(" ")
    return Person(
        name,
        row.get("party"),
        row.get("pronoun", "they"),
        _words(row.get("given", [given])),
        _words(row.get("family", [family])),
        _words(row.get("short", ())),
        bool(row.get("alone", False)),
        tuple(_office(office, row.get("party")) for office in row.get("offices", ())),
    )


def _office(row: Iterable[Any], party: str | None) -> Office:
    kind, start, end, *of = [None if item is None else str(item) for item in row]
    return Office(str(kind), of[0] if of and of[0] else str(party), start, end)


def _body(name: str, kind: str, row: Mapping[str, Any]) -> Body:
    return Body(
        name,
        kind,
        row.get("party", name),
        _words(row.get("forms", [name])),
        _words(row.get("people", ())),
        _words(row.get("capitals", ())),
        _words(row.get("members", ())),
        bool(row.get("members_known", False)),
    )


def _words(items: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(item) for item in items)
