"""Arrivals that come a second time, from a wall, a wood's edge or a hill."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.simulation.network.columns import rows_of
from truceline.simulation.network.numbers import Floats
from truceline.simulation.network.picks import ECHO, Picks
from truceline.simulation.network.scene import Scene

ECHO_SHARE: Final = 0.15
DELAY_S: Final = (0.3, 3.0)
LOSS_DB: Final = (2.0, 10.0)
"""What the longer way and the reflector take."""
TURN_DEG: Final = 60.0
"""Most that a reflector stands aside, either way."""


def echoes(scene: Scene, draws: Floats, direct: Picks, came: Floats, over_db: Floats) -> Picks:
    """Let some direct arrivals come again: later, weaker, from where the reflector stands.

    Args:
        scene: what stands still.
        draws: five numbers of 0..1 for each direct arrival, one row each.
        direct: the arrivals, whose own error of time an echo does not share.
        came: when they truly came (s).
        over_db: by how much they were louder than what the sensor notices.
    """
    chance, delay, weaker, turn, error = draws
    loss = LOSS_DB[0] + (LOSS_DB[1] - LOSS_DB[0]) * weaker
    again = (chance < ECHO_SHARE) & (over_db > loss)
    # A uniform error with the standard deviation that the sensor states.
    late = (error - 0.5) * np.sqrt(12.0) * scene.sensors.time_sigma_s[direct.sensor]
    found = Picks(
        direct.sensor,
        came + DELAY_S[0] + (DELAY_S[1] - DELAY_S[0]) * delay + late,
        direct.level_db - loss,
        (direct.azimuth_deg + TURN_DEG * (2.0 * turn - 1.0)) % 360.0,
        direct.event,
        np.full(len(came), ECHO),
    )
    return rows_of(found, again)
