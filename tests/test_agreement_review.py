"""The section ``review`` of procedure.yaml: read whole, and refused with the line and what to write."""

import re
from datetime import timedelta

import pytest

from truceline.codec.agreement import agreement_files, load_agreement, parse_agreement
from truceline.codec.agreement_review import REVIEW_EXPLAINED
from truceline.codec.json_schema import schema_of
from truceline.errors import AgreementError
from truceline.model.finding import Status
from truceline.model.person import Role
from truceline.model.review_rules import StepKind
from truceline.pipeline.shipped import agreement_folder

FILES = agreement_files(agreement_folder("riverline"))
TEXT = FILES["procedure.yaml"].decode()


def parsed(text):
    return parse_agreement(FILES | {"procedure.yaml": text.encode()}, "r").procedure.review


def changed(pattern, instead):
    text, count = re.subn(pattern, instead, TEXT, flags=re.MULTILINE)
    assert count == 1, count
    return text


def test_the_rules_of_riverline_are_read():
    rules = parsed(TEXT)
    assert set(rules.roles) == set(StepKind)
    assert rules.roles[StepKind.CONFIRMED] == (Role.VERIFIER,)
    assert (rules.confirmations, rules.nationalities, rules.own_nationals) == (2, 2, False)
    assert rules.nationals == {"NOR": ("XN",), "SOU": ("XS",)}
    assert rules.of_parties == {"XN", "XS"}
    assert (rules.reply, rules.lock) == (timedelta(hours=72), timedelta(minutes=30))
    assert (rules.review_first, rules.notify_from, rules.final_needs_reply) == (
        True,
        Status.REVIEWED,
        True,
    )
    assert set(rules.reasons) == set(REVIEW_EXPLAINED)


@pytest.mark.parametrize("name", ["minsk", "lebanon-2024", "paris-2026"])
def test_a_shipped_agreement_with_a_mission_asks_for_two_of_different_nationality(name):
    rules = load_agreement(agreement_folder(name)).procedure.review
    assert (rules.confirmations, rules.nationalities, rules.own_nationals) == (2, 2, False)
    assert all(len(reason) > 20 for reason in rules.reasons.values())


@pytest.mark.parametrize("name", ["easter-2025", "easter-2026", "drill-count", "declared-truces"])
def test_an_agreement_without_a_mission_has_no_rules(name):
    assert load_agreement(agreement_folder(name)).procedure.review is None


@pytest.mark.parametrize(
    ("pattern", "instead", "said"),
    [
        (r"^  nationalities: 2$", "  nationalities: 3", "2 persons cannot be of 3 nationalities"),
        (r"^  confirmations: 2$", "  confirmations: 0", "at least 1"),
        (r"^  confirmations: 2$", "  confirmations: two", "a whole number was expected"),
        (r"^  nationals: .*$", "", "nobody can tell who they are"),
        (r"^  nationals: .*$", "  nationals: {NOR: [NO]}", "is read as true or false"),
        (r"^  nationals: .*$", "  nationals: {NOR: [norge]}", "'norge' is no nationality"),
        (r"^  nationals: .*$", "  nationals: {NORD: [XN]}", "unknown party 'NORD'; write 'NOR'"),
        (r"^  lock: PT30M$", "  lock: PT0S", "is no time to work"),
        (r"^  lock: PT30M$", "  lock: P30D", "is no time to work"),
        (r"^  lock: PT30M$", "  lock: half an hour", "write it as PT1H"),
        (r"^  reply: PT72H$", "  reply: P900D", "write at most P366D"),
        (r"^    confirmed: .*$", "    confirmed: [judge]", "'judge' is not allowed here"),
        (r"^    confirmed: .*$", "    confirmed: []", "the list is empty"),
        (r"^    confirmed: .*$", "    confirmd: [verifier]", "write 'confirmed'"),
        (r"^    replied: .*$", "    replied: [verifier]", "is not allowed here"),
        (r"^  notify_from: .*$", "  notify_from: final", "is not allowed here"),
        (r"^  review_first: .*$", "  review_first: maybe", "yes"),
        (r"^    lock: Half.*$", "", "the rule 'lock' has no reason; add lock"),
        (r"^    lock: Half.*$", "    lokc: x\n    lock: y", "unknown rule 'lokc'; write 'lock'"),
        (r"^  reasons:\n    roles", "  reason:\n    roles", "write 'reasons'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_line(pattern, instead, said):
    with pytest.raises(AgreementError) as error:
        parsed(changed(pattern, instead))
    assert any(re.match(r"r/procedure\.yaml:\d+: review", one) for one in error.value.problems)
    assert any(said in one for one in error.value.problems), error.value.problems


def test_a_review_that_is_no_section_is_refused():
    text = TEXT[: TEXT.index("review:\n")] + "review: two people\n"
    with pytest.raises(AgreementError, match="fields were expected"):
        parsed(text)


def test_the_schema_tells_an_editor_the_roles():
    made = schema_of("procedure")["$defs"]
    assert "verifier" in str(made["ReviewRolesShape"]["properties"]["confirmed"])
    assert set(made["ReviewShape"]["required"]) >= set(REVIEW_EXPLAINED) | {"reasons"}
