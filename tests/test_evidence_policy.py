"""Policies: their grammar line by line, and which checkpoints count under them."""

import base64
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.errors import EvidenceError
from truceline.evidence import merkle
from truceline.evidence.cosignature import ML_DSA_44
from truceline.evidence.cosigner import Cosigner
from truceline.evidence.note import Verifier
from truceline.evidence.policy import (
    LONGEST_POLICY,
    parse_policy,
    require_satisfied,
    satisfied,
    verify_proof_under,
)
from truceline.evidence.proof import Proof, format_proof
from truceline_check import formats
from witness_world import ORIGIN, MemoryLog, line_of, seed

LOG = MemoryLog()
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
WITNESSES = {name: Cosigner(f"{name}.example/w", seed(name)) for name in NAMES}
LINES = "".join(f"witness {name} {WITNESSES[name].verifier.vkey}\n" for name in NAMES)
BOTH = f"""\
# Two organisations must agree.
log {LOG.verifier.vkey} https://evidence.example/
{LINES}
 group\tX-witnesses  2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3
  # the rule
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def note(*names, size=5, time_s=9):
    text = LOG.text(size)
    return LOG.note(size) + b"".join(WITNESSES[name].cosign(text, time_s).line for name in names)


def policy_of(rules, lines=LINES):
    return parse_policy(f"log {LOG.verifier.vkey}\n{lines}{rules}\n".encode())


def test_the_example_of_the_specification_is_read():
    policy = parse_policy(BOTH.encode())
    assert [one.verifier for one in policy.logs] == [LOG.verifier]
    assert policy.logs[0].url == "https://evidence.example/"
    assert [one.name for one in policy.witnesses] == list(NAMES)
    assert [(g.name, g.threshold, g.members) for g in policy.groups] == [
        ("X-witnesses", 2, ("X1", "X2", "X3")),
        ("Y-witnesses", 1, ("Y1", "Y2", "Y3")),
        ("X-and-Y", 2, ("X-witnesses", "Y-witnesses")),
    ]
    assert policy.quorum == "X-and-Y"
    assert policy.remarks == ()


def test_every_set_of_witnesses_is_judged_by_the_groups():
    policy = parse_policy(BOTH.encode())
    for chosen in product((False, True), repeat=6):
        names = [name for name, yes in zip(NAMES, chosen, strict=True) if yes]
        report = satisfied(policy, note(*names))
        assert report.ok == (sum(chosen[:3]) >= 2 and any(chosen[3:]))
        assert list(report.cosigned) == names
        assert (report.log, report.checkpoint.size) == (LOG.verifier, 5)
        assert {one.time_s for one in report.cosigned.values()} <= {9}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_k_of_n_is_k_of_n(data):
    n = data.draw(st.integers(1, 6))
    k = data.draw(st.integers(1, n))
    members = NAMES[:n]
    policy = policy_of(f"group g {k} {' '.join(members)}\nquorum g")
    signed = data.draw(st.lists(st.sampled_from(NAMES), unique=True))
    assert satisfied(policy, note(*signed)).ok == (len(set(signed) & set(members)) >= k)


@st.composite
def policies(draw):
    """Draw a policy of witnesses in groups of groups; names are used once."""
    free = list(NAMES)
    lines = []
    for number in range(draw(st.integers(1, 4))):
        members = draw(st.lists(st.sampled_from(free), unique=True, min_size=1))
        rule = draw(st.sampled_from(["all", "any", *map(str, range(1, len(members) + 1))]))
        lines.append(f"group g{number} {rule} {' '.join(members)}")
        free = [name for name in free if name not in members] + [f"g{number}"]
    return "\n".join([*lines, f"quorum {draw(st.sampled_from(['none', *free]))}"])


@given(policies(), st.lists(st.sampled_from(NAMES), unique=True))
@settings(max_examples=80, deadline=None)
def test_the_separate_checker_of_bundles_comes_to_the_same(rules, signed):
    text = f"log {LOG.verifier.vkey}\n{LINES}{rules}\n"
    other = formats.read_policy(text)
    found = formats.open_checkpoint(note(*signed).decode(), other.logs[0], other.witnesses.values())
    report = satisfied(parse_policy(text.encode()), note(*signed))
    assert report.ok == other.met(found.cosigned)
    assert [one.time_s for one in report.cosigned.values()] == list(found.cosigned.values())


def test_a_witness_that_signs_twice_counts_once():
    policy = policy_of("group g 2 X1 X2\nquorum g")
    report = satisfied(policy, note("X1", "X1"))
    assert not report.ok
    assert report.problem == (
        "the quorum g asks for 2 of 2 (X1 X2); cosigned by X1, not by X2, X3, Y1, Y2, Y3"
    )
    with pytest.raises(EvidenceError, match="does not count under the policy"):
        require_satisfied(policy, note("X1", "X1"))


def test_one_witness_may_be_the_quorum_and_none_asks_for_nothing():
    assert satisfied(policy_of("quorum X2"), note("X2")).ok
    problem = satisfied(policy_of("quorum X2"), note("X1")).problem
    assert problem.startswith("the quorum X2 asks for X2; cosigned by X1, not by X2")
    assert satisfied(policy_of("quorum none"), note()).ok
    assert satisfied(policy_of("quorum none", ""), note()).ok
    assert require_satisfied(policy_of("quorum none", ""), note()).size == 5


def test_a_stranger_a_stolen_name_and_a_broken_line_do_not_count():
    policy = policy_of("quorum X1")
    text = LOG.text(5)
    thief = Cosigner("X1.example/w", seed("thief")).cosign(text, 9).line
    assert not satisfied(policy, LOG.note(5) + thief).ok
    key_id = WITNESSES["X1"].verifier.key_id
    broken = line_of("X1.example/w", key_id, bytes(72))
    assert "does not verify" in satisfied(policy, note("X2") + broken).problem
    other_text = WITNESSES["X1"].cosign(LOG.text(6), 9).line
    assert "does not verify" in satisfied(policy, LOG.note(5) + other_text).problem
    # the broken line of one who is not in the policy is of no account
    assert satisfied(policy, note("X1") + line_of("s.example", b"abcd", bytes(72))).ok


def test_only_logs_of_the_policy_count():
    other = MemoryLog(origin="other.example/log", key="other")
    policy = policy_of("quorum none")
    for said in (other.note(5), MemoryLog(key="thief").note(5), LOG.text(5) + b"\n"):
        report = satisfied(policy, said)
        assert not report.ok
        assert report.checkpoint is None
    two = parse_policy(
        f"log {LOG.verifier.vkey}\nlog {other.verifier.vkey}\nquorum none\n".encode()
    )
    assert satisfied(two, other.note(5)).log == other.verifier
    crossed = LOG.signer.sign(other.text(5))
    assert "no log of the policy" in satisfied(two, crossed).problem
    assert "none is named" in satisfied(parse_policy(b"quorum none\n"), LOG.note(5)).problem


def test_a_log_that_changes_its_key_may_have_two():
    second = MemoryLog(key="second key")
    two = parse_policy(
        f"log {LOG.verifier.vkey}\nlog {second.verifier.vkey}\nquorum none\n".encode()
    )
    assert satisfied(two, second.note(5)).log == second.verifier
    assert satisfied(two, LOG.note(5)).log == LOG.verifier


def test_names_are_octets_and_a_kelvin_sign_is_no_k():
    lines = f"witness K {WITNESSES['X1'].verifier.vkey}\n"
    with pytest.raises(EvidenceError, match=r"line 3: .* is not defined"):
        policy_of("quorum \u212a", lines)
    raw = f"witness \xff {WITNESSES['X1'].verifier.vkey}\nquorum \xff\n".encode("latin-1")
    policy = parse_policy(f"log {LOG.verifier.vkey}\n".encode() + raw)
    assert satisfied(policy, note("X1")).ok
    with pytest.raises(EvidenceError, match="is not defined") as caught:
        parse_policy(b"quorum \xff\n")
    str(caught.value).encode()


X1, X2 = (WITNESSES[name].verifier.vkey for name in ("X1", "X2"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "policy: no line 'quorum NAME'"),
        ("# nothing\n\n \t\n", "no line 'quorum NAME'"),
        ("quorum none\nquorum none", "line 2: a second quorum"),
        ("quorum x", "line 1: 'x' is not defined"),
        ("quorum", "line 1: expected"),
        ("quorum none none", "line 1: expected"),
        ("Quorum none", "line 1: expected"),
        ("quorum\u00a0none", "line 1: expected"),
        ("quorum none\r", "line 1: it holds a control character"),
        ("# \x07\nquorum none", "line 1: it holds a control character"),
        ("quorum none\x7f", "line 1: it holds a control character"),
        ("log x", r"line 1: public key 'x'"),
        ("log", "line 1: expected"),
        (f"log {LOG.verifier.vkey} a b", "line 1: expected"),
        (f"log {X1}", "line 1: key of type 04, expected type 01"),
        (f"witness a {LOG.verifier.vkey}", "line 1: key of type 01, expected type 04"),
        (f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}", "line 2: the same public key"),
        (f"witness a {X1}\nwitness b {X1}", "line 2: the same public key stands on line 1"),
        (f"witness a {X1}\nwitness a {X2}", "line 2: the name 'a' is defined on line 1"),
        (f"witness none {X1}", "line 1: the name 'none' is taken"),
        (f"witness a {X1}\ngroup a any a", "line 2: the name 'a' is defined"),
        ("group g any a", "line 1: member 'a' is not defined"),
        ("group g any g", "line 1: member 'g' is not defined"),
        (f"witness a {X1}\ngroup g any", "line 2: expected"),
        (f"witness a {X1}\ngroup g 0 a", "line 2: '0' is none of all, any, 1..1"),
        (f"witness a {X1}\ngroup g 2 a", "line 2: '2' is none of"),
        (f"witness a {X1}\ngroup g 01 a", "line 2: '01' is none of"),
        (f"witness a {X1}\ngroup g -1 a", "line 2: '-1' is none of"),
        (f"witness a {X1}\ngroup g \u0661 a", "line 2: '\u0661' is none of"),
        (f"witness a {X1}\ngroup g most a", "line 2: 'most' is none of"),
        (f"witness a {X1}\ngroup g 2 a a", "line 2: 'a' stands in group 'g' too"),
        (f"witness a {X1}\ngroup g any a\ngroup h any a", "line 3: 'a' stands in group 'g' too"),
        (f"witness a {X1}\ngroup g any none", "line 2: member 'none' is not defined"),
        ("witness a x\udc80+00000000+AAAA", "line 1: a key that is no UTF-8"),
    ],
)
def test_each_fault_is_told_with_its_line(text, said):
    with pytest.raises(EvidenceError, match=said):
        parse_policy(text.encode("utf-8", errors="surrogateescape"))


def test_a_policy_has_an_end():
    with pytest.raises(EvidenceError, match="at most"):
        parse_policy(b"#" * (LONGEST_POLICY + 1))


def test_thirty_two_of_everything_is_read():
    logs = "".join(
        f"log {MemoryLog(origin=f'l{n}.example', key=f'l{n}').verifier.vkey}\n" for n in range(32)
    )
    keys = [Cosigner(f"w{n}.example", seed(f"w{n}")).verifier for n in range(64)]
    witnesses = "".join(f"witness w{n} {key.vkey}\n" for n, key in enumerate(keys))
    groups = "".join(f"group g{n} any w{2 * n} w{2 * n + 1}\n" for n in range(32))
    whole = f"{logs}{witnesses}{groups}group all 22 {' '.join(f'g{n}' for n in range(32))}\n"
    policy = parse_policy(f"{whole}quorum all\n".encode())
    assert (len(policy.logs), len(policy.witnesses), len(policy.groups)) == (32, 64, 33)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_it_stumble(data):
    for text in (data, BOTH.encode()[:100] + data, b"quorum none\n" + data):
        try:
            parse_policy(text)
        except EvidenceError as error:
            str(error).encode()


@given(st.binary(max_size=100), st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_no_note_makes_it_stumble(data, at):
    policy = parse_policy(BOTH.encode())
    good = note("X1", "X2", "Y1")
    report = satisfied(policy, good[:at] + data + good[at + len(data) :])
    assert report.ok == (not report.problem)


def test_a_key_that_cannot_be_verified_is_a_remark(monkeypatch):
    from truceline.evidence import cosignature

    monkeypatch.setattr(cosignature, "_ml_dsa", lambda: None)
    key = Verifier("pq.example/w", ML_DSA_44, bytes(1312))
    policy = policy_of(f"witness pq {key.vkey}\ngroup g any X1 pq\nquorum g")
    assert policy.remarks[0].startswith("witness pq: its key is of type 06")
    line = line_of("pq.example/w", key.key_id, bytes(2428))
    report = satisfied(policy, LOG.note(5) + line)
    assert (report.ok, report.remarks) == (False, policy.remarks)
    assert satisfied(policy, note("X1") + line).ok


def test_a_proof_is_verified_under_a_policy():
    policy = policy_of("group g 2 X1 X2\nquorum g")
    hashes = tuple(merkle.inclusion_proof(2, 5, LOG.subtree))
    entry = b"main 2"
    good = format_proof(Proof(2, hashes, note("X1", "X2")))
    assert verify_proof_under(policy, good, entry).size == 5
    with pytest.raises(EvidenceError, match="quorum"):
        verify_proof_under(policy, format_proof(Proof(2, hashes, note("X1"))), entry)
    with pytest.raises(EvidenceError, match="do not give the root"):
        verify_proof_under(policy, good, b"main 3")
    with pytest.raises(EvidenceError):
        verify_proof_under(policy, good.replace(ORIGIN, "x.example"), entry)
    assert base64.b64encode(hashes[0]).decode() in good
