"""Agreements load, and every way of being wrong is named by file, line, what and what instead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.agreement import (
    agreement_files,
    load_agreement,
    parse_agreement,
    read_cases,
    unverified_figures,
)
from truceline.codec.agreement_time import OPEN_END
from truceline.errors import AgreementError
from truceline.model.agreement import Everywhere, InsideZone, NearLine
from truceline.model.interval import Interval

DATA = Path(__file__).parent / "data" / "agreements"
GOOD = DATA / "good"
BROKEN = sorted((DATA / "broken").iterdir())


def problems_of(files, shown="x"):
    with pytest.raises(AgreementError) as caught:
        parse_agreement(files, shown)
    return caught.value.problems


@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_each_broken_file_is_explained_word_for_word(folder):
    changed = {f.name: f.read_bytes() for f in folder.iterdir() if f.name != "expected.txt"}
    assert len(changed) == 1
    expected = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert problems_of(agreement_files(GOOD) | changed, folder.name) == expected


def test_every_problem_names_the_line_that_is_wrong():
    for folder in BROKEN:
        for problem in (folder / "expected.txt").read_text(encoding="utf-8").splitlines():
            place, _, sentence = problem.partition(": ")
            _, file, line = place.replace("/", ":").split(":")
            assert (GOOD / file).exists()
            assert int(line) >= 1
            assert "; " in sentence, "says what to write instead"


def test_the_good_sample_becomes_nouns_in_utc():
    found = load_agreement(GOOD)
    assert [one.id for one in found.parties] == ["A", "B"]
    start = datetime(2026, 2, 28, 22, tzinfo=UTC)
    end = datetime(2026, 11, 29, 22, tzinfo=UTC)
    assert found.in_force is not None
    assert found.in_force.time == Interval(start, end)
    assert found.in_force.local_start == "2026-03-01T00:00"
    first, second, third = found.clauses
    assert (first.area, second.area) == (Everywhere(), NearLine("front", 10000.0))
    assert third.area == InsideZone("quiet")
    assert first.time == found.in_force.time
    assert third.time.start == datetime(2026, 5, 31, 21, tzinfo=UTC), "a clause's own window"
    assert found.exemptions[0].lead == timedelta(hours=24)
    assert found.exemptions[0].notified == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert found.procedure.day_cut == "22:30", "YAML 1.1 would read 1350"
    assert found.version == "1"
    assert found.procedure.publication_delay == timedelta(days=1)
    assert set(found.procedure.reliability_log_lr) == set("ABCDEF")
    assert set(found.procedure.credibility_log_lr) == set("123456")


def test_versions_of_a_line_follow_each_other_without_gap():
    found = load_agreement(GOOD)
    first, second = (one for one in found.geometry if one.id == "front")
    assert first.valid.end == second.valid.start == datetime(2026, 5, 9, 21, tzinfo=UTC)
    assert shapely.from_wkb(first.wkb).geom_type == "LineString"
    assert shapely.from_wkb(second.wkb).geom_type == "MultiLineString"
    assert list(shapely.from_wkb(first.wkb).coords) == [(21.0, 45.0), (29.0, 45.0)]


def test_a_case_carries_its_times_in_utc_and_its_line():
    one, two = load_agreement(GOOD).cases
    assert one.situation["at"] == datetime(2026, 4, 2, 9, tzinfo=UTC)
    assert one.situation["p_real"] == 1.0
    assert one.expected == {"outcome": "violated", "clause": "C-1", "p": 1.0}
    assert two.situation["to"] - two.situation["from"] == timedelta(hours=1)
    assert two.expected == {"outcome": "undetermined"}, "clause: none means no clause at all"
    assert (one.line, two.line) == (2, 6)


def test_unverified_figures_follow_the_clause_and_the_agreement():
    found = load_agreement(GOOD)
    assert unverified_figures(found, found.clauses[0]) == ("window: partly",)
    assert unverified_figures(found, found.clauses[1]) == (
        "distance: no (not seen)",
        "window: partly",
    )
    assert unverified_figures(found, found.clauses[2]) == (), "it has a window of its own"


def test_every_problem_of_every_file_is_given_at_once():
    files = agreement_files(GOOD)
    for name in ("unknown-act", "figure-without-reason", "bad-date", "case-twice"):
        folder = DATA / "broken" / name
        files |= {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix == ".yaml"}
    named = {problem.split(":")[0] for problem in problems_of(files)}
    assert named == {"x/agreement.yaml", "x/procedure.yaml", "x/pledges.yaml", "x/cases.yaml"}


def test_optional_files_may_be_absent_and_required_ones_may_not(tmp_path):
    with pytest.raises(AgreementError) as caught:
        load_agreement(tmp_path)
    assert len(caught.value.problems) == 2
    assert "agreement.yaml:1: the file is missing; write it" in caught.value.problems[0]
    files = {
        name: raw
        for name, raw in agreement_files(GOOD).items()
        if name in ("agreement.yaml", "procedure.yaml")
    }
    assert "unknown line 'front'; there is none yet" in problems_of(files)[0]


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(AgreementError, match=r"cases\.yaml:1: cannot be read"):
        read_cases(tmp_path / "cases.yaml", load_agreement(GOOD))


def test_cases_may_lie_elsewhere(tmp_path):
    agreement = load_agreement(GOOD)
    file = tmp_path / "more.yaml"
    file.write_bytes((GOOD / "cases.yaml").read_bytes())
    assert read_cases(file, agreement) == agreement.cases
    file.write_text(
        "cases:\n"
        "  - id: T-9\n"
        "    situation: {from: 2026-04-02T12:00, to: 2026-04-02T11:00, kind: fire, lon: 0, lat: 0}\n"
        "    expected: {outcome: violated, clause: C-7}\n"
        "    reasoning: wrong on purpose\n",
        encoding="utf-8",
    )
    with pytest.raises(AgreementError) as caught:
        read_cases(file, agreement)
    texts = "\n".join(caught.value.problems)
    assert "the end 2026-04-02T11:00 is not after the start" in texts
    assert "lies outside the theatre" in texts
    assert "unknown clause 'C-7'" in texts


def test_an_open_end_is_the_end_of_time():
    files = agreement_files(GOOD)
    raw = files["agreement.yaml"].replace(b"  end: 2026-11-30T00:00\n", b"")
    found = parse_agreement(files | {"agreement.yaml": raw}, "x")
    assert found.in_force is not None
    assert found.in_force.local_end is None
    assert found.in_force.time.end == OPEN_END
    assert found.clauses[0].time.end == OPEN_END


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_byte_is_read_or_refused_but_never_crashes(data):
    files = agreement_files(GOOD)
    name = data.draw(st.sampled_from(sorted(files)))
    raw = bytearray(files[name])
    where = data.draw(st.integers(0, len(raw) - 1))
    raw[where] = data.draw(st.integers(0, 255))
    problems = ["x/"]
    try:
        parse_agreement(files | {name: bytes(raw)}, "x")
    except AgreementError as error:
        problems = error.problems
    assert problems
    assert all(problem.startswith("x/") for problem in problems)


def test_a_folder_whose_file_is_locked_is_named(tmp_path, monkeypatch):
    for name, raw in agreement_files(GOOD).items():
        (tmp_path / name).write_bytes(raw)
    real = Path.read_bytes

    def locked(self):
        if self.name == "pledges.yaml":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(
        AgreementError, match=r"pledges\.yaml:1: cannot be read \(Permission denied\)"
    ):
        load_agreement(tmp_path)


def test_pledges_without_a_time_in_force_may_have_clauses_that_do_not_bind_yet():
    files = agreement_files(GOOD)
    raw = files["agreement.yaml"].replace(b"kind: ceasefire", b"kind: pledges")
    start, end = raw.index(b"in_force:"), raw.index(b"sources: {")
    kept = {"agreement.yaml": raw[:start] + raw[end:], "procedure.yaml": files["procedure.yaml"]}
    kept["agreement.yaml"] = kept["agreement.yaml"].replace(
        b"{line: front, within_m: 10000}", b"everywhere"
    )
    kept["agreement.yaml"] = kept["agreement.yaml"].replace(b"{zone: quiet}", b"everywhere")
    found = parse_agreement(kept, "x")
    assert found.in_force is None
    assert not found.clauses[0].time.contains(datetime(2026, 6, 1, tzinfo=UTC))
    assert found.clauses[2].time.contains(datetime(2026, 7, 1, tzinfo=UTC))
    assert unverified_figures(found, found.clauses[0]) == ()


def test_geometry_without_any_start_is_reported_not_lost():
    files = agreement_files(GOOD)
    raw = files["agreement.yaml"].replace(b"kind: ceasefire", b"kind: pledges")
    start, end = raw.index(b"in_force:"), raw.index(b"sources: {")
    changed = files | {"agreement.yaml": raw[:start] + raw[end:]}
    del changed["cases.yaml"]
    assert any("start is missing" in problem for problem in problems_of(changed))
