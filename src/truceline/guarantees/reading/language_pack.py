"""The words of each language, as data: one file of ``languages/`` each.

A language with ``rules: true`` is read (``rules.py`` names its grammar); another is told apart, listed
and never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

_CODES: Final = ("en", "fr", "ru", "uk")
_FOLDER: Final = "truceline.guarantees.reading.languages"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Pack:
    """The words of one language."""

    code: str
    """ISO 639-1."""
    name: str
    rules: bool
    """Whether there is a grammar for it."""
    small: frozenset[str]
    """Small words that tell the language."""
    letters: str
    """Letters that tell it from others of its script."""
    months: tuple[str, ...]
    """January first."""
    weekdays: tuple[str, ...]
    """Monday first."""
    pronouns: Mapping[str, str]
    """``he`` or ``she`` by pronoun."""
    verbs: Mapping[str, str]
    """Verbs of speaking by what they need (``verbs.Need``)."""
    lists: Mapping[str, frozenset[str]]
    """Other lists, by name."""


@cache
def pack(code: str) -> Pack:
    """Give the words of a language.

    Raises:
        KeyError: when there is no such file.

    >>> pack("en").months[0], pack("uk").rules
    ('January', False)
    """
    if code not in _CODES:
        raise KeyError(f"there are no words of the language {code!r}; those known are {_CODES}")
    text = (
        files(_FOLDER.rpartition(".")[0]).joinpath("languages", f"{code}.yaml").read_text("utf-8")
    )
    row = yaml.load(text, _Loader)  # noqa: S506 - a safe loader, written in C where there is one
    lists = row.get("lists", {})
    return Pack(
        code,
        row["name"],
        row["rules"],
        frozenset(row["small"].split()),
        row.get("letters", ""),
        tuple(row["months"].split()),
        tuple(row["weekdays"].split()),
        row.get("pronouns", {}),
        row.get("verbs", {}),
        {name: frozenset(words.split()) for name, words in lists.items()},
    )


def codes() -> tuple[str, ...]:
    """Give the languages that can be told apart."""
    return _CODES


def read() -> frozenset[str]:
    """Give the languages that are read."""
    return frozenset(code for code in _CODES if pack(code).rules)
