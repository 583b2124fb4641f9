"""Whether what clauses refer to is there: parties, clauses, lines, zones, sources, grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from truceline.codec.agreement_documents import Documents, ids, items, known, names_of
from truceline.codec.located_yaml import Located, Path, Problems

_BREAKABLE = ("prohibited", "required")
_SAYS_SOMETHING = ("kind", "keep_back", "quiet", "count", "rights", "storage", "force_cap")
"""A clause with one of these needs no acts."""


@dataclass(frozen=True, slots=True)
class Known:
    """Every name that a clause may refer to."""

    parties: frozenset[str]
    everyone: frozenset[str]
    """The parties that ``ALL`` means."""
    bodies: frozenset[str]
    clauses: frozenset[str]
    lines: frozenset[str]
    zones: frozenset[str]
    sources: frozenset[str]
    grades: tuple[str, ...] | None
    """Null where the procedure cannot be read."""


def known_names(docs: Documents) -> Known:
    """Gather every name that a clause may refer to."""
    shapes = [item.get("properties") for _, item in items(docs.geometry, "features")]
    grades = docs.procedure.data.get("grades") if docs.procedure is not None else None
    named = {
        role: frozenset(
            str(one.get("id"))
            for one in shapes
            if isinstance(one, dict) and one.get("role") == role
        )
        for role in ("line", "zone")
    }
    return Known(
        parties=ids(docs.agreement, "parties"),
        everyone=frozenset(
            str(party.get("id"))
            for _, party in items(docs.agreement, "parties")
            if party.get("role") != "third_party"
        ),
        bodies=ids(docs.agreement, "bodies"),
        clauses=names_of(docs, "clauses"),
        lines=named["line"],
        zones=named["zone"],
        sources=docs.sources,
        grades=tuple(str(one) for one in grades) if isinstance(grades, list) else None,
    )


def check_clauses(docs: Documents, names: Known, problems: Problems) -> None:
    """Add what is wrong with the clauses of the agreement and of each of its texts."""
    for where in docs.law:
        for path, clause in items(where, "clauses"):
            _references(where, path, clause, names, problems)
            _area(where, (*path, "area"), clause.get("area"), names, problems)
            _needed(where, path, clause, problems)
            _keep_back(where, path, clause, names, problems)
            _schedule(where, path, clause, names, problems)
            _prevails(where, path, clause, names, problems)


def _references(
    where: Located, path: Path, clause: dict[str, Any], names: Known, problems: Problems
) -> None:
    said = clause.get("binds")
    bound = [None if one == "ALL" else one for one in (said if isinstance(said, list) else [said])]
    known(where, (*path, "binds"), "party", bound, names.parties | names.bodies, problems)
    for field, noun, choice in (
        ("sources", "source", names.sources),
        ("exempts", "clause", names.clauses),
        ("body", "body", names.bodies | names.parties),
    ):
        known(where, (*path, field), noun, clause.get(field), choice, problems)
    grades = names.grades
    if grades is not None:
        known(where, (*path, "grade"), "grade", clause.get("grade"), grades, problems)
    nested: tuple[tuple[str, str, str, Any], ...] = (
        ("quiet", "zone", "zone", names.zones),
        ("force_cap", "zone", "zone", names.zones),
        ("storage", "site", "zone", names.zones),
        ("storage", "line_clauses", "clause", names.clauses),
        *((("count", "grade", "grade", grades),) if grades is not None else ()),
        *((("quiet", "reset_on", "grade", (*grades, "any")),) if grades is not None else ()),
    )
    for outer, field, noun, choice in nested:
        inner = clause.get(outer)
        if isinstance(inner, dict):
            known(where, (*path, outer, field), noun, inner.get(field), choice, problems)
    for at, reading in inside(clause, "readings"):
        found = reading.get("sources")
        known(where, (*path, *at, "sources"), "source", found, names.sources, problems)


def inside(item: dict[str, Any], *names: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the dicts of a list inside a dict, with their paths."""
    here: Any = item
    for name in names:
        here = here.get(name) if isinstance(here, dict) else None
    for index, one in enumerate(here if isinstance(here, list) else ()):
        if isinstance(one, dict):
            yield (*names, index), one


def _area(where: Located, path: Path, area: Any, names: Known, problems: Problems) -> None:
    if not isinstance(area, dict):
        return
    for field, noun, choice in (
        ("zone", "zone", names.zones),
        ("zones", "zone", names.zones),
        ("line", "line", names.lines),
    ):
        known(where, (*path, field), noun, area.get(field), choice, problems)
    given = {name for name in ("zone", "zones", "line", "within_m") if area.get(name) is not None}
    if given not in ({"zone"}, {"zones"}, {"line", "within_m"}):
        advice = "write everywhere, {zone: ID} or {line: ID, within_m: METRES}"
        problems.add(where, path, "the area is not clear", advice)


def _needed(where: Located, path: Path, clause: dict[str, Any], problems: Problems) -> None:
    """Ask for the fields that this sort of clause cannot do without."""
    acts, distance = clause.get("acts"), clause.get("keep_back")
    missing = []
    if not acts and not any(clause.get(name) for name in _SAYS_SOMETHING):
        missing.append("acts")
    if acts and not (clause.get("area") or distance or clause.get("settlements")):
        missing.append("area")
    if clause.get("mode") in _BREAKABLE and (acts or distance) and clause.get("grade") is None:
        missing.append("grade")
    for name in missing:
        if name in clause:  # it stands there, empty or misspelt: that is the shape's report
            continue
        what = f"the field {name!r} is missing"
        problems.add(where, path, what, "add it; docs/agreement-format.md shows how")


def _keep_back(
    where: Located, path: Path, clause: dict[str, Any], names: Known, problems: Problems
) -> None:
    said = clause.get("keep_back")
    if not isinstance(said, dict):
        return
    at = (*path, "keep_back")
    baselines = said.get("baselines")
    if isinstance(baselines, dict):
        for party, lines in baselines.items():
            here = (*at, "baselines", party)
            known(where, here, "party", party, names.parties, problems)
            known(where, here, "line", lines, names.lines, problems)
        for party in sorted(_bound(clause, names) - set(baselines)):
            what = f"{party} is bound and has no baseline"
            problems.add(where, (*at, "baselines"), what, f"add {party}: and the line")
    if said.get("distance_km") is None and not said.get("systems"):
        what = "no distance is given"
        problems.add(where, at, what, "add distance_km: or systems: with distances of their own")
    half, whole = _number(said.get("distance_km")), _number(said.get("of_zone_km"))
    if half is not None and whole is not None and abs(2 * half - whole) > 1e-6:
        what = f"{half:g} km on each side is not half of a zone of {whole:g} km"
        problems.add(where, (*at, "of_zone_km"), what, f"write {2 * half:g}, or leave it out")


def _bound(clause: dict[str, Any], names: Known) -> set[str]:
    said = clause.get("binds")
    bound = set(said) if isinstance(said, list) and all(isinstance(o, str) for o in said) else set()
    if said == "ALL" or "ALL" in bound:
        bound |= names.everyone
    return bound & names.parties


def _schedule(
    where: Located, path: Path, clause: dict[str, Any], names: Known, problems: Problems
) -> None:
    said = clause.get("schedule")
    if not isinstance(said, dict):
        return
    at = (*path, "schedule", "clauses")
    known(where, at, "clause", said.get("clauses"), names.clauses, problems)
    for inner, deadline in inside(clause, "schedule", "deadlines"):
        source = deadline.get("source") or None
        known(where, (*path, *inner, "source"), "source", source, names.sources, problems)
    above: dict[str, int] = {}
    for inner, stage in inside(clause, "schedule", "stages"):
        at = (*path, *inner)
        known(where, (*at, "zone"), "zone", stage.get("zone"), names.zones, problems)
        known(where, (*at, "after"), "stage above", stage.get("after"), above, problems)
        own = str(stage.get("id"))
        if own in above:
            what = f"the id {own!r} was given already in line {above[own]}"
            problems.add(where, (*at, "id"), what, "write another id")
        above.setdefault(own, where.line((*at, "id")))


def _prevails(
    where: Located, path: Path, clause: dict[str, Any], names: Known, problems: Problems
) -> None:
    for inner, rule in inside(clause, "prevails"):
        at = (*path, *inner, "over")
        known(where, at, "clause", rule.get("over"), names.clauses, problems)
        if rule.get("over") == clause.get("id") and clause.get("id") is not None:
            what = "a clause cannot prevail over itself"
            problems.add(where, at, what, "write the id of the clause that stands back")


def _number(said: Any) -> float | None:
    try:
        return float(said)
    except (TypeError, ValueError):
        return None
