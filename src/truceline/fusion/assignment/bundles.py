"""One line that tells of several things is one piece of evidence; so are lines that say one thing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.assignment.evidence import Evidence, Floats, Longs, chosen

_SAME = (
    "kind", "lon", "lat", "sigma_m", "start_s", "end_s", "time_sigma_s", "bearing_deg",
    "bearing_sigma_deg", "range_min_m", "range_max_m", "size_m", "observer", "group", "stream",
)  # fmt: skip


class Bundled(NamedTuple):
    """Evidence in canonical order, each thing once."""

    evidence: Evidence
    of: Longs
    """Piece of each row that was given."""


def bundled(evidence: Evidence) -> Bundled:
    """Put together what one observer says of one place and time; counts add up.

    The result does not depend on the order of the rows.

    >>> from truceline.fusion.assignment.evidence import no_evidence
    >>> twice = no_evidence(2)._replace(observer=np.zeros(2, int), group=np.zeros(2, int))
    >>> bundled(twice._replace(count_max=np.array([3.0, 9.0]))).evidence.count_max.tolist()
    [12.0]
    """
    if not len(evidence.kind):
        return Bundled(evidence, np.zeros(0, np.int64))
    keys = [np.nan_to_num(np.asarray(getattr(evidence, name), float), nan=-1e9) for name in _SAME]
    start = _SAME.index("start_s")
    table = np.column_stack([keys[start], *keys])
    _, first, of = np.unique(table, axis=0, return_index=True, return_inverse=True)
    of = of.reshape(-1).astype(np.int64)
    one = chosen(evidence, first.astype(np.int64))
    low, high = _sum(evidence.count_min, of), _sum(evidence.count_max, of)
    return Bundled(one._replace(count_min=low, count_max=high), of)


def _sum(values: Floats, of: Longs) -> Floats:
    """Add up what is given; where nothing is, nothing is known."""
    known = ~np.isnan(values)
    total = np.bincount(of, np.where(known, values, 0.0))
    return np.where(np.bincount(of, known) > 0, total, np.nan)
