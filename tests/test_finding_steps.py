"""Persons' steps on findings: named, reasoned, logged first, never lost, never changed unseen."""

import json
import multiprocessing
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from notice_workspace import (
    NOW,
    SERIOUS,
    built,
    confirm,
    copied,
    reject,
    stop_before_recording,
)
from truceline.codec.canonical import canonical
from truceline.errors import WorkflowError, WorkspaceError
from truceline.evidence.log import Log
from truceline.model.finding import Status
from truceline.pipeline import recording
from truceline.pipeline.desk import open_desk
from truceline.pipeline.steps import changed_since, occurrences_of, steps, take_step
from truceline.pipeline.verify import verify_workspace
from truceline.store import database, records

SPAWN = multiprocessing.get_context("forkserver")  # children that have everything imported
SPAWN.set_forkserver_preload(["notice_workspace"])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return built(tmp_path_factory.mktemp("made"))


@pytest.fixture
def ws(made, tmp_path):
    return copied(made, tmp_path)


def logged(desk):
    return [event for event in desk.events() if event.type == "finding.step"]


def found(desk):
    with database.reading(desk.engine) as connection:
        return records.findings(connection)


def test_a_step_is_logged_recorded_and_verified(ws):
    with open_desk(ws) as desk:
        step = confirm(desk)
        (event,) = logged(desk)
        assert steps(desk) == (step,)
        finding = next(f for f in found(desk) if f.finding_id == SERIOUS)
        assert changed_since(step, found(desk)) == ""
    assert (step.number, step.step, step.person) == (1, "confirmed", "R. Example")
    assert step.log_index == event.index
    assert event.fields["reason"] == "crater seen"
    assert "finding" not in event.fields  # it stands beside the step, and can stay closed
    (occurrence,) = occurrences_of([step])
    assert (occurrence.id, occurrence.time, occurrence.person) == (
        "STEP-000001",
        NOW,
        "R. Example",
    )
    assert replace(
        occurrence.finding, status=finding.status, mode=finding.mode
    ) == finding  # fmt: skip
    assert verify_workspace(ws).problems == ()


@pytest.mark.parametrize("missing", ["", "  ", "\n\t", "\x00\x1b"])
def test_nobody_and_no_reason_are_refused(ws, missing):
    with open_desk(ws) as desk:
        with pytest.raises(WorkflowError, match="give --by"):
            take_step(desk, SERIOUS, Status.CONFIRMED, missing, "why", NOW)
        with pytest.raises(WorkflowError, match="give --why"):
            take_step(desk, SERIOUS, Status.CONFIRMED, "R. Example", missing, NOW)
        with pytest.raises(WorkflowError, match="at most 2000"):
            take_step(desk, SERIOUS, Status.CONFIRMED, "R. Example", "x" * 2001, NOW)
        assert logged(desk) == []


def test_a_name_of_many_lines_is_one_line(ws):
    with open_desk(ws) as desk:
        step = take_step(desk, SERIOUS, Status.REVIEWED, " R.\nExample\x1b[31m ", "a\r\nb", NOW)
    assert (step.person, step.reason) == ("R. Example [31m", "a b")


def test_what_is_no_finding_or_no_step_is_refused(ws):
    with open_desk(ws) as desk:
        for name in ("INC-999999/R-2", "nothing", ""):
            with pytest.raises(WorkflowError, match="findings list WS"):
                confirm(desk, name)
        with pytest.raises(WorkflowError, match=f"there are INC-000012/R-1, {SERIOUS}"):
            confirm(desk, "INC-000012")
        with pytest.raises(WorkflowError, match="no step of a person"):
            take_step(desk, SERIOUS, Status.PRELIMINARY, "R. Example", "why", NOW)
        with pytest.raises(WorkflowError, match="final follows only on confirmed"):
            take_step(desk, SERIOUS, Status.FINAL, "R. Example", "why", NOW)
        assert logged(desk) == []


def test_the_same_twice_is_refused_and_another_person_may(ws):
    with open_desk(ws) as desk:
        confirm(desk)
        with pytest.raises(WorkflowError, match="nothing has changed since"):
            confirm(desk, now=NOW + timedelta(hours=1))
        confirm(desk, by="S. Example")
        reject(desk)
        confirm(desk, by="S. Example")
        assert [s.number for s in steps(desk)] == [1, 2, 3, 4]
        with pytest.raises(WorkflowError, match="set the clock right"):
            reject(desk, now=NOW - timedelta(seconds=1))


def test_a_finding_that_was_revised_since_is_flagged(ws):
    with open_desk(ws) as desk:
        step = confirm(desk)
        now = found(desk)
        mine = next(f for f in now if f.finding_id == SERIOUS)
        others = [f for f in now if f.finding_id != SERIOUS]
        revised = replace(mine, incident_revision=mine.incident_revision + 1)
        anew = replace(mine, probability=0.4)
        assert "incident revision 1, now it is 2" in changed_since(step, [*others, revised])
        assert "evaluated anew" in changed_since(step, [*others, anew])
        assert "is no more" in changed_since(step, others)


@pytest.mark.parametrize("again", ["the same", "another"])
def test_a_step_that_was_cut_off_after_the_log_is_taken_up(ws, again):
    child = SPAWN.Process(target=stop_before_recording, args=(ws, "confirm"))
    child.start()
    child.join(60)
    assert child.exitcode == -9
    (problem,) = verify_workspace(ws).problems
    assert "do the same again" in problem
    with open_desk(ws) as desk:
        assert steps(desk) == ()
        assert len(logged(desk)) == 1
        if again == "the same":
            step = confirm(desk, now=NOW + timedelta(minutes=5))
            assert step.time == "2026-05-13T09:00:00Z"  # it was done then, once
            assert steps(desk) == (step,)
        else:
            reject(desk, now=NOW + timedelta(minutes=5))
            assert [s.step for s in steps(desk)] == ["confirmed", "rejected"]
        assert len(logged(desk)) == len(steps(desk))
    assert verify_workspace(ws).problems == ()


def test_records_that_are_lost_are_made_anew_from_the_log(ws):
    with open_desk(ws) as desk:
        before = (confirm(desk), reject(desk))
    connection = sqlite3.connect(ws / "truceline.db")
    connection.execute("DELETE FROM finding_steps")
    connection.commit()
    connection.close()
    with open_desk(ws) as desk, recording.recording(desk) as taken:
        assert taken == before
    assert verify_workspace(ws).problems == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE finding_steps SET person = 'X. Example'",
        "UPDATE finding_steps SET step = 'rejected'",
        "UPDATE finding_steps SET content = replace(content, '0.99', '0.98')",
        "UPDATE finding_steps SET log_index = log_index + 1",
        "DELETE FROM finding_steps",
        (
            "INSERT INTO finding_steps SELECT 2, finding_id, incident_revision, step, person, "
            "reason, time, content, log_index + 1, case_revision, person_id, nationality, detail, "
            "signature FROM finding_steps"
        ),
        "INSERT INTO drills VALUES (1, 'RV-SERIOUS', 'X', '2026-05-13T09:00:00Z', 3)",
        (
            "INSERT INTO notice_records VALUES (1, 'n', 'sent', 'x', 'hook', "
            "'2026-05-13T09:00:00Z', '', 3)"
        ),
    ],
)
def test_a_changed_row_is_found(ws, change):
    with open_desk(ws) as desk:
        confirm(desk)
    connection = sqlite3.connect(ws / "truceline.db")
    assert connection.execute(change).rowcount == 1
    connection.commit()
    connection.close()
    problems = verify_workspace(ws).problems
    assert any("of entry" in problem for problem in problems), problems


def test_an_entry_whose_finding_is_not_that_of_its_digest_is_found(ws):
    with open_desk(ws) as desk:
        step = confirm(desk)
        event = recording.event_of(replace(step, number=2))
        event["finding"] = {**json.loads(step.content), "probability": 0.5}  # of the earlier form
        Log.open(ws).append([canonical(event)])
        with recording.recording(desk):
            pass
    problems = verify_workspace(ws).problems
    assert any("not that of its digest" in problem for problem in problems)
    assert any("does not name the step before it" in problem for problem in problems)


@pytest.mark.parametrize("what", ["missing", "another", "apart"])
def test_a_step_without_the_finding_beside_it_is_found_and_recorded_nowhere(ws, what):
    with open_desk(ws) as desk:
        step = confirm(desk)
        entry, seen = recording.events_of(replace(step, number=2))
        behind = {
            "missing": [],
            "another": [{**seen, "sha256": "0" * 64}],
            "apart": [{"type": "log.padded", "time": step.time, "multiple": 64}, seen],
        }[what]
        Log.open(ws).append([canonical(one) for one in (entry, *behind)])
        with recording.recording(desk) as taken:
            assert taken == ()
    problems = verify_workspace(ws).problems
    assert any("does not stand beside it" in problem for problem in problems)


def test_what_stands_beside_a_step_is_logged_with_it_and_taken_up_from_there(ws):
    with open_desk(ws) as desk:
        step = confirm(desk)
        seen = next(e for e in desk.events() if e.index == step.log_index + 1)
        assert (seen.type, canonical(seen.fields["finding"]).decode()) == (
            "finding.seen", step.content,
        )  # fmt: skip
        made = replace(step, number=2, reason="another")
        (index, _) = desk.log(recording.events_of(made))  # and the machine stops here
        with recording.recording(desk) as taken:
            assert taken == (replace(made, log_index=index),)


def test_who_waits_too_long_for_another_process_is_told(ws, monkeypatch):
    monkeypatch.setattr(recording, "_PATIENCE_S", 0.01)
    with (
        open_desk(ws) as desk,
        recording.alone(ws / "openings", "at work"),
        pytest.raises(WorkspaceError, match="another process is recording"),
    ):
        confirm(desk)


def test_a_log_that_is_busy_for_a_moment_is_waited_for(ws):
    import fcntl
    import os
    import threading

    descriptor = os.open(ws / "log", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    threading.Timer(0.5, os.close, [descriptor]).start()
    with open_desk(ws) as desk:
        assert confirm(desk).number == 1


def test_what_is_logged_holds_no_more_than_the_finding(ws):
    with open_desk(ws) as desk:
        confirm(desk)
        (event,) = logged(desk)
    assert not {"lon", "lat", "cov_ee_m2", "members"} & set(
        json.dumps(dict(event.fields)).split('"')
    )
