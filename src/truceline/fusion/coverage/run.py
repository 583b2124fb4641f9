"""From sensors, air, hearing and incidents to the chance of being counted, everywhere and always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import Air, Floats, Ints, Longs, Sensors
from truceline.fusion.coverage.cells import Cells, cell_at, cells_within, sensors_about
from truceline.fusion.coverage.hearing import Hearing, group_of, without_rare
from truceline.fusion.coverage.listening import at_rows, over_grid, pattern_logs
from truceline.fusion.coverage.numbers import Counted
from truceline.fusion.coverage.salvos import Sizes, answered, salvo_of, sizes_of
from truceline.fusion.coverage.shares import audible, true_shares
from truceline.geodesy.kernel import in_threads

BLIND: Final = 0.1
"""Chance of being counted below which a cell is called blind for an hour."""
_BLOCK: Final = 2048
"""Cells of one call; fixed, so that the number of threads changes nothing."""
_REPLICATES: Final = 20


class Incidents(NamedTuple):
    """What was found, shape (e,)."""

    lon: Floats
    """Unit: deg."""
    lat: Floats
    time_s: Floats
    weight: Floats
    """Probability that it is an event."""
    member: Ints
    """Sensors that heard it, shape (e, m); -1 beyond the last."""

    def chosen(self, which: Longs) -> Incidents:
        """Give some of them."""
        return Incidents._make(column[which] for column in self)


class Rules(NamedTuple):
    """What counts, and where."""

    size_m: float = 1000.0
    """Side of a cell."""
    reach_m: float = 10_000.0
    """Farthest sensor of a cell that is looked at."""
    least: int = 4
    """Fewest arrivals of an incident that is counted."""
    found: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 1.0)
    """Share of the events with 0, 1, ... arrivals that are found; the last for all above. At least
    five values."""
    found_error: float = 0.0
    """Relative standard error of these shares."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where and when the network was listening, and what it counted there."""

    rules: Rules
    hearing: Hearing
    """With the shares of all events, not only of those that were heard."""
    cells: Cells
    hours_s: Floats
    """Borders of the hours, shape (h + 1,)."""
    chance: Floats
    """Shape (c, h, 6): of three arrivals; of four; of being counted; the same if quiet, middle, loud."""
    counted: Counted
    """Incidents of cells and hours that are not blind, in order of time."""
    cell: Longs
    """Of each of them."""
    hour: Longs
    sizes: Sizes
    """Of salvos."""
    elsewhere: float
    """Probabilities of incidents in blind cells, or farther from the sensors than the grid."""
    kinds: Floats
    """Probable class of each incident, shape (e, g)."""

    @property
    def watched(self) -> Floats:
        """Chance of being counted by cell and hour, 0 where blind, shape (c, h)."""
        seen = self.chance[:, :, 2]
        return np.where(seen >= BLIND, seen, 0.0)


def watch(
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
    incidents: Incidents,
    hours_s: Floats,
    rules: Rules,
    threads: int = 2,
) -> Watch:
    """Compute the chances of a grid, and weigh the incidents by them.

    Args:
        sensors: all, in an order that does not depend on the input's.
        air: wind at the sensors.
        hearing: as learned from the events that were found, or assumed.
        incidents: what was found, in order of time.
        hours_s: borders of the hours, shape (h + 1,).
        rules: what counts.
        threads: how many blocks of cells are worked on at once.
    """
    found = np.array(rules.found)
    enough = np.sum(incidents.member >= 0, axis=1) >= rules.least
    incidents = incidents.chosen(np.flatnonzero(enough))
    near = sensors_about(sensors.lon, sensors.lat, incidents.lon, incidents.lat)
    places = (incidents.lon, incidents.lat)
    logs = pattern_logs(*places, incidents.time_s, near, incidents.member, sensors, air, hearing)
    exact = at_rows(*places, incidents.time_s, incidents.time_s, near, sensors, air, hearing, found)
    before = hearing.share * audible(exact, incidents.weight)
    before = before if before.any() else hearing.share
    share = true_shares(logs, exact, incidents.weight, before)
    hearing = hearing._replace(share=share)
    slim = without_rare(hearing)
    cells = cells_within(sensors.lon, sensors.lat, rules.size_m, rules.reach_m)
    chance = grid_chances(sensors, air, slim, cells, hours_s, rules, threads)
    cell, hour = _where(incidents, cells, hours_s, rules.size_m)
    inside = (cell >= 0) & (hour >= 0)
    inside[inside] = chance[cell[inside], hour[inside], 2] >= BLIND
    kept = np.flatnonzero(inside)
    cell, hour, salvo = cell[kept], hour[kept], salvo_of(*places, incidents.time_s)
    middle = (cells.lon[cell], cells.lat[cell])
    by_class = at_rows(
        *middle, hours_s[hour], hours_s[hour + 1], sensors_about(sensors.lon, sensors.lat, *middle),
        sensors, air, hearing, found,
    )  # fmt: skip
    others = _replicates(logs, exact, incidents.weight, before, salvo)
    kinds = np.exp(logs - logs.max(axis=1, keepdims=True)) * share if len(logs) else logs
    kinds = kinds / np.maximum(kinds.sum(axis=1, keepdims=True), 1e-300)
    counted = Counted(
        incidents.weight[kept],
        by_class @ share,
        by_class,
        salvo[kept],
        by_class @ others,
        rules.found_error,
    )
    company = answered(
        incidents.lon[kept], incidents.lat[kept], incidents.time_s[kept], np.unique(salvo[kept], return_inverse=True)[1],
        counted.weight / counted.chance,
    )  # fmt: skip
    sizes = sizes_of(salvo[kept], counted.weight)._replace(answered=company)
    elsewhere = float(incidents.weight.sum() - incidents.weight[kept].sum())
    return Watch(
        rules, hearing, cells, hours_s, chance, counted, cell, hour, sizes, elsewhere, kinds[kept]
    )


def grid_chances(
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
    cells: Cells,
    hours_s: Floats,
    rules: Rules,
    threads: int = 2,
) -> Floats:
    """Give the chances of every cell and hour, shape (c, h, 6); see :attr:`Watch.chance`."""
    group, found = group_of(hearing).astype(np.int32), np.array(rules.found)

    def work(start: int, end: int) -> Floats:
        lon, lat = cells.lon[start:end], cells.lat[start:end]
        near = sensors_about(sensors.lon, sensors.lat, lon, lat)
        return over_grid(lon, lat, hours_s, near, sensors, air, hearing, group, found).astype(
            np.float32
        )

    parts = in_threads(work, len(cells.lon), threads, _BLOCK)
    empty = np.zeros((0, len(hours_s) - 1, 6), np.float32)
    return np.concatenate([empty, *parts])


def _where(
    incidents: Incidents, cells: Cells, hours_s: Floats, size_m: float
) -> tuple[Longs, Longs]:
    """Give cell and hour of each incident; -1 outside."""
    row, column = cell_at(incidents.lon, incidents.lat, size_m)
    known = {
        pair: at
        for at, pair in enumerate(zip(cells.row.tolist(), cells.column.tolist(), strict=True))
    }
    asked = zip(row.tolist(), column.tolist(), strict=True)
    cell = np.array([known.get(pair, -1) for pair in asked], np.int64)
    hour = np.searchsorted(hours_s, incidents.time_s, side="right") - 1
    hour[(hour >= len(hours_s) - 1) | (hour < 0)] = -1
    return cell, hour.astype(np.int64)


def _replicates(
    logs: Floats, exact: Floats, weight: Floats, before: Floats, salvo: Longs
) -> Floats:
    """Give the shares as they would be without each twentieth of the salvos, shape (g, r)."""
    groups = min(_REPLICATES, int(salvo.max(initial=-1)) + 1)
    if groups < 2:
        return np.zeros((logs.shape[1], 0))
    each = [
        true_shares(logs, exact, weight * (salvo % groups != left), before)
        for left in range(groups)
    ]
    return np.column_stack(each)
