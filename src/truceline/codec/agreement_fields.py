"""Kinds of field that the files of an agreement are made of, each with its plain refusal."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from truceline.codec.agreement_time import parse_length, parse_local, zone_named
from truceline.codec.located_yaml import Ambiguous
from truceline.codec.taxonomy import taxonomy


class Shape(BaseModel):
    """A part of a file: every field is known, nothing else may stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that was most likely meant; null where none is near.

    >>> nearest("artillery", ["fire.artillery", "fire.tank"])
    'fire.artillery'
    """
    names = sorted(known)
    tails = [name for name in names if word.lower() in (name.lower(), name.lower().split(".")[-1])]
    if tails:
        return min(tails, key=len)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return close[0] if close else None


def instead(word: str, known: Iterable[str]) -> str:
    """Say what to write instead of an unknown word: the nearest one, or the choice."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"write {near!r}"
    if not names:
        return "there is none yet: add it first"
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"write one of: {listed}"


def _word(value: Any) -> Any:
    if isinstance(value, Ambiguous):
        raise ValueError(  # noqa: TRY004 - pydantic turns only ValueError into a problem
            f"{value} without quotes is read as true or false by many programs; "
            f'write "{value}" in double quotes'
        )
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("the text is empty; write it, or leave the field out where it is optional")
    return value.strip()


def _act(code: str) -> str:
    acts = taxonomy().acts
    if code not in acts:
        raise ValueError(f"unknown act {code!r}; {instead(code, acts)}")
    return code


def _local(text: str) -> str:
    parse_local(text)
    return text


def _zone(name: str) -> str:
    zone_named(name)
    return name


def _length(text: str) -> str:
    parse_length(text)
    return text


def _day(text: str) -> str:
    if text != "unknown":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is no date; write it as 2026-01-06, or unknown") from None
    return text


def _clock(text: str) -> str:
    hours, _, minutes = text.partition(":")
    good = len(text) == 5 and hours.isdigit() and minutes.isdigit()
    if not good or int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"{text!r} is no time of day; write it as 00:00 or 18:30")
    return text


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("the number is not finite; write an ordinary number")
    return value


def _text(**more: Any) -> WithJsonSchema:
    """Give what an editor checks of a text; ``x-words`` names a list of ``codec.json_schema``."""
    return WithJsonSchema({"type": "string", "minLength": 1, **more})


_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$"
_SPAN = r"^P(?=[0-9T])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$"

Word = Annotated[str, BeforeValidator(_word), AfterValidator(_not_blank), _text()]
"""Text; a bare NO, yes or on is refused."""
ActCode = Annotated[Word, AfterValidator(_act), _text(**{"x-words": "acts"})]
"""A code of the act taxonomy."""
LocalTime = Annotated[str, AfterValidator(_local), _text(pattern=_MOMENT)]
"""``YYYY-MM-DDTHH:MM[:SS]``."""
ZoneName = Annotated[str, AfterValidator(_zone), _text()]
"""IANA time zone."""
Length = Annotated[str, AfterValidator(_length), _text(pattern=_SPAN)]
"""ISO 8601 length of time."""
Day = Annotated[str, AfterValidator(_day), _text(pattern=r"^(\d{4}-\d{2}-\d{2}|unknown)$")]
"""ISO date or ``unknown``."""
Clock = Annotated[str, AfterValidator(_clock), _text(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""``HH:MM``."""
Number = Annotated[float, BeforeValidator(_word), AfterValidator(_finite)]
"""A finite number."""
