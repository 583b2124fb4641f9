"""Tables and JSON of the register: one row each, every column documented, nothing that runs."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from register_views import HOSTILE, entry, sample_view
from register_world import review
from truceline.codec.register_plain import entry_from_plain
from truceline.model.register import Change, Origin, Turn
from truceline.publication.register_csv import (
    CHANGE_COLUMNS,
    ENTRY_COLUMNS,
    STATEMENT_COLUMNS,
    changes_csv,
    harmless,
    register_csv,
    statements_csv,
)
from truceline.publication.register_json import changes_json, register_json, statements_json

VIEW = sample_view()
RUN = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def undone(cell):
    return cell.removeprefix("'")


@given(st.text())
def test_no_cell_is_a_formula_and_each_can_be_had_back(text):
    cell = harmless(text)
    assert not cell.startswith(RUN)
    assert undone(cell) == text


def test_one_row_an_entry_under_documented_columns():
    found = rows(register_csv(VIEW.entries))
    assert list(found[0]) == list(ENTRY_COLUMNS)
    assert [row["id"] for row in found] == [e.id for e in VIEW.entries]
    assert {row["origin"] for row in found} == {"coded", "confirmed", "proposed", "rejected"}
    for row, one in zip(found, VIEW.entries, strict=True):
        assert row["status"] == one.status
        assert row["date"] == (one.date or "")
        assert len(row["citations"].split("; ")) == len(one.citations)
    assert any(":0-10@2031-01-07" in row["citations"] for row in found)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_lines_end_as_rfc_4180_has_it_and_any_text_survives(text):
    one = entry("e1", summary=text, name=text)
    data = register_csv([one])
    assert data.startswith(b"id,obligor,name,")
    assert data.endswith(b"\r\n")
    (row,) = rows(data)
    assert undone(row["summary"]) == text
    assert undone(row["name"]) == text


def test_statements_have_their_words_places_and_company():
    found = rows(statements_csv(VIEW.reading))
    assert list(found[0]) == list(STATEMENT_COLUMNS)
    assert len(found) == len(VIEW.reading.statements)
    texts = {d.name: d.text for d in VIEW.reading.documents}
    for row in found:
        words = texts[row["document"]][int(row["start"]) : int(row["end"])]
        assert undone(row["words"]) == " ".join(words.split())
    together = [row for row in found if row["told_with"]]
    assert {row["told_with"] for row in together} == {row["id"] for row in together}
    assert any(HOSTILE in row["outlet"] for row in found)


def test_words_of_others_can_be_left_out():
    found = rows(statements_csv(VIEW.reading, words=False))
    assert {row["words"] for row in found} == {""}


def test_changes_have_both_states():
    weak = entry("e1", status="undecided", origin=Origin.CODED)
    strong = entry("e2", date="2031-01-05", condition="after a ceasefire", role="lead")
    data = changes_csv(
        [
            Change("NB", "Northbank", "naval", Turn.STRONGER, weak, strong),
            Change("NB", "Northbank", "air", Turn.NEW, None, strong),
        ]
    )
    first, second = rows(data)
    assert list(first) == list(CHANGE_COLUMNS)
    assert (first["before_status"], first["after_status"]) == ("undecided", "pledged")
    assert (first["before_origin"], first["after_origin"]) == ("coded", "proposed")
    assert second["before_id"] == ""
    assert second["known_by"] == "2031-01-05"


def test_every_column_says_what_it_is():
    for columns in (ENTRY_COLUMNS, STATEMENT_COLUMNS, CHANGE_COLUMNS):
        assert all(len(meaning) > 8 for meaning in columns.values())


def test_json_gives_the_entries_back():
    plain = json.loads(register_json(VIEW.entries))
    assert tuple(entry_from_plain(one) for one in plain["entries"]) == VIEW.entries
    assert register_json(VIEW.entries) == register_json(tuple(VIEW.entries))


def test_json_of_changes_and_statements():
    after = entry("e2", reviews=(review(VIEW.reading.pledges[0]),))
    (one,) = json.loads(changes_json([Change("NB", "N", "air", Turn.NEW, None, after)]))["changes"]
    assert one["before"] is None
    assert one["turn"] == "new"
    assert entry_from_plain(one["after"]) == after
    plain = json.loads(statements_json(VIEW.reading))
    assert len(plain["statements"]) == len(VIEW.reading.statements)
