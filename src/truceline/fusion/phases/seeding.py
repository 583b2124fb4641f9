"""First guesses: each P pick as one of the first arrivals of an event at one of many points."""

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
    Nodes,
    Picks,
    Stations,
)
from truceline.fusion.phases.fitting import refine
from truceline.fusion.phases.packing import hold, keep
from truceline.geodesy.kernel import kernel

_EARLY = 4
"""Stations after which a point without other picks is given up."""
_TRIES = 2
"""Points from which the fit begins."""
_SURE = 15.0
"""Log-odds of a hypothesis whose other P picks need not be tried as first arrivals as well."""


@kernel
def score_at(
    node: int,
    origin_s: float,
    pick: int,
    low: Longs,
    nodes: Nodes,
    picks: Picks,
    model: Model,
    sigma_s: Floats,
    taken: Bytes,
) -> float:
    """Sum what free picks speak for an event at a point and a time.

    Args:
        node: the point.
        origin_s: the time.
        pick: the one that the time was taken from.
        low: a pick of each channel before all that matter.
        nodes: all points.
        picks: all.
        model: what is assumed.
        sigma_s: error of times, P and S.
        taken: 1 for picks that are not to be had.

    Returns:
        sum of log ratios above 0; -inf where the nearest stations picked nothing else.
    """
    total, hits = 0.0, 0
    for r in range(nodes.nearest.shape[1]):
        if r == _EARLY and hits < 2:
            return -np.inf
        for phase in range(2):
            k = 2 * nodes.nearest[node, r] + phase
            due = origin_s + nodes.time_s[node, k] + model.late_s[k]
            gate = 2.5 * sigma_s[phase]
            at, end = low[k], picks.at[k + 1]
            while at < end and picks.time_s[at] < due - gate:
                at += 1
            best = 0.0
            while at < end and picks.time_s[at] <= due + gate:
                if not taken[at] and at != pick:
                    off = (picks.time_s[at] - due) / sigma_s[phase]
                    gain = -0.5 * off * off - np.log(sigma_s[phase]) - 0.92 - picks.log_rate[at]
                    best = max(best, gain)
                at += 1
            total += best
            hits += best > 0.0
    return total


@kernel
def best_nodes(
    pick: int,
    low: Longs,
    nodes: Nodes,
    picks: Picks,
    model: Model,
    sigma_s: Floats,
    taken: Bytes,
    best: Longs,
    score: Floats,
) -> None:
    """Find the points at which an event of a P pick is likeliest.

    Args:
        pick: one of the first arrivals.
        low: a pick of each channel before all that matter.
        nodes: all points.
        picks: all.
        model: what is assumed.
        sigma_s: error of times, P and S.
        taken: 1 for picks that are not to be had.
        best: receives points, best first; -1: none.
        score: receives their scores.
    """
    best[:] = -1
    score[:] = 0.0
    channel = picks.channel[pick]
    for p in range(nodes.at[channel // 2], nodes.at[channel // 2 + 1]):
        node = nodes.of_station[p]
        origin = picks.time_s[pick] - nodes.time_s[node, channel] - model.late_s[channel]
        here = score_at(node, origin, pick, low, nodes, picks, model, sigma_s, taken)
        for r in range(_TRIES):
            if here > score[r]:
                score[r + 1 :] = score[r:-1].copy()
                best[r + 1 :] = best[r:-1].copy()
                score[r], best[r] = here, node
                break


@kernel
def seed(
    start: int,
    end: int,
    seeds: Longs,
    stations: Stations,
    picks: Picks,
    ground: Ground,
    model: Model,
    nodes: Nodes,
    taken: Bytes,
    events: Events,
) -> int:
    """Give the best hypothesis for each of a block of P picks.

    Args:
        start: first row of ``seeds`` of the block.
        end: row after the last.
        seeds: P picks by time.
        stations: all.
        picks: all.
        ground: travel times.
        model: what is assumed.
        nodes: points of the search.
        taken: 1 for picks that are not to be had.
        events: receives a hypothesis in the row of each seed; one that was passed over, since it is
            of an event beyond doubt, gets a size of -1.

    Returns:
        how many have finite odds.
    """
    channels = picks.at.shape[0] - 1
    low = picks.at[:-1].copy()
    sigma = np.sqrt(model.sigma_s**2 + nodes.blur_s**2)
    reach = nodes.time_s.max()
    member, at = np.empty(channels, np.int64), np.empty(UNKNOWNS)
    cov = np.empty((UNKNOWNS, UNKNOWNS))
    best_node, best_score = np.empty(_TRIES, np.int64), np.empty(_TRIES)
    found = 0
    sure = np.zeros(picks.time_s.shape[0], np.int8)
    for row in range(start, end):
        pick = seeds[row]
        if sure[pick]:
            events.size[row] = -1
            continue
        channel, time = picks.channel[pick], picks.time_s[pick]
        for k in range(channels):
            while low[k] < picks.at[k + 1] and picks.time_s[low[k]] < time - reach:
                low[k] += 1
        best_nodes(pick, low, nodes, picks, model, sigma, taken, best_node, best_score)
        for r in range(_TRIES):
            node = best_node[r]
            if node < 0:
                break
            at[:3] = nodes.place_m[node]
            at[3] = time - nodes.time_s[node, channel] - model.late_s[channel]
            odds = refine(at, True, stations, picks, ground, model, taken, member, cov)
            if odds > events.odds[row]:
                keep(events, row, at, cov, odds, member)
        found += events.odds[row] > -np.inf
        if events.odds[row] > _SURE:
            hold(events.member[row], sure, 1)
    return found
