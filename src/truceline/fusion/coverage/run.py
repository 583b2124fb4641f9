"""From sensors, air, hearing and incidents to the chance of being counted, everywhere and always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import Air, Floats, Longs, Sensors
from truceline.fusion.coverage.cells import Cells, cell_at, cells_within, sensors_about
from truceline.fusion.coverage.chances import at_rows, over_grid
from truceline.fusion.coverage.hearing import Hearing, group_of, without_rare
from truceline.fusion.coverage.loudness import Incidents, Loudness, loudness_of
from truceline.fusion.coverage.numbers import Counted
from truceline.fusion.coverage.salvos import Sizes, answered, sizes_of
from truceline.geodesy.kernel import in_threads

BLIND: Final = 0.1
"""Chance of being counted below which a cell is called blind for an hour."""
_BLOCK: Final = 2048
"""Cells of one call; fixed, so that the number of threads changes nothing."""


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
    hearing_error: float = 0.3
    """Relative standard error of the number of the unheard that comes from the form of hearing: its
    fall with distance and what the wind does, learned as if the same everywhere. Stated here."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where and when the network was listening, and what it counted there."""

    rules: Rules
    loudness: Loudness
    """With the kinds and salvos of the incidents that are counted."""
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

    @property
    def hearing(self) -> Hearing:
        """Chance to hear, with the shares of all events."""
        return self.loudness.hearing

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
    loud = loudness_of(sensors, air, hearing, incidents, found)
    cells = cells_within(sensors.lon, sensors.lat, rules.size_m, rules.reach_m)
    slim = without_rare(loud.hearing)
    chance = grid_chances(sensors, air, slim, cells, hours_s, rules, threads)
    cell, hour = _where(incidents, cells, hours_s, rules.size_m)
    inside = (cell >= 0) & (hour >= 0)
    inside[inside] = chance[cell[inside], hour[inside], 2] >= BLIND
    kept = np.flatnonzero(inside)
    cell, hour, inner = cell[kept], hour[kept], incidents.chosen(kept)
    middle = (cells.lon[cell], cells.lat[cell])
    near = sensors_about(sensors.lon, sensors.lat, *middle)
    by_class = at_rows(
        *middle, hours_s[hour], hours_s[hour + 1], near, sensors, air, loud.hearing, found
    )
    counted = Counted(
        weight=inner.weight,
        chance=by_class @ loud.hearing.share,
        by_class=by_class,
        salvo=np.unique(loud.salvo[kept], return_inverse=True)[1].astype(np.int64),
        replicates=by_class @ loud.others,
        found_error=rules.found_error,
        hearing_error=rules.hearing_error,
    )
    events = counted.weight / counted.chance
    company = answered(inner.lon, inner.lat, inner.time_s, counted.salvo, events)
    return Watch(
        rules=rules,
        loudness=loud._replace(kinds=loud.kinds[kept], salvo=counted.salvo),
        cells=cells,
        hours_s=hours_s,
        chance=chance,
        counted=counted,
        cell=cell,
        hour=hour,
        sizes=sizes_of(counted.salvo, counted.weight)._replace(answered=company),
        elsewhere=float(incidents.weight.sum() - inner.weight.sum()),
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
