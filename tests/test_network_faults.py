"""Each fault changes what it should, and nothing else."""

import dataclasses

import numpy as np
import pytest

from networks import keyed, network
from truceline.simulation.network.plane import between, to_xy
from truceline.simulation.network.sickness import Sickness
from truceline.simulation.network.tables_told import told

TABLES = {"sensors", "detections", "outages", "reports", "fires", "weather"}


def changed(fault, **changes):
    """Names of the told tables that a fault changes."""
    plain, sick = told(network(**changes)), told(network(fault, **changes))
    return {name for name in TABLES if name not in sick or not plain[name].equals(sick[name])}


def alarms(net):
    return keyed_alarms(net.picks, ~net.sensors.person)


def keyed_alarms(picks, machine):
    rows = (picks.mark == 0) & machine[picks.sensor]
    columns = (picks.sensor[rows], picks.time_s[rows], np.nan_to_num(picks.level_db[rows]))
    return sorted(zip(*(c.tolist() for c in columns), strict=True))


@pytest.mark.parametrize(
    ("fault", "tables"),
    [
        ("echo", {"detections"}),
        ("tails", {"detections"}),
        ("weather", {"weather"}),
        ("clock", {"detections"}),
        ("position", {"sensors"}),
        ("level", {"detections"}),
        ("shadow", {"detections"}),
        ("three", {"detections"}),
        ("persons", {"sensors", "detections"}),
        ("no-azimuth", {"sensors", "detections"}),
        ("no-weather", {"weather"}),
        ("flat", {"detections"}),
    ],
)
def test_a_fault_changes_its_own_tables_only(fault, tables):
    # Events of the fault `three` are heard by no patrol: quiet as they are.
    assert changed(fault) == tables


@pytest.mark.parametrize("fault", ["echo", "tails", "clock", "level", "shadow", "pairs", "three"])
def test_false_alarms_stay(fault):
    plain, sick = alarms(network()), alarms(network(fault, sick_share=0.1))
    assert len(plain) == len(sick)
    if fault not in ("clock", "level"):
        assert plain == sick


def test_echoes_come_after_what_they_repeat_and_weaker():
    plain, sick = network(), network("echo")
    direct = keyed(sick.picks)
    assert str(direct) == str(keyed(plain.picks))
    echoes = keyed(sick.picks, marks=(3,))
    assert 0.03 < len(echoes) / len(direct) < 0.15
    for key, (time, level, _) in echoes.items():
        first, loud, _ = direct[key]
        slack = 6 * sick.sensors.time_sigma_s[key[1]]
        assert 0.3 - slack <= time - first <= 3.0 + slack
        assert np.isnan(level) or loud - 10.001 <= level <= loud - 1.999


def test_tails_are_students_with_two_in_a_hundred_grossly_wrong():
    plain, sick = network(events=1500), network("tails", events=1500)
    assert set(keyed(plain.picks)) == set(keyed(sick.picks))
    sigma = sick.sensors.time_sigma_s
    shift = {key: now[0] - was[0] for key, now, was in both(plain, sick)}
    gross = keyed(sick.picks, marks=(2,))
    assert 0.012 < len(gross) / len(shift) < 0.03
    assert all(abs(shift[key]) > 0.3 for key in gross)
    mild = np.array([s / sigma[k[1]] for k, s in shift.items() if k not in gross])
    assert np.abs(mild).max() > 5.0
    assert all(str(now[1:]) == str(was[1:]) for _, now, was in both(plain, sick))


def both(plain, sick):
    one, other = keyed(plain.picks), keyed(sick.picks)
    return [(key, other[key], one[key]) for key in one.keys() & other.keys()]


def test_stale_weather_is_that_of_three_hours_before_and_coarse():
    plain, sick = network(), network("weather")
    table = sick.weather
    assert len(table.time_s) < len(plain.weather.time_s) / 4
    x, y = to_xy(table.lon, table.lat)

    def off(hours):
        _, east, north = sick.air.at(x, y, table.time_s - 3600.0 * hours)
        return np.hypot(east - table.wind_east_m_s, north - table.wind_north_m_s).mean()

    assert off(3.0) < off(0.0)
    assert off(3.0) < off(6.0)


def test_one_clock_in_a_hundred_is_off_or_drifts_and_no_other_time_changes():
    plain, sick = network(sick_share=0.1), network("clock", sick_share=0.1)
    ill = np.flatnonzero(sick.sickness.clock)
    assert len(ill) == 15
    size = np.abs(sick.sickness.clock_offset_s + sick.sickness.clock_drift_s)[ill]
    assert ((size >= 0.2) & (size <= 2.0)).all()
    assert 0 < (sick.sickness.clock_drift_s != 0).sum() < 15
    seconds = sick.settings.seconds
    for (_, sensor), now, was in both(plain, sick):
        drift = sick.sickness.clock_drift_s[sensor] * was[0] / seconds
        wanted = sick.sickness.clock_offset_s[sensor] + drift
        assert now[0] - was[0] == pytest.approx(wanted, abs=1e-6)
        assert str(now[1:]) == str(was[1:])
    default = network("clock", sensors=1000, events=1, hours=0.1).sickness
    assert default.clock.sum() == 10


def test_a_wrong_position_is_wrong_by_200_to_800_m():
    net = network("position", sick_share=0.1)
    stated = told(net)["sensors"]
    east, north = between(
        net.sensors.lon,
        net.sensors.lat,
        stated["lon"].to_numpy(),
        stated["lat"].to_numpy(),
    )
    far = np.hypot(east, north)
    assert (far[~net.sickness.position] == 0).all()
    assert net.sickness.position.sum() == 15
    assert ((far >= 199.0) & (far <= 801.0)).sum() == 15


def test_a_level_is_off_by_one_figure_for_each_sensor():
    plain, sick = network(), network("level")
    gain = sick.sickness.gain_db
    assert np.abs(gain).max() <= 6.0
    assert gain.std() > 2.0
    for (_, sensor), now, was in both(plain, sick):
        assert now[0] == was[0]
        assert np.isnan(was[1]) or now[1] - was[1] == pytest.approx(gain[sensor])


def test_shadows_take_arrivals_and_leave_the_others():
    plain, sick = network(), network("shadow")
    left = keyed(sick.picks)
    assert left.keys() < keyed(plain.picks).keys()
    for key, now, was in both(plain, sick):
        assert now[0] == was[0], key


def test_a_shadow_is_a_sector_that_may_reach_over_north():
    nothing = np.zeros(1)
    sick = Sickness(*[nothing] * 5, np.array([350.0]), np.array([20.0]), np.array([12.0]))
    sensor = np.zeros(4, dtype=np.int64)
    inward = np.array([349.0, 355.0, 9.0, 11.0])
    assert sick.shadow_loss_db(sensor, inward).tolist() == [0.0, 12.0, 12.0, 0.0]


def test_persons_join_with_a_second_and_no_level():
    plain, sick = network(), network("persons")
    machines = len(plain.sensors)
    assert not plain.sensors.person.any()
    assert sick.sensors.person[machines:].all()
    assert (sick.sensors.time_sigma_s[machines:] == 1.0).all()
    person = sick.sensors.person[sick.picks.sensor]
    assert person.any()
    assert np.isnan(sick.picks.level_db[person]).all()
    assert np.isnan(sick.picks.azimuth_deg[person]).all()
    heard = {k: v for k, v in keyed(sick.picks).items() if k[1] < machines}
    assert str(heard) == str(keyed(plain.picks))
    assert alarms(sick) == alarms(plain)


def test_each_impact_follows_its_shot_and_the_shots_stay():
    plain, sick = network(), network("pairs")
    shots = len(plain.events)
    for one in dataclasses.fields(plain.events):
        now, was = getattr(sick.events, one.name)[:shots], getattr(plain.events, one.name)
        assert list(now) == list(was), one.name
    impact = np.arange(shots, len(sick.events))
    assert 0.6 * shots < len(impact) <= shots
    shot = sick.events.pair[impact] - 1
    assert len(set(shot.tolist())) == len(shot)
    flight = sick.events.time_s[impact] - sick.events.time_s[shot]
    assert ((flight >= 1.0) & (flight < 70.0)).all()
    assert {sick.events.kind[i] for i in impact} == {"explosion"}
    assert not set(sick.events.salvo[impact].tolist()) & set(plain.events.salvo.tolist())
    heard = {k: v for k, v in keyed(sick.picks).items() if k[0] <= shots}
    assert str(heard) == str(keyed(plain.picks))


def test_quiet_events_are_heard_by_three_sensors():
    plain, sick = network(), network("three,persons,echo", events=400)
    shots = 400
    counts = np.bincount([event for event, _ in keyed(sick.picks)], minlength=len(sick.events) + 1)
    quiet = counts[shots + 1 :]
    assert len(quiet) == 32
    assert set(quiet.tolist()) <= {0, 3}
    assert (quiet == 3).mean() > 0.7
    assert len(plain.events) == 120


def test_no_azimuth_leaves_everything_else():
    plain, sick = network(), network("no-azimuth")
    assert np.isnan(sick.sensors.azimuth_sigma_deg).all()
    assert np.isnan(sick.picks.azimuth_deg).all()
    for _, now, was in both(plain, sick):
        assert str(now[:2]) == str(was[:2])
    assert len(keyed(plain.picks)) == len(keyed(sick.picks))
