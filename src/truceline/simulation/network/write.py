"""Write a simulated network in the interchange format for association, and its truth apart.

Times are Parquet timestamps in UTC with nanoseconds; what is unknown is null.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.tables_told import told
from truceline.simulation.network.tables_true import true
from truceline.simulation.network.world import Network

TRUTH: Final = "truth"
"""Folder beside the told files; an engine never reads it."""


def write_network(folder: Path, network: Network) -> list[Path]:
    """Write every file of a network into a folder that is there and empty; give their paths."""
    (folder / TRUTH).mkdir()
    tables = {**told(network), **{f"{TRUTH}/{name}": one for name, one in true(network).items()}}
    paths = []
    for name, table in tables.items():
        paths.append(folder / f"{name}.parquet")
        pq.write_table(table, paths[-1])
    paths.append(folder / TRUTH / "settings.json")
    paths[-1].write_text(_settings(network.settings), encoding="utf-8")
    return paths


def _settings(settings: NetworkSettings) -> str:
    said = asdict(settings)
    said |= {"faults": sorted(settings.faults), "start": settings.start.isoformat()}
    return json.dumps(said, indent=2) + "\n"
