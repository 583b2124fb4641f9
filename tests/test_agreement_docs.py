"""docs/agreement-format.md is true: its examples run, its tables and the schemas are current."""

import re
from typing import get_args

import pytest
import yaml

from doc_pages import ROOT, field_tables, same
from truceline.codec.agreement import agreement_files, parse_agreement
from truceline.codec.agreement_rules import EXPLAINED, PledgeType
from truceline.codec.clause_shape import ClauseShape
from truceline.codec.json_schema import SHAPES, schema_of, schema_text, words_of
from truceline.codec.taxonomy import taxonomy
from truceline.errors import AgreementError
from truceline.verification.cases import run_case

PAGE = (ROOT / "docs" / "agreement-format.md").read_text(encoding="utf-8")
FENCES = re.findall(r"```yaml\n# (head|example|broken)\n(.*?)```", PAGE, flags=re.DOTALL)
(HEAD,) = (text for word, text in FENCES if word == "head")
EXAMPLES = [text for word, text in FENCES if word == "example"]
BASE = agreement_files(ROOT / "agreements" / "riverline")


def files_of(example: str) -> dict[str, bytes]:
    """Give an example the lines and zones of riverline, and its head."""
    law, _, cases = example.partition("cases:\n")
    kept = {name: BASE[name] for name in ("procedure.yaml", "geometry.geojson")}
    kept["agreement.yaml"] = (HEAD + law).encode()
    return kept | ({"cases.yaml": ("cases:\n" + cases).encode()} if cases else {})


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_read_and_every_case_of_it_comes_out_as_it_says(example):
    found = parse_agreement(files_of(example), "page")
    assert found.cases
    for case in found.cases:
        result = run_case(found, case, taxonomy())
        assert result.passed, f"{case.id}: wanted {result.wanted}, got {result.got}"


def test_there_is_an_example_of_each_term_of_a_clause():
    fields = set(ClauseShape.model_fields)
    shown = {key for text in EXAMPLES for one in yaml.safe_load(text)["clauses"] for key in one}
    assert fields - shown <= {"start", "end", "zone", "readings"}, (
        "explained in words or by the tables"
    )


def test_the_broken_example_is_answered_as_the_page_says():
    (broken,) = (text for word, text in FENCES if word == "broken")
    (said,) = re.findall(r"```text\n(agreement\.yaml:.*?)```", PAGE, flags=re.DOTALL)
    with pytest.raises(AgreementError) as caught:
        parse_agreement(files_of(broken), "")
    assert [one.removeprefix("/") for one in caught.value.problems] == said.splitlines()


def test_the_tables_are_what_the_program_says():
    same("docs/agreement-format.md")


@pytest.mark.parametrize("name", SHAPES)
def test_every_part_of_every_file_has_its_table(name):
    sections = field_tables.all_sections()
    assert f"### `{field_tables.FILES[name]}`\n\n{field_tables.table(SHAPES[name])}" in sections
    for _, part in field_tables.parts_of(SHAPES[name]):
        assert field_tables.table(part) in sections


@pytest.mark.parametrize("name", SHAPES)
def test_every_field_of_every_part_is_described(name):
    for shape in (SHAPES[name], *(part for _, part in field_tables.parts_of(SHAPES[name]))):
        bare = [field for field, info in field_tables.fields_of(shape) if not info.description]
        assert bare == [], shape.__name__
        assert shape.__doc__


@pytest.mark.parametrize("name", SHAPES)
def test_the_published_schema_is_current(name):
    published = ROOT / "docs" / "schema" / f"{name}.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(name), "run `make docs`"


@pytest.mark.parametrize("name", SHAPES)
def test_a_schema_refuses_unknown_fields_in_every_part(name):
    made = schema_of(name)
    parts = [made, *made.get("$defs", {}).values()]
    objects = [part for part in parts if "properties" in part]
    assert objects
    assert all(part["additionalProperties"] is False for part in objects)


def test_an_editor_is_offered_the_words_of_the_taxonomies():
    made = schema_of("agreement")
    assert made["$defs"]["words_acts"]["enum"] == sorted(taxonomy().acts)
    clause = made["$defs"]["ClauseShape"]["properties"]
    assert clause["acts"]["items"] == {"$ref": "#/$defs/words_acts"}
    assert "ceasefire" in words_of("kinds")
    with pytest.raises(KeyError):
        words_of("colours")


def test_every_reason_and_every_kind_of_pledge_is_named():
    sections = field_tables.all_sections()
    assert [one for one in get_args(PledgeType) if f"`{one}`" not in sections] == []
    text = BASE["procedure.yaml"].decode()
    assert [one for one in EXPLAINED if f"  {one}:" not in text] == []


@pytest.mark.parametrize("page", ["agreements.md", "agreement-format.md"])
def test_every_file_is_named_on_both_pages(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [file for file in field_tables.FILES.values() if f"`{file}`" not in text] == []
