"""The table of roles in docs/roles.md and the rules of the code say the same, cell by cell."""

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from truceline.access import table
from truceline.access.rules import (
    Operation,
    Subject,
    forbidden,
    may_somewhere,
    require,
)
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Grant, Person, Principal, Role

PAGE = (Path(__file__).parents[1] / "docs" / "roles.md").read_text(encoding="utf-8")
HEADS = {
    "observer": Role.OBSERVER,
    "duty officer": Role.DUTY_OFFICER,
    "analyst": Role.ANALYST,
    "verifier": Role.VERIFIER,
    "chief of mission": Role.CHIEF,
    "party liaison": Role.LIAISON,
    "coordination cell": Role.CELL,
    "administrator": Role.ADMINISTRATOR,
    "public": Role.PUBLIC,
}
SIDES = ("NOR", "SOU")
AREAS = ("storage", "lights")
ME, OTHER = "r.example", "n.example"


def intended():
    """Read the table of the page: operation and role to what stands in the cell."""
    found, head = {}, []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "operation":
            head = [HEADS[name] for name in cells[1:]]
        elif match := re.fullmatch(r"`([a-z_.]+)`", cells[0]):
            assert len(cells) == len(head) + 1, line
            for role, cell in zip(head, cells[1:], strict=True):
                assert (match[1], role) not in found, line
                found[match[1], role] = cell
    return found


INTENDED = intended()
CELLS = [(operation, role) for operation in Operation for role in Role]


def principal(role, side="", areas=(), **more):
    """Give somebody of one role; nobody holds the role of the public, they are it."""
    if role is Role.PUBLIC:
        return Principal(None, "public", **more)
    side = side or ("NOR" if role is Role.LIAISON else "")
    person = Person(ME, "R. Example", "SE", (Grant(role, side, areas),))
    return Principal(person, "password", **more)


def test_the_page_has_every_operation_and_every_role_once():
    assert set(INTENDED) == {(operation.value, role) for operation, role in CELLS}
    assert set(INTENDED.values()) == {"yes", "own area", "own side", "own", "no"}


@pytest.mark.parametrize(("operation", "role"), CELLS, ids=lambda one: one.value)
def test_each_cell_is_what_the_code_does_on_each_sides_data(operation, role):
    """Every subject: each side or none, each area or none, one's own or not."""
    cell = INTENDED[operation.value, role]
    public = INTENDED[operation.value, Role.PUBLIC] == "yes"
    for limited in ((), ("storage",)):
        who = principal(role, areas=limited if role is not Role.PUBLIC else ())
        mine = () if role is Role.PUBLIC else limited
        for side, area, owner in product(("", *SIDES), ("", *AREAS), ("", ME, OTHER)):
            subject = Subject(side, (area,) if area else (), owner=owner)
            inside = not mine or area in mine
            allowed = (
                public
                or {
                    "yes": True,
                    "own area": inside,
                    "own side": side == "NOR" and inside,
                    "own": owner == ME,
                    "no": False,
                }[cell]
            )
            said = forbidden(who, operation, subject)
            assert (said == "") is allowed, (subject, limited, said)


@pytest.mark.parametrize("operation", Operation)
def test_the_desk_may_all_and_the_disabled_nothing(operation):
    assert forbidden(Principal(None, "desk"), operation) == ""
    for role in Role:
        if role is not Role.PUBLIC:
            side = "NOR" if role is Role.LIAISON else ""
            out = Person(ME, "R. Example", "SE", (Grant(role, side),), disabled=True)
            who = Principal(out, "password")
            assert "disabled" in forbidden(who, operation, Subject("NOR", owner=ME))
            assert not may_somewhere(who, operation)


@pytest.mark.parametrize("how", ["public", "token", "password", "openid", "", "DESK"])
def test_nobody_is_at_a_desk_by_saying_so_in_another_way(how):
    assert forbidden(Principal(None, how), Operation.OPEN_CASE)


@pytest.mark.parametrize(("operation", "role"), CELLS, ids=lambda one: one.value)
def test_a_token_narrows_and_never_widens(operation, role):
    """With a scope nothing is allowed that was not; without it nothing at all is."""
    subject = Subject("NOR", AREAS, owner=ME)
    plain = forbidden(principal(role), operation, subject)
    scoped = principal(role, scopes=frozenset({operation.value}))
    assert (forbidden(scoped, operation, subject) == "") is (plain == "")
    for scopes in (frozenset(), frozenset({"all", "*", operation.value.upper()})):
        narrowed = principal(role, scopes=scopes)
        assert forbidden(narrowed, operation, subject)
        assert not may_somewhere(narrowed, operation)


@pytest.mark.parametrize(("operation", "role"), CELLS, ids=lambda one: one.value)
def test_who_may_somewhere_may_on_the_right_thing(operation, role):
    right = Subject("NOR", AREAS, owner=ME)
    assert may_somewhere(principal(role), operation) is (
        forbidden(principal(role), operation, right) == ""
    )


def test_several_roles_reach_as_far_as_each_in_its_own_area():
    grants = (Grant(Role.OBSERVER, areas=("lights",)), Grant(Role.VERIFIER, areas=("storage",)))
    who = Principal(Person(ME, "R. Example", "SE", grants), "password")
    assert forbidden(who, Operation.CONFIRM, Subject(areas=("storage",))) == ""
    assert forbidden(who, Operation.CONFIRM, Subject(areas=("lights",)))
    assert forbidden(who, Operation.VISIT_SITE, Subject(areas=("lights",))) == ""
    assert forbidden(who, Operation.CONFIRM, Subject(areas=("lights", "storage"))) == ""


def test_what_concerns_several_sides_is_open_to_each_of_them():
    both = Subject("SOU", others=("NOR",))
    assert forbidden(principal(Role.LIAISON), Operation.OPEN_CASE, both) == ""
    assert forbidden(principal(Role.LIAISON), Operation.OPEN_CASE, Subject("SOU"))
    no_side = Principal(Person(ME, "R", "", (Grant(Role.LIAISON),)), "password")
    assert forbidden(no_side, Operation.OPEN_CASE, Subject(""))


def test_an_operation_without_a_row_is_refused_to_all(monkeypatch):
    """What is new is closed until somebody opens it."""
    monkeypatch.setattr(table, "TABLE", {})
    for role in Role:
        assert forbidden(principal(role), Operation.READ_PUBLISHED, Subject("NOR", owner=ME))
        assert not may_somewhere(principal(role), Operation.READ_PUBLISHED)


def test_a_refusal_names_the_rule_and_is_an_error_of_the_workflow():
    with pytest.raises(AccessError, match="as party_liaison may only for what concerns their side"):
        require(principal(Role.LIAISON), Operation.REPLY, Subject("SOU"))
    with pytest.raises(WorkflowError, match=r"only in their area \(storage\)"):
        require(principal(Role.VERIFIER, areas=("storage",)), Operation.CONFIRM)
    with pytest.raises(AccessError, match="not open to the public"):
        require(Principal(None, "public"), Operation.OPEN_CASE)
    with pytest.raises(AccessError, match="no role is given"):
        require(Principal(Person(ME, "R", "", ()), "password"), Operation.RUN)
    narrow = principal(Role.ANALYST, scopes=frozenset({"findings.list"}))
    with pytest.raises(AccessError, match=r"scopes are findings\.list"):
        require(narrow, Operation.RUN)
    alone = principal(Role.ANALYST, scopes=frozenset({"credentials.set"}))
    with pytest.raises(AccessError, match="second factor"):
        require(alone, Operation.RUN)
    require(principal(Role.ANALYST), Operation.RUN)


def test_the_administrator_sees_no_content_and_a_party_no_positions():
    content = {
        Operation.LIST_FINDINGS, Operation.OPEN_CASE, Operation.OPEN_POSITION,
        Operation.SEE_SENSORS, Operation.SEE_PATROLS, Operation.READ_OBSERVATIONS,
        Operation.READ_CUSTODY, Operation.OPEN_ORIGINAL, Operation.SEE_SITES, Operation.BUNDLE,
        Operation.EXPORT, Operation.AUDIT_READS,
    }  # fmt: skip
    ours = Subject("NOR", AREAS, owner=OTHER)
    for operation in content:
        assert forbidden(principal(Role.ADMINISTRATOR), operation, ours), operation
    positions = {Operation.OPEN_POSITION, Operation.SEE_SENSORS, Operation.SEE_PATROLS}
    for role, operation in product((Role.LIAISON, Role.CELL, Role.PUBLIC), positions):
        assert forbidden(principal(role), operation, ours), (role, operation)


def test_rules_do_not_look_at_the_clock():
    """Whether a proof still holds is asked once, where the person of now is looked up."""
    past = principal(Role.ANALYST, expires=datetime(2000, 1, 1, tzinfo=UTC))
    assert forbidden(past, Operation.RUN) == ""
