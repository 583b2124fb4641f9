"""What fusion sees of observations: places, times, kinds and worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_rows import (
    LAT,
    LON,
    NOON,
    arrival,
    heat,
    later,
    place,
    row,
    standards,
    table,
)
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.arrays import Observations, from_table, fusable, kind_matrix, leaf_codes
from truceline.geodesy import to_plane

CODES = sorted(taxonomy().acts)


def seen(*rows) -> Observations:
    rule = standards()
    return from_table(
        fusable(table(*rows), taxonomy()),
        taxonomy(),
        dict(rule.reliability_log_lr),
        dict(rule.credibility_log_lr),
    )


def sector(key: str = "p", **changes):
    given = {
        "measurement": "sector",
        "bearing_deg": 90.0,
        "bearing_sigma_deg": 10.0,
        "range_min_m": 3_000.0,
        "range_max_m": 5_000.0,
        "sigma_m": 30.0,
    }
    return row(key, **(given | changes))


def test_nothing_is_an_empty_table_of_the_right_shapes():
    found = seen()
    assert len(found) == 0
    assert found.cov.shape == (0, 3)
    assert found.kinds.shape == (0, len(leaf_codes(taxonomy())))
    assert seen(arrival("a", "mast", 0.0)).ids == ()


def test_rows_come_in_order_of_their_ids():
    assert seen(row("c"), row("a"), row("b")).ids == ("test:a", "test:b", "test:c")


@pytest.mark.parametrize("code", CODES)
def test_a_row_of_kinds_is_a_distribution_with_its_mass_on_its_own_leaves(code):
    kinds = kind_matrix([code], taxonomy())[0]
    assert kinds.sum() == pytest.approx(1.0)
    assert (kinds > 0).all()
    own = [leaf_codes(taxonomy()).index(c) for c in taxonomy().leaves(code)]
    assert kinds[own].sum() > 0.99
    assert kinds[own] == pytest.approx(kinds[own[0]])  # evenly


def test_no_labels_give_no_rows():
    assert kind_matrix([], taxonomy()).shape == (0, len(leaf_codes(taxonomy())))


def test_an_unknown_label_is_refused():
    with pytest.raises(KeyError):
        kind_matrix(["smoke"], taxonomy())


def test_what_may_become_a_member():
    kept = fusable(
        table(
            row("evidence"),
            row("claim", standing="claim"),
            row("lead", standing="lead"),
            row("silence", standing="silence"),
            row("alarm", kind="alarm.air-raid"),
            row("harm", kind="harm.civilian"),
            heat("heat"),
            arrival("arrival", "mast", 0.0),
            row("nowhere", lon=None, lat=None),
        ),
        taxonomy(),
    )
    assert [key[5:] for key in kept["observation_id"].to_pylist()] == [
        "arrival", "evidence", "harm", "heat",
    ]  # fmt: skip


# times


def test_an_instant_has_its_error_and_a_window_its_length():
    found = seen(row("a", seconds=90.0), row("b", window=(0.0, 7_200.0)))
    assert (found.start[0], found.end[0]) == (later(90).timestamp(),) * 2
    assert found.time_sigma[0] == 60.0
    assert (found.start[1], found.end[1]) == (NOON.timestamp(), later(7_200).timestamp())
    assert found.time_sigma[1] == 0.0


def test_no_instant_is_known_to_nothing_and_no_window_is_empty():
    found = seen(row("a", time_sigma_s=0.0), row("b", window=(0.0, 0.0)))
    assert found.time_sigma[0] >= 1.0
    assert found.end[1] > found.start[1]


def test_an_instant_with_two_ends_lies_between_them():
    found = seen(row("a", phenomenon_end=later(100)))
    assert found.start[0] == found.end[0] == later(50).timestamp()


# places


def test_a_point_is_where_it_is():
    found = seen(row("a", at=(800.0, -300.0), sigma_m=150.0))
    assert (found.lon[0], found.lat[0]) == pytest.approx(place(800.0, -300.0))
    assert found.cov[0] == pytest.approx([22_500.0, 0.0, 22_500.0])


def test_no_place_is_known_to_nothing():
    found = seen(row("a", sigma_m=0.0), row("b", cov_ee_m2=None, cov_en_m2=None, cov_nn_m2=None))
    assert (found.cov[:, [0, 2]] >= 1.0).all()


@given(st.floats(0, 360), st.floats(0.5, 60), st.floats(0, 9_000), st.floats(0, 9_000))
@settings(max_examples=60, deadline=None)
def test_a_sector_lies_in_its_direction_within_its_range(bearing, spread, near, length):
    found = seen(
        sector(
            bearing_deg=bearing,
            bearing_sigma_deg=spread,
            range_min_m=near,
            range_max_m=near + length,
        )
    )
    east, north = to_plane(LON, LAT, found.lon, found.lat)
    away = math.hypot(float(east[0]), float(north[0]))
    assert near - 1.0 <= away <= near + length + 1.0
    if away > 10.0:
        turn = (math.degrees(math.atan2(float(east[0]), float(north[0]))) - bearing) % 360
        assert min(turn, 360 - turn) < 1.0
    ee, en, nn = found.cov[0]
    assert (np.linalg.eigvalsh([[ee, en], [en, nn]]) > 0).all()


def test_a_sector_holds_the_shots_that_it_may_mean():
    """Draws of range and bearing: nine in ten lie inside its 90 % ellipse, give or take its shape."""
    found = seen(sector(sigma_m=0.0, bearing_deg=40.0))
    rng = np.random.default_rng(5)
    reach = rng.uniform(3_000, 5_000, 4_000)
    angle = np.deg2rad(rng.normal(40.0, 10.0, 4_000))
    east0, north0 = to_plane(LON, LAT, found.lon, found.lat)
    off = np.column_stack([reach * np.sin(angle) - east0, reach * np.cos(angle) - north0])
    ee, en, nn = found.cov[0]
    distance = np.einsum("ni,ij,nj->n", off, np.linalg.inv([[ee, en], [en, nn]]), off)
    assert (distance <= -2 * math.log(0.1)).mean() == pytest.approx(0.9, abs=0.07)


@pytest.mark.parametrize(
    "changes",
    [
        {"bearing_sigma_deg": 0.0},
        {"range_min_m": 0.0, "range_max_m": 0.0},
        {"range_min_m": 4_000.0, "range_max_m": 4_000.0, "bearing_sigma_deg": 0.0},
    ],
    ids=["bearing", "range", "both"],
)
def test_no_sector_is_a_point_or_a_line(changes):
    """An observer whose own place is exact, with a bearing that claims no error."""
    found = seen(sector(sigma_m=0.0, **changes))
    ee, en, nn = found.cov[0]
    assert (np.linalg.eigvalsh([[ee, en], [en, nn]]) >= 1.0).all()


# worth and independence


def test_worth_is_the_sum_of_letter_and_figure():
    rule = standards()
    found = seen(row("a", reliability="A", credibility=1), row("b", reliability="E", credibility=5))
    assert found.log_lr[0] == rule.reliability_log_lr["A"] + rule.credibility_log_lr["1"]
    assert found.log_lr[1] == rule.reliability_log_lr["E"] + rule.credibility_log_lr["5"]


def test_a_letter_that_the_procedure_does_not_know_is_worth_nothing():
    assert seen(row("a", reliability="Z", credibility=9)).log_lr[0] == 0.0


def test_groups_are_sorted_and_a_layer_is_the_side_or_the_source():
    found = seen(
        row("a", independence_groups=["z", "b"], speaker_side="NOR"), row("b", speaker_side=None)
    )
    assert found.groups == (("b", "z"), ("b",))
    assert found.layer == ("NOR", "test")


def test_a_device_is_told_from_a_person():
    found = seen(row("a"), heat("h"), row("r", modality="radar"), row("t", modality="patrol"))
    assert found.instrument.tolist() == [False, True, True, False]
