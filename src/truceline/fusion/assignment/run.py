"""From incidents and evidence to links with probabilities, and to incidents of evidence alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.fusion.assignment.bundles import bundled
from truceline.fusion.assignment.company import company_of
from truceline.fusion.assignment.evidence import (
    FOOTPRINT,
    Evidence,
    Floats,
    Incidents,
    Longs,
)
from truceline.fusion.assignment.formed import Own, own_of, own_of_rows
from truceline.fusion.assignment.intersect import Meeting, meeting, rows_of
from truceline.fusion.assignment.learn import clutter_of, learned, shares
from truceline.fusion.assignment.links import Links, Weighed, links_of, links_of_rows
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
from truceline.fusion.assignment.support import believed
from truceline.fusion.assignment.weighing import (
    WORTHLESS,
    Edges,
    Salvos,
    Worth,
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
    salvo_probability: Floats
    """Of each salvo: that it is real, with what was told of it, and the silence of who watched."""
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

    Raises:
        ValueError: when the statements are not one for each stream.
    """
    rows, piece_of = bundled(evidence)
    watches = watches or no_watches()
    streams = int(max(evidence.stream.max(initial=-1), watches.stream.max(initial=-1))) + 1
    stated = nothing_stated(streams) if stated is None else stated
    if len(stated.seen) != streams:
        raise ValueError(
            f"rates are stated of {len(stated.seen)} streams, and there are {streams}; state one of each"
        )
    salvos = salvos_with(incidents, salvos_of(incidents))
    rates = first_rates(rows, span_s, area_m2, stated)
    pairs = pairs_of(rows, incidents, rates)
    worth = Worth(pairs, company_of(rows, salvos, span_s))
    rates = learned(rows, incidents, salvos, worth, rates, stated)
    edges = weighed(rows, incidents, salvos, worth, rates)
    known: dict[tuple[int, ...], Meeting] = {}
    problem, meets, kept = _problem(rows, salvos, edges, rates, worth, watches, known)
    chance = marginals_of(problem)
    for _ in range(_AGAIN if problem.sets else 0):
        # what evidence explains among itself is no clutter either
        left = _left(problem, chance)
        rates = rates._replace(clutter=clutter_of(rows, left, rates, stated))
        edges = weighed(rows, incidents, salvos, worth, rates)
        problem, meets, kept = _problem(rows, salvos, edges, rates, worth, watches, known)
        chance = marginals_of(problem)
    best = solved(problem)
    given = Weighed(rows, incidents, salvos, pairs, edges, kept)
    links = links_of(given, best.edge, chance.edge)
    own = own_of(rows, problem, meets, best.own, chance.own)
    left = _left(problem, chance)
    target = edges.salvo[kept]
    real = real_share(rows, _unexplained(problem, chance), streams)[rows.stream] * left
    return Assigned(
        links_of_rows(links, piece_of),
        own_of_rows(own, piece_of),
        left[piece_of],
        real[piece_of],
        salvos.of,
        believed(rows, salvos, (problem.evidence, target, chance.edge), watches, rates),
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


def _problem(
    rows: Evidence,
    salvos: Salvos,
    edges: Edges,
    rates: Rates,
    worth: Worth,
    watches: Watches,
    known: dict[tuple[int, ...], Meeting],
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
    log_clutter = np.log(rates.clutter[rows.stream] * worth.company)
    sets, set_weight, meets = sets_of(rows, free, rates, log_rate, log_clutter, watches, known)
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
