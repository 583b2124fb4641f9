"""However the rows come, the end is that of a batch of all; and only what they touch is solved."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from association_late_world import a_set, batch, moved, said, with_detections
from truceline.fusion.blockwise.recorded import BLOCK_NS, TAIL_NS
from truceline.pipeline.association_calibration import calibrated

SOME = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(name="everything", scope="module")
def _everything(tmp_path_factory):
    return a_set(tmp_path_factory.mktemp("set") / "in")


@pytest.fixture(name="calibration", scope="module")
def _calibration(everything):
    return calibrated(everything, 1)


@pytest.fixture(name="whole", scope="module")
def _whole(everything, calibration):
    return batch(everything, calibration)


def rows_of(table, mask):
    return table.filter(pa.array(mask))


@SOME
@given(seed=st.integers(0, 2**32 - 1), batches=st.integers(2, 4), share=st.floats(0.0, 0.5))
def test_any_split_in_any_order_ends_as_a_batch_of_all(
    everything, calibration, whole, seed, batches, share
):
    """Some rows come late, some with wrong times that are corrected, and some that are withdrawn."""
    rng = np.random.default_rng(seed)
    table = everything.detections
    count = table.num_rows
    comes = np.where(rng.random(count) < share, rng.integers(0, batches, count), 0)
    wrong = rng.random(count) < 0.02
    right_at = rng.integers(1, batches + 1, count)
    false = moved(table, np.arange(count), rng.uniform(-900, 900, count)).take(
        rng.choice(count, 20, replace=False)
    )
    ids = pa.array(np.arange(20) + 10_000_000, pa.int64())
    false = false.set_column(false.column_names.index("detection_id"), "detection_id", ids)
    held = None
    for step in range(batches + 1):
        still = np.flatnonzero(wrong & (right_at > step))
        now = moved(table, still, rng.uniform(-2000, 2000, len(still)))
        now = rows_of(now, comes <= step).take(rng.permutation(int((comes <= step).sum())))
        if step < batches:
            now = pa.concat_tables([now, false])
        late = batch(with_detections(everything, now), calibration, held)
        held = late.held
    assert said(late) == said(whole)
    assert len(held.cells) == len(whole.held.cells)
    ids_given = late.result.incidents["incident_id"].to_pylist()
    assert len(set(ids_given)) == len(ids_given)
    assert max(ids_given) < held.next_id


@SOME
@given(
    pick=st.integers(0, 10_000),
    border_s=st.floats(-20.0, 40.0),
    share=st.floats(0.2, 1.0),
    seed=st.integers(0, 2**32 - 1),
)
def test_at_the_border_of_two_blocks_too(
    everything, calibration, whole, pick, border_s, share, seed
):
    """All times are moved so that an incident lies at a border, and its neighbours' rows come late."""
    incidents = whole.result.incidents["time"].cast(pa.int64()).to_numpy()
    at = incidents[pick % len(incidents)]
    shift = (BLOCK_NS - at % BLOCK_NS) / 1e9 - border_s
    table = moved(everything.detections, np.arange(everything.detections.num_rows), shift)
    ns = table["time"].cast(pa.int64()).to_numpy()
    border = (ns.min() - ns.min() % BLOCK_NS) + BLOCK_NS * np.arange(6)
    beside = (np.abs(ns[:, None] - border[None, :]) < 45 * 10**9).any(axis=1)
    late = beside & (np.random.default_rng(seed).random(len(ns)) < share)
    first = batch(with_detections(everything, rows_of(table, ~late)), calibration)
    every = with_detections(everything, table)
    assert said(batch(every, calibration, first.held)) == said(batch(every, calibration))


def test_what_did_not_change_is_not_solved_again(everything, calibration, whole):
    again = batch(everything, calibration, whole.held)
    assert again.touched.solved == again.touched.changed == 0
    assert again.held.lineage == whole.held.lineage
    assert again.result.incidents == whole.result.incidents


def test_a_late_row_touches_the_blocks_that_hear_it_and_no_other(everything, calibration):
    table = everything.detections
    ns = table["time"].cast(pa.int64()).to_numpy()
    inside = ns % BLOCK_NS
    middle = int(np.flatnonzero((inside > TAIL_NS) & (inside < BLOCK_NS - TAIL_NS))[0])
    edge = int(np.flatnonzero((inside < TAIL_NS // 4) & (ns > ns.min() + BLOCK_NS))[0])
    for row, most in ((middle, 1), (edge, 2)):
        without = rows_of(table, np.arange(table.num_rows) != row)
        before = batch(with_detections(everything, without), calibration)
        after = batch(everything, calibration, before.held)
        assert after.touched.solved == most
        assert after.touched.cells >= 4


def test_neither_threads_nor_order_change_a_thing(everything, calibration, whole):
    table = everything.detections
    turned = table.take(np.random.default_rng(2).permutation(table.num_rows))
    other = batch(with_detections(everything, turned), calibration, threads=2)
    assert other.result.incidents == whole.result.incidents
    assert other.result.members == whole.result.members


def test_no_detection_serves_two_incidents_across_the_borders_of_blocks(whole):
    used = whole.result.members["detection_id"].to_numpy()
    assert len(np.unique(used)) == len(used)
    raw = np.concatenate([one.events.member.ravel() for one in whole.held.cells.values()])
    assert len(raw[raw >= 0]) >= len(used)


def test_another_calibration_is_a_new_revision_of_everything(everything, calibration, whole):
    other = calibrated(with_detections(everything, everything.detections.slice(0, 1200)), 1)
    assert other.version != calibration.version
    late = batch(everything, other, whole.held)
    assert late.touched.solved == late.touched.cells
    assert said(late) == said(batch(everything, other))
    kept = set(late.result.incidents["incident_id"].to_pylist())
    same = kept & set(whole.result.incidents["incident_id"].to_pylist())
    assert len(same) > 0.8 * len(kept)
    revision = dict(
        zip(
            *(late.result.incidents[n].to_pylist() for n in ("incident_id", "revision")),
            strict=True,
        )
    )
    assert {revision[key] for key in same} == {2}


def test_late_weather_and_outages_touch_their_hours(everything, calibration, whole):
    weather = everything.weather
    speed = weather["sound_speed_m_s"].to_numpy().copy()
    first = (
        weather["time"].cast(pa.int64()).to_numpy()
        == pc.min(weather["time"].cast(pa.int64())).as_py()
    )
    speed[first] += 0.5
    at = weather.column_names.index("sound_speed_m_s")
    other = dataclasses.replace(
        everything, weather=weather.set_column(at, "sound_speed_m_s", pa.array(speed))
    )
    late = batch(other, calibration, whole.held)
    assert 2 <= late.touched.solved < late.touched.cells
    assert said(late) == said(batch(other, calibration))
    start = pc.min(everything.detections["time"]).cast(pa.int64()).as_py()
    columns = {
        "sensor_id": pa.array([everything.sensors["sensor_id"][0].as_py()]),
        "start": pa.array([start], pa.int64()).cast(pa.timestamp("ns", "UTC")),
        "end": pa.array([start + 60 * 10**9], pa.int64()).cast(pa.timestamp("ns", "UTC")),
    }
    dead = dataclasses.replace(everything, outages=pa.table(columns))
    before = batch(dataclasses.replace(everything, outages=None), calibration)
    touched = batch(dead, calibration, before.held).touched
    assert 1 <= touched.solved <= 2


def test_without_weather_too(everything):
    bare = dataclasses.replace(everything, weather=None, outages=None)
    own = calibrated(bare, 1)
    assert not own.weather
    first = batch(with_detections(bare, bare.detections.slice(0, 2000)), own)
    late = batch(bare, own, first.held)
    assert said(late) == said(batch(bare, own))
    assert late.result.incidents.num_rows > 20
