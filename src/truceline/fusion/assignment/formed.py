"""From the best assignment to incidents of evidence alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.assignment.evidence import Evidence, Floats, Longs
from truceline.fusion.assignment.intersect import Meeting
from truceline.fusion.assignment.problem import Problem


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


def own_of(
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


def own_of_rows(own: Own, piece_of: Longs) -> Own:
    """Name rows in place of pieces."""
    rows = [
        sorted(
            (int(row), p)
            for piece, p in zip(of, chances, strict=True)
            for row in np.flatnonzero(piece_of == piece)
        )
        for of, chances in zip(own.members, own.member_probability, strict=True)
    ]
    return replace(
        own,
        members=tuple(tuple(row for row, _ in of) for of in rows),
        member_probability=tuple(tuple(p for _, p in of) for of in rows),
    )
