"""What may stand in ``events.yaml`` and ``frameworks.yaml``: diplomacy, each fact with its source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from truceline.codec.agreement_documents import Documents, items, known
from truceline.codec.agreement_fields import Shape, Word
from truceline.codec.agreement_shape import VerifiedField
from truceline.codec.located_yaml import Located, Problems
from truceline.model.register import Counted, DiplomaticEvent, Framework
from truceline.model.verified import Verified

_WHEN = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def _when(text: str) -> str:
    """Check a day, month or year: as exact as the sources, never more."""
    try:
        if _WHEN.fullmatch(text) is None:
            raise ValueError
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        raise ValueError(
            f"{text!r} is no day, month or year; write it as 2026-01-06, 2026-01 or 2026"
        ) from None
    return text


def _when_or_unknown(text: str) -> str:
    return text if text == "unknown" else _when(text)


When = Annotated[str, AfterValidator(_when)]
"""ISO day, month or year."""


class CountedShape(Shape):
    """Who took part, as one source counts them."""

    source: Word
    """Name of a source of this event."""
    count: Annotated[int, Field(ge=1)] | None = None
    """How many; left out where the source gives no number."""
    of: Word
    """What is counted, in words: states, leaders, those who committed themselves."""
    named: list[Word] = Field(default_factory=list)
    """Ids of parties, or names, that the source gives."""


class EventShape(Shape):
    """A summit, a call, talks, a declaration, a statement, a demand, a visit."""

    id: Word
    """Stable."""
    kind: Literal["summit", "call", "talks", "declaration", "statement", "demand", "visit"]
    """``summit``, ``call``, ``talks``, ``declaration``, ``statement``, ``demand`` or ``visit``."""
    name: Word
    """As a page prints it."""
    place: str = ""
    """Left out where it is not known."""
    start: When
    """ISO day, month (``2022-03``) or year: as exact as the sources, never more."""
    end: When | None = None
    """As ``start``; left out for an event of one day."""
    participants: list[CountedShape] = Field(default_factory=list)
    """Who took part, once for each source and what it counts; sources are not made to agree."""
    summary: Word
    """One sentence in your own words."""
    sources: Annotated[list[Word], Field(min_length=1)]
    """Names from ``sources`` of ``agreement.yaml``, at least one."""
    verified: VerifiedField = Field(default_factory=dict)
    """As for a clause; what only general knowledge gives is ``no``."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end < self.start[: len(self.end)]:
            raise ValueError(
                f"end ({self.end}) is before start ({self.start}); write them the other way round"
            )
        return self


class EventsShape(Shape):
    """The file ``events.yaml``."""

    events: Annotated[list[EventShape], Field(min_length=1)]
    """Summits, calls, talks, declarations."""


class FrameworkShape(Shape):
    """An earlier text or plan that later ones lean on."""

    id: Word
    """Stable."""
    title: Word
    """As a page prints it."""
    date: Annotated[str, AfterValidator(_when_or_unknown)]
    """ISO day, month or year; ``unknown``."""
    status: Literal[
        "in_force", "adopted", "lapsed", "never_agreed", "demand", "reported_not_agreed"
    ]
    """``in_force``, ``adopted`` (as a text; what it promises waits for its condition), ``lapsed``,
    ``never_agreed``, ``demand`` (of one side) or ``reported_not_agreed``."""
    terms: Annotated[list[Word], Field(min_length=1)]
    """What it says, in your own words, one sentence each."""
    relied_on_by: list[Word] = Field(default_factory=list)
    """Who or what leans on it, each with how."""
    sources: Annotated[list[Word], Field(min_length=1)]
    """Names from ``sources`` of ``agreement.yaml``, at least one."""
    verified: VerifiedField = Field(default_factory=dict)
    """As for an event."""


class FrameworksShape(Shape):
    """The file ``frameworks.yaml``."""

    frameworks: Annotated[list[FrameworkShape], Field(min_length=1)]
    """Earlier texts, demands and plans that later ones lean on."""


def check_events(docs: Documents, problems: Problems) -> None:
    """Add every source of ``events.yaml`` and ``frameworks.yaml`` that leads nowhere."""
    sources = docs.sources
    for where, name in ((docs.events, "events"), (docs.frameworks, "frameworks")):
        for path, item in items(where, name):
            assert where is not None
            given = item.get("sources")
            known(where, (*path, "sources"), "source", given, sources, problems)
            _counted(where, (*path, "participants"), item.get("participants"), given, problems)


def _counted(
    where: Located,
    path: tuple[str | int, ...],
    counted: object,
    sources: object,
    problems: Problems,
) -> None:
    """A count is taken from a source of its event."""
    if not isinstance(sources, list):
        return
    names = [str(one) for one in sources]
    for index, one in enumerate(counted if isinstance(counted, list) else ()):
        if isinstance(one, dict):
            at = (*path, index, "source")
            known(where, at, "source of this event", one.get("source"), names, problems)


def events_of(said: EventsShape | None) -> tuple[DiplomaticEvent, ...]:
    """Build the events, earliest first."""
    made = (_event(one) for one in said.events) if said else ()
    return tuple(sorted(made, key=lambda one: (one.start, one.end, one.id)))


def frameworks_of(said: FrameworksShape | None) -> tuple[Framework, ...]:
    """Build the frameworks, earliest first; one without a date stands last."""
    made = (_framework(one) for one in said.frameworks) if said else ()
    return tuple(sorted(made, key=lambda one: (one.date, one.id)))


def _event(said: EventShape) -> DiplomaticEvent:
    return DiplomaticEvent(
        id=said.id,
        kind=said.kind,
        name=said.name,
        place=said.place,
        start=said.start,
        end=said.end or said.start,
        participants=_participants(said.participants),
        summary=said.summary,
        sources=tuple(said.sources),
        verified=_verified(said.verified),
    )


def _participants(said: Iterable[CountedShape]) -> tuple[Counted, ...]:
    return tuple(Counted(one.source, one.count, one.of, tuple(one.named)) for one in said)


def _framework(said: FrameworkShape) -> Framework:
    return Framework(
        id=said.id,
        title=said.title,
        date=said.date,
        status=said.status,
        terms=tuple(said.terms),
        relied_on_by=tuple(said.relied_on_by),
        sources=tuple(said.sources),
        verified=_verified(said.verified),
    )


def _verified(said: VerifiedField) -> tuple[Verified, ...]:
    return tuple(Verified(name, one.state, one.note) for name, one in sorted(said.items()))
