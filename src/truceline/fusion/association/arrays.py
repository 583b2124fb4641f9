"""The arrays that association works on. Times are seconds from an origin, positions lon/lat, deg."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Bytes = NDArray[np.int8]


class Sensors(NamedTuple):
    """What is known of each sensor, shape (n,)."""

    lon: Floats
    """Unit: deg."""
    lat: Floats
    """Unit: deg."""
    time_sigma_s: Floats
    """Standard error of its times. Unit: s."""
    azimuth_sigma_deg: Floats
    """Standard error of its bearings; NaN: it gives none. Unit: deg."""
    log_clutter: Floats
    """Natural log of its false alarms per second."""
    uptime: Floats
    """Share of the time in which it works, 0..1."""
    outage_at: Longs
    """Start of each sensor's outages in the two arrays below, shape (n + 1,)."""
    outage_start_s: Floats
    outage_end_s: Floats


class Heard(NamedTuple):
    """Detections in order of sensor, then time, shape (m,)."""

    sensor: Ints
    time_s: Floats
    level_db: Floats
    """NaN: not given."""
    azimuth_deg: Floats
    """Clockwise from true north, sensor to source; NaN: not given."""
    at: Longs
    """Start of each sensor's detections, shape (n + 1,)."""
    by_time: Longs
    """Positions in this order, sorted by time, shape (m,)."""


class Near(NamedTuple):
    """Each sensor's neighbours, itself first, by distance; on the plane about that sensor."""

    sensor: Ints
    """Shape (n, k); -1 beyond ``known``."""
    east_m: Floats
    north_m: Floats
    distance_m: Floats
    turn_deg: Floats
    """What a bearing on the plane becomes against true north at the neighbour: add this."""
    known: Ints
    """How many there are, shape (n,)."""


class Air(NamedTuple):
    """Sound speed and wind at each sensor, hourly, shape (hours, n)."""

    origin_s: float
    step_s: float
    speed_m_s: Floats
    east_m_s: Floats
    """Blowing towards east."""
    north_m_s: Floats


class Model(NamedTuple):
    """What is assumed or learned of sound, sensors and events; one value for all."""

    path_sigma_m_s: float
    """Scatter of the effective speed from path to path. Unit: m/s."""
    search_sigma_m_s: float
    """The same before the weather of an event is fitted. Unit: m/s."""
    speed_sigma_m_s: float
    """Error of the sound speed, common to the paths of an event. Unit: m/s."""
    wind_sigma_m_s: float
    """Error of each component of the wind, common to the paths of an event. Unit: m/s."""
    tail: float
    """Share of times that follow no bell, 0..1."""
    freedom: float
    """Degrees of freedom of the Student-t by which a fit bears with wrong times."""
    azimuth_scale: float
    """Factor on the stated errors of bearings."""
    azimuth_tail: float
    """Share of bearings that follow no bell, 0..1."""
    level_sigma_db: float
    source_db: float
    source_sigma_db: float
    excess_db_m: float
    """Loss beyond that of distance. Unit: dB/m."""
    hear_down: float
    """Share by which distance seems shorter to hearing, full wind from the source."""
    hear_up: float
    """Share by which it seems longer, full wind against it."""
    wind_db: float
    """What a full wind from the source adds to levels. Unit: dB."""
    clutter_db: float
    clutter_sigma_db: float
    log_rate: float
    """Natural log of events per m² and s."""
    log_heard: Floats
    """Log probability that a sensor hears an event, by distance step and loudness."""
    log_missed: Floats
    log_loudness: Floats
    """Log share of each loudness."""


STEP_M = 100.0
"""Step of distance in the tables of a model. Unit: m."""
HALF_WIND_M_S = 4.0
"""Wind along the way at which half of its effect on hearing is there. Unit: m/s."""
REACH_M = 25_000.0
"""Farthest neighbour that is asked. Unit: m."""
MOST_MEMBERS = 48
"""Most arrivals of one event."""
LOUDNESS_M = np.array([1200.0, 2000.0, 3200.0, 5000.0, 7500.0, 11_000.0, 16_000.0])
"""Distance at which half of the sensors hear an event, one for each loudness. Unit: m."""


class Events(NamedTuple):
    """Hypotheses or events, shape (e,); members in ``member`` up to ``size``."""

    anchor: Ints
    """Sensor about whose plane the place is given."""
    east_m: Floats
    north_m: Floats
    time_s: Floats
    log_odds: Floats
    """By what was heard, with the rate of events anywhere."""
    company: Floats
    """What the salvo that it stands in adds to the log-odds."""
    cov: Floats
    """Of east, north, time, speed, wind east, wind north, shape (e, 6, 6)."""
    drift: Floats
    """Fitted corrections of speed and wind, shape (e, 3). Unit: m/s."""
    size: Ints
    member: Longs
    """Positions in ``Heard``, shape (e, MOST_MEMBERS)."""
    residual_s: Floats
    """Observed minus expected time, shape (e, MOST_MEMBERS)."""


def no_events(count: int = 0) -> Events:
    """Give empty events with room for ``count``.

    >>> len(no_events().anchor)
    0
    """
    return Events(
        anchor=np.zeros(count, np.int32),
        east_m=np.zeros(count),
        north_m=np.zeros(count),
        time_s=np.zeros(count),
        log_odds=np.full(count, -np.inf),
        company=np.zeros(count),
        cov=np.zeros((count, 6, 6)),
        drift=np.zeros((count, 3)),
        size=np.zeros(count, np.int32),
        member=np.full((count, MOST_MEMBERS), -1, np.int64),
        residual_s=np.zeros((count, MOST_MEMBERS)),
    )


def pick(events: Events, which: NDArray[np.int64] | NDArray[np.bool_]) -> Events:
    """Give the chosen events, in the order in which they are chosen."""
    return Events._make(column[which] for column in events)


def joined(parts: list[Events]) -> Events:
    """Give all events of several sets, one after the other."""
    if not parts:
        return no_events()
    return Events._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
