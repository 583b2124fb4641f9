"""Who the subject of a verb of speaking is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from truceline.guarantees.reading.entities import Mention, acts
from truceline.guarantees.reading.roles import HEADS
from truceline.guarantees.reading.speech import Act, Scene, made, start_of
from truceline.guarantees.reading.unnamed import (
    institution_before,
    spokesperson,
    unnamed_after,
    unnamed_before,
)
from truceline.guarantees.reading.verbs import BETWEEN, FILL, Verb
from truceline.model.article import Span

_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|be|been|being|get|got|to|the|a|an|of|no|any|this|that|his|its|their)\s+"
    r"(?:[a-z]+ly\s+)?$"
)
_PARTICIPLE_AT = re.compile(
    rf"(?:[,;:—–”\"-]|\b(?:while|before|after|by|in|and|also|but|when|instead|keeps|kept|statement|letter|message|post|"
    rf"video|note|communiqu[eé])){FILL}\s*$"
)
_OWN_ROLE = re.compile(r"\s+(?:the|its|his|her|their)\s+(?:[a-z][\w’'-]*\s+){1,3}")
_ASKED = re.compile(r"\s+(?:how|whether|about|if|by|what|why|when|where|on)\b")
_JOINED = re.compile(rf"(?:[,;”\"]|\b(?:and|but|while|or|then|yet|though)){FILL}\s*$")
_INVERTED_FROM = re.compile(r"[,”\"?!]\s*$")
_RIGHT_AFTER = re.compile(r"\s{1,2}(?:the\s)?")
"""Between a verb and its subject: a name behind ``in`` is a place, not who speaks."""
_AFTER_MARK = re.compile(r"[”\"’'»?!]\s*$")
_ROLE_COMMA = re.compile(rf"\b(?:{HEADS}),\s+$", re.IGNORECASE)
_OPENS = re.compile(r"(?:(?:While|After|Before|In|By)\s+)?")


def act_of(scene: Scene, found: Sequence[Act], verb: Verb, span: Span) -> Act | None:
    """Find who speaks by one verb; null where it is nobody's, or passive, or a noun.

    Args:
        scene: the sentence.
        found: acts of the verbs before, for ``A dismissed the plan, saying``.
        verb: the verb.
        span: where it stands.
    """
    before = scene.before(span)
    asked = verb.lemma == "ask" and _ASKED.match(scene.text, span.end)
    if asked and before.rstrip().endswith((",", "hen")):
        return None
    if verb.ing:
        return _participle(scene, found, verb, span)
    act = _inverted(scene, verb, span)
    if act is None or not _AFTER_MARK.search(before):
        # "A, the envoy, said the president ...": a comma may close an aside as well as a quotation.
        voice = unnamed_before(scene, verb, span) if act else None
        apposed = _apposed_before(scene, verb, span) or _named_with_aside(scene, verb, span)
        act = apposed or voice or act or _subject(scene, verb, span)
    if act or _PASSIVE.search(before[-30:]):
        return act
    act = unnamed_before(scene, verb, span)
    if act:
        return act
    headline = scene.sentence.kind != "prose" and _is_third(scene.text, span)
    if (verb.base and not headline) or not _JOINED.search(before[-60:]):
        return None
    return _same_again(scene, found, verb, span, "coordinated")


def _subject(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """The nearest mention before the verb with nothing but asides and adverbs between."""
    for mention in reversed([m for m in scene.mentions if m.span.end <= span.start]):
        between = scene.text[mention.span.end : span.start]
        if mention.quoted or len(between) > 240:
            continue
        if acts(scene.text, mention, scene.sentence.span.start) and BETWEEN.fullmatch(between):
            return made(mention, verb, span, "subject")
        voiceless = mention.kind == "person" and not mention.possessive
        if voiceless or _apposed(scene, mention):
            continue
        voice = spokesperson(mention, between, verb, span)
        if voice and BETWEEN.fullmatch(between[voice[1] :]):
            return voice[0]
    return None


def _apposed(scene: Scene, mention: Mention) -> bool:
    """Tell the state in ``A, the French leader, said``, where the name before it speaks."""
    return any(
        m.kind == "person"
        and re.fullmatch(r",\s+(?:the|an?)\s+", scene.text[m.span.end : mention.span.start])
        for m in scene.mentions
    )


def _named_with_aside(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """Give the person who speaks in ``A, President B's envoy, said``: not whose envoy it is."""
    for one in scene.mentions:
        between = scene.text[one.span.end : span.start]
        able = one.kind == "person" and acts(scene.text, one, scene.sentence.span.start)
        aside = between.startswith(",") and between.count(",") > 1
        if able and aside and BETWEEN.fullmatch(between):
            return made(one, verb, span, "subject")
    return None


def _apposed_before(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """Give B in ``The leader of A, B, said he would``: the comma closes the name, no quotation."""
    for one in scene.mentions:
        between = scene.text[one.span.end : span.start]
        lead = scene.text[scene.sentence.span.start : one.span.start]
        able = one.kind == "person" and acts(scene.text, one, scene.sentence.span.start)
        if able and between.strip() == "," and _ROLE_COMMA.search(lead):
            return made(one, verb, span, "subject")
    return None


def _inverted(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """The subject after the verb: ``“No,” said A``."""
    text, before = scene.text, scene.before(span)
    quoted = bool(re.search(r"[”\"’']\s*$", before)) and verb.lemma != "tell"
    noun = verb.base and not (quoted and _is_third(text, span))
    if noun or (before.strip() and not _INVERTED_FROM.search(before)):
        return None
    for mention in scene.mentions:
        start = start_of(mention)
        near = bool(_RIGHT_AFTER.fullmatch(text[span.end : max(start, span.end)]))
        near = near and not mention.possessive and not mention.quoted
        owned = quoted and _OWN_ROLE.fullmatch(text[span.end : start])
        if owned or (near and mention.how != "demonym"):
            return made(mention, verb, span, "inverted")
    return unnamed_after(scene, verb, span) if quoted else None


def _participle(scene: Scene, found: Sequence[Act], verb: Verb, span: Span) -> Act | None:
    """``A dismissed it, saying``; ``While saying so, A``; ``with A saying``."""
    before = scene.before(span)
    for mention in scene.mentions:
        right = scene.text[mention.span.end : span.start] == " " and not mention.possessive
        if right and mention.how != "demonym" and not mention.quoted:
            return made(mention, verb, span, "subject")
    if _OPENS.fullmatch(before):
        later = [m for m in scene.mentions if m.span.start > span.end]
        first = next((m for m in later if _leads(scene, m)), None)
        return made(first, verb, span, "participle") if first else None
    if not _PARTICIPLE_AT.search(before[-60:]):
        return None
    again = _same_again(scene, found, verb, span, "participle")
    return again or institution_before(scene, verb, span)


def _leads(scene: Scene, mention: Mention) -> bool:
    """Tell whether a mention opens the main clause: right after a comma."""
    start = start_of(mention)
    lead = scene.text[max(start - 6, scene.sentence.span.start) : start]
    able = acts(scene.text, mention, scene.sentence.span.start)
    return able and bool(re.search(r",\s+(?:the\s+)?$", lead))


def _same_again(
    scene: Scene, found: Sequence[Act], verb: Verb, span: Span, rule: str
) -> Act | None:
    """Who spoke before in the sentence, else the subject of its main clause."""
    if found:
        last = found[-1]
        return Act(last.speaker, last.kind, last.name, last.role, verb, span, rule)
    floor = scene.sentence.span.start
    for mention in scene.mentions:
        if mention.span.end > span.start or not acts(scene.text, mention, floor):
            continue
        if start_of(mention) - floor <= 30 or mention.kind in {"person", "body"}:
            return made(mention, verb, span, rule)
    return None


def _is_third(text: str, span: Span) -> bool:
    """Tell ``says`` from ``say``."""
    return text[span.start : span.end].split(maxsplit=1)[0].endswith("s")
