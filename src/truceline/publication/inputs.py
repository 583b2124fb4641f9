"""What a report is made of, still sharp: built by the pipeline, seen only by ``coarsen``.

Plain rows and nouns. Nothing here may be rendered; :mod:`truceline.publication.coarsen` turns it
into ``Public*`` types first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from truceline.model.agreement import Agreement
from truceline.model.coverage import Coverage, DailyCount
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.model.rate import RateComparison


@dataclass(frozen=True, slots=True)
class ObservationFact:
    """One member of one incident: what the report shows of the observation behind it."""

    incident_id: str
    observation_id: str
    source: str
    """Name of the source card."""
    datastream: str
    modality: str
    """One of ``Modality``."""
    kind: str
    """Act code that the observation itself was labelled with."""
    time: Interval
    """Phenomenon window. UTC."""
    time_precision: str
    """``instant``, ``window`` or ``day``."""
    role: str
    """``support`` or ``copy``."""
    speaker: str | None
    """Who said it, as the source names them (a body, an office; no private person)."""
    side: str | None
    """Party id, ``independent``, ``mixed``; null for instruments."""
    accused: str | None
    """Party id that it blames; null where nobody is blamed."""
    groups: tuple[str, ...]
    """Independence groups."""
    reliability: str
    credibility: int
    place: str | None
    """Place as the source names it."""
    area: str | None
    """Oblast, district or zone as the source gives it; null where it gives none."""
    raw_sha256: str
    raw_line: int
    source_url: str | None
    note: str
    """The coder's own words; empty where there are none."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One figure that a party gave: evidence of speech, never of the act."""

    claim_id: str
    claimant: str
    side: str
    """Party id of the claimant, or its name."""
    accused: str | None
    """Party id, or its name; null where nobody is."""
    window: Interval | None
    """What the figure covers. UTC. Null where not stated."""
    metric: str
    value: float | None
    qualifier: str
    """``exact``, ``more than``, a note on the hours, ...; may be empty."""
    reporter: str
    group: str
    reliability: str
    source_url: str | None
    note: str


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A source that looked and reported nothing, or less."""

    source: str
    speaker: str
    side: str | None
    place: str | None
    window: Interval
    note: str


@dataclass(frozen=True, slots=True)
class ContradictionSide:
    """One side of a contradiction, as a short text."""

    key: str
    """Id of the report or claim."""
    speaker: str
    side: str | None
    text: str
    """Own words, one sentence: what this side says."""
    happened: Interval | None
    """Phenomenon window; null for a figure. UTC. One that is too fresh withholds the whole row."""
    source_url: str | None


@dataclass(frozen=True, slots=True)
class ContradictionRow:
    """A place where sources differ; nothing is resolved."""

    contradiction_id: str
    what_differs: str
    sides: tuple[ContradictionSide, ...]


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What a person put on record about a finding; no name."""

    what: str
    """``replied`` or ``dissented``."""
    role: str
    """As the mission has it, such as ``verifier``; empty where nobody is registered."""
    nationality: str
    """ISO 3166-1 alpha-2; empty where it is not told."""
    party: str
    """Party id for which they speak; empty for none."""
    time: datetime
    """UTC."""
    text: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """Where a finding stands by what persons did; the finding itself is the machine's."""

    finding_id: str
    status: str
    case_revision: int
    grade: str
    """As graded by persons; empty while the machine's proposal stands."""
    attribution: tuple[tuple[str, float], ...]
    confirmed_by: tuple[tuple[str, str], ...]
    """(role, nationality) of each who signed."""
    told: tuple[tuple[str, datetime], ...]
    """(party, end of its time to reply)."""
    said: tuple[SaidRow, ...]
    changed: bool
    """The finding has changed since persons looked at it."""
    one_word: bool
    """The agreement has no rules of review: one person's word confirms."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One record that could not be read."""

    source: str
    file_sha256: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class MaskedHeat:
    """One detection of heat that is explained without the parties."""

    observation_id: str
    time: Interval
    lon: float
    lat: float
    explanation: str
    """One sentence."""
    raw_sha256: str
    raw_line: int


@dataclass(frozen=True, slots=True)
class LeftHeat:
    """One detection of heat that no lasting source explains surely enough to set it aside."""

    observation_id: str
    time: Interval
    """From the last look before it to the pass that saw it. UTC."""
    lon: float
    lat: float
    usual: tuple[float, ...]
    """Probability that something usual explains it, for each of ``ReportInputs.assumptions``."""
    raw_sha256: str
    raw_line: int


@dataclass(frozen=True, slots=True)
class HeatAssumption:
    """One way to weigh the heat that is left; the first one is the calibration's own."""

    key: str
    """A short name for columns of data, e.g. ``quarter_seasonal``."""
    words: str
    """Ends the sentence *as many would be usual ...*, e.g. ``if other fire is ten times rarer``."""


@dataclass(frozen=True, slots=True)
class HeatSummary:
    """Heat seen from space, as counted; neither violations nor compliance follow from it."""

    day: Interval
    """One local day. UTC."""
    label: str
    """The local date."""
    raw: int
    masked: int


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What a reader must know about one source (from its adapter's card)."""

    name: str
    title: str
    publisher: str
    licence: str
    citation: str
    republish: str
    position_error: str
    delay: str
    independence: str
    sensitive: bool
    """True where the place of its sensors or people must not leave the cell (sensors, patrols):
    no datastream, area, place, speaker, link or note of it is published."""


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """Everything that one report is made of."""

    agreement: Agreement
    window: Interval
    """The reporting window. UTC."""
    window_label: str
    """A few words, e.g. ``whole truce`` or the local date."""
    zone: str
    """IANA zone in which local times are written."""
    incidents: tuple[Incident, ...]
    """Latest revisions whose time touches the window, masked ones left out."""
    findings: tuple[Finding, ...]
    facts: tuple[ObservationFact, ...]
    claims: tuple[ClaimRow, ...]
    silences: tuple[SilenceRow, ...]
    leads: int
    """Rows that are leads only, counted and otherwise unused."""
    coverage: tuple[Coverage, ...]
    counts: tuple[DailyCount, ...]
    rates: tuple[RateComparison, ...]
    """From ``verification.comparison.compare_counts``; empty where there is no series."""
    contradictions: tuple[ContradictionRow, ...]
    rejected: tuple[RejectedRow, ...]
    heat: tuple[HeatSummary, ...]
    masked: tuple[MaskedHeat, ...]
    left: tuple[LeftHeat, ...]
    assumptions: tuple[HeatAssumption, ...]
    """Under which each of ``left`` was weighed, the calibration's own first."""
    sources: tuple[SourceNote, ...]
    notes: tuple[str, ...]
    """Sentences that sources want repeated (what a file cannot tell)."""
    calibration: str
    checkpoint: str
    """Text of the log's signed checkpoint; empty where there is none yet."""
    code_version: str
    now: datetime
    """When the report is made. Aware."""
    synthetic: bool = False
    """True for a simulated day: said in the first line and on every map."""
    cases: tuple[CaseRow, ...] = ()
    """Of the findings on which persons have taken a step."""
