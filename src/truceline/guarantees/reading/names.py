"""Find the names of a table in a text: a walk over its words, longest form first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from truceline.guarantees.reading.tables import Body, Person, Tables, fold

WORD = re.compile(r"(?:[A-ZА-Я]\.){2,}|[^\W_]+(?:-[^\W_]+)*")
_GAP = re.compile(r"(?:[\s]{1,2}|\.\s|['’]|\s-\s|-)?$")


_TITLES = ("Sir ", "Dame ", "Lord ", "Lady ")
"""``Sir Edmund`` is a person of the article by the given name alone."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a name."""

    words: tuple[str, ...]
    """Without accents."""
    entity: str
    kind: str
    """``person``, ``state``, ``group``, ``body``."""
    party: str | None
    how: str
    """``full``, ``family``, ``short``, ``name``, ``metonym``, ``demonym``."""
    certain: bool
    """Whether the form stands for the entity even where no fuller form does."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text."""

    start: int
    end: int
    text: str
    """Without accents."""


def words_of(text: str) -> list[Word]:
    """Cut a text into words; initials such as ``U.S.`` are one.

    >>> [w.text for w in words_of("Ukraine’s U.S. envoy")]
    ['Ukraine', 's', 'U.S.', 'envoy']
    """
    return [Word(m.start(), m.end(), fold(m.group())) for m in WORD.finditer(text)]


Index = dict[str, list[Form]]


@lru_cache(maxsize=8)
def _index_of(persons: tuple[Person, ...], bodies: tuple[Body, ...]) -> Index:
    index: Index = {}
    for form in (*_person_forms(persons), *_body_forms(bodies)):
        index.setdefault(form.words[0], []).append(form)
        shouted = tuple(w.upper() if len(w) > 3 else w for w in form.words)
        if shouted != form.words and form.how != "short":
            loud = Form(shouted, form.entity, form.kind, form.party, form.how, form.certain)
            index.setdefault(shouted[0], []).append(loud)
    for forms in index.values():
        forms.sort(key=lambda f: (-len(f.words), not f.certain, f.how != "full"))
    return index


def index_of(tables: Tables) -> Index:
    """Give the forms of all names by their first word, longest first."""
    return _index_of(tables.persons, tables.bodies)


def _person_forms(persons: Iterable[Person]) -> Iterator[Form]:
    for person in persons:
        for family in person.family:
            yield _form(family, person.name, "person", person.party, "family", person.alone)
            for given in person.given:
                full = f"{given} {family}"
                yield _form(full, person.name, "person", person.party, "full", certain=True)
        titled = [given for given in person.given if given.startswith(_TITLES)]
        for short in (*person.short, *titled):
            yield _form(short, person.name, "person", person.party, "short", certain=False)


def _body_forms(bodies: Iterable[Body]) -> Iterator[Form]:
    for body in bodies:
        for name in body.forms:
            yield _form(name, body.name, body.kind, body.party, "name", certain=True)
        for name in body.people:
            yield _form(name, body.name, body.kind, body.party, "demonym", certain=True)
        for name in body.capitals:
            yield _form(name, body.name, body.kind, body.party, "metonym", certain=True)


def _form(text: str, entity: str, kind: str, party: str | None, how: str, certain: bool) -> Form:
    words = tuple(w.text for w in words_of(text))
    return Form(words, entity, kind, party, how, certain)


def matches(text: str, words: list[Word], index: Index) -> Iterator[tuple[int, int, list[Form]]]:
    """Yield (first word, one past the last, forms of that length) from left to right."""
    at = 0
    while at < len(words):
        forms = index.get(words[at].text)
        taken = 0
        if forms:
            hits = [f for f in forms if _fits(text, words, at, f.words)]
            if hits:
                taken = len(hits[0].words)
                yield at, at + taken, [f for f in hits if len(f.words) == taken]
        at += taken or 1


def _fits(text: str, words: list[Word], at: int, wanted: tuple[str, ...]) -> bool:
    if len(wanted) == 1:
        return True
    if at + len(wanted) > len(words):
        return False
    for step, word in enumerate(wanted[1:], at + 1):
        here = words[step]
        if here.text != word or not _GAP.match(text[words[step - 1].end : here.start]):
            return False
    return True
