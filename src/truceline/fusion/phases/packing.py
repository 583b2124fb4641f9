"""No pick serves two events: the best stand first, and contested picks go where they tell most."""

from __future__ import annotations

import numpy as np

from truceline.fusion.phases.arrays import (
    UNKNOWNS,
    Bytes,
    Events,
    Floats,
    Ground,
    Longs,
    Model,
    Picks,
    Stations,
)
from truceline.fusion.phases.fitting import refine
from truceline.geodesy.kernel import kernel


@kernel
def pack(order: Longs, events: Events, taken: Bytes, stands: Bytes) -> int:
    """Let hypotheses stand whose picks are all free, in the given order.

    Args:
        order: rows, best first.
        events: hypotheses.
        taken: 1 for picks that serve an event; brought up to date.
        stands: receives 1 for each row that stands.

    Returns:
        how many stand.
    """
    count = 0
    for row in order:
        free = True
        for pick in events.member[row]:
            if pick >= 0 and taken[pick]:
                free = False
                break
        if free:
            stands[row] = 1
            count += 1
            for pick in events.member[row]:
                if pick >= 0:
                    taken[pick] = 1
    return count


@kernel
def hold(pick_of: Longs, taken: Bytes, value: int) -> None:
    """Mark the picks of an event as taken (1) or free (0)."""
    for pick in pick_of:
        if pick >= 0:
            taken[pick] = value


@kernel
def settle(
    order: Longs,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    taken: Bytes,
    least: float,
    events: Events,
    alive: Bytes,
) -> int:
    """Let each event choose its picks anew among its own and the free ones.

    Args:
        order: rows, in the order in which they choose.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        taken: 1 for picks that serve an event; brought up to date.
        least: log-odds below which an event is given up.
        events: changed in place.
        alive: 1 for the events that stand; brought up to date.

    Returns:
        how many changed their picks.
    """
    member = np.empty(events.member.shape[1], np.int64)
    at, cov = np.empty(UNKNOWNS), np.empty((UNKNOWNS, UNKNOWNS))
    changed = 0
    for row in order:
        if not alive[row]:
            continue
        hold(events.member[row], taken, 0)
        at[:] = events.place[row]
        odds = refine(at, False, stations, picks, ground, model, taken, member, cov)
        if odds < least:
            alive[row] = 0
            changed += 1
            continue
        changed += bool(np.any(member != events.member[row]))
        keep(events, row, at, cov, odds, member)
        hold(member, taken, 1)
    return changed


@kernel
def keep(events: Events, row: int, at: Floats, cov: Floats, odds: float, member: Longs) -> None:
    """Write a fit to its row."""
    events.place[row] = at
    events.cov[row] = cov
    events.odds[row] = odds
    events.member[row] = member
    events.size[row] = np.sum(member >= 0)


@kernel
def trade(
    order: Longs,
    first_near: Longs,
    last_near: Longs,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    taken: Bytes,
    events: Events,
    alive: Bytes,
) -> int:
    """Let pairs of events that are close in time divide their picks the other way round.

    Of two events, the weaker chooses first among the picks of both, then the stronger; and the
    stronger alone. Whichever of the three ways has the highest sum of odds stays; an event that is
    left without odds is given up.

    Args:
        order: rows, by time.
        first_near: for each place in ``order``, the first place that is close in time.
        last_near: the place after the last.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        taken: 1 for picks that serve an event; brought up to date.
        events: changed in place.
        alive: 1 for the events that stand; brought up to date.

    Returns:
        how many pairs changed.
    """
    channels = events.member.shape[1]
    mine, other = np.empty(channels, np.int64), np.empty(channels, np.int64)
    at, bt = np.empty(UNKNOWNS), np.empty(UNKNOWNS)
    cov, dov = np.empty((UNKNOWNS, UNKNOWNS)), np.empty((UNKNOWNS, UNKNOWNS))
    changed = 0
    for p in range(order.shape[0]):
        for q in range(max(p + 1, first_near[p]), last_near[p]):
            a, b = order[p], order[q]
            if not (alive[a] and alive[b]):
                continue
            if events.odds[a] < events.odds[b]:
                a, b = b, a
            hold(events.member[a], taken, 0)
            hold(events.member[b], taken, 0)
            now = max(events.odds[a], 0.0) + max(events.odds[b], 0.0)
            at[:] = events.place[a]
            alone = refine(at, False, stations, picks, ground, model, taken, mine, cov)
            bt[:] = events.place[b]
            second = refine(bt, False, stations, picks, ground, model, taken, other, dov)
            if second > 0.0:
                hold(other, taken, 1)
                ct = events.place[a].copy()
                kept, cut = np.empty(channels, np.int64), np.empty((UNKNOWNS, UNKNOWNS))
                first = refine(ct, False, stations, picks, ground, model, taken, kept, cut)
                hold(other, taken, 0)
                if first > 0.0 and first + second > max(now, alone) + 1e-6:
                    keep(events, a, ct, cut, first, kept)
                    keep(events, b, bt, dov, second, other)
                    changed += 1
                    now = np.inf
            if alone > now + 1e-6:
                keep(events, a, at, cov, alone, mine)
                alive[b] = 0
                changed += 1
            hold(events.member[a], taken, 1)
            if alive[b]:
                hold(events.member[b], taken, 1)
    return changed
