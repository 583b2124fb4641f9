"""Situations in words, judged: the files of cases, and each rule that decides an outcome or a clause."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from truceline.codec.agreement import load_agreement
from truceline.codec.shared_cases import read_shared_cases
from truceline.codec.taxonomy import taxonomy
from truceline.model.shared_case import SharedCase
from truceline.pipeline.shipped import agreement_folder, agreement_names
from truceline.verification.shared import SharedResult, run_shared

CASES = Path(__file__).parent / "data" / "cases"
DIFFERENT: dict[str, dict[str, str]] = {"blind": {}, "second": {}, "third": {}}
"""Cases that come out otherwise than their writer says, each with the reason why that is right."""

MM, PM, AD = "minsk_memorandum_2014", "minsk_package_2015", "minsk_addendum_2015"
FD, LF, TM = "framework_decision_2016", "tcg_live_fire_ban_2016", "tcg_measures_2020"
TR, LB = "declared_truces", "lebanon_2024"
PD, RP = "paris_declaration_2026", "response_plan_2026"
LATER = "2021-02-22T10:00:00Z"


@cache
def homes():
    return tuple(load_agreement(agreement_folder(name)) for name in agreement_names())


def run(*texts: str, basis: str = "text", **situation: Any) -> SharedResult:
    said = {"time_utc": LATER, "side": "GOV", **situation}
    case = SharedCase("T", "", texts, said, {"outcome": "x", "clause": "x"}, "", basis, 1)
    return run_shared(case, homes(), taxonomy())


def ruled(*texts: str, **situation: Any) -> tuple[str, str]:
    found = run(*texts, **situation)
    return found.outcome, found.clause


def at(name: str, of: str, mm: float | None, km: float, **more: Any) -> dict[str, Any]:
    weapon = {"name": name, "class": of} | ({} if mm is None else {"calibre_mm": mm})
    both = {"LOC-ACTUAL": km, "LOC-2014-09-19": km}
    return {"what": "weapon at rest", "weapon": weapon, "km_behind": both, **more}


@pytest.mark.parametrize("name", DIFFERENT)
def test_the_cases_come_out_as_their_writers_say(name):
    results = [
        run_shared(case, homes(), taxonomy()) for case in read_shared_cases(CASES / f"{name}.yaml")
    ]
    wrong = {r.case.id: (r.outcome, r.clause, r.p_violation) for r in results if not r.passed}
    assert len(results) == {"blind": 60, "second": 46, "third": 43}[name]
    assert sorted(wrong) == sorted(DIFFERENT[name]), wrong


@pytest.mark.parametrize("name", DIFFERENT)
def test_each_case_would_fail_if_another_outcome_were_expected(name):
    for case in read_shared_cases(CASES / f"{name}.yaml"):
        for other in {"violated", "permitted", "undetermined"} - {case.expected["outcome"]}:
            expected = {**case.expected, "outcome": other}
            turned = SharedCase(
                case.id, "", case.texts, case.situation, expected, "", case.basis, 1
            )
            assert not run_shared(turned, homes(), taxonomy()).passed, (case.id, other)


def test_an_act_that_is_stated_is_that_act():
    assert run(TM, what="shelling of a village").p_violation == 1.0
    assert (
        run(TM, what="platoon fires back at an assault group", flags={"order": "no"}).p_violation
        == 1.0
    )


def test_an_explosion_of_unknown_origin_stays_open():
    found = run(PM, what="explosion of undetermined origin")
    assert (found.outcome, found.clause) == ("undetermined", "PM-1")
    assert 0.9 < found.p_violation < 0.95


@pytest.mark.parametrize(
    ("what", "more", "wanted"),
    [
        ("explosion in the notified hours", {}, ("permitted", "none")),
        ("explosion, 900 m from the notified place", {}, ("permitted", "none")),
        ("explosion, 1.1 km from the notified place", {}, ("violated", "PM-1")),
        ("explosion after the notified window had closed", {}, ("violated", "PM-1")),
        ("demining, announced", {}, ("permitted", "none")),
        ("demining, unannounced", {}, ("undetermined", "PM-1")),
        ("explosion", {"notified": "false"}, ("violated", "PM-1")),
        (
            "explosion at the notified place",
            {"window_local": ["2021-02-22T08:00", "2021-02-22T09:59"], "zone": "UTC"},
            ("violated", "PM-1"),
        ),
        (
            "explosion at the notified place",
            {"window_local": ["2021-02-22T08:00", "2021-02-22T10:00"], "zone": "UTC"},
            ("permitted", "none"),
        ),
    ],
)
def test_work_on_mines_keeps_to_its_notice_or_is_an_explosion(what, more, wanted):
    assert ruled(PM, what=what, **more) == wanted


@pytest.mark.parametrize(
    ("km", "wanted"),
    [
        (10, ("violated", "MM-4b")),
        (80, ("undetermined", "MM-4b")),
        (121, ("permitted", "MM-4b")),
    ],
)
def test_a_figure_that_is_not_verified_decides_nothing_alone(km, wanted):
    found = run(MM, time_utc="2014-12-01T10:00:00Z", **at("Tornado-S", "MLRS", 300, km))
    assert (found.outcome, found.clause) == wanted
    assert any(one.startswith("km_120: no") for one in found.unverified)


def test_both_figures_that_sources_give_are_readings():
    for km, outcome in ((32.9, "violated"), (33.2, "undetermined"), (33.5, "permitted")):
        found = run(MM, time_utc="2014-12-01T10:00:00Z", **at("2A65", "artillery", 152, km))
        assert (found.outcome, found.clause) == (outcome, "MM-4b")


@pytest.mark.parametrize(
    ("km", "wanted"),
    [
        (34, ("violated", "PM-2b")),
        (38, ("undetermined", "MM-4b")),
        (41, ("permitted", "PM-2b")),
    ],
)
def test_a_later_general_clause_and_an_earlier_special_one_leave_it_open(km, wanted):
    assert ruled(MM, PM, **at("Tornado-G", "MLRS", 122, km)) == wanted


def test_a_later_list_of_names_goes_before_an_earlier_one():
    assert ruled(MM, PM, **at("Tochka-U", "tactical missile", None, 100)) == ("permitted", "PM-2c")


def test_a_clause_whose_bound_takes_the_weapon_out_governs():
    assert ruled(PM, **at("D-44", "artillery", 85, 3)) == ("permitted", "PM-2a")
    assert ruled(PM, AD, **at("BTR-80", "APC", 14.5, 3)) == ("permitted", "none")


@pytest.mark.parametrize(
    ("name", "mm", "wanted"),
    [
        ("BS-3 field gun", 100, ("permitted", "MM-4a")),
        ("100 mm gun", 100, ("undetermined", "MM-4b")),
    ],
)
def test_another_type_of_the_same_calibre_is_not_the_named_one(name, mm, wanted):
    asked = at(name, "artillery", mm, 5, time_utc="2014-12-01T10:00:00Z")
    assert ruled(MM, **asked) == wanted


def test_a_clause_that_the_words_name_by_its_point_governs_outside_its_area():
    asked = at("D-30", "artillery", 122, 45, time_utc="2016-08-23T07:00:00Z")
    place = {"name": "far north", "lat": 47.79, "lon": 38.48}
    said = "D-30 well north of the area of point 5"
    assert ruled(MM, **{**asked, "place": place, "what": said}) == ("permitted", "MM-5")
    assert ruled(MM, **{**asked, "place": place}) == ("permitted", "MM-4b")


def test_a_deadline_in_a_clause_of_its_own_governs_and_one_inside_a_clause_does_not():
    first_evening = at("D-30", "artillery", 122, 5, time_utc="2014-09-20T17:00:00Z")
    assert ruled(MM, **first_evening) == ("undetermined", "MM-4b")
    running = at("D-20", "artillery", 152, 5, time_utc="2015-02-27T10:00:00Z")
    assert ruled(PM, **running) == ("permitted", "PM-2d")


@pytest.mark.parametrize(
    ("what", "when", "wanted"),
    [
        ("parliament adopts the special-regime resolution", "2015-03-14T21:00", "permitted"),
        ("parliament adopts the special-regime resolution", "2015-03-17T13:00", "violated"),
        ("no resolution on the special status adopted", "2015-03-13T10:00", "permitted"),
        ("no resolution on the special status adopted", "2015-03-20T10:00", "violated"),
        ("the special status is discussed", "2015-03-20T10:00", "undetermined"),
    ],
)
def test_a_duty_with_a_day_is_late_from_that_day_on(what, when, wanted):
    assert ruled(PM, what=what, time_utc=f"{when}:00Z", side="UA") == (wanted, "PM-4b")


def test_other_duties_by_their_day_their_condition_or_none():
    assert ruled(PM, what="prisoners not yet exchanged", time_utc="2015-03-10T10:00:00Z") == (
        "undetermined",
        "PM-6",
    )
    assert ruled(PM, what="border control not restored", time_utc="2016-02-01T10:00:00Z") == (
        "undetermined",
        "PM-9",
    )
    assert ruled(PM, what="amnesty law not adopted") == ("undetermined", "PM-5")
    assert ruled(PM, what="amnesty law adopted") == ("permitted", "PM-5")


def test_a_duty_whose_condition_fails_is_not_owed():
    asked = {"what": "border control not restored", "time_utc": "2016-02-01T10:00:00Z"}
    assert ruled(PM, **asked, flags={"point_11": "false"}) == ("permitted", "PM-9")
    assert ruled(PM, **asked, flags={"point_11": "true"}) == ("violated", "PM-9")


def test_a_matter_of_which_no_loaded_text_speaks_is_under_none():
    assert ruled(TM, what="prisoners not released") == ("permitted", "none")


def test_return_fire_needs_every_condition_and_none_that_is_open():
    four = {"offensive_action": "true", "mechanism_tried": "true", "order": "true"}
    full = {**four, "tcg_notified": "true"}
    assert ruled(TM, what="return fire", flags=full) == ("permitted", "TM-f")
    assert ruled(TM, what="return fire", flags=four) == ("undetermined", "TM-f")
    assert ruled(TM, what="return fire", flags={**full, "order": "unknown"}) == (
        "undetermined",
        "TM-f",
    )
    assert ruled(TM, what="return fire", flags={**full, "order": "false"}) == ("violated", "TM-b")
    assert ruled(TM, what="return fire") == ("undetermined", "TM-f")
    assert ruled(TM, what="fire in response to shelling") == ("violated", "TM-b")
    assert ruled(TM, what="mortar fire") == ("violated", "TM-b")


def test_self_defence_governs_where_it_leaves_a_strike_open():
    when = "2025-03-22T07:00:00Z"
    asked = {"time_utc": when, "side": "IL"}
    assert ruled(LB, what="air strike on a depot", **asked) == ("undetermined", "LB-4")
    found = ruled(LB, what="air strike; the Mechanism found it was not self-defence", **asked)
    assert found == ("violated", "LB-2b")


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("militia with mortars in the South Litani area", ("violated", "LB-5")),
        ("militia with mortars south of the Litani", ("undetermined", "LB-5")),
        ("armed men of nobody known south of the Litani", ("undetermined", "LB-5")),
        ("army brigade sets up posts near the coast", ("permitted", "LB-5")),
        ("rockets fired by a militia at Israel", ("violated", "LB-2a")),
    ],
)
def test_who_may_be_armed_in_an_area_that_is_not_published(what, wanted):
    assert ruled(LB, what=what, side="LB", time_utc="2025-01-05T14:00:00Z") == wanted


def test_a_party_may_be_named_by_another_name():
    asked = {"what": "rockets fired at Israel", "time_utc": "2025-01-05T14:00:00Z"}
    assert ruled(LB, side="Hezbollah", **asked) == ("violated", "LB-2a")
    assert ruled(TM, what="sniper shot", side="DPR") == ("violated", "TM-b")


@pytest.mark.parametrize(
    ("texts", "what", "clause"),
    [
        ((RP, PD), "shelling while no ceasefire is in force", "PD-1"),
        ((RP, PD), "missile barrage 80 hours after an earlier one, no ceasefire", "RP-3"),
        ((RP, PD), "shelling 30 hours after the first breach", "RP-2"),
        ((RP,), "shelling", "RP-1"),
        ((PD,), "Kyiv asks for the multinational force while fighting continues", "PD-3"),
        ((PD,), "no coordination cell has been set up", "PD-6"),
    ],
)
def test_a_pledge_is_not_due_before_its_conditions_and_nobody_breaks_it(texts, what, clause):
    assert ruled(*texts, what=what, side="RU") == ("undetermined", clause)


def test_jamming_has_no_author_unless_one_is_stated():
    assert ruled(PM, what="jamming of the mission's UAV", side="ANY") == ("undetermined", "PM-3")
    assert ruled(PM, what="jamming of the mission's UAV", side="AF") == ("violated", "PM-3")
    assert ruled(PM, what="probable jamming of a UAV", side="AF") == ("undetermined", "PM-3")
    assert ruled(PM, what="patrol refused entry", side="ANY") == ("violated", "PM-3")


def test_access_to_an_area_goes_before_access_in_general_and_before_presence():
    said = "armed man turns the patrol back from the Zolote area"
    assert ruled(PM, FD, what=said, side="AF") == ("violated", "FD-7")


def test_officers_of_the_joint_centre_may_stay():
    inside = "inside the Zolote disengagement area"
    assert ruled(FD, what=f"two soldiers {inside}") == ("violated", "FD-8")
    assert ruled(FD, what=f"two JCCC officers {inside}") == ("permitted", "FD-8")
    broken = f"soldiers return {inside} after the ceasefire was broken"
    assert ruled(FD, what=broken) == ("permitted", "FD-5")


def test_a_strip_along_a_line_has_two_sides():
    both = {"km_behind": {"LOC-ACTUAL": 0}, "sigma_km": 10}
    found = run(LF, what="live-fire exercise", side="ANY", **both)
    assert found.p_violation == pytest.approx(0.8664, abs=5e-4)
    sharp = {"km_behind": {"LOC-ACTUAL": 15}, "sigma_km": 0}
    assert ruled(LF, what="live-fire exercise", **sharp) == ("violated", "LF-1")
    outside = {"km_behind": {"LOC-ACTUAL": 15.1}, "sigma_km": 0}
    assert ruled(LF, what="live-fire exercise", **outside) == ("permitted", "LF-2")


def test_people_are_no_weapons_and_a_weapon_in_words_is_one():
    assert ruled(PM, what="armed men 3 km from the line") == ("permitted", "none")
    assert ruled(PM, what="D-20 howitzers 3 km from the line") == ("violated", "PM-2a")
    assert ruled(PM, what="T-72 5 km behind the line", side="AF") == ("undetermined", "PM-2a")


def test_errors_of_place_and_line_add_in_quadrature():
    both = at("D-20", "artillery", 152, 30, sigma_place_km=3, sigma_line_km=4)
    assert run(PM, **both).p_violation == pytest.approx(0.1587, abs=5e-4)


@pytest.mark.parametrize(
    ("what", "p"),
    [
        ("machine-gunner at the corner of the square, error circle 1 km", 0.2278),
        ("armed man in the centre of the 2 x 2 km area, error circle 1 km", 0.4661),
        ("armed man in the centre of a 1 x 1 km area, error circle 1 km", 0.1466),
    ],
)
def test_a_place_on_a_square_in_words(what, p):
    assert run(FD, what=what).p_violation == pytest.approx(p, abs=1e-3)


@pytest.mark.parametrize(
    ("what", "wanted", "count"),
    [
        ("serious findings at day 0, day 3, day 6; clause: 3 serious in 7 days", "violated", 3),
        ("serious findings at day 0, day 3, day 7; clause: 3 serious in 7 days", "permitted", 2),
        ("serious findings at day 0 and day 3; clause: 2 serious in 4 days", "violated", 2),
        ("serious at day 0, minor at day 1; clause: 2 serious in 4 days", "permitted", 1),
    ],
)
def test_a_count_that_the_words_set(what, wanted, count):
    found = run("synthetic_test_clause", what=what, side="ALL", time_utc=None)
    assert (found.outcome, found.clause, found.values["count"]) == (wanted, "SYN-1", count)


def test_quiet_days_in_words_and_dates_without_a_year():
    met = run(FD, what="seven full days without violation in the Zolote area: condition met?")
    assert (met.outcome, met.values["full_days"]) == ("permitted", 7)
    said = "last violation on 18 February; is the 7-day condition met?"
    assert run(FD, what=said).values["full_days"] == 3


def test_a_published_verdict_is_held_against_the_likelier_side():
    near = at("D-20", "artillery", 152, 23, sigma_km=3)
    assert run(PM, basis="published_judgement", **near).outcome == "violated"
    assert run(PM, basis="text", **near).outcome == "undetermined"


def test_shots_at_the_mission_hinder_it_and_are_fire():
    said = "small-arms fire at a UAV of the mission"
    assert ruled(PM, what=said) == ("violated", "PM-3")
    assert run(PM, what=said).also == ("PM-1",)
    assert ruled(TM, what=said) == ("violated", "TM-b")


@pytest.mark.parametrize("side", ["unknown", "UNDETERMINED", "?", "", ["GOV", "AF"], "both"])
def test_a_side_that_is_not_known_is_no_side_that_is_not_bound(side):
    assert ruled(TM, what="sniper shot", side=side) == ("violated", "TM-b")
    assert ruled(TM, what="sniper shot", side="OSCE_SMM") == ("permitted", "TM-b")


@pytest.mark.parametrize(
    "error",
    [
        {"sigma_km": 5},
        {"sigma_km": {"place": 3, "line": 4}},
        {"sigma_km": 3, "line_error_km": 4},
        {"sigma_km": [5, 5]},
        {"sigma_km": None, "what": "weapon at rest; error of 3 km, line error of 4 km"},
    ],
)
def test_an_error_may_be_stated_in_several_ways(error):
    found = run(PM, **{**at("D-20", "artillery", 152, 30), **error})
    assert found.p_violation == pytest.approx(0.1587, abs=5e-4)


def test_a_calibre_with_its_unit_and_a_line_without_a_distance():
    asked = at("gun", "artillery", None, 20)
    asked["weapon"] |= {"calibre_mm": "152 mm"}
    asked["km_behind"] = {"LOC-ACTUAL": 20, "LOC-2014-09-19": None}
    assert ruled(PM, **asked) == ("violated", "PM-2a")
    assert ruled(PM, **{**asked, "side": "AF"}) == ("undetermined", "PM-2a")


def test_readings_that_all_make_a_breach_are_one():
    near = at("T-72", "tank", 125, 0, side="AF", sigma_km=3)
    lines = {"LOC-ACTUAL": 9, "LOC-2014-09-19": 4}
    found = run(PM, AD, **{**near, "km_behind": lines})
    assert (found.outcome, found.clause) == ("violated", "AD-1")
    assert 0.95 < found.low < found.p_violation < found.high
    apart = {"LOC-ACTUAL": 13, "LOC-2014-09-19": 4}
    assert run(PM, AD, **{**near, "km_behind": apart}).outcome == "undetermined"


def test_before_its_hour_the_ceasefire_governs_and_after_it_the_special_prohibition():
    early = {"what": "artillery fire", "time_utc": "2024-11-27T01:59:00Z", "side": "IL"}
    assert ruled(LB, **early) == ("permitted", "LB-1")
    assert ruled(MM, what="mortar fire", time_utc="2014-12-01T10:00:00Z") == ("violated", "MM-3")


PAGE = Path(__file__).parents[1] / "docs" / "agreement-format.md"


def test_the_situations_of_the_page_come_out_as_it_says(tmp_path):
    (shown,) = re.findall(r"```yaml\n# words\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    file = tmp_path / "words.yaml"
    file.write_text(shown, encoding="utf-8")
    results = [run_shared(case, homes(), taxonomy()) for case in read_shared_cases(file)]
    assert len(results) >= 4
    assert [r.case.id for r in results if not r.passed] == []


def test_a_situation_that_cannot_be_read_passes_nothing():
    for bad in ({"what": "snow"}, {"what": "mortar fire", "sigma_km": "wide"}):
        found = run(PM, **bad)
        assert (found.outcome, found.passed) == ("not_understood", False)
    assert run("no_such_text", what="mortar fire").outcome == "not_understood"
