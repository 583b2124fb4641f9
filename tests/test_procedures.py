"""Triggers end to end with a simulated breach: who is told, by when, in which order; and by whom not."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.agreement import agreement_files, load_agreement, parse_agreement
from truceline.errors import AgreementError, WorkflowError
from truceline.guarantees.procedure_clock import progress
from truceline.guarantees.procedures import (
    acknowledge,
    agreement_occurrences,
    due,
    notices,
    open_procedures,
    overdue,
    sent,
)
from truceline.model.finding import Factor, Finding, Mode, Outcome, Status
from truceline.model.procedure import Occurrence, Standing, Step

AGREEMENTS = Path(__file__).parents[1] / "agreements"
RIVERLINE = load_agreement(AGREEMENTS / "riverline")
PARIS = load_agreement(AGREEMENTS / "paris-2026")
T0 = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
BREACH = Finding(
    finding_id="F-1",
    incident_id="I-1",
    incident_revision=2,
    clause_id="R-2",
    clause_ref="article 2 (1)",
    probability=0.97,
    factors=(Factor("real", 0.97, known=True, reason="two sensors and a patrol"),),
    outcome=Outcome.VIOLATED,
    grade="serious",
    words="almost certain",
    attribution=(("undetermined", 1.0),),
    unverified=(),
    status=Status.CONFIRMED,
    mode=Mode.MANUAL,
)
CONFIRMED = Occurrence("O-1", T0, "R. Example", BREACH)


def hours(number):
    return timedelta(hours=number)


def opened(*occurrences, now=T0, agreement=RIVERLINE):
    return open_procedures(agreement, occurrences, now)


def ids(found):
    return [one.id.split("/", 2)[2] for one in found]


def test_a_breach_that_a_person_confirmed_is_told_acknowledged_and_missed_in_time():
    (procedure,) = opened(CONFIRMED, now=T0)
    assert (procedure.id, procedure.drill) == ("RV-SERIOUS/O-1", False)
    first = due(procedure, (), T0)
    assert ids(first) == ["both-sides/NOR-LIAISON", "both-sides/SOU-LIAISON"]
    assert {one.deadline for one in first} == {T0 + hours(1)}
    assert all("R. Example" in one.cause for one in first)

    records = ()
    for notice in first:
        records = sent(procedure, records, notice.id, "mail", T0 + timedelta(minutes=10))
    assert due(procedure, records, T0 + hours(1)) == ()
    north, south = (one.id for one in first)
    records = acknowledge(procedure, records, north, "N. Example", T0 + hours(1))
    assert overdue(procedure, records, T0 + hours(2)) == ()
    # the south never answers: its two hours are over, and the cell is told all the same
    now = T0 + hours(2.5)
    (late,) = overdue(procedure, records, now)
    assert (late.notice.id, late.what) == (south, "acknowledgement")
    assert late.since == T0 + timedelta(hours=2, minutes=10)
    (cell,) = due(procedure, records, now)
    assert ids([cell]) == ["cell/CELL"]
    # nobody sends it: at four hours it is late, and the commission still waits for it
    now = T0 + hours(5)
    assert [(one.notice.id, one.what) for one in overdue(procedure, records, now)] == [
        (south, "acknowledgement"),
        (cell.id, "sending"),
    ]
    assert [state for _, state in progress(procedure, records, now)] == [
        "acknowledged",
        "not acknowledged in time",
        "not sent in time",
        "waiting",
    ]
    records = sent(procedure, records, cell.id, "mail", now)
    records = acknowledge(procedure, records, cell.id, "C. Example", now)
    assert ids(due(procedure, records, now)) == ["commission/COMMISSION"]
    # the late answer is taken all the same
    records = acknowledge(procedure, records, south, "S. Example", now)
    assert overdue(procedure, records, now) == ()
    assert [state for _, state in progress(procedure, records, now)][1:] == [
        "acknowledged",
        "acknowledged",
        "due",
    ]


@pytest.mark.parametrize(
    ("status", "mode", "outcome"), list(product(Status, Mode, Outcome)), ids=str
)
def test_only_a_breach_that_a_person_confirmed_opens_anything(status, mode, outcome):
    finding = replace(BREACH, status=status, mode=mode, outcome=outcome)
    good = (
        status in (Status.CONFIRMED, Status.FINAL)
        and mode is Mode.MANUAL
        and outcome is Outcome.VIOLATED
    )
    for drill in (False, True):
        found = opened(replace(CONFIRMED, finding=finding, drill=drill))
        assert len(found) == good


def test_an_automatic_finding_opens_nothing_whatever_its_probability():
    machine = replace(BREACH, mode=Mode.AUTOMATIC, status=Status.CONFIRMED, probability=1.0)
    assert opened(replace(CONFIRMED, finding=machine)) == ()


def test_a_confirmation_without_a_named_person_opens_nothing():
    assert opened(replace(CONFIRMED, person=" ")) == ()


def test_what_has_not_happened_yet_opens_nothing():
    assert opened(CONFIRMED, now=T0 - timedelta(seconds=1)) == ()


def test_a_finding_opens_a_procedure_once():
    again = replace(CONFIRMED, id="O-2", time=T0 + hours(3), finding=replace(
        BREACH, status=Status.FINAL))  # fmt: skip
    assert [one.id for one in opened(again, CONFIRMED, now=T0 + hours(4))] == ["RV-SERIOUS/O-1"]


@pytest.mark.parametrize(
    ("clause", "grade", "opens"),
    [
        ("R-2", "serious", ["RV-SERIOUS"]),
        ("R-1", "minor", ["RV-ANY"]),
        ("R-1", "serious", ["RV-ANY", "RV-SERIOUS"]),
        ("R-2", "minor", []),
        ("R-1", "not an incident", []),
        ("R-2", "no such grade", []),
    ],
)
def test_clause_and_grade_decide_which_procedure_opens(clause, grade, opens):
    finding = replace(BREACH, clause_id=clause, grade=grade)
    found = opened(replace(CONFIRMED, finding=finding))
    assert [one.procedure.id for one in found] == opens


def test_a_drill_is_marked_in_every_notice():
    (procedure,) = opened(replace(CONFIRMED, drill=True))
    assert procedure.drill
    assert all(one.drill for one in notices(procedure))
    (real,) = opened(CONFIRMED)
    assert not any(one.drill for one in notices(real))


def test_entry_into_force_opens_the_procedure_of_that_event():
    occurrences = agreement_occurrences(RIVERLINE)
    assert [one.event for one in occurrences] == ["in_force_starts"]
    start = occurrences[0].time
    assert opened(*occurrences, now=start - timedelta(seconds=1)) == ()
    (procedure,) = opened(*occurrences, now=start)
    assert procedure.procedure.id == "RV-START"
    assert len(due(procedure, (), start)) == 4
    assert notices(procedure)[0].cause == "the agreement enters into force"
    assert notices(procedure)[0].area == "area of the agreement riverline"


def test_events_of_agreements_with_an_end_and_of_none():
    easter = load_agreement(AGREEMENTS / "easter-2026")
    assert [one.event for one in agreement_occurrences(easter)] == [
        "in_force_starts",
        "in_force_ends",
    ]
    assert agreement_occurrences(PARIS) == ()


def test_the_reported_plan_opens_in_drills_only_and_says_that_it_is_not_agreed():
    (plan,) = PARIS.responses
    assert plan.standing is Standing.REPORTED
    assert [step.within for step in plan.steps] == [hours(24), None, hours(72)]
    flags = {one.figure: one.state for step in plan.steps for one in step.verified}
    assert (flags["hours_24"], flags["hour"], flags["hours_72"]) == ("yes", "no", "partly")
    assert opened(CONFIRMED, agreement=PARIS) == ()
    (drill,) = opened(replace(CONFIRMED, drill=True), agreement=PARIS)
    assert ids(due(drill, (), T0)) == ["RP-1/UA-CELL"]
    # the second tier has no stated hour, so it is never late
    (first,) = due(drill, (), T0)
    records = sent(drill, (), first.id, "mail", T0)
    records = acknowledge(drill, records, first.id, "U. Example", T0)
    assert due(drill, records, T0 + hours(23)) == ()
    assert ids(due(drill, records, T0 + hours(24))) == ["RP-2/COALITION"]
    late = [one.notice.id.split("/")[2] for one in overdue(drill, records, T0 + hours(900))]
    assert late == ["RP-3", "RP-3", "RP-3"]


def test_proposed_procedures_and_those_for_drills_do_not_open_outside_drills():
    (serious, *rest) = RIVERLINE.responses
    for changed in (replace(serious, standing=Standing.PROPOSED), replace(serious, drill=True)):
        agreement = replace(RIVERLINE, responses=(changed, *rest))
        assert opened(CONFIRMED, agreement=agreement) == ()
        assert len(opened(replace(CONFIRMED, drill=True), agreement=agreement)) == 1


def test_a_rejected_finding_withdraws_and_only_those_who_were_told_are_told_so():
    rejected = replace(BREACH, status=Status.REJECTED)
    step = Occurrence("O-2", T0 + hours(1), "V. Example", rejected)
    (procedure,) = opened(CONFIRMED)
    first = due(procedure, (), T0)[0]
    records = sent(procedure, (), first.id, "mail", T0)
    (procedure,) = opened(CONFIRMED, step, now=T0 + hours(1))
    (back,) = due(procedure, records, T0 + hours(1))
    assert (back.id, back.withdrawal) == (f"{first.id}/withdrawal", True)
    assert back.earlier_sent == T0
    assert "rejected by V. Example" in back.cause
    assert overdue(procedure, records, T0 + hours(48)) == ()
    assert [state for _, state in progress(procedure, records, T0 + hours(1))] == [
        "sent",
        "withdrawn",
        "withdrawn",
        "withdrawn",
    ]
    records = sent(procedure, records, back.id, "mail", T0 + hours(1))
    records = acknowledge(procedure, records, back.id, "N. Example", T0 + hours(2))
    assert due(procedure, records, T0 + hours(2)) == ()


def test_a_machine_rejects_nothing_and_other_findings_withdraw_nothing():
    machine = replace(BREACH, status=Status.REJECTED, mode=Mode.AUTOMATIC)
    other = replace(BREACH, status=Status.REJECTED, finding_id="F-2")
    early = Occurrence("O-4", T0 - hours(1), "V. Example", replace(BREACH, status=Status.REJECTED))
    steps = [Occurrence(f"O-{n}", T0, "V. Example", one) for n, one in ((2, machine), (3, other))]
    (procedure,) = opened(CONFIRMED, early, *steps)
    assert procedure.withdrawn is None


def test_steps_that_are_not_allowed_are_refused_with_the_reason():
    (procedure,) = opened(CONFIRMED)
    first, _, cell, _ = notices(procedure)
    with pytest.raises(WorkflowError, match="was not sent before"):
        acknowledge(procedure, (), first.id, "N. Example", T0)
    with pytest.raises(WorkflowError, match=r"is not due .* due now: RV-SERIOUS/O-1/both-sides"):
        sent(procedure, (), cell.id, "mail", T0)
    records = sent(procedure, (), first.id, "mail", T0)
    with pytest.raises(WorkflowError, match="nothing is sent twice"):
        sent(procedure, records, first.id, "mail", T0)
    with pytest.raises(WorkflowError, match="was not sent before"):
        acknowledge(procedure, records, first.id, "N. Example", T0 - hours(1))
    with pytest.raises(WorkflowError, match="a person must"):
        acknowledge(procedure, records, first.id, " ", T0)
    with pytest.raises(WorkflowError, match="has no notice X"):
        acknowledge(procedure, records, "X", "N. Example", T0)
    records = acknowledge(procedure, records, first.id, "N. Example", T0)
    with pytest.raises(WorkflowError, match=r"acknowledged by N\. Example"):
        acknowledge(procedure, records, first.id, "M. Example", T0)


def test_times_without_zone_and_ids_given_twice_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        opened(CONFIRMED, now=datetime(2026, 5, 14, 9))
    with pytest.raises(ValueError, match="given twice"):
        opened(CONFIRMED, CONFIRMED)


def test_a_notice_names_the_area_of_the_clause_and_nothing_sharper():
    (line,) = opened(CONFIRMED)
    assert line.area.startswith("within 15 km of the line: ")
    zone = replace(BREACH, clause_id="R-5", grade="minor")
    (flight,) = opened(replace(CONFIRMED, finding=zone))
    assert flight.area.startswith("zone: ")
    names = {field.name for notice in notices(line) for field in fields(notice)}
    assert not names & {"lon", "lat", "position", "ellipse", "incident_id"}
    said = " ".join(str(getattr(one, name)) for one in notices(line) for name in sorted(names))
    assert BREACH.incident_id not in said


def test_the_readable_form_names_every_step_and_what_is_not_verified():
    from truceline.guarantees.describe import describe

    text = "\n".join(describe(PARIS))
    assert "reported not agreed" in text
    assert all(step.about in text for step in PARIS.responses[0].steps)
    assert "NOT FULLY VERIFIED hours_72: partly (72 hours after" in text
    assert "RP-2 (no time stated)" in text
    assert "from grade serious" in "\n".join(describe(RIVERLINE))


def test_nothing_is_taken_back_that_stands():
    from truceline.guarantees.procedure_notices import withdrawal_of

    (procedure,) = opened(CONFIRMED)
    with pytest.raises(ValueError, match="was not withdrawn"):
        withdrawal_of(procedure, notices(procedure)[0], T0)


def test_a_step_can_do_nothing_but_tell():
    assert {field.name for field in fields(Step)} == {
        "id",
        "tell",
        "about",
        "not_before",
        "within",
        "after",
        "acknowledge",
        "verified",
    }


@given(st.lists(st.integers(0, 80), min_size=1, max_size=12), st.integers(0, 90))
def test_whatever_is_sent_when_nothing_is_both_due_and_sent_and_no_step_overtakes(times, at):
    (procedure,) = opened(CONFIRMED)
    records = ()
    for minute in sorted(times):
        now = T0 + timedelta(minutes=10 * minute)
        for notice in due(procedure, records, now)[:1]:
            records = sent(procedure, records, notice.id, "mail", now)
    now = T0 + timedelta(minutes=10 * max(*times, at))
    went = [one.notice for one in records if one.what == "sent"]
    order = [one.id for one in notices(procedure)]
    assert went == order[: len(went)], "in the order of the steps"
    assert not set(went) & {one.id for one in due(procedure, records, now)}
    states = dict(progress(procedure, records, now))
    assert set(states) == set(notices(procedure))


BROKEN = [
    ("standing: in_use", "standing: agreed", "standing: 'agreed' is not allowed here; write one of"),
    ("tell: [CELL]", "tell: [CEL]", "tell: unknown recipient 'CEL'; write 'CELL'"),
    ("after: [cell]", "after: [comission]", "after: unknown step above 'comission'"),
    ("id: cell\n", "id: both-sides\n", "the id 'both-sides' was given already in line"),
    ("grade: serious}", "grade: grave}", "trigger.grade: unknown grade 'grave'; write one of"),
    ("{event: in_force_starts}", "{}", "it is not clear what opens the procedure; write either"),
    ("{event: in_force_starts}", "{event: in_force_starts, grade: minor}", "are of a finding;"),
    ("clauses: [R-1,", "clauses: [R-9,", "unknown clause 'R-9'; write"),
    ("within: PT4H", "within: 4 hours", "'4 hours' is no length of time; write it as"),
    ("within: PT4H", "within: PT4H\n        not_before: PT5H", "ends before not_before (PT5H);"),
    ("within: PT4H", "command: open the gate", "unknown field 'command'; write"),
    ("id: RV-ANY", "id: RV-SERIOUS", "the id 'RV-SERIOUS' was given already in line"),
    ("id: CELL,", "id: COMMISSION,", "the id 'COMMISSION' was given already in line"),
    ("standing: in_use", "standing: reported_not_agreed", "a reported procedure has no source; name"),
    ("standing: in_use", "standing: in_use\n    sources: [Z9]", "unknown source 'Z9'; write"),
    ("standing: in_use", "standing: in_use\n    drill: perhaps", "drill: "),
    ("- {id: CELL, name: Coordination cell}", "- CELL", "recipients: fields were expected, not"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN, ids=lambda text: text[:30])
def test_a_mistake_in_the_file_is_named_with_its_line(right, wrong, said):
    files = agreement_files(AGREEMENTS / "riverline")
    text = files["procedures.yaml"].decode()
    assert right in text
    changed = text.replace(right, wrong, 1)
    with pytest.raises(AgreementError) as caught:
        parse_agreement(files | {"procedures.yaml": changed.encode()}, "riverline")
    hits = [one for one in caught.value.problems if said in one]
    assert hits, caught.value.problems
    line = int(hits[0].split(":")[1])
    assert hits[0].startswith("riverline/procedures.yaml:")
    same = [number for number, row in enumerate(changed.splitlines(), 1)
            if any(part in row for part in wrong.split("\n"))]  # fmt: skip
    assert any(abs(line - number) <= 8 for number in same)


def test_an_agreement_without_the_file_has_no_procedures():
    files = agreement_files(AGREEMENTS / "riverline")
    del files["procedures.yaml"]
    found = parse_agreement(files, "riverline")
    assert (found.responses, found.recipients) == ((), ())
    assert open_procedures(found, [CONFIRMED], T0) == ()
