"""Whether the parts of an agreement fit each other: ids, parties, sources, grades, windows.

What clauses refer to is checked in ``clause_links``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from truceline.codec.agreement_documents import (
    Documents,
    ids,
    items,
    known,
    names_of,
    part,
)
from truceline.codec.agreement_review import check_review
from truceline.codec.agreement_rules import EXPLAINED
from truceline.codec.clause_links import check_clauses, known_names
from truceline.codec.located_yaml import Located, Problems
from truceline.codec.provision_links import check_drawings, check_provisions

__all__ = ["Documents", "check_cases", "check_links", "ids", "items", "known", "part"]

_OTHERS = ("ALL", "ANY")
"""Words of a situation for whoever it was."""


def check_links(docs: Documents, problems: Problems) -> None:
    """Add every reference that leads nowhere, every id given twice, every missing reason."""
    for where, name in (
        (docs.agreement, "parties"),
        (docs.agreement, "bodies"),
        (docs.agreement, "exemptions"),
        (docs.pledges, "pledges"),
        (docs.cases, "cases"),
        (docs.responses, "recipients"),
        (docs.responses, "procedures"),
        (docs.events, "events"),
        (docs.frameworks, "frameworks"),
    ):
        _ids_once((where,), name, problems)
    for name in ("clauses", "definitions", "windows", "triggers"):
        _ids_once(docs.law, name, problems)
    _sources_once(docs, problems)
    names = known_names(docs)
    if docs.agreement is not None:
        check_clauses(docs, names, problems)
        check_provisions(docs, names, problems)
        check_drawings(docs, names, problems)
        _exemptions(docs, docs.agreement, problems)
        _required_parts(docs.agreement, problems)
        _names_once(docs.agreement, problems)
        _parties(docs.agreement, problems)
    _pledges(docs, problems)
    check_cases(docs.cases, docs, problems)
    _reasons(docs.procedure, problems)
    check_review(docs, problems)


def check_cases(where: Located | None, docs: Documents, problems: Problems) -> None:
    """Add what is wrong between cases and the agreement that they test."""
    check_case_names(
        where,
        CaseNames(
            clauses=names_of(docs, "clauses"),
            parties=ids(docs.agreement, "parties"),
            bodies=ids(docs.agreement, "bodies"),
            lines=known_names(docs).lines,
            texts=frozenset(str(one.data.get("id")) for one in docs.texts),
        ),
        problems,
    )


@dataclass(frozen=True, slots=True)
class CaseNames:
    """Every name that a case may refer to."""

    clauses: frozenset[str]
    parties: frozenset[str]
    bodies: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


def check_case_names(where: Located | None, names: CaseNames, problems: Problems) -> None:
    """Add every name of a case that leads nowhere, and every time that is not clear."""
    for path, case in items(where, "cases"):
        assert where is not None
        known(where, (*path, "texts"), "text", case.get("texts"), names.texts, problems)
        expected, situation = case.get("expected"), case.get("situation")
        if isinstance(expected, dict):
            at = (*path, "expected", "clause")
            known(where, at, "clause", expected.get("clause"), {*names.clauses, "none"}, problems)
        if not isinstance(situation, dict):
            continue
        at = (*path, "situation")
        known(where, (*at, "accused"), "party", situation.get("accused"), names.parties, problems)
        sides = {*names.parties, *names.bodies, *_OTHERS}
        known(where, (*at, "side"), "side", situation.get("side"), sides, problems)
        for line in part(Located("", situation, {}), "km_behind"):
            known(where, (*at, "km_behind", line), "line", line, names.lines, problems)
        given = {name for name in ("at", "from", "to") if situation.get(name) is not None}
        if given not in ({"at"}, {"from", "to"}):
            advice = "write either at: LOCAL TIME, or from: and to:"
            problems.add(where, at, "the time of the situation is not clear", advice)
        if (situation.get("lon") is None) != (situation.get("lat") is None):
            what = "one of lon and lat is missing"
            problems.add(where, at, what, "write both, or neither where no position is given")


def _ids_once(files: Iterable[Located | None], name: str, problems: Problems) -> None:
    first: dict[str, tuple[str, int]] = {}
    for where in files:
        for path, item in items(where, name):
            assert where is not None
            line = where.line((*path, "id"))
            if (key := str(item.get("id"))) in first and item.get("id"):
                file, above = first[key]
                at = f"line {above}" if file == where.file else f"{file}:{above}"
                what = f"the id {key!r} was given already in {at}"
                problems.add(where, (*path, "id"), what, "write another id; ids are never reused")
            first.setdefault(key, (where.file, line))


def _sources_once(docs: Documents, problems: Problems) -> None:
    """One name leads to one source in the whole family."""
    first: dict[str, tuple[object, str, int]] = {}
    for where in docs.law:
        for name, said in part(where, "sources").items():
            line = where.line(("sources", name))
            other, file, above = first.setdefault(name, (said, where.file, line))
            if other != said:
                what = f"the source {name!r} is another one in {file}:{above}"
                problems.add(where, ("sources", name), what, "write another name")


def _parties(where: Located, problems: Problems) -> None:
    parties = ids(where, "parties")
    for path, party in items(where, "parties"):
        known(where, (*path, "of"), "party", party.get("of"), parties, problems)
    for path, body in items(where, "bodies"):
        if body.get("id") in parties:
            what = f"{body['id']} is a party already"
            problems.add(where, (*path, "id"), what, "write it once: as a party or as a body")
    for path, party in items(where, "parties"):
        if party.get("id") in _OTHERS:
            what = f"{party['id']} stands for every party"
            problems.add(where, (*path, "id"), what, "write another id")


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


def _exemptions(docs: Documents, where: Located, problems: Problems) -> None:
    clauses = names_of(docs, "clauses")
    for path, exemption in items(where, "exemptions"):
        known(where, (*path, "clauses"), "clause", exemption.get("clauses"), clauses, problems)


def _required_parts(where: Located, problems: Problems) -> None:
    """A text that binds needs a time, a theatre and a clause; pledges alone need none."""
    kind = where.data.get("kind")
    if kind not in ("ceasefire", "declared_truce"):
        return
    for name in ("in_force", "theatre", "clauses"):
        if not where.data.get(name) and not (name == "clauses" and where.data.get("texts")):
            what = f"the field {name!r} is missing, and kind is {kind!r}"
            problems.add(where, ("kind",), what, f"add {name}, or write kind: pledges", ())


def _pledges(docs: Documents, problems: Problems) -> None:
    parties, sources = ids(docs.agreement, "parties"), docs.sources
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
