"""People and accounts on PostgreSQL: the same rows and refusals as on SQLite."""

from datetime import timedelta

import pyotp
import pytest

from people_workspace import LATER, NOW, PASSWORD, Drawn, cheap, made, of, with_code
from truceline.access.hidden import Hidden
from truceline.access.rules import Operation, Subject
from truceline.errors import AccessError
from truceline.pipeline import accounts, identities, people, reads, tokens
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify
from truceline.store import accounts as store
from truceline.store import database, records
from truceline.store.schema_people import LOGGED, SECRET
from truceline.transport.openid import Identity


def life(root, url):
    """Live through everything that writes a row; give all rows and what was refused."""
    draw, refused = Drawn(5), []

    def refuse(action):
        with pytest.raises(AccessError) as told:
            action()
        refused.append(str(told.value))

    with open_desk(made(root, url)) as desk:
        secret, codes = with_code(desk, "v.example")
        me = of(desk, "v.example")
        admin = of(desk, "a.admin")
        for _ in range(5):
            refuse(lambda: accounts.log_in(desk, "v.example", Hidden("wrong one"), "", NOW, draw))
        refuse(lambda: accounts.log_in(desk, "v.example", PASSWORD, "", NOW, draw))
        refuse(lambda: accounts.log_in(desk, "nobody", PASSWORD, "", NOW, draw))
        code = pyotp.TOTP(secret.text).at(LATER)
        accounts.log_in(desk, "v.example", PASSWORD, code, LATER, draw)
        refuse(lambda: accounts.log_in(desk, "v.example", PASSWORD, code, LATER, draw))
        accounts.log_in(desk, "v.example", PASSWORD, codes[2].text, LATER, draw)
        token = tokens.issue(desk, me, ["case.open"], 2, "a program", LATER, draw)
        tokens.by_token(desk, token.secret.text, LATER)
        tokens.revoke(desk, me, token.token_id, LATER)
        refuse(lambda: tokens.by_token(desk, token.secret.text, LATER))
        tokens.open_session(desk, me, LATER, draw)
        there = Identity("https://id.example", "7")
        identities.bind(desk, admin, "c.example", there, LATER)
        again = Identity("https://id.example", "8")
        identities.bind(desk, admin, "c.example", again, LATER)
        identities.unbind(desk, admin, "c.example", again, LATER)
        reads.open_sensitive(desk, me, Operation.SEE_SENSORS, "S-1", LATER, Subject())
        people.disable(desk, admin, "n.example", LATER, draw)
        end = LATER + timedelta(minutes=1)
        accounts.reset(desk, admin, "d.example", end)
        with database.reading(desk.engine) as connection:
            rows = {t.name: records.rows(connection, t) for t in (*LOGGED, *SECRET)}
        assert verify(desk).problems == ()
    return rows, refused


def test_a_life_of_people_is_the_same_on_both_databases(tmp_path, server_url, monkeypatch):
    cheap(monkeypatch)
    here, there = life(tmp_path / "a", ""), life(tmp_path / "b", server_url)
    assert here == there
    assert all(rows for name, rows in here[0].items() if name != "login_failures")


def test_what_happens_once_happens_once_on_a_server(tmp_path, server_url, monkeypatch):
    """Two connections try the same code, the same count and the same invitation at once."""
    cheap(monkeypatch)
    with open_desk(made(tmp_path / "ws", server_url)) as desk:
        with_code(desk, "v.example")
        step = int(LATER.timestamp()) // 30
        with database.reading(desk.engine) as connection:
            seen = store.failures_of(connection, "v.example")
        then = store.Failures("v.example", 1, "2026-05-13T08:00:00Z")
        for won in (True, False):
            with database.writing(desk.engine) as connection:
                assert store.spend_step(connection, "v.example", step) is won
                assert store.count_failure(connection, seen, then) is won
                assert store.put_identity(connection, "https://id.example", "7", "v.example") is won
