"""All that stands still while the sensors listen."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.simulation.network.air import Air
from truceline.simulation.network.numbers import Streams
from truceline.simulation.network.sensors import Sensors
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.sickness import Sickness
from truceline.simulation.network.theatre import Theatre


@dataclass(frozen=True, slots=True)
class Scene:
    """Land, air and sensors, and the random numbers of everything that happens among them."""

    streams: Streams
    settings: NetworkSettings
    theatre: Theatre
    sensors: Sensors
    sickness: Sickness
    air: Air
