"""People: registered, changed, disabled; each version stands in the log."""

import base64
import json
import os
import stat
from dataclasses import replace

import pytest

from people_workspace import EVERYBODY, LATER, NOW, Drawn, copied, made, of
from truceline.errors import AccessError, WorkflowError, WorkspaceError
from truceline.model.person import Grant, KeptBy, Person, PersonKey, Principal, Role
from truceline.pipeline import key_files, people, registered
from truceline.pipeline.acting import AT_DESK, PUBLIC, allow, still
from truceline.pipeline.desk import Desk, open_desk
from truceline.pipeline.seeing import seen_people, seen_person
from truceline.pipeline.verify import verify
from truceline.store import logged
from workspaces import begin

ADMIN = Person("a.admin", "A. Admin", "CH", (Grant(Role.ADMINISTRATOR),))
NEW = Person("r.example", "R. Example", "SE", (Grant(Role.VERIFIER, areas=("storage",)),))
OWN = PersonKey("ed25519", base64.b64encode(b"\x01" + bytes(31)).decode(), KeptBy.PERSON)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return made(tmp_path_factory.mktemp("people") / "ws")


@pytest.fixture
def desk(once, tmp_path):
    with copied(once, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A workspace in which nobody is registered."""
    root = tmp_path_factory.mktemp("bare") / "ws"
    begin(root, "riverline").close()
    return root


@pytest.fixture
def empty(bare, tmp_path):
    with copied(bare, tmp_path) as found:
        yield found


def test_the_first_person_is_an_administrator_and_registers_the_others(empty):
    assert not registered.anybody(empty)
    with pytest.raises(AccessError, match="first person of a workspace is an administrator"):
        people.register(empty, AT_DESK, NEW, NOW, Drawn())
    row = people.register(empty, AT_DESK, ADMIN, NOW, Drawn())
    assert (row.number, row.by, row.disabled) == (1, "", False)
    with pytest.raises(AccessError, match="a name alone counts no more"):
        people.register(empty, AT_DESK, NEW, NOW, Drawn())
    people.register(empty, of(empty, "a.admin"), NEW, NOW, Drawn(1))
    assert registered.person(empty, "r.example").grants == NEW.grants
    assert [row.by for row in registered.versions(empty)] == ["", "a.admin"]
    assert verify(empty).problems == ()


def test_the_public_cannot_make_itself_the_first_administrator(empty):
    with pytest.raises(AccessError, match="not open to the public"):
        people.register(empty, PUBLIC, ADMIN, NOW, Drawn())
    assert not registered.anybody(empty)


def test_everybody_is_recorded_as_given_with_a_key_that_the_system_keeps(desk):
    found = registered.people(desk)
    assert list(found) == list(EVERYBODY)
    for person_id, (name, nation, grant) in EVERYBODY.items():
        one = found[person_id]
        assert (one.name, one.nationality, one.grants) == (name, nation, (grant,))
        assert one.key.kept_by is KeptBy.SYSTEM
        seed = key_files.seed_of(desk.workspace.root, one)
        assert len(seed) == 32
        path = desk.workspace.root / "keys" / "people" / f"{person_id}.key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    keys = {one.key.public for one in found.values()}
    assert len(keys) == len(found)


def test_the_log_tells_of_a_person_all_but_the_secret(desk):
    events = [e for e in desk.events() if e.type == "person.recorded"]
    assert [e.fields["person_id"] for e in events] == list(EVERYBODY)
    verifier = events[4].fields
    assert verifier["grants"] == [{"areas": [], "role": "verifier", "side": ""}]
    assert verifier["key"]["kept_by"] == "system"
    seeds = [p.read_text().strip() for p in (desk.workspace.root / "keys/people").iterdir()]
    text = json.dumps([dict(e.fields) for e in events])
    assert not any(seed in text for seed in seeds)


@pytest.mark.parametrize("who", [one for one in EVERYBODY if one != "a.admin"])
def test_only_an_administrator_manages_people(desk, who):
    before = registered.versions(desk)
    with pytest.raises(AccessError, match=r"people\.manage"):
        people.register(desk, of(desk, who), NEW, NOW, Drawn())
    with pytest.raises(AccessError, match=r"people\.manage"):
        people.change(desk, of(desk, who), who, NOW, Drawn(), grants=(Grant(Role.CHIEF),))
    with pytest.raises(AccessError, match=r"people\.manage"):
        people.disable(desk, of(desk, who), "a.admin", NOW, Drawn())
    other = next(one for one in EVERYBODY if one not in {who, "a.admin"})
    with pytest.raises(AccessError, match=r"people\.manage"):
        people.change(desk, of(desk, who), other, NOW, Drawn(), new_key=True)
    assert registered.versions(desk) == before


def test_an_id_is_never_used_again(desk):
    people.disable(desk, of(desk, "a.admin"), "o.example", NOW, Drawn(1))
    again = replace(NEW, person_id="o.example")
    with pytest.raises(WorkflowError, match="never used again"):
        people.register(desk, of(desk, "a.admin"), again, NOW, Drawn())


def test_a_change_is_a_new_version_that_counts_at_once(desk):
    before = of(desk, "v.example")
    people.change(
        desk, of(desk, "a.admin"), "v.example", LATER, Drawn(1),
        name="V. Other", nationality="", grants=(Grant(Role.ANALYST, areas=("lights",)),),
    )  # fmt: skip
    now = registered.person(desk, "v.example")
    assert (now.name, now.nationality) == ("V. Other", "")
    assert now.key == before.person.key
    assert len(registered.versions(desk, "v.example")) == 2
    from truceline.access.rules import Operation, Subject

    at = Subject(areas=("lights",))
    with pytest.raises(AccessError):  # though the principal was made before the change
        allow(desk, before, Operation.CONFIRM, LATER, at)
    assert allow(desk, before, Operation.REVIEW, LATER, at).person == now
    assert verify(desk).problems == ()


def test_who_is_disabled_may_nothing_and_can_be_let_in_again(desk):
    from truceline.access.rules import Operation

    who = of(desk, "v.example")
    people.disable(desk, of(desk, "a.admin"), "v.example", LATER, Drawn())
    with pytest.raises(AccessError, match="is disabled"):
        allow(desk, who, Operation.READ_PUBLISHED, LATER)
    with pytest.raises(WorkflowError, match=r"nothing of v\.example would change"):
        people.disable(desk, of(desk, "a.admin"), "v.example", LATER, Drawn())
    people.change(desk, of(desk, "a.admin"), "v.example", LATER, Drawn(), disabled=False)
    allow(desk, who, Operation.CONFIRM, LATER)


@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"grants": (Grant(Role.CHIEF),)}], ids=["disable", "role"]
)
def test_the_last_administrator_stays(desk, change):
    with pytest.raises(WorkflowError, match="last administrator"):
        people.change(desk, of(desk, "a.admin"), "a.admin", NOW, Drawn(), **change)
    second = replace(ADMIN, person_id="b.admin", name="B. Admin")
    people.register(desk, of(desk, "a.admin"), second, NOW, Drawn(1))
    people.change(desk, of(desk, "b.admin"), "a.admin", NOW, Drawn(), **change)


def test_a_new_key_leaves_the_earlier_one_for_what_was_signed_by_it(desk):
    first = registered.person(desk, "v.example").key
    row = people.change(desk, of(desk, "v.example"), "v.example", LATER, Drawn(3), new_key=True)
    second = registered.person(desk, "v.example").key
    assert first != second
    assert registered.key_at(desk, "v.example", row.log_index) == first
    assert registered.key_at(desk, "v.example", row.log_index + 1) == second
    assert registered.key_at(desk, "v.example", 0) is None
    assert key_files.seed_of(desk.workspace.root, registered.person(desk, "v.example"))


def test_a_key_of_ones_own_is_kept_by_nobody_else(desk):
    root = desk.workspace.root
    assert (root / "keys/people/v.example.key").exists()
    people.change(desk, of(desk, "v.example"), "v.example", LATER, Drawn(), key=OWN)
    assert registered.person(desk, "v.example").key == OWN
    assert not (root / "keys/people/v.example.key").exists()
    with pytest.raises(WorkspaceError, match=r"keeps no key for v\.example"):
        key_files.seed_of(root, registered.person(desk, "v.example"))
    with pytest.raises(WorkflowError, match="would change"):
        people.change(desk, of(desk, "v.example"), "v.example", LATER, Drawn(), key=OWN)


def test_a_person_with_a_key_of_their_own_is_registered_without_one_being_made(desk):
    people.register(desk, of(desk, "a.admin"), replace(NEW, key=OWN), NOW, Drawn(1))
    assert registered.person(desk, "r.example").key == OWN
    assert not (desk.workspace.root / "keys/people/r.example.key").exists()


class StoppedError(Exception):
    """The machine stops."""


def stopping(*_arguments, **_named):
    raise StoppedError


@pytest.mark.parametrize("at", ["log", "record", "place"])
def test_a_registration_that_was_cut_off_is_finished_by_the_same_command(empty, monkeypatch, at):
    """Before the log: nothing was done. After it: the person is there, with the key on disk."""
    where = {
        "log": (Desk, "log"),
        "record": (logged, "add"),
        "place": (people, "settle"),
    }[at]
    monkeypatch.setattr(*where, stopping)
    with pytest.raises(StoppedError):
        people.register(empty, AT_DESK, ADMIN, NOW, Drawn())
    monkeypatch.undo()
    root = empty.workspace.root
    with open_desk(root) as again:
        if at == "place":  # recorded: only the file of the key is not in its place yet
            assert registered.anybody(again)
        else:
            people.register(again, AT_DESK, ADMIN, LATER, Drawn(5))
        found = registered.people(again)
        assert list(found) == ["a.admin"]
        assert key_files.seed_of(root, found["a.admin"])
        assert sorted(p.name for p in (root / "keys/people").iterdir()) == ["a.admin.key"]
        assert verify(again).problems == ()


def test_a_key_change_that_was_cut_off_leaves_old_or_new_never_none(desk, monkeypatch):
    root, before = desk.workspace.root, registered.person(desk, "v.example")
    monkeypatch.setattr(Desk, "log", stopping)
    with pytest.raises(StoppedError):
        people.change(desk, of(desk, "v.example"), "v.example", LATER, Drawn(9), new_key=True)
    monkeypatch.undo()
    assert key_files.seed_of(root, before)
    monkeypatch.setattr(people, "settle", stopping)
    with pytest.raises(StoppedError):
        people.change(desk, of(desk, "v.example"), "v.example", LATER, Drawn(10), new_key=True)
    monkeypatch.undo()
    after = registered.person(desk, "v.example")
    assert after.key != before.key
    assert key_files.seed_of(root, after)
    with pytest.raises(WorkspaceError, match="not the key that is recorded"):
        key_files.seed_of(root, before)


def test_a_key_file_that_is_gone_or_changed_is_told_without_what_is_in_it(desk):
    root, who = desk.workspace.root, registered.person(desk, "v.example")
    path = root / "keys/people/v.example.key"
    secret = path.read_text()
    path.write_text("x" + secret)
    with pytest.raises(WorkspaceError, match="holds no key of a person") as told:
        key_files.seed_of(root, who)
    assert secret.strip() not in str(told.value)
    path.unlink()
    with pytest.raises(WorkspaceError, match="is missing"):
        key_files.seed_of(root, who)


def test_two_administrators_at_once_register_one_person_once(once, tmp_path):
    """In two processes: the second is told that the id is taken."""
    import multiprocessing

    with copied(once, tmp_path) as found:
        root = found.workspace.root
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    racing = [context.Process(target=_register, args=(root, told, n)) for n in range(2)]
    for one in racing:
        one.start()
    said = sorted(told.get(timeout=60) for _ in racing)
    for one in racing:
        one.join(60)
    assert said == ["made", "registered already"]
    with open_desk(root) as desk:
        assert len(registered.versions(desk, "r.example")) == 1
        assert key_files.seed_of(root, registered.person(desk, "r.example"))
        assert verify(desk).problems == ()


def _register(root, told, number):
    with open_desk(root) as desk:
        try:
            new = replace(NEW, name=f"R. Example {number}")
            people.register(desk, of(desk, "a.admin"), new, NOW, os.urandom)
            told.put("made")
        except WorkflowError as error:
            told.put("registered already" if "registered already" in str(error) else str(error))


def test_who_sees_whom(desk):
    def seen(who):
        return [one.person_id for one in seen_people(desk, of(desk, who), NOW)]

    assert seen("a.admin") == sorted(EVERYBODY)
    assert seen("c.example") == sorted(EVERYBODY)
    assert seen("v.example") == ["v.example"]
    assert seen("l.north") == ["l.north"]
    assert seen_people(desk, PUBLIC, NOW) == ()
    with pytest.raises(AccessError):
        seen_people(desk, AT_DESK, NOW)
    assert len(seen_person(desk, of(desk, "v.example"), "v.example", NOW)) == 1
    with pytest.raises(AccessError):
        seen_person(desk, of(desk, "v.example"), "l.north", NOW)
    with pytest.raises(AccessError):
        seen_person(desk, of(desk, "v.example"), "nobody", NOW)
    with pytest.raises(WorkflowError, match="nobody is registered as 'nobody'"):
        seen_person(desk, of(desk, "a.admin"), "nobody", NOW)


def test_a_proof_ends(desk):
    who = of(desk, "v.example", expires=LATER)
    assert still(desk, who, NOW).person == who.person
    with pytest.raises(AccessError, match="has expired"):
        still(desk, who, LATER)


def test_somebody_of_another_workspace_is_nobody_here(desk):
    stranger = Principal(Person("x.example", "X", "", (Grant(Role.CHIEF),)), "password")
    with pytest.raises(WorkflowError, match=r"nobody is registered as 'x\.example'"):
        still(desk, stranger, NOW)


def test_a_changed_row_is_found(desk):
    import sqlalchemy as sa

    from truceline.store import database
    from truceline.store.schema_people import person_versions as table

    grants = '[{"areas":[],"role":"chief_of_mission","side":""}]'
    with database.writing(desk.engine) as connection:
        where = table.c.person_id == "o.example"
        connection.execute(sa.update(table).where(where).values(grants=grants))
    problems = verify(desk).problems
    assert any("version of a person" in line and "not what was logged" in line for line in problems)
