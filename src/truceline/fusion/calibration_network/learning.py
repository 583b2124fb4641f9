"""From a world before and after its teaching to a calibration."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from truceline.codec.canonical import canonical
from truceline.fusion.association.arrays import Air
from truceline.fusion.association.sick import KINDS, Sick
from truceline.fusion.association.solve import World
from truceline.fusion.calibration_network.content import (
    AirCorrection,
    NetworkCalibration,
    SickSensor,
    as_plain,
    from_plain,
)


def calibration_of(
    world: World,
    table: Air,
    sick: Sick,
    sensor_ids: Sequence[str],
    first_hour: int,
    basis: str,
    *,
    weather: bool,
) -> NetworkCalibration:
    """Put together what was learned, rounded to what its file can hold.

    Args:
        world: after the teaching; sensors in the order of their ids.
        table: speed and wind before it, on whole hours.
        sick: sensors found to be wrong.
        sensor_ids: sorted.
        first_hour: of the air. Unit: hours since 1970, UTC.
        basis: from what it was learned, one sentence.
        weather: whether the air came from a table.
    """
    pairs = zip(world.air[2:], table[2:], strict=True)
    grid = np.stack([after - before for after, before in pairs], axis=1)
    return rounded(
        NetworkCalibration(
            basis,
            weather,
            tuple(sensor_ids),
            world.sensors.log_clutter,
            world.model,
            AirCorrection(first_hour, np.round(grid * 1000.0).astype(np.int64)),
            tuple(
                SickSensor(sensor_ids[row], KINDS[kind], float(size), float(sigma))
                for row, kind, size, sigma in zip(
                    sick.sensor, sick.kind, sick.size, sick.sigma, strict=True
                )
            ),
        )
    )


def rounded(calibration: NetworkCalibration) -> NetworkCalibration:
    """Round to what the file can hold, so that its first use is as every later one."""
    return from_plain(json.loads(canonical(as_plain(calibration))))
