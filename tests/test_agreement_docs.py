"""docs/agreements.md explains every field of every file, in the section of its part."""

import re
from pathlib import Path
from typing import get_args

import pytest

from truceline.codec.agreement_events import EventsShape, FrameworksShape
from truceline.codec.agreement_parse import fields_at
from truceline.codec.agreement_responses import ResponsesShape
from truceline.codec.agreement_rules import EXPLAINED, PledgesShape, PledgeType, ProcedureShape
from truceline.codec.agreement_shape import AgreementShape, CasesShape
from truceline.codec.geometry import CollectionShape

PAGE = (Path(__file__).parents[1] / "docs" / "agreements.md").read_text(encoding="utf-8")
SECTIONS = {
    heading.group(1): text
    for heading, text in (
        (re.match(r"#+ `([^`]+)`", part), part)
        for part in re.split(r"^(?=##+ )", PAGE, flags=re.MULTILINE)
    )
    if heading
}
PARTS = [
    ("agreement.yaml", AgreementShape, ()),
    ("parties", AgreementShape, ("parties", 0)),
    ("theatre", AgreementShape, ("theatre",)),
    ("in_force", AgreementShape, ("in_force",)),
    ("clauses", AgreementShape, ("clauses", 0)),
    ("area", AgreementShape, ("clauses", 0, "area")),
    ("verified", AgreementShape, ("in_force", "verified", "window")),
    ("exemptions", AgreementShape, ("exemptions", 0)),
    ("procedure.yaml", ProcedureShape, ()),
    ("procedure.yaml", ProcedureShape, ("reliability_log_lr",)),
    ("procedure.yaml", ProcedureShape, ("credibility_log_lr",)),
    ("geometry.geojson", CollectionShape, ()),
    ("geometry.geojson", CollectionShape, ("features", 0)),
    ("geometry.geojson", CollectionShape, ("features", 0, "geometry")),
    ("properties", CollectionShape, ("features", 0, "properties")),
    ("pledges.yaml", PledgesShape, ()),
    ("pledges", PledgesShape, ("pledges", 0)),
    ("cases.yaml", CasesShape, ()),
    ("cases", CasesShape, ("cases", 0)),
    ("situation", CasesShape, ("cases", 0, "situation")),
    ("expected", CasesShape, ("cases", 0, "expected")),
    ("procedures.yaml", ResponsesShape, ()),
    ("recipients", ResponsesShape, ("recipients", 0)),
    ("procedures", ResponsesShape, ("procedures", 0)),
    ("trigger", ResponsesShape, ("procedures", 0, "trigger")),
    ("steps", ResponsesShape, ("procedures", 0, "steps", 0)),
    ("events.yaml", EventsShape, ()),
    ("events", EventsShape, ("events", 0)),
    ("participants", EventsShape, ("events", 0, "participants", 0)),
    ("frameworks.yaml", FrameworksShape, ()),
    ("frameworks", FrameworksShape, ("frameworks", 0)),
]


def undocumented(section, names):
    return sorted(name for name in names if f"`{name}`" not in section.split("\n", 1)[1])


@pytest.mark.parametrize(("section", "shape", "loc"), PARTS)
def test_every_field_is_explained(section, shape, loc):
    names = fields_at(shape, loc)
    assert names
    assert undocumented(SECTIONS[section], names) == []


def test_every_reason_and_every_kind_of_pledge_is_named():
    assert undocumented(SECTIONS["procedure.yaml"], EXPLAINED) == []
    assert undocumented(SECTIONS["pledges"], get_args(PledgeType)) == []


def test_every_part_of_every_file_is_among_those_compared():
    """A new nested part must get a section, or the test above would not see it."""
    compared = {(shape, loc) for _, shape, loc in PARTS}
    for shape, loc in list(compared):
        for name in fields_at(shape, loc):
            for inner in ((*loc, name), (*loc, name, 0)):
                if fields_at(shape, inner) and name != "verified":
                    assert (shape, inner) in compared, inner


def test_a_table_explains_no_field_that_is_gone():
    for section, shape, loc in PARTS:
        known = set(fields_at(shape, loc))
        rows = re.findall(r"^\| `([^`]+)` \|", SECTIONS[section], flags=re.MULTILINE)
        if set(rows) & known and section != "geometry.geojson":
            assert set(rows) <= known, section


def test_an_undocumented_field_would_be_seen():
    assert undocumented(SECTIONS["parties"], ["id", "name", "flag"]) == ["flag"]
