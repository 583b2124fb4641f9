"""What a file yields besides observations survives its way through canonical JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical
from truceline.codec.rest import Rest, rest_from_plain, rest_to_plain
from truceline.model.coverage import Coverage, DailyCount
from truceline.model.intake import Parsed, Rejected
from truceline.model.interval import Interval
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox
from truceline.model.statement import Contradiction

NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
NAMES = st.lists(NAME, max_size=3).map(tuple)
MOMENT = st.datetimes(timezones=st.just(UTC))
INTERVAL = st.tuples(MOMENT, MOMENT).map(lambda p: Interval(min(p), max(p)))
DEGREES = st.floats(-180, 180).map(lambda x: float(f"{x:.9g}") + 0.0)
AREA = st.none() | st.builds(BoundingBox, DEGREES, DEGREES, DEGREES, DEGREES)
EMPTY = OBSERVATION_SCHEMA.empty_table()
PARSED = st.builds(
    Parsed,
    observations=st.just(EMPTY),
    rejected=st.lists(st.builds(Rejected, *[st.integers(0, 10**9)] * 3, NAME), max_size=3).map(
        tuple
    ),
    coverage=st.lists(st.builds(Coverage, NAME, NAME, INTERVAL, AREA, NAME, NAME), max_size=3).map(
        tuple
    ),
    contradictions=st.lists(st.builds(Contradiction, NAME, NAME, NAMES, NAMES), max_size=3).map(
        tuple
    ),
    counts=st.lists(
        st.builds(DailyCount, NAME, NAME, INTERVAL, st.integers(-9, 10**12), NAME, NAME), max_size=3
    ).map(tuple),
    notes=NAMES,
)


def through_json(parsed: Parsed) -> Rest:
    return rest_from_plain(json.loads(canonical(rest_to_plain(parsed))))


@given(PARSED)
def test_the_rest_comes_back_as_it_was(parsed):
    back = through_json(parsed)
    assert back.coverage == parsed.coverage
    assert back.contradictions == parsed.contradictions
    assert back.counts == parsed.counts
    assert back.notes == parsed.notes
    assert back.rejected == tuple((r.line, r.reason) for r in parsed.rejected)


def test_nothing_comes_back_as_nothing():
    assert through_json(Parsed(EMPTY)) == Rest((), (), (), (), ())


def test_a_box_at_zero_is_still_a_box():
    box = BoundingBox(0.0, 0.0, 0.0, 0.0)
    start = datetime(2026, 5, 3, tzinfo=UTC)
    parsed = Parsed(
        EMPTY, coverage=(Coverage("s", "d", Interval(start, start), box, "stated", ""),)
    )
    area = through_json(parsed).coverage[0].area
    assert area == box
    assert type(area.west) is float


def test_bytes_of_a_rejected_record_are_kept_on_disk():
    values = rest_to_plain(Parsed(EMPTY, rejected=(Rejected(7, 120, 33, "why"),)))
    assert values["rejected"] == [[7, 120, 33, "why"]]


@pytest.mark.parametrize("part", ["rejected", "coverage", "contradictions", "counts", "notes"])
def test_a_missing_part_is_an_error(part):
    values = rest_to_plain(Parsed(EMPTY))
    del values[part]
    with pytest.raises(KeyError, match=part):
        rest_from_plain(values)
