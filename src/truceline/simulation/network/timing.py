"""How wrong the time of an arrival is: normal, or heavy-tailed with gross outliers."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.simulation.network.numbers import Bools, Floats
from truceline.simulation.network.scene import Scene

OUTLIER_SHARE: Final = 0.02
OUTLIER_S: Final = (0.5, 5.0)
"""Size of gross outliers, to either side. Unit: s."""


def timing(scene: Scene, name: str, normal: Floats, sigma_s: Floats) -> tuple[Floats, Bools]:
    """Give the error of each arrival (s), and which ones are gross outliers.

    Source: Student's t with 3 degrees of freedom is a normal over sqrt(chi-square / 3); its scale
    is the stated sigma, its variance three times as large.
    """
    if "tails" not in scene.settings.faults:
        return normal * sigma_s, np.zeros(len(normal), dtype=bool)
    rng = scene.streams.of(f"tails {name}")
    late = normal / np.sqrt(rng.chisquare(3.0, len(normal)) / 3.0) * sigma_s
    gross = rng.uniform(*OUTLIER_S, len(normal)) * rng.choice([-1.0, 1.0], len(normal))
    outlier = rng.random(len(normal)) < OUTLIER_SHARE
    return np.where(outlier, gross, late), outlier
