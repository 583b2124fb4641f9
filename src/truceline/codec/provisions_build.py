"""From what a text says about itself to its nouns."""

from __future__ import annotations

from datetime import datetime, timedelta

from truceline.codec.agreement_time import local_to_utc, parse_length
from truceline.codec.clause_build import window_of
from truceline.codec.provisions_shape import (
    LifeShape,
    PledgeTriggerShape,
    ProvisionsShape,
    StepShape,
    WindowShape,
)
from truceline.codec.terms_build import verified_of
from truceline.model.provisions import (
    Decision,
    Definition,
    DisputeStep,
    Life,
    LocalWindow,
    PledgeTrigger,
    Provisions,
    Publication,
    Reply,
    Step,
)


def provisions_of(said: ProvisionsShape, zone: str) -> Provisions:
    """Build what a text says about itself.

    Args:
        said: the text, or the agreement of one text.
        zone: time zone of its times.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    return Provisions(
        languages=tuple(said.languages),
        language_rule=said.language_rule,
        definitions=tuple(
            Definition(one.id, one.term, one.meaning, tuple(one.sources), verified_of(one.verified))
            for one in said.definitions
        ),
        life=_life(said.life) if said.life else None,
        windows=tuple(_window(one, zone) for one in said.windows),
        dispute=tuple(
            DisputeStep(one.id, one.what, tuple(one.who), _length(one.within), tuple(one.after))
            for one in said.dispute
        ),
        decision=Decision(
            tuple(said.decision.by), said.decision.rule, said.decision.without_consensus
        )
        if said.decision
        else None,
        reply=Reply(tuple(said.reply.who), parse_length(said.reply.within), said.reply.published)
        if said.reply
        else None,
        publication=Publication(
            said.publication.words, tuple(said.publication.by), _length(said.publication.delay)
        )
        if said.publication
        else None,
        triggers=tuple(_trigger(one) for one in said.triggers),
    )


def _life(said: LifeShape) -> Life:
    quiet = said.starts_after
    return Life(
        quiet_days=quiet.days if quiet else None,
        quiet_zone=(quiet.zone or "") if quiet else "",
        start_words=said.start_words,
        duration=_length(said.duration),
        until=said.until,
        renewal=_step(said.renewal),
        suspension=_step(said.suspension),
        termination=_step(said.termination),
    )


def _step(said: StepShape | None) -> Step | None:
    if said is None:
        return None
    return Step(
        said.words,
        tuple(said.by),
        _length(said.length),
        _length(said.notice),
        tuple(said.clauses),
        said.automatic,
    )


def _window(said: WindowShape, zone: str) -> LocalWindow:
    named = said.zone or zone
    notified: datetime | None = local_to_utc(said.notified, named) if said.notified else None
    return LocalWindow(
        id=said.id,
        kind=said.kind,
        words=said.words,
        where=said.where or "",
        time=window_of(said.start, said.end, named, None),
        binds=tuple(sorted(said.binds)),
        clauses=tuple(sorted(said.clauses)),
        notified=notified,
        lead=_length(said.lead),
        sources=tuple(said.sources),
    )


def _trigger(said: PledgeTriggerShape) -> PledgeTrigger:
    return PledgeTrigger(
        id=said.id,
        pledges=tuple(said.pledges),
        words=said.words,
        event=said.event or "",
        clauses=tuple(said.clauses),
        grade=said.grade or "",
        sources=tuple(said.sources),
        verified=verified_of(said.verified),
    )


def _length(text: str | None) -> timedelta | None:
    return parse_length(text) if text else None
