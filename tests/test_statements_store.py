"""Records of statements: what goes in comes out, and the register is answered as the rules say."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invented_articles import NOW
from truceline.codec.canonical import canonical
from truceline.codec.reading import reading_to_plain
from truceline.codec.reading_back import finding_from_plain, statement_from_plain
from truceline.codec.register_plain import (
    entry_from_plain,
    entry_to_plain,
    review_from_plain,
    review_to_plain,
)
from truceline.guarantees.register import DOMAINS, STRENGTH
from truceline.guarantees.register_time import changes as changes_of
from truceline.guarantees.register_time import matrix, turn_between
from truceline.model.article import Mode, Reading, RoleFinding, Span, Statement
from truceline.model.register import Citation, Entry, Origin, Review, Verdict
from truceline.model.verified import Verified
from truceline.store import database, documents, register
from truceline.store.documents import Held

DAYS = ("2025-08-31", "2025-09-04", "2025-09-05", "2025-09-30", "2025-10-01", "2026-01-06")
MONTHS = ("2025-08", "2025-09", "2025-10", "2026-01")
KINDS = DOMAINS[:3]


@st.composite
def entries(draw):
    """Entries of two states in three domains, in every way of being dated."""
    made = []
    for number in range(draw(st.integers(0, 9))):
        types = tuple(k for k in KINDS if k in draw(st.sets(st.sampled_from(KINDS), min_size=1)))
        date = draw(st.none() | st.sampled_from(DAYS))
        known = date or draw(st.none() | st.sampled_from(DAYS))
        months = (date[:7],) if date else tuple(sorted(draw(st.sets(st.sampled_from(MONTHS)))))
        citations = tuple(
            Citation(f"{n}.txt", f"outlet {n}", draw(st.sampled_from("abc")), known, Span(n, n + 5),
                     f"{n}.txt#pledge{n}", draw(st.sampled_from(((), types))))
            for n in range(draw(st.integers(1, 2)))
        )  # fmt: skip
        made.append(
            Entry(
                id=f"e{number}",
                obligor=draw(st.sampled_from(("AR", "BO"))),
                name="Ardenia",
                types=types,
                role=draw(st.sampled_from(("", "lead"))),
                status=draw(st.sampled_from(STRENGTH)),
                condition="",
                condition_class="",
                limits="",
                size="",
                date=date,
                known_by=known,
                origin=draw(st.sampled_from(Origin)),
                citations=citations,
                months=months,
            )
        )
    return tuple(made)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = database.connect(f"sqlite:///{tmp_path_factory.mktemp('records') / 'r.db'}")
    yield engine
    engine.dispose()


def heads(engine, made, day, **choice):
    with database.writing(engine) as connection:
        register.replace(connection, made, STRENGTH)
    with database.reading(engine) as connection:
        return register.heads(connection, day, **choice)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=entries(), day=st.none() | st.sampled_from(DAYS))
def test_the_records_answer_as_the_rules_of_the_register_do(engine, made, day):
    wanted = {
        (row.obligor, cell.domain): (cell.heading, cell.differs, cell.single)
        for row in matrix(made, day)
        for cell in row.cells
    }
    found = {
        (one.entry.obligor, one.domain): (one.entry, one.differs, one.single)
        for one in heads(engine, made, day)
    }
    assert found == wanted
    of_people = tuple(one for one in made if one.origin is not Origin.PROPOSED)
    assert {
        (o.entry.obligor, o.domain): o.entry for o in heads(engine, made, day, people=True)
    } == {
        (row.obligor, cell.domain): cell.heading
        for row in matrix(of_people, day)
        for cell in row.cells
    }
    of_one = heads(engine, made, day, obligor="AR")
    assert {(o.entry.obligor, o.domain) for o in of_one} == {k for k in wanted if k[0] == "AR"}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=entries(), first=st.sampled_from(DAYS), last=st.sampled_from(DAYS))
def test_what_changed_between_two_days_is_what_the_rules_say(engine, made, first, last):
    first, last = sorted((first, last))
    heads(engine, made, None)
    with database.reading(engine) as connection:
        moved = register.moves(connection, first, last)
    found = [
        (after.obligor, domain, turn, before, after)
        for domain, before, after in moved
        if (turn := turn_between(before, after))
    ]
    wanted = changes_of(made, first, last)
    assert sorted(found, key=str) == sorted(
        ((c.obligor, c.domain, c.turn, c.before, c.after) for c in wanted), key=str
    )


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=entries())
def test_entries_come_back_as_they_went_in_and_in_their_order(engine, made):
    heads(engine, made, None)
    with database.reading(engine) as connection:
        assert register.every(connection) == made
        assert register.of_obligor(connection, "BO") == tuple(e for e in made if e.obligor == "BO")
        assert register.obligors(connection) == tuple(sorted({e.obligor for e in made}))


@pytest.mark.parametrize("obligor", [None, "AR"])
def test_what_heads_a_cell_is_found_by_seeks(engine, obligor):
    """Only the list of cells is read through, out of an index, and only where all are asked for."""
    values = {"day": "2026-01-01", "obligor": obligor}
    with database.reading(engine) as connection:
        query = sa.text(f"EXPLAIN QUERY PLAN {register._query(obligor)}")
        steps = [row[-1] for row in connection.execute(query, values)]
    assert not [s for s in steps if s.startswith("SCAN c ")]
    keys = [s for s in steps if "register_cells " in s]
    assert keys
    assert all("COVERING INDEX" in s for s in keys)
    assert [s for s in keys if s.startswith("SCAN")] == ([] if obligor else keys)
    seeks = [s for s in steps if s.startswith("SEARCH c USING")]
    assert len(seeks) >= 5
    assert all("obligor=? AND domain=?" in s for s in seeks), steps


def test_an_entry_with_everything_survives_canonical_json():
    review = Review(3, Verdict.CORRECT, "a.txt#pledge4", "0" * 64, "Ines Marel", NOW, "read it",
                    {"status": "considered"})  # fmt: skip
    entry = Entry("P-1", "AR", "Ardenia", ("naval", "air"), "lead", "conditional", "after a truce",
                  "ceasefire", "not in winter", "two ships", None, "2025-09-05", Origin.CONFIRMED,
                  (Citation("a.txt", "Gazette", "Gazette", None, Span(4, 9), "a.txt#pledge4",
                            ("naval",)), Citation("A1", "A1", "A1", "2025-09-05")),
                  "Ships.", "Boria", (Verified("size", "partly", "one outlet"),), (review,),
                  ("2025-08", "2025-09"))  # fmt: skip
    assert entry_from_plain(json.loads(canonical(entry_to_plain(entry)))) == entry
    assert review_from_plain(json.loads(canonical(review_to_plain(review)))) == review


def test_a_reading_comes_back_from_the_interchange():
    role = RoleFinding("a.txt#role4", "a.txt", Span(4, 9), "Odra Tolman", "the chair", "not_held",
                       ("2025-09-05",), ())  # fmt: skip
    said = Statement("a.txt#s0", "a.txt", Span(0, 9), 0.95, "subject", Mode.PARTIAL, "Odra Tolman",
                     "Tolman", None, "said", None, None, "Velm", None, (Span(2, 5),),
                     seconded_by=("plug",))  # fmt: skip
    plain = reading_to_plain(Reading((), (said,), (), (), findings=(role,)))
    again = json.loads(canonical(plain))
    assert statement_from_plain(again["statements"][0]) == said
    assert finding_from_plain(again["findings"][0]) == role


def test_the_newest_version_of_a_document_is_current_and_the_others_are_kept(engine):
    versions = [
        Held(64, "b.txt", "a" * 64, 5, {}, "2026-05-13T08:00:00Z"),
        Held(65, "a.txt", "b" * 64, 6, {"outlet": "Gazette"}, "2026-05-13T08:00:00Z"),
        Held(128, "b.txt", "c" * 64, 7, {"about": ["a summit"]}, "2026-05-14T08:00:00Z"),
    ]
    with database.writing(engine) as connection:
        for item in versions:
            documents.add_document(connection, item)
    with database.reading(engine) as connection:
        assert documents.versions(connection) == tuple(versions)
        assert documents.current(connection) == (versions[1], versions[2])
        assert documents.last_reading(connection) is None
