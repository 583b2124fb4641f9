"""Each event as all sensors about it saw it: distance, wind, and what they heard, if anything."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.association.arrays import (
    HALF_WIND_M_S,
    Air,
    Events,
    Floats,
    Heard,
    Ints,
    Longs,
    Near,
    Sensors,
)


class Views(NamedTuple):
    """Events by neighbours of their anchor, shape (e, k)."""

    sensor: Ints
    """0 where there is none."""
    hit: Longs
    """Position in ``Heard``; -1: not heard."""
    works: NDArray[np.bool_]
    """Whether the sensor is there and was in no known outage."""
    distance_m: Floats
    east: Floats
    """Direction from the event, unit vector."""
    north: Floats
    blown: Floats
    """Wind along the way, -1..1; positive: from the event to the sensor."""
    azimuth_deg: Floats
    """Of the event from the sensor, against true north."""
    air: Floats
    """Speed, wind east, wind north of the table at the anchor, shape (e, 3)."""


def views_of(events: Events, sensors: Sensors, heard: Heard, near: Near, air: Air) -> Views:
    """Look at events from all sensors about them.

    Args:
        events: with members.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
    """
    anchor = events.anchor
    there = near.sensor[anchor] >= 0
    sensor = np.where(there, near.sensor[anchor], 0)
    dx = near.east_m[anchor] - events.east_m[:, None]
    dy = near.north_m[anchor] - events.north_m[:, None]
    distance = np.maximum(np.hypot(dx, dy), 1.0)
    wind = air_of_events(air, anchor, events.time_s)
    now = wind + events.drift
    along = (now[:, 1:2] * dx + now[:, 2:3] * dy) / distance
    member = np.where(events.member >= 0, events.member, 0)
    own = np.where(events.member >= 0, heard.sensor[member], -1)
    row, slot = np.nonzero(own >= 0)
    order = np.full(near.sensor[anchor].shape, -1, np.int64)
    for m in range(events.member.shape[1]):
        here = row[slot == m]
        if len(here):
            same = (near.sensor[anchor[here]] == own[here, m][:, None]) & there[here]
            got, k = np.nonzero(same)
            order[here[got], k] = events.member[here[got], m]
    return Views(
        sensor=sensor,
        hit=order,
        works=there & ~_dead(sensors, sensor, events.time_s[:, None] + distance / 340.0),
        distance_m=distance,
        east=dx / distance,
        north=dy / distance,
        blown=along / (np.abs(along) + HALF_WIND_M_S),
        azimuth_deg=np.rad2deg(np.arctan2(-dx, -dy)) + near.turn_deg[anchor],
        air=wind,
    )


def first_of(views: Views, most: int) -> Views:
    """Give the first events."""
    return Views._make(column[:most] for column in views)


def air_of_events(air: Air, sensor: Ints, time_s: Floats) -> Floats:
    """Give speed and wind at sensors and times, linear between the hours, shape (e, 3)."""
    rows = len(air.speed_m_s)
    share = (time_s - air.origin_s) / air.step_s
    row = np.clip(share.astype(np.int64), 0, max(rows - 2, 0))
    share = np.clip(share - row, 0.0, 1.0)
    after = np.minimum(row + 1, rows - 1)
    fields = (air.speed_m_s, air.east_m_s, air.north_m_s)
    return np.column_stack(
        [(1 - share) * field[row, sensor] + share * field[after, sensor] for field in fields]
    )


def _dead(sensors: Sensors, sensor: Ints, time_s: Floats) -> NDArray[np.bool_]:
    dead = np.zeros(sensor.shape, bool)
    for own in np.flatnonzero(np.diff(sensors.outage_at)):
        at = slice(sensors.outage_at[own], sensors.outage_at[own + 1])
        row, k = np.nonzero(sensor == own)
        moment = time_s[row, k][:, None]
        inside = (sensors.outage_start_s[at] <= moment) & (moment < sensors.outage_end_s[at])
        dead[row, k] = inside.any(axis=1)
    return dead
