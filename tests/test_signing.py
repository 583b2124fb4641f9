"""Signatures under steps: the system's, a person's own from a file, from OpenSSH, from hardware."""

import base64
import hashlib
import json
import stat
import struct
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from case_workspace import BY_ID, NOW, built, copied, do, draw, own_key, principal
from truceline.access.signatures import (
    LABEL,
    sign_with_file,
    signature_of,
    signature_plain,
    statement,
    wrong,
)
from truceline.codec.canonical import canonical
from truceline.codec.nouns import finding_to_plain
from truceline.errors import WorkflowError, WorkspaceError
from truceline.evidence.log import Log
from truceline.model.finding import Status
from truceline.model.person import KeptBy, Signature
from truceline.model.review_rules import StepKind
from truceline.pipeline import recording
from truceline.pipeline.case import open_case, proves
from truceline.pipeline.desk import open_desk
from truceline.pipeline.kinds import STEP
from truceline.pipeline.people import change
from truceline.pipeline.verify import verify_workspace
from truceline.pipeline.workflow import Request, act, prepare
from truceline.store import database, records

F = "INC-000006/R-1"
MESSAGE = statement({"type": "finding.step", "number": 7, "person": "R. Example", "finding": {}})


def text(data):
    return base64.b64encode(data).decode()


def string(data):
    return len(data).to_bytes(4, "big") + data


def pem(key, form=serialization.PrivateFormat.PKCS8, lock=None):
    how = serialization.BestAvailableEncryption(lock) if lock else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, how)


def raw_key(key):
    return own_key("ed25519", text(key.public_key().public_bytes_raw()))


def ssh_key(key):
    blob = string(b"ssh-ed25519") + string(key.public_key().public_bytes_raw())
    return own_key("sshsig", f"ssh-ed25519 {text(blob)}")


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def hardware(key, message, *, flags=1, counter=9, space=b"truceline", application=b"ssh:"):
    """Sign as an authenticator does, and frame it as OpenSSH does (PROTOCOL.u2f, PROTOCOL.sshsig)."""
    kind = b"sk-ssh-ed25519@openssh.com"
    pure = key.public_key().public_bytes_raw()
    blob = string(kind) + string(pure) + string(application)
    digest = hashlib.sha512(message).digest()
    asked = b"SSHSIG" + b"".join(string(part) for part in (space, b"", b"sha512", digest))
    tail = struct.pack(">BI", flags, counter)
    signed = hashlib.sha256(application).digest() + tail + hashlib.sha256(asked).digest()
    inner = string(kind) + string(key.sign(signed)) + tail
    frame = b"SSHSIG" + (1).to_bytes(4, "big")
    frame += b"".join(string(part) for part in (blob, space, b"", b"sha512", inner))
    value = f"-----BEGIN SSH SIGNATURE-----\n{text(frame)}\n-----END SSH SIGNATURE-----\n"
    return Signature(own_key("sshsig", f"{kind.decode()} {text(blob)}"), value)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return built(tmp_path_factory.mktemp("made"))


@pytest.fixture
def ws(made, tmp_path):
    return copied(made, tmp_path)


def test_what_is_signed_is_the_record_without_what_only_the_log_gives():
    record = {"type": "finding.step", "number": 3, "signature": {}, "finding": {"a": 1}, "b": 2}
    assert statement(record) == LABEL + b'{"b":2}'


@pytest.mark.parametrize("form", ["pkcs8", "openssh", "locked pkcs8"])
@pytest.mark.parametrize("public", [raw_key, ssh_key])
def test_a_key_in_a_file_signs_for_both_kinds(form, public):
    lock = b"a long passphrase" if "locked" in form else None
    kind = (
        serialization.PrivateFormat.OpenSSH
        if "openssh" in form
        else serialization.PrivateFormat.PKCS8
    )
    data = pem(KEY, kind, lock)
    made = sign_with_file(public(KEY), data, lock, MESSAGE)
    assert wrong(made, MESSAGE) == ""
    assert signature_of(signature_plain(made)) == made
    assert wrong(made, MESSAGE + b" ") != ""
    with pytest.raises(WorkflowError, match="not the private half"):
        sign_with_file(public(OTHER), data, lock, MESSAGE)
    with pytest.raises(WorkflowError, match=r"locked|cannot be opened|has no passphrase"):
        sign_with_file(public(KEY), data, None if lock else b"x", MESSAGE)


@pytest.mark.parametrize(
    "data", [b"", b"x" * 9000, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_private_key_is_refused_and_not_repeated(data):
    with pytest.raises(WorkflowError) as error:
        sign_with_file(raw_key(KEY), data, None, MESSAGE)
    assert "AAAA" not in str(error.value)
    rsa = pem(generate_private_key(65537, 2048))
    with pytest.raises(WorkflowError, match="Ed25519"):
        sign_with_file(raw_key(KEY), rsa, None, MESSAGE)


def keygen(*arguments, **named):
    return subprocess.run(
        ["ssh-keygen", *map(str, arguments)], check=True, capture_output=True, **named
    )


@pytest.fixture(scope="module")
def openssh(tmp_path_factory):
    path = tmp_path_factory.mktemp("ssh") / "key"
    keygen("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path)
    return path


def test_a_locked_key_of_openssh_says_what_is_needed(openssh, tmp_path):
    (tmp_path / "key").write_bytes(openssh.read_bytes())
    (tmp_path / "key").chmod(0o600)
    keygen("-q", "-p", "-N", "a long passphrase", "-f", tmp_path / "key")
    data = (tmp_path / "key").read_bytes()
    with pytest.raises(WorkflowError, match="give its passphrase"):
        sign_with_file(public_of(openssh), data, None, MESSAGE)
    try:
        import bcrypt  # noqa: F401 - whether it is there
    except ImportError:
        with pytest.raises(WorkflowError, match="the package bcrypt is needed"):
            sign_with_file(public_of(openssh), data, b"a long passphrase", MESSAGE)
    else:
        made = sign_with_file(public_of(openssh), data, b"a long passphrase", MESSAGE)
        assert wrong(made, MESSAGE) == ""


def public_of(path):
    words = path.with_suffix(".pub").read_text(encoding="utf-8").split()
    return own_key("sshsig", " ".join(words[:2]))


def signed_by_openssh(path, folder, message, *more):
    file = folder / "statement"
    file.write_bytes(message)
    keygen("-Y", "sign", "-n", "truceline", *more, "-f", path, file)
    return Signature(public_of(path), file.with_suffix(".sig").read_text(encoding="utf-8"))


def test_what_openssh_signs_stands_and_what_is_signed_here_openssh_accepts(openssh, tmp_path):
    made = signed_by_openssh(openssh, tmp_path, MESSAGE)
    assert wrong(made, MESSAGE) == ""
    assert (
        wrong(made, MESSAGE + b"x") == "the signature is not one of this key under this statement"
    )
    sha256 = signed_by_openssh(openssh, tmp_path, MESSAGE, "-O", "hashalg=sha256")
    assert wrong(sha256, MESSAGE) == ""
    ours = sign_with_file(public_of(openssh), openssh.read_bytes(), None, MESSAGE)
    (tmp_path / "ours.sig").write_text(ours.value, encoding="utf-8")
    allowed = tmp_path / "allowed"
    allowed.write_text(f"v.example {ours.key.public}\n", encoding="utf-8")
    done = keygen(
        "-Y", "verify", "-n", "truceline", "-f", allowed, "-I", "v.example",
        "-s", tmp_path / "ours.sig", input=MESSAGE,
    )  # fmt: skip
    assert b"Good" in done.stdout


def test_a_signature_for_another_purpose_or_by_another_key_is_none(openssh, tmp_path):
    file = tmp_path / "statement"
    file.write_bytes(MESSAGE)
    keygen("-Y", "sign", "-n", "git", "-f", openssh, file)
    other = Signature(public_of(openssh), file.with_suffix(".sig").read_text(encoding="utf-8"))
    assert "sign with `ssh-keygen -Y sign -n truceline`" in wrong(other, MESSAGE)
    mine = signed_by_openssh(openssh, tmp_path, MESSAGE)
    assert "another key" in wrong(replace(mine, key=ssh_key(KEY)), MESSAGE)


def test_a_hardware_key_that_was_touched_signs_and_one_that_was_not_does_not():
    made = hardware(KEY, MESSAGE)
    assert wrong(made, MESSAGE) == ""
    assert wrong(hardware(KEY, MESSAGE, flags=5), MESSAGE) == ""
    assert "nobody touched it" in wrong(hardware(KEY, MESSAGE, flags=4), MESSAGE)
    assert "not one of this key" in wrong(made, MESSAGE + b"x")
    assert "was signed for" in wrong(hardware(KEY, MESSAGE, space=b"file"), MESSAGE)
    blob = base64.b64decode("".join(made.value.split("\n")[1:-2]))
    for tail in (
        struct.pack(">BI", 1, 10),
        struct.pack(">BI", 5, 9),
    ):  # another counter, other flags
        text_ = text(blob[:-5] + tail)
        changed = f"-----BEGIN SSH SIGNATURE-----\n{text_}\n-----END SSH SIGNATURE-----"
        assert "not one of this key" in wrong(replace(made, value=changed), MESSAGE)


@pytest.mark.parametrize("where", range(0, 400, 3))
def test_no_changed_byte_of_a_signature_of_openssh_stands(where):
    made = sign_with_file(ssh_key(KEY), pem(KEY), None, MESSAGE)
    blob = bytearray(base64.b64decode("".join(made.value.split("\n")[1:-2])))
    blob[where % len(blob)] ^= 1
    value = f"-----BEGIN SSH SIGNATURE-----\n{text(bytes(blob))}\n-----END SSH SIGNATURE-----"
    assert wrong(replace(made, value=value), MESSAGE) != ""


@pytest.mark.parametrize(
    ("kind", "public", "value"),
    [
        ("ed25519", "", ""),
        ("ed25519", "AAAA", "AAAA"),
        ("ed25519", text(bytes(32)), "not base64 \u0430"),
        ("rsa", "x", "y"),
        (
            "sshsig",
            "ssh-ed25519",
            "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----",
        ),
        ("sshsig", "a b", ""),
        ("sshsig", "a b", "x" * 10_000),
        ("sshsig", "ssh-rsa AAAA", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----"),
    ],
)
def test_what_is_no_signature_is_told_in_words(kind, public, value):
    assert wrong(Signature(own_key(kind, public), value), MESSAGE) != ""


@pytest.mark.parametrize(
    "plain",
    [None, [], {}, {"kind": 1}, {"kind": "a", "public": "b", "kept_by": "cat", "value": "v"}],
)
def test_a_signature_that_is_not_whole_is_refused(plain):
    with pytest.raises(WorkflowError):
        signature_of(plain)


def test_the_system_signs_for_a_person_and_says_what_that_proves(ws):
    with open_desk(ws) as desk:
        row = do(desk, F, StepKind.REVIEWED, "n.analyst")
        plain = json.loads(row.signature)
        assert (plain["kind"], plain["kept_by"]) == ("ed25519", "system")
        assert wrong(signature_of(plain), statement(STEP.to_event(row))) == ""
        assert "the system's word, not the person's alone" in proves(row)
        (event,) = (e for e in desk.events() if e.type == "finding.step")
        assert event.fields["signature"] == plain
        assert wrong(signature_of(plain), statement(event.fields)) == ""
    for key in (ws / "keys" / "people").iterdir():
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert verify_workspace(ws).problems == ()


def give_key(desk, person_id, public):
    change(desk, principal("a.admin"), person_id, NOW, draw, key=public)


def test_a_person_signs_with_a_key_of_their_own(ws, openssh, tmp_path):
    with open_desk(ws) as desk:
        give_key(desk, "n.analyst", public_of(openssh))
        request = Request(F, StepKind.REVIEWED, "all sensors agree")
        with pytest.raises(
            WorkflowError, match="signs with a key of their own: give it with --key"
        ):
            act(desk, request, NOW, principal("n.analyst"))
        made = prepare(desk, request, NOW, principal("n.analyst"))
        given = signed_by_openssh(openssh, tmp_path, made.statement)
        later = NOW + timedelta(hours=3)
        who = principal("n.analyst")
        for moment, said in (
            (later + timedelta(days=1), "within 24 hours"),
            (NOW - timedelta(hours=1), "within"),
        ):
            with pytest.raises(WorkflowError, match=said):
                act(desk, request, moment, who, time=NOW, sign=lambda _: given)
        with pytest.raises(
            WorkflowError, match="does not stand: the signature is not one of this key"
        ):
            act(
                desk, replace(request, reason="another"), later, who, time=NOW, sign=lambda _: given
            )
        row = act(desk, request, later, who, time=NOW, sign=lambda _: given)
        assert row.time == "2026-05-13T09:00:00Z"
        assert proves(row) == "signed with a key of their own"
        assert json.loads(row.signature)["kept_by"] == "person"
        give_key(desk, "v.sweden", raw_key(KEY))
        second = act(
            desk, Request(F, StepKind.CONFIRMED, "seen"), later, principal("v.sweden"),
            sign=lambda message: sign_with_file(raw_key(KEY), pem(KEY), None, message),
        )  # fmt: skip
        assert second.number == 2
        sk = hardware(OTHER, b"")
        give_key(desk, "p.poland", sk.key)
        third = act(
            desk, Request(F, StepKind.CONFIRMED, "seen too"), later, principal("p.poland"),
            sign=lambda message: hardware(OTHER, message),
        )  # fmt: skip
        assert (
            open_case(desk, F, later).state.status.value == "confirmed"
            if False
            else third.number == 3
        )
    assert verify_workspace(ws).problems == ()


def test_a_signature_is_refused_that_is_not_the_persons(ws):
    with open_desk(ws) as desk:
        request = Request(F, StepKind.REVIEWED, "seen")
        own = Signature(raw_key(KEY), "AAAA")
        with pytest.raises(WorkflowError, match=r"the system keeps the key of n\.analyst"):
            act(desk, request, NOW, principal("n.analyst"), sign=lambda _: own)
        give_key(desk, "n.analyst", raw_key(KEY))
        other = sign_with_file(raw_key(OTHER), pem(OTHER), None, b"x")
        with pytest.raises(WorkflowError, match=r"of another key than that of n\.analyst"):
            act(desk, request, NOW, principal("n.analyst"), sign=lambda _: other)


def test_a_desk_signs_with_one_key_made_from_that_of_the_log(tmp_path):
    ws = built(tmp_path, people=(), review=False)
    from truceline.pipeline.signing import DESK_KEY, desk_seed
    from truceline.pipeline.steps import take_step

    with open_desk(ws) as desk:
        row = take_step(desk, F, StepKind.CONFIRMED, "R. Example", "seen", NOW)
        assert "a name that nobody registered" in proves(row)
        assert stat.S_IMODE((ws / DESK_KEY).stat().st_mode) == 0o600
        seed = desk_seed(ws)
        (ws / DESK_KEY).unlink()
        assert desk_seed(ws) == seed
        given = Signature(raw_key(KEY), "AAAA")
        with pytest.raises(WorkflowError, match="nobody is registered here, so no key"):
            act(
                desk, Request(F, StepKind.REJECTED, "no"), NOW, by="R. Example",
                sign=lambda _: given,
            )  # fmt: skip
        (ws / DESK_KEY).write_text("broken", encoding="utf-8")
        with pytest.raises(WorkspaceError, match="holds no key"):
            take_step(desk, F, StepKind.REJECTED, "R. Example", "no", NOW)
        (ws / DESK_KEY).unlink()
        forged = forge(desk, row, person="S. Example")
        other = sign_with_file(
            replace(raw_key(OTHER), kept_by=KeptBy.SYSTEM), pem(OTHER), None, forged[1]
        )
        put(desk, forged[0], other)
    assert any(
        "another key than the steps at this desk" in p for p in verify_workspace(ws).problems
    )


def forge(desk, row, **changes):
    """Give the record of a step that nobody took, with what would have to be signed."""
    record = recording.event_of(replace(row, number=row.number + 1, **changes))
    record["finding"] = json.loads(row.content)  # as in the earlier form, in one entry
    return record, statement(record)


def put(desk, record, signature=None):
    record = {k: v for k, v in record.items() if k != "signature"}
    if signature is not None:
        record["signature"] = signature_plain(signature)
    Log.open(desk.workspace.root).append([canonical(record)])
    with recording.recording(desk):
        pass


@pytest.mark.parametrize(
    ("changes", "signer", "said"),
    [
        ({}, None, "it is not signed, and each step before it was"),
        ({"person": "N. Example"}, OTHER, "signed with another key than the one that v.sweden had"),
        ({"person_id": "nobody"}, OTHER, "nobody was not registered by then"),
        ({"person_id": ""}, OTHER, "names nobody who is registered, though people were"),
        ({"nationality": "PL"}, KEY, "gives v.sweden another name or nationality"),
        ({"case_revision": 2}, KEY, "it is of revision 2 of its case, which then was at 1"),
        ({"time": "2026-05-13T08:59:59Z"}, KEY, "an earlier time than the step before it"),
        ({"step": "final"}, KEY, "final was not allowed: procedure.yaml, review.roles.final"),
        ({}, KEY, "confirmed was not allowed: procedure.yaml, review.confirmations"),
        ({"step": "sung"}, KEY, "it cannot be read"),
    ],
)
def test_a_step_that_nobody_took_is_found_though_log_and_records_agree(ws, changes, signer, said):
    with open_desk(ws) as desk:
        give_key(desk, "v.sweden", raw_key(KEY))
        do(desk, F, StepKind.REVIEWED, "n.analyst")
        row = act(
            desk, Request(F, StepKind.CONFIRMED, "seen"), NOW, principal("v.sweden"),
            sign=lambda message: sign_with_file(raw_key(KEY), pem(KEY), None, message),
        )  # fmt: skip
        record, message = forge(desk, row, **changes)
        made = (
            None if signer is None else sign_with_file(raw_key(signer), pem(signer), None, message)
        )
        put(desk, record, made)
    problems = verify_workspace(ws).problems
    assert any(said in one for one in problems), problems


def test_a_signature_under_another_record_is_found(ws):
    with open_desk(ws) as desk:
        row = do(desk, F, StepKind.REVIEWED, "n.analyst")
        record, _ = forge(desk, row, step="dissented", detail='{"refers_to":1}')
        put(desk, record, signature_of(json.loads(row.signature)))
        record["signature"] = "none"
        Log.open(ws).append([canonical({**record, "number": 3})])
        with recording.recording(desk):
            pass
    problems = verify_workspace(ws).problems
    assert any("its signature does not stand" in one for one in problems)
    assert any("the signature is not whole" in one for one in problems)


def test_a_step_of_an_earlier_version_is_read_and_said_to_be_unsigned(tmp_path):
    ws = built(tmp_path, people=(), review=False)
    with open_desk(ws) as desk:
        with database.reading(desk.engine) as connection:
            finding = finding_to_plain(records.finding(connection, F))
        digest = hashlib.sha256(canonical(finding)).hexdigest()
        old = {
            "type": "finding.step", "number": 1, "finding_id": F, "incident_revision": 1,
            "step": "confirmed", "person": "R. Example", "reason": "seen",
            "time": "2026-05-13T09:00:00Z", "sha256": digest, "finding": finding,
        }  # fmt: skip
        Log.open(ws).append([canonical(old)])
        with recording.recording(desk) as (row,):
            pass
        assert (row.case_revision, row.person_id, row.detail, row.signature) == (1, "", "{}", "")
        assert proves(row) == "not signed: recorded before steps were signed"
        assert open_case(desk, F, NOW).state.status is Status.CONFIRMED
    assert verify_workspace(ws).problems == ()


def test_who_was_disabled_by_then_is_found(ws):
    with open_desk(ws) as desk:
        row = do(desk, F, StepKind.REVIEWED, "n.analyst")
        change(desk, principal("a.admin"), "n.analyst", NOW, draw, disabled=True)
        record, _ = forge(desk, row, step="assigned", detail='{"until":"2026-05-13T09:30:00Z"}')
        put(desk, record, signature_of(json.loads(row.signature)))
    assert any("n.analyst was disabled by then" in one for one in verify_workspace(ws).problems)
    assert BY_ID["n.analyst"].disabled is False
