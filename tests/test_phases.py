"""Association of P and S picks: invented earthquakes, wrong input, real picks."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from phases_world import CENTRE, ground, quakes
from truceline.fusion.phases.run import associate
from truceline.geodesy import to_plane

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"


def solved(world, threads=1, settings=None):
    return associate(
        world.lon, world.lat, world.station, world.secondary, world.time_s,
        settings or ground(), threads,
    )  # fmt: skip


@pytest.fixture(scope="module")
def day():
    world = quakes(seed=4, count=60, span_s=7200.0, clutter_per_h=30.0)
    return world, solved(world)


def true_of(world, found, event):
    own = world.label[found.event == event]
    values, counts = np.unique(own[own >= 0], return_counts=True)
    return (int(values[np.argmax(counts)]), counts.max() / len(own)) if len(values) else (-1, 0.0)


def test_most_events_are_found_with_their_own_picks(day):
    world, found = day
    truth = [true_of(world, found, e) for e in range(len(found.time_s))]
    good = {k for k, share in truth if k >= 0 and share >= 0.8}
    assert len(good) >= 0.95 * 60
    assert sum(share < 0.8 for _, share in truth) <= 2
    right = sum(
        e >= 0 and truth[e][0] == k for e, k in zip(found.event, world.label, strict=True) if k >= 0
    )
    assert right >= 0.95 * (world.label >= 0).sum()


def test_ellipses_hold_the_truth_and_errors_are_small(day):
    world, found = day
    east, north = to_plane(*CENTRE, found.lon, found.lat)
    inside, errors = [], []
    for e in range(len(found.time_s)):
        k, share = true_of(world, found, e)
        if share < 0.8:
            continue
        off = np.array([east[e] - world.east_m[k], north[e] - world.north_m[k]])
        errors.append(np.hypot(*off))
        inside.append(off @ np.linalg.solve(found.cov_m2[e][:2, :2], off) < 4.605)
    assert np.median(errors) < 600
    assert np.mean(inside) > 0.75


def test_no_pick_serves_two_and_residuals_are_those_of_members(day):
    world, found = day
    assert np.array_equal(np.isfinite(found.residual_s), found.event >= 0)
    for e in range(len(found.time_s)):
        own = found.event == e
        channel = 2 * world.station[own] + world.secondary[own]
        assert len(np.unique(channel)) == own.sum() >= 5
    assert np.median(np.abs(found.residual_s[found.event >= 0])) < 0.3


def test_lags_of_channels_and_the_slowness_of_the_ground_are_learned(day):
    _, found = day
    late = found.model.late_s[1::2]
    # every third station lags by nothing, 0.3 and 0.6 s
    assert np.mean(late[2::3]) - np.mean(late[0::3]) == pytest.approx(0.6, abs=0.15)
    assert np.mean(late[1::3]) - np.mean(late[0::3]) == pytest.approx(0.3, abs=0.15)


def test_rows_and_threads_in_any_order_give_the_same_bytes(day):
    world, found = day
    turn = np.random.default_rng(0).permutation(len(world.time_s))
    again = associate(
        world.lon, world.lat, world.station[turn], world.secondary[turn], world.time_s[turn],
        ground(), 2,
    )  # fmt: skip
    assert again.time_s.tobytes() == found.time_s.tobytes()
    assert again.lon.tobytes() == found.lon.tobytes()
    assert np.array_equal(again.event, found.event[turn])


def test_clutter_alone_makes_hardly_an_event():
    world = quakes(seed=9, count=1, span_s=7200.0, clutter_per_h=60.0)
    noise = world.label < 0
    found = associate(
        world.lon, world.lat, world.station[noise], world.secondary[noise], world.time_s[noise],
        ground(),
    )  # fmt: skip
    assert len(found.time_s) <= 1


def test_no_pick_is_no_event():
    world = quakes(seed=1, count=1, span_s=10.0, clutter_per_h=0.0)
    none = np.zeros(0, np.int64)
    found = associate(
        world.lon, world.lat, none, none.astype(np.int8), none.astype(float), ground()
    )
    assert len(found.time_s) == 0
    assert len(found.event) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"station": np.array([7])}, "station that is not given"),
        ({"time_s": np.array([np.nan])}, "no number"),
        ({"time_s": np.array([1.0, 2.0])}, "equal length"),
        (
            {
                "station": np.array([0, 0]),
                "secondary": np.zeros(2, np.int8),
                "time_s": np.array([0.0, 1e12]),
            },
            "times in seconds",
        ),
        ({"lon": np.array([37.0, 38.0]), "lat": np.array([48.0, 49.0])}, "from 3 stations"),
    ],
)
def test_input_that_is_wrong_is_refused(change, words):
    rows = {
        "lon": np.array([37.0, 37.1, 37.2]),
        "lat": np.array([48.0, 48.1, 48.0]),
        "station": np.array([0]),
        "secondary": np.array([0], np.int8),
        "time_s": np.array([1.0]),
    }
    with pytest.raises(ValueError, match=words):
        associate(**{**rows, **change}, settings=ground())


def shared(folder):
    path = SHARED / folder
    if not path.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is not beside the checkout")
        pytest.skip(f"needs ../shared/data/{folder}")
    return path


@pytest.mark.shared
def test_labelled_picks_come_together(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    from real_data import labelled
    from real_scores import Found, labels_right

    picks, settings = labelled(shared("pyocto-tests"))
    found = solved(picks, settings=settings)
    whole = Found(found.time_s, found.lon, found.lat, found.event, 0.0)
    count, right, wrong = labels_right(whole, picks.label)
    assert count >= 49
    assert right > 0.98
    assert wrong < 0.01


@pytest.mark.shared
def test_an_hour_of_a_swarm_holds_its_catalogue(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    from real_data import Catalogue, saltonsea
    from real_scores import Found, matched

    from truceline.fusion.phases.settings import southern_california

    picks, truth = saltonsea(shared("saltonsea-2020"))
    begin = picks.time_s.min() + 86_400.0
    part = picks.part((picks.time_s >= begin) & (picks.time_s < begin + 7200.0))
    found = solved(part, settings=southern_california())
    due = (truth.time_s >= begin) & (truth.time_s < begin + 7140.0)
    known = Catalogue(truth.time_s[due], truth.lon[due], truth.lat[due], truth.magnitude[due])
    whole = Found(found.time_s, found.lon, found.lat, found.event, 0.0)
    assert len(matched(whole, known, 3.0, 15_000.0)) >= 0.8 * due.sum() > 0
