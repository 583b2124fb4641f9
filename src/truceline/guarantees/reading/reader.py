"""Read a batch of articles: each file by itself, what cannot be read refused, the rest goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.attribution import statements_of
from truceline.guarantees.reading.documents import Opened, opened
from truceline.guarantees.reading.entities import Mention, mentions_of
from truceline.guarantees.reading.offices import office_findings, role_finding
from truceline.guarantees.reading.pledges import pledges_of
from truceline.guarantees.reading.positions import positions_of
from truceline.guarantees.reading.prose import Prose
from truceline.guarantees.reading.sentences import Sentence, sentences_of
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
READ = frozenset(["en"])
"""Languages with rules."""


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
) -> Reading:
    """Read articles; the result does not depend on their order.

    Args:
        files: bytes by file name without folder.
        sidecar: what is known of each file besides its text, by file name.
        tables: who is who; the shipped tables where null.
    """
    documents: list[Document] = []
    statements: list[Statement] = []
    pledges: list[PledgeProposal] = []
    positions: list[Position] = []
    findings: list[RoleFinding] = []
    refused: list[tuple[str, str]] = []
    for name in sorted(files):
        try:
            ready = prepared(name, files[name], (sidecar or {}).get(name), tables)
        except WrongKindOfFile as error:
            refused.append((name, str(error)))
            continue
        documents.append(ready.opened.document)
        if ready.document.language not in READ:
            refused.append((name, not_read(ready.document)))
            continue
        _read(ready, statements, pledges, positions)
        findings += with_own_ids(_findings(ready, tables or shipped_tables()))
    return Reading(
        tuple(documents),
        tuple(statements),
        tuple(pledges),
        tuple(positions),
        refused=tuple(refused),
        findings=tuple(findings),
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
    sentences = sentences_of(document.text)
    mentions = mentions_of(document, sentences, tables or shipped_tables())
    return Prepared(one, document, sentences, mentions)


def not_read(document: Document) -> str:
    """Say why a document was kept without proposals."""
    return (
        f"{document.name}: the language looks like {document.language!r}; rules exist for English"
        " only. The file is kept as a document without proposals; read it by hand."
    )


def _findings(ready: Prepared, tables: Tables) -> list[RoleFinding]:
    """Hold the roles of one article against the offices; spans are of the file."""
    found = office_findings(ready.document, ready.mentions, tables)
    return [role_finding(one, ready.opened.prose.in_file(one.span)) for one in found]


def _read(
    ready: Prepared,
    statements: list[Statement],
    pledges: list[PledgeProposal],
    positions: list[Position],
) -> None:
    """Read one article on its prose, then lead every span back to the file."""
    document, sentences, mentions = ready.document, ready.sentences, ready.mentions
    said = statements_of(document, sentences, mentions)
    owed = pledges_of(document, sentences, mentions, said)
    stands = positions_of(document, sentences, mentions, said)
    prose = ready.opened.prose
    moved = {s.id: _moved(s, prose) for s in said}
    statements += [
        replace(moved[s.id], quotes=tuple(prose.in_file(q) for q in s.quotes)) for s in said
    ]
    for pledge in owed:
        carrier = moved[pledge.statement].id if pledge.statement in moved else pledge.statement
        pledges.append(replace(_moved(pledge, prose), statement=carrier))
    positions += with_own_ids(_moved(p, prose) for p in stands)


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
