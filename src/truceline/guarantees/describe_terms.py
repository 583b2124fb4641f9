"""What a clause says beyond acts, parties and a place, as a lawyer would read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from truceline.codec.canonical import rfc3339
from truceline.model.clause_terms import (
    KeepBack,
    Schedule,
    Stage,
    SystemDistance,
    Terms,
    WeaponTest,
)
from truceline.model.verified import Verified


def term_lines(terms: Terms) -> Iterator[str]:
    """Write the terms of a clause out, a line each."""
    if terms.weapons is not None:
        yield f"weapons: {weapon_words(terms.weapons)}"
    if terms.keep_back is not None:
        yield from _keep_back(terms.keep_back)
    if terms.settlements:
        yield "where: in or around settlements; how far around is not said"
    if terms.schedule is not None:
        yield from _schedule(terms.schedule)
    for condition in terms.conditions:
        silent = "not known where nothing is said" if condition.open else "must be claimed"
        yield f"condition {condition.id}: {condition.words} ({silent})"
    if terms.exempts:
        yield f"opens: {', '.join(terms.exempts)}"
    yield from _counts(terms)
    yield from _standing(terms)
    for rule in terms.prevails:
        reading = "; a reading, to be confirmed" if rule.reading else ""
        yield f"goes before {rule.over}: {rule.basis}{reading}"
    for read in terms.readings:
        yield f"reading {read.id}: {read.says}{_by(read.sources)}{flags(read.verified)}"


def weapon_words(test: WeaponTest) -> str:
    """Say which weapons are meant.

    >>> weapon_words(WeaponTest())
    'every weapon'
    """
    parts = []
    if test.systems:
        parts.append(f"only {', '.join(test.systems)}")
    if test.classes:
        parts.append(", ".join(test.classes))
    if test.disputed:
        parts.append(f"by one reading also {', '.join(test.disputed)}")
    if test.bound is not None:
        parts.append(f"calibre {test.bound.value} {test.calibre_mm:g} mm")
    if test.without:
        parts.append(f"but not {', '.join(test.without)}")
    return "; ".join(parts) or "every weapon"


def _keep_back(said: KeepBack) -> Iterator[str]:
    least = "more than" if said.strict else "at least"
    if said.distance_m > 0:
        width = (
            f" (a zone of {said.zone_width_m / 1000:g} km)" if said.zone_width_m is not None else ""
        )
        yield f"keeps back: {least} {said.distance_m / 1000:g} km on each side{width}"
    for row in said.systems:
        yield f"keeps back: {least} {_row(row)}"
    for party, lines in said.baselines.items():
        yield f"measured for {party} from {' or '.join(lines)}" + (
            "; sources are silent or differ" if len(lines) > 1 else ""
        )


def _row(row: SystemDistance) -> str:
    others = "".join(f" or {one / 1000:g}" for one in row.or_m)
    return f"{row.distance_m / 1000:g}{others} km for {', '.join(row.systems)}{flags(row.verified)}"


def _schedule(said: Schedule) -> Iterator[str]:
    start = rfc3339(said.start) if said.start is not None else "not stated"
    times = f" for {', '.join(said.clauses)}" if said.clauses else ""
    yield f"schedule{times}: starts {start}"
    for one in said.deadlines:
        since = f", since {rfc3339(one.since)} in place of those before" if one.since else ""
        yield f"due {rfc3339(one.time)} (reading {one.reading}{since}){_by((one.source,))}"
    yield from (_stage(one) for one in said.stages)


def _stage(one: Stage) -> str:
    due = f", due {rfc3339(one.due)}" if one.due else ""
    day = f", day {one.day}" if one.day is not None else ""
    zone = f", in {one.zone}" if one.zone else ""
    after = f", after {', '.join(one.after)}" if one.after else ""
    condition = f", once {one.condition}" if one.condition else ""
    return f"stage {one.id}: {one.what}{day}{due}{zone}{after}{condition}"


def _counts(terms: Terms) -> Iterator[str]:
    if terms.quiet is not None:
        zone = f" in {terms.quiet.zone}" if terms.quiet.zone else ""
        reset = terms.quiet.reset_on
        anew = "any breach" if reset == "any" else f"a breach of grade {reset} or more"
        yield f"asks for {terms.quiet.days} full quiet days in a row{zone}; {anew} begins the count anew"
    if terms.count is not None:
        grade = f" of grade {terms.count.grade} or more" if terms.count.grade else ""
        yield f"counts {terms.count.at_least} breaches{grade} within {length_words(terms.count.window)}"
    if terms.cap is not None:
        yield f"at most {terms.cap.most} ({terms.cap.what}) in {terms.cap.zone}"


def _standing(terms: Terms) -> Iterator[str]:
    if terms.storage is not None:
        yield f"stored at {terms.storage.site_zone}: {', '.join(terms.storage.serials)}"
        if terms.storage.line_clauses:
            yield f"in violation where it breaks {', '.join(terms.storage.line_clauses)}"
    if terms.lead is not None:
        yield f"notice: {length_words(terms.lead)} ahead"
    if terms.rights:
        yield f"rights: {', '.join(terms.rights)}; to hinder one is a breach"
    if terms.body:
        yield f"carried out or verified by {terms.body}"


def length_words(length: timedelta) -> str:
    """Say a length of time.

    >>> length_words(timedelta(days=7)), length_words(timedelta(hours=36))
    ('7 days', '36 h')
    """
    hours = length.total_seconds() / 3600
    if hours % 24 == 0 and hours > 24:
        return f"{hours / 24:g} days"
    return f"{hours:g} h"


def flags(verified: Iterable[Verified]) -> str:
    """Name the figures that were not fully verified, with why."""
    weak = [
        f"{one.figure} {one.state}" + (f" ({one.note})" if one.note else "")
        for one in verified
        if one.state != "yes"
    ]
    return f" [NOT FULLY VERIFIED: {'; '.join(weak)}]" if weak else ""


def _by(sources: Iterable[str]) -> str:
    named = [one for one in sources if one]
    return f" [{', '.join(named)}]" if named else ""
