"""The truth as tables, for the score only."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from truceline.simulation.network.numbers import Ints
from truceline.simulation.network.picks import MARKS
from truceline.simulation.network.tables_told import (
    FIRE,
    REPORT,
    known,
    numbered,
    timestamps,
    words,
)
from truceline.simulation.network.world import Network


def true(network: Network) -> dict[str, pa.Table]:
    """Give each table by the name of its file."""
    return {
        "events": _events(network),
        "members": _members(network),
        "sensors": _sensors(network),
        "reports": _links("report_id", REPORT, network.reports.event),
        "fires": _links("fire_id", FIRE, network.fires.event),
    }


def _links(name: str, letter: str, event: Ints) -> pa.Table:
    """Name the event of each report or fire; null where there was none."""
    events = pa.array(event, pa.int64(), mask=event == 0)
    return pa.table({name: numbered(letter, len(event)), "event_id": events})


def _events(network: Network) -> pa.Table:
    events, bound = network.events, network.bound_m2
    return pa.table(
        {
            "event_id": np.arange(1, len(events) + 1),
            "time": timestamps(network.settings, events.time_s),
            "lon": events.lon,
            "lat": events.lat,
            "elevation_m": events.elevation_m,
            "kind": pa.array(events.kind, pa.string()),
            "weapon": pa.array(events.weapon, pa.string()),
            "level_1km_db": events.level_1km_db,
            "salvo": events.salvo,
            "pair": events.pair,
            "bound_ee_m2": known(bound[:, 0]),
            "bound_en_m2": known(bound[:, 1]),
            "bound_nn_m2": known(bound[:, 2]),
        }
    )


def _members(network: Network) -> pa.Table:
    """List the detections that are not false alarms."""
    picks = network.picks
    rows = np.flatnonzero(picks.event)
    return pa.table(
        {
            "detection_id": rows + 1,
            "event_id": picks.event[rows],
            "mark": words(picks.mark[rows], MARKS),
        }
    )


def _sensors(network: Network) -> pa.Table:
    one, sick = network.sensors, network.sickness
    columns = {name: getattr(sick, name) for name in sick.__dataclass_fields__}
    return pa.table(
        {
            "sensor_id": pa.array(one.sensor_id, pa.string()),
            "sick_clock": sick.clock,
            "sick_position": sick.position,
            "person": one.person,
            "gives_level": one.gives_level,
            "threshold_db": one.threshold_db,
            **columns,
        }
    )
