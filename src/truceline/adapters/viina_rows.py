"""One row of VIINA, whatever layout it came in, as what it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from truceline.adapters.coded import inside_calendar
from truceline.adapters.rows import number
from truceline.adapters.viina_places import sigma_m
from truceline.adapters.viina_publishers import article_of, publisher_of, publisher_of_short_name
from truceline.errors import RejectedRow

STRIKE_CODES: Final = frozenset("SDAFV")
"""Codes counted as strike type."""
# First match wins, in this order: code, flag of the release, words of the CSV slice.
_CODES: Final = (
    ("S", "t_airstrike_b", ("airstrike",)),
    ("D", "t_uav_b", ("uav",)),
    ("A", "t_artillery_b", ("artillery",)),
    ("F", "t_firefight_b", ("firefighb", "firefight")),
    ("C", "t_civcas_b", ("civcas",)),
    ("V", "t_armor_b", ("armor",)),
    ("M", "t_milcas_b", ("milcas",)),
    ("L", "t_airalert_b", ("airalerb", "airalert")),
)
_NO_CODE: Final = "O"
_KNOWN: Final = frozenset("SDAFCVMLO")
_MISSING: Final = frozenset({"", "NA", "NaN", "nan", "None"})
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WHEN: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}:\d{2})(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class Report:
    """What one row says."""

    key: str
    """The natural key."""
    day: date
    """Local day of the report."""
    lon: float
    lat: float
    place: str
    code: str
    """One letter; empty where the layout carries no labels."""
    n_reports: int
    publishers: tuple[str, ...]
    """Sorted; empty where nobody is named."""
    articles: tuple[str, ...]
    """Hashes that tell articles apart, sorted; empty where none is named."""
    sigma_m: float
    """Standard error of the point an axis. Unit: m."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What it says beyond this, JSON-able."""

    def content(self) -> dict[str, Any]:
        """Give what the version rests on: all that the row itself says."""
        said = tuple(sorted((name, repr(value)) for name, value in self.said.items()))
        return {
            "row": (self.key, self.place, self.code, self.n_reports),
            "from": (self.publishers, self.articles),
            "said": said,
        }


def read_one_per_day(values: Mapping[str, str]) -> Report:
    """Read a row of ``event_1pd_latest_YYYY.csv``: one place, day and set of labels.

    Raises:
        RejectedRow: when a value is missing, out of range or of no known form.
    """
    day = _day(values["date"])
    names = re.split(r"[;,|\s]+", values.get("sources", "").strip())
    publishers = {publisher_of_short_name(name) for name in names if name not in _MISSING}
    return _released(
        values,
        f"1pd:{day:%Y%m%d}:{_text(values, 'event_id_1pd')}",
        day,
        int(number(values, "n_reports", 1, 1e6)),
        publishers,
        (),
    )


def read_info(values: Mapping[str, str]) -> Report:
    """Read a row of ``event_info_latest_YYYY.csv``: one place named by one report.

    Its headline is kept as a hash only.

    Raises:
        RejectedRow: when a value is missing, out of range or of no known form.
    """
    day = _day(values["date"])
    url = values["url"].strip()
    named = publisher_of(url)
    if named is None and values["source"].strip() not in _MISSING:
        named = publisher_of_short_name(values["source"].strip())
    return _released(
        values,
        f"info:{day:%Y%m%d}:{_text(values, 'event_id')}",
        day,
        1,
        {named} if named else set(),
        (article_of(url),) if url not in _MISSING else (),
    )


def read_headline_row(values: Mapping[str, str]) -> Report:
    """Read a row of the CSV slice (datetime, lon, lat, place_name, event_type, headline).

    The headline is copyrighted text: only its hash is kept. It tells copies apart, and the key
    needs it, because one minute, place and type often have several reports.

    Raises:
        RejectedRow: when a value is missing, out of range or of no known form.
    """
    match = _WHEN.fullmatch(values["datetime"].strip())
    if match is None:
        raise RejectedRow(f"datetime is {values['datetime']!r}; expected YYYY-MM-DD HH:MM:SS")
    day = _day(match[1] + match[2] + match[3])
    lon, lat = number(values, "lon", -180.0, 180.0), number(values, "lat", -90.0, 90.0)
    words = sorted({word for word in values["event_type"].split("|") if word})
    headline = hashlib.sha256(values["headline"].strip().encode()).hexdigest()[:16]
    said: dict[str, Any] = {"labels": words}
    if match[4] != "00:00":
        said["published_local"] = match[4]
    key = f"csv:{day:%Y%m%d}T{match[4]}:{lon:.5f}:{lat:.5f}:{'|'.join(words)}:{headline}"
    place, sigma = values["place_name"].strip(), sigma_m(lon, lat)
    code = next((code for code, _, known in _CODES if not set(known).isdisjoint(words)), _NO_CODE)
    return Report(key, day, lon, lat, place, code, 1, (), (headline,), sigma, said)


def read_slice_row(day_text: str, value: Any) -> Report:
    """Read a row of the JSON slice: ``[lon, lat, place, code, number of reports, [urls]]``.

    Raises:
        RejectedRow: when a value is missing, out of range or of no known form.
    """
    day = _day(day_text)
    if not isinstance(value, list) or len(value) != 6:
        raise RejectedRow("expected [lon, lat, place, code, number of reports, [urls]]")
    lon, lat = _degrees(value[0], "lon", 180.0), _degrees(value[1], "lat", 90.0)
    place, code, count, urls = value[2:]
    if not isinstance(place, str) or not isinstance(urls, list):
        raise RejectedRow(f"place is {place!r}, urls are {urls!r:.60}; expected text and a list")
    if not all(isinstance(url, str) and url for url in urls):
        raise RejectedRow("an address is no text")
    if code not in _KNOWN:
        raise RejectedRow(f"code is {code!r}; expected one of {', '.join(sorted(_KNOWN))}")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise RejectedRow(f"number of reports is {count!r}; expected a whole number from 1")
    _check_encodable(place, *urls)
    opening = article_of(urls[0]) if urls else "-"
    return Report(
        f"slice:{day:%Y%m%d}:{lon:.5f}:{lat:.5f}:{code}:{opening}",
        day,
        lon,
        lat,
        place,
        code,
        count,
        tuple(sorted({name for url in urls if (name := publisher_of(url))})),
        tuple(sorted({article_of(url) for url in urls})),
        sigma_m(lon, lat),
    )


def _released(
    values: Mapping[str, str],
    key: str,
    day: date,
    n_reports: int,
    publishers: set[str],
    articles: tuple[str, ...],
) -> Report:
    """Read what both files of the release share: place, precision, flags."""
    lon, lat = number(values, "longitude", -180.0, 180.0), number(values, "latitude", -90.0, 90.0)
    precision, feature = values.get("GEO_PRECISION", ""), values.get("feature_code", "")
    flags = {name: _flag(values, name) for name in values if name[:2] in ("t_", "a_")}
    flags = {name: value for name, value in flags.items() if name.endswith("_b")}
    code = next((code for code, flag, _ in _CODES if flags.get(flag)), _NO_CODE) if flags else ""
    unlabelled = sorted(flag for _, flag, _ in _CODES if flags and flags.get(flag) is None)
    said: dict[str, Any] = {
        "labels": sorted(name.removesuffix("_b") for name, value in flags.items() if value)
    }
    if unlabelled:
        said["unlabelled"] = unlabelled
    for column in ("GEO_PRECISION", "feature_code", "geonameid", "ADM1_NAME", "event_id_1pd"):
        if values.get(column, "").strip() not in _MISSING:
            said[column.lower()] = values[column].strip()
    clock = values.get("time", "").strip()
    if clock != "00:00" and _CLOCK.fullmatch(clock):
        said["published_local"] = clock
    sigma = sigma_m(lon, lat, precision.strip(), feature.strip())
    place = values["asciiname"].strip()
    return Report(
        key, day, lon, lat, place, code, n_reports, tuple(sorted(publishers)), articles, sigma, said
    )


def _flag(values: Mapping[str, str], name: str) -> bool | None:
    text = values[name].strip()
    if text in _MISSING or not name.endswith("_b"):
        return None
    if text not in ("0", "1", "0.0", "1.0"):
        raise RejectedRow(f"{name} is {text!r}; expected 0, 1 or nothing")
    return text[0] == "1"


def _text(values: Mapping[str, str], name: str) -> str:
    text = values[name].strip()
    if text in _MISSING:
        raise RejectedRow(f"{name} is missing")
    return text


def _degrees(value: object, name: str, limit: float) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise RejectedRow(f"{name} is {value!r}, not a number")
    if not -limit <= value <= limit:  # also refuses nan
        raise RejectedRow(f"{name} is {value}, outside {-limit:g}..{limit:g}")
    return float(value)


def _check_encodable(*texts: str) -> None:
    """Refuse half a character (a lone surrogate), which JSON can escape but no text can hold."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        raise RejectedRow("a text holds half a character (lone surrogate)") from None


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    digits = text.strip().replace("-", "")
    try:
        if len(digits) != 8 or not digits.isascii():
            raise ValueError
        found = datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise RejectedRow(f"day is {text!r}; expected YYYYMMDD") from None
    inside_calendar(found, "day")
    return found
