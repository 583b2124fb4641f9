"""Detections in the order that association works in, and sensors as arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.association.arrays import Floats, Heard, Ints, Longs, Sensors


def ordered(
    sensor: Ints, time_s: Floats, level_db: Floats, azimuth_deg: Floats, key: Longs, sensors: int
) -> tuple[Heard, NDArray[np.int64]]:
    """Sort detections by sensor, time and key, so that the order of input is moot.

    Args:
        sensor: index of each detection's sensor, shape (m,).
        time_s: shape (m,). Unit: s.
        level_db: shape (m,), NaN where not given.
        azimuth_deg: shape (m,), NaN where not given.
        key: what tells equal detections apart, shape (m,).
        sensors: how many sensors there are.

    Returns:
        the detections, and the position of each in the input.
    """
    order = np.lexsort((key, time_s, sensor)).astype(np.int64)
    times = time_s[order]
    return (
        Heard(
            sensor=sensor[order].astype(np.int32),
            time_s=times,
            level_db=level_db[order],
            azimuth_deg=azimuth_deg[order],
            at=np.searchsorted(sensor[order], np.arange(sensors + 1)).astype(np.int64),
            by_time=np.lexsort((order, times)).astype(np.int64),
        ),
        order,
    )


def clutter_of(heard: Heard, stated_per_s: Floats, duration_s: float) -> Floats:
    """Give the log clutter rate of each sensor from what it heard, and from what is stated.

    Most of what a sensor hears is clutter, so its own count says the rate; the statement counts as
    much as ten detections, which keeps a sensor with few from seeming silent.

    Args:
        heard: all detections.
        stated_per_s: as the table gives it, NaN where it does not. Unit: 1/s.
        duration_s: time that is observed. Unit: s.
    """
    count = np.diff(heard.at).astype(float)
    typical = max(float(count.sum()) / max(len(count), 1) / duration_s, 1e-7)
    stated = np.where(np.isnan(stated_per_s), typical, np.maximum(stated_per_s, 1e-7))
    weight = 10.0 / stated  # seconds in which the stated rate would give ten
    return np.asarray(np.log((count + 10.0) / (duration_s + weight)), float)


def sensors_of(
    lon: Floats,
    lat: Floats,
    time_sigma_s: Floats,
    azimuth_sigma_deg: Floats,
    log_clutter: Floats,
    uptime: Floats,
    outages: tuple[Ints, Floats, Floats] | None = None,
) -> Sensors:
    """Put sensors and their outages together.

    Args:
        lon: shape (n,). Unit: deg.
        lat: shape (n,). Unit: deg.
        time_sigma_s: shape (n,). Unit: s.
        azimuth_sigma_deg: shape (n,), NaN where it gives no bearing. Unit: deg.
        log_clutter: shape (n,).
        uptime: shape (n,), 0..1.
        outages: sensor, start and end of each; null: none is known.
    """
    n = len(lon)
    sensor = outages[0] if outages else np.zeros(0, np.int32)
    start = outages[1] if outages else np.zeros(0)
    end = outages[2] if outages else np.zeros(0)
    order = np.lexsort((start, sensor))
    return Sensors(
        lon=np.asarray(lon, float),
        lat=np.asarray(lat, float),
        time_sigma_s=np.asarray(time_sigma_s, float),
        azimuth_sigma_deg=np.asarray(azimuth_sigma_deg, float),
        log_clutter=np.asarray(log_clutter, float),
        uptime=np.asarray(uptime, float),
        outage_at=np.searchsorted(sensor[order], np.arange(n + 1)).astype(np.int64),
        outage_start_s=np.asarray(start[order], float),
        outage_end_s=np.asarray(end[order], float),
    )
