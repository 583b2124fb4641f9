"""What a text says about itself, and the texts of a family, as a lawyer would read them."""

from __future__ import annotations

from collections.abc import Iterator

from truceline.codec.canonical import rfc3339
from truceline.guarantees.describe_terms import flags, length_words
from truceline.model.agreement import InForce
from truceline.model.clause_terms import Text
from truceline.model.provisions import Life, LocalWindow, Provisions, Step


def text_lines(text: Text) -> Iterator[str]:
    """Write one text of a family out, without its clauses."""
    yield f"  {text.id}: {text.title} ({text.signed})"
    if text.signatories:
        yield f"    by {', '.join(text.signatories)}"
    if text.status:
        yield f"    {text.status}"
    if text.amends:
        yield f"    changes {', '.join(text.amends)}"
    yield f"    in force: {_in_force(text.in_force)}"
    yield from (f"    {line}" for line in provision_lines(text.provisions))
    yield from (f"    - {note}" for note in text.notes)


def _in_force(own: InForce | None) -> str:
    if own is None:
        return "nothing has brought it into force, or each clause has a time of its own"
    end = own.local_end or "no stated end"
    return f"{own.local_start} to {end}, {own.zone}{flags(own.verified)}"


def provision_lines(said: Provisions) -> Iterator[str]:
    """Write out what a text says about itself, a line each."""
    if said.languages or said.language_rule:
        yield f"languages: {', '.join(said.languages)} {said.language_rule}".rstrip()
    for one in said.definitions:
        yield f"{one.id} {one.term}: {one.meaning}{flags(one.verified)}"
    if said.life is not None:
        yield from _life(said.life)
    yield from (_window(one) for one in said.windows)
    for step in said.dispute:
        within = f", within {length_words(step.within)}" if step.within else ""
        after = f", after {', '.join(step.after)}" if step.after else ""
        yield f"dispute {step.id}: {step.what}{_by(step.who)}{within}{after}"
    yield from _decided(said)
    for trigger in said.triggers:
        pledges = f" for {', '.join(trigger.pledges)}" if trigger.pledges else ""
        clauses = f"; breach of {', '.join(trigger.clauses)}" if trigger.clauses else ""
        grade = f", {trigger.grade} or graver" if trigger.grade else ""
        event = f"; event {trigger.event}" if trigger.event else ""
        weak = flags(trigger.verified)
        yield f"trigger {trigger.id}{pledges}: {trigger.words}{clauses}{grade}{event}{weak}"


def _decided(said: Provisions) -> Iterator[str]:
    if said.decision is not None:
        rule = said.decision.rule.replace("_", " ")
        without = f"; without consensus: {said.decision.without_consensus}"
        yield f"who decides: {', '.join(said.decision.by) or 'not said'}, {rule}" + (
            without if said.decision.without_consensus else ""
        )
    if said.reply is not None:
        who = ", ".join(said.reply.who) or "the side that is named"
        told = "published" if said.reply.published else "not published"
        yield f"right of reply: {who}, within {length_words(said.reply.within)}, {told}"
    if said.publication is not None:
        delay = said.publication.delay
        late = f", not before {length_words(delay)}" if delay is not None else ""
        yield f"publication: {said.publication.words}{_by(said.publication.by)}{late}"


def _life(said: Life) -> Iterator[str]:
    if said.quiet_days is not None:
        zone = f" in {said.quiet_zone}" if said.quiet_zone else ""
        yield f"begins after {said.quiet_days} quiet days{zone}"
    if said.start_words:
        yield f"begins: {said.start_words}"
    if said.duration is not None or said.until:
        lasts = length_words(said.duration) if said.duration is not None else ""
        yield f"lasts: {', '.join(one for one in (lasts, said.until) if one)}"
    for name, step in (
        ("renewal", said.renewal),
        ("suspension", said.suspension),
        ("termination", said.termination),
    ):
        if step is not None:
            yield f"{name}: {_step(step)}"


def _step(said: Step) -> str:
    parts = [said.words.rstrip(".")]
    if said.by:
        parts.append(f"by {', '.join(said.by)}")
    if said.length is not None:
        parts.append(f"for {length_words(said.length)}")
    if said.notice is not None:
        parts.append(f"{length_words(said.notice)} of notice")
    if said.clauses:
        parts.append(f"clauses {', '.join(said.clauses)}")
    if said.automatic:
        parts.append("by itself")
    return "; ".join(parts)


def _window(said: LocalWindow) -> str:
    parts = [
        f"{said.kind.replace('_', ' ')} {said.id}: {said.words.rstrip('.')}",
        f"{rfc3339(said.time.start)} to {rfc3339(said.time.end)}",
    ]
    if said.where:
        parts.append(f"at {said.where}")
    if said.binds:
        parts.append(f"between {', '.join(said.binds)}")
    if said.clauses:
        parts.append(f"clauses {', '.join(said.clauses)}")
    if said.notified is not None and said.lead is not None:
        early = said.time.start - said.notified
        verdict = "in time" if early >= said.lead else "TOO LATE"
        asked = length_words(said.lead)
        parts.append(f"notified {length_words(early)} ahead, {asked} asked: {verdict}")
    return "; ".join(parts)


def _by(names: tuple[str, ...]) -> str:
    return f" [{', '.join(names)}]" if names else ""
