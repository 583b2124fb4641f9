"""The sources that can be ingested, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from truceline.adapters import (
    claims,
    contradictions,
    counts,
    firms,
    inventory,
    network,
    patrol,
    reports,
    sirens,
    smm_counts,
    stations,
    ucdp,
    viina,
)
from truceline.adapters.interface import Adapter
from truceline.errors import SourceError

_ALL: Final[tuple[Adapter, ...]] = (
    claims.ADAPTER,
    contradictions.ADAPTER,
    counts.ADAPTER,
    firms.ADAPTER,
    inventory.ADAPTER,
    network.ADAPTER,
    patrol.ADAPTER,
    reports.ADAPTER,
    sirens.ADAPTER,
    smm_counts.ADAPTER,
    stations.ADAPTER,
    ucdp.ADAPTER,
    viina.ADAPTER,
)
ADAPTERS: Final = MappingProxyType({adapter.card.name: adapter for adapter in _ALL})
"""Name of the source to its adapter."""


def adapter_of(name: str) -> Adapter:
    """Give the adapter of a source.

    Raises:
        SourceError: when there is none of that name.
    """
    try:
        return ADAPTERS[name]
    except KeyError:
        known = ", ".join(sorted(ADAPTERS))
        raise SourceError(f"no source is called {name!r}; known are: {known}.") from None
