"""From checked shapes to the nouns of ``model.agreement``; local time becomes UTC here."""

from __future__ import annotations

from truceline.codec.agreement_rules import PledgeShape, ProcedureShape
from truceline.codec.agreement_shape import (
    AgreementShape,
    AreaShape,
    CaseShape,
    ClauseShape,
    ExemptionShape,
    InForceShape,
    PartyShape,
    SituationShape,
    VerifiedField,
)
from truceline.codec.agreement_time import OPEN_END, local_to_utc, parse_length
from truceline.model.agreement import (
    Area,
    Case,
    Clause,
    Everywhere,
    Exemption,
    InForce,
    InsideZone,
    NearLine,
    Party,
    Pledge,
    Procedure,
    Verified,
)
from truceline.model.interval import Interval

_NEVER = Interval(OPEN_END, OPEN_END)
"""The time of a clause of pledges without a time of its own: it binds never yet."""


def party_of(said: PartyShape) -> Party:
    """Build a party."""
    return Party(said.id, said.name, tuple(said.names))


def in_force_of(said: InForceShape) -> InForce:
    """Build the agreement's own time.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    return InForce(
        time=_window(said.start, said.end, said.zone, None),
        zone=said.zone,
        local_start=said.start,
        local_end=said.end,
        verified=verified_of(said.verified),
    )


def clauses_of(said: AgreementShape) -> tuple[Clause, ...]:
    """Build the clauses, each with the agreement's own time unless it has another.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    own = in_force_of(said.in_force) if said.in_force else None
    return tuple(_clause(one, own) for one in said.clauses)


def _clause(said: ClauseShape, own: InForce | None) -> Clause:
    zone = said.zone or (own.zone if own else "UTC")
    return Clause(
        id=said.id,
        ref=said.ref,
        summary=said.summary,
        mode=said.mode,
        binds=tuple(sorted(said.binds)),
        acts=tuple(sorted(said.acts)),
        area=_area(said.area),
        time=_window(said.start, said.end, zone, own.time if own else _NEVER),
        grade=said.grade,
        sources=tuple(said.sources),
        verified=verified_of(said.verified),
    )


def exemption_of(said: ExemptionShape, zone: str) -> Exemption:
    """Build an exemption.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    named = said.zone or zone
    return Exemption(
        id=said.id,
        clauses=tuple(sorted(said.clauses)),
        acts=tuple(sorted(said.acts)),
        lon=said.lon,
        lat=said.lat,
        radius_m=said.radius_m,
        time=_window(said.start, said.end, named, None),
        notified=local_to_utc(said.notified, named),
        lead=parse_length(said.lead),
        ref=said.ref,
    )


def procedure_of(said: ProcedureShape) -> Procedure:
    """Build the procedure."""
    return Procedure(
        violated_at=said.violated_at,
        permitted_at=said.permitted_at,
        grades=tuple(said.grades),
        hold=parse_length(said.hold),
        publication_delay=parse_length(said.publication_delay),
        publication_grid_m=said.publication_grid_m,
        suppress_below=said.suppress_below,
        day_zone=said.day_zone,
        day_cut=said.day_cut,
        prior_odds=said.prior_odds,
        reliability_log_lr=said.reliability_log_lr.model_dump(),
        credibility_log_lr=said.credibility_log_lr.model_dump(by_alias=True),
        same_side_discount=said.same_side_discount,
        reasons=dict(said.reasons),
    )


def pledge_of(said: PledgeShape) -> Pledge:
    """Build a pledge."""
    return Pledge(
        id=said.id,
        obligor=said.obligor,
        beneficiary=said.beneficiary,
        types=tuple(said.types),
        role=said.role,
        status=said.status,
        condition=said.condition,
        limits=said.limits,
        date=said.date,
        summary=said.summary,
        sources=tuple(said.sources),
        verified=verified_of(said.verified),
        condition_class=said.condition_class,
    )


def case_of(said: CaseShape, zone: str, line: int) -> Case:
    """Build a case; its times (``at``, or ``from`` and ``to``) become aware UTC.

    What the lawyer left out is left out of ``expected`` too; so is the clause ``none``, which means
    that no clause at all may come out graver.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    expected = said.expected.model_dump(exclude_none=True)
    if expected["clause"] == "none":
        del expected["clause"]
    return Case(said.id, _situation(said.situation, zone), expected, said.reasoning, line)


def _situation(said: SituationShape, zone: str) -> dict[str, object]:
    named = said.zone or zone
    times = {"at": said.at, "from": said.start, "to": said.end}
    return {
        **said.model_dump(exclude={"at", "start", "end", "zone"}, exclude_none=True),
        "zone": named,
        **{name: local_to_utc(text, named) for name, text in times.items() if text is not None},
    }


def verified_of(said: VerifiedField) -> tuple[Verified, ...]:
    """Build the flags of the figures, sorted by figure."""
    return tuple(Verified(name, one.state, one.note) for name, one in sorted(said.items()))


def _area(said: AreaShape) -> Area:
    if said.zone is not None:
        return InsideZone(said.zone)
    if said.line is not None and said.within_m is not None:
        return NearLine(said.line, said.within_m)
    return Everywhere()


def _window(start: str | None, end: str | None, zone: str, own: Interval | None) -> Interval:
    """Give a window in UTC; what it leaves out is the agreement's own, or open."""
    first = local_to_utc(start, zone) if start is not None else own.start if own else OPEN_END
    if end is not None:
        return Interval(first, local_to_utc(end, zone))
    return Interval(first, own.end if own else OPEN_END)
