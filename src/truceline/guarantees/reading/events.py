"""Acts of speaking in one sentence: a verb of speaking and who its subject is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from truceline.guarantees.reading.entities import Mention, acts
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.verbs import ANY_VERB, BETWEEN, FILL, Need, Verb, verb_of
from truceline.model.article import Span


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody speaks in a sentence."""

    speaker: str
    """Canonical name; ``unknown`` where nobody is named."""
    kind: str
    """``person``, ``state``, ``group``, ``body``, ``unknown``."""
    name: Span
    """Name as given."""
    role: Span | None
    verb: Verb
    verb_span: Span
    rule: str
    """``subject``, ``inverted``, ``participle``, ``coordinated``, ``according_to``, ``unnamed``."""


_NOUNS = (
    r"officials?|sources?|diplomats?|leaders?|statement|communiqu[eé]|declaration|spokes\w+|"
    r"ministry|ministries|government|governments|president|prime minister|minister|ministers|"
    r"lawmakers?|envoys?|representatives?|authorities|military|army|general staff|intelligence|"
    r"delegation|side|negotiators?|experts?|analysts?|commanders?|generals?|media|parliament|"
    r"administration|embassy|office|troops|mission|aides?|advisers?"
)
_TAIL_NOUN = re.compile(rf"(?:[’']s?)?(?:\s+[\w-]+){{0,3}}?\s+(?:{_NOUNS})\b", re.IGNORECASE)
_UNNAMED = re.compile(
    r"((?:(?:[Tt]he|[Aa]n?|[Ss]ome|[Ss]everal|[Mm]any|[Oo]ther|[Tt]wo|[Ss]enior|[Ff]ormer|[\w-]+)\s+){0,4}"
    rf"(?:{_NOUNS}|observers|critics|researchers|commentators|people familiar with \w+ \w+|outlets?))"
    rf"{FILL}\s*$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|be|been|being|get|got|to|the|a|an|of|no|any|this|that|his|its|their)\s+"
    r"(?:[a-z]+ly\s+)?$"
)
_PARTICIPLE_AT = re.compile(
    rf"(?:[,;:—–”\"-]|\b(?:while|before|after|by|in|and|also|but|when|instead)){FILL}\s*$"
)
_JOINED = re.compile(rf"(?:[,;”\"]|\b(?:and|but|while|or|then|yet|though)){FILL}\s*$")
_INVERTED_FROM = re.compile(r"[,”\"?!]\s*$")
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+|\b[Ii]n the (?:words|view) of\s+|\b[Ff]or\s+(?=\w+,\s)")
_CLAUSE = re.compile(
    r"\s*(?:that\b|how\b|whether\b|why\b|what\b|[:,]?\s*[“\"«]|(?:he|she|it|they|there|this|we)\b|"
    r"(?:\S+\s+){1,6}?(?:would|could|will|is|are|was|were|has|had|have|might|may|should|must|can|"
    r"did|does|intends?)\b)"
)


def acts_in(
    text: str, sentence: Sentence, mentions: Sequence[Mention], quotes: Sequence[Span]
) -> list[Act]:
    """Find the acts of speaking in a sentence, in order of their verbs.

    Args:
        text: the prose.
        sentence: where to look.
        mentions: of this sentence.
        quotes: of this sentence; verbs inside them are somebody else's.
    """
    found: list[Act] = []
    for match in ANY_VERB.finditer(text, sentence.span.start, sentence.span.end):
        span = Span(match.start(), match.end())
        if any(q.start <= span.start < q.end for q in quotes):
            continue
        act = _act(text, sentence, mentions, quotes, found, verb_of(match.group()), span)
        if act and _stands(text, sentence, quotes, act):
            found.append(act)
    found += _according(text, sentence, mentions, quotes)
    return sorted(found, key=lambda a: a.verb_span)


def _act(
    text: str,
    sentence: Sentence,
    mentions: Sequence[Mention],
    quotes: Sequence[Span],
    found: Sequence[Act],
    verb: Verb,
    span: Span,
) -> Act | None:
    before = text[sentence.span.start : span.start]
    if verb.ing:
        return _participle(text, sentence, mentions, found, verb, span, before)
    after = _inverted(text, mentions, verb, span, before)
    if after:
        return after
    subject = _subject(text, sentence, mentions, span)
    if subject:
        return _made(subject, verb, span, "subject")
    if _PASSIVE.search(before[-30:]):
        return None
    unnamed = _UNNAMED.search(text, max(span.start - 90, sentence.span.start), span.start)
    if unnamed and not any(q.start <= unnamed.start(1) < q.end for q in quotes):
        name = Span(unnamed.start(1), unnamed.end(1))
        return Act("unknown", "unknown", name, None, verb, span, "unnamed")
    if verb.base or not _JOINED.search(before[-60:]):
        return None
    return _same_again(text, sentence, mentions, found, verb, span, "coordinated")


def _made(mention: Mention, verb: Verb, span: Span, rule: str) -> Act:
    return Act(mention.entity, mention.kind, mention.span, mention.role, verb, span, rule)


def _subject(
    text: str, sentence: Sentence, mentions: Sequence[Mention], verb: Span
) -> Mention | None:
    for mention in reversed([m for m in mentions if m.span.end <= verb.start]):
        between = text[mention.span.end : verb.start]
        if mention.quoted or len(between) > 240:
            continue
        can = acts(text, mention, sentence.span.start)
        if can and BETWEEN.fullmatch(between):
            return mention
        tail = _TAIL_NOUN.match(between) if mention.kind != "person" or can else None
        if tail and BETWEEN.fullmatch(between[tail.end() :]) and not mention.how == "pronoun":
            return mention
    return None


def _inverted(
    text: str, mentions: Sequence[Mention], verb: Verb, span: Span, before: str
) -> Act | None:
    if verb.base or not _INVERTED_FROM.search(before):
        return None
    for mention in mentions:
        start = min(mention.role.start, mention.span.start) if mention.role else mention.span.start
        if span.end <= start <= span.end + 5 and not mention.possessive and not mention.quoted:
            if mention.how == "demonym":
                continue
            return _made(mention, verb, span, "inverted")
    return None


def _participle(
    text: str,
    sentence: Sentence,
    mentions: Sequence[Mention],
    found: Sequence[Act],
    verb: Verb,
    span: Span,
    before: str,
) -> Act | None:
    for mention in mentions:
        if text[mention.span.end : span.start] == " " and not mention.possessive:
            if mention.how != "demonym" and not mention.quoted:
                return _made(mention, verb, span, "subject")
    opens = not before.strip() or re.fullmatch(r"(?:While|After|Before|In|By)\s+", before)
    if opens:
        later = [m for m in mentions if m.span.start > span.end]
        first = next((m for m in later if _leads(text, sentence, m)), None)
        return _made(first, verb, span, "participle") if first else None
    if not _PARTICIPLE_AT.search(before[-60:]):
        return None
    return _same_again(text, sentence, mentions, found, verb, span, "participle")


def _leads(text: str, sentence: Sentence, mention: Mention) -> bool:
    """Tell whether a mention opens the main clause: right after a comma."""
    start = min(mention.role.start, mention.span.start) if mention.role else mention.span.start
    lead = text[max(start - 6, sentence.span.start) : start]
    return acts(text, mention, sentence.span.start) and bool(re.search(r",\s+(?:the\s+)?$", lead))


def _same_again(
    text: str,
    sentence: Sentence,
    mentions: Sequence[Mention],
    found: Sequence[Act],
    verb: Verb,
    span: Span,
    rule: str,
) -> Act | None:
    if found:
        last = found[-1]
        return Act(last.speaker, last.kind, last.name, last.role, verb, span, rule)
    before = [
        m
        for m in mentions
        if m.span.end <= span.start and acts(text, m, sentence.span.start)
    ]
    return _made(before[0], verb, span, rule) if before else None


def _stands(text: str, sentence: Sentence, quotes: Sequence[Span], act: Act) -> bool:
    """Tell whether a verb has what it needs to count as a statement."""
    need = act.verb.need
    if need is Need.NOTHING:
        return True
    rest = text[act.verb_span.end : sentence.span.end]
    quoted = any(act.verb_span.end <= q.start < act.verb_span.end + 120 for q in quotes) or any(
        0 <= act.name.start - q.end <= 3 for q in quotes
    )
    if need is Need.CONTENT:
        return quoted or bool(_CLAUSE.match(rest))
    if need is Need.PERSON:
        return quoted or act.kind in {"person", "body"}
    return quoted


def _according(
    text: str, sentence: Sentence, mentions: Sequence[Mention], quotes: Sequence[Span]
) -> Iterator[Act]:
    for match in _ACCORDING.finditer(text, sentence.span.start, sentence.span.end):
        if any(q.start <= match.start() < q.end for q in quotes):
            continue
        span = Span(match.start(), match.end())
        verb = Verb("according to", Need.NOTHING, ing=False, base=False)
        near = [
            m
            for m in mentions
            if match.end() <= m.span.start < match.end() + 60 and not m.possessive
            and "," not in text[match.end() : m.span.start]
        ]
        unnamed = re.compile(rf"(?:[\w-]+\s+){{0,3}}?(?:{_NOUNS})\b").match(text, match.end())
        if unnamed and not (near and near[0].span.end <= unnamed.end()):
            name = Span(unnamed.start(), unnamed.end())
            yield Act("unknown", "unknown", name, None, verb, span, "according_to")
        elif near:
            yield _made(near[0], verb, span, "according_to")
