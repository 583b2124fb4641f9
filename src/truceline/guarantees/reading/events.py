"""Acts of speaking in one sentence: a verb of speaking and who its subject is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from truceline.guarantees.reading.entities import Mention, acts
from truceline.guarantees.reading.labels import is_label
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.verbs import ASIDE, BETWEEN, FILL, Need, Verb, verbs_in
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
    """``subject``, ``inverted``, ``participle``, ``coordinated``, ``according_to``, ``unnamed``,
    ``spokesperson``, ``quoted_as``."""


_NOUNS = (
    r"officials?|sources?|diplomats?|leaders?|statement|communiqu[eé]|declaration|spokes\w+|"
    r"ministry|ministries|government|governments|president|prime minister|minister|ministers|"
    r"lawmakers?|envoys?|representatives?|authorities|military|army|general staff|intelligence|"
    r"delegation|side|negotiators?|experts?|analysts?|commanders?|generals?|media|parliament|"
    r"administration|embassy|office|troops|mission|aides?|advisers?|note|readout|letter|report|"
    r"text|document|message"
)
_TAIL_NOUN = re.compile(rf"(?:[’']s?)?(?:\s+[\w-]+){{0,3}}?\s+(?:{_NOUNS})\b", re.IGNORECASE)
_UNNAMED = re.compile(
    r"((?:(?:[Tt]he|[Aa]n?|[Ss]ome|[Ss]everal|[Mm]any|[Oo]ther|[Tt]wo|[Ss]enior|[Ff]ormer|[\w-]+)\s+){0,4}"
    rf"(?:{_NOUNS}|observers|critics|researchers|commentators|people familiar with \w+ \w+|outlets?))"
    rf"{ASIDE}{FILL}\s*$",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(
    rf"\s+((?:an?|the|one|two|some|several)\s+(?:[\w’-]+\s+){{0,4}}?(?:{_NOUNS}))\b"
)
_ASKED = re.compile(r"\s+(?:how|whether|about|if|by|what|why|when|where|on)\b")
_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|be|been|being|get|got|to|the|a|an|of|no|any|this|that|his|its|their)\s+"
    r"(?:[a-z]+ly\s+)?$"
)
_PARTICIPLE_AT = re.compile(
    rf"(?:[,;:—–”\"-]|\b(?:while|before|after|by|in|and|also|but|when|instead|keeps|kept|statement|letter|message|post|"
    rf"video|note|communiqu[eé])){FILL}\s*$"
)
_THAT = re.compile(r"(?:\s+[\w’']+){0,3}\s+that\b")
_QUOTED_AS = re.compile(r"\bas\s+(?:saying|telling)\b")
_OWN_ROLE = re.compile(r"\s+(?:the|its|his|her|their)\s+(?:[a-z][\w’'-]*\s+){1,3}")
_SILENT = frozenset(["say", "comment", "respond", "reply", "mention", "disclose", "reveal"])
_NOT = re.compile(r"\b(?:not|never|neither|nor)\b|n[’']t\b")
_LAST_WORD = re.compile(
    r"\s*(?:[.,;—–)]|on\b|in\b|at\b|during\b|after\b|late\b|early\b|to\b|reporters\b|"
    r"journalists\b|the\s\w+|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|$)"
)
_JOINED = re.compile(rf"(?:[,;”\"]|\b(?:and|but|while|or|then|yet|though)){FILL}\s*$")
_INVERTED_FROM = re.compile(r"[,”\"?!]\s*$")
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+|\b[Ii]n the (?:words|view) of\s+")
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
    spoken = [q for q in quotes if not is_label(text, q)]
    for span, verb in verbs_in(text, sentence.span):
        if any(q.start <= span.start < q.end for q in quotes):
            continue
        act = _act(text, sentence, mentions, quotes, found, verb, span)
        if act and not _nested(text, found, act) and _stands(text, sentence, spoken, act):
            found.append(act)
    found += _according(text, sentence, mentions, quotes)
    found += _quoted_as(text, sentence, mentions)
    found.sort(key=lambda a: a.verb_span)
    owning = [owner_of(text, q, found) for q in spoken] if found else []
    found = [a for a in found if a.verb.need is not Need.QUOTE or a in owning]
    return _closed_by(text, sentence, found)


def owner_of(text: str, quote: Span, acts: Sequence[Act]) -> Act:
    """Whose words: the act that closes the quotation, else the last one before, else the next."""
    for act in acts:
        first = min(act.verb_span.start, act.name.start, act.role.start if act.role else 1 << 60)
        if act.name.start > quote.end and 0 < first - quote.end <= 6 and act.rule != "participle":
            return act
    before = [a for a in acts if a.verb_span.end <= quote.start]
    return before[-1] if before else acts[0]


def _closed_by(text: str, sentence: Sentence, found: list[Act]) -> list[Act]:
    """Give everything to who is named at the end: ``All have promised troops, A has said.``"""
    last = found[-1] if found else None
    if last is None or len(found) == 1 or last.rule not in {"subject", "inverted"}:
        return found
    start = min(last.name.start, last.role.start if last.role else last.name.start)
    lead = text[sentence.span.start : min(start, last.verb_span.start)].rstrip()
    rest = text[max(last.verb_span.end, last.name.end) : sentence.span.end]
    if last.verb.lemma in {"say", "tell"} and lead.endswith(",") and not _THAT.match(rest):
        if _LAST_WORD.match(rest) and not re.search(r"\b(?:but|while|and)\b[^,]*,$", lead):
            return [last]
    return found


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
    if (
        verb.lemma == "ask"
        and before.rstrip().endswith((",", "hen"))
        and _ASKED.match(text, span.end)
    ):
        return None
    if verb.ing:
        return _participle(text, sentence, mentions, found, verb, span, before)
    after = _inverted(text, mentions, verb, span, before)
    if after:
        return after
    subject = _subject(text, sentence, mentions, verb, span)
    if subject:
        return subject
    if _PASSIVE.search(before[-30:]):
        return None
    unnamed = _UNNAMED.search(text, max(span.start - 90, sentence.span.start), span.start)
    if unnamed and not any(q.start <= unnamed.start(1) < q.end for q in quotes):
        return _institution(text, mentions, Span(*unnamed.span(1)), verb, span)
    headline = sentence.kind != "prose" and span_is_third(text, span)
    if (verb.base and not headline) or not _JOINED.search(before[-60:]):
        return None
    return _same_again(text, sentence, mentions, found, verb, span, "coordinated")


def _made(mention: Mention, verb: Verb, span: Span, rule: str) -> Act:
    return Act(mention.entity, mention.kind, mention.span, mention.role, verb, span, rule)


def _subject(
    text: str, sentence: Sentence, mentions: Sequence[Mention], verb: Verb, span: Span
) -> Act | None:
    for mention in reversed([m for m in mentions if m.span.end <= span.start]):
        between = text[mention.span.end : span.start]
        if mention.quoted or len(between) > 240:
            continue
        can = acts(text, mention, sentence.span.start)
        if can and BETWEEN.fullmatch(between):
            return _made(mention, verb, span, "subject")
        if (mention.how == "pronoun" and not mention.possessive) or (
            mention.kind == "person" and not mention.possessive
        ):
            continue
        if _apposed(text, mentions, mention):
            continue
        tail = _TAIL_NOUN.match(between)
        if tail and BETWEEN.fullmatch(between[tail.end() :]):
            return _spokesperson(mention, tail, verb, span)
    return None


_INSTITUTION = re.compile(
    r"(?:[Tt]he|[Ii]ts|[Aa])\s+(?:(?:foreign|defen[cs]e|interior)\s+)?"
    r"(?:ministry|government|presidency|embassy)(?:\s+(?:statement|spokes\w+|officials?))?"
)


def _institution(text: str, mentions: Sequence[Mention], name: Span, verb: Verb, span: Span) -> Act:
    """Somebody unnamed; ``In Gradsk, the foreign ministry`` is the one of that capital."""
    of = [m for m in mentions if m.how == "metonym" and m.span.end <= name.start]
    if of and _INSTITUTION.fullmatch(text[name.start : name.end]):
        return Act(of[-1].entity, "body", name, None, verb, span, "spokesperson")
    return Act("unknown", "unknown", name, None, verb, span, "unnamed")


def span_is_third(text: str, span: Span) -> bool:
    """Tell ``says`` from ``say``."""
    return text[span.start : span.end].split(maxsplit=1)[0].endswith("s")


def _spokesperson(mention: Mention, tail: re.Match[str], verb: Verb, span: Span) -> Act:
    """Somebody unnamed speaks for a state or a body: ``German officials``, ``Moscow's envoy``."""
    name = Span(mention.span.start, mention.span.end + tail.end())
    if mention.kind == "person":
        of = "office" if "office" in tail.group().lower() else "spokesperson"
        return Act(f"{of} of {mention.entity}", "body", name, name, verb, span, "spokesperson")
    return Act(mention.entity, "body", name, name, verb, span, "spokesperson")


def _apposed(text: str, mentions: Sequence[Mention], mention: Mention) -> bool:
    """Tell the state in ``A, the French leader, said``, where the name before it speaks."""
    return any(
        m.kind == "person"
        and re.fullmatch(r",\s+(?:the|an?)\s+", text[m.span.end : mention.span.start])
        for m in mentions
    )


def _nested(text: str, found: Sequence[Act], act: Act) -> bool:
    """Tell whether an act is only told of by somebody who speaks: ``A said that B claims``."""
    start = min(act.name.start, act.role.start if act.role else act.name.start)
    lead = text[max(start - 12, 0) : start]
    if act.rule == "subject" and re.search(r"\b(?:what|which|than|as|that)\s+(?:the\s+)?$", lead):
        relative = not re.search(r"\bas\s+(?:the\s+)?$", lead) or act.verb.base
        headline = re.search(r"(?:^|: )[Ww]hat\s+$", lead)
        if relative and (found or headline):
            return True
    return any(
        a.speaker != act.speaker and text[a.verb_span.end : start].strip() in {"", "that", "the"}
        for a in found
        if a.verb_span.end <= start
    )


def _inverted(
    text: str, mentions: Sequence[Mention], verb: Verb, span: Span, before: str
) -> Act | None:
    quoted = re.search(r"[”\"’']\s*$", before) and verb.lemma != "tell"
    third = verb.base and not (quoted and span_is_third(text, span))
    if third or (before.strip() and not _INVERTED_FROM.search(before)):
        return None
    for mention in mentions:
        start = min(mention.role.start, mention.span.start) if mention.role else mention.span.start
        if quoted and _OWN_ROLE.fullmatch(text[span.end : start]):
            return _made(mention, verb, span, "inverted")
        if 0 <= start - span.end <= 5 and not mention.possessive and not mention.quoted:
            if mention.how == "demonym":
                continue
            return _made(mention, verb, span, "inverted")
    unnamed = _AFTER_VERB.match(text, span.end) if quoted else None
    if unnamed:
        name = Span(*unnamed.span(1))
        of = [m for m in mentions if name.start <= m.span.start < name.end and m.kind != "person"]
        speaker, kind = (of[0].entity, "body") if of else ("unknown", "unknown")
        return Act(speaker, kind, name, None, verb, span, "unnamed")
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
    again = _same_again(text, sentence, mentions, found, verb, span, "participle")
    institution = _INSTITUTION.search(before) if again is None else None
    if institution:
        at = sentence.span.start
        name = Span(at + institution.start(), at + institution.end())
        return _institution(text, mentions, name, verb, span)
    return again


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
    for mention in mentions:
        if mention.span.end <= span.start and acts(text, mention, sentence.span.start):
            start = mention.role.start if mention.role else mention.span.start
            near = min(start, mention.span.start) - sentence.span.start <= 30
            if near or mention.kind in {"person", "body"}:
                return _made(mention, verb, span, rule)
    return None


def _stands(text: str, sentence: Sentence, quotes: Sequence[Span], act: Act) -> bool:
    """Tell whether a verb has what it needs to count as a statement."""
    need = act.verb.need
    silent = act.verb.lemma in _SILENT and _NOT.search(text[act.name.end : act.verb_span.start])
    if need is Need.NOTHING and not silent:
        return True
    rest = text[act.verb_span.end : sentence.span.end]
    quoted = any(act.verb_span.end <= q.start < act.verb_span.end + 120 for q in quotes) or any(
        0 <= act.name.start - q.end <= 3 for q in quotes
    )
    if silent:
        return quoted
    if need is Need.CONTENT:
        return quoted or bool(_CLAUSE.match(rest))
    if need is Need.PERSON:
        return (
            quoted or act.kind in {"person", "body"} or (sentence.kind != "prose" and act.verb.base)
        )
    return quoted


def _quoted_as(text: str, sentence: Sentence, mentions: Sequence[Mention]) -> Iterator[Act]:
    """Find ``the agency quoted A as saying``."""
    for match in _QUOTED_AS.finditer(text, sentence.span.start, sentence.span.end):
        near = [m for m in mentions if m.span.end <= match.start() <= m.span.end + 60]
        lead = text[sentence.span.start : match.start()]
        if near and re.search(
            r"\b(?:quoted|cited)\b(?:\s+[\w’'.-]+){1,8}\s*(?:,[^,]*,)?\s*$", lead
        ):
            verb = Verb("be quoted as saying", Need.NOTHING, ing=False, base=False)
            yield _made(near[-1], verb, Span(match.start(), match.end()), "quoted_as")


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
            if match.end() <= m.span.start < match.end() + 60
            and not m.possessive
            and "," not in text[match.end() : m.span.start]
        ]
        unnamed = re.compile(rf"(?:[\w-]+\s+){{0,3}}?(?:{_NOUNS})\b").match(text, match.end())
        if unnamed and not (near and near[0].span.end <= unnamed.end()):
            name = Span(unnamed.start(), unnamed.end())
            yield Act("unknown", "unknown", name, None, verb, span, "according_to")
        elif near:
            yield _made(near[0], verb, span, "according_to")
