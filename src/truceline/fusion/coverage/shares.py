"""How loud events are: shares of the classes among all events, from those that were heard."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Floats

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
    for _ in range(turns):
        own = likely * share + 1e-300
        own /= own.sum(axis=1, keepdims=True)
        counted = np.maximum(chance @ share, 1e-3)
        missed = share * (1.0 - chance) / counted[:, None]
        new = weight @ (own + missed) + _PRIOR * before / before.sum()
        new *= inside
        share = new / new.sum()
    return np.asarray(share, float)
