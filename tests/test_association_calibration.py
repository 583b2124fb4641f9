"""What association learned becomes a file that says what it is, and is refused when it is not."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pyarrow as pa
import pytest

from association_late_world import a_set, batch, said, with_detections
from truceline.errors import SourceError
from truceline.fusion.blockwise.network import model_at
from truceline.fusion.blockwise.recorded import BLOCK_NS
from truceline.fusion.calibration_network.content import (
    AirCorrection,
    as_plain,
    from_plain,
    version_of,
)
from truceline.pipeline.association_calibration import (
    calibrated,
    check_weather,
    read_calibration,
    write_calibration,
)
from truceline.pipeline.association_network import network_in


@pytest.fixture(name="given", scope="module")
def _given(tmp_path_factory):
    return a_set(tmp_path_factory.mktemp("set") / "in")


@pytest.fixture(name="calibration", scope="module")
def _calibration(given):
    return calibrated(given, 1)


def test_a_file_gives_back_what_was_written_and_its_version(calibration, tmp_path):
    write_calibration(calibration, tmp_path / "deep" / "c.json")
    again = read_calibration(tmp_path / "deep" / "c.json")
    assert again.version == calibration.version == version_of(as_plain(again))
    assert as_plain(again) == as_plain(calibration)
    assert again.model.log_heard.shape == calibration.model.log_heard.shape
    write_calibration(again, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "deep" / "c.json").read_bytes()


def test_the_same_rows_in_another_order_teach_the_same(given, calibration):
    rng = np.random.default_rng(1)
    turned = dataclasses.replace(
        given,
        detections=given.detections.take(rng.permutation(given.detections.num_rows)),
        sensors=given.sensors.take(rng.permutation(given.sensors.num_rows)),
        weather=given.weather.take(rng.permutation(given.weather.num_rows)),
        outages=given.outages.take(rng.permutation(given.outages.num_rows)),
    )
    assert calibrated(turned, 2).version == calibration.version


def test_the_basis_names_what_was_learned_from(given, calibration):
    assert f"{given.detections.num_rows} detections of 24 sensors" in calibration.basis
    assert "2026-05-12T00:" in calibration.basis


def changed(path, change):
    plain = json.loads(path.read_text())
    change(plain)
    path.write_text(json.dumps(plain))
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p["model"].update(log_rate=-20.0), "was changed"),
        (lambda p: p["sensors"].update({next(iter(p["sensors"])): -1.0}), "was changed"),
        (lambda p: p["air"]["speed_mm_s"][0].__setitem__(0, 9999), "was changed"),
        (lambda p: p.pop("version"), "was changed"),
        (lambda p: p.update(kind="calibration of a workspace"), "no calibration of a network"),
        (lambda p: p["model"].pop("tail"), "another version of the engine"),
        (lambda p: p["model"].update(colour=1.0), "another version of the engine"),
        (lambda p: p.pop("air"), "a part is missing"),
        (lambda p: p["air"]["speed_mm_s"].pop(), "a part is missing or of another form"),
        (lambda p: p["air"]["sensors"].pop(), "not those of `sensors`"),
        (lambda p: p["sick"].append({"name": "x"}), "a part is missing"),
    ],
)
def test_a_file_that_was_changed_or_is_foreign_is_refused(calibration, tmp_path, change, said):
    write_calibration(calibration, tmp_path / "c.json")
    with pytest.raises(SourceError, match=said) as error:
        read_calibration(changed(tmp_path / "c.json", change))
    assert "c.json" in str(error.value)
    assert "--calibrate FILE" in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is no JSON"), ("[1]", "holds no calibration"), ("{}", "no calibration")],
)
def test_what_is_no_calibration_at_all_is_said(tmp_path, text, said):
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(SourceError, match=said):
        read_calibration(tmp_path / "c.json")
    with pytest.raises(SourceError, match="cannot be read"):
        read_calibration(tmp_path / "none.json")


def test_every_incident_cites_the_calibration(given, calibration):
    incidents = batch(given, calibration).result.incidents
    assert incidents.num_rows > 40
    assert incidents["calibration"].unique().to_pylist() == [calibration.version]


def test_a_read_calibration_gives_what_the_learned_one_gave(given, calibration, tmp_path):
    write_calibration(calibration, tmp_path / "c.json")
    again = read_calibration(tmp_path / "c.json")
    assert said(batch(given, again, threads=2)) == said(batch(given, calibration))


def test_without_detections_nothing_can_be_learned(given):
    with pytest.raises(SourceError, match="no detections"):
        calibrated(with_detections(given, given.detections.slice(0, 0)), 1)


def test_weather_on_one_side_only_is_refused(given, calibration):
    with pytest.raises(SourceError, match="learned with a table of weather"):
        check_weather(dataclasses.replace(given, weather=None), calibration)
    still = dataclasses.replace(calibration, weather=False)
    with pytest.raises(SourceError, match="learned without a table"):
        check_weather(given, still)


def test_a_sensor_that_is_new_takes_what_is_stated_or_typical_and_it_is_said(given, calibration):
    gone = sorted(given.sensors["sensor_id"].to_pylist())[3]
    plain = as_plain(calibration)
    at = plain["air"]["sensors"].index(gone)
    del plain["sensors"][gone], plain["air"]["sensors"][at]
    for name in ("speed_mm_s", "wind_east_mm_s", "wind_north_mm_s"):
        plain["air"][name] = [[*row[:at], *row[at + 1 :]] for row in plain["air"][name]]
    fewer = from_plain(plain)
    network, remarks = network_in(given, fewer)
    assert "1 sensor(s) are not in calibration" in remarks[0]
    assert gone in remarks[0]
    row = network.sensor_ids.index(gone)
    table = given.sensors.sort_by("sensor_id")
    stated = table["false_alarm_per_h"][row].as_py() / 3600.0
    assert network.sensors.log_clutter[row] == pytest.approx(np.log(stated))
    silent = dataclasses.replace(given, sensors=given.sensors.drop_columns(["false_alarm_per_h"]))
    typical, _ = network_in(silent, fewer)
    assert typical.sensors.log_clutter[row] == np.median(fewer.log_clutter)
    others = np.arange(len(network.sensor_ids)) != row
    assert np.array_equal(network.sensors.log_clutter[others], fewer.log_clutter)
    mean = network.correction[:, :, others].mean(axis=2)
    assert network.correction[:, :, row] == pytest.approx(mean, abs=1e-9)


def test_beyond_the_hours_learned_the_mean_is_added_and_the_air_may_be_farther_off(
    given, calibration
):
    grid = np.zeros((3, 3, len(calibration.sensor_ids)), np.int64)
    grid[:, 0] = 500
    grid[1, 0] = 2000
    one = dataclasses.replace(calibration, air=AirCorrection(calibration.air.first_hour, grid))
    assert one.air.beyond()[0] == pytest.approx(1.0)
    network, _ = network_in(given, one)
    start = calibration.air.first_hour * 2 * BLOCK_NS
    assert model_at(network, start, start + BLOCK_NS) is one.model
    none = AirCorrection(0, np.zeros((0, 3, 2), np.int64))
    assert not none.beyond().any()
    assert not none.spread().any()
    late = model_at(network, start + 100 * BLOCK_NS, start + 101 * BLOCK_NS)
    assert late.speed_sigma_m_s == pytest.approx(np.hypot(one.model.speed_sigma_m_s, 0.5**0.5))
    assert late.wind_sigma_m_s == pytest.approx(one.model.wind_sigma_m_s)


def test_sick_sensors_are_those_of_the_calibration(tmp_path):
    given = a_set(
        tmp_path / "sick", faults=frozenset({"clock"}), sick_share=0.3, events=200, hours=3.0
    )
    calibration = calibrated(given, 1)
    table = batch(given, calibration).result.sick_sensors
    assert table["sensor_id"].to_pylist() == [one.sensor_id for one in calibration.sick]
    assert table.num_rows > 0
    assert table["size"].type == pa.float64()
