"""What visits found against what was declared: missing, moved, never declared, access denied.

A weapon is *missing* only where a full visit looked for it and nothing that was seen there can be it:
weapons whose serial could not be read count for as many declared ones as they may be (a largest
matching), so the number missing is a lower bound. Where a visit was not let in, nothing is missing:
it is *not verified*. Both sides are counted by the same rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from truceline.codec.inventory import plain_serial
from truceline.inventory.matching import may_be_one, most_pairs
from truceline.model.inventory import (
    Access,
    DeclaredItem,
    Discrepancy,
    DiscrepancyKind,
    Sighting,
    SiteState,
    StorageSite,
    Visit,
)
from truceline.model.weapons import Arsenal


@dataclass(frozen=True, slots=True)
class Compared:
    """The state of an inventory at a moment."""

    sites: tuple[SiteState, ...]
    """By site id."""
    discrepancies: tuple[Discrepancy, ...]
    """By side, site, kind and type."""


@dataclass(frozen=True, slots=True)
class _Seen:
    visit: Visit
    sighting: Sighting


def compare(
    sites: Iterable[StorageSite],
    items: Iterable[DeclaredItem],
    visits: Iterable[Visit],
    at: datetime,
    arsenal: Arsenal,
) -> Compared:
    """Hold declarations against visits, as both were known at a moment.

    Args:
        sites: a later one of the same id takes the place of an earlier one.
        items: the same; of one item id, the newest declaration up to ``at`` counts.
        visits: whole visits; those that end after ``at`` are left out.
        at: UTC.
        arsenal: table of weapons.
    """
    places = {site.site_id: site for site in sites}
    held = _current(items, at)
    made = sorted((v for v in visits if v.end <= at), key=lambda v: (v.end, v.visit_id))
    read = _read(made)
    at_site: dict[str, list[Visit]] = defaultdict(list)
    for visit in made:
        at_site[visit.site_id].append(visit)
    found = [*_declared_twice(held), *_seen_twice(read), *_denied(made, places)]
    states = []
    by_site: dict[str, list[DeclaredItem]] = defaultdict(list)
    for item in held:
        by_site[item.site_id].append(item)
    for site_id in sorted(places.keys() | {i.site_id for i in held if i.site_id}):
        site = places.get(site_id) or StorageSite(site_id, "", "", 0.0, 0.0, 1.0)
        here = _Site(site, by_site[site_id], at_site.get(site_id, []), read, arsenal)
        states.append(here.state)
        found += here.found
    entered = {v.site_id: v for v in made if v.site_id and v.access is not Access.DENIED}
    latest = [*entered.values(), *at_site.get("", [])]
    found += _unregistered(held, latest, made, places, arsenal)
    found.sort(key=lambda d: (d.side, d.site_id, d.kind, d.type, d.serial, d.visit_id, d.items))
    return Compared(tuple(states), tuple(found))


def joined(rows: Iterable[Visit]) -> tuple[Visit, ...]:
    """Join rows of one visit, a sighting each, into whole visits, by visit id.

    Of rows that differ in anything but the sighting, the first says what the visit was.
    """
    first: dict[str, Visit] = {}
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for row in rows:
        first.setdefault(row.visit_id, row)
        seen[row.visit_id] += row.sightings
    return tuple(
        Visit(
            v.visit_id, v.site_id, v.side, v.start, v.end, v.access, v.team, v.reason,
            tuple(seen[key]),
        )
        for key, v in sorted(first.items())
    )  # fmt: skip


def _current(items: Iterable[DeclaredItem], at: datetime) -> list[DeclaredItem]:
    newest: dict[str, DeclaredItem] = {}
    for item in items:
        known = newest.get(item.item_id)
        if item.declared <= at and (known is None or item.declared >= known.declared):
            newest[item.item_id] = item
    return sorted(newest.values(), key=lambda i: i.item_id)


def _read(visits: Sequence[Visit]) -> dict[str, list[_Seen]]:
    """Give the sightings of each serial, oldest first."""
    found: dict[str, list[_Seen]] = defaultdict(list)
    for visit in visits:
        for sighting in visit.sightings:
            if serial := plain_serial(sighting.serial):
                found[serial].append(_Seen(visit, sighting))
    return found


class _Site:
    """One site: which of its items are there, elsewhere, not identified, missing.

    What the last full visit missed stays missing until it is seen: later visits that were let in
    partly may account for it, visits that were denied change nothing.
    """

    def __init__(
        self,
        site: StorageSite,
        items: Sequence[DeclaredItem],
        visits: Sequence[Visit],
        read: dict[str, list[_Seen]],
        arsenal: Arsenal,
    ) -> None:
        self.found: list[Discrepancy] = []
        full = max((n for n, v in enumerate(visits) if v.access is Access.FULL), default=None)
        since = visits if full is None else visits[full:]
        present, unverified, left = 0, 0, []
        for item in items:
            where = _last_seen(item, read, arsenal)
            if where is not None and where.visit.site_id != site.site_id:
                self.found.append(_moved(item, where, site))
            elif where is not None and where.visit in since:
                present += 1
            elif full is None or item.declared > visits[full].end:
                unverified += 1
            else:
                left.append(item)
        unread = [kind for visit in since for kind in _unread(visit)]
        pairs = most_pairs([i.type for i in left], unread, arsenal)
        alone = [item for item, pair in zip(left, pairs, strict=True) if pair < 0]
        if full is not None and alone:
            self.found += _missing(site, left, alone, visits[full])
        self.state = SiteState(
            site=site,
            declared=len(items),
            present=present,
            not_identified=len(left) - len(alone),
            not_verified=unverified,
            missing=len(alone),
            last_visit=visits[-1] if visits else None,
        )


def _last_seen(item: DeclaredItem, read: dict[str, list[_Seen]], arsenal: Arsenal) -> _Seen | None:
    """Give the last sighting of an item's serial since it was declared."""
    serial = plain_serial(item.serial)
    fitting = [
        one
        for one in read.get(serial, ())
        if one.visit.end >= item.declared and may_be_one(item.type, one.sighting.type, arsenal)
    ]
    return fitting[-1] if serial and fitting else None


def _unread(visit: Visit) -> list[str]:
    """Give the type of each weapon of a visit whose serial could not be read."""
    return [s.type for s in visit.sightings if not plain_serial(s.serial) for _ in range(s.count)]


def _moved(item: DeclaredItem, where: _Seen, site: StorageSite) -> Discrepancy:
    visit = where.visit
    place = f"at {visit.site_id}" if visit.site_id else "outside every site"
    reason = f"{item.item_id} is declared for {site.site_id} and was seen {place}"
    return Discrepancy(
        DiscrepancyKind.MOVED, item.side, site.site_id, item.type, item.serial, 1,
        (item.item_id,), visit.visit_id, visit.end, reason,
    )  # fmt: skip


def _missing(
    site: StorageSite, left: Sequence[DeclaredItem], alone: Sequence[DeclaredItem], visit: Visit
) -> list[Discrepancy]:
    """Name what is missing by side and type; where unread weapons may be some, all that it may be."""
    found = []
    for side, kind in sorted({(item.side, item.type) for item in alone}):
        candidates = [i for i in left if (i.side, i.type) == (side, kind)]
        count = sum((i.side, i.type) == (side, kind) for i in alone)
        named = candidates[0].serial if len(candidates) == 1 else ""
        of = "" if count == len(candidates) else f" of {len(candidates)} not identified"
        found.append(
            Discrepancy(
                DiscrepancyKind.MISSING, side, site.site_id, kind, named, count,
                tuple(i.item_id for i in candidates), visit.visit_id, visit.end,
                f"at least {count}{of} {kind} declared for {site.site_id} not there on a full visit",
            )
        )  # fmt: skip
    return found


def _unregistered(
    items: Sequence[DeclaredItem],
    latest: Sequence[Visit],
    visits: Sequence[Visit],
    places: dict[str, StorageSite],
    arsenal: Arsenal,
) -> list[Discrepancy]:
    """Give weapons that nobody declared: by serial on any visit, by number on each site's last."""
    serials: dict[str, list[DeclaredItem]] = defaultdict(list)
    for item in items:
        serials[plain_serial(item.serial)].append(item)
    found: dict[tuple[str, str], Discrepancy] = {}
    for visit in visits:
        for sighting in visit.sightings:
            serial = plain_serial(sighting.serial)
            known = any(may_be_one(i.type, sighting.type, arsenal) for i in serials.get(serial, ()))
            if serial and not known:
                found[serial, sighting.type] = _stranger(visit, sighting, 1, places)
    surplus = [
        _stranger(visit, Sighting(kind, "", count), count, places)
        for visit in latest
        for kind, count in _surplus(visit, items, arsenal)
    ]
    return [*found.values(), *surplus]


def _surplus(
    visit: Visit, items: Sequence[DeclaredItem], arsenal: Arsenal
) -> list[tuple[str, int]]:
    """Count unread weapons of a visit beyond what can be declared ones of that site.

    Outside every site nothing is declared to be, but any declared weapon may be there.
    """
    unread = _unread(visit)
    read = {plain_serial(s.serial) for s in visit.sightings} - {""}
    there = [
        item.type
        for item in items
        if (item.site_id == visit.site_id or not visit.site_id)
        and plain_serial(item.serial) not in read
    ]
    taken = {pair for pair in most_pairs(there, unread, arsenal) if pair >= 0}
    over = [kind for at, kind in enumerate(unread) if at not in taken]
    return [(kind, over.count(kind)) for kind in sorted(set(over))]


def _stranger(
    visit: Visit, sighting: Sighting, count: int, places: dict[str, StorageSite]
) -> Discrepancy:
    site = places.get(visit.site_id)
    side = visit.side or (site.side if site else "")
    name = f" with serial {sighting.serial}" if sighting.serial else ", serial not read,"
    place = f"at {visit.site_id}" if visit.site_id else "outside every site"
    return Discrepancy(
        DiscrepancyKind.UNREGISTERED, side, visit.site_id, sighting.type, sighting.serial, count,
        (), visit.visit_id, visit.end, f"{count} {sighting.type}{name} {place}: declared by nobody",
    )  # fmt: skip


def _denied(visits: Iterable[Visit], places: dict[str, StorageSite]) -> list[Discrepancy]:
    found = []
    for visit in visits:
        if visit.access is Access.FULL:
            continue
        site = places.get(visit.site_id)
        said = f": {visit.reason}" if visit.reason else ""
        found.append(
            Discrepancy(
                DiscrepancyKind.DENIED, visit.side or (site.side if site else ""), visit.site_id,
                "", "", 1, (), visit.visit_id, visit.end,
                f"access {visit.access.value} at {visit.site_id or 'a place outside every site'}{said}",
            )
        )  # fmt: skip
    return found


def _declared_twice(items: Sequence[DeclaredItem]) -> list[Discrepancy]:
    by: dict[tuple[str, str], list[DeclaredItem]] = defaultdict(list)
    for item in items:
        if serial := plain_serial(item.serial):
            by[serial, item.type.casefold()].append(item)
    return [
        Discrepancy(
            DiscrepancyKind.DECLARED_TWICE, same[-1].side, same[-1].site_id, same[-1].type,
            same[-1].serial, len(same), tuple(i.item_id for i in same), "",
            max(i.declared for i in same),
            f"serial {same[-1].serial} stands under {', '.join(i.item_id for i in same)}",
        )
        for _, same in sorted(by.items())
        if len(same) > 1
    ]  # fmt: skip


def _seen_twice(read: dict[str, list[_Seen]]) -> list[Discrepancy]:
    found = []
    for _, seen in sorted(read.items()):
        for a, b in pairwise(seen):
            overlap = b.visit.start <= a.visit.end
            if overlap and a.visit.site_id != b.visit.site_id and _alike(a, b):
                found.append(
                    Discrepancy(
                        DiscrepancyKind.SEEN_TWICE, b.visit.side, b.visit.site_id, b.sighting.type,
                        b.sighting.serial, 2, (), b.visit.visit_id, b.visit.end,
                        f"serial {b.sighting.serial} was read on {a.visit.visit_id} and "
                        f"{b.visit.visit_id} at one time in two places: copied or misread",
                    )
                )  # fmt: skip
    return found


def _alike(a: _Seen, b: _Seen) -> bool:
    return a.sighting.type.casefold() == b.sighting.type.casefold()
