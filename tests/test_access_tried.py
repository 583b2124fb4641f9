"""Each role tries each operation for real, on each side's data: what happens is what roles.md says.

The table of the page is read by test_access_table; here the functions of the pipeline are called on
a workspace with two findings (one attributed to each side) and an item of evidence of each side.
"""

import re
import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from people_workspace import EVERYBODY, Drawn
from test_access_table import INTENDED
from truceline.access.rules import Operation, Subject
from truceline.demo.examples import RIVERLINE_DAY
from truceline.errors import AccessError, WorkflowError
from truceline.model.custody import CustodyStep
from truceline.model.person import Person, Principal, Role
from truceline.model.review_rules import StepKind
from truceline.pipeline import access_log, accounts, identities, people, tokens
from truceline.pipeline.acting import AT_DESK, PUBLIC
from truceline.pipeline.bundle import Audience, make_bundle
from truceline.pipeline.case import open_case, queue
from truceline.pipeline.custody import Upload, hand_in, redact
from truceline.pipeline.custody_chain import chain
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.custody_steps import check_out, take_item_step
from truceline.pipeline.deletion import delete_entry
from truceline.pipeline.desk import start
from truceline.pipeline.ingest import ingest
from truceline.pipeline.inventory import sites_of
from truceline.pipeline.reads import audit_reads, open_sensitive, reads
from truceline.pipeline.registered import person
from truceline.pipeline.run import run
from truceline.pipeline.seeing import seen_person
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.trace import trace
from truceline.pipeline.verify import verify
from truceline.pipeline.workflow import Request, act, prepare
from truceline.simulation.day import simulate_day
from truceline.simulation.settings import Settings
from truceline.simulation.write import raw_files
from truceline.store import database, records
from truceline.transport.openid import Identity

BEGUN = datetime(2026, 5, 13, 8, tzinfo=UTC)
NOW = datetime(2026, 5, 15, 9, tzinfo=UTC)
draw = Drawn(77)
SIDES = ("NOR", "SOU")
EACH = tuple(EVERYBODY)
PEOPLE = tuple(
    Person(one, name, nation, (grant,)) for one, (name, nation, grant) in EVERYBODY.items()
)
UNKNOWN = "no item that you may know of"


class World:
    """The workspace, what lies in it for each side, and a count that makes each try a new one."""

    def __init__(self, desk):
        self.desk, self.tries, self.finding, self.item = desk, 0, {}, {}
        with database.reading(desk.engine) as connection:
            found = [f.finding_id for f in records.findings(connection)]
        for side, clause in (("NOR", "R-1"), ("SOU", "R-2")):
            finding_id = next(one for one in found if one.endswith(f"/{clause}"))
            self.step(finding_id, StepKind.REVIEWED, "n.example")
            named = ((side, 0.9), ("undetermined", 0.1))
            self.step(finding_id, StepKind.ATTRIBUTED, "v.example", attribution=named)
            self.finding[side] = finding_id
            offer = Offer("a patrol", side=side)
            data = Upload(f"{side}.txt", [f"photo of {side}".encode()])
            self.item[side] = hand_in(desk, self.who("d.example"), data, offer, NOW).sha256

    def step(self, finding_id, kind, who, **more):
        request = Request(finding_id, kind, "because", **more)
        return act(self.desk, request, NOW - timedelta(hours=1), self.who(who))

    def who(self, person_id):
        if person_id == "public":
            return PUBLIC
        return Principal(person(self.desk, person_id), "password")

    def again(self):
        self.tries += 1
        return self.tries


def law(folder):
    """Give an agreement in which the first clause binds the north alone and the second the south."""
    shutil.copytree(agreement_folder("riverline"), folder)
    path = folder / "agreement.yaml"
    head, *clauses = re.split(r"(?m)^(?=  - id: R-)", path.read_text(encoding="utf-8"))
    for at, side in enumerate(SIDES):
        clauses[at] = clauses[at].replace("binds: [NOR, SOU]", f"binds: [{side}]")
    path.write_text("".join([head, *clauses]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tried")
    made = simulate_day(np.random.default_rng(7), RIVERLINE_DAY, Settings())
    raw = raw_files(made)["reports.csv"]
    with start(folder / "ws", law(folder / "law"), bytes(range(32)), BEGUN) as desk:
        ingest(desk, "reports", raw, "reports.csv", BEGUN)
        run(desk, BEGUN)
        who = AT_DESK
        for one in PEOPLE:
            people.register(desk, who, one, BEGUN, draw)
            who = Principal(PEOPLE[0], "password")
        yield World(desk)


def prepared(kind, **more):
    """Give a try of a step, up to the signature: rules of the agreement may refuse it afterwards."""

    def attempt(w, who, side):
        details = {name: value(side) if callable(value) else value for name, value in more.items()}
        request = Request(w.finding[side], kind, f"try {w.again()}", **details)
        return prepare(w.desk, request, NOW, who)

    return attempt


def listed(w, who, side):
    """See the finding in the queue; what is not for somebody is not there."""
    found = queue(w.desk, NOW, 100, who)
    ids = {one.finding.finding_id for one in found.cases}
    if w.finding[side] not in ids:
        raise AccessError("not in the queue")
    return found


def handed_in(w, who, side):
    data = Upload("x.txt", [f"new {w.again()}".encode()])
    return hand_in(w.desk, who, data, Offer("somebody", side=side), NOW)


def opened(w, who, side, tmp=None):
    out = w.desk.workspace.root / "out" / f"copy-{w.again()}"
    out.parent.mkdir(exist_ok=True)
    return check_out(w.desk, who, w.item[side], out, "to look", NOW)


def redacted(w, who, side):
    data = Upload("y.txt", [f"redacted {w.again()}".encode()])
    return redact(w.desk, who, w.item[side], data, "a face", NOW)


def read_position(operation):
    """Give a try of a sensitive read of what lies on a side and belongs to nobody who asks."""

    def attempt(w, who, side):
        return open_sensitive(w.desk, who, operation, "S-1", NOW, Subject(side))

    return attempt


def renamed(w, who, side):
    return people.change(w.desk, who, "o.example", NOW, draw, name=f"O. Example {w.again()}x")


TRIES = {
    Operation.LIST_FINDINGS: listed,
    Operation.OPEN_CASE: lambda w, who, side: open_case(w.desk, w.finding[side], NOW, who),
    Operation.OPEN_POSITION: lambda w, who, side: trace(w.desk, w.finding[side], NOW, who),
    Operation.SEE_SENSORS: read_position(Operation.SEE_SENSORS),
    Operation.SEE_PATROLS: read_position(Operation.SEE_PATROLS),
    Operation.ASSIGN: prepared(StepKind.ASSIGNED),
    Operation.REVIEW: prepared(StepKind.REVIEWED),
    Operation.GRADE: prepared(StepKind.GRADED, grade="minor"),
    Operation.ATTRIBUTE: prepared(
        StepKind.ATTRIBUTED, attribution=lambda side: ((side, 0.7), ("undetermined", 0.3))
    ),
    Operation.CONFIRM: prepared(StepKind.CONFIRMED),
    Operation.REJECT: prepared(StepKind.REJECTED),
    Operation.NOTIFY: prepared(StepKind.NOTIFIED, party=lambda side: side),
    Operation.REPLY: prepared(StepKind.REPLIED, party=lambda side: side),
    Operation.DISSENT: prepared(StepKind.DISSENTED),
    Operation.FINALISE: prepared(StepKind.FINAL),
    Operation.REOPEN: prepared(StepKind.REOPENED),
    Operation.HAND_IN: handed_in,
    Operation.READ_CUSTODY: lambda w, who, side: chain(w.desk, w.item[side], who, NOW),
    Operation.OPEN_ORIGINAL: opened,
    Operation.REDACT: redacted,
    Operation.DELETE_ENTRY: lambda w, who, _: delete_entry(w.desk, who, 10**9, "law", "why", NOW),
    Operation.BUNDLE: lambda w, who, side: make_bundle(
        w.desk, w.finding[side], Audience.CELL, NOW, who
    ),
    Operation.BUNDLE_PARTY: lambda w, who, side: make_bundle(
        w.desk, w.finding[side], Audience.PARTY, NOW, who
    ),
    Operation.BUNDLE_PUBLIC: lambda w, who, side: make_bundle(
        w.desk, w.finding[side], Audience.PUBLIC, NOW, who
    ),
    Operation.SEE_SITES: lambda w, who, side: sites_of(w.desk, who, side, NOW),
    Operation.MANAGE_PEOPLE: renamed,
    Operation.SEE_PEOPLE: lambda w, who, _: seen_person(w.desk, who, "o.example", NOW),
    Operation.REVOKE_TOKEN: lambda w, who, _: tokens.listed(w.desk, who, NOW, "o.example"),
    Operation.AUDIT_ACCESS: lambda w, who, _: access_log.audit_access(
        w.desk, who, NOW, "o.example"
    ),
    Operation.AUDIT_READS: lambda w, who, _: audit_reads(w.desk, who, NOW, "o.example"),
}
"""Operation to what does it; those on a person are tried on the observer."""
ON_A_PERSON = frozenset(
    {Operation.SEE_PEOPLE, Operation.REVOKE_TOKEN, Operation.AUDIT_ACCESS, Operation.AUDIT_READS}
)
REFUSED_BY_THE_AGREEMENT = frozenset(
    {
        Operation.REVIEW, Operation.ATTRIBUTE, Operation.NOTIFY, Operation.REPLY,
        Operation.DISSENT, Operation.FINALISE, Operation.REOPEN, Operation.DELETE_ENTRY,
    }
)  # fmt: skip
"""Here a rule of the agreement (or that there is no such entry) may refuse what the table allows."""


def intended(operation, person_id, side):
    """Say what roles.md intends for somebody on a side's data that others handed in."""
    role = Role.PUBLIC if person_id == "public" else EVERYBODY[person_id][2].role
    own = operation in ON_A_PERSON and person_id == "o.example"
    spoken_for = "" if person_id == "public" else EVERYBODY[person_id][2].side
    cell = INTENDED[operation.value, role]
    return {"yes": True, "own area": True, "own side": spoken_for == side, "own": own, "no": False}[
        cell
    ]


def attempted(world, operation, who, side):
    """Try it; say whether the table's rule let it happen, and whether it did."""
    try:
        TRIES[operation](world, who, side)
    except AccessError as error:
        return False, False, str(error)
    except WorkflowError as error:
        return UNKNOWN not in str(error), False, str(error)
    return True, True, ""


@pytest.mark.parametrize("operation", TRIES, ids=lambda one: one.value)
def test_what_happens_is_what_the_page_says(world, operation):
    done = 0
    for person_id in (*EACH, "public"):
        for side in SIDES:
            let, did, said = attempted(world, operation, world.who(person_id), side)
            assert let is intended(operation, person_id, side), (person_id, side, said)
            done += did
    assert done or operation in REFUSED_BY_THE_AGREEMENT, "nobody could do it: the try is no try"


@pytest.mark.parametrize("operation", TRIES, ids=lambda one: one.value)
def test_a_name_alone_and_a_narrow_token_do_nothing(world, operation):
    narrow = Principal(world.who("v.example").person, "token", frozenset({"published.read"}))
    ended = Principal(world.who("v.example").person, "token", None, NOW)
    for who in (AT_DESK, narrow, ended):
        let, did, said = attempted(world, operation, who, "NOR")
        assert (let, did) == (False, False), (who.how, said)


def test_everybody_sets_their_own_password_and_nobody_anothers(world):
    """There is no way to name somebody else; an administrator can only invite."""
    for person_id in EACH:
        made = accounts.begin_second_factor(world.desk, world.who(person_id), NOW, draw)
        assert made.secret.text
        token = tokens.issue(world.desk, world.who(person_id), [], 1, "a try", NOW, draw)
        assert tokens.by_token(world.desk, token.secret.text, NOW).person.person_id == person_id
    for nobody in (PUBLIC, AT_DESK):
        with pytest.raises(AccessError):
            accounts.begin_second_factor(world.desk, nobody, NOW, draw)
        with pytest.raises(AccessError):
            tokens.issue(world.desk, nobody, [], 1, "a try", NOW, draw)


@pytest.mark.parametrize("who", [one for one in EACH if one != "a.admin"])
def test_what_an_administrator_does_nobody_else_can(world, who):
    desk, me = world.desk, world.who(who)
    new = Person(f"x.{who}", "X", "", PEOPLE[1].grants)
    there = Identity("https://id.example", who)
    for attempt in (
        lambda: people.register(desk, me, new, NOW, draw),
        lambda: people.disable(desk, me, "o.example", NOW, draw),
        lambda: accounts.reset(desk, me, "o.example", NOW),
        lambda: identities.bind(desk, me, who, there, NOW),
        lambda: identities.unbind(desk, me, who, there, NOW),
        lambda: tokens.listed(desk, me, NOW),
    ):
        with pytest.raises(AccessError):
            attempt()


def test_whoever_hands_something_in_sees_it_again_and_only_that(world):
    for person_id, side in (("o.example", ""), ("l.north", "NOR")):
        me = world.who(person_id)
        data = Upload("mine.txt", [f"mine {world.again()}".encode()])
        mine = hand_in(world.desk, me, data, Offer("me", side=side), NOW).sha256
        assert chain(world.desk, mine, me, NOW).links
        other = "l.south" if person_id == "l.north" else "l.north"
        with pytest.raises(WorkflowError, match=UNKNOWN):
            chain(world.desk, mine, world.who(other), NOW)
        with pytest.raises(AccessError):
            take_item_step(world.desk, me, mine, CustodyStep.SEALED, "hide it", NOW)


def test_each_sensitive_read_is_in_the_log_with_who_what_and_when(world):
    before = len(reads(world.desk))
    me = world.who("v.example")
    trace(world.desk, world.finding["NOR"], NOW, me)
    for who in ("l.north", "a.admin", "public"):
        with pytest.raises(AccessError):
            trace(world.desk, world.finding["NOR"], NOW, world.who(who))
    (row,) = reads(world.desk)[before:]
    assert (row.operation, row.person_id, row.person, row.how, row.time) == (
        "position.open", "v.example", "V. Example", "password", "2026-05-15T09:00:00Z",
    )  # fmt: skip
    assert row.subject == world.finding["NOR"].split("/")[0]
    event = next(e for e in world.desk.events() if e.index == row.log_index)
    assert event.type == "read.sensitive"
    assert row in audit_reads(world.desk, world.who("c.example"), NOW)
    assert row in audit_reads(world.desk, me, NOW, "v.example")
    with pytest.raises(AccessError):
        audit_reads(world.desk, world.who("a.admin"), NOW)


def test_after_all_these_tries_the_workspace_holds(world):
    assert verify(world.desk).problems == ()
