"""English sentences of a patrol: "heard 12 outgoing mortar rounds 5-7 km WNW".

What has no clear reading is refused with the words that were not understood; nothing is guessed.
Directions without a distance are kept (earshot bounds them); a distance without a direction is
refused, for a ring is no place to send anybody to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from truceline.adapters.patrol_bearings import bearing_of
from truceline.adapters.patrol_groups import Group, Place, count_sum, count_words
from truceline.adapters.patrol_numbers import COUNT, count_range
from truceline.adapters.patrol_reader import Reader
from truceline.adapters.patrol_words import Word, tokens
from truceline.codec.taxonomy import taxonomy
from truceline.errors import RejectedRow

EARSHOT_M: Final[dict[str, tuple[float, float]]] = {
    "fire.small-arms": (50.0, 4_000.0),
    "fire.grenade-launcher": (50.0, 5_000.0),
    "fire.anti-tank": (100.0, 6_000.0),
    "fire.cannon": (100.0, 6_000.0),
    "fire.tank": (200.0, 10_000.0),
    "fire.mortar": (200.0, 10_000.0),
    "fire.artillery": (300.0, 20_000.0),
    "fire.mlrs": (300.0, 25_000.0),
    "fire": (50.0, 20_000.0),
    "explosion": (50.0, 20_000.0),
    "flight.uav": (0.0, 3_000.0),
}
"""How near and how far each kind is told apart by ear or eye. Unit: m. A judgement: monitors report
small-arms fire up to 4 km and explosions up to 15 km; wind changes both by half."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One group of sounds or sights from one direction."""

    kind: str
    """Code of the act taxonomy."""
    terms: tuple[str, ...]
    """Terms of the ``smm`` vocabulary that the words stand for; several: it is one of these."""
    count_min: int | None
    count_max: int | None
    """Null where the words set no bound."""
    phase: str
    """``outgoing``, ``incoming``, ``impact``, ``mixed`` or ``undetermined``."""
    unit: str
    """What was counted (rounds, bursts); empty where no word says."""
    calibre: str
    sense: str
    """``heard``, ``seen``, ``heard+seen`` or empty."""
    bearing_deg: float
    """Circular centre, 0 <= bearing < 360. Unit: deg."""
    bearing_sigma_deg: float
    """Unit: deg."""
    bearings: tuple[str, ...]
    """The directions as written."""
    range_min_m: float
    range_max_m: float
    range_basis: str
    """``stated``, ``widened`` (a single or an "about" figure), ``earshot``, or a stated bound."""


def parse_sentence(text: str) -> tuple[Heard, ...]:
    """Read one or more sentences.

    Args:
        text: English, one observer; punctuation and case are free.

    Returns:
        One entry per group that the text tells apart, in its order.

    Raises:
        RejectedRow: with the part that was not understood.

    >>> [(h.kind, h.count_min, h.phase) for h in parse_sentence(
    ...     "heard 3 incoming and 4 outgoing mortar rounds 5-7 km WNW")]
    [('fire.mortar', 3, 'incoming'), ('fire.mortar', 4, 'outgoing')]
    """
    groups = Reader().read(tokens(text))
    if not groups:
        raise RejectedRow(f"no sound or sight is named in {text.strip()!r}")
    return tuple(_heard(group, group.place) for group in groups)


def parse_counted(what: str, count: str, phase: str, place: Place, sense: str) -> tuple[Heard, ...]:
    """Read the words of a table whose count, phase, distance and directions stand in columns.

    Args:
        what: e.g. "mortar rounds (3 incoming 4 outgoing 19 undetermined)".
        count: of the first thing named, or the sum where ``what`` counts everything itself.
        phase: of what has none in the words; ``mixed`` and empty say nothing.
        place: distance and directions.
        sense: ``heard``, ``seen`` or ``heard+seen``.

    Raises:
        RejectedRow: with the part that was not understood, or a sum that does not add up.
    """
    cut = tokens(what)
    counted = bool(cut) and cut[0].word is Word.COUNT
    if count.strip() and not counted:
        cut = [*tokens(_count_only(count)), *cut]
    groups = Reader().read(cut)
    if not groups:
        raise RejectedRow(f"no sound or sight is named in {what!r}")
    if count.strip() and counted:
        _check_total(groups, count)
    for group in groups:
        if group.place is not None:
            raise RejectedRow("a distance or direction belongs into its own column")
        _settle_phase(group, phase.strip().lower())
        group.verb = sense
    return tuple(_heard(group, place) for group in groups)


def _count_only(text: str) -> str:
    if COUNT.fullmatch(text.strip()) is None:
        raise RejectedRow(f"count is {text!r}: write 12, 30-35, about 30 or at least 5")
    return text


def _check_total(groups: list[Group], count: str) -> None:
    match = COUNT.fullmatch(_count_only(count).strip())
    assert match is not None  # _count_only has refused the rest
    stated, total = count_range(match), count_sum(groups)
    if total is not None and total != stated:
        raise RejectedRow(f"the parts add up to {count_words(total)}, count is {count.strip()}")


def _settle_phase(group: Group, phase: str) -> None:
    if phase not in {"", "mixed", "undetermined", "unknown", "outgoing", "incoming", "impact"}:
        raise RejectedRow(f"phase is {phase!r}: write outgoing, incoming, impact or undetermined")
    if phase not in {"outgoing", "incoming", "impact"}:
        return
    if group.phase not in {"", "undetermined", phase}:
        raise RejectedRow(f"the words say {group.phase}, the column phase says {phase}")
    group.phase = phase


def _heard(group: Group, place: Place | None) -> Heard:
    words = " ".join(group.words)
    if place is None or not place.arcs:
        raise RejectedRow(f"{words!r}: no direction is given; add one, e.g. 'WNW' or '285 degrees'")
    terms = tuple(group.terms) or (group.unit_term,)
    kind = _kind(terms, words)
    bearing = bearing_of(place.arcs)
    near, far = EARSHOT_M[kind]
    low = near if place.near_m is None else place.near_m
    high = max(far, 2 * low) if place.far_m is None else place.far_m
    count = group.count or (None, None)
    return Heard(
        kind=kind,
        terms=terms,
        count_min=count[0],
        count_max=count[1],
        phase=group.phase or "undetermined",
        unit=group.unit,
        calibre=group.calibre,
        sense=group.verb,
        bearing_deg=bearing.centre_deg,
        bearing_sigma_deg=bearing.sigma_deg,
        bearings=tuple(place.words),
        range_min_m=min(low, high),
        range_max_m=high,
        range_basis=place.basis or "earshot",
    )


def _kind(terms: tuple[str, ...], words: str) -> str:
    """Give the narrowest code that holds all terms.

    Raises:
        RejectedRow: when no code does.
    """
    acts = taxonomy()
    kinds = {acts.from_term("smm", term) or "" for term in terms}
    if len(kinds) == 1 and kinds <= set(EARSHOT_M):
        return kinds.pop()
    if all(acts.is_a(kind, "fire") for kind in kinds):
        return "fire"
    if all(acts.is_a(kind, "fire") or kind == "explosion" for kind in kinds):
        return "explosion"
    raise RejectedRow(f"{words!r}: no act of the taxonomy holds {', '.join(terms)} together")
