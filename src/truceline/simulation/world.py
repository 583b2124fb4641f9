"""What truly happened: bursts and singles along the line, and a notified controlled explosion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from truceline.model.interval import Interval, local_day
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import (
    BOX,
    DEMINING,
    DEMINING_HOURS,
    NORTH,
    SETTLEMENTS,
    SOUTH,
    ZONE,
    line_latitude,
    moved,
)

_KINDS: Final = ("fire.mortar", "fire.artillery", "fire.small-arms", "strike.uav", "explosion")
_SHARE_OF_BURSTS: Final = (0.45, 0.25, 0.3, 0.0, 0.0)
_SHARE_OF_SINGLES: Final = (0.2, 0.15, 0.15, 0.25, 0.25)
_DEPTH_M: Final = {
    "fire.mortar": (800.0, 4000.0),
    "fire.artillery": (3000.0, 9000.0),
    "fire.small-arms": (150.0, 1500.0),
    "strike.uav": (500.0, 8000.0),
    "explosion": (300.0, 6000.0),
}
"""Distance behind the line at which each kind happens. Unit: m."""
_PAUSE_S: Final = {
    "fire.mortar": (7.0, 30.0),
    "fire.artillery": (12.0, 45.0),
    "fire.small-arms": (5.0, 25.0),
}
"""Pause between two shots of a burst. Unit: s."""
_DEEP_M: Final = (27_000.0, 38_000.0)
"""Distance behind the line of what nobody can hear. Unit: m."""
_ON_A_SETTLEMENT: Final = 0.4
"""Share of the single strikes and explosions that hit a settlement."""


@dataclass(frozen=True, slots=True)
class Event:
    """One true event."""

    id: str
    """``E001`` and so on, in the order of time."""
    time: datetime
    """When it happened. UTC."""
    lon: float
    lat: float
    kind: str
    """Code of the act taxonomy."""
    party: str
    """Who did it."""
    salvo: str
    """Events of one burst share it; a single event has its own."""
    exempt: bool = False
    """True for the notified controlled explosion."""


def demining_window(day: date) -> Interval:
    """Give the notified hours of the controlled explosion on a local day. UTC."""
    start, end = (datetime.combine(day, time(hour), ZoneInfo(ZONE)) for hour in DEMINING_HOURS)
    return Interval(start.astimezone(ZoneInfo("UTC")), end.astimezone(ZoneInfo("UTC")))


def true_events(rng: np.random.Generator, day: date, settings: Settings) -> tuple[Event, ...]:
    """Draw the events of one local day, in the order of time."""
    deep = round(settings.deep_share * (settings.events - 1))
    in_bursts = round(settings.burst_share * (settings.events - 1 - deep))
    found = [_controlled_explosion(rng, day)]
    found += [_deep(rng, day, f"deep-{i}") for i in range(deep)]
    while in_bursts > 0:
        shots = _burst(rng, day, f"burst-{in_bursts}", min(int(rng.integers(2, 7)), in_bursts))
        in_bursts -= len(shots)
        found += shots
    found += [_single(rng, day, f"single-{i}") for i in range(settings.events - len(found))]
    return _named(found)


def _named(events: list[Event]) -> tuple[Event, ...]:
    """Order by time, then give events and salvos their names."""
    ordered = sorted(events, key=lambda event: (event.time, event.salvo))
    salvos: dict[str, str] = {}
    for event in ordered:
        salvos.setdefault(event.salvo, f"S{len(salvos) + 1:03}")
    return tuple(
        replace(event, id=f"E{number:03}", salvo=salvos[event.salvo])
        for number, event in enumerate(ordered, 1)
    )


def _controlled_explosion(rng: np.random.Generator, day: date) -> Event:
    lon, lat = moved(*DEMINING, *rng.normal(0.0, 60.0, 2))
    moment = demining_window(day).start + timedelta(seconds=float(rng.uniform(300.0, 1500.0)))
    return Event("", moment, lon, lat, "mine.clearing", NORTH, "demining", exempt=True)


def _moment(rng: np.random.Generator, day: date, margin_s: float = 0.0) -> datetime:
    """Draw an hour: most in the morning and the evening, few at night, none beyond the day."""
    whole = local_day(day, ZONE)
    rush = float(rng.choice([8.0, 14.0, 20.0], p=[0.35, 0.25, 0.4]))
    hour = rng.normal(rush, 2.5) if rng.random() < 0.8 else rng.uniform(0.0, 24.0)
    second = float(np.clip(hour * 3600.0, 60.0, whole.seconds - 60.0 - margin_s))
    return whole.start + timedelta(seconds=second + float(rng.uniform(0.0, 60.0)))


def _place(
    rng: np.random.Generator, bank: str, depth_m: tuple[float, float]
) -> tuple[float, float]:
    """Draw a point at a depth behind the line, on one bank, inside the theatre."""
    lon = float(rng.uniform(BOX.west + 0.1, BOX.east - 0.1))
    depth = float(rng.uniform(*depth_m))
    return moved(lon, line_latitude(lon), 0.0, depth if bank == NORTH else -depth)


def _other(party: str) -> str:
    return SOUTH if party == NORTH else NORTH


def _kind_and_party(rng: np.random.Generator, shares: tuple[float, ...]) -> tuple[str, str]:
    return str(rng.choice(_KINDS, p=shares)), str(rng.choice([NORTH, SOUTH]))


def _burst(rng: np.random.Generator, day: date, salvo: str, shots: int) -> list[Event]:
    """Draw the shots of one weapon, a few hundred metres apart at most."""
    kind, party = _kind_and_party(rng, _SHARE_OF_BURSTS)
    lon, lat = _place(rng, party, _DEPTH_M[kind])
    moment = _moment(rng, day, margin_s=400.0)
    events = []
    for _ in range(shots):
        events.append(
            Event("", moment, *moved(lon, lat, *rng.normal(0.0, 40.0, 2)), kind, party, salvo)
        )
        moment += timedelta(seconds=float(rng.uniform(*_PAUSE_S[kind])))
    return events


def _single(rng: np.random.Generator, day: date, salvo: str) -> Event:
    kind, party = _kind_and_party(rng, _SHARE_OF_SINGLES)
    fired = kind.startswith("fire.")
    lon, lat = _place(rng, party if fired else _other(party), _DEPTH_M[kind])
    if not fired and rng.random() < _ON_A_SETTLEMENT:
        hit = SETTLEMENTS[int(rng.integers(len(SETTLEMENTS)))]
        lon, lat = moved(hit.lon, hit.lat, *rng.normal(0.0, hit.sigma_m / 2, 2))
        party = SOUTH if hit.bank == "North bank" else NORTH
    return Event("", _moment(rng, day), lon, lat, kind, party, salvo)


def _deep(rng: np.random.Generator, day: date, salvo: str) -> Event:
    """Draw a strike far behind the line, on the other side's bank."""
    party = str(rng.choice([NORTH, SOUTH]))
    lon, lat = _place(rng, _other(party), _DEEP_M)
    return Event("", _moment(rng, day), lon, lat, "strike.uav", party, salvo)
