"""Which observations are one event."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from observation_rows import LAT, LON, calibration, later, row, standards, table
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.arrays import Observations, from_table, fusable
from truceline.fusion.join import Event, join, moved, offset_m

GEOD = Geod(ellps="WGS84")


def seen(*rows) -> Observations:
    rule = standards()
    return from_table(
        fusable(table(*rows), taxonomy()),
        taxonomy(),
        dict(rule.reliability_log_lr),
        dict(rule.credibility_log_lr),
    )


def joined(*rows, **changes) -> set[frozenset[str]]:
    """Give the groups of keys that were taken as one event."""
    found = seen(*rows)
    events = join(found, calibration(**changes))
    return {frozenset(found.ids[i][5:] for i in event.members) for event in events}


def event(*rows, **changes) -> Event:
    (one,) = join(seen(*rows), calibration(**changes))
    return one


# the local map


@given(
    st.floats(-170, 170), st.floats(-70, 70), st.floats(-60_000, 60_000), st.floats(-60_000, 60_000)
)
def test_a_step_and_its_undoing(lon, lat, east, north):
    there = moved(lon, lat, east, north)
    assert offset_m(lon, lat, *there) == pytest.approx((east, north), abs=0.5)


@pytest.mark.parametrize("lat", [-60.0, 0.0, 35.0, 48.0, 70.0])
@pytest.mark.parametrize("away", [100.0, 5_000.0, 50_000.0])
def test_offsets_are_as_long_as_the_geodesic(lat, away):
    for bearing in (0.0, 33.0, 90.0, 200.0):
        lon2, lat2, _ = GEOD.fwd(10.0, lat, bearing, away)
        east, north = offset_m(10.0, lat, lon2, lat2)
        assert math.hypot(east, north) == pytest.approx(away, rel=1e-3)


# joining


def test_nothing_and_one():
    assert join(seen(), calibration()) == []
    one = event(row("a", at=(300.0, -200.0), sigma_m=70.0))
    assert one.members == (0,)
    assert one.cov == pytest.approx((4_900.0, 0.0, 4_900.0))
    assert one.time_sigma == 60.0
    assert one.start == one.end == later(0).timestamp()
    window = event(row("a", window=(0.0, 600.0)))
    assert (window.start, window.end) == (later(0).timestamp(), later(600).timestamp())
    assert window.time_sigma == 0.0


def test_two_become_one_with_the_weighted_mean_and_the_common_time():
    one = event(row("a", sigma_m=100.0), row("b", sigma_m=200.0, at=(150.0, 0.0)))
    east, north = offset_m(LON, LAT, one.lon, one.lat)
    assert (east, north) == pytest.approx((150.0 * 1e4 / 5e4, 0.0), abs=0.1)
    assert one.cov[0] == pytest.approx(1 / (1 / 1e4 + 1 / 4e4), rel=1e-6)
    windows = event(row("a", window=(0.0, 600.0)), row("b", window=(400.0, 2_000.0)))
    assert (windows.start, windows.end) == (later(400).timestamp(), later(600).timestamp())


def test_an_instant_inside_a_window_stays_an_instant():
    one = event(row("a", window=(0.0, 7_200.0)), row("b", seconds=1_000.0))
    assert one.start == one.end == later(1_000).timestamp()
    assert one.time_sigma == 60.0


def test_an_instant_just_outside_a_window_is_drawn_to_its_edge():
    one = event(row("a", window=(0.0, 7_200.0)), row("b", seconds=-30.0))
    assert one.start == one.end == later(0).timestamp()


@st.composite
def scenes(draw, most=12):
    rows = []
    for i in range(draw(st.integers(0, most))):
        changes = {
            "at": (draw(st.floats(-4_000, 4_000)), draw(st.floats(-4_000, 4_000))),
            "sigma_m": draw(st.floats(30, 3_000)),
            "kind": draw(st.sampled_from(["fire.mortar", "fire", "explosion", "strike.uav"])),
        }
        if draw(st.booleans()):
            start = draw(st.floats(-9_000, 9_000))
            changes["window"] = (start, start + draw(st.floats(60, 40_000)))
        else:
            changes["seconds"] = draw(st.floats(-1_000, 1_000))
        rows.append(row(f"{i:02d}", **changes))
    return rows


@given(scenes())
@settings(max_examples=60, deadline=None)
def test_each_observation_is_in_exactly_one_event(rows):
    found = seen(*rows)
    events = join(found, calibration())
    assert sorted(i for e in events for i in e.members) == list(range(len(rows)))
    for one in events:
        assert list(one.members) == sorted(one.members)
        assert one.end >= one.start
        assert (one.time_sigma > 0) == (one.end == one.start)
        assert one.kinds.sum() == pytest.approx(1.0)
        ee, en, nn = one.cov
        assert (np.linalg.eigvalsh([[ee, en], [en, nn]]) > 0).all()
        # more members never make the place vaguer than the sharpest of them
        assert ee <= found.cov[list(one.members), 0].min() * (1 + 1e-9)
        assert nn <= found.cov[list(one.members), 2].min() * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_the_names_of_observations_do_not_decide(seed):
    """Only equal ratios fall by name; places drawn at random have none."""
    rng = np.random.default_rng(seed)
    rows = [
        row(
            f"{i:02d}",
            at=tuple(rng.uniform(-2_500, 2_500, 2)),
            sigma_m=float(rng.uniform(50, 900)),
            seconds=float(rng.uniform(-400, 400)),
            kind=str(rng.choice(["fire.mortar", "fire", "explosion"])),
        )
        for i in range(25)
    ]
    new = {f"{i:02d}": f"{n:02d}" for i, n in enumerate(rng.permutation(25).tolist())}
    renamed = [r | {"observation_id": f"test:{new[r['observation_id'][5:]]}"} for r in rows]
    wanted = {frozenset(new[key] for key in group) for group in joined(*rows)}
    assert 1 < len(wanted) < 25
    assert joined(*renamed) == wanted


@given(scenes(most=7), st.integers(1, 4), st.floats(30.0, 19_000.0), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_far_away_changes_nothing_here(rows, n, sigma, in_time):
    """Late rows of another place or week leave the incidents of this one as they are."""
    far = [
        row(
            f"z{i}",
            sigma_m=sigma,
            at=(0.0, 0.0) if in_time else (900_000.0 + 7_000.0 * i, 0.0),
            window=(30 * 86_400.0, 31.9 * 86_400.0) if in_time else (0.0, 100_000.0),
        )
        for i in range(n)
    ]
    here = {group for group in joined(*rows, *far) if not any(k.startswith("z") for k in group)}
    assert here == joined(*rows)


def test_a_denser_theatre_joins_less():
    rows = row("a"), row("b", at=(500.0, 0.0), seconds=100.0)
    sparse = 1e-15
    counts = [len(joined(*rows, density_elsewhere=sparse * 10.0**k)) for k in range(12)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (1, 2)


def test_two_volleys_of_one_place_stay_apart_when_time_tells_them_apart():
    rows = [row(f"a{i}", seconds=5.0 * i) for i in range(3)]
    rows += [row(f"b{i}", seconds=3_600 + 5.0 * i) for i in range(3)]
    assert joined(*rows) == {frozenset({"a0", "a1", "a2"}), frozenset({"b0", "b1", "b2"})}


def test_a_window_is_not_shared_by_two_events_that_it_both_could_mean():
    rows = [row("a"), row("b", seconds=3_600.0), row("w", window=(-600.0, 7_200.0))]
    groups = joined(*rows)
    assert len(groups) == 2
    assert sum("w" in group for group in groups) == 1


@pytest.mark.parametrize("days", [2.01, 5.0, 60.0])
def test_a_window_of_many_days_joins_nothing(days):
    rows = row("a"), row("w", window=(-86_400.0 * days / 2, 86_400.0 * days / 2))
    assert joined(*rows) == {frozenset("a"), frozenset("w")}


def test_a_kind_without_a_prior_is_rare_and_not_impossible():
    none = replace(calibration(), kind_prior={})
    found = seen(row("a"), row("b"))
    assert len(join(found, none)) == 1


def test_a_vague_row_far_away_does_not_widen_what_joins_here():
    near = [
        row("a", at=(0.0, 0.0), sigma_m=30.0, seconds=0.0),
        row("b", at=(170.0, 170.0), sigma_m=30.0, seconds=100.0),
    ]
    far = row("c", at=(900_000.0, 0.0), sigma_m=490.0)
    alone, beside = joined(*near), joined(*near, far)
    assert beside - {frozenset({"c"})} == alone
