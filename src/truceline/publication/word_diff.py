"""Two wordings side by side, with the words that differ marked."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape


def marked(before: str, after: str) -> tuple[Markup, Markup]:
    """Mark what went and what came, by words; everything is escaped.

    >>> marked("at least 15 km", "at least 25 km")[1]
    Markup('at least <ins>25</ins> km')
    """
    old, new = _words(before), _words(after)
    left, right = Markup(), Markup()
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        left += escape(gone) if tag == "equal" or not gone else _wrapped("del", gone)
        right += escape(came) if tag == "equal" or not came else _wrapped("ins", came)
    return left, right


def _words(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)+|\w+|\s+|[^\w\s]", text)


def _wrapped(tag: str, text: str) -> Markup:
    return Markup(f"<{tag}>{{}}</{tag}>").format(text)  # noqa: S704 - the tag is our own
