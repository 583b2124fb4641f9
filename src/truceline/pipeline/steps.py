"""Persons' steps on findings: who did what, and why. A finding is never changed.

What belongs together here stands in two places: :mod:`truceline.pipeline.workflow` takes a step,
:mod:`truceline.pipeline.step_rows` reads those that were taken.
"""

from __future__ import annotations

from truceline.pipeline.step_rows import (
    changed_since,
    content_of,
    moment_of,
    occurrences_of,
    said,
    steps,
)
from truceline.pipeline.workflow import take_step

__all__ = [
    "changed_since",
    "content_of",
    "moment_of",
    "occurrences_of",
    "said",
    "steps",
    "take_step",
]
