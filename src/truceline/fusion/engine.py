"""From observations to incidents: arrivals to sounds, then everything joined, then belief.

``fuse`` is a pure function of observations and calibration. A thermal detection may support an
incident that something else told of; alone it is no incident, since nearly all heat seen from
space is not the parties' (``docs/background.md``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truceline.fusion.arrays import Floats, Observations, from_table, fusable, leaf_codes
from truceline.fusion.belief import Belief, Witness, believe
from truceline.fusion.calibrate import Calibration
from truceline.fusion.join import Event, join
from truceline.fusion.sounds import SoundObservations, hear
from truceline.model.acts import Taxonomy
from truceline.model.coverage import Coverage
from truceline.model.incident import Incident, Member, MemberRole
from truceline.model.interval import Interval
from truceline.model.network import NO_NETWORK, NetworkFacts
from truceline.model.observation import Measurement

HEAT_LOG_LR = math.log(76 / 26)
"""What a fire within 5 km on the day is worth: of 1,129 strike place-days of April 2023 (VIINA) 76
had one, by chance 26 would (measured on VIINA and VIIRS; ``docs/background.md``)."""

CONFLICT_SHARE_OF_HEAT = 0.15
"""Share of unexplained thermal detections near fighting that the parties' fire made: a judgement."""


@dataclass(frozen=True, slots=True)
class Standards:
    """Figures of the procedure that belief rests on."""

    prior_odds: float
    reliability_log_lr: Mapping[str, float]
    credibility_log_lr: Mapping[str, float]
    same_side_discount: float


@dataclass(frozen=True, slots=True)
class HeatView:
    """What the background says of thermal detections, by observation id."""

    natural: Mapping[str, float]
    """Probability that a persistent or seasonal source explains it, 0..1."""
    masked: Mapping[str, str]
    """Those that are explained, with the sentence that explains them."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Incidents without ids, in canonical order, and what became of the rest."""

    incidents: tuple[Incident, ...]
    lone_heat: tuple[str, ...]
    """Thermal detections that nothing else told of, sorted by id."""
    lone_arrivals: int
    """Arrivals that belong to no sound."""


def fuse(
    table: pa.Table,
    taxonomy: Taxonomy,
    standards: Standards,
    calibration: Calibration,
    heat: HeatView,
    coverage: Sequence[Coverage] = (),
    network: NetworkFacts = NO_NETWORK,
) -> Fused:
    """Make incidents out of the latest versions of all observations.

    Args:
        table: of ``OBSERVATION_SCHEMA``, one version an id, in any order.
        taxonomy: of acts.
        standards: figures of the procedure.
        calibration: what was learned or stated.
        heat: the background's word on thermal detections.
        coverage: when stations were listening.
        network: what the owners of networks say of their sensors and the air.

    Raises:
        KeyError: when a kind is not in the taxonomy.
    """
    table = fusable(table, taxonomy)
    masked = pa.array(
        [key in heat.masked for key in table["observation_id"].to_pylist()], pa.bool_()
    )
    table = table.filter(pa.compute.invert(masked))
    direct = from_table(
        table,
        taxonomy,
        dict(standards.reliability_log_lr),
        dict(standards.credibility_log_lr),
    )
    sounds = hear(table, taxonomy, calibration, coverage, network)
    facts = {row["observation_id"]: row for row in table.select(_FACTS).to_pylist()}
    observations = _with_sounds(_with_heat(direct, facts, heat), sounds)
    events = join(observations, calibration)
    version = calibration.version  # a hash over the whole grid: taken once
    said = sorted({str(row["kind"]) for row in facts.values()})
    leaves = {kind: taxonomy.leaves(kind) for kind in said}
    drafts, lone = [], []
    for event in events:
        if all(_is_heat(facts[k]["kind"]) for k in _members(event, observations, sounds)):
            lone += _members(event, observations, sounds)
            continue
        drafts.append(_incident(event, observations, sounds, facts, leaves, standards, version))
    return Fused(tuple(sorted(drafts, key=canonical_order)), tuple(sorted(lone)), sounds.lone)


_FACTS = [
    "observation_id", "version", "kind", "place_name", "speaker_side", "accused", "count_min",
    "count_max", "cov_ee_m2", "measurement", "modality", "independence_groups",
]  # fmt: skip
_SEEN_FROM_AFAR = frozenset({Measurement.SECTOR.value, Measurement.ARRIVAL.value})


def canonical_order(incident: Incident) -> tuple[Any, ...]:
    """Order incidents by time, place and first member, whatever their ids."""
    return (
        incident.time.start,
        incident.time.end,
        incident.lon,
        incident.lat,
        incident.members[0].observation_id,
    )


def learnable(table: pa.Table, taxonomy: Taxonomy, standards: Standards) -> Observations:
    """Give the observations from which event density and kinds are learned (no heat, no arrivals)."""
    table = fusable(table, taxonomy)
    told = [not _is_heat(kind) for kind in table["kind"].to_pylist()]
    table = table.filter(pa.array(told, pa.bool_()))
    return from_table(
        table, taxonomy, dict(standards.reliability_log_lr), dict(standards.credibility_log_lr)
    )


def _is_heat(kind: object) -> bool:
    return str(kind).split(".", maxsplit=1)[0] == "heat"


def _with_heat(
    observations: Observations, facts: Mapping[str, Mapping[str, object]], heat: HeatView
) -> Observations:
    """Give thermal detections their own kinds and worth."""
    natural_leaf = np.array([c.startswith("heat") for c in observations.leaf_codes])
    kinds, log_lr = observations.kinds.copy(), observations.log_lr.copy()
    for i, key in enumerate(observations.ids):
        if facts[key]["kind"] != "heat":
            continue
        natural = max(heat.natural.get(key, 0.0), 1 - CONFLICT_SHARE_OF_HEAT)
        natural = min(natural, 0.999)
        kinds[i, natural_leaf] *= natural / kinds[i, natural_leaf].sum()
        kinds[i, ~natural_leaf] *= (1 - natural) / kinds[i, ~natural_leaf].sum()
        log_lr[i] = HEAT_LOG_LR
    return _replaced(observations, kinds, log_lr)


def _replaced(observations: Observations, kinds: Floats, log_lr: Floats) -> Observations:
    values = {name: getattr(observations, name) for name in Observations.__slots__}
    return Observations(**{**values, "kinds": kinds, "log_lr": log_lr})


def _with_sounds(observations: Observations, sounds: SoundObservations) -> Observations:
    """Put sounds among the direct observations; canonical order is by id."""
    both = {
        name: (getattr(observations, name), getattr(sounds.observations, name))
        for name in Observations.__slots__
    }
    ids = (*observations.ids, *sounds.observations.ids)
    order = sorted(range(len(ids)), key=lambda i: ids[i])
    merged: dict[str, object] = {"leaf_codes": observations.leaf_codes}
    for name, (a, b) in both.items():
        if name == "leaf_codes":
            continue
        if isinstance(a, tuple):
            joined = (*a, *b)
            merged[name] = tuple(joined[i] for i in order)
        else:
            merged[name] = np.concatenate([a, b])[order]
    return Observations(**merged)  # type: ignore[arg-type]


def _members(event: Event, observations: Observations, sounds: SoundObservations) -> list[str]:
    """Give the observation ids behind an event, sounds opened up into their arrivals."""
    keys: list[str] = []
    for i in event.members:
        key = observations.ids[i]
        keys += sounds.arrivals.get(key, (key,))
    return sorted(keys)


def _incident(
    event: Event,
    observations: Observations,
    sounds: SoundObservations,
    facts: Mapping[str, Mapping[str, object]],
    leaves: Mapping[str, tuple[str, ...]],
    standards: Standards,
    calibration: str,
) -> Incident:
    belief, added = _belief(event, observations, sounds, facts, standards)
    keys = _members(event, observations, sounds)
    members = tuple(
        Member(k, str(facts[k]["version"]), added[k][0], round(added[k][1], 9)) for k in keys
    )
    rows = [facts[k] for k in keys]
    groups = {g for k in keys if added[k][0] is MemberRole.SUPPORT for g in _groups(facts[k])}
    label = _label(event, rows, observations.leaf_codes, leaves)
    return Incident(
        incident_id="",
        revision=0,
        time=Interval(_moment(event.start), _moment(event.end)),
        time_sigma_s=round(event.time_sigma, 6),
        straddles_unknown=event.end > event.start,
        lon=round(event.lon, 7),
        lat=round(event.lat, 7),
        cov_ee_m2=round(event.cov[0], 3),
        cov_en_m2=round(event.cov[1], 3),
        cov_nn_m2=round(event.cov[2], 3),
        kinds=_kinds(event.kinds, observations.leaf_codes),
        probability=round(belief.probability, 6),
        groups=tuple(sorted(groups)),
        sides=tuple(sorted({str(r["speaker_side"]) for r in rows if r["speaker_side"]})),
        accused=tuple(sorted({str(r["accused"]) for r in rows if r["accused"]})),
        count_min=_count(rows, "count_min"),
        count_max=_count(rows, "count_max", "count_min"),
        place_name=_place_name(rows),
        masked=None,
        members=members,
        calibration=calibration,
        label=label,
    )


def _belief(
    event: Event,
    observations: Observations,
    sounds: SoundObservations,
    facts: Mapping[str, Mapping[str, object]],
    standards: Standards,
) -> tuple[Belief, dict[str, tuple[MemberRole, float]]]:
    """Weigh the members; a sound brings its own log-odds in place of the prior.

    Where no sound belongs to it, what the stations heard and did not hear speaks. Where one does, a
    doubtful report never lowers what was heard, nor a doubtful sound what was told.
    """
    heard = [i for i in event.members if observations.ids[i] in sounds.arrivals]
    told = [i for i in event.members if observations.ids[i] not in sounds.arrivals]
    witnesses = [
        Witness(
            observations.ids[i],
            observations.groups[i],
            observations.layer[i],
            float(observations.log_lr[i]),
        )
        for i in told
    ]
    prior, discount = math.log(standards.prior_odds), standards.same_side_discount
    best = max(heard, key=lambda i: float(observations.log_lr[i]), default=None)
    if best is None:
        belief = believe(
            prior + sounds.silence(event, observations.leaf_codes), witnesses, discount
        )
    else:
        willing = [replace(w, log_lr=max(w.log_lr, 0.0)) for w in witnesses]
        belief = believe(float(observations.log_lr[best]), willing, discount)
        without = believe(prior, witnesses, discount)
        if told and without.log_odds > belief.log_odds:
            belief, best = without, None
    added = {
        observations.ids[i]: (role, worth)
        for i, role, worth in zip(told, belief.roles, belief.added, strict=True)
    }
    for i in heard:
        worth = float(observations.log_lr[i]) if i == best else 0.0
        added |= _arrivals(sounds.arrivals[observations.ids[i]], worth, facts)
    return belief, added


def _arrivals(
    keys: Sequence[str], worth: float, facts: Mapping[str, Mapping[str, object]]
) -> dict[str, tuple[MemberRole, float]]:
    """Share the worth of a sound among its masts: a second sensor on one mast is a copy."""
    seen: set[str] = set()
    first = []
    for key in keys:
        groups = set(_groups(facts[key]))
        if not groups <= seen:
            first.append(key)
        seen |= groups
    share = worth / len(first)
    return {
        key: (MemberRole.SUPPORT, share) if key in first else (MemberRole.COPY, 0.0) for key in keys
    }


def _groups(row: Mapping[str, object]) -> Sequence[str]:
    return row["independence_groups"]  # type: ignore[return-value]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds, 6), UTC)


def _kinds(kinds: Floats, codes: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Keep the kinds above half a per cent, most probable first; the rest goes to them in share.

    They are written in millionths that sum to one million: what rounding down leaves over goes to
    the largest remainders (the method of Hare).
    """
    keep: NDArray[np.int64] = np.flatnonzero(kinds >= 0.005)
    share = np.round(kinds[keep] / kinds[keep].sum() * 1e6, 3)
    units = np.floor(share).astype(np.int64)
    over = np.argsort(units - share, kind="stable")[: 1_000_000 - int(units.sum())]
    units[over] += 1
    pairs = [(codes[i], n / 1e6) for i, n in zip(keep.tolist(), units.tolist(), strict=True)]
    return tuple(sorted(pairs, key=lambda p: (-p[1], p[0])))


def _label(
    event: Event,
    rows: Sequence[Mapping[str, object]],
    codes: tuple[str, ...],
    leaves: Mapping[str, tuple[str, ...]],
) -> str:
    """Choose the most specific label given by a member that holds at least half of the mass."""
    index = {code: i for i, code in enumerate(codes)}
    scored = []
    for label in sorted({str(row["kind"]) for row in rows}):
        own = leaves[label]
        mass = float(sum(event.kinds[index[c]] for c in own))
        scored.append((mass < 0.5, len(own) if mass >= 0.5 else -mass, label))
    return min(scored)[2]


def _count(rows: Sequence[Mapping[str, object]], *columns: str) -> int | None:
    """Give the largest count that a member gives; members count the same thing, so none is added.

    The first column must be known to some member; the others (a least count of another member) only
    raise it, so that "at most" never falls below "at least".
    """
    known = [int(row[c]) for row in rows for c in columns if row[c] is not None]  # type: ignore[call-overload]
    return max(known) if any(row[columns[0]] is not None for row in rows) else None


def _place_name(rows: Sequence[Mapping[str, object]]) -> str | None:
    """Give the name from the member that knows the place best.

    A bearing or an arrival bears the name of the place where somebody stood, which is not where it
    happened, and is nobody's business.
    """
    named = [r for r in rows if r["place_name"] and r["measurement"] not in _SEEN_FROM_AFAR]
    if not named:
        return None
    best = min(named, key=lambda r: (float(r["cov_ee_m2"] or 0.0), str(r["observation_id"])))  # type: ignore[arg-type]
    return str(best["place_name"])


__all__ = ["Fused", "HeatView", "Standards", "canonical_order", "fuse", "leaf_codes", "learnable"]
