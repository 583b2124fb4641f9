"""The sensors of a workspace as arrays, what they teach, and what becomes of their arrivals."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from observation_rows import LAT, LON, NOON, arrival, calibration, fused, place, row, table
from truceline.codec.canonical import canonical
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.association.views import air_of_events
from truceline.fusion.calibrate import Acoustics, as_plain, from_plain
from truceline.fusion.network import acoustic, listened, network_of
from truceline.fusion.network_events import events_of, teach
from truceline.fusion.sounds import hear, taught_by
from truceline.fusion.teaching import air_with
from truceline.model.coverage import Coverage
from truceline.model.interval import Interval
from truceline.model.network import NetworkFacts, Outage, Sensor, WeatherRow

SOUND = 338.0
MASTS = {f"M{n}": (4_000.0 * math.sin(n * 1.05), 4_000.0 * math.cos(n * 1.05)) for n in range(6)}


def shot(key, at, seconds, masts=MASTS, **changes):
    """Give the arrivals of one shot in still air."""
    return [
        arrival(
            f"{key}-{name}", name, seconds + math.hypot(at[0] - e, at[1] - n) / SOUND, at=(e, n),
            **changes,
        )
        for name, (e, n) in masts.items()
    ]  # fmt: skip


def sensor(name, **changes):
    lon, lat = place(*MASTS[name])
    return replace(Sensor("test", name, lon, lat, 0.05), **changes)


def coverage(name, start, end, basis="stated"):
    span = Interval(NOON + timedelta(seconds=start), NOON + timedelta(seconds=end))
    return Coverage("test", name, span, None, basis, "")


def network(rows, facts=NetworkFacts(), stretches=(), clutter=None):  # noqa: B008 - frozen
    return network_of(acoustic(table(*rows)), facts, stretches, clutter or {})


def test_a_sensor_stands_where_its_owner_says_and_else_where_its_arrivals_say():
    facts = NetworkFacts(sensors=(sensor("M0", lon=LON + 0.5, time_sigma_s=0.2),))
    found = network(shot("s", (0.0, 0.0), 5.0), facts)
    assert found.names == tuple(f"test:M{n}" for n in range(6))
    assert found.sensors.lon[0] == LON + 0.5
    assert found.sensors.lon[1] == pytest.approx(place(*MASTS["M1"])[0])
    assert found.sensors.time_sigma_s.tolist() == [0.2, *[0.05] * 5]


def test_the_error_of_bearings_comes_from_the_card_or_the_rows_or_is_usual():
    told = {"M0": (10.0, 4.0), "M1": (20.0, None), "M2": (None, None)}
    rows = [
        arrival(f"b-{n}", n, 5.0, at=MASTS[n], bearing_deg=b, bearing_sigma_deg=s)
        for n, (b, s) in told.items()
    ]
    found = network(rows).sensors.azimuth_sigma_deg
    assert found[:2].tolist() == [4.0, 10.0]
    assert np.isnan(found[2])
    card = NetworkFacts(sensors=(sensor("M0", azimuth_sigma_deg=2.0),))
    assert network(rows, card).sensors.azimuth_sigma_deg[0] == 2.0


def test_a_sensor_of_another_source_with_the_same_name_is_another():
    rows = [*shot("s", (0.0, 0.0), 5.0), arrival("x", "M0", 3.0, source="other", at=(9000.0, 0.0))]
    assert network(rows).names == ("other:M0", *(f"test:M{n}" for n in range(6)))


def test_a_silent_sensor_that_is_known_is_there():
    facts = NetworkFacts(sensors=(sensor("M5"),))
    rows = [r for r in shot("s", (0.0, 0.0), 5.0) if r["datastream"] != "M5"]
    found = network(rows, facts)
    assert "test:M5" in found.names
    assert len(found.row) == 5


def test_arrivals_whose_sensor_has_no_place_are_left_alone():
    rows = shot("s", (0.0, 0.0), 5.0, lon=None, lat=None)
    assert network(rows) is None
    found = fused(*rows)
    assert (found.incidents, found.lone_arrivals) == ((), 6)


def test_only_sound_goes_through_the_engine():
    rows = shot("s", (0.0, 0.0), 5.0, modality="seismic")
    assert acoustic(table(*rows)).num_rows == 0
    assert fused(*rows).lone_arrivals == 6
    assert len(fused(*shot("s", (0.0, 0.0), 5.0)).incidents) == 1


def test_a_sensor_is_dead_in_its_outages_and_outside_of_stated_coverage():
    facts = NetworkFacts(
        outages=(Outage("test", "M1", NOON + timedelta(0, 10), NOON + timedelta(0, 20)),)
    )
    stretches = [
        coverage("M0", -100, 50),
        coverage("M0", 60, 500),
        coverage("M2", 0, 5, "inferred"),
    ]
    found = network(shot("s", (0.0, 0.0), 5.0), facts, stretches)
    at = found.sensors.outage_at
    noon = NOON.timestamp() - found.origin_s
    dead = [
        [
            (float(low) - noon, float(high) - noon)
            for low, high in zip(
                found.sensors.outage_start_s[at[n] : at[n + 1]],
                found.sensors.outage_end_s[at[n] : at[n + 1]],
                strict=True,
            )
        ]
        for n in range(3)
    ]
    assert dead == [[(-math.inf, -100.0), (50.0, 60.0), (500.0, math.inf)], [(10.0, 20.0)], []]


def test_what_was_listened_to_has_the_outages_taken_out():
    facts = NetworkFacts(
        outages=(Outage("test", "M0", NOON + timedelta(0, 10), NOON + timedelta(0, 20)),)
    )
    up = listened(facts, [coverage("M0", 0, 100, "inferred")])["test:M0"]
    noon = NOON.timestamp()
    assert [(low - noon, high - noon) for low, high in up] == [(0.0, 10.0), (20.0, 100.0)]


def test_stated_false_alarms_count_and_learned_ones_come_before_them():
    many = NetworkFacts(sensors=(sensor("M0", false_alarm_per_h=60.0),))
    rows = shot("s", (0.0, 0.0), 5.0)
    bare, stated = network(rows), network(rows, many)
    assert stated.sensors.log_clutter[0] > bare.sensors.log_clutter[0]
    learned = network(rows, many, clutter={"test:M0": 0.5})
    assert learned.sensors.log_clutter[0] == pytest.approx(math.log(0.5))


def test_the_order_of_rows_does_not_show():
    rows = shot("a", (500.0, 300.0), 5.0) + shot("b", (-900.0, 0.0), 40.0)
    found, turned = network(rows), network(rows[::-1])
    assert found.heard.time_s.tolist() == turned.heard.time_s.tolist()
    ids = [[r["observation_id"] for r in some] for some in (rows, rows[::-1])]
    assert [ids[0][i] for i in found.row] == [ids[1][i] for i in turned.row]


def test_wind_that_is_told_puts_the_place_right():
    """A wind of 10 m/s moves what a still sky would say by some 80 m; the table takes that back."""
    at, wind = (300.0, -200.0), (10.0, 0.0)
    rows = []
    for name, (e, n) in MASTS.items():
        off = np.array([e - at[0], n - at[1]])
        away = float(np.hypot(*off))
        pace = 340.0 + float(off @ wind) / away
        rows.append(arrival(f"w-{name}", name, 5.0 + away / pace, at=(e, n)))
    weather = tuple(
        WeatherRow(NOON + timedelta(hours=h), LON, LAT, 340.0, *wind) for h in (-1, 0, 1, 2)
    )

    def error(facts):
        found = events_of(network(rows, facts), None, Acoustics(), learned=False)
        lon, lat = place(*at)
        return math.hypot((found.lon[0] - lon) * 75_700, (found.lat[0] - lat) * 111_200)

    told, untold = error(NetworkFacts(weather=weather)), error(NetworkFacts())
    assert told < 15.0
    assert untold > 2 * told


def test_few_events_teach_nothing_and_what_was_assumed_is_written_down():
    rows = shot("s", (0.0, 0.0), 5.0)
    known, learned = taught_by(table(*rows), Acoustics(), (), NetworkFacts())
    assert not learned
    assert known.sensor_ids == tuple(f"test:M{n}" for n in range(6))
    assert "too few to learn" in known.basis
    assert taught_by(table(row("a")), Acoustics(), (), NetworkFacts()) is None


def test_a_calibration_with_a_network_comes_back_as_the_same_version():
    known, learned = taught_by(table(*shot("s", (0.0, 0.0), 5.0)), Acoustics(), (), NetworkFacts())
    made = calibration(network=known, network_learned=learned)
    again = from_plain(json.loads(canonical(as_plain(made))))
    assert again.version == made.version
    assert again.network.model._asdict().keys() == known.model._asdict().keys()
    assert made.version != calibration().version


def test_under_a_calibration_a_late_shot_changes_no_other_incident():
    rows = shot("a", (500.0, 300.0), 5.0) + shot("b", (-900.0, 100.0), 400.0)
    known, _ = taught_by(table(*rows), Acoustics(), (), NetworkFacts())
    under = calibration(network=known)
    late = shot("c", (1_200.0, -700.0), 5_000.0)
    before, after = fused(*rows, calibration=under), fused(*rows, *late, calibration=under)
    assert len(before.incidents) == 2
    assert set(before.incidents) < set(after.incidents)
    assert len(after.incidents) == 3


def test_air_is_corrected_as_learned_and_by_the_mean_where_nothing_was():
    rows = shot("a", (500.0, 300.0), 5.0)
    net = network(rows)
    known, _ = teach(net, Acoustics())
    grid = np.zeros((2, 3, 6), np.int64)
    grid[:, 0, 0], grid[:, 1, 1] = 6_000, 12_000  # mm/s, at M0 and M1
    shifted = replace(known.air, first_hour=net.first_hour - 1, mm_s=grid)
    air = air_with(replace(known, air=shifted), net)
    still = air_of_events(net.air, np.array([0], np.int32), np.array([0.0]))[0]
    assert air.speed_m_s[0, 0] == pytest.approx(still[0] + 6.0)
    assert air.speed_m_s[0, 2] == pytest.approx(still[0])
    assert air.east_m_s[0, 1] == pytest.approx(12.0)
    assert air.speed_m_s[1, 2] == pytest.approx(still[0] + 1.0)  # beyond the hours: the mean
    none = replace(known.air, mm_s=np.zeros((0, 3, 6), np.int64))
    assert air_with(replace(known, air=none), net) is net.air


def test_sounds_hold_their_arrivals_and_the_rest_is_counted():
    rows = [*shot("a", (500.0, 300.0), 5.0), arrival("x", "M0", 900.0, at=MASTS["M0"])]
    found = hear(table(*rows), taxonomy(), calibration(), [coverage("M0", -100, 2_000)])
    (members,) = found.arrivals.values()
    assert members == tuple(sorted(f"test:a-{name}" for name in MASTS))
    assert found.lone == 1
    assert found.ears.time.tolist() == [NOON.timestamp() + 900.0]
    assert found.ears.up[0]
    assert found.observations.told_apart.all()


def test_two_rounds_that_were_told_apart_are_two_incidents():
    rows = shot("a", (500.0, 300.0), 5.0) + shot("b", (500.0, 300.0), 5.9)
    report = row("r", seconds=5.0, sigma_m=500.0, at=(500.0, 300.0))
    found = fused(*rows, report)
    assert sorted(len(i.members) for i in found.incidents) == [6, 7]
