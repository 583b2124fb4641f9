"""Arrivals out of the observation table, associated, and given back as observations with a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from truceline.fusion.arrays import Observations, kind_matrix, leaf_codes
from truceline.fusion.arrivals import Sound, associate
from truceline.fusion.calibrate import Acoustics, Calibration
from truceline.fusion.join import Event
from truceline.fusion.listening import Stations
from truceline.fusion.locate import Arrivals
from truceline.fusion.silence import Network
from truceline.geodesy import from_plane, to_plane
from truceline.model.acts import Taxonomy
from truceline.model.coverage import Coverage
from truceline.model.observation import Measurement

_LEAST_CLUTTER_PER_S = 0.2 / 3600
_QUIET = frozenset({"fire.small-arms"})
_AUDIBLE = ("fire.", "explosion", "strike", "mine.explosion", "mine.clearing")
"""Acts that stations can hear."""


@dataclass(frozen=True, slots=True)
class SoundObservations:
    """Sounds as observations, and the arrivals behind each."""

    observations: Observations
    arrivals: Mapping[str, tuple[str, ...]]
    """Id of the sound to the observation ids of its arrivals."""
    lone: int
    """Arrivals that belong to no sound."""
    network: Network | None = None
    """The stations with those arrivals; None where there are no stations."""

    def silence(self, event: Event, leaf_codes: Sequence[str]) -> float:
        """Give what stations that formed no sound of an event say of it. Unit: nat."""
        if self.network is None:
            return 0.0
        mass = event.kinds
        quiet = sum(float(mass[i]) for i, c in enumerate(leaf_codes) if c in _QUIET)
        audible = sum(float(mass[i]) for i, c in enumerate(leaf_codes) if c.startswith(_AUDIBLE))
        return self.network.log_ratio(event, quiet / max(audible, 1e-9), audible)


def hear(
    table: pa.Table, taxonomy: Taxonomy, calibration: Calibration, coverage: Sequence[Coverage]
) -> SoundObservations:
    """Associate the arrivals of a table.

    Args:
        table: of ``OBSERVATION_SCHEMA``; other measurements are ignored.
        taxonomy: of acts.
        calibration: acoustics and event density.
        coverage: when the stations were listening.
    """
    rows = table.filter(
        pa.compute.equal(table["measurement"], pa.scalar(Measurement.ARRIVAL.value))
    ).to_pylist()
    rows.sort(key=lambda r: (r["phenomenon_start"], r["observation_id"]))
    if not rows:
        return SoundObservations(_observations([], [], taxonomy, (0.0, 0.0), calibration), {}, 0)
    names = sorted({r["datastream"] for r in rows})
    station = np.array([names.index(r["datastream"]) for r in rows], np.int64)
    centre = _centre(rows, station)
    arrivals = _arrivals(rows, centre)
    stations = _stations(arrivals, station, names, coverage)
    density = _density(rows, station, calibration)
    sounds = associate(arrivals, station, stations, density, calibration.acoustics)
    observations = _observations(sounds, rows, taxonomy, centre, calibration)
    behind = {
        key: tuple(sorted(rows[m]["observation_id"] for m in sound.members))
        for key, sound in zip(observations.ids, sounds, strict=True)
    }
    used = {m for s in sounds for m in s.members}
    lone = np.setdiff1d(np.arange(len(rows)), np.array(sorted(used), np.int64))
    rates = np.bincount(station[lone], minlength=len(names)) / _duration_s(arrivals)
    listeners = replace(stations, clutter_per_s=np.maximum(rates, _LEAST_CLUTTER_PER_S))
    network = Network(centre, listeners, arrivals, station, lone, calibration.acoustics)
    return SoundObservations(observations, behind, len(lone), network)


def _centre(rows: Sequence[Mapping[str, object]], station: np.ndarray) -> tuple[float, float]:
    """Give a centre of the plane that one late row does not move. Unit: deg."""
    places = [rows[int(np.flatnonzero(station == s)[0])] for s in np.unique(station)]
    lon, lat = (float(np.mean([float(r[c]) for r in places])) for c in ("lon", "lat"))  # type: ignore[arg-type]
    return round(lon, 1), round(lat, 1)


def _density(
    rows: Sequence[Mapping[str, object]], station: np.ndarray, calibration: Calibration
) -> float:
    """Give the mean event density about the stations. Unit: 1/(m² s)."""
    places = [rows[int(np.flatnonzero(station == s)[0])] for s in np.unique(station)]
    return float(np.mean([calibration.density(float(r["lon"]), float(r["lat"])) for r in places]))  # type: ignore[arg-type]


def _duration_s(arrivals: Arrivals) -> float:
    return max(float(arrivals.time.max() - arrivals.time.min()), 3600.0)


def _arrivals(rows: Sequence[Mapping[str, object]], centre: tuple[float, float]) -> Arrivals:
    def column(name: str) -> np.ndarray:
        return np.array([np.nan if r[name] is None else r[name] for r in rows], float)

    east, north = to_plane(*centre, column("lon"), column("lat"))
    return Arrivals(
        east,
        north,
        np.array([r["phenomenon_start"].timestamp() for r in rows]),  # type: ignore[attr-defined]
        np.maximum(column("time_sigma_s"), 1e-3),
        np.deg2rad(column("bearing_deg")),
        np.deg2rad(np.maximum(np.nan_to_num(column("bearing_sigma_deg"), nan=10.0), 0.5)),
    )


def _stations(
    arrivals: Arrivals,
    station: np.ndarray,
    names: Sequence[str],
    coverage: Sequence[Coverage],
) -> Stations:
    """Place the stations; the clutter of each is its own rate of detections, an upper figure."""
    first = [int(np.flatnonzero(station == s)[0]) for s in range(len(names))]
    counts = np.bincount(station, minlength=len(names))
    up = tuple(
        tuple(
            (c.time.start.timestamp(), c.time.end.timestamp())
            for c in coverage
            if c.datastream == name
        )
        for name in names
    )
    clutter = np.maximum(counts / _duration_s(arrivals), _LEAST_CLUTTER_PER_S)
    return Stations(arrivals.east[first], arrivals.north[first], clutter, up)


def _covariance(sound: Sound, acoustics: Acoustics) -> list[float]:
    """Give ee, en, nn, widened or narrowed as learned. Unit: m²."""
    scale = acoustics.bare_covariance_scale if sound.bare else acoustics.covariance_scale
    cov = sound.origin.cov * scale
    return [float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1])]


def _observations(
    sounds: Sequence[Sound],
    rows: Sequence[Mapping[str, object]],
    taxonomy: Taxonomy,
    centre: tuple[float, float],
    calibration: Calibration,
) -> Observations:
    """Give sounds as observations; ``log_lr`` holds their calibrated log-odds."""
    lon, lat = from_plane(
        *centre, [s.origin.east for s in sounds], [s.origin.north for s in sounds]
    )
    first = [rows[s.members[0]] for s in sounds]
    acoustics = calibration.acoustics
    return Observations(
        ids=tuple(f"sound:{r['observation_id']}" for r in first),
        versions=tuple(str(r["version"]) for r in first),
        lon=np.asarray(lon, float),
        lat=np.asarray(lat, float),
        cov=np.array([_covariance(s, acoustics) for s in sounds], float).reshape(-1, 3),
        start=np.array([s.origin.time for s in sounds], float),
        end=np.array([s.origin.time for s in sounds], float),
        time_sigma=np.array([np.sqrt(s.origin.cov[2, 2]) for s in sounds], float),
        kinds=kind_matrix([str(r["kind"]) for r in first], taxonomy),
        leaf_codes=leaf_codes(taxonomy),
        groups=tuple(
            tuple(sorted({g for m in s.members for g in rows[m]["independence_groups"]}))  # type: ignore[attr-defined]
            for s in sounds
        ),
        layer=tuple("stations" for _ in sounds),
        instrument=np.ones(len(sounds), bool),
        log_lr=np.array([acoustics.log_odds(s.log_odds) for s in sounds], float),
    )
