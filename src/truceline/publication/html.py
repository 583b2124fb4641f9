"""The page: self-contained HTML, no request to anywhere, no script."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from truceline.model.words import LADDER_TEXT, percent
from truceline.publication import tables, why, wording
from truceline.publication.basemap import coastline
from truceline.publication.chart_heat import heat_legend
from truceline.publication.chart_map import map_of
from truceline.publication.chart_rates import rate_chart
from truceline.publication.chart_time import time_line
from truceline.publication.corroboration import CLASSES
from truceline.publication.heat_days import (
    PHASES,
    heat_areas,
    heat_days,
    heat_sentences,
    heat_total,
)
from truceline.publication.public import PublicClaim, PublicIncident
from truceline.publication.register import (
    DOMAINS,
    ROLES,
    STATUS_SIGNS,
    STATUS_WORDS,
    domains_of,
    register,
    short_name,
    unsure,
)
from truceline.publication.report import Report
from truceline.publication.sentences import (
    METRICS,
    key_sentences,
    rate_sentence,
    ratio_text,
    series_name,
)
from truceline.publication.svg import COLOURS, FAMILY_WORDS, band_of, el, mark
from truceline.publication.totals import reconcile, reconcile_heat

_SHORT: Final = 4
"""Longest id of a party that may stand for its name in a narrow column."""
_MOST_ROWS: Final = 300
"""Rejected records and explained detections beyond this stand in the data files only."""


def render_html(report: Report) -> str:
    """Write the report as one page.

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    reconcile(report.totals, report.incidents)
    reconcile_heat(report.heat, report.masked, report.left)
    zone, days = report.zone, heat_days(report)
    rates = [(rate, rate_sentence(rate), _chart(report, k)) for k, rate in enumerate(report.rates)]
    return render_page(
        "report.html",
        report=report,
        agreement=report.agreement,
        sentences=key_sentences(report),
        state=_state(report),
        unverified=tables.unverified(report),
        map=map_of(report),
        legend=_legend(report),
        sign=_sign,
        time_line=time_line(report),
        rates=rates,
        looked=tables.looked(report),
        register=register(report.agreement),
        statuses=[
            (n, words)
            for status, words in STATUS_WORDS.items()
            if (n := sum(p.status == status for p in report.agreement.pledges))
        ],
        phases=_phases(report),
        reasons=why.reasons(report),
        decides=lambda f: why.in_a_row(f, report.agreement.procedure.violated_at),
        code=codes(report),
        counted=_counted,
        alike=lambda facts: list(Counter(facts).items()),
        when=lambda i: _when(report, i),
        only_day=_only_day(report),
        heat_days=days,
        heat_total=heat_total(report, days),
        heat_sentences=heat_sentences(report),
        heat_areas=heat_areas(report),
        heat_signs=heat_legend(report),
        sides_of=lambda row: tables.sides_of(report, row),
        claims=_by_metric(report),
        most=_MOST_ROWS,
        raw_files=tables.raw_files(report),
        coast_source=coastline()["source"],
        local=lambda time, year=False: wording.span(time, zone, year=year),
        utc=lambda time: wording.span(time, "UTC"),
        moment=lambda when, year=False: wording.moment(when, zone, year=year),
        moment_utc=lambda when: wording.moment(when, "UTC", year=True),
        offset=wording.zone_words(report.window.start, zone),
        rules=wording.rules(report.agreement.procedure),
        beside=lambda claim: tables.beside(report, claim),
        party=report.party,
        host=_host,
        safe_link=_safe_link,
    )


def render_page(template: str, **values: object) -> str:
    """Fill a template of the package that brings the report's own style."""
    css = Markup(_text("report.css"))  # noqa: S704 - our own file
    return _environment().get_template(template).render(css=css, **values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("truceline.publication", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        percent=percent,
        length_m=wording.length,
        plural=wording.plural,
        ratio=ratio_text,
        grouped=wording.grouped,
        capital=wording.capital,
        without=lambda name, source: name.removeprefix(source).lstrip(":/") or name,
        series_name=series_name,
    )
    made.globals.update(
        classes=CLASSES,
        ladder=LADDER_TEXT,
        metrics=METRICS,
        figure_words=tables.figure_words,
        factor_words=why.FACTORS,
        heat_phases=PHASES,
        domains=DOMAINS,
        domains_of=domains_of,
        roles=ROLES,
        unsure=unsure,
        short_name=short_name,
        status_signs=STATUS_SIGNS,
        status_words=STATUS_WORDS,
    )
    return made


def _text(name: str) -> str:
    folder = files("truceline.publication").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _state(report: Report) -> str:
    found = [f for i in report.incidents for f in i.findings]
    standing = [(f.case.status, "") if f.case is not None else (f.status, f.mode) for f in found]
    reviewed = [one for one in standing if one[0] != "preliminary" or one[1] == "manual"]
    if not reviewed:
        return "Preliminary and automatic: no person has reviewed it."
    counts = Counter(status for status, _ in reviewed)
    order = ("final", "confirmed", "reviewed", "rejected", "preliminary")
    words = ", ".join(f"{counts[status]} {status}" for status in order if counts[status])
    return (
        f"Persons have looked at {len(reviewed)} of {wording.plural(len(found), 'finding')} "
        f"({words}); the others are preliminary and automatic."
    )


_PHASES: Final = {
    "before": "Before the time in force",
    "straddles": "Across an edge of the time in force: undetermined",
    "during": "Wholly in the time in force",
    "after": "After the time in force",
    "no window": "",
}


def _phases(report: Report) -> list[tuple[str, list[tuple[int, PublicIncident]]]]:
    """Incidents under the phase they lie in, by time, numbered through."""
    numbers = itertools.count(1)
    found = []
    for phase, words in _PHASES.items():
        rows = [(next(numbers), i) for i in report.incidents if i.time.phase == phase]
        if rows:
            found.append((words, rows))
    return found


def _counted(incident: PublicIncident) -> str:
    """How many were counted, e.g. ``3-5`` or ``2+``; nothing where that is one or not known."""
    low, high = incident.count_min, incident.count_max
    if low is None or (low <= 1 and high in (None, low)):
        return ""
    if high is None:
        return f"{low}+"
    return f"{low}" if high == low else f"{low}–{high}"


def _only_day(report: Report) -> str:
    """Name the local day that the report is about; nothing where there are more."""
    text = wording.span(report.window, report.zone)
    return "" if ":" in text else text


def _when(report: Report, incident: PublicIncident) -> list[str]:
    """Write when it happened, without the date where all is of one day, in parts that stay whole."""
    text, day = wording.span(incident.time.window, report.zone), _only_day(report)
    if " – " in text:
        first, last = text.split(" – ")
        return [f"{first} –", last]
    clock = text.removeprefix(f"{day} ")
    return [clock if day and ":" in clock else text]


def _by_metric(report: Report) -> list[tuple[str, list[PublicClaim]]]:
    found: dict[str, list[PublicClaim]] = {}
    for claim in report.claims:
        found.setdefault(claim.metric, []).append(claim)
    return list(found.items())


def codes(report: Report) -> Callable[[str], str]:
    """Give what stands for a party in narrow columns: its id, where it is short.

    What is no party (``independent``, ``undetermined``) is its own word.
    """
    known = {party.id for party in report.agreement.parties}
    short = all(len(key) <= _SHORT for key in known)
    return lambda side: side if short or side not in known else report.party(side)


def _chart(report: Report, index: int) -> Markup:
    in_force = report.agreement.in_force
    assert in_force is not None
    rate = report.rates[index]
    return rate_chart(rate, report.counts, in_force.time, report.zone, f"rate-{index}")


def _sign(family: str, probability: float = 1.0) -> Markup:
    return el(
        "svg",
        mark(family, 8.0, 8.0, 4.6, band_of(probability)),
        viewBox="0 0 16 16",
        width=14,
        height=14,
        aria_hidden="true",
        class_="sign",
    )


def _legend(report: Report) -> list[tuple[Markup, str]]:
    there = {i.family for i in report.incidents}
    return [(_sign(family), FAMILY_WORDS[family]) for family in COLOURS if family in there]


def _safe_link(address: str) -> str:
    """Give the address where it is a plain web address, else nothing."""
    return address if address.startswith(("https://", "http://")) else ""


def _host(address: str) -> str:
    """Name the site of an address."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
