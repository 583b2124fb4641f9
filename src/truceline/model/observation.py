"""Observations: what one source said about one thing. Columnar; the noun is a row.

One Arrow schema serves every adapter (:data:`OBSERVATION_SCHEMA`). Words follow OGC/ISO
Observations & Measurements (ISO 19156): *phenomenon time* is when it happened, *result time* when
the result was produced, *received* when we got it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import pyarrow as pa


class Modality(StrEnum):
    """By which sense the source knows."""

    ACOUSTIC = "acoustic"
    SEISMIC = "seismic"
    INFRASOUND = "infrasound"
    RADAR = "radar"
    OPTICAL = "optical"
    THERMAL = "thermal"
    IMAGERY = "imagery"
    PATROL = "patrol"
    REPORT = "report"
    STATEMENT = "statement"
    ALARM = "alarm"
    INVENTORY = "inventory"


class Measurement(StrEnum):
    """The shape of the likelihood over place. Fusion knows these, never sources."""

    ARRIVAL = "arrival"
    """A time at a sensor (``lon``, ``lat`` = the sensor), optional ``level_db`` and ``bearing_deg``."""
    POINT = "point"
    """A position with covariance."""
    SECTOR = "sector"
    """Bearing and range interval seen from an observer (``lon``, ``lat`` = the observer)."""
    FOOTPRINT = "footprint"
    """An area over a time window, as a satellite pixel (``scan_m`` across, ``track_m`` along)."""
    PLACE = "place"
    """A named settlement or area with its extent as covariance."""
    SPEECH = "speech"
    """Says that something happened. Evidence of a claim, never of the act."""


class Standing(StrEnum):
    """What the row may be used for."""

    EVIDENCE = "evidence"
    """May become a member of an incident."""
    CLAIM = "claim"
    """A party's words: shown beside what was observed, never merged with it."""
    LEAD = "lead"
    """Worth looking into; takes part in nothing that is counted."""
    SILENCE = "silence"
    """A source that looked and reported nothing or less; counted as coverage, not as compliance."""


class TimePrecision(StrEnum):
    """How the phenomenon time is to be read."""

    INSTANT = "instant"
    """``phenomenon_start`` with a Gaussian error of ``time_sigma_s``."""
    WINDOW = "window"
    """Somewhere inside, or spread over, ``[phenomenon_start, phenomenon_end)``."""
    DAY = "day"
    """Only the local day is known; the window is that day."""


_UTC: Final = pa.timestamp("us", tz="UTC")

_FIELDS: Final[list[pa.Field[Any]]] = [
    # identity and versions
    pa.field("observation_id", pa.string(), nullable=False),
    pa.field("version", pa.string(), nullable=False),
    pa.field("version_rank", pa.int64(), nullable=False),
    # who and how
    pa.field("source", pa.string(), nullable=False),
    pa.field("datastream", pa.string(), nullable=False),
    pa.field("modality", pa.string(), nullable=False),
    pa.field("standing", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    # when
    pa.field("phenomenon_start", _UTC, nullable=False),
    pa.field("phenomenon_end", _UTC, nullable=False),
    pa.field("time_sigma_s", pa.float64(), nullable=False),
    pa.field("time_precision", pa.string(), nullable=False),
    pa.field("result_time", _UTC),
    # where, as a measurement
    pa.field("measurement", pa.string(), nullable=False),
    pa.field("lon", pa.float64()),
    pa.field("lat", pa.float64()),
    pa.field("cov_ee_m2", pa.float64()),
    pa.field("cov_en_m2", pa.float64()),
    pa.field("cov_nn_m2", pa.float64()),
    pa.field("bearing_deg", pa.float64()),
    pa.field("bearing_sigma_deg", pa.float64()),
    pa.field("range_min_m", pa.float64()),
    pa.field("range_max_m", pa.float64()),
    pa.field("scan_m", pa.float64()),
    pa.field("track_m", pa.float64()),
    pa.field("level_db", pa.float64()),
    pa.field("frp_mw", pa.float64()),
    pa.field("place_name", pa.string()),
    # how many
    pa.field("count_min", pa.int64()),
    pa.field("count_max", pa.int64()),
    # on whose word
    pa.field("independence_groups", pa.list_(pa.string()), nullable=False),
    pa.field("reliability", pa.string(), nullable=False),
    pa.field("credibility", pa.int8(), nullable=False),
    pa.field("speaker_side", pa.string()),
    pa.field("accused", pa.string()),
    # the raw bytes behind it
    pa.field("raw_sha256", pa.string(), nullable=False),
    pa.field("raw_line", pa.int64(), nullable=False),
    pa.field("raw_offset", pa.int64(), nullable=False),
    pa.field("raw_length", pa.int64(), nullable=False),
    pa.field("attributes", pa.string(), nullable=False),
]
OBSERVATION_SCHEMA: Final = pa.schema(_FIELDS)
"""Columns of an observation. Lengths in m, angles in deg, times UTC (microseconds).

``observation_id``
    from the source's own natural key, prefixed by the source; the same thing said again has the
    same id.
``version``
    hex SHA-256 of the content. ``version_rank`` orders versions by what the *content* says (a
    near-real-time row below the archive's, a report count that grew), never by when it arrived,
    so that another order of ingestion gives the same result (``docs/adr/0002``).
``independence_groups``
    who stands behind it: publishers, a speaker, a mast. Each group counts once in an incident,
    whatever row it comes with, so a row lists several only where several told it independently.
``reliability``, ``credibility``
    Admiralty code of source (A-F) and item (1-6); F and 6 mean *cannot be judged*.
``speaker_side``, ``accused``
    party ids of the agreement, ``independent``, ``mixed``; null where nobody is named.
``raw_line``, ``raw_offset``, ``raw_length``
    1-based line and byte range inside the raw file of that hash.
``attributes``
    canonical JSON (RFC 8785) of what the source says beyond these columns.
"""
