"""Small tables of invented observations, in the open North Atlantic where nobody is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from truceline.codec.agreement import load_agreement
from truceline.codec.canonical import canonical
from truceline.codec.nouns import projection
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.arrays import leaf_codes
from truceline.fusion.calibrate import Acoustics, Calibration
from truceline.fusion.engine import Fused, HeatView, Standards, fuse
from truceline.geodesy import from_plane
from truceline.model.observation import OBSERVATION_SCHEMA

AGREEMENTS = Path(__file__).parents[1] / "agreements"
NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
LON, LAT = -28.0, 47.2
NO_HEAT = HeatView({}, {})


def later(seconds: float) -> datetime:
    """Give the moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Give longitude and latitude so many metres from the middle of the scene."""
    lon, lat = from_plane(LON, LAT, [east_m], [north_m])
    return float(lon[0]), float(lat[0])


def row(key: str, **changes: Any) -> dict[str, Any]:
    """Give one observation: a report of mortar fire at noon, to 200 m and a minute, by nobody's side.

    Args:
        key: natural key; the id becomes ``test:key`` and the independence group is ``key``.
        changes: columns to replace; ``at=(east_m, north_m)`` places it, ``sigma_m`` its error,
            ``seconds`` moves it in time, ``window=(from_s, to_s)`` makes it a window.
    """
    east, north = changes.pop("at", (0.0, 0.0))
    sigma = changes.pop("sigma_m", 200.0)
    moment = later(changes.pop("seconds", 0.0))
    window = changes.pop("window", None)
    lon, lat = place(east, north)
    made: dict[str, Any] = dict.fromkeys(OBSERVATION_SCHEMA.names)
    made |= {
        "observation_id": f"test:{key}",
        "version": f"v-{key}",
        "version_rank": 0,
        "source": "test",
        "datastream": "test",
        "modality": "report",
        "standing": "evidence",
        "kind": "fire.mortar",
        "phenomenon_start": moment if window is None else later(window[0]),
        "phenomenon_end": moment if window is None else later(window[1]),
        "time_sigma_s": 60.0 if window is None else 0.0,
        "time_precision": "instant" if window is None else "window",
        "measurement": "point",
        "lon": lon,
        "lat": lat,
        "cov_ee_m2": sigma**2,
        "cov_en_m2": 0.0,
        "cov_nn_m2": sigma**2,
        "independence_groups": [key],
        "reliability": "B",
        "credibility": 2,
        "raw_sha256": "0" * 64,
        "raw_line": 1,
        "raw_offset": 0,
        "raw_length": 1,
        "attributes": "{}",
    }
    return made | changes


def arrival(key: str, station: str, seconds: float, **changes: Any) -> dict[str, Any]:
    """Give one arrival of sound; ``at`` is where the station stands."""
    given: dict[str, Any] = {
        "modality": "acoustic",
        "measurement": "arrival",
        "datastream": station,
        "seconds": seconds,
        "time_sigma_s": 0.05,
        "kind": "explosion",
        "independence_groups": [station],
        "cov_ee_m2": None,
        "cov_en_m2": None,
        "cov_nn_m2": None,
    }
    return row(key, **(given | changes))


def heat(key: str, **changes: Any) -> dict[str, Any]:
    """Give one thermal detection: a pixel of 375 m, seen within the last 12 hours."""
    given: dict[str, Any] = {
        "modality": "thermal",
        "measurement": "footprint",
        "kind": "heat",
        "scan_m": 375.0,
        "track_m": 375.0,
        "sigma_m": 150.0,
        "window": (-6 * 3600.0, 6 * 3600.0),
        "independence_groups": ["satellite"],
    }
    return row(key, **(given | changes))


def table(*rows: dict[str, Any]) -> pa.Table:
    """Give rows as a table of the schema, in the order given."""
    return pa.Table.from_pylist(list(rows), schema=OBSERVATION_SCHEMA)


def standards(**changes: float) -> Standards:
    """Give the standards of the shipped fictional agreement."""
    procedure = load_agreement(AGREEMENTS / "riverline").procedure
    made = Standards(
        procedure.prior_odds,
        procedure.reliability_log_lr,
        procedure.credibility_log_lr,
        procedure.same_side_discount,
    )
    return replace(made, **changes)


def calibration(**changes: Any) -> Calibration:
    """Give a stated calibration: even kinds, one event a day and 100 km²."""
    leaves = leaf_codes(taxonomy())
    made = Calibration(
        density_cells={},
        density_elsewhere=1 / (1e8 * 86_400),
        kind_prior={code: 1 / len(leaves) for code in leaves},
        joint_detection=0.3,
        acoustics=Acoustics(),
    )
    return replace(made, **changes)


def fused(*rows: dict[str, Any], heat_view: HeatView = NO_HEAT, **changes: Any) -> Fused:
    """Fuse rows with the standards and calibration above."""
    return fuse(
        table(*rows),
        taxonomy(),
        changes.pop("standards", standards()),
        changes.pop("calibration", calibration()),
        heat_view,
        changes.pop("coverage", ()),
    )


def projections(result: Fused) -> list[bytes]:
    """Give what runs are compared on."""
    return [canonical(projection(incident)) for incident in result.incidents]


def members(result: Fused) -> list[tuple[str, ...]]:
    """Give the keys of the members of each incident."""
    return [
        tuple(m.observation_id.removeprefix("test:") for m in incident.members)
        for incident in result.incidents
    ]
