"""A riverline workspace with rules of review, people of every role, and findings to decide on."""

import hashlib
import re
import shutil
from datetime import UTC, datetime

import numpy as np

from truceline.access.rules import DESK
from truceline.demo.examples import RIVERLINE_DAY
from truceline.model.person import Grant, KeptBy, Person, PersonKey, Principal, Role
from truceline.pipeline.desk import start
from truceline.pipeline.ingest import ingest
from truceline.pipeline.people import register
from truceline.pipeline.run import run
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.workflow import Request, act
from truceline.simulation.day import simulate_day
from truceline.simulation.settings import Settings
from truceline.simulation.write import raw_files

BEGUN = datetime(2026, 5, 13, 8, tzinfo=UTC)
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
AT_DESK = Principal(None, DESK)
PEOPLE = (
    Person("a.admin", "A. Example", "CH", (Grant(Role.ADMINISTRATOR),)),
    Person("d.duty", "D. Example", "FI", (Grant(Role.DUTY_OFFICER),)),
    Person("n.analyst", "N. Example", "FI", (Grant(Role.ANALYST),)),
    Person("v.sweden", "V. Example", "SE", (Grant(Role.VERIFIER),)),
    Person("w.sweden", "W. Example", "SE", (Grant(Role.VERIFIER),)),
    Person("p.poland", "P. Example", "PL", (Grant(Role.VERIFIER),)),
    Person("x.north", "X. Example", "XN", (Grant(Role.VERIFIER),)),
    Person("u.untold", "U. Example", "", (Grant(Role.VERIFIER),)),
    Person("c.chief", "C. Example", "AT", (Grant(Role.CHIEF),)),
    Person("l.nor", "L. Example", "XN", (Grant(Role.LIAISON, "NOR"),)),
    Person("l.sou", "S. Example", "XS", (Grant(Role.LIAISON, "SOU"),)),
)
BY_ID = {person.person_id: person for person in PEOPLE}


def draw(count, state=[0]):  # noqa: B006 - a counter, so that no two keys are alike
    """Give bytes that are no secret."""
    state[0] += 1
    return hashlib.sha256(f"key {state[0]}".encode()).digest()[:count]


def law(folder, *, review):
    """Give the folder of the agreement, with its rules of review or without."""
    shutil.copytree(agreement_folder("riverline"), folder)
    if not review:
        text = (folder / "procedure.yaml").read_text(encoding="utf-8")
        alone = re.sub(r"(?ms)^review:$.*", "", text)
        (folder / "procedure.yaml").write_text(alone, encoding="utf-8")
    return folder


def built(folder, *, people=PEOPLE, review=True, url=""):
    """Ingest the reports of a simulated day, run, and register people."""
    files = raw_files(simulate_day(np.random.default_rng(7), RIVERLINE_DAY, Settings()))
    seed = hashlib.sha256(b"tests of cases").digest()
    with start(folder / "ws", law(folder / "law", review=review), seed, BEGUN, url) as desk:
        ingest(desk, "reports", files["reports.csv"], "reports.csv", BEGUN)
        run(desk, BEGUN)
        for one in people:
            register(
                desk, principal("a.admin") if one is not people[0] else AT_DESK, one, BEGUN, draw
            )
    return folder / "ws"


def copied(made, folder):
    """Give a workspace of one's own."""
    shutil.copytree(made, folder / "ws")
    return folder / "ws"


def principal(person_id):
    """Give a person who has proved who they are."""
    return Principal(BY_ID[person_id], "token")


def own_key(kind, public):
    """Give the public half of a key that a person keeps."""
    return PersonKey(kind, public, KeptBy.PERSON)


def do(desk, finding, kind, who, why="because", now=NOW, **more):
    """Let a person take a step."""
    return act(desk, Request(finding, kind, why, **more), now, principal(who))
