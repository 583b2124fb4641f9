"""What evidence and silence do to the belief in a salvo."""

from __future__ import annotations

import numpy as np

from truceline.fusion.assignment.evidence import Evidence, Floats, Longs
from truceline.fusion.assignment.rates import Rates
from truceline.fusion.assignment.silence import Watches, silences
from truceline.fusion.assignment.weighing import Salvos

_SURE = 0.999
"""No single piece of evidence is surer than this."""


def believed(
    evidence: Evidence,
    salvos: Salvos,
    of_edge: tuple[Longs, Longs, Floats],
    watches: Watches,
    rates: Rates,
) -> Floats:
    """Give the probability that each salvo is real, with what was told of it and what was not.

    What copies one another counts once, by the best of them.

    Args:
        evidence: all.
        salvos: with the probability from the incidents alone.
        of_edge: evidence, salvo and probability of each edge.
        watches: who was looking; whoever of them told nothing speaks against it.
        rates: probability that each would have noted it.

    Source: with odds w that a piece speaks of a real salvo rather than of nothing, the likelihood ratio
    of "real" is 1 + w; here w = q / (1 - q) / p from its probability q and that of the salvo, p.
    """
    piece, salvo, chance = of_edge
    real = np.clip(salvos.real, 1e-6, 1.0 - 1e-6)
    sure = np.minimum(chance, _SURE)
    ratio = np.log1p(sure / (1.0 - sure) / real[salvo])
    keys, at = np.unique(
        np.column_stack((salvo, evidence.group[piece])), axis=0, return_inverse=True
    )
    best = np.zeros(len(keys))
    np.maximum.at(best, at.reshape(-1), ratio)
    log_odds = np.log(real / (1.0 - real))
    log_odds += np.bincount(keys[:, 0].astype(np.int64), best, len(real))
    if len(watches.lon):
        told = [evidence.observer[piece[(salvo == s) & (chance > 0.5)]] for s in range(len(real))]
        middle = (salvos.start_s + salvos.end_s) / 2.0
        log_odds += silences(salvos.lon, salvos.lat, middle, told, watches, rates)
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), float)
