"""What can be a person, a key, a password, a code and a token: rules without a workspace."""

import base64
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from people_workspace import Drawn, cheap
from truceline.access import passwords, second_factor, throttle, tokens
from truceline.access.hidden import Hidden
from truceline.access.person_keys import key_of_seed, parse_seed, read_public_key, seed_text
from truceline.access.persons import checked, checked_id, checked_name
from truceline.access.sealing import seal, unseal
from truceline.errors import AccessError, WorkflowError, WorkspaceError
from truceline.model.person import Grant, KeptBy, Person, Principal, Role

NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)
PARTIES, ZONES = {"NOR", "SOU"}, {"storage", "lights"}


def person(*grants, person_id="r.example", name="R. Example", nationality="SE"):
    return Person(person_id, name, nationality, grants or (Grant(Role.VERIFIER),))


@pytest.mark.parametrize("text", ["a", "r.example", "r-2.example-x", "0", "a" * 63])
def test_what_can_be_an_id(text):
    assert checked_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "a..b", ".a", "a.", "-a", "a-", "a/b", "../x", "a\\b", "A", "R.Example",
        "a b", " a", "a\n", "a\x00", "a" * 64, "a" * 1_000_000, "desk", "system", "public",
        "r.exampl\u0435", "\uff52.example", "e\u0301", "\u00e9", "a\u202eb", "a\u200b", "a'--",
        "a%2e", "a;b", "~a", "$a", "nul\u0000", "\ud800",
    ],
)  # fmt: skip
def test_what_can_be_no_id(text):
    with pytest.raises(WorkflowError, match="cannot be the id of a person") as told:
        checked_id(text)
    assert len(str(told.value)) < 400


@given(st.text(max_size=80))
def test_an_id_that_passes_is_plain_and_names_one_file(text):
    try:
        checked_id(text)
    except WorkflowError:
        return
    assert text.isascii()
    assert text == text.lower()
    assert "/" not in text
    assert not text.startswith(".")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  R.  Example ", "R. Example"),
        ("Zoe\u0308 X", "Zo\u00eb X"),
        ("\u041e. \u041f", "\u041e. \u041f"),
    ],
)
def test_a_name_is_one_line_in_composed_form(text, name):
    assert checked_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "...",
        "123",
        "a\u202eb",
        "a\x1b[31mb",
        "a\x00b",
        "a\u200bb",
        "x" * 121,
        "x" * 10**6,
    ],
)
def test_what_can_be_no_name(text):
    with pytest.raises(WorkflowError, match="name"):
        checked_name(text)


@pytest.mark.parametrize(
    ("one", "match"),
    [
        (Person("r.example", "R", "SE", ()), "1 to 16 roles"),
        (person(*(Grant(Role.VERIFIER, areas=("storage",) * n) for n in range(1, 18))), "1 to 16"),
        (person(Grant(Role.PUBLIC)), "everybody is the public"),
        (person(Grant(Role.LIAISON)), "--side, one of NOR, SOU"),
        (person(Grant(Role.LIAISON, "nor")), "--side"),
        (person(Grant(Role.VERIFIER, "NOR")), "only a liaison has a side"),
        (person(Grant(Role.VERIFIER, areas=("nowhere",))), "no zone of the agreement"),
        (person(Grant(Role.ADMINISTRATOR, areas=("storage",))), "no area limits it"),
        (person(Grant(Role.ADMINISTRATOR), Grant(Role.CHIEF)), "holds no other role"),
        (person(Grant(Role.LIAISON, "NOR"), Grant(Role.LIAISON, "SOU")), "one side"),
        (person(Grant(Role.LIAISON, "NOR"), Grant(Role.ANALYST)), "no role of the mission"),
        (person(nationality="se"), "no nationality"),
        (person(nationality="SWE"), "no nationality"),
        (person(nationality="\u0421H"), "no nationality"),
        (person(person_id="../x"), "cannot be the id"),
        (person(name=""), "a name has"),
    ],
)  # fmt: skip
def test_who_cannot_be_recorded(one, match):
    with pytest.raises(WorkflowError, match=match):
        checked(one, PARTIES, ZONES)


def test_who_can_be_recorded():
    grants = (Grant(Role.VERIFIER, areas=("lights",)), Grant(Role.OBSERVER))
    one = checked(person(*grants, grants[0], nationality=""), PARTIES, ZONES)
    assert one.grants == grants
    assert checked(person(Grant(Role.LIAISON, "NOR", ("storage",))), PARTIES, ZONES)


def test_a_key_of_openssh_is_read_as_it_is_written(tmp_path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "r@example", "-f", tmp_path / "id"],
        check=True,
    )
    written = (tmp_path / "id.pub").read_bytes()
    key = read_public_key(written)
    assert (key.kind, key.kept_by) == ("sshsig", KeptBy.PERSON)
    assert written.decode().startswith(key.public + " ")
    with pytest.raises(WorkflowError, match="keep it to yourself") as told:
        read_public_key((tmp_path / "id").read_bytes())
    assert "OPENSSH" not in str(told.value)


def blob(*parts):
    return base64.b64encode(b"".join(len(p).to_bytes(4) + p for p in parts)).decode()


POINT = key_of_seed(bytes(32)).public
RAW = base64.b64decode(POINT)


def test_a_key_in_hardware_and_a_plain_one_are_read():
    kind = "sk-ssh-ed25519@openssh.com"
    line = f"{kind} {blob(kind.encode(), RAW, b'ssh:')}"
    assert read_public_key(f"{line} my key\n".encode()).public == line
    plain = read_public_key(POINT.encode() + b"\n")
    assert (plain.kind, plain.public, plain.kept_by) == ("ed25519", POINT, KeptBy.PERSON)
    commented = b"# my key\n\n" + POINT.encode()
    assert read_public_key(commented) == plain


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"x", b"\xff\xfe", b"A" * 100_000, POINT.encode()[:-2], POINT.encode() * 2,
        f"{POINT}\n{POINT}".encode(),
        f"ssh-rsa {blob(b'ssh-rsa', b'e', b'n')}".encode(),
        f"ecdsa-sha2-nistp256 {blob(b'ecdsa-sha2-nistp256', b'x', RAW)}".encode(),
        f"ssh-ed25519 {blob(b'ssh-rsa', RAW)}".encode(),
        f"ssh-ed25519 {blob(b'ssh-ed25519', RAW, b'more')}".encode(),
        f"ssh-ed25519 {blob(b'ssh-ed25519', RAW[:31])}".encode(),
        f"ssh-ed25519 {blob(b'ssh-ed25519')}".encode(),
        b"ssh-ed25519 " + base64.b64encode(b"\xff\xff\xff\xff" + RAW),
        b"ssh-ed25519",
        f"command=\"rm\" ssh-ed25519 {blob(b'ssh-ed25519', RAW)}".encode(),
        b"\xd9\xa1" + POINT.encode(),
    ],
    ids=range(18),
)  # fmt: skip
def test_what_is_no_public_key(data):
    with pytest.raises(WorkflowError, match="no public key that is understood"):
        read_public_key(data)


def test_a_seed_is_kept_and_read_back():
    seed = bytes(range(32))
    assert parse_seed(seed_text(seed), "x.key") == seed
    for data in (b"", seed_text(seed)[:-4], seed_text(seed) + b"x", b"\xff" * 44):
        with pytest.raises(WorkspaceError, match=r"x\.key holds no key"):
            parse_seed(data, "x.key")


def test_the_parameters_are_those_of_the_standard_or_more():
    kept = passwords.hashed(Hidden("correct horse battery"), b"s" * 16)
    found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$.*", kept)
    assert [int(part) for part in found.groups()] == [65536, 3, 4]
    assert not passwords.is_outdated(kept)
    assert passwords.matches(kept, Hidden("correct horse battery"))
    assert not passwords.matches(kept, Hidden("correct horse batterz"))


def test_the_hash_of_nobody_is_really_tried(monkeypatch):
    """Were it refused as broken at once, an unknown name would be told by its speed."""
    from argon2.exceptions import VerifyMismatchError

    seen, real = [], passwords.HASHER.verify

    class Watching:
        def verify(self, stored, text):
            try:
                return real(stored, text)
            except Exception as error:
                seen.append(type(error))
                raise

    monkeypatch.setattr(passwords, "HASHER", Watching())
    assert not passwords.matches("", Hidden("whatever it may be"))
    assert seen == [VerifyMismatchError]


def test_a_password_that_matches_nobody_lets_nobody_in(monkeypatch):
    monkeypatch.setattr(passwords, "_NOBODYS", passwords.hashed(Hidden("x y z 1 2 3"), b"s" * 16))
    assert not passwords.matches("", Hidden("x y z 1 2 3"))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "shorter"),
        ("short words", "shorter"),
        ("x" * 257, "longer"),
        ("x" * 1_000_000, "longer"),
        ("aaaaaaaaaaaaaaaa", "few letters"),
        ("I am R.Example so what", "holds your id"),
        ("half of a sign \ud800", "half of a sign"),
    ],
)
def test_what_can_be_no_password(text, match):
    with pytest.raises(WorkflowError, match=match) as told:
        passwords.checked(Hidden(text), person_id="r.example")
    assert not text or text not in str(told.value)


def test_a_password_is_the_same_however_its_signs_are_composed(monkeypatch):
    cheap(monkeypatch)
    composed, apart = "caf\u00e9 au lait et tartine", "cafe\u0301 au\u00a0lait et tartine"
    kept = passwords.hashed(Hidden(composed), b"s" * 16)
    assert passwords.matches(kept, Hidden(apart))
    assert not passwords.matches(kept, Hidden(composed.upper()))
    assert not passwords.matches("no hash", Hidden(composed))
    assert not passwords.matches(kept, Hidden("\ud800"))
    assert not passwords.matches(kept, Hidden("x" * 1_000_000))


def test_a_code_counts_once_and_none_before_it():
    secret = second_factor.new_secret(Drawn())
    code = pyotp.TOTP(secret.text).at(NOW)
    at = int(NOW.timestamp()) // 30
    assert second_factor.step_of(secret, code, NOW, -1) == at
    assert second_factor.step_of(secret, f" {code[:3]} {code[3:]}", NOW, at - 1) == at
    assert second_factor.step_of(secret, code, NOW, at) is None
    assert second_factor.step_of(secret, code, NOW, at + 1) is None


@pytest.mark.parametrize(("off_s", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_differ_by_one_step(off_s, good):
    secret = second_factor.new_secret(Drawn(3))
    code = pyotp.TOTP(secret.text).at(NOW + timedelta(seconds=off_s))
    assert (second_factor.step_of(secret, code, NOW, -1) is not None) is good


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666", "1" * 10**6]
)
def test_what_can_be_no_code(code):
    assert second_factor.step_of(second_factor.new_secret(Drawn()), code, NOW, -1) is None


def test_an_authenticator_is_set_up_by_a_link():
    secret = second_factor.new_secret(Drawn())
    read = pyotp.parse_uri(second_factor.enrolment_uri(secret, "r.example", "Truceline x").text)
    assert (read.secret, read.name, read.issuer) == (secret.text, "r.example", "Truceline x")


def test_recovery_codes_are_read_however_they_are_typed():
    codes = second_factor.recovery_codes(Drawn())
    assert len({code.text for code in codes}) == 10
    kept = second_factor.recovery_hash("r.example", codes[0].text)
    assert second_factor.recovery_hash("r.example", codes[0].text.upper().replace("-", " ")) == kept
    assert second_factor.recovery_hash("o.example", codes[0].text) != kept
    for text in ("", "x", "1" * 16, "a" * 100_000):
        assert second_factor.recovery_hash("r.example", text) == ""


def test_waits_grow_and_end():
    waits = [throttle.wait_after(n) for n in range(60)]
    assert waits == sorted(waits)
    assert waits[4] == timedelta(0) < waits[5]
    assert waits[-1] == throttle.LONGEST


def test_what_is_sealed_opens_for_its_owner_alone():
    key, secret = b"k" * 32, Hidden("JBSWY3DPEHPK3PXP")
    sealed = seal(key, secret, "r.example", Drawn())
    assert secret.text not in sealed
    assert unseal(key, sealed, "r.example") == secret
    for other_key, whose in ((b"l" * 32, "r.example"), (key, "o.example")):
        with pytest.raises(WorkspaceError, match=r"accounts\.key"):
            unseal(other_key, sealed, whose)
    with pytest.raises(WorkspaceError):
        unseal(key, "", "r.example")


def test_a_token_is_shown_nowhere():
    made = tokens.new_token(Drawn())
    assert made.secret.text not in f"{made!r} {made} {[made]} {made.secret:>80}"
    assert made.hash == tokens.hash_of(made.secret)
    assert tokens.read(f" {made.secret.text}\n") == (made.token_id, made.secret)


@pytest.mark.parametrize(
    "text", ["", "x", "tlt_", "tlt_0123456789ab_short", "TLT_0123456789ab_" + "a" * 43, "x" * 10**6]
)
def test_what_can_be_no_token(text):
    with pytest.raises(AccessError, match="this is no token") as told:
        tokens.read(text)
    assert not text or len(text) < 5 or text not in str(told.value)


def test_scopes_are_those_of_who_asks_or_fewer():
    analyst = Principal(person(Grant(Role.ANALYST)), "password")
    assert tokens.checked_scopes(analyst, ["run", "run"]) == {"run"}
    whole = tokens.checked_scopes(analyst, [])
    assert "run" in whole
    assert not whole & {"people.manage", "publish", "credentials.set", "tokens.issue"}
    for wide in ("publish", "people.manage", "tokens.issue", "credentials.set"):
        with pytest.raises(AccessError, match="never wider than you are"):
            tokens.checked_scopes(analyst, ["run", wide])
    with pytest.raises(WorkflowError, match="is no scope"):
        tokens.checked_scopes(analyst, ["*"])
    narrow = Principal(analyst.person, "password", frozenset({"findings.list"}))
    assert tokens.checked_scopes(narrow, []) == {"findings.list"}


@pytest.mark.parametrize("days", [0, -1, 367, float("nan"), float("inf"), 1e300])
def test_a_token_ends(days):
    with pytest.raises(WorkflowError, match="at most 366 days"):
        tokens.checked_expiry(days, NOW)
    assert tokens.checked_expiry(30, NOW) == NOW + timedelta(days=30)
