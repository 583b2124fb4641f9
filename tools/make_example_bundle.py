"""Make the files of ``docs/example``: the bundle of an invented finding, with keys and a policy.

    python tools/make_example_bundle.py

Everything in them is invented, and anybody can make their private keys: they prove nothing but how
checking works. ``docs/checking-evidence.md`` is written about them.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truceline.demo.examples import riverline
from truceline.evidence.keys import read_signer
from truceline.evidence.log import Log
from truceline.evidence.note import COSIGNATURE, Verifier
from truceline.model.person import Grant, Person, Principal, Role
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.bundle import Audience, make_bundle
from truceline.pipeline.desk import Desk, open_desk
from truceline.pipeline.people import register
from truceline.pipeline.registered import person
from truceline.pipeline.reporting import write_report
from truceline.pipeline.steps import take_step

FOLDER = Path(__file__).parents[1] / "docs" / "example"
FINDING = "INC-000012/R-2"
NOW = datetime(2026, 5, 15, 9, tzinfo=UTC)
WITNESSES = ("northbank.example/witness", "southbank.example/witness")
STAFF = (
    ("v.example", "CZ", Role.VERIFIER, ""),
    ("w.example", "PT", Role.VERIFIER, ""),
    ("c.example", "FR", Role.CHIEF, ""),
    ("l.example", "XN", Role.LIAISON, "NOR"),
)
STEPS = (
    ("v", "reviewed", "All five observations looked at one by one.", {}),
    ("v", "confirmed", "Crater found where the ellipse lies.", {}),
    ("w", "confirmed", "I was there, and measured the crater.", {}),
    ("v", "notified", "Told by telephone and in writing.", {"party": "NOR"}),
    ("l", "replied", "No mortar of ours stood there; we ask who else could have fired.",
     {"party": "NOR"}),
    ("w", "dissented", "Serious is too much for a single round.", {}),
)  # fmt: skip


def main() -> None:
    """Write the files."""
    with tempfile.TemporaryDirectory() as folder:
        riverline(Path(folder), datetime(2026, 5, 13, 8, tzinfo=UTC), lambda _: None, 7)
        with open_desk(Path(folder) / "riverline") as desk:
            staff(desk)
            write_report(desk, (date(2026, 5, 12), date(2026, 5, 12)), NOW)
            for number, (who, step, why, more) in enumerate(STEPS):
                now = NOW + timedelta(hours=number)
                take_step(desk, FINDING, step, "", why, now, principal=acting(desk, who), **more)
            later = NOW + timedelta(days=1)
            make_bundle(desk, FINDING, Audience.PUBLIC, later, acting(desk, "v"))  # the release
            cosign(desk, later + timedelta(hours=1))
            made = make_bundle(desk, FINDING, Audience.PUBLIC, later, acting(desk, "v"))
            write(made.data, desk.workspace.vkey, another(desk))


def staff(desk: Desk) -> None:
    seeds = iter(range(1, 99))

    def draw(count: int) -> bytes:
        return bytes([next(seeds)]) * count

    admin = Person("a.example", "A. Example", "SE", (Grant(Role.ADMINISTRATOR),))
    register(desk, AT_DESK, admin, NOW, draw)
    for name, nation, role, side in STAFF:
        new = Person(name, f"{name[0].upper()}. Example", nation, (Grant(role, side),))
        register(desk, Principal(admin, "token"), new, NOW, draw)


def acting(desk: Desk, letter: str) -> Principal:
    return Principal(person(desk, f"{letter}.example"), "token")


def private(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def witness(name: str) -> Verifier:
    return Verifier(name, COSIGNATURE, private(name).public_key().public_bytes_raw())


def cosign(desk: Desk, now: datetime) -> None:
    """Do as the witnesses of both sides do, each of which would run on its own machine."""
    path = desk.workspace.root / "log" / "checkpoint"
    note = Log.open(desk.workspace.root).checkpoint_text()
    text, time_s = note[: note.rindex("\n\n") + 1], int(now.timestamp())
    for name in WITNESSES:
        value = private(name).sign(f"cosignature/v1\ntime {time_s}\n{text}".encode())
        line = witness(name).key_id + time_s.to_bytes(8, "big") + value
        note += f"\u2014 {name} {base64.b64encode(line).decode()}\n"
    path.write_text(note, encoding="utf-8")


def another(desk: Desk) -> bytes:
    """Sign a second history of the same size, as a mission that lies would for the other party."""
    latest = Log.open(desk.workspace.root).checkpoint()
    root = hashlib.sha256(b"another history").digest()
    return read_signer(desk.workspace.root).sign(replace(latest, root=root).text)


def write(bundle: bytes, vkey: str, theirs: bytes) -> None:
    north, south = (witness(name).vkey for name in WITNESSES)
    files = {
        "finding.bundle": bundle,
        "log.vkey": f"{vkey}\n".encode(),
        "theirs": theirs,
        "policy": (
            "# A checkpoint counts when the witnesses of both sides have cosigned it.\n"
            f"log {vkey}\nwitness northbank {north}\nwitness southbank {south}\n"
            "group both all northbank southbank\nquorum both\n"
        ).encode(),
    }
    FOLDER.mkdir(exist_ok=True)
    for name, data in files.items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
