"""How loud events are: shares of the classes among all events, from those that were heard."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Floats
from truceline.geodesy.kernel import kernel

AUDIBLE: Final = 0.1
"""A class of which less is counted where events happen cannot be counted at all, and is left out."""
_TURNS: Final = 200
_PRIOR: Final = 1.0
"""Events that the shares given before count for, in all."""


def audible(chance: Floats, weight: Floats) -> Floats:
    """Tell which classes can be counted: 1 or 0, shape (g,).

    Args:
        chance: that each incident's place would give an event of each class, shape (e, g).
        weight: of the incidents, shape (e,).
    """
    mean = weight @ chance / max(float(weight.sum()), 1e-12)
    return np.asarray(mean >= AUDIBLE, float)


def true_shares(
    logs: Floats, chance: Floats, weight: Floats, before: Floats, turns: int = _TURNS
) -> Floats:
    """Learn the shares of the classes from incidents, whose louder kinds are heard too often.

    Expectation and maximisation, where each incident stands for itself and for those that happened
    like it and were not counted.

    Args:
        logs: log-likelihood of each incident's pattern by class, shape (e, g).
        chance: of being counted at its place and time by class, shape (e, g).
        weight: probability of each incident, shape (e,).
        before: shares to begin with, shape (g,); a class with 0 stays out.
        turns: how often to go on.

    Source: Dempster, Laird and Rubin 1977, J. Royal Stat. Soc. B 39, section 4.2 (truncated data).

    >>> true_shares(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.array([0.5, 0.5])).tolist()
    [0.5, 0.5]
    """
    share = before / before.sum()
    inside = before > 0
    if not inside.any() or not len(weight):
        return np.asarray(share, float)
    likely = np.exp(logs - logs[:, inside].max(axis=1, keepdims=True)) * inside
    thought = _PRIOR * before / before.sum()
    return _climbed(likely, chance, np.asarray(weight, float), thought, share, turns)


@kernel
def _climbed(
    likely: Floats, chance: Floats, weight: Floats, thought: Floats, share: Floats, turns: int
) -> Floats:
    """Go from shares to likelier ones; arguments as above, with what is thought in beforehand."""
    kinds = len(share)
    for _ in range(turns):
        new = thought.copy()
        for e in range(len(weight)):
            own, counted = 1e-300, 0.0
            for g in range(kinds):
                own += likely[e, g] * share[g]
                counted += chance[e, g] * share[g]
            one, many = weight[e] / own, weight[e] / max(counted, 1e-3)
            for g in range(kinds):
                new[g] += share[g] * (one * likely[e, g] + many * (1.0 - chance[e, g]))
        for g in range(kinds):
            if thought[g] <= 0.0:
                new[g] = 0.0
        share = new / new.sum()
    return share
