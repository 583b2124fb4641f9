"""Key sentences, generated from numbers: for somebody who has two minutes."""

from __future__ import annotations

import math
from collections import Counter

from truceline.model.finding import Outcome
from truceline.model.rate import RateComparison, Ratio
from truceline.model.review_rules import UNDETERMINED
from truceline.publication.corroboration import BOTH, INSTRUMENTS, ONE_SIDE, OTHERS, SIDE_AND_OTHER
from truceline.publication.report import Report
from truceline.publication.wording import length, listed, moment, plural

_WIDE_M = 20_000.0
"""A place known less well than this is said to be so. Unit: m."""
METRICS = {"reports": "Reports", "strike_type": "Reports of strikes"}


def key_sentences(report: Report) -> tuple[str, ...]:
    """Say what the report says, most important first; empty parts are left out."""
    found = [
        *_incidents(report),
        *_findings(report),
        *(rate_sentence(rate, _caveat(report, rate)) for rate in report.rates),
        *_words_of_parties(report),
        *_heat(report),
        *_unknown(report),
    ]
    return tuple(sentence for sentence in found if sentence)


def _incidents(report: Report) -> list[str]:
    binding = any(clause.mode != "pledged" for clause in report.agreement.clauses)
    if not binding and not report.incidents:
        return []
    until = moment(report.complete_until, report.zone)
    if not report.incidents:
        return [
            (
                f"No incident is on record up to {until}. That nothing was recorded does not show that "
                "nothing happened: see which sources were looking, and when."
            )
        ]
    return [
        f"{plural(report.totals.incidents, 'incident').capitalize()} are on record up to {until}."
        if report.totals.incidents != 1
        else f"One incident is on record up to {until}.",
        _corroboration(report),
    ]


def _corroboration(report: Report) -> str:
    counts = dict(report.totals.by_corroboration)
    parts = [
        f"{counts[name]} rest {words}" if counts[name] != 1 else f"1 rests {words}"
        for name, words in (
            (BOTH, "on independent sources of both sides"),
            (SIDE_AND_OTHER, "on one side and an instrument or an observer of neither side"),
            (INSTRUMENTS, "on instruments only"),
            (OTHERS, "on observers of neither side only"),
        )
        if counts[name]
    ]
    alone = Counter(
        ", ".join(report.party(side) for side in i.sides)
        for i in report.incidents
        if i.corroboration == ONE_SIDE
    )
    if alone:
        sides = listed([f"{side} {n}" for side, n in sorted(alone.items())])
        parts.append(f"{counts[ONE_SIDE]} rest on the word of one side only ({sides})")
    none = "" if counts[BOTH] else " None rests on independent sources of both sides."
    return f"Of these, {listed(parts)}.{none}"


def _findings(report: Report) -> list[str]:
    totals = report.totals
    if not totals.findings:
        return []
    n = dict(totals.by_outcome)
    every = [f for i in report.incidents for f in i.findings]
    undetermined = ((UNDETERMINED, 1.0),)
    said_by = [f.case.attribution if f.case is not None else f.attribution for f in every]
    actor = sum(not one or one[0][0] == UNDETERMINED for one in said_by)
    persons = sum(
        f.case is not None and f.case.attribution not in ((), undetermined) for f in every
    )
    said = (
        f"Of {plural(totals.findings, 'finding')} (an incident against a clause), "
        f"{n[Outcome.VIOLATED.value]} say violated, {n[Outcome.UNDETERMINED.value]} undetermined, "
        f"{n[Outcome.PERMITTED.value]} permitted."
    )
    alone = sum(
        1
        for i in report.incidents
        for f in i.findings
        if f.outcome == Outcome.VIOLATED.value and i.corroboration == ONE_SIDE
    )
    if alone:
        said += f" Of those that say violated, {alone} rest on the word of one side only."
    who = (
        "Who acted is undetermined in all of them: blame by a side is not attribution."
        if actor == totals.findings
        else f"Who acted is undetermined in {actor} of them; blame by a side is not attribution."
    )
    if persons:
        who += f" Persons have attributed {persons}, each with a probability."
    return [f"{said} {who}"]


def rate_sentence(rate: RateComparison, caveat: str = "") -> str:
    """State one comparison with its interval; empty where it has no day in force.

    Args:
        rate: the comparison.
        caveat: what the figures do not tell, added at the end.
    """
    if rate.during.rate_per_day is None or rate.baseline.median_per_day is None:
        return ""
    name = METRICS.get(rate.metric, rate.metric.replace("_", " ").capitalize())
    one = rate.during.windows == 1
    days = "the day" if one else f"the {rate.during.windows} days"
    usual = rate.baseline.median_per_day if one else rate.baseline.rate_per_day
    said = (
        f"{name}: {rate.during.rate_per_day:.0f} a day on {days} wholly in force, against a "
        f"{'median' if one else 'mean'} of {usual:.0f} on {rate.baseline.windows} days of the same period "
        "that the truce did not touch"
    )
    if rate.during_over_baseline is None:
        return f"{said}; too few days for an interval."
    return f"{said}: {ratio_text(rate.during_over_baseline)}. {_reading(rate)} {caveat}".rstrip()


def _caveat(report: Report, rate: RateComparison) -> str:
    """What the series itself says against its figures."""
    key = (rate.series, rate.metric, rate.unit)
    said = (c.caveat for c in report.counts if (c.series, c.metric, c.unit) == key and c.caveat)
    return next(said, "")


def series_name(rate: RateComparison) -> str:
    """Name a series and what one unit of it is, each once."""
    name, unit = rate.series, rate.unit
    if name.endswith(unit):
        name = name.removesuffix(unit).rstrip(": ") or name
    return f"series {name}, counted in {unit}"


def ratio_text(ratio: Ratio) -> str:
    """Write a ratio with its interval.

    >>> ratio_text(Ratio(0.64, 0.44, 0.945))
    'ratio 0.64 (90 % interval 0.44 to 0.94)'
    """
    return f"ratio {ratio.value:.2f} (90 % interval {ratio.low:.2f} to {ratio.high:.2f})"


def _reading(rate: RateComparison) -> str:
    ratio = rate.during_over_baseline
    assert ratio is not None
    if ratio.high < 1.0:
        change = "That is a fall"
    elif ratio.low > 1.0:
        change = "That is a rise"
    else:
        return "The interval holds 1, so the difference may be chance."
    return f"{change} in what was reported, which is not the same as in what happened."


def _words_of_parties(report: Report) -> list[str]:
    found = []
    if report.claims:
        found.append(
            f"The parties gave {plural(len(report.claims), 'figure')}. They are shown beside what "
            "was observed; none is counted as an incident."
        )
    if report.contradictions:
        found.append(
            f"Sources contradict one another in {plural(len(report.contradictions), 'place')}; "
            "both sides of each are shown and none is resolved here."
        )
    return found


def _heat(report: Report) -> list[str]:
    raw, masked = sum(h.raw for h in report.heat), sum(h.masked for h in report.heat)
    if not raw:
        return []
    said = f"Satellites saw heat {raw} times; {masked} of these lie where heat is usual."
    usual = [math.fsum(row.usual[k] for row in report.left) for k in range(len(report.assumptions))]
    if len(usual) > 1 and report.left:
        said += (
            f" Of the other {len(report.left)}, burning that is usual for the season explains "
            f"{min(usual):.0f} to {max(usual):.0f}, depending on what is assumed."
        )
    return [f"{said} Neither violations nor compliance follow from the number."]


def _unknown(report: Report) -> list[str]:
    incidents = report.incidents
    hourless = report.totals.without_hour
    straddling = dict(report.totals.by_phase).get("straddles", 0)
    wide = sum(1 for i in incidents if i.position and i.position.uncertainty_m > _WIDE_M)
    nowhere = sum(1 for i in incidents if i.position is None)
    parts = []
    if hourless:
        parts.append(f"the hour of {plural(hourless, 'incident')}")
    if straddling:
        parts.append(f"whether {straddling} happened inside or outside the time in force")
    if wide:
        parts.append(f"the place of {wide} within {length(_WIDE_M)}")
    if nowhere:
        parts.append(f"the place of {nowhere}, too few to be told apart")
    return [f"What cannot be known from this record: {listed(parts)}."] if parts else []
