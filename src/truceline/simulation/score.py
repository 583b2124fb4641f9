"""How good a run over a simulated day was, against what truly happened."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from truceline.codec.taxonomy import taxonomy
from truceline.model.place import CHI2_90
from truceline.simulation.matching import Matching, ScoredIncident, match
from truceline.simulation.scorecard import Bin, ModalityScore, Score
from truceline.simulation.theatre import measured
from truceline.simulation.truth import Truth
from truceline.simulation.world import Event


def score(truth: Truth, incidents: Sequence[ScoredIncident]) -> Score:
    """Compare the incidents of a run with the truth.

    Source: F1 = 2 P R / (P + R); Brier score = mean (p - o)^2; expected calibration error = sum
    over bins of n_b / n |mean p - share right|.
    """
    found = match(truth, incidents)
    witnesses = _witnesses(truth, salvo=False)
    matched = set(found.event_of.values())
    observable = {k: {e for e, seen in witnesses.items() if len(seen) >= k} for k in (1, 2, 4)}
    recall = {k: _share(len(matched & able), len(able)) for k, able in observable.items()}
    precision = _share(len(found.event_of), len(found.counted))
    probability = np.array([incident.probability for incident in found.counted])
    outcome = np.array([float(incident.id in found.event_of) for incident in found.counted])
    square = float(np.sum((probability - outcome) ** 2))
    missed = len(observable[2] - matched)
    bins = _bins(probability, outcome)
    total = precision + recall[2]
    return Score(
        events=len(truth.events),
        incidents=len(found.counted),
        right=len(found.event_of),
        precision=precision,
        recall=recall,
        observable={k: len(able) for k, able in observable.items()},
        f1=2 * precision * recall[2] / total if total else 0.0,
        salvo_precision=_share(len(found.salvo_of), len(found.counted)),
        salvo_recall=_salvo_recall(truth, found),
        **_errors(truth, found),
        brier=_mean(square, len(found.counted)),
        brier_counting_misses=_mean(square + missed, len(found.counted) + missed),
        ece=_mean(
            sum(b.incidents * abs(b.mean_probability - b.share_right) for b in bins),
            len(found.counted),
        ),
        bins=bins,
        modalities=_modalities(truth, found),
        faults=_faults(incidents, found),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(total: float, count: int) -> float | None:
    return total / count if count else None


def _witnesses(truth: Truth, *, salvo: bool) -> dict[str, set[str]]:
    """Give the independent witnesses of each event by records of its own, or of each salvo."""
    name = {event.id: event.salvo if salvo else event.id for event in truth.events}
    seen: dict[str, set[str]] = defaultdict(set)
    for origin in truth.observations.values():
        if salvo or len(origin.events) == 1:
            for event in origin.events:
                seen[name[event]].add(origin.witness)
    return dict(seen)


def _salvo_recall(truth: Truth, found: Matching) -> float:
    able = {salvo for salvo, seen in _witnesses(truth, salvo=True).items() if len(seen) >= 2}
    return _share(len(able & set(found.salvo_of.values())), len(able))


def _errors(truth: Truth, found: Matching) -> dict[str, float | None]:
    """Measure the matched pairs: place, ellipse, time, kind."""
    by_id = {event.id: event for event in truth.events}
    pairs = [(i, by_id[found.event_of[i.id]]) for i in found.counted if i.id in found.event_of]
    if not pairs:
        return dict.fromkeys(("location_error_m", "inside_90", "time_error_s", "kind_fits"))
    return {
        "location_error_m": float(np.median([_away(i, e)[0] for i, e in pairs])),
        "inside_90": float(np.mean([_inside_90(i, e) for i, e in pairs])),
        "time_error_s": float(np.median([_late_s(i, e) for i, e in pairs])),
        "kind_fits": float(np.mean([_fits(i.kind, e.kind) for i, e in pairs])),
    }


def _away(incident: ScoredIncident, event: Event) -> tuple[float, float]:
    """Distance (m) and azimuth (deg) from the incident to the truth."""
    distance, azimuth = measured(incident.lon, incident.lat, event.lon, event.lat)
    return float(distance), float(azimuth)


def _inside_90(incident: ScoredIncident, event: Event) -> bool:
    distance, azimuth = _away(incident, event)
    east = distance * math.sin(math.radians(azimuth))
    north = distance * math.cos(math.radians(azimuth))
    ee, en, nn = incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2
    if not _positive(incident):
        return False
    square = (nn * east**2 - 2 * en * east * north + ee * north**2) / (ee * nn - en**2)
    return square <= CHI2_90


def _positive(incident: ScoredIncident) -> bool:
    ee, en, nn = incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2
    return math.isfinite(ee + en + nn) and ee > 0 and ee * nn - en**2 > 0


def _late_s(incident: ScoredIncident, event: Event) -> float:
    before = (incident.start - event.time).total_seconds()
    after = (event.time - incident.end).total_seconds()
    return max(before, after, 0.0)


def _fits(said: str, true: str) -> bool:
    """Tell whether a kind is the true one, above or below it, or an act that it may turn out to be."""
    acts = taxonomy()
    if said not in acts.acts:
        return False
    return acts.is_a(said, true) or acts.is_a(true, said) or true in acts.leaves(said)


def _bins(probability: np.ndarray, outcome: np.ndarray) -> tuple[Bin, ...]:
    """Sort incidents into ten bins of probability; empty ones are left out."""
    number = np.minimum((probability * 10 + 1e-9).astype(int), 9)
    return tuple(
        Bin(
            b / 10,
            (b + 1) / 10,
            int(np.sum(number == b)),
            float(np.mean(probability[number == b])),
            float(np.mean(outcome[number == b])),
        )
        for b in sorted(set(number.tolist()))
    )


def _modalities(truth: Truth, found: Matching) -> dict[str, ModalityScore]:
    """Follow the records of each source. Claims are speech and have no part in it."""
    holders: dict[str, set[str]] = defaultdict(set)
    for incident in found.counted:
        for member in incident.members:
            holders[member.rsplit("#", 1)[0]].add(incident.id)
            holders[member].add(incident.id)
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key, origin in truth.observations.items():
        source = key.split(":", 1)[0]
        if source == "claims":
            continue
        figures = tally[source]
        if origin.events:
            events = {found.event_of.get(incident) for incident in holders.get(key, ())}
            figures[0] += 1
            figures[1] += bool(events & set(origin.events))
        else:
            figures[2] += 1
            figures[3] += bool(holders.get(key))
    return {source: ModalityScore(*figures) for source, figures in sorted(tally.items())}


def _faults(incidents: Sequence[ScoredIncident], found: Matching) -> tuple[str, ...]:
    """Name what must never happen, sorted."""
    faults = [f"unknown observation {key}" for key in found.unknown]
    holder: dict[str, str] = {}
    for incident in sorted(incidents, key=lambda one: one.id):
        if not 0.0 <= incident.probability <= 1.0:
            faults.append(f"probability of {incident.id} is {incident.probability}")
        if not _positive(incident):
            faults.append(f"covariance of {incident.id} is not positive")
        for member in sorted(set(incident.members)):
            if member in holder:
                faults.append(f"{member} is in {holder[member]} and in {incident.id}")
            holder.setdefault(member, incident.id)
    return tuple(sorted(faults))
