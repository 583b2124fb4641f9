"""The day on which a page says that it was published: what its own markup states, nothing else."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_META: Final = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_NAME: Final = re.compile(
    r"\b(?:property|name|itemprop)\s*=\s*[\"']?(?:article:published_time|datePublished|pubdate|"
    r"parsely-pub-date|dc\.date\.issued|dcterms\.created|sailthru\.date)[\"'\s>]",
    re.IGNORECASE,
)
_CONTENT: Final = re.compile(r"\bcontent\s*=\s*[\"']?\s*(\d{4}-\d\d-\d\d)(?!\d)", re.IGNORECASE)
_LINKED: Final = re.compile(r"\"datePublished\"\s*:\s*\"(\d{4}-\d\d-\d\d)(?!\d)")
_TIME: Final = re.compile(
    r"<time\b[^>]{0,500}?\bdatetime\s*=\s*[\"']?(\d{4}-\d\d-\d\d)(?!\d)[^>]{0,500}>", re.IGNORECASE
)
_HEAD: Final = 400_000
"""Characters of a page that are looked at."""


def published_in_page(html: str) -> str | None:
    """Give the ISO day that the markup states as that of publication; null where it names none, or two.

    Metadata go first, then linked data, then ``time`` elements.

    >>> published_in_page('<meta property="article:published_time" content="2031-05-04T18:20:00Z">')
    '2031-05-04'
    """
    head = html[:_HEAD]
    metas = [m.group() for m in _META.finditer(head) if _NAME.search(m.group())]
    told = [content.group(1) for meta in metas if (content := _CONTENT.search(meta))]
    for days in (told, _LINKED.findall(head), _TIME.findall(head)):
        real = {day for day in days if _exists(day)}
        if real:
            return real.pop() if len(real) == 1 else None
    return None


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
