"""From the checked terms of a clause to their nouns; local time becomes UTC, kilometres metres."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.codec.agreement_time import local_to_utc, parse_length
from truceline.codec.clause_shape import ClauseShape
from truceline.codec.terms_shape import (
    KeepBackShape,
    ScheduleShape,
    StageShape,
    VerifiedField,
    WeaponsShape,
    bound_of,
)
from truceline.model.clause_terms import (
    Condition,
    Count,
    Deadline,
    ForceCap,
    KeepBack,
    Prevails,
    Quiet,
    Reading,
    Schedule,
    Stage,
    Storage,
    SystemDistance,
    Terms,
    WeaponTest,
)
from truceline.model.verified import Verified


def terms_of(said: ClauseShape, zone: str) -> Terms:
    """Build everything that a clause says beyond acts, parties, place and time.

    Args:
        said: the clause.
        zone: time zone of its times.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    return Terms(
        weapons=_weapons(said.weapons) if said.weapons else None,
        keep_back=_keep_back(said.keep_back) if said.keep_back else None,
        schedule=_schedule(said.schedule, zone) if said.schedule else None,
        conditions=tuple(Condition(one.id, one.words, one.open) for one in said.conditions),
        exempts=tuple(sorted(said.exempts)),
        quiet=Quiet(said.quiet.days, said.quiet.zone or "", said.quiet.reset_on)
        if said.quiet
        else None,
        count=_count(said),
        cap=ForceCap(said.force_cap.most, said.force_cap.what, said.force_cap.zone)
        if said.force_cap
        else None,
        storage=_storage(said),
        prevails=tuple(Prevails(one.over, one.basis, one.reading) for one in said.prevails),
        readings=tuple(
            Reading(one.id, one.says, tuple(one.sources), verified_of(one.verified))
            for one in said.readings
        ),
        lead=parse_length(said.lead) if said.lead else None,
        rights=tuple(said.rights),
        body=said.body or "",
        settlements=said.settlements,
    )


def verified_of(said: VerifiedField) -> tuple[Verified, ...]:
    """Build the flags of the figures, sorted by figure."""
    return tuple(Verified(name, one.state, one.note) for name, one in sorted(said.items()))


def _weapons(said: WeaponsShape) -> WeaponTest:
    bound, figure = bound_of(said.calibre) if said.calibre else (None, 0.0)
    return WeaponTest(
        classes=tuple(sorted(said.classes)),
        disputed=tuple(sorted(said.disputed)),
        bound=bound,
        calibre_mm=figure,
        systems=tuple(said.systems),
        without=tuple(said.without),
    )


def _keep_back(said: KeepBackShape) -> KeepBack:
    return KeepBack(
        distance_m=_metres(said.distance_km or 0.0),
        strict=said.strict,
        baselines={party: tuple(lines) for party, lines in sorted(said.baselines.items())},
        systems=tuple(
            SystemDistance(
                tuple(one.systems),
                _metres(one.distance_km),
                verified_of(one.verified),
                tuple(_metres(other) for other in one.or_km),
            )
            for one in said.systems
        ),
        zone_width_m=_metres(said.of_zone_km) if said.of_zone_km else None,
    )


def _schedule(said: ScheduleShape, zone: str) -> Schedule:
    deadlines = [
        Deadline(one.reading, local_to_utc(one.time, zone), one.source, _utc(one.since, zone))
        for one in said.deadlines
    ]
    return Schedule(
        start=_utc(said.start, zone),
        deadlines=tuple(sorted(deadlines, key=lambda one: (one.time, one.reading))),
        clauses=tuple(sorted(said.clauses)),
        stages=tuple(_stage(one, said.start, zone) for one in said.stages),
    )


def _stage(said: StageShape, start: str | None, zone: str) -> Stage:
    due = _utc(said.due, zone)
    if due is None and said.day is not None and start is not None:
        due = _day_after(local_to_utc(start, zone), said.day, zone)
    return Stage(
        id=said.id,
        what=said.what,
        start=_utc(said.start, zone),
        due=due,
        zone=said.zone or "",
        after=tuple(said.after),
        condition=said.condition,
        day=said.day,
    )


def _day_after(start: datetime, days: int, zone: str) -> datetime:
    """Count local days, so that a change of the clock does not shift the hour."""
    local = start.astimezone(ZoneInfo(zone)) + timedelta(days=days)
    return local.astimezone(start.tzinfo)


def _count(said: ClauseShape) -> Count | None:
    if said.count is None:
        return None
    return Count(said.count.at_least, parse_length(said.count.within), said.count.grade or "")


def _storage(said: ClauseShape) -> Storage | None:
    if said.storage is None:
        return None
    return Storage(
        said.storage.site, tuple(said.storage.serials), tuple(sorted(said.storage.line_clauses))
    )


def _utc(text: str | None, zone: str) -> datetime | None:
    return None if text is None else local_to_utc(text, zone)


def _metres(km: float) -> float:
    return round(km * 1000, 6)
