"""Incidents of blocks as tables, and their canonical projection: what is said, without ids and history."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.association.arrays import Longs
from truceline.fusion.blockwise.finishing import Finished
from truceline.fusion.blockwise.recorded import Recorded

HISTORY: Final = ("incident_id", "revision")
"""Columns that tell of the past and not of the incident."""
_FLOATS: Final = (
    "time_sigma_s", "lon", "lat", "cov_ee_m2", "cov_en_m2", "cov_nn_m2", "probability",
)  # fmt: skip
_TIME: Final = pa.timestamp("ns", "UTC")
_COLUMNS: Final[list[Any]] = [
    pa.field("incident_id", pa.int64()),
    pa.field("revision", pa.int64()),
    pa.field("time", _TIME),
    *[pa.field(name, pa.float64()) for name in _FLOATS],
    pa.field("n_detections", pa.int64()),
    pa.field("log_odds", pa.float64()),
    pa.field("calibration", pa.string()),
]
INCIDENTS: Final[pa.Schema] = pa.schema(_COLUMNS)
_LISTED: Final[list[Any]] = [
    pa.field("incident_id", pa.int64()),
    pa.field("detection_id", pa.int64()),
    pa.field("residual_s", pa.float64()),
]
MEMBERS: Final[pa.Schema] = pa.schema(_LISTED)


def tables_of(
    found: Finished, here: Recorded, calibration: str, first_id: int
) -> tuple[pa.Table, pa.Table]:
    """Give the incidents of a block and their members, numbered from an id.

    Args:
        found: the block.
        here: the detections that its members are positions in.
        calibration: version of the calibration.
        first_id: of the first incident.
    """
    events = found.events
    count = len(events.anchor)
    ids = first_id + np.arange(count, dtype=np.int64)
    columns: dict[str, Any] = {
        "incident_id": ids,
        "revision": np.ones(count, np.int64),
        "time": pa.array(found.time_ns).cast(_TIME),
        "time_sigma_s": np.sqrt(events.cov[:, 2, 2]),
        "lon": found.lon,
        "lat": found.lat,
        "cov_ee_m2": events.cov[:, 0, 0],
        "cov_en_m2": events.cov[:, 0, 1],
        "cov_nn_m2": events.cov[:, 1, 1],
        "probability": found.probability,
        "n_detections": events.size.astype(np.int64),
        "log_odds": events.log_odds,
        "calibration": pa.array([calibration] * count, pa.string()),
    }
    there = events.member >= 0
    keys = here.key[events.member[there]]
    owner = np.repeat(ids, events.size)
    order = np.lexsort((keys, owner))
    listed: dict[str, Any] = {
        "incident_id": owner[order],
        "detection_id": keys[order],
        "residual_s": events.residual_s[there][order],
    }
    return pa.table(columns, INCIDENTS), pa.table(listed, MEMBERS)


def projection(incidents: pa.Table, members: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Give the canonical projection: incidents by time and place, numbered, and their members.

    Two results say the same if and only if these are equal.

    Args:
        incidents: of any run.
        members: of the same run.
    """
    order = pc.sort_indices(
        incidents,
        sort_keys=[(name, "ascending") for name in ("time", "lon", "lat", "log_odds")],
    )
    said = incidents.take(order)
    number = np.arange(said.num_rows, dtype=np.int64)
    held: Longs = said["incident_id"].to_numpy()
    by_id = np.argsort(held, kind="stable")
    owner = members["incident_id"].to_numpy()
    rank = number[by_id][np.searchsorted(held[by_id], owner)] if len(owner) else owner
    at = members.column_names.index("incident_id")
    mine = members.set_column(at, "incident_id", pa.array(rank, pa.int64()))
    kept = [name for name in said.column_names if name not in HISTORY]
    return said.select(kept), mine.sort_by(
        [("incident_id", "ascending"), ("detection_id", "ascending")]
    )
