"""Incidents: what happened, as a hypothesis with a probability, an ellipse and its members."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.interval import Interval


class MemberRole(StrEnum):
    """What an observation does for its incident."""

    SUPPORT = "support"
    """Adds evidence: the first of its independence group."""
    COPY = "copy"
    """Belongs to it, but shares an independence group with a member that already counts."""


@dataclass(frozen=True, slots=True)
class Member:
    """One observation of an incident."""

    observation_id: str
    version: str
    role: MemberRole
    log_likelihood_ratio: float
    """What it adds to the log-odds that the incident is real; 0 for a copy."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One revision of one incident.

    Its id is given once and never reused. The *canonical projection*, on which runs are compared,
    is everything except ``incident_id`` and ``revision``.
    """

    incident_id: str
    revision: int
    """1 for the first; grows by one with each change of content."""
    time: Interval
    """When it happened: the common window of its members. UTC."""
    time_sigma_s: float
    """Standard error of ``time.start`` where the time is an instant, else 0. Unit: s."""
    straddles_unknown: bool
    """True where only a window is known (spread or somewhere inside), False for an instant."""
    lon: float
    lat: float
    cov_ee_m2: float
    cov_en_m2: float
    cov_nn_m2: float
    kinds: tuple[tuple[str, float], ...]
    """(act code, probability), most probable first; sums to 1."""
    probability: float
    """Probability that something of these kinds happened here and then, 0..1."""
    groups: tuple[str, ...]
    """Independence groups that support it, sorted."""
    sides: tuple[str, ...]
    """Sides on whose word it rests, sorted; empty for instruments."""
    accused: tuple[str, ...]
    """Parties that some member blames, sorted. Blame is not attribution."""
    count_min: int | None
    count_max: int | None
    place_name: str | None
    masked: str | None
    """Why it is explained without the parties (persistent heat); null where it is not."""
    members: tuple[Member, ...]
    """Sorted by observation id."""
    calibration: str
    """Version of the calibration it rests on."""

    label: str = ""
    """The most specific code that its members gave and that holds most of ``kinds``."""
    revised: str = ""
    """Why this revision was made; empty for the first."""

    @property
    def kind(self) -> str:
        """The code to call it by: its label, else the most probable leaf kind."""
        return self.label or self.kinds[0][0]

    @property
    def corroboration(self) -> int:
        """Number of independent groups that support it."""
        return len(self.groups)
