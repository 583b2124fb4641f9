"""Which hypotheses stand: no detection serves two events, and what one loses another may take."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.association.arrays import (
    MOST_MEMBERS,
    Air,
    Bytes,
    Events,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
)
from truceline.fusion.association.fitting import UNKNOWNS
from truceline.fusion.association.refining import air_at, keep, refined
from truceline.geodesy.kernel import kernel

MOST_LOSERS: Final = 4
"""Events that may lose members to one; where it would be more, nothing is changed."""
_GAIN: Final = 0.5
"""Log-odds by which a change must pay, so that there is an end."""


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
    homes: Floats,
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
        homes: where the salvo of each event is, shape (e, 3).
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
            anchor,
            at,
            wind,
            homes[row],
            2,
            sensors,
            heard,
            near,
            model,
            taken,
            member,
            which,
            loudness,
            cov,
        )
        if odds + events.company[row] < least:
            alive[row] = 0
            events.size[row] = 0
            changed += 1
            continue
        same = size == events.size[row]
        for m in range(size):
            taken[member[m]] = 1
            same = same and events.member[row, m] == member[m]
        keep(events, row, anchor, at, odds, size, member, which, wind, heard, near, cov)
        changed += not same
    return changed


@kernel
def exchange(  # noqa: C901, PLR0912 - the steps share their rooms
    order: Longs,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    owner: Longs,
    least: float,
    homes: Floats,
    events: Events,
    alive: Bytes,
    awake: Bytes,
    touched: Bytes,
) -> int:
    """Let events take members of others where both together are likelier for it.

    An event chooses as if nothing but its own were taken; those that lose members by that choose
    anew among what is left, or are given up. The change stands where the sum of log-odds grows.

    Args:
        order: rows, in the order in which they choose.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        model: what is assumed of sound.
        taken: 1 for detections that serve an event; brought up to date.
        owner: row of the event that each detection serves, -1: none; brought up to date.
        least: log-odds below which an event is given up.
        homes: where the salvo of each event is, shape (e, 3).
        events: changed in place.
        alive: 1 for the events that stand; brought up to date.
        awake: 1 for the events that are asked.
        touched: receives 1 for the events that changed.

    Returns:
        how many changes stood.
    """
    member = np.empty((MOST_LOSERS + 1, MOST_MEMBERS), np.int64)
    which = np.empty((MOST_LOSERS + 1, MOST_MEMBERS), np.int64)
    at = np.empty((MOST_LOSERS + 1, UNKNOWNS))
    cov = np.empty((MOST_LOSERS + 1, UNKNOWNS, UNKNOWNS))
    odds, size = np.empty(MOST_LOSERS + 1), np.empty(MOST_LOSERS + 1, np.int64)
    loser = np.empty(MOST_LOSERS + 1, np.int64)
    loudness = np.empty(model.log_loudness.shape[0])
    wind = np.empty(3)
    free = np.zeros(taken.shape[0], np.int8)
    changed = 0
    for o in range(order.shape[0]):
        row = order[o]
        if not (alive[row] and awake[row]):
            continue
        _start(row, events, air, wind, at[0])
        odds[0], size[0] = refined(
            events.anchor[row], at[0], wind, homes[row], 2, sensors, heard, near, model, free, member[0],
            which[0], loudness, cov[0],
        )  # fmt: skip
        if odds[0] + events.company[row] < least:
            continue
        losers = _losers(row, member[0], size[0], owner, loser)
        if losers == 0 or losers > MOST_LOSERS:
            continue
        gain = odds[0] - events.log_odds[row]
        for m in range(events.size[row]):
            taken[events.member[row, m]] = 0
        for i in range(losers):
            for m in range(events.size[loser[i]]):
                taken[events.member[loser[i], m]] = 0
        for m in range(size[0]):
            taken[member[0, m]] = 1
        for i in range(losers):
            other = loser[i]
            _start(other, events, air, wind, at[i + 1])
            odds[i + 1], size[i + 1] = refined(
                events.anchor[other], at[i + 1], wind, homes[other], 2, sensors, heard, near, model, taken,
                member[i + 1], which[i + 1], loudness, cov[i + 1],
            )  # fmt: skip
            after = odds[i + 1] + events.company[other]
            if after < least:
                after, size[i + 1] = 0.0, 0
            gain += after - max(events.log_odds[other] + events.company[other], 0.0)
            for m in range(size[i + 1]):
                taken[member[i + 1, m]] = 1
        stands = gain > _GAIN
        for i in range(losers + 1):  # undo, so that each event is then written from one side
            for m in range(size[i]):
                taken[member[i, m]] = 0
        for i in range(losers + 1):
            other = row if i == 0 else loser[i - 1]
            if stands:
                touched[other] = 1
                for m in range(events.size[other]):
                    owner[events.member[other, m]] = -1
        for i in range(losers + 1):
            other = row if i == 0 else loser[i - 1]
            if stands and size[i] == 0:
                alive[other] = 0
                events.size[other] = 0
                events.member[other, :] = -1
            elif stands:
                air_at(air, events.anchor[other], events.time_s[other], wind)
                keep(
                    events, other, events.anchor[other], at[i], odds[i], size[i], member[i],
                    which[i], wind, heard, near, cov[i],
                )  # fmt: skip
            for m in range(events.size[other]):
                taken[events.member[other, m]] = 1
                owner[events.member[other, m]] = other
        changed += stands
    return changed


@kernel
def woken(time: Floats, touched: Bytes, within: float, awake: Bytes) -> None:
    """Let only those events be asked again that are near a changed one in time.

    Args:
        time: of the events. Unit: s.
        touched: 1 for the events that changed, or are new; set back to 0.
        within: how near. Unit: s.
        awake: receives 1 for those that are near.
    """
    for row in range(time.shape[0]):
        awake[row] = 0
    for one in range(time.shape[0]):
        if touched[one]:
            touched[one] = 0
            for row in range(time.shape[0]):
                if abs(time[row] - time[one]) < within:
                    awake[row] = 1


@kernel
def _start(row: int, events: Events, air: Air, wind: Floats, at: Floats) -> None:
    air_at(air, events.anchor[row], events.time_s[row], wind)
    at[0], at[1], at[2] = events.east_m[row], events.north_m[row], events.time_s[row]
    at[3:] = events.drift[row]


@kernel
def _losers(row: int, member: Longs, size: int, owner: Longs, loser: Longs) -> int:
    """List the events that would lose a member; give how many, one more than fits where too many."""
    count = 0
    for m in range(size):
        other = owner[member[m]]
        if other < 0 or other == row:
            continue
        known = False
        for i in range(count):
            known = known or loser[i] == other
        if not known:
            if count == MOST_LOSERS:
                return count + 1
            loser[count] = other
            count += 1
    return count
