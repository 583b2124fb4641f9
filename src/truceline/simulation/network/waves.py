"""Smooth random fields over place and time: sums of waves with random length and direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.simulation.network.numbers import Floats

_CHUNK = 8192
"""Places at a time, so that their phases stay in the cache."""


@dataclass(frozen=True, slots=True)
class Waves:
    """Several fields of one scale, each a Gaussian field with a squared exponential correlation.

    Source: random Fourier features, Rahimi and Recht 2007, section 3.
    """

    per_metre: Floats
    """Wave numbers east and north, one row each. Unit: rad/m."""
    per_second: Floats
    """Angular frequencies. Unit: rad/s."""
    cosines: Floats
    """Amplitudes, one row for each wave, one column for each field."""
    sines: Floats

    def at(self, x_m: Floats, y_m: Floats, time_s: Floats) -> Floats:
        """Evaluate every field at places and times: one row each, one column for each field."""
        out = np.empty((len(x_m), self.cosines.shape[1]))
        turns = np.vstack([self.per_metre, self.per_second])
        for low in range(0, len(x_m), _CHUNK):
            part = slice(low, low + _CHUNK)
            phase = np.stack([x_m[part], y_m[part], time_s[part]], axis=1) @ turns
            out[part] = np.cos(phase) @ self.cosines + np.sin(phase) @ self.sines
        return out


def waves(
    rng: np.random.Generator, sigma: Floats, length_m: float, time_s: float, count: int = 24
) -> Waves:
    """Draw fields of standard deviations ``sigma`` that lose their memory over a length and a time."""
    amplitude = rng.normal(size=(2, count, len(sigma))) * sigma / np.sqrt(count)
    wave_number = rng.normal(size=(2, count)) / length_m
    return Waves(wave_number, rng.normal(size=count) / time_s, amplitude[0], amplitude[1])
