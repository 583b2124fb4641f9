"""What a clause may say beyond acts, parties and a place: weapons, distances, deadlines, counts."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from truceline.codec.agreement_fields import (
    ActCode,
    Length,
    LocalTime,
    Number,
    Shape,
    Word,
    instead,
)
from truceline.codec.weapons import arsenal
from truceline.model.clause_terms import Bound

Km = Annotated[Number, Field(gt=0)]
"""A length in kilometres."""
Lines = Annotated[list[Word], Field(min_length=1)]
_CALIBRE = re.compile(r"(>=|<=|>|<)\s*(\d+(?:\.\d+)?)")


def _yes_no(value: Any) -> Any:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError(f"{str(value)!r} is neither yes nor no; write yes or no")


def _weapon_class(word: str) -> str:
    known = arsenal().parents
    if word not in known:
        raise ValueError(f"unknown class of weapon {word!r}; {instead(word, known)}")
    return word


def _system(word: str) -> str:
    table = arsenal().systems
    if word in table:
        return word
    meant = arsenal().resolve(word).system
    advice = f"write {meant!r}" if meant else instead(word, table)
    raise ValueError(f"unknown system {word!r}; {advice}")


def _calibre(text: str) -> str:
    if _CALIBRE.fullmatch(text.strip()) is None:
        raise ValueError(
            f'{text!r} is no bound on a calibre; write ">= 100", "> 100", "<= 120" or "< 100", '
            "in millimetres and in quotes"
        )
    return text.strip()


def bound_of(text: str) -> tuple[Bound, float]:
    """Give the bound and the figure of a calibre that was checked.

    >>> bound_of(">= 100")
    (<Bound.FROM: '>='>, 100.0)
    """
    match = _CALIBRE.fullmatch(text)
    assert match is not None
    return Bound(match[1]), float(match[2])


def _state(value: Any) -> Any:
    """Read ``yes``, ``partly`` or ``no``, alone or with a note."""
    return {"state": str(value)} if isinstance(value, str) else value


def _one_or_more(value: Any) -> Any:
    """Let a single line stand for a list of one, and each party have its own."""
    if isinstance(value, dict):
        return {k: [v] if isinstance(v, str) else v for k, v in value.items()}
    return value


def _system_states(value: Any) -> Any:
    return {"distance": {"state": str(value)}} if isinstance(value, str) else value


def words(name: str) -> WithJsonSchema:
    """Let an editor offer the words of a list of ``codec.json_schema``."""
    return WithJsonSchema({"type": "string", "minLength": 1, "x-words": name})


YesNo = Annotated[bool, BeforeValidator(_yes_no, Literal["yes", "no"] | bool)]
"""``yes`` or ``no``."""
WeaponClass = Annotated[Word, AfterValidator(_weapon_class), words("classes")]
"""A class of ``taxonomy/weapons.yaml``."""
System = Annotated[Word, AfterValidator(_system), words("systems")]
"""A system of ``taxonomy/weapons.yaml``, spelt as there."""
Calibre = Annotated[
    Word,
    AfterValidator(_calibre),
    WithJsonSchema({"type": "string", "pattern": r"^\s*(>=|<=|>|<)\s*\d+(\.\d+)?\s*$"}),
]
"""A bound in millimetres."""


class VerifiedShape(Shape):
    """How far one figure was checked."""

    state: Literal["yes", "partly", "no"]
    """``yes``: read in a named source; ``partly``: one paraphrase, or sources differ; ``no``: from
    memory, or not seen."""
    note: str = ""
    """Why; it is printed with the flag."""


State = Literal["yes", "partly", "no"]
Flag = Annotated[VerifiedShape, BeforeValidator(_state, State | VerifiedShape)]
VerifiedField = dict[str, Flag]


class WeaponsShape(Shape):
    """Which weapons a clause speaks of; with no field it is every weapon."""

    classes: list[WeaponClass] = Field(default_factory=list)
    """Classes that it catches beyond doubt."""
    disputed: list[WeaponClass] = Field(default_factory=list)
    """Classes that it catches under one reading of the words and not under another."""
    calibre: Calibre | None = None
    """Bound on the calibre, as ``">= 100"`` (100 itself is caught) or ``"> 100"`` (it is not).
    Unit: mm."""
    systems: list[System] = Field(default_factory=list)
    """Named systems; only these are caught."""
    without: list[System] = Field(default_factory=list)
    """Systems that it leaves to another clause."""


class SystemDistanceShape(Shape):
    """A row of a list that gives named systems a distance of their own."""

    systems: Annotated[list[System], Field(min_length=1)]
    """Systems of this row."""
    distance_km: Km
    """Distance that they keep, on each side. Unit: km."""
    or_km: list[Km] = Field(default_factory=list)
    """Other figures that sources give for it. Unit: km."""
    verified: Annotated[VerifiedField, BeforeValidator(_system_states, State | VerifiedField)] = (
        Field(default_factory=dict)
    )
    """How far the distance was checked: ``yes``, ``partly``, ``no``, or a figure to such a word."""


class KeepBackShape(Shape):
    """A duty to stand no nearer to a line than a distance."""

    distance_km: Km | None = None
    """For each side, of every weapon that ``systems`` does not list. Left out where only listed
    systems are meant. Unit: km."""
    of_zone_km: Km | None = None
    """Width of the whole zone, where the text gives that and the halves follow. Unit: km."""
    strict: YesNo = False
    """``no``: to stand at exactly the distance is enough (*at least*); ``yes``: it is a breach."""
    baselines: Annotated[
        dict[str, Lines],
        BeforeValidator(_one_or_more, dict[str, Word | Lines]),
        Field(min_length=1),
    ]
    """Party to the line, or lines, from which it is measured. Several lines mean that sources are
    silent or differ: the outcome is given for each."""
    systems: list[SystemDistanceShape] = Field(default_factory=list)
    """Named systems with a distance of their own."""


class DeadlineShape(Shape):
    """One reading of when something is due."""

    reading: Word
    """Short name of the reading."""
    time: LocalTime
    """Local time from which it is owed."""
    source: str = ""
    """Name from ``sources``."""
    since: LocalTime | None = None
    """Agreed later: from this local time on it stands in place of the deadlines before it."""


class StageShape(Shape):
    """One stage of a schedule."""

    id: Word
    """Stable within the schedule."""
    what: Word
    """What is done, in your own words."""
    start: LocalTime | None = None
    """Local time from which it runs, where known."""
    due: LocalTime | None = None
    """Local time by which it is done, where known."""
    day: Annotated[int, Field(ge=0)] | None = None
    """Day of the schedule by which it is done, D + n, where the text counts days."""
    zone: Word | None = None
    """Zone in which it holds; left out: everywhere."""
    after: list[Word] = Field(default_factory=list)
    """Stages above that come first."""
    condition: str = ""
    """What must hold before it starts, in words."""


class ScheduleShape(Shape):
    """When duties fall due."""

    start: LocalTime | None = None
    """Local time from which days are counted, where known."""
    clauses: list[Word] = Field(default_factory=list)
    """The duties that it times; left out: the clause in which it stands."""
    deadlines: list[DeadlineShape] = Field(default_factory=list)
    """Readings of the deadline, side by side. Before the first nothing is owed, after the last
    everything is, and between them it is undetermined."""
    stages: list[StageShape] = Field(default_factory=list)
    """Stages, in order."""


class ConditionShape(Shape):
    """A fact on which a permission or a duty hangs."""

    id: Word
    """Name of the fact, as a situation states it."""
    words: Word
    """What must hold, in your own words."""
    open: YesNo = False
    """Where nothing is said of the fact: ``yes``, it is not known; ``no``, nobody claimed it."""


class QuietShape(Shape):
    """So many full days in a row without a breach."""

    days: Annotated[int, Field(ge=1)]
    """Full local days; the day of the last breach and the running day do not count."""
    zone: Word | None = None
    """Zone in which it must be quiet; left out: where the clause holds."""
    reset_on: Word = "any"
    """``any`` breach, or the lightest grade that starts the count anew."""


class CountShape(Shape):
    """So many breaches within a time that ends at the moment asked about."""

    at_least: Annotated[int, Field(ge=1)]
    """Number of breaches."""
    within: Length
    """Length of the time; a breach exactly that long ago no longer counts."""
    grade: Word | None = None
    """Lightest grade that counts; left out: all."""


class ForceCapShape(Shape):
    """No more than so many of a kind in a zone."""

    most: Annotated[int, Field(ge=0)]
    """The largest number that is allowed."""
    what: ActCode
    """Act of presence that is counted, as ``presence.troops``."""
    zone: Word
    """Zone in which they are counted."""


class StorageShape(Shape):
    """Declared weapons, where they are stored, and what absence means."""

    site: Word
    """Zone of the site."""
    serials: Annotated[list[Word], Field(min_length=1)]
    """Serial numbers that were declared."""
    line_clauses: list[Word] = Field(default_factory=list)
    """Clauses that say how far a weapon must be; nearer than that is in violation, wherever it is
    registered."""


class PrevailsShape(Shape):
    """This clause goes before another where both speak of one thing."""

    over: Word
    """Id of the clause that stands back."""
    basis: Word
    """Why, in your own words."""
    reading: YesNo = False
    """``yes`` where no text says so and a legal reader must confirm."""


class ReadingShape(Shape):
    """Another way in which the words may be understood."""

    id: Word
    """Short name of the reading."""
    says: Word
    """What the words then mean, and what would follow."""
    sources: list[Word] = Field(default_factory=list)
    """Names from ``sources``."""
    verified: VerifiedField = Field(default_factory=dict)
    """How far it was checked."""
