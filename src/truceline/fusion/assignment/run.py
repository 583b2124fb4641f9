"""From incidents and evidence to links with probabilities, and to incidents of evidence alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from truceline.fusion.assignment.bundles import bundled
from truceline.fusion.assignment.evidence import (
    FOOTPRINT,
    Evidence,
    Floats,
    Incidents,
    Longs,
)
from truceline.fusion.assignment.intersect import Meeting, meeting, rows_of
from truceline.fusion.assignment.learn import clutter_of, learned, shares
from truceline.fusion.assignment.marginals import Marginals, marginals_of
from truceline.fusion.assignment.own import sets_of
from truceline.fusion.assignment.problem import Problem
from truceline.fusion.assignment.rates import (
    Rates,
    Stated,
    first_rates,
    missed_rate,
    nothing_stated,
    real_share,
)
from truceline.fusion.assignment.salvos import salvos_of
from truceline.fusion.assignment.silence import Watches, no_watches
from truceline.fusion.assignment.solve import solved
from truceline.fusion.assignment.weighing import (
    WORTHLESS,
    Edges,
    Pairs,
    Salvos,
    pairs_of,
    salvos_with,
    weighed,
)

AGAIN_S: Final = 600.0
"""An observer writes a long salvo down again after so long. A judgement."""
_AGAIN: Final = 3
"""Rounds in which sets of evidence and the rate of clutter agree."""
_FREE: Final = 0.1
"""Probability of being of no known incident from which evidence may form one."""


@dataclass(frozen=True, slots=True)
class Links:
    """Evidence and the incidents that it speaks of, sorted by evidence, likeliest first."""

    evidence: Longs
    incident: Longs
    salvo: Longs
    probability: Floats
    """That it speaks of this incident, of a salvo: that it speaks of it and this round is real."""


@dataclass(frozen=True, slots=True)
class Own:
    """Incidents of evidence alone."""

    meeting: tuple[Meeting, ...]
    probability: Floats
    members: tuple[tuple[int, ...], ...]
    """Rows of the evidence."""
    member_probability: tuple[tuple[float, ...], ...]
    rounds: tuple[tuple[float, float], ...]
    """Fewest and most rounds that are told of; NaN where none are."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What evidence speaks of."""

    links: Links
    own: Own
    nothing: Floats
    """Probability that each piece is of no known incident and of no other evidence's."""
    real_alone: Floats
    """Probability that each speaks of something real of which nothing else tells."""
    salvo: Longs
    """Of each incident."""
    rates: Rates


def assign(
    evidence: Evidence,
    incidents: Incidents,
    span_s: float,
    area_m2: float,
    *,
    stated: Stated | None = None,
    watches: Watches | None = None,
) -> Assigned:
    """Find what each piece of evidence speaks of.

    Args:
        evidence: in any order; what is equal in all figures is told apart by its row alone.
        incidents: what is already known.
        span_s: time over which evidence was gathered.
        area_m2: ground from which a satellite's or a paper's clutter may be.
        stated: rates of the streams that stand; null: all are learned.
        watches: who was looking, and when; null: nobody's silence counts.
    """
    rows, piece_of = bundled(evidence)
    streams = int(evidence.stream.max(initial=-1)) + 1
    stated = nothing_stated(streams) if stated is None else stated
    salvos = salvos_with(incidents, salvos_of(incidents))
    rates = first_rates(rows, span_s, area_m2, stated)
    pairs = pairs_of(rows, incidents, rates)
    rates = learned(rows, incidents, salvos, pairs, rates, stated)
    edges = weighed(rows, incidents, salvos, pairs, rates)
    watches = watches or no_watches()
    problem, meets, kept = _problem(rows, salvos, edges, rates, watches)
    chance = marginals_of(problem)
    for _ in range(_AGAIN if problem.sets else 0):
        # what evidence explains among itself is no clutter either
        left = _left(problem, chance)
        rates = rates._replace(clutter=clutter_of(rows, left, rates, stated))
        edges = weighed(rows, incidents, salvos, pairs, rates)
        problem, meets, kept = _problem(rows, salvos, edges, rates, watches)
        chance = marginals_of(problem)
    best = solved(problem)
    links = _links(rows, incidents, salvos, pairs, edges, kept, best.edge, chance.edge)
    own = _own(rows, problem, meets, best.own, chance.own)
    left = _left(problem, chance)
    real = real_share(rows, _unexplained(problem, chance), streams)[rows.stream] * left
    return Assigned(
        _for_rows(links, piece_of),
        _own_rows(own, piece_of),
        left[piece_of],
        real[piece_of],
        salvos.of,
        rates,
    )


def _left(problem: Problem, chance: Marginals) -> Floats:
    """Give the probability of each piece that neither an incident nor other evidence explains it."""
    left = _unexplained(problem, chance)
    for one, value in zip(problem.sets, chance.own, strict=True):
        left[list(one)] -= value
    return np.clip(left, 0.0, 1.0)


def _unexplained(problem: Problem, chance: Marginals) -> Floats:
    taken = np.bincount(problem.evidence, chance.edge, problem.pieces)
    return np.asarray(np.clip(1.0 - taken, 0.0, 1.0), float)


def alone(evidence: Evidence, row: int, rates: Rates) -> Meeting:
    """Give where a single piece of evidence alone puts what it speaks of."""
    return meeting(rows_of(evidence, (row,)), rates)


def _for_rows(links: Links, piece_of: Longs) -> Links:
    """Repeat the links of each piece for every row that is in it."""
    order = np.argsort(links.evidence, kind="stable")
    start = np.searchsorted(links.evidence[order], piece_of, side="left")
    end = np.searchsorted(links.evidence[order], piece_of, side="right")
    row = np.repeat(np.arange(len(piece_of)), end - start)
    at = np.concatenate([order[a:b] for a, b in zip(start, end, strict=True)] or [order[:0]])
    return Links(row, links.incident[at], links.salvo[at], links.probability[at])


def _own_rows(own: Own, piece_of: Longs) -> Own:
    """Name rows in place of pieces."""
    rows = [
        [
            (int(row), p)
            for piece, p in zip(of, chances, strict=True)
            for row in np.flatnonzero(piece_of == piece)
        ]
        for of, chances in zip(own.members, own.member_probability, strict=True)
    ]
    return replace(
        own,
        members=tuple(tuple(row for row, _ in of) for of in rows),
        member_probability=tuple(tuple(p for _, p in of) for of in rows),
    )


def _problem(
    rows: Evidence, salvos: Salvos, edges: Edges, rates: Rates, watches: Watches
) -> tuple[Problem, tuple[Meeting, ...], Longs]:
    """Give the problem, where its sets meet, and which edges are in it."""
    kept = np.flatnonzero(edges.log_weight > WORTHLESS).astype(np.int64)
    owner, target = edges.evidence[kept], edges.salvo[kept]
    heat = rows.kind[owner] == FOOTPRINT
    who = np.where(heat, -1 - rows.stream[owner], rows.observer[owner])
    slots, slot = np.unique(np.column_stack((who, target)), axis=0, return_inverse=True)
    long = salvos.end_s - salvos.start_s
    for_people = 1 + np.floor(long / AGAIN_S)
    room = np.where(slots[:, 0] < 0, salvos.rounds[slots[:, 1]], for_people[slots[:, 1]])
    _, nothing = shares(edges, len(rows.kind))
    free = np.flatnonzero(nothing > _FREE).astype(np.int64)
    missed = missed_rate(rows, rates, nothing)
    log_rate = float(np.log(max(missed, 1e-300)))
    sets, set_weight, meets = sets_of(rows, free, rates, log_rate, watches)
    problem = Problem(
        len(rows.kind),
        owner,
        slot.reshape(-1).astype(np.int64),
        edges.log_weight[kept],
        room.astype(np.int64),
        sets,
        set_weight,
    )
    return problem, meets, kept


def _links(
    rows: Evidence,
    incidents: Incidents,
    salvos: Salvos,
    pairs: Pairs,
    edges: Edges,
    kept: Longs,
    best: Longs,
    chance: Floats,
) -> Links:
    """Choose the incidents of each salvo that its evidence speaks of."""
    piece: list[int] = []
    incident: list[int] = []
    probability: list[float] = []
    taken = np.flatnonzero(best >= 0)
    pairs_of_edge = _groups(edges.of_pair, len(edges.evidence))
    fires: dict[tuple[int, int], list[int]] = {}
    for one in taken.tolist():
        edge = int(kept[best[one]])
        if rows.kind[one] == FOOTPRINT:
            fires.setdefault((int(rows.stream[one]), int(edges.salvo[edge])), []).append(one)
            continue
        among = pairs_of_edge[edge]
        real = incidents.probability[pairs.incident[among]]
        merit = edges.log_part[among] + np.log(np.maximum(real, 1e-9))
        told = rows.count_max[one]
        many = 1 if np.isnan(told) else max(int(told), 1)
        for k in np.argsort(-merit, kind="stable")[:many].tolist():
            piece.append(one)
            incident.append(int(pairs.incident[among[k]]))
            probability.append(float(chance[best[one]] * real[k]))
    for together in fires.values():
        table, parts = _within(together, pairs, edges, kept, best, pairs_of_edge)
        a, b = linear_sum_assignment(table, maximize=True)
        for i, j in zip(a.tolist(), b.tolist(), strict=True):
            piece.append(together[i])
            incident.append(parts[j])
            share = _share(table[i], parts, j, incidents, salvos)
            probability.append(float(chance[best[together[i]]]) * share)
    row = np.array(piece, np.int64)
    at = np.array(incident, np.int64)
    likely = np.array(probability)
    first = np.lexsort((at, -likely, row))
    return Links(row[first], at[first], salvos.of[at[first]], likely[first])


def _share(
    worth: Floats, parts: list[int], column: int, incidents: Incidents, salvos: Salvos
) -> float:
    """Give the probability that a fire of a salvo is of this round, and not of another.

    The other may be one that is not among the incidents: as likely as the mean of those that are.
    """
    own = np.arange(len(worth)) < len(set(parts))
    real = np.maximum(incidents.probability[parts], 1e-3)
    every = float((np.exp(worth) / real)[own].sum())
    missed = float(salvos.missed[salvos.of[parts[column]]])
    return float(np.exp(worth[column])) * (1.0 - missed) / every


def _within(
    together: list[int],
    pairs: Pairs,
    edges: Edges,
    kept: Longs,
    best: Longs,
    pairs_of_edge: list[Longs],
) -> tuple[Floats, list[int]]:
    """Give what each of several fires is worth for each incident of their salvo."""
    of = {one: pairs_of_edge[int(kept[best[one]])] for one in together}
    parts = sorted({int(i) for among in of.values() for i in pairs.incident[among]})
    column = {one: k for k, one in enumerate(parts)}
    table = np.full((len(together), max(len(parts), len(together))), -60.0)
    for i, one in enumerate(together):
        log_part = edges.log_part[of[one]]
        for value, where in zip(log_part - log_part.max(), pairs.incident[of[one]], strict=True):
            table[i, column[int(where)]] = max(float(value), -50.0)
    return table, parts + [parts[0]] * (table.shape[1] - len(parts))


def _groups(label: Longs, count: int) -> list[Longs]:
    order = np.argsort(label, kind="stable").astype(np.int64)
    ends = np.cumsum(np.bincount(label, minlength=count))[:-1]
    return list(np.split(order, ends))


def _own(
    rows: Evidence,
    problem: Problem,
    meets: tuple[Meeting, ...],
    best: Longs,
    chance: Floats,
) -> Own:
    """Give the sets that are chosen, with the probability that their pieces speak of one thing."""
    used = sorted(set(best[best >= 0].tolist()), key=lambda k: (meets[k].time_s, k))
    claimed = np.zeros(problem.pieces)
    for one, value in zip(problem.sets, chance, strict=True):
        claimed[list(one)] += value
    members = [problem.sets[k] for k in used]
    return Own(
        tuple(meets[k] for k in used),
        np.array([min(float(claimed[list(of)].max()), 1.0) for of in members]),
        tuple(members),
        tuple(tuple(min(float(claimed[piece]), 1.0) for piece in of) for of in members),
        tuple(_rounds(rows, of) for of in members),
    )


def _rounds(rows: Evidence, members: tuple[int, ...]) -> tuple[float, float]:
    """Give what the members' counts allow: the most careful of the least, the most of the most."""
    low, high = rows.count_min[list(members)], rows.count_max[list(members)]
    known = ~np.isnan(high)
    if not known.any():
        return float("nan"), float("nan")
    return float(np.nanmin(low[known])), float(np.nanmax(high[known]))
