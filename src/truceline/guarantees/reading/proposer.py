"""One more proposer beside the rules: a parser, a model, anything that reads an article.

It is never trusted alone. What it proposes is checked against the text (``proposer_checks``), it is
asked in a process of its own that may fail or hang (``proposer_child``), and its proposals are laid
beside those of the rules (``proposer_join``): where both agree the rule's proposal says so, what only
the plug-in proposes stands apart until a person confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Document

Value = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal as a plug-in gives it, before it is checked."""

    kind: str
    """``statement``, ``pledge`` or ``position``."""
    start: int
    """First character in the text of the document as it was given, 0-based; -1: not found."""
    end: int
    """One past the last character."""
    fields: Mapping[str, Value]
    """``speaker``, ``name_as_given``, ``role_as_given``, ``verb``, ``quotes`` (words, verbatim) of a
    statement; ``obligor`` (names), ``types``, ``status``, ``role``, ``size``, ``trigger``, ``limits``
    of a pledge; ``party``, ``stand`` of a position. Names and words as the article has them."""


class Proposer(Protocol):
    """Reads an article and proposes; the same article should give the same proposals."""

    @property
    def name(self) -> str:
        """A short name in small letters; it stands in what is proposed."""
        ...

    def propose(self, document: Document, sentences: Sequence[Sentence]) -> Iterable[Suggestion]:
        """Propose.

        Args:
            document: with the prose as its text: no markup, boilerplate blanked out.
            sentences: of that prose.
        """
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a proposer: (right, of how many); confidences come from nowhere else."""

    alone: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By kind, of proposals that the rules do not make."""
    agreed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By rule, of proposals that the rules make too."""

    def of_alone(self, kind: str) -> float | None:
        """Give the confidence of a lone proposal; null where none was measured.

        >>> Figures({"statement": (7, 10)}).of_alone("statement"), Figures().of_alone("pledge")
        (0.67, None)
        """
        return _share(self.alone.get(kind))

    def of_agreed(self, rule: str, before: float) -> float:
        """Give the confidence of a rule's proposal that the plug-in makes too: it may only rise."""
        return max(_share(self.agreed.get(rule)) or 0.0, before)


def _share(counted: tuple[int, int] | None) -> float | None:
    """Give (right + 1) / (n + 2), as for the rules."""
    return None if counted is None else round((counted[0] + 1) / (counted[1] + 2), 2)


@dataclass(frozen=True, slots=True)
class Plugged:
    """A proposer made ready to be asked."""

    proposer: Proposer
    figures: Figures = field(default_factory=Figures)
    limit_s: float = 60.0
    """Seconds after which a document's answer is no longer waited for."""
    start_s: float = 120.0
    """Seconds that it may take to get ready."""
