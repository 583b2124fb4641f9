"""All clauses of a family on one situation: precedence, deadlines, permissions, readings, parties."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.agreement import load_agreement
from truceline.codec.shared_cases import read_shared_cases
from truceline.codec.taxonomy import taxonomy
from truceline.codec.weapons import arsenal
from truceline.model.finding import Outcome
from truceline.model.interval import Interval
from truceline.pipeline.shipped import agreement_folder, agreement_names
from truceline.verification.judge import judge
from truceline.verification.question import Behind, Question
from truceline.verification.shared import run_shared

SHARED = Path(__file__).parents[1] / ".." / "shared" / "agreements" / "cases_public.yaml"
LATER = datetime(2016, 5, 1, 9, tzinfo=UTC)


@cache
def minsk():
    return load_agreement(agreement_folder("minsk"))


def standing(name, km, sigma_km=0.0, side="GOV", when=LATER, lines=None):
    """Ask about a weapon that stands so far behind both lines, or behind each as given."""
    by_line = lines or {"LOC-ACTUAL": km, "LOC-2014-09-19": km}
    return Question(
        time=Interval(when, when),
        time_sigma_s=0.0,
        window_only=False,
        lon=0.0,
        lat=0.0,
        cov=((1000 * sigma_km) ** 2, 0.0, (1000 * sigma_km) ** 2),
        kinds=(("presence.artillery", 1.0),),
        p_real=1.0,
        real_reason="stated",
        placed=False,
        side=side,
        weapon=arsenal().resolve(name),
        behind={line: Behind(1000 * d, 1000 * sigma_km) for line, d in by_line.items()},
    )


def asked(question, *texts):
    return judge(minsk(), question, taxonomy(), texts)


PACKAGE, MEMO, ADDENDUM = "minsk_package_2015", "minsk_memorandum_2014", "minsk_addendum_2015"


def test_exactly_100_mm_under_the_strict_and_the_other_bound():
    assert asked(standing("MT-12", 10), MEMO).clause_id == "MM-4b"
    assert asked(standing("MT-12", 10), MEMO).outcome == "permitted"
    assert asked(standing("MT-12", 20), PACKAGE).outcome == "violated"


def test_a_grad_at_30_km_and_an_uragan_at_40_km():
    assert asked(standing("BM-21 Grad", 30), PACKAGE).clause_id == "PM-2b"
    assert asked(standing("BM-21 Grad", 30), PACKAGE).outcome == "violated"
    assert asked(standing("Uragan", 40), PACKAGE).clause_id == "PM-2c"
    assert asked(standing("Uragan", 40), PACKAGE).outcome == "violated"


def test_a_120_mm_mortar_is_disputed_under_the_package_and_settled_by_the_addendum():
    mortar = standing("120 mm mortar", 18)
    alone = asked(mortar, PACKAGE)
    assert alone.outcome == "undetermined"
    assert (alone.low, alone.high) == (0.0, 1.0)
    both = asked(mortar, PACKAGE, ADDENDUM)
    assert (both.outcome, both.clause_id) == ("permitted", "AD-3")
    gone = next(j for j in both.judgements if j.clause_id == "PM-2a")
    assert gone.displaced_by == "AD-3"


def test_each_party_is_measured_from_its_own_line():
    lines = {"LOC-ACTUAL": 30, "LOC-2014-09-19": 20}
    assert asked(standing("D-20", 0, lines=lines), PACKAGE).outcome == "permitted"
    assert asked(standing("D-20", 0, side="AF", lines=lines), PACKAGE).outcome == "violated"


def test_a_side_that_is_not_known_is_asked_under_both_lines():
    lines = {"LOC-ACTUAL": 30, "LOC-2014-09-19": 20}
    found = asked(standing("D-20", 0, side="ANY", lines=lines), PACKAGE)
    assert (found.outcome, found.low, found.high) == ("undetermined", 0.0, 1.0)


@pytest.mark.parametrize(("km", "expected"), [(25, 0.5), (23, 0.8413), (27, 0.1587)])
def test_a_place_with_error_gives_its_share(km, expected):
    found = asked(standing("D-20", km, sigma_km=2), PACKAGE)
    assert found.outcome == "undetermined"
    assert found.probability == pytest.approx(expected, abs=5e-4)


def test_a_bound_that_is_not_strict_is_kept_at_its_figure():
    assert asked(standing("Smerch", 70.0), PACKAGE).outcome == "permitted"
    assert asked(standing("Smerch", 69.999), PACKAGE).outcome == "violated"


def test_readings_of_a_deadline_stand_side_by_side():
    days = {
        datetime(2015, 2, 27, 10, tzinfo=UTC): ("permitted", "PM-2d"),
        datetime(2015, 3, 3, 10, tzinfo=UTC): ("undetermined", "PM-2d"),
        datetime(2015, 3, 20, 10, tzinfo=UTC): ("violated", "PM-2a"),
    }
    for when, wanted in days.items():
        found = asked(standing("D-20", 10, when=when), PACKAGE)
        assert (found.outcome, found.clause_id) == wanted


def test_the_mission_is_no_side():
    uav = replace(
        standing("", 0, side="OSCE_SMM", when=datetime(2020, 9, 1, tzinfo=UTC)),
        weapon=None,
        behind={},
        kinds=(("flight.uav", 1.0),),
    )
    assert asked(uav, "tcg_measures_2020").outcome == "permitted"
    assert asked(replace(uav, side="GOV"), "tcg_measures_2020").outcome == "violated"


@given(st.floats(0, 120), st.floats(0.1, 10), st.floats(0, 20))
@settings(max_examples=60, deadline=None)
def test_standing_farther_back_never_raises_the_probability(km, sigma, more):
    near = asked(standing("D-20", km, sigma), PACKAGE).judgements
    far = asked(standing("D-20", km + more, sigma), PACKAGE).judgements
    for one, other in zip(near, far, strict=True):
        assert other.probability <= one.probability + 1e-9


def test_amending_one_clause_leaves_the_others_as_they_were():
    question = standing("D-20", 20)
    before = {j.clause_id: j for j in asked(question, MEMO, PACKAGE).judgements}
    changed = tuple(
        replace(c, summary="amended", grade="") if c.id == "PM-2a" else c for c in minsk().clauses
    )
    amended = replace(minsk(), clauses=changed)
    after = {
        j.clause_id: j for j in judge(amended, question, taxonomy(), (MEMO, PACKAGE)).judgements
    }
    assert {k: v for k, v in after.items() if k != "PM-2a"} == {
        k: v for k, v in before.items() if k != "PM-2a"
    }


def test_the_order_of_clauses_does_not_change_an_answer():
    question = standing("120 mm mortar", 12)
    turned = replace(minsk(), clauses=tuple(reversed(minsk().clauses)))
    one = {
        j.clause_id: (j.outcome, j.probability)
        for j in judge(minsk(), question, taxonomy()).judgements
    }
    other = {
        j.clause_id: (j.outcome, j.probability)
        for j in judge(turned, question, taxonomy()).judgements
    }
    assert one == other


def test_what_no_clause_speaks_of_is_permitted_under_none():
    quiet = replace(standing("", 0), weapon=None, behind={}, kinds=(("mine.clearing", 1.0),))
    found = asked(quiet, PACKAGE)
    assert (found.outcome, found.clause_id) == (Outcome.PERMITTED.value, "none")


def test_one_minute_before_the_start_binds_nobody():
    start = datetime(2015, 2, 14, 22, tzinfo=UTC)
    fire = replace(
        standing("", 0, when=start), weapon=None, behind={}, kinds=(("fire.mortar", 1.0),)
    )
    assert asked(fire, PACKAGE).outcome == "violated"
    before = start - timedelta(minutes=1)
    early = replace(fire, time=Interval(before, before))
    assert asked(early, PACKAGE).outcome == "permitted"


@pytest.mark.shared
def test_every_public_case_comes_out_as_its_lawyers_say():
    if not SHARED.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED} must be there")
        pytest.skip("../shared is not beside this checkout")
    homes = [load_agreement(agreement_folder(name)) for name in agreement_names()]
    results = [run_shared(case, homes, taxonomy()) for case in read_shared_cases(SHARED)]
    wrong = [(r.case.id, r.outcome, r.clause, r.p_violation) for r in results if not r.passed]
    assert len(results) == 34
    assert wrong == []
