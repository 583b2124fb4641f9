"""What the rules of access ask about an incident or a finding: whom it concerns, where it lies."""

from __future__ import annotations

from collections.abc import Iterable

import shapely

from truceline.access.rules import Subject
from truceline.model.agreement import Agreement
from truceline.model.finding import Finding
from truceline.model.incident import Incident


def of_incident(
    agreement: Agreement, incident: Incident, findings: Iterable[Finding] = ()
) -> Subject:
    """Give whom an incident concerns and the zones in which its position lies.

    It concerns whom its clauses bind, whom somebody blames for it, and whom it is attributed to; a
    force or proxy brings in the party that it belongs to.

    Args:
        agreement: of the workspace.
        incident: its newest revision.
        findings: of it, all or one.
    """
    binds = {clause.id: clause.binds for clause in agreement.clauses}
    parties = set(incident.accused)
    for finding in findings:
        parties.update(binds.get(finding.clause_id, ()))
        parties.update(party for party, _ in finding.attribution)
    sides = sorted(_belonging(agreement, parties))
    first, others = (sides[0], tuple(sides[1:])) if sides else ("", ())
    return Subject(first, areas_of(agreement, incident), others)


def areas_of(agreement: Agreement, incident: Incident) -> tuple[str, ...]:
    """Give the ids of the zones that cover an incident's position and are valid at its time."""
    point = shapely.Point(incident.lon, incident.lat)
    start, end = incident.time.start, incident.time.end
    return tuple(
        sorted(
            zone.id
            for zone in agreement.geometry
            if zone.role == "zone"
            and zone.wkb  # a place that was not published is nowhere
            and zone.valid.start <= end
            and start < zone.valid.end
            and shapely.from_wkb(zone.wkb).covers(point)
        )
    )


def _belonging(agreement: Agreement, ids: Iterable[str]) -> set[str]:
    """Give the parties among ids, and those to which they belong."""
    owner = {party.id: party.of for party in agreement.parties}
    found: set[str] = set()
    for one in ids:
        at = one
        while at in owner and at not in found:
            found.add(at)
            at = owner[at]
    return found
