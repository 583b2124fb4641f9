"""Easter 2026 over everything there is: a year of fires, heat of four days, four months of reports."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from truceline.pipeline.heat import use_learned
from truceline.pipeline.holdings import holdings
from truceline.pipeline.reporting import report_inputs
from truceline.pipeline.run import run
from truceline.pipeline.trace import trace
from truceline.pipeline.verify import verify
from truceline.store import database, records
from workspaces import NOW, begin, take

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
FIRES = SHARED / "firms-2022-2023" / "fire_nrt_SV-C2_400448.csv"
HEAT = SHARED / "easter-2026" / "viirs_20260410_20260413.csv"
SLICE = SHARED / "viina" / "viina-events-2026-01-04.json"
PER_DAY = {"20260409": 119, "20260410": 95, "20260411": 76, "20260412": 55, "20260413": 87,
           "20260414": 147}  # fmt: skip
STRIKES = (16, 26, 20, 12, 21, 32)
DAYS = (date(2026, 4, 9), date(2026, 4, 14))

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    if not SLICE.exists():
        assert os.environ.get("CI") != "true", f"{SLICE} is missing"
        pytest.skip(f"{SHARED} is not there: these data are fetched by the user, not shipped")
    desk = begin(tmp_path_factory.mktemp("full") / "ws", "easter-2026")
    use_learned(desk, [(FIRES.name, FIRES.read_bytes())])
    assert take(desk, "firms", HEAT).rows == 299
    done = take(desk, "viina", SLICE)
    twice = 69  # rows that stand twice in the file, as its note says
    assert done.rows + len(done.rejected) + twice == 13_740
    run(desk, NOW)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def inputs(desk):
    return report_inputs(desk, DAYS, NOW)


def local(moment):
    """Give the day of Kyiv, which is three hours ahead in April."""
    return f"{(moment + timedelta(hours=3)).date():%Y%m%d}"


def counted(inputs, metric):
    days = [c for c in inputs.counts if c.metric == metric and local(c.time.start) in PER_DAY]
    return [c.value for c in sorted(days, key=lambda c: c.time)]


def test_the_daily_counts_are_those_of_the_source(inputs):
    assert counted(inputs, "reports") == list(PER_DAY.values())
    strikes = {c.metric for c in inputs.counts} - {"reports"}
    assert list(STRIKES) in [counted(inputs, metric) for metric in strikes]


@pytest.mark.parametrize("day", PER_DAY)
def test_each_count_can_be_traced_to_that_many_raw_rows(desk, day):
    """Count the rows of the file by hand, and the observations that name them."""
    raw = json.loads(SLICE.read_bytes())[day]
    assert len(raw) == PER_DAY[day]
    table = holdings(desk).table.select(["observation_id", "raw_offset", "raw_length"])
    rows = [r for r in table.to_pylist() if r["observation_id"].startswith(f"viina:slice:{day}:")]
    data = SLICE.read_bytes()
    found = {data[r["raw_offset"] : r["raw_offset"] + r["raw_length"]] for r in rows}
    area = desk.agreement.theatre
    inside = [
        row
        for row in raw
        if area.west <= row[0] <= area.east and area.south <= row[1] <= area.north
    ]
    assert {json.dumps(json.loads(row)) for row in found} == {json.dumps(row) for row in inside}
    assert len(rows) == len(found)


def test_an_incident_is_traced_to_the_very_row(desk):
    with database.reading(desk.engine) as connection:
        incidents = records.current_incidents(connection)
    sunday = [i for i in incidents if local(i.time.start) == "20260412"]
    assert len(sunday) > 10
    known = [json.dumps(row) for row in json.loads(SLICE.read_bytes())["20260412"]]
    for incident in sunday[::3]:
        for row in trace(desk, incident.incident_id, NOW).rows:
            if row.observation_id.startswith("viina:slice:20260412:"):
                assert json.dumps(json.loads(row.text)) in known


def test_heat_did_not_fall_and_is_no_breach(desk, inputs):
    with database.reading(desk.engine) as connection:
        findings = records.findings(connection)
    assert {f.outcome.value for f in findings} <= {"undetermined", "permitted"}
    facts = {f.incident_id: f.source for f in inputs.facts if f.source == "firms"}
    assert len(facts) < 5
    assert inputs.masked


def test_all_of_it_follows_from_the_raw_bytes(desk):
    found = verify(desk)
    assert (found.problems, found.remarks) == ((), ())
    assert found.checked["incident revisions"] > 5000
