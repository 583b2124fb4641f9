"""Where the raw rows lie on which incidents rest."""

from __future__ import annotations

from collections.abc import Iterable

from truceline.model.incident import Incident
from truceline.pipeline.holdings import Holdings
from truceline.store.lookup import COLUMNS, Key, RawPlace


def raw_places(held: Holdings, incidents: Iterable[Incident]) -> dict[Key, RawPlace]:
    """Give the raw row of every member, by observation and version.

    Args:
        held: what the workspace holds.
        incidents: whose members are meant.
    """
    table = held.of_members(m for i in incidents for m in i.members)
    rows = zip(
        *(table[n].to_pylist() for n in ("observation_id", "version", *COLUMNS)), strict=True
    )
    return {(str(key), str(version)): RawPlace(*row) for key, version, *row in rows}
