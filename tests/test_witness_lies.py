"""A mission that shows two histories, or goes back: what witnesses and comparisons make of it."""

import base64
import hashlib
import json
import shutil
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.errors import EvidenceError, SourceError, WorkspaceError
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.cosigner import Cosigner
from truceline.evidence.fork import Fork, find_fork, format_fork, parse_fork, verify_fork
from truceline.evidence.lock import locked
from truceline.evidence.log import Log, create_log
from truceline.evidence.merkle import EMPTY_ROOT
from truceline.evidence.note import open_note, parse_note, parse_vkey
from truceline.evidence.policy import parse_policy, satisfied
from truceline.evidence.verify import verify_log
from truceline.evidence.witness_request import Answer, refusal
from truceline.pipeline import witnessing
from truceline.pipeline.verify_kept import kept_checkpoints
from witness_world import NAME, NOW, MemoryLog, seed, witness_in
from workspaces import called

LOG = MemoryLog()
ORIGIN = "evidence.example/log"


def test_two_histories_of_one_size_are_proved_by_the_checkpoints_alone():
    lie = MemoryLog(history="lie", fork_at=4)
    fork = find_fork(LOG.verifier, LOG.note(9), lie.note(9), lie.subtree)
    assert verify_fork(fork) == f"{ORIGIN} has signed two different logs of 9 entries"
    assert parse_fork(format_fork(fork)) == fork
    assert find_fork(LOG.verifier, LOG.note(9), LOG.note(9), LOG.subtree) is None


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=150, deadline=None)
def test_a_fork_is_proved_exactly_where_there_is_one(a, b, fork_at):
    lie = MemoryLog(history="lie", fork_at=fork_at)
    larger = lie if b >= a else LOG
    found = find_fork(LOG.verifier, LOG.note(a), lie.note(b), larger.subtree)
    forked = min(a, b) > fork_at
    assert (found is not None) == forked
    if found is not None:
        said = verify_fork(parse_fork(format_fork(found)))
        assert ORIGIN in said
        assert ("does not continue" in said) == (a != b)


def test_tiles_that_are_not_those_of_the_larger_one_show_nothing():
    lie = MemoryLog(history="lie", fork_at=4)
    with pytest.raises(EvidenceError, match="tiles are not those"):
        find_fork(LOG.verifier, LOG.note(9), lie.note(12), LOG.subtree)
    with pytest.raises(EvidenceError, match="none of the keys"):
        find_fork(LOG.verifier, LOG.note(9), MemoryLog(key="x").note(9), LOG.subtree)


def test_nobody_can_be_accused_without_a_proof():
    lie = MemoryLog(history="lie", fork_at=4)
    true = find_fork(LOG.verifier, LOG.note(9), lie.note(12), lie.subtree)
    honest = LOG.proof(9, 12)
    log, nine, twelve = LOG.verifier, LOG.note(9), LOG.note(12)
    accusations = [
        Fork(log, nine, twelve, LOG.subtree(0, 9), tuple(honest)),
        Fork(log, nine, twelve, bytes(32), tuple(honest)),
        Fork(log, nine, twelve, lie.subtree(0, 9), tuple(lie.proof(9, 12))),
        Fork(log, nine, nine, bytes(32)),
        Fork(log, twelve, nine, bytes(32), tuple(honest)),
        Fork(log, LOG.note(0), nine, bytes(32)),
        Fork(log, true.smaller, true.larger, true.prefix_root, true.proof[:-1]),
        Fork(log, true.smaller, true.larger, true.prefix_root, (*true.proof, bytes(32))),
        Fork(log, true.smaller, true.larger, bytes(32), true.proof),
        Fork(
            MemoryLog(key="x").verifier, *(true.smaller, true.larger), true.prefix_root, true.proof
        ),
    ]
    for accusation in accusations:
        with pytest.raises(EvidenceError):
            verify_fork(accusation)
    assert verify_fork(true)


@given(st.binary(max_size=60), st.integers(0, 2000))
@settings(max_examples=200, deadline=None)
def test_no_changed_file_accuses(data, at):
    lie = MemoryLog(history="lie", fork_at=4)
    good = format_fork(find_fork(LOG.verifier, LOG.note(9), lie.note(12), lie.subtree))
    changed = good[:at] + data + good[at + len(data) :]
    try:
        fork = parse_fork(changed)
        verify_fork(fork)
    except EvidenceError:
        return
    assert fork == parse_fork(good)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"[" * 100_000, b'{"type":"x","log":1,"smaller":1,"larger":1}', b"\xff"],
)
def test_what_is_no_proof_of_a_fork_is_said_to_be_none(data):
    with pytest.raises(EvidenceError, match="no proof of a fork"):
        parse_fork(data)


def test_a_proof_of_another_type_is_none():
    lie = MemoryLog(history="lie", fork_at=4)
    good = format_fork(find_fork(LOG.verifier, LOG.note(9), lie.note(9), lie.subtree))
    with pytest.raises(EvidenceError, match="expected 'truceline/fork/v1'"):
        parse_fork(good.replace(b"fork/v1", b"fork/v2"))


# --- the mission and its witnesses ----------------------------------------------------------------


class Mission:
    """A log on disk, the witnesses of two parties, a policy that asks for both."""

    def __init__(self, folder):
        self.root = folder / "ws"
        self.vkey = create_log(self.root, ORIGIN, seed("mission"))
        self.log_key = parse_vkey(self.vkey)
        self.witnesses = {}
        for name in ("north", "south"):
            self.witnesses[name] = witness_in(
                folder / name, self, name=f"{name}.example/w", key=name
            )
        self.policy = parse_policy(self.policy_text.encode())
        self.asked = []
        self.now = NOW

    @property
    def verifier(self):
        return self.log_key

    @property
    def policy_text(self):
        lines = [
            f"witness {name} {one.cosigner.verifier.vkey} {name}\n"
            for name, one in self.witnesses.items()
        ]
        return f"log {self.vkey}\n{''.join(lines)}group both all north south\nquorum both\n"

    def append(self, *numbers):
        Log.open(self.root).append([b'{"n":%d}' % number for number in numbers])

    def ask(self, url, body):
        """Bring a request to a witness as the transport does."""
        self.asked.append(url)
        return self.witnesses[url].add_checkpoint(body, self.now)

    def collect(self, ask=None):
        return witnessing.collect(self.root, self.policy, {}, ask or self.ask)

    @property
    def note(self):
        return (self.root / "log/checkpoint").read_bytes()


@pytest.fixture
def mission(tmp_path):
    made = Mission(tmp_path)
    made.append(1)
    return made


def test_both_cosign_and_the_checkpoint_counts(mission):
    assert not satisfied(mission.policy, mission.note).ok
    found = mission.collect()
    assert (found.report.ok, found.published, found.checkpoint.size) == (True, True, 64)
    assert [one.problem for one in found.asked] == ["", ""]
    assert satisfied(mission.policy, mission.note).ok
    assert found.path.read_bytes() == mission.note
    report = verify_log(mission.root / "log", mission.root / "openings", mission.vkey)
    assert report.problems == ()


def test_growth_is_proved_and_each_is_asked_once(mission):
    mission.collect()
    for number in range(2, 9):
        mission.append(*range(number * 100, number * 100 + 60 * number))
        mission.asked.clear()
        mission.now += timedelta(seconds=1)
        found = mission.collect()
        assert found.report.ok
        assert mission.asked == ["north", "south"]
    kept = sorted(int(p.stem) for p in (mission.root / "cosigned").glob("*.checkpoint"))
    assert len(kept) == 8
    assert kept[-1] == found.checkpoint.size > 256


def test_a_lost_memory_of_the_mission_costs_one_more_request(mission):
    mission.collect()
    mission.append(2)
    shutil.rmtree(mission.root / "cosigned")
    mission.asked.clear()
    assert mission.collect().report.ok
    assert mission.asked == ["north", "north", "south", "south"]


def test_cosigned_again_the_newest_line_stands_alone(mission):
    mission.collect()
    mission.now += timedelta(hours=1)
    found = mission.collect()
    assert found.report.cosigned["north"].time_s == int(mission.now.timestamp())
    assert len(parse_note(mission.note).signatures) == 3


def test_a_checkpoint_that_an_append_overtook_is_kept_and_found_again(mission):
    def overtaken(url, body):
        answer = mission.ask(url, body)
        if url == "south":
            mission.append(2)
        return answer

    found = mission.collect(overtaken)
    assert (found.report.ok, found.published) == (True, False)
    assert parse_note(mission.note).text.split(b"\n")[1] == b"128"
    assert len(parse_note(mission.note).signatures) == 1
    assert witnessing.newest_cosigned(mission.root, mission.policy) == found.path.read_bytes()
    mission.collect()
    assert witnessing.newest_cosigned(mission.root, mission.policy) == mission.note


def test_no_checkpoint_counts_before_one_was_cosigned(mission):
    assert witnessing.newest_cosigned(mission.root, mission.policy) is None


def test_an_append_at_the_same_moment_is_waited_for(mission, monkeypatch):
    log = Log.open(mission.root)
    waited = []
    with locked(log.log_dir):
        monkeypatch.setattr(witnessing.time, "sleep", waited.append)
        with pytest.raises(WorkspaceError, match="appending"):
            mission.collect()
    assert len(waited) == 6
    assert mission.collect().published


def test_two_parties_shown_two_histories_find_it(mission, tmp_path):
    shutil.copytree(mission.root, tmp_path / "other")
    mission.append(2)
    Log.open(tmp_path / "other").append([b'{"n":3}'])
    second = (tmp_path / "other/log/checkpoint").read_bytes()
    mission.collect()
    # the other history goes to witnesses that have seen the first
    found = witnessing.collect(tmp_path / "other", mission.policy, {}, mission.ask)
    assert not found.report.ok
    assert [one.problem.split(",")[0] for one in found.asked] == ["it refused: HTTP 422"] * 2
    kept = mission.witnesses["south"].folder(ORIGIN) / "fork-128.json"
    assert "two different logs of 128" in verify_fork(parse_fork(kept.read_bytes()))
    # and grown further, it cannot prove that it continues
    Log.open(tmp_path / "other").append([b'{"n":4}'])
    found = witnessing.collect(tmp_path / "other", mission.policy, {}, mission.ask)
    assert "not proved" in found.asked[1].problem
    assert open_note(second, [mission.log_key])
    # where what was cosigned is still here, nobody is even asked
    (tmp_path / "other/cosigned").mkdir()
    shutil.copy(
        mission.root / "cosigned/128.checkpoint", tmp_path / "other/cosigned/192.checkpoint"
    )
    with pytest.raises(EvidenceError, match="another log of this size"):
        witnessing.collect(tmp_path / "other", mission.policy, {}, mission.ask)


def test_a_mission_that_went_back_is_told_so(mission, tmp_path):
    shutil.copytree(mission.root, tmp_path / "backup")
    mission.append(2)
    mission.collect()
    found = witnessing.collect(tmp_path / "backup", mission.policy, {}, mission.ask)
    assert "set back, or the log has shown another history" in found.asked[0].problem
    assert not found.report.ok


def test_witnesses_that_lie_or_fail_are_named(mission):
    stranger = Cosigner("north.example/w", bytes(32))
    text = parse_note(mission.note).text
    for answer, said in (
        (Answer(200, stranger.cosign(text, 5).line), "by none of the keys"),
        (Answer(200, b"granted\n"), "signature line"),
        (Answer(200, b""), "signature"),
        (Answer(200, mission.witnesses["north"].cosigner.cosign(text, 0).line), "bears no time"),
        (Answer(409, b"64\n"), "but not which it has"),
        (Answer(409, b"9999999\n", "text/x.tlog.size"), "set back"),
        (refusal(503, "no \x1b[31mdisk"), "HTTP 503, no  [31mdisk"),
        (SourceError("no answer"), "no answer"),
    ):

        def ask(url, body, answer=answer):
            if url == "south":
                return mission.ask(url, body)
            if isinstance(answer, Exception):
                raise answer
            return answer

        found = mission.collect(ask)
        assert said in found.asked[0].problem
        assert found.asked[1].problem == ""
        assert not found.report.ok


def test_a_policy_of_another_log_or_without_addresses(mission, tmp_path):
    with pytest.raises(EvidenceError, match="no witness west"):
        witnessing.collect(mission.root, mission.policy, {"west": "x"}, mission.ask)
    other = parse_policy(f"log {LOG.verifier.vkey}\nquorum none\n".encode())
    with pytest.raises(EvidenceError, match="not one of this log"):
        witnessing.collect(mission.root, other, {}, mission.ask)
    silent = parse_policy(
        f"log {mission.vkey}\nwitness n {Cosigner('n', bytes(32)).verifier.vkey}\nquorum n\n".encode()
    )
    found = witnessing.collect(mission.root, silent, {}, mission.ask)
    assert (found.asked[0].problem, found.published) == ("no address is known", False)
    with pytest.raises(WorkspaceError, match="has no log"):
        witnessing.collect(tmp_path / "none", mission.policy, {}, mission.ask)


def test_tiles_that_were_changed_prove_nothing(mission):
    mission.collect()
    mission.append(2)
    tile = next((mission.root / "log/tile/0").rglob("128"))
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    with pytest.raises(EvidenceError, match="tiles are not those"):
        mission.collect()


def test_what_a_party_cosigned_without_a_server_is_kept_though_the_log_has_grown(mission, tmp_path):
    old = mission.note
    text = parse_note(old).text
    north, south = (mission.witnesses[name].cosigner for name in ("north", "south"))
    stranger = Cosigner("x.example/w", bytes(32)).cosign(text, 7).line
    mission.append(2)
    first = witnessing.keep(
        mission.root, mission.policy, old + north.cosign(text, 5).line + stranger
    )
    assert (first.ok, list(first.cosigned)) == (False, ["north"])
    second = witnessing.keep(mission.root, mission.policy, old + south.cosign(text, 6).line)
    assert (second.ok, list(second.cosigned)) == (True, ["north", "south"])
    kept = (mission.root / "cosigned/64.checkpoint").read_bytes()
    assert b"x.example" not in kept
    assert witnessing.newest_cosigned(mission.root, mission.policy) == kept
    assert len(parse_note(mission.note).signatures) == 1
    newest = mission.note
    text = parse_note(newest).text
    witnessing.keep(mission.root, mission.policy, newest + north.cosign(text, 9).line)
    assert len(parse_note(mission.note).signatures) == 2
    # what no witness signed, what the log did not sign, and another history
    with pytest.raises(EvidenceError, match="quorum"):
        witnessing.keep(mission.root, mission.policy, newest)
    with pytest.raises(EvidenceError, match="no log of the policy"):
        witnessing.keep(mission.root, mission.policy, LOG.note(5))
    other = tmp_path / "other"
    create_log(other, ORIGIN, seed("mission"))
    for number in range(7, 10):
        Log.open(other).append([b'{"n":%d}' % number])
        note = (other / "log/checkpoint").read_bytes()
        line = north.cosign(parse_note(note).text, 9).line
        with pytest.raises(EvidenceError, match="does not continue this checkpoint"):
            witnessing.keep(mission.root, mission.policy, note + line)


def test_a_log_by_itself_is_cosigned_in_its_place(mission, tmp_path):
    private = tmp_path / "alone.private"
    shutil.copytree(mission.root, private)
    shutil.move(private / "log", tmp_path / "alone")
    found = witnessing.collect(tmp_path / "alone", mission.policy, {}, mission.ask)
    assert (found.report.ok, found.published) == (True, True)
    assert found.path == private / "cosigned/64.checkpoint"
    assert satisfied(mission.policy, (tmp_path / "alone/checkpoint").read_bytes()).ok
    assert (tmp_path / "alone").joinpath("tile").is_dir()


def test_a_log_that_was_set_back_or_written_anew_is_found_by_what_was_cosigned(mission, tmp_path):
    def problems():
        size = Log.open(mission.root).size
        return list(kept_checkpoints(mission.root, mission.vkey, size))

    mission.collect()
    shutil.copytree(mission.root, tmp_path / "backup")
    mission.append(2)
    mission.collect()
    (mission.root / "timestamps").mkdir()
    shutil.copy(mission.root / "cosigned/64.checkpoint", mission.root / "timestamps")
    assert problems() == []
    for part in ("log", "openings", "keys"):
        shutil.rmtree(mission.root / part)
        shutil.copytree(tmp_path / "backup" / part, mission.root / part)
    assert [said.split(": ", 1)[1] for said in problems()] == [
        "it speaks of 128 entries, the log has 64: the log was set back"
    ]
    mission.append(3)
    assert ["are not those of the log" in said for said in problems()] == [True]
    mission.append(4)
    assert ["128.checkpoint: its 128 entries are not" in said for said in problems()] == [True]
    (mission.root / "cosigned/128.checkpoint").write_bytes(b"rubbish")
    assert ["no empty line" in said for said in problems()] == [True]


# --- commands -------------------------------------------------------------------------------------


@pytest.fixture
def cli(capsys, monkeypatch):
    def call(*arguments, **named):
        return called(capsys, monkeypatch, "evidence", *arguments, **named)

    return call


def test_a_party_without_a_server_cosigns_from_a_copy(mission, tmp_path, cli):
    copy = tmp_path / "copy"
    shutil.copytree(mission.root / "log", copy)
    key = mission.root / "keys/log.vkey"
    state = tmp_path / "offline"
    name = ("--name", "offline.example/w")
    code, _, errors = cli("cosign", state, copy / "checkpoint", "--log", key)
    assert (code, "give it a name with --name" in errors) == (2, True)
    code, line, errors = cli("cosign", state, copy / "checkpoint", "--log", key, *name)
    assert (code, errors.startswith("this witness is offline.example/w+")) == (0, True)
    cosigner = parse_vkey((state / "witness.vkey").read_text().strip())
    assert open_note(mission.note + line.encode(), [cosigner]).signatures[0].time_s > 0
    mission.append(2)
    shutil.rmtree(copy)
    shutil.copytree(mission.root / "log", copy)
    code, _, errors = cli("cosign", state, copy / "checkpoint", "--log", key)
    assert (code, "--tiles" in errors) == (2, True)
    code, line, errors = cli("cosign", state, copy / "checkpoint", "--log", key, "--tiles", copy)
    assert (code, errors) == (0, "")
    assert open_note((copy / "checkpoint").read_bytes() + line.encode(), [cosigner])
    mission.append(3)
    note = tmp_path / "newest"
    note.write_bytes(mission.note)
    hashes = witnessing.growth_proof(mission.root / "log", 128, Log.open(mission.root).checkpoint())
    proof = tmp_path / "proof"
    proof.write_text("".join(base64.b64encode(found).decode() + "\n" for found in hashes))
    code, _, errors = cli("cosign", state, note, "--log", key, "--tiles", copy)
    assert (code, "missing from the log" in errors) == (2, True)
    code, line, _ = cli("cosign", state, note, "--log", key, "--proof", proof)
    assert (code, line.startswith("\u2014 offline.example/w ")) == (0, True)
    # a replayed checkpoint, and one of a stranger
    code, _, errors = cli("cosign", state, copy / "checkpoint", "--log", key)
    assert (code, "not cosigned (400)" in errors) == (2, True)
    code, _, errors = cli("cosign", state, note, "--log", LOG.verifier.vkey)
    assert (code, "none of the keys" in errors) == (2, True)


def test_the_commands_compare_and_prove(mission, tmp_path, cli):
    shutil.copytree(mission.root, tmp_path / "other")
    first = tmp_path / "first"
    first.write_bytes(mission.note)
    mission.append(2)
    mission.append(4)
    Log.open(tmp_path / "other").append([b'{"n":3}'])
    other = tmp_path / "other/log/checkpoint"
    mine = mission.root / "log/checkpoint"
    log = ("--log", mission.root / "keys/log.vkey")
    to = ("--out", tmp_path / "fork.json")
    code, said, _ = cli("compare", first, mine, *log, "--log-folder", mission.root, *to)
    assert (code, said) == (0, "one log: 64 and 192 entries, the same history\n")
    code, _, errors = cli("compare", other, mine, *log, *to)
    assert (code, "--log-folder" in errors) == (2, True)
    assert not (tmp_path / "fork.json").exists()
    code, said, _ = cli("compare", mine, other, *log, "--log-folder", mission.root, *to)
    assert (code, "FORK: " in said, "of 192 that does not continue it" in said) == (1, True, True)
    code, said, _ = cli("fork", tmp_path / "fork.json", *log)
    assert (code, said.startswith("proved: ")) == (0, True)
    code, _, errors = cli("fork", tmp_path / "fork.json", "--log", LOG.verifier.vkey)
    assert (code, "not one that you trust" in errors) == (2, True)
    Log.open(tmp_path / "other").append([b'{"n":5}'])
    code, said, _ = cli("compare", mine, other, *log, *to)
    assert (code, "two different logs of 192 entries" in said) == (1, True)
    both = tmp_path / "keys"
    both.write_text(f"# two logs\n{mission.vkey}\n\n{LOG.verifier.vkey}\n")
    stranger = tmp_path / "stranger"
    stranger.write_bytes(MemoryLog(origin="x.example/log").note(3))
    code, _, errors = cli("compare", mine, stranger, "--log", both)
    assert (code, "none of the keys" in errors) == (2, True)


def test_the_command_says_whether_a_checkpoint_counts(mission, tmp_path, cli):
    rules = tmp_path / "policy"
    rules.write_text(mission.policy_text)
    code, said, _ = cli("policy", mission.root / "log/checkpoint", "--policy", rules)
    assert (code, "of 64 entries does NOT count: the quorum both asks for 2 of 2" in said) == (
        1,
        True,
    )
    mission.collect()
    code, said, _ = cli("policy", mission.root / "log/checkpoint", "--policy", rules)
    assert (code, said.splitlines()) == (
        0,
        [
            "north: cosigned at 2026-05-13T08:00:00Z",
            "south: cosigned at 2026-05-13T08:00:00Z",
            "the checkpoint of 64 entries counts: the quorum is met",
        ],
    )
    rules.write_text("quorum all\n")
    code, _, errors = cli("policy", mission.root / "log/checkpoint", "--policy", rules)
    assert (code, "policy: policy, line 1: 'all' is not defined" in errors) == (2, True)


def test_the_command_collects_over_http(mission, tmp_path, cli):
    from test_witness_http import threaded

    rules = tmp_path / "policy"
    rules.write_text(mission.policy_text)
    with threaded(mission.witnesses["north"]) as (north, _):
        arguments = ("collect", mission.root, "--policy", rules, "--witness", f"north={north}")
        code, said, _ = cli(*arguments)
        assert (code, said.startswith("north: cosigned at ")) == (1, True)
        assert "south: 'south/add-checkpoint' is no address" in said
        one = tmp_path / "one"
        one.write_text(mission.policy_text.replace("group both all north south\n", "")
                       .replace("quorum both", "quorum north"))  # fmt: skip
        code, said, _ = cli(*arguments[:2], "--policy", one, *arguments[4:], "--json")
        assert (code, json.loads(said)["published"], json.loads(said)["size"]) == (0, True, 64)
        alone = tmp_path / "alone"
        alone.write_text("\n".join(line for line in one.read_text().splitlines()
                                   if not line.startswith("witness south")) + "\n")  # fmt: skip
        code, said, _ = cli(*arguments[:2], "--policy", alone, "--witness", north)
        assert (code, said.endswith("the quorum is met\n")) == (0, True)
    for wrong in ("west=http://127.0.0.1:1", north, "north"):
        code, _, errors = cli(*arguments[:4], "--witness", wrong)
        assert (code, "the policy has north, south" in errors) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nothing-there", "no such file, and no public key"),
        ("a+b", "expected NAME+KEYID+KEY"),
        ("x+00000000+AAAA", "only Ed25519 keys"),
        ("", "no such file"),
    ],
)
def test_keys_that_cannot_be_read_are_told(mission, tmp_path, cli, monkeypatch, given, said):
    monkeypatch.chdir(tmp_path)
    checkpoint = mission.root / "log/checkpoint"
    code, _, errors = cli("compare", checkpoint, checkpoint, "--log", given)
    assert (code, said in errors) == (2, True)
    (tmp_path / "empty").write_text("# no key\n")
    code, _, errors = cli("compare", checkpoint, checkpoint, "--log", "empty")
    assert (code, "no public key of a log in empty" in errors) == (2, True)


def test_what_is_no_log_folder_is_told(tmp_path):
    with pytest.raises(WorkspaceError, match="holds no log"):
        witnessing.log_folder(tmp_path)


def test_an_empty_log_is_cosigned_too(tmp_path):
    mission = Mission(tmp_path)
    assert mission.collect().report.ok
    mission.append(1)
    assert mission.collect().report.ok
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert witnessing.opened_by(mission.note, [LOG.verifier, mission.log_key])[0] != empty
    with pytest.raises(EvidenceError, match="no public key"):
        witnessing.opened_by(mission.note, [])
    assert NAME
