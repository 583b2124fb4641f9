"""From observations to incidents and findings: the real truce of Easter 2025, and what must hold."""

import csv
import shutil
from collections import Counter
from datetime import timedelta

import pytest

from truceline.model.finding import Outcome
from truceline.model.incident import MemberRole
from truceline.pipeline.calibration import calibrate
from truceline.pipeline.desk import open_desk
from truceline.pipeline.events import recorded, runs
from truceline.pipeline.heat import background_of
from truceline.pipeline.holdings import holdings
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from truceline.store import database, records, schema
from workspaces import EASTER_2025, NOW, begin, easter_2025, hashes, lines_of, small_files, take

REPORTS = EASTER_2025 / "reports.csv"


@pytest.fixture(scope="module")
def easter(tmp_path_factory):
    desk = easter_2025(tmp_path_factory.mktemp("run") / "ws")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def incidents(easter):
    with database.reading(easter.engine) as connection:
        return records.current_incidents(connection)


@pytest.fixture(scope="module")
def findings(easter):
    with database.reading(easter.engine) as connection:
        return records.findings(connection)


def groups_of(easter):
    table = holdings(easter).table
    columns = (table["observation_id"].to_pylist(), table["independence_groups"].to_pylist())
    return dict(zip(*columns, strict=True))


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_claim_is_counted_as_an_incident(incidents):
    members = Counter(m.observation_id.split(":")[0] for i in incidents for m in i.members)
    assert members.keys() == {"reports"}
    assert members["reports"] > 100


def test_every_report_is_in_at_most_one_incident(incidents):
    members = Counter(m.observation_id for i in incidents for m in i.members)
    assert set(members.values()) == {1}


def test_no_two_members_of_one_group_support_one_incident(easter, incidents):
    groups = groups_of(easter)
    joined = 0
    for incident in incidents:
        supporting = [m for m in incident.members if m.role is MemberRole.SUPPORT]
        spoken = Counter(g for m in supporting for g in groups[m.observation_id])
        assert not [g for g, count in spoken.items() if count > 1], incident.incident_id
        assert len(set(incident.groups)) == len(incident.groups)
        assert set(incident.groups) == set(spoken)
        joined += len(incident.members) > len(supporting)
    assert joined > 0  # there are copies among them, so that the rule was needed


def test_a_copy_adds_nothing(incidents):
    copies = [m for i in incidents for m in i.members if m.role is MemberRole.COPY]
    assert copies
    assert {m.log_likelihood_ratio for m in copies} == {0.0}


STRADDLING = [r["report_id"] for r in rows_of(REPORTS) if r["in_window"] == "straddles"]


def test_there_are_eight_rows_on_an_edge_of_the_truce():
    assert len(STRADDLING) == 8


@pytest.mark.parametrize("key", STRADDLING)
def test_a_row_that_straddles_an_edge_breaks_nothing(incidents, findings, key):
    (incident,) = [
        i for i in incidents if f"reports:{key}" in {m.observation_id for m in i.members}
    ]
    outcomes = {f.outcome for f in findings if f.incident_id == incident.incident_id}
    assert Outcome.VIOLATED not in outcomes


def test_each_finding_rests_on_the_revision_that_is_current(incidents, findings):
    revisions = {i.incident_id: i.revision for i in incidents}
    assert findings
    for finding in findings:
        assert revisions[finding.incident_id] == finding.incident_revision
        product = 1.0
        for factor in finding.factors:
            product *= factor.probability
        assert finding.probability == pytest.approx(product, abs=5e-3)


def test_a_second_run_changes_no_byte(easter):
    easter.close()
    before = hashes(easter.workspace.root)
    desk = open_desk(easter.workspace.root)
    again = run(desk, NOW + timedelta(days=1))
    desk.close()
    assert (again.again, again.revised, again.run_id) == (True, 0, 1)
    assert hashes(easter.workspace.root) == before


# What changes from run to run


def results(desk):
    with database.reading(desk.engine) as connection:
        return records.last_run(connection)["results"]


def history(desk, table):
    with database.reading(desk.engine) as connection:
        return records.rows(connection, table)


def closed(desk):
    desk.close()
    return desk.workspace.root


def test_late_rows_revise_and_new_rows_get_new_ids(tmp_path):
    desk = begin(tmp_path / "ws")
    take(desk, "reports", lines_of(REPORTS, 46, 48, 50), "first.csv")
    first = run(desk, NOW)
    take(desk, "reports", lines_of(REPORTS, *range(46, 60)), "more.csv")
    second = run(desk, NOW)
    assert second.run_id == 2
    before = {i.incident_id: i for i in first.incidents}
    after = {i.incident_id: i for i in second.incidents}
    gone = before.keys() - after.keys()
    steps = {(r["incident_id"], r["relation"]) for r in history(desk, schema.lineage)}
    assert gone <= {key for key, relation in steps if relation in {"merged_into", "retired"}}
    grown = [k for k in before.keys() & after.keys() if after[k].revision == 2]
    assert grown
    assert all("came or changed" in after[k].revised for k in grown)
    new = after.keys() - before.keys()
    assert new
    assert min(new) > max(before)
    assert verify(desk).problems == ()
    desk.close()


def test_an_id_is_never_used_again(tmp_path):
    """A recalibration that parts and joins incidents uses up numbers; none comes back."""
    desk = begin(tmp_path / "ws")
    for at in range(40, 64, 8):
        take(desk, "reports", lines_of(REPORTS, *range(at, at + 8)), f"{at}.csv")
        calibrate(desk, holdings(desk), background_of(desk)[1], NOW)
        run(desk, NOW)
    revisions = history(desk, schema.incident_revisions)
    firsts = [r["run_id"] for r in revisions if r["revision"] == 1]
    assert firsts == sorted(firsts)  # numbers grow with the runs
    numbers = Counter((r["incident_id"], r["revision"]) for r in revisions)
    assert set(numbers.values()) == {1}
    ended = {r["incident_id"] for r in history(desk, schema.incidents) if r["state"] != "current"}
    current = {r["incident_id"] for r in history(desk, schema.members)}
    assert not ended & current
    assert verify(desk).problems == ()
    desk.close()


def test_a_new_calibration_makes_new_revisions_that_say_why(tmp_path):
    desk = begin(tmp_path / "ws")
    take(desk, "reports", lines_of(REPORTS, *range(2, 12)), "a.csv")
    first = run(desk, NOW)
    take(desk, "reports", lines_of(REPORTS, *range(80, 120)), "b.csv")
    run(desk, NOW)
    old = {i.incident_id: i for i in first.incidents}
    made = calibrate(desk, holdings(desk), background_of(desk)[1], NOW)
    third = run(desk, NOW)
    told = {i.revised for i in third.incidents if i.incident_id in old}
    assert f"calibration {first.incidents[0].calibration} replaced by {made.version}" in told
    assert {i.calibration for i in third.incidents} == {made.version}
    desk.close()


def test_the_agreement_of_a_workspace_is_part_of_what_a_run_rests_on(tmp_path):
    a, b = begin(tmp_path / "a"), begin(tmp_path / "b", "easter-2026")
    digests = []
    for desk in (a, b):
        take(desk, "reports", lines_of(REPORTS, 3), "one.csv")
        run(desk, NOW)
        with database.reading(desk.engine) as connection:
            digests.append(records.last_run(connection)["inputs"])
        desk.close()
    assert digests[0] != digests[1]


def test_an_empty_workspace_runs_too(tmp_path):
    desk = begin(tmp_path / "ws")
    result = run(desk, NOW)
    assert (result.incidents, result.findings) == ((), ())
    assert verify(desk).problems == ()
    desk.close()


# A run that is cut off


class CutOffError(Exception):
    """The machine stops."""


def stop(*arguments, **named):
    raise CutOffError


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A workspace that holds something and was not run yet."""
    desk = begin(tmp_path_factory.mktemp("ready") / "ws")
    for source, name, raw in small_files():
        take(desk, source, raw, name)
    return closed(desk)


@pytest.fixture(scope="module")
def wanted(ready, tmp_path_factory):
    """The results of an undisturbed run."""
    root = tmp_path_factory.mktemp("undisturbed") / "ws"
    shutil.copytree(ready, root)
    desk = open_desk(root)
    run(desk, NOW)
    found = results(desk)
    desk.close()
    return found


STEPS = (
    ("truceline.pipeline.heat", "write_durably"),
    ("truceline.pipeline.calibration", "write_durably"),
    ("truceline.pipeline.run", "fuse"),
    ("truceline.pipeline.run", "evaluate_all"),
    ("truceline.store.records", "add_run"),
    ("truceline.store.records", "put_revisions"),
    ("truceline.store.records", "replace_members"),
    ("truceline.store.records", "replace_findings"),
    ("truceline.evidence.appender", "write_new"),
    ("truceline.evidence.appender", "place_salt_key"),
)


@pytest.mark.parametrize(("module", "name"), STEPS, ids=[f"{m}.{n}" for m, n in STEPS])
def test_a_stop_at_any_step_is_healed_by_the_same_command(
    ready, wanted, tmp_path, monkeypatch, module, name
):
    shutil.copytree(ready, tmp_path / "ws")
    desk = open_desk(tmp_path / "ws")
    monkeypatch.setattr(f"{module}.{name}", stop)
    with pytest.raises(CutOffError):
        run(desk, NOW)
    monkeypatch.undo()
    before = verify(desk).problems
    assert all(" again" in line for line in before), before  # says what to do
    run(desk, NOW + timedelta(hours=1))
    assert results(desk) == wanted
    assert verify(desk).problems == ()
    desk.close()


def test_a_run_that_was_logged_and_not_recorded_is_taken_up(ready, tmp_path, monkeypatch):
    shutil.copytree(ready, tmp_path / "ws")
    desk = open_desk(tmp_path / "ws")
    monkeypatch.setattr("truceline.store.records.add_run", stop)
    with pytest.raises(CutOffError):
        run(desk, NOW)
    monkeypatch.undo()
    (line,) = [p for p in verify(desk).problems if "run of entry" in p]
    assert "do `truceline run` again" in line
    run(desk, NOW + timedelta(hours=1))
    (logged,) = runs(desk.events())
    with database.reading(desk.engine) as connection:
        last = records.last_run(connection)
    assert (last["log_index"], last["made"]) == (logged.made.index, "2026-05-13T08:00:00Z")
    desk.close()


def test_after_a_cut_off_run_other_inputs_get_other_ids(ready, tmp_path, monkeypatch):
    """The log has given ids to incidents that nobody recorded: they are not given again."""
    shutil.copytree(ready, tmp_path / "ws")
    desk = open_desk(tmp_path / "ws")
    monkeypatch.setattr("truceline.store.records.add_run", stop)
    with pytest.raises(CutOffError):
        run(desk, NOW)
    monkeypatch.undo()
    take(desk, "reports", lines_of(REPORTS, *range(60, 70)), "late.csv")
    made = run(desk, NOW)
    cut, whole = runs(desk.events())
    given = {e.fields["incident_id"] for e in cut.of_type("incident.revised")}
    assert given
    assert not given & {i.incident_id for i in made.incidents}
    assert [r.made.index for r in recorded((cut, whole))] == [whole.made.index]
    assert verify(desk).problems == ()
    desk.close()


def test_after_a_cut_off_second_run_no_revision_is_made_twice(ready, tmp_path, monkeypatch):
    shutil.copytree(ready, tmp_path / "ws")
    desk = open_desk(tmp_path / "ws")
    run(desk, NOW)
    table, background = holdings(desk), background_of(desk)[1]
    take(desk, "reports", lines_of(REPORTS, *range(60, 70)), "late.csv")
    calibrate(desk, table, background, NOW)
    calibrate(desk, holdings(desk), background, NOW)
    monkeypatch.setattr("truceline.store.records.add_run", stop)
    with pytest.raises(CutOffError):
        run(desk, NOW)
    monkeypatch.undo()
    take(desk, "reports", lines_of(REPORTS, *range(70, 80)), "later.csv")
    calibrate(desk, holdings(desk), background, NOW)
    run(desk, NOW)
    logged = runs(desk.events())
    assert len(logged) == 3
    assert len(recorded(logged)) == 2
    pairs = Counter(
        (e.fields["incident_id"], e.fields["revision"])
        for r in logged
        for e in r.of_type("incident.revised")
    )
    assert set(pairs.values()) == {1}
    assert verify(desk).problems == ()
    desk.close()
