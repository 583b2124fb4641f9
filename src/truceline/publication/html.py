"""The page: self-contained HTML, no request to anywhere, no script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from truceline.model.words import LADDER_TEXT, percent
from truceline.publication import tables, wording
from truceline.publication.basemap import coastline
from truceline.publication.chart_map import map_of
from truceline.publication.chart_rates import rate_chart
from truceline.publication.chart_time import time_line
from truceline.publication.corroboration import CLASSES
from truceline.publication.report import Report
from truceline.publication.sentences import METRICS, key_sentences, rate_sentence, ratio_text
from truceline.publication.svg import COLOURS, FAMILY_WORDS, band_of, el, mark
from truceline.publication.totals import reconcile

_MOST_ROWS: Final = 300
"""Rejected records and explained detections beyond this stand in the data files only."""


def render_html(report: Report) -> str:
    """Write the report as one page.

    Raises:
        WorkflowError: when the totals do not reconcile.
    """
    reconcile(report.totals, report.incidents)
    zone = report.zone
    rates = [(rate, rate_sentence(rate), _chart(report, k)) for k, rate in enumerate(report.rates)]
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            agreement=report.agreement,
            css=Markup(_text("report.css")),  # noqa: S704 - our own file
            sentences=key_sentences(report),
            state=_state(report),
            unverified=tables.unverified(report),
            map=map_of(report),
            legend=_legend(report),
            sign=_sign,
            time_line=time_line(report),
            rates=rates,
            looked=tables.looked(report),
            register=tables.register(report),
            register_columns=tables.register_columns(report),
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
    )


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
        percent=percent, length_m=wording.length, plural=wording.plural, ratio=ratio_text
    )
    made.globals.update(
        classes=CLASSES,
        ladder=LADDER_TEXT,
        metrics=METRICS,
        domains=tables.DOMAINS,
        status_signs=tables.STATUS_SIGNS,
        status_words=tables.STATUS_WORDS,
    )
    return made


def _text(name: str) -> str:
    folder = files("truceline.publication").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _state(report: Report) -> str:
    found = [f for i in report.incidents for f in i.findings]
    reviewed = [f for f in found if f.status != "preliminary" or f.mode != "automatic"]
    if not reviewed:
        return "Preliminary and automatic: no person has reviewed it."
    return (
        f"{len(reviewed)} of {wording.plural(len(found), 'finding')} were reviewed by a person; "
        "the others are preliminary and automatic."
    )


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
