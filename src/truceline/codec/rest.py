"""What a raw file yields besides observations, to and from plain values (canonical JSON holds it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truceline.codec.network import network_from_plain, network_to_plain
from truceline.model.coverage import Coverage, DailyCount
from truceline.model.intake import Parsed
from truceline.model.interval import Interval
from truceline.model.network import NO_NETWORK, NetworkFacts
from truceline.model.place import BoundingBox
from truceline.model.statement import Contradiction


@dataclass(frozen=True, slots=True)
class Rest:
    """The same, read back."""

    rejected: tuple[tuple[int, str], ...]
    """(line, reason)."""
    coverage: tuple[Coverage, ...]
    contradictions: tuple[Contradiction, ...]
    counts: tuple[DailyCount, ...]
    notes: tuple[str, ...]
    network: NetworkFacts = NO_NETWORK


def rest_to_plain(parsed: Parsed) -> dict[str, Any]:
    """Give everything but the observations as JSON-able values."""
    network = network_to_plain(parsed.network)
    return {
        "rejected": [[r.line, r.offset, r.length, r.reason] for r in parsed.rejected],
        "coverage": [
            [c.source, c.datastream, c.time.start, c.time.end, _box(c.area), c.basis, c.caveat]
            for c in parsed.coverage
        ],
        "contradictions": [
            [c.contradiction_id, c.what_differs, list(c.report_keys), list(c.claim_keys)]
            for c in parsed.contradictions
        ],
        "counts": [
            [c.series, c.metric, c.time.start, c.time.end, c.value, c.unit, c.caveat]
            for c in parsed.counts
        ],
        "notes": list(parsed.notes),
        **({"network": network} if network else {}),
    }


def rest_from_plain(values: Mapping[str, Any]) -> Rest:
    """Read what :func:`rest_to_plain` wrote, after JSON.

    Raises:
        KeyError: when a part is missing.
    """
    return Rest(
        rejected=tuple((int(line), str(reason)) for line, _, _, reason in values["rejected"]),
        coverage=tuple(
            Coverage(
                source,
                stream,
                _interval(start, end),
                BoundingBox(*map(float, area)) if area else None,
                basis,
                caveat,
            )
            for source, stream, start, end, area, basis, caveat in values["coverage"]
        ),
        contradictions=tuple(
            Contradiction(key, what, tuple(reports), tuple(claims))
            for key, what, reports, claims in values["contradictions"]
        ),
        counts=tuple(
            DailyCount(series, metric, _interval(start, end), int(value), unit, caveat)
            for series, metric, start, end, value, unit, caveat in values["counts"]
        ),
        notes=tuple(values["notes"]),
        network=network_from_plain(values.get("network", {})),
    )


def _box(area: BoundingBox | None) -> list[float] | None:
    return None if area is None else [area.west, area.south, area.east, area.north]


def _interval(start: str, end: str) -> Interval:
    return Interval(datetime.fromisoformat(start), datetime.fromisoformat(end))
