"""A simulated breach from a person's word to the last answer, over real servers on loopback."""

import json
import multiprocessing
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from notice_servers import Hooks, Mailbox, http_server, smtp_server, unused_port
from notice_workspace import (
    ENVIRONMENT,
    MINOR,
    NAMES,
    NOW,
    SECRET,
    SERIOUS,
    UNDETERMINED,
    built,
    confirm,
    copied,
    mail_to_all,
    reject,
    send,
    send_and_stop,
    short,
    stop_before_recording,
    wire_of,
    write_settings,
)
from truceline.errors import WorkflowError, WorkspaceError
from truceline.model.incident import Incident
from truceline.model.procedure import Recipient
from truceline.pipeline import notice_sending, recording
from truceline.pipeline.carriers import Parcel, Wire
from truceline.pipeline.desk import open_desk
from truceline.pipeline.notice_sending import owed_now, send_due
from truceline.pipeline.notices import (
    acknowledge,
    changed,
    drill,
    due_now,
    open_now,
    overdue_now,
    records_of,
    standings,
)
from truceline.pipeline.verify import verify_workspace
from truceline.publication.notice_rules import cap_problems
from truceline.store import database, records
from truceline.transport.outcome import Outcome, Result
from truceline.transport.settings import Settings
from truceline.transport.signature import check

SPAWN = multiprocessing.get_context("forkserver")  # children that have everything imported
SPAWN.set_forkserver_preload(["notice_workspace"])
BOTH = ["both-sides/NOR-LIAISON", "both-sides/SOU-LIAISON"]


def hours(number):
    return timedelta(hours=number)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return built(tmp_path_factory.mktemp("made"))


@pytest.fixture
def ws(made, tmp_path):
    return copied(made, tmp_path)


@pytest.fixture
def desk(ws):
    with open_desk(ws) as one:
        yield one


@pytest.fixture
def box():
    return Mailbox()


@pytest.fixture
def hooks():
    return Hooks()


@pytest.fixture
def mail(box, ws):
    """Mail to everybody, by a real server."""
    with smtp_server(box) as port:
        write_settings(ws, mail_to_all(), mail=port)
        yield box


def subjects(box):
    return [message["Subject"] for _, message, _ in box.taken]


def ids(notices):
    return [short(one.id) for one in notices]


def test_from_a_persons_word_to_the_last_answer(desk, mail):
    assert open_now(desk, NOW) == ()
    assert send(desk) == []
    confirm(desk)
    (opened,) = open_now(desk, NOW)
    assert opened.id == "RV-SERIOUS/STEP-000001"
    assert ids(due_now(desk, NOW)) == BOTH
    assert send(desk) == [(one, "mail-1", "sent") for one in BOTH]
    assert [to for to, _, _ in mail.taken] == [
        ("nor-liaison@nor-liaison.example",),
        ("sou-liaison@sou-liaison.example",),
    ]
    assert send(desk) == []  # nothing goes out twice
    acknowledge(desk, f"{opened.id}/{BOTH[0]}", "N. Example", NOW + hours(1))
    assert overdue_now(desk, NOW + hours(2)) == ()
    # the south is silent: after two hours its answer is overdue and the cell is told all the same
    (late,) = overdue_now(desk, NOW + hours(2.5))
    assert (short(late.notice.id), late.what) == (BOTH[1], "acknowledgement")
    assert send(desk, NOW + hours(2.5)) == [("cell/CELL", "mail-1", "sent")]
    acknowledge(desk, f"{opened.id}/cell/CELL", "C. Example", NOW + hours(3))
    assert send(desk, NOW + hours(3)) == [("commission/COMMISSION", "mail-1", "sent")]
    states = [one.state for _, found in standings(desk, NOW + hours(3)) for one in found]
    assert states == ["acknowledged", "not acknowledged in time", "acknowledged", "sent"]
    assert [(r.what, r.by, r.carrier) for r in records_of(desk)][2:4] == [
        ("acknowledged", "N. Example", ""),
        ("sent", "truceline", "mail-1"),
    ]
    assert verify_workspace(desk.workspace.root).problems == ()


def test_a_finding_of_the_machine_opens_nothing_however_probable(desk, mail):
    with database.reading(desk.engine) as connection:
        found = records.findings(connection)
    assert max(f.probability for f in found if f.outcome.value == "violated") > 0.99
    assert open_now(desk, NOW + hours(1000)) == ()
    assert send(desk, NOW + hours(1000)) == []
    assert mail.taken == []


def test_a_confirmed_doubt_and_a_rejected_breach_open_nothing(desk, mail):
    confirm(desk, UNDETERMINED)
    reject(desk, SERIOUS)
    assert open_now(desk, NOW) == ()
    assert send(desk) == []


def test_a_lighter_breach_opens_the_other_procedure(desk, mail):
    confirm(desk, MINOR)
    assert [one.procedure.id for one in open_now(desk, NOW)] == ["RV-ANY"]
    assert len(send(desk)) == 2


def test_a_rejection_is_told_to_those_who_had_a_notice_and_to_nobody_else(desk, mail):
    confirm(desk)
    send(desk)
    reject(desk, now=NOW + hours(1))
    assert send(desk, NOW + hours(1)) == [(f"{one}/withdrawal", "mail-1", "sent") for one in BOTH]
    assert [s.startswith("Withdrawn: ") for s in subjects(mail)] == [False, False, True, True]
    first, _, back, _ = (message for _, message, _ in mail.taken)
    assert back["In-Reply-To"] == first["Message-ID"]
    assert send(desk, NOW + hours(100)) == []
    assert overdue_now(desk, NOW + hours(100)) == ()
    acknowledge(desk, f"RV-SERIOUS/STEP-000001/{BOTH[0]}/withdrawal", "N. Example", NOW + hours(2))
    states = [one.state for _, found in standings(desk, NOW + hours(2)) for one in found]
    assert states == ["sent", "sent", "withdrawn", "withdrawn", "acknowledged", "sent"]
    # who confirms it after all opens it anew: nobody stays with a withdrawal that no longer holds
    confirm(desk, now=NOW + hours(3), by="S. Example")
    assert [one.id for one in open_now(desk, NOW + hours(3))] == [
        "RV-SERIOUS/STEP-000001",
        "RV-SERIOUS/STEP-000003",
    ]
    assert send(desk, NOW + hours(3)) == [(one, "mail-1", "sent") for one in BOTH]
    assert verify_workspace(desk.workspace.root).problems == ()


def test_a_rejection_before_anything_went_out_tells_nobody(desk, mail):
    confirm(desk)
    reject(desk)
    assert send(desk) == []
    assert mail.taken == []


def test_events_of_the_agreement_count_from_the_day_of_the_set_up(desk, ws, box):
    recipients = mail_to_all()
    write_settings(ws, recipients)
    assert (
        open_now(desk, NOW) == ()
    )  # it entered into force before: nobody is told twelve days late
    with smtp_server(box) as port:
        write_settings(ws, recipients, mail=port, begins="2026-04-30T00:00:00Z")
        assert [one.procedure.id for one in open_now(desk, NOW)] == ["RV-START"]
        assert len(overdue_now(desk, NOW)) == 4
        assert [way for _, way, _ in send(desk)] == ["mail-1"] * 4
    assert [to[0].split("@")[0].upper() for to, _, _ in box.taken] == list(NAMES)


def test_mail_hook_and_cap_side_by_side(desk, ws, box, hooks, tmp_path):
    with smtp_server(box) as port, http_server(hooks) as web:
        line = (
            'mail = ["a@cell.example", "b@cell.example"]\n'
            f'hook = "http://127.0.0.1:{web}/hook"\nhook_secret_env = "HOOK_SECRET"\n'
            f'cap_post = "http://127.0.0.1:{web}/cap"\ncap_folder = "{tmp_path}/cap"\n'
        )
        write_settings(ws, {"NOR-LIAISON": line}, mail=port)
        confirm(desk)
        done = send(desk)
    ways = ["mail-1", "mail-2", "hook", "cap-post", "cap-file"]
    assert done == [(BOTH[0], way, "sent") for way in ways] + [(BOTH[1], "", "later")]
    # one message a recipient: nobody sees whom else it went to
    assert [(to, message["To"]) for to, message, _ in box.taken] == [
        (("a@cell.example",), "a@cell.example"),
        (("b@cell.example",), "b@cell.example"),
    ]
    (_, headers, body), (path, others, alert) = hooks.taken
    key = check(SECRET, headers, body, NOW)
    assert unquote(key).endswith(f"/RV-SERIOUS/STEP-000001/{BOTH[0]}")
    assert json.loads(body)["notice"] == f"RV-SERIOUS/STEP-000001/{BOTH[0]}"
    assert (path, others["Content-Type"]) == ("/cap", "application/cap+xml")
    assert "webhook-signature" not in others
    assert (headers["Idempotency-Key"], others["Idempotency-Key"]) == (f'"{key}"', f'"{key}"')
    assert f"<{key}@verification.example>" == box.taken[0][1]["Message-ID"]
    (file,) = (tmp_path / "cap").iterdir()
    assert file.read_bytes() == alert
    assert cap_problems(alert) == ()
    assert verify_workspace(ws).problems == ()


def every_text(mailbox, web, folder):
    texts = [message.as_string() for _, message, _ in mailbox.taken]
    texts += [body.decode() for _, _, body in web.taken]
    return texts + [path.read_text() for path in folder.iterdir()]


@pytest.mark.parametrize("practice", [False, True], ids=["real", "drill"])
def test_no_text_holds_place_or_time_of_the_incident_and_a_drill_says_so(
    desk, ws, box, hooks, tmp_path, practice
):
    with smtp_server(box) as port, http_server(hooks) as web:
        line = (
            'mail = ["a@cell.example"]\n'
            f'hook = "http://127.0.0.1:{web}/hook"\nhook_secret_env = "HOOK_SECRET"\n'
            f'cap_folder = "{tmp_path}/cap"\n'
        )
        write_settings(ws, dict.fromkeys(NAMES, line), mail=port)
        if practice:
            drill(desk, "RV-SERIOUS", NOW, "N. Example")
        else:
            confirm(desk)
        send(desk)
        if not practice:
            reject(desk, now=NOW + hours(1))
            send(desk, NOW + hours(1))
    with database.reading(desk.engine) as connection:
        (incident,) = records.incident_history(connection, SERIOUS.split("/", maxsplit=1)[0])
    texts = every_text(box, hooks, tmp_path / "cap")
    assert len(texts) == (6 if practice else 12)
    for text in texts:
        assert not any(sharp in text for sharp in sharp_words(incident))
        assert ("DRILL" in text) == practice
    marks = [json.loads(body)["drill"] for _, _, body in hooks.taken]
    assert set(marks) == {practice}


def sharp_words(incident: Incident):
    """Give every way in which place or time of an incident could stand in a text."""
    start = incident.time.start
    assert start.date() < NOW.date()
    yield from (f"{value:.2f}" for value in (incident.lon, incident.lat))
    yield from (f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{start:%d.%m.}", f"{start:%d %b}")
    if incident.place_name:
        yield incident.place_name


def test_a_drill_of_each_procedure_opens_that_one_and_no_other(desk, mail):
    for number, procedure in enumerate(("RV-SERIOUS", "RV-ANY", "RV-START"), start=1):
        opened = drill(desk, procedure, NOW, "N. Example")
        assert (opened.id, opened.drill) == (f"{procedure}/DRILL-{number:06d}", True)
    assert len(open_now(desk, NOW)) == 3
    send(desk)
    assert all(subject.startswith("DRILL: ") for subject in subjects(mail))
    assert len(mail.taken) == 8
    acknowledge(desk, "RV-START/DRILL-000003/everybody/CELL", "C. Example", NOW)
    assert verify_workspace(desk.workspace.root).problems == ()
    with pytest.raises(WorkflowError, match="it has RV-SERIOUS, RV-ANY, RV-START"):
        drill(desk, "RV-NONE", NOW, "N. Example")
    with pytest.raises(WorkflowError, match="who opens the drill"):
        drill(desk, "RV-ANY", NOW, " ")


def test_what_may_not_be_acknowledged(desk, mail):
    confirm(desk)
    first, cell = f"RV-SERIOUS/STEP-000001/{BOTH[0]}", "RV-SERIOUS/STEP-000001/cell/CELL"
    for notice, by, said in (
        (first, "N. Example", "was not sent before"),
        (first, " ", "who acknowledges"),
        (cell, "N. Example", "was not sent before"),
        ("RV-SERIOUS/STEP-000009/cell/CELL", "N. Example", "no open procedure has a notice"),
        ("RV-SERIOUS/STEP-000001/none/CELL", "N. Example", "has no notice"),
    ):
        with pytest.raises(WorkflowError, match=said):
            acknowledge(desk, notice, by, NOW)
    send(desk)
    acknowledge(desk, first, "N. Example", NOW)
    with pytest.raises(WorkflowError, match=r"was acknowledged by N\. Example"):
        acknowledge(desk, first, "M. Example", NOW)


def test_a_dead_carrier_blocks_no_other_and_loses_nothing(desk, ws, box, hooks):
    port = unused_port()
    with http_server(hooks) as web:
        lines = {
            name: f'mail = ["x@{name.lower()}.example"]\n'
            f'hook = "http://127.0.0.1:{web}/{name}"\nhook_secret_env = "HOOK_SECRET"\n'
            for name in NAMES
        }
        write_settings(ws, lines, mail=port)
        confirm(desk)
        done = send_due(desk, wire_of(desk), NOW)
        assert [(short(d.notice.id), d.route, d.outcome.code) for d in done] == [
            (BOTH[0], "mail-1", "no connection"),
            (BOTH[0], "hook", "HTTP 204"),
            (BOTH[1], "mail-1", "server is down"),
            (BOTH[1], "hook", "HTTP 204"),
        ]
        # it is sent, since one way brought it; the other way is still owed
        assert due_now(desk, NOW) == ()
        assert send(desk, NOW + timedelta(seconds=30)) == [(BOTH[1], "mail-1", "later")]
        assert send(desk, NOW + timedelta(seconds=45)) == []  # it waits for its next try
        wire = wire_of(desk)
        later = NOW + timedelta(minutes=2)
        assert [one.id[1] for one in owed_now(desk, wire, later)] == ["mail-1", "mail-1"]
    with smtp_server(box) as revived:
        write_settings(ws, lines, mail=revived)
        assert send(desk, later) == [(one, "mail-1", "sent") for one in BOTH]
    # the message bears the date of its first try; the record says when it went
    assert box.taken[0][1]["Date"].datetime == NOW
    assert records_of(desk)[-2].time == "2026-05-13T09:02:00Z"
    assert len(hooks.taken) == 2
    assert verify_workspace(ws).problems == ()


def test_pauses_grow_and_have_an_end(desk, ws):
    only = {"NOR-LIAISON": mail_to_all()["NOR-LIAISON"]}
    write_settings(ws, only, mail=unused_port())
    confirm(desk)
    tries = []
    for minute in range(240):
        now = NOW + timedelta(minutes=minute)
        tries += [minute] if [w for _, w, _ in send(desk, now) if w] else []
    assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert [r.what for r in records_of(desk)] == []
    found = standings(desk, NOW + hours(4))[0][1][0]
    assert (found.state, found.attempts[0].tries) == ("not sent in time", 9)


def test_a_lasting_refusal_is_on_record_and_tried_again_when_corrected(desk, ws, mail):
    north = "nor-liaison@nor-liaison.example"
    mail.at_rcpt[north] = f"550 5.1.1 <{north}>: no such user"
    confirm(desk)
    done = send_due(desk, wire_of(desk), NOW)
    assert [d.outcome.result.value for d in done] == ["failed", "sent"]
    assert north in done[0].outcome.said
    (row, _) = records_of(desk)
    assert (row.what, row.carrier, row.detail) == ("failed", "mail-1", "SMTP 550 5.1.1")
    # the cell is told all the same, once the time of what could not be brought is over
    assert send(desk, NOW + hours(1)) == []
    assert send(desk, NOW + hours(3)) == [("cell/CELL", "mail-1", "sent")]
    late = [(short(one.notice.id), one.what) for one in overdue_now(desk, NOW + hours(3))]
    assert late == [(BOTH[0], "sending"), (BOTH[1], "acknowledgement")]
    # a person tries it again, then corrects the address
    assert (BOTH[0], "mail-1", "failed") in send(desk, NOW + hours(7), again=True)
    recipients = mail_to_all()
    recipients["NOR-LIAISON"] = 'mail = ["duty@nor-liaison.example"]'
    write_settings(ws, recipients, mail=wire_of(desk)._settings.mail.port)
    assert (BOTH[0], "mail-1", "sent") in send(desk, NOW + hours(8))
    assert [r.what for r in records_of(desk)].count("failed") == 2
    assert verify_workspace(ws).problems == ()


def test_no_address_and_no_secret_is_in_the_log_or_the_records_of_it(desk, ws, mail):
    north = "nor-liaison@nor-liaison.example"
    mail.at_rcpt[north] = f"550 5.1.1 <{north}>: no such user"
    confirm(desk)
    send(desk)
    opened = b"".join(path.read_bytes() for path in (ws / "openings").iterdir())
    assert b"550 5.1.1" in opened
    assert b"liaison.example" not in opened
    assert ENVIRONMENT["HOOK_SECRET"].encode() not in opened
    assert "example" not in "".join(r.detail for r in records_of(desk))
    rows = (ws / "truceline.db").read_bytes() + (ws / "truceline.db-wal").read_bytes()
    assert b"liaison.example" not in rows


def test_a_way_that_is_added_later_brings_no_old_notices(desk, ws, mail, tmp_path):
    confirm(desk)
    send(desk)
    port = wire_of(desk)._settings.mail.port
    more = {n: f'{line}\ncap_folder = "{tmp_path}/cap"' for n, line in mail_to_all().items()}
    write_settings(ws, more, mail=port)
    assert send(desk, NOW + hours(1)) == []
    acknowledge(desk, f"RV-SERIOUS/STEP-000001/{BOTH[0]}", "N. Example", NOW + hours(1))
    acknowledge(desk, f"RV-SERIOUS/STEP-000001/{BOTH[1]}", "S. Example", NOW + hours(1))
    assert send(desk, NOW + hours(1)) == [
        ("cell/CELL", "mail-1", "sent"),
        ("cell/CELL", "cap-file", "sent"),
    ]


def test_a_secret_that_is_missing_holds_up_nobody_else(desk, ws, hooks):
    with http_server(hooks) as web:
        url = f'hook = "http://127.0.0.1:{web}/x"\n'
        write_settings(
            ws,
            {
                "NOR-LIAISON": f'{url}hook_secret_env = "NOT_SET"',
                "SOU-LIAISON": f'{url}hook_secret_env = "HOOK_SECRET"',
            },
        )
        confirm(desk)
        done = send_due(desk, wire_of(desk), NOW)
    assert [(d.outcome.result.value, d.outcome.code) for d in done] == [
        ("later", "secret missing or malformed"),
        ("sent", "HTTP 204"),
    ]
    assert "NOT_SET" in done[0].outcome.said


def killed(work, *arguments):
    child = SPAWN.Process(target=work, args=arguments)
    child.start()
    child.join(60)
    return child.exitcode == -9


def test_killed_between_delivery_and_record_it_is_sent_again_with_the_same_key(ws, mail):
    with open_desk(ws) as desk:
        confirm(desk)
    assert killed(send_and_stop, ws)
    assert len(mail.taken) == 1
    with open_desk(ws) as desk:
        assert records_of(desk) == ()
        assert send(desk, NOW + timedelta(seconds=5)) == [(one, "mail-1", "sent") for one in BOTH]
        assert [r.what for r in records_of(desk)] == ["sent", "sent"]
    first, second, _ = (message for _, message, _ in mail.taken)
    assert first.as_bytes() == second.as_bytes()  # so its receiver knows that it is the same
    assert verify_workspace(ws).problems == ()


def test_killed_between_log_and_records_it_is_taken_up_and_not_sent_again(ws, mail):
    with open_desk(ws) as desk:
        confirm(desk)
    assert killed(stop_before_recording, ws, "send")
    (problem,) = verify_workspace(ws).problems
    assert "again" in problem
    with open_desk(ws) as desk:
        assert send(desk) == [(BOTH[1], "mail-1", "sent")]
        assert [r.what for r in records_of(desk)] == ["sent", "sent"]
    assert len(mail.taken) == 2
    assert verify_workspace(ws).problems == ()


def test_what_may_have_gone_out_before_a_rejection_is_taken_back(ws, mail):
    with open_desk(ws) as desk:
        confirm(desk)
    assert killed(send_and_stop, ws)
    with open_desk(ws) as desk:
        reject(desk, now=NOW + hours(1))
        assert send(desk, NOW + hours(1)) == [(f"{BOTH[0]}/withdrawal", "mail-1", "sent")]
        assert [r.by for r in records_of(desk)] == [
            "truceline: it may have gone out, nobody knows",
            "truceline",
        ]
    assert len(mail.taken) == 2
    assert verify_workspace(ws).problems == ()


def test_a_line_that_broke_after_the_text_is_taken_back_too(desk, mail):
    mail.at_data.append("hang up")
    confirm(desk)
    assert [result for _, _, result in send(desk)] == ["later", "sent"]
    reject(desk, now=NOW + timedelta(seconds=10))
    back = send(desk, NOW + timedelta(seconds=10))
    assert back == [(f"{one}/withdrawal", "mail-1", "sent") for one in BOTH]


def test_a_drill_that_was_cut_off_is_taken_up_once(ws):
    assert killed(stop_before_recording, ws, "drill")
    with open_desk(ws) as desk:
        again = drill(desk, "RV-SERIOUS", NOW + hours(1), "N. Example")
        assert again.cause.time == NOW
        assert len(open_now(desk, NOW + hours(1))) == 1
    assert verify_workspace(ws).problems == ()


def test_what_is_taken_back_by_cap_names_the_very_message(desk, ws, tmp_path, hooks):
    """Of two ways, one came later: its withdrawal refers to the date that its own message bore."""
    port = unused_port()
    with http_server(hooks) as web:
        line = f'cap_post = "http://127.0.0.1:{web}/cap"\ncap_folder = "{tmp_path}/cap"\n'
        write_settings(ws, {"NOR-LIAISON": line}, mail=port)
        (tmp_path / "cap").write_text("in the way")
        confirm(desk)
        send(desk)
        (tmp_path / "cap").unlink()
        send(desk, NOW + hours(1))
        reject(desk, now=NOW + hours(2))
        send(desk, NOW + hours(2))
    back, alert = (path.read_text() for path in sorted((tmp_path / "cap").iterdir()))
    assert "<sent>2026-05-13T09:00:00-00:00</sent>" in alert
    assert f"cell@verification.example,RV-SERIOUS/STEP-000001/{BOTH[0]},2026-05-13T09:00:00" in back
    assert "<msgType>Cancel</msgType>" in back


def test_a_person_who_rejects_while_it_is_being_sent_stops_what_follows(desk, mail):
    confirm(desk)
    wire = wire_of(desk)

    class Slow(Wire):
        def deliver(self, route, parcel, now):
            outcome = wire.deliver(route, parcel, now)
            if not parcel.notice.withdrawal:
                reject(desk, now=now)  # recording is not held while a carrier is at work
            return outcome

    slow = Slow(wire._settings, ENVIRONMENT)
    done = [short(d.notice.id) for d in send_due(desk, slow, NOW)]
    assert done == [BOTH[0], f"{BOTH[0]}/withdrawal"]


def test_two_processes_never_send_at_once(desk, ws, mail, monkeypatch):
    monkeypatch.setattr(recording, "_PATIENCE_S", 0.01)
    with (
        recording.alone(ws, "sending"),
        pytest.raises(WorkspaceError, match="another process is sending notices"),
    ):
        send(desk)


def test_a_finding_that_was_revised_since_is_told_beside_its_procedure(desk, monkeypatch):
    confirm(desk)
    (opened,) = open_now(desk, NOW)
    assert changed(desk, opened) == ""
    real = records.finding

    def revised(connection, finding_id):
        found = real(connection, finding_id)
        return replace(found, incident_revision=found.incident_revision + 1)

    monkeypatch.setattr(records, "finding", revised)
    assert "revised since" in changed(desk, opened)
    practice = drill(desk, "RV-ANY", NOW, "N. Example")
    assert changed(desk, practice) == ""


def test_a_message_that_is_no_valid_cap_never_leaves(tmp_path, desk, ws):
    write_settings(ws, {"NOR-LIAISON": f'cap_folder = "{tmp_path}/cap"'})
    confirm(desk)
    notice = replace(due_now(desk, NOW)[0], recipient=Recipient("\x01", "x"))
    wire = wire_of(desk)
    parcel = Parcel(notice, "a/b", NOW)
    outcome = wire.deliver(wire.routes("NOR-LIAISON")[0], parcel, NOW)
    assert (outcome.result, outcome.code) == (Result.FAILED, "no valid CAP message")
    assert not (tmp_path / "cap").exists()


def test_where_nobody_is_named_everything_is_due_and_nothing_goes_out(desk, ws):
    write_settings(ws, {})
    confirm(desk)
    assert send(desk) == [(one, "", "later") for one in BOTH]
    assert records_of(desk) == ()


def test_before_the_set_up_events_of_the_agreement_open_nothing(desk):
    assert open_now(desk, NOW) == ()


def test_carriers_of_ones_own_are_asked_once_for_each_way(desk):
    """Nothing but the protocol is needed: a carrier may be anything that brings a notice."""
    asked = []

    class Pigeon:
        def routes(self, recipient):
            settings = Settings("x@y.example", None, 1, "", None, "")
            return settings.routes.get(recipient, ()) or ROUTES

        def deliver(self, route, parcel, now):
            asked.append((short(parcel.notice.id), route.id, now))
            return Outcome(Result.SENT, "taken")

    from truceline.transport.settings import Route

    ROUTES = (Route("pigeon", "pigeon", "loft"),)  # noqa: N806 - one fixed value
    confirm(desk)
    notice_sending.send_due(desk, Pigeon(), NOW)
    assert asked == [(one, "pigeon", NOW) for one in BOTH]
