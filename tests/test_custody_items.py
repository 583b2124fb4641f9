"""Items: who handed in what, through which hands it went, what is withheld, who may see it."""

import json
import multiprocessing
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from custody_world import png
from truceline.errors import AccessError, EvidenceError, SourceError, WorkflowError
from truceline.model.custody import CustodyStep
from truceline.model.person import Grant, Person, Principal, Role
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.custody import Upload, hand_in, redact
from truceline.pipeline.custody_chain import chain, chains
from truceline.pipeline.custody_items import items
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.custody_steps import check_out, take_item_step
from truceline.pipeline.desk import open_desk
from truceline.pipeline.people import register
from truceline.pipeline.verify import verify, verify_workspace
from truceline.store import logged
from workspaces import NOW, begin, called, small

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with begin(tmp_path_factory.mktemp("made") / "ws") as desk:
        return desk.workspace.root


@pytest.fixture(scope="module")
def peopled(empty, tmp_path_factory):
    """A workspace with one person of every role that matters here."""
    root = tmp_path_factory.mktemp("peopled") / "ws"
    shutil.copytree(empty, root)
    with open_desk(root) as desk:
        sides = sorted(party.id for party in desk.agreement.parties)[:2]
        grants = {
            "ad.example": Grant(Role.ADMINISTRATOR),
            "ob.example": Grant(Role.OBSERVER),
            "du.example": Grant(Role.DUTY_OFFICER),
            "ve.example": Grant(Role.VERIFIER),
            "ce.example": Grant(Role.CELL),
            "la.example": Grant(Role.LIAISON, side=sides[0]),
            "lb.example": Grant(Role.LIAISON, side=sides[1]),
        }
        who = AT_DESK
        for number, (person_id, grant) in enumerate(grants.items()):
            person = Person(person_id, f"{person_id[:2].upper()} Example", "", (grant,))
            register(desk, who, person, NOW, lambda size, n=number: bytes([n]) * size)
            who = Principal(Person("ad.example", "", "", (grants["ad.example"],)), "password")
    return root, sides


@pytest.fixture
def desk(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "ws")
    with open_desk(tmp_path / "ws") as desk:
        yield desk


@pytest.fixture
def cell(peopled, tmp_path):
    root, sides = peopled
    shutil.copytree(root, tmp_path / "ws")
    with open_desk(tmp_path / "ws") as desk:
        yield desk, sides


def as_(person_id):
    """Somebody who has proved who they are; the roles come from the workspace."""
    return Principal(Person(person_id, "", "", ()), "token")


def given(folder, data=None, name="crater.png"):
    (folder / name).write_bytes(png() if data is None else data)
    return folder / name


def take(desk, path, now=NOW, who=AT_DESK, by="R. Example", **said):
    return hand_in(desk, who, path, Offer("N. Example", **said), now, by=by)


def step(desk, key, what, now=LATER, who=AT_DESK, by="A. Example", **more):
    return take_item_step(desk, who, key, what, "for a reason", now, by=by, **more)


def test_an_original_is_kept_apart_read_only_and_verifies(desk, tmp_path):
    row = take(desk, given(tmp_path), note="north of the road", taken=NOW - timedelta(days=1))
    path = desk.workspace.raw_path(row.sha256)
    assert path.read_bytes() == png()
    assert path.stat().st_mode & 0o777 == 0o400
    assert (row.media_type, row.size, row.name) == ("image/png", len(png()), "crater.png")
    assert (row.handed_in_by, row.person, row.person_id) == ("N. Example", "R. Example", "")
    assert row.taken == "2026-05-12T08:00:00Z"
    (event,) = [e for e in desk.events() if e.type == "custody.received"]
    assert event.index == row.log_index
    assert event.fields["papers"] == []
    found = verify(desk)
    assert found.ok, found.problems
    assert found.checked["items handed in"] == 1


def test_the_same_bytes_twice_are_one_item_with_two_hand_ins(desk, tmp_path):
    first = take(desk, given(tmp_path))
    second = take(desk, given(tmp_path, name="IMG_2.png"), LATER, by="S. Example")
    assert first.sha256 == second.sha256
    assert second.number == 2
    (only,) = items(desk)
    assert [row.name for row in only.hand_ins] == ["crater.png", "IMG_2.png"]
    assert len([p for p in (desk.workspace.root / "raw").rglob("*") if p.is_file()]) == 1


def test_each_hand_is_in_the_chain_in_order(desk, tmp_path):
    key = take(desk, given(tmp_path)).sha256[:12]
    step(desk, key, CustodyStep.TRANSFERRED, recipient="the laboratory")
    check_out(desk, AT_DESK, key, tmp_path / "copy.png", "measuring", LATER, by="L. Example")
    step(desk, key, CustodyStep.EXAMINED, LATER + timedelta(hours=1), by="L. Example")
    found = chain(desk, key, AT_DESK, LATER)
    assert [(one.what, one.person) for one in found.links] == [
        ("received", "R. Example"),
        ("transferred", "A. Example"),
        ("copied", "L. Example"),
        ("examined", "L. Example"),
    ]
    assert found.links[1].said == {"to": "the laboratory", "why": "for a reason"}
    assert found.problem == ""
    assert verify(desk).ok


def test_a_working_copy_is_another_file_and_never_written_over_anything(desk, tmp_path):
    key = take(desk, given(tmp_path, name="../../no\u202ere.png".replace("/", "_"))).sha256
    row, path = check_out(desk, AT_DESK, key, tmp_path / "copy.png", "a look", NOW, by="A. Example")
    assert path.read_bytes() == png()
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"scribbled on")
    assert chain(desk, key, AT_DESK, NOW).problem == ""
    copies = len(items(desk)[0].copies)
    for taken in (path, desk.workspace.raw_path(row.sha256)):
        with pytest.raises(SourceError, match="is there already"):
            check_out(desk, AT_DESK, key, taken, "again", NOW, by="A. Example")
    (tmp_path / "link.png").symlink_to(tmp_path / "elsewhere.png")
    with pytest.raises(SourceError, match="is there already"):
        check_out(desk, AT_DESK, key, tmp_path / "link.png", "again", NOW, by="A. Example")
    with pytest.raises(SourceError, match="cannot be written"):
        check_out(desk, AT_DESK, key, tmp_path / "no" / "such", "again", NOW, by="A. Example")
    assert len(items(desk)[0].copies) == copies
    (tmp_path / "folder").mkdir()
    _, inside = check_out(desk, AT_DESK, key, tmp_path / "folder", "a look", NOW, by="A. Example")
    assert inside == tmp_path / "folder" / ".._.._nore.png".strip(".")
    assert inside.parent == tmp_path / "folder"


def test_an_original_that_was_changed_is_named_and_not_copied(desk, tmp_path):
    row = take(desk, given(tmp_path))
    path = desk.workspace.raw_path(row.sha256)
    path.chmod(0o600)
    path.write_bytes(png(9))
    assert "its bytes do not give its name" in chain(desk, row.sha256, AT_DESK, NOW).problem
    with pytest.raises(EvidenceError, match="was changed"):
        check_out(desk, AT_DESK, row.sha256, tmp_path / "copy.png", "x", NOW, by="A. Example")
    assert not (tmp_path / "copy.png").exists()
    with pytest.raises(EvidenceError, match="was changed"):
        take(desk, given(tmp_path))
    assert any(row.sha256 in line for line in verify(desk).problems)
    path.unlink()
    assert "is missing" in chain(desk, row.sha256, AT_DESK, NOW).problem


def test_a_sealed_item_proves_its_place_and_gives_nothing_away(desk, tmp_path):
    key = take(desk, given(tmp_path)).sha256
    with pytest.raises(WorkflowError, match="is not sealed"):
        step(desk, key, CustodyStep.UNSEALED)
    step(desk, key, CustodyStep.SEALED)
    with pytest.raises(WorkflowError, match="is sealed already"):
        step(desk, key, CustodyStep.SEALED)
    with pytest.raises(WorkflowError, match="content is withheld"):
        step(desk, key, CustodyStep.EXAMINED)
    with pytest.raises(WorkflowError, match="content is withheld"):
        check_out(desk, AT_DESK, key, tmp_path / "copy.png", "x", LATER, by="A. Example")
    assert not (tmp_path / "copy.png").exists()
    assert verify(desk).ok
    step(desk, key, CustodyStep.UNSEALED)
    check_out(desk, AT_DESK, key, tmp_path / "copy.png", "x", LATER, by="A. Example")


def test_a_redacted_copy_is_bound_to_its_original(desk, tmp_path):
    row = take(desk, given(tmp_path))
    made = redact(
        desk,
        AT_DESK,
        row.sha256[:8],
        given(tmp_path, png(3), "out.png"),
        "faces",
        LATER,
        by="C. E.",
    )
    assert made.derived_from == row.sha256
    assert made.sha256 != row.sha256
    (link,) = [
        one for one in chain(desk, row.sha256, AT_DESK, LATER).links if one.what == "redacted"
    ]
    assert link.said == {"copy": made.sha256, "why": "faces"}
    (received,) = chain(desk, made.sha256, AT_DESK, LATER).links
    assert received.said["derived_from"] == row.sha256
    with pytest.raises(WorkflowError, match="nothing was taken out"):
        redact(desk, AT_DESK, row.sha256, given(tmp_path), "nothing", LATER, by="C. Example")


def test_what_cannot_stand_is_refused_and_nothing_is_logged(desk, tmp_path):
    before = len(desk.events())
    path = given(tmp_path)
    for said, words in (
        ({"by": ""}, "who acts"),
        ({"side": "nobody"}, "is no party of the agreement"),
        ({"areas": ("nowhere",)}, "is no zone of the agreement"),
        ({"about": "INC-000001/R-1"}, "no finding or incident"),
        ({"about": "INC-000001"}, "no finding or incident"),
        ({"taken": NOW + timedelta(seconds=1)}, "is after it is handed in"),
        ({"taken": NOW.replace(tzinfo=None)}, "has no zone"),
        ({"note": "x" * 10_001}, "at most"),
    ):
        with pytest.raises(WorkflowError, match=words):
            take(desk, path, **said)
    with pytest.raises(WorkflowError, match="who handed it in"):
        hand_in(desk, AT_DESK, path, Offer(" "), NOW, by="R. Example")
    assert len(desk.events()) == before
    assert not (desk.workspace.root / "raw").exists() or not any(
        (desk.workspace.root / "raw").rglob("*")
    )


@pytest.mark.parametrize("key", ["", "zz", "../../raw", "abc", "%", "f" * 65, "ABCDEF"])
def test_a_key_is_hex_digits(desk, key):
    with pytest.raises(WorkflowError, match="names no item"):
        chain(desk, key, AT_DESK, NOW)


def test_unknown_and_ambiguous_keys_are_told(desk, tmp_path, monkeypatch):
    with pytest.raises(WorkflowError, match="no item that you may know of"):
        chain(desk, "abcdef", AT_DESK, NOW)
    a = take(desk, given(tmp_path))
    row = hand_in(desk, AT_DESK, Upload("b", [b"b"]), Offer("N."), NOW, by="R.")
    other = a.sha256[:6] + row.sha256[6:]
    twin = logged.every
    monkeypatch.setattr(
        "truceline.pipeline.custody_items.logged.every",
        lambda c, kind, *w: tuple(
            r if r.sha256 == a.sha256 else _renamed(r, other) for r in twin(c, kind)
        ),
    )
    with pytest.raises(WorkflowError, match="2 items begin with"):
        chain(desk, a.sha256[:6], AT_DESK, NOW)


def _renamed(row, sha256):
    from dataclasses import replace

    return replace(row, sha256=sha256)


def test_a_clock_that_was_set_back_is_refused(desk, tmp_path):
    key = take(desk, given(tmp_path)).sha256
    with pytest.raises(WorkflowError, match="set the clock right"):
        step(desk, key, CustodyStep.EXAMINED, NOW - timedelta(seconds=1))


def test_an_item_bears_on_a_finding_that_is_there(tmp_path):
    with small(tmp_path / "ws") as desk:
        row = take(desk, given(tmp_path))
        known = next(e.fields["finding_id"] for e in desk.events() if e.type == "finding.made")
        linked = step(desk, row.sha256, CustodyStep.LINKED, about=known)
        assert linked.about == known
        assert take(desk, given(tmp_path), about=known.split("/")[0]).about in known
        with pytest.raises(WorkflowError, match="no finding or incident"):
            step(desk, row.sha256, CustodyStep.LINKED, about=known + "9")
        assert verify(desk).ok


def test_a_liaison_sees_what_they_handed_in_and_not_who_else_did(cell, tmp_path):
    desk, (ours, theirs) = cell
    a, b = as_("la.example"), as_("lb.example")
    row = take(desk, given(tmp_path), who=a, side=ours, note="from our trench")
    assert (row.person, row.person_id) == ("LA Example", "la.example")
    with pytest.raises(AccessError):
        take(desk, given(tmp_path), who=b, side=ours)
    with pytest.raises(WorkflowError, match="no item that you may know of"):
        chain(desk, row.sha256, b, NOW)
    assert chains(desk, b, NOW) == ()
    take(desk, given(tmp_path, name="same.png"), who=b, side=theirs)
    step(desk, row.sha256, CustodyStep.EXAMINED, who=as_("ve.example"))
    seen = chain(desk, row.sha256, b, LATER)
    assert seen.name == "same.png"
    assert [one.person for one in seen.links] == ["LB Example"]
    assert "trench" not in json.dumps([one.said for one in seen.links])
    whole = chain(desk, row.sha256, as_("ve.example"), LATER)
    assert [one.what for one in whole.links] == ["received", "received", "examined"]


def test_what_is_sealed_shows_only_to_those_who_may_unseal(cell, tmp_path):
    desk, _ = cell
    row = take(desk, given(tmp_path), who=as_("ob.example"), note="a witness")
    with pytest.raises(AccessError, match=r"custody\.redact"):
        step(desk, row.sha256, CustodyStep.SEALED, who=as_("ob.example"))
    step(desk, row.sha256, CustodyStep.SEALED, who=as_("ve.example"))
    for person_id in ("du.example", "ob.example"):
        seen = chain(desk, row.sha256, as_(person_id), LATER)
        assert (seen.name, seen.media_type, seen.size) == ("sealed", "sealed", None)
        assert [(one.what, one.person, one.said) for one in seen.links] == [
            ("received", "sealed", {}),
            ("sealed", "sealed", {}),
        ]
        assert seen.links[0].entry == row.log_index
    open_to = chain(desk, row.sha256, as_("ve.example"), LATER)
    assert (open_to.sealed, open_to.name) == (True, "crater.png")


def test_who_may_not_open_originals_takes_no_copy(cell, tmp_path):
    desk, _ = cell
    row = take(desk, given(tmp_path), who=as_("ob.example"))
    for person_id in ("ad.example", "ce.example"):
        with pytest.raises(WorkflowError, match="no item that you may know of"):
            check_out(desk, as_(person_id), row.sha256, tmp_path / "c.png", "x", NOW)
        with pytest.raises(AccessError):
            take(desk, given(tmp_path), who=as_(person_id))
    with pytest.raises(AccessError, match=r"custody\.original"):
        check_out(desk, as_("du.example"), row.sha256, tmp_path / "c.png", "x", NOW)
    made = redact(
        desk, as_("ve.example"), row.sha256, given(tmp_path, png(2), "r.png"), "faces", NOW
    )
    copied, _ = check_out(desk, as_("du.example"), made.sha256, tmp_path / "r", "briefing", NOW)
    assert copied.person_id == "du.example"
    assert copied.person == "DU Example"


def test_a_name_alone_counts_no_more_once_people_are_registered(cell, tmp_path):
    desk, _ = cell
    with pytest.raises(AccessError, match="prove who"):
        take(desk, given(tmp_path))


def _stopped(root, path):
    """Be killed between log and records."""
    logged.add = lambda *_: os.kill(os.getpid(), 9)
    with open_desk(root) as desk:
        take(desk, path)


def test_a_hand_in_cut_off_between_log_and_records_is_taken_up_once(desk, tmp_path):
    path = given(tmp_path)
    stopped = multiprocessing.get_context("fork").Process(
        target=_stopped, args=(desk.workspace.root, path)
    )
    stopped.start()
    stopped.join(30)
    assert stopped.exitcode == -9
    assert items(desk) == ()
    assert not verify_workspace(desk.workspace.root).ok
    row = take(desk, path, LATER)
    assert row.number == 1
    assert row.time == "2026-05-13T08:00:00Z"
    assert len([e for e in desk.events() if e.type == "custody.received"]) == 1
    assert verify(desk).ok


def test_a_changed_or_missing_row_is_found(desk, tmp_path):
    import sqlalchemy as sa

    from truceline.store import database, schema_custody

    take(desk, given(tmp_path))
    with database.writing(desk.engine) as connection:
        connection.execute(sa.update(schema_custody.custody_received).values(handed_in_by="X."))
    assert any("hand-in of entry" in line for line in verify(desk).problems)


def test_the_commands_tell_the_same(desk, tmp_path, capsys, monkeypatch):
    root = desk.workspace.root
    path = given(tmp_path, name="na\u202eme.png")

    def call(*arguments):
        return called(capsys, monkeypatch, "custody", *arguments)

    by = ("--by", "R. Example", "--why", "a reason")
    code, out, err = call(
        "hand-in", root, path, "--by", "R. Example", "--from", "N. Example", "--json",
        "--taken", "2026-05-13T07:00:00Z",
    )  # fmt: skip
    assert (code, err) == (0, "")
    key = json.loads(out)["item"]
    assert json.loads(out)["papers"] == {"manifest": "no manifest"}
    code, out, _ = call("hand-in", root, path, "--by", "R. E.", "--from", "O. Example")
    assert code == 0
    assert "name.png: image/png" in out
    assert "\u202e" not in out
    assert "manifest inside the file: no manifest" in out
    assert call("transfer", root, key[:6], "--to", "a lab", *by)[0] == 0
    assert call("examine", root, key, *by)[0] == 0
    assert call("checkout", root, key, tmp_path / "copy.png", *by)[0] == 0
    assert call("seal", root, key, *by)[0] == 0
    assert "SEALED" in call("list", root)[1]
    assert "SEALED: its content is withheld" in call("show", root, key)[1]
    assert call("unseal", root, key, *by)[0] == 0
    assert call("redact", root, key, given(tmp_path, png(2), "r.png"), *by)[0] == 0
    code, out, _ = call("link", root, key, "--about", "INC-000001", *by)
    assert code == 2
    code, out, _ = call("show", root, key)
    assert code == 0
    assert "the original is what was handed in" in out
    code, out, _ = call("show", root, key, "--json")
    shown = json.loads(out)
    assert shown["intact"] is True
    assert [one["what"] for one in shown["links"]] == [
        "received", "checked", "received", "transferred", "examined", "copied", "sealed",
        "unsealed", "redacted",
    ]  # fmt: skip
    assert json.loads(call("list", root, "--json")[1])[0]["sha256"] == key
    assert "1 manifests or stamps looked at" in call("check", root, key)[1]
    desk.workspace.raw_path(key).unlink()
    code, out, _ = call("show", root, key)
    assert code == 1
    assert "WRONG" in out
    code, _, err = call("hand-in", root, path, "--by", "R.", "--from", "N.", "--taken", "noon")
    assert code == 2
    assert "is no time" in err


def test_the_time_of_a_step_may_have_parts_of_a_second(desk, tmp_path):
    now = datetime(2026, 5, 13, 8, 0, 0, 500_000, tzinfo=UTC)
    key = take(desk, given(tmp_path), now).sha256
    step(desk, key, CustodyStep.EXAMINED, now + timedelta(seconds=1))
