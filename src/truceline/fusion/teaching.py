"""From a network that was learned from to its calibration, and from a calibration to its air."""

from __future__ import annotations

import numpy as np

from truceline.fusion.association.arrays import Air
from truceline.fusion.association.run import judged, taught
from truceline.fusion.association.solve import World
from truceline.fusion.calibration_network.content import NetworkCalibration
from truceline.fusion.calibration_network.learning import calibration_of
from truceline.fusion.network import Network


def calibration_by(
    network: Network, before: World, threads: int
) -> tuple[NetworkCalibration, bool]:
    """Learn what a network's own well-observed events teach.

    Args:
        network: sensors and detections.
        before: the same with what is assumed of any network.
        threads: how many blocks are worked on at once.

    Returns:
        the calibration, and whether there were events enough to learn from; else it holds what was
        assumed.
    """
    found = judged(taught(before, threads), threads)
    learned = found.world.model is not before.model
    hours = len(network.air.speed_m_s)
    basis = (
        f"{len(network.row)} arrivals at {len(network.names)} sensors in {hours} hours, "
        f"{len(found.lon)} sounds" + ("" if learned else ", too few to learn the model from")
    )
    made = calibration_of(
        found.world, network.air, found.sick, network.names, network.first_hour, basis,
        weather=network.weather,
    )  # fmt: skip
    return made, learned


def air_with(known: NetworkCalibration, network: Network) -> Air:
    """Give the air at the sensors of a network with what a calibration adds to it.

    Hours and sensors that the calibration does not know are corrected by the mean of those it does.
    """
    air, learned = network.air, known.air.mm_s / 1000.0
    if not learned.size:
        return air
    hours, sensors = len(air.speed_m_s), len(network.names)
    added = np.tile(known.air.beyond()[None, :, None], (hours, 1, sensors))
    column = {name: n for n, name in enumerate(known.sensor_ids)}
    shift = known.air.first_hour - network.first_hour
    low, high = max(shift, 0), min(shift + len(learned), hours)
    for n, name in enumerate(network.names):
        if name in column and low < high:
            added[low:high, :, n] = learned[low - shift : high - shift, :, column[name]]
    fields = [part + added[:, i] for i, part in enumerate(air[2:])]
    return Air(air.origin_s, air.step_s, *fields)
