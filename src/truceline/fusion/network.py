"""The sensors of a workspace and what they noted, as the arrays of association."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.association.arrays import Air, Floats, Heard, Ints, Longs, Near, Sensors
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import clutter_of, ordered, sensors_of
from truceline.fusion.blockwise.air import air_from, hourly, hours_about, weather_of
from truceline.model.coverage import Coverage
from truceline.model.network import NetworkFacts, Sensor
from truceline.model.observation import Measurement, Modality

_STEP_S: Final = 86_400.0
"""Times count from a whole day, so that blocks of time are the same ones whatever comes late."""
_LEAST_SIGMA_S: Final = 1e-3
_BEARING_DEG: Final = 10.0
"""Standard error of bearings that come without one. Unit: deg."""
_STATED: Final = "stated"
Stretches = Mapping[str, tuple[tuple[float, float], ...]]
"""Datastream to intervals in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Network:
    """Sensors with a place, in order of name, and their detections."""

    names: tuple[str, ...]
    """``source:datastream`` of each, shape (n,)."""
    sensors: Sensors
    near: Near
    heard: Heard
    air: Air
    """On whole hours."""
    first_hour: int
    """Of the air. Unit: hours since 1970."""
    weather: bool
    """Whether the air comes from a table."""
    origin_s: float
    """Since 1970; times count from here."""
    row: Longs
    """Row of each detection in the table of arrivals, shape (m,)."""


def acoustic(table: pa.Table) -> pa.Table:
    """Keep the arrivals of sound; what shakes the ground or the far air travels otherwise."""
    sound = pc.equal(table["modality"], pa.scalar(Modality.ACOUSTIC.value))
    arrival = pc.equal(table["measurement"], pa.scalar(Measurement.ARRIVAL.value))
    return table.filter(pc.and_(sound, arrival))


def network_of(
    arrivals: pa.Table,
    facts: NetworkFacts,
    coverage: Sequence[Coverage],
    clutter_per_s: Mapping[str, float],
) -> Network | None:
    """Make arrays of acoustic arrivals and of all that is known of their sensors.

    Args:
        arrivals: of ``OBSERVATION_SCHEMA`` (:func:`acoustic`).
        facts: what the owners of networks say.
        coverage: when sensors were listening.
        clutter_per_s: false alarms of each datastream as learned before; of others they are taken
            from their own arrivals.

    Returns:
        the network; null where no sensor with a place noted anything.
    """
    streams = _streams(arrivals)
    stated = {f"{s.source}:{s.datastream}": s for s in facts.sensors}
    cards = _cards(arrivals, streams, stated)
    names = tuple(sorted(cards))
    index = {name: i for i, name in enumerate(names)}
    row = np.array([i for i, name in enumerate(streams) if name in index], np.int64)
    if not len(row):
        return None
    times = _seconds(arrivals)[row]
    origin = math.floor(float(times.min()) / _STEP_S) * _STEP_S
    sensor = np.array([index[streams[i]] for i in row.tolist()], np.int32)
    heard, order = ordered(
        sensor,
        times - origin,
        _floats(arrivals, "level_db")[row],
        _floats(arrivals, "bearing_deg")[row],
        _ranks(arrivals)[row],
        len(names),
    )
    known = [cards[name] for name in names]
    duration = max(float(times.max() - times.min()), 3600.0)
    sensors = sensors_of(
        _of(known, "lon"),
        _of(known, "lat"),
        np.maximum(_of(known, "time_sigma_s"), _LEAST_SIGMA_S),
        _of(known, "azimuth_sigma_deg"),
        _log_clutter(heard, known, names, duration, clutter_per_s),
        np.nan_to_num(_of(known, "uptime"), nan=1.0),
        _dead(index, facts, coverage, origin),
    )
    near = neighbours(sensors.lon, sensors.lat)
    first_hour, air = _air(facts, sensors, (float(times.min()), float(times.max())), origin)
    weather = bool(facts.weather)
    return Network(names, sensors, near, heard, air, first_hour, weather, origin, row[order])


def listened(facts: NetworkFacts, coverage: Sequence[Coverage]) -> Stretches:
    """Give when each datastream is known to have listened, outages taken out."""
    up: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for stretch in coverage:
        name = f"{stretch.source}:{stretch.datastream}"
        up[name].append((stretch.time.start.timestamp(), stretch.time.end.timestamp()))
    for outage in facts.outages:
        name = f"{outage.source}:{outage.datastream}"
        up[name] = _without(up[name], outage.start.timestamp(), outage.end.timestamp())
    return {name: tuple(sorted(stretches)) for name, stretches in up.items()}


def _without(
    stretches: Iterable[tuple[float, float]], start: float, end: float
) -> list[tuple[float, float]]:
    parts = [p for low, high in stretches for p in ((low, min(high, start)), (max(low, end), high))]
    return [(low, high) for low, high in parts if low < high]


def _streams(arrivals: pa.Table) -> list[str]:
    pairs = zip(arrivals["source"].to_pylist(), arrivals["datastream"].to_pylist(), strict=True)
    return [f"{source}:{stream}" for source, stream in pairs]


def _cards(
    arrivals: pa.Table, streams: Sequence[str], stated: Mapping[str, Sensor]
) -> dict[str, Sensor]:
    """Give each sensor with a place: as stated, or as its own arrivals tell it."""
    rows: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(streams):
        rows[name].append(number)
    columns = {
        name: _floats(arrivals, name)
        for name in ("lon", "lat", "time_sigma_s", "bearing_sigma_deg")
    }
    bearing = _floats(arrivals, "bearing_deg")
    ranks = _ranks(arrivals)
    cards = dict(stated)
    for name, own in rows.items():
        told = {c: values[own] for c, values in columns.items()}
        first = int(np.argmin(ranks[own]))
        card = stated.get(name)
        if card is None:
            if np.isnan(told["lon"][first]):
                continue
            source, stream = name.split(":", 1)
            place = float(told["lon"][first]), float(told["lat"][first])
            card = Sensor(source, stream, *place, float(np.median(told["time_sigma_s"])))
        if card.azimuth_sigma_deg is None and not np.isnan(bearing[own]).all():
            sigma = told["bearing_sigma_deg"]
            known = sigma[~np.isnan(sigma)]
            usual = float(np.median(known)) if len(known) else _BEARING_DEG
            card = replace(card, azimuth_sigma_deg=usual)
        cards[name] = card
    return cards


def _log_clutter(
    heard: Heard,
    known: Sequence[Sensor],
    names: Sequence[str],
    duration_s: float,
    learned: Mapping[str, float],
) -> Floats:
    own = clutter_of(heard, _of(known, "false_alarm_per_h") / 3600.0, duration_s)
    return np.array(
        [math.log(learned[n]) if n in learned else o for n, o in zip(names, own, strict=True)]
    )


def _dead(
    index: Mapping[str, int], facts: NetworkFacts, coverage: Sequence[Coverage], origin: float
) -> tuple[Ints, Floats, Floats]:
    """Give the outages: those named, and all time that stated coverage leaves out."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for stretch in coverage:
        name = f"{stretch.source}:{stretch.datastream}"
        if stretch.basis == _STATED and name in index:
            spans.setdefault(name, [(-math.inf, math.inf)])
            start, end = stretch.time.start.timestamp(), stretch.time.end.timestamp()
            spans[name] = _without(spans[name], start, end)
    for outage in facts.outages:
        name = f"{outage.source}:{outage.datastream}"
        if name in index:
            part = (outage.start.timestamp(), outage.end.timestamp())
            spans.setdefault(name, []).append(part)
    rows = sorted((index[name], low, high) for name, some in spans.items() for low, high in some)
    columns = np.array(rows, float).reshape(-1, 3)
    return columns[:, 0].astype(np.int32), columns[:, 1] - origin, columns[:, 2] - origin


def _air(
    facts: NetworkFacts, sensors: Sensors, span: tuple[float, float], origin: float
) -> tuple[int, Air]:
    """Give the first hour of the air, and the air at the sensors on whole hours."""
    weather = None
    if facts.weather:
        moments = [round(row.time.timestamp() * 1e9) for row in facts.weather]
        rows = np.array(
            [
                (r.lon, r.lat, r.sound_speed_m_s, r.wind_east_m_s, r.wind_north_m_s)
                for r in facts.weather
            ]
        )
        weather = weather_of(
            np.array(moments, np.int64), rows[:, 0], rows[:, 1], rows[:, 2:], sensors.lon,
            sensors.lat,
        )  # fmt: skip
    first, hours = hours_about(int(span[0] * 1e9), int(span[1] * 1e9) + 1)
    grid = hourly(weather, first, hours, len(sensors.lon))
    return first, air_from(grid, first, round(origin * 1e9))


def _seconds(arrivals: pa.Table) -> Floats:
    micro = arrivals["phenomenon_start"].cast(pa.int64()).to_numpy()
    return np.asarray(micro, float) / 1e6


def _ranks(arrivals: pa.Table) -> Longs:
    """Rank arrivals by time and id, so that the order of rows is moot."""
    ids = np.array(arrivals["observation_id"].to_pylist(), dtype=object)
    order = np.lexsort((np.unique(ids, return_inverse=True)[1], _seconds(arrivals)))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _floats(table: pa.Table, name: str) -> Floats:
    return np.array(table[name].to_numpy(zero_copy_only=False), float)


def _of(known: Sequence[Sensor], name: str) -> Floats:
    values: list[Any] = [getattr(sensor, name) for sensor in known]
    return np.array([np.nan if v is None else v for v in values], float)
