"""Records: what goes in comes out; ids go on past any number; trouble is a sentence."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from truceline.errors import WorkspaceError
from truceline.model.incident import Incident, Member, MemberRole
from truceline.model.interval import Interval
from truceline.store import database, records, schema

START = datetime(2025, 4, 20, 9, tzinfo=UTC)


def incident(number=1, revision=1, start=START, minutes=60, keys=("reports:a",)):
    return Incident(
        incident_id=f"INC-{number:06d}",
        revision=revision,
        time=Interval(start, start + timedelta(minutes=minutes)),
        time_sigma_s=0.0,
        straddles_unknown=True,
        lon=37.5,
        lat=48.4,
        cov_ee_m2=1e6,
        cov_en_m2=0.0,
        cov_nn_m2=1e6,
        kinds=(("fire.artillery", 0.7), ("fire.mortar", 0.3)),
        probability=1 / 3,
        groups=("g",),
        sides=("UA",),
        accused=("RU",),
        count_min=None,
        count_max=3,
        place_name="Somewhere",
        masked=None,
        members=tuple(Member(k, "v", MemberRole.SUPPORT, 0.5) for k in keys),
        calibration="c",
        label="fire",
    )


@pytest.fixture
def engine(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path / 'records.db'}")
    yield engine
    engine.dispose()


def add_run(connection):
    values = dict.fromkeys(("made", "calibration", "inputs", "results", "content"), "x")
    return records.add_run(connection, {**values, "log_index": 0})


def put(engine, *incidents):
    with database.writing(engine) as connection:
        run_id = add_run(connection)
        records.put_revisions(connection, incidents, run_id)
    return run_id


def ids(engine, *window):
    with database.reading(engine) as connection:
        return [i.incident_id for i in records.current_incidents(connection, *window)]


def test_history_holds_every_revision_and_the_last_is_current(engine):
    put(engine, incident())
    put(engine, incident(revision=2, keys=("reports:a", "reports:b")))
    with database.reading(engine) as connection:
        history = records.incident_history(connection, "INC-000001")
        (current,) = records.current_incidents(connection)
    assert [i.revision for i in history] == [1, 2]
    assert current == history[-1]
    assert [m.observation_id for m in current.members] == ["reports:a", "reports:b"]


def test_a_window_finds_what_touches_it_and_nothing_else(engine):
    put(engine, *(incident(n, start=START + timedelta(hours=n)) for n in range(5)))
    window = Interval(START + timedelta(hours=2), START + timedelta(hours=3))
    assert ids(engine, window) == ["INC-000002"]
    assert ids(engine) == [f"INC-{n:06d}" for n in range(5)]


def test_an_instant_counts_where_the_window_begins_and_not_where_it_ends(engine):
    put(engine, incident(1, minutes=0), incident(2, start=START + timedelta(hours=1), minutes=0))
    assert ids(engine, Interval(START, START + timedelta(hours=1))) == ["INC-000001"]


@pytest.mark.parametrize(
    ("relation", "state"),
    [("merged_into", "merged"), ("retired", "retired"), ("split_from", "current")],
)
def test_lineage_ends_a_life_or_not(engine, relation, state):
    run_id = put(engine, incident())
    with database.writing(engine) as connection:
        records.close_incident(connection, run_id, "INC-000001", relation, "INC-000009")
    with database.reading(engine) as connection:
        (row,) = records.rows(connection, schema.incidents)
        assert row["state"] == state
        assert len(records.incident_history(connection, "INC-000001")) == 1


@pytest.mark.parametrize(
    ("held", "following"), [((), 1), ((7,), 8), ((999_999, 1_000_000), 1_000_001)]
)
def test_numbers_go_on_past_a_million(engine, held, following):
    put(engine, *(incident(n) for n in held))
    with database.reading(engine) as connection:
        assert records.next_incident_number(connection) == following


def test_a_change_is_kept_whole_or_not_at_all(engine):
    def stop():
        with database.writing(engine) as connection:
            records.put_revisions(connection, [incident()], add_run(connection))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop()
    assert ids(engine) == []
    with database.reading(engine) as connection:
        assert records.last_run(connection) is None


def test_the_same_id_given_twice_is_refused_with_a_sentence(engine):
    put(engine, incident())
    with pytest.raises(WorkspaceError, match="another process is writing"):
        put(engine, incident())


def test_records_held_by_another_process_are_told(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path / 'records.db'}?timeout=0.05")
    other = sqlite3.connect(tmp_path / "records.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(WorkspaceError, match="another process is writing"):
        put(engine, incident())
    engine.dispose()
    other.rollback()
    other.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_file_that_is_no_database_is_told(tmp_path, content):
    path = tmp_path / "records.db"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(WorkspaceError, match=r"records\.db: the records cannot be used"):
        database.connect(f"sqlite:///{path}")


def test_records_of_a_later_version_are_told(tmp_path, engine):
    with database.writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WorkspaceError, match=r"of another version .*9999"):
        database.connect(f"sqlite:///{tmp_path / 'records.db'}")
