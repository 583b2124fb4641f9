"""Where documents differ: each place with its kind and its sides. Nothing is resolved here.

=====================  ===========================================================================
``true``               both cannot hold of one event
``stale_or_wrong``     a description that does not hold on its day
``attribution``        one quotation, two speakers
``translation_variant``  one quotation in other words
``different_facts``    both hold, of other events or other deeds
``compatible``         a loose figure that holds the exact one
=====================  ===========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from truceline.guarantees.align import align
from truceline.guarantees.contradiction_dates import date_contradictions
from truceline.guarantees.contradiction_firsts import first_contradictions
from truceline.guarantees.contradiction_numbers import number_contradictions
from truceline.guarantees.contradiction_pledges import (
    condition_contradictions,
    member_contradictions,
    pledge_contradictions,
)
from truceline.guarantees.contradiction_roles import role_contradictions
from truceline.guarantees.contradiction_stands import (
    demand_contradictions,
    threat_contradictions,
)
from truceline.guarantees.contradiction_text import Scene, scene_of
from truceline.guarantees.contradiction_wording import (
    speaker_contradictions,
    wording_contradictions,
)
from truceline.guarantees.reading.tables import Tables, shipped_tables
from truceline.model.article import Disagreement, Reading


def contradictions(reading: Reading, tables: Tables | None = None) -> tuple[Disagreement, ...]:
    """Find the places where the documents of a reading differ.

    Args:
        reading: with its alignments; where it has none they are made.
        tables: persons with their offices by date; the shipped ones if not given.

    Raises:
        ValueError: when a statement names a document that the reading does not hold.
    """
    if not reading.alignments:
        aligned = align(reading.statements, reading.documents)
        reading = replace(reading, alignments=aligned)
    found = set(_all(scene_of(reading), tables or shipped_tables()))
    return tuple(sorted(found, key=_order))


def _order(one: Disagreement) -> tuple[str, str, tuple[tuple[str, int, str], ...]]:
    return one.field, one.type, tuple((s.doc, s.span.start, s.value) for s in one.sides)


def _all(scene: Scene, tables: Tables) -> Iterable[Disagreement]:
    yield from number_contradictions(scene)
    yield from role_contradictions(scene, tables)
    yield from pledge_contradictions(scene)
    yield from condition_contradictions(scene)
    yield from member_contradictions(scene)
    yield from wording_contradictions(scene, tables)
    yield from speaker_contradictions(scene, tables)
    yield from date_contradictions(scene)
    yield from first_contradictions(scene)
    yield from demand_contradictions(scene)
    yield from threat_contradictions(scene)
