"""What the owner of a network says about it, to and from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from truceline.model.network import NetworkFacts, Outage, Sensor, WeatherRow


def network_to_plain(facts: NetworkFacts) -> dict[str, Any]:
    """Give JSON-able values; parts that are empty are left out.

    >>> network_to_plain(NetworkFacts())
    {}
    """
    parts = {
        name: [[getattr(row, field) for field in type(row).__slots__] for row in rows]
        for name, rows in (
            ("sensors", facts.sensors),
            ("outages", facts.outages),
            ("weather", facts.weather),
        )
    }
    return {name: rows for name, rows in parts.items() if rows}


def network_from_plain(values: Mapping[str, Any]) -> NetworkFacts:
    """Read what :func:`network_to_plain` wrote, after JSON.

    Raises:
        ValueError: when a row has too few values or no time.
    """
    return NetworkFacts(
        tuple(_sensor(row) for row in values.get("sensors", ())),
        tuple(
            Outage(source, stream, _moment(start), _moment(end))
            for source, stream, start, end in values.get("outages", ())
        ),
        tuple(
            WeatherRow(_moment(time), *(float(v) for v in rest))
            for time, *rest in values.get("weather", ())
        ),
    )


def _sensor(row: Sequence[Any]) -> Sensor:
    source, stream, lon, lat, time_sigma, azimuth_sigma, alarms, uptime = row
    return Sensor(
        source,
        stream,
        float(lon),
        float(lat),
        float(time_sigma),
        *(None if v is None else float(v) for v in (azimuth_sigma, alarms, uptime)),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
