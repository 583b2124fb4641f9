"""Tables of people, their keys, tokens and what they looked at."""

from __future__ import annotations
