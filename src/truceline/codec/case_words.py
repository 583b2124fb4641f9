"""What the words of a situation say: acts, facts, matters; what is not understood is said so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from truceline.codec.case_figures import Figures, read_figures

_NOT: Final = r"\b(?:no|not|without|never|nor|neither)"
_NEGATED: Final = re.compile(_NOT + r"\b(?: [\w-]+){0,2} $")
"""A no before the words of an act: *no shot fired*."""
_NEGATED_THING: Final = re.compile(r"\b(?:no|without)\b(?: [\w-]+)? $")
"""A no before a thing that stands somewhere; *not yet withdrawn tanks* are tanks."""
_GAP: Final = rf"(?:(?!{_NOT}\b)[^.;])*?\b"
_CEASE_FIRE: Final = re.compile(r"\bcease[- ]fire")
_WEAK: Final = ("presence", "movement", "flight")


@dataclass(frozen=True, slots=True)
class WordsRead:
    """What a text says."""

    acts: tuple[str, ...]
    """Codes of the taxonomy, the first as the main one; empty where none was understood."""
    facts: Mapping[str, bool] = field(default_factory=dict)
    matters: tuple[str, ...] = ()
    """Duties that the text is about and that no single act breaks (``prisoners``, ``amnesty``)."""
    body: str = ""
    """A body that the words name as the one who acted; empty: none."""
    body_goes_over: bool = False
    """True where that goes before a side that is stated."""
    denied: tuple[str, ...] = ()
    """Acts of which the text says that they did not happen."""
    figures: Figures = field(default_factory=Figures)
    """Dates, distances and counts that stand in it."""


def read_words(text: str, *, bare: bool = True) -> WordsRead:
    """Read the words of a situation.

    Args:
        text: English, free.
        bare: False where the situation gives a weapon or a place in fields of their own: then
            *mortars on the hill* is no fire.

    >>> read_words("sniper shot").acts
    ('fire.small-arms',)
    >>> read_words("the moon rises").acts
    ()
    """
    plain = _CEASE_FIRE.sub("ceasefire", " ".join(text.casefold().replace("\u2019", "'").split()))
    told = _without_asides(plain)
    acts, denied = _acts(told, bare=bare)
    side, over = _body(plain)
    return WordsRead(
        acts,
        _facts(told),
        about(plain),
        side,
        over,
        tuple(one for one in denied if one not in acts),
        read_figures(plain),
    )


def about(text: str) -> tuple[str, ...]:
    """Name the matters that words are about; asked of situations and of clauses alike."""
    plain = text.casefold()
    return tuple(row["matter"] for row in _lexicon()["matter"] if row["found"].search(plain))


def _without_asides(plain: str) -> str:
    """Blank out how something became known, and words that only look like those of an act."""
    asides: re.Pattern[str] = _lexicon()["aside"]
    return asides.sub(lambda m: "-" * len(m[0]), plain)


def _acts(plain: str, *, bare: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the acts that are told, and those of which a no is told."""
    said: dict[str, None] = {}
    denied: dict[str, None] = {}
    for row in _lexicon()["act"]:
        if row.get("bare") and not bare:
            continue
        no = _NEGATED_THING if row["act"].startswith(_WEAK) else _NEGATED
        for found in row["found"].finditer(plain):
            held = denied if no.search(plain[: found.start()]) else said
            held.setdefault(row["act"])
    return tuple(said), tuple(denied)


def _facts(plain: str) -> dict[str, bool]:
    """Give the facts; of two rows on one fact the first, a ``not`` before a ``fact``."""
    facts: dict[str, bool] = {}
    lexicon = _lexicon()
    rows = [*lexicon["fact"], *lexicon["line_side"]]
    for row in sorted(rows, key=lambda one: "fact" in one and "first" not in one):  # stable
        found = row["found"].search(plain)
        if found is None:
            continue
        if "not" in row:
            facts.setdefault(row["not"], False)
        else:
            facts.setdefault(row["fact"], not _NEGATED.search(plain[: found.start()]))
    for name, inside in _zones(plain):
        facts.setdefault(f"inside:{name}", inside)
    return facts


def _zones(plain: str) -> Iterator[tuple[str, bool]]:
    """Give the places that texts speak of, with whether it is said to be inside."""
    lexicon = _lexicon()
    for row in lexicon["zone"]:
        for found in row["found"].finditer(plain):
            before = plain[: found.start()]
            if lexicon["outside"].search(before):
                yield row["zone"], False
            elif not lexicon["near"].search(before):
                yield row["zone"], True


def _body(plain: str) -> tuple[str, bool]:
    for row in _lexicon()["body"]:
        if row["found"].search(plain):
            return str(row["side"]), row.get("over") in {True, "yes"}
    return "", False


@cache
def _lexicon() -> dict[str, Any]:
    text = files("truceline.taxonomy").joinpath("case_words.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    read: dict[str, Any] = {
        group: [{**row, "found": _any_of(row["words"])} for row in data[group]]
        for group in ("fact", "zone", "line_side", "body", "matter")
    }
    read["act"] = [
        one for row in data["act"] for one in (_firing(data) if "fired" in row else [_act_row(row)])
    ]
    read["aside"] = _any_of(data["aside"])
    read["outside"] = re.compile(rf"(?<!\w)(?:{'|'.join(data['outside'])})$")
    read["near"] = re.compile(rf"(?<!\w)(?:{'|'.join(data['near'])})$")
    return read


def _act_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "found": _any_of(row["words"])}


def _firing(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fill the patterns of shooting with the words of each kind of weapon."""
    return [
        {
            "act": row["act"],
            "found": _any_of(
                [one.replace("{T}", f"(?:{'|'.join(row['words'])})") for one in data["firing"]]
            ),
        }
        for row in data["fired_with"]
    ]


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words).replace('{GAP}', _GAP)})(?!\w)")
