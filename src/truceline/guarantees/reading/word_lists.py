"""Lists of words that the English rules lean on (``languages/en.yaml``)."""

from __future__ import annotations

from truceline.guarantees.reading.language_pack import pack


def words(name: str) -> frozenset[str]:
    """Give one list.

    >>> "gen" in words("abbreviations")
    True
    """
    return pack("en").lists[name]
