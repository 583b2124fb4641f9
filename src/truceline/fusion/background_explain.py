"""What explains a new satellite detection: a standing source, seasonal burning, or neither.

Three kinds of hot pixel can appear at a place: from a *standing* source (rate ``D``), from
*seasonal* burning (``V``), and from *anything else*, of which conflict is the part that matters
(``C``). All three are rates per km² and day of one satellite, so a second satellite doubles each
and leaves their ratio. A detection is of each kind in proportion to the rates. ``C`` is no result:
it is an input of the calibration, ``OtherFire``, with its reason.

Nothing here says that an unexplained detection is fire by a party, nor that an explained one is not:
a steel works can be shelled. The words of the sentences keep to that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from truceline.codec.heat_table import COARSE_DEG
from truceline.errors import SourceError
from truceline.fusion.background_grid import cell_of, near_any
from truceline.fusion.background_posterior import Background
from truceline.fusion.background_rates import Rate, seasonal_rate, standing_rate, total
from truceline.fusion.background_words import sentences

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_HALF = 0.5
"""The lower bound below which nothing is masked."""

_LARGEST_PIXEL_M = 10_000.0
"""MODIS at the edge of its swath reaches 4.8 km by 2 km."""


@dataclass(frozen=True, slots=True)
class OtherFire:
    """How often a satellite sees fire that neither stands nor comes with the season: an input.

    The default: VIINA lists 38 strike places a day (April 2023), of which 4 per cent had a VIIRS
    fire near by beyond chance; at 2 to 3 pixels each that is 4 hot pixels a day, nearly all in the
    40,000 km² along the line: 1e-4 per km² and day. VIINA misses many strikes and a truce should
    have few, so the factor is ten either way. docs/background.md shows what other values change.
    """

    per_km2_day: float = 1e-4
    """Unit: hot pixels per km² and day of one satellite."""
    factor_90: float = 10.0
    """The rate lies within this factor either way with 90 per cent."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far rates of another year lie from those learned: standard deviation of the logarithm.

    Both were measured between the autumns of 2022 and 2023 (docs/background.md), and are rounded up.
    """

    persistent: float = 1.2
    """Of standing sources."""
    seasonal: float = 1.2
    """Of seasonal burning."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line per detection; the three probabilities sum to 1."""

    version: str
    """Version of the background that was used."""
    persistent: Floats
    """Probability that a standing source of heat explains the detection."""
    persistent_lower: Floats
    """5 per cent bound of it."""
    persistent_upper: Floats
    """95 per cent bound."""
    seasonal: Floats
    """Probability that burning usual for the area and month explains it."""
    explained: Floats
    """Probability that either explains it."""
    explained_lower: Floats
    """5 per cent bound of it."""
    explained_upper: Floats
    """95 per cent bound."""
    cell: Ints
    """Row of the background's cell that contributes most, or -1."""
    masked: NDArray[np.bool_]
    """A standing source explains it so probably that it is set aside; seasonal burning never is."""
    known_area: NDArray[np.bool_]
    """The coarse cell, or one that touches it, was in the data."""
    sentence: tuple[str, ...]
    """What to tell a person."""


def explain(
    background: Background,
    lon: ArrayLike,
    lat: ArrayLike,
    day: ArrayLike,
    scan_m: ArrayLike,
    track_m: ArrayLike,
    *,
    other: OtherFire = OtherFire(),
    drift: Drift = Drift(),
    usual_share: float = 1.0,
    reach_m: float = 375.0,
    mask_at: float = 0.9,
) -> Explanation:
    """Weigh what explains each detection.

    Args:
        background: what was learned.
        lon: longitude of the pixel's centre. Unit: deg.
        lat: latitude. Unit: deg.
        day: UTC day, ``datetime64[D]`` or whole days since 1970-01-01.
        scan_m: pixel size along the scan (taken as east-west). Unit: m.
        track_m: pixel size along the track (taken as north-south). Unit: m.
        other: rate of other fire, the calibration's input.
        drift: change of rates between years.
        usual_share: share of the seasonal field's rows that came of the season and not of war, above
            0 and at most 1. The field cannot tell them apart; the upper bound stays at 1.
        reach_m: added to half the pixel on each side, for geolocation and for the pixels a hot
            source lights up beside its own. Unit: m.
        mask_at: a detection is masked when ``persistent`` is at least this and its lower bound at
            least one half.

    Raises:
        SourceError: when the arrays do not match or hold impossible numbers.
        ValueError: when ``usual_share`` is out of range.
    """
    if not 0.0 < usual_share <= 1.0:
        raise ValueError(f"usual_share must be above 0 and at most 1, not {usual_share}")
    lon_deg, lat_deg = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    days = np.asarray(day).astype("datetime64[D]")
    scan, track = np.asarray(scan_m, dtype=np.float64), np.asarray(track_m, dtype=np.float64)
    _check(lon_deg, lat_deg, days, scan, track)
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    half_km = np.column_stack([scan / 2 + reach_m, track / 2 + reach_m]) / 1000
    point = np.column_stack([lon_deg, lat_deg])
    source, exists, cell = standing_rate(background, point, half_km, month, drift.persistent)
    coarse = cell_of(lon_deg, lat_deg, COARSE_DEG)
    burn = seasonal_rate(background, coarse, month, drift.seasonal, usual_share)
    rest = Rate(
        np.full(len(coarse), other.per_km2_day),
        np.full(len(coarse), other.per_km2_day / other.factor_90),
        np.full(len(coarse), other.per_km2_day * other.factor_90),
    )
    persistent = exists * _share(source, total(burn, rest))
    explained = exists * _share(total(source, burn), rest) + (1 - exists) * _share(burn, rest)
    masked = (persistent[0] >= mask_at) & (persistent[1] >= _HALF)
    known = near_any(background.table.coarse, coarse)
    words = sentences(background, cell, coarse, month, persistent, explained, masked, known)
    return Explanation(
        version=background.version,
        persistent=persistent[0],
        persistent_lower=persistent[1],
        persistent_upper=persistent[2],
        seasonal=explained[0] - persistent[0],
        explained=explained[0],
        explained_lower=explained[1],
        explained_upper=explained[2],
        cell=cell,
        masked=masked,
        known_area=known,
        sentence=words,
    )


def _share(part: Rate, rest: Rate) -> Floats:
    """Give part / (part + rest), its 5 and 95 per cent bounds, shape (3, n).

    Source: MOVER for a ratio, on logarithms: Zou and Donner (2008), Statistics in Medicine 27,
    1693-1702.
    """
    share: Floats = np.zeros((3, len(part.mean)))
    some = part.mean > 0
    p, r = part.of(some), rest.of(some)
    odds = np.log(p.mean) - np.log(r.mean)
    down = np.hypot(np.log(p.mean / p.lower), np.log(r.upper / r.mean))
    up = np.hypot(np.log(p.upper / p.mean), np.log(r.mean / r.lower))
    share[:, some] = expit(np.stack([odds, odds - down, odds + up]))
    return share


def _check(lon: Floats, lat: Floats, days: NDArray[np.datetime64], *size_m: Floats) -> None:
    shapes = {part.shape for part in (lon, lat, days, *size_m)}
    if len(shapes) != 1 or lon.ndim != 1:
        raise SourceError(
            f"lon, lat, day, scan_m and track_m must be arrays of one length, not "
            f"{sorted(shapes)}; give one number per detection."
        )
    wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)) | np.isnat(days)
    for part in size_m:
        wrong |= ~((part > 0) & (part <= _LARGEST_PIXEL_M))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise SourceError(
            f"detection {first}: lon {lon[first]}, lat {lat[first]}, day {days[first]}, pixel "
            f"{size_m[0][first]} m by {size_m[1][first]} m cannot be; pixel sizes are in metres "
            "(FIRMS gives kilometres), at most 10 km."
        )
