"""Observations as arrays: what fusion sees of them. It knows measurements, never sources."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from truceline.geodesy import from_plane
from truceline.model.acts import Taxonomy
from truceline.model.observation import Measurement, Standing, TimePrecision

Floats = NDArray[np.float64]

AREA_SIGMA_M = 20_000.0
"""From this standard error on, a place is an area ("Donetsk oblast"): it can be an incident, but
nothing tells which of the events inside it another observation means, so it joins none. Unit: m."""


@dataclass(frozen=True, slots=True)
class Observations:
    """``n`` observations in canonical order (by id), arrivals left out, ``k`` leaf kinds."""

    ids: tuple[str, ...]
    versions: tuple[str, ...]
    lon: Floats
    """Mean position, shape (n,). Unit: deg."""
    lat: Floats
    cov: Floats
    """Shape (n, 3): ee, en, nn. Unit: m²."""
    start: Floats
    """Start of the window, or the instant, shape (n,). Unit: s since 1970."""
    end: Floats
    """End of the window; equal to ``start`` for an instant. Unit: s since 1970."""
    time_sigma: Floats
    """Standard error of an instant, 0 for a window. Unit: s."""
    kinds: Floats
    """Shape (n, k): probability of each leaf kind given the label alone; rows sum to 1."""
    leaf_codes: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    """Independence groups of each observation."""
    layer: tuple[str, ...]
    """Side that speaks, else the source: groups of one layer are not fully independent."""
    instrument: NDArray[np.bool_]
    """True where a device saw it, shape (n,)."""
    log_lr: Floats
    """Natural log of the likelihood ratio that its word is worth, shape (n,)."""
    told_apart: NDArray[np.bool_]
    """True for events that were told apart already, shape (n,): no two of them are one."""

    def __len__(self) -> int:
        return len(self.ids)


def leaf_codes(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Give every leaf of the taxonomy, sorted."""
    acts = taxonomy.acts
    return tuple(sorted(c for c in acts if not any(o.startswith(c + ".") for o in acts)))


def kind_matrix(codes: list[str], taxonomy: Taxonomy) -> Floats:
    """Give, for each label, the probability of each leaf kind it may stand for, shape (n, k).

    A label spreads evenly over its leaves. A label above or beside a leaf keeps a thousandth for
    every other act, since people misname what they hear.
    """
    leaves = leaf_codes(taxonomy)
    index = {code: i for i, code in enumerate(leaves)}
    known: dict[str, Floats] = {}
    for code in sorted(set(codes)):
        row = np.full(len(leaves), 1e-3 / len(leaves))
        own = taxonomy.leaves(code)
        row[[index[c] for c in own]] += (1 - 1e-3) / len(own)
        known[code] = row / row.sum()
    return np.array([known[c] for c in codes]).reshape(len(codes), len(leaves))


def fusable(table: pa.Table, taxonomy: Taxonomy) -> pa.Table:
    """Keep the rows that may become members of an incident, sorted by observation id.

    Evidence with a place, of an act or of harm or heat; alarms, control of places, silence, speech
    and leads are left out. Arrivals are kept; :func:`from_table` leaves them to the associator.
    """
    wanted = [c for c, a in taxonomy.acts.items() if a.by_a_party or c.split(".")[0] in _TRACES]
    keep = pc.and_(
        pc.and_(
            pc.equal(table["standing"], pa.scalar(Standing.EVIDENCE.value)),
            pc.is_in(table["kind"], value_set=pa.array(sorted(wanted))),
        ),
        pc.or_(
            pc.and_(pc.is_valid(table["lon"]), pc.is_valid(table["lat"])),
            # where a sensor stands may be told by another file
            pc.equal(table["measurement"], pa.scalar(Measurement.ARRIVAL.value)),
        ),
    )
    return table.filter(keep).sort_by("observation_id")


_LEAST_M2 = 25.0**2
"""No place is known to better than 25 m, whatever is claimed. Unit: m²."""
_SOUND_M_S = 340.0
_TRACES = frozenset({"harm", "heat"})
_INSTRUMENTS = frozenset({"acoustic", "seismic", "infrasound", "radar", "thermal"})


def from_table(
    table: pa.Table,
    taxonomy: Taxonomy,
    reliability_log_lr: dict[str, float],
    credibility_log_lr: dict[str, float],
) -> Observations:
    """Turn fusable rows, arrivals left out, into arrays.

    Args:
        table: of ``OBSERVATION_SCHEMA``, sorted by id (:func:`fusable`).
        taxonomy: of acts.
        reliability_log_lr: Admiralty letter to natural log of a likelihood ratio.
        credibility_log_lr: Admiralty figure, as text, to the same.

    Raises:
        KeyError: when a row's kind is not in the taxonomy.
    """
    table = table.filter(pc.not_equal(table["measurement"], pa.scalar(Measurement.ARRIVAL.value)))
    rows = table.select(_NEEDED).to_pylist()
    placed = [_place(row) for row in rows]
    timed = [_time(row) for row in rows]
    worth = [
        reliability_log_lr.get(r["reliability"], 0.0)
        + credibility_log_lr.get(str(r["credibility"]), 0.0)
        for r in rows
    ]
    return Observations(
        ids=tuple(r["observation_id"] for r in rows),
        versions=tuple(r["version"] for r in rows),
        lon=np.array([p[0] for p in placed], float),
        lat=np.array([p[1] for p in placed], float),
        cov=np.array([p[2] for p in placed], float).reshape(len(rows), 3),
        start=np.array([t[0] for t in timed], float),
        end=np.array([t[1] for t in timed], float),
        time_sigma=np.array([t[2] for t in timed], float),
        kinds=kind_matrix([r["kind"] for r in rows], taxonomy),
        leaf_codes=leaf_codes(taxonomy),
        groups=tuple(tuple(sorted(r["independence_groups"])) for r in rows),
        layer=tuple(r["speaker_side"] or r["source"] for r in rows),
        instrument=np.array([r["modality"] in _INSTRUMENTS for r in rows], bool),
        log_lr=np.array(worth, float),
        told_apart=np.zeros(len(rows), bool),
    )


_NEEDED = [
    "observation_id", "version", "kind", "modality", "source", "measurement", "lon", "lat",
    "cov_ee_m2", "cov_en_m2", "cov_nn_m2", "bearing_deg", "bearing_sigma_deg", "range_min_m",
    "range_max_m", "phenomenon_start", "phenomenon_end", "time_sigma_s", "time_precision",
    "independence_groups", "speaker_side", "reliability", "credibility",
]  # fmt: skip


def _time(row: dict[str, object]) -> tuple[float, float, float]:
    start, end = row["phenomenon_start"].timestamp(), row["phenomenon_end"].timestamp()  # type: ignore[attr-defined]
    if row["time_precision"] == TimePrecision.INSTANT.value:
        middle = (start + end) / 2
        return middle, middle, max(float(row["time_sigma_s"]), 1.0)  # type: ignore[arg-type]
    # what was heard from afar happened before it was heard
    late = float(row["range_max_m"] or 0.0) / _SOUND_M_S  # type: ignore[arg-type]
    return start - late, max(end, start + 1.0), 0.0


def _place(row: dict[str, object]) -> tuple[float, float, tuple[float, float, float]]:
    """Give the mean and covariance of the likelihood over place, whatever the measurement."""
    lon, lat = float(row["lon"]), float(row["lat"])  # type: ignore[arg-type]
    cov = tuple(float(row[c] or 0.0) for c in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2"))  # type: ignore[arg-type]
    if row["measurement"] == Measurement.SECTOR.value:
        return _sector(row, lon, lat, cov)  # type: ignore[arg-type]
    return lon, lat, (max(cov[0], _LEAST_M2), cov[1], max(cov[2], _LEAST_M2))


def _sector(
    row: dict[str, object], lon: float, lat: float, cov: tuple[float, float, float]
) -> tuple[float, float, tuple[float, float, float]]:
    """Match a Gaussian to an even spread over range and a Gaussian bearing.

    Source: moments of the uniform density over an interval (variance w²/12) and of a small angle
    (r sigma)², turned to east and north.
    """
    near, far = float(row["range_min_m"]), float(row["range_max_m"])  # type: ignore[arg-type]
    bearing = math.radians(float(row["bearing_deg"]))  # type: ignore[arg-type]
    spread = math.radians(float(row["bearing_sigma_deg"]))  # type: ignore[arg-type]
    middle = (near + far) / 2
    along = max((far - near) ** 2 / 12, (0.1 * middle) ** 2, _LEAST_M2)
    across = max((middle * min(spread, 1.5)) ** 2, _LEAST_M2)
    sin, cos = math.sin(bearing), math.cos(bearing)
    at_lon, at_lat = from_plane(lon, lat, [middle * sin], [middle * cos])
    return (
        float(at_lon[0]),
        float(at_lat[0]),
        (
            cov[0] + along * sin * sin + across * cos * cos,
            cov[1] + (along - across) * sin * cos,
            cov[2] + along * cos * cos + across * sin * sin,
        ),
    )
