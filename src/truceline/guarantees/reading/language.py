"""In which language an article is: letters and the smallest words."""

from __future__ import annotations

import re
from collections import Counter

_SMALL = {
    "en": frozenset(["the", "of", "and", "to", "in", "that", "is", "was", "for", "with", "on"]),
    "fr": frozenset(
        ["le", "la", "les", "des", "et", "de", "du", "que", "est", "une", "dans", "pour"]
    ),
    "uk": frozenset(["і", "та", "що", "на", "не", "у", "з", "для", "це", "як", "про", "від"]),
    "ru": frozenset(["и", "что", "на", "не", "в", "с", "для", "это", "как", "по", "из", "от"]),
}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """Guess ``en``, ``uk``, ``ru``, ``fr``; ``und`` where it cannot be told.

    >>> language_of("The minister of defence was in the town and said that it is cold.")
    'en'
    >>> language_of("12 34")
    'und'
    """
    words = Counter(_WORD.findall(text[:20000].lower()))
    total = sum(words.values())
    if not total:
        return "und"
    scores = {code: sum(words[w] for w in small) / total for code, small in _SMALL.items()}
    joined = "".join(words)
    if re.search(r"[а-я]", joined):
        own = {"uk": len(re.findall("[іїєґ]", joined)), "ru": len(re.findall("[ыэъё]", joined))}
        if own["uk"] == own["ru"] == 0:
            return "und"
        return max(own, key=lambda code: own[code])
    best = max(("en", "fr"), key=lambda code: scores[code])
    return best if scores[best] >= 0.08 else "und"
