"""A riverline workspace with a simulated day, and notices.toml for servers on loopback."""

import base64
import hashlib
import os
import shutil
from datetime import UTC, datetime

import numpy as np

from case_workspace import law
from truceline.demo.examples import RIVERLINE_DAY, RIVERLINE_FILES
from truceline.model.finding import Status
from truceline.pipeline.carriers import Wire
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.heat import use_learned
from truceline.pipeline.ingest import ingest
from truceline.pipeline.notice_sending import send_due
from truceline.pipeline.run import run
from truceline.pipeline.steps import take_step
from truceline.simulation.day import simulate_day
from truceline.simulation.settings import Settings
from truceline.simulation.write import raw_files
from truceline.transport.settings import read_settings

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
SECRET = bytes(range(32))
ENVIRONMENT = {"HOOK_SECRET": "whsec_" + base64.b64encode(SECRET).decode()}
SERIOUS, MINOR = "INC-000012/R-2", "INC-000021/R-1"
UNDETERMINED = "INC-000020/R-1"
NAMES = ("NOR-LIAISON", "SOU-LIAISON", "CELL", "COMMISSION")


def built(folder):
    """Simulate, ingest and run one day.

    Without rules of review one person's word confirms: so notices are tried on single steps.
    """
    begun = datetime(2026, 5, 13, 8, tzinfo=UTC)
    files = raw_files(simulate_day(np.random.default_rng(7), RIVERLINE_DAY, Settings()))
    seed = hashlib.sha256(b"tests of notices").digest()
    with start(folder / "riverline", law(folder / "law", review=False), seed, begun) as desk:
        use_learned(desk, [("heat-history.csv", files["heat-history.csv"])])
        for source, name in RIVERLINE_FILES:
            ingest(desk, source, files[name], name, begun)
        run(desk, begun)
    return folder / "riverline"


def copied(made, folder):
    """Give a workspace of one's own."""
    shutil.copytree(made, folder / "ws")
    return folder / "ws"


def write_settings(root, recipients, *, mail=25, begins="2026-05-13T08:00:00Z", more=""):
    """Write notices.toml; ``recipients`` gives the lines of each."""
    parts = [
        f'format = 1\nsender = "cell@verification.example"\nbegins = {begins}\ntimeout_s = 1\n{more}',
        f'[mail]\nhost = "127.0.0.1"\nport = {mail}\nsecurity = "none"\n',
        *(f"[recipients.{name}]\n{lines}\n" for name, lines in recipients.items()),
    ]
    (root / "notices.toml").write_text("\n".join(parts), encoding="utf-8")


def mail_to_all():
    """Give the lines for mail to everybody."""
    return {name: f'mail = ["{name.lower()}@{name.lower()}.example"]' for name in NAMES}


def wire_of(desk):
    """Give the carriers that notices.toml names."""
    return Wire(read_settings(desk.workspace.root, desk.agreement.recipients), ENVIRONMENT)


def confirm(desk, finding=SERIOUS, now=NOW, by="R. Example"):
    return take_step(desk, finding, Status.CONFIRMED, by, "crater seen", now)


def reject(desk, finding=SERIOUS, now=NOW, by="V. Example"):
    return take_step(desk, finding, Status.REJECTED, by, "an announced test", now)


def send(desk, now=NOW, **named):
    """Send what is due and give (notice without its procedure, way, result)."""
    done = send_due(desk, wire_of(desk), now, **named)
    return [(short(d.notice.id), d.route, d.outcome.result.value) for d in done]


def short(notice_id):
    return notice_id.split("/", 2)[2]


class StoppingWire(Wire):
    """Delivers, and then the machine stops: a real SIGKILL of this process."""

    def deliver(self, route, parcel, now):
        super().deliver(route, parcel, now)
        os.kill(os.getpid(), 9)


def send_and_stop(root):
    """Be killed between the delivery of the first notice and its record."""
    with open_desk(root) as desk:
        settings = read_settings(root, desk.agreement.recipients)
        send_due(desk, StoppingWire(settings, ENVIRONMENT), NOW)


def stop_before_recording(root, work):
    """Be killed between log and records."""
    from truceline.store import logged as store

    store.add = lambda *_: os.kill(os.getpid(), 9)
    with open_desk(root) as desk:
        if work == "confirm":
            confirm(desk)
        elif work == "drill":
            from truceline.pipeline.notices import drill

            drill(desk, "RV-SERIOUS", NOW, "N. Example")
        else:
            send_due(desk, wire_of(desk), NOW)
