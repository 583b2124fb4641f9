"""What coverage has to say, as tables."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from truceline.fusion.association.arrays import Floats, Longs
from truceline.fusion.coverage.cells import cell_at, middle_of
from truceline.fusion.coverage.hearing import GROUPS, group_of
from truceline.fusion.coverage.kinds import tally_of_kinds
from truceline.fusion.coverage.numbers import Tally, tally
from truceline.fusion.coverage.run import BLIND, Watch

SILENT: Final = 0.5
"""Chance of being counted from which a cell in which nothing was heard is called silent."""
_HEARD: Final = 0.5
"""Sum of probabilities from which something was heard."""
_NAMES: Final = ("three", "four", "probability", *GROUPS)


def coverage_table(watch: Watch, origin_ns: int) -> pa.Table:
    """Give the chances of each cell and hour: one row each."""
    cells, hours = len(watch.cells.lon), len(watch.hours_s) - 1
    columns: dict[str, Any] = {
        name: np.repeat(getattr(watch.cells, name), hours)
        for name in ("row", "column", "lon", "lat")
    }
    start = np.tile(origin_ns + np.round(watch.hours_s[:-1] * 1e9).astype(np.int64), cells)
    columns["hour"] = _time(start)
    for at, name in enumerate(_NAMES):
        columns[name] = watch.chance[:, :, at].ravel()
    columns["blind"] = columns["probability"] < BLIND
    return pa.table(columns)


def cells_table(watch: Watch) -> pa.Table:
    """Give what can be said of each cell over the whole period: one row each."""
    length = np.diff(watch.hours_s)
    mean = watch.watched @ length / length.sum()
    watched = (watch.chance[:, :, 2] >= BLIND) @ length / length.sum()
    numbers = tally(watch.counted, watch.hearing.share, watch.sizes, watch.cell, mean, len(mean))
    return pa.table(
        {
            **{name: getattr(watch.cells, name) for name in ("row", "column", "lon", "lat")},
            "probability": mean,
            "watched": watched,
            **_numbers(numbers),
            "state": _states(mean, numbers.observed),
        }
    )


def rates_table(watch: Watch, origin_ns: int, area_m: float) -> pa.Table:
    """Give numbers of events of the whole, by hour, by area, by both, and by loudness."""
    row, column = cell_at(watch.cells.lon, watch.cells.lat, area_m)
    areas, area = np.unique(np.column_stack((row, column)), axis=0, return_inverse=True)
    area = area.ravel()
    hours = len(watch.hours_s) - 1
    parts = [
        _part(watch, origin_ns, "all", np.zeros((len(area), hours), np.int64), 1),
        _part(watch, origin_ns, "hour", np.tile(np.arange(hours), (len(area), 1)), hours),
        _part(watch, origin_ns, "area", np.tile(area[:, None], hours), len(areas)),
        _part(
            watch, origin_ns, "area and hour",
            area[:, None] * hours + np.arange(hours), len(areas) * hours,
        ),
        _by_kind(watch),
    ]  # fmt: skip
    table = pa.concat_tables(parts, promote_options="default")
    at = table["area"].to_numpy(zero_copy_only=False)
    known = np.isfinite(at)
    none = np.zeros((len(at), 2), np.int64)
    place = areas[np.where(known, at, 0).astype(np.int64)] if len(areas) else none
    lon, lat = middle_of(place[:, 0], place[:, 1], area_m)
    return (
        table.drop_columns(["area"])
        .append_column("lon", pa.array(lon, mask=~known))
        .append_column("lat", pa.array(lat, mask=~known))
    )


def _part(watch: Watch, origin_ns: int, scope: str, group: Longs, groups: int) -> pa.Table:
    """Give the rows of one way to group cells and hours."""
    flat, watched = group.ravel(), watch.watched
    length = np.broadcast_to(np.diff(watch.hours_s), group.shape).ravel()
    seen = (watched > 0).ravel() * length
    total, some = np.bincount(flat, length, groups), np.bincount(flat, seen, groups)
    weighted = np.bincount(flat, watched.ravel() * length, groups)
    chance = np.divide(weighted, some, out=np.zeros(groups), where=some > 0)
    own = group[watch.cell, watch.hour]
    numbers = tally(watch.counted, watch.hearing.share, watch.sizes, own, chance, groups)
    hours = max(len(watch.hours_s) - 1, 1)
    number = np.arange(groups)
    hour = number % hours if scope in ("hour", "area and hour") else None
    area = {"area": number, "area and hour": number // hours}.get(scope)
    start = origin_ns + np.round(watch.hours_s[:-1] * 1e9).astype(np.int64)
    nothing = pa.nulls(groups, pa.timestamp("ns", "UTC"))
    return pa.table(
        {
            "scope": pa.array([scope] * groups, pa.string()),
            "hour": nothing if hour is None else _time(start[hour]),
            "loudness": pa.nulls(groups, pa.string()),
            "area": np.full(groups, np.nan) if area is None else area.astype(float),
            "probability": chance,
            "watched": np.divide(some, total, out=np.zeros(groups), where=total > 0),
            **_numbers(numbers),
            "state": _states(chance, numbers.observed),
        }
    )


def _by_kind(watch: Watch) -> pa.Table:
    """Give the rows of the groups of loudness."""
    numbers, chance = tally_of_kinds(watch, group_of(watch.hearing), len(GROUPS))
    return pa.table(
        {
            "scope": pa.array(["loudness"] * len(GROUPS), pa.string()),
            "hour": pa.nulls(len(GROUPS), pa.timestamp("ns", "UTC")),
            "loudness": pa.array(GROUPS, pa.string()),
            "area": np.full(len(GROUPS), np.nan),
            "probability": chance,
            "watched": np.full(len(GROUPS), float(np.mean(watch.watched > 0))),
            **_numbers(numbers),
            "state": _states(chance, numbers.observed),
        }
    )


def _numbers(numbers: Tally) -> dict[str, Floats]:
    return {
        "observed": numbers.observed,
        "unobserved": numbers.unobserved,
        "low": numbers.low,
        "high": numbers.high,
        "expected_low": numbers.rate_low,
        "expected_high": numbers.rate_high,
    }


def _states(chance: Floats, observed: Floats) -> pa.Array[Any]:
    """Name what can be said: heard, silent, unsure, blind."""
    silent = np.where(chance >= SILENT, "silent", np.where(chance > 0.0, "unsure", "blind"))
    return pa.array(np.where(observed >= _HEARD, "heard", silent).tolist(), pa.string())


def _time(ns: Longs) -> pa.Array[Any]:
    return pa.array(ns).cast(pa.timestamp("ns", "UTC"))
