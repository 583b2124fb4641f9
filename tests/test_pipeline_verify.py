"""Any one byte, any row, any file: what is not as it was logged is found and named."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.errors import EvidenceError, WorkspaceError
from truceline.pipeline.calibration import calibrate
from truceline.pipeline.desk import open_desk
from truceline.pipeline.heat import background_of
from truceline.pipeline.holdings import holdings
from truceline.pipeline.reporting import write_report
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify, verify_workspace
from workspaces import DAYS_2025, EASTER_2025, NOW, SEED, begin, flip, hashes, lines_of, small, take

REPORTS = EASTER_2025 / "reports.csv"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A workspace with a bit of everything: two runs, two calibrations, a merge or split, a report."""
    desk = small(tmp_path_factory.mktemp("whole") / "ws")
    take(desk, "reports", lines_of(REPORTS, *range(40, 70)), "late.csv")
    calibrate(desk, holdings(desk), background_of(desk)[1], NOW)
    run(desk, NOW)
    write_report(desk, DAYS_2025, NOW)
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "ws")
    return tmp_path / "ws"


def named(root, path):
    """Verify, and say whether some problem names the file."""
    found = verify_workspace(root)
    assert not found.ok
    return [p for p in found.problems if path.name in p]


FOLDERS = ("raw", "log", "openings", "archive", "calibration", "agreement", "out")


def files_of(root):
    return [p for name in FOLDERS for p in sorted((root / name).rglob("*")) if p.is_file()]


def test_the_workspace_stands_and_looking_changes_nothing(ws):
    before = hashes(ws)
    found = verify_workspace(ws)
    assert (found.problems, found.remarks) == ((), ())
    assert all(count > 0 for count in found.checked.values())
    assert hashes(ws) == before


def test_every_file_is_found_when_one_byte_of_it_changes(ws):
    for path in files_of(ws):
        data = path.read_bytes()
        flip(path, len(data) // 2, 0x10)
        assert named(ws, path), path
        path.write_bytes(data)
    assert verify_workspace(ws).ok


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(which=st.integers(0), at=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_one_byte_anywhere_is_found_and_the_file_named(once, which, at, mask):
    files = files_of(once)
    path = files[which % len(files)]
    data = path.read_bytes()
    flip(path, int(at * len(data)), mask)
    try:
        assert named(once, path)
    finally:
        path.write_bytes(data)


@pytest.fixture(scope="module")
def once(whole, tmp_path_factory):
    root = tmp_path_factory.mktemp("flip") / "ws"
    shutil.copytree(whole, root)
    return root


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("how", ["cut", "gone", "longer", "empty"])
def test_a_file_cut_removed_or_longer_is_found(ws, folder, how):
    path = [p for p in files_of(ws) if p.relative_to(ws).parts[0] == folder][-1]
    if folder == "log":
        path = ws / "log" / "tile" / "entries" / "000"  # a full tile: partial ones may go
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": data[:-1], "longer": data + b"\n", "empty": b""}[how])
    assert named(ws, path)


@pytest.mark.parametrize("folder", ["raw", "archive", "log", "openings", "agreement"])
@pytest.mark.parametrize("name", ["foreign", "aa/foreign.part"])
def test_a_foreign_file_is_named(ws, folder, name):
    path = ws / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    found = verify_workspace(ws)
    assert [p for p in found.problems if name.split("/")[0] in p], found


def test_a_copy_of_a_raw_file_in_a_wrong_place_is_foreign(ws):
    path = next((ws / "raw").rglob("*.*"), None) or next(
        p for p in (ws / "raw").rglob("*") if p.is_file()
    )
    (ws / "raw" / "zz").mkdir()
    shutil.copy(path, ws / "raw" / "zz" / path.name)
    (line,) = verify_workspace(ws).problems
    assert "raw/zz" in line


def test_a_link_in_place_of_a_raw_file_is_found(ws, tmp_path):
    path = next(p for p in (ws / "raw").rglob("*") if p.is_file())
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert named(ws, path)


# The records


def change(root, *statements):
    connection = sqlite3.connect(root / "truceline.db")
    for statement in statements:
        changed = connection.execute(statement).rowcount
        assert changed != 0, statement
    connection.commit()
    connection.close()


CHANGES = {
    "probability inside an incident": (
        "UPDATE incident_revisions SET content = replace(content, '\"probability\":0.', "
        "'\"probability\":0.9') WHERE rowid = (SELECT max(rowid) FROM incident_revisions)"
    ),
    "an old revision": (
        "UPDATE incident_revisions SET content = replace(content, '\"lon\":3', '\"lon\":4') "
        "WHERE run_id = 1"
    ),
    "a revision gone": "DELETE FROM incident_revisions WHERE run_id = 1",
    "a revision of another run": "UPDATE incident_revisions SET run_id = 2 WHERE run_id = 1",
    "the outcome inside a finding": (
        "UPDATE findings SET content = replace(content, 'undetermined', 'permitted') "
        "WHERE finding_id = (SELECT min(finding_id) FROM findings)"
    ),
    "the outcome beside a finding": (
        "UPDATE findings SET outcome = 'permitted' "
        "WHERE finding_id = (SELECT min(finding_id) FROM findings)"
    ),
    "the status of a finding": "UPDATE findings SET status = 'confirmed'",
    "a finding gone": (
        "DELETE FROM findings WHERE finding_id = (SELECT max(finding_id) FROM findings)"
    ),
    "all findings gone": "DELETE FROM findings",
    "a finding added": (
        "INSERT INTO findings SELECT 'INC-999999/X', incident_id, clause_id, outcome, "
        "probability, status, content, log_index FROM findings LIMIT 1"
    ),
    "an incident that disappears": (
        "UPDATE incidents SET state = 'retired' "
        "WHERE incident_id = (SELECT max(incident_id) FROM incidents)"
    ),
    "an incident on another day": "UPDATE incidents SET start = '1999-01-01T00:00:00Z'",
    "an incident of another kind": "UPDATE incidents SET kind = 'heat'",
    "a less probable incident": "UPDATE incidents SET probability = 0.001",
    "a member gone": "DELETE FROM members WHERE rowid = 1",
    "a step of lineage added": (
        "INSERT INTO lineage VALUES (1, 'INC-000001', 'split_from', 'INC-000002')"
    ),
    "a raw file forgotten": "DELETE FROM raw_inputs WHERE file_name = 'late.csv'",
    "another file name": "UPDATE raw_inputs SET file_name = 'x' WHERE file_name = 'late.csv'",
    "another time of arrival": "UPDATE raw_inputs SET received = '2020-01-01T00:00:00Z'",
    "another reader": "UPDATE raw_inputs SET adapter_version = '0' WHERE file_name = 'late.csv'",
    "fewer rejected": "UPDATE raw_inputs SET rejected = 7",
    "a run on other inputs": "UPDATE runs SET inputs = 'x' WHERE run_id = 2",
    "a run at another time": "UPDATE runs SET made = '2020-01-01T00:00:00Z' WHERE run_id = 1",
    "what a run left over": "UPDATE runs SET content = '{}'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_row_of_the_records_is_found(ws, what):
    change(ws, CHANGES[what])
    found = verify_workspace(ws)
    assert found.problems
    assert all("truceline.db" in line for line in found.problems), found.problems


def test_a_change_that_hides_its_incident_behind_other_inputs_is_found(ws):
    """Forget a file, so that the run cannot be made anew, and change what it gave."""
    change(ws, CHANGES["a raw file forgotten"], CHANGES["probability inside an incident"])
    assert len([p for p in verify_workspace(ws).problems if "is not what was logged" in p]) == 1


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_records_that_are_no_database_are_named(ws, content):
    (ws / "truceline.db").write_bytes(content)
    found = verify_workspace(ws)
    assert found.problems
    assert all("truceline.db" in line for line in found.problems)


@pytest.mark.parametrize("seed", range(6))
def test_a_changed_byte_of_the_records_never_ends_in_a_stack(ws, seed):
    """Free pages and old bytes may change unseen; nothing else may, and nothing may break."""
    path = ws / "truceline.db"
    flip(path, 100 + seed * (path.stat().st_size - 200) // 6, 0x21)
    for line in verify_workspace(ws).problems:
        assert "truceline.db" in line


# What is told, and what is only remarked


def test_later_input_is_a_remark_and_the_records_are_checked_all_the_same(ws):
    desk = open_desk(ws)
    take(desk, "reports", lines_of(REPORTS, 100, 101), "later.csv")
    found = verify(desk)
    desk.close()
    assert found.ok
    assert "`truceline run` brings them up" in found.remarks[0]
    change(ws, CHANGES["probability inside an incident"])
    assert not verify_workspace(ws).ok


def test_another_version_of_the_program_is_a_remark(ws, monkeypatch):
    monkeypatch.setattr("truceline.pipeline.verify.__version__", "99.0")
    found = verify_workspace(ws)
    assert found.ok
    assert "this is 99.0: incidents were not made anew" in found.remarks[0]


def test_another_version_of_an_adapter_is_a_remark(ws, monkeypatch):
    from truceline.pipeline import verify_files

    monkeypatch.setattr(verify_files, "ADAPTERS", {})
    found = verify_workspace(ws)
    assert found.ok
    assert len([r for r in found.remarks if "rows were not read anew" in r]) == 6


def test_a_program_that_fuses_otherwise_is_found(ws, monkeypatch):
    """The log says what the same version gave: a hidden change of the method shows."""
    monkeypatch.setattr("truceline.fusion.engine.HEAT_LOG_LR", 0.0)
    monkeypatch.setattr(
        "truceline.pipeline.rederive.fused_from",
        lambda desk, inputs: type("Fused", (), {"incidents": ()})(),
    )
    (line,) = verify_workspace(ws).problems
    assert "does not follow from its inputs" in line


def test_a_key_that_is_not_the_logs_proves_nothing(ws, tmp_path):
    other = begin(tmp_path / "other", "easter-2026")
    path = ws / "truceline.toml"
    own = open_desk(ws)
    path.write_text(path.read_text().replace(own.workspace.vkey, other.workspace.vkey))
    own.close()
    other.close()
    assert "log/checkpoint" in verify_workspace(ws).problems[0]
    path.write_text(path.read_text().replace(other.workspace.vkey, "broken"))
    with pytest.raises(EvidenceError):
        verify_workspace(ws)


def test_another_name_of_the_agreement_is_found(ws):
    path = ws / "truceline.toml"
    path.write_text(path.read_text().replace('agreement = "easter-2025"', 'agreement = "other"'))
    (line,) = verify_workspace(ws).problems
    assert "names the agreement other" in line


def test_the_pointer_to_an_older_calibration_is_found(ws):
    pointer = ws / "calibration" / "current"
    old = next(p.stem for p in pointer.parent.glob("*.json") if p.stem != pointer.read_text())
    pointer.write_text(old)
    assert named(ws, pointer)


def test_no_workspace_is_refused(tmp_path):
    with pytest.raises(WorkspaceError):
        verify_workspace(tmp_path)


def test_a_table_of_heat_changed_before_the_run_stops_the_run(ws):
    path = ws / "calibration" / "persistent_heat.csv"
    flip(path, 500, 1)
    desk = open_desk(ws)
    with pytest.raises(EvidenceError, match=r"persistent_heat\.csv is not the table"):
        run(desk, NOW)
    desk.close()


def test_a_workspace_moved_to_another_folder_verifies(ws, tmp_path):
    moved = tmp_path / "a folder, elsewhere?"
    ws.rename(moved)
    assert verify_workspace(moved).ok


def test_the_seed_is_kept_nowhere(ws):
    for path in Path(ws).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert SEED not in data
            assert SEED.hex().encode() not in data


# A mission that logs what does not follow from the raw bytes


def test_rows_that_were_archived_and_logged_and_are_not_those_of_the_raw_file(ws, monkeypatch):
    """The log alone agrees with itself; only reading the raw bytes anew shows it."""
    from truceline.store import archive

    real = archive.segment_bytes
    monkeypatch.setattr(archive, "segment_bytes", lambda table: real(table.slice(1)))
    with open_desk(ws) as desk:
        take(desk, "reports", lines_of(REPORTS, 100, 101, 102), "later.csv")
    monkeypatch.undo()
    (line,) = verify_workspace(ws).problems
    assert line.endswith(".parquet: its rows are not those of the raw file")


def test_rejected_lines_that_were_hidden_before_they_were_logged(ws, monkeypatch):
    from truceline.pipeline import ingest as under_test

    real = under_test.rest_to_plain
    monkeypatch.setattr(
        under_test, "rest_to_plain", lambda parsed: {**real(parsed), "rejected": []}
    )
    with open_desk(ws) as desk:
        take(desk, "reports", lines_of(REPORTS, 100) + b"broken\n", "later.csv")
    monkeypatch.undo()
    (line,) = verify_workspace(ws).problems
    assert line.endswith(".json: not what the raw file gives")


def test_a_raw_file_that_its_reader_no_longer_takes_is_told(ws, monkeypatch):
    from truceline.adapters import reports
    from truceline.errors import WrongKindOfFile

    def refuse(self, raw, context):
        raise WrongKindOfFile("not of this kind")

    monkeypatch.setattr(type(reports.ADAPTER), "parse", refuse)
    problems = verify_workspace(ws).problems
    assert problems
    assert all("cannot be read anew: not of this kind" in line for line in problems)


def test_a_log_that_says_nothing_of_the_agreement_is_told(ws, monkeypatch):
    from truceline.pipeline.events import NEEDED

    monkeypatch.setitem(NEEDED, "workspace.created", frozenset({"what it does not have"}))
    assert [p for p in verify_workspace(ws).problems if "what the agreement is" in p]


def test_a_logged_calibration_and_no_pointer_is_told(ws):
    (ws / "calibration" / "current").unlink()
    assert named(ws, ws / "calibration" / "current")


def test_a_pointer_that_nobody_logged_is_told(tmp_path):
    with begin(tmp_path / "new") as desk:
        (desk.workspace.root / "calibration").mkdir()
        (desk.workspace.root / "calibration" / "current").write_text("abc")
        (line,) = verify(desk).problems
    assert "the log knows none" in line


@pytest.mark.parametrize("how", ["gone", "broken"])
def test_a_damaged_archive_stops_the_run_with_a_sentence(ws, how):
    path = min((ws / "archive").rglob("*.json"))
    path.unlink() if how == "gone" else path.write_bytes(b"{}")
    with open_desk(ws) as desk, pytest.raises(EvidenceError, match=path.name):
        run(desk, NOW)
