"""A simulated network: seeded, physical, and its truth agrees with what is told."""

import dataclasses

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from networks import keyed, network
from truceline.geodesy import distance_m
from truceline.simulation.network.air import Air, air_of, trace
from truceline.simulation.network.bound import bounds
from truceline.simulation.network.listening import Heard
from truceline.simulation.network.loss import loss_db
from truceline.simulation.network.numbers import Streams
from truceline.simulation.network.pairs import Pairs
from truceline.simulation.network.picks import Picks
from truceline.simulation.network.plane import between, between_on_map, moved, to_lonlat, to_xy
from truceline.simulation.network.settings import NetworkSettings, faults_of
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

FAR = st.floats(-25e3, 25e3)


def one(*values):
    return np.array(values, dtype=float)


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_settings_give_the_same_bytes_and_another_seed_others(tmp_path):
    said = NetworkSettings(sensors=60, events=40, hours=1.0, faults=faults_of("all"), seed=3)
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        (tmp_path / name).mkdir()
        drawn = simulate_network(dataclasses.replace(said, seed=seed))
        write_network(tmp_path / name, drawn)
    a, b, c = (bytes_of(tmp_path / name) for name in "abc")
    assert a == b
    assert set(a) == set(c)
    assert all(a[name] != c[name] for name in a)


@given(east=FAR, north=FAR, x=st.floats(-5e5, 5e5), y=st.floats(-3e5, 3e5))
def test_true_east_and_north_lead_there_and_back(east, north, x, y):
    lon, lat = to_lonlat(one(x), one(y))
    there = moved(lon, lat, one(east), one(north))
    measured = np.hypot(*between(lon, lat, *there))[0]
    assert measured == pytest.approx(np.hypot(east, north), abs=0.1)
    assert measured == pytest.approx(distance_m(lon[0], lat[0], there[0][0], there[1][0]), abs=0.1)
    back = to_xy(lon, lat)
    assert back[0][0] == pytest.approx(x, abs=1e-3)


@given(x=st.floats(-5e5, 5e5), y=st.floats(-3e5, 3e5), azimuth=st.floats(0, 360))
def test_a_flat_map_stretches_with_the_square_of_the_way_from_its_meridian(x, y, azimuth):
    here = to_lonlat(one(x), one(y))
    east, north = 8e3 * np.sin(np.radians(azimuth)), 8e3 * np.cos(np.radians(azimuth))
    there = moved(*here, one(east), one(north))
    flat_east, flat_north = between_on_map(*here, *there)
    stretch = np.hypot(flat_east, flat_north)[0] / 8e3
    assert stretch == pytest.approx(1 + (x / 6.38e6) ** 2 / 2, abs=2e-4)
    turned = np.degrees(np.arctan2(flat_east, flat_north))[0] - azimuth
    assert (turned + 180) % 360 - 180 == pytest.approx(0.0, abs=0.1)


def test_grid_and_true_north_differ_by_five_degrees_at_the_ends():
    lon, lat = to_lonlat(one(500e3, 500e3), one(0.0, 1000.0))
    east, north = between(lon[:1], lat[:1], lon[1:], lat[1:])
    assert abs(np.degrees(np.arctan2(east, north))[0]) == pytest.approx(5.0, abs=0.1)


@given(wind=st.tuples(st.floats(-15, 15), st.floats(-15, 15)), east=FAR, north=FAR)
@settings(max_examples=50)
def test_sound_in_even_wind_arrives_where_the_drifting_circle_has_grown_to(wind, east, north):
    if np.hypot(east, north) < 10.0:
        return
    air = Air(10.0, 0.0, np.array(wind), ())
    lonlat = to_lonlat(one(0.0), one(0.0))
    ways = trace(air, (*lonlat, one(0.0)), lonlat, (one(east), one(north), one(0.0)))
    t, c = ways.travel_s[0], ways.sound_speed_m_s[0]
    assert c == pytest.approx(331.3 * (283.15 / 273.15) ** 0.5)
    assert np.hypot(east - wind[0] * t, north - wind[1] * t) == pytest.approx(c * t, rel=1e-9)


def test_the_traced_time_is_the_integral_over_the_field():
    air = air_of(Streams(2))
    lon_a, lat_a = to_lonlat(one(20e3), one(5e3))
    lon_b, lat_b = to_lonlat(one(34e3), one(-3e3))
    east, north = between(lon_a, lat_a, lon_b, lat_b)
    ways = trace(air, (lon_a, lat_a, one(4000.0)), (lon_b, lat_b), (east, north, one(0.0)))
    share = (np.arange(4000) + 0.5) / 4000
    length = np.hypot(east, north)[0]
    sound, w_east, w_north = air.at(
        20e3 + share * 14e3, 5e3 - share * 8e3, 4000.0 + share * length / 340.0
    )
    unit = np.array([east[0], north[0]]) / length
    along = w_east * unit[0] + w_north * unit[1]
    across = w_north * unit[0] - w_east * unit[1]
    slow = np.mean(1.0 / (along + np.sqrt(sound**2 - across**2)))
    assert ways.travel_s[0] == pytest.approx(slow * length, abs=2e-4)
    even = length / (sound[0] + along[0])
    assert abs(ways.travel_s[0] - even) > 5e-3, "one constant for the event would not do"


def test_fields_vary_as_much_as_is_said():
    air = air_of(Streams(11))
    rng = np.random.default_rng(0)
    place, when = rng.uniform(-5e6, 5e6, (2, 20000)), rng.uniform(0, 3e6, 20000)
    _, east, north = air.at(*place, when)
    for wind in (east, north):
        assert 1.9 < wind.std() < 3.3


@given(far=st.floats(200.0, 30e3), along=st.floats(-15, 15))
def test_sound_is_weaker_upwind_and_further_away(far, along):
    here, further = loss_db(one(far, far * 1.1), one(along, along))
    assert further > here
    upwind, still, downwind = loss_db(one(far, far, far), one(-abs(along) - 1e-3, 0, abs(along)))
    assert upwind > still >= downwind


def test_the_truth_agrees_with_what_is_told():
    net = network()
    seen = np.flatnonzero(net.picks.mark == 1)
    event, sensor = net.picks.event[seen] - 1, net.picks.sensor[seen]
    events, sensors = net.events, net.sensors
    source = (events.lon[event], events.lat[event])
    east, north = between(*source, sensors.lon[sensor], sensors.lat[sensor])
    up = sensors.elevation_m[sensor] - events.elevation_m[event]
    receiver = (sensors.lon[sensor], sensors.lat[sensor])
    ways = trace(net.air, (*source, events.time_s[event]), receiver, (east, north, up))
    late = net.picks.time_s[seen] - events.time_s[event] - ways.travel_s
    assert kstest(late / sensors.time_sigma_s[sensor], "norm").pvalue > 1e-3
    inward = np.degrees(np.arctan2(-east, -north))
    turn = (net.picks.azimuth_deg[seen] - inward + 180.0) % 360.0 - 180.0
    given_ = ~np.isnan(turn)
    assert 0.2 < given_.mean() < 0.5
    normal = turn[given_] / sensors.azimuth_sigma_deg[sensor][given_]
    assert kstest(normal, "norm").pvalue > 1e-3
    assert (net.picks.level_db[seen] >= sensors.threshold_db[sensor])[
        ~np.isnan(net.picks.level_db[seen])
    ].all()


def test_nothing_is_heard_by_a_dead_sensor_and_false_alarms_come_at_their_rate():
    net = network(sensors=400, hours=24.0, events=0)
    assert set(net.picks.mark) == {0}
    assert not net.sensors.dead(net.picks.sensor, net.picks.time_s).any()
    lives = np.isnan(net.sensors.outage_start_s)
    counts = np.bincount(net.picks.sensor, minlength=400)[lives]
    wanted = (net.sensors.false_alarm_per_h * net.sensors.uptime)[lives] * 24.0
    chi_square = float(((counts - wanted) ** 2 / wanted).mean())
    assert 0.75 < chi_square < 1.3
    rates = net.sensors.false_alarm_per_h
    assert rates.min() >= 1.0
    assert rates.max() <= 60.0
    assert kstest(np.log(rates) / np.log(60.0), "uniform").pvalue > 1e-3
    assert 0.01 < np.mean(~lives) < 0.15


def test_salvos_are_of_one_place_and_of_seconds_to_minutes():
    net = network(events=2000, hours=24.0, sensors=300)
    events = net.events
    assert len(events) == 2000
    assert (np.diff(events.time_s) >= 0).all()
    assert events.time_s.max() < 86400.0
    x, y = to_xy(events.lon, events.lat)
    sizes, spans, spreads = [], [], []
    for salvo in np.unique(events.salvo):
        rows = events.salvo == salvo
        sizes.append(int(rows.sum()))
        spans.append(float(np.ptp(events.time_s[rows])))
        spreads.append(float(max(np.ptp(x[rows]), np.ptp(y[rows]))))
    sizes = np.array(sizes)
    assert 0.05 < np.mean(sizes == 1) < 0.6
    assert sizes.max() <= 41
    assert sizes.max() > 20
    assert max(spans) < 1800.0
    assert max(spreads) < 2500.0


def test_a_line_is_as_long_as_asked_and_a_country_has_an_area():
    x, y = to_xy(network(length_km=400.0).sensors.lon, network(length_km=400.0).sensors.lat)
    assert 300e3 < np.ptp(x) <= 401e3
    assert np.ptp(y) < 80e3
    country = network(network="country", sensors=600)
    x, y = to_xy(country.sensors.lon, country.sensors.lat)
    assert np.ptp(y) > 0.4 * np.ptp(x)


def test_reports_and_fires_point_to_their_events():
    net = network(faults="pairs", events=600, hours=12.0)
    reports, fires, events = net.reports, net.fires, net.events
    true = reports.event > 0
    assert 0.75 < true.mean() < 1.0
    event = reports.event[true] - 1
    lon, lat = reports.lon[true], reports.lat[true]
    east, north = between(lon, lat, events.lon[event], events.lat[event])
    turn = (reports.bearing_deg[true] - np.degrees(np.arctan2(east, north)) + 180) % 360 - 180
    assert 7.0 < turn.std() < 14.0
    far = np.hypot(east, north)
    inside = (reports.range_min_m[true] <= far) & (far <= reports.range_max_m[true])
    assert inside.mean() > 0.7
    assert 18.0 < (reports.time_s[true] - events.time_s[event]).std() < 34.0
    lit = fires.event > 0
    assert lit.any()
    event = fires.event[lit] - 1
    assert {events.kind[i] for i in event} == {"explosion"}
    east, north = between(fires.lon[lit], fires.lat[lit], events.lon[event], events.lat[event])
    assert (np.maximum(abs(east), abs(north)) <= fires.pixel_m[lit] / 2 + 2.0).all()
    assert (fires.time_s[lit] > events.time_s[event]).all()


def test_the_bound_of_four_sensors_around_an_event_is_the_one_of_the_book():
    east, north = one(3e3, 0, -3e3, 0), one(0, 3e3, 0, -3e3)
    c, sigma = 340.0, 0.05
    zero, four = np.zeros(4, dtype=np.int64), np.arange(4)
    ways = trace(
        Air((c / 331.3) ** 2 * 273.15 - 273.15, 0.0, np.zeros(2), ()),
        (np.full(4, 37.5), np.full(4, 48.2), np.zeros(4)),
        (np.full(4, 37.5), np.full(4, 48.2)),
        (east, north, np.zeros(4)),
    )
    picks = Picks(four, np.zeros(4), np.zeros(4), np.zeros(4), zero + 1, zero + 1)
    heard = Heard(Pairs(zero, four, east, north, np.zeros(4)), ways, picks, picks)
    sensors = dataclasses.replace(
        network().sensors,
        time_sigma_s=np.full(150, sigma),
        azimuth_sigma_deg=np.full(150, np.nan),
    )
    wanted = (c * sigma) ** 2 / 2.0
    got = bounds(heard, sensors, 1, 2)
    assert got[0] == pytest.approx([wanted, 0.0, wanted], rel=1e-6, abs=1e-6)
    assert np.isnan(got[1]).all()
    array = dataclasses.replace(sensors, azimuth_sigma_deg=np.full(150, 1.0))
    cross = 3e3 * np.radians(1.0)
    both = 1.0 / (2.0 / (c * sigma) ** 2 + 2.0 / cross**2)
    assert bounds(heard, array, 1, 1)[0, 0] == pytest.approx(both, rel=1e-6)


def test_too_few_arrivals_have_no_bound_and_many_have_one():
    net = network(events=2000, hours=24.0, sensors=300)
    direct = np.bincount(net.picks.event[net.picks.mark == 1], minlength=2001)[1:]
    bounded = np.isfinite(net.bound_m2).all(axis=1)
    assert not bounded[direct == 0].any()
    ee, en, nn = net.bound_m2[bounded].T
    assert (ee > 0).all()
    assert (ee * nn > en**2).all()
    assert bounded[direct >= 4].all()


def test_written_numbers_are_those_that_were_drawn(tmp_path):
    net = network(faults="clock")
    write_network(tmp_path, net)
    told = pq.read_table(tmp_path / "detections.parquet")
    start = int(net.settings.start.timestamp()) * 10**9
    told_s = (told["time"].cast("int64").to_numpy() - start) / 1e9
    assert told_s == pytest.approx(net.picks.time_s, abs=1e-6)
    assert (np.diff(told_s) >= 0).all()
    assert told["detection_id"].to_pylist() == list(range(1, len(net.picks) + 1))
    assert str(told.schema.field("time").type) == "timestamp[ns, tz=UTC]"
    sensors = pq.read_table(tmp_path / "sensors.parquet").to_pylist()
    named = [sensors[i]["sensor_id"] for i in net.picks.sensor]
    assert told["sensor_id"].to_pylist() == named
    assert {s["sensor_id"] for s in sensors if s["azimuth_sigma_deg"] is not None} >= {
        row["sensor_id"]
        for row in told.select(["sensor_id", "azimuth_deg"]).to_pylist()
        if row["azimuth_deg"] is not None
    }


def test_nothing_at_all_is_a_network_too(tmp_path):
    net = network(faults="all", sensors=1, events=0, hours=0.5)
    assert len(net.events) == 0
    assert not keyed(net.picks)
    write_network(tmp_path, net)
    assert pq.read_table(tmp_path / "truth" / "events.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"network": "ring"}, "`line` or `country`"),
        ({"sensors": 0}, "at least one sensor"),
        ({"events": -1}, "no events or seed below 0"),
        ({"hours": 0.0}, "hours must lie above 0"),
        ({"length_km": 0.1}, "length_km must lie in"),
        ({"sick_share": 1.5}, "share of 0..1"),
        ({"faults": frozenset({"gremlins"})}, "unknown fault 'gremlins'"),
    ],
)
def test_settings_out_of_range_are_refused(said, wanted):
    with pytest.raises(ValueError, match=wanted):
        NetworkSettings(**said)
