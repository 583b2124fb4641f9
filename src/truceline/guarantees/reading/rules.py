"""The grammar of each language that is read: which functions find what in an article.

To read another language, write these five for it, give its words in ``languages/`` with
``rules: true``, and add a line here. Nothing else asks which language an article is in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from truceline.guarantees.reading.attribution import statements_of
from truceline.guarantees.reading.entities import Mention, mentions_of
from truceline.guarantees.reading.pledges import pledges_of
from truceline.guarantees.reading.positions import positions_of
from truceline.guarantees.reading.sentences import Sentence, sentences_of
from truceline.guarantees.reading.tables import Tables
from truceline.model.article import Document, PledgeProposal, Position, Statement

Sentences = Sequence[Sentence]
Mentions = Sequence[Mention]
Said = Sequence[Statement]


@dataclass(frozen=True, slots=True)
class Rules:
    """What reads articles of one language."""

    sentences: Callable[[str], tuple[Sentence, ...]]
    mentions: Callable[[Document, Sentences, Tables], tuple[Mention, ...]]
    statements: Callable[[Document, Sentences, Mentions], tuple[Statement, ...]]
    pledges: Callable[[Document, Sentences, Mentions, Said], tuple[PledgeProposal, ...]]
    positions: Callable[[Document, Sentences, Mentions, Said], tuple[Position, ...]]


RULES: Final[Mapping[str, Rules]] = {
    "en": Rules(sentences_of, mentions_of, statements_of, pledges_of, positions_of),
}
"""By ISO 639-1 code."""
