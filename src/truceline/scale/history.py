"""Incidents of a history: parts solved, finished and put together, in one process or on a cluster."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from truceline.errors import SourceError
from truceline.fusion.blockwise.cells import Cell
from truceline.fusion.blockwise.solving import block_keys
from truceline.pipeline.association_blocks import renumbered, stale_blocks, together
from truceline.pipeline.association_calibration import read_calibration, write_calibration
from truceline.pipeline.association_held import (
    Held,
    calibration_path,
    read_held,
    refuse_held,
    renewed,
    write_held,
)
from truceline.pipeline.association_late import sick_table
from truceline.scale.folder import history_in
from truceline.scale.parts import BLOCKS_A_DAY, Part, parts_of
from truceline.scale.work import (
    Job,
    SolvedPart,
    finish_part,
    groups_in,
    read_part,
    remarks_of,
    solve_part,
)

if TYPE_CHECKING:
    from distributed import Client

Each = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]]], list[Any]]
"""Calls a function with each of several lists of arguments; results in their order."""


@dataclass(frozen=True, slots=True)
class HistoryResult:
    """What came out, and how much was worked on."""

    incidents: int
    members: int
    detections: int
    cells: int
    solved: int
    """Cells that were not known before."""
    changed: int
    """Incidents that are new, revised, merged or withdrawn."""
    calibration: str
    remarks: tuple[str, ...]
    workers: tuple[int, ...]
    """Processes that solved something."""


def associate_history(
    job: Job,
    at: datetime,
    client: Client | None = None,
    *,
    update: bool = False,
    blocks: int = BLOCKS_A_DAY,
) -> HistoryResult:
    """Find the incidents of a history under a calibration.

    Work that was broken off goes on where it was. The results are those of
    :func:`~truceline.pipeline.association_late.associate_late` on all files at once.

    Args:
        job: the history, the calibration, and where the results go.
        at: when this is done, for the lineage.
        client: of a cluster; null: this process does it all.
        update: go on from the incidents that the folder of results holds.
        blocks: of a part, at most.

    Raises:
        SourceError: when a file is missing or cannot be read.
        WorkspaceError: when there is nothing to update, or something that would be lost.
        OSError: when the folder cannot be written.
    """
    out = Path(job.out)
    if not update:
        refuse_held(out)
    held = read_held(out) if update else Held({}, {})
    calibration = read_calibration(Path(job.calibration))
    parts = parts_of(history_in(Path(job.folder)), blocks)
    each = _here if client is None else _on(client)
    pairs = [(job, part, group) for part in parts for group in range(groups_in(job))]
    found: list[SolvedPart] = each(solve_part, pairs)
    cells = {cell: key for one in found for cell, key in one.keys.items()}
    new, changed = _put_together(job, parts, held, cells, at, each)
    keep = calibration_path(out, calibration.version)
    if not keep.exists():
        write_calibration(calibration, keep)
    pq.write_table(sick_table(calibration), out / "sick_sensors.parquet")
    write_held(out, new, calibration.version)
    shutil.rmtree(out / "held" / "finished", ignore_errors=True)
    return HistoryResult(
        new.incidents.num_rows,
        new.members.num_rows,
        sum(one.detections for one in found),
        len(cells),
        sum(one.solved for one in found),
        changed,
        calibration.version,
        tuple(dict.fromkeys([*remarks_of(job), *(r for one in found for r in one.remarks)])),
        tuple(sorted({one.worker for one in found})),
    )


def _put_together(
    job: Job,
    parts: Sequence[Part],
    held: Held,
    cells: Mapping[Cell, bytes],
    at: datetime,
    each: Each,
) -> tuple[Held, int]:
    """Finish the blocks whose key is new, and put their incidents in the place of those of before."""
    keys = block_keys(cells)
    stale = [block for block in stale_blocks(keys, held.block_keys) if block in keys]
    tasks = []
    for number, part in enumerate(parts):
        own = [block for block in stale if part.first <= block <= part.last]
        if own:
            tasks.append((job, parts, number, own))
    pieces, first = [], 0
    for part in each(finish_part, tasks):
        pieces.append(renumbered(read_part(job, part), first))
        first += pieces[-1][0].num_rows
    return renewed(held, keys, together(pieces), at)


def _here(work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [work(*task) for task in tasks]


def _on(client: Client) -> Each:
    def each(work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        # a part is done again where its worker dies; an error of the data is told at once
        futures = [client.submit(work, *task, pure=False) for task in tasks]
        results: list[Any] = client.gather(futures)
        return results

    return each


@contextmanager
def cluster(workers: int, scheduler: str | None = None) -> Iterator[Client | None]:
    """Give a client of workers on this machine, or of a cluster that is there already.

    Args:
        workers: processes on this machine, listening on its loopback only; 1: none is started.
        scheduler: address of a cluster, as ``tcp://HOST:8786``; null: this machine.

    Raises:
        SourceError: when the libraries for it are not installed.
    """
    if workers <= 1 and scheduler is None:
        yield None
        return
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra, slow to load
    except ImportError:
        raise SourceError(
            "several workers need Dask, which is not installed; install truceline[cluster], or "
            "leave --workers at 1."
        ) from None
    if scheduler is not None:
        with Client(scheduler) as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
        ) as local,
        Client(local) as client,
    ):
        yield client
