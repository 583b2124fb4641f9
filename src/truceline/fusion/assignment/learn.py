"""What the data themselves tell of observers and clutter: empirical Bayes.

Evidence is shared out between incidents and clutter by the odds of the figures so far, then the
figures follow from the shares, each drawn towards its first value by a few imagined observations; and
so on (expectation and maximisation, Dempster, Laird and Rubin 1977). Exclusion is left out meanwhile.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.assignment.evidence import (
    FOOTPRINT,
    SECTOR,
    Evidence,
    Floats,
    Incidents,
    chosen,
)
from truceline.fusion.assignment.likeness import (
    SOUND_M_S,
    Field,
    bearing_residual,
    range_residual,
)
from truceline.fusion.assignment.places import offsets_m, within
from truceline.fusion.assignment.rates import (
    EDGES_M,
    FARTHEST_M,
    FIRST_BURNS_S,
    FIRST_SEEN,
    NOTHING_SHARE,
    SEEN_WEIGHT,
    Rates,
    Stated,
    step_of,
)
from truceline.fusion.assignment.weighing import Edges, Pairs, Salvos, Worth, weighed

_ROUNDS: Final = 12
_SCALE_WEIGHT: Final = 20.0
"""How many observations the stated errors are worth."""
_LATE_WEIGHT: Final = 4.0
_BURNS_WEIGHT: Final = 2.0
_SCALES: Final = (0.6, 2.5)


def learned(
    evidence: Evidence,
    incidents: Incidents,
    salvos: Salvos,
    worth: Worth,
    rates: Rates,
    stated: Stated,
) -> Rates:
    """Give rates, errors and delays as the data speak for them.

    Args:
        evidence: all.
        incidents: all.
        salvos: of them.
        worth: pairs that may be.
        rates: first figures.
        stated: what stands and is not learned.
    """
    pairs = worth.pairs
    chances = _chances(evidence, salvos, rates)
    for _ in range(_ROUNDS):
        edges = weighed(evidence, incidents, salvos, worth, rates)
        share, nothing = shares(edges, len(evidence.kind))
        part = share[edges.of_pair] * _within(edges)
        clutter = clutter_of(evidence, nothing, rates, stated)
        seen = _seen(evidence, pairs, part, chances, rates, stated)
        field = _field(evidence, incidents, pairs, part, rates)
        rates = rates._replace(clutter=clutter, seen=seen, field=field)
    return rates


def shares(edges: Edges, count: int) -> tuple[Floats, Floats]:
    """Give the probability of each edge, and of nothing for each piece, exclusion left out."""
    weight = np.exp(np.minimum(edges.log_weight, 300.0))
    total = np.asarray(1.0 + np.bincount(edges.evidence, weight, count), float)
    return np.asarray(weight / total[edges.evidence], float), np.asarray(1.0 / total, float)


def _within(edges: Edges) -> Floats:
    """Give the share of each pair in its edge."""
    top = np.full(len(edges.evidence), -np.inf)
    np.maximum.at(top, edges.of_pair, edges.log_part)
    part = np.exp(edges.log_part - top[edges.of_pair])
    return np.asarray(part / np.bincount(edges.of_pair, part)[edges.of_pair], float)


def clutter_of(evidence: Evidence, nothing: Floats, rates: Rates, stated: Stated) -> Floats:
    """Give the expected pieces that neither incidents nor one another explain.

    Args:
        evidence: all.
        nothing: probability of each piece that nothing explains it.
        rates: of kinds and observers.
        stated: what stands.
    """
    streams = len(rates.kind)
    least = NOTHING_SHARE * np.bincount(evidence.stream, minlength=streams)
    pieces = np.maximum(np.bincount(evidence.stream, nothing, streams), least) + 0.5
    shared = np.where(rates.kind == SECTOR, np.maximum(rates.observers, 1), 1)
    return np.where(np.isnan(stated.clutter), pieces / shared, stated.clutter)


def _chances(evidence: Evidence, salvos: Salvos, rates: Rates) -> Floats:
    """Count the salvos that each stream could have noted, by distance."""
    chances = np.zeros_like(rates.seen)
    for stream, kind in enumerate(rates.kind):
        rows = np.flatnonzero(evidence.stream == stream)
        if kind == FOOTPRINT:
            chances[stream, 0] = salvos.rounds.sum()
        elif kind == SECTOR and len(rows):
            _, first = np.unique(evidence.observer[rows], return_index=True)
            lon, lat = evidence.lon[rows[first]], evidence.lat[rows[first]]
            post, salvo = within(lon, lat, np.full(len(lon), FARTHEST_M), salvos.lon, salvos.lat)
            away = np.hypot(*offsets_m(lon[post], lat[post], salvos.lon[salvo], salvos.lat[salvo]))
            chances[stream] = np.bincount(step_of(away), salvos.real[salvo], len(EDGES_M) + 1)
        else:
            chances[stream, 0] = salvos.real.sum()
    return chances


def _seen(
    evidence: Evidence,
    pairs: Pairs,
    part: Floats,
    chances: Floats,
    rates: Rates,
    stated: Stated,
) -> Floats:
    stream = evidence.stream[pairs.evidence]
    step = np.where(evidence.kind[pairs.evidence] == SECTOR, step_of(pairs.distance_m), 0)
    steps = len(EDGES_M) + 1
    hits = np.bincount(stream * steps + step, part, len(rates.kind) * steps).reshape(-1, steps)
    first = np.array([FIRST_SEEN[int(kind)] for kind in rates.kind]).reshape(-1, steps)
    weight = np.array([SEEN_WEIGHT[int(kind)] for kind in rates.kind])[:, None]
    seen = (hits + first * weight) / (np.maximum(chances, hits) + weight)
    seen[rates.kind != SECTOR] = seen[rates.kind != SECTOR, :1]
    return np.where(np.isnan(stated.seen)[:, None], seen, stated.seen[:, None])


def _field(
    evidence: Evidence, incidents: Incidents, pairs: Pairs, part: Floats, rates: Rates
) -> Field:
    rows, field = chosen(evidence, pairs.evidence), rates.field
    people = part * (rows.kind == SECTOR)
    turn, places = bearing_residual(rows, pairs.offset)
    bearing = _scale(turn, rows.bearing_sigma_deg, places, people, field.bearing_scale)
    far, spread = range_residual(rows, pairs.offset)
    distance = _scale(far, spread, np.zeros(len(far)), people, field.range_scale)
    late = rows.start_s - incidents.time_s[pairs.incident]
    instant = people * (rows.end_s - rows.start_s < 0.5 * rows.time_sigma_s)
    after = late - pairs.distance_m / SOUND_M_S
    sigma = np.hypot(rows.time_sigma_s, incidents.time_sigma_s[pairs.incident])
    mean = float((instant * after).sum() / (instant.sum() + _LATE_WEIGHT))
    clock = _scale(after - mean, sigma, np.zeros(len(sigma)), instant, field.time_scale)
    heat = part * (rows.kind == FOOTPRINT) * np.maximum(late, 0.0)
    streams = len(rates.kind)
    burns = np.bincount(rows.stream, heat, streams) + _BURNS_WEIGHT * FIRST_BURNS_S
    lit = np.bincount(rows.stream, part * (rows.kind == FOOTPRINT), streams) + _BURNS_WEIGHT
    return field._replace(
        bearing_scale=bearing,
        range_scale=distance,
        time_scale=clock,
        late_s=mean,
        burns_s=burns / lit,
    )


def _scale(
    residual: Floats, stated: Floats, besides: Floats, share: Floats, before: float
) -> float:
    """Give the factor on stated errors, drawn towards 1; what is far outside is a slip and says nothing."""
    sigma = np.hypot(stated * before, besides)
    sound = (np.abs(residual) < 4.0 * sigma) & np.isfinite(residual) & (share > 0)
    square = (
        np.maximum(residual[sound] ** 2 - besides[sound] ** 2, 0.0)
        / np.maximum(stated[sound], 1e-6) ** 2
    )
    weight = share[sound]
    variance = (float((weight * square).sum()) + _SCALE_WEIGHT) / (
        float(weight.sum()) + _SCALE_WEIGHT
    )
    return float(np.clip(np.sqrt(variance), *_SCALES))
