"""Coded press and official reports: who said that what happened, where, when, on whose word."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from truceline.adapters.coded import accused, day, filled, one_of, speaker_side, whole
from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.reports_card import CARD, READ, SAID
from truceline.adapters.reports_time import When, when
from truceline.adapters.rows import ObservationBuilder, Record, csv_records, number
from truceline.codec.taxonomy import taxonomy
from truceline.errors import RejectedRow
from truceline.model.coverage import Coverage
from truceline.model.observation import Measurement, Modality, Standing
from truceline.model.place import BoundingBox

_EXPECTED: Final = "a table of coded truce reports (reports.csv)"
_IN_WINDOW: Final = ("inside", "before", "after", "straddles")
_SLUG: Final = "url_slug"
_UNEQUAL: Final = "Unequal numbers tell what was published and found, not how much happened."
_M_PER_DEG: Final = 111_195.0
"""Length of one degree of a great circle on a sphere of 6371 km. Unit: m."""


def _position(record: Record, context: ParseContext) -> tuple[float, float, float]:
    """Give lon, lat (deg) and sigma (m)."""
    lon = number(record.values, "lon", -180, 180)
    lat = number(record.values, "lat", -90, 90)
    if context.theatre is not None and not context.theatre.contains(lon, lat):
        raise RejectedRow(f"{lon} E {lat} N lies outside the theatre of the agreement")
    return lon, lat, number(record.values, "position_sigma_m", 1, 1e6)


def _counts(record: Record) -> tuple[int | None, int | None]:
    low, high = whole(record.values, "count_min"), whole(record.values, "count_max")
    if low is not None and high is not None and high < low:
        raise RejectedRow(f"count_max {high} is below count_min {low}")
    return low, high


def _kind(record: Record) -> str:
    act = filled(record.values, "act")
    kind = taxonomy().from_term("reports", act)
    if kind is None:
        known = sorted({t for a in taxonomy().acts.values() for t in a.terms.get("reports", ())})
        raise RejectedRow(f"act {act!r} is not in the list of reports: {', '.join(known)}")
    return kind


def _standing(record: Record, kind: str) -> Standing:
    """A slug is seen by nobody in full, so it leads; a source that saw nothing gives silence."""
    if filled(record.values, "basis") == _SLUG:
        return Standing.LEAD
    return Standing.SILENCE if kind == "quiet" else Standing.EVIDENCE


def _attributes(record: Record, time: When, sigma_m: float) -> dict[str, object]:
    values = record.values
    return {
        **{name: values[name].strip() for name in SAID},
        "place": values["place"].strip(),
        "in_window": one_of(values, "in_window", _IN_WINDOW),
        "killed": whole(values, "killed"),
        "injured": whole(values, "injured"),
        "position_sigma_m": sigma_m,
        "bounds_start": time.bounds.start,
        "bounds_end": time.bounds.end,
    }


def _box(lon: float, lat: float, reach_m: float) -> BoundingBox:
    """Give the box of ``reach_m`` around a point, cut at the poles and the antimeridian."""
    high = reach_m / _M_PER_DEG
    wide = min(high / max(math.cos(math.radians(lat)), 1e-6), 180.0)
    return BoundingBox(
        max(lon - wide, -180.0), max(lat - high, -90.0), min(lon + wide, 180.0), min(lat + high, 90)
    )


@dataclass(slots=True)
class _Reading:
    """What one file gives, row by row."""

    context: ParseContext
    rows: ObservationBuilder
    coverage: list[Coverage] = field(default_factory=list)
    sides: Counter[str] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)

    def read(self, record: Record) -> None:
        """Add one row.

        Raises:
            RejectedRow: when it cannot be read.
        """
        values = record.values
        time, (lon, lat, sigma_m) = when(values), _position(record, self.context)
        kind, (low, high) = _kind(record), _counts(record)
        standing, group = _standing(record, kind), filled(values, "independence_group")
        side = speaker_side(values, "speaker_side")
        self.rows.add(
            natural_key=filled(values, "report_id"),
            source=CARD.name,
            line=record.line,
            offset=record.offset,
            length=record.length,
            attributes=_attributes(record, time, sigma_m),
            version_rank=day(values, "excerpt_seen").toordinal(),
            datastream=f"{CARD.name}/{group}",
            modality=Modality.REPORT.value,
            standing=standing.value,
            kind=kind,
            phenomenon_start=time.time.start,
            phenomenon_end=time.time.end,
            time_sigma_s=time.sigma_s,
            time_precision=time.precision.value,
            measurement=Measurement.PLACE.value,
            lon=lon,
            lat=lat,
            cov_ee_m2=sigma_m**2,
            cov_en_m2=0.0,
            cov_nn_m2=sigma_m**2,
            place_name=filled(values, "place"),
            count_min=low,
            count_max=high,
            independence_groups=[group],
            reliability=one_of(values, "reliability", "ABCDEF"),
            credibility=int(one_of(values, "credibility", "123456")),
            speaker_side=side,
            accused=accused(values),
        )
        self.sides[side] += 1
        self.standings[standing] += 1
        if standing is Standing.SILENCE:
            self.coverage.append(_looked(group, time, _box(lon, lat, 2 * sigma_m), low))

    def notes(self) -> tuple[str, ...]:
        """Say what the file as a whole cannot tell."""
        total = sum(self.sides.values())
        if not total:
            return ()
        sides = ", ".join(f"{side} {n}" for side, n in sorted(self.sides.items()))
        found = [
            f"{total} coded reports by the side that speaks: {sides}. {_UNEQUAL}",
            "The reports were gathered around a truce: their number per day is no rate.",
            "Coded once, from search excerpts; nothing was checked with the outlets.",
        ]
        for standing, what in _ASIDE.items():
            if self.standings[standing]:
                found.append(f"{self.standings[standing]} of them {what}.")
        return tuple(found)


_ASIDE: Final = {
    Standing.LEAD: "are leads (only the words of a URL were seen) and take part in no count",
    Standing.SILENCE: "say that nothing or less was seen: coverage, not compliance",
}


def _looked(group: str, time: When, area: BoundingBox, count: int | None) -> Coverage:
    said = "reported nothing" if count == 0 else "reported less than usual"
    return Coverage(
        CARD.name,
        f"{CARD.name}/{group}",
        time.bounds,
        area,
        "stated",
        f"One speaker {said}; what this speaker could have noticed is not known.",
    )


@dataclass(frozen=True, slots=True)
class ReportsAdapter:
    """Reads ``reports.csv``."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole table of reports.

        Raises:
            WrongKindOfFile: when a column is missing.
        """
        reading = _Reading(context, ObservationBuilder(context.raw_sha256))
        for record in csv_records(raw, READ + SAID, _EXPECTED):
            try:
                if record.problem:
                    raise RejectedRow(record.problem)
                reading.read(record)
            except RejectedRow as error:
                reading.rows.reject(record.line, record.offset, record.length, str(error))
        return Parsed(
            reading.rows.table(),
            tuple(reading.rows.rejected),
            coverage=tuple(reading.coverage),
            notes=reading.notes(),
        )


ADAPTER = ReportsAdapter()
