"""The raw files of a simulated day, and the map from their records to the truth."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.simulation.day import simulate_day
from truceline.simulation.layouts import HEADERS
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import BOX
from truceline.simulation.truth import Truth, read_truth, truth_of
from truceline.simulation.write import raw_files

DAY = date(2026, 5, 12)
SEEDS = st.integers(0, 2**32 - 1)
CSV = {**{name: name for name in HEADERS}, "heat-history.csv": "viirs.csv"}


def files(seed, **changes):
    day = simulate_day(np.random.default_rng(seed), DAY, Settings(**changes))
    return day, raw_files(day)


def rows(raw, broken=()):
    """Rows by column name, without the lines that were broken on purpose."""
    lines = raw.decode().splitlines()
    kept = [line for number, line in enumerate(lines, 1) if number not in broken]
    return list(csv.DictReader(io.StringIO("\n".join(kept)), strict=True))


def natural_keys(made, broken):
    """What the layouts promise as identity of each record."""
    good = {name: rows(made[name], broken.get(name, ())) for name in CSV}
    yield from (f"stations:{r['sensor_id']}:{r['detection_id']}" for r in good["stations.csv"])
    yield from (f"patrol:{r['patrol_id'].lower()}/{r['record_id']}" for r in good["patrol.csv"])
    for row in (*good["viirs.csv"], *good["heat-history.csv"]):
        minute = f"{row['acq_date']}T{row['acq_time'][:5]}"
        yield f"firms:{row['satellite']}:{minute}:{row['latitude']}:{row['longitude']}"
    yield from (f"reports:{r['report_id']}" for r in good["reports.csv"])
    yield from (f"claims:{r['claim_id']}" for r in good["claims.csv"])


@given(SEEDS, st.sampled_from([{}, {"masts": 3, "twin_masts": 0}, {"events": 1, "noise": 0.0}]))
@settings(max_examples=12, deadline=None)
def test_every_csv_has_its_header_and_every_good_row_its_cells(seed, changes):
    _, made = files(seed, **changes)
    truth = read_truth(made["truth.json"])
    for name, layout in CSV.items():
        header = made[name].decode().splitlines()[0]
        assert header == HEADERS[layout]
        for row in rows(made[name], truth.broken.get(name, ())):
            assert None not in row
            assert None not in row.values()


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_the_truth_knows_every_record_and_no_other(seed):
    _, made = files(seed)
    truth = read_truth(made["truth.json"])
    plain = {k for k in truth.observations if k.startswith("patrol:") and "@" in k}
    keys = list(natural_keys(made, truth.broken))
    assert len(keys) == len(set(keys))
    assert set(keys) == set(truth.observations) - plain
    assert len(plain) == len(made["patrol.txt"].splitlines()) - len(truth.broken["patrol.txt"])
    events = {event.id for event in truth.events}
    assert {e for origin in truth.observations.values() for e in origin.events} <= events


def test_the_truth_survives_its_file():
    day, made = files(7)
    read = read_truth(made["truth.json"])
    assert read == truth_of(day, read.broken)
    assert isinstance(read, Truth)


def test_stations_are_what_the_sensors_file_says_of_them():
    _, made = files(4, broken=False)
    sensors = {row["sensor_id"]: row for row in rows(made["sensors.csv"])}
    for row in rows(made["stations.csv"]):
        station = sensors[row["sensor_id"]]
        for column in ("lon", "lat", "elevation_m", "time_sigma_s", "azimuth_sigma_deg", "mast"):
            assert row[column] == station[column]
        assert bool(row["azimuth_deg"]) == bool(row["azimuth_sigma_deg"])
        assert re.fullmatch(r"2026-05-1\dT\d\d:\d\d:\d\d\.\d{6}Z", row["time"])
        assert BOX.contains(float(row["lon"]), float(row["lat"]))


def test_each_broken_line_stands_where_the_truth_says_and_can_be_left_out():
    _, made = files(4)
    truth = read_truth(made["truth.json"])
    assert set(truth.broken) == {"stations.csv", "viirs.csv", "patrol.txt", "reports.csv"}
    _, whole = files(4, broken=False)
    assert read_truth(whole["truth.json"]).broken == {}
    for name, raw in made.items():
        if name == "truth.json":
            continue
        lines = raw.splitlines()
        kept = [x for i, x in enumerate(lines, 1) if i not in truth.broken.get(name, ())]
        assert kept == whole[name].splitlines()
        assert len(lines) - len(kept) == len(truth.broken.get(name, ()))


def test_plain_text_lines_have_a_time_a_place_and_a_sentence():
    found = 0
    for seed in range(5):
        _, made = files(seed, broken=False, history_days=0)
        for line in made["patrol.txt"].decode().splitlines():
            moment, place, sentence = line.split(" | ")
            stamps = [datetime.fromisoformat(part) for part in moment.split("/")]
            assert all(stamp.utcoffset().total_seconds() == 0 for stamp in stamps)
            assert stamps == sorted(stamps)
            assert BOX.contains(*map(float, place.split(",")))
            assert re.fullmatch(
                r"(heard|saw) \d+ ((outgoing (mortar|artillery) round|undetermined explosion)s?"
                r"|shots of small-arms fire) \d+-\d+ km [NSEW]{1,3}",
                sentence,
            )
            found += 1
    assert found > 10


def test_times_of_reports_say_the_same_in_local_time_and_in_utc():
    _, made = files(4, broken=False)
    for row in rows(made["reports.csv"]):
        assert row["start_utc"] == row["phenomenon_start"] + "Z"
        assert row["end_utc"] == row["phenomenon_end"] + "Z"


def test_a_winter_day_is_one_hour_behind():
    day = simulate_day(np.random.default_rng(1), date(2026, 1, 12), Settings(history_days=0))
    made = raw_files(day)
    row = rows(made["claims.csv"])[0]
    assert (row["window_from"], row["window_to"]) == ("2026-01-12T00:00", "2026-01-13T00:00")
    assert "2026-01-12T01:00Z" in made["sensors.csv"].decode()


def test_the_truth_is_canonical_json_and_tells_the_hidden_weather():
    day, made = files(2)
    data = json.loads(made["truth.json"])
    assert data["weather"]["wind_east_m_s"] == pytest.approx(day.weather.wind_east_m_s)
    assert len(data["posts"]) == 9
    assert made["truth.json"].startswith(b'{"broken":')


@pytest.mark.shared
def test_reports_and_claims_have_the_columns_of_the_coded_truce_reports():
    folder = Path(__file__).parents[1] / ".." / "shared" / "data" / "truce-reports"
    if not folder.exists():
        import os

        assert os.environ.get("CI") != "true", "../shared/data is missing"
        pytest.skip("needs ../shared/data/truce-reports beside the checkout")
    for name in ("reports.csv", "claims.csv"):
        first = (folder / name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert HEADERS[name] == first
