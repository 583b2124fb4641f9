"""What is published of the log: late, on a rhythm, mostly sealed, and never without its tiles."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from truceline.errors import AccessError, EvidenceError, WorkflowError, WorkspaceError
from truceline.evidence import EntryState, Log, verify_log
from truceline.evidence import durable as durable_module
from truceline.evidence.checkpoint import parse_checkpoint
from truceline.evidence.fsck import Earlier, against_checkpoints, against_log
from truceline.evidence.note import parse_note, parse_vkey
from truceline.pipeline import log_publication
from truceline.pipeline.acting import AT_DESK, PUBLIC
from truceline.pipeline.deletion import delete_entry
from truceline.pipeline.desk import open_desk
from truceline.pipeline.log_publication import first_publication, publish_log
from truceline.pipeline.log_rhythm import Rhythm, keep_rhythm, ticks
from truceline.pipeline.verify import verify_workspace
from workspaces import NOW, begin, called, command, hashes

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UCDP = {
    "type": "raw.received", "source": "ucdp", "sha256": "ab" * 32, "size": 1, "rows": 0,
    "file_name": "public.csv", "received": "2026-05-13T08:00:00Z", "adapter_version": "1",
    "rejected": 0, "segment_sha256": "cd" * 32, "rest_sha256": "ef" * 32,
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    desk = begin(tmp_path_factory.mktemp("publish") / "ws")
    desk.log([{**UCDP, "source": "counts", "file_name": "counts.csv"}])
    desk.log([{"type": "report.published", "files": {}, "time": "2026-05-13T08:00:00Z"}])
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    return tmp_path / "ws"


SMALL = Rhythm(multiple=256)


def publish(root, out, now, rhythm=SMALL, principal=AT_DESK):
    with open_desk(root) as desk:
        return publish_log(desk, principal, out, now, rhythm)


def vkey_of(root):
    return (root / "keys/log.vkey").read_text().strip()


def report_of(out, root):
    return verify_log(out / "log", out / "openings", vkey_of(root))


def published_records(out):
    return [
        json.loads(line)["record"]
        for path in sorted((out / "openings").iterdir())
        for line in path.read_bytes().splitlines()[1:]
        if b'"record"' in line
    ]


def log_events(root, *events):
    with open_desk(root) as desk:
        return desk.log(list(events))[0]


def test_nothing_is_public_before_the_delay_and_the_checkpoint_is_there_at_once(ws, tmp_path):
    done = publish(ws, tmp_path / "out", NOW)
    assert (done.public, done.written) == (None, 0)
    assert not (tmp_path / "out").exists()
    note = done.tick.note
    assert note == (ws / "log/checkpoint").read_bytes()
    assert done.tick.checkpoint.size % 256 == 0
    with open_desk(ws) as desk:
        assert first_publication(desk, done.tick) == NOW + DAY + HOUR


def test_what_is_published_verifies_and_shows_only_what_may_be_shown(ws, tmp_path):
    log_events(ws, UCDP, {**UCDP, "source": "stations"}, {**UCDP, "source": "patrol"})
    done = publish(ws, tmp_path / "out", NOW)
    size = done.tick.checkpoint.size
    log_events(ws, {**UCDP, "file_name": "too young"})
    done = publish(ws, tmp_path / "out", NOW + DAY + HOUR)
    assert done.public.checkpoint.size == size
    report = report_of(tmp_path / "out", ws)
    assert (report.problems, report.size, report.padding) == ((), size, 0)
    records = published_records(tmp_path / "out")
    assert report.states[EntryState.OPEN] == len(records) == done.opened
    assert {r["type"] for r in records} == {"workspace.created", "raw.received", "report.published"}
    assert [r["file_name"] for r in records if r["type"] == "raw.received"] == [
        "counts.csv", "public.csv",
    ]  # fmt: skip
    assert {r["source"] for r in records if r["type"] == "raw.received"} == {"counts", "ucdp"}


def test_publishing_twice_changes_nothing_and_later_publications_only_add(ws, tmp_path):
    out = tmp_path / "out"
    publish(ws, out, NOW)
    publish(ws, out, NOW + DAY + HOUR)
    before, log = hashes(out), hashes(ws)
    done = publish(ws, out, NOW + DAY + HOUR + timedelta(minutes=59))
    assert (done.written, hashes(out)) == (0, before)
    assert hashes(ws) == log
    publish(ws, out, NOW + DAY + 2 * HOUR)
    publish(ws, out, NOW + 2 * DAY + 2 * HOUR)
    after = hashes(out)
    changed = {name for name in before if after[name] != before[name]}
    assert {str(name) for name in changed} <= {"log/checkpoint", str(out / "log/checkpoint")}
    assert report_of(out, ws).problems == ()
    assert len(list((out / "checkpoints").iterdir())) == 2


def test_old_checkpoints_can_be_compared_with_what_is_published_later(ws, tmp_path):
    out = tmp_path / "out"
    notes = []
    for hour in range(4):
        log_events(ws, UCDP)
        notes.append(publish(ws, out, NOW + hour * HOUR).tick.note)
    publish(ws, out, NOW + 2 * DAY)
    key = parse_vkey(vkey_of(ws))
    given = [Earlier(str(n), note) for n, note in enumerate(notes)]
    assert against_checkpoints(out / "log", given, key)[0] == ()
    assert against_log(out / "log", ws / "log", key)[0] == ()


@pytest.mark.parametrize("busy", [0, 1, 100])
def test_a_quiet_hour_looks_like_a_busy_one(ws, tmp_path, busy):
    first = publish(ws, tmp_path / "out", NOW).tick.checkpoint.size
    for _ in range(busy // 50):
        log_events(ws, *[UCDP] * 50)
    if busy == 1:
        log_events(ws, UCDP)
    second = publish(ws, tmp_path / "out", NOW + HOUR).tick.checkpoint.size
    assert second == first + 256


def test_a_very_busy_hour_shows_as_a_multiple(ws, tmp_path):
    first = publish(ws, tmp_path / "out", NOW).tick.checkpoint.size
    log_events(ws, *[UCDP] * 700)
    second = publish(ws, tmp_path / "out", NOW + HOUR).tick.checkpoint.size
    assert second == first + 3 * 256


def test_files_of_openings_do_not_show_where_batches_begin(ws, tmp_path):
    log_events(ws, *[UCDP] * 70)
    log_events(ws, UCDP)
    publish(ws, tmp_path / "out", NOW)
    publish(ws, tmp_path / "out", NOW + 2 * DAY)
    names = sorted(path.name for path in (tmp_path / "out/openings").iterdir())
    size = report_of(tmp_path / "out", ws).size
    assert names == [f"{first:09d}.jsonl" for first in range(0, size, 256)]


def test_the_workspace_itself_stays_whole(tmp_path):
    begin(tmp_path / "ws").close()
    publish(tmp_path / "ws", tmp_path / "out", NOW)
    publish(tmp_path / "ws", tmp_path / "out", NOW + 2 * DAY)
    assert verify_workspace(tmp_path / "ws").problems == ()


# The rhythm


def test_a_tick_is_made_once_and_the_rhythm_stays(ws):
    one = keep_rhythm(ws, NOW + timedelta(minutes=3), Rhythm(timedelta(minutes=30), 512))
    assert keep_rhythm(ws, NOW + timedelta(minutes=29)) == one
    assert (one.time, one.checkpoint.size % 512) == (NOW, 0)
    assert keep_rhythm(ws, NOW + timedelta(minutes=30)).time == NOW + timedelta(minutes=30)
    with pytest.raises(WorkflowError, match="fixed at its first tick"):
        keep_rhythm(ws, NOW + HOUR, Rhythm())
    with pytest.raises(WorkflowError, match="set it right"):
        keep_rhythm(ws, NOW)


@pytest.mark.parametrize(
    "rhythm",
    [Rhythm(timedelta(0)), Rhythm(timedelta(days=99)), Rhythm(multiple=64), Rhythm(multiple=0),
     Rhythm(multiple=-256), Rhythm(multiple=1 << 40)],
)  # fmt: skip
def test_an_impossible_rhythm_is_refused_and_nothing_logged(ws, rhythm):
    before = hashes(ws)
    with pytest.raises(WorkflowError):
        keep_rhythm(ws, NOW, rhythm)
    assert hashes(ws) == before


def test_an_append_of_another_process_in_between_is_filled_up_too(ws, monkeypatch):
    real = Log.append
    others = [1]

    def racing(log, records):
        if others and b"log.padded" in records[0]:
            others.pop()
            real(Log.open(ws), [b'{"type":"other"}'])
        return real(log, records)

    monkeypatch.setattr(Log, "append", racing)
    assert keep_rhythm(ws, NOW).checkpoint.size % 256 == 0


def test_foreign_or_broken_files_among_the_ticks_are_told(ws):
    keep_rhythm(ws, NOW)
    (ws / "ticks/rhythm.json").write_text("{}")
    with pytest.raises(WorkspaceError, match=r"rhythm\.json"):
        keep_rhythm(ws, NOW)
    (ws / "ticks/x.checkpoint").write_text("x")
    with pytest.raises(WorkspaceError, match="who put it there"):
        ticks(ws)


# Deletion


def test_what_is_deleted_is_sealed_in_what_was_published_at_the_next_publication(ws, tmp_path):
    out = tmp_path / "out"
    with open_desk(ws) as desk:
        (event,) = [
            e for e in desk.events()
            if e.type == "raw.received" and e.fields["source"] == "counts"
        ]  # fmt: skip
    publish(ws, out, NOW)
    publish(ws, out, NOW + 2 * DAY)
    assert b"counts.csv" in (out / "openings/000000000.jsonl").read_bytes()
    with open_desk(ws) as desk:
        delete_entry(desk, AT_DESK, event.index, "law", "why", NOW + 2 * DAY, by="R. Example")
    publish(ws, out, NOW + 2 * DAY)
    assert b"counts.csv" not in (out / "openings/000000000.jsonl").read_bytes()
    assert report_of(out, ws).problems == ()


# What stops it


def test_only_who_may_publish_does(ws, tmp_path):
    with pytest.raises(AccessError):
        publish(ws, tmp_path / "out", NOW, principal=PUBLIC)


@pytest.mark.parametrize("place", ["", "log", "openings/x", "ticks", "raw"])
def test_no_part_of_the_workspace_is_a_place_to_publish(ws, place):
    with pytest.raises(WorkflowError, match="part of the workspace"):
        publish(ws, ws / place, NOW)


def test_a_folder_with_something_else_is_left_alone(ws, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/index.html").write_text("x")
    with pytest.raises(WorkflowError, match=r"index\.html"):
        publish(ws, tmp_path / "out", NOW)
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkflowError, match="no folder"):
        publish(ws, tmp_path / "file", NOW)


def test_another_history_is_never_put_over_a_published_one(made, ws, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(made, tmp_path / "other")
    log_events(ws, UCDP)
    log_events(tmp_path / "other", {**UCDP, "size": 2})
    for root in (ws, tmp_path / "other"):
        publish(root, out, NOW)
    publish(ws, out, NOW + 2 * DAY)
    before = hashes(out)
    with pytest.raises(EvidenceError, match="does not continue what was published"):
        publish(tmp_path / "other", out, NOW + 2 * DAY)
    assert hashes(out) == before


def test_an_older_workspace_publishes_nothing_over_a_newer_one(ws, tmp_path):
    out = tmp_path / "out"
    publish(ws, out, NOW)
    shutil.copytree(ws, tmp_path / "old")
    publish(ws, out, NOW + HOUR)
    publish(ws, out, NOW + 2 * DAY)
    before = hashes(out)
    with pytest.raises(EvidenceError, match="are published already"):
        publish(tmp_path / "old", out, NOW + DAY + HOUR)
    assert hashes(out) == before


@pytest.mark.parametrize("name", ["tile/entries/000", "tile/0/000", "tile/1/000.p/{}"])
def test_damaged_tiles_are_not_published(ws, tmp_path, name, monkeypatch):
    done = publish(ws, tmp_path / "out", NOW)
    path = ws / "log" / name.format(done.tick.checkpoint.size // 256)
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)
    last = ticks(ws)
    monkeypatch.setattr(log_publication, "keep_rhythm", lambda *_: last[-1])
    with pytest.raises(EvidenceError):
        publish(ws, tmp_path / "out", NOW + 2 * DAY)
    assert list((tmp_path / "out").iterdir()) == []


class CutError(Exception):
    """The machine stops."""


def test_wherever_the_machine_stops_no_checkpoint_lacks_its_tiles(ws, tmp_path, monkeypatch):
    publish(ws, tmp_path / "out", NOW)
    log_events(ws, *[UCDP] * 300)
    publish(ws, tmp_path / "out", NOW + HOUR)
    real, stopped = durable_module.Disk.rename, 0
    for at in range(40):
        left = [at]

        def rename(disk, old, new, left=left):
            if not left[0]:
                raise CutError
            left[0] -= 1
            real(disk, old, new)

        out = tmp_path / "out"
        if at == 0:
            publish(ws, out, NOW + DAY + HOUR)
        with monkeypatch.context() as patched:
            patched.setattr(durable_module.Disk, "rename", rename)
            try:
                publish(ws, out, NOW + DAY + 3 * HOUR)
            except CutError:
                stopped += 1
        size = parse_checkpoint(parse_note((out / "log/checkpoint").read_bytes()).text).size
        report = verify_log(out / "log", None, vkey_of(ws))
        beyond = [p for p in report.problems if "does not belong" not in p.what]
        assert (beyond, report.size) == ([], size)
        if not left[0]:
            continue
        break
    assert stopped > 3
    publish(ws, out, NOW + DAY + 3 * HOUR)
    assert report_of(out, ws).problems == ()
    assert not list(out.rglob(".*"))


def test_two_publications_at_once_write_one_and_the_same(ws, tmp_path):
    publish(ws, tmp_path / "out", NOW)
    given = ("evidence", "publish", ws, tmp_path / "out", "--json")
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(command, *given, now="2026-05-15T08:00:00Z") for _ in range(2)]
    assert [call.result().returncode for call in calls] == [0, 0], calls[0].result().stderr
    told = [json.loads(call.result().stdout) for call in calls]
    assert told[0]["size"] == told[1]["size"] == 512
    assert min(one["written"] for one in told) == 0
    assert report_of(tmp_path / "out", ws).problems == ()
    assert len(ticks(ws)) == 2


# The command


def test_the_command_says_what_is_public_and_what_is_for_the_parties(
    ws, tmp_path, capsys, monkeypatch
):
    def cli(*arguments, now="2026-05-13T08:00:00Z"):
        given = ("evidence", "publish", ws, tmp_path / "out", *arguments)
        return called(capsys, monkeypatch, *given, now=now)

    code, out, _ = cli("--every", "30", "--pad", "512")
    assert (code, "nothing is old enough" in out, "2026-05-14T08:30:00Z" in out) == (0, True, True)
    code, out, _ = cli("--at", "2026-05-14T08:00:00Z", now="2026-05-15T08:00:00Z")
    assert (code, "nothing is old enough" in out) == (0, True)
    code, out, _ = cli(now="2026-05-15T08:00:00Z")
    assert (code, "public: 512 entries as of 2026-05-13T08:00:00Z" in out) == (0, True)
    code, out, _ = cli("--json", now="2026-05-15T08:00:00Z")
    told = json.loads(out)
    assert (told["written"], told["public_size"], told["size"]) == (0, 512, 1024)
    for wrong in (["--at", "noon"], ["--at", "2026-05-15T07:00:00"], ["--every", "60"],
                  ["--pad", "1"], ["--every", "999999999999999"],
                  ["--at", "2030-01-01T00:00:00Z"]):  # fmt: skip
        code, _, err = cli(*wrong, now="2026-05-15T08:00:00Z")
        assert (code, "Traceback" in err) == (2, False)
    assert len(ticks(ws)) == 2


def test_a_reader_verifies_what_was_published_with_the_command(ws, tmp_path, capsys, monkeypatch):
    def cli(*arguments):
        return called(capsys, monkeypatch, "evidence", "verify", *arguments)

    out, key = tmp_path / "out", ws / "keys/log.vkey"
    publish(ws, out, NOW)
    publish(ws, out, NOW + 2 * DAY)
    code, said, _ = cli(out, "--key", key)
    assert (code, "253 sealed" in said, "3 open" in said) == (0, True, True)
    path = out / "openings/000000000.jsonl"
    path.write_bytes(path.read_bytes().replace(b"workspace", b"workshops"))
    code, said, _ = cli(out, "--key", key, "--json")
    told = json.loads(said)
    assert (code, told["ok"], told["states"]["tampered"]) == (1, False, 1)
    assert cli(out)[0] == 2


def test_a_file_is_given_to_the_separate_checker(ws, tmp_path, capsys, monkeypatch):
    def cli(*arguments):
        return called(capsys, monkeypatch, "evidence", "verify", *arguments)

    (tmp_path / "bundle").write_bytes(b"{}")
    code, _, err = cli(tmp_path / "bundle")
    assert (code, "No key, no check" in err) == (2, True)
    code, said, _ = cli(tmp_path / "bundle", "--key", ws / "keys/log.vkey", "--json")
    assert (code, json.loads(said)["ok"]) == (1, False)


def test_times_of_ticks_are_those_of_the_clock_in_utc():
    rhythm = Rhythm(timedelta(minutes=30))
    assert rhythm.tick(datetime(2026, 5, 13, 8, 59, 59, tzinfo=UTC)).minute == 30
