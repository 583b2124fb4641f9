"""What evidence speaks of: sectors, footprints, places, counts, copies, silence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignment_world import (
    AREA_M2,
    SPAN_S,
    away_m,
    fires,
    incidents_at,
    no_incidents,
    place,
    sectors,
)
from truceline.fusion.assignment.company import company_of
from truceline.fusion.assignment.evidence import chosen, no_evidence, together
from truceline.fusion.assignment.intersect import meeting
from truceline.fusion.assignment.places import offsets_m
from truceline.fusion.assignment.rates import first_rates, nothing_stated
from truceline.fusion.assignment.run import alone, assign
from truceline.fusion.assignment.salvos import missed_share, salvos_of
from truceline.fusion.assignment.silence import Watches, silence_log_ratio
from truceline.fusion.assignment.weighing import salvos_with
from truceline.geodesy import to_plane

LONE = [(3000 * k, -4000, 3000 * k, 0, 1000 + 2000 * k) for k in range(6)]
"""Six reports of six lone rounds, each from four kilometres south."""
ROUNDS = [(3000 * k, 0, 988 + 2000 * k) for k in range(6)]


def found(evidence, incidents, **more):
    return assign(evidence, incidents, SPAN_S, AREA_M2, **more)


def test_reports_go_to_what_they_speak_of_and_clutter_to_nothing():
    nothing = sectors([(0, -4000, -9000, -9000, 15_000)])._replace(observer=np.array([99]))
    got = found(together([sectors(LONE), nothing]), incidents_at(ROUNDS))
    assert got.links.evidence.tolist() == list(range(6))
    assert got.links.incident.tolist() == list(range(6))
    assert (got.links.probability > 0.7).all()
    assert got.nothing[6] == pytest.approx(1.0)


@given(st.permutations(range(7)), st.permutations(range(6)))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_changes_nothing(order, other):
    evidence = together([sectors(LONE), fires([(100, 100, 4000)])])
    plain = found(evidence, incidents_at(ROUNDS))
    turned = found(chosen(evidence, np.array(order)), incidents_at([ROUNDS[k] for k in other]))
    links = {
        (order[e], other[i], round(p, 9))
        for e, i, p in zip(
            turned.links.evidence.tolist(),
            turned.links.incident.tolist(),
            turned.links.probability.tolist(),
            strict=True,
        )
    }
    same = zip(
        plain.links.evidence.tolist(),
        plain.links.incident.tolist(),
        plain.links.probability.round(9).tolist(),
        strict=True,
    )
    assert links == set(same)


def test_one_observer_does_not_write_the_same_thing_down_twice():
    """Two lines of one post in one minute, two salvos: the second line takes the second best."""
    at = [(0, -4000, 0, 0, 1000), (0, -4000, 150, 100, 1010)]
    two = found(sectors(at), incidents_at([(0, 0, 990), (1100, 300, 1000)]))
    assert sorted(two.links.incident.tolist()) == [0, 1]
    apart = sectors([at[0], (10, -4000, 150, 100, 1010)])
    free = found(apart, incidents_at([(0, 0, 990), (1100, 300, 1000)]))
    assert free.links.incident.tolist() == [0, 0]


def test_twelve_explosions_are_one_observation_of_up_to_twelve_incidents():
    salvo = incidents_at([(40 * k, 0, 1000 + 5 * k) for k in range(15)])
    twelve = sectors([(0, -4000, 0, 0, 1030)])
    one = found(twelve, salvo)
    many = found(twelve._replace(count_min=np.array([12.0]), count_max=np.array([12.0])), salvo)
    assert len(one.links.incident) == 1
    assert len(np.unique(many.links.incident)) == 12
    assert np.unique(many.links.salvo).tolist() == [0]


def test_a_count_that_fits_speaks_for_the_salvo():
    lone, many = (
        incidents_at([(0, 0, 1000)]),
        incidents_at([(40 * k, 0, 1000 + 5 * k) for k in range(12)]),
    )
    twelve = sectors([(0, -4000, 0, 0, 1010)])._replace(
        count_min=np.array([12.0]), count_max=np.array([12.0])
    )
    assert found(twelve, many).nothing[0] < found(twelve, lone).nothing[0]


def test_each_fire_has_its_own_round_and_the_clock_runs_forward():
    salvo = incidents_at([(0, 0, 1000), (60, 0, 1020)])
    got = found(fires([(50, 40, 1600), (-50, -40, 1700)]), salvo)
    assert sorted(got.links.incident.tolist()) == [0, 1]
    before = found(fires([(50, 40, 900)]), salvo)
    assert before.links.evidence.tolist() == []
    far = found(fires([(900, 40, 1600)]), salvo)
    assert far.links.evidence.tolist() == []


def test_a_fire_is_less_sure_of_its_round_where_rounds_are_missed():
    fire = fires([(10, 10, 1500)])
    loud = found(fire, incidents_at([(0, 0, 1000)], heard=20.0))
    quiet = found(fire, incidents_at([(0, 0, 1000)], heard=4.0))
    assert quiet.links.probability[0] < loud.links.probability[0]


def test_a_report_of_a_settlement_goes_to_what_happened_there():
    got = found(place(500, 0, 800, 1400), incidents_at([(0, 0, 1000), (30_000, 0, 1000)]))
    assert got.links.incident.tolist() == [0]
    assert found(place(500, 0, 5000, 6000), incidents_at([(0, 0, 1000)])).links.evidence.size == 0


def test_reports_that_fit_nothing_meet_in_an_incident_of_their_own():
    crossing = [(-4000, 0, 0, 1000, 5000), (3000, -3000, 0, 1000, 5010), (0, 6000, 0, 1000, 4990)]
    got = found(sectors(crossing), incidents_at([(20_000, 0, 5000)]))
    assert got.own.members == ((0, 1, 2),)
    where = got.own.meeting[0]
    assert away_m(where.lon, where.lat, 0, 1000) < 800
    assert abs(where.time_s - 4985) < 40
    assert got.own.probability[0] > 0.8
    assert np.isnan(got.own.rounds[0]).all()
    ee, en, nn = where.cov_m2
    assert ee > 0
    assert ee * nn > en * en


def test_reports_far_apart_in_time_or_that_do_not_cross_form_nothing():
    later = [(-4000, 0, 0, 1000, 5000), (3000, -3000, 0, 1000, 9000)]
    assert found(sectors(later), no_incidents()).own.members == ()
    aside = [(-4000, 0, -8000, 1000, 5000), (3000, -3000, 8000, 1000, 5000)]
    assert found(sectors(aside), no_incidents()).own.members == ()


def test_copies_and_one_post_alone_form_nothing_and_satellites_neither():
    crossing = sectors([(-4000, 0, 0, 1000, 5000), (3000, -3000, 0, 1000, 5010)])
    copies = crossing._replace(group=np.zeros(2, np.int64))
    assert found(copies, no_incidents()).own.members == ()
    heat = together([fires([(0, 0, 5000)]), fires([(10, 0, 5100)], 1000.0, stream=0)])
    assert found(heat, no_incidents()).own.members == ()


def test_a_fire_and_a_settlement_sharpen_where_reports_meet():
    crossing = sectors([(-4000, 0, 0, 1000, 5000), (3000, -3000, 0, 1000, 5010)])
    rates = first_rates(
        together([crossing, fires([(0, 1000, 6000)])]), SPAN_S, AREA_M2, nothing_stated(3)
    )
    both = meeting(crossing, rates)
    with_fire = meeting(together([crossing, fires([(0, 1000, 6000)])]), rates)
    with_place = meeting(together([crossing, place(0, 1000, 0, 9000, 800.0)]), rates)
    assert with_fire.cov_m2[0] < with_place.cov_m2[0] < both.cov_m2[0]


def test_counts_make_rounds_of_an_own_incident():
    crossing = sectors([(-4000, 0, 0, 1000, 5000), (3000, -3000, 0, 1000, 5010)])
    told = crossing._replace(count_min=np.array([12.0, np.nan]), count_max=np.array([12.0, np.nan]))
    assert found(told, no_incidents()).own.rounds == ((12.0, 12.0),)


def test_what_one_line_tells_of_several_things_stays_together():
    line = sectors([(-4000, 0, 0, 1000, 5000)] * 3)._replace(count_max=np.array([3.0, 9.0, np.nan]))
    got = found(line, incidents_at([(0, 1000, 4990)]))
    assert got.links.evidence.tolist() == [0, 1, 2]
    assert len(np.unique(got.links.probability)) == 1


def test_a_lone_report_is_likely_real_where_nothing_else_is_known():
    lone = found(sectors(LONE[:1]), no_incidents())
    assert lone.real_alone[0] == pytest.approx(0.85)
    where = alone(sectors(LONE[:1]), 0, lone.rates)
    assert away_m(where.lon, where.lat, 0, 0) < 500


def watch(east_m, north_m, start_s=0.0, end_s=SPAN_S, observer=50):
    from_it = sectors([(east_m, north_m, 0, 1000, 0)])
    return Watches(
        from_it.lon, from_it.lat, np.array([start_s]), np.array([end_s]),
        np.array([observer]), np.zeros(1, np.int64),
    )  # fmt: skip


def test_silence_of_who_was_looking_lowers_belief_and_blindness_does_not():
    crossing = sectors([(-4000, 0, 0, 1000, 5000), (3000, -3000, 0, 1000, 5010)])
    plain = found(crossing, no_incidents()).own.probability[0]
    silent = found(crossing, no_incidents(), watches=watch(0, 0)).own
    blind = found(crossing, no_incidents(), watches=watch(0, 0, 0.0, 100.0)).own
    away = found(crossing, no_incidents(), watches=watch(40_000, 0)).own
    assert silent.probability[0] < plain
    assert blind.probability[0] == away.probability[0] == plain


def test_what_is_told_of_a_salvo_raises_belief_copies_once_and_silence_lowers_it():
    rounds = incidents_at([(0, 1000, 5000)], probability=0.5)
    one = sectors([(-4000, 0, 0, 1000, 5000)])
    other = sectors([(3000, -3000, 0, 1000, 5010)])._replace(observer=np.array([1]))
    copied = together([one, other])
    apart = copied._replace(group=np.array([0, 1]))
    beliefs = [
        found(evidence, rounds, **more).salvo_probability[0]
        for evidence, more in (
            (no_evidence(), {}), (no_evidence(), {"watches": watch(0, 0)}), (copied, {}), (apart, {}),
        )
    ]  # fmt: skip
    nothing, silent, once, twice = beliefs
    assert nothing == pytest.approx(0.5)
    assert silent < nothing
    assert 0.5 < once < twice
    heard = found(one, rounds, watches=watch(0, 0)).salvo_probability[0]
    assert heard < found(one, rounds).salvo_probability[0]


def test_silence_is_worth_what_would_have_been_seen():
    assert silence_log_ratio(np.array([0.5, 0.5]), np.ones(2)) == pytest.approx(2 * np.log(0.5))
    assert silence_log_ratio(np.array([0.9]), np.zeros(1)) == 0.0


def test_stated_rates_stand():
    stated = nothing_stated(1)._replace(clutter=np.array([5.0]), seen=np.array([0.2]))
    got = found(sectors(LONE), incidents_at(ROUNDS), stated=stated).rates
    assert got.clutter.tolist() == [5.0]
    assert np.unique(got.seen).tolist() == [0.2]


def test_statements_of_too_few_streams_are_refused():
    with pytest.raises(ValueError, match="stated of 3 streams, and there are 1"):
        found(sectors(LONE), no_incidents(), stated=nothing_stated(3))


def test_clutter_is_likelier_beside_what_is_known():
    salvos = salvos_with(incidents_at(ROUNDS), salvos_of(incidents_at(ROUNDS)))
    beside, before, elsewhere = (
        sectors([(0, -4000, 0, 0, 1000)]),
        sectors([(0, -4000, 0, 0, 9900)]),
        sectors([(200_000, -4000, 200_000, 0, 1000)]),
    )
    factors = [company_of(one, salvos, SPAN_S)[0] for one in (beside, before, elsewhere)]
    assert factors[0] > 2
    assert factors[1] == pytest.approx(0.5)
    assert factors[2] == 1.0
    assert company_of(fires([(0, 0, 1000)]), salvos, SPAN_S)[0] == 1.0


def test_errors_are_learned_from_the_data():
    """Sixty reports whose bearings scatter twice as much as stated, twenty seconds late."""
    rng = np.random.default_rng(3)
    at = [(3000 * k, -4000, 3000 * k, 0, 1000 + 300 * k) for k in range(60)]
    plain = sectors(at, sigma_deg=5.0)
    turned = plain._replace(
        bearing_deg=(plain.bearing_deg + rng.normal(0, 10.0, 60)) % 360,
        start_s=plain.start_s + 32.0,
        end_s=plain.start_s + 32.0,
    )
    rounds = incidents_at([(3000 * k, 0, 1000 + 300 * k) for k in range(60)])
    field = found(turned, rounds).rates.field
    assert 1.5 < field.bearing_scale < 2.4
    assert 15 < field.late_s < 22
    assert field.time_scale < 1.0


def test_salvos_are_linked_by_place_and_time_only():
    rounds = incidents_at([(0, 0, 0), (200, 0, 40), (400, 0, 80), (0, 0, 500), (5000, 0, 20)])
    assert salvos_of(rounds).tolist() == [0, 0, 0, 2, 1]
    assert salvos_of(no_incidents()).tolist() == []


def test_quiet_salvos_hide_more_rounds():
    quiet, loud = (
        missed_share(incidents_at([(0, 0, 0)] * 5, heard=n), np.zeros(5, int)) for n in (4.5, 15)
    )
    assert quiet[0] > 0.2 > loud[0]
    unknown = missed_share(incidents_at([(0, 0, 0)], heard=np.nan), np.zeros(1, int))
    assert 0.0 < unknown[0] < 0.2


@given(st.floats(0, 360), st.floats(100, 40_000), st.floats(-60, 60))
@settings(max_examples=60, deadline=None)
def test_offsets_are_those_of_the_ellipsoid(turn_deg, away, lat):
    from truceline.geodesy import from_plane

    way = np.radians(turn_deg)
    lon1, lat1 = from_plane(30.0, lat, [away * np.sin(way)], [away * np.cos(way)])
    east, north = offsets_m(30.0, lat, lon1, lat1)
    true = to_plane(30.0, lat, lon1, lat1)
    assert np.hypot(east - true[0], north - true[1])[0] < 2e-4 * away


def test_nothing_in_gives_nothing_out():
    got = found(no_evidence(), no_incidents())
    assert got.links.evidence.size == got.nothing.size == 0
    assert got.own.members == ()
    with_rounds = found(no_evidence(), incidents_at(ROUNDS))
    assert with_rounds.salvo.tolist() == list(range(6))
