"""Which incident tells of which true event: one to one, by the records that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import scipy  # its optimize is loaded when it is used

from truceline.simulation.truth import Origin, Truth

RIGHT_FROM = 0.6
"""Shared records / max(size of the incident, size of the true event) from which it is right."""
COUNTS_FROM = 0.5
"""Probability from which an incident counts, 0..1."""


@dataclass(frozen=True, slots=True)
class ScoredIncident:
    """An incident as the score needs it."""

    id: str
    start: datetime
    """UTC."""
    end: datetime
    lon: float
    lat: float
    cov_ee_m2: float
    cov_en_m2: float
    cov_nn_m2: float
    probability: float
    """0..1."""
    kind: str
    """Most probable code of the act taxonomy."""
    members: tuple[str, ...]
    """Observation ids: ``source:natural key``."""
    masked: bool = False
    """True when it is explained without the parties; it then does not count."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Who is who."""

    counted: tuple[ScoredIncident, ...]
    event_of: Mapping[str, str]
    """Incident id to the event that it is right about."""
    salvo_of: Mapping[str, str]
    """Incident id to the salvo from which at least 60 % of its records came."""
    unknown: tuple[str, ...]
    """Members that the truth has never heard of, sorted."""


def origin_of(truth: Truth, observation_id: str) -> Origin | None:
    """Look a record up; one sentence may give several observations, ``id#2`` is one of ``id``."""
    found = truth.observations.get(observation_id)
    return found or truth.observations.get(observation_id.rsplit("#", 1)[0])


def match(truth: Truth, incidents: Sequence[ScoredIncident]) -> Matching:
    """Match incidents and events one to one so that as many as possible are right.

    A record that tells of several events (a patrol that counted a burst) is neither good nor bad
    for an incident of any one of them; it decides only for events that nothing else tells of.
    """
    counted = tuple(
        sorted(
            (
                incident
                for incident in incidents
                if incident.probability >= COUNTS_FROM and incident.members and not incident.masked
            ),
            key=lambda incident: incident.id,
        )
    )
    unknown = sorted({m for i in incidents for m in i.members if origin_of(truth, m) is None})
    own = Counter(o.events[0] for o in truth.observations.values() if len(o.events) == 1)
    index = {event.id: column for column, event in enumerate(truth.events)}
    ratio = np.zeros((len(counted), len(truth.events)))
    for row, incident in enumerate(counted):
        for event, share in _shares(truth, incident, own).items():
            ratio[row, index[event]] = share
    right = np.where(ratio >= RIGHT_FROM - 1e-9, 1.0 + ratio, 0.0)
    rows, columns = scipy.optimize.linear_sum_assignment(right, maximize=True)
    event_of = {
        counted[row].id: truth.events[column].id
        for row, column in zip(rows, columns, strict=True)
        if right[row, column] > 0
    }
    return Matching(counted, event_of, _salvos(truth, counted), tuple(unknown))


def _shares(truth: Truth, incident: ScoredIncident, own: Mapping[str, int]) -> dict[str, float]:
    """Give the overlap of one incident with each event it has a record of."""
    single: Counter[str] = Counter()
    several: Counter[str] = Counter()
    members = sorted(set(incident.members))
    for member in members:
        origin = origin_of(truth, member)
        if origin is not None:
            (single if len(origin.events) == 1 else several).update(origin.events)
    shares = {}
    for event in sorted({*single, *several}):
        size = len(members) - several[event]
        if own.get(event, 0):
            shares[event] = single[event] / max(size, own[event])
        else:
            shares[event] = several[event] / len(members)
    return shares


def _salvos(truth: Truth, counted: Sequence[ScoredIncident]) -> dict[str, str]:
    salvo = {event.id: event.salvo for event in truth.events}
    found = {}
    for incident in counted:
        members = set(incident.members)
        votes: Counter[str] = Counter()
        for member in sorted(members):
            origin = origin_of(truth, member)
            votes.update({salvo[event] for event in (origin.events if origin else ())})
        if votes:
            best, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
            if count / len(members) >= RIGHT_FROM - 1e-9:
                found[incident.id] = best
    return found
