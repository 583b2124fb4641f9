"""The facts that a case of the shared form states, in its fields and in its words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from truceline.codec.agreement_time import local_to_utc
from truceline.codec.case_words import WordsRead

_TRUTH: Final = {"true": True, "yes": True, "false": False, "no": False}
_REACH_M: Final = 1000.0
"""How far from the notified place such work still counts as notified. Unit: m."""


def facts_of(situation: Mapping[str, Any], words: WordsRead) -> dict[str, bool]:
    """Join what the words say with what the fields say; a field goes before words.

    A field that is neither yes nor no (``unknown``) takes away what the words may have said.
    """
    facts = dict(words.facts)
    for name, value in _stated(situation).items():
        truth = _TRUTH.get(str(value).lower())
        if name.startswith("inside_"):
            zone = name.removeprefix("inside_").removesuffix("_as_reported")
            _set(facts, f"inside:{zone.replace('_', ' ')}", truth)
        else:
            _set(facts, str(name), truth)
    for name, value in list(facts.items()):
        if name.startswith("inside:"):
            facts[name.replace("inside:", "outside:")] = not value
    return facts


def _stated(situation: Mapping[str, Any]) -> dict[str, Any]:
    stated = {**situation, **(situation.get("flags") or {})}
    return {name: value for name, value in stated.items() if not isinstance(value, dict | list)}


def _set(facts: dict[str, bool], name: str, truth: bool | None) -> None:
    if truth is None:
        facts.pop(name, None)
    else:
        facts[name] = truth


def kept_to_notice(
    facts: Mapping[str, bool],
    situation: Mapping[str, Any],
    words: WordsRead,
    moment: datetime | None,
) -> bool:
    """Tell whether work on mines that was notified kept to its hours and its place."""
    if facts.get("notified") is False:
        return False
    away = words.figures.from_notified_m
    if away is not None and away > _REACH_M:
        return False
    window = situation.get("window_local")
    if window and moment is not None:
        zone = str(situation.get("zone") or "UTC")
        start, end = (local_to_utc(str(one), zone) for one in window)
        return start <= moment <= end
    return not facts.get("outside_the_hours", False)
