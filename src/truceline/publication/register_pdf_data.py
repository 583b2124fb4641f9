"""What the PDF of the register says, as plain data: the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from truceline.model.register import Entry
from truceline.publication import register_words as w
from truceline.publication.register import DOMAINS, STATUS_SIGNS, STATUS_WORDS
from truceline.publication.register_front import ChangeLine, Line, alone, front, lines_of
from truceline.publication.register_links import Links
from truceline.publication.register_parties import brief, newest_first, party_names
from truceline.publication.register_pdf_parts import (
    chip_data,
    dispute_data,
    entry_data,
    event_data,
    firm,
    framework_data,
    origin_data,
)
from truceline.publication.register_view import MatrixCell, MatrixRow, RegisterView
from truceline.publication.wording import capital, plural

_STAMP: Final = ("year", "month", "day", "hour", "minute", "second")
WARNING: Final = (
    "A proposal is a program’s reading of an article. It counts only once a person has confirmed "
    "it, and its sign stands in brackets until then."
)
METHOD: Final = (
    (
        "An entry is one undertaking, or its refusal, as it was said. It is evidence that it was said, "
        "never that it was done."
    ),
    (
        "Coded entries were written by people from the sources named. Proposed entries were read out of "
        "articles by rules, whose share of right proposals was measured; nobody has looked at them. "
        "Confirmed entries are proposals that a person confirmed or corrected, by name and with a reason. "
        "Rejected ones are kept on record and are not shown here."
    ),
    (
        "Nothing is shown stronger than it was said. In a cell of the matrix stands the latest entry; "
        "where days do not tell which is the latest, the weakest. The word of people stands before a "
        "proposal, and a proposal that says otherwise stands below it."
    ),
    "A day that a source does not give is not known, and is never guessed.",
    "Outlets that copy one agency, or one another, count as one voice.",
    (
        "Contradictions are not resolved by the program. A person may rule which side is followed; all "
        "sides stay on record."
    ),
    (
        "Limits: the register knows only the sources named. Silence in it is no sign that nothing was "
        "said. Articles in other languages than English are kept and not read."
    ),
)
"""Paragraphs of the method, in order."""


def pdf_data(view: RegisterView, now: datetime) -> dict[str, Any]:
    """Give everything that the template lays out, as JSON-able values."""
    links = Links(view.reading, words=view.words)
    top = front(view)
    names = party_names(view)
    columns = _columns(view.matrix)
    moment = now.astimezone(UTC)
    return {
        "title": view.title,
        "day": w.day_words(view.day),
        "known": f"As known on {w.day_words(view.day)}" + _version(view),
        "stamp": {name: getattr(moment, name) for name in _STAMP},
        "footer": f"Written {w.day_words(moment.date().isoformat())}, {moment:%H:%M} UTC. "
        + ("Holds words of others: not for publication." if view.words else ""),
        "warning": WARNING,
        "counts": [{"origin": origin_data(one), "n": n} for one, n in top.counts if n],
        "leads": [_line(line) for line in top.leads],
        "hosts": [_line(line) for line in top.hosts],
        "refused": [_line(line) for line in top.refused],
        "open": [_line(line) for line in top.open_minded if firm(line.head.origin)],
        "figures": [
            f"{capital(plural(len(top.disputes), 'place'))} where sources differ and no ruling holds.",
            f"{capital(plural(len(alone(view)), 'entry', 'entries'))} of which one voice alone tells.",
            "Proposals nobody has confirmed stand in the matrix, in brackets.",
        ],
        **_changes(view, top.changes),
        "columns": [DOMAINS[kind] for kind in columns],
        "groups": list(_groups(view.matrix, columns)),
        "legend": [
            {"key": key, "sign": sign, "words": STATUS_WORDS[key]}
            for key, sign in STATUS_SIGNS.items()
        ],
        "origins": [
            {"origin": origin_data(one), "words": w.ORIGIN_LONG[one].partition(": ")[2]}
            for one in w.ORIGINS
        ],
        "parties": list(_parties(view, links)),
        "disputes": [dispute_data(one, view, links) for one in view.disputes],
        "disputes_words": f"{plural(len(view.disputes), 'place')} in these sources."
        if view.disputes
        else "No difference was found. That does not say that there is none.",
        "events": [event_data(one, names) for one in view.events],
        "frameworks": [framework_data(one) for one in view.frameworks],
        "method": list(METHOD),
        "notes": list(view.caveats),
        "sources": [
            {"key": key, "text": text}
            for key, text in (view.agreement.sources if view.agreement else {}).items()
        ],
    }


def _version(view: RegisterView) -> str:
    return f"; {view.agreement.id}, version {view.agreement.version}" if view.agreement else ""


def _line(line: Line) -> dict[str, Any]:
    return {
        **chip_data(line.head),
        "name": line.name,
        "domains": w.domain_words(line.types),
        "disputed": line.disputed,
        "when": "; ".join(dict.fromkeys(w.when_words(e) for e in line.entries)),
    }


def _changes(view: RegisterView, lines: tuple[ChangeLine, ...]) -> dict[str, Any]:
    since = view.changes_since
    return {
        "since": f"since {w.day_words(since)}" if since else "",
        "no_changes": "Nothing, in these sources."
        if since
        else "No day to compare with was asked for.",
        "changes": [
            {
                "name": brief(line.first.name),
                "domain": w.domain_words(line.types),
                "sign": w.TURN_SIGNS[line.first.turn],
                "turn": w.TURN_WORDS[line.first.turn],
                "before": chip_data(line.first.before) if line.first.before else None,
                "after": chip_data(line.first.after),
            }
            for line in lines
        ],
    }


def _columns(matrix: Iterable[MatrixRow]) -> list[str]:
    there = {cell.domain for row in matrix for cell in row.cells}
    return [kind for kind in DOMAINS if kind in there]


def _groups(matrix: tuple[MatrixRow, ...], columns: list[str]) -> Iterable[dict[str, Any]]:
    for name, group in (("Groups of states", True), ("Single states", False)):
        rows = [row for row in matrix if row.group is group]
        if rows:
            cells = [
                {"name": brief(row.name), "cells": [_cell(row.cell(k)) for k in columns]}
                for row in rows
            ]
            yield {"name": name, "rows": cells}


def _cell(cell: MatrixCell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    lines = [
        {**chip_data(e), "role": w.role_words(e) if e.role in {"lead", "host"} else ""}
        for e in lines_of(cell)
    ]
    return {"lines": lines, "differs": cell.differs}


def _parties(view: RegisterView, links: Links) -> Iterable[dict[str, Any]]:
    own: dict[str, list[Entry]] = {row.obligor: [] for row in view.matrix}
    for entry in view.shown:
        own.setdefault(entry.obligor, []).append(entry)
    for entries in own.values():
        if entries:
            shown = [entry_data(e, view, links) for e in newest_first(entries)]
            yield {"name": entries[0].name, "entries": shown}
