"""Every event with every sensor that might hear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.events import Events
from truceline.simulation.network.near import near
from truceline.simulation.network.numbers import Floats, Ints
from truceline.simulation.network.plane import between, between_on_map, to_xy
from truceline.simulation.network.sensors import Sensors

EARSHOT_M: Final = 32e3
"""No sensor further away hears anything: 104 dB at 1 km have lost 45 dB there in still air."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row for each event and sensor."""

    event: Ints
    """Row of the event."""
    sensor: Ints
    east_m: Floats
    """From the event to the sensor."""
    north_m: Floats
    up_m: Floats

    def __len__(self) -> int:
        return len(self.event)

    @property
    def distance_m(self) -> Floats:
        """Give the length of the way."""
        return np.sqrt(self.east_m**2 + self.north_m**2 + self.up_m**2)

    @property
    def inward_deg(self) -> Floats:
        """Give the azimuth from the sensor to the event."""
        return np.degrees(np.arctan2(-self.east_m, -self.north_m)) % 360.0


def pairs_of(events: Events, sensors: Sensors, among: Ints, *, flat: bool = False) -> Pairs:
    """Find the pairs within EARSHOT_M, by event and then by sensor."""
    stand = np.stack(to_xy(sensors.lon[among], sensors.lat[among]), axis=1)
    happen = np.stack(to_xy(events.lon, events.lat), axis=1)
    row, event = near(stand, happen, EARSHOT_M)
    sensor = among[row]
    east, north = (between_on_map if flat else between)(
        events.lon[event], events.lat[event], sensors.lon[sensor], sensors.lat[sensor]
    )
    up = sensors.elevation_m[sensor] - events.elevation_m[event]
    return Pairs(event, sensor, east, north, up)
