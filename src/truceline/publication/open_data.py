"""The report as open data: canonical JSON, CSV, GeoJSON. Same model as the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any, Final

from truceline.codec.canonical import canonical, rfc3339
from truceline.publication.html import render_html
from truceline.publication.public import PublicIncident
from truceline.publication.report import Report
from truceline.publication.sentences import key_sentences
from truceline.publication.totals import reconcile, reconcile_heat
from truceline.publication.wording import rules

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_INCIDENT_COLUMNS: Final = [
    "incident_id",
    "revision",
    "start_utc",
    "end_utc",
    "time_precision",
    "hour_utc",
    "phase",
    "lon",
    "lat",
    "cell_m",
    "uncertainty_m",
    "place",
    "area",
    "kind",
    "probability",
    "words",
    "corroboration",
    "groups",
    "sides",
    "accused",
    "count_min",
    "count_max",
    "observations",
    "calibration",
]
_FINDING_COLUMNS: Final = [
    "finding_id",
    "incident_id",
    "incident_revision",
    "clause_id",
    "clause_ref",
    "outcome",
    "probability",
    "probability_is_upper_bound",
    "words",
    "grade",
    "attribution",
    "unverified",
    "status",
    "mode",
]
_HEAT_COLUMNS: Final = [
    "source",
    "seen_from_utc",
    "seen_to_utc",
    "lon",
    "lat",
    "cell_m",
    "set_aside",
    "raw_sha256",
    "raw_line",
]


def render_json(report: Report) -> bytes:
    """Write the whole report as canonical JSON (RFC 8785).

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    reconcile(report.totals, report.incidents)
    document = {item.name: _plain(getattr(report, item.name)) for item in fields(report)}
    document["agreement"] = _agreement(report)
    document["key_sentences"] = list(key_sentences(report))
    document["rules_of_publication"] = list(rules(report.agreement.procedure))
    document["format"] = "truceline report 1"
    return canonical(document)


def _plain(value: Any) -> Any:
    """Turn dataclasses into objects; everything else is left to the canonical codec."""
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def _agreement(report: Report) -> dict[str, Any]:
    """The parts of the agreement that a reader of the data needs; geometry stays in its own file."""
    agreement = report.agreement
    names = ("id", "title", "version", "kind", "status", "parties", "in_force", "pledges")
    found = {name: _plain(getattr(agreement, name)) for name in names}
    found["clauses"] = [
        {
            "id": clause.id,
            "ref": clause.ref,
            "summary": clause.summary,
            "mode": clause.mode,
            "binds": list(clause.binds),
            "acts": list(clause.acts),
            "verified": _plain(clause.verified),
        }
        for clause in agreement.clauses
    ]
    return found


def render_incidents_csv(report: Report) -> bytes:
    """Write one line an incident, UTF-8 with header.

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    reconcile(report.totals, report.incidents)
    return _csv(_INCIDENT_COLUMNS, (_incident_row(i) for i in report.incidents))


def render_findings_csv(report: Report) -> bytes:
    """Write one line a finding, UTF-8 with header.

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    reconcile(report.totals, report.incidents)
    rows = (
        (
            f.finding_id,
            f.incident_id,
            f.incident_revision,
            f.clause_id,
            f.clause_ref,
            f.outcome,
            f.probability,
            "yes" if f.at_most else "no",
            f.words,
            f.grade,
            "; ".join(f"{who} {p:g}" for who, p in f.attribution),
            "; ".join(f.unverified),
            f.status,
            f.mode,
        )
        for i in report.incidents
        for f in i.findings
    )
    return _csv(_FINDING_COLUMNS, rows)


def render_geojson(report: Report) -> bytes:
    """Write the incidents as GeoJSON (RFC 7946); one that is not told apart has no geometry.

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    reconcile(report.totals, report.incidents)
    features = []
    for i in report.incidents:
        row = dict(zip(_INCIDENT_COLUMNS, _incident_row(i), strict=True))
        lon, lat = row.pop("lon"), row.pop("lat")
        point = None if i.position is None else {"type": "Point", "coordinates": [lon, lat]}
        features.append(
            {"type": "Feature", "id": i.incident_id, "geometry": point, "properties": row}
        )
    return canonical({"type": "FeatureCollection", "features": features})


def render_heat_csv(report: Report) -> bytes:
    """Write one line a detection of heat, UTF-8 with header, in order of the passes.

    One column an assumption of the report says how probably something usual explains a detection
    that is left; those that were set aside have the reason instead.

    Raises:
        WorkflowError: when the detections of a day do not come to its counts.
    """
    reconcile_heat(report.heat, report.masked, report.left)
    ways = [f"usual_{way.key}" for way in report.assumptions]
    columns = [*_HEAT_COLUMNS, *ways, "explanation"]
    rows = sorted(
        [(row, "yes", [""] * len(ways)) for row in report.masked]
        + [(row, "no", list(row.usual)) for row in report.left],
        key=lambda item: (item[0].seen, item[0].raw_sha256, item[0].raw_line),
    )
    return _csv(
        columns,
        (
            (
                row.source,
                rfc3339(row.seen.start),
                rfc3339(row.seen.end),
                row.position.lon,
                row.position.lat,
                row.position.cell_m,
                aside,
                row.raw_sha256,
                row.raw_line,
                *usual,
                row.explanation,
            )
            for row, aside, usual in rows
        ),
    )


def files(report: Report) -> dict[str, bytes]:
    """Write every file of a report, by name; ``heat.csv`` only where heat was seen.

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    heat = {"heat.csv": render_heat_csv(report)} if report.masked or report.left else {}
    return heat | {
        "report.html": render_html(report).encode(),
        "report.json": render_json(report),
        "incidents.csv": render_incidents_csv(report),
        "findings.csv": render_findings_csv(report),
        "incidents.geojson": render_geojson(report),
    }


def _incident_row(i: PublicIncident) -> tuple[Any, ...]:
    where = i.position
    return (
        i.incident_id,
        i.revision,
        rfc3339(i.time.window.start),
        rfc3339(i.time.window.end),
        i.time.precision,
        "" if i.time.hour is None else rfc3339(i.time.hour),
        i.time.phase,
        "" if where is None else where.lon,
        "" if where is None else where.lat,
        "" if where is None else where.cell_m,
        "" if where is None else where.uncertainty_m,
        i.place,
        i.area,
        i.kind,
        i.probability,
        i.words,
        i.corroboration,
        "; ".join(i.groups),
        "; ".join(i.sides),
        "; ".join(i.accused),
        "" if i.count_min is None else i.count_min,
        "" if i.count_max is None else i.count_max,
        len(i.facts),
        i.calibration,
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    """Keep a text that a spreadsheet would run as a formula from being run."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
