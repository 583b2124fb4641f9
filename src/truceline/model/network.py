"""What the owner of a network of sensors says about it besides what they noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from truceline.model.interval import Interval


@dataclass(frozen=True, slots=True)
class Sensor:
    """One fixed sensor, as stated."""

    source: str
    datastream: str
    """With ``source``, the datastream of its arrivals."""
    lon: float
    """WGS 84. Unit: deg."""
    lat: float
    """WGS 84. Unit: deg."""
    time_sigma_s: float
    """Standard error of its times. Unit: s."""
    azimuth_sigma_deg: float | None = None
    """Standard error of its bearings; null where it gives none. Unit: deg."""
    false_alarm_per_h: float | None = None
    """Rate of arrivals of nothing; null where not stated. Unit: 1/h."""
    uptime: float | None = None
    """Share of the time, outages apart, in which it works, 0..1; null where not stated."""


@dataclass(frozen=True, slots=True, order=True)
class Outage:
    """A stretch in which a sensor was dead."""

    source: str
    datastream: str
    start: datetime
    """UTC."""
    end: datetime

    @property
    def time(self) -> Interval:
        """The stretch as an interval."""
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True, order=True)
class WeatherRow:
    """The air at one place and moment, as a model or a mast tells it."""

    time: datetime
    """UTC."""
    lon: float
    lat: float
    sound_speed_m_s: float
    wind_east_m_s: float
    """Blowing towards the east."""
    wind_north_m_s: float
    """Blowing towards the north."""


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """All of it; empty where a source has no such sensors."""

    sensors: tuple[Sensor, ...] = ()
    outages: tuple[Outage, ...] = ()
    weather: tuple[WeatherRow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sensors or self.outages or self.weather)

    def __add__(self, other: NetworkFacts) -> NetworkFacts:
        """Put the facts of two files together, in canonical order, each once."""
        return NetworkFacts(
            tuple(sorted({*self.sensors, *other.sensors}, key=_by_text)),
            tuple(sorted({*self.outages, *other.outages})),
            tuple(sorted({*self.weather, *other.weather})),
        )


NO_NETWORK: Final = NetworkFacts()
"""Where nothing is said."""


def _by_text(sensor: Sensor) -> tuple[str, str, str]:
    """Order sensors although some figures are null."""
    return sensor.source, sensor.datastream, repr(sensor)
