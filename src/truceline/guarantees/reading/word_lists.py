"""Lists of words that rules lean on, kept as data (``words.yaml``)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = files("truceline.guarantees.reading").joinpath("words.yaml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in yaml.safe_load(text).items()}


def words(name: str) -> frozenset[str]:
    """Give one list.

    >>> "gen" in words("abbreviations")
    True
    """
    return _lists()[name]
