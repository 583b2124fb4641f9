"""A workspace with any number of findings: the log is real, the records are filled in bulk.

Every incident is a copy of one that Truceline made of a shipped day, under an id of its own, with
raw rows of its own in raw files of its own. So a finding is opened as any other: through records,
raw files and proofs.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from truceline.pipeline.decisions import decisions  # noqa: E402
from truceline.pipeline.desk import Desk, start  # noqa: E402
from truceline.pipeline.events import Event  # noqa: E402
from truceline.pipeline.ingest import raw_input  # noqa: E402
from truceline.pipeline.run import run  # noqa: E402
from truceline.pipeline.shipped import agreement_folder  # noqa: E402
from truceline.store import archive, database, records, schema  # noqa: E402
from truceline.store.lookup import RawPlace  # noqa: E402
from workspaces import NOW, SEED, small_files, take  # noqa: E402

ROWS_PER_FILE = 1000


def begin(root: Path, url: str = "") -> Desk:
    """A small day, of which copies are made."""
    desk = start(root, agreement_folder("easter-2025"), SEED, NOW, url)
    for source, name, raw in small_files()[:2]:
        take(desk, source, raw, name)
    run(desk, NOW)
    return desk


def multiply(desk: Desk, wanted: int) -> list[str]:
    """Add copies until there are so many findings; give their ids."""
    with database.reading(desk.engine) as connection:
        incidents = records.current_incidents(connection)
        own = records.findings(connection)
        known = {
            row.observation_id: row for row in connection.execute(sa.select(schema.members)).all()
        }
    pattern = next(i for i in incidents if len(i.members) == 2 or i is incidents[-1])
    findings = [f for f in own if f.incident_id == pattern.incident_id]
    copies, made, places, raws = [], [], {}, []
    lines: list[bytes] = []
    waiting: list[tuple[str, str, int]] = []
    number = len(incidents)

    def flush() -> None:
        if not lines:
            return
        raw = b"".join(lines)
        sha256 = archive.keep_raw(desk.workspace, raw)
        offsets = [0]
        for line in lines:
            offsets.append(offsets[-1] + len(line))
        for at, (key, version, _) in enumerate(waiting):
            places[key, version] = RawPlace(
                "reports", sha256, offsets[at], len(lines[at]) - 1, at + 1
            )
        raws.append((sha256, len(raw), len(lines)))
        lines.clear()
        waiting.clear()

    while len(own) + len(made) < wanted:
        number += 1
        key = f"INC-{number:06d}"
        members = []
        for m in pattern.members:
            row = known[m.observation_id]
            text = (
                archive.read_rows(
                    desk.workspace,
                    [RawPlace("reports", row.raw_sha256, row.raw_offset, row.raw_length, 1)],
                )
                if m.observation_id not in _TEXTS
                else None
            )
            if text is not None:
                _TEXTS[m.observation_id] = next(iter(text.values())).strip()
            observation = f"{m.observation_id}-{number}"
            members.append(replace(m, observation_id=observation))
            lines.append(b"%d,%s\n" % (number, _TEXTS[m.observation_id]))
            waiting.append((observation, m.version, len(lines)))
        lon = -179 + (number * 0.618033) % 358
        moved = replace(
            pattern, incident_id=key, revision=1, members=tuple(members), lon=round(lon, 5),
            lat=round(-80 + (number * 0.414213) % 160, 5), revised="",
        )  # fmt: skip
        copies.append(moved)
        for f in findings:
            p = round((number * 0.7548776) % 1, 6)
            made.append(
                replace(
                    f, finding_id=f"{key}/{f.clause_id}", incident_id=key, incident_revision=1,
                    probability=p,
                )
            )  # fmt: skip
        if len(lines) >= ROWS_PER_FILE:
            flush()
    flush()
    _record(desk, copies, (*own, *made), places, raws)
    return sorted(f.finding_id for f in made)


_TEXTS: dict[str, bytes] = {}


def _record(desk, copies, findings, places, raws) -> None:  # noqa: ANN001 - a script's inside
    received = [
        {
            "type": "raw.received", "source": "reports", "sha256": sha256, "size": size,
            "file_name": "copies.csv", "received": "2026-05-13T08:00:00Z", "adapter_version": "1",
            "rows": rows, "rejected": 0, "segment_sha256": "0" * 64, "rest_sha256": "0" * 64,
        }
        for sha256, size, rows in raws
    ]  # fmt: skip
    indices = desk.log(received)
    decided = decisions(copies, (), sorted(findings, key=lambda f: f.finding_id))
    with database.reading(desk.engine) as connection:
        last = records.last_run(connection)
    content = b'{"copies":true}'
    made = {
        "type": "run.made", "inputs": "0" * 64, "results": "0" * 64,
        "calibration": last["calibration"], "code": "copies", "time": "2026-05-13T08:00:00Z",
        "previous": int(last["log_index"]), "content_sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    first = desk.log([made, *decided])[0]
    with database.writing(desk.engine) as connection:
        for event, index in zip(received, indices, strict=True):
            records.add_raw_input(connection, raw_input(Event(index, "raw.received", event)))
        run_id = records.add_run(
            connection,
            {
                "made": made["time"], "calibration": made["calibration"], "inputs": made["inputs"],
                "results": made["results"], "content": content.decode(), "log_index": first,
            },
        )  # fmt: skip
        records.put_revisions(connection, copies, run_id, first + 1)
        rows = [
            {
                "observation_id": m.observation_id, "incident_id": i.incident_id,
                **{n: getattr(places[m.observation_id, m.version], n) for n in RawPlace.__slots__},
            }
            for i in copies
            for m in i.members
        ]  # fmt: skip
        connection.execute(sa.insert(schema.members), rows)
        ordered = sorted(findings, key=lambda f: f.finding_id)
        records.replace_findings(connection, ordered, first + 1 + len(copies))


__all__ = ["NOW", "ROOT", "begin", "multiply"]
