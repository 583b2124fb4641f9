"""Where the raw rows lie on which incidents rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from truceline.model.incident import Incident
from truceline.pipeline.holdings import Holdings
from truceline.store.lookup import COLUMNS, Key, RawPlace


def raw_places(
    held: Holdings, incidents: Iterable[Incident], before: int | None = None
) -> dict[Key, RawPlace]:
    """Give the raw row of every member, by observation and version.

    Args:
        held: what the workspace holds.
        incidents: whose members are meant.
        before: leaf index of the run; raw files that came in later are left out, since the same row
            in another file would take the place of the one on which the run rests. Null: none is.
    """
    if before is not None:
        pairs = zip(held.raw, held.tables, strict=True)
        held = replace(held, tables=tuple(t for raw, t in pairs if raw.log_index < before))
    table = held.of_members(m for i in incidents for m in i.members)
    rows = zip(
        *(table[n].to_pylist() for n in ("observation_id", "version", *COLUMNS)), strict=True
    )
    return {(str(key), str(version)): RawPlace(*row) for key, version, *row in rows}
