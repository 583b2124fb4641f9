"""The page of an amendment: each part before and after, and on the map what moves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup, escape

from truceline.model.agreement import Agreement, Geometry
from truceline.model.amendment import Difference, Edit
from truceline.publication import agreement_diff_map as diff_map
from truceline.publication import agreement_words as w
from truceline.publication.agreement_moment import day, zone_of
from truceline.publication.agreement_moves import Move, moves
from truceline.publication.agreement_page import style_of
from truceline.publication.html import render_page
from truceline.publication.word_diff import marked
from truceline.publication.wording import length

PARTS: Final = {
    "time in force": "Time in force",
    "party": "Parties",
    "text": "Texts",
    "clause": "Clauses",
    "exemption": "Exemptions",
    "line or zone": "Lines and zones",
    "pledge": "Pledges",
    "procedure": "The mission's own rules",
}
_FIELDS: Final = {
    "wkb": "course",
    "sigma_m": "stated error",
    "valid": "holds",
    "binds": "who is bound",
    "terms.keep_back.distance_m": "keep back",
    "terms.keep_back.zone_width_m": "width of the whole zone",
    "terms.weapons.calibre_mm": "calibre, mm",
    "terms.weapons.bound": "bound of the calibre",
}

_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field, its words marked where they differ."""

    name: str
    before: Markup
    after: Markup


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One difference as the page shows it."""

    of: Difference
    name: str
    """Its id, days in it written out."""
    fields: tuple[FieldView, ...]
    whole: tuple[w.Row, ...]
    """Of a clause that is added or removed: all that it says."""


def diff_page(old: Agreement, new: Agreement, differences: Sequence[Difference]) -> bytes:
    """Write the page.

    Args:
        old: the version before.
        new: the version after.
        differences: every part in which they differ.
    """
    moved = moves(old, new)
    parts = dict.fromkeys((*PARTS, *(d.part for d in differences)))
    text = render_page(
        "agreement_diff.html",
        style=style_of(),
        old=old,
        new=new,
        groups=[
            (PARTS.get(part, part), [_view(old, new, d) for d in differences if d.part == part])
            for part in parts
            if any(d.part == part for d in differences)
        ],
        counts=Counter(d.edit for d in differences),
        edits=Edit,
        moved=[(one, diff_map.words(one)) for one in moved],
        map=diff_map.moved_map(moved, _still(new, moved)),
        w=w,
        colours=(diff_map.OLD, diff_map.NEW, diff_map.MOVED),
    )
    return text.encode("utf-8", "replace")


def _still(new: Agreement, moved: tuple[Move, ...]) -> tuple[Geometry, ...]:
    ids = {one.after.id for one in moved if one.after is not None}
    return tuple(g for g in new.geometry if g.id not in ids)


def _view(old: Agreement, new: Agreement, one: Difference) -> ChangeView:
    zone = zone_of(new)
    fields = tuple(
        FieldView(_field(name), *_pair(_value(name, before, zone), _value(name, after, zone)))
        for name, before, after in one.fields
    )
    holder = old if one.edit is Edit.REMOVED else new
    clause = next((c for c in holder.clauses if c.id == one.id), None)
    shown = one.part == "clause" and one.edit is not Edit.CHANGED and clause is not None
    rows = w.rows(holder, clause, zone_of(holder)) if shown and clause is not None else ()
    return ChangeView(one, _value("", one.id, zone), fields, rows)


def _pair(before: str, after: str) -> tuple[Markup, Markup]:
    left, right = marked(before, after)
    return left or escape("nothing"), right or escape("nothing")


def _value(name: str, text: str, zone: str) -> str:
    """Write lengths with their unit and moments as days.

    >>> _value("area.distance_m", "15000.0", "UTC")
    '15 km'
    """
    if name.endswith("_m") and _NUMBER.fullmatch(text):
        return length(float(text))
    return _MOMENT.sub(lambda found: day(datetime.fromisoformat(found[0]), zone), text)


def _field(name: str) -> str:
    """Name a field for a reader.

    >>> _field("terms.keep_back.strict")
    'keep back: strict'
    """
    if name in _FIELDS:
        return _FIELDS[name]
    return name.removeprefix("terms.").removesuffix("_m").replace(".", ": ").replace("_", " ")
