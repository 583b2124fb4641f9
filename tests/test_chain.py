"""The chain of a finding is opened by reading only what it needs, on either database, and every link is proved."""

import json
import shutil
import sqlite3

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical
from truceline.errors import EvidenceError, WorkflowError
from truceline.evidence.checkpoint import parse_checkpoint
from truceline.evidence.merkle import leaf_hash, verify_inclusion
from truceline.evidence.note import parse_note
from truceline.evidence.openings import iterate_openings
from truceline.model.finding import Status
from truceline.pipeline.chain import open_chain
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.looking_up import ensure
from truceline.pipeline.run import run
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.steps import take_step
from truceline.pipeline.verify import verify
from truceline.store import database, places, records, schema, schema_lookup
from workspaces import NOW, SEED, small_files, take


def filled(root, url=""):
    desk = start(root, agreement_folder("easter-2025"), SEED, NOW, url)
    for source, name, raw in small_files():
        take(desk, source, raw, name)
    run(desk, NOW)
    return desk


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "ws"
    with filled(root) as desk:
        take_step(desk, first(desk), Status.REVIEWED, "R. Example", "looked at it", NOW)
    return root


def first(desk):
    with database.reading(desk.engine) as connection:
        return records.findings(connection)[0].finding_id


@pytest.fixture
def desk(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def requires_proofs(desk, chain):
    """Check every link against the checkpoint and the entry of the log."""
    tree = parse_checkpoint(parse_note(chain.checkpoint.encode()).text)
    entries = {o.index: o for o in iterate_openings(desk.workspace.root / "openings", tree.size)}
    for link in (
        chain.finding[1],
        *(at for _, at in (*chain.revisions, *chain.steps, *chain.inputs)),
    ):
        leaf = leaf_hash(entries[link.index].entry)
        proof = [bytes.fromhex(one) for one in link.proof]
        assert verify_inclusion(leaf, link.index, tree.size, proof, tree.root)
    return {index: json.loads(one.record) for index, one in entries.items()}


def test_every_link_of_a_case_is_proved_and_is_the_entry_of_its_thing(desk):
    with database.reading(desk.engine) as connection:
        every = records.findings(connection)
    for finding in every:
        chain = open_chain(desk, finding.finding_id)
        entries = requires_proofs(desk, chain)
        assert entries[chain.finding[1].index]["finding_id"] == finding.finding_id
        for incident, link in chain.revisions:
            told = entries[link.index]
            assert (told["incident_id"], told["revision"]) == (
                incident.incident_id,
                incident.revision,
            )
        assert {r.sha256 for r in chain.rows} == {raw.sha256 for raw, _ in chain.inputs}
        canonical(chain.as_plain())
    assert [s.step for s, _ in open_chain(desk, every[0].finding_id).steps] == ["reviewed"]


def test_nothing_of_the_archive_is_read(desk):
    shutil.rmtree(desk.workspace.root / "archive")
    assert open_chain(desk, first(desk)).rows


def test_what_is_not_there_is_told(desk):
    for key in ("", "INC-999999/X", "INC-000001", "' OR 1=1 --", "x" * 10_000):
        with pytest.raises(WorkflowError, match="findings list"):
            open_chain(desk, key)


def test_a_raw_file_that_was_changed_is_told(desk):
    row = open_chain(desk, first(desk)).rows[0]
    path = desk.workspace.raw_path(row.sha256)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(EvidenceError, match="was changed"):
        open_chain(desk, first(desk))


WRONG = {
    "leaf index of a finding": "UPDATE findings SET log_index = log_index + 1",
    "leaf index of a revision": "UPDATE incident_revisions SET log_index = NULL",
    "raw row": "UPDATE members SET raw_offset = raw_offset + 1",
    "line": "UPDATE members SET raw_line = 1",
    "place": "UPDATE places SET lon = lon + 0.001 WHERE number = 1",
    "place gone": "DELETE FROM places WHERE number = 1",
    "tree": "DELETE FROM places_tree WHERE number = 1",
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_look_up_is_found(desk, what):
    with database.writing(desk.engine) as connection:
        connection.exec_driver_sql(WRONG[what])
    problems = verify(desk).problems
    assert problems
    assert all("what follows" in p or "not that of its table" in p for p in problems)


def test_records_of_an_earlier_version_are_filled_when_they_are_needed(desk):
    finding = first(desk)
    before = open_chain(desk, finding)
    with database.writing(desk.engine) as connection:
        connection.execute(sa.update(schema.findings).values(log_index=None))
        connection.execute(sa.update(schema.incident_revisions).values(log_index=None))
        names = ("source", "raw_sha256", "raw_offset", "raw_length", "raw_line")
        connection.execute(sa.update(schema.members).values(dict.fromkeys(names)))
        connection.execute(sa.delete(schema_lookup.places))
        connection.execute(sa.update(schema_lookup.belonging).values(looked_up=False))
    assert verify(desk).problems == ()
    assert open_chain(desk, finding) == before
    assert verify(desk).problems == ()
    ensure(desk)


def test_a_page_of_findings_begins_where_the_last_one_ended(desk):
    with database.reading(desk.engine) as connection:
        every = records.findings(connection)
        wanted = sorted(every, key=lambda f: (f.probability, f.finding_id), reverse=True)
        got, after = [], None
        while page := records.findings_page(connection, 3, after):
            got += page
            after = (page[-1].probability, page[-1].finding_id)
        assert got == wanted
        some = records.findings_page(connection, 99, outcome="violated")
        assert list(some) == [f for f in wanted if f.outcome.value == "violated"]
        assert records.findings(connection, []) == ()
        ids = {f.incident_id for f in every[:4]}
        assert records.findings(connection, ids) == tuple(f for f in every if f.incident_id in ids)


POINTS = [
    (180.0, 0.0), (-180.0, 1.0), (179.9999999, -1.0), (-179.5, 89.9), (0.0, 0.0), (0.0, 90.0),
    (30.1, 48.2), (30.100000001, 48.2), (30.1, 48.20000000001), (-0.0000001, -90.0), (37.6, 48.6),
]  # fmt: skip


def put_points(engine):
    rows = [
        {"number": n, "incident_id": f"INC-{n:06d}", "lon": lon, "lat": lat}
        for n, (lon, lat) in enumerate(POINTS, start=1)
    ]
    with database.writing(engine) as connection:
        connection.execute(sa.insert(schema_lookup.places), rows)


@pytest.fixture(scope="module")
def engines(tmp_path_factory, cluster):
    urls = (f"sqlite:///{tmp_path_factory.mktemp('places') / 'r.db'}", cluster.database("places"))
    made = [database.connect(url) for url in urls]
    for engine in made:
        put_points(engine)
    yield made
    for engine in made:
        engine.dispose()


def found(engine, *box):
    with database.reading(engine) as connection:
        return places.within(connection, *box)


LON = st.one_of(st.floats(-180, 180), st.sampled_from([p[0] for p in POINTS]))
LAT = st.one_of(st.floats(-90, 90), st.sampled_from([p[1] for p in POINTS]))


@given(LON, LON, LAT, LAT)
def test_both_databases_find_the_same_places(engines, west, east, one, other):
    south, north = sorted((one, other))
    box = (west, south, east, north)

    def inside(lon):
        between = west <= lon <= east if west <= east else lon >= west or lon <= east
        return between or (abs(lon) == 180 and (abs(west) == 180 or abs(east) == 180))

    wanted = {
        f"INC-{n:06d}"
        for n, (lon, lat) in enumerate(POINTS, start=1)
        if inside(lon) and south <= lat <= north
    }
    assert [set(found(engine, *box)) for engine in engines] == [wanted, wanted]


def test_over_the_antimeridian_and_nowhere(engines):
    for engine in engines:
        assert found(engine, 179, -2, -179, 2) == ("INC-000001", "INC-000002", "INC-000003")
        assert found(engine, 10, 10, 11, 11) == ()
        assert found(engine, 30.1, 48.2, 30.1, 48.2) == ("INC-000007",)
        for box in ((0, 1, 0, 0), (float("nan"), 0, 1, 1), (-181, 0, 1, 1), (0, 0, 1, 91)):
            with pytest.raises(ValueError, match="box"):
                found(engine, *box)


def test_the_case_is_the_same_on_a_server(made, tmp_path, server_url):
    with filled(tmp_path / "ws", server_url) as there, open_desk(made) as here:
        key = first(here)
        ours, theirs = open_chain(here, key), open_chain(there, key)
        assert (ours.finding[0], ours.rows) == (theirs.finding[0], theirs.rows)
        requires_proofs(there, theirs)
        with (
            database.reading(there.engine) as a,
            database.reading(here.engine) as b,
        ):
            assert places.within(a, -180, -90, 180, 90) == places.within(b, -180, -90, 180, 90)
            assert places.indexed(a)


def test_the_tree_survives_what_the_table_does(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    connection = sqlite3.connect(tmp_path / "ws" / "truceline.db")
    connection.execute("DELETE FROM places WHERE number = 1")
    connection.execute("UPDATE places SET lon = 5, lat = 6 WHERE number = 2")
    connection.commit()
    connection.close()
    engine = database.connect(f"sqlite:///{tmp_path / 'ws' / 'truceline.db'}")
    with database.reading(engine) as reading:
        assert places.indexed(reading)
        assert places.within(reading, 5, 6, 5, 6) == ("INC-000002",)
    engine.dispose()


def test_the_same_rows_in_another_file_change_nothing_before_the_next_run(desk):
    """Of one row in two files that of the smaller hash counts, but only for runs that had both."""
    for source, name, raw in small_files():
        for blank in (b"\n", b"\n\n", b"\r\n"):  # some of the hashes are smaller
            take(desk, source, raw + blank, name)
    assert verify(desk).problems == ()
    run(desk, NOW)
    assert verify(desk).problems == ()
