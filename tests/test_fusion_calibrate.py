"""What is learned from observations, above all from none."""

from __future__ import annotations

import math

import pytest

from observation_rows import row, standards, table
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.arrays import leaf_codes
from truceline.fusion.calibrate import Acoustics, as_plain, cell_of, from_plain, learn
from truceline.fusion.engine import learnable


def learned(*rows):
    return learn(learnable(table(*rows), taxonomy(), standards()), Acoustics(), "none")


def test_nothing_teaches_that_every_kind_is_as_likely():
    calibration = learned()
    assert set(calibration.kind_prior) == set(leaf_codes(taxonomy()))
    assert max(calibration.kind_prior.values()) == pytest.approx(1 / len(leaf_codes(taxonomy())))
    assert calibration.density(0.0, 0.0) > 0


def test_kinds_sum_to_one_and_what_is_seen_is_likelier():
    calibration = learned(row("a"), row("b", at=(40_000.0, 0.0)), row("c", kind="strike.missile"))
    assert math.fsum(calibration.kind_prior.values()) == pytest.approx(1.0)
    assert calibration.kind_prior["fire.mortar"] > calibration.kind_prior["strike.missile"]
    assert calibration.kind_prior["strike.missile"] > calibration.kind_prior["mine.laying"] > 0


def test_a_cell_with_events_is_denser_than_elsewhere():
    calibration = learned(row("a"), row("b"), row("c", at=(200_000.0, 0.0)))
    assert calibration.density(-28.0, 47.2) > calibration.density_elsewhere
    assert cell_of(-28.0, 47.2) in calibration.density_cells


def test_it_comes_back_from_plain_values_as_the_same_version():
    calibration = learned(row("a"))
    assert from_plain(as_plain(calibration)).version == calibration.version


def test_other_data_is_another_version():
    assert learned(row("a")).version != learned(row("a"), row("b")).version
