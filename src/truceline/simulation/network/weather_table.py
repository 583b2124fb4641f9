"""What is told of the weather: a model's grid, hours apart, smoother than the air and a little wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.air import LARGE, Air
from truceline.simulation.network.numbers import Floats, Streams
from truceline.simulation.network.plane import to_lonlat
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.theatre import Theatre
from truceline.simulation.network.waves import waves

GRID_M: Final = 25e3
COARSE_M: Final = 100e3
STALE_S: Final = 3 * 3600.0
"""With the fault ``weather`` each row tells what was true three hours before its time."""
ERROR_M_S: Final = (0.3, 0.5, 0.5)
"""Errors of sound speed and of each wind component, alike over 60 km and two hours. Unit: m/s.
Analyses of the wind near the ground err by more, 1-2 m/s; most of it is local, and local variation
is in the air here and not in the table."""


@dataclass(frozen=True, slots=True)
class WeatherTable:
    """Rows of the table."""

    time_s: Floats
    lon: Floats
    lat: Floats
    sound_speed_m_s: Floats
    wind_east_m_s: Floats
    """Blowing towards the east."""
    wind_north_m_s: Floats


def weather_table(
    streams: Streams, settings: NetworkSettings, theatre: Theatre, air: Air
) -> WeatherTable:
    """Read the air on a grid, without what is smaller than the grid, with correlated errors."""
    old = "weather" in settings.faults
    west, south, east, north = theatre.box()
    step = COARSE_M if old else GRID_M
    hours = np.arange(0.0, settings.seconds + 3600.0, 3600.0)
    grid = np.meshgrid(hours, _ticks(south, north, step), _ticks(west, east, step), indexing="ij")
    time, y, x = (axis.ravel() for axis in grid)
    when = time - (STALE_S if old else 0.0)
    told = np.stack(air.at(x, y, when, scales=LARGE), axis=1)
    error = waves(streams.of("weather error"), np.array(ERROR_M_S), 60e3, 7200.0)
    told += error.at(x, y, time)
    lon, lat = to_lonlat(x, y)
    sound, wind_east, wind_north = told.T.round(2)
    return WeatherTable(time, lon.round(5), lat.round(5), sound, wind_east, wind_north)


def _ticks(low: float, high: float, step: float) -> Floats:
    count = max(2, int(np.ceil((high - low) / step)) + 1)
    return np.linspace(low, high, count)
