"""Whether fire was heavier after an instant than before it, correct for who was listening when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as fisher

from truceline.fusion.association.arrays import Floats
from truceline.fusion.coverage.numbers import salvos_of, spread_of
from truceline.fusion.coverage.run import BLIND, Watch

Bools = NDArray[np.bool_]
_WATCHED: Final = 0.5
"""Share of the time of each period in which a cell must not be blind, to be compared."""
_TAIL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """Two periods of the same cells."""

    cells: int
    """How many could be compared."""
    before_per_h: float
    """Events in an hour, heard or not."""
    after_per_h: float
    ratio: float
    """After over before; NaN where neither has any."""
    low: float
    """90 % interval."""
    high: float
    falling: float
    """Probability that the rate was lower after."""


def compared(watch: Watch, at_s: float) -> Compared:
    """Compare the rates before and after an instant.

    Each period's events are salvos of one effective size, whose number is Poisson; half a salvo is
    thought in for both. The ratio of two gamma variables follows Fisher's F.

    Args:
        watch: with ``at_s`` among the borders of its hours, or a period without any hour follows.
        at_s: the instant.

    Source: Price and Bonett 2000, Computational Statistics & Data Analysis 34, for the ratio of two
    Poisson rates with half a count added.
    """
    sizes = watch.sizes
    length = np.diff(watch.hours_s)
    after = np.asarray(watch.hours_s[:-1] >= at_s, bool)
    seen = watch.chance[:, :, 2] >= BLIND
    shares = np.stack([_share(seen, length * (after == side)) for side in (False, True)])
    common = np.asarray((shares >= _WATCHED).all(axis=0), bool)
    if not common.any():
        return Compared(0, 0.0, 0.0, np.nan, 0.0, np.inf, np.nan)
    sides = [_side(watch, common, shares[side], after == bool(side)) for side in (0, 1)]
    events = np.array([float(each.sum()) for each, _, _ in sides])
    learned = sum(variance for _, variance, _ in sides)
    squares = sum(float(np.sum(each**2)) for each, _, _ in sides) * sizes.answered
    usual = sizes.mean / max(float(np.mean([mean for _, _, mean in sides])), BLIND)
    size = max((squares + learned + usual**2) / float(events.sum() + usual), 1.0)
    lasts = [max(float(length[after == bool(side)].sum()) / 3600.0, 1e-9) for side in (0, 1)]
    rates, shapes = events / lasts, events / size + 0.5
    scales = size / np.array(lasts)
    unit = scales[1] * shapes[1] / (scales[0] * shapes[0])
    law = fisher(2.0 * shapes[1], 2.0 * shapes[0])
    return Compared(
        cells=int(common.sum()),
        before_per_h=rates[0],
        after_per_h=rates[1],
        ratio=rates[1] / rates[0] if rates[0] > 0 else (np.inf if rates[1] > 0 else np.nan),
        low=float(unit * law.ppf(_TAIL)),
        high=float(unit * law.ppf(1.0 - _TAIL)),
        falling=float(law.cdf(1.0 / unit)),
    )


def _share(seen: Bools, length: Floats) -> Floats:
    """Give the share of a time in which each cell was not blind."""
    total = float(length.sum())
    return np.asarray(seen @ length / total if total else np.zeros(len(seen)), float)


def _side(watch: Watch, common: Bools, share: Floats, hours: Bools) -> tuple[Floats, float, float]:
    """Give the salvos of a period, each as large as it stands for, variance of shares, mean chance."""
    counted, chance = watch.counted, watch.watched[common][:, hours]
    inside = np.flatnonzero(common[watch.cell] & hours[watch.hour])
    part = counted._replace(
        weight=counted.weight[inside] / share[watch.cell[inside]],
        chance=counted.chance[inside],
        salvo=counted.salvo[inside],
        replicates=counted.replicates[inside],
    )
    zero = np.zeros(len(inside), np.int64)
    _, each = salvos_of(part, zero)
    mean = float(chance.mean()) if chance.size else 0.0
    return each, float(spread_of(part, zero, 1)[0]), mean
