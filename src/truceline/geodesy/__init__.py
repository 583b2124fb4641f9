"""Distances, bearings and zone probabilities on WGS 84. Array kernels; no nouns, no I/O.

Positions are longitude, latitude in degrees. What stands here answers for one position at a time;
:mod:`~truceline.geodesy.polygons`, :mod:`~truceline.geodesy.lines` and
:mod:`~truceline.geodesy.ellipses` answer for millions, and are imported by name, since they load a
compiler.
"""

from truceline.geodesy.masses import mass_in_polygon, near_line_mass, zone_mass
from truceline.geodesy.plane import distance_m, distance_to_m, from_plane, to_plane
from truceline.geodesy.times import interval_mass

__all__ = [
    "distance_m",
    "distance_to_m",
    "from_plane",
    "interval_mass",
    "mass_in_polygon",
    "near_line_mass",
    "to_plane",
    "zone_mass",
]
