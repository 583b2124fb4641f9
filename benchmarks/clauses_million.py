"""A million ellipses against the place of every clause of an agreement.

    python benchmarks/clauses_million.py [--agreement minsk] [--count 1000000] [--seed 1]

Positions lie evenly in a box 140 km about the lines, with errors of 0.1 to 10 km. Each clause that can
be broken and whose place can be computed is asked; a list of systems is asked at each of its
distances. The first call compiles or loads the kernels and is timed apart.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from datetime import UTC, datetime

import numpy as np

from truceline.codec.agreement import load_agreement
from truceline.geodesy.ellipses import Ellipses
from truceline.pipeline.shipped import agreement_folder
from truceline.verification.bulk import PlaceFields


def ellipses(count: int, rng: np.random.Generator) -> Ellipses:
    """Give random positions with rotated errors."""
    long_m = np.exp(rng.uniform(np.log(100.0), np.log(10_000.0), count))
    short_m = long_m * rng.uniform(0.2, 1.0, count)
    turn = rng.uniform(0.0, np.pi, count)
    c, s = np.cos(turn), np.sin(turn)
    return Ellipses.of(
        rng.uniform(36.0, 41.0, count),
        rng.uniform(46.5, 49.5, count),
        (long_m * c) ** 2 + (short_m * s) ** 2,
        (long_m**2 - short_m**2) * c * s,
        (long_m * s) ** 2 + (short_m * c) ** 2,
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--agreement", default="minsk")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    agreement = load_agreement(agreement_folder(given.agreement))
    start = time.perf_counter()
    fields = PlaceFields.build(agreement, datetime(2020, 9, 1, tzinfo=UTC))
    built = time.perf_counter() - start
    side = agreement.parties[0].id
    start = time.perf_counter()
    fields.masses(ellipses(100, np.random.default_rng(0)), side)
    loaded = time.perf_counter() - start
    many = ellipses(given.count, np.random.default_rng(given.seed))
    start = time.perf_counter()
    found = fields.masses(many, side)
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(fields.asked)} clauses, {len(found)} places each, {given.count} ellipses")
    print(f"prepared in {built:.2f} s, kernels loaded in {loaded:.2f} s")
    print(f"answered in {taken:.2f} s; peak {peak:.0f} MiB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
