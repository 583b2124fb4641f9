"""A batch of articles to everything that is proposed from it: said, pledged, stood for, differing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from truceline.guarantees.align import align
from truceline.guarantees.contradictions import contradictions
from truceline.guarantees.reading.proposer import Plugged
from truceline.guarantees.reading.proposer_join import second
from truceline.guarantees.reading.reader import read_documents
from truceline.model.article import Reading


def read_articles(
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    workers: int = 1,
    plugged: Sequence[Plugged] = (),
) -> Reading:
    """Read articles, align what they say, and find where they differ.

    Everything is a proposal with a span, a rule and a measured confidence; a person confirms.
    The order of the files does not matter; a file that cannot be read is refused with its reason
    and the rest goes on.

    Args:
        files: bytes by file name without folder.
        sidecar: what is known of each file besides its text, by file name.
        workers: processes that read a large batch; the result is the same.
        plugged: proposers that are asked beside the rules; what they alone propose stands apart.
    """
    reading = read_documents(files, sidecar, workers=workers)
    if plugged:
        reading = second(reading, files, sidecar or {}, plugged)
    reading = replace(reading, alignments=align(reading.statements, reading.documents))
    return replace(reading, contradictions=contradictions(reading))
