"""Which arrivals are one sound, among clutter and beside another sound."""

from __future__ import annotations

import math

import numpy as np
import pytest

from truceline.fusion.arrivals import Sound, Stations, associate
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.locate import Arrivals

T0 = 1.777e9
AIR = Acoustics()
DENSITY = 1 / (1e8 * 86_400)
STAND = np.array(
    [
        (r * math.sin(math.radians(b)), r * math.cos(math.radians(b)))
        for r, b in [
            (3e3, 10),
            (4e3, 80),
            (3.5e3, 150),
            (4.5e3, 220),
            (3e3, 300),
            (5e3, 350),
            (1e3, 120),
        ]
    ]
)
CLUTTER_PER_S = 1 / 600


class Scene:
    """Arrivals of known sounds and of clutter, sorted by time."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.rows: list[tuple[float, int, int]] = []
        """Time, station, number of the sound or -1."""

    def sound(self, number: int, at: tuple[float, float], seconds: float) -> None:
        away = np.hypot(*(STAND - at).T)
        for s, d in enumerate(away):
            time = T0 + seconds + d / AIR.speed_m_s + self.rng.normal(0, 0.05)
            self.rows.append((float(time), s, number))

    def clutter(self, seconds: float) -> None:
        for s in range(len(STAND)):
            for _ in range(self.rng.poisson(seconds * CLUTTER_PER_S)):
                self.rows.append((T0 + float(self.rng.uniform(0, seconds)), s, -1))

    def solved(self, order: np.ndarray | None = None, shift: float = 0.0) -> list[Sound]:
        """Associate, with stations renamed by ``order`` and all clocks moved by ``shift``."""
        self.rows.sort()
        order = np.arange(len(STAND)) if order is None else order
        name = np.argsort(order)
        time = np.array([t for t, _, _ in self.rows], float) + shift
        station = np.array([s for _, s, _ in self.rows], np.int64)
        nothing = np.full(len(time), np.nan)
        heard = Arrivals(
            STAND[station, 0] if len(time) else time,
            STAND[station, 1] if len(time) else time,
            time,
            np.full(len(time), 0.05),
            nothing,
            np.full(len(time), 0.2),
        )
        stations = Stations(
            STAND[order, 0],
            STAND[order, 1],
            np.full(len(STAND), CLUTTER_PER_S),
            tuple(((T0 - 1e5 + shift, T0 + 1e5 + shift),) for _ in STAND),
        )
        return associate(heard, name[station], stations, DENSITY, AIR)

    def numbers(self, sound: Sound) -> list[int]:
        return [self.rows[m][2] for m in sound.members]


def off_m(sound: Sound, at: tuple[float, float]) -> float:
    return math.hypot(sound.origin.east - at[0], sound.origin.north - at[1])


@pytest.mark.parametrize("seed", range(5))
def test_one_sound_among_clutter_is_found(seed):
    scene = Scene(seed)
    at = tuple(scene.rng.uniform(-1_500, 1_500, 2))
    scene.sound(0, at, 300.0)
    scene.clutter(1_200.0)
    sounds = [s for s in scene.solved() if s.log_odds > 0]
    assert len(sounds) == 1
    assert scene.numbers(sounds[0]).count(0) >= 6
    assert scene.numbers(sounds[0]).count(-1) <= 1
    assert off_m(sounds[0], at) < 150.0
    assert abs(sounds[0].origin.time - T0 - 300.0) < 0.5


@pytest.mark.parametrize("seed", range(5))
def test_two_sounds_that_overlap_are_told_apart(seed):
    """The second is made while the first is still on its way."""
    scene = Scene(100 + seed)
    places = (1_200.0, 700.0), (-1_300.0, -500.0)
    scene.sound(0, places[0], 300.0)
    scene.sound(1, places[1], 304.0)
    scene.clutter(900.0)
    sounds = [s for s in scene.solved() if s.log_odds > 0]
    assert len(sounds) == 2
    for number, (sound, at) in enumerate(zip(sounds, places, strict=True)):
        assert scene.numbers(sound).count(number) >= 5
        assert off_m(sound, at) < 250.0


def test_clutter_alone_is_no_sound():
    scene = Scene(7)
    scene.clutter(3_600.0)
    assert len(scene.rows) > 20
    assert [s for s in scene.solved() if s.log_odds > 3] == []


@pytest.mark.parametrize("seed", range(4))
def test_no_arrival_is_in_two_sounds_and_none_twice_from_a_station(seed):
    scene = Scene(200 + seed)
    for number in range(6):
        scene.sound(number, tuple(scene.rng.uniform(-3_000, 3_000, 2)), 60.0 + 7.0 * number)
    scene.clutter(400.0)
    sounds = scene.solved()
    taken = [m for s in sounds for m in s.members]
    assert len(taken) == len(set(taken))
    assert len(sounds) >= 4
    for sound in sounds:
        assert list(sound.members) == sorted(sound.members)
        heard_at = [scene.rows[m][1] for m in sound.members]
        assert len(heard_at) == len(set(heard_at))
        assert (np.linalg.eigvalsh(sound.origin.cov) > 0).all()
        assert math.isfinite(sound.log_odds)
    assert [s.origin.time for s in sounds] == sorted(s.origin.time for s in sounds)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_arrivals_are_no_sound(n):
    scene = Scene(1)
    scene.sound(0, (100.0, 200.0), 10.0)
    scene.rows = sorted(scene.rows)[:n]
    assert scene.solved() == []


def test_one_station_alone_makes_no_sound():
    scene = Scene(2)
    scene.rows = [(T0 + 0.7 * i, 3, -1) for i in range(12)]
    assert scene.solved() == []


def test_the_names_of_stations_and_the_epoch_do_not_show():
    scene = Scene(300)
    scene.sound(0, (900.0, -700.0), 100.0)
    scene.sound(1, (-800.0, 1_100.0), 106.0)
    scene.clutter(400.0)
    wanted = [s.members for s in scene.solved()]
    assert len(wanted) >= 2
    assert [
        s.members for s in scene.solved(order=np.random.default_rng(0).permutation(7))
    ] == wanted
    assert [s.members for s in scene.solved(shift=86_400.0 * 30)] == wanted


def test_a_station_known_to_be_deaf_is_no_witness_against():
    """Three of seven are down: the sound is as sure as without them, not less."""
    scene = Scene(400)
    scene.sound(0, (300.0, 200.0), 50.0)
    scene.rows = [r for r in scene.rows if r[1] < 5]
    time = np.array([t for t, _, _ in sorted(scene.rows)])
    station = np.array([s for _, s, _ in sorted(scene.rows)], np.int64)
    nothing = np.full(len(time), np.nan)
    heard = Arrivals(
        STAND[station, 0], STAND[station, 1], time, np.full(len(time), 0.05), nothing, nothing
    )

    def odds(up: tuple[tuple[float, float], ...]) -> float:
        all_day = ((T0 - 1e5, T0 + 1e5),)
        stations = Stations(
            STAND[:, 0],
            STAND[:, 1],
            np.full(7, CLUTTER_PER_S),
            (all_day,) * 5 + (up,) * 2,
        )
        (sound,) = associate(heard, station, stations, DENSITY, AIR)
        return sound.log_odds

    deaf, listening = odds(((T0 - 9e4, T0 - 8e4),)), odds(((T0 - 1e5, T0 + 1e5),))
    assert deaf > listening + 1.0
