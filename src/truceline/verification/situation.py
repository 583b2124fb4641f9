"""From a case of the shared form to the question that clauses are asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from truceline.codec.agreement_time import local_to_utc
from truceline.codec.case_words import WordsRead, read_words
from truceline.codec.weapons import arsenal
from truceline.model.acts import Taxonomy
from truceline.model.interval import Interval
from truceline.model.weapons import Weapon
from truceline.verification.question import Question
from truceline.verification.situation_counts import LONG_AGO, breaches_in, count_in
from truceline.verification.situation_facts import facts_of, kept_to_notice
from truceline.verification.situation_place import behind_of, from_centre_of, sigma_of

_AT_REST: Final = {
    "artillery": "presence.artillery",
    "mlrs": "presence.mlrs",
    "mortar": "presence.mortar",
    "tank": "presence.tank",
}
_FLOWN: Final = {"uav": "flight.uav", "aircraft": "flight.aircraft"}
_ACTIVE: Final = ("fire", "strike", "exercise", "explosion", "assault", "mine")
"""Acts that a weapon named beside them does, and does not merely stand by."""
_OTHER_WORDS: Final = {"unknown": "", "undetermined": "", "none": "", "?": "", "both": "ALL"}
"""Other words for a side."""


def question_from(situation: Mapping[str, Any], taxonomy: Taxonomy) -> Question | str:
    """Read a situation.

    Returns:
        the question; or, where its words are not understood, a sentence that says so.

    Raises:
        ValueError: when a figure or time of it cannot be read.
        KeyError: when a field that must be there is missing.
    """
    text = str(situation.get("what") or "")
    given = ("weapon", "km_behind", "place", "offset_from_area_centre_km")
    words = read_words(text, bare=not any(situation.get(name) for name in given))
    weapon = _weapon(situation.get("weapon"))
    moment = _moment(situation)
    breaches = breaches_in(words, text, str(situation.get("zone") or "UTC"), moment)
    acts = _acts(words, weapon) or _standing_in(text, words)
    matters = words.matters if weapon is None else ()
    if not acts and not breaches and not matters:
        return _not_understood(text, words)
    facts = {
        **read_words(str(situation.get("side") or "")).facts,
        **facts_of(situation, words),
    }
    kinds, stated = _kinds(acts, facts, situation, words, moment, taxonomy)
    place = situation.get("place") or {}
    placed = "lon" in place and "lat" in place
    weapon = weapon or _weapon_in(text, acts)
    time = moment or LONG_AGO
    east, north = sigma_of(situation, words)
    return Question(
        time=Interval(time, time),
        time_sigma_s=0.0,
        window_only=False,
        lon=float(place["lon"]) if placed else 0.0,
        lat=float(place["lat"]) if placed else 0.0,
        cov=(east**2, 0.0, north**2),
        kinds=kinds,
        p_real=float(situation.get("p_real") or 1.0),
        real_reason="stated by the case",
        placed=placed,
        dated=moment is not None,
        side=_side(situation, words, acts),
        weapon=weapon,
        behind=behind_of(situation, words, max(east, north), placed=placed),
        facts=facts,
        from_centre_m=from_centre_of(situation, words),
        breaches=breaches,
        act_words=text,
        stated=stated,
        matters=matters,
        count=count_in(words),
        square_m=words.figures.square_m,
        hours=words.figures.hours,
    )


def _not_understood(text: str, words: WordsRead) -> str:
    if words.denied:
        what = " and ".join(words.denied)
        return f"the words {text!r} only say that something did not happen ({what})"
    return f"the words {text!r} are not understood: no act and no weapon was found in them"


def _acts(words: WordsRead, weapon: Weapon | None) -> tuple[str, ...]:
    """Give the acts, the main one first; a weapon of which nothing else is said stands there."""
    first = words.acts[0] if words.acts else ""
    if weapon is None or first.startswith(_ACTIVE):
        return words.acts
    flown = _FLOWN.get(weapon.classes or "")
    if flown is not None:
        return (first,) if first.startswith("flight") else (flown,)
    return (_AT_REST.get(weapon.classes or "", "presence"),)


def _kinds(
    acts: tuple[str, ...],
    facts: Mapping[str, bool],
    situation: Mapping[str, Any],
    words: WordsRead,
    moment: datetime | None,
    taxonomy: Taxonomy,
) -> tuple[tuple[tuple[str, float], ...], tuple[str, ...]]:
    """Give what it may have been, and the act as it is stated.

    Work on mines that was not notified is either that or a use of weapons: nobody can tell. Where it
    was notified and did not keep to its hours or its place, what was heard is an explosion.
    """
    if not acts:
        return (), ()
    act = acts[0]
    if taxonomy.is_a(act, "mine.clearing") or facts.get("notified"):
        kept = kept_to_notice(facts, situation, words, moment)
        if taxonomy.is_a(act, "mine.clearing") and facts.get("notified") is False:
            return (("mine.clearing", 0.5), ("explosion", 0.5)), ()
        if taxonomy.is_a(act, "mine.clearing") and not kept:
            act = "explosion"
        elif act == "explosion" and kept:
            act = "mine.clearing"
    leaves = taxonomy.leaves(act)
    sure = act != "explosion" or not facts.get("origin_unknown")
    return tuple((leaf, 1 / len(leaves)) for leaf in leaves), _stated(act, acts) if sure else ()


def _stated(act: str, acts: tuple[str, ...]) -> tuple[str, ...]:
    """Give the act; and with shots at those who verify the fire too, which is another breach."""
    if act != "interference":
        return (act,)
    shots = tuple(one for one in acts if one.startswith(("fire", "strike")))
    return (act, *shots[:1])


def _weapon(said: Mapping[str, Any] | None) -> Weapon | None:
    if not said:
        return None
    calibre = _number(said.get("calibre_mm"))
    of = said.get("class")
    name = str(said.get("name") or said.get("system") or "")
    return arsenal().resolve(name, None if of is None else str(of), calibre)


def _number(said: object) -> float | None:
    """Read a figure, with or without its unit; null where there is none."""
    found = re.search(r"\d+(?:\.\d+)?", "" if said is None else str(said))
    return float(found[0]) if found else None


def _weapon_in(text: str, acts: tuple[str, ...]) -> Weapon | None:
    """Find a weapon in the words, where nothing but where it stands or flies is asked of it."""
    if not acts or not acts[0].startswith(("presence", "flight", "movement")):
        return None
    found = arsenal().resolve(text)
    return found if found.classes is not None else None


def _standing_in(text: str, words: WordsRead) -> tuple[str, ...]:
    """Take a weapon that the words name, and of which they say nothing else, to stand there."""
    named = not words.denied and not words.matters and arsenal().resolve(text).system is not None
    return ("presence",) if named else ()


def _side(situation: Mapping[str, Any], words: WordsRead, acts: tuple[str, ...]) -> str:
    """Give who did it: as stated, or a body whose own presence or flight it was."""
    given = situation.get("side") or ""
    said = "ANY" if isinstance(given, list) else str(given)
    said = _OTHER_WORDS.get(said.casefold(), said)
    own = bool(words.body) and bool(acts) and acts[0].startswith(("presence", "flight", "movement"))
    return words.body if own and (words.body_goes_over or not said) else said


def _moment(situation: Mapping[str, Any]) -> datetime | None:
    utc = situation.get("time_utc")
    if utc:
        return datetime.fromisoformat(str(utc)).astimezone(UTC)
    local = situation.get("time_local")
    if not local:
        return None
    return local_to_utc(str(local), str(situation.get("zone") or "UTC"))
