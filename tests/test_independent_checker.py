"""The log, its proofs and the witness, read by a second program that was written from the texts alone."""

import base64
import concurrent.futures
import hashlib
import http.client
import json
import random
import re
import shutil
import socket
import time
from pathlib import Path

import pytest

from independent import hostile_stranger as stranger
from independent import tlog_checker as own
from independent.command_forks import Forks
from truceline.evidence.merkle import verify_consistency, verify_inclusion

VECTORS = Path(__file__).parents[1] / ".." / "shared" / "evidence" / "vectors"
SIZES = (0, 1, 2, 255, 256, 257, 65539)
STEPS = (254, 255, 256, 257, 258)
NAMES = ("order", "forms", "race", "kill", "split", "http", "slow", "quiet", "signatures", "empty")
LOGS = {name: stranger.OwnLog(f"{name}.example/log") for name in NAMES}
WITNESS = "watch.example/witness"

WORKED_TEXT = "evidence.example/log\n3\nAGY868XbXobp8XZfZbJMmU/3CMbVFFNGO6OZYeEjAMc=\n"
WORKED_LINES = (
    "— evidence.example/log jR634CGrlkrCa4stCSt91iYWtNVBGNznhNo8iud13ykfr/gr75pkCUq/U6a+xyrDHy609RhimZZl+HXXAMUn4uQhhww=\n"
    "— party-a.example/witness 2L1L+QAAAABoTuGAQcNi7NKQAJnhlhKfdQkSAsK0aoN8BWNjGczfm8UvbTvetUSCLEr6sGEz4JYc/Ip/A3Zf3AGOSUYkIvyAQpotBQ==\n"
)
WORKED_KEYS = (
    "evidence.example/log+8d1eb7e0+AfOBNnBo6MUe8q1Xu+05udP/K1MF44zcM5PpZvnIrXAR",
    "party-a.example/witness+d8bd4bf9+BKkUodvkC9ZsmdtswptOlxjzEpKLwDDiL2cxfZCAp2Xp",
)
WORKED_PROOF = (
    "c2sp.org/tlog-proof@v1\nindex 1\nKhWNiv1I4/iMtBld/bKp5IF9lfpX/TREDZP5quXE+Cs=\n"
    "THnQ1i989cqIdBVfLTuHXyYl2iuzq8hrvWgz8lupDlE=\n\n"
)


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """The command line, warm."""
    forks = Forks(tmp_path_factory.mktemp("commands"))
    yield forks
    forks.close()


def lines(count):
    return b"".join(b'{"n":%d}\n' % at for at in range(count))


def key_of(log):
    return log.with_name(f"{log.name}.vkey").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def logs(line, tmp_path_factory):
    """Logs of every size, made by the program, and what it printed."""
    folder, made = tmp_path_factory.mktemp("logs"), {}
    for size in SIZES:
        log = folder / f"log-{size}"
        ended = line.run("evidence", "append", log, given=lines(size), here=size < 2)
        assert ended.code == 0, ended.err
        made[size] = (log, ended.out.decode())
    return made


def fsck(line, log):
    """Whether the program finds nothing."""
    ended = line.run("evidence", "fsck", log, "--vkey", key_of(log), here=True)
    assert ended.code in {0, 1}, ended.err
    return ended.code == 0


def tiles(log, level, size):
    """Bytes of all tiles of a level, one after the other."""
    wanted = [part for part in own.needed(size) if part[0] == level]
    return b"".join((log / "tile" / own.tile_name(*part)).read_bytes() for part in wanted)


@pytest.mark.parametrize("size", SIZES)
def test_both_programs_find_nothing_wrong_and_the_printed_hashes_are_in_the_tiles(logs, line, size):
    log, printed = logs[size]
    assert own.check(log, key_of(log)) == []
    assert fsck(line, log)
    told = [row.split() for row in printed.splitlines()]
    assert [int(index) for index, _ in told] == list(range(size))
    assert tiles(log, "0", size).hex() == "".join(leaf for _, leaf in told)


def test_the_upper_levels_are_there_and_no_level_more(logs):
    levels = {
        size: {path.name for path in (logs[size][0] / "tile").glob("*")} for size in SIZES[1:]
    }
    assert levels[255] == {"entries", "0"}
    assert levels[256] == levels[257] == {"entries", "0", "1"}
    assert levels[65539] == {"entries", "0", "1", "2"}
    assert len(tiles(logs[65539][0], "1", 65539)) == 8192


@pytest.fixture(scope="module")
def grown(line, tmp_path_factory):
    """A log that grew entry by entry over the edge of a tile, and a copy of each state."""
    log, states = tmp_path_factory.mktemp("grown") / "log", {}
    for size in STEPS:
        ended = line.run("evidence", "append", log, given=lines(1 if states else size))
        assert ended.out.decode().splitlines()[-1].split()[0] == str(size - 1)
        states[size] = shutil.copytree(log, log.with_name(f"log-{size}"))
    return log, states


def head_of(log, vkey):
    return own.read_checkpoint((log / "checkpoint").read_bytes(), own.read_key(vkey))


def test_a_log_that_grows_entry_by_entry_stays_right_and_continues_itself(grown):
    log, states = grown
    heads = {size: head_of(state, key_of(log)) for size, state in states.items()}
    whole = own.Tree([own.leaf(entry) for entry in own.read_entries(log, STEPS[-1])])
    for size, state in states.items():
        assert own.check(state, key_of(log)) == []
        for old in (step for step in STEPS if step <= size):
            proof = whole.consistency(old, size)
            roots = heads[old].root, heads[size].root
            assert own.consistent(old, size, proof, *roots)
            assert verify_consistency(old, size, proof, *roots)
            assert not own.consistent(old, size, proof, heads[old].root, hashlib.sha256().digest())


@pytest.fixture(scope="module")
def small(line, tmp_path_factory):
    """A log over the edge of a tile with its older partial tiles and a witness's cosignature."""
    log = tmp_path_factory.mktemp("small") / "log"
    for count in (2, 255, 3):
        assert line.run("evidence", "append", log, given=lines(count)).code == 0
    checkpoint = log / "checkpoint"
    text = head_of(log, key_of(log)).text
    signed = own.sign(text, WITNESS, stranger.seed("w"), 1750000000)
    checkpoint.write_bytes(checkpoint.read_bytes() + signed.encode())
    return log


def damaged(log):
    """(file, its right bytes, its wrong bytes): single bytes all over the log, and lengths."""
    rng = random.Random(7)  # noqa: S311 - a sample, no secret
    for file in sorted(path for path in log.rglob("*") if path.is_file()):
        right = file.read_bytes()
        for at in rng.sample(range(len(right)), min(len(right), 9)):
            other = right[at] ^ rng.choice((1, 0x20, 0x80, 0xFF))
            yield file, right, right[:at] + bytes([other]) + right[at + 1 :]
        for wrong in (b"", right[:-1], right[1:], right + b"\n", right + b"\0", right + right):
            yield file, right, wrong


def test_every_damage_that_one_program_finds_the_other_finds(small, line):
    vkey = key_of(small)
    assert own.check(small, vkey) == []
    assert own.check(small, vkey, [str(own.public_key(WITNESS, stranger.seed("w"), 4))]) == []
    assert fsck(line, small)
    found, missed = 0, []
    for count, (file, right, wrong) in enumerate(damaged(small)):
        file.write_bytes(wrong)
        ours, theirs = own.check(small, vkey) == [], fsck(line, small)
        if count % 24 == 0:
            whole = line.run("evidence", "verify", small, "--key", vkey, here=True)
            assert (whole.code == 0) == theirs, whole.out
        file.write_bytes(right)
        found += not ours
        if ours != theirs:
            missed.append((file.relative_to(small), ours, theirs, wrong[:200]))
    assert missed == []
    assert found > 90


def test_a_changed_byte_of_a_cosignature_is_found_by_whoever_knows_the_witness(small):
    witness = own.public_key(WITNESS, stranger.seed("w"), 4)
    right = (small / "checkpoint").read_bytes()
    log = own.read_key(key_of(small))
    assert own.read_checkpoint(right, log, [witness]).signed[witness] == 1750000000
    start = right.index(WITNESS.encode()) + len(WITNESS) + 1
    for at in range(start, len(right)):
        wrong = right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :]
        try:
            assert witness not in own.read_checkpoint(wrong, log, [witness]).signed
        except own.RefusedError:
            continue


def test_a_missing_file_and_a_path_of_no_tile_are_found_by_both(small, line):
    vkey = key_of(small)
    for wanted in own.needed(260):
        file = small / "tile" / own.tile_name(*wanted)
        aside = file.rename(small.with_name("aside"))
        assert own.check(small, vkey)
        assert not fsck(line, small)
        aside.rename(file)
    for name in (
        "0/README",
        "00/000",
        "0/x000/000",
        "0/000.p/05",
        "0/000.p/256",
        "64/000",
        "0/0",
        "data/000",
    ):
        file = small / "tile" / name
        new = [folder for folder in file.parents if not folder.exists()]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((small / "tile/0/000").read_bytes())
        assert own.check(small, vkey), name
        assert not fsck(line, small), name
        file.unlink()
        for folder in new:
            folder.rmdir()
    assert own.check(small, vkey) == []


def test_the_worked_example_comes_out_byte_by_byte(tmp_path):
    entries = [b"alpha", b"", b"gamma"]
    tree = own.Tree([own.leaf(entry) for entry in entries])
    keys = [
        own.public_key(name, stranger.seed(word), kind)
        for name, word, kind in (
            ("evidence.example/log", "log", own.LOG),
            ("party-a.example/witness", "a", own.COSIGNER),
        )
    ]
    assert tuple(map(str, keys)) == WORKED_KEYS
    assert [own.read_key(vkey) for vkey in WORKED_KEYS] == keys
    root = base64.b64encode(tree.hash(0, 3)).decode()
    text = f"evidence.example/log\n3\n{root}\n"
    assert text == WORKED_TEXT
    signed = own.sign(text, "evidence.example/log", stranger.seed("log"))
    signed += own.sign(text, "party-a.example/witness", stranger.seed("a"), 1750000000)
    assert signed == WORKED_LINES
    note = f"{text}\n{signed}".encode()
    proof = own.write_proof(tree, 1, note, 3)
    assert proof == WORKED_PROOF.encode() + note
    assert own.proves(proof, b"", keys[0], keys[1:], 1)
    assert not own.proves(proof, b"x", keys[0], keys[1:], 1)
    for name, data in (
        ("checkpoint", note),
        ("tile/0/000.p/3", b"".join(tree.levels[0])),
        ("tile/entries/000.p/3", bytes.fromhex("0005616c7068610000000567616d6d61")),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert own.check(tmp_path, WORKED_KEYS[0], WORKED_KEYS[1:]) == []


def built(log_dir, entries, note):
    """A log's files, made without the program."""
    tree = own.Tree([own.leaf(entry) for entry in entries])
    for level, number, width in own.needed(len(entries)):
        part = entries[256 * number : 256 * number + width]
        data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
        if level != "entries":
            data = b"".join(tree.level(8 * int(level))[256 * number : 256 * number + width])
        file = log_dir / "tile" / own.tile_name(level, number, width)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    log_dir.mkdir(exist_ok=True)
    (log_dir / "checkpoint").write_bytes(note)


def odd_checkpoints(log):
    """(note, whether the texts allow it): all of them with a good signature of the log."""
    text, note = log.text(3), log.checkpoint(3)
    signed = note.split("\n\n")[1]
    origin, _, root = text[:-1].split("\n")
    others = "".join(own.sign(text, f"o{at}.example", stranger.seed(str(at))) for at in range(15))
    again = own.sign("x\n", origin, stranger.seed(origin))
    namesake = own.sign("x\n", origin, stranger.seed("namesake"))
    allowed = [
        note,
        f"{text}\n{others}{signed}",
        note + namesake,
        note + signed,
        note + signed * 15,
    ]
    allowed += [
        log.signed(text + more) for more in ("a\n", " \n", "a\nb\n", "\x7f\n", "— x YWJjZGVm\n")
    ]
    allowed += [
        f"{note}{stranger.DASH}x {stranger.coded([b'abcd' + b'y' * size])[0]}\n"
        for size in (1, 9999)
    ]
    sizes = ("03", "+3", "3 ", "\u0663", "2", "4", "0", "1000000000000", str(1 << 63), "")
    roots = (
        root[:-1],
        root + " ",
        root[:-2] + "x=",
        root[:20] + "\n" + root[20:],
        root.replace("+", "-"),
    )
    texts = [f"{origin}\n{word}\n{root}\n" for word in sizes]
    texts += [f"{origin}\n3\n{word}\n" for word in roots if word != root]
    texts += [text + more for more in ("\n", "a\tb\n", "a\r\n", "\0\n")] + [
        f"{origin}\n3\n",
        f"x{text}",
    ]
    lines = ("YWJjZGV=", "YWJjZA==", "y YWJjZGVm", "YWJjZGVm ", "")
    refused = [log.signed(word) for word in texts] + [
        f"{note}{stranger.DASH}x {word}\n" for word in lines
    ]
    refused += [
        f"{note}{stranger.DASH}{name} YWJjZGVm\n" for name in ("", "x+y", "x\u00a0y", "x\u2028y")
    ]
    refused += [
        note + again,
        f"{text}\n{again}{signed}",
        note[:-1],
        note + "\n",
        f"{note}\n{signed}",
    ]
    refused += [
        note + "x\n",
        text + "\n",
        text + signed,
        "\ufeff" + note,
        note.replace("\n", "\r\n"),
    ]
    return [(word.encode(), True) for word in allowed] + [
        (word.encode(), False) for word in refused
    ]


def test_a_signed_checkpoint_of_odd_form_is_judged_alike(line, tmp_path):
    log, folder, count = stranger.OwnLog("odd.example/log"), tmp_path / "log", 0
    folder.with_name("log.vkey").write_text(str(log.key), encoding="utf-8")
    built(folder, [b"true 0", b"true 1", b"true 2"], b"")
    for note, allowed in odd_checkpoints(log):
        (folder / "checkpoint").write_bytes(note)
        assert (own.check(folder, str(log.key)) == []) == allowed, note
        assert fsck(line, folder) == allowed, note
        count += 1
    assert count > 40


@pytest.mark.parametrize("entries", [[b""] * 257, [b"x" * 65535] * 2, [b"\0"], []])
def test_entries_of_any_length_are_judged_alike(line, tmp_path, entries):
    log, folder = stranger.OwnLog("odd.example/log"), tmp_path / "log"
    folder.with_name("log.vkey").write_text(str(log.key), encoding="utf-8")
    root = own.Tree([own.leaf(entry) for entry in entries]).hash(0, len(entries))
    text = f"{log.origin}\n{len(entries)}\n{stranger.coded([root])[0]}\n"
    built(folder, entries, log.signed(text).encode())
    assert own.check(folder, str(log.key)) == []
    assert fsck(line, folder)


@pytest.mark.shared
def test_the_public_vectors_have_the_same_answers_in_both_programs():
    seen = 0
    for file in sorted(VECTORS.rglob("*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        case["proof"] = [base64.b64decode(part) for part in case["proof"] or []]
        for name in ("root", "leafHash", "root1", "root2"):
            case[name] = base64.b64decode(case.get(name) or "")
        if "leafIdx" in case:
            given = case["leafHash"], case["leafIdx"], case["treeSize"], case["proof"], case["root"]
            answers = own.included(*given), verify_inclusion(*given)
        else:
            given = case["size1"], case["size2"], case["proof"], case["root1"], case["root2"]
            answers = own.consistent(*given), verify_consistency(*given)
        assert answers == (not case["wantErr"],) * 2, file
        seen += 1
    assert seen == 196


@pytest.mark.parametrize("size", range(1, 20))
def test_proofs_of_every_small_tree_are_judged_alike(size):
    tree = own.Tree([own.leaf(b"%d" % at) for at in range(size)])
    root = tree.hash(0, size)
    for at in range(size):
        proof, leaf, old_root = tree.inclusion(at, 0, size), tree.levels[0][at], tree.hash(0, at)
        assert own.included(leaf, at, size, proof, root)
        growth = tree.consistency(at, size)
        assert own.consistent(at, size, growth, old_root, root) == (at > 0)
        for other in (at - 1, at, at + 1):
            for width in (size - 1, size, size + 1):
                for path in (proof, proof[1:], proof[:-1], [*proof, root]):
                    given = leaf, other, width, path, root
                    assert own.included(*given) == verify_inclusion(*given)
                for path in (growth, growth[1:], growth[:-1], [*growth, root]):
                    given = other, width, path, old_root, root
                    assert own.consistent(*given) == verify_consistency(*given)


@pytest.fixture(scope="module")
def workspace(line, tmp_path_factory):
    """A workspace with lines of a stranger in its log."""
    folder = tmp_path_factory.mktemp("workspace") / "ws"
    assert line.run("init", folder, "--agreement", "easter-2025", here=True).code == 0
    assert line.run("evidence", "append", folder / "log", given=lines(200), here=True).code == 0
    vkey = (folder / "keys/log.vkey").read_text(encoding="utf-8").strip()
    return folder, vkey


def test_the_log_of_a_workspace_is_a_log_like_any(workspace):
    folder, vkey = workspace
    assert own.check(folder / "log", vkey) == []
    assert head_of(folder / "log", vkey).size % 64 == 0


def test_a_printed_proof_holds_and_no_changed_byte_of_it_does(workspace, line):
    folder, vkey = workspace
    log, key = folder / "log", own.read_key(vkey)
    size = head_of(log, vkey).size
    entries = own.read_entries(log, size)
    tree = own.Tree([own.leaf(entry) for entry in entries])
    for index in (0, 77, size - 1):
        ended = line.run("evidence", "prove", folder, index, here=index == 0)
        assert ended.out == own.write_proof(tree, index, (log / "checkpoint").read_bytes(), size)
        assert own.proves(ended.out, entries[index], key)
        assert not own.proves(ended.out, entries[index - 1], key)
        assert not own.proves(ended.out, entries[index], key, quorum=1)
    proof, entry = ended.out, entries[index]
    for at in range(len(proof)):
        assert not own.proves(proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :], entry, key), at
        assert not own.proves(proof[:at] + proof[at + 1 :], entry, key), at
    assert line.run("evidence", "prove", folder, size).code != 0


# --- the witness --------------------------------------------------------------------------------
class Watch:
    """A running witness, and what it says about one log."""

    def __init__(self, line, folder):
        self.line, self.folder, self.keys = line, folder / "state", folder / "logs.vkey"
        self.keys.write_text("".join(f"{log.key}\n" for log in LOGS.values()), encoding="utf-8")
        self.start()

    def start(self):
        self.pid, said = self.line.behind(
            *("evidence", "witness", self.folder, "--name", WITNESS, "--log", self.keys),
            *("--listen", "127.0.0.1:0"),
            until="http",
        )
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)\s", said)[1])
        self.key = own.read_key(said.split()[0])

    def add(self, log, old, size, answered=200):
        """Submit honestly, and check the answer; the time of the cosignature or the size kept."""
        answer = stranger.add(self.port, log.submission(old, size))
        assert answer.status == answered, answer
        if answered == 409:
            return own.size_kept(answer.headers, answer.body)
        return own.cosigned(answer.body, log.text(size), self.key)

    def kept(self, log):
        """The checkpoint it serves; None where it has none."""
        name = hashlib.sha256(log.origin.encode()).hexdigest()
        got = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        answer = stranger.ask(got, "GET", f"/{name}/checkpoint")
        got.close()
        if answer.status == 404:
            return None
        assert answer.status == 200
        head = own.read_checkpoint(answer.body, log.key, [self.key])
        assert self.key in head.signed
        return head


@pytest.fixture(scope="module")
def watch(line, tmp_path_factory):
    """A witness of all the stranger's logs."""
    return Watch(line, tmp_path_factory.mktemp("watch"))


def refused(watch, data, status):
    answer = stranger.add(watch.port, data)
    assert answer.status == status, answer
    return answer


def test_every_status_comes_in_its_order(watch):
    log, unknown = LOGS["order"], stranger.OwnLog("unknown.example/log")
    assert watch.kept(log) is None
    now = time.time()  # noqa: TID251 - the witness itself reads the clock
    assert abs(watch.add(log, 0, 3) - now) < 60
    watch.add(log, 3, 6)
    x, forged = (
        [stranger.coded([b"x" * 32])[0]],
        own.sign(log.text(6), log.origin, stranger.seed("no")),
    )
    bad = own.sign("x\n", log.origin, stranger.seed(log.origin))
    # each is wrong in all that follows too, so that the first fault decides
    refused(watch, stranger.body(9, x, f"{unknown.text(2)}\n{bad}"), 404)
    refused(watch, stranger.body(9, x, f"{log.text(2)}\n{forged}"), 403)
    refused(watch, stranger.body(9, x, f"{log.text(2)}\n{bad}"), 403)
    refused(watch, stranger.body(9, x, log.checkpoint(2)), 400)
    conflict = refused(watch, stranger.body(2, x, log.checkpoint(9)), 409)
    assert own.size_kept(conflict.headers, conflict.body) == 6
    assert conflict.body == b"6\n"
    growth = stranger.coded(log.tree(9).consistency(6, 9))
    for proof in ([], x, growth[:-1], growth[1:], growth + x, x * 63):
        refused(watch, stranger.body(6, proof, log.checkpoint(9)), 422)
    refused(watch, stranger.body(6, x, log.checkpoint(6)), 422)
    assert watch.kept(log).size == 6
    watch.add(log, 6, 9)
    watch.add(log, 9, 9)


def test_an_empty_log_has_one_root_and_grows_without_proof(watch):
    log, x = LOGS["empty"], stranger.coded([b"x" * 32])[0]
    refused(watch, stranger.body(0, [], log.signed(f"{log.origin}\n0\n{x}\n")), 422)
    refused(watch, stranger.body(0, [x], log.checkpoint(3)), 422)
    assert watch.kept(log) is None
    watch.add(log, 0, 0)
    assert watch.kept(log).size == 0
    watch.add(log, 0, 3)


def test_malformed_bodies_are_refused_on_a_connection_that_lives_on(watch):
    log = LOGS["forms"]
    kinds = stranger.malformed(log)
    assert len(kinds) >= 90
    line = http.client.HTTPConnection("127.0.0.1", watch.port, timeout=20)
    line.connect()
    socket_before = line.sock
    answers = {
        name: stranger.ask(line, "POST", "/add-checkpoint", data) for name, data in kinds.items()
    }
    wrong = {name: answer for name, answer in answers.items() if answer.status != 400}
    assert set(wrong) <= {"no signature"}  # that is a note by nobody: 403 says it as well
    assert all(answer.status == 403 for answer in wrong.values())
    assert watch.kept(log) is None
    answer = stranger.ask(line, "POST", "/add-checkpoint", log.submission(0, 3))
    assert own.cosigned(answer.body, log.text(3), watch.key)
    assert line.sock is socket_before
    line.close()


def test_lines_of_strangers_and_lines_twice_change_nothing(watch):
    log = LOGS["signatures"]
    note, text = log.checkpoint(3), log.text(3)
    signed = note.split("\n\n")[1]
    wrong = own.sign("x\n", log.origin, stranger.seed(log.origin))
    namesake = own.sign("x\n", log.origin, stranger.seed("namesake"))
    others = "".join(own.sign(text, f"o{at}.example", stranger.seed(str(at))) for at in range(15))
    large = f"{stranger.DASH}x {stranger.coded([b'abcd' + b'y' * 5000])[0]}\n"
    for more in (wrong, signed + wrong):
        refused(watch, stranger.body(0, [], note + more), 403)
    refused(watch, stranger.body(0, [], f"{text}\n{wrong}{signed}"), 403)
    refused(watch, stranger.body(0, [], f"{text}\n{namesake}{others}"), 403)
    assert watch.kept(log) is None
    watch.add(log, 0, 3)
    for more in (signed, others, namesake, signed * 15, large * 15):
        for sent in (note + more, f"{text}\n{more}{signed}"):
            answer = stranger.add(watch.port, stranger.body(3, [], sent))
            assert own.cosigned(answer.body, text, watch.key)
    assert list(watch.kept(log).signed) == [log.key, watch.key]


def test_a_split_view_a_rewind_and_another_root_are_refused(watch):
    log, other = LOGS["split"], stranger.OwnLog("split.example/log", "other")
    watch.add(log, 0, 8)
    assert log.tree(8).hash(0, 5) == other.tree(8).hash(0, 5)
    refused(watch, other.submission(8, 8), 422)
    refused(watch, other.submission(8, 11), 422)
    for old in (0, 5, 7):
        assert watch.add(log, old, 8, answered=409) == 8
        assert watch.add(other, old, 9, answered=409) == 8
    refused(watch, log.submission(8, 5), 400)
    assert watch.kept(log).root == log.tree(8).hash(0, 8)


def test_of_thirty_that_race_one_wins_each_round_and_none_rolls_back(watch):
    log = LOGS["race"]
    with concurrent.futures.ThreadPoolExecutor(30) as many:
        sent = [
            many.submit(stranger.add, watch.port, log.submission(0, 2 + at)) for at in range(30)
        ]
        answers = [one.result() for one in sent]
    won = [at for at, answer in enumerate(answers) if answer.status == 200]
    assert len(won) == 1
    size = 2 + won[0]
    assert own.cosigned(answers[won[0]].body, log.text(size), watch.key)
    lost = [answer for answer in answers if answer.status != 200]
    assert {own.size_kept(answer.headers, answer.body) for answer in lost} == {size}

    def climb(goal):
        old, told = size, []
        while old < goal:
            answer = stranger.add(watch.port, log.submission(old, goal))
            told.append(
                goal if answer.status == 200 else own.size_kept(answer.headers, answer.body)
            )
            old = told[-1]
        return told

    with concurrent.futures.ThreadPoolExecutor(30) as many:
        told = list(many.map(climb, range(size + 1, size + 31)))
    assert all(sizes == sorted(sizes) for sizes in told)
    assert watch.kept(log).size == size + 30


def test_what_was_cosigned_is_remembered_through_a_sudden_end(line, tmp_path):
    watch, log = Watch(line, tmp_path), LOGS["kill"]
    with concurrent.futures.ThreadPoolExecutor(4) as many:
        sent = [many.submit(_climb_until_cut, watch.port, log) for _ in range(4)]
        for _ in range(500):
            if getattr(watch.kept(log), "size", 0) > 3:
                break
            time.sleep(0.01)
        line.stop(watch.pid)
        answered = max(one.result() for one in sent)
    watch.start()
    kept = watch.kept(log)
    assert 0 < answered <= kept.size
    assert kept.root == log.tree(kept.size).hash(0, kept.size)
    assert watch.add(log, kept.size - 1, kept.size, answered=409) == kept.size
    watch.add(log, kept.size, kept.size + 1)
    line.stop(watch.pid)


def _climb_until_cut(port, log):
    """Largest size that was cosigned before the witness was gone."""
    size = best = 0
    while True:
        try:
            answer = stranger.add(port, log.submission(size, size + 1))
        except (OSError, http.client.HTTPException):
            return best
        if answer.status == 409:
            size = own.size_kept(answer.headers, answer.body)
        else:
            assert answer.status == 200
            size = best = size + 1


def test_requests_in_one_breath_are_answered_in_turn(watch):
    log = LOGS["http"]
    asked = [
        log.submission(0, 3),
        b"",
        log.submission(3, 5),
        log.submission(3, 6),
        log.submission(5, 5),
    ]
    answers = stranger.raw(watch.port, b"".join(map(stranger.post, asked)), len(asked))
    assert [answer.status for answer in answers] == [200, 400, 200, 409, 200]
    assert own.cosigned(answers[2].body, log.text(5), watch.key)


def test_lengths_that_lie_cost_nothing(watch):
    data = LOGS["quiet"].submission(0, 3)
    for length in (10**12, "9" * 4000, -1, "+5", "x", "1 2", "0x5"):
        answers = stranger.raw(watch.port, stranger.post(data[:20], length=length))
        assert [answer.status // 100 for answer in answers] == [4], length
    twice = stranger.raw(watch.port, stranger.post(data, "Content-Length: 3"))
    assert [answer.status for answer in twice] == [400]
    chunks = b"Host: w\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    start = b"POST /add-checkpoint HTTP/1.1\r\n"
    whole = stranger.raw(watch.port, start + chunks % (len(data), data))
    assert own.cosigned(whole[0].body, LOGS["quiet"].text(3), watch.key)
    endless = chunks % (1 << 20, b"x" * (1 << 20))
    assert [answer.status for answer in stranger.raw(watch.port, start + endless)] in (
        [413],
        [400],
        [],
    )
    assert watch.add(LOGS["quiet"], 3, 3)


def test_a_slow_body_holds_up_nobody_and_rolls_nothing_back(watch):
    log = LOGS["slow"]
    watch.add(log, 0, 2)
    slow = stranger.post(log.submission(2, 3))
    with socket.create_connection(("127.0.0.1", watch.port), timeout=20) as late:
        late.sendall(slow[:-40])
        idle = [socket.create_connection(("127.0.0.1", watch.port)) for _ in range(60)]
        for one in idle:
            one.sendall(slow[:90])
        watch.add(log, 2, 7)
        late.sendall(slow[-40:])
        answer = http.client.HTTPResponse(late)
        answer.begin()
        assert own.size_kept(stranger.read_headers(answer), answer.read()) == 7
        answer.close()
        for one in idle:
            one.close()
    assert watch.kept(log).size == 7


def test_other_paths_and_methods_lead_nowhere(watch):
    line = http.client.HTTPConnection("127.0.0.1", watch.port, timeout=20)
    known = hashlib.sha256(b"none.example/log").hexdigest()
    paths = (
        f"/{known}/checkpoint",
        f"/{'0' * 64}/checkpoint",
        "/..%2f..%2fetc/passwd",
        "/../../etc/passwd",
    )
    paths += (
        f"/{known.upper()}/checkpoint",
        "/witness.key",
        "/%00/checkpoint",
        "//checkpoint",
        "/x/checkpoint",
    )
    assert [stranger.ask(line, "GET", path).status for path in paths] == [404] * len(paths)
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert stranger.ask(line, method, "/add-checkpoint").status == 405
    assert stranger.ask(line, "POST", "/sign-subtree", b"x").status == 404
    line.close()
