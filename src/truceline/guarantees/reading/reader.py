"""Read a batch of articles: each file by itself, what cannot be read refused, the rest goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.documents import Opened, opened
from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.language_pack import pack
from truceline.guarantees.reading.offices import office_findings, role_finding
from truceline.guarantees.reading.pool import FEW, read_pooled
from truceline.guarantees.reading.prose import Prose
from truceline.guarantees.reading.rules import RULES
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.tables import Tables, shipped_tables
from truceline.model.article import (
    Document,
    PledgeProposal,
    Position,
    Proposal,
    Reading,
    RoleFinding,
    Span,
    Statement,
)

_ID: Final = re.compile(r"(?P<head>.*#[a-z]+)(?P<at>\d+)(?P<tail>(?:\.\d+)?)", re.DOTALL)
"""Document, kind and place of a proposal."""
READ = frozenset(RULES)
"""Languages with rules."""
STRETCH: Final = 400
"""Sentences of an article that are read for pledges and positions at a time; few have as many."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article made ready: what every reading stage works on."""

    opened: Opened
    document: Document
    """With the prose as its text."""
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]


def read_documents(
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]] | None = None,
    tables: Tables | None = None,
    workers: int = 1,
) -> Reading:
    """Read articles; the result depends neither on their order nor on the number of processes.

    Args:
        files: bytes by file name without folder.
        sidecar: what is known of each file besides its text, by file name.
        tables: who is who; the shipped tables where null.
        workers: processes that read at a time; with one, or few files, none is started.
    """
    known = sidecar or {}
    if workers > 1 and len(files) > FEW:
        return joined(read_pooled(files, known, tables, workers, read_one))
    return joined(read_one(name, files[name], known.get(name), tables) for name in sorted(files))


def read_one(
    name: str, data: bytes, entry: Mapping[str, Any] | None, tables: Tables | None = None
) -> Reading:
    """Read one article; a file that cannot be read gives a reading that says why."""
    try:
        ready = prepared(name, data, entry, tables)
        if ready.document.language not in READ:
            refused = ((name, not_read(ready.document)),)
            return Reading((ready.opened.document,), (), (), (), refused=refused)
        return _read(ready, tables or shipped_tables())
    except WrongKindOfFile as error:
        return Reading((), (), (), (), refused=((name, str(error)),))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one article must not stop the batch
        why = (
            f"{name}: a fault of the reader ({type(error).__name__}: {error}); nothing of this file"
            " was read, the others were. Please report it with the file."
        )
        return Reading((), (), (), (), refused=((name, why),))


def joined(readings: Iterable[Reading]) -> Reading:
    """Put the readings of single articles together, in their order."""
    rows = list(readings)
    return Reading(
        documents=tuple(one for row in rows for one in row.documents),
        statements=tuple(one for row in rows for one in row.statements),
        pledges=tuple(one for row in rows for one in row.pledges),
        positions=tuple(one for row in rows for one in row.positions),
        refused=tuple(one for row in rows for one in row.refused),
        findings=tuple(one for row in rows for one in row.findings),
    )


def prepared(
    name: str, data: bytes, entry: Mapping[str, Any] | None, tables: Tables | None = None
) -> Prepared:
    """Make one article ready for reading.

    Raises:
        WrongKindOfFile: the bytes are not a readable article.
    """
    one = opened(name, data, entry)
    document = one.readable()
    if document.language not in READ:
        return Prepared(one, document, (), ())
    rules = RULES[document.language]
    sentences = rules.sentences(document.text)
    mentions = rules.mentions(document, sentences, tables or shipped_tables())
    return Prepared(one, document, sentences, mentions)


def not_read(document: Document) -> str:
    """Say why a document was kept without proposals."""
    kept = "The file is kept as a document without proposals; read it by hand."
    if document.language == "und":
        return f"{document.name}: it holds too little text to tell its language ('und'). {kept}"
    names = " and ".join(pack(code).name for code in sorted(READ))
    return (
        f"{document.name}: the language looks like {pack(document.language).name}"
        f" ({document.language!r}); rules exist for {names} only. {kept}"
    )


def _findings(ready: Prepared, tables: Tables) -> list[RoleFinding]:
    """Hold the roles of one article against the offices; spans are of the file."""
    found = office_findings(ready.document, ready.mentions, tables)
    return [role_finding(one, ready.opened.prose.in_file(one.span)) for one in found]


def _read(ready: Prepared, tables: Tables) -> Reading:
    """Read one article on its prose, then lead every span back to the file."""
    document, mentions, prose = ready.document, ready.mentions, ready.opened.prose
    rules = RULES[document.language]
    said = rules.statements(document, ready.sentences, mentions)
    owed: list[PledgeProposal] = []
    stands: list[Position] = []
    for part, named, here in _stretches(ready.sentences, mentions, said):
        owed += rules.pledges(document, part, named, here)
        stands += rules.positions(document, part, named, here)
    moved = {s.id: _moved(s, prose) for s in said}
    carried = {s.id: moved[s.id].id for s in said}
    return Reading(
        (ready.opened.document,),
        tuple(replace(moved[s.id], quotes=tuple(prose.in_file(q) for q in s.quotes)) for s in said),
        tuple(
            replace(_moved(p, prose), statement=carried.get(p.statement or "", p.statement))
            for p in owed
        ),
        tuple(with_own_ids(_moved(p, prose) for p in stands)),
        findings=tuple(with_own_ids(_findings(ready, tables))),
    )


def _stretches(
    sentences: Sequence[Sentence], mentions: Sequence[Mention], said: Sequence[Statement]
) -> Iterator[tuple[Sequence[Sentence], Sequence[Mention], Sequence[Statement]]]:
    """Cut a very long article, so that its cost grows with its length and not with the square."""
    if len(sentences) <= STRETCH:
        yield sentences, mentions, said
        return
    for at in range(0, len(sentences), STRETCH):
        part = sentences[at : at + STRETCH]
        whole = Span(part[0].span.start, part[-1].span.end)
        named = [m for m in mentions if m.span.overlap(whole)]
        yield part, named, [s for s in said if s.span.overlap(whole)]


_P = TypeVar("_P", bound=Proposal)


_N = TypeVar("_N", bound=Proposal | RoleFinding)


def with_own_ids(proposals: Iterable[_N]) -> Iterator[_N]:
    """Number those that share an id (two parties in one stand), so that each has its own.

    The first keeps its id, the others end in ``.1``, ``.2``, ...
    """
    given: Counter[str] = Counter()
    for one in proposals:
        before = given[one.id]
        given[one.id] += 1
        yield replace(one, id=f"{one.id}.{before}") if before else one


def _moved(one: _P, prose: Prose) -> _P:
    """Lead a proposal and the place in its id from the prose to the file."""
    if prose.offsets is None:
        return one
    match = _ID.fullmatch(one.id)
    assert match is not None, one.id  # every stage of reading writes ids of this form
    at = int(match["at"])
    place = prose.in_file(Span(at, at + 1)).start
    return replace(one, span=prose.in_file(one.span), id=f"{match['head']}{place}{match['tail']}")
