"""The mission's own form: one row per observation, times with offset, position measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from truceline.adapters.patrol_coded import place_of, revision, sense_of
from truceline.adapters.patrol_emit import Watch, fingerprint, moment, observed, slug
from truceline.adapters.patrol_groups import Place
from truceline.adapters.patrol_numbers import RANGE, range_m
from truceline.adapters.patrol_text import Heard, parse_counted, parse_sentence
from truceline.adapters.rows import Record, number
from truceline.errors import RejectedRow

COLUMNS: Final = ("patrol_id", "observed_from", "lon", "lat")
_SAID: Final = ("text", "count", "what", "phase", "bearing", "bearings", "range")
_SAID_MORE: Final = ("range_min_km", "range_max_km")


def read_form(record: Record) -> tuple[Watch, tuple[Heard, ...]]:
    """Read one row.

    Raises:
        RejectedRow: when something of it cannot be read.
    """
    values = record.values
    patrol = values["patrol_id"].strip()
    if not patrol:
        raise RejectedRow("patrol_id is empty")
    start = moment(values["observed_from"], "observed_from")
    last = values.get("observed_to", "").strip()
    interval, sigma_s, precision = observed(start, moment(last, "observed_to") if last else None)
    if values.get("time_sigma_s", "").strip():
        sigma_s = number(values, "time_sigma_s", 0.0, 86_400.0)
    watch = Watch(
        key=_key(values, patrol, interval.start.isoformat()),
        patrol=patrol,
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
        attributes=_zone(values),
    )
    return watch, _heard(values)


DEFAULT_SIGMA_M: Final = 50.0
"""Standard error of a position for which none is given: a navigator, and people who walk about.
A judgement."""


def _sigma_m(values: Mapping[str, str]) -> float:
    if not values.get("sigma_m", "").strip():
        return DEFAULT_SIGMA_M
    return number(values, "sigma_m", 0.1, 100_000.0)


def _zone(values: Mapping[str, str]) -> dict[str, str]:
    zone = values.get("zone", "").strip()
    return {"zone": zone} if zone else {}


def _key(values: Mapping[str, str], patrol: str, start: str) -> str:
    """Give the natural key: the form's own number, else patrol and time.

    Without number and revision, what was said is part of the key: two sounds of one minute are two
    observations. With a revision it cannot be, for the revision says it anew.
    """
    record_id = values.get("record_id", "").strip()
    if record_id:
        return f"{slug(patrol)}/{record_id}"
    key = f"{slug(patrol)}@{start}"
    if values.get("revision", "").strip():
        return key
    return f"{key}/{fingerprint(*(values.get(name, '') for name in (*_SAID, *_SAID_MORE)))}"


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
