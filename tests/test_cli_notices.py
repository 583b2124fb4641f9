"""The commands around a breach: confirm, list, send, acknowledge, drill, reject; and what they refuse."""

import json

import pytest

from notice_servers import Hooks, Mailbox, http_server, smtp_server
from notice_workspace import (
    ENVIRONMENT,
    MINOR,
    NAMES,
    SERIOUS,
    UNDETERMINED,
    built,
    copied,
    mail_to_all,
    write_settings,
)
from workspaces import begin, called

AT = "2026-05-13T{}:00Z"
NORTH = "RV-SERIOUS/STEP-000001/both-sides/NOR-LIAISON"
SOUTH = "RV-SERIOUS/STEP-000001/both-sides/SOU-LIAISON"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return built(tmp_path_factory.mktemp("made"))


@pytest.fixture
def ws(made, tmp_path):
    return copied(made, tmp_path)


@pytest.fixture
def cli(capsys, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def call(*arguments, at="09:00"):
        return called(capsys, monkeypatch, *arguments, now=AT.format(at))

    return call


def confirm(cli, ws, finding=SERIOUS, at="09:00", step="confirm"):
    return cli("findings", step, ws, finding, "--by", "R. Example", "--why", "a crater", at=at)


def states(cli, ws, at):
    code, out, _ = cli("notices", "list", ws, "--json", at=at)
    assert code == 0
    return {n["notice"]: n["state"] for one in json.loads(out) for n in one["notices"]}


def test_a_breach_from_the_first_command_to_the_last(cli, ws, tmp_path):
    box, hooks = Mailbox(), Hooks()
    assert cli("notices", "send", ws)[0] == 2
    code, out, _ = cli("notices", "setup", ws)
    assert (code, "for 4 recipients" in out) == (0, True)
    code, _, err = cli("notices", "setup", ws)
    assert (code, "is there already" in err) == (2, True)
    code, out, _ = cli("notices", "list", ws)
    assert (code, out) == (0, "0 open procedures, 0 notices overdue\n")
    with smtp_server(box) as port, http_server(hooks) as web:
        lines = mail_to_all()
        lines["NOR-LIAISON"] += (
            f'\nhook = "http://127.0.0.1:{web}/n"\nhook_secret_env = "HOOK_SECRET"'
            f'\ncap_folder = "{tmp_path}/cap"'
        )
        write_settings(ws, lines, mail=port)
        code, out, _ = confirm(cli, ws)
        assert code == 0
        assert f"{SERIOUS} confirmed by R. Example at 2026-05-13T09:00:00Z" in out
        code, out, _ = cli("notices", "send", ws, "--dry-run")
        assert (code, "2 notices would go out; nothing was sent" in out) == (0, True)
        assert f"[{NORTH}]" in out
        assert "--- mail-1, hook, cap-file" in out
        code, out, _ = cli("notices", "send", ws, "--dry-run", "--json")
        assert [one["by"] for one in json.loads(out)] == ["mail-1", "hook", "cap-file", "mail-1"]
        assert (box.taken, hooks.taken) == ([], [])
        code, out, _ = cli("notices", "send", ws)
        assert (code, out.splitlines()[-1]) == (0, "4 sent, 0 not")
        assert (len(box.taken), len(hooks.taken)) == (2, 1)
        code, out, _ = cli("notices", "acknowledge", ws, NORTH, "--by", "N. Example", at="10:00")
        assert (code, "acknowledged by N. Example" in out) == (0, True)
        assert states(cli, ws, "11:30")[SOUTH] == "not acknowledged in time"
        code, out, _ = cli("notices", "list", ws, at="11:30")
        assert out.splitlines()[-1] == "1 open procedures, 1 notices overdue"
        for words in (
            "NOT ACKNOWLEDGED IN TIME: Liaison of the Southbank Authority",
            "by 2026-05-13T10:00:00Z",
            "2026-05-13T09:00:00Z sent by hook",
            "2026-05-13T10:00:00Z acknowledged by N. Example",
            "DUE: Coordination cell",
            "WAITING: Joint commission",
        ):
            assert words in out
        assert cli("notices", "send", ws, at="11:30")[0] == 0
        confirm(cli, ws, at="12:00", step="reject")
        code, out, _ = cli("notices", "send", ws, "--json", at="12:00")
        assert [one["by"] for one in json.loads(out)] == [
            "mail-1", "hook", "cap-file", "mail-1", "mail-1",
        ]  # fmt: skip
        assert all("/withdrawal" in one["notice"] for one in json.loads(out))
        code, out, _ = cli("notices", "list", ws, at="12:00")
        assert "WITHDRAWN: the finding was rejected 2026-05-13T12:00:00Z by R. Example" in out
        assert out.splitlines()[-1] == "1 open procedures, 0 notices overdue"
    assert [m["Subject"].split(":")[0] for _, m, _ in box.taken] == ["Notice"] * 3 + [
        "Withdrawn"
    ] * 3
    assert len(list((tmp_path / "cap").iterdir())) == 2
    code, out, _ = cli("evidence", "verify", ws, at="13:00")
    assert (code, "everything follows" in out) == (0, True)


def test_what_could_not_go_out_ends_with_one_and_is_shown(cli, ws):
    box = Mailbox()
    box.at_rcpt["nor-liaison@nor-liaison.example"] = "550 5.1.1 no such user"
    box.at_rcpt["sou-liaison@sou-liaison.example"] = "451 4.2.1 later"
    confirm(cli, ws)
    with smtp_server(box) as port:
        write_settings(ws, mail_to_all(), mail=port)
        code, out, _ = cli("notices", "send", ws)
        assert (code, out.splitlines()[-1]) == (1, "0 sent, 2 not")
        assert f"{NORTH}  mail-1: failed (SMTP 550 5.1.1) 5.1.1 no such user" in out
        code, out, _ = cli("notices", "list", ws)
        assert "2026-05-13T09:00:00Z failed by mail-1 (SMTP 550 5.1.1)" in out
        assert "next 2026-05-13T09:01:00Z; mail-1 tried 1 times: SMTP 451 4.2.1" in out
        box.at_rcpt.clear()
        code, out, _ = cli("notices", "send", ws, "--again")
        assert (code, out.splitlines()[-1]) == (0, "2 sent, 0 not")


def test_who_is_reached_by_no_way_is_named(cli, ws):
    confirm(cli, ws)
    write_settings(ws, {})
    code, out, _ = cli("notices", "send", ws)
    assert (code, out.count("no way: later (no way is known)")) == (1, 2)
    code, out, _ = cli("notices", "send", ws, "--dry-run")
    assert (code, "--- no way is known" in out) == (0, True)


def test_a_drill_is_one_from_the_list_to_the_letter(cli, ws):
    box = Mailbox()
    code, out, _ = cli("notices", "drill", ws, "RV-START", "--by", "N. Example")
    assert (code, out.startswith("DRILL RV-START/DRILL-000001 opened by N. Example")) == (0, True)
    code, out, _ = cli("notices", "list", ws)
    assert out.startswith("DRILL RV-START/DRILL-000001")
    with smtp_server(box) as port:
        write_settings(ws, mail_to_all(), mail=port)
        assert cli("notices", "send", ws)[0] == 0
    for _, message, _ in box.taken:
        assert message["Subject"].startswith("DRILL: ")
        assert message.get_content().count("DRILL - simulated, nothing has happened") == 2
    assert len(box.taken) == len(NAMES)
    code, _, err = cli("notices", "drill", ws, "RV-NONE", "--by", "N. Example")
    assert (code, "has no procedure RV-NONE" in err) == (2, True)


def test_steps_stand_beside_their_findings(cli, ws):
    code, out, _ = cli("findings", "confirm", ws, SERIOUS, "--by", "", "--why", "x")
    assert code == 2
    code, _, err = cli("findings", "reject", ws, SERIOUS, "--by", "R. Example", "--why", " ")
    assert (code, "--why" in err) == (2, True)
    assert cli("findings", "confirm", ws, SERIOUS)[0] == 2
    confirm(cli, ws)
    code, out, err = confirm(cli, ws, UNDETERMINED)
    assert (code, "says undetermined, so confirming it opens no procedure" in err) == (0, True)
    confirm(cli, ws, MINOR, step="reject")
    code, out, _ = cli("findings", "list", ws)
    assert "; confirmed by R. Example at 2026-05-13T09:00:00Z" in out
    assert out.splitlines()[-1].endswith("3 with a person's step, the others automatic")
    code, out, _ = cli("findings", "list", ws, "--json")
    taken = {f["finding_id"]: f["steps"] for f in json.loads(out)}
    assert [s["step"] for s in taken[MINOR]] == ["rejected"]
    assert sum(map(len, taken.values())) == 3
    code, out, _ = cli("findings", "show", ws, SERIOUS)
    assert "confirmed by R. Example at 2026-05-13T09:00:00Z: a crater" in out
    code, out, _ = cli("findings", "show", ws, SERIOUS, "--json")
    assert [s["reason"] for s in json.loads(out)["steps"]] == ["a crater"]


def test_a_step_whose_finding_was_revised_or_is_gone_says_so(cli, ws):
    from truceline.pipeline.desk import open_desk
    from truceline.store import database

    confirm(cli, ws)
    confirm(cli, ws, MINOR)
    with open_desk(ws) as desk, database.writing(desk.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE findings SET content = replace(content, '\"incident_revision\":1', "
            "'\"incident_revision\":2') WHERE finding_id = ?",
            (SERIOUS,),
        )
        connection.exec_driver_sql("DELETE FROM findings WHERE finding_id = ?", (MINOR,))
    code, out, _ = cli("findings", "list", ws)
    assert code == 0
    assert "(revised since: this was incident revision 1, now it is 2; look again)" in out
    assert f"{MINOR}: confirmed by R. Example" in out.splitlines()[-1]
    assert "is no more" in out.splitlines()[-1]
    code, out, _ = cli("notices", "list", ws)
    assert out.count("remark: ") == 2
    code, out, _ = cli("notices", "list", ws, "--json")
    said = {one["procedure"]: one["remark"] for one in json.loads(out)}
    assert ("revised since" in said["RV-SERIOUS"], "is no more" in said["RV-ANY"]) == (True, True)


def test_an_agreement_without_procedures_is_told(cli, tmp_path):
    begin(tmp_path / "ws").close()
    code, _, err = cli("notices", "setup", tmp_path / "ws")
    assert (code, "names nobody to be told" in err) == (2, True)
    code, out, _ = cli("notices", "list", tmp_path / "ws")
    assert (code, out) == (0, "0 open procedures, 0 notices overdue\n")
    code, _, err = cli("notices", "drill", tmp_path / "ws", "X", "--by", "N. Example")
    assert (code, "no procedures.yaml" in err) == (2, True)


def test_a_slip_in_the_settings_is_named(cli, ws):
    write_settings(ws, {"NOR-LIASON": ""})
    for command in (("send",), ("list",)):
        code, _, err = cli("notices", *command, ws)
        assert (code, "NOR-LIASON is nobody of the agreement" in err) == (2, True)
