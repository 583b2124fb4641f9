"""Party claims: speech, never the act."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.adapters.claims import ADAPTER
from truceline.adapters.interface import ParseContext, Parsed
from truceline.errors import WrongKindOfFile

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "data" / "claims"
SHIPPED = {"easter-2025": 55, "easter-2026": 6, "energy-2025": 4}


def parse(raw: bytes) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x.csv"))


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.csv").read_bytes()


def shipped(folder: str = "easter-2025") -> bytes:
    return (ROOT / "data" / folder / "claims.csv").read_bytes()


def test_a_claim_is_speech_without_a_place():
    rows = parse(golden("good")).observations.to_pylist()
    assert [r["observation_id"] for r in rows] == ["claims:C-1", "claims:C-2", "claims:C-3", "claims:C-4"]  # fmt: skip
    assert {r["kind"] for r in rows} == {"speech.tally"}
    assert {r["measurement"] for r in rows} == {"speech"}
    assert {r["modality"] for r in rows} == {"statement"}
    assert {(r["lon"], r["lat"], r["cov_ee_m2"]) for r in rows} == {(None, None, None)}
    assert [r["standing"] for r in rows] == ["claim", "claim", "claim", "lead"]
    assert [(r["speaker_side"], r["accused"]) for r in rows[:2]] == [("UA", "RU"), ("RU", "UA")]
    assert {r["credibility"] for r in rows} == {6}


def test_the_window_is_read_in_the_zone_of_the_row():
    rows = parse(golden("good")).observations.to_pylist()
    assert rows[0]["phenomenon_start"] == datetime(2025, 4, 19, 21, tzinfo=UTC)
    assert rows[0]["phenomenon_end"] == datetime(2025, 4, 20, 21, tzinfo=UTC)
    assert rows[1]["phenomenon_start"] == datetime(2025, 4, 19, 15, tzinfo=UTC)


def test_the_figure_is_kept_as_it_was_said():
    rows = parse(golden("good")).observations.to_pylist()
    assert [(r["count_min"], r["count_max"]) for r in rows] == [
        (1882, 1882),
        (900, None),  # "more than": a lower bound has no upper one
        (None, None),
        (40, 40),
    ]
    said = [json.loads(r["attributes"]) for r in rows]
    assert [s["value"] for s in said] == [1882, 900, "several", 40]
    assert [s["value_reads"] for s in said] == ["as stated", "at least", "as stated", "about"]
    assert said[1]["qualifier"] == "more than; half-way figure"
    assert (said[0]["metric"], said[0]["claimant"]) == ("shelling", "Staff A")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("bad_number", "value is '1,882'"),
        ("bad_zone", "tz is 'Mars/Olympus'"),
        ("end_before_start", "does not lie after window_from"),
        ("unknown_party", "claimant_side is 'Elsewhere'"),
        ("empty_value", "value is empty"),
        ("with_offset", "a local time has no offset"),
        ("clock_changed", "the clock of Europe/Kyiv was changed at that hour"),
        ("not_utf8", "not UTF-8"),
    ],
)
def test_a_broken_row_is_rejected_with_its_reason_and_the_rest_goes_on(name, reason):
    raw = golden(name)
    parsed = parse(raw)
    (bad,) = parsed.rejected
    assert reason in bad.reason
    assert raw[bad.offset : bad.offset + bad.length].startswith(b"C-9,")
    assert parsed.observations["observation_id"].to_pylist() == ["claims:C-1"]


@pytest.mark.parametrize("value", ["nan", "-"])
def test_what_is_no_number_and_no_word_is_refused(value):
    parsed = parse(golden("good").replace(b",1882,", f",{value},".encode()))
    assert "write a whole number in digits, or words" in parsed.rejected[0].reason


def test_a_file_of_another_kind_is_refused_whole():
    with pytest.raises(WrongKindOfFile, match="not a table of party claims"):
        parse(golden("wrong_kind"))


def test_a_file_without_rows_says_nothing():
    header = golden("good").splitlines(keepends=True)[0]
    parsed = parse(header)
    assert (parsed.observations.num_rows, parsed.notes) == (0, ())


@pytest.mark.parametrize("folder", list(SHIPPED))
def test_shipped_claims_are_all_read_and_none_is_evidence(folder):
    parsed = parse(shipped(folder))
    assert parsed.rejected == ()
    assert parsed.observations.num_rows == SHIPPED[folder]
    assert set(parsed.observations["standing"].to_pylist()) == {"claim"}
    assert set(parsed.observations["measurement"].to_pylist()) == {"speech"}


def test_raw_bytes_of_an_observation_are_its_record():
    raw = shipped()
    for row in parse(raw).observations.to_pylist():
        record = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]].decode()
        assert next(csv.reader(io.StringIO(record)))[0] == row["observation_id"].split(":")[1]


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_ids_nor_versions(random):
    header, *lines = shipped("easter-2026").splitlines(keepends=True)
    pairs = []
    for _ in range(2):
        table = parse(header + b"".join(lines)).observations
        pairs.append(set(zip(table["observation_id"].to_pylist(), table["version"].to_pylist(), strict=True)))  # fmt: skip
        random.shuffle(lines)
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) == 6
