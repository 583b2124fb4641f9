"""What an amendment changes, in the text and in findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.model.amendment import Edit
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.pipeline.shipped import agreement_folder
from truceline.verification.amendment import changed_findings, differences

RIVERLINE = load_agreement(agreement_folder("riverline"))


SHOT = Incident(
    incident_id="INC-000001",
    revision=1,
    time=Interval(*(datetime(2026, 5, 3, 12, tzinfo=UTC),) * 2),
    time_sigma_s=1.0,
    straddles_unknown=False,
    lon=-28.3,
    lat=47.5,
    cov_ee_m2=2500.0,
    cov_en_m2=0.0,
    cov_nn_m2=2500.0,
    kinds=(("fire.mortar", 1.0),),
    probability=0.99,
    groups=("a", "b"),
    sides=(),
    accused=(),
    count_min=None,
    count_max=None,
    place_name=None,
    masked=None,
    members=(),
    calibration="c",
)


def amended(**fields):
    """Give riverline with its first clause changed."""
    first, *rest = RIVERLINE.clauses
    return replace(RIVERLINE, clauses=(replace(first, **fields), *rest))


def test_two_equal_versions_differ_in_nothing():
    assert differences(RIVERLINE, RIVERLINE) == ()


def test_a_changed_clause_is_named_with_its_field_before_and_after():
    (found,) = differences(RIVERLINE, amended(grade="serious"))
    first = RIVERLINE.clauses[0]
    assert (found.part, found.id, found.edit) == ("clause", first.id, Edit.CHANGED)
    assert found.fields == (("grade", first.grade, "serious"),)


def test_added_and_removed_parts_are_said():
    less = replace(RIVERLINE, clauses=RIVERLINE.clauses[1:])
    assert [(d.edit, d.id) for d in differences(RIVERLINE, less)] == [
        (Edit.REMOVED, RIVERLINE.clauses[0].id)
    ]
    assert [d.edit for d in differences(less, RIVERLINE)] == [Edit.ADDED]


def test_a_moved_line_is_told_by_its_version():
    moved = tuple(replace(g, sigma_m=g.sigma_m + 5) for g in RIVERLINE.geometry[:1])
    changed = replace(RIVERLINE, geometry=(*moved, *RIVERLINE.geometry[1:]))
    (found,) = differences(RIVERLINE, changed)
    assert found.part == "line or zone"
    assert found.id.startswith(RIVERLINE.geometry[0].id)
    assert [row[0] for row in found.fields] == ["sigma_m"]


def test_findings_that_an_amendment_does_not_touch_are_not_named():
    assert changed_findings(RIVERLINE, amended(grade="serious"), [SHOT], taxonomy()) == ()


def test_a_later_start_takes_findings_out():
    after = Interval(SHOT.time.end + timedelta(days=1), RIVERLINE.clauses[0].time.end)
    changes = changed_findings(RIVERLINE, amended(time=after), [SHOT], taxonomy())
    assert [(c.clause_id, c.after) for c in changes] == [(RIVERLINE.clauses[0].id, None)]
    assert changes[0].before is not None
