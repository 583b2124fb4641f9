"""The three layouts of patrol files: coded reports, the mission's form, plain lines."""

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
from truceline.adapters.patrol import ADAPTER
from truceline.adapters.patrol_places import gazetteer, stand_of
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.geodesy import distance_m
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox

DATA = Path(__file__).parent / "data" / "patrol"
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data" / "osce-smm-coded"


def parse(raw, theatre=None):
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "file", theatre))


def read(name):
    return parse((DATA / name).read_bytes())


def rows(parsed):
    return {row["observation_id"]: row for row in parsed.observations.to_pylist()}


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_coded_rows_become_sectors():
    found = read("coded.csv")
    assert found.observations.schema == OBSERVATION_SCHEMA
    assert not found.rejected
    kinds = [(r["kind"], r["count_min"], r["count_max"]) for r in found.observations.to_pylist()]
    assert kinds == [
        ("fire.mortar", 3, 3), ("fire.mortar", 4, 4), ("fire.mortar", 19, 19),
        ("fire.small-arms", 30, 35), ("fire.small-arms", 3, 3), ("fire.small-arms", 1, 1),
        ("fire.mortar", 5, 5), ("fire.mortar", 8, 8), ("explosion", 143, 143),
        ("fire.mortar", 23, 23), ("fire.anti-tank", 9, 9), ("fire.cannon", 16, 16),
        ("fire.grenade-launcher", 2, 2), ("fire.mlrs", 1, 1), ("fire.mortar", 3, 3),
    ]  # fmt: skip
    assert set(found.observations["measurement"].to_pylist()) == {"sector"}
    assert set(found.observations["standing"].to_pylist()) == {"evidence"}


def test_a_coded_row_in_full():
    row = rows(read("coded.csv"))["patrol:2016-08-15/18"]
    assert (row["phenomenon_start"], row["phenomenon_end"]) == (
        at(2016, 8, 15, 15),
        at(2016, 8, 16, 3),
    )
    assert row["time_precision"] == "window"
    assert (row["bearing_deg"], row["range_min_m"], row["range_max_m"]) == (337.5, 8000.0, 10000.0)
    assert (row["lon"], row["lat"], row["cov_ee_m2"]) == (37.80224, 48.023, 1e6)
    attributes = json.loads(row["attributes"])
    assert attributes["phase"] == "undetermined"
    assert attributes["range_basis"] == "stated"
    assert attributes["observer_basis"] == "GeoNames 709717"


@pytest.mark.parametrize(
    ("key", "start", "end", "precision"),
    [
        ("2015-07-07/1", at(2015, 7, 7, 5, 40), at(2015, 7, 7, 9, 31), "window"),
        ("2016-01-17/9", at(2016, 1, 16, 22), at(2016, 1, 17, 22), "day"),
        ("2016-06-15/13", at(2016, 6, 14, 21), at(2016, 6, 16, 3), "window"),
    ],
)
def test_times_in_local_words_become_stated_windows(key, start, end, precision):
    row = rows(read("coded.csv"))[f"patrol:{key}"]
    assert (row["phenomenon_start"], row["phenomenon_end"]) == (start, end)
    assert row["time_precision"] == precision


def test_a_missing_distance_is_bounded_by_earshot():
    row = rows(read("coded.csv"))["patrol:2016-01-16/7"]
    assert (row["range_min_m"], row["range_max_m"]) == (50.0, 4000.0)
    assert json.loads(row["attributes"])["range_basis"] == "earshot"


REASONS = {
    3: "observer_lon, observer_lat and observer_sigma_m",
    5: "needs observer_sigma_m too",
    6: "add up to 7",
    7: "add up to 9",
    8: "smelt",
    9: "sideways",
    10: "no direction",
    11: "horizon",
    12: "far end",
    13: "YYYY-MM-DD",
    14: "teatime",
    15: "lies before",
    16: "08:70",
    17: "the next day is the 27",
    18: "ten or so",
    19: "column phase says outgoing",
    20: "own column",
    21: "cells where the header",
    22: "write HH:MM in both",
    23: "obs_id is empty",
    24: "7 km UP of Donetsk",
    25: "7 km N of Elsewhere",
    26: "no position is exact",
}


def test_every_broken_coded_row_is_rejected_with_its_reason():
    found = read("coded_broken.csv")
    assert {row.line for row in found.rejected} == set(REASONS)
    for row in found.rejected:
        assert REASONS[row.line] in row.reason
    good = rows(found)
    assert set(good) == {f"patrol:2016-03-26/{n}" for n in (1, 3, 26)}
    assert good["patrol:2016-03-26/3"]["cov_nn_m2"] == 250_000.0
    past_midnight = good["patrol:2016-03-26/26"]
    assert past_midnight["phenomenon_start"] == at(2016, 3, 26, 20, 40)
    assert past_midnight["phenomenon_end"] == at(2016, 3, 26, 22, 16)


def test_the_form_with_its_revisions():
    found = read("form.csv")
    assert not found.rejected
    ids = found.observations["observation_id"].to_pylist()
    assert ids == [
        "patrol:alpha/1", "patrol:alpha/1", "patrol:alpha/2", "patrol:bravo/1", "patrol:bravo/1#2",
    ]  # fmt: skip
    assert found.observations["version_rank"].to_pylist() == [0, 1, 0, 0, 0]
    assert found.observations["count_min"].to_pylist() == [12, 14, 3, 1, 2]
    last = found.observations.to_pylist()[2]
    assert (last["time_precision"], last["time_sigma_s"]) == ("instant", 30.0)
    assert (last["bearing_deg"], last["range_min_m"], last["range_max_m"]) == (
        285.0,
        1300.0,
        2700.0,
    )
    assert last["cov_ee_m2"] == 2500.0
    local = found.observations.to_pylist()[3]
    assert local["phenomenon_start"] == at(2026, 5, 2, 7, 31, 20)
    assert json.loads(local["attributes"])["sense"] == "seen"


FORM_REASONS = {
    3: "has no offset",
    4: "Mars/Olympus",
    5: "ends (",
    6: "lon is 377.80",
    7: "neither text nor what",
    8: "far away",
    9: "only once",
    10: "revision is 'first'",
    11: "patrol_id is empty",
    12: "same key 'P11'",
    13: "same key 'P11'",
    16: "beyond the calendar",
    17: "yesterday",
}


def test_every_broken_form_row_is_rejected_with_its_reason():
    found = read("form_broken.csv")
    assert {row.line for row in found.rejected} == set(FORM_REASONS)
    for row in found.rejected:
        assert FORM_REASONS[row.line] in row.reason
    assert found.observations["observation_id"].to_pylist() == ["patrol:P1", "patrol:P12"]
    assert found.observations["time_sigma_s"].to_pylist() == [30.0, 90.0]


def test_plain_lines():
    found = read("lines.txt")
    assert not found.rejected
    table = found.observations.to_pylist()
    assert [(r["kind"], r["count_min"], r["raw_line"]) for r in table] == [
        ("fire.mortar", 12, 2), ("fire.mortar", 3, 4), ("fire.mortar", 4, 4),
        ("fire.small-arms", 5, 5),
    ]  # fmt: skip
    assert table[0]["time_precision"] == "instant"
    assert table[1]["phenomenon_end"] == at(2026, 5, 2, 8, 20)
    assert table[1]["datastream"] == "patrol-4"
    assert table[1]["cov_ee_m2"] == 225.0
    assert table[1]["bearing_deg"] == 67.5
    assert table[3]["bearing_deg"] == 337.5


def test_every_broken_line_is_rejected_with_its_reason():
    found = read("lines_broken.txt")
    assert found.observations.num_rows == 1
    wanted = [
        (2, "something, loud, over, there"), (3, "no offset"), (4, "in the field"), (5, "part(s)"),
        (6, "not UTF-8"), (7, "LON,LAT"),
    ]  # fmt: skip
    assert [row.line for row in found.rejected] == [line for line, _ in wanted]
    for row, (_, words) in zip(found.rejected, wanted, strict=True):
        assert words in row.reason


@pytest.mark.parametrize("raw", [b"", b"\x00\x01PAR1", (DATA / "other_kind.csv").read_bytes()])
def test_another_kind_of_file_is_refused_with_what_was_expected(raw):
    with pytest.raises(WrongKindOfFile, match=r"TIME \| LON,LAT \| SENTENCE"):
        parse(raw)


def test_a_coded_file_without_a_column_is_refused():
    raw = (DATA / "coded.csv").read_bytes().replace(b"range_max_km", b"far", 1)
    with pytest.raises(WrongKindOfFile, match="range_max_km"):
        parse(raw)


@pytest.mark.parametrize("name", ["coded.csv", "form.csv", "lines.txt", "coded_broken.csv"])
def test_the_byte_range_is_the_record(name):
    raw = (DATA / name).read_bytes()
    lines = raw.decode().splitlines()
    found = parse(raw)
    for row in found.observations.to_pylist():
        piece = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]]
        assert piece.decode() == lines[row["raw_line"] - 1]
    for bad in found.rejected:
        piece = raw[bad.offset : bad.offset + bad.length]
        assert piece.decode() == lines[bad.line - 1]


@pytest.mark.parametrize("name", ["coded.csv", "form.csv", "lines.txt", "form_broken.csv"])
@given(order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15)
def test_another_order_of_rows_gives_the_same_observations(name, order):
    raw = (DATA / name).read_bytes()
    head, *body = raw.splitlines(keepends=True)
    if name == "lines.txt":
        head, body = b"", [head, *body]
    order.shuffle(body)

    def seen(content):
        table = parse(content).observations
        return sorted(
            zip(table["observation_id"].to_pylist(), table["version"].to_pylist(), strict=True)
        )

    assert seen(head + b"".join(body)) == seen(raw)


@given(st.binary(max_size=200), st.sampled_from(["coded.csv", "form.csv", "lines.txt"]), st.data())
@settings(deadline=None, max_examples=60)
def test_damage_rejects_rows_or_the_file_and_raises_nothing_else(noise, name, data):
    raw = (DATA / name).read_bytes()
    cut = data.draw(st.integers(0, len(raw)))
    try:
        found = parse(raw[:cut] + noise + raw[cut + len(noise) :])
    except WrongKindOfFile:
        return
    for bearing in found.observations["bearing_deg"].to_pylist():
        assert 0.0 <= bearing < 360.0


def test_outside_the_theatre_is_rejected():
    raw = (DATA / "lines.txt").read_bytes()
    found = parse(raw, BoundingBox(0.0, 0.0, 1.0, 1.0))
    assert found.observations.num_rows == 0
    assert len(found.rejected) == 3
    assert "outside the theatre" in found.rejected[0].reason
    assert parse(raw, BoundingBox(22.0, 44.0, 41.0, 53.0)).observations.num_rows == 4


def test_groups_of_one_spot_are_one_source_and_do_not_show_the_spot():
    found = read("form.csv").observations.to_pylist()
    same = found[0]["independence_groups"], found[2]["independence_groups"]
    assert same[0] == same[1]
    assert not set(same[0]) & set(found[3]["independence_groups"])
    assert all("37.8" not in group for row in found for group in row["independence_groups"])


def test_gazetteer_agrees_with_the_distances_that_the_reports_state():
    """The reports say how far each town lies from Donetsk; rounding and 'NE' leave a quarter."""
    centre = gazetteer()["donetsk centre"]
    for place, stated_km in (
        ("Svitlodarsk", 57),
        ("Horlivka", 39),
        ("Yasynuvata", 16),
        ("Avdiivka", 17),
    ):
        stand, _ = stand_of(place, "")
        away_km = distance_m(centre.lon, centre.lat, stand.lon, stand.lat) / 1000
        assert away_km == pytest.approx(stated_km, rel=0.25)


def test_an_offset_alone_gives_a_position_with_a_wider_error():
    stand, apart = stand_of("Budonivskyi district", "5 km SE of Donetsk centre")
    centre = gazetteer()["donetsk centre"]
    assert distance_m(centre.lon, centre.lat, stand.lon, stand.lat) == pytest.approx(5000, rel=1e-3)
    assert stand.sigma_m > centre.sigma_m
    assert apart is None
    with pytest.raises(RejectedRow, match="observer_lon"):
        stand_of("Budonivskyi district", "")


def test_the_card_says_what_a_user_must_know():
    card = ADAPTER.card
    assert card.name == "patrol"
    assert "judgement" in card.position_error
    assert len(card.formats) == 3


@pytest.mark.shared
def test_all_coded_observations_of_the_mission_are_read():
    path = SHARED / "observations.csv"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is absent")
        pytest.skip("../shared/data/osce-smm-coded is absent beside the checkout")
    found = parse(path.read_bytes())
    assert not found.rejected
    assert len({key.split("#")[0] for key in rows(found)}) == 17
    assert found.observations.num_rows == 34


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_date_at_the_edge_of_the_calendar_is_rejected(day):
    raw = (DATA / "coded.csv").read_bytes().decode()
    first = raw.splitlines()[1].split(",")
    edge = ",".join([*first[:1], day, "", "", *first[4:]])
    parsed = parse(f"{raw.splitlines()[0]}\n{edge}\n".encode())
    assert parsed.observations.num_rows == 0
    assert "at the edge of the calendar" in parsed.rejected[0].reason
