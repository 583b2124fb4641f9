"""The register on a day: what was known by then, what heads each cell, what changed since.

A day that is not known is never guessed. An entry whose day is not known is shown with a flag
(``known_by`` is null), and left out only where every month in which it may have been said lies
after the day asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from truceline.guarantees.register import DOMAINS, STRENGTH
from truceline.model.register import Change, Entry, Origin, Turn


@dataclass(frozen=True, slots=True)
class Cell:
    """What one obligor said in one domain, as known on a day."""

    domain: str
    heading: Entry
    """The latest, and of those of which the day does not tell the latest, the weakest."""
    entries: tuple[Entry, ...]
    """All of them, the heading one first, then from the latest to the oldest."""
    differs: bool
    """Sources give different statuses; all are in ``entries``."""
    single: bool
    """Only one independent voice tells of the heading entry's status in this domain."""
    dated: bool
    """The heading entry's day is known; else it may be older or younger than it looks."""


@dataclass(frozen=True, slots=True)
class Row:
    """One obligor with its cells, in the order of ``DOMAINS``; a domain without a word has none."""

    obligor: str
    name: str
    cells: tuple[Cell, ...]

    def cell(self, domain: str) -> Cell | None:
        """Give the cell of a domain; null where the sources say nothing."""
        return next((cell for cell in self.cells if cell.domain == domain), None)


def at(entries: Iterable[Entry], day: str | None) -> tuple[Entry, ...]:
    """Give what was known by a day, oldest first; what has no day stands last, flagged.

    Args:
        entries: of the register; rejected ones are left out.
        day: ISO day; null: everything known.
    """
    return tuple(
        sorted(
            _known(entries, day), key=lambda one: (one.known_by is None, one.known_by or "", one.id)
        )
    )


def matrix(entries: Iterable[Entry], day: str | None = None) -> tuple[Row, ...]:
    """Give obligors by domains as known on a day, in the order in which the entries name them."""
    own: dict[str, list[Entry]] = defaultdict(list)
    for entry in _known(entries, day):
        own[entry.obligor].append(entry)
    return tuple(
        Row(obligor, group[0].name, tuple(_cells(group))) for obligor, group in own.items()
    )


def changes(entries: Iterable[Entry], first: str, last: str) -> tuple[Change, ...]:
    """Give what became of each obligor's undertaking in each domain between two days.

    Raises:
        ValueError: when ``last`` is before ``first``.
    """
    if last < first:
        raise ValueError(f"{last} is before {first}; give the earlier day first")
    entries = tuple(entries)
    before = {
        (row.obligor, cell.domain): cell for row in matrix(entries, first) for cell in row.cells
    }
    found = []
    for row in matrix(entries, last):
        for cell in row.cells:
            old = before.get((row.obligor, cell.domain))
            earlier = old.heading if old else None
            turn = turn_between(earlier, cell.heading)
            if turn is not None:
                found.append(
                    Change(row.obligor, row.name, cell.domain, turn, earlier, cell.heading)
                )
    return tuple(found)


def history(entries: Iterable[Entry], obligor: str, domain: str) -> tuple[Entry, ...]:
    """Give everything of one obligor in one domain, oldest first; what has no day stands last."""
    return at((e for e in entries if e.obligor == obligor and domain in e.types), None)


def _known(entries: Iterable[Entry], day: str | None) -> list[Entry]:
    return [one for one in entries if one.origin is not Origin.REJECTED and _by(one, day)]


def _by(entry: Entry, day: str | None) -> bool:
    if day is None:
        return True
    if entry.known_by is not None:
        return entry.known_by <= day
    return not entry.months or entry.months[0] <= day[:7]


def _cells(group: list[Entry]) -> Iterable[Cell]:
    for domain in DOMAINS:
        own = heading([entry for entry in group if domain in entry.types])
        if own:
            first = own[0]
            same = (entry for entry in own if entry.status == first.status)
            voices = {voice for entry in same for voice in entry.groups_for(domain)}
            differs = len({entry.status for entry in own}) > 1
            yield Cell(domain, first, own, differs, len(voices) < 2, first.date is not None)


def heading(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort entries so that the one to show first stands first.

    It is the weakest of those that may be the latest: an entry is certainly older than another when
    the last day on which it may have been said is before the other's first. Where nothing tells of
    an entry's time it counts as older than every other.
    """
    left = sorted(entries, key=lambda one: (_span(one), one.id), reverse=True)
    if not left:
        return ()
    newest = max(_span(one)[0] for one in left)
    maybe = [one for one in left if _span(one)[1] >= newest]
    first = min(maybe, key=lambda one: (STRENGTH.index(one.status), _rank(one), one.id))
    return (first, *(one for one in left if one is not first))


def _rank(entry: Entry) -> int:
    """Of two that say the same, show what people looked at."""
    return (Origin.CODED, Origin.CONFIRMED, Origin.PROPOSED, Origin.REJECTED).index(entry.origin)


def _span(entry: Entry) -> tuple[str, str]:
    """First and last day on which it may have been said; ISO text sorts by time."""
    if entry.date:
        return entry.date, entry.date
    if not entry.months:
        return "", ""
    return f"{entry.months[0]}-01", f"{entry.months[-1]}-31"


def turn_between(before: Entry | None, after: Entry) -> Turn | None:
    """Tell what became of a cell from what headed it before; null where nothing changed."""
    if before is None:
        return Turn.NEW
    old, new = STRENGTH.index(before.status), STRENGTH.index(after.status)
    if old != new:
        return Turn.STRONGER if new > old else Turn.WEAKER
    if _part(before) != _part(after):
        return Turn.ROLE
    return None if before.condition_class == after.condition_class else Turn.CONDITION


def _part(entry: Entry) -> str:
    """Role that tells something: that somebody contributes is no news beside no word of it."""
    return entry.role if entry.role in {"lead", "host"} else ""
