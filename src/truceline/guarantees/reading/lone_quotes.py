"""Who said a quotation that stands in a sentence without a verb of speaking."""

from __future__ import annotations

import re

from truceline.guarantees.reading.entities import Mention, acts
from truceline.guarantees.reading.speech import Act, Read
from truceline.guarantees.reading.unnamed import unnamed_closing
from truceline.guarantees.reading.verbs import Need, Verb
from truceline.model.article import Span

Last = tuple[int, Act] | None
"""Paragraph and act of who spoke last."""
_NO_VERB = Verb("", Need.NOTHING, ing=False, base=False)
_TAIL = re.compile(
    r"\s*(?:in|at|on|during|to|after|before|via|late|early|through|from|of|Mon|Tue|Wed|Thu|Fri|Sat|"
    r"Sun|earlier|later|speaking|adding|,|\.)"
)
_SHORT_STEP = re.compile(r"[”\"»’']\s+(?:[a-z]+\s+){0,2}(?:the\s)?")


def speaker_around(
    text: str, read: list[Read], number: int, last: tuple[int, Act] | None
) -> tuple[Act | None, str, bool]:
    """Find who said a quotation that stands alone: a tail after it, else who spoke before."""
    here = read[number]
    following = read[number + 1] if number + 1 < len(read) else None
    if following and following.sentence.paragraph > here.sentence.paragraph:
        told = _told_after(text, here, following)
        if told:
            return told
    if last and here.sentence.paragraph - last[0] <= 1:
        return last[1], "same_speaker", False
    for earlier in reversed(read[max(number - 4, 0) : number]):
        if here.sentence.paragraph - earlier.sentence.paragraph > 2:
            break
        if earlier.sentence.kind == "heading":
            continue
        actor = actor_of(text, earlier)
        if actor:
            return actor, "actor_before", False
    if last and here.sentence.paragraph - last[0] <= 2:
        return last[1], "same_speaker", False
    return None, "", False


def _told_after(text: str, here: Read, following: Read) -> tuple[Act | None, str, bool] | None:
    """Find who is named behind a quotation, in the paragraph after it."""
    tail = _tail(text, following)
    if tail:
        return tail, "tail", True
    named = _that_was(text, following)
    if named:
        return named, "tail", False
    opened = here.quotes[-1].end == here.sentence.span.end
    if opened and following.quotes and following.acts:
        return following.acts[0], "continued", False
    return None


def speaker_loose(
    text: str, one: Read, spoken: list[Span], last: tuple[int, Act] | None
) -> tuple[Act | None, str]:
    """Find whose words stand in a sentence without a known verb of speaking."""
    named = [m for m in one.mentions if m.kind in {"person", "body"} and not m.quoted]
    lead = text[one.sentence.span.start : spoken[0].start]
    if re.search(r":\s*[“\"«‘']$", lead):
        near = [m for m in named if re.fullmatch(r":\s*\W", text[m.span.end : spoken[0].start])]
        if near:
            return plain_act(near[-1], "colon"), "colon"
        if re.match(r"[Qq]uot(?:e|ation|ing)\b", lead) and last:
            return last[1], "same_speaker"
    for mention in named:
        if _closes(text, spoken, mention):
            return plain_act(mention, "close_by"), "close_by"
    for quote in spoken:
        voice = unnamed_closing(text, quote.end, one.sentence.span.end)
        if voice and text[quote.end - 1] in ",!?":
            at = Span(voice.end, voice.end + 1)
            return Act("unknown", "unknown", voice, None, _NO_VERB, at, "close_by"), "close_by"
    before = [
        m
        for m in named
        if m.span.end <= spoken[0].start
        and (acts(text, m, one.sentence.span.start) or m.possessive)
        and m.how != "demonym"
    ]
    if before:
        return plain_act(before[0], "subject_quote"), "subject_quote"
    long = [q for q in spoken if len(text[q.start : q.end].split()) >= 3]
    if last and last[0] == one.sentence.paragraph and long:
        return last[1], "free_quote"
    return None, ""


def _tail(text: str, following: Read) -> Act | None:
    """Recognise a line such as ``NAME said at the summit.`` that only closes a quotation."""
    span = following.sentence.span
    if following.quotes or len(following.acts) != 1 or len(following.sentence.text.split()) > 16:
        return None
    act = following.acts[0]
    first = min(act.verb_span.start, act.role.start if act.role else act.name.start)
    opens = first - span.start <= 4
    rest = text[max(act.verb_span.end, act.name.end) : span.end]
    if act.verb.lemma == "tell":
        return act if opens and "that" not in rest else None
    return act if opens and _TAIL.match(rest) else None


_THAT_WAS = re.compile(r"(?:That|This|So|Thus)\s+(?:was|is|spoke|said)\s+")


def _that_was(text: str, following: Read) -> Act | None:
    """Give A where a quotation is followed by ``That was President A on Tuesday``."""
    match = _THAT_WAS.match(text, following.sentence.span.start)
    if match is None:
        return None
    for one in following.mentions:
        start = min(one.role.start, one.span.start) if one.role else one.span.start
        if one.kind == "person" and start - match.end() in range(5) and not one.possessive:
            return plain_act(one, "tail")
    return None


def actor_of(text: str, one: Read) -> Act | None:
    """Give who acts in a sentence: the last to speak, else the first person who can."""
    if one.acts:
        return one.acts[-1]
    able = [
        m for m in one.mentions if m.kind == "person" and acts(text, m, one.sentence.span.start)
    ]
    if not able:
        return None
    return plain_act(able[0], "actor_before")


def plain_act(mention: Mention, rule: str) -> Act:
    """Make an act without a verb: somebody speaks, as the place of the name tells."""
    return Act(
        mention.entity,
        mention.kind,
        mention.span,
        mention.role,
        _NO_VERB,
        Span(mention.span.end, mention.span.end + 1),
        rule,
    )


def _closes(text: str, spoken: list[Span], mention: Mention) -> bool:
    """Tell whether a name follows a closed quotation, with at most two words between."""
    start = min(mention.role.start, mention.span.start) if mention.role else mention.span.start
    return not mention.possessive and any(
        q.end < start and _SHORT_STEP.fullmatch(text[q.end : start])
        for q in spoken
        if text[q.end - 1] in ",!?"
    )
