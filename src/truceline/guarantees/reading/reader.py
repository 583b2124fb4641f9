"""Read a batch of articles: each file by itself, what cannot be read refused, the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.attribution import statements_of
from truceline.guarantees.reading.documents import Opened, opened
from truceline.guarantees.reading.entities import Mention, mentions_of
from truceline.guarantees.reading.pledges import pledges_of
from truceline.guarantees.reading.positions import positions_of
from truceline.guarantees.reading.sentences import Sentence, sentences_of
from truceline.guarantees.reading.tables import Tables, shipped_tables
from truceline.model.article import (
    Document,
    PledgeProposal,
    Position,
    Proposal,
    Reading,
    Span,
    Statement,
)

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
    return Reading(
        tuple(documents),
        tuple(statements),
        tuple(pledges),
        tuple(positions),
        refused=tuple(refused),
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
    in_file = ready.opened.prose.in_file
    moved = {s.id: _moved(s, in_file(s.span)) for s in said}
    statements += [replace(moved[s.id], quotes=tuple(in_file(q) for q in s.quotes)) for s in said]
    for pledge in owed:
        carrier = moved[pledge.statement].id if pledge.statement in moved else pledge.statement
        pledges.append(replace(_moved(pledge, in_file(pledge.span)), statement=carrier))
    positions += [_moved(p, in_file(p.span)) for p in stands]


_P = TypeVar("_P", bound=Proposal)


def _moved(one: _P, span: Span) -> _P:
    """Lead a proposal to other offsets; its id follows."""
    if one.span == span:
        return one
    head, _, tail = one.id.rpartition("#")
    return replace(
        one, span=span, id=f"{head}#{tail.replace(str(one.span.start), str(span.start), 1)}"
    )
