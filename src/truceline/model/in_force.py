"""When a text binds."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.interval import Interval
from truceline.model.verified import Verified


@dataclass(frozen=True, slots=True)
class InForce:
    """When it binds. Written in local time with its zone; kept in UTC."""

    time: Interval
    """UTC, half-open. An open end is ``datetime.max`` of year 9999."""
    zone: str
    """IANA name, e.g. ``Europe/Moscow``."""
    local_start: str
    """As the text gives it, ISO 8601 without offset."""
    local_end: str | None
    verified: tuple[Verified, ...] = ()
