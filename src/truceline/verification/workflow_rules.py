"""What the review rules of an agreement ask of those who sign, and how a refusal names the rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from truceline.model.case import CaseState, CaseStep, Matter
from truceline.model.person import Person
from truceline.model.review_rules import UNDETERMINED, ReviewRules

FILE = "procedure.yaml"


def rule(key: str, words: str) -> str:
    """Name a rule: its file, its key, and what it says.

    >>> rule("lock", "a finding in progress is left to whoever has it")
    'procedure.yaml, review.lock: a finding in progress is left to whoever has it'
    """
    return f"{FILE}, review.{key}: {words}"


def counted(signers: Iterable[CaseStep], rules: ReviewRules | None) -> tuple[CaseStep, ...]:
    """Give the signatures that count: the newest of each person, of those who may sign at all."""
    newest = {step.who: step for step in signers}
    return tuple(step for step in newest.values() if _counts(step.nationality, rules))


def enough(signers: Iterable[CaseStep], rules: ReviewRules | None) -> bool:
    """Tell whether so many, and so different, persons have signed as the rules ask for."""
    valid = counted(signers, rules)
    if rules is None:
        return bool(valid)
    nations = {step.nationality for step in valid if step.nationality}
    return len(valid) >= rules.confirmations and len(nations) >= rules.nationalities


def _counts(nationality: str, rules: ReviewRules | None) -> bool:
    """Tell whether somebody of a nationality may be one of those who confirm."""
    if rules is None:
        return True
    if not nationality:
        return rules.own_nationals and rules.nationalities == 0
    return rules.own_nationals or nationality not in rules.of_parties


def signer_refusal(signers: Iterable[CaseStep], person: Person, rules: ReviewRules) -> str:
    """Say which rule keeps somebody from being one of those who confirm; empty where none does.

    Args:
        signers: who has signed the same before.
        person: who would sign now.
        rules: of the agreement.
    """
    if not person.nationality and not _counts("", rules):
        return rule(
            "nationalities",
            f"nationalities are counted, and that of {person.name} is not on record",
        )
    if not _counts(person.nationality, rules):
        whose = [p for p, nations in rules.nationals.items() if person.nationality in nations]
        return rule(
            "own_nationals",
            f"no national of a party confirms, and {person.name} ({person.nationality}) is one "
            f"of {' and '.join(whose)}",
        )
    before = counted(signers, rules)
    nations = {step.nationality for step in before if step.nationality}
    after = nations | ({person.nationality} if person.nationality else set())
    places = max(rules.confirmations - len(before) - 1, 0)
    lacking = rules.nationalities - len(after)
    if lacking > places and after == nations:
        return rule(
            "nationalities",
            f"{rules.confirmations} verifiers of {rules.nationalities} different nationalities "
            f"confirm, and {_listed(step.person for step in before)} signed as "
            f"{_listed(sorted(nations))} already: another nationality is needed",
        )
    return ""


def wanting(signers: Iterable[CaseStep], rules: ReviewRules | None) -> str:
    """Say how many signatures are missing, and of whom."""
    if rules is None:
        return "one person's word (the agreement has no review rules)"
    before = counted(signers, rules)
    nations = sorted({step.nationality for step in before if step.nationality})
    more = max(rules.confirmations - len(before), 1)
    words = f"{more} more confirmation{'s' if more > 1 else ''}" if before else (
        f"{more} confirmation{'s' if more > 1 else ''}"
    )  # fmt: skip
    if rules.nationalities > 1 and nations:
        words += f", of another nationality than {_listed(nations)}"
    elif rules.nationalities > 1:
        words += f", of {rules.nationalities} different nationalities"
    return words + ("" if rules.own_nationals else ", by nobody who is a national of a party")


def concerned(state: CaseState, matter: Matter) -> tuple[str, ...]:
    """Give the parties that must be heard: those accused, or all bound while nobody is."""
    accused = tuple(party for party, _ in state.attribution if party != UNDETERMINED)
    return accused or matter.bound


def _listed(names: Iterable[str]) -> str:
    """Join names.

    >>> _listed(["a", "b", "c"]), _listed([])
    ('a, b and c', '')
    """
    found: Collection[str] = list(names)
    *first, last = found or [""]
    return f"{', '.join(first)} and {last}" if first else last
