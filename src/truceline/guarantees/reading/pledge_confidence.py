"""How often each rule was right when it was measured; ``docs/statements-pledges.md`` says on what."""

from __future__ import annotations

from collections.abc import Mapping

MEASURED: Mapping[str, tuple[int, int]] = {
    "conditional/force": (2, 2),
    "conditional/group": (6, 10),
    "conditional/other_side": (6, 6),
    "conditional/owner": (1, 2),
    "conditional/pronoun": (3, 5),
    "conditional/sanctions": (1, 1),
    "conditional/state": (9, 20),
    "conditional/vote": (4, 6),
    "considered/backed": (1, 2),
    "considered/force": (4, 4),
    "considered/group": (3, 4),
    "considered/led": (2, 3),
    "considered/owner": (5, 7),
    "considered/passive": (1, 1),
    "considered/plan": (3, 3),
    "considered/pronoun": (13, 18),
    "considered/proposal": (4, 4),
    "considered/state": (36, 44),
    "considered/thanked": (2, 2),
    "pledged/force": (1, 1),
    "pledged/group": (23, 26),
    "pledged/led": (1, 1),
    "pledged/owner": (1, 1),
    "pledged/pronoun": (14, 16),
    "pledged/state": (43, 45),
    "position/accusation": (24, 30),
    "position/concession": (1, 2),
    "position/condition": (9, 18),
    "position/demand": (17, 26),
    "position/offer": (8, 15),
    "position/red_line": (13, 15),
    "position/rejection": (38, 57),
    "position/territorial_demand": (10, 10),
    "position/threat": (35, 40),
    "ruled_out/aside": (1, 1),
    "ruled_out/owner": (8, 8),
    "ruled_out/pronoun": (1, 2),
    "ruled_out/state": (35, 35),
    "undecided/force": (0, 1),
    "undecided/group": (0, 1),
    "undecided/open": (6, 7),
    "undecided/owner": (6, 9),
    "undecided/pronoun": (2, 2),
    "undecided/state": (18, 20),
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
