"""The agreements that ship: they load, their cases hold, their figures say how sure they are."""

import math
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from truceline.codec.agreement import load_agreement, unverified_figures
from truceline.codec.taxonomy import taxonomy
from truceline.guarantees.describe import describe
from truceline.model.interval import Interval
from truceline.verification.cases import run_case

FOLDER = Path(__file__).parents[1] / "agreements"
NAMES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/agreement.yaml")))
SHARED = Path(__file__).parents[1] / ".." / "shared" / "agreements"
TEXTS = {
    text.id: (agreement, text)
    for agreement in (load_agreement(FOLDER / name) for name in NAMES)
    for text in agreement.texts
}
CASES = [
    pytest.param(agreement, case, id=f"{agreement.id}-{case.id}")
    for agreement in (load_agreement(FOLDER / name) for name in NAMES)
    for case in agreement.cases
]


@pytest.mark.parametrize(("agreement", "case"), CASES)
def test_each_shipped_case_comes_out_as_its_lawyer_says(agreement, case):
    result = run_case(agreement, case, taxonomy())
    assert result.passed, f"{result.got}, wanted {result.wanted}"


@pytest.mark.parametrize("name", NAMES)
def test_folder_and_id_agree_and_every_figure_has_its_reason(name):
    found = load_agreement(FOLDER / name)
    assert found.id == name
    assert all(len(reason) > 40 for reason in found.procedure.reasons.values())


def test_windows_in_utc():
    windows = {
        "easter-2025": ((2025, 4, 19, 15), (2025, 4, 20, 21)),
        "easter-2026": ((2026, 4, 11, 13), (2026, 4, 12, 21)),
    }
    for name, (start, end) in windows.items():
        own = load_agreement(FOLDER / name).in_force
        assert own is not None
        assert own.time == Interval(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("minsk_memorandum_2014", (2014, 9, 19, 23, 35)),
        ("minsk_package_2015", (2015, 2, 14, 22, 0)),
        ("tcg_live_fire_ban_2016", (2016, 3, 3, 22, 0)),
        ("tcg_measures_2020", (2020, 7, 26, 21, 1)),
        ("lebanon_2024", (2024, 11, 27, 2, 0)),
    ],
)
def test_each_text_enters_into_force_at_its_local_hour(text, start):
    own = TEXTS[text][1].in_force
    assert own is not None
    assert own.time.start == datetime(*start, tzinfo=UTC)


def test_declared_windows_are_those_of_their_declarations():
    hours = {
        c.id: (c.time.end - c.time.start).total_seconds() / 3600
        for c in TEXTS["declared_truces"][0].clauses
    }
    assert hours == {"TR-2023X": 36, "TR-2025E": 30, "TR-2025V": 72, "TR-2026E": 32}
    for name in ("easter-2025", "easter-2026"):
        own = load_agreement(FOLDER / name)
        (same,) = [c for c in TEXTS["declared_truces"][0].clauses if c.id == own.clauses[0].id]
        assert same.time == own.clauses[0].time


def test_the_minsk_texts_keep_what_makes_them_hard():
    minsk = TEXTS["minsk_package_2015"][0]
    clause = {one.id: one for one in minsk.clauses}
    bounds = {
        name: clause[name].terms.weapons.bound.value for name in ("MM-4a", "PM-2a", "AD-2", "AD-3")
    }
    assert bounds == {"MM-4a": ">", "PM-2a": ">=", "AD-2": "<", "AD-3": "<="}
    baselines = clause["PM-2a"].terms.keep_back.baselines
    assert baselines == {"GOV": ("LOC-ACTUAL",), "AF": ("LOC-2014-09-19",)}
    assert clause["AD-1"].terms.keep_back.baselines["AF"] == ("LOC-ACTUAL", "LOC-2014-09-19")
    over = {one.over for name in ("AD-1", "AD-2", "AD-3") for one in clause[name].terms.prevails}
    assert over == {"PM-2a", "MM-4a", "MM-4b"}
    assert [one.reading for one in clause["PM-2d"].terms.schedule.deadlines] == [
        "from_ceasefire", "from_day_2_start", "second_day_after", "late_practice",
    ]  # fmt: skip
    assert {one.sigma_m for one in minsk.geometry if one.id == "LOC-ACTUAL"} == {4000.0, 7000.0}
    assert all(one.sides == ("AF", "GOV") for one in minsk.geometry if one.role == "line")
    unknown = [one.id for one in TEXTS["lebanon_2024"][0].geometry if not one.wkb]
    assert sorted(unknown) == ["NORTH-OF-BLUE-LINE", "SLA"]


def shared(name):
    path = SHARED / f"{name}.yaml"
    if not path.is_file():
        assert os.environ.get("CI") != "true", f"{path} is missing"
        pytest.skip("the folder ../shared/agreements is not beside this checkout")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


CODED = (
    "declared_truces", "framework_decision_2016", "lebanon_2024", "minsk_addendum_2015",
    "minsk_memorandum_2014", "minsk_package_2015", "paris_declaration_2026", "response_plan_2026",
    "tcg_live_fire_ban_2016", "tcg_measures_2020",
)  # fmt: skip
_WORDS = {True: "yes", False: "no"}


@pytest.mark.shared
@pytest.mark.parametrize("name", CODED)
def test_every_coded_clause_is_there_and_no_flag_is_stronger_than_its_source(name):
    """A figure that the coders could not verify must not have become verified on the way."""
    agreement, _ = TEXTS[name]
    ours = {one.id: one for one in agreement.clauses if one.text == name}
    coded = {one["id"]: one for one in shared(name)["clauses"]}
    assert list(ours) == list(coded)
    rank = {"no": 0, "partly": 1, "yes": 2}
    for clause_id, said in coded.items():
        flags = {one.figure: one.state for one in ours[clause_id].verified}
        for figure, state in (said.get("verified") or {}).items():
            word = _WORDS.get(state, state)
            if word in rank and figure in flags:
                assert rank[flags[figure]] <= rank[word], (clause_id, figure)
            if word in {"no", "partly"}:
                assert flags.get(figure, word) != "yes", (clause_id, figure)
                assert figure in flags, (clause_id, figure)


@pytest.mark.shared
@pytest.mark.parametrize("name", CODED)
def test_no_sentence_of_the_coded_texts_is_copied(name):
    raw = " ".join(str(shared(name)).split()).lower()
    agreement, _ = TEXTS[name]
    for clause in agreement.clauses:
        if clause.text == name and len(clause.summary) > 60:
            assert clause.summary.lower() not in raw, clause.id


def test_the_window_of_easter_2026_is_flagged_in_what_a_finding_carries():
    found = load_agreement(FOLDER / "easter-2026")
    flags = unverified_figures(found, found.clauses[0])
    assert any(flag.startswith("window: partly") for flag in flags)
    assert any(flag.startswith("zone: no") for flag in flags)
    older = load_agreement(FOLDER / "easter-2025")
    flags = unverified_figures(older, older.clauses[0])
    assert any(flag.startswith("area: partly") and "Kursk" in flag for flag in flags)
    assert not any(flag.startswith("window") for flag in flags)


@pytest.mark.parametrize("name", NAMES)
def test_the_evidence_standard_gives_what_its_reasons_say(name):
    rules = load_agreement(FOLDER / name).procedure

    def probability(*codes, discounts=None):
        weights = discounts or [1.0] * len(codes)
        total = math.log(rules.prior_odds) + sum(
            weight * (rules.reliability_log_lr[code[0]] + rules.credibility_log_lr[code[1]])
            for code, weight in zip(codes, weights, strict=True)
        )
        return 1 / (1 + math.exp(-total))

    assert 0.75 <= probability("B2") <= 0.85
    assert 0.60 <= probability("C3") <= 0.70
    assert 0.40 <= probability("D4") <= 0.50
    assert probability("C3", "B2") > 0.9
    same_side = [1.0, 1.0, rules.same_side_discount]
    assert probability("B2", "B2", "B2", discounts=same_side) > 0.97
    assert probability("B2", "F6") == pytest.approx(probability("B2"))
    assert probability("A1") < rules.violated_at, "no single report makes a violation"


@pytest.mark.parametrize("name", NAMES)
def test_the_readable_form_leaves_nothing_out_that_changes_a_finding(name):
    found = load_agreement(FOLDER / name)
    text = "\n".join(describe(found))
    for clause in found.clauses:
        assert clause.summary in text
        assert all(
            f"NOT FULLY VERIFIED {flag}" in text for flag in unverified_figures(found, clause)
        )
    for pledge in found.pledges:
        assert pledge.condition in text
        assert pledge.limits in text
    assert all(note in text for note in found.notes)
    assert all(reason in text for reason in found.procedure.reasons.values())


def test_the_readable_form_says_that_a_late_notice_exempts_nothing():
    lines = describe(load_agreement(FOLDER / "riverline"))
    (late,) = [line for line in lines if "TOO LATE" in line]
    assert "notified 6 h ahead, 24 h asked" in late
    assert any("47 h ahead, 24 h asked: in time" in line for line in lines)
    assert any("within 15000 m of the line contact" in line for line in lines)
    assert any("when: 2026-05-18T06:00:00Z to 2026-05-20T18:00:00Z" in line for line in lines)


def test_pledges_alone_have_no_clause_in_force():
    found = load_agreement(FOLDER / "paris-2026")
    assert (found.in_force, found.theatre) == (None, None)
    assert {one.mode for one in found.clauses} == {"pledged"}
    assert all(one.time.start.year == 9999 for one in found.clauses)
    assert "  no clause is in force" in describe(found)
