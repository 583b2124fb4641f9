"""Incidents and findings survive their way through canonical JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical
from truceline.codec.nouns import (
    finding_from_plain,
    finding_to_plain,
    incident_from_plain,
    incident_to_plain,
    projection,
)
from truceline.model.finding import Factor, Finding, Mode, Outcome, Status
from truceline.model.incident import Incident, Member, MemberRole
from truceline.model.interval import Interval

NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
NAMES = st.lists(NAME, max_size=4).map(tuple)
MOMENT = st.datetimes(timezones=st.just(UTC))


def nine(low: float, high: float) -> st.SearchStrategy[float]:
    """Floats as they are once nine digits are kept."""
    return st.floats(low, high).map(lambda x: float(f"{x:.9g}") + 0.0)


PROBABILITY = nine(0.0, 1.0)
INCIDENTS = st.builds(
    Incident,
    incident_id=NAME,
    revision=st.integers(0, 2**31),
    time=st.tuples(MOMENT, MOMENT).map(lambda p: Interval(min(p), max(p))),
    time_sigma_s=nine(0.0, 1e6),
    straddles_unknown=st.booleans(),
    lon=nine(-180, 180),
    lat=nine(-90, 90),
    cov_ee_m2=nine(0.0, 1e19),
    cov_en_m2=nine(-1e19, 1e19),
    cov_nn_m2=nine(0.0, 1e19),
    kinds=st.lists(st.tuples(NAME, PROBABILITY), max_size=4).map(tuple),
    probability=PROBABILITY,
    groups=NAMES,
    sides=NAMES,
    accused=NAMES,
    count_min=st.none() | st.integers(0, 10**6),
    count_max=st.none() | st.integers(0, 10**6),
    place_name=st.none() | NAME,
    masked=st.none() | NAME,
    members=st.lists(
        st.builds(Member, NAME, NAME, st.sampled_from(MemberRole), nine(-50, 50)), max_size=4
    ).map(tuple),
    calibration=NAME,
    label=NAME,
    revised=NAME,
)
FINDINGS = st.builds(
    Finding,
    finding_id=NAME,
    incident_id=NAME,
    incident_revision=st.integers(0, 2**31),
    clause_id=NAME,
    clause_ref=NAME,
    probability=PROBABILITY,
    factors=st.lists(st.builds(Factor, NAME, PROBABILITY, st.booleans(), NAME), max_size=4).map(
        tuple
    ),
    outcome=st.sampled_from(Outcome),
    grade=NAME,
    words=NAME,
    attribution=st.lists(st.tuples(NAME, PROBABILITY), max_size=3).map(tuple),
    unverified=NAMES,
    status=st.sampled_from(Status),
    mode=st.sampled_from(Mode),
)
START = datetime(2026, 5, 3, 12, tzinfo=UTC)
MORTAR = Incident(
    "INC-000007", 2, Interval(START, START), 1.0, False, -28.0, 47.0, 1e4, 0.0, 1e4,
    (("fire.mortar", 1.0),), 1.0, ("a",), (), (), 3, None, None, None,
    (Member("x:1", "v", MemberRole.COPY, 0.0),), "c", "fire.mortar", "because",
)  # fmt: skip


def through_json(values: dict[str, Any]) -> dict[str, Any]:
    return json.loads(canonical(values))


@given(INCIDENTS)
def test_an_incident_comes_back_as_it_was(incident):
    back = incident_from_plain(through_json(incident_to_plain(incident)))
    assert back == incident
    assert canonical(incident_to_plain(back)) == canonical(incident_to_plain(incident))
    assert canonical(projection(back)) == canonical(projection(incident))


@given(FINDINGS)
def test_a_finding_comes_back_as_it_was(finding):
    back = finding_from_plain(through_json(finding_to_plain(finding)))
    assert back == finding
    assert canonical(finding_to_plain(back)) == canonical(finding_to_plain(finding))


def test_a_float_without_a_fraction_comes_back_as_a_float():
    """JSON has one kind of number: 47.0 is written 47."""
    back = incident_from_plain(through_json(incident_to_plain(MORTAR)))
    for name in ("time_sigma_s", "lon", "lat", "cov_ee_m2", "cov_en_m2", "probability"):
        assert type(getattr(back, name)) is float, name
    assert type(back.members[0].log_likelihood_ratio) is float
    finding = Finding(
        "f", "i", 1, "c", "r", 1.0, (Factor("real", 1.0, True, ""),), Outcome.VIOLATED, "g", "w",
        (("undetermined", 1.0),), (),
    )  # fmt: skip
    found = finding_from_plain(through_json(finding_to_plain(finding)))
    assert type(found.probability) is float
    assert type(found.factors[0].probability) is float
    assert type(found.attribution[0][1]) is float


def test_roles_and_states_come_back_as_such():
    back = incident_from_plain(through_json(incident_to_plain(MORTAR)))
    assert back.members[0].role is MemberRole.COPY
    assert back.time.start.tzinfo is not None


@pytest.mark.parametrize(
    "change", [{"incident_id": "INC-000008"}, {"revision": 9}, {"revised": "x"}]
)
def test_the_projection_leaves_out_id_and_history(change):
    assert projection(replace(MORTAR, **change)) == projection(MORTAR)


@pytest.mark.parametrize(
    "change",
    [
        {"lon": -28.0001},
        {"probability": 0.99},
        {"label": "fire"},
        {"masked": "heat"},
        {"count_max": 4},
        {"calibration": "d"},
        {"time": Interval(START, START + timedelta(microseconds=1))},
        {"members": ()},
        {"members": (Member("x:1", "w", MemberRole.COPY, 0.0),)},
        {"sides": ("NOR",)},
        {"straddles_unknown": True},
    ],
    ids="-".join,
)
def test_the_projection_holds_everything_else(change):
    assert canonical(projection(replace(MORTAR, **change))) != canonical(projection(MORTAR))


@pytest.mark.parametrize("name", sorted(incident_to_plain(MORTAR)))
def test_a_missing_field_is_an_error(name):
    values = through_json(incident_to_plain(MORTAR))
    del values[name]
    with pytest.raises(KeyError, match=name):
        incident_from_plain(values)
