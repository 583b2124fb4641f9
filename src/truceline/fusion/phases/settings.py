"""What is assumed of ground, stations and events before a pick is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.fusion.propagation.layers import Layers, layers_of


@dataclass(frozen=True, slots=True)
class Settings:
    """The region's own physics; nothing of it is fitted to a catalogue."""

    p: Layers
    s: Layers
    depth_m: float = 8_000.0
    """Middle of the usual depths. Default: the seismogenic crust. Unit: m."""
    depth_sigma_m: float = 6_000.0
    deepest_m: float = 30_000.0
    margin_m: float = 20_000.0
    """How far events are sought beyond the outermost stations. Unit: m."""
    least_picks: int = 5
    """One more than a place, a depth and a time need."""
    least_odds: float = 0.0
    """Natural log of the odds from which a hypothesis is an event."""


def crustal(p_speed_m_s: float = 6000.0, ratio: float = 1.73) -> Settings:
    """Give the settings of a crust of one speed.

    Args:
        p_speed_m_s: of P waves.
        ratio: speed of P over that of S; 1.73 for a Poisson solid.

    >>> crustal().p.speed_m_s.tolist()
    [6000.0]
    """
    return Settings(layers_of([0.0], [p_speed_m_s]), layers_of([0.0], [p_speed_m_s / ratio]))


def southern_california() -> Settings:
    """Give the layers with which the Southern California Seismic Network locates.

    Source: Hadley & Kanamori's model as in Hutton, Woessner & Hauksson (2010), Bull. Seism. Soc. Am.
    100 (2), table 5; speed of P over S 1.73.
    """
    top = [0.0, 5_500.0, 16_000.0, 32_000.0]
    speed = np.array([5500.0, 6300.0, 6700.0, 7800.0])
    return Settings(layers_of(top, speed), layers_of(top, speed / 1.73))


SIZES_M: Final = 5_000.0 * 2.0 ** np.arange(8)
"""Distances to which half of the channels pick an event, by size of event. Unit: m."""
SIZE_EXPONENT: Final = 1.3
"""Events that are picked to a distance R are as R to minus this: ten times fewer for each magnitude
(Gutenberg-Richter, b = 1), and amplitudes that fall with distance as R to minus 1.3 or so."""
WIDTH: Final = 0.25
"""Width of the fall of being picked, as a share of that distance."""
WORKS: Final = 0.9
"""Share of events in reach that a channel picks, before it is learned."""
SIGMA_S: Final = (0.2, 0.35)
"""Standard errors of picks of P and S before they are learned: reading and statics. Unit: s."""
RELATIVE_SIGMA: Final = (0.03, 0.03)
"""Standard error of a travel time as a share of it: what layers leave out of a crust."""
TAIL: Final = 0.1
"""Share of picks of events that lie three times wider."""
RATE_PER_H: Final = 1.0
"""Events an hour in the whole region from which learning starts."""
