"""Arrivals out of the observation table, associated, and given back as observations with a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.arrays import Observations, kind_matrix, leaf_codes
from truceline.fusion.calibrate import Acoustics, Calibration
from truceline.fusion.calibration_network.content import NetworkCalibration
from truceline.fusion.join import Event
from truceline.fusion.silence import Ears
from truceline.model.acts import Taxonomy
from truceline.model.coverage import Coverage
from truceline.model.network import NO_NETWORK, NetworkFacts
from truceline.model.observation import Measurement

if (
    TYPE_CHECKING
):  # they load a compiler: half a second that only days with arrivals should wait for
    from truceline.fusion.network_events import HeardEvents

_QUIET: Final = frozenset({"fire.small-arms"})
_AUDIBLE: Final = ("fire.", "explosion", "strike", "mine.explosion", "mine.clearing")
"""Acts that stations can hear."""


@dataclass(frozen=True, slots=True)
class SoundObservations:
    """Sounds as observations, and the arrivals behind each."""

    observations: Observations
    arrivals: Mapping[str, tuple[str, ...]]
    """Id of the sound to the observation ids of its arrivals."""
    lone: int
    """Arrivals that belong to no sound."""
    ears: Ears | None = None
    """The stations with those arrivals; None where there are no stations."""

    def silence(self, event: Event, leaf_codes: Sequence[str]) -> float:
        """Give what stations that formed no sound of an event say of it. Unit: nat."""
        if self.ears is None:
            return 0.0
        mass = event.kinds
        quiet = sum(float(mass[i]) for i, c in enumerate(leaf_codes) if c in _QUIET)
        audible = sum(float(mass[i]) for i, c in enumerate(leaf_codes) if c.startswith(_AUDIBLE))
        return self.ears.log_ratio(event, quiet / max(audible, 1e-9), audible)


def hear(
    table: pa.Table,
    taxonomy: Taxonomy,
    calibration: Calibration,
    coverage: Sequence[Coverage],
    facts: NetworkFacts = NO_NETWORK,
) -> SoundObservations:
    """Associate the arrivals of sound of a table.

    Args:
        table: of ``OBSERVATION_SCHEMA``; other measurements are ignored.
        taxonomy: of acts.
        calibration: acoustics, and what the network taught.
        coverage: when the stations were listening.
        facts: what the owners of networks say of their sensors and the air.
    """
    every = _arrivals(table)
    none = SoundObservations(_observations(None, every, taxonomy), {}, every.num_rows)
    if not every.num_rows:
        return none
    from truceline.fusion.network import acoustic, listened, network_of  # noqa: PLC0415 - see above
    from truceline.fusion.network_events import events_of  # noqa: PLC0415 - the same

    arrivals = acoustic(every)
    known = calibration.network
    network = network_of(arrivals, facts, coverage, _clutter(known))
    if network is None:
        return none
    events = events_of(network, known, calibration.acoustics, learned=calibration.network_learned)
    observations = _observations(events, arrivals, taxonomy)
    ids = arrivals["observation_id"].to_pylist()
    behind = {
        key: tuple(sorted(ids[row] for row in members.tolist()))
        for key, members in zip(observations.ids, events.members, strict=True)
    }
    used = np.zeros(arrivals.num_rows, bool)
    for members in events.members:
        used[members] = True
    ears = Ears.of(network, ~used, listened(facts, coverage), calibration.acoustics)
    return SoundObservations(observations, behind, every.num_rows - int(used.sum()), ears)


def taught_by(
    table: pa.Table, acoustics: Acoustics, coverage: Sequence[Coverage], facts: NetworkFacts
) -> tuple[NetworkCalibration, bool] | None:
    """Learn what the arrivals of sound of a table teach; null where there are none.

    Args:
        table: of ``OBSERVATION_SCHEMA``; other measurements are ignored.
        acoustics: what is stated of the air that nobody measured.
        coverage: when the stations were listening.
        facts: what the owners of networks say of their sensors and the air.

    Returns:
        the calibration, and whether there were events enough to learn from.
    """
    every = _arrivals(table)
    if not every.num_rows:
        return None
    from truceline.fusion.network import acoustic, network_of  # noqa: PLC0415 - see above
    from truceline.fusion.network_events import teach  # noqa: PLC0415 - the same

    network = network_of(acoustic(every), facts, coverage, {})
    return None if network is None else teach(network, acoustics)


def _clutter(known: NetworkCalibration | None) -> dict[str, float]:
    """Give the false alarms of each sensor as learned. Unit: 1/s."""
    if known is None:
        return {}
    return dict(zip(known.sensor_ids, np.exp(known.log_clutter).tolist(), strict=True))


def _arrivals(table: pa.Table) -> pa.Table:
    return table.filter(pc.equal(table["measurement"], pa.scalar(Measurement.ARRIVAL.value)))


def _observations(
    events: HeardEvents | None, arrivals: pa.Table, taxonomy: Taxonomy
) -> Observations:
    """Give sounds as observations; ``log_lr`` holds their calibrated log-odds."""
    members = events.members if events is not None else ()
    first = arrivals.take(pa.array([int(m[0]) for m in members], pa.int64())).to_pylist()
    groups = arrivals["independence_groups"].to_pylist() if members else []
    empty = np.zeros(0)
    cov = np.zeros((0, 3, 3)) if events is None else events.cov
    time = empty if events is None else events.time_s
    return Observations(
        ids=tuple(f"sound:{r['observation_id']}" for r in first),
        versions=tuple(str(r["version"]) for r in first),
        lon=empty if events is None else events.lon,
        lat=empty if events is None else events.lat,
        cov=np.stack([cov[:, 0, 0], cov[:, 0, 1], cov[:, 1, 1]], axis=1),
        start=time,
        end=time,
        time_sigma=np.sqrt(cov[:, 2, 2]),
        kinds=kind_matrix([str(r["kind"]) for r in first], taxonomy),
        leaf_codes=leaf_codes(taxonomy),
        groups=tuple(
            tuple(sorted({g for row in m.tolist() for g in groups[row]})) for m in members
        ),
        layer=tuple("stations" for _ in members),
        instrument=np.ones(len(members), bool),
        log_lr=empty if events is None else events.log_odds,
        told_apart=np.ones(len(members), bool),
    )
