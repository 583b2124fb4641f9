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
_INSTITUTION = re.compile(
    r"(?:[Tt]he|[Ii]ts|[Aa])\s+(?:(?:foreign|defen[cs]e|interior)\s+)?"
    r"(?:ministry|government|presidency|embassy)(?:\s+(?:statement|spokes\w+|officials?))?"
)


def unnamed_before(scene: Scene, verb: Verb, span: Span) -> Act | None:
    """Find an unnamed subject right before a verb: ``senior officials have said``."""
    low = max(span.start - 90, scene.sentence.span.start)
    match = _UNNAMED.search(scene.text, low, span.start)
    if match is None or scene.in_quotes(match.start(1)):
        return None
    return institution(scene, Span(*match.span(1)), verb, span)


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


_AT = re.compile(rf"(?:[\w-]+\s+){{0,3}}?(?:{_NOUNS})\b")
