"""How found events are compared with a catalogue and with labels. The rules stand here, once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from real_data import Catalogue, Floats, Longs, PickSet

_WGS84 = Geod(ellps="WGS84")
SHIFTS_S = (-97.0, -61.0, -37.0, 37.0, 61.0, 97.0)
"""A catalogue moved by this long matches by chance alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """Events of an associator; ``event`` gives the event of each pick, -1: none."""

    time_s: Floats
    lon: Floats
    lat: Floats
    event: Longs
    seconds: float
    """Of the processor, on one thread."""


def matched(
    found: Found, truth: Catalogue, within_s: float, within_m: float, shift_s: float = 0.0
) -> list[tuple[int, int, float]]:
    """Pair events one to one, the closest first: both bounds hold, closeness is the sum of squares.

    Returns:
        rows of the catalogue, of what was found, and the distance in m.
    """
    order = np.argsort(found.time_s, kind="stable")
    time = found.time_s[order]
    low = np.searchsorted(time, truth.time_s + shift_s - within_s)
    high = np.searchsorted(time, truth.time_s + shift_s + within_s)
    pairs = [(c, int(order[k])) for c in range(len(low)) for k in range(low[c], high[c])]
    if not pairs:
        return []
    c, f = np.array(pairs).T
    away = np.asarray(_WGS84.inv(truth.lon[c], truth.lat[c], found.lon[f], found.lat[f])[2])
    off = found.time_s[f] - truth.time_s[c] - shift_s
    cost = (off / within_s) ** 2 + (away / within_m) ** 2
    out: list[tuple[int, int, float]] = []
    used_c: set[int] = set()
    used_f: set[int] = set()
    for i in np.lexsort((f, c, cost)):
        if away[i] <= within_m and c[i] not in used_c and f[i] not in used_f:
            used_c.add(int(c[i]))
            used_f.add(int(f[i]))
            out.append((int(c[i]), int(f[i]), float(away[i])))
    return out


def by_chance(found: Found, truth: Catalogue, within_s: float, within_m: float) -> float:
    """Give the recall of a catalogue that is moved in time."""
    counts = [len(matched(found, truth, within_s, within_m, shift)) for shift in SHIFTS_S]
    return float(np.mean(counts)) / len(truth.time_s)


def well_supported(found: Found, picks: PickSet) -> NDArray[np.bool_]:
    """Tell which events have eight picks or more, both phases at three stations, five stations."""
    count = np.zeros((len(found.time_s), len(picks.lon), 2), np.int64)
    own = found.event >= 0
    np.add.at(count, (found.event[own], picks.station[own], picks.secondary[own]), 1)
    there = count > 0
    return np.asarray(
        (there.sum(axis=(1, 2)) >= 8)
        & (there.all(axis=2).sum(axis=1) >= 3)
        & (there.any(axis=2).sum(axis=1) >= 5)
    )


def labels_right(found: Found, label: Longs) -> tuple[int, float, float]:
    """Compare with labels: an event is recovered at an overlap of 0.6 of the larger, one to one.

    Returns:
        events recovered, share of the labelled picks that are in the right event, share of the
        associated picks that are not.
    """
    events, true = len(found.time_s), int(label.max()) + 1
    table = np.zeros((events, true), np.int64)
    both = (found.event >= 0) & (label >= 0)
    np.add.at(table, (found.event[both], label[both]), 1)
    size = np.bincount(found.event[found.event >= 0], minlength=events)
    want = np.bincount(label[label >= 0], minlength=true)
    share = table / np.maximum(size[:, None], want[None, :])
    pair: dict[int, int] = {}
    for flat in np.argsort(-share, axis=None, kind="stable"):
        e, k = divmod(int(flat), true)
        if share[e, k] < 0.6:
            break
        if e not in pair and k not in pair.values():
            pair[e] = k
    right = sum(
        1 for e, k in zip(found.event, label, strict=True) if e >= 0 and pair.get(int(e), -2) == k
    )
    return len(pair), right / int((label >= 0).sum()), 1 - right / int((found.event >= 0).sum())
