"""Compiling what association needs ahead of the first day that needs it.

    python -m truceline.pipeline.warming

The kernels are compiled once for a machine and a version of the source (half a minute of one core, see
docs/calibration.md) and kept beside them. Where they are there already this takes a second.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np

from truceline.adapters.interface import ParseContext
from truceline.adapters.stations import ADAPTER
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.calibrate import Acoustics, Calibration
from truceline.fusion.sounds import hear, taught_by
from truceline.model.network import NO_NETWORK
from truceline.simulation.day import simulate_day
from truceline.simulation.settings import Settings
from truceline.simulation.write import raw_files


def warm() -> int:
    """Associate a simulated day, so that every kernel is called; give how many sounds it holds."""
    files = raw_files(simulate_day(np.random.default_rng(0), date(2026, 5, 12), Settings()))
    table = ADAPTER.parse(
        files["stations.csv"], ParseContext("0" * 64, "stations.csv")
    ).observations
    taught = taught_by(table, Acoustics(), (), NO_NETWORK)
    network = taught[0] if taught is not None else None
    kinds = dict.fromkeys(taxonomy().acts, 1.0)
    calibration = Calibration({}, 1e-15, kinds, 0.3, network=network)
    return len(hear(table, taxonomy(), calibration, ()).observations)


@contextmanager
def warming() -> Iterator[subprocess.Popen[bytes]]:
    """Compile in a process beside this one; whoever needs the kernels waits for it."""
    with subprocess.Popen(  # noqa: S603 - this very program, no word of anybody else in it
        [sys.executable, "-m", __name__],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as beside:
        yield beside


if __name__ == "__main__":
    warm()
