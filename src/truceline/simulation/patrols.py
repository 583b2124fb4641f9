"""What three patrols heard and wrote down, with the errors that people make."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from truceline.model.interval import Interval, local_day
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import BOX, ZONE, line_latitude, measured, moved
from truceline.simulation.world import Event

POINTS: Final = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
    "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)  # fmt: skip
"""The compass in 16 points, clockwise from north."""
TEAMS: Final = ("PA", "PB", "PC")
"""The last one reports in plain text, the others on the coded form."""
_SHIFTS: Final = ((5.0, 11.0), (11.5, 17.0), (17.5, 23.0))
"""Local hours at the first, second and third post of each team."""
_HEARING_KM: Final = {
    "fire.mortar": 8.0,
    "fire.artillery": 12.0,
    "fire.small-arms": 3.5,
    "strike.uav": 10.0,
    "explosion": 10.0,
    "mine.clearing": 10.0,
}
"""Distance at which people notice every second round. Unit: km."""
_NOUN: Final = {
    "fire.mortar": "outgoing mortar round",
    "fire.artillery": "outgoing artillery round",
    "fire.small-arms": "shots of small-arms fire",
    "strike.uav": "undetermined explosion",
    "explosion": "undetermined explosion",
    "mine.clearing": "undetermined explosion",
}
"""What the team calls it: by ear nobody tells a strike or a controlled explosion from another."""
_MISTAKEN: Final = {"fire.mortar": "fire.artillery", "fire.artillery": "fire.mortar"}
_ALERT: Final = 0.85
_SOUND_M_S: Final = 340.0
_FALSE_PER_SHIFT: Final = 0.12
"""Mean number of reports in a shift of something that was nothing (thunder, a quarry)."""


@dataclass(frozen=True, slots=True)
class Post:
    """A team at a known place over stated hours."""

    team: str
    lon: float
    lat: float
    time: Interval


@dataclass(frozen=True, slots=True)
class PatrolReport:
    """One line of a patrol's log."""

    id: str
    post: Post
    observed_from: datetime
    """UTC, whole minutes."""
    observed_to: datetime
    """UTC, whole minutes, not before the other."""
    modality: str
    """``heard`` or ``seen``."""
    text: str
    """The sentence without the verb: ``12 outgoing mortar rounds 5-7 km WNW``."""
    events: tuple[str, ...]
    """The truth: every event that it speaks of; empty for nothing at all."""


def posts_of(rng: np.random.Generator, day: date) -> tuple[Post, ...]:
    """Put each team at three posts near the line, each team in its third of it."""
    start = local_day(day, ZONE).start
    third = (BOX.east - BOX.west - 0.3) / len(TEAMS)
    posts = []
    for number, team in enumerate(TEAMS):
        for begin, end in _SHIFTS:
            lon = BOX.west + 0.15 + third * (number + float(rng.uniform(0.1, 0.9)))
            place = moved(lon, line_latitude(lon), 0.0, float(rng.uniform(-2500.0, 2500.0)))
            time = Interval(start + timedelta(hours=begin), start + timedelta(hours=end))
            posts.append(Post(team, *place, time))
    return tuple(posts)


def patrol_reports(
    rng: np.random.Generator,
    events: tuple[Event, ...],
    posts: tuple[Post, ...],
    settings: Settings,
) -> tuple[PatrolReport, ...]:
    """Let every post listen; rounds of one burst become one report."""
    found = [report for post in posts for report in _of_post(rng, post, events, settings)]
    found.sort(key=lambda report: (report.observed_from, report.post.team, report.text))
    return tuple(
        PatrolReport(
            f"{r.post.team}-{number:03}",
            r.post, r.observed_from, r.observed_to, r.modality, r.text, r.events,
        )
        for number, r in enumerate(found, 1)
    )  # fmt: skip


def _of_post(
    rng: np.random.Generator, post: Post, events: tuple[Event, ...], settings: Settings
) -> Iterator[PatrolReport]:
    salvos: dict[str, list[tuple[Event, float, float]]] = {}
    for event in events:
        distance, bearing = measured(post.lon, post.lat, event.lon, event.lat)
        metres, noticed = float(distance), _noticed(event.kind, float(distance))
        arrives = event.time + timedelta(seconds=metres / _SOUND_M_S)
        if rng.random() < noticed and post.time.contains(arrives):
            salvos.setdefault(event.salvo, []).append((event, metres, float(bearing)))
    for heard in salvos.values():
        yield _written(rng, post, heard, settings)
    for _ in range(int(rng.poisson(_FALSE_PER_SHIFT))):
        yield _nothing(rng, post)


def _noticed(kind: str, distance_m: float) -> float:
    """Probability that the team notices one round."""
    return _ALERT / (1.0 + math.exp(min(distance_m / 1000.0 - _HEARING_KM[kind], 50.0)))


def _written(
    rng: np.random.Generator,
    post: Post,
    heard: list[tuple[Event, float, float]],
    settings: Settings,
) -> PatrolReport:
    """Write the rounds of one burst down as people do: rounded, and not always right."""
    first, metres, bearing = heard[0]
    kind = first.kind
    if rng.random() < 0.1 * min(settings.noise, 5.0):
        kind = _MISTAKEN.get(kind, kind)
    count = len(heard) * (int(rng.integers(5, 30)) if kind == "fire.small-arms" else 1)
    if count > 2 and rng.random() < 0.3 * min(settings.noise, 3.0):
        count += int(rng.integers(-1, 2))
    turned = bearing + float(rng.normal(0.0, 8.0 * settings.noise))
    guessed = metres * math.exp(float(rng.normal(0.0, 0.15 * settings.noise)))
    delays = [event.time + timedelta(seconds=away / _SOUND_M_S) for event, away, _ in heard]
    modality = "seen" if kind == "explosion" and metres < 3000.0 else "heard"
    return PatrolReport(
        "",
        post,
        _minute(min(delays) - timedelta(seconds=float(rng.uniform(0.0, 30.0)))),
        _minute(max(delays) + timedelta(seconds=float(rng.uniform(60.0, 90.0)))),
        modality,
        _sentence(count, kind, guessed, turned),
        tuple(sorted(event.id for event, _, _ in heard)),
    )


def _nothing(rng: np.random.Generator, post: Post) -> PatrolReport:
    moment = post.time.start + timedelta(seconds=float(rng.uniform(0.0, post.time.seconds - 120)))
    kind = str(rng.choice(["explosion", "fire.mortar"]))
    text = _sentence(int(rng.integers(1, 4)), kind, *rng.uniform((2000.0, 0.0), (8000.0, 360.0)))
    begin = _minute(moment)
    return PatrolReport("", post, begin, begin + timedelta(minutes=1), "heard", text, ())


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def compass_point(bearing_deg: float) -> str:
    """Give the nearest of the 16 points.

    >>> compass_point(355.0), compass_point(290.0)
    ('N', 'WNW')
    """
    return POINTS[round((bearing_deg % 360.0) / 22.5) % 16]


def _sentence(count: int, kind: str, guessed_m: float, bearing_deg: float) -> str:
    noun = _NOUN[kind]
    plural = "" if count == 1 or noun.startswith("shots") else "s"
    low = max(math.floor(guessed_m * 0.8 / 1000.0), 1)
    high = max(math.ceil(guessed_m * 1.2 / 1000.0), low + 1)
    return f"{count} {noun}{plural} {low}-{high} km {compass_point(bearing_deg)}"
