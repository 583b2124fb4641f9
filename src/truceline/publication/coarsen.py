"""The one door: sharp inputs in, ``Public*`` types out.

What the procedure says is done here and nowhere else: delay and hold, grid, suppression. See
``docs/adr/0007-what-leaves-the-cell.md`` for what each rule is against.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from truceline.codec.taxonomy import taxonomy
from truceline.model.finding import Factor, Finding
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.model.place import ellipse_of
from truceline.model.words import words_for
from truceline.publication.areas import area_of
from truceline.publication.blunt import blunt, local_hour, quarters
from truceline.publication.corroboration import corroboration_of
from truceline.publication.grid import Cell, cell_of, told_apart
from truceline.publication.inputs import (
    CaseRow,
    ClaimRow,
    ContradictionRow,
    LeftHeat,
    MaskedHeat,
    ObservationFact,
    ReportInputs,
    SourceNote,
)
from truceline.publication.public import (
    PublicCase,
    PublicClaim,
    PublicContradiction,
    PublicContradictionSide,
    PublicCoverage,
    PublicFact,
    PublicFactor,
    PublicFinding,
    PublicHeat,
    PublicIncident,
    PublicPosition,
    PublicRejected,
    PublicSaid,
    PublicSilence,
    PublicTime,
)
from truceline.publication.spoken import spoken

FAMILIES: Final = ("fire", "strike", "explosion", "assault", "heat", "other")
_FAMILY_OF: Final = {"violence": "assault", **{name: name for name in FAMILIES}}
_OF_PLACE: Final = frozenset({"place", "not_exempt"})
"""Factors that are computed from the sharp position."""
_HOUR_SIGMA_S: Final = 1800.0
"""An instant known less well than this has no hour. Unit: s."""
_UNTOLD: Final = "withheld, because it may name a sensor or its place"
_PARTIAL: Final = (
    "part of where it may have been is covered; the share is withheld, because it would tell the "
    "place more sharply than the grid"
)


def cutoff(inputs: ReportInputs) -> datetime:
    """Give the moment up to which things may be told: now less the longer of hold and delay."""
    procedure = inputs.agreement.procedure
    return inputs.now - max(procedure.hold, procedure.publication_delay)


def tells_place(factor: Factor) -> bool:
    """Tell whether a factor is a share that would tell a place more sharply than the grid."""
    return factor.name in _OF_PLACE and factor.known and 0.0 < factor.probability < 1.0


class Coarsener:
    """Turns the sharp inputs of one report into what may be published."""

    def __init__(self, inputs: ReportInputs) -> None:
        self._inputs = inputs
        self._grid_m = inputs.agreement.procedure.publication_grid_m
        self._cutoff = cutoff(inputs)
        self._sensitive = {note.name for note in inputs.sources if note.sensitive}
        self._parties = {party.id for party in inputs.agreement.parties}
        self._facts: defaultdict[str, list[ObservationFact]] = defaultdict(list)
        for fact in sorted(inputs.facts, key=lambda f: (f.role != "support", f.observation_id)):
            self._facts[fact.incident_id].append(fact)
        self._cases = {row.finding_id: row for row in inputs.cases}
        self._findings: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in sorted(inputs.findings, key=lambda f: (f.clause_id, f.finding_id)):
            self._findings[finding.incident_id].append(finding)

    def incidents(self) -> tuple[PublicIncident, ...]:
        """Give every incident that is old enough and not explained as usual heat, by time."""
        old = [i for i in self._inputs.incidents if not i.masked and self._is_old(_likely(i))]
        cells = told_apart(
            {i.incident_id: (i.lon, i.lat) for i in old},
            self._grid_m,
            self._inputs.agreement.procedure.suppress_below,
        )
        found = [self._incident(i, cells[i.incident_id]) for i in old]
        return tuple(sorted(found, key=lambda i: (i.time.window, i.incident_id)))

    def _is_old(self, time: Interval) -> bool:
        return quarters(time).end <= self._cutoff

    def _incident(self, incident: Incident, cell: Cell | None) -> PublicIncident:
        facts = self._facts[incident.incident_id]
        radius_m = _radius_m(incident)
        fine = cell is not None and cell.level == 0
        named = fine and radius_m >= self._grid_m / 2 and incident.place_name is not None
        modalities = {f.modality for f in facts if f.role == "support"}
        return PublicIncident(
            incident_id=incident.incident_id,
            revision=incident.revision,
            position=None if cell is None else _position(cell, radius_m),
            place=self._blunt(incident.place_name or "") if named else "",
            area=area_of(cell, facts if fine else (), self._inputs.agreement.geometry),
            time=self._time(incident, facts),
            kind=incident.kind,
            kind_label=_label(incident.kind),
            family=_FAMILY_OF.get(incident.kind.split(".")[0], "other"),
            kinds=tuple((kind, round(p, 2)) for kind, p in incident.kinds),
            probability=round(incident.probability, 2),
            words=words_for(incident.probability),
            corroboration=corroboration_of(incident, modalities, self._parties),
            groups=self._groups(incident, facts),
            sides=incident.sides,
            accused=incident.accused,
            count_min=incident.count_min,
            count_max=incident.count_max,
            facts=tuple(self._fact(fact, named=named) for fact in facts),
            findings=tuple(self._finding(f) for f in self._findings[incident.incident_id]),
            calibration=incident.calibration,
        )

    def _groups(self, incident: Incident, facts: list[ObservationFact]) -> tuple[str, ...]:
        """Name the groups that stand behind open sources; a mast's name is not told."""
        open_ = {g for fact in facts if fact.source not in self._sensitive for g in fact.groups}
        return tuple(sorted(g if g in open_ else "undisclosed" for g in incident.groups))

    def _time(self, incident: Incident, facts: list[ObservationFact]) -> PublicTime:
        day_only = bool(facts) and all(f.time_precision == "day" for f in facts)
        precision = "window" if incident.straddles_unknown else "instant"
        return PublicTime(
            quarters(_likely(incident)),
            "day" if day_only else precision,
            None if day_only else self._hour(incident),
            self._phase(_likely(incident)),
        )

    def _hour(self, incident: Incident) -> datetime | None:
        """Give the local hour, unless the time spreads over more than one."""
        if incident.straddles_unknown:
            last = max(incident.time.start, incident.time.end - timedelta(microseconds=1))
        elif incident.time_sigma_s <= _HOUR_SIGMA_S:
            last = incident.time.start
        else:
            return None
        first_hour = local_hour(incident.time.start, self._inputs.zone)
        return first_hour if first_hour == local_hour(last, self._inputs.zone) else None

    def _phase(self, time: Interval) -> str:
        in_force = self._inputs.agreement.in_force
        if in_force is None:
            return "no window"
        if time.end < in_force.time.start or (
            time.end == in_force.time.start and time.start < time.end
        ):
            return "before"
        if time.start >= in_force.time.end:
            return "after"
        inside = in_force.time.start <= time.start and time.end <= in_force.time.end
        return "during" if inside else "straddles"

    def _fact(self, fact: ObservationFact, *, named: bool) -> PublicFact:
        open_ = fact.source not in self._sensitive
        return PublicFact(
            observation_id=self._id(fact.observation_id) if open_ else "",
            source=fact.source,
            modality=fact.modality,
            role=fact.role,
            kind=_label(fact.kind),
            datastream=fact.datastream if open_ else "",
            speaker=(fact.speaker or "") if open_ else "",
            side=fact.side or "",
            accused=fact.accused or "",
            groups=fact.groups if open_ else (),
            grade=f"{fact.reliability}{fact.credibility}",
            place=self._blunt(fact.place or "") if open_ and named else "",
            link=(fact.source_url or "") if open_ else "",
            note=self._blunt(fact.note) if open_ and named else "",
            raw_sha256=fact.raw_sha256,
            raw_line=fact.raw_line if open_ else 0,
        )

    def _id(self, observation_id: str) -> str:
        """Give an id, or nothing where the source makes its ids from coordinates."""
        return observation_id if self._blunt(observation_id) == observation_id else ""

    def _finding(self, finding: Finding) -> PublicFinding:
        factors = tuple(self._factor(factor) for factor in finding.factors)
        withheld = any(factor.probability is None for factor in factors)
        bound = math.prod(f.probability for f in factors if f.probability is not None)
        probability = bound if withheld else finding.probability
        words = f"at most: {words_for(bound)}" if withheld else finding.words
        return PublicFinding(
            finding_id=finding.finding_id,
            incident_id=finding.incident_id,
            incident_revision=finding.incident_revision,
            clause_id=finding.clause_id,
            clause_ref=finding.clause_ref,
            probability=round(probability, 2),
            at_most=withheld,
            words=words,
            outcome=finding.outcome.value,
            grade=finding.grade,
            attribution=tuple((who, round(p, 2)) for who, p in finding.attribution),
            factors=factors,
            unverified=finding.unverified,
            status=finding.status.value,
            mode=finding.mode.value,
            case=self._case(self._cases[finding.finding_id])
            if finding.finding_id in self._cases
            else None,
        )

    def _case(self, row: CaseRow) -> PublicCase:
        """Give where a case stands; words of persons are cut, also of times of day and sensors."""
        sharp = {
            name
            for fact in self._facts[row.finding_id.partition("/")[0]]
            if fact.source in self._sensitive
            for name in (fact.datastream, fact.observation_id, *fact.groups)
        }
        reply = self._inputs.agreement.provisions.reply
        open_ = reply is None or reply.published
        return PublicCase(
            status=row.status,
            revision=row.case_revision,
            grade=row.grade,
            attribution=tuple((who, round(p, 2)) for who, p in row.attribution),
            confirmed_by=row.confirmed_by,
            told=row.told,
            said=tuple(
                PublicSaid(
                    s.what,
                    s.role,
                    s.nationality,
                    s.party,
                    s.time,
                    spoken(s.text, sharp, self._grid_m) if open_ or s.what != "replied" else "",
                )
                for s in row.said
            ),
            changed=row.changed,
            one_word=row.one_word,
        )

    def _factor(self, factor: Factor) -> PublicFactor:
        if tells_place(factor):
            return PublicFactor(factor.name, None, factor.known, _PARTIAL)
        reason = self._blunt(factor.reason)
        return PublicFactor(factor.name, round(factor.probability, 2), factor.known, reason)

    def claims(self) -> tuple[PublicClaim, ...]:
        """Give all claims: they are public speech, so they carry no delay."""
        rows = sorted(self._inputs.claims, key=_claim_order)
        return tuple(
            PublicClaim(
                row.claim_id,
                row.claimant,
                row.side,
                row.accused or "",
                row.window,
                row.metric,
                ""
                if row.value is None
                else f"{row.value:g}"
                if row.value < 1e5
                else f"{row.value:.0f}",
                self._blunt(row.qualifier),
                row.reporter,
                row.group,
                row.reliability,
                row.source_url or "",
                self._blunt(row.note),
            )
            for row in rows
        )

    def silences(self) -> tuple[PublicSilence, ...]:
        """Give the silences that are old enough, in order of time."""
        rows = [row for row in self._inputs.silences if self._is_old(row.window)]
        return tuple(
            PublicSilence(
                row.source,
                row.speaker if row.source not in self._sensitive else "",
                row.side or "",
                self._blunt(row.place or "") if row.source not in self._sensitive else "",
                quarters(row.window),
                self._blunt(row.note) if row.source not in self._sensitive else "",
            )
            for row in sorted(rows, key=lambda r: (r.window, r.source, r.speaker, r.place or ""))
        )

    def contradictions(self) -> tuple[PublicContradiction, ...]:
        """Give the contradictions none of whose sides is too fresh; half of one would mislead."""
        return tuple(
            self._contradiction(row)
            for row in sorted(self._inputs.contradictions, key=lambda r: r.contradiction_id)
            if all(s.happened is None or self._is_old(s.happened) for s in row.sides)
        )

    def _contradiction(self, row: ContradictionRow) -> PublicContradiction:
        return PublicContradiction(
            row.contradiction_id,
            self._blunt(row.what_differs),
            tuple(
                PublicContradictionSide(
                    s.key,
                    s.speaker,
                    s.side or "",
                    self._blunt(s.text),
                    None if s.happened is None else quarters(s.happened),
                    s.source_url or "",
                )
                for s in row.sides
            ),
        )

    def rejected(self) -> tuple[PublicRejected, ...]:
        """Give all rejected records; a position inside a reason is cut to the grid."""
        rows = sorted(self._inputs.rejected, key=lambda r: (r.source, r.file_sha256, r.line))
        return tuple(
            PublicRejected(
                r.source,
                r.file_sha256,
                r.line,
                self._blunt(r.reason) if r.source not in self._sensitive else _UNTOLD,
            )
            for r in rows
        )

    def masked(self) -> tuple[PublicHeat, ...]:
        """Give the detections of heat that were set aside and are old enough, each with its reason."""
        return _in_order(
            self._heat(row, self._weighed(row.explanation), ())
            for row in self._inputs.masked
            if self._is_old(row.time)
        )

    def left(self) -> tuple[PublicHeat, ...]:
        """Give the detections of heat that are left and old enough."""
        return _in_order(
            self._heat(row, "", tuple(round(p, 2) for p in row.usual))
            for row in self._inputs.left
            if self._is_old(row.time)
        )

    def _heat(
        self, row: MaskedHeat | LeftHeat, explanation: str, usual: tuple[float, ...]
    ) -> PublicHeat:
        seen = quarters(Interval(row.time.end, row.time.end))
        return PublicHeat(
            row.observation_id.partition(":")[0],
            Interval(quarters(row.time).start, seen.end),
            seen,
            _position(cell_of(row.lon, row.lat, self._grid_m), 0.0),
            explanation,
            usual,
            row.raw_sha256,
            row.raw_line,
        )

    def _weighed(self, explanation: str) -> str:
        """Blunt a generated sentence; where no place lies below one degree, such numbers are chances."""
        box = self._inputs.agreement.theatre
        chances = box is not None and all(
            high <= -1.0 or low >= 1.0
            for low, high in ((box.west, box.east), (box.south, box.north))
        )
        return blunt(explanation, self._grid_m, keep_below_one=chances)

    def coverage(self) -> tuple[PublicCoverage, ...]:
        """Give when each source was looking; sensors of one sensitive source are run together."""
        found: dict[tuple[str, str, str, str], list[Interval]] = {}
        for row in self._inputs.coverage:
            if row.time.start >= self._cutoff:
                continue
            label = "" if row.source in self._sensitive else row.datastream
            known = Interval(row.time.start, min(row.time.end, self._cutoff))
            key = (row.source, label, row.basis, self._blunt(row.caveat))
            found.setdefault(key, []).append(quarters(known))
        return tuple(
            PublicCoverage(source, label, time, basis, caveat)
            for (source, label, basis, caveat), times in sorted(found.items())
            for time in _run_together(times)
        )

    def sources(self) -> tuple[SourceNote, ...]:
        """Give the source cards, which hold nothing sharp."""
        return tuple(sorted(self._inputs.sources, key=lambda s: s.name))

    def notes(self) -> tuple[str, ...]:
        """Give the caveats of the agreement and of the sources, each once."""
        said = (*self._inputs.agreement.notes, *self._inputs.notes)
        return tuple(dict.fromkeys(self._blunt(note) for note in said))

    def _blunt(self, text: str) -> str:
        return blunt(text, self._grid_m)


def _in_order(rows: Iterable[PublicHeat]) -> tuple[PublicHeat, ...]:
    """Order by what is published, so that the order tells nothing more."""
    return tuple(sorted(rows, key=lambda row: (row.seen, row.raw_sha256, row.raw_line)))


def _radius_m(incident: Incident) -> float:
    """Longer half-axis of the 90 % ellipse, 0 for a perfect point. Unit: m."""
    return ellipse_of(incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2).semi_major_m


def _position(cell: Cell, radius_m: float) -> PublicPosition:
    """Centre of the cell, with a circle that holds cell and ellipse, in whole cells."""
    half_diagonal_m = cell.size_m * math.sqrt(0.5) * 1.05  # a band's columns are a little wider
    steps = math.ceil((radius_m + half_diagonal_m) / cell.size_m)
    return PublicPosition(round(cell.lon, 6), round(cell.lat, 6), cell.size_m, steps * cell.size_m)


def _likely(incident: Incident) -> Interval:
    """The incident's window, or for an instant what holds it with 90 %."""
    spread = timedelta(seconds=0.0 if incident.straddles_unknown else 1.645 * incident.time_sigma_s)
    return Interval(incident.time.start - spread, incident.time.end + spread)


def _label(kind: str) -> str:
    act = taxonomy().acts.get(kind)
    return kind if act is None else act.label


def _claim_order(row: ClaimRow) -> tuple[str, str, str, str]:
    start = "" if row.window is None else row.window.start.isoformat() + row.window.end.isoformat()
    return row.metric, start, row.side, row.claim_id


def _run_together(times: list[Interval]) -> list[Interval]:
    """Join windows that touch or overlap."""
    joined: list[Interval] = []
    for time in sorted(times):
        if joined and time.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, time.end))
        else:
            joined.append(time)
    return joined
