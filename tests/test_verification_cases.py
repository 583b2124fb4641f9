"""The lawyers' own tests: every case of every shipped agreement, and cases that must fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.model.agreement import Case
from truceline.verification.cases import run_case

AGREEMENTS = {
    folder.name: load_agreement(folder)
    for folder in sorted((Path(__file__).parents[1] / "agreements").iterdir())
    if (folder / "agreement.yaml").is_file()
}
SHIPPED = [(name, case) for name, agreement in AGREEMENTS.items() for case in agreement.cases]
RIVERLINE = AGREEMENTS["riverline"]
MORTAR = {"at": datetime(2026, 5, 3, 14), "kind": "fire.mortar", "lon": -28.3, "lat": 47.5}


def run(situation: dict[str, Any], **expected: Any) -> Any:
    return run_case(RIVERLINE, Case("T", situation, expected, "", 1), taxonomy())


@pytest.mark.parametrize(("name", "case"), SHIPPED, ids=[f"{n}-{c.id}" for n, c in SHIPPED])
def test_shipped_case(name, case):
    result = run_case(AGREEMENTS[name], case, taxonomy())
    assert result.passed, f"wanted {result.wanted}, got {result.got}"


@pytest.mark.parametrize("name", sorted(AGREEMENTS))
def test_each_agreement_has_cases_of_its_own(name):
    assert AGREEMENTS[name].cases
    assert len({c.id for c in AGREEMENTS[name].cases}) == len(AGREEMENTS[name].cases)


@pytest.mark.parametrize(("name", "case"), SHIPPED, ids=[f"{n}-{c.id}" for n, c in SHIPPED])
def test_a_shipped_case_fails_when_another_outcome_is_expected(name, case):
    for other in {"violated", "permitted", "undetermined"} - {case.expected["outcome"]}:
        wrong = replace(case, expected={**case.expected, "outcome": other})
        assert not run_case(AGREEMENTS[name], wrong, taxonomy()).passed


def test_a_wrong_probability_fails():
    assert run(MORTAR, outcome="violated", clause="R-1", p=1.0).passed
    assert run(MORTAR, outcome="violated", clause="R-1", p=0.995).passed
    wrong = run(MORTAR, outcome="violated", clause="R-1", p=0.98)
    assert not wrong.passed
    assert wrong.wanted == "violated under R-1 with p = 0.98"
    assert wrong.got == "violated under R-1 with p = 1.000"


def test_a_clause_that_does_not_exist_never_passes():
    assert not run(MORTAR, outcome="permitted", clause="R-99").passed


def test_without_a_clause_the_gravest_outcome_counts():
    assert run(MORTAR, outcome="violated").passed
    assert not run(MORTAR, outcome="permitted").passed
    assert run({**MORTAR, "kind": "quiet"}, outcome="permitted").passed


def test_an_agreement_without_prohibitions_permits_everything():
    pledges = replace(RIVERLINE, clauses=())
    case = Case("T", MORTAR, {"outcome": "permitted"}, "", 1)
    assert run_case(pledges, case, taxonomy()).passed


def test_a_clause_that_permits_or_requires_is_never_the_gravest():
    permits = replace(
        RIVERLINE, clauses=tuple(replace(c, mode="required") for c in RIVERLINE.clauses)
    )
    case = Case("T", MORTAR, {"outcome": "permitted"}, "", 1)
    assert run_case(permits, case, taxonomy()).passed


def test_a_time_without_zone_is_read_in_the_zone_of_the_agreement():
    """Easter 2025 began at 18:00 in Moscow, 15:00 UTC."""
    easter = AGREEMENTS["easter-2025"]
    for text, zone, outcome in [
        ("2025-04-19T18:00:00", None, "violated"),
        ("2025-04-19T17:59:59", None, "permitted"),
        ("2025-04-19T15:00:00", "UTC", "violated"),
        ("2025-04-19T14:59:59", "UTC", "permitted"),
        ("2025-04-19T15:00:00+00:00", "Europe/Moscow", "violated"),
    ]:
        situation = {"at": text, "kind": "fire.artillery", "lon": 37.0, "lat": 48.3}
        if zone:
            situation["zone"] = zone
        case = Case("T", situation, {"outcome": outcome}, "", 1)
        assert run_case(easter, case, taxonomy()).passed, (text, zone)


@pytest.mark.parametrize("missing", ["kind", "at"])
def test_a_situation_without_what_it_needs_is_an_error(missing):
    situation = {k: v for k, v in MORTAR.items() if k != missing}
    with pytest.raises(KeyError, match=missing):
        run(situation, outcome="violated")


@pytest.mark.parametrize(
    "change",
    [{"at": "yesterday"}, {"lon": "west"}, {"sigma_m": "some"}],
    ids=["at", "lon", "sigma"],
)
def test_a_situation_that_cannot_be_read_is_an_error(change):
    with pytest.raises(ValueError, match=r"yesterday|west|some"):
        run({**MORTAR, **change}, outcome="violated")


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError, match="smoke"):
        run({**MORTAR, "kind": "smoke"}, outcome="violated")
