"""How likely evidence is, if it speaks of something at a place and a time, against clutter.

Every function gives the log of a ratio: the density of what was written down if it speaks of this,
over its density if it is clutter, which comes at any time of the span, from any direction and
distance. A small share of wrong words, as large as that of a careful observer, bounds each from below.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.special import erf

from truceline.fusion.assignment.evidence import FOOTPRINT, PLACE, SECTOR, Evidence, Floats

SOUND_M_S: Final = 340.0
"""Speed at which a patrol is reached; 10 % of it are a second or two, far below its watch. Unit: m/s."""
WRONG: Final = 0.005
"""Share of directions, distances and times that are slips of the pen. A judgement: one word in two
hundred. Generous, it gives to a salvo what was heard of its answer from elsewhere."""
LEAST_RANGE_SIGMA: Final = 0.1
"""Distances are judged no better, as a share.

Source: judged distances of sounds scatter by tens of per cent even among the trained (Zahorik,
Brungart and Bronkhorst 2005, Acta Acustica 91)."""
PIXEL_SIGMA: Final = 0.15
"""Error of a pixel's place, and of its size off nadir, as a share of its side. A judgement."""
_GATE: Final = 5.0


class Field(NamedTuple):
    """What clutter may be of, and how far words may be trusted; learned from the data."""

    span_s: float
    """Time over which evidence was gathered."""
    area_m2: float
    """Ground from which a satellite's or a paper's clutter may be."""
    range_m: float
    """Longest distance that observers write."""
    time_scale: float
    """Factor on the stated errors of times."""
    bearing_scale: float
    range_scale: float
    late_s: float
    """How much later than sound arrives an observer writes."""
    burns_s: Floats
    """Mean time from an event to the first sight of its fire, by stream."""
    wrong: float = WRONG
    """Share of words that are slips."""


class Offset(NamedTuple):
    """Where something lies, seen from the evidence; broadcasts against rows of evidence."""

    east_m: Floats
    north_m: Floats
    ee_m2: Floats
    nn_m2: Floats


def log_place(evidence: Evidence, field: Field, offset: Offset) -> Floats:
    """Give the log-ratio by place: direction and distance, pixel, settlement.

    Args:
        evidence: rows that broadcast against the offsets.
        field: what clutter may be of.
        offset: of the supposed source, with its own variance.
    """
    by_kind = (_log_sector, _log_footprint, _log_settlement)
    kinds = np.unique(evidence.kind)
    if len(kinds) == 1:
        return by_kind[int(kinds[0])](evidence, field, offset)
    choice = [evidence.kind == kind for kind in (SECTOR, FOOTPRINT, PLACE)]
    return np.asarray(np.select(choice, [one(evidence, field, offset) for one in by_kind]), float)


def log_time(evidence: Evidence, field: Field, time_s: Floats, sigma_s: Floats) -> Floats:
    """Give the log-ratio by time; of heat the time may lie hours before.

    Args:
        evidence: rows that broadcast against the times.
        field: what clutter may be of.
        time_s: at which it was seen or heard, if it is this.
        sigma_s: its error.
    """
    scaled = evidence.time_sigma_s * field.time_scale
    sigma = np.sqrt(scaled**2 + sigma_s**2) + 1e-3
    length = evidence.end_s - evidence.start_s
    instant = length < 0.5 * sigma
    middle = (evidence.start_s + evidence.end_s) / 2.0
    log_bell = -0.5 * ((middle - time_s) / sigma) ** 2 - np.log(sigma * np.sqrt(2 * np.pi))
    log_box = np.log(
        _mass(evidence.start_s, evidence.end_s, time_s, sigma) / np.maximum(length, 1e-3) + 1e-300
    )
    burns = field.burns_s[evidence.stream]
    log_heat = _log_decay(evidence.start_s - time_s, sigma, burns)
    log_time = np.where(evidence.kind == FOOTPRINT, log_heat, np.where(instant, log_bell, log_box))
    return _with_slips(log_time + np.log(field.span_s), field.wrong)


def log_count(evidence: Evidence, rounds: Floats) -> Floats:
    """Give the log-ratio of the number of rounds told of; 0 where none is told.

    The number told scatters about the number found by a factor of two, since either may miss rounds;
    clutter tells of any number from one to some hundred. Judgements.
    """
    low, high = (
        np.log(np.maximum(evidence.count_min, 1.0)),
        np.log(np.maximum(evidence.count_max, 1.0)),
    )
    found = np.log(np.maximum(rounds, 1.0))
    beyond = np.maximum(np.maximum(low - found, found - high), 0.0)
    spread, width = np.log(2.0), np.log(100.0)
    scale = high - low + spread * np.sqrt(2 * np.pi)
    return _with_slips(-0.5 * (beyond / spread) ** 2 + np.log(width / scale), WRONG)


def travel_s(evidence: Evidence, field: Field, distance_m: Floats) -> Floats:
    """Give how long after it happened an observer at this distance writes it down."""
    heard = distance_m / SOUND_M_S + field.late_s
    return np.where(evidence.kind == SECTOR, heard, 0.0)


def reach_m(evidence: Evidence) -> Floats:
    """Give the distance beyond which evidence says nothing of a source."""
    far = np.where(np.isnan(evidence.range_max_m), 15_000.0, evidence.range_max_m * 1.7 + 1500.0)
    pixel = np.nan_to_num(evidence.size_m) * 1.5
    by_kind = np.select([evidence.kind == SECTOR, evidence.kind == FOOTPRINT], [far, pixel], 0.0)
    return np.asarray(by_kind + 4.0 * evidence.sigma_m + 500.0, float)


def looks_back_s(evidence: Evidence, field: Field) -> Floats:
    """Give how long before its start evidence may speak of."""
    slack = _GATE * (evidence.time_sigma_s * field.time_scale + 1.0) + 60.0
    burns = 6.0 * field.burns_s[evidence.stream]
    return np.asarray(np.where(evidence.kind == FOOTPRINT, burns, slack), float)


def looks_ahead_s(evidence: Evidence, field: Field) -> Floats:
    """Give how long after its end evidence may speak of: clocks are wrong."""
    return np.asarray(_GATE * (evidence.time_sigma_s * field.time_scale + 1.0), float)


def bearing_residual(evidence: Evidence, offset: Offset) -> tuple[Floats, Floats]:
    """Give written less true bearing, and the part of its error that is of places. Unit: deg."""
    distance = np.maximum(np.hypot(offset.east_m, offset.north_m), 100.0)
    to = np.degrees(np.arctan2(offset.east_m, offset.north_m))
    turn = (evidence.bearing_deg - to + 180.0) % 360.0 - 180.0
    across = np.sqrt(evidence.sigma_m**2 + (offset.ee_m2 + offset.nn_m2) / 2.0)
    return turn, np.degrees(np.arctan2(across, distance))


def range_residual(evidence: Evidence, offset: Offset) -> tuple[Floats, Floats]:
    """Give the log of written over true distance, and its stated error."""
    distance = np.maximum(np.hypot(offset.east_m, offset.north_m), 100.0)
    middle = np.maximum((evidence.range_min_m + evidence.range_max_m) / 2.0, 50.0)
    half = (evidence.range_max_m - evidence.range_min_m) / 2.0
    across = np.sqrt(evidence.sigma_m**2 + (offset.ee_m2 + offset.nn_m2) / 2.0)
    sigma = np.sqrt(np.maximum(half / middle, LEAST_RANGE_SIGMA) ** 2 + (across / distance) ** 2)
    return np.log(middle / distance), sigma


def _log_sector(evidence: Evidence, field: Field, offset: Offset) -> Floats:
    turn, places = bearing_residual(evidence, offset)
    sigma = np.hypot(evidence.bearing_sigma_deg * field.bearing_scale, places)
    bearing = _log_bell(turn, sigma) + np.log(360.0)
    far, spread = range_residual(evidence, offset)
    # a density over the logarithm of distance, against one that is even over distance
    middle = np.maximum((evidence.range_min_m + evidence.range_max_m) / 2.0, 50.0)
    distance = _log_bell(far, spread * field.range_scale) + np.log(field.range_m / middle)
    return _with_slips(bearing, field.wrong) + _with_slips(distance, field.wrong)


def _log_footprint(evidence: Evidence, field: Field, offset: Offset) -> Floats:
    half = evidence.size_m / 2.0
    own = (evidence.size_m * PIXEL_SIGMA) ** 2 + evidence.sigma_m**2
    east = _mass(-half, half, offset.east_m, np.sqrt(own + offset.ee_m2))
    north = _mass(-half, half, offset.north_m, np.sqrt(own + offset.nn_m2))
    density = east * north / evidence.size_m**2
    return np.log(density * field.area_m2 + 1e-300)


def _log_settlement(evidence: Evidence, field: Field, offset: Offset) -> Floats:
    ee, nn = evidence.sigma_m**2 + offset.ee_m2 + 1.0, evidence.sigma_m**2 + offset.nn_m2 + 1.0
    square = offset.east_m**2 / ee + offset.north_m**2 / nn
    density = -0.5 * square - np.log(2 * np.pi) - 0.5 * np.log(ee * nn)
    return np.asarray(density + np.log(field.area_m2), float)


def _log_bell(residual: Floats, sigma: Floats) -> Floats:
    sigma = np.maximum(sigma, 1e-9)
    return np.asarray(-0.5 * (residual / sigma) ** 2 - np.log(sigma * np.sqrt(2 * np.pi)), float)


def _with_slips(log_ratio: Floats, wrong: float) -> Floats:
    """Mix in the share of words that are wrong, and so as clutter is; what is not given says nothing."""
    right = np.log1p(-wrong) + np.where(np.isnan(log_ratio), 0.0, log_ratio)
    return np.asarray(np.logaddexp(right, np.log(wrong)), float)


def _mass(low: Floats, high: Floats, middle: Floats, sigma: Floats) -> Floats:
    """Give the mass of a bell between two bounds."""
    root = np.sqrt(2.0) * np.maximum(sigma, 1e-9)
    return np.asarray(0.5 * (erf((high - middle) / root) - erf((low - middle) / root)), float)


def _log_decay(delay_s: Floats, sigma_s: Floats, mean_s: Floats) -> Floats:
    """Give the log of an exponential density of the delay, its edge softened by the clock's error."""
    soft = 0.5 * (1.0 + erf(delay_s / (np.sqrt(2.0) * sigma_s)))
    return np.asarray(np.log(soft + 1e-300) - np.maximum(delay_s, 0.0) / mean_s - np.log(mean_s))
