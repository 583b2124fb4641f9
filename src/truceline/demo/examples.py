"""The shipped examples, each from its raw files to a verified workspace with reports."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

from truceline.errors import EvidenceError
from truceline.model.incident import Incident
from truceline.pipeline.desk import Desk, start
from truceline.pipeline.heat import use_learned
from truceline.pipeline.ingest import ingest
from truceline.pipeline.reporting import write_report
from truceline.pipeline.run import RunResult, run
from truceline.pipeline.shipped import agreement_folder, shipped
from truceline.pipeline.verify import verify
from truceline.simulation.day import SimulatedDay, simulate_day
from truceline.simulation.matching import ScoredIncident
from truceline.simulation.score import score
from truceline.simulation.scorecard import table
from truceline.simulation.settings import Settings
from truceline.simulation.truth import truth_of
from truceline.simulation.write import raw_files

RIVERLINE_DAY = date(2026, 5, 12)
_CODED = ("reports", "claims", "contradictions")
RIVERLINE_FILES = (
    ("stations", "sensors.csv"),
    ("stations", "stations.csv"),
    ("patrol", "patrol.csv"),
    ("patrol", "patrol.txt"),
    ("firms", "viirs.csv"),
    ("reports", "reports.csv"),
    ("claims", "claims.csv"),
)
"""Source and name of each file of a simulated day that is ingested."""


@dataclass(frozen=True, slots=True)
class Example:
    """What one example left behind."""

    name: str
    workspace: Path
    report: Path
    """The page to open."""
    summary: str
    """A few words for the screen."""
    score: str = ""
    """Text table against known truth; empty where no truth is known."""


Say = Callable[[str], None]


def easter_2025(root: Path, now: datetime, say: Say) -> Example:
    """Build the declared truce of Easter 2025 from coded reports of both sides."""
    folder = shipped("data") / "easter-2025"
    with _workspace(root / "easter-2025", "easter-2025", now) as desk:
        for source in _CODED:
            _take(desk, source, folder / f"{source}.csv", now, say)
        _take(desk, "counts", folder / "daily_counts.csv", now, say)
        days = (date(2025, 4, 19), date(2025, 4, 21))
        return _finish(desk, "Easter 2025", days, [date(2025, 4, 20)], now, say)


def easter_2026(root: Path, now: datetime, say: Say) -> Example:
    """Build the declared truce of Easter 2026: satellite heat against its background."""
    folder = shipped("data") / "easter-2026"
    with _workspace(root / "easter-2026", "easter-2026", now) as desk:
        _take(desk, "firms", folder / "viirs.csv", now, say)
        for source in _CODED:
            _take(desk, source, folder / f"{source}.csv", now, say)
        _take(desk, "counts", folder / "daily_counts.csv", now, say)
        days = (date(2026, 4, 10), date(2026, 4, 13))
        return _finish(desk, "Easter 2026", days, [date(2026, 4, 12)], now, say)


def riverline(root: Path, now: datetime, say: Say, seed: int) -> Example:
    """Simulate one day of the fictional theatre, run it, and score it against the truth."""
    simulated = simulate_day(np.random.default_rng(seed), RIVERLINE_DAY, Settings())
    files = raw_files(simulated)
    raw = root / "riverline" / "simulated"
    with _workspace(root / "riverline", "riverline", now) as desk:
        raw.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (raw / name).write_bytes(data)
        say("learning what heat is usual from the six weeks before")
        use_learned(desk, [("heat-history.csv", files["heat-history.csv"])])
        for source, name in RIVERLINE_FILES:
            _take(desk, source, raw / name, now, say)
        example = _finish(desk, "Riverline", (RIVERLINE_DAY, RIVERLINE_DAY), [], now, say)
        return replace(example, score=scored(simulated, run(desk, now).incidents))


def paris_2026(root: Path, now: datetime, say: Say) -> Example:
    """Build the register of pledges of January 2026, which no incident can touch yet."""
    with _workspace(root / "paris-2026", "paris-2026", now) as desk:
        day = date(2026, 1, 6)
        example = _finish(desk, "Paris 2026", (day, day), [], now, say)
        return replace(example, summary=f"register of {len(desk.agreement.pledges)} pledges")


def scored(simulated: SimulatedDay, incidents: Sequence[Incident]) -> str:
    """Give the score of incidents against a simulated day, as a table."""
    return table(score(truth_of(simulated), [scored_incident(i) for i in incidents]))


def scored_incident(incident: Incident) -> ScoredIncident:
    """Give an incident as the score needs it."""
    return ScoredIncident(
        id=incident.incident_id,
        start=incident.time.start,
        end=incident.time.end,
        lon=incident.lon,
        lat=incident.lat,
        cov_ee_m2=incident.cov_ee_m2,
        cov_en_m2=incident.cov_en_m2,
        cov_nn_m2=incident.cov_nn_m2,
        probability=incident.probability,
        kind=incident.kind,
        members=tuple(m.observation_id for m in incident.members),
        masked=incident.masked is not None,
    )


@contextmanager
def _workspace(root: Path, agreement: str, now: datetime) -> Iterator[Desk]:
    """Make a workspace whose key comes from a public seed.

    So the demo can be repeated to the byte; its signatures prove nothing about who signed.
    """
    seed = hashlib.sha256(f"truceline demo, no secret: {agreement}".encode()).digest()
    desk = start(root, agreement_folder(agreement), seed, now)
    try:
        yield desk
    finally:
        desk.close()


def _take(desk: Desk, source: str, path: Path, now: datetime, say: Say) -> None:
    done = ingest(desk, source, path.read_bytes(), path.name, now)
    rejected = f", {len(done.rejected)} rejected" if done.rejected else ""
    say(f"{source}: {path.name}, {done.rows} observations{rejected}")


def _finish(
    desk: Desk,
    name: str,
    whole: tuple[date, date],
    days: Sequence[date],
    now: datetime,
    say: Say,
) -> Example:
    """Run, report the whole and single days, and verify.

    Raises:
        EvidenceError: when verification fails, which would be a mistake of this program.
    """
    result = run(desk, now)
    say(f"{len(result.incidents)} incidents, {len(result.findings)} findings")
    paths = write_report(desk, whole, now)
    for day in days:
        write_report(desk, (day, day), now)
    checked = verify(desk)
    if not checked.ok:
        raise EvidenceError("\n".join(checked.problems))
    say("evidence verified: everything follows from the raw bytes")
    report = next(path for path in paths if path.name == "report.html")
    return Example(name, desk.workspace.root, report, _summary(result))


def _summary(result: RunResult) -> str:
    outcomes = [f.outcome.value for f in result.findings]
    words = ", ".join(f"{outcomes.count(name)} {name}" for name in sorted(set(outcomes)))
    return f"{len(result.incidents)} incidents; findings: {words or 'none'}"
