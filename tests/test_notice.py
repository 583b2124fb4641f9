"""A notice as CAP 1.2, e-mail and JSON: well formed, marked, coarse, and no header from outside."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model.procedure import Notice, Recipient
from truceline.publication.notice import CAP, cap_xml, email_text, hook_json
from truceline.publication.notice_rules import cap_problems

T0 = datetime(2026, 5, 14, 9, 0, 0, 250_000, tzinfo=UTC)
NOTICE = Notice(
    id="RV-SERIOUS/O 1/cell/CELL",
    agreement="riverline",
    procedure="Notices after a confirmed serious breach",
    recipient=Recipient("CELL", "Coordination cell"),
    about="A serious breach is confirmed. The cell is asked to convene.",
    cause="a breach of article 2 (clause R-2, serious), finding F-1, confirmed by R. Example",
    area="within 15 km of the line: contact",
    grade="serious",
    opened=T0,
    not_before=T0,
    deadline=T0 + timedelta(hours=4),
    person="R. Example",
    acknowledge=timedelta(minutes=90),
    drill=False,
)
BACK = replace(
    NOTICE, id=f"{NOTICE.id}/withdrawal", withdrawal=True, deadline=None, earlier_sent=T0
)
SENDER = "cell@verification.example"
NS = {"cap": CAP}


def tree_of(raw):
    return ET.fromstring(raw)  # noqa: S314 - our own bytes


def text_of(raw, path):
    return tree_of(raw).findtext(path, namespaces=NS)


@pytest.mark.parametrize(
    "notice",
    [
        NOTICE,
        BACK,
        replace(NOTICE, drill=True),
        replace(NOTICE, grade="", acknowledge=None, deadline=None),
        replace(NOTICE, about='less < more & "more" ]]> \x00\x1b[31m'),
    ],
    ids=["real", "withdrawal", "drill", "event", "odd characters"],
)
def test_every_notice_keeps_the_rules_of_cap(notice):
    assert cap_problems(cap_xml(notice, SENDER, T0)) == ()


def test_what_a_real_notice_says_in_cap():
    raw = cap_xml(NOTICE, SENDER, T0)
    assert text_of(raw, "cap:identifier") == "RV-SERIOUS/O_1/cell/CELL"
    assert text_of(raw, "cap:sent") == "2026-05-14T09:00:00-00:00"
    assert text_of(raw, "cap:status") == "Actual"
    assert text_of(raw, "cap:scope") == "Private"
    assert text_of(raw, "cap:addresses") == "CELL"
    assert text_of(raw, "cap:info/cap:severity") == "Severe"
    assert text_of(raw, "cap:info/cap:responseType") == "None"
    assert "owed by 2026-05-14T13:00:00.250000Z" in text_of(raw, "cap:info/cap:instruction")
    assert "acknowledge within 1.5 h" in text_of(raw, "cap:info/cap:instruction")


def test_a_drill_is_an_exercise_and_says_so_everywhere():
    drill = replace(NOTICE, drill=True)
    raw = cap_xml(drill, SENDER, T0)
    assert text_of(raw, "cap:status") == "Exercise"
    assert "DRILL" in text_of(raw, "cap:note")
    assert text_of(raw, "cap:info/cap:headline").startswith("DRILL: ")
    letter = email_text(drill)
    assert letter.subject.startswith("DRILL: ")
    assert letter.body.startswith("DRILL - simulated")
    assert letter.body.rstrip().endswith("nothing has happened")
    assert json.loads(hook_json(drill))["drill"] is True
    assert "DRILL" not in email_text(NOTICE).body + email_text(NOTICE).subject


def test_a_withdrawal_cancels_what_it_refers_to():
    raw = cap_xml(BACK, SENDER, T0 + timedelta(hours=1))
    assert text_of(raw, "cap:msgType") == "Cancel"
    earlier = text_of(cap_xml(NOTICE, SENDER, T0), "cap:identifier")
    assert text_of(raw, "cap:references") == f"{SENDER},{earlier},2026-05-14T09:00:00-00:00"
    assert text_of(raw, "cap:info/cap:urgency") == "Past"
    assert email_text(BACK).subject.startswith("Withdrawn: ")


def test_no_message_holds_a_position():
    raw = cap_xml(NOTICE, SENDER, T0)
    names = {element.tag.split("}")[1] for element in tree_of(raw).iter()}
    assert not names & {"polygon", "circle", "geocode", "altitude"}
    assert text_of(raw, "cap:info/cap:area/cap:areaDesc") == NOTICE.area
    assert set(json.loads(hook_json(NOTICE))) == {
        "notice", "agreement", "procedure", "recipient", "about", "cause", "area", "opened",
        "deadline", "acknowledge_within_s", "drill", "withdrawal",
    }  # fmt: skip


def test_the_letter_says_who_why_and_by_when():
    letter = email_text(NOTICE)
    for part in (NOTICE.recipient.name, NOTICE.cause, NOTICE.area, NOTICE.about, NOTICE.id):
        assert part in letter.body
    assert json.loads(hook_json(NOTICE))["acknowledge_within_s"] == 5400
    assert json.loads(hook_json(replace(NOTICE, acknowledge=None)))["acknowledge_within_s"] is None


def test_a_line_break_in_a_name_makes_no_header():
    evil = replace(NOTICE, procedure="Notice\r\nBcc: everybody@example.org")
    assert "\n" not in email_text(evil).subject
    assert "\r" not in email_text(evil).subject


@given(st.text(max_size=60), st.text(min_size=1, max_size=30))
def test_any_text_gives_a_message_that_keeps_the_rules(about, name):
    notice = replace(NOTICE, about=f"x{about}", id=f"N/{name}", procedure=f"P {name}")
    assert cap_problems(cap_xml(notice, SENDER, T0)) == ()
    assert len(email_text(notice).subject.splitlines()) == 1


def test_a_time_without_zone_or_a_missing_sender_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        cap_xml(NOTICE, SENDER, datetime(2026, 5, 14))
    with pytest.raises(ValueError, match="needs a sender"):
        cap_xml(NOTICE, " ", T0)


GOOD = cap_xml(NOTICE, SENDER, T0).decode()
WRONG = [
    ("<status>Actual<", "<status>Real<", "status: 'Real' is not one of"),
    ("-00:00</sent>", "Z</sent>", "is no time of CAP"),
    ("<addresses>CELL</addresses>", "", "scope Private needs addresses"),
    ("<scope>Private<", "<scope>Restricted<", "scope Restricted needs restriction"),
    ("<msgType>Alert<", "<msgType>Update<", "msgType Update needs references"),
    ("<event>", "<happening>x</happening><event>", "happening does not belong here"),
    ("<areaDesc>within 15 km of the line: contact</areaDesc>", "", "areaDesc is missing"),
    ("<urgency>Expected</urgency>", "<urgency>Expected</urgency>" * 2, "urgency stands 2 times"),
    ("<identifier>RV-SERIOUS/O_1", "<identifier>RV SERIOUS", "holds a blank, comma"),
    ("<headline>Notice: Notices after a confirmed serious breach<", "<headline> <", "empty"),
    ("<value>riverline</value>", "", "parameter: value is missing"),
    ("<note>", "<references>a,b</references><note>", "the order is not that of the schema"),
    ("</note>", "</note><references>a,b</references>", "is not sender,identifier,sent"),
    ("cap:1.2", "cap:1.1", "the root is not alert of CAP 1.2"),
    ("</alert>", "", "not XML"),
    ("<alert", "<!DOCTYPE a><alert", "such a message is not read"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG, ids=[row[2][:30] for row in WRONG])
def test_each_way_of_being_no_cap_alert_is_said(right, wrong, said):
    assert right in GOOD
    problems = cap_problems(GOOD.replace(right, wrong, 1).encode())
    assert any(said in problem for problem in problems), problems
