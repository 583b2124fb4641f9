"""Events that two or three masts heard: found where they were, with the errors that are claimed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.association.arrays import no_events
from truceline.fusion.association.neighbours import neighbours, place_of
from truceline.fusion.association.ordering import ordered, sensors_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.solve import World
from truceline.fusion.association.weather import still_air
from truceline.fusion.few import FACTS, facts_of, few_heard
from truceline.fusion.few_places import along_bearing, places_by_bearing, places_of_three
from truceline.geodesy import from_plane, to_plane

HOME = (-28.0, 47.2)
SOUND = 338.0
MASTS = [(0.0, 0.0), (9_000.0, 500.0), (-8_500.0, -700.0)]
LOG_RATE = math.log(2 / 86_400 / 2.5e7)


def world(rows, masts=MASTS, bearings=(0,), clutter_per_h=0.8):
    """Give a world of masts; rows are (sensor, time_s, azimuth or None)."""
    lon, lat = from_plane(*HOME, [m[0] for m in masts], [m[1] for m in masts])
    columns = np.array([(s, t, np.nan if a is None else a) for s, t, a in rows], float)
    columns = columns.reshape(-1, 3)
    heard, _ = ordered(
        columns[:, 0].astype(np.int32), columns[:, 1], np.full(len(rows), np.nan), columns[:, 2],
        np.arange(len(rows)), len(masts),
    )  # fmt: skip
    sensors = sensors_of(
        lon, lat, np.full(len(masts), 0.05),
        np.array([4.0 if n in bearings else np.nan for n in range(len(masts))]),
        np.full(len(masts), math.log(clutter_per_h / 3600)), np.full(len(masts), 0.97),
    )  # fmt: skip
    model = prior_model(heard.level_db, 0.97, LOG_RATE, weather=False)
    air = still_air(0.0, 7_200.0, len(masts))
    return World(sensors, heard, neighbours(lon, lat), air, model)


def shot(at, time, masts=MASTS, bearings=(0,), hears=None):
    """Give what masts note of a sound in still air, without error."""
    rows = []
    for n, (east, north) in enumerate(masts):
        if hears is None or n in hears:
            off = at[0] - east, at[1] - north
            azimuth = math.degrees(math.atan2(*off)) % 360 if n in bearings else None
            rows.append((n, time + math.hypot(*off) / SOUND, azimuth))
    return rows


def places(found, where):
    lon, lat = place_of(
        where.sensors.lon[found.anchor], where.sensors.lat[found.anchor], found.east_m,
        found.north_m,
    )  # fmt: skip
    return np.column_stack(to_plane(*HOME, lon, lat))


@pytest.mark.parametrize("at", [(3_000.0, 2_500.0), (4_500.0, -3_000.0), (-900.0, 400.0)])
def test_two_masts_and_a_bearing_fix_a_place(at):
    rows = shot(at, 100.0, hears=(0, 1))
    where = world(rows)
    found = few_heard(where, no_events())
    assert len(found.anchor) == 1
    assert facts_of(where, found.member[0, :2]) == FACTS
    off = places(found, where)[0] - at
    assert off @ np.linalg.solve(found.cov[0, :2, :2], off) < 9.2  # 99 %
    assert np.hypot(*off) < 900.0
    assert found.time_s[0] == pytest.approx(100.0, abs=4 * math.sqrt(found.cov[0, 2, 2]))


def test_three_masts_without_a_bearing_fix_a_place():
    rows = shot((1_000.0, 3_000.0), 50.0, bearings=())
    where = world(rows, bearings=())
    found = few_heard(where, no_events())
    assert found.size.tolist() == [3]
    assert np.hypot(*(places(found, where)[0] - (1_000.0, 3_000.0))) < 800.0


def test_two_masts_without_a_bearing_fix_nothing():
    rows = shot((1_000.0, 3_000.0), 50.0, bearings=(), hears=(0, 1))
    assert len(few_heard(world(rows, bearings=()), no_events()).anchor) == 0


def test_two_sensors_of_one_mast_are_one_place():
    masts = [(0.0, 0.0), (10.0, 0.0)]
    where = world(shot((3_000.0, 0.0), 9.0, masts), masts)
    assert facts_of(where, np.array([0, 1])) == 0
    assert len(few_heard(where, no_events()).anchor) == 0


def test_what_serves_another_event_is_not_taken_again():
    where = world(shot((3_000.0, 2_500.0), 100.0, hears=(0, 1)))
    first = few_heard(where, no_events())
    assert len(few_heard(where, first).anchor) == 0


def test_nothing_heard_is_nothing_found():
    assert len(few_heard(world([]), no_events()).anchor) == 0


def test_where_masts_stand_dense_two_are_chance():
    ring = [(4_000.0 * math.sin(a), 4_000.0 * math.cos(a)) for a in np.arange(14) * 0.45]
    rows = shot((500.0, 800.0), 30.0, ring, hears=(0, 1))
    assert len(few_heard(world(rows, ring), no_events()).anchor) == 0


def test_where_much_is_heard_two_that_fit_start_nothing():
    """As the first of more company than is asked, a detection starts no event."""
    noise = [(n % 2, 30.0 + 0.9 * n, None) for n in range(30)]
    rows = shot((3_000.0, 2_500.0), 20.0, hears=(0, 1))
    with_noise = few_heard(world(rows + noise), no_events())
    assert len(few_heard(world(rows), no_events()).anchor) == 1
    early = world(rows + noise).heard.time_s[with_noise.member[:, 0]]
    assert (early > 50.0).all() or len(early) == 0


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_no_detection_serves_two_and_the_order_of_rows_does_not_show(seed):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(4):
        at = (float(rng.uniform(-7_000, 7_000)), float(rng.uniform(-5_000, 5_000)))
        rows += shot(at, float(rng.uniform(0, 400)), hears=(0, int(rng.integers(1, 3))))
    rows += [(int(rng.integers(0, 3)), float(rng.uniform(0, 400)), None) for _ in range(6)]
    found = few_heard(world(rows), no_events())
    taken = found.member[found.member >= 0]
    assert len(taken) == len(set(taken.tolist()))
    assert (np.linalg.eigvalsh(found.cov[:, :2, :2]) > 0).all()
    assert found.time_s.tolist() == sorted(found.time_s.tolist())
    turned = few_heard(world([rows[i] for i in rng.permutation(len(rows))]), no_events())
    assert turned.time_s.tolist() == found.time_s.tolist()


@given(
    st.floats(200, 12_000), st.floats(0, 359), st.floats(-9_000, 9_000), st.floats(-9_000, 9_000)
)
def test_a_bearing_and_a_lag_give_the_distance_back(distance, azimuth, east, north):
    turn = math.radians(azimuth)
    away = math.hypot(distance * math.sin(turn) - east, distance * math.cos(turn) - north)
    told = along_bearing((east, north), (away - distance) / SOUND, azimuth, SOUND)
    across = east * math.sin(turn) + north * math.cos(turn) + away - distance
    if abs(across) > 1.0:  # else the other stands in the line of sight, and its lag says nothing
        assert told == pytest.approx(distance, rel=1e-3, abs=0.1)


def test_places_of_a_pair_hold_the_true_one():
    at = (3_000.0, 2_500.0)
    where = world(shot(at, 100.0, bearings=(0, 1), hears=(0, 1)), bearings=(0, 1))
    number = int(np.flatnonzero(where.near.sensor[0] == 1)[0])
    found = places_by_bearing(0, 1, number, where.sensors, where.heard, where.near, SOUND)
    assert len(found) == 6
    assert min(math.hypot(x - at[0], y - at[1]) for x, y, _ in found) < 30.0


def test_places_of_three_hold_the_true_one():
    at = (1_000.0, 3_000.0)
    where = world(shot(at, 50.0, bearings=()), bearings=())
    numbers = tuple(int(np.flatnonzero(where.near.sensor[0] == s)[0]) for s in (1, 2))
    found = places_of_three(0, (1, 2), numbers, where.heard, where.near, SOUND)
    assert min(math.hypot(x - at[0], y - at[1]) for x, y, _ in found) < 30.0
