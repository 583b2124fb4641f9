"""One row of a FIRMS file, whatever layout it came in, as what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from truceline.adapters.rows import header_of, number
from truceline.errors import RejectedRow, WrongKindOfFile

EXPECTED: Final = (
    "a FIRMS active-fire CSV of VIIRS or MODIS (archive, near-real-time or area API: latitude, "
    "longitude, scan, track, acq_date, acq_time, satellite, confidence, version, frp and "
    "bright_ti4 with bright_ti5, or brightness with bright_t31)"
)
REQUIRED: Final = (
    "latitude",
    "longitude",
    "scan",
    "track",
    "acq_date",
    "acq_time",
    "satellite",
    "confidence",
    "version",
    "frp",
)
_CHANNELS: Final = (("bright_ti4", "bright_ti5"), ("brightness", "bright_t31"))

# Each name that FIRMS has given a satellite, to one short name and its instrument.
_SATELLITES: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("n", "npp", "snpp", "s-npp", "suominpp"), ("N", "VIIRS")),
    **dict.fromkeys(("n20", "1", "j1", "noaa20", "noaa-20", "jpss-1"), ("N20", "VIIRS")),
    **dict.fromkeys(("n21", "2", "j2", "noaa21", "noaa-21", "jpss-2"), ("N21", "VIIRS")),
    **dict.fromkeys(("t", "terra"), ("Terra", "MODIS")),
    **dict.fromkeys(("a", "aqua"), ("Aqua", "MODIS")),
}
_CONFIDENCE: Final = {"l": "low", "n": "nominal", "h": "high"}
_VERSION: Final = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)(URT|RT|NRT)?")
_LEVELS: Final = {"URT": 0, "RT": 1, "NRT": 2, None: 3}
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Pixel:
    """One fire pixel as its row says it; the same for every layout that carries the row."""

    satellite: str
    """``N`` (Suomi NPP), ``N20``, ``N21``, ``Terra`` or ``Aqua``."""
    instrument: str
    """``VIIRS`` or ``MODIS``."""
    time: datetime
    """Start of the granule, to the minute. UTC."""
    lon: float
    lat: float
    scan_m: float
    """Side of the pixel across the track of the satellite. Unit: m."""
    track_m: float
    """Side of the pixel along the track. Unit: m."""
    frp_mw: float
    """Fire radiative power. Unit: MW."""
    confidence: str
    """``low``, ``nominal`` or ``high``."""
    confidence_as_given: str
    bright_mid_k: float
    """Brightness temperature near 4 µm (VIIRS I4, MODIS 21/22), 0 where not measured. Unit: K."""
    bright_long_k: float
    """Brightness temperature near 11 µm (VIIRS I5, MODIS 31), 0 where not measured. Unit: K."""
    daynight: str
    """``D``, ``N`` or empty."""
    kind_of_source: str
    """Archive only: 0 presumed vegetation, 1 volcano, 2 other static source, 3 offshore."""
    version: str
    """Collection and processing, e.g. ``2.0NRT``, ``6.03``."""
    rank: int
    """Grows from ultra-real-time to the archive, then with the collection."""

    @property
    def minute(self) -> str:
        """The minute of acquisition, ISO 8601 without zone. UTC."""
        return self.time.isoformat()[:16]

    @property
    def key(self) -> str:
        """The natural key: satellite, minute and pixel centre (1e-5 deg is about a metre)."""
        return f"{self.satellite}:{self.minute}:{self.lat:.5f}:{self.lon:.5f}"


def channels_of(raw: bytes) -> tuple[str, str]:
    """Tell which of the two pairs of brightness columns a file has.

    Raises:
        WrongKindOfFile: when it has neither.
    """
    header = header_of(raw)
    for pair in _CHANNELS:
        if set(pair) <= set(header):
            return pair
    seen = ", ".join(header[:8]) or "no readable header line"
    raise WrongKindOfFile(
        f"this is not {EXPECTED}: it has neither pair of brightness columns (first line has: "
        f"{seen}). Nothing was ingested; check the file or the SOURCE name."
    )


def read_pixel(values: Mapping[str, str], channels: tuple[str, str]) -> Pixel:
    """Read one row.

    Raises:
        RejectedRow: when a value is missing, out of range or of no known form.
    """
    satellite, instrument = _satellite(values["satellite"], values.get("instrument", ""))
    version, rank = _version(values["version"])
    return Pixel(
        satellite,
        instrument,
        _time(values["acq_date"], values["acq_time"]),
        number(values, "longitude", -180.0, 180.0),
        number(values, "latitude", -90.0, 90.0),
        1000.0 * number(values, "scan", 0.1, 10.0),
        1000.0 * number(values, "track", 0.1, 10.0),
        number(values, "frp", 0.0, 1e6),
        _confidence(values["confidence"]),
        values["confidence"].strip(),
        number(values, channels[0], 0.0, 1500.0),
        number(values, channels[1], 0.0, 1500.0),
        _one_of(values, "daynight", ("D", "N")),
        _one_of(values, "type", ("0", "1", "2", "3")),
        version,
        rank,
    )


@lru_cache(maxsize=64)
def _satellite(name: str, instrument: str) -> tuple[str, str]:
    known = _SATELLITES.get(name.strip().lower().replace(" ", ""))
    if known is None:
        raise RejectedRow(f"satellite is {name!r}; expected N, N20, N21, Terra or Aqua")
    if instrument.strip() not in ("", known[1]):
        raise RejectedRow(f"instrument is {instrument!r}, but satellite {name} carries {known[1]}")
    return known


@lru_cache(maxsize=64)
def _version(text: str) -> tuple[str, int]:
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise RejectedRow(f"version is {text!r}; expected e.g. 2.0NRT, 2.0URT, 6.1NRT or 6.03")
    collection = round(100 * float(match[1]))
    return text.strip(), 10_000 * _LEVELS[match[2]] + collection


@lru_cache(maxsize=256)
def _confidence(text: str) -> str:
    """Read the confidence: VIIRS gives a class, MODIS a percentage.

    Source: Giglio et al., MODIS Collection 6 Active Fire Product User's Guide, section on fire
    detection confidence: below 30 low, from 80 high.
    """
    word = text.strip().lower()
    if word in _CONFIDENCE.values():
        return word
    if word in _CONFIDENCE:
        return _CONFIDENCE[word]
    if not word.isascii() or not word.isdigit() or int(word) > 100:
        raise RejectedRow(f"confidence is {text!r}; expected low, nominal, high or 0 to 100")
    return "low" if int(word) < 30 else "nominal" if int(word) < 80 else "high"


@lru_cache(maxsize=4096)
def _time(date: str, clock: str) -> datetime:
    """Read ``acq_date`` with ``acq_time`` as ``0011``, ``11`` (00:11), ``00:11`` or ``00:11:00``."""
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        raise RejectedRow(f"acq_time is {clock!r}; expected HHMM or HH:MM:SS")
    digits = match[4]
    hour, minute = divmod(int(digits), 100) if digits else (int(match[1]), int(match[2]))
    if hour > 23 or minute > 59 or int(match[3] or 0) > 59:
        raise RejectedRow(f"acq_time is {clock!r}, which is no time of day")
    try:
        day = datetime.strptime(date.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise RejectedRow(f"acq_date is {date!r}; expected YYYY-MM-DD") from None
    return day + timedelta(hours=hour, minutes=minute)


def _one_of(values: Mapping[str, str], column: str, allowed: tuple[str, ...]) -> str:
    text = values.get(column, "").strip()
    if text and text not in allowed:
        raise RejectedRow(f"{column} is {text!r}; expected {', '.join(allowed)} or nothing")
    return text
