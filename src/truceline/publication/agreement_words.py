"""A clause in rows of words: who, what, which weapons, how far, until when, under which condition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup, escape

from truceline.codec.taxonomy import taxonomy
from truceline.model.agreement import Agreement, Area, Clause, InsideZone, NearLine
from truceline.model.clause_terms import (
    Bound,
    Deadline,
    KeepBack,
    Stage,
    SystemDistance,
    WeaponTest,
)
from truceline.model.verified import Verified
from truceline.publication.agreement_moment import day, schedules_of, span
from truceline.publication.svg import el
from truceline.publication.wording import length, listed, plural

MODES = {
    "prohibited": "prohibited",
    "required": "required",
    "permitted": "permitted",
    "right": "a right",
    "duty_of_body": "duty of a body",
    "pledged": "pledged",
}
CLASSES = {
    "weapon": "every weapon",
    "heavy": "heavy weapons",
    "mlrs": "multiple rocket launchers",
    "mortar": "mortars",
    "tank": "tanks",
    "missile": "missile systems",
    "anti_tank": "anti-tank weapons",
    "anti_aircraft": "anti-aircraft weapons",
    "armour": "armoured vehicles",
    "small_arms": "small arms",
    "uav": "unmanned aircraft",
}
"""Class of ``taxonomy/weapons.yaml`` to words; the others are words already."""
_BOUNDS = {
    Bound.ABOVE: "above {0} mm; exactly {0} mm is not caught",
    Bound.FROM: "{0} mm and more; exactly {0} mm is caught",
    Bound.BELOW: "below {0} mm; exactly {0} mm is not caught",
    Bound.UP_TO: "up to {0} mm; exactly {0} mm is caught",
}
Lines = list[Markup | str]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of a clause."""

    label: str
    lines: tuple[Markup | str, ...]


def slug(text: str) -> str:
    """Make an id of a page out of any id.

    >>> slug("PM 2a/ü"), slug("LOC-2014_b")
    ('PM_20_2a_2f__fc_', 'LOC-2014_b')
    """
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: f"_{ord(found[0]):x}_", text)


def clause_link(clause_id: str) -> Markup:
    """Lead to a clause of the page."""
    return el("a", clause_id, href=f"#c-{slug(clause_id)}")


def shape_link(agreement: Agreement, shape_id: str) -> Markup:
    """Lead to the row of a line or zone, by its name."""
    labels = [g.label for g in agreement.geometry if g.id == shape_id]
    return el("a", labels[0] if len(set(labels)) == 1 else shape_id, href=f"#g-{slug(shape_id)}")


def names(agreement: Agreement, ids: Iterable[str]) -> str:
    """Name parties and bodies; all parties together by one word."""
    ids = tuple(ids)
    parties = {p.id: p.name for p in agreement.parties}
    if len(parties) > 1 and set(ids) == set(parties):
        return "both parties" if len(parties) == 2 else "all parties"
    known = parties | {b.id: b.name for b in agreement.bodies}
    return listed([known.get(one, one) for one in ids])


def rows(agreement: Agreement, clause: Clause, zone: str) -> tuple[Row, ...]:
    """Write out everything that a clause says, its readings and flags apart."""
    made = (Row(label, tuple(lines)) for label, lines in _rows(agreement, clause, zone))
    return tuple(row for row in made if row.lines)


def _rows(
    agreement: Agreement, clause: Clause, zone: str
) -> Iterator[tuple[str, Iterable[Markup | str]]]:
    terms = clause.terms
    yield "Binds", [names(agreement, clause.binds)] if clause.binds else []
    yield "Acts", [_acts(clause.acts)] if clause.acts else []
    if terms.weapons is not None:
        yield "Weapons", _weapons(terms.weapons)
        yield "Calibre", _calibre(terms.weapons)
    if terms.keep_back is not None:
        yield "Keep back", _distances(terms.keep_back)
        yield "Measured", _baselines(agreement, terms.keep_back)
    yield "Where", _where(agreement, clause)
    yield "When", _when(agreement, clause, zone)
    yield from _due(agreement, clause, zone)
    yield "Holds if" if clause.mode != "permitted" else "Only if", _conditions(clause)
    yield from _numbers(agreement, clause)
    yield from _links(agreement, clause)
    yield "Grade", [f"{clause.grade}, for a breach"] if clause.grade else []


def _acts(codes: tuple[str, ...]) -> str:
    known = taxonomy().acts
    return ", ".join(known[code].label for code in codes)


def class_words(classes: Iterable[str]) -> str:
    """Name classes of weapons."""
    return listed([CLASSES.get(one, one.replace("_", " ")) for one in classes])


def _weapons(test: WeaponTest) -> Lines:
    said: Lines = []
    if test.classes:
        said.append(class_words(test.classes))
    if test.disputed:
        said.append(f"by one reading also {class_words(test.disputed)}")
    if test.systems:
        said.append(f"only these: {', '.join(test.systems)}")
    if test.without:
        said.append(f"but not {', '.join(test.without)}")
    return said or ["every weapon"]


def _calibre(test: WeaponTest) -> Lines:
    return [] if test.bound is None else [_BOUNDS[test.bound].format(f"{test.calibre_mm:g}")]


def _distances(said: KeepBack) -> Lines:
    least = "more than" if said.strict else "at least"
    lines: Lines = []
    if said.distance_m > 0:
        zone = f" (a zone of {length(said.zone_width_m)})" if said.zone_width_m else ""
        exact = "is a breach" if said.strict else "is enough"
        lines.append(f"{least} {length(said.distance_m)} on each side{zone}; exactly that {exact}")
    lines += [f"{least} {row_words(row)}" for row in said.systems]
    return lines


def row_words(row: SystemDistance) -> str:
    """Write one row of a list of distances."""
    others = "".join(f" (or {length(one)})" for one in row.or_m)
    weak = "; ".join(flag_words(one) for one in row.verified if one.state != "yes" or one.note)
    return f"{length(row.distance_m)}{others}: {', '.join(row.systems)}" + (
        f" [{weak}]" if weak else ""
    )


def _baselines(agreement: Agreement, said: KeepBack) -> Lines:
    lines: Lines = []
    for party, baselines in said.baselines.items():
        links = Markup(" or ").join(shape_link(agreement, one) for one in baselines)
        tail = "; sources are silent or differ, so both are kept" if len(baselines) > 1 else ""
        lines.append(escape(names(agreement, [party])) + " from " + links + tail)
    return lines


def _where(agreement: Agreement, clause: Clause) -> Lines:
    if clause.terms.settlements:
        return ["in or around settlements; how far around is not said"]
    if clause.terms.keep_back is not None or not (clause.acts or clause.terms.weapons):
        return [] if not isinstance(clause.area, InsideZone) else [_area(agreement, clause.area)]
    return [_area(agreement, clause.area)]


def _area(agreement: Agreement, area: Area) -> Markup | str:
    if isinstance(area, InsideZone):
        links = [shape_link(agreement, one) for one in (area.zone, *area.others)]
        return Markup("inside ") + Markup("; ").join(links)
    if isinstance(area, NearLine):
        name = f" ({area.name})" if area.name else ""
        return (
            Markup("within ")
            + length(area.distance_m)
            + " of "
            + shape_link(agreement, area.line)
            + escape(name)
        )
    return "everywhere"


def _when(agreement: Agreement, clause: Clause, zone: str) -> Lines:
    own = next((t.in_force for t in agreement.texts if t.id == clause.text), agreement.in_force)
    if own is not None and own.time == clause.time:
        return []
    return [span(clause.time, zone)]


def _due(
    agreement: Agreement, clause: Clause, zone: str
) -> Iterator[tuple[str, Iterable[Markup | str]]]:
    own = clause.terms.schedule
    if own is not None:
        if own.clauses:
            yield "Times", [Markup(", ").join(clause_link(one) for one in own.clauses)]
        yield "Starts", [day(own.start, zone)] if own.start is not None else []
        yield "Due", [deadline_words(one, zone) for one in own.deadlines]
        yield "Stages", [stage_words(agreement, one, zone) for one in own.stages]
    others = [holder for holder, _ in schedules_of(agreement, clause) if holder is not clause]
    yield "Timed by", [clause_link(holder.id) for holder in others]


def deadline_words(one: Deadline, zone: str) -> str:
    """Write a reading of a deadline."""
    since = f"; agreed {day(one.since, zone)}, in place of those before" if one.since else ""
    source = f" [{one.source}]" if one.source else ""
    return f"{day(one.time, zone)}: {one.reading.replace('_', ' ')}{since}{source}"


def stage_words(agreement: Agreement, one: Stage, zone: str) -> str:
    """Write a stage of a schedule."""
    parts = [f"{one.id}: {one.what}"]
    parts += [f"day {one.day}"] if one.day is not None else []
    parts += [f"from {day(one.start, zone)}"] if one.start else []
    parts += [f"due {day(one.due, zone)}"] if one.due else []
    label = next((g.label for g in agreement.geometry if g.id == one.zone), one.zone)
    parts += [f"in {label}"] if one.zone else []
    parts += [f"after {listed(list(one.after))}"] if one.after else []
    parts += [f"once {one.condition}"] if one.condition else []
    return "; ".join(parts)


def _conditions(clause: Clause) -> Lines:
    return [
        one.words + ("" if not one.open else " (not known unless somebody has found it)")
        for one in clause.terms.conditions
    ]


def _numbers(agreement: Agreement, clause: Clause) -> Iterator[tuple[str, Iterable[Markup | str]]]:
    terms = clause.terms
    if terms.quiet is not None:
        where = _inside(agreement, terms.quiet.zone)
        reset = terms.quiet.reset_on
        anew = "any breach" if reset == "any" else f"a breach graded {reset} or more"
        days = plural(terms.quiet.days, "full quiet day")
        yield "Quiet", [f"{days} in a row" + where + f"; {anew} begins the count anew"]
    if terms.count is not None:
        grade = f" graded {terms.count.grade} or more" if terms.count.grade else ""
        within = span_words(terms.count.window)
        yield (
            "Counts",
            [f"{plural(terms.count.at_least, 'breach', 'breaches')}{grade} within {within}"],
        )
    if terms.cap is not None:
        known = taxonomy().acts.get(terms.cap.what)
        what = known.label if known else terms.cap.what
        yield "At most", [f"{terms.cap.most:,} ({what})" + _inside(agreement, terms.cap.zone)]
    if terms.storage is not None:
        site = _inside(agreement, terms.storage.site_zone)
        yield "Stored", [f"numbers {', '.join(terms.storage.serials)}" + site]
        links = [clause_link(one) for one in terms.storage.line_clauses]
        yield "Too near", [Markup("a breach of ") + Markup(", ").join(links)] if links else []
    yield "Notice", [f"{span_words(terms.lead)} ahead"] if terms.lead is not None else []
    yield (
        "Rights",
        [f"{', '.join(terms.rights)}; to hinder one is a breach"] if terms.rights else [],
    )
    yield "Done by", [names(agreement, [terms.body])] if terms.body else []


def _inside(agreement: Agreement, zone: str) -> Markup | str:
    return Markup(" in ") + shape_link(agreement, zone) if zone else ""


def _links(agreement: Agreement, clause: Clause) -> Iterator[tuple[str, Iterable[Markup | str]]]:
    opens = [clause_link(one) for one in clause.terms.exempts]
    if clause.mode in {"permitted", "right"} and clause.acts:
        yield (
            "Opens",
            [Markup(", ").join(opens)] if opens else ["every clause that forbids its acts"],
        )
    yield (
        "Goes before",
        [
            clause_link(one.over)
            + f": {one.basis}"
            + (" (a reading, to be confirmed)" if one.reading else "")
            for one in clause.terms.prevails
        ],
    )
    under = [c for c in agreement.clauses for p in c.terms.prevails if p.over == clause.id]
    yield "Gives way to", [Markup(", ").join(clause_link(c.id) for c in under)] if under else []


def span_words(span_: timedelta) -> str:
    """Say a length of time.

    >>> span_words(timedelta(days=7)), span_words(timedelta(hours=36))
    ('7 days', '36 hours')
    """
    hours = span_.total_seconds() / 3600
    if hours % 24 == 0 and hours > 24:
        return f"{hours / 24:g} days"
    return f"{hours:g} {'hour' if hours == 1 else 'hours'}"


def position_words(lon: float, lat: float) -> str:
    """Write a position.

    >>> position_words(-28.45, 47.05)
    '47.0500° N, 28.4500° W'
    """
    east, north = "E" if lon >= 0 else "W", "N" if lat >= 0 else "S"
    return f"{abs(lat):.4f}° {north}, {abs(lon):.4f}° {east}"


def flag_words(flag: Verified) -> str:
    """Write how far a figure was checked."""
    state = {"yes": "verified", "partly": "partly verified", "no": "not verified"}[flag.state]
    return f"{flag.figure.replace('_', ' ')}: {state}" + (f"; {flag.note}" if flag.note else "")
