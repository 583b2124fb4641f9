"""Parts of a network that cannot hear the same event: the space of space-time partitions."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from truceline.fusion.association.arrays import Longs, Near


def regions_of(near: Near) -> Longs:
    """Number the connected parts of the network, by their first sensor, shape (n,).

    Sensors are joined when one is a neighbour of the other (25 km). No event has members in two
    parts, so that each can be worked on alone.

    Args:
        near: neighbours of each sensor.
    """
    count, most = near.sensor.shape
    there = near.sensor >= 0
    own = np.repeat(np.arange(count), most).reshape(count, most)[there]
    other = near.sensor[there]
    joined = coo_array((np.ones(len(own), np.int8), (own, other)), (count, count))
    _, label = connected_components(joined, directed=False)
    first = np.unique(label, return_index=True)[1]
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[label], np.int64)
