"""The inventory of a workspace: every file of the source, as the log received them, compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from truceline.access.rules import Operation, Subject, forbidden, may_somewhere, require
from truceline.adapters.inventory import rows_of
from truceline.codec.weapons import arsenal
from truceline.errors import RejectedRow
from truceline.inventory.discrepancies import Compared, compare, joined
from truceline.model.inventory import DeclaredItem, Discrepancy, SiteState, StorageSite, Visit
from truceline.model.person import Principal
from truceline.pipeline.acting import still
from truceline.pipeline.desk import Desk
from truceline.pipeline.reads import open_sensitive
from truceline.store import archive, database, records

SOURCE = "inventory"
"""Name of the source whose files make the inventory."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that was declared and visited, in the order in which it was received."""

    sites: tuple[StorageSite, ...]
    items: tuple[DeclaredItem, ...]
    visits: tuple[Visit, ...]
    """Rows, a sighting each; :func:`joined` makes whole visits of them."""
    rejected: tuple[str, ...]
    """``FILE line N: reason`` of rows that could not be read."""


def inventory_of(desk: Desk) -> Inventory:
    """Read every inventory file of a workspace.

    Raises:
        EvidenceError: when a raw file is missing or was changed.
    """
    with database.reading(desk.engine) as connection:
        held = [one for one in records.raw_inputs(connection) if one.source == SOURCE]
    rows, rejected = [], []
    for one in held:
        for record, row in rows_of(archive.read_raw(desk.workspace, one.sha256)):
            if isinstance(row, RejectedRow):
                rejected.append(f"{one.file_name} line {record.line}: {row}")
            else:
                rows.append(row)
    return Inventory(
        tuple(row for row in rows if isinstance(row, StorageSite)),
        tuple(row for row in rows if isinstance(row, DeclaredItem)),
        tuple(row for row in rows if isinstance(row, Visit)),
        tuple(rejected),
    )


def compared(desk: Desk, principal: Principal, at: datetime, now: datetime) -> Compared:
    """Compare declarations with visits, and give what somebody may see of it.

    A liaison sees its own side; positions of sites are for whoever may see them, others get none.

    Args:
        desk: the workspace.
        principal: who asks.
        at: what was declared and visited up to then. UTC.
        now: UTC.

    Raises:
        AccessError: when the principal may see no discrepancy of any side.
        EvidenceError: when a raw file is missing or was changed.
    """
    current = still(desk, principal, now)
    if not may_somewhere(current, Operation.SEE_DISCREPANCIES):
        require(current, Operation.SEE_DISCREPANCIES, Subject())
    held = inventory_of(desk)
    every = compare(held.sites, held.items, joined(held.visits), at, arsenal())
    sides = {one.side for one in every.discrepancies} | {s.site.side for s in every.sites}
    seen = {
        side
        for side in sides
        if not forbidden(current, Operation.SEE_DISCREPANCIES, Subject(side=side))
    }
    return Compared(
        tuple(state for state in every.sites if state.site.side in seen),
        tuple(one for one in every.discrepancies if one.side in seen),
    )


def sites_of(desk: Desk, principal: Principal, side: str, now: datetime) -> tuple[StorageSite, ...]:
    """Give where the storage sites of one side lie; the read is logged first.

    Raises:
        AccessError: when the principal may not see them.
        EvidenceError: when a raw file is missing or was changed.
    """
    subject = Subject(side=side)
    open_sensitive(desk, principal, Operation.SEE_SITES, f"sites of {side}", now, subject)
    newest = {site.site_id: site for site in inventory_of(desk).sites}
    return tuple(newest[key] for key in sorted(newest) if newest[key].side == side)


def site_plain(state: SiteState) -> dict[str, object]:
    """Give a site's state as JSON-able values, without its position."""
    visit = state.last_visit
    return {
        "site_id": state.site.site_id,
        "side": state.site.side,
        "declared": state.declared,
        "present": state.present,
        "not_identified": state.not_identified,
        "not_verified": state.not_verified,
        "missing_at_least": state.missing,
        "last_visit": visit.visit_id if visit else None,
        "last_access": visit.access.value if visit else None,
    }


def discrepancy_plain(one: Discrepancy) -> dict[str, object]:
    """Give a discrepancy as JSON-able values."""
    return {
        "kind": one.kind.value,
        "side": one.side,
        "site_id": one.site_id,
        "type": one.type,
        "serial": one.serial,
        "at_least": one.count,
        "items": list(one.items),
        "visit_id": one.visit_id,
        "since": one.since.isoformat(),
        "reason": one.reason,
    }
