"""Cut a sentence where its strength may change: "ruled out troops but pledged observers"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CUE_VERB = (
    r"(?:(?:has|have|had|is|are|was|were|will|would|could|can|may|might|does|did|also|instead|then|now|formally|"
    r"not|won[’']t|cannot)\s+)*(?:pledg|rul(?:ed|es|ing)\s+out|commit(?:ted|s|ting)|promis|agree|vow|declin|refus|offer|"
    r"suggest|said|says|saying|sign|insist|propos|announc|stopp|remain|reject|prepar|consider|"
    r"send|deploy|contribut|provid|lead|host|train|equip|monitor|supply|fund|finance|build|establish|creat|join|help|"
    r"participat|support|guarant|continu|hint|signal|indicat|exclud|refer|repeat|warn|made\s+available|taken\s+charge|offer)"
)
_BOUNDARY = re.compile(
    r"(?P<strong>;|:\s+(?=[A-Z]\w+\s+[A-Za-z])|\s[—–]\s|—|,?\s+\b(?:while|whereas|although|though|even\s+as|even\s+though|despite)\b(?!\s+\w+ing\b))|(?P<going>,?\s+\b(?:while|although|though)\b(?=\s+\w+ing\b))|"
    r"(?P<mild>(?<!everything)(?<!anything)(?:,?\s+\b(?:but|however(?!\s*,)|instead)|,\s+yet)\b(?!\s+(?:no\b|of\b|not\s+in\b)))|"
    r"(?P<where>(?<!those)(?<!ones),?\s+\b(?:where|which|who|because|so\s+that)\b(?!\s+(?:countries|states|nations|allies|of|(?:will\s+|would\s+)?leads?)\b))|"
    r",\s+(?=(?:saying|adding|pledging|warning|insisting|stressing|arguing|noting|promising|committing|"
    r"offering|ruling|vowing|leaving|refusing|declining|suggesting|helping|providing|sending|with\s+(?=[A-Z]))\b)|"
    rf",?\s+and\s+(?=(?:(?:has|have|had|will|would|could|may|might|is|are)\s+(?!\w+\s+and\b)|{_CUE_VERB}))|"
    r",\s+(?:and\s+)?(?=(?:he|she|they|it)\b)|,?\s+and\s+that\s+(?=(?:the|a|an|its|his|her|their|it)\b)"
)
_RELATIVE_ENDS = re.compile(
    r",\s+(?:which|who)\b[^,;]{3,90}(?P<cut>,\s+)(?=(?:is|are|has|have|had|will|would|could|may|might|said|says|pledged|"
    r"promised|agreed|offered)\b)"
)
"""Where the main clause goes on: "Arland, which opposes a force, is considering ..."."""
_OPENING = re.compile(
    r"\s*[“\"]?(?:While|Although|Though|Despite|If|Once|After|As|With|When|In\s+case|Should|Whereas|Even)\b"
)
_NEW_SUBJECT = re.compile(
    r",[”\"]?\s+(?=(?:the|a|an|[A-Z][\w.]*|he|she|they|it|its|others?|some|both|any|forces|troops|soldiers)\b)"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with one strength."""

    start: int
    """Offset in the sentence."""
    end: int
    text: str
    opened_by: str
    """``start``, ``strong`` (a new subject is due), ``mild`` (the subject may go on)."""


def clauses_of(sentence: str) -> list[Clause]:
    """Cut a sentence into clauses that together are the whole of it.

    >>> [c.text for c in clauses_of("Arland ruled out troops but pledged observers")]
    ['Arland ruled out troops', ' but pledged observers']
    """
    found = [(m.start(), "strong" if m["strong"] else "mild") for m in _BOUNDARY.finditer(sentence)]
    found += [(m.start("cut"), "mild") for m in _RELATIVE_ENDS.finditer(sentence)]
    opening = _NEW_SUBJECT.search(sentence) if _OPENING.match(sentence) else None
    if opening:
        found.append((opening.start(), "strong"))
    # Of two cuts at one place, the one that asks for a new subject counts.
    cuts = sorted({0: "start", **dict(sorted(found))}.items())
    ends = [at for at, _ in cuts[1:]] + [len(sentence)]
    return [
        Clause(at, end, sentence[at:end], how)
        for (at, how), end in zip(cuts, ends, strict=True)
        if sentence[at:end].strip()
    ]
