"""Tables of what finds records quickly: places, members' raw rows, leaf indices."""

from __future__ import annotations
