"""How often each rule was right when it was measured; ``docs/statements-pledges.md`` says on what."""

from __future__ import annotations

from collections.abc import Mapping

MEASURED: Mapping[str, tuple[int, int]] = {
    "conditional/force": (1, 1),
    "conditional/group": (5, 5),
    "conditional/other_side": (2, 2),
    "conditional/pronoun": (3, 3),
    "conditional/state": (10, 10),
    "considered/force": (1, 1),
    "considered/group": (1, 1),
    "considered/led": (2, 2),
    "considered/owner": (1, 1),
    "considered/passive": (1, 1),
    "considered/plan": (3, 3),
    "considered/pronoun": (5, 6),
    "considered/state": (21, 21),
    "pledged/group": (7, 10),
    "pledged/passive": (1, 1),
    "pledged/pronoun": (3, 3),
    "pledged/state": (10, 10),
    "position/accusation": (7, 10),
    "position/concession": (1, 1),
    "position/condition": (3, 5),
    "position/demand": (6, 11),
    "position/offer": (5, 9),
    "position/red_line": (4, 4),
    "position/rejection": (22, 26),
    "position/territorial_demand": (3, 4),
    "position/threat": (11, 12),
    "ruled_out/pronoun": (3, 3),
    "ruled_out/state": (10, 10),
    "undecided/owner": (3, 3),
    "undecided/pronoun": (2, 2),
    "undecided/state": (8, 9),
}
"""Rule to (right, proposed)."""


def confidence_of(rule: str, measured: Mapping[str, tuple[int, int]] = MEASURED) -> float:
    """Give the measured share, drawn towards one half where little was measured.

    Source: rule of succession, (right + 1) / (proposed + 2).

    >>> confidence_of("never seen", {})
    0.5
    >>> confidence_of("r", {"r": (8, 8)})
    0.9
    """
    right, proposed = measured.get(rule, (0, 0))
    return round((right + 1) / (proposed + 2), 2)
