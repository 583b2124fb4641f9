"""How likely detections at arrays are, for every place and time of a grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geodesy.kernel import kernel

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


class Heard(NamedTuple):
    """Detections in order of array, shape (m,)."""

    time_s: Floats
    azimuth_deg: Floats
    """From array to source, clockwise from true north. Unit: deg."""
    at: Longs
    """Start of each array's detections, shape (arrays + 1,)."""
    log_clutter: Floats
    """Log of each array's clutter per second and degree, shape (arrays,)."""
    free: NDArray[np.int8]
    """1 for detections that no event has claimed."""


class Paths(NamedTuple):
    """From places (columns) to arrays (rows)."""

    distance_m: Floats
    azimuth_deg: Floats
    """At the array towards the place."""
    sector: Longs
    """Of each array; arrays in order of sector."""


class Assumed(NamedTuple):
    """Numbers of the settings, and the common deviations that are summed over."""

    slowness_s_m: Floats
    slowness_sigma_s_m: Floats
    """Each path's own part, shape (ways,)."""
    azimuth_sigma_deg: float
    """Each path's own part."""
    tail: float
    heard: float
    common_s_m: Floats
    """Common deviations of slowness, shape (k, ways)."""
    common_deg: Floats
    """Common deviations of bearings, shape (k,)."""
    weight: Floats
    """Of each pair of deviations, shape (k,)."""


_ROOT_TAU = 2.5066282746310002
_NOTHING = 1e-9
"""Density of a bearing that is as good as none. Unit: 1/deg."""
_FAR = 6.0
"""Standard errors beyond which a time is not of a way."""
_ONSET_S = 5.0
"""Error of an arrival time, whatever the distance. Unit: s."""
_NEGLIGIBLE = 1e-5
"""Share of the posterior that is not looked at for memberships."""


@kernel
def bearing_density(off_deg: float, sigma_deg: float, tail: float) -> float:
    """Give the density of an error of bearing: a bell with a share three times wider. Unit: 1/deg."""
    off = (off_deg + 180.0) % 360.0 - 180.0
    square = (off / sigma_deg) ** 2
    core = (1.0 - tail) * np.exp(-0.5 * square) + tail / 3.0 * np.exp(-square / 18.0)
    return float(core / sigma_deg / _ROOT_TAU)


@kernel
def bearing_densities(
    place: int, heard: Heard, paths: Paths, assumed: Assumed, out: Floats
) -> None:
    """Fill ``out`` (detections, deviations) with the densities of bearings from a place. Unit: 1/deg."""
    for a in range(paths.distance_m.shape[0]):
        for d in range(heard.at[a], heard.at[a + 1]):
            for k in range(assumed.weight.shape[0]):
                off = heard.azimuth_deg[d] - paths.azimuth_deg[a, place] - assumed.common_deg[k]
                density = bearing_density(off, assumed.azimuth_sigma_deg, assumed.tail)
                out[d, k] = density if heard.free[d] and density > _NOTHING else 0.0


@kernel
def time_density(travel_s: float, distance_m: float, shift: int, assumed: Assumed) -> float:
    """Give the density of a travel time under one common deviation, ways summed over. Unit: 1/s."""
    ways = assumed.slowness_s_m.shape[0]
    total = 0.0
    for way in range(ways):
        mean = distance_m * (assumed.slowness_s_m[way] + assumed.common_s_m[shift, way])
        sigma = distance_m * assumed.slowness_sigma_s_m[way] + _ONSET_S
        off = (travel_s - mean) / sigma
        if abs(off) < _FAR:
            total += np.exp(-0.5 * off * off) / sigma
    return float(total / ways / _ROOT_TAU)


@kernel
def array_ratio(
    array: int,
    place: int,
    origin_s: float,
    shift: int,
    bearing: Floats,
    heard: Heard,
    paths: Paths,
    assumed: Assumed,
) -> float:
    """Give the likelihood ratio of all that an array detected, with an event and without.

    The event has at most one detection there, any of them, or is missed.

    Args:
        array: the array.
        place: of the event.
        origin_s: its time.
        shift: the common deviation.
        bearing: densities of bearings, see :func:`bearing_densities`.
        heard: detections.
        paths: from places to arrays.
        assumed: of infrasound.
    """
    total = 0.0
    for d in range(heard.at[array], heard.at[array + 1]):
        if bearing[d, shift] > 0.0:
            travel = heard.time_s[d] - origin_s
            away = paths.distance_m[array, place]
            total += bearing[d, shift] * time_density(travel, away, shift, assumed)
    return float(1.0 - assumed.heard + assumed.heard * total / np.exp(heard.log_clutter[array]))


@kernel
def two_arrays(bearing: Floats, heard: Heard) -> bool:
    """Tell whether two arrays or more have a detection that may come from a place."""
    count = 0
    for a in range(heard.at.shape[0] - 1):
        for d in range(heard.at[a], heard.at[a + 1]):
            if bearing[d].max() > 0.0:
                count += 1
                break
    return bool(count >= 2)


@kernel
def log_ratios(origins_s: Floats, heard: Heard, paths: Paths, assumed: Assumed) -> Floats:
    """Give the log of the likelihood ratio for every place and time, shape (places, times).

    A place that the detections of fewer than two arrays may come from counts as one that all missed.

    Args:
        origins_s: times at the source.
        heard: detections.
        paths: from places to arrays.
        assumed: of infrasound.
    """
    arrays, places = paths.distance_m.shape
    shifts = assumed.weight.shape[0]
    out = np.zeros((places, origins_s.shape[0]))
    out[:] = arrays * np.log(1.0 - assumed.heard)
    product = np.empty(shifts)
    bearing = np.empty((heard.time_s.shape[0], shifts))
    for p in range(places):
        bearing_densities(p, heard, paths, assumed, bearing)
        if not two_arrays(bearing, heard):
            continue
        for t in range(origins_s.shape[0]):
            out[p, t] = 0.0
            product[:] = assumed.weight
            for a in range(arrays):
                if a > 0 and paths.sector[a] != paths.sector[a - 1]:
                    out[p, t] += np.log(product.sum())
                    product[:] = assumed.weight
                for k in range(shifts):
                    product[k] *= array_ratio(a, p, origins_s[t], k, bearing, heard, paths, assumed)
            out[p, t] += np.log(product.sum())
    return out


@kernel
def at_place_and_time(
    place: int,
    origin_s: float,
    bearing: Floats,
    heard: Heard,
    paths: Paths,
    assumed: Assumed,
    ratio: Floats,
    member: Floats,
) -> None:
    """Give the probability that each detection is of an event at one place and time.

    Args:
        place: of the event.
        origin_s: its time.
        bearing: densities of bearings, see :func:`bearing_densities`.
        heard: detections.
        paths: from places to arrays.
        assumed: of infrasound.
        ratio: room for a number for each array and deviation.
        member: receives the probabilities.
    """
    arrays, shifts = ratio.shape
    for a in range(arrays):
        for k in range(shifts):
            ratio[a, k] = array_ratio(a, place, origin_s, k, bearing, heard, paths, assumed)
    post = np.empty(shifts)
    member[:] = 0.0
    for a in range(arrays):
        # the common deviation as all arrays of the sector see it
        post[:] = assumed.weight
        for b in range(arrays):
            if paths.sector[b] == paths.sector[a]:
                post *= ratio[b]
        post *= assumed.heard / post.sum() / np.exp(heard.log_clutter[a])
        for d in range(heard.at[a], heard.at[a + 1]):
            travel = heard.time_s[d] - origin_s
            for k in range(shifts):
                if bearing[d, k] > 0.0:
                    density = time_density(travel, paths.distance_m[a, place], k, assumed)
                    member[d] += post[k] / ratio[a, k] * bearing[d, k] * density


@kernel
def memberships(
    weight: Floats, origins_s: Floats, heard: Heard, paths: Paths, assumed: Assumed
) -> Floats:
    """Give the probability that each detection is of the event, averaged over a posterior.

    Args:
        weight: of each place and time, summing to 1, shape (places, times).
        origins_s: times at the source.
        heard: detections.
        paths: from places to arrays.
        assumed: of infrasound.
    """
    arrays, places = paths.distance_m.shape
    shifts = assumed.weight.shape[0]
    count = heard.time_s.shape[0]
    out, here, ratio = np.zeros(count), np.empty(count), np.empty((arrays, shifts))
    bearing = np.empty((count, shifts))
    for p in range(places):
        if weight[p].max() < _NEGLIGIBLE:
            continue
        bearing_densities(p, heard, paths, assumed, bearing)
        for t in range(origins_s.shape[0]):
            if weight[p, t] >= _NEGLIGIBLE:
                at_place_and_time(p, origins_s[t], bearing, heard, paths, assumed, ratio, here)
                out += weight[p, t] * here
    return out
