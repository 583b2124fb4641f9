"""What press and officials reported: copies of one speaker, an invention, a window too wide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from truceline.model.interval import Interval, local_day
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import (
    DEMINING,
    NORTH,
    SETTLEMENTS,
    SOUTH,
    ZONE,
    Settlement,
    measured,
)
from truceline.simulation.world import Event, demining_window

_ACTS: Final = {
    "fire.mortar": "mortar",
    "fire.artillery": "artillery",
    "fire.small-arms": "small-arms",
    "strike.uav": "uav",
    "explosion": "explosion undetermined",
    "mine.clearing": "explosion undetermined",
}
"""Kinds as the layout of the coded reports calls them."""
_NEAR_M: Final = 5000.0
"""A report names a settlement only when it is at most so far. Unit: m."""


@dataclass(frozen=True, slots=True)
class PressReport:
    """One coded report."""

    id: str
    window: Interval
    precision: str
    """``approx`` or ``window``."""
    place: str
    bank: str
    lon: float
    lat: float
    sigma_m: float
    act: str
    count: int | None
    reporter: str
    speaker: str
    side: str
    """``NOR``, ``SOU`` or ``independent``."""
    accused: str
    group: str
    """Reports of one group go back to one speaker."""
    reliability: str
    credibility: int
    note: str
    events: tuple[str, ...]
    """The truth: every event that it may speak of; empty for nothing at all."""


def press_reports(
    rng: np.random.Generator, day: date, events: tuple[Event, ...], settings: Settings
) -> tuple[PressReport, ...]:
    """Write the reports of one day."""
    reports = [
        *_known_salvos(rng, events, settings),
        *_from_the_rear(rng, events, settings),
        _invented(rng, day),
        _astride_the_exemption(day, events),
        _silence(rng, day),
    ]
    reports.sort(key=lambda report: (report.window.start, report.place, report.reporter))
    return tuple(replace(report, id=f"RR-{number:03}") for number, report in enumerate(reports, 1))


def _known_salvos(
    rng: np.random.Generator, events: tuple[Event, ...], settings: Settings
) -> Iterator[PressReport]:
    """Report the three salvos nearest to a settlement; the first one three times by one speaker."""
    salvos: dict[str, list[Event]] = {}
    for event in events:
        if not event.exempt and _nearest(event)[1] < _NEAR_M:
            salvos.setdefault(event.salvo, []).append(event)
    ranked = sorted(salvos.values(), key=lambda shots: (_nearest(shots[0])[1], shots[0].id))
    for number, shots in enumerate(ranked[:3]):
        accused = shots[0].party
        victim = SOUTH if accused == NORTH else NORTH
        report = _about(rng, shots, settings, victim, accused, f"{victim.lower()}-staff")
        yield report
        if number == 0:
            yield replace(report, reporter="Strait Wire", credibility=3)
            yield replace(report, reporter="Bank Morning Post", reliability="D", credibility=3)
            yield replace(
                _about(rng, shots, settings, "independent", "not stated", "clinic-resident"),
                reporter="Harbour Radio", speaker="resident beside the clinic", credibility=2,
            )  # fmt: skip


def _from_the_rear(
    rng: np.random.Generator, events: tuple[Event, ...], settings: Settings
) -> Iterator[PressReport]:
    """Report one salvo out of earshot, known from no instrument."""
    rear = [event for event in events if event.kind == "strike.uav" and _nearest(event)[1] > 15e3]
    if rear:
        event = rear[0]
        victim = SOUTH if event.party == NORTH else NORTH
        report = _about(rng, [event], settings, victim, event.party, f"{victim.lower()}-rescue")
        yield replace(
            report, place="rear district", lon=round(event.lon + 0.02, 4),
            lat=round(event.lat - 0.01, 4), sigma_m=4000.0, speaker=f"{victim} rescue service",
        )  # fmt: skip


def _nearest(event: Event) -> tuple[Settlement, float]:
    """Settlement nearest to an event, and how far. Unit: m."""
    away, _ = measured(
        [s.lon for s in SETTLEMENTS], [s.lat for s in SETTLEMENTS], event.lon, event.lat
    )
    nearest = int(np.argmin(away))
    return SETTLEMENTS[nearest], float(away[nearest])


def _about(
    rng: np.random.Generator,
    shots: list[Event],
    settings: Settings,
    side: str,
    accused: str,
    group: str,
) -> PressReport:
    """Write about one salvo: the settlement's name, the hour give or take a quarter."""
    place, away_m = _nearest(shots[0])
    middle = shots[0].time + (shots[-1].time - shots[0].time) / 2
    said = middle + timedelta(minutes=float(rng.normal(0.0, 4.0 * min(settings.noise, 3.0))))
    said = said.replace(minute=said.minute - said.minute % 5, second=0, microsecond=0)
    window = Interval(said - timedelta(minutes=15), said + timedelta(minutes=15))
    return _report(
        window, place, _ACTS[shots[0].kind], side, accused, group,
        precision="approx",
        sigma_m=round(max(place.sigma_m, away_m), -2),
        count=len(shots) if rng.random() < 0.6 else None,
        events=tuple(event.id for event in shots),
    )  # fmt: skip


def _report(
    window: Interval,
    place: Settlement,
    act: str,
    side: str,
    accused: str,
    group: str,
    **other: object,
) -> PressReport:
    report = PressReport(
        "", window, "window", place.name, place.bank, place.lon, place.lat, place.sigma_m, act,
        None, "Riverline Courier", f"{side} general staff", side, accused, group, "C", 3, "", (),
    )  # fmt: skip
    return replace(report, **other)  # type: ignore[arg-type]


def _invented(rng: np.random.Generator, day: date) -> PressReport:
    """Report an attack that never was."""
    start = local_day(day, ZONE).start + timedelta(hours=int(rng.integers(5, 20)))
    place = SETTLEMENTS[int(rng.integers(len(SETTLEMENTS)))]
    accused = SOUTH if place.bank == "North bank" else NORTH
    side = NORTH if accused == SOUTH else SOUTH
    return _report(
        Interval(start, start + timedelta(hours=1)), place, "artillery", side, accused,
        "tide-channel", reporter="Tide Channel", speaker="not stated", reliability="E",
        credibility=5, count=8, note="no other source has it",
    )  # fmt: skip


def _astride_the_exemption(day: date, events: tuple[Event, ...]) -> PressReport:
    """Report the controlled explosion with a window that begins before the notified hours."""
    start = demining_window(day).start
    window = Interval(start - timedelta(minutes=30), start + timedelta(minutes=30))
    place = Settlement("road to Undstrand", "North bank", *DEMINING, 900.0)
    return _report(
        window, place, "explosion undetermined", SOUTH, NORTH, "sou-staff", count=1,
        note="the hour of the notified demining begins inside the window",
        events=tuple(event.id for event in events if event.exempt),
    )  # fmt: skip


def _silence(rng: np.random.Generator, day: date) -> PressReport:
    """Report that a place stayed quiet for some hours."""
    start = local_day(day, ZONE).start + timedelta(hours=int(rng.integers(0, 4)))
    place = SETTLEMENTS[-1]
    return _report(
        Interval(start, start + timedelta(hours=2)), place, "no-activity", "independent",
        "not stated", "kelmouth-council", count=0, speaker="town council", reliability="B",
        credibility=2,
    )  # fmt: skip
