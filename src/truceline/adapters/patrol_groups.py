"""What a patrol's sentence is made of: counted groups and the places they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from truceline.adapters.patrol_bearings import Arc, arc_between, degrees_arc, point_arc
from truceline.adapters.patrol_numbers import number_of, range_m
from truceline.adapters.patrol_words import Token, Word
from truceline.errors import RejectedRow

Count = tuple[int, int | None]
_GENERIC: Final = frozenset({"explosions", "ceasefire violation"})


@dataclass(slots=True)
class Place:
    """A distance and directions as one stretch of text gives them."""

    near_m: float | None = None
    far_m: float | None = None
    basis: str = ""
    """How the distance was had; empty where none is given."""
    arcs: list[Arc] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def add(self, token: Token) -> None:
        """Take a distance or direction.

        Raises:
            RejectedRow: when it is a second distance, or cannot be read.
        """
        group = token.match.groupdict()
        if token.word is Word.RANGE:
            if self.basis:
                raise RejectedRow(f"{token.text!r}: a second distance for the same sounds")
            self.near_m, self.far_m, self.basis = range_m(token.match)
            return
        self.words.append(token.text)
        if token.word is Word.DEGREES:
            low = number_of(group["low"])
            self.arcs.append(degrees_arc(low, number_of(group["high"] or group["low"])))
        elif group["far"]:
            self.arcs.append(arc_between(group["near"], group["far"]))
        else:
            self.arcs.append(point_arc(group["near"]))


@dataclass(slots=True)
class Group:
    """One counted thing, as far as it is known while reading."""

    count: Count | None = None
    phase: str = ""
    terms: list[str] = field(default_factory=list)
    """Terms of the named weapons; several where the text leaves open which."""
    unit: str = ""
    unit_term: str = ""
    calibre: str = ""
    closed: bool = False
    """Its noun has been read; another noun would be another group."""
    after_and: bool = False
    place: Place | None = None
    verb: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Tell whether a weapon or a sound is named."""
        return bool(self.terms or self.unit)

    def specify(self, term: str) -> None:
        """Name the weapon of a sound that was already named ("bursts of small-arms fire")."""
        self.terms = [known for known in self.terms if known not in _GENERIC] + [term]

    def or_else(self, term: str) -> None:
        """Add what it may be instead ("explosions or mortar rounds")."""
        known = self.terms or [self.unit_term]
        self.unit = self.unit if self.terms else ""
        self.terms = known if term in known else [*known, term]
        self.closed = False

    def set_phase(self, phase: str) -> None:
        """Set the phase; *undetermined* gives way to any other, two others make *mixed*."""
        weak = ("", "undetermined", phase)
        if self.phase in weak and phase:
            self.phase = self.phase if phase == "undetermined" and self.phase else phase
        elif phase != "undetermined":
            self.phase = "mixed"


def check_sum(whole: Group, parts: list[Group]) -> None:
    """Refuse parts that do not add up.

    Raises:
        RejectedRow: when a part has no count, or their sum is not the whole.
    """
    total = count_sum(parts)
    if total is None:
        raise RejectedRow("the parts in brackets need a count each")
    if whole.count is None:
        whole.count = total
    elif whole.count != total:
        raise RejectedRow(
            f"the parts add up to {count_words(total)}, not to {count_words(whole.count)}"
        )


def count_sum(groups: list[Group]) -> Count | None:
    """Add up the counts; null when a group has none."""
    low, high = 0, 0
    open_end = False
    for group in groups:
        if group.count is None:
            return None
        low += group.count[0]
        open_end = open_end or group.count[1] is None
        high += group.count[1] or 0
    return low, None if open_end else high


def count_words(count: Count) -> str:
    """Write a count as people do.

    >>> count_words((3, 3)), count_words((3, 5)), count_words((3, None))
    ('3', '3-5', 'at least 3')
    """
    low, high = count
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low}-{high}"


def part_of(whole: Group, part: Group) -> Group:
    """Fill in what a part does not say from its whole."""
    return replace(
        part,
        phase=part.phase or whole.phase,
        terms=part.terms or ([] if part.unit and not whole.terms else list(whole.terms)),
        unit=part.unit or whole.unit,
        unit_term=part.unit_term or whole.unit_term,
        calibre=part.calibre or whole.calibre,
        place=whole.place,
        verb=whole.verb,
        after_and=whole.after_and,
    )
