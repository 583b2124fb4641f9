"""The role of a person as the article gives it, before or after the name; never corrected."""

from __future__ import annotations

import re

from truceline.model.article import Span

HEADS = (
    "president|prime minister|premier|chancellor|taoiseach|minister|secretary[- ]general|"
    "press secretary|secretary|spokesman|spokeswoman|spokesperson|envoy|ambassador|negotiator|"
    "adviser|advisor|aide|chief of staff|chief|head|leader|commander-in-chief|commander|general|"
    "gen\\.|admiral|adm\\.|lt\\.? gen\\.|colonel|col\\.|major|captain|marshal|representative|rep\\.|"
    "senator|sen\\.|congressman|congresswoman|lawmaker|deputy|mp|governor|mayor|speaker|chairman|"
    "chairwoman|chair|commissioner|candidate|nominee|director|analyst|expert|professor|prof\\.|"
    "fellow|researcher|diplomat|official|counterpart|co-founder|founder|king|queen|pope|"
    "son-in-law|businessman|historian|editor|journalist|correspondent|officer|veteran|strategist"
)
_BEFORE = re.compile(
    r"((?:(?:[A-ZÀ-Þ][\w.’'&-]*|(?i:former|ex|acting|interim|special|top|senior|deputy|foreign|prime|"
    r"chief|defen[cs]e|finance|interior|armed|forces|press|presidential|vice|veteran|retired|"
    r"permanent|first|lead|national|security|policy|military|political|opposition|state|"
    r"of|for|and|the|in|to|on|’s|'s))[ -]+){0,9}?"
    rf"(?i:{HEADS}))(?:,)?\s+(?:(?:Sir|Dame|Lord|Mr\.?|Ms\.?|Dr\.?)\s+)?$"
)
_TITLE = re.compile(r"((?:Sir|Dame|Lord|Mr\.?|Mrs\.?|Ms\.?|Dr\.?))\s+$")
_AFTER = re.compile(
    r",\s+((?:(?!who\b|and\b|but\b|said\b)[\w.’'&/-]+\s+){0,8}?"
    rf"(?:{HEADS})(?:\s+(?:of|for|to|at|on|in|and)\s+(?:the\s+)?[\w’'&.-]+"
    r"(?:\s+(?:of\s+)?[A-Z][\w’'&-]*){0,4})?)(?=[,.;)])",
    re.IGNORECASE,
)
_DROP = re.compile(
    r"^(?:(?:the|a|an|and|by|as|to|of|with|from|for|on|in|after|before|when|while|but|that|both|"
    r"his|her|its|their|at|than|meanwhile|however|also|or|if|because|though|although|since|"
    r"including|between|said|told)\s+)+",
    re.IGNORECASE,
)
_REACH = 110


def role_before(text: str, start: int, floor: int) -> Span | None:
    """Find the role that ends where a name starts.

    >>> text = "It came after French President Emmanuel Macron spoke."
    >>> span = role_before(text, text.index("Emmanuel"), 0)
    >>> text[span.start : span.end]
    'French President'
    """
    low = max(start - _REACH, floor)
    window = text[low:start]
    edge = max(window.rfind(mark) for mark in '.,;:“”"—\n(') + 1
    if edge and window[edge - 1] == "." and re.search(r"(?:[A-Z]\.|\b\w{1,4}\.)$", window[:edge]):
        edge = max(window.rfind(mark) for mark in ',;:“”"—\n(') + 1
    if edge and window[edge - 1] == "," and window[edge:].strip() == "":
        edge = max(window.rfind(mark, 0, edge - 1) for mark in '.,;:“”"—\n(') + 1
    return _role_in(text, low + edge, start)


def _role_in(text: str, low: int, start: int) -> Span | None:
    best = None
    for at in _word_starts(text, low, start):
        match = _BEFORE.match(text[at:start])
        if match:
            best = Span(at, at + match.end(1))
            break
    if best is None:
        title = _TITLE.search(text, low, start)
        return Span(title.start(1), title.end(1)) if title else None
    lead = _DROP.match(text[best.start : best.end])
    begin = best.start + (lead.end() if lead else 0)
    return Span(begin, best.end) if begin < best.end else None


def _word_starts(text: str, low: int, high: int) -> list[int]:
    return [low + m.start() for m in re.finditer(r"\S+", text[low:high])]


def role_after(text: str, end: int, ceiling: int) -> Span | None:
    """Find the role given in an apposition after a name.

    >>> text = "Jo Orr, the defence minister, said no."
    >>> span = role_after(text, 6, len(text))
    >>> text[span.start : span.end]
    'the defence minister'
    """
    match = _AFTER.match(text, end, min(end + _REACH, ceiling))
    return Span(match.start(1), match.end(1)) if match else None
