"""Where and when events are to be expected: evenly at first, then as those that were found."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.ndimage import gaussian_filter

from truceline.fusion.phases.arrays import Events, Floats, Model, Nodes, Picks
from truceline.fusion.phases.settings import RATE_PER_H

_HOUR_S: Final = 3600.0
_EVEN: Final = 0.1
"""Share of events that follow no pattern."""
_SMOOTH: Final = 1.0
"""Width of the smoothing, in cells and in hours."""


def spread_evenly(nodes: Nodes, picks: Picks) -> dict[str, Any]:
    """Give the fields of a model by which events are equally likely everywhere at all times.

    Args:
        nodes: whose extent is the region.
        picks: whose extent is the time.
    """
    east, north = np.unique(nodes.place_m[:, 0]), np.unique(nodes.place_m[:, 1])
    cell = float(east[1] - east[0])
    begin, end = (picks.time_s.min(), picks.time_s.max()) if len(picks.time_s) else (0.0, 0.0)
    hours = int((end - begin) / _HOUR_S) + 1
    area = len(east) * len(north) * cell**2
    return {
        "log_often": np.full(hours, np.log(RATE_PER_H / 3600.0)),
        "log_place": np.full((len(east), len(north)), -np.log(area)),
        "corner_m": np.array([east[0], north[0]]),
        "cell_m": cell,
        "begin_s": float(begin),
        "hour_s": _HOUR_S,
    }


def often(model: Model, events: Events) -> Floats:
    """Give the log of events per second by the hour, from events weighed by their probability."""
    hours = len(model.log_often)
    hour = np.clip((events.place[:, 3] - model.begin_s) / model.hour_s, 0, hours - 1).astype(int)
    count = np.bincount(hour, _weight(events), hours)
    smooth = gaussian_filter(count, _SMOOTH, mode="nearest")
    return np.asarray(np.log(((1 - _EVEN) * smooth + _EVEN * count.mean()) / model.hour_s), float)


def places(model: Model, events: Events) -> Floats:
    """Give the log of the share of events per square metre, from the same."""
    columns, rows = model.log_place.shape
    cell = np.rint((events.place[:, :2] - model.corner_m) / model.cell_m).astype(int)
    i, j = np.clip(cell[:, 0], 0, columns - 1), np.clip(cell[:, 1], 0, rows - 1)
    count = np.bincount(i * rows + j, _weight(events), columns * rows).reshape(columns, rows)
    smooth = gaussian_filter(count, _SMOOTH, mode="nearest")
    share = (1 - _EVEN) * smooth / smooth.sum() + _EVEN / count.size
    return np.asarray(np.log(share / model.cell_m**2), float)


def _weight(events: Events) -> Floats:
    return np.asarray(1 / (1 + np.exp(-events.odds)), float)
