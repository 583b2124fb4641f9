"""VIINA: four layouts, publishers, places, counts, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.interface import Adapter, ParseContext, Parsed
from truceline.adapters.viina import ADAPTER
from truceline.adapters.viina_places import PROVINCE_M, SETTLEMENT_M, sigma_m
from truceline.adapters.viina_publishers import article_of, publisher_of, publisher_of_short_name
from truceline.errors import WrongKindOfFile
from truceline.model.place import BoundingBox

FILES = Path(__file__).parent / "data" / "viina"
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
THEATRE = BoundingBox(22.0, 44.0, 41.0, 53.0)


def parse(raw: bytes, theatre: BoundingBox | None = None) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x", theatre))


def golden(name: str, theatre: BoundingBox | None = None) -> Parsed:
    return parse((FILES / name).read_bytes(), theatre)


def rows_of(parsed: Parsed) -> list[dict]:
    return parsed.observations.to_pylist()


def said(row: dict) -> dict:
    return json.loads(row["attributes"])


def identities(parsed: Parsed) -> set[tuple[str, str]]:
    return {(row["observation_id"], row["version"]) for row in rows_of(parsed)}


def counts_of(parsed: Parsed, metric: str) -> dict[str, int]:
    return {f"{c.time.end:%Y-%m-%d}": c.value for c in parsed.counts if c.metric == metric}


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
    assert card.name == "viina"
    assert "ODbL" in card.licence
    assert "Zhukov" in card.citation
    assert "33,141" in card.position_error
    assert all(getattr(card, name) for name in type(card).__dataclass_fields__)


def test_the_one_per_day_file_gives_places_with_kinds_and_publishers():
    parsed = golden("event_1pd_latest_2026.csv")
    lower, upper, province, street, capital, far = rows_of(parsed)
    assert not parsed.rejected
    assert lower["observation_id"] == "viina:1pd:20260411:11"
    # Both t_uav_b and t_artillery_b are set: the first of the order wins.
    assert [r["kind"] for r in (lower, upper, street, far)] == [
        "strike.uav",
        "harm.civilian",
        "strike.air",
        "violence",
    ]
    assert capital["kind"] == "other"
    assert lower["independence_groups"] == ["publisher:pravda.com.ua", "publisher:unian.ua"]
    assert street["independence_groups"] == ["publisher:viina-source/newpaper"]
    assert (lower["reliability"], lower["credibility"], lower["version_rank"]) == ("C", 3, 2)
    assert capital["independence_groups"] == ["viina:unknown-publisher"]
    assert capital["reliability"] == "F"
    assert said(province)["unlabelled"] == ["t_uav_b"]
    assert said(lower)["labels"] == ["a_rus", "t_artillery", "t_mil", "t_property", "t_uav"]
    sigmas = [r["cov_ee_m2"] ** 0.5 for r in (street, lower, upper, capital, far, province)]
    assert sigmas == sorted(sigmas)
    assert (lower["measurement"], lower["modality"], lower["standing"]) == (
        "place",
        "report",
        "evidence",
    )


def test_a_day_is_the_local_day_of_kyiv():
    row = rows_of(golden("event_1pd_latest_2026.csv"))[0]
    assert row["time_precision"] == "day"
    assert row["phenomenon_start"] == datetime(2026, 4, 10, 21, tzinfo=UTC)
    assert row["phenomenon_end"] == datetime(2026, 4, 11, 21, tzinfo=UTC)


def test_the_report_file_has_no_labels_and_gives_leads():
    parsed = golden("event_info_latest_2026.csv")
    rows = rows_of(parsed)
    assert {r["standing"] for r in rows} == {"lead"}
    assert [r["independence_groups"][0] for r in rows] == [
        "publisher:pravda.com.ua",
        "publisher:unian.ua",
        "publisher:t.me/invented_channel",
        "publisher:interfax.com.ua",
        "viina:unknown-publisher",
    ]
    assert said(rows[0])["published_local"] == "09:15"
    assert "published_local" not in said(rows[1])
    assert counts_of(parsed, "reports") == {"2026-04-11": 5}
    assert counts_of(parsed, "strike_type") == {}
    assert any("event_1pd" in note for note in parsed.notes)


def test_report_rows_joined_with_labels_are_evidence():
    raw = (FILES / "event_info_latest_2026.csv").read_bytes()
    head, _, rest = raw.partition(b"\n")
    joined = head + b",t_artillery_b\n" + rest.replace(b",ua\n", b",ua,1\n")
    rows = rows_of(parse(joined))
    assert {(r["standing"], r["kind"]) for r in rows} == {("evidence", "fire.artillery")}


def test_no_headline_is_kept():
    for name in ("event_info_latest_2026.csv", "headlines.csv"):
        for row in rows_of(golden(name)):
            assert "nvented" not in row["attributes"]
            assert "nother" not in row["attributes"]


def test_the_json_slice_gives_the_bytes_of_each_row():
    raw = (FILES / "slice.json").read_bytes()
    rows = rows_of(parse(raw))
    assert len(rows) == 9
    for row in rows:
        span = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]]
        value = json.loads(span)
        assert value[:3] == [row["lon"], row["lat"], row["place_name"]]
    assert [row["raw_line"] for row in rows] == [1, 1, 1, 2, 3, 3, 3, 3, 3]
    assert rows[0]["observation_id"].startswith("viina:slice:20260411:37.50000:48.10000:D:")
    assert rows[3]["place_name"] == "Ÿpsilon"
    assert rows[2]["reliability"] == "F"


def test_one_article_over_many_places_is_one_source_and_doubtful_as_to_place():
    rows = rows_of(golden("slice.json"))[4:8]
    # nv.ua/ukr/a.html and nv.ua/a.html are one article in two languages.
    assert len({tuple(said(row)["articles"]) for row in rows}) == 1
    assert {row["independence_groups"][0] for row in rows} == {"publisher:nv.ua"}
    assert {said(row)["places_named"] for row in rows} == {4}
    assert {row["credibility"] for row in rows} == {4}
    assert rows_of(golden("slice.json"))[0]["credibility"] == 3


def test_a_point_that_stands_for_a_province_gets_its_extent():
    bilka = rows_of(golden("slice.json"))[2]
    assert bilka["place_name"] == "Bilka"
    assert bilka["cov_nn_m2"] ** 0.5 > PROVINCE_M > 40_000
    assert sigma_m(37.5, 48.1) == pytest.approx((SETTLEMENT_M**2 + 2000**2) ** 0.5, abs=0.1)
    # Where the precision is known, it counts and not the table.
    assert sigma_m(30.40579, 46.90822, "ADM3", "PPL") == sigma_m(37.5, 48.1)


def test_the_csv_slice_takes_the_first_matching_word():
    rows = rows_of(golden("headlines.csv"))
    assert [row["kind"] for row in rows] == ["strike.uav", "other", "harm.military"]
    assert said(rows[0])["labels"] == ["artillery", "civcas", "uav"]
    assert {row["reliability"] for row in rows} == {"F"}
    assert [said(row).get("published_local") for row in rows] == [None, "08:30", "21:00"]
    assert rows[2]["phenomenon_start"] == datetime(2026, 4, 11, 21, tzinfo=UTC)


def test_counts_are_made_before_the_theatre_is_cut_out():
    whole, cut = golden("slice.json"), golden("slice.json", THEATRE)
    assert cut.counts == whole.counts
    assert counts_of(whole, "reports") == {"2026-04-11": 4, "2026-04-12": 5}
    assert counts_of(whole, "strike_type") == {"2026-04-11": 2, "2026-04-12": 5}
    (outside,) = cut.rejected
    assert "outside the theatre: Far Example" in outside.reason
    assert cut.observations.num_rows == whole.observations.num_rows - 1
    assert {c.series for c in whole.counts} == {"viina:slice"}
    assert all("JSON slice" in c.unit for c in whole.counts)


def test_coverage_is_by_day_and_says_what_a_sunday_does():
    saturday, sunday = golden("slice.json").coverage
    assert (saturday.basis, saturday.datastream) == ("inferred", "viina:slice")
    assert "Fewer reporters" in saturday.caveat
    assert "Sunday." not in saturday.caveat
    assert sunday.caveat.endswith("This day is a Sunday.")


def test_broken_rows_of_the_json_slice_cost_only_themselves():
    raw = (FILES / "broken_slice.json").read_bytes()
    parsed = parse(raw)
    assert parsed.observations["lon"].to_pylist() == [37.5, 37.51, 37.53]
    reasons = [r.reason for r in parsed.rejected]
    wanted = [
        "lat is 98.1, outside -90..90",
        "lon is nan, outside -180..180",
        "broken JSON: Expecting ',' delimiter",
        "not UTF-8",
        "code is 'Q'",
        "number of reports is 0",
        "expected [lon, lat, place, code, number of reports, [urls]]",
        "a text holds half a character",
        "an address is no text",
        "lon is '37.5', not a number",
        "place is 7",
        "day is '2026-13-01'",
        "broken JSON: no comma after the row",
        "broken JSON: Unterminated string starting at; the file may be cut short",
        "the file ends before its closing brace: it is cut short",
    ]
    assert [r[: len(w)] for r, w in zip(reasons, wanted, strict=True)] == wanted
    spans = [raw[r.offset : r.offset + r.length] for r in parsed.rejected]
    assert spans[2] == b'[37.5,48.1,"No end,"D",1,["https://unian.ua/4"]]'
    assert b"\xff" in spans[3]
    assert spans[12].endswith(b'"No comma","D",1,[]]')
    assert spans[13] == b'[37.54,48.1,"Cut'
    assert spans[14] == b""


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=30, max_value=1000))
def test_a_slice_cut_anywhere_is_never_taken_for_whole(cut):
    raw = (FILES / "slice.json").read_bytes()[:cut]
    whole = len((FILES / "slice.json").read_bytes())
    parsed = parse(raw)
    assert bool(parsed.rejected) == (cut < whole)
    assert identities(parsed) <= identities(golden("slice.json"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"20260411":[[37.5,48.1,"A","D",1,[]]] 7}', "expected the next day"),
        (b'{"20260411":[[37.5,48.1,"A","D",1,[]],]}', ""),
        (b'{"20260411":[' + b"[" * 100_000, "broken JSON"),
        (b'{"20260411":[[' + b"9" * 5000 + b',48.1,"A","D",1,[]]]}', "broken JSON"),
        (b'{"20260411":[[37.5,48.1,"A","D",1,[]]]} tail', "expected the next day"),
    ],
)
def test_odd_endings_of_a_slice(raw, reason):
    rejected = [r for r in parse(raw).rejected if "cut short" not in r.reason[:60]]
    assert [r.reason[: len(reason)] for r in rejected] == ([reason] if reason else [])


def test_broken_lines_of_the_csv_slice_cost_only_themselves():
    raw = (FILES / "broken_headlines.csv").read_bytes()
    parsed = parse(raw)
    assert parsed.observations["raw_line"].to_pylist() == [2, 3, 4, 8]
    assert [(r.line, r.reason.split(";")[0][:24]) for r in parsed.rejected] == [
        (5, "datetime is '2026-04-12'"),
        (6, "lon is nan, outside -180"),
        (7, "broken CSV: unexpected e"),
        (9, "not UTF-8 at byte 595"),
        (10, "2 cells where the header"),
    ]
    lines = raw.split(b"\n")
    for rejected in parsed.rejected:
        assert raw[rejected.offset :][: rejected.length] == lines[rejected.line - 1]
    for row in rows_of(parsed):
        assert raw[row["raw_offset"] :][: row["raw_length"]] == lines[row["raw_line"] - 1]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"11,20260411", b",20260411", "event_id_1pd is missing"),
        (b"11,20260411,2", b"11,20260411,0", "n_reports is 0"),
        (b"ADM3,1,1", b"ADM3,1,7", "a_rus_b is '7'"),
        (b"11,20260411", b"11,2026041", "day is '2026041'"),
    ],
)
def test_a_broken_release_row_is_rejected_with_its_reason(old, new, reason):
    raw = (FILES / "event_1pd_latest_2026.csv").read_bytes()
    parsed = parse(raw.replace(old, new, 1))
    (rejected,) = parsed.rejected
    assert (rejected.line, rejected.reason[: len(reason)]) == (2, reason)
    assert parsed.observations.num_rows == 5


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("event_labels_latest_2026.csv", "looks like event_labels"),
        ("control.csv", "control of settlements"),
        ("timeline.json", "its first key is no day"),
        (b"PK\x03\x04", "unpack it first"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"latitude,longitude\n1,2\n", "Its first line has: latitude, longitude"),
        (b"", "no readable header line"),
        (b"[1, 2]", "its first key is no day"),
    ],
)
def test_another_kind_of_file_is_refused_with_what_was_expected(raw, words):
    data = raw if isinstance(raw, bytes) else (FILES / raw).read_bytes()
    with pytest.raises(WrongKindOfFile) as caught:
        parse(data)
    assert "VIINA" in str(caught.value)
    assert words in str(caught.value)
    assert "Nothing was ingested" in str(caught.value)


@pytest.mark.parametrize("raw", [b"{}", b'{"20260411":[]}', b"\xef\xbb\xbf{ }\n"])
def test_a_slice_without_rows_is_empty(raw):
    parsed = parse(raw)
    assert parsed.observations.num_rows == 0
    assert not parsed.rejected
    assert parsed.counts == ()


SLICE = json.loads((FILES / "slice.json").read_text())


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_order_of_rows_and_days_changes_nothing(data):
    days = data.draw(st.permutations(sorted(SLICE)))
    shuffled = {day: data.draw(st.permutations(SLICE[day])) for day in days}
    raw = json.dumps(shuffled, ensure_ascii=data.draw(st.booleans())).encode()
    assert identities(parse(raw)) == identities(golden("slice.json"))
    assert parse(raw).counts == golden("slice.json").counts


@pytest.mark.parametrize(
    "name", ["event_1pd_latest_2026.csv", "event_info_latest_2026.csv", "headlines.csv"]
)
def test_a_file_twice_over_gives_no_new_ids(name):
    raw = (FILES / name).read_bytes()
    _, _, rows = raw.partition(b"\n")
    once, twice = parse(raw), parse(raw + rows)
    assert identities(twice) == identities(once)
    assert twice.observations.num_rows == once.observations.num_rows
    assert any("stand twice" in note for note in twice.notes)


def test_a_slice_with_repeated_rows_gives_no_new_ids():
    raw = json.dumps({day: rows + rows for day, rows in SLICE.items()}).encode()
    assert identities(parse(raw)) == identities(golden("slice.json"))


def test_a_count_that_grew_is_a_later_version_of_the_same_observation():
    grown = json.loads(json.dumps(SLICE))
    row = grown["20260411"][1]
    row[4], row[5] = 2, [*row[5], "https://unian.ua/late.html"]
    old, new = (rows_of(p)[1] for p in (golden("slice.json"), parse(json.dumps(grown).encode())))
    assert old["observation_id"] == new["observation_id"]
    assert old["version"] != new["version"]
    assert old["version_rank"] < new["version_rank"]


def test_a_row_in_a_smaller_file_is_the_same_version():
    part = json.dumps({"20260412": SLICE["20260412"][:1]}).encode()
    assert identities(parse(part)) < identities(golden("slice.json"))


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://www.pravda.com.ua/rus/news/1/", "pravda.com.ua"),
        ("https://life.pravda.com.ua/x", "pravda.com.ua"),
        ("https://epravda.com.ua/x", "pravda.com.ua"),
        ("https://oboronka.mezha.ua/x", "pravda.com.ua"),
        ("https://m.unian.net/x", "unian.ua"),
        ("https://zahid.espreso.tv/x", "espreso.tv"),
        ("https://rus.nv.ua:443/x", "nv.ua"),
        ("https://invented.kiev.ua/x", "invented.kiev.ua"),
        ("https://ua.usembassy.gov/x", "usembassy.gov"),
        ("https://t.me/Some_Channel/12?single", "t.me/some_channel"),
        ("https://t.me/s/Some_Channel/12", "t.me/some_channel"),
        ("https://t.me/c/1234567/8", "t.me/c/1234567"),
        ("https://twitter.com/Somebody/status/1", "x.com/somebody"),
        ("https://t.me/", None),
        ("https://t.co/abc", None),
        ("https://127.0.0.1/x", None),
        ("https://[broken/x", None),
        ("ftp://unian.ua/x", None),
        ("no address", None),
        ("", None),
    ],
)
def test_a_publisher_is_read_from_the_address(url, publisher):
    assert publisher_of(url) == publisher


def test_short_names_and_addresses_name_one_publisher():
    assert publisher_of_short_name("pravdaua") == publisher_of("https://www.pravda.com.ua/x")
    assert publisher_of_short_name("liga") == publisher_of("https://biz.liga.net/x")
    assert publisher_of_short_name("Unheard") == "viina-source/unheard"


def test_articles_are_told_apart_by_path_alone():
    assert article_of("http://www.a.ua/uk/x/?utm=1#top") == article_of("https://a.ua/x")
    assert article_of("https://a.ua/x") != article_of("https://a.ua/y")
    assert len(article_of("no address")) == 16


@pytest.mark.shared
def test_the_shared_slice_gives_the_reference_counts():
    raw = shared_file("viina", "viina-events-2026-01-04.json")
    parsed = parse(raw)
    days = [f"2026-04-{day:02d}" for day in range(9, 15)]
    reports, strikes = counts_of(parsed, "reports"), counts_of(parsed, "strike_type")
    assert [reports[day] for day in days] == [119, 95, 76, 55, 87, 147]
    assert [strikes[day] for day in days] == [16, 26, 20, 12, 21, 32]
    assert sum(reports.values()) == 13_740
    assert not parsed.rejected
    # 69 rows stand twice word for word; 15 are an earlier version of one with the same opening.
    table = parsed.observations
    assert table.num_rows == 13_740 - 69
    assert len(set(table["observation_id"].to_pylist())) == 13_740 - 69 - 15
    for row in table.take(list(range(0, table.num_rows, 501))).to_pylist():
        span = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]]
        assert json.loads(span)[:2] == [row["lon"], row["lat"]]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("viina_incidents_202503.csv", 31),
        ("viina_incidents_202504.csv", 30),
        ("viina-events-2026-01-04.json", 120),
    ],
)
def test_every_day_agrees_with_the_counts_that_ship_with_the_reports(name, days):
    reference = shared_file("truce-reports", "viina_daily_counts.csv").decode()
    wanted = {
        row["date"]: (int(row["reports"]), int(row["strike_type"]))
        for row in csv.DictReader(reference.splitlines())
    }
    parsed = parse(shared_file("viina", name))
    reports, strikes = counts_of(parsed, "reports"), counts_of(parsed, "strike_type")
    assert not parsed.rejected
    assert len(reports) == days
    assert {day: (reports[day], strikes[day]) for day in reports} == {
        day: wanted[day] for day in reports
    }


@pytest.mark.parametrize("day", ["00010101", "99991231"])
def test_a_day_at_the_edge_of_the_calendar_is_rejected(day):
    row = '[37.5, 48.4, "Somewhere", "s", 1, ["https://example.org/a"]]'
    parsed = parse(f'{{"{day}": [{row}]}}'.encode())
    assert parsed.observations.num_rows == 0
    assert "at the edge of the calendar" in parsed.rejected[0].reason
