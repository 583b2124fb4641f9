"""How much of a sound is left: spreading, air, ground, and the wind's asymmetry."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.simulation.network.numbers import Floats

AIR_DB_KM: Final = 0.6
"""Absorption by air at 125-250 Hz, 10 deg Celsius, 70 % humidity. Unit: dB/km.
Source: ISO 9613-1 and ISO 9613-2:1996, table 2 (0.4 and 1.0 dB/km)."""
GROUND_DB: Final = 4.8
"""Most that porous ground takes from far sound. Source: ISO 9613-2:1996, equation 10."""
UPWIND_DB: Final = 18.0
"""Most that an upwind shadow takes. Measured shadows are 20 dB deep and filled by scattering.
Source: Wiener and Keast 1959, sections V-VI."""
DOWNWIND_DB: Final = 4.0
"""Most that a duct downwind gives back."""
SIGMA_DB: Final = 4.0
"""Turbulence, vegetation, pick: standard deviation of one level. Unit: dB."""


def loss_db(distance_m: Floats, along_m_s: Floats) -> Floats:
    """Loss against 1 km in still air, ground aside; negative where the sound is louder.

    Args:
        distance_m: way from source to sensor.
        along_m_s: wind along the way, positive where it blows from the source to the sensor.

    Source: ISO 9613-2:1996, equations 3, 7, 8, 10; the wind as a smooth step that grows over the
    first kilometres, after Wiener and Keast 1959.

    >>> loss_db(np.array([1000.0, 8000.0, 8000.0]), np.array([0.0, 5.0, -5.0])).round(1).tolist()
    [4.2, 23.9, 41.3]
    """
    km = np.maximum(distance_m, 50.0) / 1000.0
    spreading = 20.0 * np.log10(km) + AIR_DB_KM * (km - 1.0)
    ground = GROUND_DB * (1.0 - np.exp(-km / 0.5))
    bend = np.tanh(along_m_s / 4.0) * (1.0 - np.exp(-km / 3.0))
    wind = np.where(bend < 0.0, -UPWIND_DB * bend, -DOWNWIND_DB * bend)
    return spreading + ground + wind
