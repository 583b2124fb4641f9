"""The workflow from the command line: own keys, statements, the list, what is given wrongly."""

import base64
import json
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from case_workspace import BEGUN, BY_ID, NOW, built, copied, draw, own_key, principal
from truceline.model.person import Principal
from truceline.pipeline.desk import open_desk
from truceline.pipeline.people import change
from truceline.pipeline.tokens import open_session
from workspaces import called

F = "INC-000006/R-1"
AT = "2026-05-13T09:00:00Z"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    ws, key = built(folder), folder / "id"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True
    )
    words = key.with_suffix(".pub").read_text(encoding="utf-8").split()
    raw = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    with open_desk(ws) as desk:
        for who, public in (
            ("v.sweden", own_key("sshsig", " ".join(words[:2]))),
            ("n.analyst", own_key("ed25519", raw)),
        ):
            change(desk, principal("a.admin"), who, NOW, draw, key=public)
        tokens = {
            one: open_session(desk, Principal(person, "password"), BEGUN, draw).secret.text
            for one, person in BY_ID.items()
        }
    return ws, key, tokens


@pytest.fixture
def cli(made, tmp_path, capsys, monkeypatch):
    ws = copied(made[0], tmp_path)

    def call(*words, by="", now=AT):
        monkeypatch.setenv("TRUCELINE_TOKEN", made[2].get(by, ""))
        who = ("--by", by) if by and words[1] not in ("list", "show") else ()
        code, out, err = called(capsys, monkeypatch, *words[:2], ws, *words[2:], *who, now=now)
        return code, out, " ".join(err.split())

    return call


def pem(lock=None):
    how = serialization.BestAvailableEncryption(lock) if lock else serialization.NoEncryption()
    return KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def test_a_statement_is_printed_signed_elsewhere_and_handed_in(cli, made, tmp_path):
    (tmp_path / "pem").write_bytes(pem())
    step = ("review", F, "--why", "two sides report it")
    code, out, _ = cli("findings", *step, "--key", tmp_path / "pem", by="n.analyst")
    assert (code, "signed with a key of their own" in out) == (0, True)
    step = (F, "confirm", "--why", "crater seen", "--time", "2026-05-13T09:05:00Z")
    code, out, _ = cli("findings", "statement", *step, by="v.sweden", now="2026-05-13T09:05:00Z")
    assert (code, out.startswith("truceline/finding.step/v1\n{")) == (0, True)
    (tmp_path / "statement").write_text(out, encoding="utf-8", newline="")
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "truceline", "-f", str(made[1]),
         str(tmp_path / "statement")],
        check=True,
    )  # fmt: skip
    given = ("--signature", tmp_path / "statement.sig", "--time", "2026-05-13T09:05:00Z")
    step = ("confirm", F, "--why", "crater seen", *given)
    late = "2026-05-13T11:00:00Z"
    code, _, err = cli("findings", "confirm", F, "--why", "else", *given, by="v.sweden", now=late)
    assert (code, "does not stand" in err) == (2, True)
    code, out, err = cli("findings", *step, "--json", by="v.sweden", now=late)
    assert code == 0, err
    assert json.loads(out)["step"]["time"] == "2026-05-13T09:05:00Z"
    code, out, _ = cli("findings", "case", F, by="c.chief", now=late)
    assert (code, out.count("their own key: signed with a key of their own")) == (0, 1)
    assert cli("evidence", "verify")[0] == 0


def test_a_locked_key_is_opened_with_its_passphrase_from_a_file(cli, tmp_path):
    (tmp_path / "pem").write_bytes(pem(b"a long passphrase"))
    (tmp_path / "secret").write_text("a long passphrase\n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    step = ("findings", "review", F, "--why", "seen", "--key", tmp_path / "pem")
    code, _, err = cli(*step, by="n.analyst")
    assert (code, "there is no terminal" in err) == (2, True)
    assert cli(*step, "--passphrase-file", tmp_path / "secret", by="n.analyst")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--key", "a", "--signature", "b", "--time", AT), "not both"),
        (("--signature", "b"), "belong together"),
        (("--time", AT), "belong together"),
        (("--signature", "b", "--time", "noon"), "is no time"),
        (("--signature", "b", "--time", "2026-05-13T09:00:00"), "is no time"),
        (("--key", "nowhere"), "nowhere"),
        ((), "signs with a key of their own"),
    ],
)
def test_a_signature_that_is_given_wrongly_is_refused(cli, words, said):
    code, _, err = cli("findings", "review", F, "--why", "seen", *words, by="n.analyst")
    assert (code, said in err, "Traceback" in err) == (2, True, False), err


def test_a_key_as_openssh_writes_it_signs_at_once(cli, made):
    step = ("findings", "reject", F, "--why", "an announced test", "--key", made[1])
    code, out, err = cli(*step, by="v.sweden")
    assert (code, "signed with a key of their own" in out) == (0, True), err


def test_who_has_no_key_of_their_own_is_told(cli, tmp_path):
    (tmp_path / "pem").write_bytes(pem())
    step = ("findings", "reject", F, "--why", "no", "--key", tmp_path / "pem")
    code, _, err = cli(*step, by="c.chief")
    assert code == 2
    assert "not the private half of the key" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("review", "../../etc/passwd"), "no finding is called ../../etc/passwd"),
        (("review", "x" * 5000), "no finding is called"),
        (("review", "INC-000006"), "there are INC-000006/R-1"),
        (("grade", F, "--grade", "'; DROP TABLE finding_steps; --"), "is no grade"),
        (("attribute", F, "--party", "NOR", "--probability", "2"), "--probability"),
        (("attribute", F, "--party", "NOR", "--probability", "0"), "above 0"),
        (("attribute", F, "--party", "nobody"), "'nobody' is no party"),
        (("reject", F, "--revision", "7"), "you saw incident revision 7, now it is 1"),
        (("dissent", F, "--step", "12"), "step 12 is none of"),
        (("dissent", F, "--party", "NOR"), "a liaison speaks for the own side"),
        (("release", F), "nothing to release"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence(cli, words, said):
    code, _, err = cli("findings", *words, "--why", "x", by="p.poland")
    assert (code, said in err, "Traceback" in err) == (2, True, False), err


def test_list_and_show_tell_where_a_case_stands(cli):
    assert cli("findings", "assign", F, "--why", "mine", by="p.poland")[0] == 0
    code, out, _ = cli("findings", "review", F, "--why", "seen", "--json", by="p.poland")
    assert (code, json.loads(out)["case"]["status"]) == (0, "reviewed")
    assert cli("findings", "dissent", F, "--why", "but", by="w.sweden")[0] == 0
    assert cli("findings", "grade", F, "--grade", "minor", "--why", "x", by="p.poland")[0] == 0
    code, out, _ = cli("findings", "list", "--outcome", "undetermined", by="d.duty")
    assert code == 0
    assert f"{F} " in out
    assert "reviewed; graded by P. Example" in out
    code, out, _ = cli("findings", "list", "--json", by="l.nor")
    one = next(f for f in json.loads(out) if f["finding_id"] == F)
    assert (one["status"], one["mode"], one["grade"]) == ("reviewed", "manual", "minor")
    assert len(one["steps"]) == 4
    for command in (("show", F), ("list",), ("case", F), ("queue",), ("review", F, "--why", "x")):
        code, out, err = cli("findings", *command)
        assert (code, out, "TRUCELINE_TOKEN" in err) == (2, "", True), err
    for more in ((), ("--json",)):
        code, out, err = cli("findings", "list", *more, by="a.admin")
        assert (code, out) == (2, "")
        assert "a.admin may not do findings.list here: as administrator may not" in err
    code, out, _ = cli("findings", "queue", "--json", by="d.duty")
    assert json.loads(out)["cases"][0]["finding_id"] == F
    code, out, _ = cli("findings", "queue", "--limit", "1", by="d.duty")
    assert "reviewed:" in out
    assert "more wait" in out
    code, out, _ = cli("findings", "case", "INC-000001/R-1", by="d.duty")
    assert "nobody has taken a step" in out


def test_a_liaison_reads_roles_and_nationalities_and_no_names_nor_inner_reasons(cli):
    steps = (
        ("p.poland", "assign", "the mission suspects the northern battery"),
        ("p.poland", "review", "an informer saw it"),
        ("w.sweden", "dissent", "P. Example erred at 13:27"),
        ("l.nor", "reply", "p.poland and L. Example were told at 13:27"),
    )
    for by, kind, why in steps:
        code, out, err = cli("findings", kind, F, "--why", why, "--json", by=by)
        assert code == 0, err
    assert "informer" not in out  # what the liaison is told after the own step
    listed = ("findings", "list", "--json"), ("findings", "list")
    calls = (*listed, ("findings", "queue", "--json"), ("findings", "queue"))
    case = ("findings", "case", F)
    names = {one.name for one in BY_ID.values()} | set(BY_ID)
    for by, more in (("l.sou", ""), ("l.nor", "L. Example and p.poland")):
        own = set() if by == "l.sou" else {n for n in names if n in more}
        for words in (*calls, case, (*case, "--json")):
            code, out, err = cli(*words, by=by)
            assert (code, F in out) == (0, True), err
            assert not [n for n in names - own if n in out], words
            assert "informer" not in out
            assert "battery" not in out
    code, out, _ = cli(*case, "--json", by="l.sou")
    told = json.loads(out)["steps"]
    assert [(s["person"], s["nationality"]) for s in told] == [
        ("verifier", "PL"), ("verifier", "PL"), ("verifier", "SE"), ("party liaison", "XN"),
    ]  # fmt: skip
    assert [s["reason"] for s in told[:3]] == ["", "", "[withheld] erred at [time withheld]"]
    assert told[3]["reason"] == "[withheld] and [withheld] were told at [time withheld]"
    assert {"person_id", "public", "value"}.isdisjoint({*told[0], *told[0]["signature"]})
    code, out, _ = cli(*case, "--json", by="l.nor")
    assert json.loads(out)["steps"][3]["reason"] == steps[3][2]
    code, out, _ = cli(*case, by="c.chief")
    assert "review" in out
    assert "an informer saw it" in out
    assert "P. Example" in out
