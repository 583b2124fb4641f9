"""The interchange of a sensor network: one table a file, as `truceline associate` reads them.

``detections`` says no place: where a sensor stands is in ``sensors``, and fusion puts the two
together. Parquet or CSV, WGS 84, UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.network_rows import (
    Given,
    detection,
    fire,
    outage,
    report,
    sensor,
    weather_row,
)
from truceline.adapters.rows import ObservationBuilder, Record
from truceline.adapters.stations_files import columns_of, records_of
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.network import NetworkFacts

SOURCE: Final = "network"
TABLES: Final = MappingProxyType(
    {
        "detections": ("detection_id", "sensor_id", "time"),
        "outages": ("sensor_id", "start", "end"),
        "weather": (
            "time", "lon", "lat", "sound_speed_m_s", "wind_east_m_s", "wind_north_m_s",
        ),
        "reports": (
            "report_id", "lon", "lat", "time", "time_sigma_s", "bearing_deg", "bearing_sigma_deg",
            "range_min_m", "range_max_m",
        ),
        "fires": ("fire_id", "time", "lon", "lat", "pixel_m"),
        "sensors": ("sensor_id", "lon", "lat", "time_sigma_s"),
    }
)  # fmt: skip
"""Table to the columns by which it is known, the most telling first."""
_READ: Final = MappingProxyType(
    {
        "detections": detection,
        "outages": outage,
        "weather": weather_row,
        "reports": report,
        "fires": fire,
        "sensors": sensor,
    }
)
CARD: Final = SourceCard(
    name=SOURCE,
    title="A sensor network in the interchange of association",
    publisher="whoever runs the sensors",
    licence="the owner's",
    citation="the owner of the network",
    republish="no: the rows show where the sensors stand",
    position_error="of sensors none is stated; of reports bearing_sigma_deg and the range, of fires half of pixel_m",
    delay="seconds to hours",
    independence="the sensor, the report, the overpass (all fires of one minute)",
    formats=tuple(
        f"{name}, Parquet or CSV: {', '.join(columns)}" for name, columns in sorted(TABLES.items())
    ),
)


@dataclass(frozen=True, slots=True)
class NetworkAdapter:
    """Reads one of the tables, whichever it is by its columns."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when it is none of the tables.
        """
        columns = set(columns_of(raw))
        for name, needed in TABLES.items():
            if set(needed) <= columns:
                return _table(raw, needed, f"a file of {name}", _READ[name], context)
        said = ", ".join(sorted(columns)[:8]) or "none that can be read"
        raise WrongKindOfFile(
            f"this is no table of a sensor network (columns: {said}). Nothing was ingested. "
            f"Expected: {'; '.join(CARD.formats)}."
        )


def _table(
    raw: bytes,
    needed: tuple[str, ...],
    expected: str,
    read: Callable[[Record, Given], None],
    context: ParseContext,
) -> Parsed:
    given = Given(SOURCE, ObservationBuilder(context.raw_sha256), context.theatre)
    for record in records_of(raw, needed, expected):
        try:
            if record.problem:
                raise RejectedRow(record.problem)
            read(record, given)
        except RejectedRow as error:
            given.builder.reject(record.line, record.offset, record.length, str(error))
    facts = NetworkFacts() + NetworkFacts(
        tuple(given.sensors), tuple(given.outages), tuple(given.weather)
    )
    return Parsed(
        given.builder.table(),
        tuple(given.builder.rejected),
        tuple(given.coverage()),
        network=facts,
    )


ADAPTER: Final = NetworkAdapter()
