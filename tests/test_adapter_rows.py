"""CSV records with their bytes, and the table they become."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.adapters.rows import ObservationBuilder, csv_records, header_of
from truceline.codec.canonical import canonical
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.observation import OBSERVATION_SCHEMA

ROW = {
    "natural_key": "k",
    "source": "s",
    "line": 2,
    "offset": 10,
    "length": 5,
    "attributes": {},
    "datastream": "s:d",
    "modality": "report",
    "standing": "evidence",
    "kind": "other",
    "phenomenon_start": datetime(2026, 4, 11, tzinfo=UTC),
    "phenomenon_end": datetime(2026, 4, 12, tzinfo=UTC),
    "time_sigma_s": 0.0,
    "time_precision": "day",
    "measurement": "place",
    "independence_groups": ["g"],
    "reliability": "C",
    "credibility": 3,
}


def records(raw: bytes) -> list[tuple[int, bytes, dict, str]]:
    return [
        (r.line, raw[r.offset : r.offset + r.length], dict(r.values), r.problem)
        for r in csv_records(raw, ["a"], "a test")
    ]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_stray_quote_costs_one_line(end):
    found = records(b'a,b\n1,2\n"3,4\n5,6\r\n\n7,8' + end)
    assert [(line, raw) for line, raw, _, _ in found] == [
        (2, b"1,2"),
        (3, b'"3,4'),
        (4, b"5,6"),
        (6, b"7,8"),
    ]
    assert [bool(problem) for *_, problem in found] == [False, True, False, False]
    assert found[3][2] == {"a": "7", "b": "8"}


def test_a_quoted_cell_may_hold_commas_quotes_and_line_ends():
    (found,) = records(b'\xef\xbb\xbfa,b\n"x,""y""","p\nq"\n')
    assert found == (2, b'"x,""y""","p\nq"', {"a": 'x,"y"', "b": "p\nq"}, "")


@pytest.mark.parametrize("raw", [b"", b"a\x00,b\n", b"\xff\n"])
def test_no_header_can_be_read_from_binary(raw):
    assert header_of(raw) == ()
    with pytest.raises(WrongKindOfFile, match="no readable header line"):
        records(raw)


def test_a_column_that_stands_twice_is_another_kind_of_file():
    with pytest.raises(WrongKindOfFile, match="stands twice"):
        records(b"a,b,a\n1,2,3\n")


@given(
    st.dictionaries(
        st.text(max_size=4),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False, width=16)
        | st.text(max_size=6)
        | st.lists(st.text(max_size=3), max_size=2),
        max_size=5,
    )
)
def test_attributes_are_canonical_json_whichever_way_they_are_written(attributes):
    builder = ObservationBuilder("0" * 64)
    builder.add(**{**ROW, "attributes": attributes})
    assert builder.table()["attributes"].to_pylist() == [canonical(attributes).decode()]


def test_the_version_rests_on_the_content_or_on_what_is_given():
    builder = ObservationBuilder("0" * 64)
    builder.add(**ROW)
    builder.add(**{**ROW, "line": 9, "offset": 99})
    builder.add(**{**ROW, "kind": "fire"})
    builder.add(**ROW, version_content={"row": 1})
    builder.add(**{**ROW, "kind": "fire"}, version_content={"row": 1})
    one, again, other, given_one, given_other = builder.table()["version"].to_pylist()
    assert one == again != other
    assert given_one == given_other != one
    assert given_one == hashlib.sha256(b"[('row', 1)]").hexdigest()


def test_unknown_and_missing_columns_are_refused():
    builder = ObservationBuilder("0" * 64)
    with pytest.raises(RejectedRow, match=r"unknown column\(s\) colour"):
        builder.add(**ROW, colour="red")
    with pytest.raises(RejectedRow, match="kind is missing"):
        builder.add(**{**ROW, "kind": None})
    assert builder.table().num_rows == 0


def test_many_rows_keep_their_order_and_schema():
    builder = ObservationBuilder("0" * 64)
    for at in range(9000):
        builder.add(**{**ROW, "natural_key": str(at)})
    table = builder.table()
    assert table.schema.equals(OBSERVATION_SCHEMA)
    assert table["observation_id"].to_pylist() == [f"s:{at}" for at in range(9000)]
