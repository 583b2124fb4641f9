"""The mission's own form: one row per observation, position measured.

``patrol_id`` numbers the row, so that a later ``revision`` of it is known as one. A form in which
it names the patrol instead numbers its rows in ``record_id``. Times carry an offset, or are local
to the IANA name in ``zone``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from truceline.adapters.patrol_coded import place_of, revision, sense_of
from truceline.adapters.patrol_emit import Watch, moment, observed, slug
from truceline.adapters.patrol_groups import Place
from truceline.adapters.patrol_numbers import RANGE, range_m
from truceline.adapters.patrol_text import Heard, parse_counted, parse_sentence
from truceline.adapters.rows import Record, number
from truceline.errors import RejectedRow

COLUMNS: Final = ("patrol_id", "observed_from", "lon", "lat")


def read_form(record: Record) -> tuple[Watch, tuple[Heard, ...]]:
    """Read one row.

    Raises:
        RejectedRow: when something of it cannot be read.
    """
    values = record.values
    patrol = values["patrol_id"].strip()
    if not patrol:
        raise RejectedRow("patrol_id is empty")
    record_id = values.get("record_id", "").strip()
    zone = values.get("zone", "").strip()
    start = moment(values["observed_from"], "observed_from", zone)
    last = values.get("observed_to", "").strip()
    end = moment(last, "observed_to", zone) if last else None
    interval, sigma_s, precision = observed(start, end)
    if values.get("time_sigma_s", "").strip():
        sigma_s = number(values, "time_sigma_s", 0.0, 86_400.0)
    watch = Watch(
        key=f"{slug(patrol)}/{record_id}" if record_id else patrol,
        patrol=values.get("team", "").strip() or (patrol if record_id else ""),
        day=start.date().isoformat(),
        lon=number(values, "lon", -180.0, 180.0),
        lat=number(values, "lat", -90.0, 90.0),
        sigma_m=_sigma_m(values),
        time=interval,
        time_sigma_s=sigma_s,
        precision=precision,
        place_name=None,
        version_rank=revision(values),
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes={},
    )
    return watch, _heard(values)


DEFAULT_SIGMA_M: Final = 50.0
"""Standard error of a position for which none is given: a navigator, and people who walk about.
A judgement."""


def _sigma_m(values: Mapping[str, str]) -> float:
    if not values.get("sigma_m", "").strip():
        return DEFAULT_SIGMA_M
    return number(values, "sigma_m", 0.1, 100_000.0)


def _heard(values: Mapping[str, str]) -> tuple[Heard, ...]:
    sense = sense_of(values.get("modality", ""))
    text = values.get("text", "").strip()
    if text:
        said = parse_sentence(text)
        return tuple(replace(group, sense=group.sense or sense) for group in said)
    what = values.get("what", "").strip()
    if not what:
        raise RejectedRow("neither text nor what says what was heard or seen")
    return parse_counted(
        what, values.get("count", ""), values.get("phase", ""), _place(values), sense
    )


def _place(values: Mapping[str, str]) -> Place:
    bearings = values.get("bearings", "").strip() or values.get("bearing", "")
    low, high = values.get("range_min_km", ""), values.get("range_max_km", "")
    place = place_of(bearings, low, high)
    words = values.get("range", "").strip()
    if not words:
        return place
    match = RANGE.fullmatch(words.replace("\u2013", "-"))
    if match is None or place.basis:
        raise RejectedRow(f"range is {words!r}: write 5-7 km, about 4 km or 700 m, and only once")
    place.near_m, place.far_m, place.basis = range_m(match)
    return place
