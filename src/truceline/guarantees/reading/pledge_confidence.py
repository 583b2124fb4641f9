"""How often each rule was right when it was measured; ``docs/statements-pledges.md`` says on what."""

from __future__ import annotations

from collections.abc import Mapping

MEASURED: Mapping[str, tuple[int, int]] = {}
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
