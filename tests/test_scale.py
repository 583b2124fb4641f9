"""A history by day, in one process: parts, what is refused, and the same result as from whole files."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from scale_world import a_history
from truceline.cli.app import app
from truceline.errors import SourceError, WorkspaceError
from truceline.pipeline.association import paths_in
from truceline.pipeline.association_late import How, associate_late
from truceline.scale import history as history_of
from truceline.scale.folder import history_in, input_between, static_input
from truceline.scale.history import associate_history, cluster
from truceline.scale.parts import groups_of, parts_of
from truceline.scale.work import Job, solve_part

AT = datetime(2026, 6, 1, tzinfo=UTC)
TABLES = ("incidents", "members", "lineage")


@pytest.fixture(name="root", scope="module")
def _root(tmp_path_factory):
    root = tmp_path_factory.mktemp("history")
    flat, _ = a_history(root)
    associate_late(paths_in(flat), root / "whole", How(calibration=root / "c.json"), AT, 1)
    associate_history(job(root, root / "parted"), AT, blocks=16)
    return root


def job(root, out):
    return Job(str(root / "by-day"), str(root / "c.json"), str(out))


def tables(out):
    return {name: pq.read_table(out / f"{name}.parquet") for name in TABLES}


def test_parts_give_what_all_files_at_once_give(root):
    assert tables(root / "parted") == tables(root / "whole")
    assert tables(root / "whole")["incidents"].num_rows > 300


def test_the_size_of_parts_does_not_matter(root, tmp_path):
    found = associate_history(job(root, tmp_path / "out"), AT, blocks=48)
    assert tables(tmp_path / "out") == tables(root / "whole")
    assert found.detections == pq.read_table(root / "flat" / "detections.parquet").num_rows
    assert found.incidents == tables(root / "whole")["incidents"].num_rows


def test_the_two_places_are_cells_of_their_own(root):
    cells = pq.read_table(root / "whole" / "held" / "solved-cells.parquet")
    assert sorted(set(cells["region"].to_pylist())) == [0, 1]


def test_what_was_broken_off_goes_on_where_it_was(root, tmp_path):
    own = job(root, tmp_path / "out")
    parts = parts_of(history_in(root / "by-day"), 16)
    done = sum(solve_part(own, part, 0).solved for part in parts[:3])
    assert done > 0
    found = associate_history(own, AT, blocks=16)
    assert found.solved == found.cells - done
    assert tables(tmp_path / "out") == tables(root / "whole")


def test_a_late_row_solves_its_own_blocks_and_ids_stay(root, tmp_path):
    shutil.copytree(root / "by-day", tmp_path / "by-day")
    shutil.copytree(root / "parted", tmp_path / "out")
    file = sorted((tmp_path / "by-day" / "detections").rglob("*.parquet"))[1]
    table = pq.read_table(file)
    members = pq.read_table(root / "whole" / "members.parquet")
    used = np.isin(table["detection_id"].to_numpy(), members["detection_id"].to_numpy())
    kept = np.ones(table.num_rows, bool)
    kept[np.flatnonzero(used)[10]] = False
    pq.write_table(table.filter(pa.array(kept)), file)
    own = Job(str(tmp_path / "by-day"), str(root / "c.json"), str(tmp_path / "out"))
    found = associate_history(own, AT, blocks=16, update=True)
    assert 1 <= found.solved <= 2
    assert 1 <= found.changed <= 6
    pq.write_table(table, file)
    back = associate_history(own, AT, blocks=16, update=True)
    assert 1 <= back.solved <= 2
    before, after = tables(root / "whole")["incidents"], tables(tmp_path / "out")["incidents"]
    plain = [name for name in before.column_names if name not in ("incident_id", "revision")]
    assert after.select(plain) == before.select(plain)
    same = np.array(after["incident_id"].to_pylist()) == np.array(before["incident_id"].to_pylist())
    assert same.sum() >= before.num_rows - 3


def test_results_are_not_written_over(root):
    with pytest.raises(WorkspaceError, match="--update"):
        associate_history(job(root, root / "parted"), AT)


def test_each_block_is_in_one_part_and_the_one_before_the_first_day_too(root):
    history = history_in(root / "by-day")
    for blocks in (1, 7, 48):
        parts = parts_of(history, blocks)
        every = [block for part in parts for block in range(part.first, part.last + 1)]
        assert every == sorted(set(every))
        first, last = history.days[0], history.days[-1]
        assert every == list(range(first * 48 - 1, (last + 1) * 48))
        assert len({part.name for part in parts}) == len(parts)


def test_groups_hold_whole_regions():
    region = np.repeat([0, 1, 2, 3], [5, 1, 1, 9])
    assert groups_of(region, most=6) == [(0, 1), (2,), (3,)]
    assert groups_of(region, most=1000) == [(0, 1, 2, 3)]


@pytest.mark.parametrize(
    ("name", "said"),
    [("date=2026-02-30", "not the folder of a day"), ("may", "not the folder of a day"),
     ("date=2026-05-01", "holds no Parquet")],
)  # fmt: skip
def test_a_folder_that_is_no_day_is_said(tmp_path, name, said):
    (tmp_path / "detections" / name).mkdir(parents=True)
    with pytest.raises(SourceError, match=said):
        history_in(tmp_path)


def test_no_day_at_all_is_said(tmp_path):
    with pytest.raises(SourceError, match="date=YYYY-MM-DD"):
        history_in(tmp_path)


def test_rows_in_the_folder_of_another_day_and_broken_files_are_refused(root, tmp_path):
    shutil.copytree(root / "by-day", tmp_path / "by-day")
    first, second = sorted((tmp_path / "by-day" / "detections").rglob("*.parquet"))[:2]
    shutil.copy(first, second)
    own = Job(str(tmp_path / "by-day"), str(root / "c.json"), str(tmp_path / "out"))
    with pytest.raises(SourceError, match="detections of another day"):
        associate_history(own, AT)
    second.write_text("no table")
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        associate_history(Job(own.folder, own.calibration, str(tmp_path / "other")), AT)


def test_times_as_whole_numbers_are_taken_and_as_words_refused(root, tmp_path):
    shutil.copytree(root / "by-day", tmp_path / "by-day")
    file = min((tmp_path / "by-day" / "detections").rglob("*.parquet"))
    table = pq.read_table(file)
    at = table.column_names.index("time")
    ns = table["time"].cast(pa.int64()).to_pylist()
    whole = table.set_column(at, "time", pa.array([*ns[:-1], None], pa.int64()))
    pq.write_table(whole, file)
    history = history_in(tmp_path / "by-day")
    static = static_input(history)
    start = history.days[0] * 86_400 * 10**9
    given = input_between(history, static, start, start + 10**9 * 86_400)
    assert given.detections.num_rows == table.num_rows - 1
    assert "1 detection(s)" in given.remarks[0]
    assert input_between(history, static, start - 9, start - 8).detections.num_rows == 0
    words = table.set_column(at, "time", pa.array([str(one) for one in ns]))
    pq.write_table(words, file)
    with pytest.raises(SourceError, match="write times as timestamp"):
        input_between(history, static, start, start + 10**9)
    pq.write_table(table.drop_columns(["time"]), file)
    with pytest.raises(SourceError, match="lacks the column"):
        input_between(history, static, start, start + 10**9)


def test_without_dask_more_workers_are_refused_with_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SourceError, match=r"truceline\[cluster\]"), cluster(2):
        pass
    with cluster(1) as client:
        assert client is None
    assert history_of.BLOCKS_A_DAY == 48


def test_the_command_says_what_came_out(root, tmp_path):
    args = [str(root / "by-day"), "--calibration", str(root / "c.json"), "--out", str(tmp_path)]
    plain = CliRunner().invoke(app, ["history", *args])
    assert plain.exit_code == 0, plain.output
    assert "blocks solved by 1 worker(s)" in plain.stdout
    again = CliRunner().invoke(app, ["history", *args, "--update", "--json"])
    assert '"solved": 0' in again.stdout
