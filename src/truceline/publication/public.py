"""What may leave the verification cell. Only ``coarsen.py`` builds these types.

A test reads the source of the package and fails when another module calls one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from truceline.model.interval import Interval


@dataclass(frozen=True, slots=True)
class PublicPosition:
    """The centre of a cell of the publication grid."""

    lon: float
    """Unit: deg."""
    lat: float
    """Unit: deg."""
    cell_m: float
    """Width of the cell, never below the procedure's grid. Unit: m."""
    uncertainty_m: float
    """Radius of a circle about the centre that holds the place with 90 % at least. Unit: m."""


@dataclass(frozen=True, slots=True)
class PublicTime:
    """A time window on quarters of an hour."""

    window: Interval
    """Start rounded down, end rounded up. UTC."""
    precision: str
    """``instant``, ``window`` or ``day``."""
    hour: datetime | None
    """Start of the local hour in which it lies; null where it has none. UTC."""
    phase: str
    """``before``, ``during``, ``after``, ``straddles`` an edge, or ``no window`` in force."""


@dataclass(frozen=True, slots=True)
class PublicFact:
    """One observation behind an incident."""

    observation_id: str
    source: str
    modality: str
    role: str
    kind: str
    datastream: str
    speaker: str
    side: str
    accused: str
    groups: tuple[str, ...]
    grade: str
    """Admiralty letter and figure."""
    place: str
    link: str
    note: str
    raw_sha256: str
    raw_line: int


@dataclass(frozen=True, slots=True)
class PublicFactor:
    """One factor of the probability of breach."""

    name: str
    probability: float | None
    """Null where the figure would tell the place more sharply than the grid."""
    known: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PublicSaid:
    """A reply of a party, or a dissent."""

    what: str
    role: str
    nationality: str
    party: str
    time: datetime
    """UTC."""
    text: str
    """Empty where the agreement does not let replies be published."""


@dataclass(frozen=True, slots=True)
class PublicCase:
    """Where a finding stands by what persons did: by role and nationality, no names."""

    status: str
    revision: int
    grade: str
    attribution: tuple[tuple[str, float], ...]
    confirmed_by: tuple[tuple[str, str], ...]
    told: tuple[tuple[str, datetime], ...]
    said: tuple[PublicSaid, ...]
    changed: bool
    one_word: bool


@dataclass(frozen=True, slots=True)
class PublicFinding:
    """One incident against one clause."""

    finding_id: str
    incident_id: str
    incident_revision: int
    clause_id: str
    clause_ref: str
    probability: float
    at_most: bool
    """True where a factor is withheld: the probability is then an upper bound."""
    words: str
    outcome: str
    grade: str
    attribution: tuple[tuple[str, float], ...]
    factors: tuple[PublicFactor, ...]
    unverified: tuple[str, ...]
    status: str
    """Of the finding as the machine made it."""
    mode: str
    case: PublicCase | None = None
    """What persons made of it; null where nobody has taken a step."""


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """One incident, coarse."""

    incident_id: str
    revision: int
    position: PublicPosition | None
    """Null where too few incidents lie about it to be told apart."""
    place: str
    """Name from its sources; empty where it would be sharper than the cell."""
    area: str
    """Zone of the agreement, the source's own district, or half a degree."""
    time: PublicTime
    kind: str
    kind_label: str
    family: str
    """fire, strike, explosion, assault, heat or other: colour and shape on the map."""
    kinds: tuple[tuple[str, float], ...]
    probability: float
    words: str
    corroboration: str
    """One of ``corroboration.CLASSES``."""
    groups: tuple[str, ...]
    sides: tuple[str, ...]
    accused: tuple[str, ...]
    count_min: int | None
    count_max: int | None
    facts: tuple[PublicFact, ...]
    findings: tuple[PublicFinding, ...]
    calibration: str


@dataclass(frozen=True, slots=True)
class PublicClaim:
    """A figure that a party gave."""

    claim_id: str
    claimant: str
    side: str
    accused: str
    window: Interval | None
    metric: str
    value: str
    qualifier: str
    reporter: str
    group: str
    reliability: str
    link: str
    note: str


@dataclass(frozen=True, slots=True)
class PublicSilence:
    """A source that looked and reported nothing, or less."""

    source: str
    speaker: str
    side: str
    place: str
    window: Interval
    note: str


@dataclass(frozen=True, slots=True)
class PublicContradictionSide:
    """One side of a contradiction."""

    key: str
    speaker: str
    side: str
    text: str
    window: Interval | None
    """When it happened by this side, in quarters of an hour; null for a figure. UTC."""
    link: str


@dataclass(frozen=True, slots=True)
class PublicContradiction:
    """A place where sources differ."""

    contradiction_id: str
    what_differs: str
    sides: tuple[PublicContradictionSide, ...]


@dataclass(frozen=True, slots=True)
class PublicRejected:
    """A record that could not be read."""

    source: str
    file_sha256: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class PublicHeat:
    """One detection of heat. Its own id is not told: it may hold the place."""

    source: str
    time: Interval
    """From the last look before it to the pass that saw it. UTC."""
    seen: Interval
    """The quarter of an hour of the pass that saw it. UTC."""
    position: PublicPosition
    explanation: str
    """Why it was set aside; empty where it was not."""
    usual: tuple[float, ...]
    """Probability that something usual explains it, for each assumption of the report; empty where
    it was set aside."""
    raw_sha256: str
    raw_line: int


@dataclass(frozen=True, slots=True)
class PublicCoverage:
    """When a source was looking."""

    source: str
    label: str
    """Datastream; empty for sources whose sensors must not be told apart."""
    time: Interval
    basis: str
    caveat: str
