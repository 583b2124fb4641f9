"""Arrays by what they hold, and random numbers by what they are for."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Streams:
    """Independent random numbers for every purpose, so that one switch changes one thing.

    >>> bool(Streams(7).of("echo").random() == Streams(7).of("echo").random())
    True
    >>> bool(Streams(7).of("echo").random() == Streams(7).of("clock").random())
    False
    """

    seed: int

    def of(self, purpose: str) -> np.random.Generator:
        """Give the generator of a purpose, from its beginning."""
        key = (zlib.crc32(purpose.encode()),)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key))
        )
