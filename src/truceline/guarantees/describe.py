"""An agreement as a lawyer would read it: plain lines, nothing left out that changes a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from truceline.codec.agreement import unverified_figures
from truceline.codec.agreement_time import OPEN_END
from truceline.codec.canonical import rfc3339
from truceline.codec.taxonomy import taxonomy
from truceline.guarantees.describe_provisions import provision_lines, text_lines
from truceline.guarantees.describe_terms import term_lines
from truceline.guarantees.procedure_notices import response_lines
from truceline.model.agreement import (
    Agreement,
    Area,
    Body,
    Clause,
    Exemption,
    Geometry,
    InsideZone,
    NearLine,
    Party,
    Pledge,
    Procedure,
)
from truceline.model.interval import Interval
from truceline.model.register import DiplomaticEvent, Framework
from truceline.model.verified import Verified


def describe(agreement: Agreement) -> tuple[str, ...]:
    """Write the agreement out for a person, line by line."""
    return tuple(_lines(agreement))


def _lines(agreement: Agreement) -> Iterator[str]:
    yield f"{agreement.title}"
    yield f"  {agreement.id}, version {agreement.version}, {agreement.kind}; {agreement.status}"
    yield "Parties"
    yield from (f"  {party.id}  {party.name}{_role(party)}" for party in agreement.parties)
    yield from _time(agreement)
    for title, lines in (
        ("Bodies", [_body(one) for one in agreement.bodies]),
        ("Of the text itself", [f"  {line}" for line in provision_lines(agreement.provisions)]),
        ("Texts of the family", [line for one in agreement.texts for line in text_lines(one)]),
        ("Clauses", [line for one in agreement.clauses for line in _clause(agreement, one)]),
        ("Exemptions", [line for one in agreement.exemptions for line in _exemption(one)]),
        ("Lines and zones", [_geometry(one) for one in agreement.geometry]),
        ("Pledges", [line for one in agreement.pledges for line in _pledge(agreement, one)]),
        ("Diplomatic events", [line for one in agreement.events for line in _event(one)]),
        ("Frameworks", [line for one in agreement.frameworks for line in _framework(one)]),
        ("Procedure (the mission's own rules)", list(_procedure(agreement.procedure))),
        ("Response procedures (notices only)", list(response_lines(agreement))),
        ("Sources", [f"  {name}  {text}" for name, text in agreement.sources.items()]),
        ("Caveats", [f"  - {note}" for note in agreement.notes]),
    ):
        if lines:
            yield title
            yield from lines


def _role(party: Party) -> str:
    if party.role == "party" and not party.of:
        return ""
    return f" ({party.role.replace('_', ' ')}{f' of {party.of}' if party.of else ''})"


def _body(one: Body) -> str:
    return f"  {one.id}  {one.name}" + (f"; may use {', '.join(one.rights)}" if one.rights else "")


def _time(agreement: Agreement) -> Iterator[str]:
    own = agreement.in_force
    if own is None:
        yield "In force"
        yield "  no clause is in force"
    else:
        yield "In force"
        yield f"  from {own.local_start} to {own.local_end or 'no stated end'}, {own.zone}"
        yield f"  in UTC: {_window(own.time)}"
        for one in own.verified:
            note = f" ({one.note})" if one.note else ""
            yield f"  {one.figure} verified: {one.state}{note}"
    box = agreement.theatre
    if box is not None:
        yield f"  theatre: longitude {box.west:g} to {box.east:g}, latitude {box.south:g} to {box.north:g}"


def _clause(agreement: Agreement, clause: Clause) -> Iterator[str]:
    where = f", {clause.text}" if clause.text else ""
    yield f"  {clause.id} ({clause.ref}{where})"
    yield f"    {clause.summary}"
    kind = f", {clause.kind.replace('_', ' ')}" if clause.kind else ""
    acts = f": {_acts(clause.acts)}" if clause.acts else ""
    yield f"    {clause.mode.replace('_', ' ')} for {', '.join(clause.binds)}{kind}{acts}"
    if not (clause.terms.settlements or clause.terms.keep_back) and clause.acts:
        yield f"    where: {_area(clause.area)}"
    yield from (f"    {line}" for line in term_lines(clause.terms))
    if agreement.in_force is None or clause.time != agreement.in_force.time:
        yield f"    when: {_clause_time(clause.time)}"
    if clause.grade:
        yield f"    grade of a breach: {clause.grade}"
    if clause.sources:
        yield f"    sources: {', '.join(clause.sources)}"
    yield from (f"    NOT FULLY VERIFIED {text}" for text in unverified_figures(agreement, clause))


def _clause_time(time: Interval) -> str:
    return "at no time that is known" if time.start == OPEN_END else _window(time)


def _acts(codes: tuple[str, ...]) -> str:
    known = taxonomy().acts
    return ", ".join(f"{known[code].label} ({code})" for code in codes)


def _area(area: Area) -> str:
    if isinstance(area, InsideZone):
        zones = (area.zone, *area.others)
        return f"inside the zone{'s' if area.others else ''} {', '.join(zones)}"
    if isinstance(area, NearLine):
        name = f" (the {area.name})" if area.name else ""
        return f"within {area.distance_m:g} m of the line {area.line}, as it holds on the day{name}"
    return "everywhere in the theatre"


def _exemption(one: Exemption) -> Iterator[str]:
    early = one.time.start - one.notified
    yield f"  {one.id} ({one.ref}) from {', '.join(one.clauses)}: {_acts(one.acts)}"
    yield f"    {_window(one.time)}, within {one.radius_m:g} m of lon {one.lon:g}, lat {one.lat:g}"
    verdict = "in time" if early >= one.lead else "TOO LATE, exempts nothing"
    yield f"    notified {_span(early)} ahead, {_span(one.lead)} asked: {verdict}"


def _geometry(one: Geometry) -> str:
    disputed = ", disputed" if one.disputed else ""
    unknown = "" if one.wkb else ", agreed and not published"
    sides = f"; {one.sides[0]} to the left, {one.sides[1]} to the right" if one.sides else ""
    made = f"; made from: {one.made_from}" if one.made_from else ""
    return (
        f"  {one.role} {one.id}: {one.label}{disputed}{unknown}; {_window(one.valid)}; "
        f"stated error {one.sigma_m:g} m{sides}{made}; {one.source}"
    )


def _pledge(agreement: Agreement, one: Pledge) -> Iterator[str]:
    name = next(party.name for party in agreement.parties if party.id == one.obligor)
    role = f", {one.role}" if one.role else ""
    yield f"  {one.id} {name}: {one.status}{role} - {', '.join(one.types)} ({one.date})"
    yield f"    {one.summary}"
    if one.condition:
        yield f"    condition: {one.condition}"
    if one.limits:
        yield f"    limits: {one.limits}"
    yield f"    sources: {', '.join(one.sources)}{_weak(one.verified)}"


def _event(one: DiplomaticEvent) -> Iterator[str]:
    days = one.start if one.start == one.end else f"{one.start} to {one.end}"
    place = f", {one.place}" if one.place else ""
    yield f"  {one.id} {one.name}: {one.kind}, {days}{place}"
    yield f"    {one.summary}"
    for counted in one.participants:
        count = f"{counted.count} " if counted.count is not None else ""
        named = f": {', '.join(counted.named)}" if counted.named else ""
        yield f"    by {counted.source}: {count}{counted.of}{named}"
    yield f"    sources: {', '.join(one.sources)}{_weak(one.verified)}"


def _framework(one: Framework) -> Iterator[str]:
    yield f"  {one.id} {one.title}: {one.status.replace('_', ' ')} ({one.date})"
    yield from (f"    - {term}" for term in one.terms)
    yield from (f"    relied on by {who}" for who in one.relied_on_by)
    yield f"    sources: {', '.join(one.sources)}{_weak(one.verified)}"


def _weak(verified: tuple[Verified, ...]) -> str:
    """Name the figures that were not fully verified."""
    weak = [f"{flag.figure} {flag.state}" for flag in verified if flag.state != "yes"]
    return f"; verified: {', '.join(weak)}" if weak else ""


def _procedure(rules: Procedure) -> Iterator[str]:
    for figure, value in (
        ("violated_at", f"{rules.violated_at:g}"),
        ("permitted_at", f"{rules.permitted_at:g}"),
        ("grades", " < ".join(rules.grades)),
        ("hold", _span(rules.hold)),
        ("publication_delay", _span(rules.publication_delay)),
        ("publication_grid_m", f"{rules.publication_grid_m:g}"),
        ("suppress_below", str(rules.suppress_below)),
        ("day", f"cut at {rules.day_cut} in {rules.day_zone}"),
        ("prior_odds", f"{rules.prior_odds:g}"),
        ("reliability_log_lr", _pairs(rules.reliability_log_lr)),
        ("credibility_log_lr", _pairs(rules.credibility_log_lr)),
        ("same_side_discount", f"{rules.same_side_discount:g}"),
    ):
        yield f"  {figure}: {value}"
        yield f"    {rules.reasons.get(figure, '')}".rstrip()


def _pairs(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:+g}" for name, value in values.items())


def _window(time: Interval) -> str:
    end = "no stated end" if time.end == OPEN_END else rfc3339(time.end)
    return f"{rfc3339(time.start)} to {end}"


def _span(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours:g} h"
