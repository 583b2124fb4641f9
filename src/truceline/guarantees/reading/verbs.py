"""Verbs of speaking, with what each needs before it counts as a statement (``languages/en.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from truceline.guarantees.reading.language_pack import pack
from truceline.model.article import Span


class Need(StrEnum):
    """What must stand beside a verb for a statement."""

    NOTHING = "nothing"
    """``said``: whoever the subject is."""
    CONTENT = "content"
    """``indicated``: a clause or quoted words follow."""
    PERSON = "person"
    """``ruled out``: a person or a body speaks, or words are quoted; of a state it is a position."""
    QUOTE = "quote"
    """``rejected``: only with quoted words."""


_IRREGULAR_ING = {"say": "saying", "make": "making", "put": "putting", "set": "setting"}
_DOUBLED = {"admit", "slam", "dub"}


@dataclass(frozen=True, slots=True)
class Verb:
    """One form of a verb."""

    lemma: str
    need: Need
    ing: bool
    """``saying``: takes the subject of the clause before it."""
    base: bool
    """``say``, ``warns``: may be a noun, so its subject must stand right before it."""


def _forms(entry: str, need: Need) -> dict[str, Verb]:
    lemma, _, past = entry.replace(":", " ").partition("/")
    verb, _, rest = lemma.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    if verb in _DOUBLED:
        stem = verb + verb[-1]
    past = past or f"{stem}ed{tail}"
    third = (
        verb[:-1] + "ies"
        if verb.endswith("y") and verb[-2] not in "aeo"
        else verb + ("es" if verb.endswith(("s", "sh", "ch")) else "s")
    )
    ing = _IRREGULAR_ING.get(verb, f"{stem}ing") + tail
    return {
        lemma: Verb(lemma, need, ing=False, base=True),
        third + tail: Verb(lemma, need, ing=False, base=True),
        past: Verb(lemma, need, ing=False, base=False),
        ing: Verb(lemma, need, ing=True, base=False),
    }


VERBS: dict[str, Verb] = {
    f"{be} quoted as saying": Verb("be quoted as saying", Need.NOTHING, ing=False, base=False)
    for be in ("was", "were", "is", "are")
}
for _need in (Need.QUOTE, Need.PERSON, Need.CONTENT, Need.NOTHING):
    for _entry in pack("en").verbs[_need].split():
        VERBS.update(_forms(_entry, _need))

_ALTERNATIVES = "|".join(sorted(map(re.escape, VERBS), key=len, reverse=True)).replace(r"\ ", r"\s")
_BY_WORD: dict[str, list[list[str]]] = {}
for _form in VERBS:
    _BY_WORD.setdefault(_form.split()[0], []).append(_form.split())
for _list in _BY_WORD.values():
    _list.sort(key=len, reverse=True)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_DAY = rf"(?:{'|'.join(pack('en').weekdays)})"
FILL = (
    r"(?:\s+(?:has|have|had|also|later|again|then|once|twice|now|today|yesterday|earlier|already|"
    r"still|even|once\sagain|himself|herself|both|too|never|not|did|does|do|would|will|"
    r"for\s(?:his|her|its|their)\spart|"
    r"meanwhile|instead|at\sthe\ssame\stime|recently|first|soon|just|[a-z]{3,}ly|"
    rf"(?:late\s|early\s)?(?:on\s|last\s|this\s)?{_DAY}(?:\s(?:morning|evening|night|afternoon))?))*"
)
ASIDE = r"(?:\s+(?:of|from|at|with)\s+(?:the\s+)?[A-ZÀ-Þ][^,.;:“”\"]{1,60}?)?(?:\s*\([^()]{1,40}\))?(?:,[^,“”\"]{1,120}(?:,[^,“”\"]{1,80})?,|\s+[—–-]\s[^—–“”]{1,120}\s?[—–-])?"
BETWEEN = re.compile(rf"{ASIDE},?(?:\s(?:who|which))?{FILL}\s*$")
_SOON = re.compile(rf"{ASIDE},?{FILL}\s+({_ALTERNATIVES})\b")


def verbs_in(text: str, span: Span) -> Iterator[tuple[Span, Verb]]:
    """Yield the verbs of speaking in a stretch, longest form first.

    >>> [v.lemma for _, v in verbs_in("Orr ruled out a vote", Span(0, 20))]
    ['rule out']
    """
    words = [
        (m.start(), m.end(), m.group().lower()) for m in _WORD.finditer(text, span.start, span.end)
    ]
    at = 0
    while at < len(words):
        form = _form_at(text, words, at)
        if form:
            stop = words[at + len(form) - 1][1]
            yield Span(words[at][0], stop), VERBS[" ".join(form)]
        at += len(form) or 1


def _form_at(text: str, words: list[tuple[int, int, str]], at: int) -> list[str]:
    for form in _BY_WORD.get(words[at][2], ()):
        taken = words[at : at + len(form)]
        if [w for _, _, w in taken] == form and text[taken[0][0] : taken[-1][1]].count(" ") == len(
            form
        ) - 1:
            return form
    return []


def starts_with_speech(text: str, start: int, end: int) -> bool:
    """Tell whether a verb of speaking follows, after an aside and adverbs at most."""
    match = _SOON.match(text, start, min(end, start + 260))
    if match is None:
        return False
    return VERBS[re.sub(r"\s+", " ", match.group(1))].need is not Need.QUOTE
