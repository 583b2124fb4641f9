"""What was promised, and by which procedure it is verified. Nouns only; files in ``codec``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from truceline.model.clause_terms import Terms, Text
from truceline.model.in_force import InForce as InForce  # noqa: PLC0414 - also read from here
from truceline.model.interval import Interval
from truceline.model.place import BoundingBox
from truceline.model.procedure import Recipient, ResponseProcedure
from truceline.model.provisions import Provisions
from truceline.model.register import DiplomaticEvent, Framework
from truceline.model.review_rules import ReviewRules
from truceline.model.verified import Verified as Verified  # noqa: PLC0414 - also read from here


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody bound by the agreement."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    """Other names under which articles and tables know it, besides ``name``."""
    role: str = "party"
    """``party``, ``force``, ``proxy`` or ``third_party``."""
    of: str = ""
    """Party to which a force or proxy belongs; empty: none."""


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody who verifies, carries out or decides, and is no party."""

    id: str
    name: str
    rights: tuple[str, ...] = ()
    """What it may do, in words."""


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The whole theatre."""


@dataclass(frozen=True, slots=True)
class InsideZone:
    """Inside a polygon of ``geometry.geojson``."""

    zone: str
    others: tuple[str, ...] = ()
    """Further zones, in each of which it holds too."""


@dataclass(frozen=True, slots=True)
class NearLine:
    """Within a geodesic distance of the version of a line that holds at the incident's date."""

    line: str
    distance_m: float
    """Unit: m. A point at exactly this distance lies inside."""
    name: str = ""
    """What the text calls this area; empty: nothing."""


Area = Everywhere | InsideZone | NearLine


@dataclass(frozen=True, slots=True)
class Geometry:
    """One zone or one dated version of a line."""

    id: str
    """Shared by the versions of one line."""
    role: str
    """``zone`` or ``line``."""
    valid: Interval
    wkb: bytes
    """WGS 84 lon/lat, polygon or (multi)line; empty for a place that was agreed and not published."""
    sigma_m: float
    """Stated error of the geometry, 1 sigma normal to the edge. Unit: m."""
    disputed: bool
    """Drawn as disputed on every map."""
    label: str
    source: str
    sides: tuple[str, ...] = ()
    """Of a line: the parties to the left and to the right of it, in the direction of its vertices."""
    made_from: str = ""
    """How it came about, in words: buffer, named settlements, sector, annex."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A notified place and time at which some acts are no breach."""

    id: str
    clauses: tuple[str, ...]
    acts: tuple[str, ...]
    lon: float
    lat: float
    radius_m: float
    """Unit: m."""
    time: Interval
    notified: datetime
    """When the notice reached the mission. UTC."""
    lead: timedelta
    """Notice that the text asks for; a later notice exempts nothing."""
    ref: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One provision."""

    id: str
    """Stable, never reused."""
    ref: str
    """Point in the text."""
    summary: str
    """Own words, one sentence."""
    mode: str
    """``prohibited``, ``required``, ``permitted``."""
    binds: tuple[str, ...]
    """Party ids, sorted."""
    acts: tuple[str, ...]
    """Codes of the taxonomy; each stands for its whole branch."""
    area: Area
    time: Interval
    """When this clause binds; the agreement's own time unless it says otherwise."""
    grade: str
    """Grade that the procedure gives a breach of it."""
    sources: tuple[str, ...] = ()
    verified: tuple[Verified, ...] = ()
    text: str = ""
    """Id of the text in which it stands; empty where the agreement is one text."""
    kind: str = ""
    """What sort of provision it is (``ceasefire``, ``withdrawal``, ``return_fire``, ...)."""
    terms: Terms = field(default_factory=Terms)
    """Everything else that it says: weapons, distances, deadlines, conditions, counts."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The mission's own rules, apart from the text of the parties."""

    violated_at: float
    """Probability from which the outcome is *violated*, 0..1."""
    permitted_at: float
    """Probability up to which the outcome is *permitted*, 0..1."""
    grades: tuple[str, ...]
    """From lightest to gravest."""
    hold: timedelta
    """How long a sharp position stays closed to everybody."""
    publication_delay: timedelta
    publication_grid_m: float
    """Unit: m."""
    suppress_below: int
    """A published cell with fewer incidents than this is not told apart."""
    day_zone: str
    """IANA zone of the reporting day."""
    day_cut: str
    """Local time at which a reporting day ends, ``HH:MM``; ``00:00`` is the calendar day."""
    prior_odds: float
    """Odds that one report of the worst judged source describes something real."""
    reliability_log_lr: Mapping[str, float]
    """Admiralty letter to the natural log of its likelihood ratio."""
    credibility_log_lr: Mapping[str, float]
    """Admiralty figure, as text, to the natural log of its likelihood ratio."""
    same_side_discount: float
    """0..1: what a further group of a side that already speaks still adds."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Figure to the sentence that says why it is what it is."""
    review: ReviewRules | None = None
    """How persons decide on findings; null: one person's word confirms."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """An undertaking towards a beneficiary, with its condition and its sources."""

    id: str
    obligor: str
    beneficiary: str
    types: tuple[str, ...]
    """troops_land, naval, air, training, equipment, intelligence, monitoring, financing,
    facilities, reconstruction, coordination, sanctions, political, other."""
    role: str
    """``lead``, ``contribute``, ``host`` or empty."""
    status: str
    """``pledged``, ``conditional``, ``considered``, ``undecided``, ``ruled_out``."""
    condition: str
    """When it is owed; empty where none is stated."""
    limits: str
    date: str
    """ISO date of the statement, or ``unknown``."""
    summary: str
    sources: tuple[str, ...]
    verified: tuple[Verified, ...] = ()
    condition_class: str = ""
    """Kinds of the condition (``guarantees.register_conditions``) where a person has said them;
    empty: they are read from the words of ``condition``."""


@dataclass(frozen=True, slots=True)
class Case:
    """A lawyers' own test: a situation and the finding that must follow."""

    id: str
    situation: Mapping[str, object]
    expected: Mapping[str, object]
    reasoning: str
    line: int
    texts: tuple[str, ...] = ()
    """Texts of a family that count; empty: all."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that one folder of ``agreements/`` says."""

    id: str
    title: str
    version: str
    kind: str
    """``ceasefire``, ``declared_truce`` or ``pledges``."""
    status: str
    parties: tuple[Party, ...]
    in_force: InForce | None
    theatre: BoundingBox | None
    """Rows outside are rejected, with the reason."""
    clauses: tuple[Clause, ...]
    exemptions: tuple[Exemption, ...]
    geometry: tuple[Geometry, ...]
    procedure: Procedure
    pledges: tuple[Pledge, ...]
    cases: tuple[Case, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Caveats that every report repeats."""
    recipients: tuple[Recipient, ...] = ()
    """Bodies that response procedures tell."""
    texts: tuple[Text, ...] = ()
    """The documents of the family, in order of signature; empty where the agreement is one text."""
    bodies: tuple[Body, ...] = ()
    """Who verifies, carries out or decides, and is no party."""
    provisions: Provisions = field(default_factory=Provisions)
    """What the agreement says about itself."""
    responses: tuple[ResponseProcedure, ...] = ()
    """Who is told when a condition is met; from ``procedures.yaml``."""
    events: tuple[DiplomaticEvent, ...] = ()
    """Summits, calls, declarations; from ``events.yaml``, earliest first."""
    frameworks: tuple[Framework, ...] = ()
    """Earlier texts that later ones lean on; from ``frameworks.yaml``, earliest first."""
