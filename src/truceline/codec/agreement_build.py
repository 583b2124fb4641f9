"""From checked shapes to the nouns of ``model.agreement``; local time becomes UTC here."""

from __future__ import annotations

from truceline.codec.agreement_review import review_of
from truceline.codec.agreement_rules import PledgeShape, ProcedureShape
from truceline.codec.agreement_shape import (
    AgreementShape,
    BodyShape,
    CaseShape,
    ExemptionShape,
    InForceShape,
    PartyShape,
    SituationShape,
)
from truceline.codec.agreement_time import local_to_utc, parse_length
from truceline.codec.clause_build import window_of
from truceline.codec.terms_build import verified_of
from truceline.model.agreement import (
    Body,
    Case,
    Exemption,
    InForce,
    Party,
    Pledge,
    Procedure,
)


def party_of(said: PartyShape) -> Party:
    """Build a party."""
    return Party(said.id, said.name, tuple(said.names), said.role, said.of or "")


def body_of(said: BodyShape) -> Body:
    """Build a body."""
    return Body(said.id, said.name, tuple(said.rights))


def everyone_of(said: AgreementShape) -> tuple[str, ...]:
    """Give the parties that ``ALL`` means: those that are no third party."""
    return tuple(one.id for one in said.parties if one.role != "third_party")


def in_force_of(said: InForceShape) -> InForce:
    """Build the agreement's own time.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    return InForce(
        time=window_of(said.start, said.end, said.zone, None),
        zone=said.zone,
        local_start=said.start,
        local_end=said.end,
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
        time=window_of(said.start, said.end, named, None),
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
        review=review_of(said.review),
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
    return Case(
        said.id, _situation(said.situation, zone), expected, said.reasoning, line, tuple(said.texts)
    )


def _situation(said: SituationShape, zone: str) -> dict[str, object]:
    named = said.zone or zone
    times = {"at": said.at, "from": said.start, "to": said.end}
    plain = said.model_dump(
        exclude={"at", "start", "end", "zone", "breaches"}, exclude_none=True, by_alias=True
    )
    for name in ("km_behind", "facts"):  # what is not stated is left out, as for single fields
        if not plain[name]:
            del plain[name]
    if said.breaches:
        plain["breaches"] = tuple(local_to_utc(text, named) for text in said.breaches)
    return {
        **plain,
        "zone": named,
        **{name: local_to_utc(text, named) for name, text in times.items() if text is not None},
    }
