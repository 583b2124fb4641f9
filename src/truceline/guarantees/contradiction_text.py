"""What the search for contradictions reads: sentences without boilerplate, and events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Final

from truceline.guarantees.align_time import events_of, near
from truceline.guarantees.joined import Joined
from truceline.model.article import Alignment, Disagreement, Document, Reading, Side, Span

_END: Final = re.compile(r"(?<![.\s][A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)[.!?][”\"’')]*(?=\s|$)|\n")
_NO_TEXT: Final = re.compile(r"<[^<>\n]{1,500}>|[^\S\n ]")
"""Tags, and blanks that do not look like blanks."""
TYPES: Final = (
    "true",
    "stale_or_wrong",
    "attribution",
    "translation_variant",
    "different_facts",
    "compatible",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the article itself."""

    doc: str
    start: int
    """First character in the decoded text of the document."""
    text: str

    def side(self, value: str, match: re.Match[str], group: int | str = 0) -> Side:
        """Give what a pattern found in the sentence as a side of a contradiction."""
        start, end = match.span(group)
        return Side(value, self.doc, Span(self.start + start, self.start + end))


@dataclass(frozen=True, slots=True)
class Scene:
    """A reading made ready: who is about which event."""

    reading: Reading
    by_name: Mapping[str, Document]
    sentences: tuple[Sentence, ...]
    event_of: Mapping[str, int]
    """Document name to the number of its event; a document of its own where nothing tells."""

    def dated(self, doc: str) -> str | None:
        """Give the last day that the article is about, ISO; null where it is not known."""
        days = events_of(self.by_name[doc])
        return days[-1].isoformat() if days else None


def scene_of(reading: Reading) -> Scene:
    """Part the articles into sentences and group them by event."""
    documents = sorted(reading.documents, key=lambda one: one.name)
    return Scene(
        reading,
        {one.name: one for one in documents},
        tuple(sentence for one in documents for sentence in sentences_of(one)),
        _events(documents, reading.alignments),
    )


def sentences_of(document: Document) -> Iterator[Sentence]:
    """Give the sentences of an article, without those that boilerplate touches."""
    spans = [one.span for one in document.boilerplate]
    plain = _NO_TEXT.sub(lambda match: " " * len(match[0]), document.text)
    start = 0
    for end in (*(match.end() for match in _END.finditer(plain)), len(plain)):
        text = plain[start:end]
        own = Span(start, end)
        if text.strip() and not any(own.overlap(span) for span in spans):
            lead = len(text) - len(text.lstrip())
            yield Sentence(document.name, start + lead, text.strip())
        start = end


def disagreement(kind: str, field: str, sides: Iterable[Side]) -> Disagreement:
    """Build a disagreement with its sides in the order of the documents, each once.

    Raises:
        ValueError: when the kind is not one of ``TYPES``.
    """
    if kind not in TYPES:
        raise ValueError(f"{kind!r} is no type of contradiction; write one of {', '.join(TYPES)}")
    ordered = sorted(set(sides), key=lambda side: (side.doc, side.span, side.value))
    return Disagreement(kind, field, tuple(ordered))


def firsts(sides: Iterable[Side]) -> list[Side]:
    """Keep the first side of each document and value."""
    kept: dict[tuple[str, str], Side] = {}
    for side in sorted(sides, key=lambda one: (one.doc, one.span)):
        kept.setdefault((side.doc, side.value), side)
    return list(kept.values())


def all_of(sides: Iterable[Side]) -> list[Side]:
    """Keep the first few sides of each document and value, so that no place of weight is lost."""
    count: dict[tuple[str, str], int] = {}
    kept = []
    for side in sorted(set(sides), key=lambda one: (one.doc, one.span)):
        key = (side.doc, side.value)
        count[key] = count.get(key, 0) + 1
        if count[key] <= _MOST:
            kept.append(side)
    return kept


_MOST: Final = 3
"""Places of one document and value that are shown."""


def _events(documents: Sequence[Document], alignments: Sequence[Alignment]) -> dict[str, int]:
    """Number the events: articles near in time, or that report one statement, share one."""
    joined = Joined(one.name for one in documents)
    # Articles of the same days are compared once: there are few days, and may be many articles.
    first: dict[tuple[date, ...], str] = {}
    for one in documents:
        days = events_of(one)
        if days:
            joined.join(one.name, first.setdefault(days, one.name))
    narrow = [days for days in first if not _wide(days)]
    for one_day, other_day in combinations(narrow, 2):
        if near(one_day, other_day):
            joined.join(first[one_day], first[other_day])
    dated = {one.name: bool(events_of(one)) for one in documents}
    place = {one.name: number for number, one in enumerate(documents)}
    for group in alignments:
        names = sorted({member.split("#")[0] for member in group.members} & place.keys())
        for one_name, other_name in pairwise(names):
            # Old words are quoted again later: where both days are known, the days decide.
            if not (dated[one_name] and dated[other_name]):
                joined.join(one_name, other_name)
    return {name: place[joined.root(name)] for name in place}


def _wide(days: Sequence[date]) -> bool:
    """Tell whether an article looks over several events, so that it joins none with another."""
    return (days[-1] - days[0]).days > _SPAN


_SPAN: Final = 40
"""Days between the first and the last event of an article that looks over several. Unit: days."""
