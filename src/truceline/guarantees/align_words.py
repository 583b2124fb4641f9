"""Words of a statement as weights: the same thing said in another translation has other words.

Classes of near-synonyms are few and general; a class says that reporters and translators choose
freely among its words, never that two statements are one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,:]\d+)*")
_STOP_WORDS: Final = """
a an the and or but nor of to in on at by for from with without into onto over under as is are was
were be been being am do does did done has have had having will would shall should can could may
might must it its it's this that these those there here he she they them his her their theirs we us
our ours you your i me my mine who whom whose which what when where why how if then than so such any
some all each both also even only just very more most much many while whether because after before
during about against between through up down out off again further once own same other another yet
still already ever
said say told tell added add stated state declared declare stressed noted note announced warned warn
insisted argued claimed called call describe described according spoke speaking reiterated reinforced
underscored suggested indicated consistently recent remarks
mr mrs president prime minister leader spokesman spokesperson spokeswoman chancellor chief ministry
former candidate presidential envoy
"""
_STOP: Final = frozenset(_STOP_WORDS.split())
_STATES: Final = ((re.compile(r"\bU\.?S\.?(?:A\.?)?(?=\W|$)"), "america"),
    (re.compile(r"\bU\.?K\.?(?=\W|$)"), "britain"))  # fmt: skip
_CLASSES: Final = (
    "troop force soldier contingent military personnel army boot unit",
    "reason point sense need necessity purpose unnecessary needless logical justification",
    "peace peaceful ceasefire truce settlement",
    "threat threaten danger menace",
    "unacceptable acceptable intolerable",
    "step substance move stride",
    "concrete specific tangible substantive definite",
    "commit commitment pledge promise agree undertake vow",
    "guarantee assurance",
    "country nation state ally",
    "hope light optimism",
    "deter deterrence dissuade prevent",
    "airpower air aerial aviation airborne",
    "frontline front line",
    "ground land",
    "not never cannot refuse reject exclude no unwilling",
    "american america washington",
    "ukrainian ukraine kyiv kiev",
    "russian russia moscow kremlin",
    "european europe",
    "french france paris",
    "british britain uk",
    "deploy deployment send station dispatch place",
    "milestone landmark breakthrough",
    "document declaration text paper",
    "ready finish finalise finalize final finalization complete",
    "meeting summit talk gathering",
    "veto block",
    "decide decision sovereign",
    "treat consider regard see view deem",
    "genuine genuinely truly true real really",
    "remain stay presence",
    "support backing back help assistance aid",
    "soil territory",
    "outline address contain",
    "negotiation dialogue conversation discussion",
)
_SUFFIXES: Final = (
    ("ies", "y"), ("sses", "ss"), ("ations", "ate"), ("ation", "ate"), ("ings", ""), ("ing", ""),
    ("edly", ""), ("ied", "y"), ("ed", ""), ("ly", ""), ("es", "e"), ("s", ""),
)  # fmt: skip
_NOT: Final = re.compile(r"\brul(?:e|es|ed|ing) out\b|n['’]t\b")
_NUMBERS: Final = {
    word: str(number)
    for number, word in enumerate(
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        2,
    )
}


@cache
def stem(word: str) -> str:
    """Take the commonest endings of English off a word.

    >>> [stem(word) for word in ("targets", "warned", "decisions", "is")]
    ['target', 'warn', 'decision', 'is']
    """
    for end, instead in _SUFFIXES:
        left = word[: len(word) - len(end)] + instead
        if word.endswith(end) and len(left) >= 3 and not (end == "s" and word.endswith("ss")):
            return left[:-1] if left[-1] == left[-2] and left[-1] not in "lse" else left
    return word


_UNSEEN: Final = 3
"""Statements that are imagined beside the batch, so that two articles alone can be compared."""
_STOP_STEMS: Final = frozenset(stem(word) for word in _STOP)
_CLASS_OF: Final = {
    key: f"={number}"
    for number, row in enumerate(_CLASSES)
    for word in row.split()
    for key in (word, stem(word))
}


def words(text: str) -> list[str]:
    """Give the content words of a text in order, each as the name of its class or its stem.

    >>> words("We will not send troops") == words("They don't deploy soldiers")
    True
    >>> words("")
    []
    """
    return list(_words(text))


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    for pattern, name in _STATES:
        text = pattern.sub(name, text)
    plain = _NOT.sub(" not", text.lower().replace("’", "'"))
    return tuple(code for raw in _WORD.findall(plain) for code in _codes(raw))


@lru_cache(maxsize=100_000)
def _codes(raw: str) -> tuple[str, ...]:
    """Give the content words of one word of the text: none, itself, or the parts of a hyphened one."""
    found = []
    for part in _pieces(raw.removesuffix("'s")):
        if part in _STOP or stem(part) in _STOP_STEMS or len(part) < 2:
            continue
        plain = _NUMBERS.get(part, part)
        found.append(_CLASS_OF.get(plain) or _CLASS_OF.get(stem(plain)) or stem(plain))
    return tuple(found)


def _pieces(word: str) -> list[str]:
    """Part a hyphened word where a part of it has a class; else it is one word (``long-term``)."""
    pieces = word.split("-")
    known = any(piece in _CLASS_OF or stem(piece) in _CLASS_OF for piece in pieces)
    return pieces if known else ["".join(pieces)]


def weights(texts: Sequence[Iterable[str]], speakers: Sequence[str]) -> list[dict[str, float]]:
    """Give the weight of each word of each text: rare in the batch and with its speaker is heavy.

    Args:
        texts: content words of each text.
        speakers: who said it, one a text.

    Source: inverse document frequency, log((N0 + N) / (1 + df)) + 0.3, with N and df once over
    the batch and once over the texts of one speaker; the mean of both.
    """
    sets = [frozenset(one) for one in texts]
    batch = Counter(word for one in sets for word in one)
    size = Counter(speakers)
    own = Counter((who, word) for who, one in zip(speakers, sets, strict=True) for word in one)
    total = len(sets)

    def weight(word: str, who: str) -> float:
        wide = math.log((_UNSEEN + total) / (1 + batch[word]))
        narrow = math.log((_UNSEEN + size[who]) / (1 + own[who, word]))
        return (wide + narrow) / 2 + 0.3

    return [
        {word: weight(word, who) for word in sorted(one)}
        for who, one in zip(speakers, sets, strict=True)
    ]
