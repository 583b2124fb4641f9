"""Numbers of events by how loud they are."""

from __future__ import annotations

import numpy as np

from truceline.fusion.association.arrays import Floats, Longs
from truceline.fusion.coverage.numbers import Tally, tally
from truceline.fusion.coverage.run import BLIND, Watch


def tally_of_kinds(watch: Watch, group: Longs, groups: int) -> tuple[Tally, Floats]:
    """Estimate the events of each group of loudness, and give its chance of being counted.

    An incident counts for each group as it probably is of it, and stands for as many more as the
    chance of that group at its place says.

    Args:
        watch: with its incidents.
        group: of each class.
        groups: how many there are.
    """
    counted, share = watch.counted, watch.hearing.share
    parts: list[Tally] = []
    chances = np.zeros(groups)
    zero = np.zeros(len(watch.cell), np.int64)
    for one in range(groups):
        own = share * (group == one)
        chances[one] = _mean_chance(watch, one)
        if own.sum() <= 0.0:
            none = np.zeros(0)
            part = counted._replace(
                weight=none, chance=none, by_class=counted.by_class[:0], salvo=zero[:0],
                replicates=counted.replicates[:0],
            )  # fmt: skip
            parts.append(tally(part, own, watch.sizes, zero[:0], np.zeros(1), 1))
            continue
        own = own / own.sum()
        chance = np.maximum(counted.by_class @ own, 1e-2)
        weight = counted.weight * (watch.loudness.kinds @ (group == one).astype(float))
        part = counted._replace(
            weight=weight,
            chance=chance,
            replicates=counted.replicates * (chance / counted.chance)[:, None],
        )
        parts.append(tally(part, own, watch.sizes, zero, chances[one : one + 1], 1))
    fields = Tally.__slots__
    return Tally(*(np.concatenate([getattr(p, f) for p in parts]) for f in fields)), chances


def _mean_chance(watch: Watch, one: int) -> float:
    """Give the mean chance of a group where the network is not blind; 0 where it is deaf to it."""
    seen = watch.chance[:, :, 3 + one][watch.watched > 0]
    known = seen[np.isfinite(seen)]
    chance = float(known.mean()) if len(known) else 0.0
    return chance if chance >= BLIND else 0.0
