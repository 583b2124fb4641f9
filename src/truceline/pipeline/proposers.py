"""Plug-in proposers by name: those of the package, and those that installed packages announce."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Final

from truceline.errors import WorkspaceError
from truceline.guarantees.reading.proposer import Plugged, Proposer
from truceline.guarantees.reading.proposer_endpoint import EndpointProposer
from truceline.guarantees.reading.proposer_spacy import SpacyProposer
from truceline.transport.model_endpoint import endpoint_from

GROUP: Final = "truceline.proposers"
"""Entry points of other packages: each a function that takes the environment and gives a ``Proposer``."""
Make = Callable[[Mapping[str, str]], Proposer]
SPACY: Final = "TRUCELINE_SPACY_PIPELINE"


def _endpoint(environment: Mapping[str, str]) -> Proposer:
    endpoint = endpoint_from(environment)
    return EndpointProposer(endpoint, endpoint.model)


def _spacy(environment: Mapping[str, str]) -> Proposer:
    return SpacyProposer(environment.get(SPACY, "en_core_web_sm"))


_OWN: Final[Mapping[str, Make]] = {"endpoint": _endpoint, "spacy": _spacy}


def names() -> tuple[str, ...]:
    """Give the names of all proposers that can be asked."""
    return tuple(sorted({*_OWN, *entry_points(group=GROUP).names}))


def proposer_named(name: str, environment: Mapping[str, str]) -> Plugged:
    """Make a proposer ready.

    Args:
        name: of the package, or an entry point of the group ``truceline.proposers``.
        environment: variables that hold addresses, keys and names of models.

    Raises:
        WorkspaceError: when there is none of that name, or it cannot be made.
    """
    own = _OWN.get(name)
    if own is not None:
        return Plugged(own(environment))
    found = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        raise WorkspaceError(
            f"there is no proposer {name!r}; those installed are {', '.join(names())}. Others come with"
            f" packages that announce an entry point of the group {GROUP}."
        )
    try:
        return Plugged(found.load()(environment))
    except Exception as error:
        raise WorkspaceError(
            f"the proposer {name!r} of {found.value} cannot be made: {type(error).__name__}: {error}"
        ) from error
