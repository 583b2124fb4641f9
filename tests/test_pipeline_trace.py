"""From a finding to the very bytes of each raw row, when the hold allows it; logged."""

from datetime import timedelta

import pytest

from truceline.errors import EvidenceError, WorkflowError
from truceline.pipeline.run import run
from truceline.pipeline.trace import trace
from truceline.pipeline.verify import verify
from truceline.store import database, records
from workspaces import EASTER_2025, NOW, begin, easter_2025, lines_of, take

REPORTS = EASTER_2025 / "reports.csv"
LINES = REPORTS.read_bytes().splitlines()


@pytest.fixture(scope="module")
def easter(tmp_path_factory):
    desk = easter_2025(tmp_path_factory.mktemp("trace") / "ws")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def incidents(easter):
    with database.reading(easter.engine) as connection:
        return records.current_incidents(connection)


def opened(desk):
    return [e.fields["subject"] for e in desk.events() if e.type == "read.sensitive"]


@pytest.mark.parametrize("at", [0, 17, 40, 83, 129])
def test_each_row_behind_an_incident_is_the_shipped_line_to_the_byte(easter, incidents, at):
    incident = incidents[at]
    found = trace(easter, incident.incident_id, NOW)
    assert found.incident == incident
    assert [r.observation_id for r in found.rows] == [m.observation_id for m in incident.members]
    for row in found.rows:
        assert row.file_name == "reports.csv"
        assert row.text.encode() == LINES[row.line - 1]
        assert row.text.startswith(row.observation_id.removeprefix("reports:") + ",")
    assert {f.incident_id for f in found.findings} <= {incident.incident_id}
    plain = found.as_plain()
    assert [r["text"] for r in plain["rows"]] == [r.text for r in found.rows]


def test_an_incident_of_many_rows_traces_them_all(easter, incidents):
    most = max(incidents, key=lambda i: len(i.members))
    assert len(most.members) > 2
    rows = trace(easter, most.incident_id, NOW).rows
    assert {r.role for r in rows} == {"support", "copy"}
    assert len({r.line for r in rows}) == len(most.members)


def test_a_finding_is_traced_by_its_own_id(easter):
    with database.reading(easter.engine) as connection:
        finding = records.findings(connection)[5]
    found = trace(easter, finding.finding_id, NOW)
    assert finding in found.findings


@pytest.mark.parametrize(
    "key", ["INC-999999", "", "/", "INC-000001/", "INC-000001/OTHER", "inc-000001", "'; --"]
)
def test_what_is_not_there_is_told_and_not_logged(easter, key):
    before = len(opened(easter))
    with pytest.raises(WorkflowError, match="truceline findings list"):
        trace(easter, key, NOW)
    assert len(opened(easter)) == before


@pytest.fixture
def fresh(tmp_path):
    """One incident of which the last moment is known."""
    desk = begin(tmp_path / "ws")
    take(desk, "reports", lines_of(REPORTS, 48))
    run(desk, NOW)
    yield desk
    desk.close()


def test_before_the_hold_has_passed_it_is_refused_with_the_time_when_it_opens(fresh):
    with database.reading(fresh.engine) as connection:
        (incident,) = records.current_incidents(connection)
    opens = incident.time.end + timedelta(hours=1)
    just_before = opens - timedelta(microseconds=1)
    text = opens.isoformat().replace("+00:00", "Z")
    with pytest.raises(WorkflowError, match=f"still held: .*, at {text}"):
        trace(fresh, incident.incident_id, just_before)
    assert opened(fresh) == []
    assert trace(fresh, incident.incident_id, opens).rows
    assert opened(fresh) == [incident.incident_id]
    trace(fresh, incident.incident_id, opens)
    assert opened(fresh) == [incident.incident_id] * 2
    assert verify(fresh).problems == ()


def test_the_rows_are_those_that_the_incident_rests_on_not_newer_ones(tmp_path):
    """A correction that came after the run must not be shown as what the run saw."""
    desk = begin(tmp_path / "ws")
    slice_of = '{"20250420":[[37.5,48.4,"Example","A",%d,[%s]]]}'
    old = (slice_of % (1, '"https://unian.ua/1"')).encode()
    new = (slice_of % (2, '"https://unian.ua/1","https://nv.ua/2"')).encode()
    take(desk, "viina", old, "old.json")
    run(desk, NOW)
    take(desk, "viina", new, "new.json")
    (row,) = trace(desk, "INC-000001", NOW).rows
    assert (row.file_name, "nv.ua" in row.text) == ("old.json", False)
    run(desk, NOW)
    (row,) = trace(desk, "INC-000001", NOW).rows
    assert (row.file_name, "nv.ua" in row.text) == ("new.json", True)
    desk.close()


def test_a_changed_raw_file_is_not_shown_as_what_was_seen(fresh):
    (path,) = [p for p in (fresh.workspace.root / "raw").rglob("*") if p.is_file()]
    path.write_bytes(path.read_bytes().replace(b"Ukraine", b"Nowhere"))
    with pytest.raises(EvidenceError, match="was changed"):
        trace(fresh, "INC-000001", NOW)


def test_a_very_long_record_is_named_by_its_length(tmp_path):
    desk = begin(tmp_path / "ws")
    urls = ",".join(f'"https://nv.ua/{n:0100d}"' for n in range(50))
    raw = f'{{"20250420":[[37.5,48.4,"Example","A",50,[{urls}]]]}}'.encode()
    take(desk, "viina", raw, "long.json")
    run(desk, NOW)
    (row,) = trace(desk, "INC-000001", NOW).rows
    around = len(b'{"20250420":[]}')
    assert row.text == f"({len(raw) - around} bytes)"
    desk.close()
