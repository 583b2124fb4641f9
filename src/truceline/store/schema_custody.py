"""Tables of who handed in what, and what became of it."""

from __future__ import annotations
