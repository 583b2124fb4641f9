"""Association of phases so small that its kernels can run as plain Python too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phases_world import ground, quakes
from truceline.fusion.phases.arrays import Stations, no_events, some
from truceline.fusion.phases.density import often, places
from truceline.fusion.phases.fitting import enough
from truceline.fusion.phases.joint import nothing_shared
from truceline.fusion.phases.learn import first_model, log_rates, well_observed
from truceline.fusion.phases.packing import pack, trade
from truceline.fusion.phases.run import (
    World,
    associate,
    ground_of,
    picks_of,
    settled,
    solve,
    taught,
)
from truceline.geodesy import to_plane


@pytest.fixture(scope="module")
def little():
    """Give three events in a region of few points, with what was found."""
    world = quakes(seed=2, count=3, span_s=90.0, clutter_per_h=20.0, stations=6)
    settings = replace(ground(), margin_m=1000.0, deepest_m=12_000.0)
    centre = float(np.mean(world.lon)), float(np.mean(world.lat))
    stations = Stations(*to_plane(*centre, world.lon, world.lat))
    order = np.lexsort((world.time_s, 2 * world.station + world.secondary))
    channel = 2 * world.station[order] + world.secondary[order]
    picks = picks_of(channel, world.time_s[order], 2 * len(world.lon))
    tables, nodes = ground_of(stations, settings)
    model = first_model(settings, nodes, stations, picks)
    whole = World(stations, picks, tables, nodes, model, nothing_shared(12))
    return whole, settings, solve(whole, settings, 1), world.label[order]


def test_three_events_are_three(little):
    _, _, events, label = little
    assert len(events.odds) == 3
    for row in range(3):
        own = label[events.member[row][events.member[row] >= 0]]
        assert np.bincount(own[own >= 0]).max() >= 0.8 * len(own)
    assert np.all(np.diff(events.place[:, 3]) > 0)


def test_few_events_teach_nothing(little):
    whole, _, events, _ = little
    assert len(well_observed(events)) == 0
    assert taught(whole, events) is whole


def test_events_choose_the_same_again(little):
    whole, settings, events, _ = little
    taken = np.zeros(len(whole.picks.time_s), np.int8)
    taken[events.member[events.member >= 0]] = 1
    again = settled(some(events, np.arange(3)), whole, settings, taken)
    assert np.array_equal(again.member, events.member)


def test_two_halves_of_an_event_become_one(little):
    whole, settings, events, _ = little
    best = int(np.argmax(events.size))
    both = some(events, np.array([best, best]))
    own = np.flatnonzero(both.member[0] >= 0)
    both.member[0, own[::2]] = -1
    both.member[1, own[1::2]] = -1
    both.odds[:] = 1.0
    taken = np.zeros(len(whole.picks.time_s), np.int8)
    taken[events.member[best][own]] = 1
    left = settled(both, whole, settings, taken)
    assert len(left.odds) == 1
    assert left.size[0] == len(own)


def test_p_and_s_picks_of_one_event_that_stood_apart_become_one(little):
    whole, _, events, _ = little
    best = int(np.argmax(events.size))
    both = some(events, np.array([best, best]))
    both.member[0, 1::2] = -1
    both.member[1, ::2] = -1
    both.odds[:] = 1.0
    taken, alive = np.zeros(len(whole.picks.time_s), np.int8), np.ones(2, np.int8)
    taken[events.member[best][events.member[best] >= 0]] = 1
    world = whole.stations, whole.picks, whole.ground, whole.model
    order = np.array([0, 1])
    assert trade(order, np.arange(2), np.full(2, 2), *world, taken, both, alive) == 1
    assert alive.tolist() == [1, 0]
    assert both.size[0] == events.size[best]
    assert taken.sum() == both.size[0]


def test_the_better_of_two_hypotheses_keeps_a_contested_pick():
    events = no_events(2, 4)
    events.member[0] = [0, 1, 2, -1]
    events.member[1] = [2, 3, 4, -1]
    taken, stands = np.zeros(5, np.int8), np.zeros(2, np.int8)
    assert pack(np.array([1, 0]), events, taken, stands) == 1
    assert stands.tolist() == [0, 1]
    assert taken.tolist() == [0, 0, 1, 1, 1]


def test_picks_at_two_stations_are_not_enough():
    assert not enough(np.array([1, 2, 3, 4, -1, -1]), 4)
    assert enough(np.array([1, 2, 3, -1, 4, -1]), 4)
    assert not enough(np.array([1, 2, 3, -1, 4, -1]), 5)


def test_clutter_is_counted_about_each_pick_without_those_of_events():
    time = np.array([0.0, 1.0, 2.0, 5000.0])
    at = np.array([0, 4])
    busy = log_rates(time, at, np.ones(4, np.int8))
    calm = log_rates(time, at, np.array([1, 0, 0, 1], np.int8))
    assert busy[0] > busy[3]
    assert calm[0] < busy[0]
    assert np.all(np.isfinite(log_rates(time[:1], np.array([0, 1]), np.zeros(1, np.int8))))


def test_what_is_expected_sums_to_what_was_found(little):
    whole, _, events, _ = little
    sure = 1 / (1 + np.exp(-events.odds))
    place = np.exp(places(whole.model, events)) * whole.model.cell_m**2
    assert place.sum() == pytest.approx(1.0)
    hours = np.exp(often(whole.model, events)) * whole.model.hour_s
    assert hours.sum() == pytest.approx(sure.sum(), rel=1e-6)


def test_all_of_it_again_by_the_front_door(little):
    _, settings, events, _ = little
    world = quakes(seed=2, count=3, span_s=90.0, clutter_per_h=20.0, stations=6)
    found = associate(world.lon, world.lat, world.station, world.secondary, world.time_s, settings)
    assert found.time_s == pytest.approx(events.place[:, 3])
    assert np.all(found.probability > 0.5)
