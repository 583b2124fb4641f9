"""Contradictions: both sides named, nothing resolved silently."""

import csv
import hashlib
from pathlib import Path

import pytest

from truceline.adapters.contradictions import ADAPTER
from truceline.adapters.interface import ParseContext, Parsed
from truceline.errors import WrongKindOfFile

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "data" / "contradictions"
SHIPPED = {"easter-2025": 28, "easter-2026": 3, "energy-2025": 1}


def parse(raw: bytes) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x.csv"))


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.csv").read_bytes()


def keys(folder: str, table: str, column: str) -> set[str]:
    with (ROOT / "data" / folder / table).open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file)}


def test_ids_are_read_once_each_and_there_are_no_observations():
    parsed = parse(golden("good"))
    place, total, single = parsed.contradictions
    assert place.contradiction_id == "CG-X"
    assert place.what_differs == "Place of the strike: Riverside or Hilltop"
    assert (place.report_keys, place.claim_keys) == (("T-001", "T-002"), ())
    assert (total.report_keys, total.claim_keys) == ((), ("C-1", "C-2"))
    assert single.claim_keys == ("C-3",)
    assert parsed.observations.num_rows == 0
    assert parsed.notes == ("1 contradiction(s) name one row, the other side is in words: CC-Z.",)


@pytest.mark.parametrize(
    ("name", "reason", "kept"),
    [
        ("names_nothing", "names neither a report nor a claim", ["CC-Y"]),
        ("no_sentence", "what_differs is empty", ["CC-Y"]),
        ("not_utf8", "not UTF-8", ["CC-Y"]),
        (
            "twice_same",
            "stands on lines 2, 4 with the same content; counted once",
            ["CG-X", "CC-Y"],
        ),
    ],
)
def test_a_broken_row_is_rejected_with_its_reason_and_the_rest_goes_on(name, reason, kept):
    raw = golden(name)
    parsed = parse(raw)
    (bad,) = parsed.rejected
    assert reason in bad.reason
    assert raw[bad.offset : bad.offset + bad.length].startswith(b"CG-X,")
    assert [c.contradiction_id for c in parsed.contradictions] == kept


def test_of_two_versions_in_one_file_neither_is_used():
    parsed = parse(golden("twice_different"))
    assert [(r.line, "none is used" in r.reason) for r in parsed.rejected] == [(2, True), (4, True)]
    assert [c.contradiction_id for c in parsed.contradictions] == ["CC-Y"]


def test_a_file_of_another_kind_is_refused_whole():
    with pytest.raises(WrongKindOfFile, match="not a table of contradictions"):
        parse(golden("wrong_kind"))


@pytest.mark.parametrize("folder", list(SHIPPED))
def test_every_id_of_a_shipped_contradiction_is_a_shipped_row(folder):
    parsed = parse((ROOT / "data" / folder / "contradictions.csv").read_bytes())
    assert parsed.rejected == ()
    assert len(parsed.contradictions) == SHIPPED[folder]
    reports, claims = (
        keys(folder, "reports.csv", "report_id"),
        keys(folder, "claims.csv", "claim_id"),
    )
    for found in parsed.contradictions:
        assert set(found.report_keys) <= reports
        assert set(found.claim_keys) <= claims
    named = {c.contradiction_id for c in parsed.contradictions}
    for table in ("reports.csv", "claims.csv"):
        assert keys(folder, table, "contradiction_group") - {""} <= named


def test_the_order_of_rows_does_not_matter():
    header, *lines = golden("twice_different").splitlines(keepends=True)
    found = [parse(header + b"".join(order)).contradictions for order in (lines, lines[::-1])]
    assert set(found[0]) == set(found[1])
