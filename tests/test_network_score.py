"""The score of an engine by hand-made outputs: perfect, wrong, split, merged, dishonest."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.optimize import least_squares

from networks import network
from truceline.errors import SourceError
from truceline.simulation.network.air import trace
from truceline.simulation.network.plane import between, moved
from truceline.simulation.network.read import Output, TrueEvents, Truth, read_output, read_truth
from truceline.simulation.network.score import _over_bound, inside_90, score_network
from truceline.simulation.network.scorecard import table
from truceline.simulation.network.write import write_network

ROOT = Path(__file__).parents[1]
MARKS = {"f": 0, "d": 1, "o": 2, "e": 3}


def truth_of(text, **changes):
    """Events from words: `A1 d d d d e` gives event A1 four direct arrivals and an echo, in turn."""
    marks, event_of, names = [0], [-1], []
    for row, line in enumerate(text.split(";")):
        name, *letters = line.split()
        if name != "-":
            names.append(name)
        for letter in letters:
            marks.append(MARKS[letter])
            event_of.append(row if name != "-" else -1)
    event_of, marks = np.array(event_of), np.array(marks)
    count = len(names)
    events = TrueEvents(
        np.arange(1, count + 1),
        1000.0 + 100.0 * np.arange(count),
        np.full(count, 37.5) + 0.1 * (np.arange(count) % 50),
        np.full(count, 48.2),
        np.arange(count),
        np.tile([400.0, 0.0, 400.0], (count, 1)),
        np.bincount(event_of[marks == 1], minlength=count),
    )
    nobody = frozenset()
    said = {"sensors": nobody, "sick": nobody, "report_event": {}, "fire_event": {}, **changes}
    return Truth(events, len(marks) - 1, event_of, marks, **said)


def output_of(truth, groups, probability=0.9, at=None, **changes):
    """Incidents that hold the detections of each group, at the place of an event."""
    names = [f"I{n}" for n in range(len(groups))]
    rows = np.zeros(len(groups), dtype=np.int64) if at is None else np.array(at, dtype=np.int64)
    said = {
        "incident_id": names,
        "time_s": truth.events.time_s[rows],
        "lon": truth.events.lon[rows],
        "lat": truth.events.lat[rows],
        "cov_m2": np.tile([400.0, 0.0, 400.0], (len(groups), 1)),
        "probability": np.broadcast_to(np.array(probability, dtype=float), len(groups)).copy(),
        "n_detections": np.array([len(group) for group in groups], dtype=np.int64),
        "member_incident": [name for name, g in zip(names, groups, strict=True) for _ in g],
        "member_detection": np.array([d for group in groups for d in group], dtype=np.int64),
        "report_members": [],
        "fire_members": [],
        "sick": None,
    }
    return Output(**{**said, **changes})


TWO = "A d d d d d; B d d d d; - f f"


def test_a_perfect_output_has_perfect_figures():
    truth = truth_of(TWO)
    score = score_network(
        truth, output_of(truth, [range(1, 6), range(6, 10)], probability=1.0, at=[0, 1])
    )
    assert (score.precision, score.recall, score.f1) == (1.0, 1.0, 1.0)
    assert score.location_error_m == pytest.approx(0.0, abs=1e-6)
    assert score.time_error_s == 0.0
    assert (score.inside_90, score.ece, score.brier, score.brier_counting_misses) == (1, 0, 0, 0)
    assert (score.wrong_mixture, score.wrong_phantom, score.faults) == (0, 0, ())


def test_an_output_that_is_all_wrong_has_nothing():
    truth = truth_of(TWO)
    score = score_network(truth, output_of(truth, [[1, 6, 10], [2, 7, 11]], probability=1.0))
    assert (score.precision, score.recall, score.f1) == (0.0, 0.0, 0.0)
    assert (score.ece, score.brier) == (1.0, 1.0)
    assert score.brier_counting_misses == 1.0
    assert score.location_error_m is None
    assert (score.wrong_mixture, score.wrong_phantom) == (0, 2)


def test_an_empty_output_misses_everything():
    truth = truth_of(TWO)
    score = score_network(truth, output_of(truth, []))
    assert (score.f1, score.brier, score.brier_counting_misses) == (0.0, None, 1.0)
    assert score.faults == ()


def test_a_split_event_is_right_only_with_its_larger_part():
    truth = truth_of("A d d d d d")
    score = score_network(truth, output_of(truth, [[1, 2, 3], [4, 5]]))
    assert (score.right, score.incidents, score.wrong_mixture) == (1, 2, 1)
    halves = truth_of("A d d d d")
    assert score_network(halves, output_of(halves, [[1, 2], [3, 4]])).right == 0


def test_two_events_in_one_incident_are_right_only_when_one_prevails():
    truth = truth_of("A d d d d d d; B d d d d")
    score = score_network(truth, output_of(truth, [range(1, 11)]))
    assert (score.right, score.recall) == (1, 0.5)
    equal = truth_of("A d d d d; B d d d d")
    assert score_network(equal, output_of(equal, [range(1, 9)])).right == 0


def test_six_tenths_are_enough_and_a_little_less_is_not():
    truth = truth_of("A d d d d d; - f f")
    assert score_network(truth, output_of(truth, [[1, 2, 3]])).right == 1
    assert score_network(truth, output_of(truth, [[1, 2, 3, 6, 7]])).right == 1
    truth = truth_of("A d d d d d; - f f f")
    assert score_network(truth, output_of(truth, [[1, 2, 3, 6, 7, 8]])).right == 0


def test_echoes_and_outliers_of_the_event_are_neutral_and_those_of_another_are_not():
    truth = truth_of("A d d d d e e o o; B d d d d e e e")
    assert score_network(truth, output_of(truth, [range(1, 9)])).right == 1
    assert score_network(truth, output_of(truth, [[1, 2, 3, 5, 6]])).right == 1
    assert score_network(truth, output_of(truth, [[1, 2, 3, 13, 14, 15]])).right == 0
    only_echoes = score_network(truth, output_of(truth, [[5, 6, 7, 8]]))
    assert (only_echoes.right, only_echoes.incidents) == (0, 1)


def test_a_smaller_event_is_neither_good_nor_bad_and_three_are_told_apart():
    truth = truth_of("A d d d d; B d d d; C d d")
    score = score_network(
        truth, output_of(truth, [range(1, 5), range(5, 8), range(8, 10)], probability=1.0)
    )
    assert (score.right, score.right_smaller, score.precision, score.recall) == (1, 2, 1.0, 1.0)
    assert (score.events_4, score.events_3, score.recall_3) == (1, 1, 1.0)
    assert score.brier == 0.0
    assert [(size.low, size.events, size.found) for size in score.sizes[:2]] == [
        (4, 1, 1),
        (5, 0, 0),
    ]
    left = score_network(truth, output_of(truth, [range(1, 5)], probability=1.0))
    assert (left.recall, left.recall_3, left.brier_counting_misses) == (1.0, 0.0, 0.0)


def test_an_event_is_taken_once_by_the_best():
    truth = truth_of("A d d d d d")
    score = score_network(truth, output_of(truth, [[1, 2, 3, 4], range(1, 6)]))
    assert (score.right, score.wrong_mixture) == (1, 1)
    assert "detection 1 is a member 2 times" in score.faults


def test_an_improbable_incident_does_not_count_nor_does_one_without_members():
    truth = truth_of(TWO)
    score = score_network(
        truth, output_of(truth, [range(1, 6), range(6, 10), []], probability=[0.49, 0.5, 1.0])
    )
    assert (score.incidents, score.right, score.recall) == (1, 1, 0.5)


def test_honesty_is_that_of_the_book():
    truth = truth_of("A d d d d; B d d d d; C d d d d; - f f f f")
    groups = [range(1, 5), range(5, 9), range(13, 17)]
    score = score_network(truth, output_of(truth, groups, probability=[0.95, 0.65, 0.65]))
    assert score.brier == pytest.approx((0.05**2 + 0.35**2 + 0.65**2) / 3)
    assert score.brier_counting_misses == pytest.approx((0.05**2 + 0.35**2 + 0.65**2 + 1) / 4)
    assert score.ece == pytest.approx((1 * 0.05 + 2 * 0.15) / 3)
    assert [(b.incidents, b.share_right) for b in score.bins] == [(2, 0.5), (1, 1.0)]


def test_gaussian_errors_of_the_bound_s_size_are_once_the_bound_and_nine_of_ten_inside():
    count = 3000
    truth = truth_of(";".join(f"E{n} d d d d" for n in range(count)))
    rng = np.random.default_rng(4)
    cov = np.array([[900.0, 500.0], [500.0, 400.0]])
    bound = np.tile([900.0, 500.0, 400.0], (count, 1))
    truth = dataclasses.replace(truth, events=dataclasses.replace(truth.events, bound_m2=bound))
    groups = [range(4 * n + 1, 4 * n + 5) for n in range(count)]
    for scale, over, inside in ((1.0, 1.0, 0.9), (2.0, 2.0, 0.4377)):
        off = rng.multivariate_normal([0, 0], cov * scale**2, count)
        lon, lat = moved(truth.events.lon, truth.events.lat, off[:, 0], off[:, 1])
        said = {"lon": lon, "lat": lat, "cov_m2": bound}
        score = score_network(truth, output_of(truth, groups, at=range(count), **said))
        assert score.error_over_bound == pytest.approx(over, rel=0.05)
        assert score.inside_90 == pytest.approx(inside, abs=0.03)


def test_reports_are_right_within_the_salvo_and_fires_exactly():
    truth = truth_of(
        "A d d d d; B d d d d; C d d d d; - f f",
        report_event={"R1": 0, "R2": 0, "R3": 0, "R4": None, "R5": 2},
        fire_event={"F1": 0, "F2": 0},
    )
    near = dataclasses.replace(
        truth.events,
        lon=np.array([37.5, 37.5, 37.9]),
        time_s=np.array([0.0, 50.0, 10.0]),
    )
    truth = dataclasses.replace(truth, events=near)
    groups = [range(1, 5), range(5, 9), range(9, 13), [13, 14]]
    reports = [("I0", "R1"), ("I1", "R2"), ("I2", "R3"), ("I0", "R4"), ("I3", "R5")]
    fires = [("I0", "F1"), ("I1", "F2")]
    score = score_network(
        truth,
        output_of(truth, groups, at=[0, 1, 2, 0], report_members=reports, fire_members=fires),
    )
    links = score.reports
    assert (links.true, links.given, links.right) == (4, 5, 2)
    assert (links.precision, links.recall) == (0.4, 0.5)
    assert (score.fires.true, score.fires.given, score.fires.right) == (2, 2, 1)
    late = dataclasses.replace(near, time_s=np.array([0.0, 61.0, 10.0]))
    apart = dataclasses.replace(truth, events=late)
    assert score_network(apart, output_of(truth, groups, report_members=reports)).reports.right == 1
    assert score_network(truth, output_of(truth, groups)).reports.precision is None


def test_sick_sensors_are_compared_by_name():
    sensors, sick = frozenset("abcd"), frozenset("ab")
    truth = truth_of(TWO, sensors=sensors, sick=sick)
    score = score_network(truth, output_of(truth, [], sick=frozenset("bcz")))
    assert score.sick_precision == pytest.approx(1 / 3)
    assert score.sick_recall == 0.5
    assert score.faults == ("sensor z is not known",)
    assert score_network(truth, output_of(truth, [])).sick_recall is None


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"n_detections": np.array([5, 3])}, "n_detections of incident I1 is 3, its members are 4"),
        ({"probability": np.array([1.2, 0.9])}, "probability of incident I0 is 1.2"),
        ({"probability": np.array([np.nan, 0.9])}, "probability of incident I0 is nan"),
        (
            {"cov_m2": np.array([[1.0, 0.0, 1.0], [1.0, 2.0, 1.0]])},
            "covariance of incident I1 is not positive",
        ),
        ({"lon": np.array([np.nan, 37.5])}, "incident I0 has no place or time"),
        ({"incident_id": ["I0", "I0"]}, "incident I0 stands 2 times"),
        ({"report_members": [("I9", "R1")]}, "report R1 is in incident I9, which is not known"),
        ({"fire_members": [("I0", "F7")]}, "fire F7 is not known"),
        (
            {"member_detection": np.array([1, 2, 3, 4, 5, 6, 7, 8, 99])},
            "detection 99 is not known",
        ),
        (
            {"member_incident": ["I0"] * 5 + ["I1"] * 3 + ["I5"]},
            "members name incident I5, which is not known",
        ),
    ],
)
def test_what_must_never_be_in_an_output_is_named(changes, wanted):
    truth = truth_of(TWO, report_event={"R1": 0})
    score = score_network(truth, output_of(truth, [range(1, 6), range(6, 10)], **changes))
    assert wanted in score.faults


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A simulated network with every fault, and the output of an engine that knows the truth."""
    folder = tmp_path_factory.mktemp("network")
    write_network(folder, network("all"))
    out = tmp_path_factory.mktemp("out")
    truth = read_truth(folder)
    members = pq.read_table(folder / "truth" / "members.parquet")
    direct = members.filter(pa.compute.equal(members["mark"], "direct"))
    events = pq.read_table(folder / "truth" / "events.parquet")
    able = truth.events.direct > 0
    bound = np.nan_to_num(truth.events.bound_m2, nan=1e6)[able]
    incidents = {
        "incident_id": events["event_id"].filter(able),
        "time": events["time"].filter(able),
        "lon": events["lon"].filter(able),
        "lat": events["lat"].filter(able),
        "cov_ee_m2": bound[:, 0] + 1.0,
        "cov_en_m2": np.where(truth.events.direct[able] > 3, bound[:, 1], 0.0),
        "cov_nn_m2": bound[:, 2] + 1.0,
        "probability": np.ones(able.sum()),
        "n_detections": truth.events.direct[able],
    }
    pq.write_table(pa.table(incidents), out / "incidents.parquet")
    own = {"incident_id": direct["event_id"], "detection_id": direct["detection_id"]}
    pq.write_table(pa.table(own), out / "members.parquet")
    for what in ("report", "fire"):
        links = pq.read_table(folder / "truth" / f"{what}s.parquet").drop_null()
        keep = [able[number - 1] for number in links["event_id"].to_pylist()]
        links = links.filter(pa.array(keep, pa.bool_())).rename_columns(
            [f"{what}_id", "incident_id"]
        )
        pq.write_table(links, out / f"{what}_members.parquet")
    sensors = pq.read_table(folder / "truth" / "sensors.parquet")
    sick = pa.compute.or_(sensors["sick_clock"], sensors["sick_position"])
    pq.write_table(sensors.filter(sick).select(["sensor_id"]), out / "sick_sensors.parquet")
    return folder, out


def test_an_engine_that_knows_the_truth_is_perfect(written):
    folder, out = written
    score = score_network(read_truth(folder), read_output(out))
    assert (score.f1, score.recall_3, score.wrong_mixture) == (1.0, 1.0, 0)
    assert (score.inside_90, score.brier_counting_misses) == (1.0, 0.0)
    assert (score.sick_precision, score.sick_recall) == (1.0, 1.0)
    assert score.reports.precision == 1.0
    assert score.events_4 > 50
    assert score.faults == ()
    assert read_truth(folder / "truth").detections == read_truth(folder).detections


def test_the_tool_prints_a_table_and_json(written):
    folder, out = written
    tool = [sys.executable, str(ROOT / "tools" / "score_association.py"), str(folder), str(out)]
    text = subprocess.run(tool, capture_output=True, text=True, check=True).stdout
    assert "F1                                  1.000" in text
    assert "faults in the output                0" in text
    said = json.loads(
        subprocess.run([*tool, "--json"], capture_output=True, text=True, check=True).stdout
    )
    assert said["f1"] == 1.0
    assert said["reports"]["precision"] == 1.0
    tool[-1] = str(folder)
    nothing = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("score_association: ")
    assert "incidents.parquet: there is no such file" in nothing.stderr


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"events\.parquet: there is no such file"):
        read_truth(tmp_path)
    pq.write_table(pa.table({"incident_id": ["a"]}), tmp_path / "incidents.parquet")
    pq.write_table(pa.table({"incident_id": ["a"]}), tmp_path / "members.parquet")
    with pytest.raises(SourceError, match="no column 'time'"):
        read_output(tmp_path)


def test_the_table_shows_each_figure_and_each_fault():
    truth = truth_of(TWO)
    shown = table(score_network(truth, output_of(truth, [range(1, 6), [6, 7, 8, 99]])))
    assert "incidents >= 0.5 / right / smaller  2 / 2 / 0" in shown
    assert "recall of 0 events with 3           -" in shown
    assert "found of events with 5 to 6         1 of 1" in shown
    assert "found of events with 11 or more     0 of 0" in shown
    assert shown.endswith("  detection 99 is not known")


def test_times_may_be_integers_of_nanoseconds(written, tmp_path):
    folder, out = written
    for file in out.iterdir():
        whole = pq.read_table(file)
        if file.stem == "incidents":
            whole = whole.set_column(1, "time", whole["time"].cast("int64"))
        pq.write_table(whole, tmp_path / file.name)
    (tmp_path / "report_members.parquet").unlink()
    (tmp_path / "sick_sensors.parquet").unlink()
    score = score_network(read_truth(folder), read_output(tmp_path))
    assert score.time_error_s == pytest.approx(0.0, abs=1e-6)
    assert (score.f1, score.reports.given, score.sick_recall) == (1.0, 0, None)


def located(net, event):
    """Place and time of an event by least squares from its own arrivals, the true air known."""
    rows = np.flatnonzero((net.picks.event == event + 1) & (net.picks.mark == 1))
    sensor, sensors = net.picks.sensor[rows], net.sensors
    sigma, turn_sigma = sensors.time_sigma_s[sensor], np.radians(sensors.azimuth_sigma_deg[sensor])
    azimuth = np.radians(net.picks.azimuth_deg[rows])
    lon, lat, time = (getattr(net.events, name)[event] for name in ("lon", "lat", "time_s"))

    def misfit(x):
        here = [
            np.full(len(rows), v[0])
            for v in moved(*(np.array([v]) for v in (lon, lat)), *x[:2, None])
        ]
        east, north = between(*here, sensors.lon[sensor], sensors.lat[sensor])
        up = sensors.elevation_m[sensor] - net.events.elevation_m[event]
        start = (*here, np.full(len(rows), time + x[2]))
        ways = trace(net.air, start, (sensors.lon[sensor], sensors.lat[sensor]), (east, north, up))
        late = (net.picks.time_s[rows] - start[2] - ways.travel_s) / sigma
        turn = azimuth - np.arctan2(-east, -north)
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        return np.concatenate([late, (turn / turn_sigma)[~np.isnan(turn)]])

    return least_squares(misfit, np.zeros(3), x_scale=(30.0, 30.0, 0.1)).x


def test_an_engine_that_knows_association_and_weather_reaches_the_bound():
    net = network(events=300, sensors=300)
    bound = net.bound_m2
    direct = np.bincount(net.picks.event[net.picks.mark == 1], minlength=301)[1:]
    rms = np.sqrt(bound[:, 0] + bound[:, 2])
    good = np.flatnonzero((direct >= 4) & (rms < 300.0))[:120]
    off = np.array([located(net, event)[:2] for event in good])
    assert len(off) == 120
    inside = inside_90(off[:, 0], off[:, 1], bound[good])
    assert inside.mean() == pytest.approx(0.9, abs=0.08)
    assert _over_bound(np.hypot(*off.T), bound[good]) == pytest.approx(1.0, abs=0.15)
