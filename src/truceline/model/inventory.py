"""Weapons that were declared, where they are to be kept, and what visits found there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class StorageSite:
    """A place where declared weapons are to stay. Its position never leaves the cell."""

    site_id: str
    side: str
    """Party id of the agreement."""
    name: str
    lon: float
    """WGS 84, deg."""
    lat: float
    """WGS 84, deg."""
    radius_m: float
    """How far it reaches from there. Unit: m."""


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """One weapon that a party declared."""

    item_id: str
    """As the party numbers it; else made of side, type and serial."""
    side: str
    type: str
    """As declared, e.g. ``2S1 Gvozdika``."""
    serial: str
    """As declared; empty where none was."""
    site_id: str
    """Where it is to be kept; empty where the party took it back or it was destroyed."""
    declared: datetime
    """From when the declaration holds. UTC."""


class Access(StrEnum):
    """How far a visit was let in."""

    FULL = "full"
    PARTIAL = "partial"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Weapons that a visit saw."""

    type: str
    serial: str
    """As read; empty where it could not be read."""
    count: int
    """1 where a serial was read."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a site, or to a place outside every site."""

    visit_id: str
    site_id: str
    """Empty for a place outside every site."""
    side: str
    """Whose weapons or ground; empty where that is not known."""
    start: datetime
    """UTC."""
    end: datetime
    """UTC."""
    access: Access
    team: str
    reason: str
    """Why access was partial or denied, as given."""
    sightings: tuple[Sighting, ...]


class DiscrepancyKind(StrEnum):
    """In which way declaration and visits differ."""

    MISSING = "missing"
    """Declared for a site, and not there on a full visit, nor anywhere else."""
    MOVED = "moved"
    """Seen somewhere else than where it is declared to be."""
    UNREGISTERED = "unregistered"
    """Seen, and declared by nobody."""
    DENIED = "denied"
    """A visit was not let in, or not everywhere."""
    SEEN_TWICE = "seen twice"
    """One serial read at two sites at the same time: a plate was copied, or misread."""
    DECLARED_TWICE = "declared twice"
    """One serial and type stands under two numbers."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference between what was declared and what was found."""

    kind: DiscrepancyKind
    side: str
    site_id: str
    """Where it was to be, or was seen; empty outside every site."""
    type: str
    serial: str
    count: int
    """At least so many."""
    items: tuple[str, ...]
    """Items that it may be about; of ``count`` missing among more, which ones is not known."""
    visit_id: str
    """The visit that shows it; empty where two declarations do."""
    since: datetime
    """End of that visit, or the declaration. UTC."""
    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What is known of one site at a moment."""

    site: StorageSite
    declared: int
    present: int
    """Identified by serial on the last full visit, or since."""
    not_identified: int
    """May be among weapons seen whose serial could not be read."""
    not_verified: int
    """No full visit since they were declared, and not seen either."""
    missing: int
    """At least."""
    last_visit: Visit | None
