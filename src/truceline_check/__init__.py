"""Checks a bundle of evidence off-line; knows nothing of Truceline itself."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a bundle as the command line does, and give its exit code."""
    from truceline_check.__main__ import main as checked  # noqa: PLC0415 - else -m loads it twice

    return checked(arguments)
