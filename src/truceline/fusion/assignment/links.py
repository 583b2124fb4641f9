"""From the best assignment to links of evidence with single incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from truceline.fusion.assignment.evidence import FOOTPRINT, Evidence, Floats, Incidents, Longs
from truceline.fusion.assignment.weighing import Edges, Pairs, Salvos

_NEVER = -60.0
_LEAST = -50.0


@dataclass(frozen=True, slots=True)
class Links:
    """Evidence and the incidents that it speaks of, sorted by evidence, likeliest first."""

    evidence: Longs
    incident: Longs
    salvo: Longs
    probability: Floats
    """That it speaks of this incident, of a salvo: that it speaks of it and this round is real."""


class Weighed(NamedTuple):
    """Evidence, incidents, and what each is worth for each."""

    rows: Evidence
    incidents: Incidents
    salvos: Salvos
    pairs: Pairs
    edges: Edges
    kept: Longs
    """Edges that stand in the problem."""


_Row = tuple[int, int, float]
"""Piece, incident, probability."""


def links_of(weighed: Weighed, best: Longs, chance: Floats) -> Links:
    """Choose the incidents of each salvo that its evidence speaks of.

    Args:
        weighed: what there is.
        best: edge of the problem that each piece takes; -1: none.
        chance: probability of each edge of the problem.
    """
    pairs_of_edge = _groups(weighed.edges.of_pair, len(weighed.edges.evidence))
    found: list[_Row] = []
    fires: dict[tuple[int, int], list[int]] = {}
    for one in np.flatnonzero(best >= 0).tolist():
        edge = int(weighed.kept[best[one]])
        if weighed.rows.kind[one] == FOOTPRINT:
            key = (int(weighed.rows.stream[one]), int(weighed.edges.salvo[edge]))
            fires.setdefault(key, []).append(one)
        else:
            found += _told(weighed, one, pairs_of_edge[edge], float(chance[best[one]]))
    for together in fires.values():
        among = [pairs_of_edge[int(weighed.kept[best[one]])] for one in together]
        found += _seen(weighed, together, among, chance[best[together]])
    found.sort(key=lambda row: (row[0], -row[2], row[1]))
    at = np.array([row[1] for row in found], np.int64)
    return Links(
        np.array([row[0] for row in found], np.int64),
        at,
        weighed.salvos.of[at],
        np.array([row[2] for row in found], float),
    )


def _told(weighed: Weighed, one: int, among: Longs, chance: float) -> list[_Row]:
    """Give the incidents that words speak of: one, or as many as they tell of.

    Words of one minute cannot tell the rounds of a salvo apart: the one that stands for it is near all
    that may be meant.
    """
    incident = weighed.pairs.incident[among]
    real = weighed.incidents.probability[incident]
    meant = weighed.edges.log_part[among] + np.log(np.maximum(real, 1e-9))
    time = weighed.incidents.time_s[incident]
    apart = (time[:, None] - time[None, :]) / max(float(weighed.rows.time_sigma_s[one]), 1.0)
    near = np.exp(-0.5 * apart**2) @ np.exp(meant - meant.max())
    merit = np.log(near) + np.log(np.maximum(real, 1e-9))
    told = weighed.rows.count_max[one]
    many = 1 if np.isnan(told) else max(int(told), 1)
    order = np.argsort(-merit, kind="stable")[:many]
    return [(one, int(incident[k]), chance * float(real[k])) for k in order]


def _seen(weighed: Weighed, together: list[int], among: list[Longs], chance: Floats) -> list[_Row]:
    """Give each of several fires of a salvo its round; no round lights two that one satellite sees."""
    pairs, log_part = weighed.pairs, weighed.edges.log_part
    parts = sorted({int(i) for rows in among for i in pairs.incident[rows]})
    column = {one: k for k, one in enumerate(parts)}
    table = np.full((len(together), max(len(parts), len(together))), _NEVER)
    for i, rows in enumerate(among):
        worth = np.maximum(log_part[rows] - log_part[rows].max(), _LEAST)
        table[i, [column[int(one)] for one in pairs.incident[rows]]] = worth
    own = table[:, : len(parts)]
    real = np.maximum(weighed.incidents.probability[parts], 1e-3)
    a, b = linear_sum_assignment(table, maximize=True)
    return [
        (together[i], parts[j], float(chance[i]) * _share(weighed.salvos, own[i], real, parts, j))
        for i, j in zip(a.tolist(), b.tolist(), strict=True)
        if table[i, j] > _NEVER
    ]


def _share(salvos: Salvos, worth: Floats, real: Floats, parts: list[int], column: int) -> float:
    """Give the probability that a fire of a salvo is of this round, and not of another.

    The other may be one that is not among the incidents: as likely as the mean of those that are.
    """
    every = float((np.exp(worth) / real).sum())
    missed = float(salvos.missed[salvos.of[parts[column]]])
    return float(np.exp(worth[column])) * (1.0 - missed) / every


def _groups(label: Longs, count: int) -> list[Longs]:
    order = np.argsort(label, kind="stable").astype(np.int64)
    ends = np.cumsum(np.bincount(label, minlength=count))[:-1]
    return list(np.split(order, ends))


def links_of_rows(links: Links, piece_of: Longs) -> Links:
    """Repeat the links of each piece for every row that is in it."""
    order = np.argsort(links.evidence, kind="stable")
    start = np.searchsorted(links.evidence[order], piece_of, side="left")
    end = np.searchsorted(links.evidence[order], piece_of, side="right")
    row = np.repeat(np.arange(len(piece_of)), end - start)
    at = np.concatenate([order[a:b] for a, b in zip(start, end, strict=True)] or [order[:0]])
    return Links(row, links.incident[at], links.salvo[at], links.probability[at])
