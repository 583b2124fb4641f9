"""Heat seen from space as the report needs it: by day, what was set aside, and what is left.

What is left is weighed under several assumptions, because the answer hangs on them
(``docs/background.md``): how often other fire is seen, and how much of the burning in the year
learned from came of the season.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.background_explain import OtherFire
from truceline.fusion.background_posterior import Background
from truceline.model.interval import Interval, local_day
from truceline.pipeline.desk import Desk
from truceline.pipeline.heat import background_of, explained, heat_view
from truceline.pipeline.holdings import Holdings
from truceline.publication.inputs import HeatAssumption, HeatSummary, LeftHeat, MaskedHeat

_USUAL: Final = OtherFire()
_FACTOR: Final = 10.0
_QUARTER: Final = 0.25
_WAYS: Final = (
    (HeatAssumption("default", "as the calibration takes it"), _USUAL, 1.0),
    (
        HeatAssumption("other_fire_rarer", "if other fire is ten times rarer"),
        OtherFire(_USUAL.per_km2_day / _FACTOR),
        1.0,
    ),
    (
        HeatAssumption("other_fire_more", "if other fire is ten times more frequent"),
        OtherFire(_USUAL.per_km2_day * _FACTOR),
        1.0,
    ),
    (
        HeatAssumption(
            "quarter_seasonal", "if a quarter of the burning learned from came of the season"
        ),
        _USUAL,
        _QUARTER,
    ),
)
"""Assumption, rate of other fire, share of the learned burning that came of the season."""
_COLUMNS: Final = (
    "observation_id",
    "phenomenon_start",
    "phenomenon_end",
    "lon",
    "lat",
    "raw_sha256",
    "raw_line",
)


@dataclass(frozen=True, slots=True)
class HeatSeen:
    """Detections of one window."""

    days: tuple[HeatSummary, ...]
    masked: tuple[MaskedHeat, ...]
    left: tuple[LeftHeat, ...]
    assumptions: tuple[HeatAssumption, ...]


def heat_seen(desk: Desk, held: Holdings, window: Interval) -> HeatSeen:
    """Count thermal detections by local day of acquisition and weigh each.

    Raises:
        WrongKindOfFile: when the table of persistent heat was damaged.
    """
    end = pc.field("phenomenon_end")
    table = held.table.filter(
        (pc.field("measurement") == "footprint") & (end >= window.start) & (end < window.end)
    )
    if table.num_rows == 0:
        return HeatSeen((), (), (), ())
    background, _ = background_of(desk)
    aside = heat_view(background, table).masked
    rows = table.select(_COLUMNS).to_pylist()
    rest = pc.invert(pc.is_in(table["observation_id"], value_set=pa.array(aside, pa.string())))
    return HeatSeen(
        _days(rows, aside, desk.agreement.procedure.day_zone),
        tuple(
            MaskedHeat(time=_time(row), explanation=aside[row["observation_id"]], **_plain(row))
            for row in rows
            if row["observation_id"] in aside
        ),
        _left(background, table.filter(rest)),
        tuple(way for way, _, _ in _WAYS),
    )


def _days(
    rows: Sequence[Mapping[str, Any]], aside: Mapping[str, str], zone: str
) -> tuple[HeatSummary, ...]:
    raw: Counter[date] = Counter()
    dark: Counter[date] = Counter()
    for row in rows:
        day = row["phenomenon_end"].astimezone(ZoneInfo(zone)).date()
        raw[day] += 1
        dark[day] += row["observation_id"] in aside
    return tuple(
        HeatSummary(local_day(day, zone), day.isoformat(), raw[day], dark[day])
        for day in sorted(raw)
    )


def _left(background: Background, table: pa.Table) -> tuple[LeftHeat, ...]:
    if table.num_rows == 0:
        return ()
    found = [
        explained(background, table, other=other, usual_share=share).explained
        for _, other, share in _WAYS
    ]
    return tuple(
        LeftHeat(time=_time(row), usual=tuple(map(float, usual)), **_plain(row))
        for row, usual in zip(
            table.select(_COLUMNS).to_pylist(), np.stack(found, axis=1), strict=True
        )
    )


def _time(row: Mapping[str, Any]) -> Interval:
    return Interval(row["phenomenon_start"], row["phenomenon_end"])


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("observation_id", "lon", "lat", "raw_sha256", "raw_line")
    return {name: row[name] for name in names}
