"""What is a breach, what is not, and what stays undetermined."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.model.agreement import Agreement, Everywhere, Exemption, InsideZone
from truceline.model.finding import Factor, Finding, Mode, Outcome, Status
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.model.words import words_for
from truceline.verification.clauses import evaluate, outcome_of

RIVERLINE = load_agreement(Path(__file__).parents[1] / "agreements" / "riverline")
CLAUSE = {clause.id: clause for clause in RIVERLINE.clauses}
START = datetime(2026, 5, 1, tzinfo=UTC)
CHANGE = datetime(2026, 5, 10, tzinfo=UTC)
DAY = timedelta(days=1)
NEAR = (-28.0, 47.215)
"""1.6 km from the line until the change, 3.4 km from it afterwards."""
AWAY = (-28.3, 47.5)


def at(day: int, hour: int = 12, minute: int = 0) -> Interval:
    moment = datetime(2026, 5, day, hour, minute, tzinfo=UTC)
    return Interval(moment, moment)


def window(start: datetime, end: datetime) -> dict[str, Any]:
    return {"time": Interval(start, end), "straddles_unknown": True, "time_sigma_s": 0.0}


def incident(**changes: Any) -> Incident:
    """Give a certain mortar shot at noon of 3 May, far from every line and zone."""
    made = Incident(
        incident_id="INC-000001",
        revision=3,
        time=at(3),
        time_sigma_s=1.0,
        straddles_unknown=False,
        lon=AWAY[0],
        lat=AWAY[1],
        cov_ee_m2=2500.0,
        cov_en_m2=0.0,
        cov_nn_m2=2500.0,
        kinds=(("fire.mortar", 1.0),),
        probability=0.99,
        groups=("a", "b"),
        sides=(),
        accused=(),
        count_min=None,
        count_max=None,
        place_name=None,
        masked=None,
        members=(),
        calibration="c",
    )
    place = changes.pop("place", None)
    if place:
        made = replace(made, lon=place[0], lat=place[1])
    return replace(made, **changes)


def found(clause: str, agreement: Agreement = RIVERLINE, **changes: Any) -> Finding:
    finding = evaluate(
        agreement,
        next(c for c in agreement.clauses if c.id == clause),
        incident(**changes),
        taxonomy(),
    )
    assert finding is not None
    return finding


def nothing(clause: str, **changes: Any) -> bool:
    return evaluate(RIVERLINE, CLAUSE[clause], incident(**changes), taxonomy()) is None


def factor(finding: Finding, name: str) -> Factor:
    return next(f for f in finding.factors if f.name == name)


def exempting(**changes: Any) -> Agreement:
    """Give the agreement with one exemption, on 3 May from 11 to 13 at the mortar's place."""
    made = Exemption(
        id="X-9",
        clauses=("R-1",),
        acts=("fire",),
        lon=AWAY[0],
        lat=AWAY[1],
        radius_m=1_000.0,
        time=Interval(at(3, 11).start, at(3, 13).start),
        notified=at(1, 11).start,
        lead=timedelta(hours=48),
        ref="notice 9",
    )
    return replace(RIVERLINE, exemptions=(replace(made, **changes),))


# the finding as a record


def test_a_breach_says_what_it_rests_on():
    finding = found("R-1")
    assert finding.finding_id == "INC-000001/R-1"
    assert (finding.incident_id, finding.incident_revision) == ("INC-000001", 3)
    assert (finding.clause_id, finding.clause_ref) == ("R-1", "article 1")
    assert finding.outcome is Outcome.VIOLATED
    assert finding.grade == "minor"
    assert finding.attribution == (("undetermined", 1.0),)
    assert (finding.status, finding.mode) == (Status.PRELIMINARY, Mode.AUTOMATIC)
    assert [f.name for f in finding.factors] == [
        "real", "kind", "time", "place", "party", "not_exempt",
    ]  # fmt: skip
    assert finding.probability == pytest.approx(
        math.prod(f.probability for f in finding.factors), abs=1e-6
    )
    assert finding.words == words_for(finding.probability)
    assert all(f.reason for f in finding.factors)


def test_a_clause_that_forbids_nothing_makes_no_finding():
    for mode in ("required", "permitted"):
        clause = replace(CLAUSE["R-1"], mode=mode)
        assert evaluate(RIVERLINE, clause, incident(), taxonomy()) is None


def test_what_an_agreement_did_not_verify_goes_with_the_finding():
    easter = load_agreement(Path(__file__).parents[1] / "agreements" / "easter-2026")
    shot = incident(time=Interval(*[datetime(2026, 4, 12, 9, tzinfo=UTC)] * 2), place=(37.0, 48.3))
    finding = evaluate(easter, easter.clauses[0], shot, taxonomy())
    assert finding is not None
    assert any(figure.startswith("window: ") for figure in finding.unverified)
    assert found("R-1").unverified == ()


# kind


def test_a_kind_that_the_clause_does_not_name_is_no_finding():
    assert nothing("R-1", kinds=(("flight.uav", 1.0),))
    assert nothing("R-2", kinds=(("fire.small-arms", 1.0),))
    assert nothing("R-1", kinds=(("heat.persistent", 0.6), ("harm", 0.4)))


def test_part_of_the_kinds_is_part_of_the_probability():
    finding = found("R-1", kinds=(("fire.tank", 0.5), ("heat.vegetation", 0.3), ("other", 0.2)))
    assert factor(finding, "kind").probability == 0.5
    assert finding.outcome is Outcome.UNDETERMINED


def test_each_branch_counts_once():
    """A kind below two named acts is no more prohibited than one below one."""
    clause = replace(CLAUSE["R-1"], acts=("fire", "fire.mortar"))
    finding = evaluate(RIVERLINE, clause, incident(probability=0.5), taxonomy())
    assert finding is not None
    assert finding.probability == 0.5


# time


def test_a_window_across_the_start_is_undetermined_however_much_of_it_lies_inside():
    for before, after in ((0.5, 0.5), (1e-4, 1.0), (1.0, 1e-4)):
        finding = found("R-1", **window(START - before * DAY, START + after * DAY), probability=1.0)
        assert finding.outcome is Outcome.UNDETERMINED
        assert not factor(finding, "time").known
        assert factor(finding, "time").probability == pytest.approx(after / (before + after))


@given(st.integers(1, 86_400 * 3), st.integers(1, 86_400 * 3), st.floats(0.0, 1.0))
def test_no_straddling_window_is_ever_a_violation(before, after, p_real):
    finding = found(
        "R-1",
        **window(START - timedelta(seconds=before), START + timedelta(seconds=after)),
        probability=p_real,
    )
    assert finding.outcome is not Outcome.VIOLATED
    if p_real > RIVERLINE.procedure.permitted_at:
        assert finding.outcome is Outcome.UNDETERMINED


def test_a_window_that_ends_at_the_start_or_begins_at_the_end_is_outside():
    assert nothing("R-1", **window(START - DAY, START))
    end = CLAUSE["R-8"].time.end
    moved = {"kinds": (("movement.troops", 1.0),), "place": (-28.0, 47.21)}
    assert nothing("R-8", **window(end, end + DAY), **moved)
    inside = found("R-8", **window(end - DAY, end), **moved)
    assert inside.outcome is Outcome.VIOLATED
    assert factor(inside, "time").known


def test_the_first_moment_is_in_force_and_the_last_is_not():
    sharp = {"time_sigma_s": 0.0}
    assert found("R-1", time=Interval(START, START), **sharp).outcome is Outcome.VIOLATED
    eve = START - timedelta(microseconds=1)
    assert nothing("R-1", time=Interval(eve, eve), **sharp)


def test_an_instant_with_an_error_near_the_start_is_a_matter_of_probability():
    finding = found("R-1", time=Interval(START, START), time_sigma_s=30.0, probability=1.0)
    assert finding.probability == 0.5
    assert factor(finding, "time").known
    later = Interval(*[START + timedelta(seconds=150)] * 2)
    assert found("R-1", time=later, time_sigma_s=30.0).outcome is Outcome.VIOLATED


# place


def test_the_line_is_the_one_of_the_date():
    flight = {"kinds": (("flight.uav", 1.0),), "place": NEAR}
    before = found("R-3", time=at(9, 23, 59), **flight)
    after = found("R-3", time=at(10, 0, 0), **flight)
    assert before.outcome is Outcome.VIOLATED
    assert after.outcome is Outcome.PERMITTED


def test_a_window_across_a_change_of_the_line_is_undetermined():
    flight = {"kinds": (("flight.uav", 1.0),), "place": NEAR, "probability": 1.0}
    finding = found("R-3", **window(CHANGE - DAY, CHANGE + timedelta(seconds=1)), **flight)
    assert finding.outcome is Outcome.UNDETERMINED
    assert not factor(finding, "place").known
    assert "crosses a change of contact" in factor(finding, "place").reason


def test_a_window_that_ends_at_the_change_does_not_cross_it():
    """The day before the change is wholly under the old line, the day after under the new."""
    flight = {"kinds": (("flight.uav", 1.0),), "place": NEAR}
    assert found("R-3", **window(CHANGE - DAY, CHANGE), **flight).outcome is Outcome.VIOLATED
    assert found("R-3", **window(CHANGE, CHANGE + DAY), **flight).outcome is Outcome.PERMITTED


def test_without_a_version_of_the_line_the_place_is_not_known():
    old = replace(
        RIVERLINE, geometry=tuple(g for g in RIVERLINE.geometry if g.valid.start < CHANGE)
    )
    flight = {"kinds": (("flight.uav", 1.0),), "place": NEAR, "probability": 1.0}
    finding = found("R-3", old, time=at(12), **flight)
    assert finding.outcome is Outcome.UNDETERMINED
    assert "no version of contact" in factor(finding, "place").reason


def test_an_unknown_line_is_an_error_not_a_finding():
    clause = replace(CLAUSE["R-4"], area=InsideZone("nowhere"))
    gun = incident(kinds=(("presence.artillery", 1.0),))
    with pytest.raises(KeyError, match="nowhere"):
        evaluate(RIVERLINE, clause, gun, taxonomy())


def test_far_from_the_zone_it_is_permitted_and_says_so():
    finding = found("R-4", kinds=(("presence.artillery", 1.0),))
    assert finding.outcome is Outcome.PERMITTED
    assert finding.probability == 0.0
    assert finding.grade == "not an incident"
    assert factor(finding, "place").known


def test_a_vague_place_is_undetermined():
    finding = found(
        "R-4",
        kinds=(("presence.artillery", 1.0),),
        place=(-28.1, 47.21),
        cov_ee_m2=9e6,
        cov_nn_m2=9e6,
        probability=1.0,
    )
    assert finding.probability == pytest.approx(0.5, abs=0.02)
    assert finding.outcome is Outcome.UNDETERMINED


# party


def test_a_clause_that_binds_one_party_stays_undetermined_while_nobody_knows_who_acted():
    armour = {"kinds": (("movement.armour", 1.0),), "place": (-28.33, 46.92), "probability": 1.0}
    finding = found("R-6", **armour)
    assert finding.outcome is Outcome.UNDETERMINED
    assert not factor(finding, "party").known
    both = replace(CLAUSE["R-6"], binds=("NOR", "SOU"))
    bound = evaluate(RIVERLINE, both, incident(**armour), taxonomy())
    assert bound is not None
    assert bound.outcome is Outcome.VIOLATED


def test_blame_is_not_attribution():
    armour = {"kinds": (("movement.armour", 1.0),), "place": (-28.33, 46.92), "probability": 1.0}
    finding = found("R-6", accused=("SOU",), sides=("NOR",), **armour)
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.attribution == (("undetermined", 1.0),)


def test_what_cannot_be_a_breach_is_permitted_even_where_the_party_is_unknown():
    armour = {"kinds": (("movement.armour", 1.0),)}
    assert found("R-6", **armour).outcome is Outcome.PERMITTED  # far from the storage site
    weak = found("R-6", **armour, place=(-28.33, 46.92), probability=0.04)
    assert weak.outcome is Outcome.PERMITTED


# exemptions


def test_a_notified_act_at_its_place_and_time_is_permitted():
    finding = found("R-1", exempting())
    assert finding.outcome is Outcome.PERMITTED
    assert "X-9" in factor(finding, "not_exempt").reason


@pytest.mark.parametrize(
    "changes",
    [
        {"lead": timedelta(hours=48, seconds=1)},  # late by a second
        {"notified": at(3, 12).start},  # told while it happened
        {"notified": at(4).start},  # told afterwards
        {"clauses": ("R-2",)},
        {"acts": ("fire.tank",)},
        {"lon": AWAY[0] + 0.1},
        {"time": Interval(at(4, 11).start, at(4, 13).start)},
    ],
    ids=["late", "meanwhile", "after", "clause", "act", "place", "time"],
)
def test_what_does_not_fit_or_came_late_exempts_nothing(changes):
    finding = found("R-1", exempting(**changes))
    assert finding.outcome is Outcome.VIOLATED
    assert factor(finding, "not_exempt").probability == 1.0


def test_a_late_notice_is_named_in_the_reason():
    finding = found("R-1", exempting(lead=timedelta(hours=49)))
    assert "X-9 was notified too late and exempts nothing" in factor(finding, "not_exempt").reason


def test_an_exemption_for_all_clauses_names_none():
    assert found("R-1", exempting(clauses=())).outcome is Outcome.PERMITTED


def test_part_of_the_kinds_exempt_leaves_the_other_part():
    kinds = (("fire.mortar", 0.5), ("fire.tank", 0.5))
    finding = found("R-1", exempting(acts=("fire.tank",)), kinds=kinds, probability=1.0)
    assert factor(finding, "not_exempt").probability == pytest.approx(0.5, abs=1e-6)
    assert finding.outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize("hours", [2, 12, 36, 1_000])
def test_a_window_that_only_may_hold_the_notified_act_is_undetermined(hours):
    """A long window lies almost wholly outside a short exemption, and yet it may be the very act."""
    middle = at(3, 12).start
    half = timedelta(hours=hours)
    open_ended = replace(CLAUSE["R-1"], time=Interval(START - 90 * DAY, CLAUSE["R-1"].time.end))
    finding = evaluate(
        exempting(),
        open_ended,
        incident(**window(middle - half, middle + half), probability=1.0),
        taxonomy(),
    )
    assert finding is not None
    assert finding.outcome is Outcome.UNDETERMINED
    assert not factor(finding, "not_exempt").known


def test_a_window_inside_the_exemption_is_permitted_and_one_elsewhere_a_breach():
    noon = at(3, 12).start
    half = timedelta(minutes=20)
    inside = found("R-1", exempting(), **window(noon - half, noon + half))
    assert inside.outcome is Outcome.PERMITTED
    after = at(3, 13).start
    assert found("R-1", exempting(), **window(after, after + half)).outcome is Outcome.VIOLATED
    elsewhere = found("R-1", exempting(), **window(noon - DAY, noon + DAY), place=(-28.5, 47.5))
    assert elsewhere.outcome is Outcome.VIOLATED


def test_the_larger_of_two_exemptions_counts_and_both_are_named():
    one = exempting(radius_m=60.0).exemptions[0]
    two = exempting(id="X-10").exemptions[0]
    finding = found("R-1", replace(RIVERLINE, exemptions=(one, two)))
    assert factor(finding, "not_exempt").probability == pytest.approx(0.0, abs=1e-6)
    assert "X-9" in factor(finding, "not_exempt").reason
    assert "X-10" in factor(finding, "not_exempt").reason


# thresholds


@pytest.mark.parametrize(
    ("probability", "outcome", "grade"),
    [
        (1.0, Outcome.VIOLATED, "minor"),
        (0.95, Outcome.VIOLATED, "minor"),
        (0.949999, Outcome.UNDETERMINED, "relevant incident"),
        (0.5, Outcome.UNDETERMINED, "relevant incident"),
        (0.050001, Outcome.UNDETERMINED, "relevant incident"),
        (0.05, Outcome.PERMITTED, "not an incident"),
        (0.0, Outcome.PERMITTED, "not an incident"),
    ],
)
def test_thresholds_hold_to_the_last_digit(probability, outcome, grade):
    finding = found("R-1", probability=probability)
    assert (finding.probability, finding.outcome, finding.grade) == (probability, outcome, grade)


def test_the_outcome_never_contradicts_the_probability_that_is_shown():
    """0.7 + 0.2 + 0.1 is not 1 in binary; a threshold must not turn on that."""
    kinds = (("fire.mortar", 0.7), ("fire.tank", 0.2), ("fire.mlrs", 0.1))
    for p_real in (0.95, 0.05):
        for scale in (1 - 2e-16, 1 - 1e-9, 1 + 2e-16):
            finding = found("R-1", kinds=kinds, probability=p_real * scale)
            assert finding.probability == p_real
            assert finding.outcome is (Outcome.VIOLATED if p_real > 0.5 else Outcome.PERMITTED)


FACTORS = st.lists(
    st.tuples(st.floats(0.0, 1.0), st.booleans()).map(lambda p: Factor("x", p[0], p[1], "r")),
    min_size=1,
    max_size=6,
).map(tuple)


@given(FACTORS)
def test_the_three_outcomes_keep_their_promises(parts):
    product = math.prod(f.probability for f in parts)
    outcome = outcome_of(product, parts, RIVERLINE.procedure)
    known = math.prod(f.probability for f in parts if f.known)
    if outcome is Outcome.VIOLATED:
        assert all(f.known for f in parts)
        assert product >= 0.95 - 1e-6
    if outcome is Outcome.PERMITTED:
        assert known <= 0.05 + 1e-6 or any(f.probability == 0 for f in parts)
    if outcome is Outcome.UNDETERMINED and all(f.known for f in parts):
        assert 0.05 - 1e-6 < product < 0.95 + 1e-6


def test_a_procedure_of_one_grade_has_no_other():
    single = replace(RIVERLINE, procedure=replace(RIVERLINE.procedure, grades=("minor",)))
    assert found("R-1", single, probability=0.5).grade == "minor"


def test_everywhere_is_everywhere():
    assert isinstance(CLAUSE["R-1"].area, Everywhere)
    for place in ((0.0, 0.0), (180.0, 90.0), (-28.3, 47.5)):
        assert found("R-1", place=place).outcome is Outcome.VIOLATED
