"""Passwords, second factors, tokens, sessions, invitations and identities on a workspace."""

import json
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from people_workspace import (
    LATER,
    NOW,
    PASSWORD,
    Drawn,
    cheap,
    copied,
    made,
    of,
    with_code,
    with_password,
)  # fmt: skip
from truceline.access import passwords
from truceline.access.hidden import Hidden
from truceline.access.rules import Operation, Subject, forbidden
from truceline.errors import AccessError, WorkflowError
from truceline.pipeline import access_log, accounts, identities, people, tokens
from truceline.pipeline.acting import AT_DESK, PUBLIC, allow
from truceline.pipeline.verify import verify
from truceline.store import accounts as store
from truceline.store import database
from truceline.store.schema_people import SECRET
from truceline.transport.openid import Identity

WRONG = "id, password or code is wrong"
OWN = Subject(owner="v.example")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return made(tmp_path_factory.mktemp("accounts") / "ws")


@pytest.fixture
def desk(once, tmp_path, monkeypatch):
    cheap(monkeypatch)
    with copied(once, tmp_path) as found:
        yield found


def code_of(secret, now):
    return pyotp.TOTP(secret.text).at(now)


def log_in(desk, person_id, password=PASSWORD, code="", now=NOW):
    return accounts.log_in(desk, person_id, password, code, now, Drawn(50))


def test_an_invitation_leads_to_a_password_and_a_second_factor(desk):
    limited = with_password(desk, "v.example")
    assert limited.scopes == accounts.WITHOUT_CODE
    with pytest.raises(AccessError, match="second factor"):
        allow(desk, limited, Operation.CONFIRM, NOW)
    enrolment = accounts.begin_second_factor(desk, limited, NOW, Drawn(2))
    with pytest.raises(AccessError, match="code is wrong"):
        accounts.confirm_second_factor(desk, limited, "000000", NOW, Drawn(3))
    code = code_of(enrolment.secret, NOW)
    codes = accounts.confirm_second_factor(desk, limited, code, NOW, Drawn(4))
    assert len(codes) == 10
    whole = log_in(desk, "v.example", code=code_of(enrolment.secret, LATER), now=LATER)
    assert (whole.how, whole.scopes) == ("password", None)
    allow(desk, whole, Operation.CONFIRM, LATER)
    said = [(c.what, c.person_id, c.by) for c in access_log.changes(desk, "v.example")]
    assert said == [
        ("token issued", "v.example", ""),
        ("password set", "v.example", "v.example"),
        ("second factor set", "v.example", "v.example"),
    ]
    assert verify(desk).problems == ()


@pytest.mark.parametrize(
    ("person_id", "password", "code"),
    [
        ("v.example", PASSWORD, ""),
        ("v.example", PASSWORD, "000000"),
        ("v.example", Hidden("another password"), "CODE"),
        ("v.example", Hidden(""), "CODE"),
        ("v.example", Hidden("x" * 1_000_000), "CODE"),
        ("o.example", PASSWORD, "CODE"),
        ("nobody", PASSWORD, "CODE"),
        ("V.EXAMPLE", PASSWORD, "CODE"),
        ("v.example\u200b", PASSWORD, "CODE"),
        ("\uff56.example", PASSWORD, "CODE"),
        ("", PASSWORD, "CODE"),
        ("' OR 1=1 --", PASSWORD, "CODE"),
        ("x" * 1_000_000, PASSWORD, "CODE"),
        ("\ud800", PASSWORD, "CODE"),
    ],
    ids=range(14),
)
def test_whatever_is_wrong_the_refusal_is_the_same(desk, person_id, password, code):
    secret, _ = with_code(desk, "v.example")
    given = code_of(secret, LATER) if code == "CODE" else code
    with pytest.raises(AccessError) as refused:
        log_in(desk, person_id, password, given, LATER)
    assert str(refused.value).startswith(WRONG)


def test_who_is_disabled_is_refused_in_the_same_words(desk):
    secret, _ = with_code(desk, "v.example")
    with_code(desk, "a.admin")
    people.disable(desk, of(desk, "a.admin"), "v.example", NOW, Drawn(5))
    with pytest.raises(AccessError, match=WRONG):
        log_in(desk, "v.example", code=code_of(secret, LATER), now=LATER)


def test_a_code_opens_once(desk):
    secret, _ = with_code(desk, "v.example")
    code = code_of(secret, LATER)
    log_in(desk, "v.example", code=code, now=LATER)
    with pytest.raises(AccessError, match=WRONG):
        log_in(desk, "v.example", code=code, now=LATER)
    before = code_of(secret, LATER - timedelta(seconds=30))
    with pytest.raises(AccessError, match=WRONG):  # nor the one before it, within the drift
        log_in(desk, "v.example", code=before, now=LATER)
    after = code_of(secret, LATER + timedelta(seconds=30))
    log_in(desk, "v.example", code=after, now=LATER)


def test_the_code_of_the_enrolment_does_not_open_too(desk):
    secret, _ = with_code(desk, "v.example")
    with pytest.raises(AccessError, match=WRONG):
        log_in(desk, "v.example", code=code_of(secret, NOW))


def test_a_recovery_code_opens_once_and_is_in_the_log(desk):
    _, codes = with_code(desk, "v.example")
    assert log_in(desk, "v.example", code=codes[3].text.upper()).scopes is None
    with pytest.raises(AccessError, match=WRONG):
        log_in(desk, "v.example", code=codes[3].text)
    assert access_log.changes(desk, "v.example")[-1].what == "recovery code used"
    assert codes[3].text not in access_log.changes(desk, "v.example")[-1].detail


def test_after_a_few_failures_each_next_one_waits(desk):
    secret, _ = with_code(desk, "v.example")
    moment = LATER
    for _ in range(5):
        with pytest.raises(AccessError, match=WRONG):
            log_in(desk, "v.example", Hidden("wrong one here"), "", moment)
    with pytest.raises(AccessError, match="too many logins have failed") as told:
        log_in(desk, "v.example", code=code_of(secret, moment), now=moment)
    assert "2026-05-13T08:05:02Z" in str(told.value)
    moment += timedelta(seconds=2)
    log_in(desk, "v.example", code=code_of(secret, moment), now=moment)
    with database.reading(desk.engine) as connection:
        assert store.failures_of(connection, "v.example").failures == 0


def test_the_wait_outlasts_the_process_and_ends_after_a_quarter_of_an_hour(desk):
    secret, _ = with_code(desk, "v.example")
    with database.writing(desk.engine) as connection:
        seen = store.failures_of(connection, "v.example")
        until = store.Failures("v.example", 500, "2026-05-13T08:04:00Z")
        assert store.count_failure(connection, seen, until)
    with pytest.raises(AccessError, match=WRONG):
        log_in(desk, "v.example", Hidden("wrong one here"), "", LATER)
    with pytest.raises(AccessError, match="2026-05-13T08:20:00Z"):
        log_in(desk, "v.example", Hidden("wrong one here"), "", LATER)
    end = LATER + timedelta(minutes=15)
    log_in(desk, "v.example", code=code_of(secret, end), now=end)


def test_names_that_nobody_has_wait_too_and_do_not_fill_the_records(desk):
    for _ in range(5):
        with pytest.raises(AccessError, match=WRONG):
            log_in(desk, "nobody")
    with pytest.raises(AccessError, match="too many logins have failed"):
        log_in(desk, "nobody")
    buckets = {accounts._stranger(f"nobody-{n}") for n in range(20_000)}
    assert len(buckets) <= 1024
    assert not any(not one.startswith("?") for one in buckets)


def test_two_logins_at_once_count_as_two_failures_or_one_is_refused(desk):
    """Whoever read the same count as another comes second, so guessing in parallel gains nothing."""
    with_code(desk, "v.example")
    with database.reading(desk.engine) as connection:
        seen = store.failures_of(connection, "v.example")
    after = store.Failures("v.example", 1, "2026-05-13T08:00:00Z")
    for wanted in (True, False):
        with database.writing(desk.engine) as connection:
            assert store.count_failure(connection, seen, after) is wanted


def test_a_hash_of_lesser_parameters_is_made_anew_at_the_next_login(desk, monkeypatch):
    secret, _ = with_code(desk, "v.example")

    def kept():
        with database.reading(desk.engine) as connection:
            return store.secrets_of(connection, "v.example").password

    weak = kept()
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    with pytest.raises(AccessError):
        log_in(desk, "v.example", Hidden("wrong one here"), code_of(secret, LATER), LATER)
    assert kept() == weak
    log_in(desk, "v.example", code=code_of(secret, LATER), now=LATER)
    assert "m=16,t=2" in kept()
    assert passwords.matches(kept(), PASSWORD)


def test_a_rehash_does_not_bring_back_a_password_that_was_changed_meanwhile(desk):
    with_password(desk, "v.example")
    with database.reading(desk.engine) as connection:
        seen = store.secrets_of(connection, "v.example")
    accounts.set_password(desk, of(desk, "v.example"), Hidden("quite another one"), NOW, Drawn(9))
    with database.writing(desk.engine) as connection:
        store.put_hash(connection, seen, "hash of the old one")
    assert log_in(desk, "v.example", Hidden("quite another one"))


def test_an_invitation_counts_once_for_one_thing_and_a_week(desk):
    made_ = tokens.invite(desk, AT_DESK, "v.example", NOW, Drawn())
    text = made_.secret.text
    invited = tokens.by_token(desk, text, NOW)
    assert forbidden(invited, Operation.CONFIRM)
    assert forbidden(invited, Operation.SET_CREDENTIALS, OWN) == ""
    with pytest.raises(AccessError):
        tokens.by_token(desk, text, NOW + timedelta(days=7))
    with pytest.raises(WorkflowError, match="shorter"):  # a slip does not spend it
        accounts.set_password(desk, invited, Hidden("short"), NOW, Drawn())
    accounts.set_password(desk, invited, PASSWORD, NOW, Drawn(1))
    with pytest.raises(AccessError, match="used or revoked"):  # a copy taken before
        accounts.set_password(desk, invited, Hidden("a thief's own password"), NOW, Drawn(2))
    with pytest.raises(AccessError, match="not known, has expired, or was revoked"):
        tokens.by_token(desk, text, NOW)
    assert log_in(desk, "v.example")


def test_the_holder_of_the_files_invites_until_somebody_can_log_in(desk):
    assert not tokens.begun(desk)
    tokens.invite(desk, AT_DESK, "a.admin", NOW, Drawn())
    with_password(desk, "a.admin", draw=Drawn(3))
    assert tokens.begun(desk)
    with pytest.raises(AccessError, match="a name alone counts no more"):
        tokens.invite(desk, AT_DESK, "a.admin", NOW, Drawn(4))
    with pytest.raises(AccessError, match=r"people\.manage"):
        tokens.invite(desk, of(desk, "c.example"), "v.example", NOW, Drawn(4))


@pytest.mark.parametrize("who", ["v.example", "c.example", "l.north"])
def test_whoever_is_registered_but_no_administrator_invites_nobody(desk, who):
    with pytest.raises(AccessError, match=r"people\.manage"):
        tokens.invite(desk, of(desk, who), "v.example", NOW, Drawn())


def test_a_new_password_ends_every_session_but_no_token(desk):
    with_code(desk, "v.example")
    who = of(desk, "v.example")
    session = tokens.open_session(desk, who, LATER, Drawn(11)).secret.text
    token = tokens.issue(desk, who, ["run"][:0], 30, "nightly list", LATER, Drawn(12)).secret.text
    assert tokens.by_token(desk, session, LATER).how == "password"
    accounts.set_password(desk, who, Hidden("quite another one"), LATER, Drawn(13))
    with pytest.raises(AccessError):
        tokens.by_token(desk, session, LATER)
    assert tokens.by_token(desk, token, LATER).how == "token"


def test_a_reset_takes_every_way_in(desk):
    secret, codes = with_code(desk, "v.example")
    token = tokens.issue(desk, of(desk, "v.example"), [], 9, "x", LATER, Drawn(12)).secret.text
    there = Identity("https://id.example", "7")
    identities.bind(desk, of(desk, "a.admin"), "v.example", there, LATER)
    with pytest.raises(AccessError):
        accounts.reset(desk, of(desk, "v.example"), "v.example", LATER)
    accounts.reset(desk, of(desk, "a.admin"), "v.example", LATER)
    for code in (code_of(secret, LATER), codes[0].text):
        with pytest.raises(AccessError):
            log_in(desk, "v.example", code=code, now=LATER)
    with pytest.raises(AccessError):
        tokens.by_token(desk, token, LATER)
    with pytest.raises(AccessError):
        identities.principal_of(desk, there)
    assert with_password(desk, "v.example", now=LATER, draw=Drawn(30)).scopes == (
        accounts.WITHOUT_CODE
    )


def test_a_second_factor_that_is_set_cannot_be_replaced_by_who_stole_a_session(desk):
    with_code(desk, "v.example")
    with pytest.raises(WorkflowError, match="--reset"):
        accounts.begin_second_factor(desk, of(desk, "v.example"), LATER, Drawn(20))
    with pytest.raises(WorkflowError, match="nothing to confirm"):
        accounts.confirm_second_factor(desk, of(desk, "v.example"), "123456", LATER, Drawn(20))


def test_a_token_does_what_it_is_good_for_until_it_ends_or_is_revoked(desk):
    who = of(desk, "n.example")
    made_ = tokens.issue(desk, who, ["run", "findings.list"], 1, "a program", NOW, Drawn(20))
    principal = tokens.by_token(desk, made_.secret.text, NOW)
    assert principal.scopes == {"run", "findings.list"}
    assert (principal.how, principal.proof) == ("token", made_.token_id)
    allow(desk, principal, Operation.RUN, NOW)
    with pytest.raises(AccessError, match="not good for ingest"):
        allow(desk, principal, Operation.INGEST, NOW)
    end = NOW + timedelta(days=1)
    tokens.by_token(desk, made_.secret.text, end - timedelta(seconds=1))
    with pytest.raises(AccessError):
        tokens.by_token(desk, made_.secret.text, end)
    with pytest.raises(AccessError, match="has expired"):
        allow(desk, principal, Operation.RUN, end)
    tokens.revoke(desk, who, made_.token_id, LATER)
    with pytest.raises(AccessError):
        tokens.by_token(desk, made_.secret.text, LATER)
    with pytest.raises(WorkflowError, match="was revoked at"):
        tokens.revoke(desk, who, made_.token_id, LATER)
    told = [json.loads(c.detail) for c in access_log.changes(desk, "n.example")]
    assert told == [
        {
            "token_id": made_.token_id, "how": "token", "purpose": "a program",
            "scopes": ["findings.list", "run"], "expires": "2026-05-14T08:00:00Z",
        },
        {"token_id": made_.token_id},
    ]  # fmt: skip


def test_a_token_makes_no_others_and_opens_no_session(desk):
    token = tokens.issue(desk, of(desk, "v.example"), [], 9, "x", NOW, Drawn(21))
    principal = tokens.by_token(desk, token.secret.text, NOW)
    with pytest.raises(AccessError):
        tokens.issue(desk, principal, [], 9, "y", NOW, Drawn(22))
    with pytest.raises(AccessError, match="begins with a login"):
        tokens.open_session(desk, principal, NOW, Drawn(23))
    with pytest.raises(AccessError):
        accounts.set_password(desk, principal, PASSWORD, NOW, Drawn(24))
    with pytest.raises(AccessError, match="begins with a login"):
        tokens.open_session(desk, PUBLIC, NOW, Drawn(23))


def test_a_token_of_somebody_shut_out_counts_no_more(desk):
    with_code(desk, "a.admin")
    token = tokens.issue(desk, of(desk, "v.example"), [], 9, "x", NOW, Drawn(25)).secret.text
    people.disable(desk, of(desk, "a.admin"), "v.example", NOW, Drawn(26))
    with pytest.raises(AccessError):
        tokens.by_token(desk, token, NOW)
    people.change(desk, of(desk, "a.admin"), "v.example", NOW, Drawn(27), disabled=False)
    with pytest.raises(AccessError):  # let in again they log in again
        tokens.by_token(desk, token, NOW)


def test_a_token_of_a_role_that_was_taken_back_is_worth_nothing(desk):
    from truceline.model.person import Grant, Role

    token = tokens.issue(desk, of(desk, "n.example"), ["run"], 9, "x", NOW, Drawn(25)).secret.text
    grants = (Grant(Role.OBSERVER),)
    people.change(desk, of(desk, "a.admin"), "n.example", NOW, Drawn(27), grants=grants)
    with pytest.raises(AccessError):
        allow(desk, tokens.by_token(desk, token, NOW), Operation.RUN, NOW)


def test_whose_tokens_somebody_may_see_and_revoke(desk):
    mine = tokens.issue(desk, of(desk, "v.example"), [], 9, "x", NOW, Drawn(25))
    theirs = tokens.issue(desk, of(desk, "c.example"), [], 9, "x", NOW, Drawn(26))
    assert [t.token_id for t in tokens.listed(desk, of(desk, "v.example"), NOW, "v.example")] == [
        mine.token_id
    ]
    assert len(tokens.listed(desk, of(desk, "a.admin"), NOW)) == 2
    for whose in (None, "c.example"):
        with pytest.raises(AccessError):
            tokens.listed(desk, of(desk, "v.example"), NOW, whose)
    for token_id in (theirs.token_id, "0" * 12, "' OR ''='"):
        with pytest.raises(AccessError):
            tokens.revoke(desk, of(desk, "v.example"), token_id, NOW)
    with pytest.raises(WorkflowError, match="no token is called"):
        tokens.revoke(desk, of(desk, "a.admin"), "0" * 12, NOW)
    tokens.revoke(desk, of(desk, "a.admin"), theirs.token_id, NOW)


def test_when_a_token_was_used_is_written_at_most_once_a_minute(desk):
    token = tokens.issue(desk, of(desk, "v.example"), [], 9, "x", NOW, Drawn(25))

    def used(now):
        tokens.by_token(desk, token.secret.text, now)
        with database.reading(desk.engine) as connection:
            return store.token(connection, token.token_id).last_used

    assert used(NOW) == "2026-05-13T08:00:00Z"
    assert used(NOW + timedelta(seconds=59)) == "2026-05-13T08:00:00Z"
    assert used(NOW + timedelta(seconds=60)) == "2026-05-13T08:01:00Z"


def test_a_revocation_that_was_cut_off_before_the_log_is_finished(desk, monkeypatch):
    class StoppedError(Exception):
        pass

    def stop(*_, **__):
        raise StoppedError

    token = tokens.issue(desk, of(desk, "v.example"), [], 9, "x", NOW, Drawn(25))
    with monkeypatch.context() as patch:
        patch.setattr(tokens, "note", stop)
        with pytest.raises(StoppedError):
            tokens.revoke(desk, of(desk, "v.example"), token.token_id, NOW)
    with pytest.raises(AccessError):  # it counts no more though the log does not say so yet
        tokens.by_token(desk, token.secret.text, NOW)
    tokens.revoke(desk, of(desk, "v.example"), token.token_id, NOW)
    assert access_log.changes(desk, "v.example")[-1].what == "token revoked"


def test_an_identity_is_bound_by_an_administrator_and_by_nothing_else(desk):
    there = Identity("https://id.example", "subject-7")
    with pytest.raises(AccessError, match="nobody in this mission is known"):
        identities.principal_of(desk, there)
    with pytest.raises(AccessError):
        identities.bind(desk, of(desk, "v.example"), "v.example", there, NOW)
    admin = of(desk, "a.admin")
    identities.bind(desk, admin, "v.example", there, NOW)
    found = identities.principal_of(desk, there)
    assert (found.person.person_id, found.how) == ("v.example", "openid")
    for near in ("subject-8", "SUBJECT-7", "v.example@example.org", "subject-7 "):
        with pytest.raises(AccessError):
            identities.principal_of(desk, Identity("https://id.example", near))
    with pytest.raises(AccessError):
        identities.principal_of(desk, Identity("https://other.example", "subject-7"))
    with pytest.raises(WorkflowError, match=r"bound to v\.example already"):
        identities.bind(desk, admin, "c.example", there, NOW)
    for bad in ("", "x" * 256, "subj\u0435ct", "a\nb"):
        with pytest.raises(WorkflowError, match="ASCII"):
            identities.bind(desk, admin, "c.example", Identity("https://id.example", bad), NOW)
    with pytest.raises(WorkflowError, match="not known by that identity"):
        identities.unbind(desk, admin, "c.example", there, NOW)
    session = tokens.open_session(desk, found, NOW, Drawn(40))
    assert tokens.by_token(desk, session.secret.text, NOW).how == "openid"
    identities.unbind(desk, admin, "v.example", there, NOW)
    with pytest.raises(AccessError):
        identities.principal_of(desk, there)


def test_a_whole_day_of_accounts_leaves_a_log_that_holds(desk):
    secret, codes = with_code(desk, "v.example")
    log_in(desk, "v.example", code=codes[0].text)
    who = of(desk, "v.example")
    token = tokens.issue(desk, who, [], 9, "x", NOW, Drawn(25))
    tokens.revoke(desk, who, token.token_id, LATER)
    assert verify(desk).problems == ()
    assert access_log.audit_access(desk, of(desk, "a.admin"), LATER)
    assert access_log.audit_access(desk, who, LATER, "v.example")
    with pytest.raises(AccessError):
        access_log.audit_access(desk, who, LATER)
    with database.reading(desk.engine) as connection:
        held = {t.name: connection.execute(sa.select(t)).fetchall() for t in SECRET}
    everything = str(held)
    for hidden in (PASSWORD.text, secret.text, token.secret.text, codes[1].text):
        assert hidden not in everything
