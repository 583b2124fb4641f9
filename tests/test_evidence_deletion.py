"""Lawful deletion: decided in the log, done for good, and told apart from every other gap."""

import hashlib
import json
import shutil

import pytest

from truceline.errors import AccessError, EvidenceError, WorkflowError
from truceline.evidence import EntryState, create_log, verify_log
from truceline.evidence.deletion import Decision, decision_of, forget
from truceline.evidence.durable import Disk
from truceline.evidence.entries import unpack
from truceline.evidence.log import Log
from truceline.pipeline import deletion
from truceline.pipeline.acting import AT_DESK, PUBLIC
from truceline.pipeline.deletion import delete_entry
from truceline.pipeline.desk import open_desk
from truceline.pipeline.events import read_events
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify_workspace
from workspaces import NOW, called, small, take

ORDER = {"authority": "court order 7", "reason": "names a child", "by": "R. Example"}
GIVEN = ("--authority", "court order 7", "--why", "names a child", "--by", "R. Example")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    desk = small(tmp_path_factory.mktemp("deletion") / "ws")
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    return tmp_path / "ws"


@pytest.fixture
def cli(capsys, monkeypatch):
    def call(*arguments, **named):
        return called(capsys, monkeypatch, *arguments, **named)

    return call


def raw_events(root):
    with open_desk(root) as desk:
        return [event for event in desk.events() if event.type == "raw.received"]


def delete(root, index, **changed):
    with open_desk(root) as desk:
        named = {**ORDER, **changed}
        by = named.pop("by")
        return delete_entry(desk, AT_DESK, index, named["authority"], named["reason"], NOW, by=by)


def states(root):
    vkey = (root / "keys/log.vkey").read_text().strip()
    return verify_log(root / "log", root / "openings", vkey)


def every_byte(root):
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def test_what_is_deleted_is_gone_and_its_place_stays_proved(ws, cli):
    event = raw_events(ws)[1]
    sha256, source = str(event.fields["sha256"]), str(event.fields["source"])
    raw = (ws / "raw" / sha256[:2] / sha256).read_bytes()
    code, out, _ = cli("evidence", "delete", ws, event.index, *GIVEN)
    assert (code, f"entry {event.index}" in out) == (0, True)
    report = states(ws)
    assert report.ok
    assert report.complete
    assert report.states[EntryState.LAWFULLY_DELETED] == 1
    ((index, decision),) = report.deleted
    assert index == event.index
    assert (report.undone, report.sealed) == ((), ())
    assert not (ws / "raw" / sha256[:2] / sha256).exists()
    assert not list((ws / "archive" / source).glob(f"{sha256}*"))
    (said,) = [e for e in read_events(ws / "openings", report.size) if e.index == decision]
    assert {**said.fields, "entry_sha256": ""} == {
        "type": "entry.deleted", "index": index, "authority": "court order 7", "reason":
        "names a child", "person": "R. Example", "person_id": "", "entry_sha256": "",
        "time": "2026-05-13T08:00:00Z",
    }  # fmt: skip
    found = verify_workspace(ws)
    assert found.problems == ()
    assert found.checked["lawfully deleted entries"] == 1
    assert raw not in every_byte(ws)
    assert str(event.fields["segment_sha256"]).encode() not in every_byte(ws)


def test_a_run_afterwards_works_on_what_is_left(ws):
    delete(ws, raw_events(ws)[1].index)
    with open_desk(ws) as desk:
        run(desk, NOW)
    found = verify_workspace(ws)
    assert (found.problems, found.remarks) == ((), ())
    assert len(raw_events(ws)) == found.checked["raw files"] == 4


def test_the_same_bytes_can_come_in_again_as_a_new_entry(ws):
    event = raw_events(ws)[0]
    sha256 = str(event.fields["sha256"])
    raw = (ws / "raw" / sha256[:2] / sha256).read_bytes()
    delete(ws, event.index)
    size = states(ws).size
    with open_desk(ws) as desk:
        run(desk, NOW)
        assert not take(desk, str(event.fields["source"]), raw).again
    assert max(e.index for e in raw_events(ws)) >= size
    assert verify_workspace(ws).problems == ()


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (10**9, "has no entry"),
        (-1, "has no entry"),
        (0, "says what the mission did"),
        (63, "fills a batch"),
    ],
)
def test_what_cannot_be_deleted_is_refused_with_the_reason(ws, index, words):
    size = states(ws).size
    with pytest.raises(WorkflowError, match=words):
        delete(ws, index)
    assert states(ws).size == size


@pytest.mark.parametrize("gone", ["authority", "reason", "by"])
def test_nothing_is_deleted_without_a_name_an_authority_and_a_reason(ws, gone):
    size = states(ws).size
    with pytest.raises(WorkflowError, match="give --"):
        delete(ws, raw_events(ws)[0].index, **{gone: " "})
    assert states(ws).size == size


def test_the_public_may_not_delete(ws):
    with open_desk(ws) as desk, pytest.raises(AccessError):
        delete_entry(desk, PUBLIC, raw_events(ws)[0].index, "law", "why", NOW, by="X. Example")


def test_twice_is_refused_and_names_the_decision(ws):
    index = raw_events(ws)[0].index
    done = delete(ws, index)
    with pytest.raises(
        WorkflowError, match=f"already, under the decision at entry {done.decision}"
    ):
        delete(ws, index)
    with pytest.raises(WorkflowError, match="stays for ever"):
        delete(ws, done.decision)


class CutError(Exception):
    """The machine stops."""


@pytest.mark.parametrize(
    "step", ["_take_away", "_forget_row", "_remove", "_look_up_again", "forget"]
)
def test_a_deletion_that_was_cut_off_is_named_and_the_same_command_ends_it(
    ws, monkeypatch, step, cli
):
    index = raw_events(ws)[2].index

    def cut(*_arguments):
        raise CutError

    with monkeypatch.context() as patched:
        patched.setattr(deletion, step, cut)
        with pytest.raises(CutError):
            delete(ws, index)
    found = verify_workspace(ws)
    assert found.problems == ()
    (line,) = [line for line in found.remarks if f"entry {index}" in line]
    assert "cut off" in line
    size = states(ws).size
    assert cli("evidence", "delete", ws, index, *GIVEN)[0] == 0
    assert states(ws).size == size
    found = verify_workspace(ws)
    assert (found.problems, found.checked["lawfully deleted entries"]) == ((), 1)


def test_bytes_of_which_two_sources_speak_stay_for_the_other(ws):
    first = raw_events(ws)[0]
    raw = ws / "raw" / str(first.fields["sha256"])[:2] / str(first.fields["sha256"])
    with open_desk(ws) as desk:
        other = desk.log([{**first.fields, "adapter_version": "0"}])[0]
    done = delete(ws, first.index)
    assert done.kept_for == (other,)
    assert raw.exists()
    with pytest.raises(WorkflowError, match="is deleted already"):
        delete(ws, first.index)


def test_the_older_of_two_entries_of_one_file_goes_first(ws):
    first = raw_events(ws)[0]
    with open_desk(ws) as desk:
        other = desk.log([{**first.fields, "adapter_version": "0"}])[0]
    with pytest.raises(WorkflowError, match=f"entry {first.index} is an earlier one"):
        delete(ws, other)


# The openings alone


@pytest.fixture
def log(tmp_path):
    vkey = create_log(tmp_path, "evidence.example/log", bytes(range(32)))
    made = Log.open(tmp_path, batch=4)
    made.append([b'{"n":%d}' % n for n in range(8)])
    return tmp_path, made, vkey


def decide(root, log, entry_at, **changed):
    bundle = root / f"log/tile/entries/000.p/{log.size}"
    entry = unpack(bundle.read_bytes(), log.size)[entry_at]
    fields = {"type": "entry.deleted", "index": entry_at}
    fields |= {"entry_sha256": hashlib.sha256(entry).hexdigest(), **changed}
    record = json.dumps(fields).encode()
    at = log.append([record])[0]
    return Decision(at, fields["index"], fields["entry_sha256"])


def report_of(root, vkey):
    return verify_log(root / "log", root / "openings", vkey)


def test_a_decision_makes_a_gap_lawful_only_for_its_own_entry(log):
    root, made, vkey = log
    decision = decide(root, made, 3)
    assert report_of(root, vkey).undone == (decision,)
    forget(root / "openings", 0, decision)
    forget(root / "openings", 0, decision)
    report = report_of(root, vkey)
    assert (report.problems, report.deleted, report.undone) == ((), ((3, decision.at),), ())
    forget(root / "openings", 0, Decision(decision.at, 2, decision.entry_sha256))
    (problem,) = report_of(root, vkey).problems
    assert (problem.index, "is about 3" in problem.what) == (2, True)


@pytest.mark.parametrize(
    "changed",
    [{"type": "entry.sealed"}, {"entry_sha256": "00" * 32}, {"entry_sha256": 7}, {"index": 99},
     {"index": "3"}, {"index": True}],
)  # fmt: skip
def test_a_deletion_without_its_decision_is_a_problem(log, changed):
    root, made, vkey = log
    decision = decide(root, made, 3, **changed)
    forget(root / "openings", 0, Decision(decision.at, 3, ""))
    (problem,) = report_of(root, vkey).problems
    assert (problem.path, problem.index) == ("openings/000000000.jsonl", 3)
    assert report_of(root, vkey).states[EntryState.LAWFULLY_DELETED] == 0


def test_a_decision_that_is_not_open_or_comes_from_elsewhere_proves_nothing(log):
    root, made, vkey = log
    decision = decide(root, made, 3)
    forget(root / "openings", 0, decision)
    path = root / f"openings/{decision.at:09d}.jsonl"
    data = path.read_bytes()
    path.unlink()
    (problem,) = report_of(root, vkey).problems
    assert "is no decision that is open here" in problem.what
    path.write_bytes(data.replace(b'"index": 3', b'"index": 4'))
    assert {p.index for p in report_of(root, vkey).problems} == {3, decision.at}


def test_sealed_lines_are_sealed_entries_and_nothing_is_wrong(log):
    root, _, vkey = log
    path = root / "openings/000000000.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"index":1,"sealed":true}\n'
    path.write_bytes(b"".join(lines))
    report = report_of(root, vkey)
    assert (report.ok, report.complete, report.sealed) == (True, False, (range(1, 2),))
    path.write_bytes(b"".join(lines).replace(b"true", b"null"))
    assert not report_of(root, vkey).ok


@pytest.mark.parametrize("record", [b'{"type":"entry.deleted"}', b'["entry.deleted"]',
                                    b'{"x":' * 9000 + b'"entry.deleted"' + b"}" * 9000])  # fmt: skip
def test_what_is_no_decision_is_none(record):
    assert decision_of(7, record) is None


class Stopping(Disk):
    """Stops before its n-th step."""

    def __init__(self, at):
        self.left = at

    def _step(self):
        if self.left == 0:
            raise CutError
        self.left -= 1

    def write(self, path, data, mode):
        self._step()
        super().write(path, data, mode)

    def sync(self, path):
        self._step()
        super().sync(path)

    def rename(self, old, new):
        self._step()
        super().rename(old, new)


@pytest.mark.parametrize("at", range(4))
def test_openings_are_the_old_or_the_new_ones_wherever_the_machine_stops(log, at):
    root, made, vkey = log
    decision = decide(root, made, 3)
    with pytest.raises(CutError):
        forget(root / "openings", 0, decision, Stopping(at))
    report = report_of(root, vkey)
    assert report.problems == ()
    assert (report.undone == (decision,)) != (report.deleted == ((3, decision.at),))
    forget(root / "openings", 0, decision)
    made.append([b'{"after":1}'])
    assert report_of(root, vkey).problems == ()
    assert not list((root / "openings").glob(".*"))


def test_a_damaged_file_of_openings_is_left_alone(log):
    root, made, _ = log
    decision = decide(root, made, 3)
    path = root / "openings/000000000.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    before = path.read_bytes()
    with pytest.raises(EvidenceError, match="is not whole"):
        forget(root / "openings", 0, decision)
    assert path.read_bytes() == before


# Reading from an index on


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    """Batches of 1, 200, 1 and 70 events, each filled up to a multiple of 64."""
    root = tmp_path_factory.mktemp("batches")
    create_log(root, "evidence.example/log", bytes(range(32)))
    for count in (1, 200, 1, 70):
        made = [b'{"time":"%d","multiple":%d,"type":"log.padded"}' % (n, n) for n in range(count)]
        Log.open(root).append(made)
    return root


@pytest.mark.parametrize(
    "since", [1, 63, 64, 65, 200, 263, 319, 320, 321, 384, 453, 454, 511, 512, 999]
)
def test_events_from_an_index_on_are_those_of_all_behind_it(batches, since):
    every = read_events(batches / "openings", 512)
    assert len(every) == 272
    found = read_events(batches / "openings", 512, since=since)
    assert found == tuple(event for event in every if event.index >= since)


def test_the_folder_is_not_listed_and_only_the_last_files_are_read(batches, monkeypatch):
    read = []
    real = type(batches).read_bytes
    monkeypatch.setattr(
        type(batches), "read_bytes", lambda path: read.append(path.name) or real(path)
    )
    monkeypatch.setattr(type(batches), "iterdir", lambda path: pytest.fail(f"{path} was listed"))
    assert len(read_events(batches / "openings", 512, since=384)) == 70
    assert read == ["000000384.jsonl"]


def test_what_lies_beyond_the_end_or_is_missing_is_left_out(batches, tmp_path):
    shutil.copytree(batches / "openings", tmp_path / "openings")
    assert len(read_events(tmp_path / "openings", 384, since=1)) == 201
    (tmp_path / "openings/000000320.jsonl").unlink()
    assert len(read_events(tmp_path / "openings", 512, since=300)) == 70
    assert read_events(tmp_path / "nowhere", 512, since=300) == ()
