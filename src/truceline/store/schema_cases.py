"""Tables of what belongs to the workflow of findings."""

from __future__ import annotations
