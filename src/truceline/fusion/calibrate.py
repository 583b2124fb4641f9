"""Calibration: what is learned from the data, as a versioned input of fusion.

Recalibrating is a step of its own that makes new revisions of incidents; one late row never moves
it (``docs/adr/0004``).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace

import numpy as np

from truceline.codec.canonical import canonical
from truceline.fusion.arrays import Floats, Observations
from truceline.fusion.calibration_network import content
from truceline.fusion.calibration_network.content import NetworkCalibration

LOG_ODDS_BEND = 1.0
"""Log evidence beyond which it counts like its logarithm. Unit: nat."""
CELL_DEG = 0.25
"""Side of a cell of the event-density grid. Unit: deg."""


@dataclass(frozen=True, slots=True)
class Acoustics:
    """Stated figures of sound and of hearing, and those by which odds and ellipses are calibrated.

    Hearing, ``log_odds_*`` and the scales of covariance were learned on simulated days by
    ``python benchmarks/fusion_calibration.py --learn 0:60 --check 1000:1060`` and checked on days
    not seen (``docs/calibration.md``); the rest is stated.
    """

    speed_m_s: float = 341.0
    """Speed of sound along the ground in still air. Unit: m/s."""
    speed_relative_sigma: float = 0.008
    """Standard error of its reciprocal, as a share: temperature that nobody measured."""
    wind_sigma_m_s: float = 2.5
    """Standard deviation of each component of a wind that nobody measured. Unit: m/s."""
    local_relative_sigma: float = 0.001
    """Share of the travel time by which paths differ beyond a common temperature and wind."""
    hearing_best: float = 0.97
    """Probability of detection beside the sensor, 0..1."""
    hearing_range_m: float = 14_000.0
    """Distance at which half of that is left for guns, mortars and explosions. Unit: m."""
    quiet_range_m: float = 5_500.0
    """The same for rifles and machine guns. Unit: m."""
    hearing_width: float = 0.15
    """Width of the fall around that distance, as a share of it."""
    quiet_share: float = 0.25
    """Share of sounds that are of the quiet kind, before anything is heard."""
    earshot_m: float = 19_000.0
    """Beyond this distance nothing is expected. Unit: m."""
    log_odds_scale: float = 1.37
    """Factor on the log evidence of an event that few heard, bent by :data:`LOG_ODDS_BEND`
    (``docs/calibration.md``)."""
    log_odds_shift: float = -1.58
    """Term added to it. Unit: nat."""
    many_log_odds_scale: float = 2.12
    """Factor on the log-odds that the engine for networks gives an event, in a network that has not
    taught its own model yet: so few masts leave it surer than it should be."""
    many_log_odds_shift: float = -8.4
    """Term added to them. Unit: nat."""
    covariance_scale: float = 0.84
    """Factor on the covariance of an event that four sensors or more heard, so that the 90 % ellipse
    holds 90 %, in a network that has not taught its own model yet."""
    few_covariance_scale: float = 0.93
    """The same for an event that fewer heard (:mod:`~truceline.fusion.few`)."""
    bare_covariance_scale: float = 1.19
    """The same for one without a check on its place: three facts for its three unknowns."""

    def log_odds(self, evidence: float) -> float:
        """Give the calibrated log-odds of a sound that few heard from its log evidence.

        The evidence is against clutter alone. Most wrong sounds are arrivals of two shots of one
        burst, which evidence against clutter hardly sees: beyond some nats it therefore grows only
        like a logarithm. Source: Platt (1999), with the inverse hyperbolic sine as the feature.

        >>> Acoustics(log_odds_scale=2.0, log_odds_shift=0.5).log_odds(0.0)
        0.5
        """
        bent = math.asinh(evidence / LOG_ODDS_BEND)
        return self.log_odds_scale * bent + self.log_odds_shift


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything learned or stated that an incident rests on besides its observations."""

    density_cells: dict[str, float]
    """``ix:iy`` of the grid to events per m² and s."""
    density_elsewhere: float
    """Events per m² and s in cells without a figure."""
    kind_prior: dict[str, float]
    """Leaf kind to its share of all events; sums to 1."""
    joint_detection: float
    """Probability that a further source that could have told of an event did, 0..1."""
    acoustics: Acoustics = field(default_factory=Acoustics)
    background: str = ""
    """Version of the table of persistent heat, empty where none."""
    basis: str = ""
    """From what it was learned, one sentence."""
    network: NetworkCalibration | None = None
    """What the sensors taught of themselves, sound and air; null where none had noted anything."""
    network_learned: bool = False
    """Whether there were events enough to learn the model of ``network`` from."""

    @property
    def version(self) -> str:
        """Hash of the content, first 16 hex digits."""
        return hashlib.sha256(canonical(as_plain(self))).hexdigest()[:16]

    def density(self, lon: float, lat: float) -> float:
        """Give the event density at a place. Unit: 1/(m² s)."""
        return self.density_cells.get(cell_of(lon, lat), self.density_elsewhere)


def as_plain(calibration: Calibration) -> dict[str, object]:
    """Give the calibration as JSON-able values."""
    acoustics = {name: getattr(calibration.acoustics, name) for name in Acoustics.__slots__}
    return {
        "acoustics": acoustics,
        "background": calibration.background,
        "basis": calibration.basis,
        "density_cells": calibration.density_cells,
        "density_elsewhere": calibration.density_elsewhere,
        "joint_detection": calibration.joint_detection,
        "kind_prior": calibration.kind_prior,
        "network": None if calibration.network is None else content.as_plain(calibration.network),
        "network_learned": calibration.network_learned,
    }


def from_plain(values: dict[str, object]) -> Calibration:
    """Read what :func:`as_plain` wrote.

    Raises:
        TypeError: when a field is missing or unknown.
        KeyError: when a part is missing.
        SourceError: when what the network taught is of another form.
    """
    known = dict(values)
    acoustics = Acoustics(**known.pop("acoustics"))  # type: ignore[arg-type]
    plain = known.pop("network")
    network = None if plain is None else content.from_plain(plain)  # type: ignore[arg-type]
    return Calibration(acoustics=acoustics, network=network, **known)  # type: ignore[arg-type]


def cell_of(lon: float, lat: float) -> str:
    """Name the density cell of a position."""
    return f"{int(np.floor(lon / CELL_DEG))}:{int(np.floor(lat / CELL_DEG))}"


def learn(
    observations: Observations, acoustics: Acoustics, background: str, joint_detection: float = 0.3
) -> Calibration:
    """Learn event density and kinds from observations.

    Density is a shrunken histogram: each cell's count plus one pseudo-count spread as the mean of
    all cells, over area and time (the Gamma-Poisson posterior mean with a prior of weight one).
    Several observations of one event are counted as several: the density is an upper figure, which
    makes joining harder, never easier.

    Args:
        observations: all that is known, arrivals left out.
        acoustics: stated figures of hearing.
        background: version of the heat table.
        joint_detection: probability that a further source tells of an event, a stated judgement.
    """
    kinds = (
        observations.kinds.mean(axis=0)
        if len(observations)
        else np.ones(len(observations.leaf_codes))
    )
    flat = np.full_like(kinds, 1 / len(kinds))
    prior = 0.9 * kinds / kinds.sum() + 0.1 * flat
    codes = observations.leaf_codes or ("other",)
    cells, elsewhere, basis = _density(observations)
    return replace(
        Calibration({}, elsewhere, {}, joint_detection, acoustics, background, basis),
        density_cells=cells,
        kind_prior={code: float(p) for code, p in zip(codes, prior, strict=False)},
    )


def _density(observations: Observations) -> tuple[dict[str, float], float, str]:
    if len(observations) == 0:
        return {}, 1e-15, "no observations: a stated density of 1e-15 per m² and s"
    days = max((observations.end.max() - observations.start.min()) / 86_400.0, 1.0)
    ix = np.floor(observations.lon / CELL_DEG).astype(int)
    iy = np.floor(observations.lat / CELL_DEG).astype(int)
    cells, counts = np.unique(np.stack([ix, iy], axis=1), axis=0, return_counts=True)
    area = _cell_area_m2((cells[:, 1] + 0.5) * CELL_DEG)
    exposure = area * days * 86_400.0
    mean = counts.sum() / exposure.sum()
    density = (counts + 1.0) / (exposure + 1.0 / mean)
    named = {f"{x}:{y}": float(d) for (x, y), d in zip(cells.tolist(), density, strict=True)}
    # where nothing was ever told of, events are rarer than anywhere else
    return named, float(density.min()) / 2, f"{len(observations)} observations over {days:.1f} days"


def _cell_area_m2(lat: Floats) -> Floats:
    """Area of a cell at a latitude; a degree is 111.2 km on the sphere. Unit: m²."""
    side = CELL_DEG * 111_195.0
    area: Floats = side * side * np.cos(np.deg2rad(lat))
    return area
