"""What is assumed of sound, sensors and events before a day of data has said more."""

from __future__ import annotations

import numpy as np

from truceline.fusion.association.arrays import LOUDNESS_M, REACH_M, STEP_M, Floats, Model

WIDTHS = (0.15, 0.5)
"""Widths of the fall of hearing with distance, as shares of the half distance: level ground and calm,
or wind and shadows."""
_BEST = 0.97
"""Share of near events that a working sensor reports."""


def hearing_tables(half_m: Floats, width: float, uptime: float) -> tuple[Floats, Floats]:
    """Give log probabilities to hear and to miss, by distance step and loudness.

    A logistic fall about the distance at which half is heard: level falls with distance and is cut
    by a threshold under scatter of several dB. A form stated here.

    Args:
        half_m: distance at which half of the sensors hear it, shape (g,). Unit: m.
        width: of the fall, as a share of that distance.
        uptime: mean share of the time in which sensors work.
    """
    distance = np.arange(int(REACH_M * 2 / STEP_M))[:, None] * STEP_M
    beyond = (distance - half_m[None, :]) / (width * half_m[None, :] + 200.0)
    heard = np.maximum(_BEST / (1.0 + np.exp(np.minimum(beyond, 50.0))), 1e-6)
    return np.log(heard), np.log1p(-heard * uptime)


def prior_model(levels: Floats, uptime: float, log_rate: float, *, weather: bool) -> Model:
    """Give the model with which a day is begun.

    Args:
        levels: of all detections, most of them clutter; NaN where not given. Unit: dB.
        uptime: mean share of the time in which sensors work.
        log_rate: natural log of events per m² and s.
        weather: whether a table of weather is given.
    """
    known = levels[~np.isnan(levels)]
    middle = float(np.median(known)) if len(known) else 0.0
    spread = float(np.std(known)) if len(known) > 1 else 1.0
    tables = [hearing_tables(LOUDNESS_M, width, uptime) for width in WIDTHS]
    log_heard, log_missed = (
        np.ascontiguousarray(np.hstack(part)) for part in zip(*tables, strict=True)
    )
    kinds = log_heard.shape[1]
    return Model(
        path_sigma_m_s=0.5,
        search_sigma_m_s=1.5 if weather else 4.0,
        speed_sigma_m_s=1.0 if weather else 6.0,
        wind_sigma_m_s=1.5 if weather else 4.0,
        tail=0.02,
        freedom=6.0,
        azimuth_scale=1.0,
        azimuth_tail=0.03,
        level_sigma_db=6.0,
        source_db=middle + 90.0,
        source_sigma_db=15.0,
        excess_db_m=0.003,
        hear_down=0.0,
        hear_up=0.0,
        wind_db=0.0,
        clutter_db=middle,
        clutter_sigma_db=max(spread, 1.0),
        log_rate=log_rate,
        log_heard=log_heard,
        log_missed=log_missed,
        log_loudness=np.full(kinds, -np.log(kinds)),
    )
