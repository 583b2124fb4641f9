"""``truceline evidence append``: what it takes, what it tells, and what it survives."""

import base64
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from log_audit import APPEND
from truceline.cli.evidence_lines import Line, Stop, wrong_with
from truceline.cli.evidence_log import append, follow, opened, register
from truceline.errors import DiskError, EvidenceError, WorkspaceError
from truceline.evidence import Log, create_log, verify_log
from truceline.evidence.appender import Appender
from truceline.evidence.durable import Disk, refusal
from truceline.evidence.folder import begin, private_of, vkey_file
from truceline.evidence.lock import locked
from truceline.evidence.merkle import leaf_hash
from truceline.evidence.tiles import TileReader

SEED = bytes(range(32))
ORIGIN = "evidence.example/log"


def verified(log):
    report = verify_log(log, private_of(log) / "openings", vkey_file(log).read_text().strip())
    assert report.problems == ()
    return report


def leaves_of(log):
    size = Log.open(private_of(log), log_dir=log).size
    reader = TileReader(log, size)
    entries = [entry for n in range(-(-size // 256)) for entry in reader.bundle(n)]
    return [leaf_hash(entry) for entry in entries]


def records_of(log):
    return [record for _, record in Log.open(private_of(log), log_dir=log).records()]


def command(log, *options, **settings):
    return subprocess.run(
        [sys.executable, "-c", APPEND, str(log), *options], capture_output=True, timeout=60,
        check=False, **settings,
    )  # fmt: skip


def unwrapped(said):
    """Give what was said in one line: a long path moves where a terminal breaks it."""
    return " ".join(said.decode().replace("│", " ").split())


def here(log, *options, given):
    """Run the command in this process, with pipes in place of its input and output."""
    app = typer.Typer()
    app.command()(append)
    source, end = os.pipe()
    output, sink = os.pipe()
    kept = os.dup(0), os.dup(1)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    feeding = threading.Thread(target=_feed, args=(end, given))
    feeding.start()
    os.dup2(source, 0)
    os.dup2(sink, 1)
    try:
        done = CliRunner().invoke(app, [str(log), *options])
    finally:
        os.dup2(kept[0], 0)
        os.dup2(kept[1], 1)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for each in (*kept, source, sink):
            os.close(each)
        feeding.join()
    with os.fdopen(output, "rb") as told:
        stdout = told.read()
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return SimpleNamespace(returncode=done.exit_code, stdout=stdout, stderr=done.stderr.encode())


def _feed(descriptor, data):
    """Write to the command; one that refuses before it reads closes the pipe."""
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as file:
        file.write(data)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log of its own"
    assert begin(path, ORIGIN, SEED)
    return path


def appender(log, **settings):
    return Appender(log, private_of(log), **settings)


# What it takes and what it tells


def test_each_line_is_told_with_index_and_leaf_hash(tmp_path):
    log = tmp_path / "new"
    lines = b'{"n":1}\n[1, 2]\n"text"\nnull\n{"n":1}\n'
    done = here(log, "--origin", ORIGIN, given=lines)
    assert done.returncode == 0
    told = [line.split() for line in done.stdout.decode().splitlines()]
    assert [(int(index), bytes.fromhex(leaf)) for index, leaf in told] == [
        *enumerate(leaves_of(log))
    ]
    assert records_of(log) == lines.splitlines()
    assert verified(log).complete
    vkey = (tmp_path / "new.vkey").read_text().strip()
    assert vkey in done.stderr.decode()
    assert vkey.startswith(ORIGIN + "+")
    again = here(log, given=b'{"n":2}\n')
    assert (again.stdout.split()[0], again.stderr, again.returncode) == (b"5", b"", 0)


def test_nothing_makes_a_signed_log_of_size_0(tmp_path):
    done = command(tmp_path / "log", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (0, b"")
    assert verified(tmp_path / "log").size == 0
    assert verified(tmp_path / "log").origin.startswith("truceline.example/log/")
    assert not (tmp_path / "log/tile").exists()


def test_bad_lines_are_named_and_nothing_else_is_lost(log):
    longest = b'"' + b"a" * 65_533 + b'"'
    lines = [
        b'{"n":1}', b"not json", b"", longest, longest + b" ", b'{"a":"\t"}', b'{"a":\r1}', b'"\xff"',
        b"NaN", b"[" * 60_000, b'{"type":"padding"}', b"9" * 6000, b'{"n":2}', b'{"n":3',
    ]  # fmt: skip
    done = here(log, given=b"\n".join(lines))
    assert done.returncode == 1
    assert done.stdout.count(b"\n") == 4
    assert records_of(log) == [b'{"n":1}', longest, b"9" * 6000, b'{"n":2}']
    said = done.stderr.decode().splitlines()
    numbers = [int(line.split(":")[0].removeprefix("line ")) for line in said]
    assert numbers == [2, 5, 6, 7, 8, 9, 10, 11, 14]
    assert "65535 bytes" in said[1]
    assert "may be cut off" in said[-1]
    assert verified(log).complete


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"type":"finding.step"}', "own commands only"),
        (b'{"type":["finding.step"]}', ""),
        (b'{"type":"mine"}', ""),
        (b"\xef\xbb\xbf{}", "not JSON"),
        ('{"a":"\u2028\u202e"}'.encode(), ""),
        (b'{"a":"\\ud800"}', "\\ud800, stands alone"),
        (b'[{"\\uDC00\\ud800":1}]', "\\udc00, stands alone"),
        (b'{"a":"\\ud83d\\ude00 \\\\ud800"}', ""),
        (b'{"a":1,"b":{"a":2}}', ""),
        (b'[{"a":1,"\\u0061":1}]', 'key "a" stands twice'),
        (b'{"a":\t1}', ""),
        (b'{"a":"\t"}', "not JSON"),
        (b'{"a":"\x7f"}', ""),
        (b'{"a":"\x00"}', "control character 00"),
    ],
)
def test_what_is_wrong_with_a_line(text, why):
    found = wrong_with(Line(1, text), {"finding.step"})
    assert why in found
    assert bool(found) == bool(why)


def test_lines_are_taken_as_senders_of_json_send_them(log):
    longest = b'"' + b"a" * 65_533 + b'"'
    given = b"\xef\xbb\xbf" + longest + b'\r\n\r\n \t\n{"a":\t"\\t"}\r\n\n\t[1]\n{"n":2}\r'
    done = here(log, given=given)
    assert (done.returncode, done.stderr) == (0, b"")
    assert records_of(log) == [longest, b'{"a": "\\t"}', b" [1]", b'{"n":2}']
    assert verified(log).complete


def test_blank_input_and_marks_elsewhere(log):
    for nothing in (b"\xef\xbb\xbf", b"\r\n\n", b" ", b"\xef\xbb\xbf\r\n"):
        done = here(log, given=nothing)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    done = here(log, given=b"\n\xef\xbb\xbf1\n2\r\r\n3")
    assert done.returncode == 1
    assert [line[:7] for line in done.stderr.splitlines()] == [b"line 2:", b"line 3:"]
    assert records_of(log) == [b"3"]


@pytest.mark.parametrize("origin", ["", "https://evidence.example/log", "://"])
def test_an_origin_is_a_name_and_no_address(tmp_path, origin):
    with pytest.raises(WorkspaceError, match="no scheme and is not empty"):
        here(tmp_path / "log", "--origin", origin, given=b"1\n")
    assert not (tmp_path / "log").exists()


def test_a_line_is_told_at_once_when_no_other_waits(log):
    with Following(log) as running:
        for n in range(5):
            running.send(b'{"n":%d}\n' % n)
            assert running.hear().startswith(b"%d " % n)
        running.send(b'{"n":5}\n{"n":')
        assert running.hear().startswith(b"5 ")
        running.send(b"6}\n")
        assert running.hear().startswith(b"6 ")
    assert running.code == 0
    assert verified(log).complete


class Following:
    """``follow`` in a thread, with pipes."""

    def __init__(self, log, **settings):
        self.log, self.settings, self.code = log, settings, None

    def __enter__(self):
        source, self.input = os.pipe()
        output, sink = os.pipe()
        stop, self.stop = os.pipe()
        self.output = os.fdopen(output, "rb")
        self.ends = (source, sink, stop)

        def run():
            self.code = follow(appender(self.log, **self.settings), source, sink, stop)

        self.thread = threading.Thread(target=run)
        self.thread.start()
        return self

    def send(self, data):
        os.write(self.input, data)

    def hear(self):
        return self.output.readline()

    def __exit__(self, *error):
        os.close(self.input)
        self.thread.join()
        for end in (*self.ends, self.stop):
            os.close(end)
        self.output.close()


def test_what_waits_goes_under_one_checkpoint(log):
    lines = b"".join(b'{"n":%d}\n' % n for n in range(1000))
    with Following(log) as running:
        running.send(lines)
        assert [running.hear().split()[0] for _ in range(1000)] == [b"%d" % n for n in range(1000)]
    assert len(list((private_of(log) / "openings").iterdir())) <= 2


def test_asked_to_stop_it_ends_between_two_batches(log):
    with Following(log) as running:
        running.send(b'{"n":1}\n')
        running.hear()
        os.write(running.stop, b"x")
        running.thread.join()
        assert running.code == 0


def test_a_signal_ends_it_cleanly(log):
    with subprocess.Popen(
        [sys.executable, "-c", APPEND, str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdin.write(b'{"n":1}\n')
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"0 ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert verified(log).complete


def test_a_signal_is_heard_between_batches():
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = Stop()
        os.kill(os.getpid(), signal.SIGTERM)
        assert os.read(stop.heard, 10) == bytes([signal.SIGTERM])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_it_is_a_command():
    app = typer.Typer()
    register(app)
    assert [command.callback for command in app.registered_commands] == [append]


def test_output_that_is_closed_meanwhile_ends_it(log):
    with Following(log) as running:
        running.output.close()
        running.send(b'{"n":1}\n')
        running.thread.join()
        assert running.code == 1
    assert verified(log).size == 1


def test_salts_that_cannot_move_on_are_said(log, capsys):
    with Following(log) as running:
        running.send(b'{"n":1}\n')
        running.hear()
        (private_of(log) / "keys/log.key").unlink()
        (log / "checkpoint").unlink()
    assert running.code == 0
    assert "the salts have not moved on yet" in capsys.readouterr().err


def test_a_closed_output_ends_it_cleanly(log):
    output, sink = os.pipe()
    os.close(output)
    done = subprocess.run(
        [sys.executable, "-c", APPEND, str(log)], input=b'{"n":1}\n', stdout=sink, timeout=60,
        stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(sink)
    assert done.returncode == 1
    assert b"standard output takes no more" in done.stderr
    assert verified(log).size == 1  # it is in the log, though nobody was told


def test_batches_are_padded_on_request(log):
    done = here(log, "--pad", "16", given=b"1\n2\n3\n")
    assert done.stdout.count(b"\n") == 3
    report = verified(log)
    assert (report.size % 16, report.padding) == (0, report.size - 3)


def test_the_log_of_a_workspace_uses_what_is_its_own(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    Log.open(tmp_path).append([b'{"n":1}'])
    done = here(tmp_path / "log", given=b'{"type":"mine"}\n{"type":"finding.step"}\n')
    assert done.returncode == 1
    assert done.stdout.split()[0] == b"64"
    assert b"line 2: records of type finding.step" in done.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"log", "keys", "openings"}
    assert Log.open(tmp_path).size == 128


# Making a log


def test_a_log_is_made_in_an_empty_folder_only(tmp_path, log):
    with pytest.raises(WorkspaceError, match="not other"):
        opened(log, "other")
    assert not begin(log, "other.example", SEED)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("x")
    with pytest.raises(WorkspaceError, match=r"holds notes\.txt but no checkpoint"):
        begin(tmp_path / "full", ORIGIN, SEED)
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="is a file"):
        begin(tmp_path / "file", ORIGIN, SEED)
    with pytest.raises(WorkspaceError, match="no place beside it"):
        private_of(Path("/"))
    with pytest.raises(EvidenceError, match="no space"):
        begin(tmp_path / "bad", "a name", SEED)
    assert not (tmp_path / "bad").exists()


def test_a_log_whose_folder_was_lost_is_not_begun_anew(tmp_path, log):
    appender(log).append([b"1"])
    (log / "checkpoint").unlink()
    log.rename(tmp_path / "away")
    with pytest.raises(WorkspaceError, match="its log was lost"):
        begin(log, ORIGIN, SEED)
    for path in (private_of(log) / "openings").iterdir():
        path.unlink()
    with pytest.raises(WorkspaceError, match="has the keys of the log"):
        begin(log, "other.example", SEED)


def test_making_a_log_that_was_cut_off_goes_on_with_the_same_keys(tmp_path, log):
    vkey = vkey_file(log).read_text()
    for lost in (log / "checkpoint", vkey_file(log)):
        lost.unlink()
    assert begin(log, ORIGIN, bytes(32))
    assert vkey_file(log).read_text() == vkey
    assert verified(log).size == 0


# Two writers


def test_two_writers_take_turns_and_never_fork(log):
    one, other = appender(log), appender(log)
    for n in range(6):
        (told,) = (one, other)[n % 2].append([b"%d" % n])
        assert told.index == n
    one.close()
    other.close()
    assert records_of(log) == [b"%d" % n for n in range(6)]
    assert verified(log).complete


def test_two_processes_at_once_never_fork(log):
    lines = [b"".join(b'{"%s":%d}\n' % (w, n) for n in range(700)) for w in (b"a", b"b")]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in lines
    ]
    for process, own in zip(both, lines, strict=True):
        process.stdin.write(own)
        process.stdin.close()
    told = []
    for process in both:
        with process:
            told += [line.split() for line in process.stdout]
        assert process.returncode == 0
    leaves = leaves_of(log)
    assert sorted(int(index) for index, _ in told) == list(range(1400))
    assert all(leaves[int(index)] == bytes.fromhex(leaf.decode()) for index, leaf in told)
    assert verified(log).complete


def test_a_writer_waits_for_another_and_says_so_when_it_does_not_end(log, tmp_path):
    with locked(log), pytest.raises(WorkspaceError, match="another process is appending"):
        appender(log, patience_s=0.05).append([b"1"])
    with pytest.raises(WorkspaceError, match="no log in this place"):
        appender(tmp_path / "nowhere").append([b"1"])


def test_records_that_no_line_can_hold_are_refused(log):
    for record in (b"", b"1\n2", b'{"type":"padding"}'):
        with pytest.raises(ValueError, match="one line"):
            appender(log).append([b"1", record])
    assert appender(log).append([]) == ()
    assert verified(log).size == 0


# Many small appends


def test_thousands_of_small_appends_leave_few_files(log):
    class Quick(Disk):
        """No waiting: what is tried here is which files there are."""

        def sync(self, path):
            pass

        def sync_all(self, paths):
            pass

    one = appender(log, disk=Quick())
    told = [one.append([b"%d" % n])[0] for n in range(530)]
    one.close()
    openings = sorted(p.name for p in (private_of(log) / "openings").iterdir())
    assert len(openings) == 2 + 530 % 256
    assert openings[:2] == ["000000000.jsonl", "000000256.jsonl"]
    assert len(list((log / "tile/0").iterdir())) == 3
    assert leaves_of(log) == [one.leaf for one in told]
    assert records_of(log) == [b"%d" % n for n in range(530)]
    assert verified(log).complete


class StopError(Exception):
    """The process is killed."""


def test_a_kill_while_files_are_joined_loses_nothing(log, tmp_path):
    one = appender(log)
    one.append([b"%d" % n for n in range(200)])
    for n in range(200, 255):
        one.append([b"%d" % n])

    class Killed(Disk):
        """Stops at the n-th removal."""

        left = 0

        def remove(self, path):
            if path.suffix == ".jsonl":
                if not self.left:
                    raise StopError
                self.left -= 1
            super().remove(path)

    for left in (0, 30):
        disk = Killed()
        disk.left = left
        with pytest.raises(StopError):
            appender(log, disk=disk).append([b"255"], last=True)
        assert set(verified(log).pending) >= {"openings/000000254.jsonl"}
        assert records_of(log)[:255] == [b"%d" % n for n in range(255)]
    appender(log).append([b"257"])
    assert verified(log).pending == ()
    assert verified(log).complete


def test_files_that_are_not_as_they_say_are_not_joined(log):
    one = appender(log)
    for n in range(9):
        one.append([b"%d" % (100 * n + k) for k in range(30)])
        if n == 3:
            path = private_of(log) / "openings/000000030.jsonl"
            path.write_bytes(path.read_bytes()[:-1])
    assert len(list((private_of(log) / "openings").iterdir())) == 9
    path.unlink()
    one.append([b"1"])
    assert len(list((private_of(log) / "openings").iterdir())) == 9


def test_a_temporary_file_of_openings_is_cleared_away(log):
    left = private_of(log) / "openings/.000000000.jsonl.tmp"
    left.write_bytes(b"torn")
    assert verified(log).pending == ("openings/.000000000.jsonl.tmp",)
    appender(log).append([b"1"])
    assert not left.exists()


@pytest.mark.parametrize("size", [1, 5])
def test_a_log_that_was_set_back_is_known_by_its_openings(log, tmp_path, size):
    """The salt key on disk is behind in a long run; two openings too many tell as well."""
    one = appender(log)
    for n in range(size):
        one.append([b"%d" % n])
    shutil.copytree(log, tmp_path / "older")
    for n in range(size, size + 2):
        one.append([b"%d" % n])
    shutil.rmtree(log)
    (tmp_path / "older").rename(log)
    with pytest.raises(EvidenceError, match=f"the log ends at {size}: it was set back"):
        appender(log).append([b"9"])


def test_a_folder_that_was_replaced_is_not_written_to(log, tmp_path, monkeypatch):
    monkeypatch.setattr("os.path.samestat", lambda *_: False)
    with pytest.raises(WorkspaceError, match="replaced just now"):
        appender(log).append([b"1"])


def test_further_signatures_under_the_checkpoint_do_not_matter(log):
    """Such as a cosignature by ML-DSA-44 (type 06), which is unknown here."""
    one = appender(log)
    one.append([b"1"])
    note = log / "checkpoint"
    line = "\u2014 witness.example " + base64.b64encode(bytes(4 + 8 + 2420)).decode() + "\n"
    note.write_bytes(note.read_bytes() + line.encode())
    assert one.append([b"2"])[0].index == 1
    note.write_bytes(note.read_bytes() + line.encode())
    assert appender(log).append([b"3"])[0].index == 2
    assert verified(log).complete


# A disk that refuses


def test_a_file_that_may_not_grow_is_named_and_nothing_is_lost(log):
    """The limit of the system stands for a full disk where none can be mounted."""
    one = appender(log)
    one.append([b"1"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    try:
        with pytest.raises(DiskError, match=r"000000001\.jsonl: appending to the log: .*ulimit -f"):
            one.append([b'"%s"' % (b"a" * 4000)])
        told = one.append([b"2"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert told[0].index == 1
    assert one.append([b"3"])[0].index == 2
    assert records_of(log) == [b"1", b"2", b"3"]
    assert verified(log).pending == ()


@pytest.mark.parametrize("step", ["write", "sync", "rename", "make_folder"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_refuses_any_step_leaves_a_log_that_goes_on(log, step, number):
    class Refusing(Disk):
        """Refuses one kind of step from the n-th on."""

        left = 10**9

        def refuse(self, path):
            self.left -= 1
            if self.left < 0:
                raise OSError(number, os.strerror(number), str(path))

    def refusing(self, path, *rest):
        self.refuse(path)
        return getattr(Disk, step)(self, path, *rest)

    setattr(Refusing, step, refusing)
    told = {}
    for left in range(9):
        disk = Refusing()
        disk.left = left
        one = appender(log, disk=disk)
        with suppress(DiskError):
            told |= {each.index: each.leaf for each in one.append([b"%d" % left])}
            one.close()
        disk.left = 10**9
        told |= {each.index: each.leaf for each in one.append([b'"after %d"' % left])}
    leaves = leaves_of(log)
    assert all(leaves[index] == leaf for index, leaf in told.items())
    assert verified(log).pending == ()


def test_a_refusal_that_nobody_has_heard_of_is_told_too():
    error = refusal(OSError(errno.ENOTDIR, "Not a directory"), "appending", "Nothing changed.")
    assert str(error) == "a file: appending: Not a directory; check the disk. Nothing changed."


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 600 kB: mounted here where that is allowed, else in a name space of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_the_log_goes_on_once_there_is_room(small_disk, tmp_path):
    folder = small_disk or tmp_path
    limit = (
        None if small_disk else (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
    )
    filler = folder / "filler"
    filler.write_bytes(bytes(300_000))
    log = folder / "log"
    lines = b"".join(b'{"n":%d,"text":"%s"}\n' % (n, b"a" * 900) for n in range(600))
    done = command(log, input=lines, preexec_fn=limit)
    assert done.returncode != 0
    said = unwrapped(done.stderr)
    assert ("no space is left on the disk" if small_disk else "ulimit -f") in said
    assert str(log) in said
    told = done.stdout.count(b"\n")
    report = verified(log)
    assert report.size == told < 600
    filler.unlink()
    again = command(log, input=b'{"n":"after"}\n')
    assert (again.returncode, again.stdout.split()[:1]) == (0, [b"%d" % told])
    assert verified(log).pending == ()


def test_a_disk_that_can_only_be_read_is_said(small_disk, tmp_path):
    """By mounting it so; where that is not allowed, by permissions under another user."""
    folder = small_disk or tmp_path
    log = folder / "log"
    assert begin(log, ORIGIN, SEED)
    appender(log).append([b"1"])
    settings = {}
    if small_disk:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    else:
        for path in (log, private_of(log), private_of(log) / "openings", log / "tile/0/000.p"):
            path.chmod(0o555)
        settings = {"user": 65534} if os.geteuid() == 0 else {}
    done = command(log, input=b"2\n", **settings)
    assert done.returncode != 0
    assert done.stdout == b""
    said = unwrapped(done.stderr)
    assert ("the disk can only be read" if small_disk else "ermission") in said
    assert verified(log).size == 1
    if small_disk:
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        assert command(log, input=b"2\n").stdout.startswith(b"1 ")
