"""Sensors with a wrong clock or place are named; ellipses widen where times fit badly."""

from __future__ import annotations

import numpy as np
import pytest

from association_world import a_network, the_prior
from truceline.fusion.association.ellipse import misfit, widened
from truceline.fusion.association.probability import probability_of
from truceline.fusion.association.sick import KINDS, sick_sensors
from truceline.fusion.association.views import views_of


def found_where(change):
    sensors, heard, near, air, events = a_network()
    heard, near = change(heard, near)
    return sick_sensors(events, sensors, heard, near, air, the_prior(heard))


def test_a_healthy_network_has_none():
    assert len(found_where(lambda heard, near: (heard, near)).sensor) == 0


@pytest.mark.parametrize("late", [0.6, -1.3])
def test_a_clock_that_is_off_is_named_with_its_error(late):
    def change(heard, near):
        return heard._replace(time_s=heard.time_s + late * (heard.sensor == 4)), near

    sick = found_where(change)
    assert sick.sensor.tolist() == [4]
    assert KINDS[sick.kind[0]] == "clock offset"
    assert sick.size[0] == pytest.approx(late, abs=0.1)


def test_a_clock_that_drifts_is_told_from_one_that_is_off():
    def change(heard, near):
        drift = 1.5 * heard.time_s / heard.time_s.max()
        return heard._replace(time_s=heard.time_s + drift * (heard.sensor == 7)), near

    sick = found_where(change)
    assert sick.sensor.tolist() == [7]
    assert KINDS[sick.kind[0]] == "clock drift"
    assert sick.size[0] == pytest.approx(1.5, abs=0.2)


def test_a_wrong_place_is_named_with_the_way_to_the_right_one():
    def change(heard, near):
        # the network believes sensor 9 to be 500 m west of where it heard
        east = near.east_m - 500.0 * (near.sensor == 9)
        return heard, near._replace(east_m=east)

    sensors, heard, near, air, events = a_network()
    heard, near = change(heard, near)
    away = events.anchor != 9  # its own plane would move with it
    events = events._make(column[away] for column in events)
    sick = sick_sensors(events, sensors, heard, near, air, the_prior(heard))
    assert sick.sensor.tolist() == [9]
    assert KINDS[sick.kind[0]] == "position"
    assert sick.east[0] == pytest.approx(500.0, abs=150.0)
    assert abs(sick.north[0]) < 200.0


def test_times_that_fit_badly_widen_the_ellipse_and_lower_the_probability():
    good, bad = a_network(scatter_s=0.01), a_network(scatter_s=0.12)
    sizes, odds = [], []
    for sensors, heard, near, air, events in (good, bad):
        views = views_of(events, sensors, heard, near, air)
        square, free = misfit(events, sensors, heard, views, the_prior(heard))
        crowd = np.zeros(len(square))
        wide = widened(events, square, free, crowd, 30.0)
        assert (wide.cov[:, 0, 0] >= events.cov[:, 0, 0]).all()
        sizes.append(np.median(wide.cov[:, 0, 0]))
        odds.append(np.mean(probability_of(events, heard, crowd, square, free)))
        crowded = widened(events, square, free, crowd + 5.0, 30.0)
        assert (crowded.cov[:, 0, 0] >= wide.cov[:, 0, 0]).all()
        tailed = widened(events, square, free, crowd, 4.0)
        assert np.mean(tailed.cov[:, 0, 0]) > np.mean(wide.cov[:, 0, 0])
        assert np.mean(crowded.cov[:, 0, 0]) > np.mean(wide.cov[:, 0, 0])
    assert sizes[1] > 1.5 * sizes[0]
    assert odds[1] < odds[0]
