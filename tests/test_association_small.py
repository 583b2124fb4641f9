"""Association of a handful of rounds, small enough to run as plain Python too."""

from __future__ import annotations

import numpy as np
import pytest

from association_world import the_prior
from truceline.fusion.association.arrays import joined, no_events, pick
from truceline.fusion.association.cholesky import determinant_3, factored, inverted, solved
from truceline.fusion.association.crowd import homes_of, on_a_plane
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import ordered, sensors_of
from truceline.fusion.association.packing import exchange, pack
from truceline.fusion.association.salvo import agreement, peaks
from truceline.fusion.association.solve import World, solve
from truceline.fusion.association.tangles import untangled
from truceline.fusion.association.weather import air_of, still_air

SENSORS, SPEED = 14, 338.0


def world_of(rounds, clutter=0, sigma_s=0.02, seed=1):
    """A network about 37 E 48 N, and what it hears of rounds (time, east, north of sensor 0)."""
    rng = np.random.default_rng(seed)
    lon, lat = 37 + rng.uniform(-0.06, 0.06, SENSORS), 48 + rng.uniform(-0.04, 0.04, SENSORS)
    near = neighbours(lon, lat)
    sensor, time, level, truth = [], [], [], []
    for number, (moment, east, north) in enumerate(rounds):
        for k in range(near.known[0]):
            away = np.hypot(near.east_m[0, k] - east, near.north_m[0, k] - north)
            sensor.append(near.sensor[0, k])
            time.append(moment + away / SPEED + rng.normal(0, sigma_s))
            level.append(130.0 - 20 * np.log10(max(away, 30.0)) - 0.003 * away + rng.normal(0, 2))
            truth.append(number)
    for _ in range(clutter):
        sensor.append(rng.integers(SENSORS))
        time.append(rng.uniform(0, 600))
        level.append(rng.normal(55, 5))
        truth.append(-1)
    none = np.full(len(time), np.nan)
    heard, order = ordered(
        np.array(sensor, np.int32),
        np.array(time),
        np.array(level),
        none,
        np.arange(len(time)),
        SENSORS,
    )
    sensors = sensors_of(
        lon, lat, np.full(SENSORS, sigma_s), np.full(SENSORS, np.nan),
        np.full(SENSORS, np.log(20 / 3600)), np.ones(SENSORS),
    )  # fmt: skip
    model = the_prior(heard)._replace(search_sigma_m_s=0.8, speed_sigma_m_s=0.3, wind_sigma_m_s=0.3)
    air = still_air(0.0, 600.0, SENSORS)
    return World(sensors, heard, near, air, model), np.array(truth)[order]


def rounds_of(events, truth):
    """Which round each event is of, and which share of its members."""
    found = []
    for e in range(len(events.anchor)):
        own = truth[events.member[e][events.member[e] >= 0]]
        values, counts = np.unique(own, return_counts=True)
        found.append((int(values[np.argmax(counts)]), counts.max() / len(own)))
    return found


def test_each_round_is_one_event_with_all_that_heard_it():
    world, truth = world_of([(100.0, 2500.0, 800.0), (220.0, -1500.0, 3000.0)], clutter=12)
    events = solve(world, threads=1)
    events = pick(events, events.log_odds > 5)
    assert [found for found, _ in rounds_of(events, truth)] == [0, 1]
    assert all(share > 0.9 for _, share in rounds_of(events, truth))
    assert (events.size >= SENSORS - 2).all()
    plane = on_a_plane(events, world.sensors)
    origin = on_a_plane(no_events(1), world.sensors)
    assert plane - origin == pytest.approx(np.array([[2500, 800], [-1500, 3000]]), abs=60.0)


def test_rounds_that_follow_one_another_within_a_second_are_told_apart():
    rounds = [(100.0 + 0.9 * i, 3000.0 + 60.0 * (i % 2), 900.0) for i in range(6)]
    world, truth = world_of(rounds)
    events = solve(world, threads=1)
    events = pick(events, events.log_odds > 5)
    found = rounds_of(events, truth)
    assert sorted(number for number, _ in found) == [0, 1, 2, 3, 4, 5]
    assert all(share > 0.8 for _, share in found)


def test_two_threads_and_one_give_the_same_events():
    world, _ = world_of([(100.0, 2500.0, 800.0), (1900.0, -1500.0, 3000.0)], clutter=5)
    one, two = solve(world, threads=1), solve(world, threads=2)
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_silence_gives_no_events():
    world, _ = world_of([])
    assert len(solve(world).anchor) == 0


def mixed(world, truth, swap):
    """Two events that stand, some members of which are exchanged."""
    events = solve(world, threads=1)
    events = pick(events, events.log_odds > 5)
    assert len(events.anchor) == 2
    members = [events.member[e][: events.size[e]].copy() for e in range(2)]
    for k in range(swap):
        own = world.heard.sensor[members[0][k]]
        other = np.flatnonzero(world.heard.sensor[members[1]] == own)
        if len(other):
            at = other[0]
            members[0][k], members[1][at] = members[1][at], members[0][k]
    for e in range(2):
        events.member[e, : events.size[e]] = members[e]
        events.log_odds[e] = 10.0
    taken = np.zeros(len(truth), np.int8)
    owner = np.full(len(truth), -1, np.int64)
    for e in range(2):
        taken[members[e]], owner[members[e]] = 1, e
    return events, taken, owner


@pytest.mark.parametrize("way", ["untangled", "exchange"])
def test_members_that_were_mixed_come_back_to_their_rounds(way):
    world, truth = world_of([(100.0, 2500.0, 800.0), (100.8, 2560.0, 850.0)])
    events, taken, owner = mixed(world, truth, 4)
    alive, awake, touched = np.ones(2, np.int8), np.ones(2, np.int8), np.zeros(2, np.int8)
    assert min(share for _, share in rounds_of(events, truth)) < 0.8
    rest = (
        world.sensors, world.heard, world.near, world.air, world.model, taken, owner, -3.0,
        np.zeros((2, 3)), events, alive, awake, touched,
    )  # fmt: skip
    order = np.arange(2, dtype=np.int64)
    if way == "exchange":
        exchange(order, *rest)
    else:
        assert untangled(order, on_a_plane(events, world.sensors), *rest) == 1
    assert alive.all()
    assert min(share for _, share in rounds_of(events, truth)) > 0.9
    assert (owner[events.member[0][: events.size[0]]] == 0).all()
    assert taken.sum() == events.size.sum()


def test_a_detection_serves_one_event_only():
    two = joined([no_events(1), no_events(1)])
    two.size[:], two.log_odds[:] = 2, (5.0, 9.0)
    two.member[0, :2], two.member[1, :2] = (0, 1), (1, 2)
    taken, stands = np.zeros(3, np.int8), np.zeros(2, np.int8)
    assert pack(np.array([1, 0]), two, taken, stands) == 1
    assert stands.tolist() == [0, 1]
    assert taken.tolist() == [0, 1, 1]


def test_the_home_of_a_round_is_the_middle_of_the_others():
    world, _ = world_of([])
    events = no_events(5)
    events.east_m[:] = (0.0, 40.0, -40.0, 0.0, 9000.0)
    events.log_odds[:], events.cov[:, :2, :2] = 30.0, np.eye(2) * 100.0
    homes = homes_of(events, world.sensors)
    assert homes[3, 2] > 0
    assert homes[3, :2] == pytest.approx([0.0, 0.0], abs=1.0)
    assert homes[4, 2] == 0


def test_origins_that_agree_are_rounds():
    origin = np.array([10.0, 10.05, 10.1, 20.0, 20.1, 30.0, 30.02, 30.04, 30.06])
    number = np.array([1, 2, 3, 1, 2, 4, 4, 4, 4])  # at 30 one sensor four times: no round
    found, bins = np.empty(8), np.empty(400)
    assert peaks(9, origin, number, np.argsort(origin), found) == 1
    assert found[0] == pytest.approx(10.05)
    spread = agreement(3, np.array([10.0, 14.0, 18.0]), 0.0, bins)
    assert agreement(3, origin[:3], 0.0, bins) > 1.5 * spread


def test_small_systems_are_solved_as_a_library_solves_them():
    rng = np.random.default_rng(4)
    root = rng.normal(size=(6, 6))
    matrix, right = root @ root.T + np.eye(6), rng.normal(size=6)
    lower, out, inverse = np.zeros((6, 6)), np.empty(6), np.empty((6, 6))
    assert factored(matrix, lower)
    solved(lower, right, out)
    assert out == pytest.approx(np.linalg.solve(matrix, right))
    inverted(lower, np.empty(6), np.empty(6), inverse)
    assert inverse == pytest.approx(np.linalg.inv(matrix))
    assert determinant_3(matrix) == pytest.approx(np.linalg.det(matrix[:3, :3]))
    assert not factored(-matrix, lower)


def test_weather_is_linear_between_its_places_and_near_beyond_them():
    lon, lat = np.array([37.0, 38.0, 37.0, 38.0]), np.array([48.0, 48.0, 49.0, 49.0])
    values = np.column_stack((330 + lon - 37, lat - 48, np.zeros(4)))
    asked_lon, asked_lat = np.array([37.3, 37.8, 40.0]), np.array([48.2, 48.9, 48.0])
    air = air_of(np.zeros(4), lon, lat, values, asked_lon, asked_lat)
    assert air.speed_m_s[0, :2] == pytest.approx([330.3, 330.8], abs=0.01)
    assert air.east_m_s[0, :2] == pytest.approx([0.2, 0.9], abs=0.01)
    assert 330.5 < air.speed_m_s[0, 2] <= 331.0
    one = air_of(np.zeros(1), lon[:1], lat[:1], values[:1], asked_lon, asked_lat)
    assert one.speed_m_s[0] == pytest.approx([330.0] * 3)
