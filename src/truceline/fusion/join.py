"""Joining observations into events by likelihood ratio in space, time and kind.

Two groups of observations A and B are joined when the evidence for one event exceeds that for two::

    log L = log p(A, B | one event) - log p(A | event) - log p(B | event)
            - log density(place) + log P(a further source tells of it)

Each factor has a closed form, because every observation is a Gaussian over place, a Gaussian or a
window over time, and a distribution over kinds: the product of two Gaussians integrates to a
Gaussian of their difference, windows to the length of their common part. Pairs are joined from the
largest ratio down, and ratios are taken anew after each join. Sounds were told apart by their arrivals
before, and no two of them are joined. Ties fall to the smaller index, and
observations are in canonical order, so that the order of arrival does not matter.

Source: hypothesis evidence as in Bar-Shalom & Li (1995), Multitarget-Multisensor Tracking, ch. 8,
applied to impulsive events.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
import scipy  # its spatial is loaded when it is used

from truceline.fusion.arrays import AREA_SIGMA_M, Floats, Observations
from truceline.fusion.calibrate import Calibration

_EARTH_M = 6_371_008.8
_GATE_SIGMAS = 4.0
_LONGEST_WINDOW_S = 2 * 86_400.0
"""Windows longer than this say too little about when to join anything. Unit: s."""


@dataclass(slots=True)
class _Cluster:
    """The product of its members' likelihoods."""

    members: list[int]
    lon: float
    lat: float
    cov: tuple[float, float, float]
    low: float
    high: float
    mean: float
    variance: float
    """Of the Gaussian over time; infinite where all members are windows. Unit: s²."""
    kinds: Floats
    told_apart: bool
    """Whether one of them is an event that was told apart from others of its sort already."""


@dataclass(frozen=True, slots=True)
class Event:
    """One group of observations taken as one event."""

    members: tuple[int, ...]
    """Indices into the observations, ascending."""
    lon: float
    lat: float
    cov: tuple[float, float, float]
    """ee, en, nn. Unit: m²."""
    start: float
    end: float
    """Window or instant (``start == end``). Unit: s since 1970."""
    time_sigma: float
    """Unit: s; 0 for a window."""
    kinds: Floats
    """Probability of each leaf kind, shape (k,); sums to 1."""


def join(observations: Observations, calibration: Calibration) -> list[Event]:
    """Join observations into events.

    Args:
        observations: in canonical order.
        calibration: event density, kind prior, joint detection.

    Returns:
        events ordered by their first member; each observation is in exactly one.
    """
    prior = np.array([calibration.kind_prior.get(c, 1e-6) for c in observations.leaf_codes])
    clusters = [_single(observations, i) for i in range(len(observations))]
    alive: dict[int, _Cluster] = dict(enumerate(clusters))
    neighbours = _neighbours(observations)
    heap: list[tuple[float, int, int, int, int]] = []
    age = [0] * len(observations)

    def push(a: int, b: int) -> None:
        a, b = min(a, b), max(a, b)
        gain = _gain(alive[a], alive[b], prior, calibration)
        if gain > 0:
            heapq.heappush(heap, (-gain, a, b, age[a], age[b]))

    for a in sorted(neighbours):
        for b in sorted(neighbours[a]):
            if a < b:
                push(a, b)
    while heap:
        _, a, b, age_a, age_b = heapq.heappop(heap)
        if a not in alive or b not in alive or age[a] != age_a or age[b] != age_b:
            continue
        alive[a] = _merged(alive[a], alive.pop(b), prior)
        age[a] += 1
        neighbours[a] |= neighbours.pop(b)
        neighbours[a] -= {a, b}
        for c in sorted(neighbours[a]):
            neighbours[c].discard(b)
            neighbours[c].add(a)
            push(a, c)
    return [_event(alive[i]) for i in sorted(alive)]


def _single(observations: Observations, i: int) -> _Cluster:
    window = observations.end[i] > observations.start[i]
    ee, en, nn = (float(v) for v in observations.cov[i])
    return _Cluster(
        [i],
        float(observations.lon[i]),
        float(observations.lat[i]),
        (ee, en, nn),
        float(observations.start[i]) if window else -math.inf,
        float(observations.end[i]) if window else math.inf,
        0.0 if window else float(observations.start[i]),
        math.inf if window else float(observations.time_sigma[i]) ** 2,
        observations.kinds[i],
        bool(observations.told_apart[i]),
    )


def _neighbours(observations: Observations) -> dict[int, set[int]]:
    """Find pairs that could be one event: near in place and time, neither too vague."""
    sigma = np.sqrt(observations.cov[:, [0, 2]].max(axis=1, initial=0.0))
    length = observations.end - observations.start
    usable = np.flatnonzero((sigma < AREA_SIGMA_M) & (length <= _LONGEST_WINDOW_S))
    found: dict[int, set[int]] = {i: set() for i in range(len(observations))}
    if len(usable) < 2:
        return found
    # classes of error keep a few vague places from widening the search for all
    order = usable[np.argsort(sigma[usable], kind="stable")]
    for chunk in _classes(order, sigma):
        _add_pairs(observations, chunk, order, sigma, found)
    return found


def _classes(order: np.ndarray, sigma: Floats) -> list[np.ndarray]:
    edges = np.searchsorted(sigma[order], [500.0, 2_000.0, 5_000.0, 10_000.0, AREA_SIGMA_M])
    return [c for c in np.split(order, edges[:-1]) if len(c)]


def _add_pairs(
    observations: Observations,
    chunk: np.ndarray,
    order: np.ndarray,
    sigma: Floats,
    found: dict[int, set[int]],
) -> None:
    """Pair each of ``chunk`` with every observation that is no vaguer than the chunk."""
    widest = float(sigma[chunk].max())
    others = order[sigma[order] <= widest]
    reach = _GATE_SIGMAS * widest * math.sqrt(2)
    # one axis of the tree is time, scaled so that its own gate equals the reach in metres
    length = observations.end - observations.start
    pause = max(float((length / 2 + 4 * observations.time_sigma)[others].max()) * 2, 1.0)
    points = _tree_points(observations, reach / pause)
    tree = scipy.spatial.cKDTree(points[others])
    # the corner of a box of one reach in each of three directions; the exact gate comes after
    near = tree.query_ball_point(points[chunk], 1.01 * reach * math.sqrt(3))
    for i, hits in zip(chunk.tolist(), near, strict=True):
        for j in others[hits].tolist():
            if i != j and _gated(observations, i, j):
                found[i].add(j)
                found[j].add(i)


def _tree_points(observations: Observations, metres_per_second: float) -> Floats:
    lon, lat = np.deg2rad(observations.lon), np.deg2rad(observations.lat)
    middle = (observations.start + observations.end) / 2
    return np.column_stack(
        [
            _EARTH_M * np.cos(lat) * np.cos(lon),
            _EARTH_M * np.cos(lat) * np.sin(lon),
            _EARTH_M * np.sin(lat),
            middle * metres_per_second,
        ]
    )


def _gated(observations: Observations, i: int, j: int) -> bool:
    """Tell whether a pair is near enough in time and within the gate of its own errors."""
    margin = 4 * math.hypot(observations.time_sigma[i], observations.time_sigma[j])
    gap = max(observations.start[i], observations.start[j]) - min(
        observations.end[i], observations.end[j]
    )
    if gap > margin:
        return False
    east, north = offset_m(
        observations.lon[i], observations.lat[i], observations.lon[j], observations.lat[j]
    )
    reach = observations.cov[i, 0] + observations.cov[i, 2]
    reach += observations.cov[j, 0] + observations.cov[j, 2]
    return bool(east * east + north * north <= _GATE_SIGMAS**2 * reach)


def offset_m(lon1: float, lat1: float, lon2: float, lat2: float) -> tuple[float, float]:
    """Give the east and north offset of place 2 from place 1 within some tens of km. Unit: m.

    Source: radii of curvature of WGS 84 at the middle latitude (Rapp 1991); below 1e-4 of the
    distance up to 100 km.
    """
    prime, meridian = _radii_m((lat1 + lat2) / 2)
    middle = math.radians((lat1 + lat2) / 2)
    return (
        math.radians(lon2 - lon1) * prime * math.cos(middle),
        math.radians(lat2 - lat1) * meridian,
    )


def moved(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Give the place that lies so far east and north of (lon, lat): :func:`offset_m` undone.

    >>> moved(30.0, 50.0, 0.0, 0.0)
    (30.0, 50.0)
    """
    _, meridian = _radii_m(lat)
    to_lat = lat + math.degrees(north_m / meridian)
    prime, meridian = _radii_m((lat + to_lat) / 2)
    to_lat = lat + math.degrees(north_m / meridian)
    middle = math.radians((lat + to_lat) / 2)
    return lon + math.degrees(east_m / (prime * math.cos(middle))), to_lat


def _radii_m(lat: float) -> tuple[float, float]:
    """Give the radii of curvature of WGS 84 in the prime vertical and the meridian. Unit: m."""
    w2 = 1 - 0.00669437999014 * math.sin(math.radians(lat)) ** 2
    prime = 6_378_137.0 / math.sqrt(w2)
    return prime, prime * (1 - 0.00669437999014) / w2


def _gain(a: _Cluster, b: _Cluster, prior: Floats, calibration: Calibration) -> float:
    """Give the log-likelihood ratio of one event against two."""
    if a.told_apart and b.told_apart:
        return -math.inf
    place = _log_gauss2(a, b)
    if place < -80.0:
        return -math.inf
    when = _log_time(a, b)
    if when == -math.inf:
        return -math.inf
    kind = math.log(max(float(np.sum(a.kinds * b.kinds / prior)), 1e-300))
    density = max(calibration.density(a.lon, a.lat), calibration.density(b.lon, b.lat))
    return place + when + kind - math.log(density) + math.log(calibration.joint_detection)


def _log_gauss2(a: _Cluster, b: _Cluster) -> float:
    east, north = offset_m(a.lon, a.lat, b.lon, b.lat)
    ee, en, nn = (x + y for x, y in zip(a.cov, b.cov, strict=True))
    det = ee * nn - en * en
    square = (nn * east * east - 2 * en * east * north + ee * north * north) / det
    return -0.5 * square - math.log(2 * math.pi) - 0.5 * math.log(det)


def _log_time(a: _Cluster, b: _Cluster) -> float:
    low, high = max(a.low, b.low), min(a.high, b.high)
    mean, variance, both = _time_product(a, b)
    together = _log_mass(mean, variance, low, high)
    if together == -math.inf:
        return -math.inf
    apart = _log_mass(a.mean, a.variance, a.low, a.high)
    apart += _log_mass(b.mean, b.variance, b.low, b.high)
    return both + together - apart


def _time_product(a: _Cluster, b: _Cluster) -> tuple[float, float, float]:
    """Give mean and variance of the product of the Gaussians over time, and its log integral."""
    if math.isinf(a.variance):
        return b.mean, b.variance, 0.0
    if math.isinf(b.variance):
        return a.mean, a.variance, 0.0
    total = a.variance + b.variance
    mean = (a.mean * b.variance + b.mean * a.variance) / total
    both = -0.5 * (a.mean - b.mean) ** 2 / total - 0.5 * math.log(2 * math.pi * total)
    return mean, a.variance * b.variance / total, both


def _log_mass(mean: float, variance: float, low: float, high: float) -> float:
    """Give the log of a window's length, or of a Gaussian's mass inside it."""
    if high <= low:
        return -math.inf
    if math.isinf(variance):
        return math.log(high - low)
    root = math.sqrt(2 * variance)
    mass = 0.5 * (math.erf((high - mean) / root) - math.erf((low - mean) / root))
    return math.log(mass) if mass > 1e-12 else -math.inf


def _merged(a: _Cluster, b: _Cluster, prior: Floats) -> _Cluster:
    east, north = offset_m(a.lon, a.lat, b.lon, b.lat)
    cov_a = np.array([[a.cov[0], a.cov[1]], [a.cov[1], a.cov[2]]])
    cov_b = np.array([[b.cov[0], b.cov[1]], [b.cov[1], b.cov[2]]])
    gain = cov_a @ np.linalg.inv(cov_a + cov_b)
    cov = cov_a - gain @ cov_a
    shift = gain @ np.array([east, north])
    lon, lat = moved(a.lon, a.lat, float(shift[0]), float(shift[1]))
    mean, variance, _ = _time_product(a, b)
    kinds = a.kinds * b.kinds / prior
    return _Cluster(
        sorted(a.members + b.members),
        lon,
        lat,
        (float(cov[0, 0]), float((cov[0, 1] + cov[1, 0]) / 2), float(cov[1, 1])),
        max(a.low, b.low),
        min(a.high, b.high),
        mean,
        variance,
        kinds / kinds.sum(),
        a.told_apart or b.told_apart,
    )


def _event(cluster: _Cluster) -> Event:
    if math.isinf(cluster.variance):
        start, end, sigma = cluster.low, cluster.high, 0.0
    else:
        start = end = min(max(cluster.mean, cluster.low), cluster.high)
        sigma = math.sqrt(cluster.variance)
    return Event(
        tuple(cluster.members),
        cluster.lon,
        cluster.lat,
        cluster.cov,
        start,
        end,
        sigma,
        cluster.kinds,
    )
