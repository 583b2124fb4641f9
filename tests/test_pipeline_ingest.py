"""Taking in raw files: twice is once, in any order the same, and nothing is half taken in."""

import csv
import io
import itertools
import shutil
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.codec.nouns import projection
from truceline.errors import SourceError, WrongKindOfFile
from truceline.pipeline.calibration import calibrate
from truceline.pipeline.desk import open_desk
from truceline.pipeline.heat import background_of
from truceline.pipeline.holdings import holdings
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from truceline.store import database, records, schema
from workspaces import EASTER_2025, NOW, begin, hashes, lines_of, small, small_files, take

REPORTS = EASTER_2025 / "reports.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small workspace, fused and reported, closed."""
    desk = small(tmp_path_factory.mktemp("made") / "ws")
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(made, tmp_path):
    """A copy of it."""
    shutil.copytree(made, tmp_path / "ws")
    return tmp_path / "ws"


@pytest.fixture
def desk(tmp_path):
    """An empty workspace, open."""
    desk = begin(tmp_path / "empty")
    yield desk
    desk.close()


def test_everything_twice_changes_no_byte(ws):
    before = hashes(ws)
    desk = open_desk(ws)
    for source, name, raw in small_files():
        done = take(desk, source, raw, f"another-{name}", NOW + timedelta(days=3))
        assert done.again
    assert run(desk, NOW + timedelta(days=3)).again
    desk.close()
    assert hashes(ws) == before


def test_the_same_bytes_may_come_from_two_sources(desk):
    raw = lines_of(REPORTS, 2)
    assert not take(desk, "reports", raw).again
    with pytest.raises(WrongKindOfFile):
        take(desk, "claims", raw)
    assert take(desk, "reports", raw).again


def test_broken_lines_are_told_by_number_and_reason_and_the_rest_goes_on(desk):
    raw = lines_of(REPORTS, 2, 3) + b"E25-999,only,three\n" + lines_of(REPORTS, 4).split(b"\n")[1]
    done = take(desk, "reports", raw)
    assert done.rows == 3
    (line,) = done.rejected
    assert line.startswith("line 4: 3 cells where the header has ")
    assert holdings(desk).rests[0].rejected == ((4, line.removeprefix("line 4: ")),)


WRONG = {
    "empty": b"",
    "another table": b"a,b\n1,2\n",
    "binary": bytes(range(256)) * 4,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "half a header": b"report_id,truce,phen",
    "json": b'{"a": [1, 2]}',
    "text": "Щось інше\n".encode(),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize(
    "source", ["reports", "claims", "contradictions", "counts", "firms", "viina", "ucdp", "sirens",
               "stations", "smm_counts"],
)  # fmt: skip
def test_a_file_of_the_wrong_kind_leaves_no_trace(made_empty, source, name):
    desk, before = made_empty
    with pytest.raises(WrongKindOfFile):
        take(desk, source, WRONG[name])
    assert hashes(desk.workspace.root / "log") == before
    assert not (desk.workspace.root / "raw").exists()
    assert not (desk.workspace.root / "archive").exists()


@pytest.fixture(scope="module")
def made_empty(tmp_path_factory):
    desk = begin(tmp_path_factory.mktemp("wrong") / "ws")
    yield desk, hashes(desk.workspace.root / "log")
    desk.close()


def test_an_unknown_source_names_those_that_are_known(desk):
    with pytest.raises(SourceError, match=r"known are: claims, .*viina"):
        take(desk, "rumours", b"x")


# Order


def outcome(desk):
    """Give the canonical projections of all incidents, and the digest of the results."""
    with database.reading(desk.engine) as connection:
        incidents = records.current_incidents(connection)
        last = records.last_run(connection)
    key = str
    return sorted((str(projection(i)) for i in incidents), key=key), last["results"]


def held(desk):
    return holdings(desk).table


FEW = (
    ("reports", "one.csv", lines_of(REPORTS, *range(46, 52))),
    ("reports", "two.csv", lines_of(REPORTS, *range(50, 56))),  # two lines stand in both
    ("claims", "claims.csv", lines_of(EASTER_2025 / "claims.csv", 2, 3)),
)


@pytest.fixture(scope="module")
def one_way(tmp_path_factory):
    desk = begin(tmp_path_factory.mktemp("order") / "ws")
    for source, name, raw in FEW:
        take(desk, source, raw, name)
    run(desk, NOW)
    yield outcome(desk), held(desk)
    desk.close()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:])
def test_any_order_of_files_gives_the_same_incidents(one_way, desk, order):
    for n in order:
        source, name, raw = FEW[n]
        take(desk, source, raw, name)
    run(desk, NOW + timedelta(hours=5))
    assert outcome(desk) == one_way[0]
    assert held(desk).equals(one_way[1])


ROWS = range(44, 56)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(ROWS),
    cuts=st.sets(st.integers(1, len(ROWS) - 1), max_size=3),
    run_between=st.booleans(),
)
def test_any_cut_of_rows_into_files_gives_the_same_incidents(
    all_in_one, tmp_path_factory, order, cuts, run_between
):
    """Lines in any order, over any files, fused at once or in between with a calibration anew."""
    desk = begin(tmp_path_factory.mktemp("cut") / "ws")
    edges = [0, *sorted(cuts), len(order)]
    for n, (a, b) in enumerate(itertools.pairwise(edges)):
        take(desk, "reports", lines_of(REPORTS, *order[a:b]), f"{n}.csv")
        if run_between:
            run(desk, NOW)
    calibrate(desk, holdings(desk), background_of(desk)[1], NOW)
    run(desk, NOW)
    found = outcome(desk)
    assert verify(desk).problems == ()
    desk.close()
    assert found == all_in_one


@pytest.fixture(scope="module")
def all_in_one(tmp_path_factory):
    desk = begin(tmp_path_factory.mktemp("whole") / "ws")
    take(desk, "reports", lines_of(REPORTS, *ROWS), "whole.csv")
    run(desk, NOW)
    found = outcome(desk)
    desk.close()
    return found


# Versions

SLICE = b'{"20250420":[[37.5,48.4,"Example","A",%d,[%s]]]}'
FEWER = SLICE % (1, b'"https://unian.ua/1"')
MORE = SLICE % (2, b'"https://unian.ua/1","https://nv.ua/2"')
FIRMS = (
    b"latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,confidence,version,"
    b"bright_ti5,frp,daynight,instrument\n"
    b"48.40000,37.50000,336.5,0.4,0.4,2025-04-20,1011,N20,nominal,%s,274.4,2.5,D,VIIRS\n"
)
NEAR_REAL_TIME, ARCHIVE = FIRMS % b"2.0NRT", FIRMS % b"2.0"


@pytest.mark.parametrize("old_first", [True, False])
@pytest.mark.parametrize(
    ("source", "old", "new"), [("viina", FEWER, MORE), ("firms", NEAR_REAL_TIME, ARCHIVE)]
)
def test_a_correction_is_one_observation_in_two_versions(desk, source, old, new, old_first):
    for raw in (old, new) if old_first else (new, old):
        take(desk, source, raw, "file.json" if source == "viina" else "file.csv")
    both = holdings(desk)
    ids = [key for table in both.tables for key in table["observation_id"].to_pylist()]
    versions = {v for table in both.tables for v in table["version"].to_pylist()}
    assert (len(ids), len(set(ids)), len(versions)) == (2, 1, 2)
    (kept,) = both.table.to_pylist()
    newest = [t for t, r in zip(both.tables, both.raw, strict=True) if r.size == len(new)]
    wanted = newest[0].to_pylist()[0] if source == "viina" else kept
    assert kept["version"] == wanted["version"]
    assert kept["version_rank"] == max(
        rank for t in both.tables for rank in t["version_rank"].to_pylist()
    )
    assert both.ambiguous == 0


def revisions(desk):
    with database.reading(desk.engine) as connection:
        return [
            (r["incident_id"], r["revision"])
            for r in records.rows(connection, schema.incident_revisions)
        ]


def test_a_count_that_grew_makes_revision_two(desk):
    take(desk, "viina", FEWER, "old.json")
    first = run(desk, NOW)
    take(desk, "viina", MORE, "new.json")
    second = run(desk, NOW)
    assert revisions(desk) == [("INC-000001", 1), ("INC-000001", 2)]
    (old,), (new,) = first.incidents, second.incidents
    assert [m.observation_id for m in old.members] == [m.observation_id for m in new.members]
    assert old.members[0].version != new.members[0].version
    assert new.revised == "1 observation(s) came or changed, 1 went"
    assert len(new.groups) > len(old.groups)
    assert verify(desk).problems == ()


def test_an_old_version_that_comes_late_changes_nothing(desk):
    take(desk, "viina", MORE, "new.json")
    run(desk, NOW)
    take(desk, "viina", FEWER, "old.json")
    again = run(desk, NOW)
    assert (again.run_id, again.revised) == (2, 0)
    assert revisions(desk) == [("INC-000001", 1)]
    assert verify(desk).problems == ()


def exact_report():
    """Give one report of shelling at the spot and in the hour of the fire."""
    with REPORTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(r for r in rows if r["time_precision"] == "window" and r["in_window"] == "inside")
    row |= {"phenomenon_start": "2025-04-20T12:30", "phenomenon_end": "2025-04-20T13:30",
            "start_utc": "2025-04-20T09:30Z", "end_utc": "2025-04-20T10:30Z",
            "time_zone": "Europe/Kyiv", "lon": "37.5", "lat": "48.4", "position_sigma_m": "300",
            "act": "shelling undetermined"}  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue().encode()


def test_a_fire_of_the_archive_revises_the_incident_that_the_quick_one_supported(desk):
    take(desk, "reports", exact_report(), "reports.csv")
    take(desk, "firms", NEAR_REAL_TIME, "quick.csv")
    first = run(desk, NOW)
    take(desk, "firms", ARCHIVE, "archive.csv")
    second = run(desk, NOW)
    assert [len(i.members) for i in first.incidents] == [2]
    assert [(i.incident_id, i.revision) for i in second.incidents] == [("INC-000001", 2)]
    assert verify(desk).problems == ()


# A stop in between


class CutOffError(Exception):
    """The machine stops."""


def stop(*arguments, **named):
    raise CutOffError


STEPS = (
    "truceline.store.archive.write_durably",
    "truceline.store.archive.segment_bytes",
    "truceline.pipeline.ingest.write_durably",
    "truceline.pipeline.ingest._event",
    "truceline.evidence.appender.write_new",
    "truceline.evidence.appender.place_salt_key",
    "truceline.store.records.add_raw_input",
)


@pytest.mark.parametrize("step", STEPS)
def test_a_stop_at_any_step_is_healed_by_taking_it_in_again(ws, monkeypatch, step):
    desk = open_desk(ws)
    late = lines_of(REPORTS, *range(60, 66))
    monkeypatch.setattr(step, stop)
    with pytest.raises(CutOffError):
        take(desk, "reports", late, "late.csv")
    monkeypatch.undo()
    before = verify(desk).problems
    assert all("again" in line for line in before), before
    done = take(desk, "reports", late, "late-renamed.csv", NOW + timedelta(days=1))
    assert (done.rows, done.again) == (6, False)
    assert verify(desk).problems == ()
    run(desk, NOW)
    assert verify(desk).problems == ()
    names = [(r.file_name, r.received) for r in holdings(desk).raw if r.size == len(late)]
    logged = [e.fields for e in desk.events() if e.type == "raw.received"][-1]
    assert names == [(logged["file_name"], logged["received"])]
    assert len([e for e in desk.events() if e.type == "raw.received"]) == 6
    desk.close()


def test_a_stop_after_the_second_file_of_the_archive_is_healed_too(ws, monkeypatch):
    from truceline.pipeline import ingest as under_test

    desk, real = open_desk(ws), under_test.write_durably

    def only_parquet(path, data):
        if path.suffix == ".json":
            path.with_name(path.name + ".part").write_bytes(data[:7])
            raise CutOffError
        real(path, data)

    late = lines_of(REPORTS, *range(60, 66))
    monkeypatch.setattr(under_test, "write_durably", only_parquet)
    with pytest.raises(CutOffError):
        take(desk, "reports", late, "late.csv")
    monkeypatch.undo()
    before = verify(desk).problems
    assert [p for p in before if ".json.part" in p]
    take(desk, "reports", late, "late.csv")
    assert verify(desk).problems == ()
    desk.close()


def test_records_that_were_lost_are_made_again_from_the_same_files(ws):
    """Everything but the database follows from raw files and log; it can be built anew."""
    (ws / "truceline.db").unlink()
    desk = open_desk(ws)
    assert all("in the log and not in the records" in p for p in verify(desk).problems)
    for source, name, raw in small_files():
        assert not take(desk, source, raw, name).again
    run(desk, NOW + timedelta(days=1))
    assert verify(desk).problems == ()
    desk.close()
