"""Where an observer stood, when only words say so: a tiny gazetteer and offsets from it."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from truceline.adapters.patrol_bearings import direction_deg
from truceline.errors import RejectedRow
from truceline.geodesy import distance_m, from_plane

OFFSET_SHARE = 0.2
"""Standard error of "8 km NW of a centre" as a share of its distance. A judgement: the word spans
22.5 deg (0.11 of the distance across), and the mission's own reports give 6 km and 8 km for one
and the same position."""
_OFFSET = re.compile(
    r"(?P<km>\d+(?:\.\d+)?)\s*km\s+(?P<word>[\w-]+)\s+of\s+(?P<place>.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stand:
    """The observer's position."""

    lon: float
    """Unit: deg."""
    lat: float
    """Unit: deg."""
    sigma_m: float
    """Standard error in each direction. Unit: m."""
    basis: str
    """Where the position comes from."""


@cache
def gazetteer() -> dict[str, Stand]:
    """Give the shipped places by lower-case name (facts of GeoNames, CC BY 4.0).

    >>> gazetteer()["horlivka"].basis
    'GeoNames 707753'
    """
    text = files("truceline.adapters").joinpath("patrol_places.csv").read_text(encoding="utf-8")
    return {
        row["name"].lower(): Stand(
            float(row["lon"]), float(row["lat"]), float(row["sigma_m"]), row["source"]
        )
        for row in csv.DictReader(text.splitlines())
    }


def stand_of(place: str, offset: str) -> tuple[Stand, float | None]:
    """Resolve the words for a position.

    Args:
        place: name, e.g. "Horlivka".
        offset: words about it, e.g. "8 km NW of Donetsk centre"; used where the name is unknown.

    Returns:
        The position, and how far the offset's own position lies from it where both can be told.
        Unit: m.

    Raises:
        RejectedRow: when neither can be resolved.
    """
    named = gazetteer().get(place.strip().lower())
    shifted = _from_offset(offset)
    if named is not None:
        apart = distance_m(named.lon, named.lat, shifted.lon, shifted.lat) if shifted else None
        return named, apart
    if shifted is not None:
        return shifted, None
    raise RejectedRow(
        f"observer position {place!r} ({offset!r}) is not in the gazetteer: "
        "add the columns observer_lon, observer_lat and observer_sigma_m"
    )


def _from_offset(offset: str) -> Stand | None:
    match = _OFFSET.fullmatch(offset.strip())
    if match is None:
        return None
    centre = _centre(match["place"])
    bearing = direction_deg(match["word"])
    if centre is None or bearing is None:
        return None
    metres, turn = float(match["km"]) * 1000.0, math.radians(bearing)
    lon, lat = from_plane(centre.lon, centre.lat, metres * math.sin(turn), metres * math.cos(turn))
    sigma_m = round(math.hypot(centre.sigma_m, OFFSET_SHARE * metres), 3)
    return Stand(
        round(float(lon[0]), 6), round(float(lat[0]), 6), sigma_m, f"offset: {offset.strip()}"
    )


def _centre(name: str) -> Stand | None:
    places = gazetteer()
    key = name.strip().lower()
    return places.get(key) or places.get(f"{key} centre")
