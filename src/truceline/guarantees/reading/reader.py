"""Read a batch of articles: each file by itself, what cannot be read refused, the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.attribution import renamed, statements_of
from truceline.guarantees.reading.documents import Opened, opened
from truceline.guarantees.reading.entities import Mention, mentions_of
from truceline.guarantees.reading.sentences import Sentence, sentences_of
from truceline.guarantees.reading.tables import Tables, shipped_tables
from truceline.model.article import Document, Reading, Statement

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
    refused: list[tuple[str, str]] = []
    for name in sorted(files):
        try:
            ready = prepared(name, files[name], (sidecar or {}).get(name), tables)
        except WrongKindOfFile as error:
            refused.append((name, str(error)))
            continue
        documents.append(ready.opened.document)
        if ready.document.language not in READ:
            refused.append((name, _not_read(ready.document)))
            continue
        statements += _statements(ready)
    return Reading(tuple(documents), tuple(statements), (), (), refused=tuple(refused))


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


def _not_read(document: Document) -> str:
    return (
        f"{document.name}: the language looks like {document.language!r}; rules exist for English"
        " only. The file is kept as a document without proposals; read it by hand."
    )


def _statements(ready: Prepared) -> list[Statement]:
    prose = ready.opened.prose
    return [
        renamed(s, prose.in_file(s.span), tuple(prose.in_file(q) for q in s.quotes))
        for s in statements_of(ready.document, ready.sentences, ready.mentions)
    ]
