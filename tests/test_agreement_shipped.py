"""The agreements that ship: they load, their cases hold, their figures say how sure they are."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from truceline.codec.agreement import load_agreement, unverified_figures
from truceline.codec.taxonomy import taxonomy
from truceline.guarantees.describe import describe
from truceline.model.interval import Interval
from truceline.verification.cases import run_case

FOLDER = Path(__file__).parents[1] / "agreements"
NAMES = ("riverline", "easter-2025", "easter-2026", "paris-2026")
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
    assert (found.clauses, found.in_force, found.theatre) == ((), None, None)
    assert "  no clause is in force" in describe(found)
