"""A lawyer's case in the form that several systems share: it names texts, and says what in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SharedCase:
    """One situation with the outcome that must follow from the named texts alone."""

    id: str
    family: str
    """What it tests."""
    texts: tuple[str, ...]
    """Ids of the texts that count."""
    situation: Mapping[str, Any]
    """As in the file; every scalar as text."""
    expected: Mapping[str, Any]
    reasoning: str
    basis: str
    """Where the expected outcome comes from: ``text``, ``analytic``, ``published_judgement``, ..."""
    line: int
    """In the file."""
