"""On whose word an incident rests: five classes that exclude one another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from truceline.model.incident import Incident

BOTH: Final = "both sides"
SIDE_AND_OTHER: Final = "one side and others"
OTHERS: Final = "others only"
ONE_SIDE: Final = "one side only"
INSTRUMENTS: Final = "instruments only"

CLASSES: Final = {
    BOTH: "independent groups of both sides",
    SIDE_AND_OTHER: "one side, and an instrument or an observer of neither side",
    INSTRUMENTS: "instruments only",
    OTHERS: "observers of neither side only",
    ONE_SIDE: "one side's word only",
}
"""Class to its words, from the strongest to the weakest."""

_WORDS: Final = frozenset({"patrol", "report", "statement"})


def corroboration_of(
    incident: Incident, modalities: Collection[str], parties: Collection[str]
) -> str:
    """Tell on whose word an incident rests.

    Two sides count as *both* only where at least two independence groups support the incident:
    one wire story that quotes both is one group.

    Args:
        incident: the incident.
        modalities: of its supporting observations; empty where not known.
        parties: ids of the agreement's parties.
    """
    sides = set(incident.sides)
    of_parties = sides & set(parties)
    instruments = any(modality not in _WORDS for modality in modalities) or not sides
    several = incident.corroboration >= 2
    if len(of_parties) >= 2 and several:
        return BOTH
    if of_parties:
        others = bool(sides - of_parties) or instruments
        return SIDE_AND_OTHER if several and others else ONE_SIDE
    return INSTRUMENTS if not sides else OTHERS
