"""The reports of the shipped examples say what the raw files hold."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from truceline.demo.examples import Example, easter_2025, easter_2026, paris_2026
from truceline.demo.front_page import write_front_page

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data"


def built(folder: Path, build) -> Example:
    return build(folder, NOW, lambda _: None)


@pytest.fixture(scope="module", name="root")
def _root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(scope="module", name="heat")
def _heat(root) -> Example:
    return built(root, easter_2026)


@pytest.fixture(scope="module", name="words")
def _words(root) -> Example:
    return built(root, easter_2025)


def tree(example: Example) -> ET.Element:
    text = example.report.read_text(encoding="utf-8").removeprefix("<!DOCTYPE html>\n")
    return ET.fromstring(text)  # noqa: S314 - our own page


def near_the_line(lon: str, lat: str) -> bool:
    """The box of the data notes."""
    return 34.5 <= float(lon) <= 39 and 46 <= float(lat) <= 50.6


def test_heat_can_be_counted_from_the_published_file_as_from_the_raw_one(heat):
    with (DATA / "easter-2026" / "viirs.csv").open(encoding="utf-8") as file:
        raw = Counter(
            r["acq_date"]
            for r in csv.DictReader(file)
            if near_the_line(r["longitude"], r["latitude"])
        )
    with (heat.report.parent / "heat.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if near_the_line(r["lon"], r["lat"])]
    told = Counter(r["seen_from_utc"][:10] for r in rows)
    left = Counter(r["seen_from_utc"][:10] for r in rows if r["set_aside"] == "no")
    days = ("2026-04-10", "2026-04-11", "2026-04-12")
    assert [raw[day] for day in days] == [told[day] for day in days] == [37, 37, 47]
    assert [left[day] for day in days] == [11, 29, 36]
    # the report ends with the local day, three hours before that of UTC
    assert raw["2026-04-13"] == 72
    assert 0 < told["2026-04-13"] < 72


def test_the_raw_lines_that_the_heat_file_cites_are_those_of_the_raw_file(heat):
    lines = (DATA / "easter-2026" / "viirs.csv").read_text(encoding="utf-8").splitlines()
    with (heat.report.parent / "heat.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lat, lon, *_ = lines[int(row["raw_line"]) - 1].split(",")
            assert abs(float(lat) - float(row["lat"])) < 0.01
            assert abs(float(lon) - float(row["lon"])) < 0.02


def test_the_sentence_on_the_season_has_the_sums_of_the_file(heat):
    with (heat.report.parent / "heat.csv").open(encoding="utf-8") as file:
        left = [r for r in csv.DictReader(file) if r["set_aside"] == "no"]
    sums = {
        name: sum(float(r[name]) for r in left)
        for name in ("usual_default", "usual_other_fire_rarer", "usual_other_fire_more",
                     "usual_quarter_seasonal")
    }  # fmt: skip
    assert sums["usual_other_fire_more"] < sums["usual_default"] < sums["usual_other_fire_rarer"]
    assert sums["usual_quarter_seasonal"] < sums["usual_default"]
    assert [round(total) for total in sums.values()] == [50, 134, 11, 21]  # docs/report.md
    text = re.sub(r"\s+", " ", heat.report.read_text(encoding="utf-8"))
    assert f"Of the {len(left)} left, burning" in text
    assert f"would explain {sums['usual_default']:.0f} as the calibration takes it" in text
    assert f"{sums['usual_other_fire_rarer']:.0f} if other fire is ten times rarer" in text
    assert f"{sums['usual_quarter_seasonal']:.0f} if a quarter of the burning" in text
    assert text.count("<title>Map of incidents") + text.count('id="map-title">Map') == 1


def test_each_of_the_contradictions_of_easter_2025_has_two_sides_on_the_page(words):
    with (DATA / "easter-2025" / "contradictions.csv").open(encoding="utf-8") as file:
        raw = {r["contradiction_group"]: r for r in csv.DictReader(file)}
    shown = {}
    for article in tree(words).iter("article"):
        if "versus" in (article.get("class") or ""):
            head = article.find("h3/span")
            assert head is not None
            shown[head.text] = article
    assert set(shown) == set(raw)
    assert len(shown) == 28
    for key, article in shown.items():
        columns = [d for d in article.iter("div") if (d.get("class") or "").startswith("side")]
        assert len([d for d in columns if d.get("class") != "sides"]) >= 2
        text = "".join(article.itertext())
        rows = f"{raw[key]['report_ids']} {raw[key]['claim_ids']}".split()
        assert all(row in text for row in rows)


def test_no_figure_of_an_agreement_is_listed_twice(words, heat):
    for example, figures in ((words, 3), (heat, 5)):
        box = next(d for d in tree(example).iter("div") if d.get("class") == "warn")
        heads = [strong.text for strong in box.iter("strong")]
        assert len(heads) == len(set(heads)) == figures


def test_totals_of_the_shipped_reports_reconcile_with_their_rows(words):
    document = json.loads((words.report.parent / "report.json").read_bytes())
    table = next(t for t in tree(words).iter("table") if t.get("class") == "incidents")
    rows = [a for a in table.iter("a") if a.get("href", "").startswith("#incident-")]
    assert len(rows) == len(document["incidents"]) == document["totals"]["incidents"]


def test_the_front_page_leads_to_every_report(root, words, heat):
    path = write_front_page(root, [words, heat, built(root, paris_2026)])
    text = path.read_text(encoding="utf-8").removeprefix("<!DOCTYPE html>\n")
    links = [a.get("href", "") for a in ET.fromstring(text).iter("a")]  # noqa: S314 - our own page
    assert len(links) == 3
    assert all((root / link).is_file() for link in links)
    register = (root / links[2]).read_text(encoding="utf-8")
    assert "COW26" not in register
    assert "The 26 states of 4 September 2025" in register
