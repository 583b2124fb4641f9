"""Whether the parts of an agreement fit each other: ids, parties, sources, grades, windows.

These checks read the located documents, not the shapes, so that a misspelt field in one place does
not hide a wrong reference in another. Wrong types are somebody else's report: here they are passed
over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from truceline.codec.agreement_fields import instead
from truceline.codec.agreement_rules import EXPLAINED
from truceline.codec.located_yaml import Located, Path, Problems


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of one folder, each null where it is absent or cannot be read."""

    agreement: Located | None
    procedure: Located | None
    geometry: Located | None
    pledges: Located | None
    cases: Located | None
    responses: Located | None = None
    events: Located | None = None
    frameworks: Located | None = None


def items(where: Located | None, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the dicts of a list at the top of a document, with their paths."""
    if where is None or not isinstance(where.data, dict):
        return
    found = where.data.get(name)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (name, index), item


def part(where: Located | None, name: str) -> dict[str, Any]:
    """Give a dict at the top of a document; empty where it is absent or no dict."""
    if where is None or not isinstance(where.data, dict):
        return {}
    found = where.data.get(name)
    return found if isinstance(found, dict) else {}


def ids(where: Located | None, name: str) -> frozenset[str]:
    """Give the ids of the list ``name``."""
    return frozenset(str(item["id"]) for _, item in items(where, name) if item.get("id"))


def check_links(docs: Documents, problems: Problems) -> None:
    """Add every reference that leads nowhere, every id given twice, every missing reason."""
    for where, name in (
        (docs.agreement, "parties"),
        (docs.agreement, "clauses"),
        (docs.agreement, "exemptions"),
        (docs.pledges, "pledges"),
        (docs.cases, "cases"),
        (docs.responses, "recipients"),
        (docs.responses, "procedures"),
        (docs.events, "events"),
        (docs.frameworks, "frameworks"),
    ):
        _ids_once(where, name, problems)
    if docs.agreement is not None:
        _clauses(docs, docs.agreement, problems)
        _exemptions(docs.agreement, problems)
        _required_parts(docs.agreement, problems)
        _names_once(docs.agreement, problems)
    _pledges(docs, problems)
    check_cases(
        docs.cases, ids(docs.agreement, "clauses"), ids(docs.agreement, "parties"), problems
    )
    _reasons(docs.procedure, problems)


def check_cases(
    where: Located | None, clauses: frozenset[str], parties: frozenset[str], problems: Problems
) -> None:
    """Add what is wrong between cases and the agreement that they test."""
    for path, case in items(where, "cases"):
        assert where is not None
        expected, situation = case.get("expected"), case.get("situation")
        if isinstance(expected, dict):
            at = (*path, "expected", "clause")
            known(where, at, "clause", expected.get("clause"), {*clauses, "none"}, problems)
        if not isinstance(situation, dict):
            continue
        at = (*path, "situation")
        known(where, (*at, "accused"), "party", situation.get("accused"), parties, problems)
        given = {name for name in ("at", "from", "to") if situation.get(name) is not None}
        if given not in ({"at"}, {"from", "to"}):
            advice = "write either at: LOCAL TIME, or from: and to:"
            problems.add(where, at, "the time of the situation is not clear", advice)


def _ids_once(where: Located | None, name: str, problems: Problems) -> None:
    first: dict[str, int] = {}
    for path, item in items(where, name):
        assert where is not None
        line = where.line((*path, "id"))
        if (key := str(item.get("id"))) in first and item.get("id"):
            what = f"the id {key!r} was given already in line {first[key]}"
            problems.add(where, (*path, "id"), what, "write another id; ids are never reused")
        first.setdefault(key, line)


def _names_once(where: Located, problems: Problems) -> None:
    """One name leads to one party, or nobody could say whose pledge it is."""
    first: dict[str, tuple[str, int]] = {}
    for path, party in items(where, "parties"):
        own, others = str(party.get("id")), party.get("names")
        given = [((*path, field), party.get(field)) for field in ("id", "name")]
        listed = others if isinstance(others, list) else []
        given += [((*path, "names", index), name) for index, name in enumerate(listed)]
        for at, name in given:
            if not isinstance(name, str):
                continue
            holder, line = first.setdefault(str(name), (own, where.line(at)))
            if holder != own:
                what = f"{str(name)!r} names the party {holder} already in line {line}"
                problems.add(where, at, what, "keep the name with one of the two")


def known(
    where: Located, path: Path, noun: str, given: Any, names: Iterable[str], problems: Problems
) -> None:
    """Add a problem for each given id that is not among the names."""
    for index, word in enumerate(given if isinstance(given, list) else [given]):
        if isinstance(word, str) and word not in (choice := set(names)):
            at = (*path, index) if isinstance(given, list) else path
            problems.add(where, at, f"unknown {noun} {str(word)!r}", instead(word, choice))


def _clauses(docs: Documents, where: Located, problems: Problems) -> None:
    parties, sources = ids(where, "parties"), part(where, "sources")
    grades = docs.procedure.data.get("grades") if docs.procedure is not None else None
    for path, clause in items(where, "clauses"):
        known(where, (*path, "binds"), "party", clause.get("binds"), parties, problems)
        known(where, (*path, "sources"), "source", clause.get("sources"), sources, problems)
        if isinstance(grades, list):
            words = [str(grade) for grade in grades]
            known(where, (*path, "grade"), "grade", clause.get("grade"), words, problems)
        _area(docs, where, (*path, "area"), clause.get("area"), problems)


def _area(docs: Documents, where: Located, path: Path, area: Any, problems: Problems) -> None:
    if not isinstance(area, dict):
        return
    shapes = [item.get("properties") for _, item in items(docs.geometry, "features")]
    for role in ("zone", "line"):
        names = {
            str(one.get("id"))
            for one in shapes
            if isinstance(one, dict) and one.get("role") == role
        }
        known(where, (*path, role), role, area.get(role), names, problems)
    given = {name for name in ("zone", "line", "within_m") if area.get(name) is not None}
    if given not in ({"zone"}, {"line", "within_m"}):
        advice = "write everywhere, {zone: ID} or {line: ID, within_m: METRES}"
        problems.add(where, path, "the area is not clear", advice)


def _exemptions(where: Located, problems: Problems) -> None:
    clauses = ids(where, "clauses")
    for path, exemption in items(where, "exemptions"):
        known(where, (*path, "clauses"), "clause", exemption.get("clauses"), clauses, problems)


def _required_parts(where: Located, problems: Problems) -> None:
    """A text that binds needs a time, a theatre and a clause; pledges alone need none."""
    kind = where.data.get("kind")
    if kind not in ("ceasefire", "declared_truce"):
        return
    for name in ("in_force", "theatre", "clauses"):
        if not where.data.get(name):
            what = f"the field {name!r} is missing, and kind is {kind!r}"
            problems.add(where, ("kind",), what, f"add {name}, or write kind: pledges", ())


def _pledges(docs: Documents, problems: Problems) -> None:
    parties, sources = ids(docs.agreement, "parties"), part(docs.agreement, "sources")
    for path, pledge in items(docs.pledges, "pledges"):
        where = docs.pledges
        assert where is not None
        for role in ("obligor", "beneficiary"):
            known(where, (*path, role), "party", pledge.get(role), parties, problems)
        known(where, (*path, "sources"), "source", pledge.get("sources"), sources, problems)


def _reasons(where: Located | None, problems: Problems) -> None:
    if where is None or not isinstance(where.data.get("reasons"), dict):
        return
    given = where.data["reasons"]
    for name in sorted(set(EXPLAINED) - set(given)):
        what = f"the figure {name!r} has no reason"
        problems.add(where, ("reasons",), what, f"add {name}: and say in a sentence why")
    for name in given:
        known(where, ("reasons", name), "figure", name, EXPLAINED, problems)
    grades = where.data.get("grades")
    for index, grade in enumerate(grades if isinstance(grades, list) else ()):
        if grade in grades[:index]:
            problems.add(where, ("grades", index), f"the grade {grade!r} stands twice", "keep one")
