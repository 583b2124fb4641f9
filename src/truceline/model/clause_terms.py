"""What a clause may say beyond acts, parties and a place: weapons, distances, deadlines, counts.

Every figure that a text leaves open, or that sources give differently, is a *reading*: it stays in
the data beside the others, with its source, and the evaluation says what follows under each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from truceline.model.in_force import InForce
from truceline.model.provisions import Provisions
from truceline.model.verified import Verified


class Bound(StrEnum):
    """How a figure bounds; *strict* bounds leave the figure itself outside."""

    ABOVE = ">"
    FROM = ">="
    BELOW = "<"
    UP_TO = "<="

    def holds(self, value: float, figure: float) -> bool:
        """Tell whether ``value`` lies within the bound.

        >>> Bound.ABOVE.holds(100, 100), Bound.FROM.holds(100, 100)
        (False, True)
        """
        above, equal = value > figure, value == figure
        return {
            Bound.ABOVE: above,
            Bound.FROM: above or equal,
            Bound.BELOW: not above and not equal,
            Bound.UP_TO: not above,
        }[self]


@dataclass(frozen=True, slots=True)
class WeaponTest:
    """Which weapons a clause speaks of. Class comes before calibre, a named system before both."""

    classes: tuple[str, ...] = ()
    """Classes of ``taxonomy/weapons.yaml`` that it catches beyond doubt, sorted; with ``disputed``
    and ``systems`` empty too: every weapon."""
    disputed: tuple[str, ...] = ()
    """Classes that it catches under one reading and not under another, sorted."""
    bound: Bound | None = None
    """Null: any calibre."""
    calibre_mm: float = 0.0
    """Unit: mm."""
    systems: tuple[str, ...] = ()
    """Named systems, as ``taxonomy/weapons.yaml`` names them; only these are caught."""
    without: tuple[str, ...] = ()
    """Systems that it leaves to another clause."""


@dataclass(frozen=True, slots=True)
class SystemDistance:
    """A row of a list that gives a named system a distance of its own."""

    systems: tuple[str, ...]
    distance_m: float
    """Unit: m."""
    verified: tuple[Verified, ...] = ()
    or_m: tuple[float, ...] = ()
    """Other figures that sources give for it. Unit: m."""


@dataclass(frozen=True, slots=True)
class KeepBack:
    """A duty to stand no nearer to a line than a distance, behind one's own side of it."""

    distance_m: float
    """For each side. Unit: m. Ignored for a system that ``systems`` lists."""
    strict: bool
    """True: standing at exactly the distance is a breach; ``at least`` is not strict."""
    baselines: Mapping[str, tuple[str, ...]]
    """Party id to the lines from which it is measured; more than one: sources differ or are silent
    which, and the outcome is given for each."""
    systems: tuple[SystemDistance, ...] = ()
    zone_width_m: float | None = None
    """The width of the whole zone, where the text gives that and the halves follow. Unit: m."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One reading of when something is due."""

    reading: str
    """Id, own words."""
    time: datetime
    """From this moment it is owed. UTC."""
    source: str = ""
    since: datetime | None = None
    """Agreed later: from this day on it stands in place of those before it. UTC."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When duties fall due.

    Before the first reading of the deadline nothing is owed, after the last everything is, and
    between them it is undetermined.
    """

    start: datetime | None
    """UTC; null where not known."""
    deadlines: tuple[Deadline, ...]
    """By time; empty where no deadline is stated."""
    clauses: tuple[str, ...] = ()
    """The duties that it times; empty: only the clause in which it stands."""
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a schedule, in order."""

    id: str
    what: str
    start: datetime | None
    """UTC."""
    due: datetime | None
    """UTC."""
    zone: str = ""
    """Zone in which it holds; empty: everywhere."""
    after: tuple[str, ...] = ()
    """Stages that come first."""
    condition: str = ""
    """What must hold before it starts, in words; empty: nothing."""
    day: int | None = None
    """Day of the schedule by which it is done, D + n; null where the text counts no days."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact on which a permission or a duty hangs; three-valued in a situation."""

    id: str
    """Name of the fact, e.g. ``order``, ``notified``, ``offensive_action``."""
    words: str
    open: bool = False
    """Where nothing is said of the fact: True, it is not known; False, it was not claimed."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """So many full days in a row without a breach, in a zone or everywhere."""

    days: int
    zone: str = ""
    reset_on: str = "any"
    """``any`` breach, or the lightest grade that starts the count anew."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many breaches within a time that ends at the moment asked about: ``(t - window, t]``."""

    at_least: int
    window: timedelta
    grade: str = ""
    """Lightest grade that counts; empty: all."""


@dataclass(frozen=True, slots=True)
class ForceCap:
    """No more than so many of a kind in a zone."""

    most: int
    what: str
    """Act code of presence (``presence.troops``, ``presence.tank``) that is counted."""
    zone: str


@dataclass(frozen=True, slots=True)
class Storage:
    """Declared weapons: serial numbers and sites, and what absence means."""

    site_zone: str
    """Zone of the site."""
    serials: tuple[str, ...]
    line_clauses: tuple[str, ...]
    """Clauses that say how far a weapon must be; nearer than that is *in violation* wherever it is
    registered."""


@dataclass(frozen=True, slots=True)
class Prevails:
    """This clause goes before another where both speak of one thing."""

    over: str
    """Clause id."""
    basis: str
    """Why, e.g. *later and more special text*; own words."""
    reading: bool = False
    """True where no text says so and a legal reader must confirm."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way in which the words may be understood, with what would follow."""

    id: str
    says: str
    """Own words."""
    sources: tuple[str, ...] = ()
    verified: tuple[Verified, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a clause says beyond acts, parties, place and time; all optional."""

    weapons: WeaponTest | None = None
    keep_back: KeepBack | None = None
    schedule: Schedule | None = None
    conditions: tuple[Condition, ...] = ()
    """All must hold: for a permission, else it permits nothing; for a duty, else it is not owed."""
    exempts: tuple[str, ...] = ()
    """For a permission: the clauses that it opens; empty: every clause that forbids its acts."""
    quiet: Quiet | None = None
    count: Count | None = None
    cap: ForceCap | None = None
    storage: Storage | None = None
    prevails: tuple[Prevails, ...] = ()
    readings: tuple[Reading, ...] = ()
    lead: timedelta | None = None
    """Notice that must be given beforehand."""
    rights: tuple[str, ...] = ()
    """Of the verification body; to hinder one is a breach of this clause."""
    body: str = ""
    """Who carries it out or verifies it."""
    settlements: bool = False
    """The place is *in or around settlements*; how far around is not said."""


@dataclass(frozen=True, slots=True)
class Text:
    """One document of a family of texts that hold together."""

    id: str
    title: str
    signed: str
    """ISO date; ``unknown``."""
    languages: tuple[str, ...]
    """Authentic ones first; ISO 639-1."""
    amends: tuple[str, ...] = ()
    """Texts that it changes."""
    status: str = ""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    in_force: InForce | None = None
    """When it binds; null where no time is known."""
    provisions: Provisions = field(default_factory=Provisions)
    """What it says about itself."""
    signatories: tuple[str, ...] = ()
