"""An act of speaking, and whose words a quotation is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.verbs import Verb
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

    @property
    def start(self) -> int:
        """Where the name with its role begins."""
        return min(self.name.start, self.role.start) if self.role else self.name.start


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence with what stands in it."""

    text: str
    """The prose."""
    sentence: Sentence
    mentions: Sequence[Mention]
    quotes: Sequence[Span]

    def before(self, span: Span) -> str:
        """Give the words of the sentence before a stretch."""
        return self.text[self.sentence.span.start : span.start]

    def in_quotes(self, at: int) -> bool:
        """Tell whether a position is somebody else's words."""
        return any(q.start <= at < q.end for q in self.quotes)


@dataclass(slots=True)
class Read:
    """A sentence with all that was read of it."""

    sentence: Sentence
    mentions: list[Mention]
    quotes: list[Span]
    acts: list[Act] = field(default_factory=list)


def start_of(mention: Mention) -> int:
    """Where a mention with its role begins."""
    return min(mention.role.start, mention.span.start) if mention.role else mention.span.start


def made(mention: Mention, verb: Verb, span: Span, rule: str) -> Act:
    """Let a mention speak."""
    return Act(mention.entity, mention.kind, mention.span, mention.role, verb, span, rule)


def owner_of(quote: Span, acts: Sequence[Act]) -> Act:
    """Whose words: the act that closes the quotation, else the last one before, else the next."""
    for act in acts:
        first = min(act.verb_span.start, act.start)
        if act.name.start > quote.end and 0 < first - quote.end <= 6 and act.rule != "participle":
            return act
    before = [a for a in acts if a.verb_span.end <= quote.start]
    return before[-1] if before else acts[0]
