"""A dependency parser as one more proposer of speakers: an installed spaCy pipeline.

Nothing is downloaded: the pipeline is one that the user installed from a source they trust.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

from truceline.guarantees.reading.proposer import Suggestion
from truceline.guarantees.reading.quotes import quoted_spans
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.verbs import VERBS, Need
from truceline.model.article import Document

_SUBJECTS: Final = frozenset({"nsubj", "nsubj:outer"})
_CLAUSES: Final = frozenset({"ccomp", "parataxis"})
_OF_NAME: Final = frozenset({"compound", "flat", "flat:name"})
_SPEAKING: Final = frozenset(verb.lemma for verb in VERBS.values() if verb.need is Need.NOTHING)


@dataclass(frozen=True, slots=True)
class SpacyProposer:
    """Reads speakers off the subjects of verbs of speaking."""

    pipeline: str
    """Name of an installed pipeline, or the folder of one."""
    name: str = "spacy"

    def propose(self, document: Document, sentences: Sequence[Sentence]) -> Iterator[Suggestion]:
        """Propose a statement for each verb of speaking that has a named subject.

        Raises:
            ImportError: when spaCy is not installed.
            OSError: when the pipeline is not.
        """
        parse = _pipeline(self.pipeline)
        for one in sentences:
            yield from suggestions(parse(one.text), one, document.text, sentences)


def suggestions(
    parsed: Any, sentence: Sentence, text: str, sentences: Sequence[Sentence]
) -> Iterator[Suggestion]:
    """Propose from one parsed sentence; nothing where the pipeline knows no dependencies.

    Args:
        parsed: a spaCy ``Doc`` of the sentence.
        sentence: where it stands.
        text: the prose.
        sentences: of the prose.
    """
    if not parsed.has_annotation("DEP"):
        return
    span = sentence.span
    paragraph = [one for one in sentences if one.paragraph == sentence.paragraph]
    quotes = [q for q in quoted_spans(text, paragraph) if span.start <= q.start < q.end <= span.end]
    for verb in parsed:
        if verb.lemma_.lower() not in _SPEAKING:
            continue
        subject = next((child for child in verb.children if child.dep_ in _SUBJECTS), None)
        said = any(child.dep_ in _CLAUSES for child in verb.children)
        if subject is None or subject.pos_ != "PROPN" or not (said or quotes):
            continue
        if any(q.start - span.start <= verb.idx < q.end - span.start for q in quotes):
            continue
        words = [text[q.start : q.end] for q in quotes]
        fields = {"speaker": _name(parsed, subject), "quotes": words}
        yield Suggestion("statement", span.start, span.end, fields)


def _name(parsed: Any, subject: Any) -> str:
    """Give the subject with the parts of its name right before and after it."""
    first = last = subject.i
    while first > 0 and parsed[first - 1].dep_ in _OF_NAME and parsed[first - 1].pos_ == "PROPN":
        first -= 1
    while last + 1 < len(parsed) and parsed[last + 1].dep_ in _OF_NAME:
        last += 1
    start = parsed[first].idx
    return str(parsed.text[start : parsed[last].idx + len(parsed[last].text)])


@cache
def _pipeline(name: str) -> Any:
    spacy: Any = import_module("spacy")
    return spacy.load(name, exclude=["ner", "textcat"])
