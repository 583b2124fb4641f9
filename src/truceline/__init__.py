"""Truceline: monitoring and verification of a ceasefire.

What was promised, what was seen, what happened, whether it breaks the promise, and a proof
that anyone can check. See ``docs/architecture.md`` for the flow from raw byte to report.
"""

__version__ = "0.1.0"
