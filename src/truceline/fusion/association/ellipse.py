"""How wide an ellipse has to be: what times that fit badly, and the crowd, add to the fit's covariance.

The fit takes paths as independent and members as right. Neighbouring paths share air, and among rounds
that follow one another some members are of another round; both widen the truth about the fit.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Events, Floats, Heard, Model, Sensors
from truceline.fusion.association.views import Views

_FREE: Final = 8.0
"""Times that fit as they should, which count beside the event's own."""
_USUAL: Final = 1.06
_HEAVY: Final = 5.0
"""Where times have tails, much else is wrong too: share of the factor for one degree of freedom."""
_CROWD: Final = 0.1
"""Factor and crowd: fitted so that nine of ten ellipses hold (docs/associate.md says on which days)."""
_MOST_SQUARE: Final = 25.0


def misfit(
    events: Events, sensors: Sensors, heard: Heard, views: Views, model: Model
) -> tuple[Floats, Floats]:
    """Give the chi-square of each event's times, gross errors cut, and its degrees of freedom."""
    now = views.air + events.drift
    pace = now[:, :1] + now[:, 1:2] * views.east + now[:, 2:] * views.north
    late = heard.time_s[np.maximum(views.hit, 0)] - events.time_s[:, None]
    left = late - views.distance_m / pace
    path = model.path_sigma_m_s * views.distance_m / pace**2
    square = left**2 / (sensors.time_sigma_s[views.sensor] ** 2 + path**2 + 1e-4)
    total = np.sum(np.where(views.hit >= 0, np.minimum(square, _MOST_SQUARE), 0.0), axis=1)
    return np.asarray(total, float), np.maximum(events.size - 3.0, 0.0)


def widened(events: Events, square: Floats, free: Floats, crowd: Floats, freedom: float) -> Events:
    """Scale the covariances.

    Args:
        events: as fitted.
        square: chi-square of each, shape (e,).
        free: its degrees of freedom, shape (e,).
        crowd: solid events near each, shape (e,).
        freedom: degrees of freedom of the Student-t that times follow, as learned.

    Source: variance of a scaled normal with an inverse-gamma prior on the scale.
    """
    usual = _USUAL * (1.0 + _HEAVY / freedom)
    factor = usual * (_FREE + square) / (_FREE + free) * (1.0 + _CROWD * np.log1p(crowd))
    return events._replace(cov=events.cov * np.maximum(factor, 1.0)[:, None, None])
