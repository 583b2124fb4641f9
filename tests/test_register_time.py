"""The register on a day, what changed between two days, and who alone tells of it."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register_world import AGREEMENT, entry, readings
from truceline.guarantees.register import STRENGTH
from truceline.guarantees.register_entries import entries
from truceline.guarantees.register_sources import single
from truceline.guarantees.register_time import at, changes, heading, history, matrix
from truceline.model.register import Citation, Origin, Turn


def ids(found):
    return [one.id for one in found]


def test_what_was_known_by_a_day():
    known = [
        entry("late", date="2031-02-01"),
        entry("undated"),
        entry("early", date="2031-01-05"),
        entry("reported", known_by="2031-01-20", months=("2031-01",)),
        entry("next-month", months=("2031-02",)),
        entry("this-month", months=("2031-01", "2031-02")),
        entry("rejected", date="2031-01-01", origin=Origin.REJECTED),
    ]
    assert ids(at(known, "2031-01-31")) == ["early", "reported", "this-month", "undated"]
    assert ids(at(known, None)) == [
        "early",
        "reported",
        "late",
        "next-month",
        "this-month",
        "undated",
    ]
    assert [one.known_by for one in at(known, "2031-01-31")] == [
        "2031-01-05",
        "2031-01-20",
        None,
        None,
    ]
    assert ids(at(known, "2030-12-31")) == ["undated"]


def test_the_latest_heads_the_cell_and_says_that_sources_differ():
    rows = matrix(
        [entry("p", date="2031-01-05"), entry("r", date="2031-02-01", status="ruled_out")]
    )
    cell = rows[0].cell("troops_land")
    assert (cell.heading.id, cell.differs, ids(cell.entries), cell.dated) == (
        "r",
        True,
        ["r", "p"],
        True,
    )
    before = matrix([entry("p", date="2031-01-05"), entry("r", date="2031-02-01")], "2031-01-31")
    assert before[0].cell("troops_land").heading.id == "p"
    assert rows[0].cell("naval") is None


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        ({"date": "2031-01-05"}, {"date": "2031-01-05"}),
        ({"date": "2031-01-05"}, {"months": ("2031-01",)}),
        ({"months": ("2031-01",)}, {"months": ("2030-12", "2031-01")}),
        ({}, {}),
        ({}, {"months": ("2031-01",)}),
    ],
)
def test_where_the_day_does_not_tell_the_latest_the_weakest_heads(strong, weak):
    found = heading([entry("s", **strong), entry("w", status="undecided", **weak)])
    assert ids(found) == ["w", "s"]


def test_a_later_word_heads_even_where_its_day_is_not_known():
    found = heading(
        [entry("w", status="ruled_out", date="2031-01-05"), entry("s", months=("2031-02",))]
    )
    assert ids(found) == ["s", "w"]
    assert ids(heading([entry("w", status="ruled_out"), entry("s", date="2031-01-05")])) == [
        "s",
        "w",
    ]
    assert heading([]) == ()


def test_of_two_that_say_the_same_the_one_that_people_looked_at_heads():
    found = heading(
        [entry("a", date="2031-01-05"), entry("b", date="2031-01-05", origin=Origin.CODED)]
    )
    assert ids(found) == ["b", "a"]


def test_changes_between_two_days():
    known = [
        entry("a", date="2031-01-05", status="considered"),
        entry("b", date="2031-02-05", status="conditional", condition_class="ceasefire"),
        entry("c", date="2031-03-05", status="conditional", condition_class="peace_deal"),
        entry(
            "d", date="2031-04-05", status="conditional", condition_class="peace_deal", role="lead"
        ),
        entry("e", date="2031-05-05", status="ruled_out"),
        entry("f", date="2031-05-05", types=("naval",)),
        entry("g", date="2031-06-05", types=("naval",), role=""),
    ]
    days = (
        "2031-01-01",
        "2031-01-31",
        "2031-02-28",
        "2031-03-31",
        "2031-04-30",
        "2031-05-31",
        "2031-06-30",
    )
    turns = [
        [
            (c.domain, c.turn, c.before and c.before.id, c.after.id)
            for c in changes(known, first, last)
        ]
        for first, last in itertools.pairwise(days)
    ]
    assert turns == [
        [("troops_land", Turn.NEW, None, "a")],
        [("troops_land", Turn.STRONGER, "a", "b")],
        [("troops_land", Turn.CONDITION, "b", "c")],
        [("troops_land", Turn.ROLE, "c", "d")],
        [("troops_land", Turn.WEAKER, "d", "e"), ("naval", Turn.NEW, None, "f")],
        [],
    ]
    with pytest.raises(ValueError, match="is before"):
        changes(known, "2031-02-01", "2031-01-01")


def test_what_has_no_day_is_no_change():
    assert changes([entry("a")], "2031-01-01", "2031-02-01") == ()


def test_history_of_one_obligor_in_one_domain():
    known = [
        entry("undated"),
        entry("b", date="2031-02-05"),
        entry("a", date="2031-01-05"),
        entry("other", date="2031-01-05", obligor="SB"),
        entry("sea", date="2031-01-05", types=("naval",)),
        entry("no", date="2031-01-01", origin=Origin.REJECTED),
    ]
    assert ids(history(known, "NB", "troops_land")) == ["a", "b", "undated"]
    assert history(known, "NB", "air") == ()


def test_who_alone_tells_of_it():
    both = (Citation("a.txt", "a", "a", None), Citation("b.txt", "b", "b", None))
    half = (
        Citation("a.txt", "a", "a", None, types=("troops_land",)),
        Citation("b.txt", "b", "b", None, types=("troops_land", "naval")),
    )
    known = [
        entry("two", date="2031-01-05", citations=both),
        entry("half", obligor="SB", types=("troops_land", "naval"), citations=half),
        entry("one", obligor="EB", date="2031-01-05", group="a"),
        entry("coded", obligor="WB", date="2031-01-05", group="a", origin=Origin.CODED),
        entry("read", obligor="WB", date="2031-01-09", group="b"),
        entry("later", obligor="WB", date="2031-02-09", group="b"),
        entry("rejected", obligor="NB", group="c", origin=Origin.REJECTED),
    ]
    assert ids(single(known)) == ["half", "one", "later"]
    cells = {(row.obligor, cell.domain): cell.single for row in matrix(known) for cell in row.cells}
    assert cells == {
        ("NB", "troops_land"): False,
        ("SB", "troops_land"): False,
        ("SB", "naval"): True,
        ("EB", "troops_land"): True,
        ("WB", "troops_land"): False,
    }


@given(readings(), st.sampled_from([None, "2030-12-31", "2031-01-10", "2031-02-01", "2031-02-28"]))
@settings(max_examples=150)
def test_no_cell_is_headed_by_more_than_its_latest_word(read, day):
    """Whatever is certainly later, or of the same day and weaker, heads the cell."""
    found = entries(AGREEMENT, read, ())
    for row in matrix(found, day):
        for cell in row.cells:
            head = STRENGTH.index(cell.heading.status)
            assert set(ids(cell.entries)) <= set(ids(at(found, day)))
            for other in cell.entries:
                same = (other.date, other.months) == (cell.heading.date, cell.heading.months)
                assert not same or head <= STRENGTH.index(other.status)
                if other.months and cell.heading.months:
                    assert cell.heading.months[-1] >= other.months[0], "not certainly older"
            assert cell.differs == (len({e.status for e in cell.entries}) > 1)


@given(readings())
@settings(max_examples=60)
def test_the_register_only_grows_with_time_and_changes_add_up(read):
    found = entries(AGREEMENT, read, ())
    days = ["2030-12-01", "2031-01-04", "2031-01-19", "2031-02-28"]
    known = [set(ids(at(found, day))) for day in days]
    assert all(earlier <= later for earlier, later in itertools.pairwise(known))
    assert changes(found, days[1], days[1]) == ()
    turned = {
        (c.obligor, c.domain) for c in changes(found, days[0], days[-1]) if c.turn is Turn.NEW
    }
    cells = [{(r.obligor, c.domain) for r in matrix(found, d) for c in r.cells} for d in days]
    assert turned == cells[-1] - cells[0]
