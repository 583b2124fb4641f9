"""Voices without a name: officials, a ministry, a spokesperson of somebody."""

from __future__ import annotations

import re

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.speech import Act, Scene
from truceline.guarantees.reading.verbs import ASIDE, FILL, Verb
from truceline.model.article import Span

_NOUNS = (
    r"officials?|sources?|diplomats?|leaders?|statement|communiqu[eé]|declaration|spokes\w+|"
    r"ministry|ministries|government|governments|president|prime minister|minister|ministers|"
    r"lawmakers?|envoys?|representatives?|authorities|military|army|general staff|intelligence|"
    r"delegation|side|negotiators?|experts?|analysts?|commanders?|generals?|media|parliament|"
    r"administration|embassy|office|troops|mission|aides?|advisers?|note|readout|letter|report|"
    r"text|document|message"
)
_CLOSER = (
    r"(?:\s+(?:for|to|in|at|close\sto|familiar\swith|briefed\son|interviewed\sfor|based\sin)\s"
    r"(?:(?!\s(?:and|but|or|that|who|which|has|have|had|is|was|were)\s)[^,.;:“”\"]){1,50}?)?"
)
"""Where an unnamed voice stands: ``close to the talks``, ``for the ministry``, ``in Gradsk``."""
_TAIL_NOUN = re.compile(
    rf"(?:[’']s?)?(?:\s+[\w-]+){{0,3}}?\s+(?:{_NOUNS})\b(?!\s+(?:{_NOUNS})\b)", re.IGNORECASE
)
_UNNAMED = re.compile(
    r"((?:(?:[Tt]he|[Aa]n?|[Ss]ome|[Ss]everal|[Mm]any|[Oo]ther|[Tt]wo|[Ss]enior|[Ff]ormer|[\w-]+)\s+){0,4}"
    rf"(?:{_NOUNS}|observers|critics|researchers|commentators|people familiar with \w+ \w+|outlets?|"
    r"(?:one|two|some|both|most|another|others) of (?:them|the \w+)|the other|person close to [\w ]+))"
    rf"{_CLOSER}{ASIDE}(?:,\s+speaking on (?:the )?condition of anonymity[^;:“”\"]{{0,120}},)?{FILL}\s*$",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(
    rf"\s+((?:an?|the|one|two|some|several)\s+(?:[\w’-]+\s+){{0,4}}?(?:{_NOUNS}))\b"
)
_FOR = re.compile(r"\s+(?:for|of)\s+(?:[A-Z]\w+\s+){0,2}")
_IN = re.compile(r"\s+in\s+")
_OF_A_SEAT = re.compile(
    r"(?:(?:[Tt]he|[Aa]n?|[Ss]enior|[Ff]oreign|[Dd]efen[cs]e|[Ii]nterior)\s+)*"
    r"(?:ministry|government|presidency|[Oo]fficials)(?:\s+(?:source|spokes\w+|officials?|statement))?"
)
"""Who speaks for the state whose capital is named: no diplomat, who may be any state's."""
_INSTITUTION = re.compile(
    r"(?:[Tt]he|[Ii]ts|[Aa])\s+(?:(?:foreign|defen[cs]e|interior)\s+)?"
    r"(?:ministry|government|presidency|embassy)(?:\s+(?:statement|spokes\w+|officials?))?"
)


def unnamed_before(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """Find an unnamed subject right before a verb: ``senior officials have said``."""
    low = max(span.start - 220, scene.sentence.span.start)
    match = _UNNAMED.search(scene.text, low, span.start)
    if match is None or scene.in_quotes(match.start(1)):
        return None
    name = Span(*match.span(1))
    later = [m for m in scene.mentions if name.end < m.span.start and m.span.end <= span.start]
    spoken_for = next(
        (m for m in later if _FOR.fullmatch(scene.text, name.end, m.span.start)), None
    )
    if spoken_for and spoken_for.kind == "person" and "spokes" in scene.text[name.start : name.end]:
        speaker = f"spokesperson of {spoken_for.entity}"
        return Act(speaker, "body", name, name, verb, span, "spokesperson")
    seat = next((m for m in later if _IN.fullmatch(scene.text, name.end, m.span.start)), None)
    own = seat and seat.how == "metonym" and _OF_A_SEAT.fullmatch(scene.text, name.start, name.end)
    if seat and own:
        return Act(seat.entity, "body", name, None, verb, span, "spokesperson")
    return institution(scene, name, verb, span)


def unnamed_after(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """Find one after it: ``“No,” said a senior Westrian diplomat``."""
    match = _AFTER_VERB.match(scene.text, span.end)
    if match is None:
        return None
    name = Span(*match.span(1))
    inner = [m for m in scene.mentions if name.start <= m.span.start < name.end]
    of = next((m for m in inner if m.kind != "person"), None)
    speaker, kind = (of.entity, "body") if of else ("unknown", "unknown")
    return Act(speaker, kind, name, None, verb, span, "unnamed")


def unnamed_at(scene: Scene, at: int) -> Span | None:
    """Give the unnamed voice that begins at a position: ``according to two diplomats``."""
    match = _AT.match(scene.text, at)
    return Span(*match.span()) if match else None


def institution(scene: Scene, name: Span, verb: Verb, span: Span) -> Act:
    """Somebody unnamed; ``In Gradsk, the foreign ministry`` is the one of that capital."""
    of = [m for m in scene.mentions if m.how == "metonym" and m.span.end <= name.start]
    if of and _INSTITUTION.fullmatch(scene.text[name.start : name.end]):
        return Act(of[-1].entity, "body", name, None, verb, span, "spokesperson")
    return Act("unknown", "unknown", name, None, verb, span, "unnamed")


def institution_before(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """Find ``the ministry put out a statement saying``."""
    match = _INSTITUTION.search(scene.text, scene.sentence.span.start, span.start)
    return institution(scene, Span(*match.span()), verb, span) if match else None


def spokesperson(mention: Mention, between: str, verb: Verb, span: Span) -> tuple[Act, int] | None:
    """Somebody unnamed speaks for a state or a body: ``German officials``, ``Moscow's envoy``.

    Args:
        mention: of the state, body or person spoken for.
        between: words from it to the verb.
        verb: of speaking.
        span: of the verb.

    Returns:
        The act, and how many characters of ``between`` the words for the voice take.
    """
    tail = _TAIL_NOUN.match(between)
    if tail is None:
        return None
    name = Span(mention.span.start, mention.span.end + tail.end())
    speaker = mention.entity
    if mention.kind == "person":
        of = "office" if "office" in tail.group().lower() else "spokesperson"
        speaker = f"{of} of {mention.entity}"
    return Act(speaker, "body", name, name, verb, span, "spokesperson"), tail.end()


def unnamed_closing(text: str, start: int, end: int) -> Span | None:
    """Find who closes a quotation by any verb: ``“Never,” slips an adviser to the president``."""
    match = _CLOSING.match(text, start, end)
    return Span(*match.span(1)) if match else None


_CLOSING = re.compile(
    rf"[”\"»’']\s+[a-z]+(?:s|ed)\s+((?:an?|one|another|two|several)\s+(?:[\w’-]+\s+){{0,4}}?(?:{_NOUNS}))\b"
)
_AT = re.compile(rf"(?:[\w-]+\s+){{0,3}}?(?:{_NOUNS})\b")
