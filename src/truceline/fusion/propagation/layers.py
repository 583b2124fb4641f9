"""First arrivals through flat layers by tracing rays: straight up through them, or along one below."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from truceline.geodesy.kernel import kernel

Floats = NDArray[np.float64]


class Layers(NamedTuple):
    """Layers of one speed each, from the surface down; the last goes on for ever."""

    top_m: Floats
    """Depth of the top, the first 0, rising, shape (n,). Unit: m."""
    speed_m_s: Floats
    """Of one phase, shape (n,). Unit: m/s."""


def layers_of(top_m: ArrayLike, speed_m_s: ArrayLike) -> Layers:
    """Check and give layers.

    Args:
        top_m: depth of each top. Unit: m.
        speed_m_s: of one phase in each layer.

    Raises:
        ValueError: when tops do not rise from 0 or a speed is no positive number.

    >>> layers_of([0.0, 5500.0], [5500.0, 6300.0]).speed_m_s.tolist()
    [5500.0, 6300.0]
    """
    top, speed = np.asarray(top_m, float), np.asarray(speed_m_s, float)
    if top.ndim != 1 or top.shape != speed.shape or not top.size or top[0] != 0.0:
        raise ValueError("layers: give one speed for each top, and let the first top be 0 m")
    if not (np.all(np.diff(top) > 0) and np.all(np.isfinite(top))):
        raise ValueError(f"layers: tops must rise from the surface down, got {top.tolist()} m")
    if not np.all(np.isfinite(speed) & (speed > 0)):
        raise ValueError(f"layers: speeds must be positive, got {speed.tolist()} m/s")
    return Layers(top, speed)


def sliced(depth_m: ArrayLike, speed_m_s: ArrayLike, slice_m: float) -> Layers:
    """Cut a speed that changes steadily between given depths into thin layers.

    Args:
        depth_m: where speeds are given, from 0 down. Unit: m.
        speed_m_s: there.
        slice_m: greatest thickness of a layer.

    Raises:
        ValueError: when the depths do not rise from 0, a speed is not positive, or the slice is not.

    >>> sliced([0.0, 1000.0], [2000.0, 3000.0], 500.0).speed_m_s.tolist()
    [2250.0, 2750.0, 3000.0]
    """
    if not slice_m > 0:
        raise ValueError(f"a slice of {slice_m} m: give a positive thickness")
    depth, speed = layers_of(depth_m, speed_m_s)
    edges = [
        np.linspace(a, b, int(np.ceil((b - a) / slice_m)) + 1)[:-1] for a, b in pairwise(depth)
    ]
    top = np.concatenate([*edges, depth[-1:]])
    middle = np.append((top[:-1] + top[1:]) / 2, depth[-1])
    return layers_of(top, np.interp(middle, depth, speed))


_HALVINGS: Final = 36


@kernel
def up_going(distance_m: float, thick: Floats, speed: Floats, count: int) -> float:
    """Give the time of the ray that climbs through ``count`` layers to the surface. Unit: s.

    Source: Snell's law; offset and time of the ray parameter p are the sums over layers of
    h p v / sqrt(1 - p² v²) and h / (v sqrt(1 - p² v²)). The offset grows with p, so p is halved in.
    """
    fastest = 0.0
    for i in range(count):
        if thick[i] > 0.0 and speed[i] > fastest:
            fastest = speed[i]
    if fastest == 0.0:
        return float(distance_m / speed[count - 1])
    # p v = sin of the steepest turn: 1 - 2^-x of it is halved in x, so that grazing rays keep digits
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # short form of 1 - cos, whose square root below keeps its digits near grazing
        p = (1.0 - (1.0 - middle) ** 2) / fastest
        offset = 0.0
        for i in range(count):
            sine = p * speed[i]
            offset += thick[i] * sine / np.sqrt(max(1.0 - sine * sine, 1e-300))
        if offset < distance_m:
            low = middle
        else:
            high = middle
    p = (1.0 - (1.0 - low) ** 2) / fastest
    # time = p X + tau(p) is stationary in p, so that the digits lost in p do not matter
    tau = p * distance_m
    for i in range(count):
        sine = p * speed[i]
        tau += thick[i] * np.sqrt(max(1.0 - sine * sine, 0.0)) / speed[i]
    return float(tau)


@kernel
def waves_below(
    above: Floats,
    below: Floats,
    speed: Floats,
    first: int,
    slow: Floats,
    head: Floats,
    reach: Floats,
) -> int:
    """Give the waves that run along the top of a faster layer below the source.

    Source: head wave, X/v + sum h sqrt(1/u² - 1/v²) over both legs, from the critical offset on.

    Args:
        above: thickness that the climbing leg crosses in each layer over the source.
        below: thickness of each layer under the source.
        speed: of the layers.
        first: layer of the source.
        slow: receives slowness along the interface of each. Unit: s/m.
        head: receives the time of the legs. Unit: s.
        reach: receives the critical offset. Unit: m.

    Returns:
        how many there are.
    """
    count = 0
    fastest = 0.0
    for i in range(first + 1):
        fastest = max(fastest, speed[i])
    for j in range(first + 1, speed.shape[0]):
        v = speed[j]
        if v > fastest:
            slow[count], head[count], reach[count] = 1.0 / v, 0.0, 0.0
            for i in range(j):
                # both legs cross what lies under the source, one what lies over it
                crossed = above[i] + 2 * below[i]
                cosine = np.sqrt(1.0 - (speed[i] / v) ** 2)
                head[count] += crossed * cosine / speed[i]
                reach[count] += crossed * (speed[i] / v) / cosine
            count += 1
            fastest = v
    return count


@kernel
def first_arrivals(distance_m: Floats, depth_m: float, layers: Layers) -> Floats:
    """Give first arrivals at the surface from a source at a depth. Unit: s.

    Args:
        distance_m: over ground, 0 or more, shape (n,).
        depth_m: of the source, 0 or more.
        layers: of one phase.
    """
    top, speed = layers.top_m, layers.speed_m_s
    n = top.shape[0]
    above, below = np.zeros(n), np.zeros(n)
    first = 0
    for i in range(n):
        bottom = top[i + 1] if i + 1 < n else np.inf
        if top[i] <= depth_m:
            first = i
            above[i] = min(depth_m, bottom) - top[i]
        if bottom < np.inf:
            below[i] = bottom - max(top[i], min(depth_m, bottom))
    slow, head, reach = np.empty(n), np.empty(n), np.empty(n)
    waves = waves_below(above, below, speed, first, slow, head, reach)
    out = np.empty(distance_m.shape[0])
    for d in range(distance_m.shape[0]):
        out[d] = up_going(distance_m[d], above, speed, first + 1)
        for w in range(waves):
            if distance_m[d] >= reach[w]:
                out[d] = min(out[d], head[w] + slow[w] * distance_m[d])
    return out
