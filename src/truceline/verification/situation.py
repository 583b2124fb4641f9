"""From a case of the shared form to the question that clauses are asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from datetime import time as clock
from typing import Any, Final
from zoneinfo import ZoneInfo

from truceline.codec.agreement_time import local_to_utc
from truceline.codec.case_words import WordsRead, read_words
from truceline.codec.weapons import arsenal
from truceline.model.acts import Taxonomy
from truceline.model.interval import Interval
from truceline.model.weapons import Weapon
from truceline.verification.question import Behind, Question

_AT_REST: Final = {
    "artillery": "presence.artillery",
    "mlrs": "presence.mlrs",
    "mortar": "presence.mortar",
    "tank": "presence.tank",
}
_ACTIVE: Final = ("fire", "strike", "exercise", "explosion", "assault", "mine", "movement")
"""Acts that a weapon named beside them does, and does not merely stand by."""
_ASKS_FOR_A_COUNT: Final = ("condition", "violation", "finding", "serious", "breach", "full day")
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def question_from(situation: Mapping[str, Any], taxonomy: Taxonomy) -> Question | str:
    """Read a situation.

    Returns:
        the question; or, where its words are not understood, a sentence that says so.

    Raises:
        ValueError: when a figure or time of it cannot be read.
        KeyError: when a field that must be there is missing.
    """
    text = str(situation.get("what") or "")
    words = read_words(text)
    weapon = _weapon(situation.get("weapon"))
    breaches = _breaches(words, text, str(situation.get("zone") or "UTC"))
    acts = _acts(words, weapon)
    if acts and taxonomy.is_a(acts[0], "mine.clearing") and not _as_notified(situation, text):
        acts = acts[1:] or ("explosion",)
    if not acts and not breaches:
        return f"the words {text!r} are not understood: no act and no weapon was found in them"
    moment = _moment(situation)
    sigma_m = 1000 * float(situation.get("sigma_km") or 0.0)
    place = situation.get("place") or {}
    placed = "lon" in place and "lat" in place
    offset = situation.get("offset_from_area_centre_km")
    time = moment or _LONG_AGO
    leaves = taxonomy.leaves(acts[0]) if acts else ()
    return Question(
        time=Interval(time, time),
        time_sigma_s=0.0,
        window_only=False,
        lon=float(place["lon"]) if placed else 0.0,
        lat=float(place["lat"]) if placed else 0.0,
        cov=(sigma_m**2, 0.0, sigma_m**2),
        kinds=tuple((leaf, 1 / len(leaves)) for leaf in leaves),
        p_real=float(situation.get("p_real") or 1.0),
        real_reason="stated by the case",
        placed=placed,
        dated=moment is not None,
        side=str(situation.get("side") or ""),
        weapon=weapon,
        behind=_behind(situation.get("km_behind") or {}, sigma_m),
        facts=_facts(situation, words),
        from_centre_m=(1000 * float(offset[0]), 1000 * float(offset[1])) if offset else None,
        breaches=breaches,
        act_words=text,
    )


def _acts(words: WordsRead, weapon: Weapon | None) -> tuple[str, ...]:
    """Give the acts, the main one first; a weapon of which nothing else is said stands there."""
    first = words.acts[0] if words.acts else ""
    if weapon is None or first.startswith(_ACTIVE):
        return words.acts
    return (_AT_REST.get(weapon.classes or "", "presence"),)


def _weapon(said: Mapping[str, Any] | None) -> Weapon | None:
    if not said:
        return None
    calibre = said.get("calibre_mm")
    of = said.get("class")
    name = str(said.get("name") or said.get("system") or "")
    return arsenal().resolve(
        name, None if of is None else str(of), None if calibre is None else float(calibre)
    )


def _behind(said: Mapping[str, Any], sigma_m: float) -> dict[str, Behind]:
    return {str(line): Behind(1000 * float(km), sigma_m) for line, km in said.items()}


def _facts(situation: Mapping[str, Any], words: WordsRead) -> dict[str, bool]:
    """Join what the words say with what the fields say; a field goes before words."""
    facts = dict(words.facts)
    flags = situation.get("flags") or {}
    stated = {**situation, **flags}
    for name, value in stated.items():
        truth = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
        if truth is None:
            continue
        if name.startswith("inside_"):
            zone = name.removeprefix("inside_").removesuffix("_as_reported")
            facts[f"inside:{zone.replace('_', ' ')}"] = truth
        else:
            facts[str(name)] = truth
    for name, value in list(facts.items()):
        if name.startswith("inside:"):
            facts[name.replace("inside:", "outside:")] = not value
    return facts


def _breaches(words: WordsRead, text: str, zone: str) -> tuple[datetime, ...]:
    """Give the moments of breaches, where the words ask for a count or a condition."""
    if not any(word in text.casefold() for word in _ASKS_FOR_A_COUNT):
        return ()
    if words.offsets:
        return tuple(_LONG_AGO + offset for offset in words.offsets)
    noon = clock(12, tzinfo=ZoneInfo(zone))
    return tuple(datetime.combine(day, noon).astimezone(UTC) for day in words.dates)


def _moment(situation: Mapping[str, Any]) -> datetime | None:
    utc = situation.get("time_utc")
    if utc:
        return datetime.fromisoformat(str(utc)).astimezone(UTC)
    local = situation.get("time_local")
    if not local:
        return None
    return local_to_utc(str(local), str(situation.get("zone") or "UTC"))


def _as_notified(situation: Mapping[str, Any], text: str) -> bool:
    """Tell whether work that was notified kept to its hours and its place.

    Where it did not, what was heard is an explosion like any other.
    """
    if str(situation.get("notified", "true")).lower() in {"false", "no"}:
        return False
    away = _AWAY.search(text)
    if away and float(away[1]) > _REACH_KM:
        return False
    window, moment = situation.get("window_local"), _moment(situation)
    if not window or moment is None:
        return True
    zone = str(situation.get("zone") or "UTC")
    start, end = (local_to_utc(str(one), zone) for one in window)
    return start <= moment <= end


_AWAY: Final = re.compile(r"(\d+(?:\.\d+)?) ?km (?:away )?from the (?:notified|announced)")
_REACH_KM: Final = 1.0
"""How far from the notified place such work still counts as notified. Unit: km."""
