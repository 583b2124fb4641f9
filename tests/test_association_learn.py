"""What is learned from a first solve, on networks that are simulated with other constants."""

from __future__ import annotations

import numpy as np
import pytest

from association_world import EVENTS, SENSORS, a_network, the_prior
from truceline.fusion.association.arrays import pick
from truceline.fusion.association.crowd import salvo_bonus
from truceline.fusion.association.field import corrected
from truceline.fusion.association.learn import learned, well_observed
from truceline.fusion.association.ordering import ordered
from truceline.fusion.association.run import between, halves, sample
from truceline.fusion.association.views import first_of, views_of


def test_every_member_is_seen_at_its_neighbour_and_at_its_distance():
    sensors, heard, near, air, events = a_network()
    views = views_of(events, sensors, heard, near, air)
    assert np.array_equal((views.hit >= 0).sum(axis=1), events.size)
    e, k = np.nonzero(views.hit >= 0)
    assert np.array_equal(heard.sensor[views.hit[e, k]], views.sensor[e, k])
    late = heard.time_s[views.hit[e, k]] - events.time_s[e]
    assert np.abs(late * 338.0 - views.distance_m[e, k]).max() < 338 * 0.06
    assert len(first_of(views, 7).hit) == 7


def test_how_far_events_are_heard_is_learned():
    sensors, heard, near, air, events = a_network(half_m=6000.0)
    model = learned(the_prior(heard), sensors, heard, near, air, events, 6 * 3600.0)
    share = np.exp(model.log_loudness) @ np.exp(model.log_heard[[30, 60, 100]]).T
    assert share[0] > 0.85
    assert share[1] == pytest.approx(0.5, abs=0.15)
    assert share[2] < 0.08  # some share is kept for events louder than any that was met
    assert np.exp(model.log_loudness).sum() == pytest.approx(1.0)


def test_the_rate_is_that_of_the_events():
    sensors, heard, near, air, events = a_network()
    model = learned(the_prior(heard), sensors, heard, near, air, events, 6 * 3600.0)
    assert np.exp(model.log_rate) * 6 * 3600 * 2.5e7 * SENSORS == pytest.approx(EVENTS + 1)


def test_scatter_of_paths_grows_where_times_scatter_more():
    fine, coarse = (
        learned(the_prior(net[1]), *net[:4], net[4], 6 * 3600.0).path_sigma_m_s
        for net in (a_network(scatter_s=0.01), a_network(scatter_s=0.06))
    )
    assert coarse > 1.5 * fine


def test_few_events_teach_nothing():
    sensors, heard, near, air, events = a_network()
    prior = the_prior(heard)
    few = pick(events, np.arange(5))
    assert learned(prior, sensors, heard, near, air, few, 3600.0) is prior


def test_a_table_that_is_wrong_everywhere_is_set_right():
    sensors, heard, _near, air, events = a_network(speed_error=2.0)
    prior = the_prior(heard)
    better = corrected(air, prior, prior._replace(speed_sigma_m_s=2.0), sensors, events)
    middle = better.speed_m_s[1:-1].mean() - 338.0
    assert 1.0 < middle <= 2.1
    assert corrected(air, prior, prior, sensors, pick(events, np.arange(2))) is air
    assert len(well_observed(events).anchor) == np.sum(events.size >= 7)


def test_an_event_beside_a_sound_one_gains_and_one_afar_does_not():
    sensors, _, _, _, events = a_network()
    events = pick(events, np.zeros(4, np.int64))
    events.time_s[:] += np.array([0.0, 8.0, 8.0, 4000.0])
    events.east_m[2] += 5000.0
    bonus = salvo_bonus(events, pick(events, np.arange(1)), sensors, -28.0)
    assert bonus[1] > 5.0
    assert bonus[[0, 2, 3]] == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_large_day_is_learned_from_parts_spread_over_it():
    count = 4096 * 60
    time = np.arange(count) * 0.35
    none = np.full(count, np.nan)
    heard, _ = ordered(np.zeros(count, np.int32), time, none, none, np.arange(count), 1)
    spans, whole = sample(heard)
    assert spans.shape == (12, 2)
    assert whole == pytest.approx((spans[:, 1] - spans[:, 0]).sum())
    inside = (time[:, None] >= spans[:, 0]) & (time[:, None] < spans[:, 1])
    assert inside.sum() == pytest.approx(90_000, rel=0.01)
    assert spans[-1, 1] > time[-1] * 0.9
    assert sample(few(heard, 1000))[0] is None


def few(heard, count):
    none = np.full(count, np.nan)
    return ordered(
        np.zeros(count, np.int32), heard.time_s[:count], none, none, np.arange(count), 1
    )[0]


def test_no_salvo_stands_in_both_halves():
    sensors, _heard, _near, _air, events = a_network()
    twice = events._replace(time_s=np.repeat(events.time_s[::2], 2)[: len(events.time_s)])
    twice = twice._replace(
        anchor=np.zeros_like(twice.anchor), east_m=np.full(len(twice.time_s), 50.0),
        north_m=np.full(len(twice.time_s), 50.0),
    )  # fmt: skip
    one, other = halves(twice, sensors)
    assert len(one.time_s) + len(other.time_s) == len(twice.time_s)
    assert min(len(one.time_s), len(other.time_s)) > 10
    assert not set(one.time_s.tolist()) & set(other.time_s.tolist())


def test_spreads_lie_between_those_of_what_was_seen_and_not():
    _sensors, heard, *_ = a_network()
    seen = the_prior(heard)._replace(speed_sigma_m_s=0.3, wind_sigma_m_s=0.4)
    both = between(seen, seen._replace(speed_sigma_m_s=1.0, wind_sigma_m_s=0.4, tail=0.5))
    assert 0.3 < both.speed_sigma_m_s < 1.0
    assert both.wind_sigma_m_s == pytest.approx(0.4)
    assert both.tail == seen.tail
