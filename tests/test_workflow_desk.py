"""Cases in a workspace: who may, what it rests on, many at once, cut off in the middle, published."""

import json
import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from case_workspace import BY_ID, NOW, built, copied, do, draw, principal
from truceline.access.rules import DESK
from truceline.errors import AccessError, WorkflowError, WorkspaceError
from truceline.model.finding import Status
from truceline.model.person import Grant, Principal, Role
from truceline.model.review_rules import StepKind
from truceline.pipeline import recording, turns
from truceline.pipeline.case import WITHOUT_RULES, case_plain, open_case, queue
from truceline.pipeline.desk import open_desk
from truceline.pipeline.notices import open_now
from truceline.pipeline.people import change
from truceline.pipeline.reporting import write_report
from truceline.pipeline.step_rows import occurrences_of, steps
from truceline.pipeline.steps import take_step
from truceline.pipeline.verify import verify_workspace
from truceline.pipeline.workflow import Request, act, prepare
from truceline.store import database, records

F, G = "INC-000006/R-1", "INC-000001/R-1"
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["case_workspace"])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return built(tmp_path_factory.mktemp("made"))


@pytest.fixture
def ws(made, tmp_path):
    return copied(made, tmp_path)


@pytest.fixture
def desk(ws):
    with open_desk(ws) as opened:
        yield opened


def confirmed(desk, finding=F):
    do(desk, finding, StepKind.REVIEWED, "n.analyst")
    do(desk, finding, StepKind.CONFIRMED, "v.sweden")
    return do(desk, finding, StepKind.CONFIRMED, "p.poland")


def revised(monkeypatch, **changes):
    """Let the records hold another finding than before, as after a run on more data."""
    real = records.finding

    def other(connection, finding_id):
        found = real(connection, finding_id)
        return None if found is None or not changes else replace(found, **changes)

    monkeypatch.setattr(records, "finding", other)


def test_a_workspace_with_rules_and_nobody_registered_says_what_to_do(tmp_path):
    with open_desk(built(tmp_path, people=())) as desk:
        for by in ("R. Example", "root"):
            with pytest.raises(WorkflowError, match=r"(?s)procedure\.yaml, review.*people add ws"):
                take_step(desk, F, Status.CONFIRMED, by, "seen", NOW)
        with pytest.raises(WorkflowError, match="give --by"):
            take_step(desk, F, Status.CONFIRMED, "", "seen", NOW)
        with pytest.raises(AccessError, match="say who you are"):
            act(desk, Request(F, StepKind.REVIEWED, "x"), NOW, Principal(None, "public"), by="X")
        assert steps(desk) == ()


def test_where_people_are_registered_a_name_alone_counts_no_more(desk):
    with pytest.raises(AccessError, match="a name alone counts no more"):
        take_step(desk, F, StepKind.REVIEWED, "N. Example", "seen", NOW)
    with pytest.raises(AccessError, match="a name alone counts no more"):
        open_case(desk, F, NOW, Principal(None, DESK))
    row = take_step(desk, F, "reviewed", "anything", "seen", NOW, principal=principal("n.analyst"))
    assert (row.person, row.person_id, row.nationality) == ("N. Example", "n.analyst", "FI")


@pytest.mark.parametrize(
    ("kind", "who", "said"),
    [
        (StepKind.CONFIRMED, "n.analyst", "may not do finding.confirm"),
        (StepKind.REVIEWED, "a.admin", "may not do finding.review"),
        (StepKind.FINAL, "v.sweden", "may not do finding.finalise"),
        (StepKind.REPLIED, "v.sweden", "may not do finding.reply"),
        (StepKind.ATTRIBUTED, "l.nor", "may not do finding.attribute"),
    ],
)
def test_what_the_table_of_access_does_not_allow_is_refused_first(desk, kind, who, said):
    with pytest.raises(AccessError, match=said):
        do(desk, F, kind, who)


def test_what_the_agreements_rules_forbid_is_refused_though_the_table_allows_it(desk):
    with pytest.raises(WorkflowError, match=r"review\.roles\.dissented"):
        do(desk, F, StepKind.DISSENTED, "n.analyst")
    with pytest.raises(WorkflowError, match=r"review\.roles\.attributed"):
        do(desk, F, StepKind.ATTRIBUTED, "c.chief", attribution=(("NOR", 1.0),))


def test_a_verifier_of_one_area_signs_nothing_of_another(desk):
    zone = next(one.id for one in desk.agreement.geometry if one.role == "zone")
    grants = (Grant(Role.VERIFIER, areas=(zone,)),)
    change(desk, principal("a.admin"), "v.sweden", NOW, draw, grants=grants)
    with pytest.raises(AccessError, match=f"may only in their area .{zone}"):
        do(desk, F, StepKind.REVIEWED, "v.sweden")
    assert queue(desk, NOW, 9, principal("v.sweden")).waiting == ()


def test_a_role_that_was_taken_back_counts_no_more(desk):
    who = principal("v.sweden")
    change(desk, principal("a.admin"), "v.sweden", NOW, draw, disabled=True)
    with pytest.raises(AccessError, match="is disabled"):
        act(desk, Request(F, StepKind.REVIEWED, "x"), NOW, who)


def test_the_whole_way_and_what_is_told_of_it(desk, ws):
    confirmed(desk)
    do(desk, F, StepKind.NOTIFIED, "d.duty", party="NOR")
    do(desk, F, StepKind.NOTIFIED, "d.duty", party="SOU")
    do(desk, F, StepKind.REPLIED, "l.nor", "we were not there")
    with pytest.raises(WorkflowError, match="step 99 is none of"):
        do(desk, F, StepKind.DISSENTED, "w.sweden", refers_to=99)
    dissent = do(desk, F, StepKind.DISSENTED, "w.sweden")
    detail = json.loads(dissent.detail)
    assert (detail["refers_to"], len(detail["follows"])) == (3, 64)
    later = NOW + timedelta(hours=72)
    do(desk, F, StepKind.FINAL, "c.chief", now=later)
    one = open_case(desk, F, later, principal("l.sou"))
    plain = case_plain(one)
    assert (plain["status"], plain["case_revision"]) == ("final", 1)
    assert [s["step"] for s in plain["steps"]][-1] == "final"
    assert plain["steps"][0]["proves"].endswith("not the person's alone")
    do(desk, F, StepKind.REPLIED, "l.sou", "nor were we", now=later)
    do(desk, F, StepKind.REOPENED, "v.sweden", "a second film", now=later)
    again = open_case(desk, F, later, principal("c.chief"))
    assert (again.state.status, again.state.case_revision) == (Status.PRELIMINARY, 2)
    assert [row.case_revision for row in again.steps] == [1] * 9 + [2]
    with database.reading(desk.engine) as connection:
        assert records.finding(connection, F).status is Status.PRELIMINARY
    assert verify_workspace(ws).problems == ()


def test_the_same_step_twice_is_refused_and_a_second_reply_is_another_one(desk):
    do(desk, F, StepKind.REPLIED, "l.nor", "no")
    with pytest.raises(WorkflowError, match="nothing has changed since"):
        do(desk, F, StepKind.REPLIED, "l.nor", "no")
    do(desk, F, StepKind.REPLIED, "l.nor", "no, and again no")
    do(desk, F, StepKind.ASSIGNED, "n.analyst")
    do(desk, F, StepKind.ASSIGNED, "n.analyst", now=NOW + timedelta(minutes=1))
    with pytest.raises(WorkflowError, match="set the clock right"):
        do(desk, F, StepKind.REVIEWED, "n.analyst")
    assert len(steps(desk)) == 4


def test_a_duty_officer_gives_a_finding_to_somebody_and_others_take_it_themselves(desk, ws):
    with pytest.raises(WorkflowError, match=r"review\.roles\.released: duty_officer or chief_of"):
        do(desk, F, StepKind.ASSIGNED, "n.analyst", to="v.sweden")
    with pytest.raises(WorkflowError, match="nobody is registered as 'nobody'"):
        do(desk, F, StepKind.ASSIGNED, "d.duty", to="nobody")
    do(desk, F, StepKind.ASSIGNED, "d.duty", to="v.sweden")
    lock = open_case(desk, F, NOW, principal("d.duty")).state.lock
    assert (lock.person, lock.who) == ("V. Example", "v.sweden")
    with pytest.raises(WorkflowError, match=r"review\.lock.*V\. Example"):
        do(desk, F, StepKind.REVIEWED, "n.analyst")
    do(desk, F, StepKind.REVIEWED, "v.sweden")
    assert open_case(desk, F, NOW, principal("d.duty")).state.lock is None
    do(desk, F, StepKind.ASSIGNED, "n.analyst", to="n.analyst")
    change(desk, principal("a.admin"), "w.sweden", NOW, draw, disabled=True)
    with pytest.raises(WorkflowError, match="can have nothing in progress"):
        do(desk, G, StepKind.ASSIGNED, "d.duty", to="w.sweden")
    assert verify_workspace(ws).problems == ()


def test_a_step_rests_on_what_the_person_saw(desk, monkeypatch):
    do(desk, F, StepKind.REVIEWED, "n.analyst", seen_revision=1)
    with pytest.raises(WorkflowError, match="you saw incident revision 3, now it is 1"):
        do(desk, F, StepKind.CONFIRMED, "v.sweden", seen_revision=3)
    statement = prepare(
        desk, Request(F, StepKind.CONFIRMED, "seen"), NOW, principal("v.sweden")
    ).statement
    revised(monkeypatch, incident_revision=2)
    with pytest.raises(WorkflowError, match="rests on incident revision 1, now it is 2"):
        do(desk, F, StepKind.CONFIRMED, "v.sweden")
    with pytest.raises(WorkflowError, match="you saw incident revision 1, now it is 2"):
        do(desk, F, StepKind.REOPENED, "v.sweden", seen_revision=1)
    do(desk, F, StepKind.REOPENED, "v.sweden", seen_revision=2)
    again = do(desk, F, StepKind.REVIEWED, "n.analyst")
    assert (again.case_revision, again.incident_revision) == (2, 2)
    later = prepare(
        desk, Request(F, StepKind.CONFIRMED, "seen"), NOW, principal("v.sweden")
    ).statement
    assert later != statement


def test_a_finding_that_is_no_more_takes_replies_and_dissent_alone(desk, monkeypatch):
    confirmed(desk)
    revised(monkeypatch)
    do(desk, F, StepKind.REPLIED, "l.nor")
    do(desk, F, StepKind.DISSENTED, "v.sweden")
    with pytest.raises(WorkflowError, match="only replies and dissent are taken now"):
        do(desk, F, StepKind.REOPENED, "v.sweden")
    one = open_case(desk, F, NOW, principal("c.chief"))
    assert "is no more" in one.gone
    assert case_plain(one)["missing"] == one.gone
    with pytest.raises(WorkflowError, match="no finding is called"):
        open_case(desk, G, NOW, principal("c.chief"))


def test_the_queue_puts_first_what_is_nearest_to_its_end(desk):
    assert queue(desk, NOW, 3, principal("d.duty")).cases == ()
    confirmed(desk)
    do(desk, G, StepKind.ASSIGNED, "n.analyst")
    do(desk, "INC-000004/R-1", StepKind.REJECTED, "c.chief")
    found = queue(desk, NOW, 2, principal("d.duty"))
    assert [one.finding.finding_id for one in found.cases] == [F, G]
    assert found.ended == 1
    assert len(found.waiting) == 2
    assert found.left == 2
    assert found.waiting[0].probability >= found.waiting[1].probability
    mine = queue(desk, NOW, 2, principal("l.nor"))
    assert [one.finding.finding_id for one in mine.cases] == [F, G]
    assert (len(mine.waiting), mine.left) == (2, None)


def test_a_confirmed_case_opens_what_one_signature_does_not_and_a_reopened_one_takes_it_back(desk):
    rules = desk.agreement.procedure.review
    confirmed(desk)
    assert [o.finding.status.value for o in occurrences_of(steps(desk), rules)] == [
        "reviewed",
        "reviewed",
        "confirmed",
    ]
    third = occurrences_of(steps(desk), rules)[2]
    assert third.person == "V. Example and P. Example"
    do(desk, F, StepKind.GRADED, "v.sweden", grade="serious")
    assert len(occurrences_of(steps(desk), rules)) == 3
    do(desk, F, StepKind.GRADED, "p.poland", grade="serious")
    graded = occurrences_of(steps(desk), rules)[3]
    assert (graded.finding.status, graded.finding.grade) == (Status.CONFIRMED, "serious")
    do(desk, F, StepKind.REOPENED, "v.sweden")
    back = occurrences_of(steps(desk), rules)[-1]
    assert back.finding.status is Status.PRELIMINARY
    assert open_now(desk, NOW) == ()  # the finding is undetermined, so nothing was opened


def test_a_report_tells_roles_and_nationalities_and_no_name(desk):
    confirmed(desk)
    do(desk, F, StepKind.GRADED, "v.sweden", grade="minor")
    do(desk, F, StepKind.GRADED, "p.poland", grade="minor")
    do(desk, F, StepKind.NOTIFIED, "d.duty", party="NOR")
    do(desk, F, StepKind.REPLIED, "l.nor", "we were <b>not</b> at 47.123456 N")
    do(desk, F, StepKind.DISSENTED, "w.sweden", "too few sources")
    files = write_report(desk, (date(2026, 5, 12),) * 2, NOW + timedelta(days=3))
    page = next(p for p in files if p.name == "report.html").read_text(encoding="utf-8")
    for words in (
        "signed by verifier (SE), verifier (PL); grade minor",
        "<strong>Reply</strong> of Northbank Authority",
        "we were &lt;b&gt;not&lt;/b&gt; at 47.1… N",
        "<strong>Dissent</strong> of verifier (SE)",
        "Persons have looked at 1 of 8 findings",
    ):
        assert words in page
    everything = b"".join(path.read_bytes() for path in files).decode()
    assert not [one.name for one in BY_ID.values() if one.name in everything]
    data = json.loads(next(p for p in files if p.name == "report.json").read_bytes())
    cases = [f["case"] for i in data["incidents"] for f in i["findings"] if f["case"]]
    assert [case["status"] for case in cases] == ["confirmed"]


def test_without_rules_every_face_says_that_one_word_was_enough(tmp_path):
    with open_desk(built(tmp_path, people=(), review=False)) as desk:
        row = take_step(desk, F, StepKind.CONFIRMED, "R. Example", "seen", NOW)
        assert (row.person_id, row.nationality) == ("", "")
        assert case_plain(open_case(desk, F, NOW))["rules"] == WITHOUT_RULES
        files = write_report(desk, (date(2026, 5, 12),) * 2, NOW + timedelta(days=3))
        page = next(p for p in files if p.name == "report.html").read_text(encoding="utf-8")
        assert "one person's word confirms here" in page.replace("&#39;", "'")
        assert "signed by person" in page


@pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgresql"])
def test_twenty_at_once_lose_nothing_and_double_nothing(made, tmp_path, request, server):
    if server:
        ws = built(tmp_path, url=request.getfixturevalue("server_url"))
    else:
        ws = copied(made, tmp_path)
    with open_desk(ws) as desk:
        crowd(desk)
        do(desk, F, StepKind.REVIEWED, "n.analyst")
        found = queue(desk, NOW, 9, principal("d.duty"))
        assert [one.finding.finding_id for one in found.cases] == [G, F]
        assert (len(found.waiting), found.left) == (5, 0)
    assert verify_workspace(ws).problems == ()


def crowd(desk):
    """Let twenty threads take thirty steps at once, ten of them the very same."""

    def dissent(number):
        who = ("v.sweden", "w.sweden", "p.poland", "x.north")[number % 4]
        return do(desk, F, StepKind.DISSENTED, who, f"reason {number}").number

    def review(_):
        try:
            return do(desk, G, StepKind.REVIEWED, "n.analyst").number
        except WorkflowError:
            return 0

    with ThreadPoolExecutor(20) as pool:
        given = [pool.submit(dissent, n) for n in range(20)]
        reviewed = [pool.submit(review, n) for n in range(10)]
        numbers = [one.result() for one in given]
        reviews = [one.result() for one in reviewed]
    assert len([n for n in reviews if n]) == 1
    taken = steps(desk)
    assert sorted([*numbers, max(reviews)]) == [row.number for row in taken] == list(range(1, 22))
    assert {row.reason for row in taken if row.finding_id == F} == {
        f"reason {n}" for n in range(20)
    }
    assert len({row.log_index for row in taken}) == 21


def dissents(root, name, count):
    """Take steps in a process of its own."""
    with open_desk(root) as desk:
        for number in range(count):
            do(desk, F, StepKind.DISSENTED, "v.sweden", f"{name} {number}")


def test_processes_wait_for_one_another(desk, ws):
    children = [SPAWN.Process(target=dissents, args=(ws, name, 5)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0]
    assert {row.reason for row in steps(desk)} == {f"{n} {k}" for n in "ab" for k in range(5)}
    assert verify_workspace(ws).problems == ()


def stop_between(root):
    """Be killed between log and records."""
    from truceline.store import logged

    logged.add = lambda *_: os.kill(os.getpid(), 9)
    with open_desk(root) as desk:
        do(desk, F, StepKind.GRADED, "v.sweden", grade="minor")


@pytest.mark.parametrize("again", ["minor", "serious"])
def test_a_step_that_was_cut_off_is_taken_up_once(desk, ws, again):
    child = SPAWN.Process(target=stop_between, args=(ws,))
    child.start()
    child.join(60)
    assert child.exitcode == -9
    later = NOW + timedelta(minutes=5)
    row = do(desk, F, StepKind.GRADED, "v.sweden", now=later, grade=again)
    wanted = ["minor"] if again == "minor" else ["minor", "serious"]
    assert [json.loads(one.detail)["grade"] for one in steps(desk)] == wanted
    assert row.time == ("2026-05-13T09:00:00Z" if again == "minor" else "2026-05-13T09:05:00Z")
    assert verify_workspace(ws).problems == ()


def test_threads_have_their_turn_in_the_order_in_which_they_came(tmp_path):
    order, started = [], []

    def wait(number):
        with turns.turn(tmp_path, 10, "busy"):
            order.append(number)

    with turns.turn(tmp_path, 1, "busy"):
        for number in range(8):
            thread = threading.Thread(target=wait, args=(number,))
            thread.start()
            started.append(thread)
            line = turns._LINES[str(tmp_path.resolve())]
            while len(line._waiting) < number + 2:
                pass
        with pytest.raises(WorkspaceError, match="busy"), turns.turn(tmp_path, 0.01, "busy"):
            pass
    for thread in started:
        thread.join(10)
    assert order == list(range(8))


def test_who_waits_in_line_too_long_is_told(desk, ws, monkeypatch):
    monkeypatch.setattr(recording, "_PATIENCE_S", 0.05)
    with (
        recording.alone(ws / "openings", "at work"),
        pytest.raises(WorkspaceError, match="another process is recording"),
    ):
        do(desk, F, StepKind.REVIEWED, "n.analyst")
    assert do(desk, F, StepKind.REVIEWED, "n.analyst").number == 1


def test_a_copy_without_keys_says_so_at_once(desk, ws):
    (ws / "keys" / "log.key").rename(ws / "keys" / "away")
    with pytest.raises(WorkspaceError, match=r"keys/log\.key is missing"):
        do(desk, F, StepKind.REVIEWED, "n.analyst")
    (ws / "keys" / "people" / "n.analyst.key").unlink()
    with pytest.raises(WorkspaceError, match=r"n\.analyst\.key is missing"):
        do(desk, F, StepKind.REVIEWED, "n.analyst")
