"""Hypotheses of events: each detection as a first arrival, supported places, the best refined."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import (
    MOST_MEMBERS,
    Air,
    Bytes,
    Events,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
)
from truceline.fusion.association.fitting import UNKNOWNS
from truceline.fusion.association.partners import MOST_ARRIVALS, ROUGH_S, gathered
from truceline.fusion.association.places import MOST_PLACES, places_of
from truceline.fusion.association.quick import quick_ratio
from truceline.fusion.association.refining import air_at, keep, misfit_of, no_home, refined
from truceline.fusion.association.salvo import (
    BATTERY_M,
    BINS,
    MOST_ABOUT,
    MOST_ROUNDS,
    rounds_at,
)
from truceline.geodesy.kernel import kernel

_REFITS: Final = 3
_SLACK: Final = 16.0
"""What fitting and a wide place may add to the log ratio of a place before it is fitted: five for
the arrivals that fit better, the rest for the volume that Laplace's method gives (300 m by 300 m by
0.1 s; a wide place has more)."""
_BEHIND: Final = 5.0
"""Log ratio by which a second place may be behind the best and is refined too."""

_SALVO: Final = 9.0
"""What the company of a salvo may add to the log-odds of a round."""
_MISFIT: Final = 2.5
"""Mean square of scaled residuals above which an event may be a mixture of rounds."""
_ITSELF_S: Final = 0.2


@kernel
def hypotheses(
    first: Longs,
    least: float,
    clear: float,
    sound: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    explained: Bytes,
    events: Events,
) -> int:
    """Make hypotheses with the given detections as first arrivals, in their order.

    A detection that stands in a hypothesis beyond doubt starts none of its own; where it should
    have, a later round finds it free and tries again.

    Args:
        first: positions in ``heard``.
        least: log-odds below which a hypothesis is dropped.
        clear: log-odds above which its members start no hypotheses.
        sound: log-odds above which other rounds are looked for at its place.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        explained: zeros; working room, one for each detection.
        events: receives the hypotheses; those beyond its room are dropped.

    Returns:
        how many there are.
    """
    hit = np.empty(MOST_ARRIVALS, np.int64)
    number = np.empty(MOST_ARRIVALS, np.int64)
    after_s = np.empty(MOST_ARRIVALS)
    place, worth = np.empty((MOST_PLACES, 3)), np.empty(MOST_PLACES)
    value = np.empty(MOST_PLACES)
    member = np.empty(MOST_MEMBERS, np.int64)
    which = np.empty(MOST_MEMBERS, np.int64)
    loudness = np.empty(model.log_loudness.shape[0])
    wind, at = np.empty(3), np.empty(UNKNOWNS)
    cov = np.empty((UNKNOWNS, UNKNOWNS))
    home = no_home()
    about_hit = np.empty(MOST_ABOUT, np.int64)
    about_number = np.empty(MOST_ABOUT, np.int64)
    origin, moments = np.empty(MOST_ABOUT), np.empty(MOST_ROUNDS)
    bins = np.empty(BINS)
    made, room = 0, events.anchor.shape[0]
    enough = least - model.log_rate - _SLACK
    rounds_least = least - _SALVO
    for f in range(first.shape[0]):
        one = first[f]
        anchor = heard.sensor[one]
        if taken[one] or explained[one] or sensors.time_sigma_s[anchor] > ROUGH_S:
            continue
        time = heard.time_s[one]
        air_at(air, anchor, time, wind)
        blow = math.sqrt(wind[1] * wind[1] + wind[2] * wind[2])
        slowest = wind[0] - blow - 2.0 * model.search_sigma_m_s
        count, chance = gathered(
            one, slowest, sensors, heard, near, taken, hit, number, after_s,
            model.search_sigma_m_s,
        )  # fmt: skip
        if count == 0:
            continue
        places = places_of(
            one, count, hit, number, after_s, chance, wind, slowest, sensors, heard, near, model, place,
            worth,
        )  # fmt: skip
        best, second = _weighed(
            one, places, place, wind, sensors, heard, near, model, taken, loudness, value,
        )  # fmt: skip
        for turn in range(2):
            p = best if turn == 0 else second
            if p < 0 or value[p] < enough:
                break
            at[:] = 0.0
            at[0], at[1], at[2] = place[p, 0], place[p, 1], time + place[p, 2]
            odds, size = refined(
                anchor, at, wind, home, _REFITS, sensors, heard, near, model, taken, member,
                which, loudness, cov,
            )  # fmt: skip
            if odds < least or made >= room:
                continue
            keep(events, made, anchor, at, odds, size, member, which, wind, heard, near, cov)
            made += 1
            if odds < clear:
                continue
            good = _explain(events, made - 1, sensors, heard, model, explained)
            if odds > sound and good:
                made = _rounds(
                    anchor, at, wind, cov, rounds_least, clear, sensors, heard, near, model, taken, member,
                    which, loudness, about_hit, about_number, origin, bins, moments, explained,
                    events, made,
                )  # fmt: skip
            break
    return made


@kernel
def _explain(
    events: Events, row: int, sensors: Sensors, heard: Heard, model: Model, explained: Bytes
) -> bool:
    """Let the members of an event that fits well start no hypothesis; tell whether it does."""
    if misfit_of(events, row, sensors, heard, model.path_sigma_m_s) > _MISFIT:
        return False
    for m in range(events.size[row]):
        explained[events.member[row, m]] = 1
    return True


@kernel
def _rounds(
    anchor: int,
    at: Floats,
    wind: Floats,
    cov: Floats,
    least: float,
    clear: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    member: Longs,
    which: Longs,
    loudness: Floats,
    hit: Longs,
    number: Longs,
    origin: Floats,
    bins: Floats,
    moments: Floats,
    explained: Bytes,
    events: Events,
    made: int,
) -> int:
    """Add the other rounds from the place of an event; give how many events there are then."""
    air, home = np.empty(3), np.empty(3)
    own, drift = at[2], at[3:].copy()
    for i in range(3):
        air[i] = wind[i] + drift[i]
    spread = (cov[0, 0] + cov[1, 1]) / 2
    count = rounds_at(
        anchor, at, air, sensors, heard, near, taken, hit, number, origin, bins, moments
    )
    home[0], home[1], home[2] = at[0], at[1], 1.0 / (BATTERY_M * BATTERY_M + spread)
    for i in range(count):
        if abs(moments[i] - own) < _ITSELF_S or made >= events.anchor.shape[0]:
            continue
        at[0], at[1], at[2] = home[0], home[1], moments[i]
        at[3:] = drift
        odds, size = refined(
            anchor, at, wind, home, 2, sensors, heard, near, model, taken, member, which,
            loudness, cov,
        )  # fmt: skip
        if odds < least:
            continue
        keep(events, made, anchor, at, odds, size, member, which, wind, heard, near, cov)
        made += 1
        if odds > clear:
            _explain(events, made - 1, sensors, heard, model, explained)
    return made


@kernel
def _weighed(
    first: int,
    places: int,
    place: Floats,
    wind: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    loudness: Floats,
    value: Floats,
) -> tuple[int, int]:
    """Weigh places by all sensors in earshot; give the best and one close behind it, -1: none."""
    anchor, time = heard.sensor[first], heard.time_s[first]
    best, second = -1, -1
    for p in range(places):
        value[p] = quick_ratio(
            anchor, place[p, 0], place[p, 1], time + place[p, 2], wind, sensors, heard, near, model,
            taken, loudness,
        )  # fmt: skip
        if best < 0 or value[p] > value[best]:
            best, second = p, best
        elif second < 0 or value[p] > value[second]:
            second = p
    if second >= 0 and value[second] < value[best] - _BEHIND:
        second = -1
    return best, second
