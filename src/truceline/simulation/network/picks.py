"""What sensors noted, as columns, with the truth of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from truceline.simulation.network.numbers import Floats, Ints

MARKS: Final = ("false", "direct", "outlier", "echo")
"""What a detection truly is; an outlier is a direct arrival with a grossly wrong time."""
FALSE, DIRECT, OUTLIER, ECHO = range(4)


@dataclass(frozen=True, slots=True)
class Picks:
    """Detections."""

    sensor: Ints
    """Row of the sensor."""
    time_s: Floats
    """As noted; sick clocks are put in at the end."""
    level_db: Floats
    """NaN where none is given."""
    azimuth_deg: Floats
    """Sensor to source; NaN where none is given."""
    event: Ints
    """Number of the event; 0 for a false alarm."""
    mark: Ints

    def __len__(self) -> int:
        return len(self.sensor)
