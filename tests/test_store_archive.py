"""The archive: raw bytes by hash, segments to the byte, one version of each observation."""

from contextlib import suppress
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_rows import row
from truceline.errors import EvidenceError
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.store import archive
from truceline.store.workspace import create, write_durably
from workspaces import flip


def table(*rows):
    return pa.Table.from_pylist(list(rows), schema=OBSERVATION_SCHEMA)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    return create(tmp_path_factory.mktemp("archive") / "ws", "easter-2025", "example/log", "vkey")


def test_raw_bytes_are_kept_once_under_their_hash(ws):
    digest = archive.keep_raw(ws, b"bytes")
    path = ws.raw_path(digest)
    before = path.stat().st_mtime_ns
    assert archive.keep_raw(ws, b"bytes") == digest
    assert path.stat().st_mtime_ns == before
    assert archive.read_raw(ws, digest) == b"bytes"


def test_missing_and_changed_raw_bytes_are_named(ws):
    with pytest.raises(EvidenceError, match=r"raw/ab/ab.* is missing"):
        archive.read_raw(ws, "ab" * 32)
    digest = archive.keep_raw(ws, b"to be changed")
    flip(ws.raw_path(digest), 3, 1)
    with pytest.raises(EvidenceError, match=f"{digest} was changed"):
        archive.read_raw(ws, digest)


def test_a_segment_is_read_as_it_was_written(ws):
    rows = table(row("a"), {**row("b"), "lon": None, "lat": None}, row("c", seconds=7.25))
    assert archive.segment_bytes(rows) == archive.segment_bytes(rows)
    path = ws.archive_path("test", "cd" * 32, ".parquet")
    write_durably(path, archive.segment_bytes(rows))
    assert archive.read_segment(ws, "test", "cd" * 32).equals(rows)


def test_an_empty_segment_is_one_too(ws):
    path = ws.archive_path("test", "00" * 32, ".parquet")
    write_durably(path, archive.segment_bytes(table()))
    assert archive.read_segment(ws, "test", "00" * 32).num_rows == 0


@settings(max_examples=60, deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_segment_ends_in_one_kind_of_error_or_in_other_rows(ws, at, mask, cut):
    path = ws.archive_path("test", "ee" * 32, ".parquet")
    data = archive.segment_bytes(table(*(row(str(n)) for n in range(5))))
    place = int(at * len(data))
    write_durably(path, data[:place] if cut else data)
    if not cut:
        flip(path, place, mask)
    with suppress(EvidenceError):
        archive.read_segment(ws, "test", "ee" * 32)


def test_a_segment_of_types_that_arrow_cannot_turn_is_an_error_of_ours(ws):
    path = ws.archive_path("test", "dd" * 32, ".parquet")
    write_durably(path, b"")
    odd = table(row("a")).drop_columns("version_rank")
    odd = odd.append_column("version_rank", pa.array([[1, 2]]))
    pq.write_table(odd, path)
    with pytest.raises(EvidenceError, match="cannot be read"):
        archive.read_segment(ws, "test", "dd" * 32)


def test_a_missing_segment_is_named(ws):
    with pytest.raises(EvidenceError, match=r"archive segment .* is missing"):
        archive.read_segment(ws, "test", "ff" * 32)


def versions():
    """Three versions of one observation and two observations beside it, over three files."""
    old, new = {**row("a"), "version": "1"}, {**row("a"), "version": "2", "version_rank": 1}
    tie = {**new, "version": "3", "raw_sha256": "f" * 64}
    return [table(old, row("b")), table(new), table(tie, row("c"))]


def test_the_order_of_files_and_rows_does_not_show():
    tables, dice = versions(), Random(7)  # noqa: S311 - a shuffle is no secret
    first = archive.latest(tables)
    assert first["observation_id"].to_pylist() == ["test:a", "test:b", "test:c"]
    assert first["version"].to_pylist()[0] == "3"
    for _ in range(20):
        dice.shuffle(tables)
        shuffled = [t.take(dice.sample(range(len(t)), len(t))) for t in tables]
        assert archive.latest(shuffled).equals(first)


def test_of_one_content_the_narrower_window_counts():
    wide = row("a", window=(0, 600))
    narrow = {**row("a", window=(300, 600)), "raw_sha256": "f" * 64}
    for tables in ([table(wide), table(narrow)], [table(narrow), table(wide)]):
        (kept,) = archive.latest(tables).to_pylist()
        assert kept["phenomenon_start"] == narrow["phenomenon_start"]


def test_two_contents_of_equal_rank_are_counted():
    tables = versions()
    assert archive.ambiguous(tables) == 1
    assert archive.ambiguous(tables[:2]) == 0
    assert archive.ambiguous([]) == 0
    assert archive.latest([]).num_rows == 0
