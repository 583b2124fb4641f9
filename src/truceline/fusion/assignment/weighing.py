"""Evidence against salvos: the pairs that may be, and what each is worth."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.assignment.evidence import (
    FOOTPRINT,
    SECTOR,
    Evidence,
    Floats,
    Incidents,
    Longs,
    chosen,
)
from truceline.fusion.assignment.likeness import (
    Offset,
    log_count,
    log_place,
    log_time,
    looks_ahead_s,
    looks_back_s,
    reach_m,
    travel_s,
)
from truceline.fusion.assignment.places import offsets_m, within
from truceline.fusion.assignment.rates import Rates, step_of
from truceline.fusion.assignment.salvos import missed_share

FIRST: Final = 0.5
"""Share of reports of a salvo whose time is that of its first round. A judgement."""
WORTHLESS: Final = -7.0
"""Log-weight below which an edge is left out: a thousandth."""


class Pairs(NamedTuple):
    """Evidence and single incidents that may belong together, sorted."""

    evidence: Longs
    incident: Longs
    offset: Offset
    distance_m: Floats


class Salvos(NamedTuple):
    """Groups of incidents, shape (s,)."""

    of: Longs
    """Salvo of each incident."""
    share: Floats
    """What share of the words about its salvo is meant for each incident."""
    rounds: Floats
    start_s: Floats
    end_s: Floats
    real: Floats
    """Probability that at least one round is real."""
    lon: Floats
    lat: Floats
    missed: Floats
    """Share of its rounds that is not among the incidents."""


class Worth(NamedTuple):
    """What does not change while rates are learned."""

    pairs: Pairs
    company: Floats
    """How much likelier clutter is at the time of each piece than at any time."""


class Edges(NamedTuple):
    """Evidence and salvos that may belong together, sorted."""

    evidence: Longs
    salvo: Longs
    log_weight: Floats
    """Of the odds that it speaks of this rather than of nothing."""
    of_pair: Longs
    """Edge of each pair."""
    log_part: Floats
    """Log-weight of each pair within its edge, not normalised."""


def salvos_with(incidents: Incidents, of: Longs) -> Salvos:
    """Sum up the incidents of each salvo.

    Args:
        incidents: all.
        of: the salvo of each.
    """
    count = int(of.max(initial=-1)) + 1
    start, end = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(start, of, incidents.time_s)
    np.maximum.at(end, of, incidents.time_s)
    rounds = np.bincount(of, minlength=count).astype(float)
    doubt = np.bincount(of, np.log1p(-np.minimum(incidents.probability, 0.999999)), count)
    is_first = incidents.time_s <= start[of]
    firsts = np.bincount(of, is_first, count)
    share = FIRST * is_first / firsts[of] + (1.0 - FIRST) / rounds[of]
    lon, lat = (
        np.bincount(of, values, count) / np.maximum(rounds, 1)
        for values in (incidents.lon, incidents.lat)
    )
    return Salvos(
        of, share, rounds, start, end, -np.expm1(doubt), lon, lat, missed_share(incidents, of)
    )


def pairs_of(evidence: Evidence, incidents: Incidents, rates: Rates) -> Pairs:
    """Give the pairs that are near enough in place and time."""
    first, second = within(
        evidence.lon, evidence.lat, reach_m(evidence), incidents.lon, incidents.lat
    )
    loose = rates.field._replace(time_scale=1.5)
    time = incidents.time_s[second]
    soon = time >= (evidence.start_s - looks_back_s(evidence, loose))[first]
    late = time <= (evidence.end_s + looks_ahead_s(evidence, loose))[first]
    first, second = first[soon & late], second[soon & late]
    east, north = offsets_m(
        evidence.lon[first], evidence.lat[first], incidents.lon[second], incidents.lat[second]
    )
    cov = incidents.cov_m2[second]
    offset = Offset(east, north, cov[:, 0], cov[:, 2])
    return Pairs(first, second, offset, np.hypot(east, north))


def weighed(
    evidence: Evidence, incidents: Incidents, salvos: Salvos, worth: Worth, rates: Rates
) -> Edges:
    """Weigh every pair, and sum up those of one salvo.

    Source: the odds of data association, probability of detection times density over density of
    clutter (Bar-Shalom, Daum and Huang 2009, IEEE Control Systems 29(6)); a salvo is a mixture over
    its rounds.
    """
    pairs = worth.pairs
    rows = chosen(evidence, pairs.evidence)
    log_ratio = log_place(rows, rates.field, pairs.offset)
    expected = incidents.time_s[pairs.incident] + travel_s(rows, rates.field, pairs.distance_m)
    log_ratio = log_ratio + log_time(
        rows, rates.field, expected, incidents.time_sigma_s[pairs.incident]
    )
    heat = rows.kind == FOOTPRINT
    real = np.log(np.maximum(incidents.probability[pairs.incident], 1e-9))
    share = np.where(heat, 0.0, np.log(salvos.share[pairs.incident]))
    step = np.where(rows.kind == SECTOR, step_of(pairs.distance_m), 0)
    seen = np.clip(rates.seen[rows.stream, step], 1e-6, 0.99)
    log_part = log_ratio + real + share + np.log(seen)
    salvo = salvos.of[pairs.incident]
    keys, of_pair = np.unique(pairs.evidence * (len(salvos.real) + 1) + salvo, return_inverse=True)
    owner, target = keys // (len(salvos.real) + 1), keys % (len(salvos.real) + 1)
    summed = _log_sums(log_part, of_pair, len(keys))
    missed = np.ones(len(keys))
    np.minimum.at(missed, of_pair, 1.0 - seen * salvos.real[salvo])
    ends = chosen(evidence, owner)
    summed += log_count(ends, salvos.rounds[target])
    summed -= np.log(missed) + np.log(rates.clutter[ends.stream] * worth.company[owner])
    return Edges(owner, target, summed, of_pair, log_part)


def _log_sums(values: Floats, group: Longs, count: int) -> Floats:
    """Give the log of the sum of exponentials of each group."""
    top = np.full(count, -np.inf)
    np.maximum.at(top, group, values)
    summed = np.bincount(group, np.exp(values - top[group]), count)
    return np.asarray(top + np.log(np.maximum(summed, 1e-300)), float)
