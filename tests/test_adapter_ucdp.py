"""UCDP GED rows: place and day precision, deaths, publishers, and the spreadsheet trap."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.interface import ParseContext
from truceline.adapters.ucdp import ADAPTER, RADIUS_90_M
from truceline.adapters.ucdp_publishers import publishers_of
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox, ellipse_of

DATA = Path(__file__).parent / "data" / "ucdp"
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data" / "ucdp"


def parse(raw, theatre=None):
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "file", theatre))


def read(name):
    return parse((DATA / name).read_bytes())


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_rows_become_places_with_their_kind_and_deaths():
    found = read("good.csv")
    assert found.observations.schema == OBSERVATION_SCHEMA
    assert not found.rejected
    table = found.observations.to_pylist()
    assert [r["observation_id"] for r in table] == [f"ucdp:90000{n}" for n in range(1, 6)]
    assert [r["kind"].rsplit(".", 1)[1] for r in table] == [
        "state-based", "one-sided", "non-state", "state-based", "state-based",
    ]  # fmt: skip
    assert [(r["count_min"], r["count_max"]) for r in table] == [(1, 3)] * 3 + [(1, 4), (1, 3)]
    assert all(r["speaker_side"] is None and r["accused"] is None for r in table)


@pytest.mark.parametrize(
    ("index", "start", "end", "precision"),
    [
        (0, at(2020, 3, 2, 22), at(2020, 3, 3, 22), "day"),
        (1, at(2020, 2, 29, 22), at(2020, 3, 31, 21), "window"),
        (2, at(2019, 12, 31, 22), at(2020, 12, 31, 22), "window"),
        (3, at(2020, 2, 25, 22), at(2020, 3, 9, 22), "window"),
        (4, at(2020, 3, 2, 10), at(2020, 3, 4, 12), "window"),
    ],
    ids=["day", "month", "year", "some days about one", "a country whose zone is not known"],
)
def test_day_precision_becomes_a_window(index, start, end, precision):
    row = read("good.csv").observations.to_pylist()[index]
    assert (row["phenomenon_start"], row["phenomenon_end"]) == (start, end)
    assert row["time_precision"] == precision


@pytest.mark.parametrize(("index", "code"), [(0, 1), (1, 4), (2, 7)])
def test_the_error_of_the_place_is_the_stated_radius(index, code):
    row = read("good.csv").observations.to_pylist()[index]
    ellipse = ellipse_of(row["cov_ee_m2"], row["cov_en_m2"], row["cov_nn_m2"], 0.9)
    assert ellipse.semi_major_m == pytest.approx(RADIUS_90_M[code], rel=1e-6)


def test_what_others_wrote_is_kept_as_a_hash_only():
    raw = (DATA / "good.csv").read_bytes()
    row = parse(raw).observations.to_pylist()[0]
    attributes = json.loads(row["attributes"])
    headline = hashlib.sha256(b"Two die at the river").hexdigest()
    assert attributes["source_headline_sha256"] == headline
    assert attributes["dyad_name"] == "North - South"
    assert "river" not in json.dumps(
        {k: v for k, v in row.items() if k != "raw_sha256"}, default=str
    )


def test_publishers_are_the_independence_groups():
    table = read("good.csv").observations.to_pylist()
    assert table[0]["independence_groups"] == ["publisher:north-wire", "publisher:south-gazette"]
    assert table[1]["independence_groups"] == ["publisher:reuters"]
    assert (table[0]["credibility"], table[1]["credibility"]) == (2, 3)


@pytest.mark.parametrize(
    ("cell", "groups"),
    [
        ("MemoryBook;Memorbook", ["memorybook"]),
        ("Euromaidan Press's twitter account;@EuromaidanPress Twitter", ["euromaidan-press"]),
        (
            "The human rights ombudsman of the DPR;Human Right Ombudsman of the DPR",
            ["dpr-ombudsman"],
        ),
        ("ICG;Crisis Watch Ukraine FEB 2021", ["international-crisis-group"]),
        ("Kyiv Post;Unian", ["kyiv-post", "unian"]),
        ("Some Office (Facebook);Some Office", ["some-office"]),
        ("РИА Новости;RIA Novosti", ["ria-novosti"]),
    ],
)
def test_spellings_of_one_publisher_are_one(cell, groups):
    assert publishers_of(cell) == [f"publisher:{name}" for name in groups]


def test_nobody_is_no_publisher():
    with pytest.raises(RejectedRow, match="source_office"):
        publishers_of(" ; ")


REASONS = {
    3: "spreadsheet",
    4: "lies before",
    5: "where_prec",
    6: "latitude is 'north'",
    7: "type_of_violence",
    8: "source_office is empty",
    9: "does not exist",
    10: "not a whole number",
    11: "YYYY-MM-DD",
    12: "id is 'x'",
    13: "2 cells",
}


def test_every_broken_row_is_rejected_with_its_reason():
    found = read("broken.csv")
    assert found.observations.num_rows == 1
    assert [row.line for row in found.rejected] == list(REASONS)
    for row in found.rejected:
        assert REASONS[row.line] in row.reason


def test_a_file_that_a_spreadsheet_re_saved_is_refused_whole():
    with pytest.raises(WrongKindOfFile, match="spreadsheet"):
        read("spreadsheet.csv")


def test_another_kind_of_file_is_refused():
    with pytest.raises(WrongKindOfFile, match="UCDP GED"):
        parse(b"id,colour\n1,red\n")


def with_version(release):
    head, first, *_ = (DATA / "good.csv").read_bytes().splitlines()
    return parse(head + b",version\n" + first + b"," + release + b"\n")


def test_releases_are_ordered_and_candidates_come_before_them():
    order = [b"", b"21.1", b"v22.0.3", b"22.0.12", b"22.1", b"23.1"]
    ranks = [with_version(release).observations["version_rank"][0].as_py() for release in order]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(order)
    assert "release" in with_version(b"newest").rejected[0].reason


def test_outside_the_theatre_is_rejected():
    found = parse((DATA / "good.csv").read_bytes(), BoundingBox(0.0, 0.0, 1.0, 1.0))
    assert (found.observations.num_rows, len(found.rejected)) == (0, 5)


def test_a_date_at_the_edge_of_the_calendar_is_rejected():
    raw = (DATA / "good.csv").read_bytes().replace(b"2020-03-03T00:00:00", b"0001-01-01")
    assert "beyond the calendar" in parse(raw).rejected[0].reason


def test_the_byte_range_is_the_record_even_over_two_lines():
    raw = (DATA / "good.csv").read_bytes()
    for row in parse(raw).observations.to_pylist():
        piece = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]].decode()
        assert piece.startswith(row["observation_id"].removeprefix("ucdp:") + ",")
    assert "two\nlines" in raw.decode()


@given(order=st.permutations(range(11)))
@settings(deadline=None, max_examples=15)
def test_another_order_of_rows_gives_the_same_observations(order):
    head, *body = (DATA / "broken.csv").read_bytes().splitlines(keepends=True)
    body = body[:11]

    def seen(lines):
        found = parse(head + b"".join(lines))
        return (
            sorted(
                zip(
                    found.observations["observation_id"].to_pylist(),
                    found.observations["version"].to_pylist(),
                    strict=True,
                )
            ),
            sorted(row.reason for row in found.rejected),
        )

    assert seen([body[i] for i in order]) == seen(body)


@given(st.binary(max_size=100), st.data())
@settings(deadline=None, max_examples=60)
def test_damage_rejects_rows_or_the_file_and_raises_nothing_else(noise, data):
    raw = (DATA / "good.csv").read_bytes()
    cut = data.draw(st.integers(0, len(raw)))
    try:
        found = parse(raw[:cut] + noise + raw[cut + len(noise) :])
    except WrongKindOfFile:
        return
    assert found.observations.num_rows + len(found.rejected) <= 12


def test_the_card_says_what_a_user_must_know():
    assert ADAPTER.card.name == "ucdp"
    assert "judgement" in ADAPTER.card.position_error


@pytest.mark.shared
def test_the_whole_release_of_2022_is_read():
    path = SHARED / "UCDP-Ukraine_v22_2014_2021.csv"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is absent")
        pytest.skip("../shared/data/ucdp is absent beside the checkout")
    found = parse(path.read_bytes())
    assert (found.observations.num_rows, found.rejected) == (3000, ())
    precisions = found.observations["time_precision"].to_pylist()
    assert precisions.count("day") == 2337
