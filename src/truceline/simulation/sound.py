"""Sound in the air of one day: its speed with the wind, its level with distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.settings import Settings
from truceline.simulation.theatre import Floats

LEVEL_1KM_DB: Final = {
    "fire.mortar": 98.0,
    "fire.artillery": 105.0,
    "fire.small-arms": 80.0,
    "strike.uav": 102.0,
    "explosion": 103.0,
    "mine.clearing": 104.0,
}
"""Peak level at 1 km. Unit: dB re 20 uPa. Plausible orders, no measurement."""
ABSORPTION_DB_KM: Final = 1.5
"""Loss beyond spherical spreading. Unit: dB/km."""
THRESHOLD_DB: Final = 57.0
"""Level that is detected every second time. Unit: dB."""


@dataclass(frozen=True, slots=True)
class Weather:
    """The truth about the air, told to nobody."""

    sound_speed_m_s: float
    wind_east_m_s: float
    """Blowing towards the east."""
    wind_north_m_s: float


def weather_of(rng: np.random.Generator, settings: Settings) -> Weather:
    """Draw temperature and wind of the day.

    Source: speed of sound in dry air, c = 331.3 sqrt(1 + T / 273.15) m/s, T in deg Celsius.
    """
    celsius = float(rng.normal(14.0, 2.0 * settings.noise))
    east, north = (float(w) for w in rng.normal(0.0, settings.wind_sigma_m_s, 2))
    return Weather(331.3 * (1 + celsius / 273.15) ** 0.5, east, north)


def travel_time_s(weather: Weather, distance_m: Floats, azimuth_deg: Floats) -> Floats:
    """Time that the sound needs; ``azimuth_deg`` points from the source to the sensor. Unit: s.

    Source: effective sound speed, still-air speed plus the wind along the path (first order).
    """
    along = np.radians(azimuth_deg)
    speed = (
        weather.sound_speed_m_s
        + weather.wind_east_m_s * np.sin(along)
        + weather.wind_north_m_s * np.cos(along)
    )
    return distance_m / speed


def level_db(kind: str, distance_m: Floats) -> Floats:
    """Mean level of a kind at a distance: spherical spreading and absorption. Unit: dB.

    >>> float(level_db("fire.mortar", np.array([1000.0]))[0])
    96.5
    """
    km = np.maximum(distance_m, 50.0) / 1000.0
    return np.asarray(LEVEL_1KM_DB[kind] - 20.0 * np.log10(km) - ABSORPTION_DB_KM * km)
