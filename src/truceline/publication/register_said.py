"""One statement as each outlet tells it, side by side, with what only one of them has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from truceline.model.article import Reading, Statement
from truceline.publication.register_links import Links

_WORD: Final = re.compile(r"[\w’']+|[^\w’']+")

_FIELDS: Final[dict[str, Callable[[Statement], str | None]]] = {
    "how": lambda s: s.mode.value,
    "verb": lambda s: s.verb,
    "name as given": lambda s: s.name_as_given,
    "role as given": lambda s: s.role_as_given,
    "day said": lambda s: s.date_said,
    "from which words": lambda s: s.date_basis,
    "place": lambda s: s.place,
}
"""Field of a report to what it gives."""


@dataclass(frozen=True, slots=True)
class Report:
    """A statement as one document tells it."""

    statement: Statement
    pieces: tuple[tuple[str, bool], ...]
    """(text, whether no other report has this word), in order; one piece where nobody else tells it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One statement with every report of it."""

    key: str
    """Id of the first report."""
    reports: tuple[Report, ...]
    """In the order of the reading; never empty."""

    @property
    def speaker(self) -> str:
        """Who said it."""
        return self.reports[0].statement.speaker

    @property
    def days(self) -> tuple[str, ...]:
        """Days on which the reports say it was said, sorted; empty where none gives a day."""
        days = {r.statement.date_said for r in self.reports}
        return tuple(sorted(day for day in days if day))


def told(reading: Reading, links: Links) -> tuple[Told, ...]:
    """Group the statements of a reading; one that nobody else tells is a group of its own."""
    known = {s.id: s for s in reading.statements}
    groups: dict[str, tuple[Statement, ...]] = {}
    for alignment in reading.alignments:
        members = tuple(known[m] for m in alignment.members if m in known)
        groups.update((m.id, members) for m in members)
    made, seen = [], set()
    for s in reading.statements:
        if s.id not in seen:
            members = groups.get(s.id, (s,))
            seen |= {m.id for m in members}
            made.append(Told(members[0].id, _reports(members, links)))
    return tuple(made)


def rows_of(one: Told) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    """Compare the reports field by field: (field, value of each report, whether they differ).

    What one report leaves open is no difference.
    """
    rows = []
    for name, take in _FIELDS.items():
        values = tuple(take(r.statement) or "" for r in one.reports)
        rows.append((name, values, len({v.casefold() for v in values if v}) > 1))
    return tuple(row for row in rows if any(row[1]))


def _reports(members: tuple[Statement, ...], links: Links) -> tuple[Report, ...]:
    texts = [links.words(m.doc, m.span) for m in members]
    if len(members) == 1:
        return (Report(members[0], ((texts[0], False),)),)
    having = Counter(word for text in texts for word in _words(text))
    return tuple(Report(m, _pieces(text, having)) for m, text in zip(members, texts, strict=True))


def _words(text: str) -> set[str]:
    return {part.casefold() for part in _WORD.findall(text) if part[0].isalnum()}


def _pieces(text: str, having: Counter[str]) -> tuple[tuple[str, bool], ...]:
    """Cut a text into stretches that others have and that only this one has."""
    pieces: list[tuple[str, bool]] = []
    for part in _WORD.findall(text):
        alone = part[0].isalnum() and having[part.casefold()] == 1
        if pieces and (pieces[-1][1] == alone or part.isspace()):
            pieces[-1] = (pieces[-1][0] + part, pieces[-1][1])
        else:
            pieces.append((part, alone))
    return tuple(pieces)
