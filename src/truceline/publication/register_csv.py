"""The register as tables for a spreadsheet: RFC 4180, UTF-8, no cell that a program would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from truceline.model.article import Reading, Span
from truceline.model.register import Change, Citation, Entry

ENTRY_COLUMNS: Final = {
    "id": "id of the entry; the same for the same sources",
    "obligor": "party id where the agreement knows it, else the canonical name",
    "name": "name of the obligor",
    "types": "domains, in the order of the register",
    "role": "lead, contribute, host; empty where none is given",
    "status": "pledged, conditional, considered, undecided, ruled_out",
    "condition": "when it is owed, in words; empty where none is stated",
    "condition_class": "kind of the condition; empty where there is none",
    "limits": "what it does not hold, in words",
    "size": "how much, as the source gives it",
    "beneficiary": "to whom it is owed; empty where not known",
    "date": "ISO day on which it was said; empty where not known, never guessed",
    "known_by": "ISO day by which it is known to have been said; empty where not known",
    "origin": "coded, confirmed, proposed, rejected",
    "voices": "number of independent groups of outlets that tell of it",
    "outlets": "who published it",
    "citations": "SOURCE:START-END@DAY of each; no place where the source is outside the reading",
    "reviews": "NUMBER:VERDICT of what persons said, oldest first",
    "summary": "words of a coded entry",
}
"""Column of ``register_csv`` to its meaning."""

STATEMENT_COLUMNS: Final = {
    "id": "id of the statement; the same for the same text and rules",
    "document": "file name",
    "outlet": "who published it; empty where not known",
    "published": "ISO day; empty where not known",
    "start": "first character of the statement in the file, 0-based",
    "end": "one past its last character",
    "speaker": "canonical name; unknown where nobody is named",
    "name_as_given": "name in the article's own words",
    "role_as_given": "role in the article's own words, never corrected",
    "mode": "direct, partial, paraphrase",
    "verb": "verb of speaking",
    "date_said": "ISO day; empty where the text does not give it",
    "date_basis": "from which words the day was resolved",
    "place": "where it was said",
    "topic": "what it is about",
    "told_with": "ids of the same statement in other documents",
    "rule": "rule that proposed it",
    "confidence": "measured share of right proposals of that rule, 0..1",
    "words": "the statement itself; empty where words of others are left out",
}
"""Column of ``statements_csv`` to its meaning."""

CHANGE_COLUMNS: Final = {
    "obligor": "party id or canonical name",
    "name": "name of the obligor",
    "domain": "domain of the pledge",
    "turn": "new, stronger, weaker, condition, role",
    "before_status": "status before; empty where nothing was said",
    "before_origin": "origin of the entry before",
    "before_condition": "condition and limits before",
    "before_role": "role before",
    "before_id": "id of the entry before",
    "after_status": "status after",
    "after_origin": "origin of the entry after",
    "after_condition": "condition and limits after",
    "after_role": "role after",
    "after_id": "id of the entry after",
    "known_by": "ISO day by which the later entry was said; empty where not known",
}
"""Column of ``changes_csv`` to its meaning."""

_RUN: Final = ("=", "+", "-", "@", "'", "\t", "\r", "\n")


def register_csv(entries: Iterable[Entry]) -> bytes:
    """Write one row an entry, in the order given, under ``ENTRY_COLUMNS``."""
    return _table(ENTRY_COLUMNS, (_entry(entry) for entry in entries))


def statements_csv(reading: Reading, *, words: bool = True) -> bytes:
    """Write one row a statement, in the order of the reading, under ``STATEMENT_COLUMNS``.

    Args:
        reading: what was read.
        words: write the words of the articles too; without them the table may leave the house.
    """
    documents = {d.name: d for d in reading.documents}
    told: dict[str, tuple[str, ...]] = {}
    for group in reading.alignments:
        told.update(dict.fromkeys(group.members, group.members))
    rows = []
    for s in reading.statements:
        document = documents[s.doc]
        rows.append(
            {
                "id": s.id,
                "document": s.doc,
                "outlet": document.outlet,
                "published": document.published,
                "start": s.span.start,
                "end": s.span.end,
                "speaker": s.speaker,
                "name_as_given": s.name_as_given,
                "role_as_given": s.role_as_given,
                "mode": s.mode.value,
                "verb": s.verb,
                "date_said": s.date_said,
                "date_basis": s.date_basis,
                "place": s.place,
                "topic": s.topic,
                "told_with": _list(other for other in told.get(s.id, ()) if other != s.id),
                "rule": s.rule,
                "confidence": f"{s.confidence:.2f}",
                "words": words_at(document.text, s.span) if words else "",
            }
        )
    return _table(STATEMENT_COLUMNS, rows)


def changes_csv(changes: Iterable[Change]) -> bytes:
    """Write one row a change, in the order given, under ``CHANGE_COLUMNS``."""
    return _table(CHANGE_COLUMNS, (_change(change) for change in changes))


def harmless(cell: str) -> str:
    """Write a cell so that no spreadsheet takes it for a formula.

    A cell that begins with ``= + - @``, a tab or a line break gets an apostrophe in front, which
    makes it text. So does one that begins with an apostrophe: whoever takes one leading apostrophe
    away has every cell as it was.

    >>> harmless("=1+1"), harmless("land"), harmless("'s")
    ("'=1+1", 'land', "''s")
    """
    return f"'{cell}" if cell.startswith(_RUN) else cell


def words_at(text: str, span: Span) -> str:
    """Give the words of a span in one line."""
    return " ".join(text[span.start : span.end].split())


def _entry(entry: Entry) -> dict[str, object]:
    names = ("id", "obligor", "name", "role", "status", "condition", "condition_class", "limits",
             "size", "beneficiary", "date", "known_by", "summary")  # fmt: skip
    return {
        **{name: getattr(entry, name) for name in names},
        "types": _list(entry.types),
        "origin": entry.origin.value,
        "voices": len(entry.groups),
        "outlets": _list(entry.outlets),
        "citations": _list(map(_citation, entry.citations)),
        "reviews": _list(f"{r.number}:{r.verdict.value}" for r in entry.reviews),
    }


def _citation(one: Citation) -> str:
    place = f":{one.span.start}-{one.span.end}" if one.span else ""
    return f"{one.source}{place}@{one.reported or 'unknown'}"


def _change(change: Change) -> dict[str, object]:
    return {
        "obligor": change.obligor,
        "name": change.name,
        "domain": change.domain,
        "turn": change.turn.value,
        **_state("before", change.before),
        **_state("after", change.after),
        "known_by": change.after.known_by,
    }


def _state(when: str, entry: Entry | None) -> dict[str, object]:
    values = {
        "status": entry.status if entry else "",
        "origin": entry.origin.value if entry else "",
        "condition": _list(filter(None, (entry.condition, entry.limits))) if entry else "",
        "role": entry.role if entry else "",
        "id": entry.id if entry else "",
    }
    return {f"{when}_{name}": value for name, value in values.items()}


def _list(values: Iterable[str]) -> str:
    return "; ".join(values)


def _table(columns: Mapping[str, str], rows: Iterable[Mapping[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells: Sequence[object] = [row[name] for name in columns]
        writer.writerow([harmless("" if cell is None else str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")
