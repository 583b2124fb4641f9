"""The adapters read what the simulator writes: every record, under the id that the truth knows."""

from __future__ import annotations

import hashlib
import importlib
from collections import Counter
from datetime import date

import numpy as np
import pytest

from truceline.adapters.interface import ParseContext
from truceline.simulation.day import simulate_day
from truceline.simulation.matching import origin_of
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import BOX
from truceline.simulation.truth import read_truth
from truceline.simulation.write import raw_files

DAY = date(2026, 5, 12)
READ_BY = {
    "stations.csv": "stations",
    "sensors.csv": "stations",
    "patrol.csv": "patrol",
    "patrol.txt": "patrol",
    "viirs.csv": "firms",
    "heat-history.csv": "firms",
    "reports.csv": "reports",
    "claims.csv": "claims",
}


@pytest.fixture(scope="module", params=[20260512, 1, 77])
def made(request):
    return raw_files(simulate_day(np.random.default_rng(request.param), DAY, Settings()))


def parsed(made, name):
    adapter = importlib.import_module(f"truceline.adapters.{READ_BY[name]}").ADAPTER
    raw = made[name]
    return adapter.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), name, BOX))


@pytest.mark.parametrize("name", READ_BY)
def test_only_what_was_broken_on_purpose_is_rejected(made, name):
    truth = read_truth(made["truth.json"])
    found = parsed(made, name).rejected
    assert [row.line for row in found] == list(truth.broken.get(name, ())), found


@pytest.mark.parametrize("source", sorted(set(READ_BY.values())))
def test_every_observation_is_known_to_the_truth_and_none_is_missing(made, source):
    truth = read_truth(made["truth.json"])
    ids = [
        key
        for name, reader in READ_BY.items()
        if reader == source
        for key in parsed(made, name).observations["observation_id"].to_pylist()
    ]
    assert [key for key in ids if origin_of(truth, key) is None] == []
    expected = {key for key in truth.observations if key.startswith(source + ":")}
    assert {key.split("#")[0] for key in ids} == expected


def test_the_outage_of_a_sensor_is_a_gap_in_its_coverage(made):
    found = parsed(made, "sensors.csv").coverage
    stretches = Counter(stretch.datastream for stretch in found)
    assert sorted(stretches.values()) == [1] * 14 + [2]
