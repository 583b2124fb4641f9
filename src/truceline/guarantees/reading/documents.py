"""Bytes, a file name and a sidecar entry to a document with its prose."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.boilerplate import boilerplate_in
from truceline.guarantees.reading.decode import decode
from truceline.guarantees.reading.html_library import arbitrated
from truceline.guarantees.reading.language import language_of
from truceline.guarantees.reading.language_pack import pack
from truceline.guarantees.reading.markup import is_markup, page_of
from truceline.guarantees.reading.page_date import published_in_page
from truceline.guarantees.reading.prose import Prose, blank
from truceline.model.article import Boilerplate, Document

LONGEST = 1_000_000
"""Characters of prose, blanks not counted, that an article has at most."""
_SPACES = re.compile(r"[^\S\n ]|[\u200b-\u200f\u2060\ufeff\u00ad]")
_MONTHS = pack("en").months
_DAYS = "|".join(pack("en").weekdays)
_DATE = re.compile(
    rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})\b|\b(\d{{4}})-(\d\d)-(\d\d)\b"
)
_PUBLISHED = re.compile(
    rf"^\W*(?:first )?(?:published|posted|updated)\b.{{0,20}}?(?:(?P<d>\d{{1,2}})\s+(?P<m>{'|'.join(_MONTHS)})"
    rf"|(?P<m2>{'|'.join(_MONTHS)})\s+(?P<d2>\d{{1,2}}),?)\s+(?P<y>\d{{4}})",
    re.IGNORECASE | re.MULTILINE,
)
_LONE = re.compile(
    rf"(?:(?:{_DAYS}),?\s+)?(?:(?P<d>\d{{1,2}})\s+(?P<m>{'|'.join(_MONTHS)}),?"
    rf"|(?P<m2>{'|'.join(_MONTHS)})\s+(?P<d2>\d{{1,2}}),?)\s+(?P<y>\d{{4}})(?:\s*[,|·]?\s*\d{{1,2}}[:.]\d\d.{{0,12}})?",
    re.IGNORECASE,
)
_HEAD_LINES = 6
"""Lines at the top of an article where a lone date is its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and how its prose leads back to the file."""

    document: Document
    """With the decoded file as its text."""
    prose: Prose
    """Markup gone, boilerplate blanked out."""

    def readable(self) -> Document:
        """Give the document with the prose as its text, for the stages of reading."""
        return replace(self.document, text=self.prose.text)


def opened(name: str, data: bytes, entry: Mapping[str, Any] | None) -> Opened:
    """Decode a file, take out markup and boilerplate.

    Args:
        name: file name without folder.
        data: bytes of the file.
        entry: what the sidecar says of it (outlet, agency, author, published, about).

    Raises:
        WrongKindOfFile: the bytes are not a readable article.
    """
    text = decode(name, data)
    prose, furniture = _prose(name, text)
    plain = Prose(_SPACES.sub(" ", prose.text), prose.offsets)
    body = blank(plain.text, furniture)
    if len(body) - body.count(" ") > LONGEST:
        raise WrongKindOfFile(
            f"{name}: {len(body)} characters of prose are too many for one article (limit {LONGEST});"
            " give one article per file."
        )
    lines = boilerplate_in(body)
    gone = sorted((*furniture, *lines), key=lambda b: b.span)
    body = blank(body, lines)
    known = entry or {}
    document = Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        text=text,
        language=language_of(body),
        published=_day(known.get("published")) or _told_day(text, plain.text),
        outlet=_known(known.get("outlet")),
        agency=_known(known.get("agency")),
        author=_known(known.get("author")),
        boilerplate=tuple(Boilerplate(prose.in_file(b.span), b.kind, b.rule) for b in gone),
        about=days_in(known.get("about")),
    )
    return Opened(document, Prose(body, prose.offsets))


def _prose(name: str, text: str) -> tuple[Prose, list[Boilerplate]]:
    if not is_markup(text):
        return Prose(text.replace("\r", " ")), []
    try:
        prose, furniture = page_of(text)
    except WrongKindOfFile as error:
        raise WrongKindOfFile(f"{name}: {error}") from None
    ruled, dropped = arbitrated(text, prose.text, furniture)
    return prose, sorted((*ruled, *dropped), key=lambda one: one.span)


def _known(value: object) -> str | None:
    return None if value is None or str(value) == "unknown" else str(value)


def _day(value: object) -> str | None:
    """Give a day that exists as ISO text; whatever else stands there is not known."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    match = re.match(r"\d{4}-\d\d-\d\d", str(value or ""))
    try:
        return date.fromisoformat(match.group()).isoformat() if match else None
    except ValueError:
        return None


def days_in(about: object) -> tuple[str, ...]:
    """Read the days of the events that an article is about.

    >>> days_in(["Summit of 4 September 2025", "reaction of 2025-09-05"])
    ('2025-09-04', '2025-09-05')
    """
    items = about if isinstance(about, list | tuple) else [about] if about else []
    found: set[str] = set()
    for match in _DATE.finditer("\n".join(map(str, items))):
        day, month, year = match.group(1, 2, 3)
        iso = match.group(4) and "-".join(match.group(4, 5, 6))
        found.add(iso or f"{year}-{_MONTHS.index(month) + 1:02d}-{int(day):02d}")
    return tuple(sorted(filter(None, map(_day, found))))


def _told_day(file: str, prose: str) -> str | None:
    """Read the day of publication off the page's metadata, a line that names it, or a lone date."""
    stated = published_in_page(file) if is_markup(file) else None
    return stated or _published_in(prose) or _lone_date(prose)


def _lone_date(text: str) -> str | None:
    """Read a date that stands alone in one of the first lines, as under a headline."""
    lines = [line.strip() for line in text[:4000].splitlines() if line.strip()]
    found = {m for line in lines[:_HEAD_LINES] if (m := _LONE.fullmatch(line))}
    days = {
        day
        for m in found
        for day in days_in(f"{m['d'] or m['d2']} {(m['m'] or m['m2']).capitalize()} {m['y']}")
    }
    return days.pop() if len(days) == 1 else None


def _published_in(text: str) -> str | None:
    """Read the day of publication where the article itself names it as such."""
    match = _PUBLISHED.search(text)
    if match is None:
        return None
    month = (match.group("m") or match.group("m2")).capitalize()
    day = int(match.group("d") or match.group("d2"))
    return _day(f"{match.group('y')}-{_MONTHS.index(month) + 1:02d}-{day:02d}")
