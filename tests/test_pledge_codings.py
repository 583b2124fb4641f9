"""The reading of the seeds beside four independent codings, and the tool that compares them."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest
import yaml

from truceline.guarantees.contradictions import contradictions
from truceline.guarantees.reading.reader import read_documents
from truceline.guarantees.reading.tables import shipped_tables

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / ".." / "shared" / "seeds"
CODED = ROOT / "tests" / "data" / "statements"
WHERE = [*sorted((CODED / "coders").glob("*.yaml")), CODED / "second" / "seeds_pledges.yaml"]


def _tool():
    spec = importlib.util.spec_from_file_location("score_codings", ROOT / "tools/score_codings.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_codings"] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


def row(start, end, status, obligor="Arland", doc="a.txt"):
    return {"doc": doc, "start": start, "end": end, "obligor": [obligor],
            "types": ["naval"], "status": status}  # fmt: skip


def test_the_majority_is_what_half_of_the_coders_have_and_the_weaker_of_two_equals():
    codings = {
        "a": [row(0, 10, "pledged"), row(50, 60, "pledged")],
        "b": [row(5, 12, "considered")],
        "c": [row(8, 20, "considered")],
        "d": [row(9, 14, "pledged")],
    }
    (one,) = TOOL.majority(codings)
    assert (one["start"], one["end"], one["status"]) == (0, 20, "considered")


def test_two_places_of_one_item_are_two_mentions():
    found = TOOL.mentions({"a": [row(0, 10, "pledged"), row(10, 20, "ruled_out")]})
    assert [m.most for m in found] == ["pledged", "ruled_out"]


def test_the_gate_names_what_is_shown_as_pledged_though_most_say_weaker():
    most = [row(0, 10, "considered")]
    assert TOOL.gate(most, [row(5, 8, "pledged")]) == [("a.txt", "Arland", "naval", 5)]
    assert TOOL.gate(most, [row(5, 8, "conditional"), row(20, 30, "pledged")]) == []
    assert TOOL.gate([*most, row(0, 10, "pledged")], [row(5, 8, "pledged")]) == []


def test_a_contradiction_is_found_where_two_of_its_sides_are_and_its_field():
    coded = {"field": "condition/trigger", "sides": [row(0, 5, ""), row(9, 12, "", doc="b.txt")]}
    found = {"field": "condition", "sides": [row(2, 7, ""), row(10, 11, "", doc="b.txt")]}
    assert TOOL.differs(coded, found)
    assert not TOOL.differs(coded, found | {"field": "number"})
    assert not TOOL.differs(coded, found | {"sides": found["sides"][:1]})


@pytest.fixture(scope="module")
def seeds():
    if not SEEDS.is_dir():
        assert os.environ.get("CI") != "true", "../shared/seeds is missing"
        pytest.skip("../shared/seeds is not beside the checkout")

    sidecar = yaml.safe_load((SEEDS / "documents.yaml").read_text(encoding="utf-8"))["documents"]
    files = {name: (SEEDS / name).read_bytes() for name in sidecar}
    reading = read_documents(files, sidecar, shipped_tables())
    flat = [
        {"doc": p.doc, "start": p.span.start, "end": p.span.end, "obligor": p.obligor,
         "types": p.types, "status": p.status, "trigger": p.trigger}
        for p in reading.pledges
    ]  # fmt: skip
    differ = [
        {"field": one.field, "type": one.type,
         "sides": [{"doc": s.doc, "start": s.span.start, "end": s.span.end} for s in one.sides]}
        for one in contradictions(reading)
    ]  # fmt: skip
    return flat, differ


@pytest.mark.shared
def test_the_seeds_are_read_as_most_coders_do(seeds):
    flat, _ = seeds
    most = TOOL.majority(
        {path.stem + path.parent.name: TOOL.load(path)["pledges"] for path in WHERE}
    )
    assert len(WHERE) == 4
    assert TOOL.f1(TOOL.keys(most, status=False), TOOL.keys(flat, status=False)) >= 0.95
    assert TOOL.f1(TOOL.keys(most, status=True), TOOL.keys(flat, status=True)) >= 0.90
    assert TOOL.gate(most, flat) == []


@pytest.mark.shared
def test_two_thirds_of_what_each_coder_lists_is_found_and_hardly_anything_else(seeds):
    _, found = seeds
    lists = [TOOL.load(path)["contradictions"] for path in WHERE]
    for coded in lists:
        hit = sum(any(TOOL.differs(one, other) for other in found) for one in coded)
        assert hit / len(coded) >= 2 / 3
    known = [any(TOOL.differs(c, one) for coded in lists for c in coded) for one in found]
    assert sum(known) / len(known) >= 0.9
