"""The checker of bundles, against a mission that is honest and against many that are not."""

import base64
import contextlib
import copy
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bundle_world as world
from bundle_world import (
    FINDING,
    Mission,
    chained,
    cosigned,
    decoded,
    sha,
    sign,
    step,
    story,
    witness_key,
)
from truceline.codec.canonical import canonical
from truceline.evidence.note import parse_vkey
from truceline_check import account, formats, main
from truceline_check.formats import COSIGNATURE, LOG, Wrong, read_key, read_policy
from truceline_check.records import check, status_of

SOURCE = Path(__file__).parents[1] / "src" / "truceline_check"


@pytest.fixture(scope="module", name="mission")
def _mission():
    """One honest mission for all tests that change nothing of it."""
    made = Mission()
    yield made
    shutil.rmtree(made.folder)


@pytest.fixture(name="file")
def _file(mission, tmp_path):
    path = tmp_path / "finding.bundle"
    path.write_bytes(mission.sealed())
    return path


def key(mission):
    return read_key(mission.vkey, LOG)


def problems(mission, data, **more):
    return check(data, key(mission), **more).problems


def lied(events):
    """Give what is found in the honest bundle of a log of these entries."""
    made = Mission(events)
    try:
        return problems(made, made.sealed())
    finally:
        shutil.rmtree(made.folder)


def called(*arguments):
    """Call the program in this process; give exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


# --- the honest mission ---------------------------------------------------------------------------


def test_an_honest_bundle_stands_and_is_told_in_plain_words(mission, file):
    code, out, err = called(file, "--key", mission.vkey)
    assert (code, err) == (0, "")
    assert out.startswith(f"Finding {FINDING}, confirmed; bundle for the cell\n")
    assert out.endswith("The bundle stands.\n")
    for words in (
        "replied for NOR by L. Example (XN), entry 12",
        "dissented by C. Example (PT)",
        "confirmed by B. Example (entry 13): signed with the person's own key",
        "confirmed by A. Example (entry 11): that it was this person who acted",
        "no witness that you trust has cosigned",
        "clause:   R-2 (article 2)",
        "1 rows lie inside",
    ):
        assert words in out


def test_it_runs_as_copied_files_in_a_python_that_knows_nothing_else(mission, file, tmp_path):
    shutil.copytree(SOURCE, tmp_path / "alone" / "truceline_check")
    (tmp_path / "key").write_text(mission.vkey + "\n")
    command = [sys.executable, "-P", "-m", "truceline_check", str(file), "--key", "key", "--json"]
    (tmp_path / "no").mkdir()
    forbid = "raise ImportError('the checker must stand alone')\n"
    (tmp_path / "no" / "truceline").mkdir()
    (tmp_path / "no" / "truceline" / "__init__.py").write_text(forbid)
    path = f"{tmp_path / 'no'}:{tmp_path / 'alone'}"
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"]
    assert [entry["state"] for entry in told["entries"]] == ["open"] * 15
    assert told["contents"][sha(canonical(world.incident()))]["incident_id"] == "INC-000001"


def test_it_imports_nothing_but_cryptography_and_the_standard_library():
    names = set()
    for path in SOURCE.glob("*.py"):
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]) and len(words) > 1:
                names.add(words[1].partition(".")[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography", "truceline_check"}


def test_without_a_key_it_says_that_a_key_of_the_bundle_would_prove_nothing(file):
    code, out, err = called(file)
    assert (code, out) == (2, "")
    assert "A key that came with the bundle would prove nothing" in err


def test_each_single_byte_change_is_found(mission):
    """All of them at one mask, and all 255 masks at some places."""
    data = mission.sealed()
    log = key(mission)
    assert not check(data, log).problems
    for at in range(len(data)):
        for mask in range(1, 256) if at % 997 == 0 else (1,):
            changed = bytearray(data)
            changed[at] ^= mask
            assert check(bytes(changed), log).problems, (at, mask)


def test_each_cut_and_each_addition_is_found(mission):
    data = mission.sealed()
    for end in (0, 1, 8, 100, len(data) // 2, len(data) - 1):
        assert problems(mission, data[:end])
    for more in (b"\n", b" ", b"\0", data):
        assert problems(mission, data + more)
        assert problems(mission, more + data)


# --- keys, witnesses, policies --------------------------------------------------------------------


def test_the_keys_of_the_program_are_read_alike(mission):
    assert key(mission).public == parse_vkey(mission.vkey).public
    assert key(mission).key_id == parse_vkey(mission.vkey).key_id


def test_a_bundle_of_another_log_is_refused(mission):
    other = Mission()
    stranger = world.Verifier(world.ORIGIN, LOG, world.public("stranger"))
    assert problems(mission, other.sealed()) == []  # the same seed: the same log
    found = check(mission.sealed(), read_key(stranger.vkey, LOG)).problems
    assert found == [
        "the seal over the whole file does not verify with the key evidence.example/mission"
    ]

    def renamed(body):
        body["log"]["origin"] = "evidence.example/another"

    assert "the bundle is of the log evidence.example/another" in mission_problem(mission, renamed)
    shutil.rmtree(other.folder)


def mission_problem(mission, change, **more):
    """Give what is found after a lying mission changed the body and sealed it again."""
    return "; ".join(problems(mission, mission.resealed(change), **more))


POLICY = """# two of three
witness north {0}
witness south {1}
witness press {2} https://press.example/
group sides all north south
group enough any sides press
quorum enough
"""
NAMES = ("north.example/w", "south.example/w", "press.example/w")


def policy(text=POLICY):
    return read_policy(text.format(*map(witness_key, NAMES)))


def with_witnesses(mission, *names, time_s=1_800_000_000):
    note = mission.note
    for name in names:
        note = cosigned(note, name, time_s)
    return mission.sealed(mission.body(checkpoint=note))


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        ((), False),
        (NAMES[:1], False),
        (NAMES[:2], True),
        (NAMES[2:], True),
        (("nobody.example/w",), False),
        (("nobody.example/w", NAMES[2]), True),
    ],
)
def test_a_policy_says_which_cosignatures_are_enough(mission, names, enough):
    found = problems(mission, with_witnesses(mission, *names), policy=policy())
    assert (found == []) == enough
    if not enough:
        assert "the policy asks for more witnesses than have cosigned" in found[0]


def test_a_witness_that_is_asked_for_must_have_cosigned(mission, tmp_path):
    path = tmp_path / "b"
    path.write_bytes(with_witnesses(mission, NAMES[0]))
    (tmp_path / "policy").write_text(POLICY.format(*map(witness_key, NAMES)))
    asked = (path, "--key", mission.vkey, "--witness")
    assert called(*asked, witness_key(NAMES[0]))[0] == 0
    code, out, _ = called(*asked, witness_key(NAMES[1]))
    assert code == 1
    assert f"the witness {NAMES[1]} has not cosigned this checkpoint" in out
    code, out, _ = called(path, "--key", mission.vkey, "--policy", tmp_path / "policy")
    assert code == 1


def test_a_cosignature_by_the_logs_own_key_counts_for_nothing(mission):
    own = world.Verifier("other.example/w", COSIGNATURE, key(mission).public)
    found = problems(mission, mission.sealed(), witnesses=[read_key(own.vkey, COSIGNATURE)])
    assert found == ["a witness has the log's own key: its cosignature says nothing of anyone else"]


def test_a_changed_cosignature_of_a_known_witness_is_found(mission):
    note = cosigned(mission.note, NAMES[0], 1_800_000_000)
    other = Mission([*story(), story()[7]])
    moved = other.note + note[len(mission.note) :]
    found = problems(other, other.sealed(other.body(checkpoint=moved)), policy=policy())
    assert f"the signature of {NAMES[0]} on the checkpoint does not verify" in found[0]
    shutil.rmtree(other.folder)


def test_records_dated_after_a_witness_saw_them_are_found(mission):
    early = with_witnesses(mission, NAMES[0], time_s=1_770_000_000)
    found = problems(mission, early, witnesses=[read_key(witness_key(NAMES[0]), COSIGNATURE)])
    assert "is dated after north.example/w saw it" in found[0]
    late = with_witnesses(mission, NAMES[0], time_s=2**63)
    found = problems(mission, late, witnesses=[read_key(witness_key(NAMES[0]), COSIGNATURE)])
    assert "bears no possible time" in found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no line 'quorum NAME'"),
        ("quorum x", "x is defined nowhere above"),
        ("witness a {0}\nwitness a {1}\nquorum a", "the name a is taken"),
        ("witness none {0}\nquorum none", "the name none is taken"),
        ("witness a {0}\nwitness b {0}\nquorum a", "one public key twice"),
        ("witness a {0}\ngroup g 2 a\nquorum g", "2 of 1 members is not possible"),
        ("witness a {0}\ngroup g all a a\nquorum g", "one group only"),
        ("witness a {0}\ngroup g all a\ngroup h all a\nquorum h", "one group only"),
        ("group g all b\nwitness b {1}\nquorum g", "defined above"),
        ("witness a {0}\nquorum a\nquorum a", "is not understood"),
        ("wetness a {0}\nquorum a", "is not understood"),
        ("witness a nonsense\nquorum a", "is no key"),
        ("witness a {0}x\nquorum a", "base64"),
        ("witness a {3}\nquorum a", "is that of a log"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(mission, text, said):
    with pytest.raises(Wrong, match=said):
        read_policy(text.format(*map(witness_key, NAMES), mission.vkey))


def test_a_policy_may_ask_for_nobody_and_must_name_this_log_if_it_names_logs(mission):
    assert problems(mission, mission.sealed(), policy=read_policy("quorum none")) == []
    stranger = world.Verifier("a.example", LOG, world.public("stranger"))
    found = problems(
        mission, mission.sealed(), policy=read_policy(f"log {stranger.vkey}\nquorum none")
    )
    assert "the policy does not name the log" in found[0]


@pytest.mark.parametrize(
    "text", ["", "a+b", "a b+00000000+AA==", "a+00000000+" + "A" * 44, "+00000000+" + "A" * 44]
)
def test_a_damaged_key_cannot_be_used(text, file):
    code, _, err = called(file, "--key", text or "+")
    assert code == 2
    assert err.startswith("cannot be checked: ")


# --- hostile files --------------------------------------------------------------------------------


def nested(depth):
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (b"", "no JSON"),
        (b"null", "not written|has no 'format'"),
        (b"[]", "has no 'format'"),
        (nested(100_000), "nested too deep"),
        (b'{"a":' + nested(5000) + b"}", "nested too deep"),
        (b'{"a":1,"a":2}', "a key stands twice"),
        (b'{"a":NaN}', "NaN is no number"),
        (b'{"a":-Infinity}', "no number"),
        (b'{"a":1.5}', "has a fraction"),
        (b'{"a":1e400}', "has a fraction"),
        (b'{"a":' + b"9" * 100_000 + b"}", "too large"),
        (b'{"a":9007199254740992}', "too large"),
        (b'{"a":"\xff"}', "no UTF-8 at byte 14"),
        (b'{"a":"\\ud800"}', "no JSON"),
        (b'{ "a":1}', "canonical form"),
        (b'{"b":1,"a":1}', "canonical form"),
        (b'{"format":"truceline-bundle/v2"}', "this program reads truceline-bundle/v1"),
        (b'{"format":1}', "has no 'format'"),
        (b'{"audience":"all","format":"truceline-bundle/v1"}', "neither for the cell"),
    ],
)
def test_what_a_lying_mission_may_seal_never_ends_in_a_traceback(mission, inside, said):
    found = problems(mission, mission.raw_sealed(inside))
    assert len(found) == 1
    assert any(part in found[0] for part in said.split("|")), found


def test_files_that_are_no_bundles_are_refused(mission, tmp_path):
    path = tmp_path / "x"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bundle", mission.sealed())
    assert called(path, "--key", mission.vkey)[0] == 1
    for data in (
        b"",
        b"{}",
        b"\0" * 1000,
        nested(10**6),
        b"PK\x03\x04",
        b'{"body":{},"seal":""}\n',
    ):
        path.write_bytes(data)
        code, out, err = called(path, "--key", mission.vkey)
        assert (code, err) == (1, "")
        assert "the file is no bundle" in out
    assert called(tmp_path, "--key", mission.vkey)[0] == 2
    assert called(tmp_path / "none", "--key", mission.vkey)[0] == 2
    assert called()[0] == 2
    assert called("--help")[0] == 0


def test_a_gigabyte_is_not_read(mission, tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    code, out, _ = called(path, "--key", mission.vkey)
    assert code == 1
    assert "no bundle is so large" in out


NAMES_OF_BODY = (
    "agreement", "audience", "case", "checkpoint", "contents", "entries", "finding", "format",
    "log", "raw", "rows",
)  # fmt: skip
JUNK = (None, True, 0, -1, 2**53 - 1, "", "\u202e", "x" * 70, [], {}, [[]], [{}], [None], {"": {}})


@pytest.mark.parametrize("name", NAMES_OF_BODY)
def test_each_part_of_the_body_may_be_missing_or_junk_and_is_named(mission, name):
    def lost(body):
        del body[name]

    assert mission_problem(mission, lost)
    for junk in JUNK:

        def spoiled(body, junk=junk):
            body[name] = junk

        if (name, junk) not in [("raw", []), ("rows", []), ("contents", [])]:
            assert mission_problem(mission, spoiled), junk


PATHS = st.lists(st.integers(0, 30), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(PATHS, st.sampled_from(JUNK), st.booleans())
def test_junk_anywhere_in_a_sealed_body_gives_sentences_and_no_traceback(mission, path, junk, cut):
    def spoiled(body):
        at, last = body, None
        for turn in path:
            keys = (
                sorted(at)
                if isinstance(at, dict)
                else range(len(at))
                if isinstance(at, list)
                else ()
            )
            if not keys:
                break
            last = (at, keys[turn % len(keys)])
            at = at[last[1]]
        if last is not None and cut:
            del last[0][last[1]]
        elif last is not None:
            last[0][last[1]] = junk

    report = check(mission.resealed(spoiled), key(mission))
    assert all(isinstance(line, str) and line for line in account.lines(report))
    json.dumps(account.as_plain(report))


# --- a mission that lies --------------------------------------------------------------------------


def open_entry(body, kind, number=0):
    found = [e for e in body["entries"] if f'"type":"{kind}"' in e.get("record", "")]
    return found[number]


def rewritten(kind, number=0, **fields):
    """Change a record without changing the log."""

    def change(body):
        entry = open_entry(body, kind, number)
        entry["record"] = canonical({**json.loads(entry["record"]), **fields}).decode()

    return change


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("raw.received", {"size": 1}),
        ("incident.revised", {"revision": 2}),
        ("finding.made", {"sha256": "0" * 64}),
        ("finding.step", {"reason": "another"}),
        ("person.recorded", {"nationality": "XN"}),
        ("workspace.created", {"agreement": "another"}),
    ],
)
def test_a_record_that_was_changed_after_it_was_logged_is_found(mission, kind, fields):
    assert "record or salt were changed" in mission_problem(mission, rewritten(kind, **fields))


def test_entries_that_are_swapped_doubled_or_moved_are_found(mission):
    def swapped(body):
        body["entries"][3], body["entries"][4] = body["entries"][4], body["entries"][3]

    def doubled(body):
        body["entries"].insert(3, body["entries"][3])

    def moved(body):
        body["entries"][3]["index"], body["entries"][4]["index"] = 4, 3
        body["entries"][3:5] = body["entries"][4:2:-1]

    def renumbered(body):
        body["entries"][-1]["index"] = 63

    def beyond(body):
        body["entries"][-1]["index"] = 64

    def exchanged(body):
        one, two = body["entries"][3:5]
        for name in ("salt", "record", "commitment"):
            one[name], two[name] = two[name], one[name]

    assert "in the order of the log" in mission_problem(mission, swapped)
    assert "in the order of the log, or twice" in mission_problem(mission, doubled)
    for change in (moved, renumbered, exchanged):
        assert "does not lead to the checkpoint" in mission_problem(mission, change)
    assert "covers 64 entries, and none of index 64" in mission_problem(mission, beyond)


def test_proofs_with_a_hash_too_many_or_too_few_are_found(mission):
    def cut(body):
        body["entries"][0]["hashes"].pop()

    def grown(body):
        body["entries"][0]["hashes"].append("A" * 43 + "=")

    def short(body):
        body["entries"][0]["hashes"][0] = "AAAA"

    assert "a hash too few" in mission_problem(mission, cut)
    assert "a hash too many" in mission_problem(mission, grown)
    assert "has not 32 bytes" in mission_problem(mission, short)


def test_an_older_checkpoint_does_not_cover_what_came_later():
    events = story()
    made = Mission(events[:10])
    old = made.note
    world.Log.open(made.folder).append([canonical(e) for e in events[10:]])
    late = Mission(events)
    made.events = events

    def aged(body):
        body["checkpoint"] = old

    body = late.body()
    aged(body)
    assert "does not lead to the checkpoint" in problems(late, late.sealed(body))[0]
    shutil.rmtree(made.folder)
    shutil.rmtree(late.folder)


def test_a_step_of_another_finding_cannot_be_replayed():
    events = story()
    stolen = step(4, "confirmed", "b.example", finding_id="INC-000009/R-2")
    assert "is about INC-000009/R-2, another finding" in lied([*events[:13], stolen, events[14]])[0]
    # renamed, it is no longer what was signed
    renamed = {**stolen, "finding_id": FINDING, "finding": world.finding()}
    found = lied([*events[:13], {**renamed, "sha256": sha(canonical(world.finding()))}, events[14]])
    assert "does not verify" in found[0]
    # with the finding it was about, it is about another
    found = lied([*events[:13], {**stolen, "finding_id": FINDING}, events[14]])
    assert "holds a finding other than it is about" in found[0]


def at(number, **fields):
    """Give the story with one entry changed before it was logged."""
    events = story()
    events[number] = {**events[number], **fields}
    return events


@pytest.mark.parametrize("number", [11, 13, 14])
def test_a_signature_over_something_else_is_found_whatever_its_kind(number):
    assert "does not verify" in lied(at(number, reason="I never said this"))[0]


def test_a_step_signed_by_somebody_else_is_found():
    stranger = step(4, "confirmed", "b.example")
    forged = {**stranger, "signature": world.signed("mallory", "ssh", world.message_of(stranger))}
    assert "by another key than was recorded for b.example" in lied([*story()[:13], forged])[0]
    # the recorded public key in front of another's signature
    shown = {**forged["signature"], "public": stranger["signature"]["public"]}
    assert (
        "signed by another key than it names"
        in lied([*story()[:13], {**forged, "signature": shown}])[0]
    )


def test_a_key_counts_from_when_it_was_recorded_until_its_person_is_disabled():
    events = story()
    late = [*events[:2], *events[3:14], events[2]]  # the key of b.example after their step
    assert "for whom no key was recorded before it" in lied(late)[0]
    gone = {**events[2], "number": 9, "disabled": True}
    assert "for whom no key was recorded before it" in lied([*events[:13], gone, events[13]])[0]
    renewed = {**events[2], "number": 9, "key": world.key_of("new", "system")}
    assert "another key than was recorded" in lied([*events[:13], renewed, events[13]])[0]


def test_a_nationality_that_was_not_recorded_is_found():
    forged = step(4, "confirmed", "b.example", nationality="FR")
    assert "another name or nationality than recorded" in lied([*story()[:13], forged])[0]


def test_an_ssh_signature_for_another_purpose_is_found():
    record = step(4, "confirmed", "b.example")
    del record["signature"]
    events = [*story()[:13], sign(record, "b.example", "ssh", namespace=b"git")]
    assert "signed for another purpose" in lied(events)[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: {**s, "kind": "rsa"}, "unknown kind"),
        (lambda s: {**s, "value": 1}, "no whole signature"),
        (lambda s: {**s, "value": "x"}, "not as OpenSSH writes it"),
        (
            lambda s: {**s, "value": s["value"].replace("U1NI", "U1NJ", 1)},
            "not as OpenSSH writes it",
        ),
        (lambda s: {**s, "public": "ssh-ed25519"}, "not as OpenSSH writes it"),
        (lambda s: {**s, "value": armoured(unarmoured(s["value"])[:-5])}, "was cut"),
        (lambda s: {**s, "value": armoured(unarmoured(s["value"]) + b"x")}, "after its end"),
        (lambda s: {**s, "kind": "ed25519"}, "base64"),
    ],
)
def test_signatures_of_a_broken_form_are_found(change, said):
    record = step(4, "confirmed", "b.example")
    record["signature"] = change(record["signature"])
    assert said in lied([*story()[:13], record])[0]


def unarmoured(text):
    return base64.b64decode("".join(text.strip().split("\n")[1:-1]))


def armoured(blob):
    text = base64.b64encode(blob).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----\n"


@pytest.mark.skipif(
    shutil.which("ssh-keygen") is None and os.environ.get("CI") != "true",
    reason="OpenSSH is not installed",
)
def test_what_ssh_keygen_signs_is_verified(tmp_path):
    """The program itself, not our own idea of its format."""
    run = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", tmp_path / "key"]
    subprocess.run(run, check=True)
    (tmp_path / "step").write_bytes(b"a step\n")
    sign_it = ["ssh-keygen", "-q", "-Y", "sign", "-n", "truceline", "-f", tmp_path / "key"]
    subprocess.run([*sign_it, tmp_path / "step"], check=True, capture_output=True)
    signature = {
        "kind": "sshsig",
        "public": (tmp_path / "key.pub").read_text().strip(),
        "value": (tmp_path / "step.sig").read_text(),
    }
    formats.verify_person(signature, b"a step\n", "the step")
    with pytest.raises(Wrong, match="does not verify"):
        formats.verify_person(signature, b"another step\n", "the step")


def test_steps_that_do_not_follow_one_another_are_found():
    events = story()
    missing = "names a step before it that the bundle leaves out"
    assert missing in lied([*events[:10], events[11], events[10]])[0]
    for at in (10, 11, 12, 13):  # the last alone can be cut off unseen
        assert missing in lied([*events[:at], *events[at + 1 :]])[0]
    back = step(9, "dissented", "c.example", time="2026-05-13T00:00:00Z")
    assert "does not follow the step before it" in lied([*events, back])[0]
    timeless = step(9, "dissented", "c.example", time="noon")
    assert "bears no time that can be read" in lied([*events, timeless])[0]


def test_a_status_that_the_rule_does_not_give_is_found(mission):
    without = story()
    del without[13]  # the second nationality
    assert (
        "is said to be confirmed; by its steps and the rule it is reviewed"
        in lied(chained(without))[0]
    )

    def final(body):
        body["case"]["status"] = "final"

    def lax(body):
        body["case"]["review"] = {}

    assert "is said to be final" in mission_problem(mission, final)
    assert "the rule has no" in mission_problem(mission, lax)


A, B, OWN = ("a", "CZ"), ("b", "PT"), ("n", "XN")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([], "preliminary"),
        ([("confirmed", A), ("confirmed", B)], "preliminary"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", A)], "reviewed"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", ("c", "CZ"))], "reviewed"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", OWN)], "reviewed"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", ("c", ""))], "reviewed"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", B)], "confirmed"),
        ([("reviewed", A), ("confirmed", A), ("graded", A), ("confirmed", B)], "reviewed"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", B), ("final", A)], "final"),
        ([("reviewed", A), ("final", A)], "reviewed"),
        ([("reviewed", A), ("rejected", A)], "rejected"),
        ([("reviewed", A), ("confirmed", A), ("confirmed", B), ("reopened", A)], "preliminary"),
    ],
)
def test_the_status_follows_from_the_steps(told, status):
    steps = [{"step": s, "who": w, "nationality": n, "seen": "x"} for s, (w, n) in told]
    assert status_of(steps, world.RULE) == status


def test_a_confirmation_of_another_content_does_not_count_and_without_a_rule_one_word_is_enough():
    first = {"step": "reviewed", "who": "a", "nationality": "CZ", "seen": "x"}
    other = {"step": "confirmed", "who": "a", "nationality": "CZ", "seen": "y"}
    assert (
        status_of([first, other, {**other, "who": "b", "nationality": "PT"}], world.RULE)
        == "reviewed"
    )
    assert status_of([other], None) == "confirmed"


def test_steps_without_signature_or_person_are_only_said():
    bare = step(1, "confirmed", "a.example", person_id="", nationality="")
    events = [story()[0], *story()[5:10]]
    del (unsigned := dict(bare))["signature"]
    for one, said in ((bare, "for a name that nobody registered"), (unsigned, "not signed")):
        made = Mission([*events, one])
        body = made.body(case={"status": "confirmed", "review": None})
        report = check(made.sealed(body), key(made))
        assert report.problems == []
        assert any(said in line for line in report.said)
        shutil.rmtree(made.folder)


def test_nobody_acts_without_a_name_once_people_are_registered():
    bare = step(4, "confirmed", "b.example", person_id="")
    assert "for whom no key was recorded before it" in lied([*story()[:13], bare])[0]
    del (unsigned := story()[13])["signature"]
    assert "is not signed, though steps were signed by then" in lied([*story()[:13], unsigned])[0]


# --- contents, raw files, rows --------------------------------------------------------------------


def changed(part, number, **fields):
    def change(body):
        body[part][number] |= fields

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed("contents", 0, text="{}"), "no entry of the bundle binds the content"),
        (changed("contents", 2, text="id: other\n"), "no entry of the bundle binds"),
        (changed("raw", 0, base64="AAAA"), "is not what was received"),
        (changed("raw", 0, size=1), "no open entry says that the raw file"),
        (changed("raw", 0, sha256="0" * 64), "no open entry says that the raw file"),
        (changed("rows", 0, offset=30), "lies outside of its raw file"),
        (changed("rows", 0, offset=-1), "lies outside of its raw file"),
        (changed("rows", 0, observation_id="reports:2"), "no member of the incident"),
        (changed("rows", 0, raw_sha256="0" * 64), "no raw file that was received"),
        (changed("agreement", "sha256"), ""),
    ],
)
def test_contents_raw_files_and_rows_are_held_against_the_log(mission, change, said):
    if said:
        assert said in mission_problem(mission, change)


def test_the_agreement_is_held_against_its_files(mission):
    def other(body):
        body["agreement"]["sha256"] = "0" * 64

    report = check(mission.resealed(other), key(mission))
    assert report.problems == []
    assert "That the agreement 0000" in " ".join(report.said)
    assert "digest is not that of its files" in lied(at(0, agreement_sha256="1" * 64))[0]
    assert "not hold the one entry that began the log" in lied([*story(), story()[0]])[0]


def test_a_raw_file_that_came_after_the_finding_is_found():
    events = story()
    assert "received after the finding was made" in lied([*events[:5], *events[6:], events[5]])[0]


def test_a_step_on_a_revision_that_is_not_there_is_found():
    assert (
        "rests on a revision that the bundle does not hold" in lied(at(9, incident_revision=2))[0]
    )
    assert "about another incident than INC-000001" in lied(at(8, incident_id="INC-000002"))[0]
    assert "do not follow one another" in lied([*story(), story()[8]])[0]
    events = story()
    del events[9]
    assert "holds no entry that made the finding" in lied(events)[0]


# --- what is withheld -----------------------------------------------------------------------------


def sealed(body, kind, **fields):
    for entry in body["entries"]:
        if f'"type":"{kind}"' in entry.get("record", ""):
            for name in ("salt", "record"):
                del entry[name]
            entry |= {"state": "sealed", "type": kind, "why": "for a test", **fields}


def test_a_sealed_entry_proves_its_place_and_opens_with_what_was_handed_over(mission, tmp_path):
    opening = open_entry(mission.body(), "finding.step", 4)
    path = tmp_path / "b"

    def withheld(body):
        sealed(body, "finding.step")
        body["case"]["status"] = "preliminary"

    path.write_bytes(mission.resealed(withheld))
    code, out, _ = called(path, "--key", mission.vkey)
    assert code == 0
    assert "Entry 14 (finding.step) is sealed: for a test" in out
    line = f'{{"index":14,"salt":"{opening["salt"]}","record":{opening["record"]}}}\n'
    (tmp_path / "o").write_text('{"entries":64,"first":0}\n' + line)
    code, out, _ = called(path, "--key", mission.vkey, "--openings", tmp_path / "o")
    assert code == 0
    assert "dissented by C. Example (PT), entry 14" in out
    (tmp_path / "o").write_text(line.replace("dissented,", "agreed,"))
    code, out, _ = called(path, "--key", mission.vkey, "--openings", tmp_path / "o")
    assert code == 1
    assert "record or salt were changed" in out
    (tmp_path / "o").write_text('{"index":14,"record":{}}\n')
    assert called(path, "--key", mission.vkey, "--openings", tmp_path / "o")[0] == 2


def test_a_deleted_entry_needs_its_decision(mission):
    def deleted(body):
        sealed(body, "raw.received", state="deleted", decision=15)
        body["raw"], body["rows"] = [], []

    assert "no decision is here" in mission_problem(mission, deleted)
    entry = mission.body()["entries"][5]
    commitment = b"truceline/v1\n" + bytes.fromhex(entry["commitment"])
    decision = {
        "type": "entry.deleted",
        "index": 5,
        "entry_sha256": sha(commitment),
        "time": "2026-05-14T00:00:00Z",
    }
    for fields, stands in (({}, True), ({"entry_sha256": "0" * 64}, False), ({"index": 6}, False)):
        made = Mission([*story(), {**decision, **fields}])
        found = problems(made, made.resealed(deleted))
        assert (found == []) == stands, found
        shutil.rmtree(made.folder)


def test_words_that_would_steer_a_terminal_are_shown_as_numbers():
    record = step(1, "reviewed", "a.example", reason="\x1b[2J\u202eall is well")
    made = Mission([*story()[:10], record])
    report = check(
        made.sealed(made.body(case={"status": "reviewed", "review": world.RULE})), key(made)
    )
    text = "\n".join(account.lines(report))
    assert report.problems == []
    assert "\x1b" not in text
    assert "\\u001b[2J\\u202eall is well" in text
    shutil.rmtree(made.folder)


def test_the_body_is_where_the_form_says(mission):
    assert decoded(mission.sealed()) == mission.body()


# --- a public bundle ------------------------------------------------------------------------------


def release(events, **more):
    """Give the entry that tells the public of the story's steps."""
    steps = [
        {
            "index": index,
            "step": event["step"],
            "who": event["person_id"],
            "nationality": event["nationality"],
            "seen": 1,
            "time": event["time"],
        }
        for index, event in enumerate(events)
        if event["type"] == "finding.step"
    ]
    return {
        "type": "finding.released",
        "finding_id": FINDING,
        "case_revision": 1,
        "case": {"status": "confirmed", "review": world.RULE},
        "public": {},
        "steps": steps,
        "time": "2026-05-14T00:00:00Z",
        **more,
    }


def public(change=None, openings=None, **more):
    """Give what is found in a public bundle, its steps sealed; ``change`` is made by a liar."""
    events = story()
    made = Mission([*events, release(events, **more)])
    body = made.body(audience="public")
    for kind in ("finding.step", "person.recorded", "incident.revised", "finding.made"):
        sealed(body, kind)
    body["contents"], body["rows"], body["raw"] = [], [], []
    if change is not None:
        change(body)
    try:
        return check(made.sealed(body), key(made), openings=openings)
    finally:
        shutil.rmtree(made.folder)


def test_an_honest_release_stands_and_says_what_it_only_says():
    report = public()
    assert report.problems == []
    assert "That these persons took these steps" in " ".join(report.said)
    text = "\n".join(account.lines(report))
    assert "confirmed by person b.example (PT), entry 13" in text


def without_release(body):
    body["entries"] = body["entries"][:-1]


def without_step(body):
    body["entries"] = [e for e in body["entries"] if e["index"] != 12]


def other_status(body):
    body["case"]["status"] = "final"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_release, "holds no entry that released the finding"),
        (without_step, "tells of a step at entry 12, which the bundle does not hold"),
        (other_status, "gives another status than was released"),
    ],
)
def test_a_bundle_that_does_not_hold_what_was_released_is_found(change, said):
    assert said in " ".join(public(change).problems)


def test_a_release_that_tells_otherwise_than_the_log_is_found():
    honest = release(story())["steps"]
    assert "does not tell of every step" in " ".join(public(steps=honest[:-1]).problems)
    assert "is said to be confirmed" in " ".join(public(steps=honest[:2]).problems)
    later = [*honest[:-1], {**honest[-1], "index": 40}]
    assert "at entry 40, which the bundle does not hold" in " ".join(public(steps=later).problems)
    other = [*honest[:-1], {**honest[-1], "nationality": "FR"}]
    assert public(steps=other).problems == []  # nobody can tell, until the entry is opened
    events = story()
    made = Mission([*events, release(events, steps=other)])
    opening = open_entry(made.body(), "finding.step", 4)
    opened = {14: (opening["salt"], opening["record"])}
    shutil.rmtree(made.folder)
    assert "tells entry 14 otherwise than it was logged" in " ".join(
        public(openings=opened, steps=other).problems
    )


# --- notes of a broken form -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no note at all", "no signed note"),
        ("a\n1\n\n\u2014 a AAAA", "no signed note"),
        ("a\x07\n1\nx\n\n\u2014 a AAAA\n", "control character"),
        ("a\n1\nx\n\n" + "\u2014 a AAAA\n" * 101, "101 signatures"),
        ("a\n1\nx\n\n- a AAAA\n", "is not '\u2014 NAME BASE64'"),
        ("a\n1\nx\n\n\u2014 aAAAA\n", "is not '\u2014 NAME BASE64'"),
        ("a\n1\nx\n\n\u2014 a AAA\n", "no base64"),
        ("a\n1\nx\n\n\u2014 a AAB=\n", "second form"),
        ("a\n1\nx\n\n\u2014 a AAAA\n", "is not signed by the key"),
    ],
)
def test_a_checkpoint_of_a_broken_form_is_found(mission, text, said):
    with pytest.raises(Wrong, match=said):
        formats.open_checkpoint(text, key(mission), ())


ROOT = "A" * 43 + "="


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{world.ORIGIN}\n", "not name, size and root"),
        (f"{world.ORIGIN}\n1\n{ROOT}\n\nx\n", "not name, size and root"),
        (f"{world.ORIGIN}\n01\n{ROOT}\n", "no plain number"),
        (f"{world.ORIGIN}\n\u0661\n{ROOT}\n", "no plain number"),
        (f"{world.ORIGIN}\n{'9' * 5000}\n{ROOT}\n", "no plain number"),
        (f"{world.ORIGIN}\n1\nAAAA\n", "has not 32 bytes"),
        (f"other.example\n1\n{ROOT}\n", "is of the log other.example"),
    ],
)
def test_a_checkpoint_that_the_log_signed_must_be_one(mission, text, said):
    note = mission.signer.sign(text.encode()).decode()
    with pytest.raises(Wrong, match=said):
        formats.open_checkpoint(note, key(mission), ())


# --- a mission that logs junk -----------------------------------------------------------------------

LOGGED = [*story(), release(story())]


def looked_at(events, audience="cell"):
    """Check, and tell, the bundle of a log that holds anything; no exception may come out."""
    made = Mission(events)
    try:
        body = made.body(audience=audience, agreement={"sha256": "x"})
        report = check(made.sealed(body), key(made))
        assert all(isinstance(line, str) and line for line in account.lines(report))
        json.dumps(account.as_plain(report))
        return report.problems
    finally:
        shutil.rmtree(made.folder)


@pytest.mark.parametrize("number", [0, 1, 5, 7, 8, 9, 13, 15])
def test_a_list_in_place_of_any_field_gives_sentences_and_no_traceback(number):
    harmless = {"source", "file_name", "basis", "calibration", "grants", "by", "agreement", "number",
                "case_revision", "disabled", "public", "received", "version", "time"}  # fmt: skip
    for name in sorted(LOGGED[number].keys() - {"type"}):
        events = copy.deepcopy(LOGGED)
        events[number][name] = []
        assert looked_at(events, "public" if number == 15 else "cell") or name in harmless, name
    if number == 15:
        events = copy.deepcopy(LOGGED)
        events[number]["steps"][0] = None
        assert any("has not the form of its type" in line for line in looked_at(events, "public"))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(LOGGED) - 1), st.lists(st.integers(0, 40), min_size=1, max_size=5),
       st.sampled_from(JUNK), st.sampled_from(["cell", "public"]))  # fmt: skip
def test_junk_that_was_logged_gives_sentences_and_no_traceback(number, path, junk, audience):
    events = copy.deepcopy(LOGGED)
    at, last = events[number], None
    for turn in path:
        keys = sorted(set(at) - {"type"}) if isinstance(at, dict) else range(len(at))
        if not keys:
            break
        last = (at, keys[turn % len(keys)])
        at = at[last[1]]
        if not isinstance(at, (dict, list)):
            break
    last[0][last[1]] = junk
    looked_at(events, audience)


def test_whoever_stops_reading_sees_no_traceback(mission, file):
    line = f"{sys.executable} -m truceline_check {file} --key '{mission.vkey}' --json | head -c 10"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ('{\n  "audie', "")
