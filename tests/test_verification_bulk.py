"""Many places under every clause: the same answers as one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from truceline.codec.agreement import load_agreement
from truceline.geodesy.ellipses import Ellipses
from truceline.model.clause_terms import Terms
from truceline.model.interval import Interval
from truceline.pipeline.shipped import agreement_folder
from truceline.verification.bulk import PlaceFields
from truceline.verification.factor_place import place
from truceline.verification.question import Question

MOMENT = datetime(2020, 9, 1, tzinfo=UTC)
MINSK = load_agreement(agreement_folder("minsk"))
COUNT = 40


@pytest.fixture(name="at", scope="module")
def _at():
    rng = np.random.default_rng(4)
    sigma = rng.uniform(200.0, 3000.0, COUNT)
    return Ellipses.of(
        rng.uniform(37.3, 39.4, COUNT),
        rng.uniform(47.2, 48.8, COUNT),
        sigma**2,
        np.zeros(COUNT),
        sigma**2,
    )


def asked(at, number, side, weapon=None):
    return Question(
        time=Interval(MOMENT, MOMENT),
        time_sigma_s=0.0,
        window_only=False,
        lon=float(at.lon[number]),
        lat=float(at.lat[number]),
        cov=(float(at.ee[number]), float(at.en[number]), float(at.nn[number])),
        kinds=(("presence.artillery", 1.0),),
        p_real=1.0,
        real_reason="stated",
        side=side,
        weapon=weapon,
    )


def straight(clause, distance):
    """Give a clause that asks for one distance, so that no weapon is needed to tell which."""
    keep = (
        replace(clause.terms.keep_back, distance_m=distance, systems=(), or_m=())
        if hasattr(clause.terms.keep_back, "or_m")
        else replace(clause.terms.keep_back, distance_m=distance, systems=())
    )
    return replace(clause, terms=replace(Terms(), keep_back=keep))


@pytest.mark.parametrize("side", ["GOV", "AF"])
def test_each_place_is_that_of_the_single_question(at, side):
    fields = PlaceFields.build(MINSK, MOMENT)
    found = fields.masses(at, side)
    clauses = {one.id: one for one in MINSK.clauses}
    compared = 0
    for (clause_id, distance), masses in found.items():
        clause = clauses[clause_id]
        lines = clause.terms.keep_back.baselines.get(side, ()) if clause.terms.keep_back else ()
        if len(lines) > 1:
            continue  # sources differ which line is meant: the single question gives a range
        if clause.terms.keep_back is not None:
            clause = straight(clause, distance)
        for number in range(COUNT):
            single = place(MINSK, clause, asked(at, number, side)).factor.probability
            assert abs(masses[number] - single) < 0.005, (clause_id, distance, number)
            compared += 1
    assert compared > 200


def test_what_was_not_published_or_lies_in_settlements_is_not_asked():
    fields = PlaceFields.build(MINSK, MOMENT)
    names = {one.id for one in fields.asked}
    assert "TM-c" not in names
    assert "PM-2a" in names
    lebanon = load_agreement(agreement_folder("lebanon-2024"))
    late = PlaceFields.build(lebanon, datetime(2025, 1, 10, tzinfo=UTC))
    assert "LB-12" not in {one.id for one in late.asked}


def test_beyond_the_line_every_distance_is_too_near():
    fields = PlaceFields.build(MINSK, MOMENT)
    # Donetsk lies on the side of the armed formations, 8 km behind the line of 2020
    there = Ellipses.of([37.80], [48.00], [1e4], [0.0], [1e4])
    own = fields.masses(there, "AF")
    other = fields.masses(there, "GOV")
    assert other["PM-2a", 25_000.0][0] == 1.0
    assert own["PM-2a", 25_000.0][0] > 0.9
