"""From checked clauses to their nouns, with the time of the text in which they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from truceline.codec.agreement_time import OPEN_END, local_to_utc
from truceline.codec.clause_shape import AreaShape, ClauseShape
from truceline.codec.terms_build import terms_of, verified_of
from truceline.model.agreement import Area, Clause, Everywhere, InForce, InsideZone, NearLine
from truceline.model.interval import Interval

NEVER = Interval(OPEN_END, OPEN_END)
"""The time of a clause whose text has no time, and which has none of its own: not yet."""


def clauses_of(
    said: Iterable[ClauseShape], own: InForce | None, everyone: Sequence[str], text: str = ""
) -> tuple[Clause, ...]:
    """Build the clauses of one text.

    Args:
        said: the clauses.
        own: the time of the text in which they stand.
        everyone: the parties that ``ALL`` means.
        text: id of that text; empty where the agreement is one text.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    return tuple(_clause(one, own, everyone, text) for one in said)


def _clause(said: ClauseShape, own: InForce | None, everyone: Sequence[str], text: str) -> Clause:
    zone = said.zone or (own.zone if own else "UTC")
    binds = [name for one in said.binds for name in (everyone if one == "ALL" else (one,))]
    return Clause(
        id=said.id,
        ref=said.ref,
        summary=said.summary,
        mode=said.mode,
        binds=tuple(sorted(set(binds))),
        acts=tuple(sorted(said.acts or ())),
        area=_area(said.area),
        time=window_of(said.start, said.end, zone, own.time if own else NEVER),
        grade=said.grade or "",
        sources=tuple(said.sources),
        verified=verified_of(said.verified),
        text=text,
        kind=said.kind or "",
        terms=terms_of(said, zone),
    )


def _area(said: AreaShape | None) -> Area:
    if said is None:
        return Everywhere()
    if said.zone is not None:
        return InsideZone(said.zone)
    if said.zones:
        return InsideZone(said.zones[0], tuple(said.zones[1:]))
    if said.line is not None and said.within_m is not None:
        return NearLine(said.line, said.within_m, said.name or "")
    return Everywhere()


def window_of(start: str | None, end: str | None, zone: str, own: Interval | None) -> Interval:
    """Give a window in UTC; what it leaves out is the text's own, or open.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    first = local_to_utc(start, zone) if start is not None else own.start if own else OPEN_END
    if end is not None:
        return Interval(first, local_to_utc(end, zone))
    if own is not None and own.end > first:
        return Interval(first, own.end)
    return Interval(first, OPEN_END)
