"""Small worlds of incidents and evidence for the tests of the assignment."""

from __future__ import annotations

import numpy as np

from truceline.fusion.assignment.evidence import FOOTPRINT, PLACE, SECTOR, Incidents, no_evidence
from truceline.fusion.assignment.places import offsets_m
from truceline.geodesy import from_plane

LON, LAT = 37.5, 48.2
SPAN_S, AREA_M2 = 6 * 3600.0, 2e9


def incidents_at(rows, probability=0.95, heard=10.0):
    """Give incidents from rows of east (m), north (m), time (s) about the middle."""
    east, north, time = np.array(rows, float).reshape(-1, 3).T
    lon, lat = from_plane(LON, LAT, east, north)
    count = len(time)
    return Incidents(
        time, np.full(count, 0.1), lon, lat, np.tile([900.0, 0.0, 900.0], (count, 1)),
        np.full(count, float(probability)), np.full(count, float(heard)),
    )  # fmt: skip


def no_incidents():
    return incidents_at(np.zeros((0, 3)))


def sectors(rows, sigma_deg=10.0, sigma_s=26.0):
    """Give reports from rows of observer east, north (m), source east, north (m), time (s)."""
    rows = np.array(rows, float).reshape(-1, 5)
    count = len(rows)
    lon, lat = from_plane(LON, LAT, rows[:, 0], rows[:, 1])
    to = from_plane(LON, LAT, rows[:, 2], rows[:, 3])
    east, north = offsets_m(lon, lat, *to)
    far = np.hypot(east, north)
    post = np.unique(rows[:, :2], axis=0, return_inverse=True)[1].reshape(-1)
    return no_evidence(count)._replace(
        kind=np.full(count, SECTOR), lon=lon, lat=lat, sigma_m=np.full(count, 20.0),
        start_s=rows[:, 4], end_s=rows[:, 4], time_sigma_s=np.full(count, sigma_s),
        bearing_deg=np.degrees(np.arctan2(east, north)) % 360,
        bearing_sigma_deg=np.full(count, sigma_deg),
        range_min_m=0.85 * far, range_max_m=1.15 * far, observer=post, group=post,
    )  # fmt: skip


def fires(rows, pixel_m=375.0, stream=1):
    """Give fires from rows of east, north (m), time (s)."""
    east, north, time = np.array(rows, float).reshape(-1, 3).T
    lon, lat = from_plane(LON, LAT, east, north)
    count = len(time)
    return no_evidence(count)._replace(
        kind=np.full(count, FOOTPRINT), lon=lon, lat=lat, start_s=time, end_s=time,
        time_sigma_s=np.ones(count), size_m=np.full(count, float(pixel_m)),
        observer=np.full(count, 1000), group=1000 + np.arange(count),
        stream=np.full(count, stream),
    )  # fmt: skip


def place(east_m, north_m, start_s, end_s, extent_m=1500.0, stream=2):
    """Give one report of a named settlement."""
    lon, lat = from_plane(LON, LAT, [east_m], [north_m])
    return no_evidence(1)._replace(
        kind=np.array([PLACE]), lon=lon, lat=lat, sigma_m=np.array([extent_m]),
        start_s=np.array([start_s]), end_s=np.array([end_s]), time_sigma_s=np.ones(1),
        observer=np.array([2000]), group=np.array([2000]), stream=np.array([stream]),
    )  # fmt: skip


def away_m(lon, lat, east_m, north_m):
    """Give how far a place is from a point of the plane."""
    there = from_plane(LON, LAT, [east_m], [north_m])
    return float(np.hypot(*offsets_m(lon, lat, there[0], there[1]))[0])
