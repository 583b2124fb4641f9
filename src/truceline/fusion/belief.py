"""How sure: log-odds that an incident is real, from the words and instruments behind it.

Each independence group counts once. Groups of one layer (a side of the conflict, a wire of
publishers) are not fully independent: the n-th group of a layer adds ``discount ** (n - 1)`` of its
worth, so that one side alone can never say a thing often enough to make it certain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from truceline.model.incident import MemberRole


@dataclass(frozen=True, slots=True)
class Witness:
    """One member as evidence."""

    key: str
    """For the order; the observation id."""
    groups: tuple[str, ...]
    layer: str
    log_lr: float


@dataclass(frozen=True, slots=True)
class Belief:
    """What the members are worth together."""

    log_odds: float
    roles: tuple[MemberRole, ...]
    """In the order of the witnesses given."""
    added: tuple[float, ...]
    """What each added to the log-odds, in the same order."""

    @property
    def probability(self) -> float:
        """The log-odds as a probability, kept off 0 and 1 by a thousandth."""
        return min(max(1 / (1 + math.exp(min(-self.log_odds, 700.0))), 0.001), 0.999)


def believe(base_log_odds: float, witnesses: Sequence[Witness], discount: float) -> Belief:
    """Add up witnesses, best first.

    The first to speak may count against an incident (a source judged improbable); a further one
    never lowers what is already known.

    Args:
        base_log_odds: natural log of the odds before anybody spoke.
        witnesses: the members.
        discount: 0..1, what a further group of one layer still adds.

    >>> believe(0.0, [], 0.5).probability
    0.5
    """
    order = sorted(range(len(witnesses)), key=lambda i: (-witnesses[i].log_lr, witnesses[i].key))
    heard: set[str] = set()
    spoken: dict[str, int] = {}
    roles = [MemberRole.COPY] * len(witnesses)
    added = [0.0] * len(witnesses)
    for place, i in enumerate(order):
        witness = witnesses[i]
        for _group in sorted(set(witness.groups) - heard):
            weight = discount ** spoken.get(witness.layer, 0)
            spoken[witness.layer] = spoken.get(witness.layer, 0) + 1
            added[i] += weight * (witness.log_lr if place == 0 else max(witness.log_lr, 0.0))
            roles[i] = MemberRole.SUPPORT
        heard |= set(witness.groups)
    return Belief(base_log_odds + sum(added), tuple(roles), tuple(added))
