"""The report of a real truce: both sides' words, figures with intervals, nothing mixed, all traced."""

import csv
import html
import json
import re
import shutil
from datetime import date, timedelta

import pytest

from truceline.errors import WorkspaceError
from truceline.pipeline import reporting
from truceline.pipeline.calibration import calibrate
from truceline.pipeline.desk import open_desk
from truceline.pipeline.heat import background_of
from truceline.pipeline.holdings import holdings
from truceline.pipeline.reporting import report_inputs, report_window, write_report
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from workspaces import (
    DAYS_2025,
    EASTER_2025,
    NOW,
    begin,
    easter_2025,
    hashes,
    lines_of,
    small,
    take,
)

REPORTS = EASTER_2025 / "reports.csv"


@pytest.fixture(scope="module")
def easter(tmp_path_factory):
    desk = easter_2025(tmp_path_factory.mktemp("report") / "ws")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def folder(easter):
    return easter.workspace.out / "2025-04-19_2025-04-21"


@pytest.fixture(scope="module")
def report(folder):
    return json.loads((folder / "report.json").read_bytes())


@pytest.fixture(scope="module")
def page(folder):
    """The words of the page, tags away."""
    text = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text(encoding="utf-8"))
    return " ".join(html.unescape(text).split())


def rows_of(name):
    with (EASTER_2025 / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CONTRADICTIONS = rows_of("contradictions.csv")


def test_there_are_twenty_eight_contradictions_in_the_report(report):
    assert len(CONTRADICTIONS) == 28
    told = [c["contradiction_id"] for c in report["contradictions"]]
    assert sorted(told) == sorted(c["contradiction_group"] for c in CONTRADICTIONS)


@pytest.mark.parametrize("given", CONTRADICTIONS, ids=lambda c: c["contradiction_group"])
def test_each_contradiction_is_shown_with_all_its_sides(report, page, given):
    (told,) = [
        c for c in report["contradictions"] if c["contradiction_id"] == given["contradiction_group"]
    ]
    keys = [*given["report_ids"].split(), *given["claim_ids"].split()]
    assert [side["key"] for side in told["sides"]] == keys
    assert len(keys) >= 2
    assert " ".join(given["what_differs"].split()) in page
    said = {r.get("report_id") or r["claim_id"]: r for r in SAID}
    for side in told["sides"]:
        assert side["text"]
        assert " ".join(side["text"].split()) in page
        assert side["speaker"] in page
        row = said[side["key"]]
        assert row["reporter"] in side["text"]
        assert row.get("value", "") in side["text"]


SAID = [*rows_of("reports.csv"), *rows_of("claims.csv")]


def test_sundays_fall_is_stated_with_figures_intervals_and_the_caveat(report, page):
    for metric, median, count in (("Reports", 119, 76), ("strikes", 23, 5)):
        (sentence,) = [s for s in report["key_sentences"] if f"median of {median} " in s]
        assert metric.lower() in sentence.lower()
        assert re.search(
            rf": {count} .*ratio 0\.\d\d \(90 % interval 0\.\d\d to \d\.\d\d", sentence
        )
        assert sentence in page
    for rate in report["rates"]:
        for phase in ("before", "during", "after", "baseline"):
            assert rate[phase]["low"] <= rate[phase]["rate_per_day"] <= rate[phase]["high"]
        ratio = rate["during_over_baseline"]
        assert ratio["low"] < ratio["value"] < ratio["high"]
    figures = {
        r["metric"]: (r["baseline"]["median_per_day"], r["during"]["count"])
        for r in report["rates"]
    }
    assert figures == {"reports": (119, 76), "strike_type": (23, 5)}
    assert "fewer reporters work on a holiday" in page


def test_rates_rest_on_the_daily_counts_and_never_on_coded_rows(tmp_path):
    """Without the counts there is no rate, though all coded rows are there."""
    desk = begin(tmp_path / "ws")
    take(desk, "reports", REPORTS)
    run(desk, NOW)
    assert report_inputs(desk, DAYS_2025, NOW).rates == ()
    desk.close()


def test_every_claim_is_shown_and_none_is_among_the_incidents(report):
    shown = {c["claim_id"] for c in report["claims"]}
    assert shown == {r["claim_id"] for r in rows_of("claims.csv")}
    facts = {f["observation_id"] for i in report["incidents"] for f in i["facts"]}
    assert not [key for key in facts if not key.startswith("reports:")]


def test_each_fact_of_the_report_names_its_raw_line(report):
    lines = REPORTS.read_text(encoding="utf-8").splitlines()
    told = 0
    for incident in report["incidents"]:
        for fact in incident["facts"]:
            key = fact["observation_id"].removeprefix("reports:")
            assert lines[fact["raw_line"] - 1].startswith(f"{key},")
            told += 1
    assert told > 100


def test_the_files_are_those_that_were_logged(easter, folder):
    published = [e for e in easter.events() if e.type == "report.published"]
    assert published[0].fields["files"] == {
        f"{folder.name}/{name}": digest for name, digest in hashes(folder).items()
    }


def test_writing_it_again_gives_the_same_but_for_the_checkpoint(easter, folder, tmp_path):
    shutil.copytree(easter.workspace.root, tmp_path / "ws")
    before = json.loads((folder / "report.json").read_bytes())
    desk = open_desk(tmp_path / "ws")
    write_report(desk, DAYS_2025, NOW)
    after = json.loads((desk.workspace.out / folder.name / "report.json").read_bytes())
    assert verify(desk).problems == ()
    desk.close()
    assert after.pop("checkpoint") != before.pop("checkpoint")
    assert after == before


# What must not be mixed


@pytest.fixture
def desk(tmp_path):
    desk = begin(tmp_path / "ws")
    yield desk
    desk.close()


def test_before_a_run_it_says_what_to_do(desk):
    take(desk, "reports", lines_of(REPORTS, 2))
    with pytest.raises(WorkspaceError, match=r"nothing was fused in .* yet; do `truceline run"):
        write_report(desk, DAYS_2025, NOW)
    assert not desk.workspace.out.exists()


def change_inputs(desk):
    take(desk, "reports", lines_of(REPORTS, 60, 61), "late.csv")


def change_calibration(desk):
    take(desk, "reports", lines_of(REPORTS, *range(60, 90)), "late.csv")
    run(desk, NOW)
    calibrate(desk, holdings(desk), background_of(desk)[1], NOW)


@pytest.mark.parametrize("change", [change_inputs, change_calibration])
def test_what_came_after_the_run_is_not_mixed_into_its_report(tmp_path, change):
    desk = small(tmp_path / "ws")
    change(desk)
    with pytest.raises(WorkspaceError, match=r"would mix old and new; do `truceline run"):
        write_report(desk, DAYS_2025, NOW)
    run(desk, NOW)
    write_report(desk, DAYS_2025, NOW)
    assert verify(desk).problems == ()
    desk.close()


def test_a_rejected_line_is_listed_with_its_reason(desk):
    take(desk, "reports", lines_of(REPORTS, 2) + b"E25-999,only,three\n", "broken.csv")
    run(desk, NOW)
    paths = write_report(desk, DAYS_2025, NOW)
    rejected = json.loads(next(p for p in paths if p.name == "report.json").read_bytes())
    (line,) = rejected["rejected"]
    assert (line["source"], line["line"]) == ("reports", 3)
    assert "3 cells where the header has" in line["reason"]
    page = next(p for p in paths if p.name == "report.html").read_text(encoding="utf-8")
    assert "3 cells where the header has" in page


def test_a_tally_of_nothing_is_a_figure(desk):
    claims = EASTER_2025 / "claims.csv"
    keys = [r["claim_id"] for r in rows_of("claims.csv")]
    given = next(c for c in CONTRADICTIONS if len(c["claim_ids"].split()) >= 2)
    lines = [keys.index(k) + 2 for k in given["claim_ids"].split()]
    raw = lines_of(claims, *lines).splitlines(keepends=True)
    value = rows_of("claims.csv")[lines[0] - 2]["value"]
    raw[1] = raw[1].replace(f",{value},".encode(), b",0,", 1)
    take(desk, "claims", b"".join(raw), "claims.csv")
    number = CONTRADICTIONS.index(given) + 2
    take(desk, "contradictions", lines_of(EASTER_2025 / "contradictions.csv", number), "d.csv")
    run(desk, NOW)
    (shown,) = report_inputs(desk, DAYS_2025, NOW).contradictions
    assert re.search(r": .*\b0 \(", shown.sides[0].text), shown.sides[0].text


@pytest.mark.parametrize("words", ["dozens", "not a few"])
def test_a_claim_in_words_has_no_figure_and_loses_none_of_its_words(desk, words):
    raw = lines_of(EASTER_2025 / "claims.csv", 2).decode()
    value = rows_of("claims.csv")[0]["value"]
    take(desk, "claims", raw.replace(f",{value},", f",{words},", 1).encode(), "claims.csv")
    run(desk, NOW)
    (claim,) = report_inputs(desk, DAYS_2025, NOW).claims
    assert claim.value is None
    paths = write_report(desk, DAYS_2025, NOW)
    page = next(p for p in paths if p.name == "report.html").read_text(encoding="utf-8")
    assert f">{words}" in page or f"{words}," in page


def test_a_contradiction_whose_report_is_not_held_says_so(desk):
    take(desk, "contradictions", EASTER_2025 / "contradictions.csv")
    run(desk, NOW)
    inputs = report_inputs(desk, DAYS_2025, NOW)
    assert len(inputs.contradictions) == 28
    sides = sum(len(f"{c['report_ids']} {c['claim_ids']}".split()) for c in CONTRADICTIONS)
    assert any(
        n.startswith(f"{sides} side(s) of contradictions name a report") for n in inputs.notes
    )


# Windows


def test_a_day_is_the_local_one(desk):
    window = report_window(desk, date(2025, 4, 20), date(2025, 4, 20))
    assert window.start.isoformat() == "2025-04-19T21:00:00+00:00"
    assert window.seconds == 86_400


def test_a_day_of_a_changed_clock_has_its_own_length(desk):
    assert report_window(desk, date(2025, 3, 30), date(2025, 3, 30)).seconds == 23 * 3600
    assert report_window(desk, date(2025, 10, 26), date(2025, 10, 26)).seconds == 25 * 3600


def test_a_cut_in_the_evening_begins_the_evening_before(tmp_path):
    from truceline.pipeline.desk import start
    from truceline.pipeline.shipped import agreement_folder

    folder = tmp_path / "agreement"
    shutil.copytree(agreement_folder("easter-2025"), folder)
    path = folder / "procedure.yaml"
    path.write_text(path.read_text().replace("day_cut: 00:00", "day_cut: 19:30"))
    desk = start(tmp_path / "ws", folder, b"x" * 32, NOW)
    window = report_window(desk, date(2025, 4, 20), date(2025, 4, 21))
    desk.close()
    assert window.start.isoformat() == "2025-04-19T16:30:00+00:00"
    assert window.end.isoformat() == "2025-04-21T16:30:00+00:00"


@pytest.mark.parametrize("day", [date.min, date.max, date(9999, 1, 1)])
def test_the_ends_of_the_calendar_are_refused_with_a_sentence(desk, day):
    with pytest.raises(WorkspaceError, match="check the year"):
        report_window(desk, day, day)


def test_more_than_ten_years_are_refused_before_anything_is_counted(desk):
    first = date(2016, 4, 20)
    assert report_window(desk, first, first + timedelta(days=3659)).seconds == 3660 * 86_400
    for last in (first + timedelta(days=3660), date(9998, 12, 31)):
        with pytest.raises(WorkspaceError, match="covers 3660 at most; check the years"):
            report_window(desk, first, last)


def test_a_stop_between_log_and_files_is_healed_by_publishing_again(tmp_path, monkeypatch):
    desk = small(tmp_path / "ws")

    class CutOffError(Exception):
        pass

    real, left = reporting.write_durably, 0

    def stopping(path, data):
        nonlocal left
        left -= 1
        if left < 0:
            raise CutOffError
        real(path, data)

    monkeypatch.setattr(reporting, "write_durably", stopping)
    with pytest.raises(CutOffError):
        write_report(desk, DAYS_2025, NOW + timedelta(days=1))
    monkeypatch.undo()
    before = verify(desk).problems
    assert before
    assert all("publish it again with `truceline report`" in p for p in before)
    write_report(desk, DAYS_2025, NOW + timedelta(days=1))
    assert verify(desk).problems == ()
    desk.close()
