"""Coded reports: every way of being wrong, the shipped rows, and nothing lost."""

import csv
import hashlib
import io
import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.adapters.interface import ParseContext, Parsed
from truceline.adapters.reports import ADAPTER
from truceline.errors import WrongKindOfFile
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "data" / "reports"
SHARED = ROOT / ".." / "shared" / "data" / "truce-reports" / "reports.csv"
SHIPPED = {"easter-2025": 176, "easter-2026": 5, "energy-2025": 14}


def parse(raw: bytes, theatre=None) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x.csv", theatre))


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.csv").read_bytes()


def shipped(folder: str = "easter-2025") -> bytes:
    return (ROOT / "data" / folder / "reports.csv").read_bytes()


def with_cells(**cells: str) -> bytes:
    """Give the first good row with some cells changed."""
    header, first = list(csv.reader(io.StringIO(golden("good").decode())))[:2]
    out = io.StringIO()
    row = dict(zip(header, first, strict=True)) | cells
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue().encode()


def test_the_good_file_gives_one_observation_a_row():
    parsed = parse(golden("good"))
    assert parsed.rejected == ()
    assert parsed.observations.schema == OBSERVATION_SCHEMA
    rows = parsed.observations.to_pylist()
    assert [r["observation_id"] for r in rows] == [f"reports:T-00{n}" for n in range(1, 6)]
    assert [r["kind"] for r in rows] == [
        "fire.mortar",
        "strike.uav",
        "assault",
        "quiet",
        "strike.missile",
    ]
    assert [r["standing"] for r in rows] == ["evidence"] * 3 + ["silence", "lead"]
    assert [r["time_precision"] for r in rows] == ["instant", "instant", "window", "day", "instant"]
    assert [r["speaker_side"] for r in rows] == ["UA", "RU", "mixed", "independent", "UA"]
    assert [r["accused"] for r in rows] == ["RU", "UA", "RU", None, "RU"]
    assert {r["measurement"] for r in rows} == {"place"}
    assert rows[0]["cov_ee_m2"] == rows[0]["cov_nn_m2"] == 3000.0**2
    assert rows[0]["cov_en_m2"] == 0.0
    assert (rows[0]["count_min"], rows[0]["count_max"]) == (2, 3)
    assert (rows[1]["count_min"], rows[1]["count_max"]) == (2, None)
    assert rows[0]["version_rank"] == datetime(2026, 11, 22, tzinfo=UTC).date().toordinal()


def test_what_a_row_says_beyond_the_columns_is_kept():
    row = parse(golden("good")).observations.to_pylist()[1]
    said = json.loads(row["attributes"])
    assert said["killed"] == 1
    assert said["injured"] is None
    assert said["in_window"] == "straddles"
    assert said["note"] == 'first line\nsecond "line", quoted'
    assert said["contradiction_group"] == "CG-X"
    assert (said["bounds_start"], said["bounds_end"]) == (
        "2025-04-19T14:45:00Z",
        "2025-04-19T15:30:00Z",
    )


def test_times_are_read_with_their_precision():
    minute, approx, window, day, _ = parse(golden("good")).observations.to_pylist()
    assert minute["phenomenon_start"] == minute["phenomenon_end"]
    assert minute["phenomenon_start"] == datetime(2025, 4, 19, 16, 12, tzinfo=UTC)
    assert minute["time_sigma_s"] == 60.0
    assert approx["phenomenon_start"] == datetime(2025, 4, 19, 15, tzinfo=UTC)
    assert approx["time_sigma_s"] == 900.0
    assert (window["phenomenon_end"] - window["phenomenon_start"]).total_seconds() == 16 * 3600
    assert (day["phenomenon_end"] - day["phenomenon_start"]).total_seconds() == 24 * 3600
    assert window["time_sigma_s"] == day["time_sigma_s"] == 0.0


def test_a_named_range_is_an_instant_in_its_middle():
    raw = with_cells(
        time_precision="approx",
        phenomenon_start="2025-04-20T09:00",
        phenomenon_end="2025-04-20T10:00",
        start_utc="2025-04-20T06:00Z",
        end_utc="2025-04-20T07:00Z",
    )
    row = parse(raw).observations.to_pylist()[0]
    assert row["phenomenon_start"] == datetime(2025, 4, 20, 6, 30, tzinfo=UTC)
    assert row["time_sigma_s"] == 900.0


def test_silence_is_told_as_coverage_and_a_slug_as_a_lead():
    parsed = parse(golden("good"))
    (looked,) = parsed.coverage
    assert looked.datastream == "reports/visitors"
    assert looked.basis == "stated"
    assert looked.area is not None
    assert looked.area.contains(32.5, 46.6)
    north_m = (looked.area.north - 46.6) * 111_195
    assert north_m == pytest.approx(2 * 3000, rel=1e-3)
    assert any("1 of them are leads" in note for note in parsed.notes)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("unknown_act", "act 'catapult' is not in the list"),
        ("bad_number", "count_min is 'two'"),
        ("bad_position", "lat is 96.6, outside -90..90"),
        ("bad_zone", "time_zone is 'Europe/Atlantis', not an IANA zone"),
        ("end_before_start", "lies before start_utc"),
        ("times_disagree", "one of them is wrong"),
        ("count_reversed", "count_max 1 is below count_min 2"),
        ("unknown_side", "speaker_side is 'Elsewhere'"),
        ("bad_letter", "reliability is 'AB'"),
        ("no_group", "independence_group is empty"),
        ("no_offset", "without an offset"),
        ("not_utf8", "not UTF-8"),
        ("cells_missing", "32 cells where the header has 33"),
    ],
)
def test_a_broken_row_is_rejected_with_its_reason_and_the_rest_goes_on(name, reason):
    raw = golden(name)
    parsed = parse(raw)
    (bad,) = parsed.rejected
    assert reason in bad.reason
    assert bad.line in {2, 3}
    lines = raw.splitlines(keepends=True)
    assert bad.offset == sum(len(line) for line in lines[: bad.line - 1])
    assert raw[bad.offset : bad.offset + bad.length].startswith(lines[bad.line - 1][:5])
    assert parsed.observations["observation_id"].to_pylist() == ["reports:T-001"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"time_precision": "hour"}, "time_precision is 'hour'"),
        ({"start_utc": "yesterday"}, "start_utc is 'yesterday', not an ISO 8601 time"),
        ({"phenomenon_start": "19.04.2025"}, "phenomenon_start is '19.04.2025'"),
        ({"phenomenon_start": "2025-04-19T19:12+03:00"}, "a local time has no offset"),
        ({"phenomenon_end": "2025-04-19T19:00"}, "lies before phenomenon_start"),
        ({"time_precision": "day"}, "not a day YYYY-MM-DD"),
        ({"time_precision": "day", "phenomenon_start": "2025-04-19"}, "the local day is"),
        ({"time_precision": "window"}, "not an ISO 8601 time"),
        ({"time_precision": "window", "phenomenon_end": "2025-04-19T20:00"}, "the local window is"),
        ({"excerpt_seen": "2026"}, "excerpt_seen is '2026'"),
        ({"killed": "-1"}, "killed is '-1'"),
        ({"position_sigma_m": "nan"}, "position_sigma_m is nan"),
        ({"credibility": "7"}, "credibility is '7'"),
        ({"in_window": "perhaps"}, "in_window is 'perhaps'"),
        ({"accused": ""}, "accused is ''"),
        ({"report_id": ""}, "report_id is empty"),
        ({"time_zone": "../etc/passwd"}, "not an IANA zone"),
        ({"phenomenon_start": "0001-01-01T00:00"}, "at the edge of the calendar"),
        ({"start_utc": "9999-12-31T23:30-05:00"}, "at the edge of the calendar"),
        (
            {"time_precision": "day", "phenomenon_start": "9999-12-31"},
            "at the edge of the calendar",
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(cells, reason):
    parsed = parse(with_cells(**cells))
    assert parsed.observations.num_rows == 0
    assert parsed.notes == ()
    assert reason in parsed.rejected[0].reason


def test_a_window_of_no_length_is_refused():
    raw = with_cells(
        time_precision="window",
        phenomenon_end="2025-04-19T19:12",
        end_utc="2025-04-19T16:12Z",
    )
    assert "a window of no length" in parse(raw).rejected[0].reason


@pytest.mark.parametrize("name", ["wrong_kind", "empty"])
def test_a_file_of_another_kind_is_refused_whole(name):
    with pytest.raises(WrongKindOfFile, match=r"not a table of coded truce reports"):
        parse(golden(name))


def test_line_ends_and_a_byte_order_mark_change_no_version():
    plain, other = (parse(golden(n)).observations for n in ("good", "good_crlf_bom"))
    plain_notes = [json.loads(a) for a in plain["attributes"].to_pylist()]
    other_notes = [json.loads(a) for a in other["attributes"].to_pylist()]
    assert plain_notes[0] == other_notes[0]
    # The note with a line end inside quotes is the one cell whose own content differs.
    same = [0, 2, 3, 4]
    versions = [table["version"].to_pylist() for table in (plain, other)]
    assert [versions[0][i] for i in same] == [versions[1][i] for i in same]


def test_a_row_outside_the_theatre_is_rejected():
    parsed = parse(golden("good"), BoundingBox(0, 0, 10, 10))
    assert parsed.observations.num_rows == 0
    assert "outside the theatre" in parsed.rejected[0].reason


@pytest.mark.parametrize("name", ["good", "good_crlf_bom"])
def test_raw_bytes_of_an_observation_are_its_record(name):
    raw = golden(name)
    for row in parse(raw).observations.to_pylist():
        record = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]].decode()
        assert next(csv.reader(io.StringIO(record)))[0] == row["observation_id"].split(":")[1]
        assert row["raw_sha256"] == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("folder", list(SHIPPED))
def test_shipped_rows_are_all_read(folder):
    parsed = parse(shipped(folder))
    assert parsed.rejected == ()
    assert parsed.observations.num_rows == SHIPPED[folder]
    assert "lead" not in parsed.observations["standing"].to_pylist()


def test_easter_2025_has_138_rows_inside_its_window_and_8_across_an_edge():
    rows = parse(shipped()).observations.to_pylist()
    where = Counter(json.loads(r["attributes"])["in_window"] for r in rows)
    assert where == {"inside": 138, "straddles": 8, "before": 2, "after": 28}
    assert Counter(r["standing"] for r in rows) == {"evidence": 164, "silence": 12}


def test_the_coder_and_the_arithmetic_agree_on_the_window_of_easter_2025():
    opens = datetime(2025, 4, 19, 15, tzinfo=UTC)
    closes = datetime(2025, 4, 20, 21, tzinfo=UTC)
    for row in parse(shipped()).observations.to_pylist():
        said = json.loads(row["attributes"])
        start, end = (datetime.fromisoformat(said[f"bounds_{e}"]) for e in ("start", "end"))
        if end <= opens:
            expected = "before"
        elif start >= closes:
            expected = "after"
        else:
            expected = "inside" if start >= opens and end <= closes else "straddles"
        assert said["in_window"] == expected, row["observation_id"]


def test_no_shipped_source_is_a_bare_address():
    for folder in SHIPPED:
        for row in parse(shipped(folder)).observations.to_pylist():
            url = json.loads(row["attributes"])["source_url"]
            host = url.split("/")[2] if "//" in url else ""
            assert not host.replace(".", "").replace(":", "").isdigit(), row["observation_id"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_ids_nor_versions(random):
    header, *lines = shipped("energy-2025").splitlines(keepends=True)
    table = parse(header + b"".join(lines)).observations
    random.shuffle(lines)
    other = parse(header + b"".join(lines)).observations
    pairs = [set(zip(*(t[c].to_pylist() for c in ("observation_id", "version")), strict=True)) for t in (table, other)]  # fmt: skip
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) == 14


@given(st.binary(max_size=400))
def test_any_bytes_are_either_refused_or_accounted_for(tail):
    raw = golden("good") + tail
    parsed = parse(raw)
    assert parsed.observations.num_rows >= 5
    for bad in parsed.rejected:
        assert 0 < bad.offset <= bad.offset + bad.length <= len(raw)
        assert bad.reason


@pytest.mark.shared
def test_the_full_table_gives_31_leads():
    if not SHARED.exists():
        assert os.environ.get("CI") != "true", f"{SHARED} is missing"
        pytest.skip(f"{SHARED} is not there: the full coded tables are not shipped")
    parsed = parse(SHARED.read_bytes())
    assert parsed.rejected == ()
    standings = Counter(parsed.observations["standing"].to_pylist())
    assert standings == {"evidence": 182, "lead": 31, "silence": 13}
    said = [json.loads(a)["in_window"] for a in parsed.observations["attributes"].to_pylist()]
    assert said.count("straddles") == 18
