"""Where a network was listening and what it did not hear: files in, files out (`truceline coverage`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.errors import SourceError
from truceline.fusion.association.arrays import Longs, Model
from truceline.fusion.association.run import taught
from truceline.fusion.association.solve import World
from truceline.fusion.coverage.comparing import Compared, compared
from truceline.fusion.coverage.hearing import hearing_of
from truceline.fusion.coverage.run import Rules, Watch, watch
from truceline.pipeline.association_files import AssociationInput, read_input
from truceline.pipeline.coverage_incidents import incidents_of
from truceline.pipeline.coverage_tables import cells_table, coverage_table, rates_table
from truceline.pipeline.coverage_world import in_order, world_of

FOUND: Final = (0.0, 0.0, 0.0, 0.03, 0.42, 0.72, 0.78, 0.87, 0.92, 0.93, 0.95, 0.98)
"""Expected probability that the engine gives an event with 0, 1, ... arrivals; measured on simulated
days of 150 sensors, 200 events, 4 hours, seeds 951 to 953, half with no fault and half with all."""
FOUND_ERROR: Final = 0.05
"""Half of the difference between no fault and all."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "incidents": ("incident_id", "time", "lon", "lat", "probability"),
    "members": ("incident_id", "detection_id"),
}


@dataclass(frozen=True, slots=True)
class CoverageOptions:
    """What a person may choose."""

    size_m: float = 1000.0
    """Side of a cell of the grid."""
    reach_m: float = 10_000.0
    """Farthest sensor of a cell."""
    area_m: float = 10_000.0
    """Side of the squares that rates are told for."""
    start_ns: int | None = None
    """First instant, UTC; null: the hour of the first detection."""
    end_ns: int | None = None
    """Last instant, UTC; null: the end of the hour of the last detection."""
    split_ns: int | None = None
    """Instant before and after which rates are compared."""
    complete: bool = False
    """Every event that four sensors heard is among the incidents; false: as the engine finds them."""


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """What came out."""

    watch: Watch
    origin_ns: int
    coverage: pa.Table
    cells: pa.Table
    rates: pa.Table
    comparison: Compared | None
    remarks: tuple[str, ...]


def coverage_files(
    paths: Mapping[str, Path],
    incidents: Path,
    out: Path,
    options: CoverageOptions,
    threads: int = 2,
    model: Model | None = None,
) -> CoverageResult:
    """Read a network and its incidents, compute where it was listening, write the tables.

    Args:
        paths: table of the interchange format to file.
        incidents: folder with ``incidents`` and ``members``, as `truceline associate` writes them.
        out: folder that receives a Parquet file of each table; made if missing.
        options: what to compute.
        threads: how many blocks are worked on at once.
        model: what an engine learned of hearing; null: it is learned from the detections.

    Raises:
        SourceError: when a file is missing or cannot be used, or no period can be told.
        OSError: when the folder cannot be written.
    """
    given = read_input(paths)
    found = tuple(_read(incidents / f"{name}.parquet", name) for name in ("incidents", "members"))
    result = covered(given, (found[0], found[1]), options, threads, model)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("coverage", "cells", "rates"):
        pq.write_table(getattr(result, name), out / f"{name}.parquet")
    return result


def covered(
    given: AssociationInput,
    found: tuple[pa.Table, pa.Table],
    options: CoverageOptions,
    threads: int = 2,
    model: Model | None = None,
) -> CoverageResult:
    """Compute the coverage of tables that were read; arguments as of :func:`coverage_files`.

    Raises:
        SourceError: when there is no sensor, or no period can be told, or it is empty.
    """
    if not given.sensors.num_rows:
        raise SourceError("No sensor of sensors.parquet can be used; coverage needs at least one.")
    given = in_order(given)
    borders = _hours_ns(given, options)
    origin = int(borders[0])
    world = world_of(given, origin, float(borders[-1] - origin) / 1e9)
    if model is None:
        world = taught(world, threads) if len(world.heard.time_s) else world
    else:
        world = World(world.sensors, world.heard, world.near, world.air, model)
    remarks = list(given.remarks)
    incidents = incidents_of(given, found, origin, remarks)
    rules = Rules(options.size_m, options.reach_m)
    if not options.complete:
        rules = rules._replace(found=FOUND, found_error=FOUND_ERROR)
    hours_s = (borders - origin) / 1e9
    hearing = hearing_of(world.model)
    seen = watch(world.sensors, world.air, hearing, incidents, hours_s, rules, threads)
    split = options.split_ns
    return CoverageResult(
        watch=seen,
        origin_ns=origin,
        coverage=coverage_table(seen, origin),
        cells=cells_table(seen),
        rates=rates_table(seen, origin, options.area_m),
        comparison=compared(seen, (split - origin) / 1e9) if split is not None else None,
        remarks=tuple(remarks),
    )


def _read(path: Path, name: str) -> pa.Table:
    """Read what an engine wrote."""
    if not path.is_file():
        raise SourceError(f"{path} is missing; `truceline associate` writes it.")
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0]
        raise SourceError(f"{path} cannot be read as Parquet ({said}); write it again.") from None
    missing = [column for column in _COLUMNS[name] if column not in table.column_names]
    if missing:
        raise SourceError(
            f"{path} lacks the column(s) {', '.join(missing)}; docs/associate.md lists them all."
        )
    return table


def _hours_ns(given: AssociationInput, options: CoverageOptions) -> Longs:
    """Give the borders of the hours of the period; the instant of comparison is one of them."""
    start, end, hour = options.start_ns, options.end_ns, 3600 * 10**9
    if given.detections.num_rows:
        times = given.detections["time"].cast(pa.int64()).to_numpy()
        start = int(times.min()) // hour * hour if start is None else start
        end = -(-(int(times.max()) + 1) // hour) * hour if end is None else end
    if start is None or end is None:
        raise SourceError(
            "There are no detections, so the period is unknown; say it with --from and --to."
        )
    if end <= start:
        raise SourceError("The period ends before it begins; --from must be earlier than --to.")
    inner = np.arange(-(-(start + 1) // hour) * hour, end, hour, dtype=np.int64)
    split = [options.split_ns] if options.split_ns is not None else []
    if split and not start < split[0] < end:
        raise SourceError("The instant of --split lies outside the period; give one within it.")
    return np.unique(np.array([start, *inner, *split, end], np.int64))
