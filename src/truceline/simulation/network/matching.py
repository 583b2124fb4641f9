"""Which incident is which event: shared detections over the larger of the two, one to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.numbers import Bools, Floats, Ints
from truceline.simulation.network.picks import DIRECT, FALSE
from truceline.simulation.network.read import Output, Truth

OVERLAP: Final = 0.6
COUNTS: Final = 0.5
"""Least probability of an incident that counts."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Rows of incidents and of events."""

    counted: Ints
    """Rows of incidents that count: probable enough, with a member."""
    event_of: Ints
    """For every incident the row of its event; -1 where it is wrong or does not count."""
    overlap: Floats
    """With that event; 0 where there is none."""


def match(truth: Truth, output: Output) -> Matching:
    """Match incidents to events by what they share, the best first; each is taken once.

    Echoes and gross outliers of an event neither add to nor take from an incident that is compared
    with it. Members that no file knows count as wrong.
    """
    row_of = {name: row for row, name in enumerate(output.incident_id)}
    incident = np.array([row_of.get(name, -1) for name in output.member_incident], dtype=np.int64)
    detection = output.member_detection
    known = (detection >= 1) & (detection <= truth.detections)
    event = np.where(known, truth.event_of[np.where(known, detection, 0)], -1)
    mark = np.where(known, truth.mark_of[np.where(known, detection, 0)], FALSE)
    count = len(output.incident_id)
    size = np.bincount(incident[incident >= 0], minlength=count)
    counted = np.flatnonzero((output.probability >= COUNTS) & (size > 0))
    able = np.zeros(count + 1, dtype=bool)
    able[counted] = True
    choice = able[incident] & (event >= 0)
    pair, overlap = _overlaps(truth, incident[choice], event[choice], mark[choice] == DIRECT, size)
    event_of, won = np.full(count, -1), np.zeros(count)
    taken: set[int] = set()
    for k in np.lexsort((pair[1], pair[0], -overlap)):
        one, what = int(pair[0][k]), int(pair[1][k])
        if overlap[k] >= OVERLAP and event_of[one] < 0 and what not in taken:
            event_of[one], won[one] = what, overlap[k]
            taken.add(what)
    return Matching(counted, event_of, won)


def _overlaps(
    truth: Truth, incident: Ints, event: Ints, direct: Bools, size: Ints
) -> tuple[tuple[Ints, Ints], Floats]:
    """Give the overlap of every incident with every event of which it has a detection."""
    key = incident * (len(truth.events.event_id) + 1) + event
    keys, at = np.unique(key, return_inverse=True)
    shared = np.bincount(at, direct, len(keys))
    neutral = np.bincount(at, ~direct, len(keys))
    one, what = keys // (len(truth.events.event_id) + 1), keys % (len(truth.events.event_id) + 1)
    larger = np.maximum(size[one] - neutral, truth.events.direct[what])
    return (one, what), shared / np.maximum(larger, 1.0)
