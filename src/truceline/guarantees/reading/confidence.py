"""Share of right proposals of each rule, as measured (``docs/statements.md`` has the counts).

Counted over first and present readings of the coded articles, with one right and one wrong added:
a rule that was seen twice is not sure.
"""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {
    "subject": 0.95,
    "inverted": 0.94,
    "tail": 0.88,
    "colon": 0.8,
    "free_quote": 0.8,
    "participle": 0.79,
    "close_by": 0.75,
    "subject_quote": 0.75,
    "spokesperson": 0.72,
    "unnamed": 0.69,
    "actor_before": 0.67,
    "same_speaker": 0.67,
    "according_to": 0.65,
    "heading": 0.65,
    "continued": 0.5,
    "coordinated": 0.5,
    "quoted_as": 0.5,
}
