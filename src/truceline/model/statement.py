"""Claims and contradictions: what parties say. Evidence of speech, never of the act."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A place where sources differ. Both sides are kept; nothing is resolved silently."""

    contradiction_id: str
    what_differs: str
    """One sentence."""
    report_keys: tuple[str, ...]
    """Natural keys of the reports on its sides (``observation_id`` without the source prefix)."""
    claim_keys: tuple[str, ...]
    """Natural keys of the claims on its sides."""
