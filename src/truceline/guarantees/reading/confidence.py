"""Share of right proposals of each rule, as measured (``docs/statements.md``)."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "subject": 0.9,
    "inverted": 0.9,
    "participle": 0.9,
    "coordinated": 0.9,
    "according_to": 0.9,
    "unnamed": 0.9,
    "spokesperson": 0.9,
    "quoted_as": 0.9,
    "close_by": 0.9,
    "tail": 0.9,
    "continued": 0.9,
    "same_speaker": 0.9,
    "actor_before": 0.9,
    "colon": 0.9,
    "subject_quote": 0.5,
    "free_quote": 0.5,
    "heading": 0.7,
}
