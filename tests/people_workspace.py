"""A workspace of riverline with people of every role, and how they prove who they are."""

import shutil
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.low_level import Type

from truceline.access import passwords
from truceline.access.hidden import Hidden
from truceline.model.person import Grant, Person, Principal, Role
from truceline.pipeline import accounts, people, tokens
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.registered import person
from truceline.pipeline.shipped import agreement_folder
from workspaces import SEED

NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
PASSWORD = Hidden("correct horse battery")
EVERYBODY = {
    "a.admin": ("A. Admin", "CH", Grant(Role.ADMINISTRATOR)),
    "o.example": ("O. Example", "SE", Grant(Role.OBSERVER)),
    "d.example": ("D. Example", "FI", Grant(Role.DUTY_OFFICER)),
    "n.example": ("N. Example", "CH", Grant(Role.ANALYST)),
    "v.example": ("V. Example", "SE", Grant(Role.VERIFIER)),
    "c.example": ("C. Example", "IE", Grant(Role.CHIEF)),
    "l.north": ("L. North", "", Grant(Role.LIAISON, "NOR")),
    "l.south": ("L. South", "", Grant(Role.LIAISON, "SOU")),
    "k.example": ("K. Example", "AT", Grant(Role.CELL)),
}
"""Id to name, nationality and role."""


class Drawn:
    """Bytes that look random and are the same each time."""

    def __init__(self, seed=0):
        self.at = seed * 1_000_000

    def __call__(self, size):
        import hashlib

        self.at += 1
        return hashlib.shake_256(f"draw {self.at}".encode()).digest(size)


def cheap(monkeypatch):
    """Let a hash of a password cost little; the real one costs a fifth of a second."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
    monkeypatch.setattr(passwords, "HASHER", hasher)


def made(root, url=""):
    """Make a workspace with all of them registered; nobody has a password yet."""
    draw = Drawn()
    with start(root, agreement_folder("riverline"), SEED, NOW, url) as desk:
        who = AT_DESK
        for person_id, (name, nation, grant) in EVERYBODY.items():
            new = Person(person_id, name, nation, (grant,))
            people.register(desk, who, new, NOW, draw)
            who = of(desk, "a.admin")
    return root


def copied(made_once, folder):
    """Give a workspace of one's own."""
    shutil.copytree(made_once, folder / "ws")
    return open_desk(folder / "ws")


def of(desk, person_id, **more):
    """Give somebody as after a login with password and code."""
    return Principal(person(desk, person_id), "password", **more)


def with_password(desk, person_id, password=PASSWORD, now=NOW, draw=None):
    """Let somebody set a password with an invitation; give the principal of a login without code."""
    draw = draw or Drawn(700 + list(EVERYBODY).index(person_id))
    admin = AT_DESK if not tokens.begun(desk) else of(desk, "a.admin")
    invitation = tokens.invite(desk, admin, person_id, now, draw)
    invited = tokens.by_token(desk, invitation.secret.text, now)
    accounts.set_password(desk, invited, password, now, draw)
    return accounts.log_in(desk, person_id, password, "", now, draw)


def with_code(desk, person_id, now=NOW, draw=None):
    """Let somebody set a password and a second factor; give the secret and the recovery codes."""
    import pyotp

    draw = draw or Drawn(800 + list(EVERYBODY).index(person_id))
    principal = with_password(desk, person_id, now=now, draw=draw)
    made = accounts.begin_second_factor(desk, principal, now, draw)
    code = pyotp.TOTP(made.secret.text).at(now)
    codes = accounts.confirm_second_factor(desk, principal, code, now, draw)
    return made.secret, codes
