"""Raw bytes by hash, and the observations made of them as immutable GeoParquet segments."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from itertools import groupby
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from truceline.errors import EvidenceError
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.store.lookup import RawPlace
from truceline.store.workspace import Workspace, write_durably

_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


def sha256_of(raw: bytes) -> str:
    """Give the hex SHA-256."""
    return hashlib.sha256(raw).hexdigest()


def keep_raw(workspace: Workspace, raw: bytes) -> str:
    """Store raw bytes under their hash and give it; the same bytes twice are one file."""
    digest = sha256_of(raw)
    path = workspace.raw_path(digest)
    if not path.exists():
        write_durably(path, raw)
    return digest


def read_raw(workspace: Workspace, sha256: str) -> bytes:
    """Read raw bytes and check them against their hash.

    Raises:
        EvidenceError: when they are missing or were changed.
    """
    path = workspace.raw_path(sha256)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise EvidenceError(f"raw file {path} is missing") from None
    if sha256_of(raw) != sha256:
        raise EvidenceError(f"raw file {path} was changed: its bytes do not give its name")
    return raw


def read_rows(workspace: Workspace, places: Iterable[RawPlace]) -> dict[RawPlace, bytes]:
    """Read raw rows; each file is read once and checked against its hash.

    Raises:
        EvidenceError: when a file is missing or was changed, or a row lies outside of it.
    """
    found: dict[RawPlace, bytes] = {}
    for sha256, rows in groupby(sorted(places, key=_by_file), key=_by_file):
        raw = read_raw(workspace, sha256)
        for row in rows:
            end = row.raw_offset + row.raw_length
            if not 0 <= row.raw_offset <= end <= len(raw):
                raise EvidenceError(
                    f"raw file {workspace.raw_path(sha256)} has no bytes {row.raw_offset}..{end}"
                )
            found[row] = raw[row.raw_offset : end]
    return found


def _by_file(place: RawPlace) -> str:
    return place.raw_sha256


def segment_bytes(observations: pa.Table) -> bytes:
    """Write observations as one GeoParquet 1.1 file; the same table gives the same bytes."""
    lon = observations["lon"].to_numpy(zero_copy_only=False).astype(float)
    lat = observations["lat"].to_numpy(zero_copy_only=False).astype(float)
    placed = np.isfinite(lon) & np.isfinite(lat)
    points = np.full(len(lon), None, object)
    points[placed] = shapely.to_wkb(shapely.points(lon[placed], lat[placed]))
    table = observations.append_column("geometry", pa.array(points.tolist(), pa.binary()))
    table = table.replace_schema_metadata({"geo": json.dumps(_GEO, sort_keys=True)})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", store_schema=True)
    return sink.getvalue()


def read_segment(workspace: Workspace, source: str, sha256: str) -> pa.Table:
    """Read the observations of one raw file.

    Raises:
        EvidenceError: when the segment is missing or cannot be read.
    """
    path = workspace.archive_path(source, sha256, ".parquet")
    try:
        table = pq.ParquetFile(pa.BufferReader(path.read_bytes())).read()
        return table.select(OBSERVATION_SCHEMA.names).cast(OBSERVATION_SCHEMA)
    except FileNotFoundError:
        raise EvidenceError(f"archive segment {path} is missing") from None
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise EvidenceError(f"archive segment {path} cannot be read: {error}") from None


def latest(tables: Iterable[pa.Table]) -> pa.Table:
    """Give one version of each observation, sorted by id, whatever the order of the tables.

    The version of highest rank counts; among equals the one of the larger hash, which is
    arbitrary but the same everywhere (:func:`ambiguous` tells how many there were).
    """
    every = pa.concat_tables([OBSERVATION_SCHEMA.empty_table(), *tables])
    # of one content under two windows (another file knew a nearer overpass) the narrower counts
    order: dict[str, Literal["ascending", "descending"]] = {
        "observation_id": "ascending",
        "version_rank": "descending",
        "version": "descending",
        "phenomenon_start": "descending",
        "raw_sha256": "ascending",
        "raw_offset": "ascending",
    }
    keys = list(order.items())
    ordered = every.take(pc.sort_indices(every, sort_keys=keys))
    ids = ordered["observation_id"].combine_chunks()
    if len(ids) == 0:
        return ordered
    first = np.ones(len(ids), bool)
    first[1:] = np.asarray(pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False), bool)
    return ordered.filter(pa.array(first))


def ambiguous(tables: Iterable[pa.Table]) -> int:
    """Count observations whose top rank holds two different contents."""
    every = pa.concat_tables([OBSERVATION_SCHEMA.empty_table(), *tables])
    top = every.group_by("observation_id").aggregate([("version_rank", "max")])
    both = every.select(["observation_id", "version_rank", "version"]).join(top, "observation_id")
    held = both.filter(pc.equal(both["version_rank"], both["version_rank_max"]))
    counts = held.group_by("observation_id").aggregate([("version", "count_distinct")])
    return sum(1 for n in counts["version_count_distinct"].to_pylist() if n and n > 1)
