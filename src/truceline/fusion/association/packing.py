"""Which hypotheses stand: no detection serves two events, and what one loses another may take."""

from __future__ import annotations

import numpy as np

from truceline.fusion.association.arrays import (
    MOST_MEMBERS,
    Air,
    Bytes,
    Events,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
)
from truceline.fusion.association.fitting import UNKNOWNS
from truceline.fusion.association.seeding import air_at, keep, refined
from truceline.geodesy.kernel import kernel


@kernel
def pack(order: Longs, events: Events, taken: Bytes, stands: Bytes) -> int:
    """Let hypotheses stand whose members are all free, in the given order.

    Args:
        order: rows of ``events``, best first.
        events: hypotheses.
        taken: 1 for detections that serve an event; brought up to date.
        stands: receives 1 for each row that stands.

    Returns:
        how many stand.
    """
    count = 0
    for at in range(order.shape[0]):
        row = order[at]
        free = True
        for m in range(events.size[row]):
            if taken[events.member[row, m]]:
                free = False
                break
        if free:
            stands[row] = 1
            count += 1
            for m in range(events.size[row]):
                taken[events.member[row, m]] = 1
    return count


@kernel
def settle(
    order: Longs,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    least: float,
    events: Events,
    alive: Bytes,
) -> int:
    """Let each event choose its members anew among its own and the free detections.

    An event that falls below ``least`` gives its detections back.

    Args:
        order: rows, in the order in which they choose.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        model: what is assumed of sound.
        taken: 1 for detections that serve an event; brought up to date.
        least: log-odds below which an event is given up.
        events: changed in place.
        alive: 1 for the events that stand; brought up to date.

    Returns:
        how many changed their members.
    """
    member = np.empty(MOST_MEMBERS, np.int64)
    which = np.empty(MOST_MEMBERS, np.int64)
    loudness = np.empty(model.log_loudness.shape[0])
    wind, at = np.empty(3), np.empty(UNKNOWNS)
    cov = np.empty((UNKNOWNS, UNKNOWNS))
    changed = 0
    for o in range(order.shape[0]):
        row = order[o]
        if not alive[row]:
            continue
        for m in range(events.size[row]):
            taken[events.member[row, m]] = 0
        anchor = events.anchor[row]
        air_at(air, anchor, events.time_s[row], wind)
        at[0], at[1], at[2] = events.east_m[row], events.north_m[row], events.time_s[row]
        at[3:] = events.drift[row]
        odds, size = refined(
            anchor, at, wind, 2, sensors, heard, near, model, taken, member, which, loudness, cov
        )
        if odds < least:
            alive[row] = 0
            changed += 1
            continue
        same = size == events.size[row]
        for m in range(size):
            taken[member[m]] = 1
            same = same and events.member[row, m] == member[m]
        keep(events, row, anchor, at, odds, size, member, which, wind, heard, near, cov)
        changed += not same
    return changed
