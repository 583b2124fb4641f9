"""Whether what a text says about itself refers to things that are there."""

from __future__ import annotations

from typing import Any

from truceline.codec.agreement_documents import Documents, ids, items, known, part
from truceline.codec.clause_links import Known
from truceline.codec.located_yaml import Located, Path, Problems


def check_provisions(docs: Documents, names: Known, problems: Problems) -> None:
    """Add every reference that leads nowhere."""
    texts = [str(where.data.get("id")) for where in docs.texts]
    for where in docs.law:
        for name in ("definitions", "windows", "triggers"):
            for path, item in items(where, name):
                sources = item.get("sources")
                known(where, (*path, "sources"), "source", sources, names.sources, problems)
        _life(where, names, problems)
        _windows(where, names, problems)
        _who_decides(where, names, problems)
        _triggers(docs, where, names, problems)
        known(where, ("amends",), "text", where.data.get("amends"), texts, problems)


def check_drawings(docs: Documents, names: Known, problems: Problems) -> None:
    """Add sides of a line that are no parties, and lines of a buffer that are not there."""
    for path, item in items(docs.geometry, "features"):
        assert docs.geometry is not None
        said = item.get("properties")
        if not isinstance(said, dict):
            continue
        at = (*path, "properties")
        for side in ("left", "right"):
            sides = part(Located("", said, {}), "sides")
            party = sides.get(side)
            known(docs.geometry, (*at, "sides", side), "party", party, names.parties, problems)
        line = part(Located("", said, {}), "made_from").get("line")
        known(docs.geometry, (*at, "made_from", "line"), "line", line, names.lines, problems)


def _life(where: Located, names: Known, problems: Problems) -> None:
    life = part(where, "life")
    starts = life.get("starts_after")
    if isinstance(starts, dict):
        at = ("life", "starts_after", "zone")
        known(where, at, "zone", starts.get("zone"), names.zones, problems)
    for name in ("renewal", "suspension", "termination"):
        step = life.get(name)
        if isinstance(step, dict):
            _people(where, ("life", name, "by"), step.get("by"), names, problems)
            at = ("life", name, "clauses")
            known(where, at, "clause", step.get("clauses"), names.clauses, problems)


def _windows(where: Located, names: Known, problems: Problems) -> None:
    for path, window in items(where, "windows"):
        places = names.zones | names.lines
        known(where, (*path, "where"), "zone or line", window.get("where"), places, problems)
        known(where, (*path, "binds"), "party", window.get("binds"), names.parties, problems)
        known(where, (*path, "clauses"), "clause", window.get("clauses"), names.clauses, problems)


def _who_decides(where: Located, names: Known, problems: Problems) -> None:
    above: set[str] = set()
    for path, step in items(where, "dispute"):
        _people(where, (*path, "who"), step.get("who"), names, problems)
        known(where, (*path, "after"), "step above", step.get("after"), above, problems)
        above.add(str(step.get("id")))
    for name, field in (("decision", "by"), ("reply", "who"), ("publication", "by")):
        _people(where, (name, field), part(where, name).get(field), names, problems)


def _triggers(docs: Documents, where: Located, names: Known, problems: Problems) -> None:
    pledges = ids(docs.pledges, "pledges")
    for path, trigger in items(where, "triggers"):
        known(where, (*path, "pledges"), "pledge", trigger.get("pledges"), pledges, problems)
        known(where, (*path, "clauses"), "clause", trigger.get("clauses"), names.clauses, problems)
        if names.grades is not None:
            grade = trigger.get("grade")
            known(where, (*path, "grade"), "grade", grade, names.grades, problems)


def _people(where: Located, path: Path, given: Any, names: Known, problems: Problems) -> None:
    known(where, path, "party or body", given, names.parties | names.bodies, problems)
