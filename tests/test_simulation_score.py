"""The score: a perfect answer is 1, an empty one 0, and each kind of mistake costs what it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.simulation.day import simulate_day
from truceline.simulation.matching import ScoredIncident, match
from truceline.simulation.score import score
from truceline.simulation.scorecard import table
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import moved
from truceline.simulation.truth import Origin, Truth, truth_of
from truceline.simulation.world import Event

DAY = date(2026, 5, 12)
NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


def event(number, *, salvo=None, lon=-28.0, lat=47.2, kind="fire.mortar"):
    moment = NOON + timedelta(minutes=number)
    return Event(f"E{number}", moment, lon, lat, kind, "NOR", salvo or f"S{number}")


def incident(name, members, **changes):
    base = ScoredIncident(
        name, NOON, NOON, -28.0, 47.2, 1e4, 0.0, 1e4, 0.9, "fire.mortar", tuple(members)
    )
    return replace(base, **changes)


def truth(events, origins):
    observations = {
        key: Origin(tuple(found), f"mast {key.rsplit(':', 1)[0]}") for key, found in origins.items()
    }
    return Truth(DAY, tuple(events), observations, {})


@pytest.fixture
def two():
    """Two events with five and two arrivals, one patrol that counted both, and some clutter."""
    origins = {f"stations:M{i}:{i}": ["E1"] for i in range(5)}
    origins |= {f"stations:M{i}:{10 + i}": ["E2"] for i in range(2)}
    origins |= {"patrol:P1": ["E1", "E2"], "stations:M1:90": [], "claims:K1": []}
    return truth([event(1, salvo="S"), event(2, salvo="S")], origins)


FIRST = [f"stations:M{i}:{i}" for i in range(5)]
SECOND = ["stations:M0:10", "stations:M1:11"]


def perfect(found):
    """One incident for each event that anything tells of, with all its own records."""
    answers, given_away = [], set()
    for one in found.events:
        tells = [k for k, o in found.observations.items() if one.id in o.events]
        members = [k for k in tells if k not in given_away]
        given_away |= set(members)
        if members:
            place = {"lon": one.lon, "lat": one.lat, "kind": one.kind}
            time = {"start": one.time, "end": one.time, "probability": 1.0}
            answers.append(incident(f"I-{one.id}", members, **place, **time))
    return answers


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_a_perfect_answer_scores_one(seed):
    known = truth_of(simulate_day(np.random.default_rng(seed), DAY, Settings(history_days=0)))
    result = score(known, perfect(known))
    assert result.precision == 1.0
    assert result.recall == {1: 1.0, 2: 1.0, 4: 1.0}
    assert result.f1 == result.salvo_precision == result.salvo_recall == 1.0
    assert (result.location_error_m, result.time_error_s) == (0.0, 0.0)
    assert result.inside_90 == result.kind_fits == 1.0
    assert result.brier == result.brier_counting_misses == result.ece == 0.0
    assert result.faults == ()
    assert all(m.clutter_counted == 0 for m in result.modalities.values())
    assert result.modalities["stations"].placed == result.modalities["stations"].of_events


def test_an_empty_answer_scores_nothing(two):
    result = score(two, [])
    assert (result.precision, result.f1, result.salvo_recall) == (0.0, 0.0, 0.0)
    assert result.recall == {1: 0.0, 2: 0.0, 4: 0.0}
    assert result.location_error_m is None
    assert result.brier is None
    assert result.brier_counting_misses == 1.0
    assert "median location error          -" in table(result)


def test_three_of_five_is_right_and_two_of_five_is_not(two):
    assert match(two, [incident("I1", FIRST[:3])]).event_of == {"I1": "E1"}
    assert match(two, [incident("I1", FIRST[:2])]).event_of == {}


def test_too_much_clutter_makes_an_incident_wrong(two):
    extra = [*SECOND, "stations:M1:90"]
    assert match(two, [incident("I1", [*FIRST, *extra])]).event_of == {"I1": "E1"}
    assert match(two, [incident("I1", [*FIRST[:4], *extra])]).event_of == {}


def test_a_report_of_a_burst_is_neither_good_nor_bad(two):
    found = match(two, [incident("I2", [*SECOND, "patrol:P1"])])
    assert found.event_of == {"I2": "E2"}


def test_a_report_alone_decides_where_nothing_else_tells_of_the_events():
    known = truth([event(1, salvo="S"), event(2, salvo="S")], {"patrol:P1": ["E1", "E2"]})
    result = score(known, [incident("I1", ["patrol:P1"])])
    assert (result.right, result.precision) == (1, 1.0)
    assert result.observable == {1: 0, 2: 0, 4: 0}


def test_two_incidents_of_one_event_are_one_right_and_one_wrong(two):
    result = score(two, [incident("I1", FIRST), incident("I2", FIRST)])
    assert (result.right, result.incidents, result.precision) == (1, 2, 0.5)
    assert len([f for f in result.faults if "is in I1 and in I2" in f]) == 5


def test_matching_is_for_as_many_as_possible():
    """The first incident fits both events, the second only one of them."""
    origins = {"stations:A:1": ["E1"], "stations:B:2": ["E2"]}
    known = truth([event(1), event(2)], origins)
    both = incident("I1", ["stations:A:1"])
    assert match(known, [both, incident("I2", ["stations:B:2"])]).event_of == {
        "I1": "E1",
        "I2": "E2",
    }


def test_the_order_of_incidents_changes_nothing(two):
    answers = [incident("I1", FIRST), incident("I2", SECOND), incident("I3", ["stations:M1:90"])]
    assert score(two, answers) == score(two, answers[::-1])


@pytest.mark.parametrize("changes", [{"probability": 0.49}, {"members": ()}, {"masked": True}])
def test_incidents_that_do_not_count(two, changes):
    result = score(two, [replace(incident("I1", FIRST), **changes)])
    assert (result.incidents, result.right, result.precision) == (0, 0, 0.0)


def test_recall_is_over_events_with_enough_independent_witnesses(two):
    result = score(two, [incident("I1", FIRST)])
    assert result.observable == {1: 2, 2: 2, 4: 1}
    assert result.recall == {1: 0.5, 2: 0.5, 4: 1.0}


def test_two_sensors_of_one_mast_are_one_witness():
    known = Truth(
        DAY,
        (event(1),),
        {key: Origin(("E1",), "mast M01") for key in ("stations:M01a:1", "stations:M01b:2")},
        {},
    )
    assert score(known, []).observable == {1: 1, 2: 0, 4: 0}


def test_a_whole_burst_in_one_incident_is_real_but_not_right():
    origins = {f"stations:M{i}:{10 * n + i}": [f"E{n}"] for n in (1, 2, 3) for i in range(4)}
    known = truth([event(n, salvo="S") for n in (1, 2, 3)], origins)
    result = score(known, [incident("I1", origins)])
    assert (result.right, result.salvo_precision, result.salvo_recall) == (0, 1.0, 1.0)


def test_location_error_and_ellipse(two):
    lon, lat = moved(-28.0, 47.2, 300.0, 400.0)
    inside = incident("I1", FIRST, lon=lon, lat=lat, cov_ee_m2=6e4, cov_nn_m2=6e4)
    result = score(two, [inside])
    assert result.location_error_m == pytest.approx(500.0, abs=0.5)
    # 500^2 / 6e4 = 4.17 < 4.605 < 500^2 / 5e4 = 5
    assert result.inside_90 == 1.0
    assert score(two, [replace(inside, cov_ee_m2=5e4, cov_nn_m2=5e4)]).inside_90 == 0.0
    # a long ellipse across the error misses it, one along the error holds it
    across = replace(inside, cov_ee_m2=6e4, cov_nn_m2=6e4, cov_en_m2=-4e4)
    assert score(two, [across]).inside_90 == 0.0
    assert score(two, [replace(across, cov_en_m2=4e4)]).inside_90 == 1.0


def test_time_error_is_the_distance_from_the_interval(two):
    late = incident("I1", FIRST, start=NOON + timedelta(seconds=70), end=NOON + timedelta(hours=1))
    assert score(two, [late]).time_error_s == 10.0
    early = replace(late, start=NOON, end=NOON + timedelta(seconds=55))
    assert score(two, [early]).time_error_s == 5.0


@pytest.mark.parametrize(
    ("kind", "fits"),
    [("fire.mortar", 1.0), ("fire", 1.0), ("explosion", 1.0), ("strike.uav", 0.0), ("?", 0.0)],
)
def test_kind_fits_up_and_down_the_tree(two, kind, fits):
    assert score(two, [incident("I1", FIRST, kind=kind)]).kind_fits == fits


def test_brier_and_calibration_error(two):
    right = incident("I1", FIRST, probability=0.8)
    wrong = incident("I2", ["stations:M1:90"], probability=0.6)
    result = score(two, [right, wrong])
    assert result.brier == pytest.approx((0.2**2 + 0.6**2) / 2)
    # one miss: E2 has two witnesses
    assert result.brier_counting_misses == pytest.approx((0.2**2 + 0.6**2 + 1) / 3)
    assert result.ece == pytest.approx((0.2 + 0.6) / 2)
    assert [(b.low, b.incidents, b.share_right) for b in result.bins] == [
        (0.6, 1, 0.0),
        (0.8, 1, 1.0),
    ]


def test_each_source_is_followed(two):
    result = score(two, [incident("I1", [*FIRST, "stations:M1:90", "patrol:P1"])])
    stations, patrol = result.modalities["stations"], result.modalities["patrol"]
    assert (stations.of_events, stations.placed) == (7, 5)
    assert (stations.clutter, stations.clutter_counted) == (1, 1)
    assert (patrol.of_events, patrol.placed, patrol.clutter) == (1, 1, 0)
    assert "claims" not in result.modalities


def test_one_of_several_observations_of_a_sentence_is_known_by_its_record(two):
    found = match(two, [incident("I2", [*SECOND, "patrol:P1#2"])])
    assert found.unknown == ()
    assert found.event_of == {"I2": "E2"}


def test_faults_are_named(two):
    bad = incident(
        "I1", [*FIRST, "stations:nobody:1"], probability=1.2, cov_ee_m2=1.0, cov_en_m2=200.0
    )
    result = score(two, [bad])
    assert result.faults == (
        "covariance of I1 is not positive",
        "probability of I1 is 1.2",
        "unknown observation stations:nobody:1",
    )
    assert result.inside_90 == 0.0
    assert "faults                         3" in table(result)


def test_the_table_prints_every_figure(two):
    result = score(two, [incident("I1", FIRST)])
    text = table(result)
    assert "precision                      1.000" in text
    assert "recall, events of >= 1 seen    0.500  (2 events)" in text
    assert "recall, events of >= 4 seen    1.000  (1 events)" in text
    assert "faults                         none" in text
    assert text.splitlines()[-2].split() == ["stations", "7", "5", "1", "0"]
