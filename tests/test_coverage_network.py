"""The chance that enough sensors hear an event: exact, and never more by outages or fewer sensors."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.association.ordering import sensors_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.weather import still_air
from truceline.fusion.coverage.cells import Cells, cell_at, cells_within, middle_of, sensors_about
from truceline.fusion.coverage.chances import at_rows, pattern_logs
from truceline.fusion.coverage.hearing import Hearing, group_of, half_heard_m, hearing_of
from truceline.fusion.coverage.loudness import Incidents
from truceline.fusion.coverage.run import Rules, grid_chances, watch
from truceline.geodesy import distance_m

LON, LAT = 37.5, 48.2
FOUND = np.array([0.0, 0.0, 0.0, 0.0, 1.0])


def hearing():
    return hearing_of(prior_model(np.zeros(3), 1.0, -30.0, weather=False))


def network(lon, lat, uptime=None, outages=None):
    n = len(lon)
    none = np.full(n, np.nan)
    up = np.ones(n) if uptime is None else np.asarray(uptime, float)
    return sensors_of(
        np.asarray(lon, float), np.asarray(lat, float), np.full(n, 0.1), none, np.full(n, -8.0), up,
        outages,
    )  # fmt: skip


def around(count, seed=0, spread=0.08):
    rng = np.random.default_rng(seed)
    return LON + rng.uniform(-spread, spread, count), LAT + rng.uniform(-spread, spread, count)


def still(count):
    return still_air(0.0, 7200.0, count)


def chance(sensors, air=None, start=1800.0, end=1800.0, found=FOUND, given_hearing=None):
    one = np.array([LON]), np.array([LAT])
    near = sensors_about(sensors.lon, sensors.lat, *one)
    air = air or still(len(sensors.lon))
    return at_rows(
        *one,
        np.array([start]),
        np.array([end]),
        near,
        sensors,
        air,
        given_hearing or hearing(),
        found,
    )[0]


def test_the_recursion_is_what_all_outcomes_together_give():
    lon, lat = around(7)
    uptime = np.linspace(0.4, 1.0, 7)
    sensors, known = network(lon, lat, uptime), hearing()
    away = [distance_m(LON, LAT, a, b) for a, b in zip(lon, lat, strict=True)]
    step = [int(d / known.step_m) for d in away]
    for g in range(len(known.share)):
        p = [u * known.heard[s, g] for u, s in zip(uptime, step, strict=True)]
        true = sum(
            float(np.prod([q if h else 1 - q for q, h in zip(p, heard, strict=True)]))
            for heard in product((False, True), repeat=7)
            if sum(heard) >= 4
        )
        assert chance(sensors)[g] == pytest.approx(true, abs=1e-9)


def test_the_ladder_of_what_is_found_weighs_each_number_of_arrivals():
    sensors = network(*around(9))
    at_least = [chance(sensors, found=np.array([0.0] * n + [1.0] * (9 - n))) for n in range(9)]
    exactly = [at_least[n] - at_least[n + 1] for n in range(8)]
    ladder = np.array([0.0, 0.0, 0.0, 0.1, 0.4, 0.7, 0.8, 0.9, 0.95])
    by_hand = sum(f * e for f, e in zip(ladder[:-1], exactly, strict=True)) + 0.95 * at_least[8]
    assert chance(sensors, found=ladder) == pytest.approx(by_hand, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(0, 10**6), st.floats(0.0, 1.0))
def test_more_sensors_never_lower_a_chance(count, seed, uptime):
    lon, lat = around(count + 1, seed)
    few, more = network(lon[:-1], lat[:-1]), network(lon, lat, [1.0] * count + [uptime])
    assert (chance(more) >= chance(few) - 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 7), st.floats(0, 3600), st.floats(0, 3600)), max_size=6)
)  # fmt: skip
def test_outages_never_raise_a_chance(seed, times):
    lon, lat = around(8, seed)
    dead = (
        np.array([t[0] for t in times], np.int32),
        np.array([min(t[1:]) for t in times], float),
        np.array([max(t[1:]) for t in times], float),
    )
    whole, broken = network(lon, lat), network(lon, lat, outages=dead)
    assert (chance(broken, end=3600.0) <= chance(whole, end=3600.0) + 1e-9).all()


def test_an_hour_with_an_outage_is_the_mean_of_both_states():
    lon, lat = around(6)
    dead = np.array([2], np.int32), np.array([900.0]), np.array([1800.0])
    sensors = network(lon, lat, outages=dead)
    awake, asleep = (
        chance(sensors, start=100.0, end=100.0),
        chance(sensors, start=1000.0, end=1000.0),
    )
    assert (asleep < awake).any()
    hour = chance(sensors, start=0.0, end=3600.0)
    assert hour == pytest.approx(0.75 * awake + 0.25 * asleep, abs=1e-12)


def test_the_wind_carries_sound_to_those_it_blows_at():
    east = network(LON + np.linspace(0.05, 0.1, 6), np.full(6, LAT))
    leaning = hearing()._replace(down=0.4, up=1.2)
    air = still(6)
    blowing = air._replace(east_m_s=np.full_like(air.east_m_s, 6.0))
    against = air._replace(east_m_s=np.full_like(air.east_m_s, -6.0))
    calm = chance(east, given_hearing=leaning)
    assert (chance(east, air=blowing, given_hearing=leaning) >= calm).all()
    assert (chance(east, air=against, given_hearing=leaning) <= calm).all()
    assert chance(east, air=against, given_hearing=leaning).sum() < 0.7 * calm.sum()


def test_who_heard_and_who_did_not_tells_how_loud_it_was():
    lon, lat = LON + np.array([0.01, 0.02, 0.05, 0.1, 0.15]), np.full(5, LAT)
    dead = np.array([4], np.int32), np.array([0.0]), np.array([3600.0])
    known = hearing()
    one = np.array([LON]), np.array([LAT]), np.array([60.0])
    near = sensors_about(lon, lat, *one[:2])
    quiet, loud = np.array([[0, -1, -1, -1]], np.int32), np.array([[0, 1, 2, 3]], np.int32)
    for sensors in (network(lon, lat), network(lon, lat, outages=dead)):
        far = half_heard_m(known)
        few = pattern_logs(*one, near, quiet, sensors, still(5), known)[0]
        many = pattern_logs(*one, near, loud, sensors, still(5), known)[0]
        assert far[few.argmax()] < 2500.0
        assert far[many.argmax()] > 6000.0
    alive = pattern_logs(*one, near, loud, network(lon, lat), still(5), known)[0]
    assert (alive <= many).all()  # a miss while dead is no miss
    assert (alive < many).any()


def test_cells_hold_their_middle_and_lie_within_reach():
    lon, lat = np.array([37.5, 37.52, -179.99]), np.array([48.2, 48.2, -70.0])
    cells = cells_within(lon, lat, 1000.0, 3000.0)
    row, column = cell_at(cells.lon, cells.lat, 1000.0)
    assert (row == cells.row).all()
    assert (column == cells.column).all()
    for east, north in zip(cells.lon, cells.lat, strict=True):
        assert min(distance_m(east, north, a, b) for a, b in zip(lon, lat, strict=True)) < 3001.0
    back = middle_of(*cell_at(lon, lat, 1000.0), 1000.0)
    for east, north, a, b in zip(*back, lon, lat, strict=True):
        assert distance_m(east, north, a, b) < 720.0


def test_groups_of_loudness_are_by_the_distance_of_half():
    table = np.tile(np.linspace(1.0, 0.0, 400)[:, None], (1, 3)) ** np.array([8.0, 4.0, 1.0])
    known = Hearing(table, np.full(3, 1 / 3), 0.0, 0.0, 100.0, 4.0)
    assert half_heard_m(known).tolist() == [3400.0, 6400.0, 20000.0]
    assert group_of(known).tolist() == [0, 1, 2]


def nothing_found():
    none = np.zeros(0)
    return Incidents(none, none, none, none, np.zeros((0, 1), np.int32))


def a_watch(sensors, threads=2, size=2000.0):
    hours = np.array([0.0, 3600.0, 7200.0])
    return watch(
        sensors, still(len(sensors.lon)), hearing(), nothing_found(), hours, Rules(size), threads
    )


def test_the_number_of_threads_changes_no_byte():
    lon, lat = around(40, spread=0.4)
    sensors = network(lon, lat)
    cells = cells_within(lon, lat, 1000.0, 10_000.0)
    assert len(cells.lon) > 2048
    hours = np.array([0.0, 3600.0])
    one, two = (
        grid_chances(sensors, still(40), hearing(), cells, hours, Rules(), threads)
        for threads in (1, 2)
    )
    assert one.tobytes() == two.tobytes()


def test_where_all_are_dead_it_is_blind():
    lon, lat = around(12)
    assert (a_watch(network(lon, lat, np.zeros(12))).watched == 0.0).all()
    dead = np.arange(12, dtype=np.int32), np.zeros(12), np.full(12, 7200.0)
    assert (a_watch(network(lon, lat, outages=dead)).chance[:, :, :3] == 0.0).all()
    assert (a_watch(network(lon, lat)).watched > 0.0).any()


def test_no_sensor_at_all_gives_no_cell():
    nobody = a_watch(network(np.zeros(0), np.zeros(0)))
    assert nobody.chance.shape == (0, 2, 6)
    empty = Cells(*(np.zeros(0, np.int64),) * 2, *(np.zeros(0),) * 2)
    assert len(empty.lon) == len(nobody.cells.lon)


def test_three_arrivals_are_likelier_than_four_and_loud_events_than_quiet_ones():
    seen = a_watch(network(*around(15))).chance
    assert (seen[:, :, 0] >= seen[:, :, 1]).all()
    assert seen[:, :, 1] == pytest.approx(seen[:, :, 2], abs=1e-6)
    assert (seen[:, :, 5] >= seen[:, :, 3]).all()
