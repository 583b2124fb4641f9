"""Acts of speaking in one sentence: found verb by verb, then weighed against one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.labels import is_label
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.speech import Act, Scene, made, owner_of, start_of
from truceline.guarantees.reading.subjects import act_of
from truceline.guarantees.reading.unnamed import unnamed_at
from truceline.guarantees.reading.verbs import Need, Verb, verbs_in
from truceline.model.article import Span

_THAT = re.compile(r"(?:\s+[\w’']+){0,3}\s+that\b")
_QUOTED_AS = re.compile(r"\bas\s+(?:saying|telling)\b")
_SILENT = frozenset(["say", "comment", "respond", "reply", "mention", "disclose", "reveal"])
_NOT = re.compile(r"\b(?:not|never|neither|nor)\b|n[’']t\b")
_LAST_WORD = re.compile(
    r"\s*(?:[.,;—–)]|on\b|in\b|at\b|during\b|after\b|late\b|early\b|to\b|reporters\b|"
    r"journalists\b|the\s\w+|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|$)"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+|\b[Ii]n the (?:words|view) of\s+")
_INNER = re.compile(
    r"\s*(?:that\b)?\s*(?:(?:the|some|several|many|most|other|all|both|his|her|its|their)\b)?\s*"
)
_IN_OWN = re.compile(r"\b[Ii]n (?:the )?$")
_OWN_WORDS = re.compile(r"[’']s? (?:own )?(?:words|phrase|formula|telling)\b")
_IN_WORDS = Verb("in the words of", Need.NOTHING, ing=False, base=False)
_PAPER = re.compile(
    r"(?:an?|the|its)\s+(?:[\w-]+\s+){0,2}?(?:communiqu[eé]|statement|note|readout|letter|declaration|"
    r"press release)\s+(?:from|by|of|issued by)\s+(?:the\s+)?"
)
"""``a communiqué from the ...``: who issued it speaks."""
_CLAUSE = re.compile(
    r"\s*(?:that\b|how\b|whether\b|why\b|what\b|[:,]?\s*[“\"«]|(?:he|she|it|they|there|this|we)\b|"
    r"(?:\S+\s+){1,6}?(?:would|could|will|is|are|was|were|has|had|have|might|may|should|must|can|"
    r"did|does|intends?)\b)"
)
_CITED = re.compile(r"\b(?:quoted|cited)\b(?:\s+[\w’'.-]+){1,8}\s*(?:,[^,]*,)?\s*$")


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
    scene = Scene(text, sentence, mentions, quotes)
    spoken = [q for q in quotes if not is_label(text, q)]
    found: list[Act] = []
    for span, verb in verbs_in(text, sentence.span):
        named = any(m.span.overlap(span) for m in mentions)  # "States" of the United States
        silent = named or scene.in_quotes(span.start)
        act = None if silent else act_of(scene, found, verb, span)
        if act and not _nested(text, found, act) and _stands(scene, spoken, act):
            found.append(act)
    found = sorted([*found, *_according(scene), *_quoted_as(scene)], key=lambda a: a.verb_span)
    owning = [owner_of(q, found) for q in spoken] if found else []
    found = [a for a in found if a.verb.need is not Need.QUOTE or a in owning]
    return _closed_by(scene, found)


def _nested(text: str, found: Sequence[Act], act: Act) -> bool:
    """Tell whether an act is only told of by somebody who speaks: ``A said that B claims``."""
    lead = text[max(act.start - 12, 0) : act.start]
    if act.rule == "subject" and re.search(r"\b(?:what|which|than|as|that)\s+(?:the\s+)?$", lead):
        relative = not re.search(r"\bas\s+(?:the\s+)?$", lead) or act.verb.base
        headline = re.search(r"(?:^|: )[Ww]hat\s+$", lead)
        if relative and (found or headline):
            return True
    return any(
        a.speaker != act.speaker and _INNER.fullmatch(text, a.verb_span.end, act.start)
        for a in found
        if a.verb_span.end <= act.start
    )


def _stands(scene: Scene, spoken: Sequence[Span], act: Act) -> bool:
    """Tell whether a verb has what it needs to count as a statement."""
    need, end = act.verb.need, act.verb_span.end
    silent = act.verb.lemma in _SILENT and _NOT.search(scene.text[act.name.end : end])
    quoted = any(end <= q.start < end + 120 or 0 <= act.name.start - q.end <= 3 for q in spoken)
    if quoted or silent:
        return quoted
    if need is Need.NOTHING:
        return True
    if need is Need.CONTENT:
        return bool(_CLAUSE.match(scene.text[end : scene.sentence.span.end]))
    headline = scene.sentence.kind != "prose" and act.verb.base
    return need is Need.PERSON and (act.kind in {"person", "body"} or headline)


def _closed_by(scene: Scene, found: list[Act]) -> list[Act]:
    """Give everything to who is named at the end: ``All have promised troops, A has said``."""
    if found and found[-1].verb is _IN_WORDS and all(a.kind == "state" for a in found[:-1]):
        return found[-1:]
    if len(found) < 2 or found[-1].rule not in {"subject", "inverted"}:
        return found
    last = found[-1]
    lead = scene.before(Span(min(last.start, last.verb_span.start), last.verb_span.end)).rstrip()
    rest = scene.text[max(last.verb_span.end, last.name.end) : scene.sentence.span.end]
    plain = last.verb.lemma in {"say", "tell"} and lead.endswith(",") and not _THAT.match(rest)
    whole = not re.search(r"\b(?:but|while|and)\b[^,]*,$", lead)
    return [last] if plain and whole and _LAST_WORD.match(rest) else found


def _quoted_as(scene: Scene) -> Iterator[Act]:
    """Find ``the agency quoted A as saying``."""
    sentence = scene.sentence.span
    for match in _QUOTED_AS.finditer(scene.text, sentence.start, sentence.end):
        span = Span(*match.span())
        near = [m for m in scene.mentions if m.span.end <= span.start <= m.span.end + 60]
        if near and _CITED.search(scene.before(span)):
            verb = Verb("be quoted as saying", Need.NOTHING, ing=False, base=False)
            yield made(near[-1], verb, span, "quoted_as")


def _according(scene: Scene) -> Iterator[Act]:
    """Find ``according to A`` and ``in the words of A``."""
    text, sentence = scene.text, scene.sentence.span
    for match in _ACCORDING.finditer(text, sentence.start, sentence.end):
        if scene.in_quotes(match.start()):
            continue
        at, span = match.end(), Span(*match.span())
        verb = Verb("according to", Need.NOTHING, ing=False, base=False)
        near = next((m for m in scene.mentions if _named_at(text, at, m)), None)
        voice = unnamed_at(scene, at)
        paper = _PAPER.match(text, at)
        issuer = next((m for m in scene.mentions if paper and m.span.start == paper.end()), None)
        if issuer and not issuer.possessive:
            yield made(issuer, verb, span, "according_to")
        elif voice and not (near and near.span.end <= voice.end):
            yield Act("unknown", "unknown", voice, None, verb, span, "according_to")
        elif near:
            yield made(near, verb, span, "according_to")
    for mention in scene.mentions:
        lead = _IN_OWN.search(text, max(start_of(mention) - 8, sentence.start), start_of(mention))
        own = _OWN_WORDS.match(text, mention.span.end)
        if lead and own and not mention.quoted:
            span = Span(lead.start(), own.end())
            yield made(mention, _IN_WORDS, span, "according_to")


def _named_at(text: str, at: int, mention: Mention) -> bool:
    near = at <= mention.span.start < at + 60 and not mention.possessive
    return near and "," not in text[at : mention.span.start]
