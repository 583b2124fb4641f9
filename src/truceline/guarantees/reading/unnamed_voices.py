"""The unnamed voice whose words a ``he`` behind it takes up."""

from __future__ import annotations

import re

from truceline.guarantees.reading.mention import Mention
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Span

_NOUNS = (
    r"official|diplomat|source|spokes(?:man|woman|person)|adviser|aide|minister|lawmaker|expert|"
    r"analyst|envoy|negotiator|commander|officer|person"
)
_VOICE = re.compile(
    rf"\b((?:[Aa]n?|[Oo]ne|[Aa]nother)\s+(?:[\w’'-]+\s+){{0,4}}?(?:{_NOUNS}))\b"
    r"(?:\s(?:for|in|close\sto|familiar\swith|briefed\son)\s[^,.;:“”\"]{1,50}?)?"
    r"(?=(?:,[^“”\"]{1,160},)?\s+(?:said|told|confirmed|added|warned|insisted|noted|explained)\b)"
)


def voice_of(text: str, sentence: Sentence, here: list[Mention]) -> Mention | None:
    """Find ``a German official close to the talks`` where nobody named acts in a sentence.

    Args:
        text: the prose.
        sentence: to look in.
        here: mentions in it; the state named with the voice is who it speaks for.
    """
    for match in _VOICE.finditer(text, sentence.span.start, sentence.span.end):
        span = Span(match.start(1), match.end(1))
        if any(m.quoted for m in here if m.span.overlap(span)):
            continue
        of = next((m for m in here if m.kind in {"state", "body"} and m.span.overlap(span)), None)
        entity, kind = (of.entity, "body") if of else ("unknown", "unknown")
        party = of.party if of else None
        return Mention(span, text[span.start : span.end], entity, kind, party, "voice")
    return None
