"""Bundles for a party: who signed is open and proved, and nothing sharp leaves."""

import copy
import json
import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest

import notice_workspace
from test_bundle import LATE, SERIOUS, acting, bundle, checked, staffed
from truceline.codec.bundle import write_bundle
from truceline.errors import AccessError, WorkflowError
from truceline.evidence.keys import read_signer
from truceline.pipeline.bundle import Audience
from truceline.pipeline.desk import open_desk
from truceline.pipeline.reads import reads
from truceline.pipeline.reporting import write_report
from truceline.pipeline.steps import take_step
from truceline_check import account
from truceline_check.formats import LOG, read_key
from truceline_check.records import check

PARTY = Audience.PARTY
SHARP = "crater at 47.21387 seen by me"
TAKEN = (
    ("v", "reviewed", "looked at one by one", {}),
    ("v", "confirmed", "crater measured", {}),
    ("w", "confirmed", SHARP, {}),
    ("v", "notified", "by letter", {"party": "NOR"}),
    ("l", "replied", "no mortar of ours stood there", {"party": "NOR"}),
    ("w", "dissented", "too grave", {}),
)


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory):
    root = notice_workspace.built(tmp_path_factory.mktemp("party"))
    with open_desk(root) as desk:
        staffed(desk)
        write_report(desk, (datetime(2026, 5, 12, tzinfo=UTC).date(),) * 2, LATE)
        for number, (who, step, why, more) in enumerate(TAKEN):
            now = LATE + timedelta(minutes=number)
            take_step(desk, SERIOUS, step, "", why, now, principal=acting(desk, who), **more)
    return root


@pytest.fixture(scope="module", name="party")
def _party(made, tmp_path_factory):
    """The workspace after its liaison took a bundle, and the bundle."""
    root = tmp_path_factory.mktemp("copy") / "ws"
    shutil.copytree(made, root)
    with open_desk(root) as desk:
        yield desk, bundle(desk, PARTY, who="l")


def resealed(party, change):
    """Give what is found after a lying mission changed the body and sealed it again."""
    desk, made = party
    body = copy.deepcopy(json.loads(made.data)["body"])
    change(body)
    data = write_bundle(body, read_signer(desk.workspace.root))
    return "; ".join(check(data, read_key(desk.workspace.vkey, LOG)).problems)


def test_who_signed_is_proved_to_a_party_and_a_sharp_step_stays_sealed(party):
    desk, made = party
    report = checked(desk, made)
    assert report.problems == []
    steps = report.of("finding.step")
    assert [e.state for e in steps] == ["open", "open", "sealed", "open", "open", "open"]
    assert "sharper than what is published" in steps[2].why
    assert {e.state for e in report.of("person.recorded")} == {"open"}
    for kind in ("incident.revised", "finding.made", "finding.seen"):
        assert {e.state for e in report.of(kind)} == {"sealed"}
    proved = " ".join(report.proved)
    assert "confirmed by V. Example" in proved
    assert "replied by L. Example" in proved
    assert "1 of the 6 steps" in " ".join(report.said)
    text = "\n".join(account.lines(report))
    assert "dissented by W. Example (PT)" in text
    assert "confirmed by person 2 (verifier, PT)" in text


def test_no_party_bundle_holds_a_place_or_time_that_is_sharp(party):
    _, made = party
    body = json.loads(made.data)["body"]
    assert (body["contents"], body["rows"]) == ([], [])
    assert all("base64" not in raw for raw in body["raw"])
    text = made.data.decode()
    assert "47.21387" not in text
    assert "13:27" not in text
    for plain in body["entries"]:
        record = json.loads(plain.get("record", "{}"))
        if record.get("type") in ("finding.step", "person.recorded"):
            assert not re.search(r"\d\.\d\d", json.dumps({**record, "signature": 0, "key": 0}))
            assert "finding" not in record


def test_that_a_party_took_names_out_is_logged_and_only_who_it_concerns_may(party):
    desk, _ = party
    assert (reads(desk)[-1].operation, reads(desk)[-1].person_id) == ("bundle.party", "l.example")
    with pytest.raises(AccessError):
        bundle(desk, PARTY, who="o")
    with pytest.raises(WorkflowError, match=r"is still held|too fresh"):
        bundle(desk, PARTY, who="l", now=datetime(2026, 5, 12, 14, tzinfo=UTC))


def index_of(body, name):
    return [n for n, e in enumerate(body["entries"]) if f'"type":"{name}"' in e.get("record", "")]


def test_a_forged_name_or_step_and_a_dropped_step_are_found(party):
    def forge(old, new, kind):
        def change(body):
            entry = body["entries"][index_of(body, kind)[0]]
            assert old in entry["record"]
            entry["record"] = entry["record"].replace(old, new)

        return change

    forged = (("V. Example", "X. Example", "person.recorded"), ("reviewed", "rejected", "finding.step"),
              ("INC-000012", "INC-000011", "finding.step"))  # fmt: skip
    for lie in forged:
        assert "record or salt were changed" in resealed(party, forge(*lie))

    def drop(body):
        del body["entries"][index_of(body, "finding.step")[-1]]

    assert "which the bundle does not hold" in resealed(party, drop)


def test_each_of_many_changed_bytes_is_found(party):
    desk, made = party
    log = read_key(desk.workspace.vkey, LOG)
    for at in range(0, len(made.data), 7):
        changed = bytearray(made.data)
        changed[at] ^= 1
        assert check(bytes(changed), log).problems, at
