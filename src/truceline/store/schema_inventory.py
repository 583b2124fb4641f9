"""Tables of declared weapons, sites, visits."""

from __future__ import annotations
