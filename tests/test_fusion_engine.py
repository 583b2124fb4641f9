"""From observations to incidents: what joins, what never does, and what it is worth."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_rows import (
    AGREEMENTS,
    LAT,
    LON,
    NOON,
    arrival,
    calibration,
    fused,
    heat,
    later,
    members,
    place,
    projections,
    row,
    standards,
    table,
)
from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.engine import HeatView, fuse, learnable
from truceline.model.coverage import Coverage
from truceline.model.incident import Incident, MemberRole
from truceline.model.interval import Interval
from truceline.model.place import ellipse_of
from truceline.store.archive import latest

DAY_S = 86_400.0
AREAS = st.tuples(st.floats(-9_000, 9_000), st.floats(-9_000, 9_000))
KINDS = ["fire.mortar", "fire", "explosion", "strike.uav", "harm.civilian", "violence", "heat"]


@st.composite
def scenes(draw: Any, most: int = 14) -> list[dict[str, Any]]:
    """Draw rows about a few places and times, of all sorts that may become members."""
    rows = []
    for i in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(KINDS))
        changes: dict[str, Any] = {
            "at": draw(AREAS),
            "sigma_m": draw(st.sampled_from([30.0, 300.0, 3_000.0, 30_000.0])),
            "kind": kind,
            "independence_groups": draw(
                st.lists(st.sampled_from("abcd"), min_size=1, max_size=2, unique=True)
            ),
            "reliability": draw(st.sampled_from("ABCDEF")),
            "credibility": draw(st.integers(1, 6)),
            "speaker_side": draw(st.sampled_from([None, "NOR", "SOU"])),
            "accused": draw(st.sampled_from([None, "NOR", "SOU"])),
            "count_min": draw(st.none() | st.integers(1, 9)),
            "count_max": draw(st.none() | st.integers(9, 20)),
        }
        if draw(st.booleans()):
            start = draw(st.integers(-30, 30)) * 600.0
            changes["window"] = (start, start + draw(st.sampled_from([600.0, 7_200.0, DAY_S])))
        else:
            changes["seconds"] = draw(st.integers(-30, 30)) * 60.0
        rows.append(row(f"{i:02d}", **changes))
    return rows


def only(*rows: dict[str, Any], **changes: Any) -> Incident:
    """Give the one incident that rows make."""
    incidents = fused(*rows, **changes).incidents
    assert len(incidents) == 1, members(fused(*rows, **changes))
    return incidents[0]


# order and repetition


@given(scenes(), st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_show(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    a, b = fused(*rows), fused(*shuffled)
    assert projections(a) == projections(b)
    assert a.lone_heat == b.lone_heat


@given(scenes())
@settings(max_examples=60, deadline=None)
def test_each_incident_is_well_formed(rows):
    found = fused(*rows)
    taken = [key for keys in members(found) for key in keys]
    assert len(taken) == len(set(taken)), "an observation is in two incidents"
    lone = {key.removeprefix("test:") for key in found.lone_heat}
    heat_rows = {r["observation_id"][5:] for r in rows if r["kind"] == "heat"}
    assert lone <= heat_rows
    assert set(taken) | lone == {r["observation_id"][5:] for r in rows}
    assert not set(taken) & lone
    for incident in found.incidents:
        assert 0.0 < incident.probability < 1.0
        assert math.fsum(p for _, p in incident.kinds) == pytest.approx(1.0, abs=1e-9)
        assert all(p > 0 for _, p in incident.kinds)
        assert [p for _, p in incident.kinds] == sorted(
            (p for _, p in incident.kinds), reverse=True
        )
        cov = np.array(
            [[incident.cov_ee_m2, incident.cov_en_m2], [incident.cov_en_m2, incident.cov_nn_m2]]
        )
        assert (np.linalg.eigvalsh(cov) > 0).all()
        assert ellipse_of(incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2)
        assert incident.straddles_unknown == (incident.time.end > incident.time.start)
        assert (incident.time_sigma_s > 0) != incident.straddles_unknown
        assert incident.groups
        assert [m.observation_id for m in incident.members] == sorted(
            m.observation_id for m in incident.members
        )
        if incident.count_min is not None and incident.count_max is not None:
            assert incident.count_min <= incident.count_max
        for member in incident.members:
            assert member.role is MemberRole.SUPPORT or member.log_likelihood_ratio == 0.0


@given(scenes(), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_the_same_file_again_changes_nothing(rows, times):
    """The store keeps one version of each observation, whatever comes in how often."""
    once = table(*rows)
    held = latest([once] * times)
    again = fuse(held, taxonomy(), standards(), calibration(), HeatView({}, {}))
    assert projections(again) == projections(fused(*rows))


def test_a_corrected_row_replaces_the_first_and_is_no_second_observation():
    first = table(row("a", version="v1", count_min=3))
    grown = table(row("a", version="v2", version_rank=1, count_min=5))
    for tables in ([first, grown], [grown, first], [first, grown, first]):
        (incident,) = fuse(
            latest(tables), taxonomy(), standards(), calibration(), HeatView({}, {})
        ).incidents
        assert incident.count_min == 5
        assert [m.version for m in incident.members] == ["v2"]


def test_nothing_gives_nothing():
    found = fused()
    assert (found.incidents, found.lone_heat, found.lone_arrivals) == ((), (), 0)
    assert len(learnable(table(), taxonomy(), standards())) == 0


def test_an_incident_says_which_calibration_it_rests_on():
    made = calibration(basis="other")
    assert only(row("a"), calibration=made).calibration == made.version
    assert made.version != calibration().version


# what never becomes a member


@pytest.mark.parametrize("standing", ["claim", "lead", "silence"])
def test_claims_leads_and_silence_take_part_in_nothing(standing):
    alone = fused(row("b", standing=standing))
    assert alone.incidents == ()
    beside = fused(row("a"), row("b", standing=standing))
    assert projections(beside) == projections(fused(row("a")))


@pytest.mark.parametrize("kind", ["alarm.air-raid", "quiet", "speech.tally", "control", "other"])
def test_what_no_party_does_takes_part_in_nothing(kind):
    assert fused(row("b", kind=kind)).incidents == ()
    assert projections(fused(row("a"), row("b", kind=kind))) == projections(fused(row("a")))


@pytest.mark.parametrize("missing", [("lon", "lat"), ("lon",), ("lat",)])
def test_a_row_without_a_place_takes_part_in_nothing(missing):
    assert fused(row("b", **dict.fromkeys(missing))).incidents == ()


def test_an_unknown_kind_is_refused_or_left_out_but_never_guessed():
    assert fused(row("b", kind="smoke")).incidents == ()


# far apart, days apart


@pytest.mark.parametrize("sigma", [30.0, 1_000.0, 8_000.0])
def test_far_apart_observations_never_join(sigma):
    away = 15 * sigma
    found = fused(row("a", sigma_m=sigma), row("b", sigma_m=sigma, at=(away, 0.0)))
    assert sorted(members(found)) == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"seconds": 0.0}, {"seconds": 2 * DAY_S}),
        ({"window": (0.0, DAY_S)}, {"window": (DAY_S, 2 * DAY_S)}),  # days that touch
        ({"window": (0.0, DAY_S)}, {"seconds": 3 * DAY_S}),
        ({"window": (-3_600.0, 0.0)}, {"seconds": 3_600.0}),
    ],
)
def test_days_apart_observations_never_join(first, second):
    found = fused(row("a", **first), row("b", **second))
    assert sorted(members(found)) == [("a",), ("b",)]


def test_a_vague_area_joins_nothing():
    found = fused(row("a"), row("b", sigma_m=30_000.0))
    assert sorted(members(found)) == [("a",), ("b",)]


def test_a_chain_does_not_bring_the_far_ends_together():
    """Each is near the next; the first and the last are not near each other."""
    rows = [row(f"{i:02d}", at=(400.0 * i, 0.0)) for i in range(40)]
    for incident in fused(*rows).incidents:
        numbers = sorted(int(m.observation_id[5:]) for m in incident.members)
        assert numbers[-1] - numbers[0] <= 8, numbers


def test_near_observations_join_and_sharpen_the_place():
    one = only(row("a"))
    two = only(row("a"), row("b", at=(100.0, 0.0), seconds=20.0))
    assert two.cov_ee_m2 == pytest.approx(one.cov_ee_m2 / 2, rel=1e-3)
    assert two.time_sigma_s == pytest.approx(one.time_sigma_s / math.sqrt(2), rel=1e-3)
    assert (two.lon, two.lat) == pytest.approx(place(50.0, 0.0), abs=1e-6)
    assert two.time.start == later(10.0)


# corroboration


def test_a_further_independent_observation_never_lowers_the_probability():
    before = 0.0
    rows: list[dict[str, Any]] = []
    for i, (letter, figure) in enumerate(
        [("E", 5), ("F", 6), ("C", 3), ("E", 4), ("B", 2), ("D", 4), ("A", 1), ("E", 5)]
    ):
        rows.append(row(f"{i}", reliability=letter, credibility=figure, speaker_side=None))
        incident = only(*rows)
        assert incident.probability >= before
        assert incident.corroboration == i + 1
        before = incident.probability
    assert before > 0.95


@given(scenes(most=5), st.sampled_from("ABCDEF"), st.integers(1, 6), st.sampled_from([None, "NOR"]))
@settings(max_examples=40, deadline=None)
def test_a_new_group_at_the_same_spot_never_lowers_it(rows, letter, figure, side):
    """All of one place and time, so that they join whatever else they say."""
    same = [
        row(f"{i}", **{k: r[k] for k in ("reliability", "credibility", "independence_groups")},
            speaker_side=r["speaker_side"])
        for i, r in enumerate(rows)
    ]  # fmt: skip
    if not same:
        return
    more = row("new", reliability=letter, credibility=figure, speaker_side=side)
    assert only(*same, more).probability >= only(*same).probability


@pytest.mark.parametrize("n", [1, 2, 7])
def test_copies_of_one_group_add_nothing(n):
    source = row("a", independence_groups=["wire"])
    other = row("z", independence_groups=["else"])
    copies = [row(f"b{i}", independence_groups=["wire"]) for i in range(n)]
    assert only(source, *copies).probability == only(source).probability
    assert only(source, other, *copies).probability == only(source, other).probability
    incident = only(source, *copies)
    assert incident.corroboration == 1
    roles = [m.role for m in incident.members]
    assert roles == [MemberRole.SUPPORT] + [MemberRole.COPY] * n
    assert all(m.log_likelihood_ratio == 0.0 for m in incident.members[1:])


def test_of_copies_the_most_reliable_counts():
    weak = row("a", independence_groups=["wire"], reliability="E", credibility=5)
    strong = row("b", independence_groups=["wire"], reliability="B", credibility=2)
    assert only(weak, strong).probability == only(strong).probability


@pytest.mark.parametrize("name", ["easter-2025", "easter-2026", "riverline"])
def test_one_side_alone_stays_below_097_however_often_it_speaks(name):
    procedure = load_agreement(AGREEMENTS / name).procedure
    rule = standards(
        prior_odds=procedure.prior_odds, same_side_discount=procedure.same_side_discount
    )
    rows = [row(f"{i:02d}", speaker_side="NOR") for i in range(40)]
    alone = only(*rows, standards=rule).probability
    assert alone < 0.97
    assert only(*rows, row("z", speaker_side="SOU"), standards=rule).probability > alone
    assert only(*rows, row("z", speaker_side="SOU"), standards=rule).sides == ("NOR", "SOU")


def test_two_sides_that_agree_say_more_than_one_side_twice():
    same = only(row("a", speaker_side="NOR"), row("b", speaker_side="NOR"))
    both = only(row("a", speaker_side="NOR"), row("b", speaker_side="SOU"))
    assert both.probability > same.probability


# what an incident says of itself


def test_counts_are_never_added_and_at_most_never_falls_below_at_least():
    first = row("a", count_min=5, count_max=None)
    second = row("b", count_min=1, count_max=3)
    incident = only(first, second)
    assert (incident.count_min, incident.count_max) == (5, 5)
    assert (only(first).count_min, only(first).count_max) == (5, None)
    assert (only(row("c")).count_min, only(row("c")).count_max) == (None, None)
    twice = only(row("a", count_min=3, count_max=4), row("b", count_min=3, count_max=4))
    assert (twice.count_min, twice.count_max) == (3, 4)


def test_blame_is_collected_and_sides_are_those_who_speak():
    incident = only(
        row("a", speaker_side="NOR", accused="SOU"), row("b", speaker_side=None, accused="SOU")
    )
    assert incident.accused == ("SOU",)
    assert incident.sides == ("NOR",)


@pytest.mark.parametrize(
    ("kinds", "label"),
    [
        (["fire.mortar"], "fire.mortar"),
        (["fire", "fire.mortar"], "fire.mortar"),
        (["explosion", "fire"], "fire"),
        (["harm.civilian", "strike.uav"], "strike.uav"),
    ],
)
def test_it_is_called_by_the_most_specific_label_that_holds(kinds, label):
    incident = only(*[row(f"{i}", kind=kind) for i, kind in enumerate(kinds)])
    assert incident.label == incident.kind == label


def test_the_place_is_named_by_who_knows_it_best():
    vague = row("a", place_name="District", sigma_m=3_000.0)
    sharp = row("b", place_name="Old Mill", sigma_m=100.0)
    assert only(vague, sharp).place_name == "Old Mill"
    assert only(vague, row("c")).place_name == "District"
    assert only(row("c")).place_name is None


def test_where_a_patrol_stood_is_not_where_it_happened():
    heard = row(
        "p",
        modality="patrol",
        measurement="sector",
        bearing_deg=90.0,
        bearing_sigma_deg=10.0,
        range_min_m=3_000.0,
        range_max_m=5_000.0,
        sigma_m=30.0,
        place_name="Secret Post",
        at=(-4_000.0, 0.0),
    )
    assert only(heard).place_name is None
    assert only(heard, row("a", place_name="Old Mill", sigma_m=3_000.0)).place_name == "Old Mill"


# heat


def test_heat_alone_is_no_incident_however_much_of_it():
    rows = [heat(f"h{i}", at=(90.0 * i, 0.0), independence_groups=[f"s{i}"]) for i in range(6)]
    found = fused(*rows)
    assert found.incidents == ()
    assert found.lone_heat == tuple(f"test:h{i}" for i in range(6))


@pytest.mark.parametrize("kind", ["heat.persistent", "heat.vegetation"])
def test_heat_of_a_known_cause_is_no_incident_either(kind):
    found = fused(heat("h", kind=kind))
    assert found.incidents == ()
    assert found.lone_heat == ("test:h",)


def test_heat_supports_what_something_else_told_of():
    told = row("a", kind="explosion")
    incident = only(told, heat("h"))
    assert {m.observation_id for m in incident.members} == {"test:a", "test:h"}
    assert incident.probability > only(told).probability
    assert "heat" not in incident.label


def test_masked_heat_takes_part_in_nothing():
    masked = HeatView({"test:h": 0.99}, {"test:h": "hot all year"})
    told = row("a", kind="explosion")
    found = fused(told, heat("h"), heat_view=masked)
    assert projections(found) == projections(fused(told))
    assert found.lone_heat == ()
    assert fused(heat("h"), heat_view=masked).lone_heat == ()


def test_heat_that_the_background_half_explains_is_less_of_the_parties():
    told = row("a", kind="explosion")

    def of_heat(natural: float) -> float:
        view = HeatView({"test:h": natural}, {})
        kinds = dict(only(told, heat("h"), heat_view=view).kinds)
        return sum(p for code, p in kinds.items() if code.startswith("heat"))

    assert 0.0 <= of_heat(0.1) <= of_heat(0.99) < 1.0


# sounds


def shot(key: str, at_m: tuple[float, float], seconds: float, n: int = 8) -> list[dict[str, Any]]:
    """Give the arrivals of one shot at stations on a ring of 4 km, in still air."""
    rows = []
    for k in range(n):
        stand = 4_000 * math.cos(2 * math.pi * k / n), 4_000 * math.sin(2 * math.pi * k / n)
        travel = math.dist(stand, at_m) / 341.0
        rows.append(arrival(f"{key}-{k}", f"mast-{k}", seconds + travel, at=stand))
    return rows


def listening(n: int = 8) -> tuple[Coverage, ...]:
    span = Interval(later(-3_600), later(3_600))
    return tuple(Coverage("test", f"mast-{k}", span, None, "stated", "") for k in range(n))


def test_arrivals_become_one_incident_where_and_when_the_sound_was_made():
    incident = only(*shot("s", (700.0, -300.0), 5.0), coverage=listening())
    lon, lat = place(700.0, -300.0)
    assert (incident.lon, incident.lat) == pytest.approx((lon, lat), abs=3e-4)
    assert abs((incident.time.start - later(5.0)).total_seconds()) < 1.0
    assert not incident.straddles_unknown
    assert len(incident.members) == 8
    assert incident.probability > 0.9
    assert incident.sides == ()


def test_a_lone_arrival_is_no_incident():
    found = fused(arrival("x", "mast-0", 3.0, at=(4_000.0, 0.0)), coverage=listening())
    assert found.incidents == ()
    assert found.lone_arrivals == 1


def test_the_order_of_arrivals_does_not_show():
    rows = [
        *shot("s", (700.0, -300.0), 5.0),
        *shot("t", (-900.0, 800.0), 11.0),
        row("a", seconds=600),
    ]
    wanted = projections(fused(*rows, coverage=listening()))
    assert len(wanted) == 3
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(rows))
        assert projections(fused(*[rows[i] for i in order], coverage=listening())) == wanted


@pytest.mark.parametrize(("letter", "figure"), [("E", 5), ("F", 6), ("B", 2)])
def test_a_report_of_what_was_heard_never_lowers_it(letter, figure):
    """Not even one from a source that is usually wrong."""
    rows = shot("s", (200.0, 100.0), 0.0)
    report = row("a", kind="explosion", at=(200.0, 100.0), reliability=letter, credibility=figure)
    alone = only(*rows, coverage=listening()).probability
    both = only(*rows, report, coverage=listening())
    assert len(both.members) == 9
    assert both.probability >= alone


def test_a_doubtful_sound_never_lowers_what_was_told():
    """Arrivals that are clutter as likely as not, beside a report that needs no sound."""
    doubt = calibration(acoustics=replace(Acoustics(), log_odds_scale=0.0, log_odds_shift=-2.0))
    rows = shot("s", (200.0, 100.0), 0.0)
    report = row("a", kind="explosion", at=(200.0, 100.0), reliability="A", credibility=1)
    told = only(report, calibration=doubt).probability
    both = only(*rows, report, coverage=listening(), calibration=doubt)
    assert len(both.members) == 9
    assert both.probability == told
    added = {m.observation_id: m.log_likelihood_ratio for m in both.members}
    assert added.pop("test:a") > 0
    assert set(added.values()) == {0.0}


def test_what_members_add_sums_to_the_log_odds_above_the_prior():
    told = only(row("a"), row("b", speaker_side="NOR"))
    added = math.fsum(m.log_likelihood_ratio for m in told.members)
    odds = standards().prior_odds * math.exp(added)
    assert told.probability == pytest.approx(odds / (1 + odds), abs=1e-6)


def test_learning_leaves_heat_out():
    found = learnable(
        table(row("a"), heat("h"), heat("i", kind="heat.persistent")), taxonomy(), standards()
    )
    assert found.ids == ("test:a",)


def test_the_scene_lies_where_nobody_is_meant():
    assert only(row("a")).lon == pytest.approx(LON)
    assert only(row("a")).lat == pytest.approx(LAT)
    assert only(row("a")).time.start == NOON


def test_a_second_sensor_on_one_mast_is_a_copy_and_adds_nothing():
    """Every second station is the twin of the one before it: eight sensors on four masts."""
    rows = [
        {**r, "independence_groups": [f"mast-pair-{k // 2}"]}
        for k, r in enumerate(shot("s", (700.0, -300.0), 5.0))
    ]
    incident = only(*rows, coverage=listening())
    roles = Counter(m.role.value for m in incident.members)
    assert (roles["support"], roles["copy"]) == (4, 4)
    assert all(
        (m.log_likelihood_ratio == 0.0) == (m.role.value == "copy") for m in incident.members
    )
    assert len(incident.groups) == 4
