"""How far a number weighed by the chance of being counted may be from the truth."""

from __future__ import annotations

import numpy as np

from truceline.fusion.association.arrays import Floats, Longs
from truceline.geodesy.kernel import kernel


@kernel
def within_salvos(
    order: Longs, salvo: Longs, weight: Floats, chance: Floats, by_class: Floats, share: Floats
) -> Floats:
    """Give each incident's part of the variance of a Horvitz-Thompson total, shape (e,).

    Rounds of one salvo are equally loud, so that they are heard or missed together: the chance that
    both are counted is the mean over the classes of the product, which is more than the product of
    the means.

    Args:
        order: incidents by salvo.
        salvo: of each incident.
        weight: probability of each incident.
        chance: of being counted, shape (e,).
        by_class: the same by class of loudness, shape (e, g).
        share: of the classes, shape (g,).

    Source: Horvitz and Thompson 1952, J. Am. Stat. Assoc. 47, eq. 3.10 (estimated variance).
    """
    parts = np.zeros(len(order))
    for at in range(len(order)):
        i = order[at]
        parts[i] += weight[i] * (1.0 - chance[i]) / chance[i] ** 2
        parts[i] += weight[i] * (1.0 - weight[i]) / chance[i] ** 2
        for step in (-1, 1):
            other = at + step
            while 0 <= other < len(order) and salvo[order[other]] == salvo[i]:
                j = order[other]
                both = 0.0
                for g in range(len(share)):
                    both += share[g] * by_class[i, g] * by_class[j, g]
                product = chance[i] * chance[j]
                if both > 0.0:
                    parts[i] += weight[i] * weight[j] * (both - product) / (both * product)
                other += step
    return parts
