"""The rivals of the association engine and the tables of the benchmark, on small sets."""

import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import association  # found through the line above
import association_tables
from association_diagrams import coverage, reliability
from association_engines import scored
from association_sets import PARTS, Made, folder_of, named
from association_tables import Runs, exponent, grid, side_by_side, speed, with_region
from association_targets import TARGETS, targets
from rivals.interchange import STILL_M_S, Found, read_given, write_found
from rivals.limits import Ended, run_limited, solve_seconds
from rivals.multilateration import fit, heard_of, trimmed
from rivals.pyocto_rival import found_in
from rivals.stacking import StackSettings, run_stacking
from rivals.windows import WindowSettings, run_windows

SMALL = Made("line", 80, 20, 1.0, 1)
BARE = Made("line", 40, 0, 0.5, 3, "no-azimuth,no-weather")


@pytest.fixture(scope="module", name="scratch")
def _scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture(scope="module", name="folder")
def _folder(scratch):
    return folder_of(SMALL, scratch)


def record(made, engine, seconds, f1=0.5, state="done", **more):
    known = {"detections": 1000, "f1": f1, "location_error_m": 40.0} if state == "done" else {}
    told = {"date": "2031-01-01", "machine": "2 cores", "load_before": 0.1, "command": "it"}
    named_so = {"set": made.name, "engine": engine, "threads": 1, "state": state}
    return {**named_so, "seconds": seconds, **known, **told, **more}


def exact_arrivals(x, y, when, rows, sensors, speed=340.0):
    away = np.hypot(sensors[rows, 0] - x, sensors[rows, 1] - y)
    return when + away / speed


def test_a_fit_finds_the_place_of_exact_arrivals():
    rng = np.random.default_rng(1)
    at = rng.uniform(-5000, 5000, (6, 2))
    times = exact_arrivals(700.0, -300.0, 12.0, np.arange(6), at)
    place, residual = np.array([at[0, 0], at[0, 1] + 1.0, times[0]]), np.zeros(6)
    fit(at[:, 0], at[:, 1], times, 6, 340.0, place, residual)
    assert place == pytest.approx([700.0, -300.0, 12.0], abs=0.5)
    assert np.abs(residual).max() < 1e-3


def test_a_wrong_arrival_is_left_out(folder):
    given = read_given(folder)
    heard = heard_of(given)
    rows = np.array([heard.at[s] for s in range(80) if heard.at[s + 1] > heard.at[s]][:8])
    sensors = np.column_stack([heard.x_m, heard.y_m])
    x, y = sensors[heard.sensor[rows]].mean(axis=0)
    times = heard.time_s.copy()
    times[rows] = exact_arrivals(x, y, 500.0, heard.sensor[rows], sensors, given.speed_m_s)
    times[rows[3]] += 9.0
    place, member = np.array([x + 300.0, y - 200.0, 500.0]), rows.copy()
    count = trimmed(heard._replace(time_s=times), member, 8, 4, 0.2, place)
    assert count == 7
    assert rows[3] not in member[:7]
    assert place == pytest.approx([x, y, 500.0], abs=1.0)


@pytest.mark.parametrize("solve", [run_windows, run_stacking])
def test_a_baseline_finds_events_and_uses_each_detection_once(folder, tmp_path, solve):
    given = read_given(folder)
    found = solve(given)
    assert len(np.unique(found.member)) == len(found.member)
    write_found(tmp_path, given, found)
    score = scored(folder, tmp_path)
    assert score["f1"] > 0.6
    assert score["faults"] == 0
    assert score["detections"] == len(given.time_s)


@pytest.mark.parametrize(
    ("solve", "settings"),
    [(run_windows, WindowSettings(least=30)), (run_stacking, StackSettings(2000.0, least=30))],
)
def test_a_baseline_that_finds_nothing_writes_empty_tables(folder, tmp_path, solve, settings):
    given = read_given(folder)
    write_found(tmp_path, given, solve(given, settings))
    assert pq.read_table(tmp_path / "incidents.parquet").num_rows == 0
    assert scored(folder, tmp_path)["f1"] == 0.0


def test_a_baseline_asks_for_as_many_arrivals_as_it_is_told(folder):
    given = read_given(folder)
    for found in (
        run_windows(given, WindowSettings(least=9)),
        run_stacking(given, StackSettings(1000.0, window_s=2.0, least=9)),
    ):
        assert np.bincount(found.owner).min() >= 9


def test_rivals_get_the_mean_speed_of_the_weather_or_one_for_still_air(folder, scratch):
    table = pq.read_table(folder / "weather.parquet")
    speed_m_s = table["sound_speed_m_s"].to_numpy().mean()
    assert read_given(folder).speed_m_s == pytest.approx(speed_m_s)
    assert read_given(folder_of(BARE, scratch)).speed_m_s == STILL_M_S


def test_what_a_rival_found_keeps_its_place_on_the_way_into_the_files(folder, tmp_path):
    given = read_given(folder)
    found = Found(
        given.x_m[:1] + 100.0, given.y_m[:1], np.array([5.0]), np.zeros(2, int), np.array([0, 1])
    )
    write_found(tmp_path, given, found)
    incident = pq.read_table(tmp_path / "incidents.parquet").to_pylist()[0]
    x, y = given.plane(incident["lon"], incident["lat"])
    assert (x, y) == pytest.approx((found.x_m[0], found.y_m[0]), abs=0.01)
    assert incident["n_detections"] == 2
    members = pq.read_table(tmp_path / "members.parquet")
    assert members["detection_id"].to_pylist() == given.detection_id[:2].tolist()


def test_what_pyocto_wrote_is_read_with_its_events_in_order(tmp_path):
    np.savez(
        tmp_path / "found.npz", idx=[3.0, 1.0], time=[10.0, 20.0], x=[1.0, 2.0], y=[0.0, 0.0],
        event_idx=[1.0, 3.0, 3.0], pick_idx=[7.0, 8.0, 9.0], residual=[0.0, 0.0, 0.0],
    )  # fmt: skip
    found = found_in(tmp_path)
    assert found.x_m.tolist() == [1000.0, 2000.0]
    assert found.owner.tolist() == [1, 0, 0]
    assert found.member.tolist() == [7, 8, 9]


def test_a_program_is_stopped_after_its_seconds_and_a_failure_says_why():
    spun = run_limited([sys.executable, "-c", "while True: pass"], 1.0)
    assert spun.code is None
    assert 0.9 <= spun.processor_seconds < 3.0
    done = run_limited([sys.executable, "-c", "print()"], 30.0)
    assert done.code == 0
    failed = run_limited([sys.executable, "-c", "raise SystemExit('why')"], 30.0)
    assert failed.code == 1
    assert failed.said == "why\n"


def test_what_a_stopped_solve_used_does_not_count_its_start(tmp_path):
    ended = Ended(None, 90.0, 100.0, "")
    assert solve_seconds(ended, tmp_path / "begun.txt") == 0.0
    (tmp_path / "begun.txt").write_text("2.5", "utf-8")
    assert solve_seconds(ended, tmp_path / "begun.txt") == 87.5


def test_a_set_is_simulated_once_and_noise_takes_the_place_of_what_was_heard(scratch):
    made = Made("line", 10, 0, 0.2, 1, noise=500)
    folder = folder_of(made, scratch)
    before = (folder / "detections.parquet").stat().st_mtime_ns
    assert (folder_of(made, scratch) / "detections.parquet").stat().st_mtime_ns == before
    table = pq.read_table(folder / "detections.parquet")
    assert table.num_rows == 500
    assert pq.read_table(folder / "truth" / "events.parquet").num_rows == 0
    write_found(
        scratch / "none", read_given(folder), Found(*np.zeros((3, 0)), *np.zeros((2, 0), int))
    )
    assert scored(folder, scratch / "none")["incidents"] == 0


def test_every_part_draws_its_sets_from_the_seed_on():
    for part, sets in named(list(PARTS), 40).items():
        assert {made.seed for made in sets} <= set(range(40, 40 + len(sets))), part
        assert len({made.name for made in sets}) == len(sets)
        assert part in association_tables.TABLES
    assert {one.part for one in TARGETS} <= set(PARTS)
    tenth = named(["large"], 40, 0.1)["large"][1]
    assert (tenth.events, round(tenth.hours, 6)) == (110, 2.4)


def test_the_table_says_what_was_stopped_and_counts_it_as_nothing():
    one, two = PARTS["hour"](5)
    runs = Runs(
        [one, two],
        [
            record(one, "truceline", 0.5, 0.9, processor_seconds=0.4),
            record(one, "pyocto", 100.0, 0.4, processor_seconds=60.0),
            record(two, "truceline", 1.0, 0.8, processor_seconds=1.0),
            record(two, "pyocto", 600.0, state="stopped", processor_seconds=590.0),
        ],
    )
    table = side_by_side(runs)
    assert "| stopped |" in table
    assert "more than 590" in table
    mean = table.splitlines()[-1]
    assert "| 0.850 | 0.200 |" in mean
    told = speed(runs).splitlines()
    assert told[2].endswith("| 200 × | 150 × |")
    assert told[3].endswith("| more than 600 × | more than 590 × |")


def test_the_exponent_is_the_slope_of_seconds_over_detections():
    sets = PARTS["growth"](5)
    sizes = (1e4, 6e4, 24e4)
    records = [
        record(made, "truceline", 1.0, detections=size, processor_seconds=1e-5 * size**1.05)
        for made, size in zip(sets, sizes, strict=True)
    ]
    assert exponent(Runs(sets, records)) == pytest.approx(1.05)
    assert exponent(Runs(sets, records[:1])) is None


def test_a_missed_figure_is_written_as_missed():
    sets = PARTS["small"](5)
    good = [record(made, "truceline", 1.0, 0.95) for made in sets]
    rival = [record(made, "windows", 1.0, 0.8) for made in sets]
    table = targets({"small": Runs(sets, good + rival)})
    assert "| small | mean F1 | ≥ 0.94 | 0.950 | met |" in table
    assert "| small | F1 above windows | ≥ 0.25 | 0.150 | missed |" in table
    stopped = [*good[1:], record(sets[0], "truceline", 600.0, state="stopped")]
    assert "| small | mean F1 | ≥ 0.94 | 0.855 | missed |" in targets(
        {"small": Runs(sets, stopped)}
    )


def test_only_what_stands_between_the_markers_is_written_anew():
    page = "a\n<!-- measured: x -->\nold\n<!-- end -->\nb\n<!-- measured: y -->\n<!-- end -->\n"
    there = with_region(page, "x", grid(["h"], [["1"]]))
    assert there.replace("| h |\n|---|\n| 1 |", "old") == page
    with pytest.raises(ValueError, match="measured: z"):
        with_region(page, "z", "")


def test_the_page_has_a_place_for_every_part():
    page = association.PAGE.read_text(encoding="utf-8")
    for name in [part for part in PARTS if part != "quick"] + ["targets", "diagrams"]:
        assert f"<!-- measured: {name} -->\n" in page


def test_a_record_takes_the_place_of_the_same_run_and_the_page_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(association, "machine", lambda: "some machine")
    results = {}
    sets = PARTS["faults"](5)
    for f1 in (0.1, 0.9):
        drawn = {"probability": [0.9, 0.7], "right": [1, 0], "square": [2.0]}
        association.keep(results, "faults", record(sets[0], "truceline", 1.0, f1, **drawn), "cmd")
    assert [one["f1"] for one in results["faults"]["records"]] == [0.9]
    page = tmp_path / "page.md"
    names = ("faults", "targets", "diagrams")
    page.write_text("".join(f"<!-- measured: {n} -->\n<!-- end -->\n" for n in names), "utf-8")
    association.write(page, results, named(list(PARTS), 5))
    text = page.read_text("utf-8")
    assert "`cmd`" in text
    assert "| faults | mean F1 | ≥ 0.86 | 0.900 | met |" in text
    for picture in ("association-reliability", "association-coverage"):
        assert f"(img/{picture}.svg)" in text
        assert (tmp_path / "img" / f"{picture}.svg").read_text("utf-8").startswith("<svg")


def test_diagrams_put_every_point_where_it_belongs():
    records = [{"probability": [0.95] * 4, "right": [1, 1, 1, 0], "square": [0.0, 100.0]}]
    told = reliability({"small": records})
    assert "4 incidents" in told
    assert 'cx="292.0"' in told  # 45 + 260 * 0.95
    assert 'cy="80.0"' in told  # 15 + 260 * (1 - 0.75)
    assert 'cy="145.0"' in coverage({"small": records})  # half of the truths inside


def test_the_command_line_says_which_part_it_does_not_know(capsys):
    with pytest.raises(SystemExit):
        association.main(["smal"])
    assert "smal" in capsys.readouterr().err
