"""Hold a plug-in's proposal against the text: what the article does not bear out is refused.

Spans must lie in the prose, quoted words must stand there verbatim between marks, names must be those
that the tables know or that the article has, and every other word must be the article's own. Days are
not taken from plug-ins at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.proposer import Suggestion, Value
from truceline.guarantees.reading.quotes import quoted_spans
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Span

LONGEST: Final = 2000
"""Characters that a proposal may span."""
_LONGEST_VALUE: Final = 300
_STATUSES: Final = frozenset({"pledged", "conditional", "considered", "undecided", "ruled_out"})
_TYPES: Final = frozenset(
    {"troops_land", "naval", "air", "training", "equipment", "intelligence", "monitoring", "financing",
     "facilities", "reconstruction", "coordination", "sanctions", "political", "other"}
)  # fmt: skip
_STANDS: Final = frozenset(
    {"rejection", "red_line", "demand", "territorial_demand", "threat", "accusation", "condition",
     "offer", "concession", "other"}
)  # fmt: skip
_CLOSED: Final = {"status": _STATUSES, "types": _TYPES, "stand": _STANDS, "role": frozenset({"lead", "contribute", "host"})}  # fmt: skip
"""Fields with a closed list of values."""
_NAMES: Final = frozenset({"speaker", "obligor", "party"})
"""Fields that hold canonical names."""
_FIELDS: Final = {
    "statement": (frozenset({"speaker"}), frozenset({"name_as_given", "role_as_given", "verb", "quotes"})),
    "pledge": (frozenset({"obligor", "types", "status"}), frozenset({"role", "size", "trigger", "limits"})),
    "position": (frozenset({"party", "stand"}), frozenset()),
}  # fmt: skip
"""By kind: fields that must be there, and fields that may."""
_LISTS: Final = frozenset({"quotes", "obligor", "types"})


class Refused(Exception):  # noqa: N818 - counted by its reason, never shown as an error
    """A proposal that the article does not bear out; the reason is its only argument."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A proposal that the article bears out."""

    kind: str
    span: Span
    values: Mapping[str, tuple[str, ...]]
    quotes: tuple[Span, ...]


class Checker:
    """Checks the proposals on one article."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        mentions: Sequence[Mention],
        known: frozenset[str],
    ) -> None:
        """Make an article ready.

        Args:
            text: the prose.
            sentences: of it.
            mentions: of it, resolved by the rules.
            known: canonical names of the tables.
        """
        self._text = text
        self._plain = " ".join(text.split())
        self._marked = quoted_spans(text, sentences)
        self._names = known | {mention.entity for mention in mentions} | {"unknown"}

    def checked(self, one: Suggestion) -> Checked:
        """Give the proposal as the article bears it out.

        Raises:
            Refused: when it does not; the reason names the rule, never the article's words.
        """
        if one.kind not in _FIELDS:
            raise Refused("of no known kind")
        span = self._span(one)
        values = {name: _listed(name, value) for name, value in one.fields.items()}
        needed, allowed = _FIELDS[one.kind]
        if not needed <= values.keys():
            raise Refused("a field that it needs is missing")
        if not values.keys() <= needed | allowed:
            raise Refused("a field that its kind does not have")
        quotes = tuple(self._quote(words, span) for words in values.pop("quotes", ()))
        for name, items in values.items():
            for item in items:
                self._value(name, item)
        return Checked(one.kind, span, values, quotes)

    def _span(self, one: Suggestion) -> Span:
        if type(one.start) is not int or type(one.end) is not int or one.start < 0:
            raise Refused("its words are not in the article")
        if not one.start < one.end <= len(self._text) or one.end - one.start > LONGEST:
            raise Refused("its span is not in the article")
        words = self._text[one.start : one.end]
        lead = len(words) - len(words.lstrip())
        if not words.strip():
            raise Refused("its span holds no words of the article")
        return Span(one.start + lead, one.start + len(words.rstrip()))

    def _quote(self, words: str, span: Span) -> Span:
        at = self._text.find(words, span.start, span.end)
        while at >= 0:
            found = Span(at, at + len(words))
            if any(mark.start <= found.start and found.end <= mark.end for mark in self._marked):
                return found
            at = self._text.find(words, at + 1, span.end)
        raise Refused("quoted words that are not quoted there verbatim")

    def _value(self, name: str, value: str) -> None:
        if name in _CLOSED:
            if value not in _CLOSED[name]:
                raise Refused("a value that its field does not have")
        elif name in _NAMES and value in self._names:
            return
        elif " ".join(value.split()) not in self._plain:
            raise Refused("a name or words that are not in the article")


def _listed(name: str, value: Value) -> tuple[str, ...]:
    """Give the value or values of a field as text."""
    one = isinstance(value, str)
    items = (value,) if one else tuple(value) if isinstance(value, list | tuple) else ()
    if one == (name in _LISTS) or not all(type(item) is str for item in items):
        raise Refused("a field of the wrong type")
    if any(not item.strip() or len(item) > _LONGEST_VALUE for item in items if name != "quotes"):
        raise Refused("a field that is empty or too long")
    if any(not item.strip() for item in items) or (not items and name != "quotes"):
        raise Refused("a field that is empty or too long")
    if any(_control(char) for item in items for char in item):
        raise Refused("a field that holds a control character")
    return items


def _control(char: str) -> bool:
    """Tell a control character that no line break or tabulator is."""
    return char not in "\t\n\r" and unicodedata.category(char) == "Cc"
