"""What a workspace holds: raw inputs, the latest observations, and the rest of each file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

import pyarrow as pa
import pyarrow.compute as pc

from truceline.codec.rest import Rest, rest_from_plain
from truceline.errors import EvidenceError
from truceline.model.coverage import Coverage
from truceline.model.incident import Member
from truceline.model.network import NetworkFacts
from truceline.pipeline.desk import Desk
from truceline.store import archive, database, records
from truceline.store.records import RawInput


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that was taken in."""

    raw: tuple[RawInput, ...]
    """By source and hash, so that the order of ingestion does not show."""
    table: pa.Table
    """Latest version of each observation, sorted by id."""
    tables: tuple[pa.Table, ...]
    """Every version that every file gave; one table per raw input, in the same order."""
    rests: tuple[Rest, ...]
    """One per raw input, in the same order."""
    ambiguous: int
    """Observations of which two contents of equal rank are held."""

    @property
    def coverage(self) -> tuple[Coverage, ...]:
        """When and where sources were looking."""
        return tuple(stretch for rest in self.rests for stretch in rest.coverage)

    @property
    def network(self) -> NetworkFacts:
        """What is said of networks of sensors, in canonical order."""
        return reduce(add, (rest.network for rest in self.rests), NetworkFacts())

    def of_members(self, members: Iterable[Member]) -> pa.Table:
        """Give the rows on which incidents rest: of the version cited, though a newer one be held."""
        cited = {(m.observation_id, m.version) for m in members}
        ids = pa.array(sorted({key for key, _ in cited}), pa.string())
        found = []
        for table in self.tables:
            rows = table.filter(pc.is_in(table["observation_id"], value_set=ids))
            names = zip(
                rows["observation_id"].to_pylist(), rows["version"].to_pylist(), strict=True
            )
            found.append(rows.filter(pa.array([name in cited for name in names], pa.bool_())))
        return archive.latest(found)


def holdings(desk: Desk) -> Holdings:
    """Read what the workspace holds.

    Raises:
        EvidenceError: when a file of the archive is missing or damaged.
    """
    with database.reading(desk.engine) as connection:
        raw = tuple(sorted(records.raw_inputs(connection), key=lambda r: (r.source, r.sha256)))
    tables = tuple(archive.read_segment(desk.workspace, r.source, r.sha256) for r in raw)
    rests = tuple(_rest(desk, r) for r in raw)
    return Holdings(raw, archive.latest(tables), tables, rests, archive.ambiguous(tables))


def _rest(desk: Desk, item: RawInput) -> Rest:
    path = desk.workspace.archive_path(item.source, item.sha256, ".json")
    try:
        return rest_from_plain(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise EvidenceError(f"archive file {path} is missing") from None
    except (ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"archive file {path} cannot be read: {error}") from None
