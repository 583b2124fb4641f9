"""Where a case stands follows from steps, rules and time alone, and a refusal names the rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.agreement import load_agreement
from truceline.model.case import CaseStep, Matter, Proposed
from truceline.model.finding import Status
from truceline.model.person import Grant, Person, Role
from truceline.model.review_rules import StepKind
from truceline.pipeline.shipped import agreement_folder
from truceline.verification.workflow import state_of, states
from truceline.verification.workflow_refusal import Asked, refusal

RULES = load_agreement(agreement_folder("riverline")).procedure.review
BEGUN = datetime(2026, 5, 13, 9, tzinfo=UTC)
MATTER = Matter(
    "INC-000001/R-1", 1, "a" * 64, ("NOR", "SOU"), ("NOR", "SOU"), ("none", "minor", "serious")
)
ROLES = {
    "duty": Grant(Role.DUTY_OFFICER),
    "analyst": Grant(Role.ANALYST),
    "se": Grant(Role.VERIFIER),
    "se2": Grant(Role.VERIFIER),
    "pl": Grant(Role.VERIFIER),
    "xn": Grant(Role.VERIFIER),
    "untold": Grant(Role.VERIFIER),
    "chief": Grant(Role.CHIEF),
    "nor": Grant(Role.LIAISON, "NOR"),
    "sou": Grant(Role.LIAISON, "SOU"),
    "admin": Grant(Role.ADMINISTRATOR),
}
NATIONS = {"se": "SE", "se2": "SE", "pl": "PL", "xn": "XN", "analyst": "FI", "chief": "AT"}
PEOPLE = {
    who: Person(f"p.{who}", f"{who.capitalize()} Example", NATIONS.get(who, ""), (grant,))
    for who, grant in ROLES.items()
}


class Desk:
    """Takes steps as long as no rule forbids them."""

    def __init__(self, rules=RULES, matter=MATTER):
        self.rules, self.matter, self.steps, self.now = rules, matter, [], BEGUN

    def state(self):
        return state_of(self.steps, self.rules, self.now, self.matter)

    def ask(self, kind, who, **detail):
        proposed = Proposed(StepKind(kind), detail)
        asked = Asked(self.state(), proposed, PEOPLE[who], self.rules, self.now, self.matter)
        return refusal(asked)

    def add(self, kind, who, **detail):
        """Record a step without asking."""
        person = PEOPLE[who]
        self.steps.append(
            CaseStep(
                len(self.steps) + 1, StepKind(kind), person.name, person.person_id,
                person.nationality, "because", self.now, self.matter.incident_revision,
                self.matter.sha256, detail,
            )
        )  # fmt: skip
        return self.state()

    def do(self, kind, who, **detail):
        refused = self.ask(kind, who, **detail)
        assert refused == "", refused
        return self.add(kind, who, **detail)

    def after(self, **passed):
        self.now += timedelta(**passed)
        return self


def confirmed():
    desk = Desk()
    desk.do("reviewed", "analyst")
    desk.do("confirmed", "se")
    desk.do("confirmed", "pl")
    return desk


def test_nobody_acted():
    state = Desk().state()
    assert (state.status, state.case_revision, state.grade) == (Status.PRELIMINARY, 1, "")
    assert state.attribution == (("undetermined", 1.0),)
    assert state.missing == "a review by analyst or verifier"


def test_one_signature_of_two_leaves_it_reviewed_and_the_second_confirms():
    desk = Desk()
    assert desk.do("reviewed", "analyst").status is Status.REVIEWED
    first = desk.do("confirmed", "se")
    assert first.status is Status.REVIEWED
    assert first.missing == (
        "1 more confirmation, of another nationality than SE, by nobody who is a national of a party"
    )
    assert desk.do("confirmed", "pl").status is Status.CONFIRMED
    assert [one.person_id for one in desk.state().confirmations] == ["p.se", "p.pl"]


@pytest.mark.parametrize(
    ("kind", "who", "rule"),
    [
        ("reviewed", "duty", "review.roles.reviewed: analyst or verifier may take this step"),
        ("reviewed", "admin", "review.roles.reviewed"),
        ("reviewed", "nor", "and Nor Example is party_liaison"),
        ("confirmed", "se", "review.review_first"),
        ("confirmed", "analyst", "review.roles.confirmed: verifier may take this step"),
        ("rejected", "analyst", "review.roles.rejected"),
        ("final", "chief", "final follows only on confirmed"),
        ("released", "duty", "nothing to release"),
        ("reopened", "se", "it is open already"),
        ("replied", "se", "review.roles.replied: party_liaison may take this step"),
    ],
)
def test_what_is_forbidden_at_first_names_its_rule(kind, who, rule):
    detail = {"incident_revision": 1} if kind == "reopened" else {}
    assert rule in Desk().ask(kind, who, **detail)


def test_who_may_not_sign_is_told_why():
    desk = Desk()
    desk.do("reviewed", "analyst")
    assert (
        "review.own_nationals: no national of a party confirms, and Xn Example (XN) is one of NOR"
        in (desk.ask("confirmed", "xn"))
    )
    assert "review.nationalities: nationalities are counted, and that of Untold Example" in (
        desk.ask("confirmed", "untold")
    )
    desk.do("confirmed", "se")
    assert "review.confirmations: 2 different persons confirm" in desk.ask("confirmed", "se")
    same = desk.ask("confirmed", "se2")
    assert "procedure.yaml, review.nationalities: 2 verifiers of 2 different nationalities" in same
    assert "Se Example signed as SE already" in same


def test_with_three_of_two_nationalities_the_second_may_be_of_the_first_ones():
    desk = Desk(rules=replace(RULES, confirmations=3))
    desk.do("reviewed", "analyst")
    desk.do("confirmed", "se")
    desk.do("confirmed", "se2")
    assert desk.do("confirmed", "pl").status is Status.CONFIRMED


def test_where_nationalities_are_not_counted_nobody_is_asked_for_one():
    desk = Desk(rules=replace(RULES, nationalities=0, own_nationals=True, nationals={}))
    desk.do("reviewed", "analyst")
    desk.do("confirmed", "untold")
    assert desk.do("confirmed", "xn").status is Status.CONFIRMED


def test_final_needs_every_party_concerned_to_be_heard():
    desk = confirmed()
    assert "NOR and SOU (bound by the clause) must be told" in desk.ask("final", "chief")
    desk.do("notified", "duty", party="NOR")
    desk.do("notified", "duty", party="SOU")
    assert "review.final_needs_reply" in desk.ask("final", "chief")
    assert desk.state().reply_by == BEGUN + timedelta(hours=72)
    desk.do("replied", "nor", party="NOR")
    assert "a reply of SOU, or 2026-05-16 09:00 UTC" in desk.ask("final", "chief")
    desk.after(hours=71, minutes=59)
    assert "a reply of SOU" in desk.ask("final", "chief")
    desk.after(minutes=1)
    assert desk.state().reply_by is None
    assert desk.do("final", "chief").status is Status.FINAL


def test_the_party_that_is_accused_is_the_one_that_is_heard():
    desk = Desk()
    desk.do("reviewed", "analyst")
    desk.do("attributed", "se", attribution=[["SOU", 0.8], ["undetermined", 0.2]])
    desk.do("confirmed", "se")
    desk.do("confirmed", "pl")
    assert desk.state().attribution == (("SOU", 0.8), ("undetermined", 0.2))
    assert "SOU (accused) must be told" in desk.ask("final", "chief")
    desk.do("notified", "se", party="SOU")
    desk.do("replied", "sou", party="SOU")
    assert desk.do("final", "chief").status is Status.FINAL


def test_replies_and_dissent_are_taken_for_ever_and_only_for_the_own_side():
    desk = confirmed()
    assert "a liaison speaks for the own side alone" in desk.ask("replied", "nor", party="SOU")
    assert "of a party: NOR, SOU" in desk.ask("replied", "nor", party="") or "own side" in (
        desk.ask("replied", "nor", party="")
    )
    assert "own side alone" in desk.ask("dissented", "nor", refers_to=1)
    desk.do("dissented", "nor", refers_to=3, party="NOR")
    desk.do("dissented", "se", refers_to=3)
    desk.do("rejected", "chief")
    desk.do("replied", "nor", party="NOR")
    desk.do("reopened", "se", incident_revision=1)
    state = desk.do("replied", "sou", party="SOU")
    assert [one.person for one in state.replies] == ["Nor Example", "Sou Example"]
    assert [one.person for one in state.dissents] == ["Nor Example", "Se Example"]
    assert (state.status, state.case_revision, state.heard) == (
        Status.PRELIMINARY,
        2,
        frozenset({"SOU"}),
    )


def test_a_lock_keeps_others_out_until_it_ends_by_itself():
    desk = Desk()
    desk.do("assigned", "se", until="x")
    assert desk.state().lock.person == "Se Example"
    assert "review.lock: a finding in progress is left to whoever has it: Se Example until " in (
        desk.ask("reviewed", "analyst")
    )
    assert "review.lock" in desk.ask("assigned", "analyst")
    assert desk.ask("reviewed", "se") == ""
    assert desk.ask("replied", "nor", party="NOR") == ""
    assert "review.roles.released" in desk.ask("released", "analyst")
    assert desk.ask("released", "duty") == ""
    assert desk.ask("released", "se") == ""
    desk.after(minutes=29, seconds=59)
    assert desk.ask("reviewed", "analyst") != ""
    desk.after(seconds=1)
    assert desk.state().lock is None
    assert desk.ask("reviewed", "analyst") == ""
    assert "nothing to release" in desk.ask("released", "se")


def test_a_lock_is_renewed_by_its_holder_given_back_and_ended_by_the_work():
    desk = Desk()
    desk.do("assigned", "se")
    desk.after(minutes=20).do("assigned", "se")
    assert desk.state().lock.until == BEGUN + timedelta(minutes=50)
    desk.do("released", "duty")
    assert desk.state().lock is None
    desk.do("assigned", "analyst")
    assert desk.do("reviewed", "analyst").lock is None


def test_a_grade_before_the_confirmation_takes_the_signatures_away():
    desk = Desk()
    desk.do("reviewed", "analyst")
    desk.do("confirmed", "se")
    state = desk.do("graded", "pl", grade="serious")
    assert (state.grade, state.confirmations) == ("serious", ())
    desk.do("confirmed", "pl")
    assert desk.do("confirmed", "se").status is Status.CONFIRMED
    assert "is graded 'serious' already" in desk.ask("graded", "se", grade="serious")
    assert "procedure.yaml, grades: none, minor, serious" in desk.ask("graded", "se", grade="x")


def test_what_two_have_confirmed_one_alone_does_not_change():
    desk = confirmed()
    first = desk.do("graded", "se", grade="minor")
    assert (first.grade, len(first.open_words)) == ("", 1)
    assert "has said the same already" in desk.ask("graded", "se", grade="minor")
    assert "review.nationalities" in desk.ask("graded", "se2", grade="minor")
    assert "review.nationalities" in desk.ask("graded", "untold", grade="minor")
    desk.do("attributed", "pl", attribution=[["NOR", 1.0]])
    other = desk.do("graded", "pl", grade="serious")
    assert other.grade == ""
    done = desk.do("graded", "pl", grade="minor")
    assert (done.grade, done.status) == ("minor", Status.CONFIRMED)
    assert done.attribution == (("undetermined", 1.0),)
    assert desk.do("attributed", "se", attribution=[["NOR", 1.0]]).attribution == (("NOR", 1.0),)


@pytest.mark.parametrize(
    ("attribution", "said"),
    [
        ([["XYZ", 1.0]], "'XYZ' is no party of the agreement; it is one of NOR, SOU, undetermined"),
        ([["NOR", 0.5]], "come to 1, not to 0.5"),
        ([["NOR", 0.5], ["NOR", 0.5]], "each party is named once"),
        ([["NOR", 1.5], ["SOU", -0.5]], "above 0 and at most 1"),
        ([["undetermined", 1.0]], "is attributed so already"),
        ([], "is attributed so already"),
    ],
)
def test_an_attribution_that_cannot_be_meant_is_refused(attribution, said):
    assert said in Desk().ask("attributed", "se", attribution=attribution)


def test_a_party_is_told_once_and_not_before_somebody_looked():
    desk = Desk()
    assert "review.notify_from: a party is told once a finding is reviewed" in (
        desk.ask("notified", "duty", party="NOR")
    )
    assert "'XX' is no party" in desk.ask("notified", "duty", party="XX")
    desk.do("reviewed", "analyst")
    later = Desk(rules=replace(RULES, notify_from=Status.CONFIRMED))
    later.steps = list(desk.steps)
    assert "once a finding is confirmed" in later.ask("notified", "duty", party="NOR")
    desk.do("notified", "duty", party="NOR")
    assert "NOR was told at 2026-05-13 09:00 UTC" in desk.ask("notified", "duty", party="NOR")
    desk.do("rejected", "se")
    assert "follows only on reviewed or confirmed" in desk.ask("notified", "duty", party="SOU")


@pytest.mark.parametrize("kind", ["reviewed", "confirmed", "rejected", "final", "assigned"])
def test_what_is_at_its_end_needs_to_be_reopened(kind):
    desk = confirmed()
    for party, who in (("NOR", "nor"), ("SOU", "sou")):
        desk.do("notified", "duty", party=party)
        desk.do("replied", who, party=party)
    desk.do("final", "chief")
    who = {"final": "chief"}.get(kind, "se")
    assert "is final, and" in desk.ask(kind, who)
    assert "is final, and" in desk.ask("graded", "se", grade="minor")
    assert "is final, and" in desk.ask("attributed", "se", attribution=[["NOR", 1.0]])
    assert desk.state().missing.startswith("nothing; replies and dissent stay open")


def test_a_finding_that_changed_must_be_reopened_and_everything_before_stays():
    desk = confirmed()
    desk.matter = replace(MATTER, incident_revision=2, sha256="b" * 64)
    assert "it must be reopened" in desk.state().missing
    said = desk.ask("rejected", "se")
    assert "rests on incident revision 1, now it is 2" in said
    assert "reopen it first" in said
    assert desk.ask("replied", "nor", party="NOR") == ""
    assert "revision 2; 1 is another" in desk.ask("reopened", "se", incident_revision=1)
    state = desk.do("reopened", "se", incident_revision=2)
    assert (state.status, state.case_revision, state.incident_revision) == (
        Status.PRELIMINARY,
        2,
        2,
    )
    assert (state.confirmations, state.told, state.grade) == ((), (), "")
    assert len(desk.steps) == 4
    desk.do("reviewed", "analyst")
    evaluated = replace(desk.matter, sha256="c" * 64)
    desk.matter = evaluated
    assert "and was evaluated anew" in desk.ask("confirmed", "se")
    gone = replace(MATTER, gone="the finding is no more")
    desk.matter = gone
    assert desk.state().missing == "the finding is no more"
    assert "only replies and dissent" in desk.ask("reopened", "se", incident_revision=1)
    assert desk.ask("dissented", "se", refers_to=1) == ""


def test_without_rules_one_persons_word_confirms_and_rejects():
    desk = Desk(rules=None)
    assert "one person's word" in desk.state().missing
    assert desk.do("confirmed", "admin").status is Status.CONFIRMED
    assert desk.do("rejected", "nor").status is Status.REJECTED
    assert desk.do("confirmed", "se").status is Status.CONFIRMED
    assert desk.do("confirmed", "pl").missing == "nothing; one person's word may make it final"
    assert len(desk.state().confirmations) == 2
    desk.do("graded", "se", grade="minor")
    desk.do("assigned", "se")
    assert "it ends by itself" in desk.ask("released", "pl")
    desk.do("released", "se")
    desk.do("notified", "se", party="NOR")
    desk.do("dissented", "se", refers_to=1)
    assert desk.do("final", "se").status is Status.FINAL
    assert "is final" in desk.ask("confirmed", "pl")
    assert "is final" in desk.ask("rejected", "pl")
    assert "follows only on preliminary" in desk.ask("reviewed", "pl")


KINDS = st.sampled_from(list(StepKind))
WHO = st.sampled_from(list(ROLES))
PARTY = st.sampled_from(["NOR", "SOU"])
STEP = st.tuples(
    KINDS,
    WHO,
    PARTY,
    st.sampled_from(["none", "minor", "serious"]),
    st.sampled_from([0, 0, 40, 5000]),
)


def detail_of(kind, party, grade):
    return {
        StepKind.GRADED: {"grade": grade},
        StepKind.ATTRIBUTED: {"attribution": [[party, 1.0]]},
        StepKind.NOTIFIED: {"party": party},
        StepKind.REPLIED: {"party": party},
        StepKind.REOPENED: {"incident_revision": 1},
    }.get(kind, {})


@settings(max_examples=150)
@given(st.lists(STEP, max_size=25), st.booleans())
def test_nothing_is_confirmed_without_what_the_rules_ask_for(wanted, honest):
    """Whether each step is asked for, or somebody records whatever they like."""
    desk = Desk()
    for kind, who, party, grade, minutes in wanted:
        desk.after(minutes=minutes)
        detail = detail_of(kind, party, grade)
        if not honest or desk.ask(kind, who, **detail) == "":
            desk.add(kind, who, **detail)
    for at, (_, state) in enumerate(states(desk.steps, RULES), start=1):
        if state.status not in (Status.CONFIRMED, Status.FINAL):
            continue
        since = max((s.number for s in desk.steps[:at] if s.kind is StepKind.REOPENED), default=0)
        signed = [
            s for s in desk.steps[since:at]
            if s.kind is StepKind.CONFIRMED and s.nationality not in ("", "XN", "XS")
        ]  # fmt: skip
        assert len({s.person_id for s in signed}) >= 2
        assert len({s.nationality for s in signed}) >= 2
        assert any(s.kind is StepKind.REVIEWED for s in desk.steps[since:at])
        if honest:
            assert all(PEOPLE[s.person_id[2:]].holds(Role.VERIFIER) for s in signed)
        if honest and state.status is Status.FINAL:
            assert state.told


@settings(max_examples=100)
@given(st.lists(STEP, max_size=20), st.sampled_from([None, RULES]), st.integers(0, 10_000))
def test_the_state_is_a_function_of_the_rows_and_time_only_ends_things(wanted, rules, minutes):
    desk = Desk(rules=rules)
    for kind, who, party, grade, passed in wanted:
        desk.after(minutes=passed).add(kind, who, **detail_of(kind, party, grade))
    one = state_of(list(desk.steps), rules, desk.now, MATTER)
    assert state_of(iter(desk.steps), rules, desk.now, MATTER) == one
    later = state_of(desk.steps, rules, desk.now + timedelta(minutes=minutes), MATTER)
    timeless = {"lock": None, "reply_by": None, "missing": ""}
    assert replace(later, **timeless) == replace(one, **timeless)
    assert later.lock in (one.lock, None)
    if minutes >= 30:
        assert later.lock is None
    kept = [s for s in desk.steps if s.kind is StepKind.REPLIED]
    assert list(one.replies) == kept
    assert one.case_revision == 1 + sum(s.kind is StepKind.REOPENED for s in desk.steps)
