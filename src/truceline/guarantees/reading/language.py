"""In which language an article is: letters and the smallest words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from truceline.guarantees.reading.language_pack import Pack, codes, pack

_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST: Final = 0.08
"""Share of small words from which a language is told."""


def language_of(text: str) -> str:
    """Tell the language; ``und`` where it cannot be told.

    Languages with letters of their own are told by these, the others by their small words.

    >>> language_of("The minister of defence was in the town and said that it is cold.")
    'en'
    >>> language_of("12 34")
    'und'
    """
    words = Counter(_WORD.findall(text[:20000].lower()))
    total = sum(words.values())
    if not total:
        return "und"
    packs = [pack(code) for code in codes()]
    joined = "".join(words)
    if re.search(r"[а-я]", joined):
        own = [(_letters(joined, one), one.code) for one in packs if one.letters]
        best, code = max(own, key=lambda each: each[0])
        return code if best and sum(count == best for count, _ in own) == 1 else "und"
    share, code = max(
        ((sum(words[w] for w in one.small) / total, one.code) for one in packs if not one.letters),
        key=lambda each: each[0],
    )
    return code if share >= _LEAST else "und"


def _letters(text: str, one: Pack) -> int:
    return sum(text.count(letter) for letter in one.letters)
