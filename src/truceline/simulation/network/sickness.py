"""What is wrong with a sensor and stated nowhere: clock, position, level, shadow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.simulation.network.numbers import Bools, Floats, Ints, Streams
from truceline.simulation.network.sensors import Sensors
from truceline.simulation.network.settings import NetworkSettings


@dataclass(frozen=True, slots=True)
class Sickness:
    """One value for each sensor; nothing for healthy ones and for persons."""

    shift_east_m: Floats
    """From the true position to the stated one."""
    shift_north_m: Floats
    clock_offset_s: Floats
    """What the clock shows too much at the start."""
    clock_drift_s: Floats
    """What it gains until the end of the time observed."""
    gain_db: Floats
    """What it shows too much of every level. What it notices does not change: a detector compares
    with its own noise."""
    shadow_from_deg: Floats
    """Sector, clockwise from true north, from which sound comes weakened."""
    shadow_width_deg: Floats
    shadow_db: Floats

    @property
    def clock(self) -> Bools:
        """Tell whose clock is sick."""
        return np.asarray((self.clock_offset_s != 0) | (self.clock_drift_s != 0))

    @property
    def position(self) -> Bools:
        """Tell whose stated position is wrong."""
        return np.asarray((self.shift_east_m != 0) | (self.shift_north_m != 0))

    def shadow_loss_db(self, sensor: Ints, inward_deg: Floats) -> Floats:
        """Give the loss of sound that comes from an azimuth."""
        inside = (inward_deg - self.shadow_from_deg[sensor]) % 360.0 < self.shadow_width_deg[sensor]
        return np.where(inside, self.shadow_db[sensor], 0.0)


def sickness_of(streams: Streams, settings: NetworkSettings, sensors: Sensors) -> Sickness:
    """Draw the faults that are switched on; each has its own random numbers."""
    count, faults = settings.sensors, settings.faults
    columns = [np.zeros(len(sensors)) for _ in range(8)]
    if "position" in faults:
        rng = streams.of("position")
        sick = _some(rng, settings)
        far, to = rng.uniform(200.0, 800.0, len(sick)), rng.uniform(0.0, 2 * np.pi, len(sick))
        columns[0][sick], columns[1][sick] = far * np.sin(to), far * np.cos(to)
    if "clock" in faults:
        rng = streams.of("clock")
        sick = _some(rng, settings)
        off = rng.uniform(0.2, 2.0, len(sick)) * rng.choice([-1.0, 1.0], len(sick))
        drifts = rng.random(len(sick)) < 0.5
        columns[2][sick], columns[3][sick] = np.where(drifts, 0.0, off), np.where(drifts, off, 0.0)
    if "level" in faults:
        columns[4][:count] = streams.of("level").uniform(-6.0, 6.0, count)
    if "shadow" in faults:
        rng = streams.of("shadow")
        columns[5][:count] = rng.uniform(0.0, 360.0, count)
        width = rng.uniform(30.0, 100.0, count)
        columns[6][:count] = np.where(rng.random(count) < 0.3, width, 0.0)
        columns[7][:count] = rng.uniform(8.0, 20.0, count)
    return Sickness(*columns)


def _some(rng: np.random.Generator, settings: NetworkSettings) -> Ints:
    """Choose the share of sensors that is sick; at least one unless the share is nothing."""
    count = int(np.ceil(settings.sick_share * settings.sensors))
    return np.sort(rng.permutation(settings.sensors)[:count])
