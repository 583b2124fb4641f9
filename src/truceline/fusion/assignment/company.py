"""What is missed keeps company with what is found: a battery is answered, a fight goes on elsewhere.

So a report of nothing that is known is likelier in the minutes of a known salvo than at another time,
and that a report was written in such a minute proves less.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.assignment.evidence import FOOTPRINT, Evidence, Floats
from truceline.fusion.assignment.places import within
from truceline.fusion.assignment.rates import FARTHEST_M
from truceline.fusion.assignment.weighing import Salvos

SHARE: Final = 0.5
"""Share of what is missed that is part of a fight of which something is found. A judgement."""
MINUTES_S: Final = 120.0
"""How long before and after the rest of its fight it may be. A judgement."""


def company_of(evidence: Evidence, salvos: Salvos, span_s: float) -> Floats:
    """Give how much likelier clutter is at the time of each piece than at any time, shape (m,).

    Args:
        evidence: all.
        salvos: what is known.
        span_s: time over which evidence was gathered.
    """
    piece, salvo = within(
        evidence.lon, evidence.lat, np.full(len(evidence.lon), FARTHEST_M), salvos.lon, salvos.lat
    )
    count = len(evidence.kind)
    low = salvos.start_s[salvo] - MINUTES_S - 2.0 * evidence.time_sigma_s[piece]
    high = salvos.end_s[salvo] + MINUTES_S + 2.0 * evidence.time_sigma_s[piece]
    start, end = evidence.start_s[piece], np.maximum(evidence.end_s, evidence.start_s + 1.0)[piece]
    shared = np.maximum(np.minimum(end, high) - np.maximum(start, low), 0.0)
    # the density of a box about the salvo, averaged over the time that is meant
    density = shared / (end - start) / (high - low)
    known = np.bincount(piece, minlength=count)
    mean = np.bincount(piece, density, count) / np.maximum(known, 1)
    factor = 1.0 - SHARE + SHARE * span_s * mean
    return np.where((known > 0) & (evidence.kind != FOOTPRINT), factor, 1.0)
