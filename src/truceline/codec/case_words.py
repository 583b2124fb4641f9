"""What the words of a situation say: acts, facts, and dates; what is not understood is said so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DATE: Final = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_ISO: Final = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DAY: Final = re.compile(r"\bday (\d+)(?: (\d\d):(\d\d)(?::(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class WordsRead:
    """What a text says."""

    acts: tuple[str, ...]
    """Codes of the taxonomy, the first as the main one; empty where none was understood."""
    facts: Mapping[str, bool] = field(default_factory=dict)
    dates: tuple[date, ...] = ()
    """Dates that are named, in order."""
    offsets: tuple[timedelta, ...] = ()
    """Times given as *day 3 12:00:00*, from the start of day 0."""


def read_words(text: str) -> WordsRead:
    """Read the words of a situation.

    >>> read_words("sniper shot").acts
    ('fire.small-arms',)
    >>> read_words("the moon rises").acts
    ()
    """
    plain = " ".join(text.casefold().split())
    rows = _rows()
    acts = [row["act"] for row in rows["act"] if row["found"].search(plain)]
    facts: dict[str, bool] = {}
    for row in rows["fact"]:
        if row["found"].search(plain):
            facts.setdefault(row["fact"] if "fact" in row else row["not"], "fact" in row)
    return WordsRead(tuple(dict.fromkeys(acts)), facts, _dates(plain), _offsets(plain))


@cache
def _rows() -> dict[str, list[dict[str, Any]]]:
    text = files("truceline.taxonomy").joinpath("case_words.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return {
        group: [
            {**row, "found": re.compile("|".join(_bounded(w) for w in row["words"]))}
            for row in data[group]
        ]
        for group in ("act", "fact")
    }


def _bounded(words: str) -> str:
    return rf"(?<!\w)(?:{words})(?!\w)"


def _dates(plain: str) -> tuple[date, ...]:
    found = [
        (m.start(), date(int(m[3]), _MONTHS.index(m[2]) + 1, int(m[1])))
        for m in _DATE.finditer(plain)
    ]
    found += [(m.start(), date(int(m[1]), int(m[2]), int(m[3]))) for m in _ISO.finditer(plain)]
    return tuple(day for _, day in sorted(found))


def _offsets(plain: str) -> tuple[timedelta, ...]:
    return tuple(
        timedelta(
            days=int(m[1]), hours=int(m[2] or 0), minutes=int(m[3] or 0), seconds=int(m[4] or 0)
        )
        for m in _DAY.finditer(plain)
    )
