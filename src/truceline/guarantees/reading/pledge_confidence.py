"""How often each rule was right when it was measured; ``docs/statements-pledges.md`` says on what."""

from __future__ import annotations

from collections.abc import Mapping

MEASURED: Mapping[str, tuple[int, int]] = {
    "conditional/force": (2, 8),
    "conditional/group": (9, 13),
    "conditional/other_side": (6, 7),
    "conditional/owner": (1, 2),
    "conditional/passive": (0, 1),
    "conditional/pronoun": (14, 21),
    "conditional/sanctions": (1, 1),
    "conditional/state": (25, 41),
    "conditional/vote": (4, 8),
    "considered/backed": (1, 4),
    "considered/force": (5, 6),
    "considered/group": (3, 8),
    "considered/led": (2, 6),
    "considered/owner": (15, 18),
    "considered/passive": (1, 1),
    "considered/plan": (3, 4),
    "considered/pronoun": (28, 46),
    "considered/proposal": (4, 6),
    "considered/state": (67, 97),
    "considered/thanked": (2, 2),
    "pledged/force": (1, 1),
    "pledged/group": (30, 42),
    "pledged/led": (2, 2),
    "pledged/owner": (2, 4),
    "pledged/plan": (1, 1),
    "pledged/pronoun": (26, 32),
    "pledged/state": (72, 87),
    "position/accusation": (31, 38),
    "position/concession": (1, 3),
    "position/condition": (16, 35),
    "position/demand": (21, 40),
    "position/offer": (9, 29),
    "position/red_line": (15, 21),
    "position/rejection": (53, 79),
    "position/territorial_demand": (17, 17),
    "position/threat": (51, 60),
    "ruled_out/aside": (1, 1),
    "ruled_out/owner": (12, 13),
    "ruled_out/pronoun": (7, 11),
    "ruled_out/state": (65, 68),
    "undecided/force": (0, 1),
    "undecided/group": (0, 3),
    "undecided/open": (6, 7),
    "undecided/owner": (9, 13),
    "undecided/pronoun": (3, 11),
    "undecided/state": (28, 39),
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
