"""Read from sentences who undertakes what, when, within which limits, and how firmly.

A proposal never stands stronger than its words: what is ruled out, left open or only thought about is
never given as pledged, and a promise with a condition is conditional.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from truceline.guarantees.reading.pledge_actors import ACTORS, ALLIES, FORCE, ActorTable
from truceline.guarantees.reading.pledge_clauses import Clause, clauses_of
from truceline.guarantees.reading.pledge_confidence import confidence_of
from truceline.guarantees.reading.pledge_cues import Strength
from truceline.guarantees.reading.pledge_reading import Found, read_sentence
from truceline.guarantees.reading.pledge_subjects import Scene
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Document, PledgeProposal, Span, Statement

__all__ = ["Clause", "Strength", "pledges_of"]
