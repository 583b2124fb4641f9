"""Ids are given once; what becomes of them is told."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from truceline.pipeline.association_lineage import named
from truceline.pipeline.association_projection import INCIDENTS, MEMBERS

AT = datetime(2026, 6, 1, tzinfo=UTC)


def tables(*groups, probability=0.9, revision=1, ids=None):
    """Give incidents with the given members."""
    count = len(groups)
    columns = {name: np.zeros(count) for name in INCIDENTS.names}
    columns |= {
        "incident_id": np.array(list(range(count)) if ids is None else ids, np.int64),
        "revision": np.full(count, revision),
        "time": pa.array([min(group) for group in groups], pa.int64()).cast(
            pa.timestamp("ns", "UTC")
        ),
        "probability": np.full(count, probability),
        "n_detections": np.array([len(group) for group in groups], np.int64),
        "calibration": pa.array(["c"] * count, pa.string()),
    }
    own = [key for key, group in zip(columns["incident_id"], groups, strict=True) for _ in group]
    members = {
        "incident_id": pa.array(own, pa.int64()),
        "detection_id": pa.array([one for group in groups for one in sorted(group)], pa.int64()),
        "residual_s": np.zeros(len(own)),
    }
    return pa.table(columns, INCIDENTS), pa.table(members, MEMBERS)


def told(found):
    rows = found.lineage.to_pylist()
    assert all(row["at"] == AT for row in rows)
    return [(row["incident_id"], row["revision"], row["kind"], row["other"]) for row in rows]


def test_what_is_new_gets_the_next_ids_and_revision_one():
    found = named(tables(), tables({1, 2, 3}, {7, 8, 9}), 40, AT)
    assert found.incidents["incident_id"].to_pylist() == [40, 41]
    assert found.members["incident_id"].to_pylist() == [40] * 3 + [41] * 3
    assert told(found) == [(40, 1, "new", None), (41, 1, "new", None)]
    assert found.next_id == 42


def test_what_is_the_same_keeps_its_id_and_revision_and_nothing_is_told():
    old = tables({1, 2, 3}, revision=5, ids=[17])
    found = named(old, tables({1, 2, 3}), 40, AT)
    assert found.incidents["incident_id"].to_pylist() == [17]
    assert found.incidents["revision"].to_pylist() == [5]
    assert told(found) == []


def test_a_changed_number_or_member_is_a_revision():
    old = tables({1, 2, 3}, ids=[17])
    assert told(named(old, tables({1, 2, 3}, probability=0.8), 40, AT)) == [
        (17, 2, "revised", None)
    ]
    found = named(old, tables({1, 2, 3, 4}), 40, AT)
    assert told(found) == [(17, 2, "revised", None)]
    assert found.incidents["revision"].to_pylist() == [2]


def test_a_residual_alone_is_a_revision_too():
    old, new = tables({1, 2, 3}, ids=[17]), tables({1, 2, 3})
    members = new[1].set_column(2, "residual_s", pa.array([0.0, 0.5, 0.0]))
    assert told(named(old, (new[0], members), 40, AT)) == [(17, 2, "revised", None)]


def test_two_that_become_one_merge_into_that_with_more_members():
    old = tables({1, 2, 3}, {4, 5, 6, 7}, ids=[3, 9])
    assert told(named(old, tables({1, 2, 3, 4, 5, 6, 7}), 40, AT)) == [
        (3, 1, "merged into", 9),
        (9, 2, "revised", None),
    ]


def test_one_that_becomes_two_keeps_its_id_in_the_larger_part():
    old = tables({1, 2, 3, 4, 5, 6, 7}, ids=[9])
    found = named(old, tables({1, 2, 3}, {4, 5, 6, 7}), 40, AT)
    assert found.incidents["incident_id"].to_pylist() == [40, 9]
    assert told(found) == [(9, 2, "revised", None), (40, 1, "split from", 9)]


def test_one_without_any_member_left_is_withdrawn_and_its_id_never_comes_back():
    gone = named(tables({1, 2, 3}, ids=[9]), tables(), 40, AT)
    assert told(gone) == [(9, 1, "withdrawn", None)]
    back = named((gone.incidents, gone.members), tables({1, 2, 3}), gone.next_id, AT)
    assert back.incidents["incident_id"].to_pylist() == [40]


groups = st.lists(
    st.frozensets(st.integers(1, 30), min_size=1, max_size=6), max_size=6
).map(lambda many: [group - frozenset().union(*many[:i]) for i, group in enumerate(many)]).map(
    lambda many: [set(group) for group in many if group]
)  # fmt: skip


@given(steps=st.lists(groups, min_size=1, max_size=5))
def test_no_id_is_ever_used_for_two_incidents_and_each_has_its_story(steps):
    held, next_id, story, gone = tables(), 0, {}, set()
    for group in steps:
        found = named(held, tables(*group), next_id, AT)
        ids = found.incidents["incident_id"].to_pylist()
        assert len(set(ids)) == len(ids)
        assert not gone & set(ids)
        for key, revision, kind, other in told(found):
            if kind in {"new", "split from"}:
                assert key >= next_id
                assert key not in story
            elif kind == "revised":
                assert revision == story[key] + 1
            else:
                assert (other is None) == (kind == "withdrawn")
                gone.add(key)
            story[key] = revision
        for key, revision in zip(ids, found.incidents["revision"].to_pylist(), strict=True):
            assert story[key] == revision
        held, next_id = (found.incidents, found.members), found.next_id
