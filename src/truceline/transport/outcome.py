"""What became of one try to deliver something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """Where a try has led."""

    SENT = "sent"
    """The other side took it."""
    LATER = "later"
    """Not now; it is kept and tried again."""
    FAILED = "failed"
    """The other side will never take it as it is; a person must look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try."""

    result: Result
    code: str
    """Short and without an address, for the record: ``SMTP 550 5.1.1``, ``HTTP 410``."""
    said: str = ""
    """What the other side said, for the person at the screen; may hold an address."""
    unsure: bool = False
    """Of ``LATER``: the other side may have taken it all the same."""
    down: bool = False
    """Of ``LATER``: the server itself cannot be used, so others need not be tried there now."""
