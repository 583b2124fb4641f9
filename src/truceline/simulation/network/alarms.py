"""Detections of nothing: doors, dogs, engines, gusts."""

from __future__ import annotations

import numpy as np

from truceline.simulation.network.columns import joined, rows_of
from truceline.simulation.network.numbers import Ints
from truceline.simulation.network.picks import FALSE, Picks
from truceline.simulation.network.scene import Scene


def false_alarms(scene: Scene) -> Picks:
    """Draw false alarms at the stated rate while a sensor is up, a little above its threshold."""
    person = scene.sensors.person
    groups = [np.flatnonzero(~person), np.flatnonzero(person)]
    return joined([_alarms(scene, n, g) for n, g in enumerate(groups)])


def _alarms(scene: Scene, number: int, among: Ints) -> Picks:
    rng, sensors = scene.streams.of(f"alarms {number}"), scene.sensors
    rate = sensors.false_alarm_per_h[among] * sensors.uptime[among]
    sensor = np.repeat(among, rng.poisson(rate * scene.settings.hours))
    count = len(sensor)
    time = rng.uniform(0.0, scene.settings.seconds, count)
    level = sensors.threshold_db[sensor] + rng.exponential(4.0, count)
    azimuth = rng.uniform(0.0, 360.0, count)
    picks = Picks(
        sensor,
        time,
        np.where(sensors.gives_level[sensor], level, np.nan),
        np.where(np.isnan(sensors.azimuth_sigma_deg[sensor]), np.nan, azimuth),
        np.zeros(count, dtype=np.int64),
        np.full(count, FALSE),
    )
    return rows_of(picks, ~sensors.dead(sensor, time))
