"""Incidents and findings to and from plain values (canonical JSON holds them)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from truceline.model.finding import Factor, Finding, Mode, Outcome, Status
from truceline.model.incident import Incident, Member, MemberRole
from truceline.model.interval import Interval

_INCIDENT_FLOATS = (
    "time_sigma_s", "lon", "lat", "cov_ee_m2", "cov_en_m2", "cov_nn_m2", "probability",
)  # fmt: skip
_INCIDENT_PLAIN = (
    "incident_id", "revision", "straddles_unknown", "count_min", "count_max", "place_name",
    "masked", "calibration", "label", "revised",
)  # fmt: skip


def incident_to_plain(incident: Incident) -> dict[str, Any]:
    """Give an incident as JSON-able values."""
    names = (*_INCIDENT_PLAIN, *_INCIDENT_FLOATS)
    values: dict[str, Any] = {name: getattr(incident, name) for name in names}
    values["time"] = [incident.time.start, incident.time.end]
    values["kinds"] = [list(pair) for pair in incident.kinds]
    values["groups"] = list(incident.groups)
    values["sides"] = list(incident.sides)
    values["accused"] = list(incident.accused)
    values["members"] = [
        [m.observation_id, m.version, m.role.value, m.log_likelihood_ratio]
        for m in incident.members
    ]
    return values


def incident_from_plain(values: Mapping[str, Any]) -> Incident:
    """Read what :func:`incident_to_plain` wrote, after JSON.

    Raises:
        KeyError: when a field is missing.
    """
    start, end = (_moment(v) for v in values["time"])
    plain: dict[str, Any] = {name: values[name] for name in _INCIDENT_PLAIN}
    # JSON has one kind of number: a float without a fraction comes back as an integer
    plain |= {name: float(values[name]) for name in _INCIDENT_FLOATS}
    return Incident(
        **plain,
        time=Interval(start, end),
        kinds=tuple((code, float(p)) for code, p in values["kinds"]),
        groups=tuple(values["groups"]),
        sides=tuple(values["sides"]),
        accused=tuple(values["accused"]),
        members=tuple(
            Member(key, version, MemberRole(role), float(worth))
            for key, version, role, worth in values["members"]
        ),
    )


def projection(incident: Incident) -> dict[str, Any]:
    """Give the canonical projection: the incident without id and history."""
    values = incident_to_plain(incident)
    for name in ("incident_id", "revision", "revised"):
        del values[name]
    return values


_FINDING_PLAIN = (
    "finding_id", "incident_id", "incident_revision", "clause_id", "clause_ref", "grade", "words",
)  # fmt: skip


def finding_to_plain(finding: Finding) -> dict[str, Any]:
    """Give a finding as JSON-able values."""
    values: dict[str, Any] = {name: getattr(finding, name) for name in _FINDING_PLAIN}
    values["probability"] = finding.probability
    values["factors"] = [[f.name, f.probability, f.known, f.reason] for f in finding.factors]
    values["outcome"] = finding.outcome.value
    values["attribution"] = [list(pair) for pair in finding.attribution]
    values["unverified"] = list(finding.unverified)
    values["status"], values["mode"] = finding.status.value, finding.mode.value
    return values


def finding_from_plain(values: Mapping[str, Any]) -> Finding:
    """Read what :func:`finding_to_plain` wrote, after JSON.

    Raises:
        KeyError: when a field is missing.
    """
    return Finding(
        **{name: values[name] for name in _FINDING_PLAIN},
        probability=float(values["probability"]),
        factors=tuple(Factor(n, float(p), k, r) for n, p, k, r in values["factors"]),
        outcome=Outcome(values["outcome"]),
        attribution=tuple((who, float(p)) for who, p in values["attribution"]),
        unverified=tuple(values["unverified"]),
        status=Status(values["status"]),
        mode=Mode(values["mode"]),
    )


def _moment(text: str | datetime) -> datetime:
    if isinstance(text, datetime):
        return text
    return datetime.fromisoformat(text)
