"""FIRMS: layouts, windows, versions, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.firms import ADAPTER, independence_group, position_covariance_m2
from truceline.adapters.firms_layouts import Pixel
from truceline.adapters.firms_overpasses import CAP, Previous, overpasses_of
from truceline.adapters.interface import Adapter, ParseContext, Parsed
from truceline.errors import WrongKindOfFile
from truceline.model.place import BoundingBox

FILES = Path(__file__).parent / "data" / "firms"
SHIPPED = Path(__file__).parents[1] / "data" / "easter-2026" / "viirs.csv"
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
HEADER, *EASTER = SHIPPED.read_bytes().splitlines()


def parse(raw: bytes, theatre: BoundingBox | None = None) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x.csv", theatre))


def golden(name: str) -> Parsed:
    return parse((FILES / name).read_bytes())


def file_of(rows: list[bytes]) -> bytes:
    return b"\n".join([HEADER, *rows]) + b"\n"


def identities(parsed: Parsed) -> set[tuple[str, str]]:
    table = parsed.observations
    return set(zip(table["observation_id"].to_pylist(), table["version"].to_pylist(), strict=True))


def one(parsed: Parsed, at: int = 0) -> dict:
    return parsed.observations.slice(at, 1).to_pylist()[0]


def shared_file(*parts: str) -> bytes:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path.name} is absent, and CI must have it")
        pytest.skip(f"{path.name} is absent: the unshipped data folder is not beside the checkout")
    return path.read_bytes()


def test_the_adapter_is_one_and_its_card_says_everything():
    adapter: Adapter = ADAPTER
    card = adapter.card
    assert card.name == "firms"
    assert "75 m" in card.position_error
    assert "53 m" in card.position_error
    assert all(getattr(card, name) for name in type(card).__dataclass_fields__)


def test_a_viirs_row_becomes_a_footprint_of_heat():
    parsed = golden("viirs_area.csv")
    row = one(parsed)
    assert parsed.observations.num_rows == 12
    assert not parsed.rejected
    assert row["observation_id"] == "firms:N20:2026-04-10T00:11:46.47431:35.30969"
    assert (row["kind"], row["modality"], row["measurement"]) == ("heat", "thermal", "footprint")
    assert (row["standing"], row["reliability"], row["credibility"]) == ("evidence", "A", 3)
    assert (row["lon"], row["lat"]) == (35.30969, 46.47431)
    assert (row["scan_m"], row["track_m"], row["frp_mw"]) == (390.0, 440.0, 2.53)
    assert row["time_precision"] == "window"
    assert row["phenomenon_end"] == datetime(2026, 4, 10, 0, 17, tzinfo=UTC)
    assert row["phenomenon_start"] == datetime(2026, 4, 9, 10, 11, tzinfo=UTC)
    assert json.loads(row["attributes"])["window_rule"] == "cap"


def test_raw_offsets_give_back_the_record():
    raw = (FILES / "viirs_archive.csv").read_bytes()
    lines = raw.split(b"\r\n")
    rows = parse(raw).observations.to_pylist()
    spans = [raw[r["raw_offset"] : r["raw_offset"] + r["raw_length"]] for r in rows]
    assert spans == lines[1:3]
    assert [r["raw_line"] for r in rows] == [2, 3]


def test_archive_and_near_real_time_are_versions_of_one_observation():
    area, archive = golden("viirs_area.csv"), golden("viirs_archive.csv")
    near, final = one(area, 0), one(archive, 0)
    assert near["observation_id"] == final["observation_id"]
    assert near["version"] != final["version"]
    assert near["version_rank"] < final["version_rank"]
    assert json.loads(final["attributes"])["type"] == "2"
    # The second row says the same in both layouts: another spelling is no other version.
    assert one(area, 1)["version"] == one(archive, 1)["version"]


def test_levels_of_processing_are_in_order():
    names = [b"2.0URT", b"2.0RT", b"2.0NRT", b"1.0", b"2.0"]
    rows = [EASTER[0].replace(b"2.0NRT", name) for name in names]
    parsed = parse(file_of(rows))
    ranks = parsed.observations["version_rank"].to_pylist()
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 5
    assert len(set(parsed.observations["observation_id"].to_pylist())) == 1


def test_modis_has_its_own_pixel_confidence_and_granule():
    parsed = golden("modis_archive.csv")
    edge, high, unmeasured = parsed.observations.to_pylist()
    assert not parsed.rejected
    assert edge["datastream"] == "firms:MODIS:Terra"
    assert edge["phenomenon_end"] == datetime(2021, 5, 2, 0, 16, tzinfo=UTC)
    assert [r["credibility"] for r in (edge, high, unmeasured)] == [4, 2, 3]
    assert json.loads(high["attributes"])["confidence_percent"] == "80"
    assert high["observation_id"] == "firms:Aqua:2021-05-02T09:40:48.10000:37.50000"
    assert edge["cov_ee_m2"] > edge["cov_nn_m2"] > 2000**2 / 12
    # Predicted ephemeris: a near-real-time MODIS pixel is less sure than the pixel alone.
    assert high["cov_nn_m2"] == pytest.approx(1000**2 / 12 + 53**2 + 100**2)


@pytest.mark.parametrize("clock", ["0011", "11", "011", "00:11", "00:11:00", "0:11:59"])
def test_every_spelling_of_a_time_is_one_time(clock):
    row = EASTER[0].replace(b"00:11:00", clock.encode())
    assert identities(parse(file_of([row]))) == identities(parse(file_of([EASTER[0]])))


@pytest.mark.parametrize("name", ["N20", "1", "NOAA-20", "j1", "NOAA 20"])
def test_every_name_of_a_satellite_is_one_satellite(name):
    row = EASTER[0].replace(b",N20,", f",{name},".encode())
    assert identities(parse(file_of([row]))) == identities(parse(file_of([EASTER[0]])))


def test_the_window_goes_back_to_the_pass_that_saw_the_place():
    passes = overpasses_of(
        [
            pixel(0, 30, 45),
            pixel(8, 40, 52),
            pixel(100, 20, 50),
            pixel(101, 33, 51),
            pixel(700, 35, 48),
        ]
    )
    assert [len(found) for found in passes.values()] == [3]
    previous = Previous(passes)
    # The pass at 100 min does not hold the place in its box; the one at 0 min does.
    assert previous.look(pixel(700, 35, 48)) == (pixel(0, 0, 0).time, "overpass")
    assert previous.look(pixel(700, 25, 50.5)) == (pixel(100, 0, 0).time, "overpass")
    # A row never takes its own pass for the one before.
    assert previous.look(pixel(8, 35, 48)) == (pixel(8, 0, 0).time - CAP, "cap")
    # Nothing known within the cap.
    assert previous.look(pixel(1500, 35, 48))[1] == "overpass"
    assert previous.look(pixel(1600, 35, 48)) == (pixel(1600, 0, 0).time - CAP, "cap")


def pixel(minute: int, lon: float, lat: float, **changes: object) -> Pixel:
    values = {
        "satellite": "N",
        "instrument": "VIIRS",
        "time": datetime(2026, 4, 10, tzinfo=UTC) + timedelta(minutes=minute),
        "lon": lon,
        "lat": lat,
        "scan_m": 400.0,
        "track_m": 375.0,
        "frp_mw": 1.0,
        "confidence": "nominal",
        "confidence_as_given": "n",
        "bright_mid_k": 300.0,
        "bright_long_k": 280.0,
        "daynight": "N",
        "kind_of_source": "",
        "version": "2.0NRT",
        "rank": 20200,
    }
    return Pixel(**{**values, **changes})


def test_the_covariance_grows_away_from_nadir():
    nadir = position_covariance_m2(pixel(0, 35, 48))
    assert nadir == pytest.approx((400**2 / 12 + 75**2, 375**2 / 12 + 75**2))
    edge = position_covariance_m2(pixel(0, 35, 48, scan_m=800.0, track_m=750.0))
    assert edge == pytest.approx((800**2 / 12 + 300**2, 750**2 / 12 + 150**2))


def test_pixels_of_one_pass_share_a_group_and_of_the_next_half_day_do_not():
    night = {independence_group(pixel(m, lon, 48)) for m in (0, 6, 101) for lon in (22, 40)}
    assert night == {"firms:N:2026-04-09:night"}
    assert independence_group(pixel(660, 35, 48)) == "firms:N:2026-04-10:day"
    assert independence_group(pixel(660, 35, 48, satellite="N20")) != independence_group(
        pixel(660, 35, 48)
    )


def test_coverage_lists_each_pass_as_a_lower_bound():
    parsed = golden("viirs_area.csv")
    (seen,) = parsed.coverage
    assert (seen.datastream, seen.basis) == ("firms:VIIRS:N20", "inferred")
    assert seen.time.start == datetime(2026, 4, 10, 0, 11, tzinfo=UTC)
    assert seen.area == BoundingBox(23.11067, 46.47431, 38.47814, 49.79728)
    assert "Cloud is unknown" in seen.caveat
    assert "lower bound" in seen.caveat


def test_broken_lines_are_rejected_with_their_reason_and_the_rest_goes_on():
    raw = (FILES / "broken_lines.csv").read_bytes()
    parsed = parse(raw)
    assert parsed.observations["raw_line"].to_pylist() == [2, 17]
    reasons = {r.line: r.reason for r in parsed.rejected}
    wanted = {
        3: "latitude is 91.2",
        4: "longitude is nan",
        5: "bright_ti4 is 'hot'",
        6: "scan is 0",
        7: "acq_date is '10/04/2026'",
        8: "acq_time is '2561'",
        9: "satellite is 'GOES-16'",
        10: "confidence is 'sure'",
        11: "version is 'beta'",
        12: "frp is -1",
        13: "daynight is 'X'",
        14: "instrument is 'MODIS'",
        15: "3 cells where the header has 14",
        16: "bright_ti5 is ''",
        18: "not UTF-8 at byte",
        19: "cells where the header has 14",
    }
    assert {line: reasons[line][: len(words)] for line, words in wanted.items() if line < 19} == {
        line: words for line, words in wanted.items() if line < 19
    }
    assert wanted[19] in reasons[19]
    assert set(reasons) == set(wanted)
    lines = raw.split(b"\n")
    for rejected in parsed.rejected:
        assert raw[rejected.offset :][: rejected.length] == lines[rejected.line - 1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wrong_kind.csv", "first line has: datetime, lon, lat, place_name"),
        ("no_brightness.csv", "neither pair of brightness columns"),
        ("refused_key.txt", "Invalid MAP_KEY."),
    ],
)
def test_another_kind_of_file_is_refused_with_what_was_expected(name, words):
    with pytest.raises(WrongKindOfFile) as caught:
        golden(name)
    assert "FIRMS active-fire CSV" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("raw", [b"", b"\x00\x01\x02,\xff", b"\n\n"])
def test_an_empty_or_binary_file_is_refused(raw):
    with pytest.raises(WrongKindOfFile, match="no readable header line"):
        parse(raw)


def test_a_header_without_rows_is_an_empty_file():
    parsed = parse(file_of([]))
    assert parsed.observations.num_rows == 0
    assert parsed.coverage == ()


def test_rows_outside_the_theatre_are_rejected_with_the_reason():
    parsed = parse(file_of(EASTER), BoundingBox(34.5, 46.0, 39.0, 50.6))
    assert parsed.observations.num_rows == 37 + 37 + 47 + 72
    assert len(parsed.rejected) == 299 - 193
    assert all(r.reason.startswith("outside the theatre: lon ") for r in parsed.rejected)
    # They still tell when the satellite passed.
    assert len(parsed.coverage) == len(parse(file_of(EASTER)).coverage)


@settings(max_examples=15, deadline=None)
@given(st.permutations(EASTER[:60]), st.lists(st.sampled_from(EASTER[:60]), max_size=8))
def test_order_and_repetition_change_nothing(rows, again):
    whole = parse(file_of(EASTER[:60]))
    other = parse(file_of([*rows, *again]))
    assert identities(other) == identities(whole)
    assert other.observations.num_rows == whole.observations.num_rows
    assert other.coverage == whole.coverage
    assert len(other.notes) == len(whole.notes) + bool(again)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(EASTER), min_size=1, max_size=5, unique=True))
def test_a_row_in_a_smaller_file_is_the_same_version(rows):
    assert identities(parse(file_of(rows))) <= identities(parse(file_of(EASTER)))


def test_the_shipped_rows_are_read_whole():
    parsed = parse(SHIPPED.read_bytes())
    assert parsed.observations.num_rows == 299
    assert not parsed.rejected
    rules = [json.loads(a)["window_rule"] for a in parsed.observations["attributes"].to_pylist()]
    assert {rule: rules.count(rule) for rule in set(rules)} == {"overpass": 160, "cap": 139}
    table = parsed.observations.to_pylist()
    assert all(r["phenomenon_end"] - r["phenomenon_start"] <= CAP * 1.02 for r in table)
    # A digit of floating-point noise in one coordinate does not make another pixel.
    assert any(
        r["observation_id"].startswith("firms:N") and ":48.13598:" in r["observation_id"]
        for r in table
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("fire_nrt_SV-C2_400448.csv", 42_415),
        ("VIIRS-NOAA-2022.csv", 4_248),
        ("MODIS-2021.csv", 10_796),
    ],
)
def test_the_background_years_are_read_without_a_rejected_row(name, rows):
    parsed = parse(shared_file("firms-2022-2023", name))
    assert parsed.observations.num_rows == rows
    assert not parsed.rejected
    assert len(set(parsed.observations["observation_id"].to_pylist())) == rows
