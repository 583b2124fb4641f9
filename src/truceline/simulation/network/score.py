"""How good the incidents of a run are, by the rules of the acceptance.

An incident counts when its probability is 0.5 or more and it has a member. It is right when what it
shares with an event over the larger of the two is 0.6 or more. Recall is over events with four or
more direct arrivals; an incident that is a smaller event is neither good nor bad for precision, and
right for the calibration of its probability.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from truceline.model.place import CHI2_90
from truceline.simulation.network.matching import Matching, match
from truceline.simulation.network.numbers import Bools, Floats, Ints
from truceline.simulation.network.picks import DIRECT
from truceline.simulation.network.plane import between
from truceline.simulation.network.read import Output, Truth
from truceline.simulation.network.score_faults import faults_in
from truceline.simulation.network.scorecard import Bin, Linked, NetworkScore, Size

ENOUGH: Final = 4
"""Direct arrivals of an event that an engine has to find."""
SALVO_M, SALVO_S = 1500.0, 60.0
"""A report is right within this of its own event: it cannot part the shots of a salvo."""
_DRAWS: Final = 400
_SIZES: Final = ((4, 4), (5, 6), (7, 10), (11, None))


def score_network(truth: Truth, output: Output) -> NetworkScore:
    """Compare what an engine said with the truth.

    Source: F1 = 2 P R / (P + R); Brier score = mean (p - o)^2; expected calibration error = sum
    over ten bins of n_b / n |mean p - share right|.
    """
    found = match(truth, output)
    event = found.event_of[found.counted]
    arrivals = np.where(event >= 0, truth.events.direct[event], 0)
    right, smaller = (
        int((arrivals >= ENOUGH).sum()),
        int(((event >= 0) & (arrivals < ENOUGH)).sum()),
    )
    able, three = truth.events.direct >= ENOUGH, truth.events.direct == ENOUGH - 1
    matched = np.zeros(len(able), dtype=bool)
    matched[event[event >= 0]] = True
    precision = _share(right, len(event) - smaller) or 0.0
    recall = _share(right, int(able.sum())) or 0.0
    phantoms = _phantoms(truth, output, found.counted[event < 0])
    named = _sick(truth, output)
    return NetworkScore(
        events_4=int(able.sum()),
        events_3=int(three.sum()),
        incidents=len(event),
        right=right,
        right_smaller=smaller,
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if right else 0.0,
        recall_3=_share(int((matched & three).sum()), int(three.sum())),
        sizes=_sizes(truth.events.direct, matched),
        wrong_phantom=phantoms,
        wrong_mixture=int((event < 0).sum()) - phantoms,
        **_places(truth, output, found),
        **_honesty(output.probability[found.counted], event >= 0, int((able & ~matched).sum())),
        reports=_linked(truth, output.report_members, truth.report_event, output, found, near=True),
        fires=_linked(truth, output.fire_members, truth.fire_event, output, found, near=False),
        sick_precision=named[0],
        sick_recall=named[1],
        faults=faults_in(truth, output),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _sizes(direct: Ints, matched: Bools) -> tuple[Size, ...]:
    sizes = []
    for low, high in _SIZES:
        among = (direct >= low) & (direct <= (high or np.inf))
        sizes.append(Size(low, high, int(among.sum()), int((among & matched).sum())))
    return tuple(sizes)


def _phantoms(truth: Truth, output: Output, wrong: Ints) -> int:
    """Count the wrong incidents in which no event has two direct arrivals."""
    names = {output.incident_id[row] for row in wrong}
    tally: dict[tuple[str, int], int] = {}
    for name, number in zip(output.member_incident, output.member_detection, strict=True):
        if name in names and 1 <= number <= truth.detections and truth.mark_of[number] == DIRECT:
            key = (name, int(truth.event_of[number]))
            tally[key] = tally.get(key, 0) + 1
    return len(names - {name for (name, _), count in tally.items() if count > 1})


def _places(truth: Truth, output: Output, found: Matching) -> dict[str, Any]:
    """Measure place and time of the matched events that an engine has to find."""
    rows = found.counted[found.event_of[found.counted] >= 0]
    rows = rows[truth.events.direct[found.event_of[rows]] >= ENOUGH]
    if not len(rows):
        return dict.fromkeys(("location_error_m", "error_over_bound", "time_error_s", "inside_90"))
    event = found.event_of[rows]
    true = truth.events
    east, north = between(output.lon[rows], output.lat[rows], true.lon[event], true.lat[event])
    error = np.hypot(east, north)
    late = np.abs(output.time_s[rows] - true.time_s[event])
    return {
        "location_error_m": float(np.median(error)),
        "error_over_bound": _over_bound(error, true.bound_m2[event]),
        "time_error_s": float(np.median(late)),
        "inside_90": float(inside_90(east, north, output.cov_m2[rows]).mean()),
    }


def inside_90(east_m: Floats, north_m: Floats, cov_m2: Floats) -> Bools:
    """Tell which offsets lie inside the 90 % ellipse; none in one that is not positive.

    >>> cov = np.array([[100.0, 0.0, 100.0]])
    >>> inside_90(np.array([21.0]), np.zeros(1), cov), inside_90(np.array([22.0]), np.zeros(1), cov)
    (array([ True]), array([False]))
    """
    ee, en, nn = cov_m2.T
    determinant = ee * nn - en**2
    good = (ee > 0) & (determinant > 0)
    square = nn * east_m**2 - 2 * en * east_m * north_m + ee * north_m**2
    return np.asarray(good & (square <= CHI2_90 * np.where(good, determinant, 1.0)))


def _over_bound(error: Floats, bound_m2: Floats) -> float | None:
    """Median of error over the bound's root mean square, over the median of ideal Gaussian errors.

    The ideal errors are drawn from each bound with a fixed seed.
    """
    good = np.isfinite(bound_m2).all(axis=1)
    if not good.any():
        return None
    ee, en, nn = bound_m2[good].T
    rms = np.sqrt(ee + nn)
    first, second = np.random.default_rng(0).normal(size=(2, _DRAWS, len(rms)))
    east = np.sqrt(ee) * first
    north = en / np.sqrt(ee) * first + np.sqrt(np.maximum(nn - en**2 / ee, 0.0)) * second
    ideal = np.median(np.hypot(east, north) / rms)
    return float(np.median(error[good] / rms) / ideal)


def _honesty(probability: Floats, right: Bools, missed: int) -> dict[str, Any]:
    square = float(((probability - right) ** 2).sum())
    count = len(probability)
    number = np.minimum((probability * 10 + 1e-9).astype(np.int64), 9)
    bins = tuple(
        Bin(
            b / 10,
            (b + 1) / 10,
            int((number == b).sum()),
            float(probability[number == b].mean()),
            float(right[number == b].mean()),
        )
        for b in np.unique(number).tolist()
    )
    gap = sum(b.incidents * abs(b.mean_probability - b.share_right) for b in bins)
    return {
        "ece": gap / count if count else None,
        "brier": square / count if count else None,
        "brier_counting_misses": (square + missed) / (count + missed) if count + missed else None,
        "bins": bins,
    }


def _linked(
    truth: Truth,
    members: list[tuple[str, str]],
    true: dict[str, int | None],
    output: Output,
    found: Matching,
    *,
    near: bool,
) -> Linked:
    """Follow reports or fires to their incidents that count."""
    row_of = {output.incident_id[row]: row for row in found.counted}
    given = [(row_of[name], true.get(member)) for name, member in members if name in row_of]
    right = 0
    for row, event in given:
        got = int(found.event_of[row])
        if event is not None and got >= 0:
            right += got == event or (near and _same_salvo(truth, got, event))
    return Linked(sum(event is not None for event in true.values()), len(given), right)


def _same_salvo(truth: Truth, one: int, other: int) -> bool:
    true = truth.events
    at, to = np.array([one]), np.array([other])
    east, north = between(true.lon[at], true.lat[at], true.lon[to], true.lat[to])
    apart = abs(float(true.time_s[one] - true.time_s[other]))
    return bool(np.hypot(east, north)[0] <= SALVO_M and apart <= SALVO_S)


def _sick(truth: Truth, output: Output) -> tuple[float | None, float | None]:
    if output.sick is None:
        return None, None
    hit = len(output.sick & truth.sick)
    return _share(hit, len(output.sick)), _share(hit, len(truth.sick))
