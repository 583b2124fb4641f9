"""Reading the documents of a desk, and the newest reading as its records hold it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from truceline import __version__, guarantees
from truceline.codec import reading_back as back
from truceline.codec.canonical import canonical
from truceline.codec.reading import reading_to_plain
from truceline.guarantees.articles import read_articles
from truceline.guarantees.reading.decode import decode
from truceline.guarantees.reading.html_library import library
from truceline.guarantees.reviews import disagreement_id
from truceline.model.article import Alignment, Document, Reading
from truceline.pipeline.desk import Desk
from truceline.store import archive, database, documents, proposals
from truceline.store import schema_statements as schema
from truceline.store.documents import Held, ReadingRow

NOTHING = Reading((), (), (), ())
"""The reading of no documents."""


@cache
def rules() -> str:
    """Name the rules that read: version of the program, and a digest of rules, tables and library.

    Somebody who tries out a rule has the version of everybody else, and reads otherwise.
    """
    folder = Path(guarantees.__file__).parent
    total = hashlib.sha256(library().encode())
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".yaml"}):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{__version__}+{total.hexdigest()[:12]}"


def read_held(desk: Desk, held: Iterable[Held]) -> Reading:
    """Read documents anew from their raw bytes.

    Raises:
        EvidenceError: when raw bytes are missing or were changed.
    """
    held = tuple(held)
    raw = {item.name: archive.read_raw(desk.workspace, item.sha256) for item in held}
    sidecar = {item.name: item.sidecar for item in held if item.sidecar}
    return read_articles(raw, sidecar, workers=os.cpu_count() or 1)


def reading_of(desk: Desk) -> Reading:
    """Give the newest reading as the records hold it; it holds nothing where nothing was read.

    Raises:
        EvidenceError: when raw bytes of a document are missing or were changed.
    """
    with database.reading(desk.engine) as connection:
        last = documents.last_reading(connection)
        return NOTHING if last is None else _from_records(desk, connection, last)


def _from_records(desk: Desk, connection: Connection, last: ReadingRow) -> Reading:
    values = json.loads(last.content)
    contents = proposals.contents
    return Reading(
        documents=tuple(_document(desk, one) for one in values["documents"]),
        statements=tuple(map(back.statement_from_plain, contents(connection, schema.statements))),
        pledges=tuple(map(back.pledge_from_plain, contents(connection, schema.pledges))),
        positions=tuple(map(back.position_from_plain, contents(connection, schema.positions))),
        alignments=tuple(map(Alignment, proposals.alignments(connection))),
        contradictions=tuple(
            map(back.disagreement_from_plain, contents(connection, schema.disagreements))
        ),
        refused=tuple((one["file"], one["why"]) for one in values["refused"]),
        findings=tuple(map(back.finding_from_plain, values["findings"])),
    )


def _document(desk: Desk, values: Mapping[str, Any]) -> Document:
    raw = archive.read_raw(desk.workspace, values["sha256"])
    return back.document_from_plain(values, decode(values["name"], raw))


def content_of(reading: Reading) -> str:
    """Give what the row of a reading holds: its documents, its refusals, its findings on roles."""
    made = _plain(reading)
    names = ("documents", "refused", "findings")
    return canonical({name: made[name] for name in names}).decode()


def result_digest(reading: Reading) -> str:
    """Hash everything that a reading gave."""
    return hashlib.sha256(canonical(_plain(reading))).hexdigest()


def _plain(reading: Reading) -> dict[str, Any]:
    made = reading_to_plain(reading)
    for one, document in zip(made["documents"], reading.documents, strict=True):
        one["about"] = list(document.about)
    return made


def documents_digest(held: Iterable[Held]) -> str:
    """Hash what a reading rests on: names, bytes, and what is known besides."""
    told = sorted((one.name, one.sha256, canonical(dict(one.sidecar)).decode()) for one in held)
    return hashlib.sha256(canonical(told)).hexdigest()


def known_besides(entry: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give what a sidecar says of a document as the log can hold it: days become ISO text.

    >>> known_besides({"published": date(2026, 5, 4), "about": ["a summit"]})
    {'published': '2026-05-04', 'about': ['a summit']}
    """
    return {str(name): _kept(value) for name, value in (entry or {}).items()}


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return known_besides(value)
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def disagreement_ids(reading: Reading) -> tuple[str, ...]:
    """Give the id of each contradiction, in the order of the reading."""
    return tuple(disagreement_id(one) for one in reading.contradictions)
