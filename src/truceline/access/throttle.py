"""How long to wait after failed logins: a person mistypes a few times, a machine many."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

FREE: Final = 4
"""Failures in a row that cost nothing."""
LONGEST: Final = timedelta(minutes=15)
"""Longest wait: who knows the password is never shut out for long by one who does not."""


def wait_after(failures: int) -> timedelta:
    """Give how long no login is tried after that many failures in a row.

    >>> [wait_after(n).seconds for n in (0, 4, 5, 6, 10, 99)]
    [0, 0, 2, 4, 64, 900]
    """
    over = min(failures - FREE, 20)
    return min(timedelta(seconds=2**over), LONGEST) if over > 0 else timedelta(0)
