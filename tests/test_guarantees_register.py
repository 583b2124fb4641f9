"""The register: state by domain, who leads, under which condition, who refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.agreement import load_agreement
from truceline.codec.agreement_rules import PledgeType
from truceline.guarantees.register import (
    DOMAINS,
    STRENGTH,
    heading,
    hosts,
    leads,
    refusals,
    register_domains,
    register_rows,
)
from truceline.model.agreement import Pledge

FOLDER = Path(__file__).parents[1] / "agreements"
PARIS = load_agreement(FOLDER / "paris-2026")
ROWS = {row.obligor: row for row in register_rows(PARIS)}


def status(obligor, domain):
    cell = ROWS[obligor].cell(domain)
    return None if cell is None else cell.status


def test_the_domains_are_those_that_a_pledge_may_name():
    assert PledgeType.__args__ == DOMAINS


@pytest.mark.parametrize(
    ("obligor", "domain", "expected"),
    [
        ("COW26", "troops_land", "conditional"),
        ("FR", "troops_land", "conditional"),
        ("GB", "facilities", "conditional"),
        ("US", "troops_land", "ruled_out"),
        ("US", "air", "considered"),
        ("US", "monitoring", "considered"),
        ("US", "political", "considered"),
        ("US", "coordination", "considered"),
        ("RU", "political", "conditional"),
        ("LEADS", "reconstruction", "conditional"),
        ("UA", "facilities", "conditional"),
        ("FR", "sanctions", "considered"),
        ("DE", "troops_land", "undecided"),
        ("DE", "training", "considered"),
        ("IT", "troops_land", "ruled_out"),
        ("IT", "monitoring", "conditional"),
        ("PL", "troops_land", "ruled_out"),
        ("BG", "naval", "considered"),
        ("FR", "naval", None),
        ("PL", "air", None),
    ],
)
def test_nothing_is_shown_stronger_than_the_sources_say(obligor, domain, expected):
    assert status(obligor, domain) == expected


def test_only_what_no_condition_limits_is_shown_as_pledged():
    pledged = {
        (r.obligor, c.domain) for r in ROWS.values() for c in r.cells if c.status == "pledged"
    }
    assert pledged == {
        ("COW35", "equipment"),
        ("COW35", "financing"),
        ("COW35", "facilities"),
        ("COW35", "training"),
        ("COW35", "coordination"),
        ("COW26", "political"),
        ("ALLIES", "political"),
    }


def test_every_conditional_cell_shows_its_condition():
    cells = [cell for row in ROWS.values() for cell in row.cells if cell.status == "conditional"]
    assert len(cells) > 8
    assert all(cell.condition for cell in cells)


def test_sources_that_differ_are_both_kept():
    cell = ROWS["IT"].cell("troops_land")
    assert cell is not None
    assert cell.differs
    assert {pledge.status for pledge in cell.pledges} == {"ruled_out", "undecided"}
    assert not ROWS["PL"].cells[0].differs


def test_who_refused():
    found = [(one.obligor, one.domains, one.date, one.disputed) for one in refusals(PARIS)]
    assert found == [
        ("US", ("troops_land",), "unknown", False),
        ("IT", ("troops_land",), "unknown", True),
        ("IT", ("troops_land",), "2026-01-06", True),
        ("PL", ("troops_land",), "2026-01-06", False),
    ]


def test_who_leads_is_named_only_where_a_source_names_it():
    found = {lead.domain: lead.leaders for lead in leads(PARIS)}
    assert tuple(found) == register_domains(PARIS)
    assert found.pop("monitoring") == (("United States", "considered"),)
    nobody = {"troops_land", "naval", "air", "reconstruction"}
    for domain, leaders in found.items():
        assert [(name[-26:], status) for name, status in leaders] == (
            [("(not named in the sources)", "conditional")] if domain in nobody else []
        )


def test_who_hosts():
    assert hosts(PARIS) == (
        ("facilities", (("Ukraine", "conditional"),)),
        ("coordination", (("France", "considered"),)),
    )


def test_an_agreement_without_pledges_has_an_empty_register():
    found = load_agreement(FOLDER / "riverline")
    assert (register_rows(found), refusals(found), leads(found)) == ((), (), ())


PLEDGES = st.builds(
    lambda number, state, date: replace(
        PARIS.pledges[0], id=f"P{number}", status=state, date=date, condition="c"
    ),
    st.integers(0, 9),
    st.sampled_from(STRENGTH),
    st.sampled_from(["unknown", "2025-09-04", "2026-01-06"]),
)


@given(st.lists(PLEDGES, min_size=1, unique_by=lambda pledge: pledge.id), st.randoms())
def test_the_heading_is_the_weakest_of_the_latest_whatever_the_order(pledges, random):
    shuffled = list(pledges)
    random.shuffle(shuffled)
    ordered: tuple[Pledge, ...] = heading(pledges)
    assert ordered == heading(shuffled)
    dates = [pledge.date for pledge in pledges if pledge.date != "unknown"] or ["unknown"]
    latest = [pledge for pledge in pledges if pledge.date == max(dates)]
    assert ordered[0].date == max(dates)
    weakest = min(STRENGTH.index(pledge.status) for pledge in latest)
    assert STRENGTH.index(ordered[0].status) == weakest


def test_the_page_has_a_column_for_every_domain_that_an_agreement_may_name():
    from truceline.guarantees.register import DOMAINS
    from truceline.publication.register import DOMAINS as COLUMNS

    assert set(COLUMNS) == set(DOMAINS)
