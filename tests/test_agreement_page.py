"""Pages of an agreement: everything it says is there, and its maps tell no more than it does."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
import shapely

from truceline.codec.agreement import load_agreement
from truceline.model.agreement import Body
from truceline.model.amendment import Difference, Edit
from truceline.model.clause_terms import Deadline, Schedule
from truceline.model.verified import Verified
from truceline.pipeline.shipped import agreement_folder, shipped
from truceline.publication.agreement_axis import Axis
from truceline.publication.agreement_diff_page import diff_page
from truceline.publication.agreement_moment import known_at, standing, zone_of
from truceline.publication.agreement_moves import between, moves
from truceline.publication.agreement_page import agreement_page
from truceline.publication.agreement_shapes import band, box_about, side_strip
from truceline.publication.basemap import frame_of
from truceline.publication.word_diff import marked
from truceline.verification.amendment import differences
from workspaces import called

NAMES = sorted(p.name for p in shipped("agreements").iterdir())
DAYS = {"minsk": "2016-10-01", "riverline": "2026-05-12", "lebanon-2024": "2025-01-30"}
VOID = {"meta", "br", "link"}
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """The words, ids and links of a page, and its drawings by title."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.text = page.decode()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.data: list[str] = []
        self.feed(self.text)
        self.words = " ".join(" ".join(self.data).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data):
        self.data.append(data)

    def drawing(self, key):
        """Give the drawing whose title has this id."""
        for text in re.findall(r"<svg viewBox.*?</svg>", self.text, re.DOTALL):
            if f'id="{key}-title"' in text:
                return ET.fromstring(text)  # noqa: S314 - our own page
        return None


def agreement_of(name):
    return load_agreement(agreement_folder(name))


def noon(day):
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def page_of(agreement, day="2026-05-12"):
    return Page(agreement_page(agreement, noon(day)))


@pytest.fixture(scope="module", name="pages")
def _pages():
    return {n: page_of(agreement_of(n), DAYS.get(n, "2026-04-12")) for n in NAMES}


def seen(words):
    return " ".join(words.split())


def flags_in(noun):
    """Give every flag that stands anywhere in a noun."""
    if isinstance(noun, Verified):
        return [noun]
    if isinstance(noun, tuple):
        return [flag for one in noun for flag in flags_in(one)]
    if is_dataclass(noun):
        return [flag for one in fields(noun) for flag in flags_in(getattr(noun, one.name))]
    return []


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_zone_reading_and_caveat_is_on_the_page(pages, name):
    agreement, page = agreement_of(name), pages[name]
    for clause in agreement.clauses:
        assert f"c-{clause.id}" in page.ids
        assert seen(clause.summary) in page.words
        for reading in clause.terms.readings:
            assert seen(reading.says) in page.words
        for deadline in clause.terms.schedule.deadlines if clause.terms.schedule else ():
            assert deadline.reading.replace("_", " ") in page.words
        for condition in clause.terms.conditions:
            assert seen(condition.words) in page.words
    for one in agreement.geometry:
        assert seen(one.label) in page.words
        assert seen(one.source) in page.words
    for note in agreement.notes:
        assert seen(note) in page.words
    for source in agreement.sources.values():
        assert seen(source) in page.words
    for party in (*agreement.parties, *agreement.bodies):
        assert seen(party.name) in page.words


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_that_is_not_verified_is_on_the_page_with_its_note(pages, name):
    words = pages[name].words
    weak = [flag for flag in flags_in(agreement_of(name)) if flag.state != "yes"]
    table = words.rpartition(" Where Figure State Note ")[2]
    for flag in weak:
        assert flag.figure.replace("_", " ") in table
        assert seen(flag.note) in table
    count = "1 figure" if len(weak) == 1 else f"{len(weak)} figures"
    assert f"{count} not fully verified Where Figure" in words or not weak


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_whole_asks_nobody_and_runs_nothing(pages, name):
    page = pages[name]
    assert page.crossed == []
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert not re.search(r"<script|<img|<link|@import|src=", page.text)
    assert "default-src 'none'" in page.text


@pytest.mark.parametrize("name", NAMES)
def test_the_same_agreement_gives_the_same_bytes(name):
    day = noon(DAYS.get(name, "2026-04-12"))
    assert agreement_page(agreement_of(name), day) == agreement_page(agreement_of(name), day)


def test_the_map_of_minsk_holds_both_lines_with_their_stated_error(pages):
    agreement, drawing = agreement_of("minsk"), pages["minsk"].drawing("map")
    for line, label in (
        ("LOC-2014-09-19", "Line of contact of 19 September 2014"),
        ("LOC-ACTUAL", "Actual line of contact, 2016 to 2020"),
    ):
        held = [g for g in agreement.geometry if g.id == line and g.label == label]
        kinds = {p.get("class"): p for p in drawing.iter("path") if p.get("class")}
        assert kinds[f"shape on-{line}"].get("stroke-dasharray")
        (band_of,) = [p for p in drawing.iter("path") if p.get("class") == f"band on-{line}"]
        assert f"stated error {held[0].sigma_m / 1000:g} km" in band_of.find("title").text
    text = " ".join("".join(t.itertext()) for t in drawing.iter("text"))
    for party in agreement.parties:
        assert party.name.split()[0] in text


def test_a_line_is_drawn_in_the_version_of_the_day():
    agreement = agreement_of("riverline")
    early, late = (page_of(agreement, day) for day in ("2026-05-05", "2026-05-12"))

    def course(page):
        (line,) = [
            p for p in page.drawing("map").iter("path") if p.get("class") == "shape on-contact"
        ]
        return line.find("title").text, line.get("d")

    assert course(early)[0] == "Line of contact until 10 May (disputed)"
    assert course(late)[0] == "Line of contact from 10 May (disputed)"
    assert course(early)[1] != course(late)[1]


def test_a_zone_that_is_not_published_is_listed_and_not_drawn(pages):
    page = pages["lebanon-2024"]
    assert "Agreed and not published, so not drawn" in page.words
    assert "South Litani area" in page.words
    assert page.drawing("map") is None
    riverline = pages["riverline"]
    assert "Hospital grounds" in riverline.words.partition("not published, so not drawn")[2]
    assert not [
        p for p in riverline.drawing("map").iter("path") if "on-hospital" in (p.get("class") or "")
    ]


def test_an_agreement_without_geometry_says_that_there_is_no_map(pages):
    assert pages["easter-2026"].drawing("map") is None
    assert "No map: the text names no line and no zone" in pages["easter-2026"].words


def test_what_an_agreement_says_is_escaped():
    agreement = agreement_of("riverline")
    bad = '<script>alert("x")</script> & Söhne'
    first = replace(agreement.clauses[0], summary=bad, ref=bad)
    shapes = tuple(replace(g, label=bad, source=bad) for g in agreement.geometry)
    hostile = replace(
        agreement,
        title=bad,
        status=bad,
        clauses=(first, *agreement.clauses[1:]),
        geometry=shapes,
        notes=(bad,),
        bodies=(Body("X", bad),),
        sources={"T1": bad, "T2": "javascript:alert(1)"},
    )
    page = page_of(hostile)
    assert "<script" not in page.text
    assert 'href="javascript' not in page.text
    assert seen(bad) in page.words
    compared = Page(diff_page(agreement, hostile, differences(agreement, hostile)))
    assert "<script" not in compared.text
    assert compared.crossed == []


def test_clauses_stand_where_they_stand_on_the_day():
    agreement = agreement_of("riverline")
    zone, clauses = zone_of(agreement), {c.id: c for c in agreement.clauses}

    def key(clause, when):
        moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
        return standing(agreement, clauses[clause], moment, zone).key

    assert key("Z-1", "2026-05-03T12:00") == "later"
    assert key("Z-1", "2026-05-05T12:00") == "waits"
    assert key("Z-1", "2026-05-08T12:00") == "partly"
    assert key("Z-1", "2026-05-09T12:00") == "binds"
    assert key("Z-1", "2026-05-10T12:00") == "waits"  # prolonged on the tenth
    assert key("Z-1", "2026-05-11T12:00") == "binds"
    assert key("R-8", "2026-05-21T12:00") == "ended"
    paris = agreement_of("paris-2026")
    assert standing(paris, paris.clauses[0], noon("2026-03-01"), "UTC").key == "unknown"


def test_a_later_deadline_stands_in_place_of_those_before_it():
    one, two = noon("2026-01-01"), noon("2026-02-01")
    said = Schedule(None, (Deadline("a", one), Deadline("b", two, since=one)))
    assert [d.reading for d in known_at(said, one - timedelta(days=1))] == ["a"]
    assert [d.reading for d in known_at(said, one)] == ["b"]


def test_withdrawal_is_drawn_on_each_own_side(pages):
    page = pages["minsk"]
    drawing = page.drawing("far-PM-2a")
    titles = [t.text for t in drawing.iter("title")]
    assert any(t.startswith("Ukrainian Armed Forces: 25 km") for t in titles)
    assert (
        "Ukrainian Armed Forces: 25 km back from Actual line of contact, 2016 to 2020" in page.words
    )
    assert "(sources differ: both are drawn)" in page.words
    assert "#strip-PM-2a" in page.text


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_strip_lies_on_its_side_and_reaches_as_far_as_it_says(side):
    line = shapely.LineString([(0, 0), (50, 10), (100, 0)])
    strip = side_strip(line, side, 10.0)
    both = line.buffer(10.0, quad_segs=16)
    other = side_strip(line, "left" if side == "right" else "right", 10.0)
    assert strip.intersection(other).area == pytest.approx(0.0, abs=1e-6)
    assert strip.union(other).area == pytest.approx(both.area, rel=1e-6)
    above = shapely.Point(50, 3)  # y runs downwards: this is above the line, to its left
    assert strip.contains(above) == (side == "left")
    assert strip.hausdorff_distance(line) == pytest.approx(10.0, rel=0.02)


def test_the_band_of_a_zone_lies_about_its_edge():
    edge = band(shapely.box(0, 0, 100, 100), 5.0)
    assert edge.contains(shapely.Point(104, 50))
    assert not edge.contains(shapely.Point(50, 50))


def test_a_map_across_the_antimeridian_is_small_and_named_right():
    agreement = agreement_of("riverline")
    west = shapely.LineString([(178.8, -17.0), (181.2, -17.2)])  # runs on
    east = shapely.box(-179.6, -17.4, -179.4, -17.3)  # the same place, counted from the other side
    line = next(g for g in agreement.geometry if g.role == "line" and g.id == "signature")
    zone = next(g for g in agreement.geometry if g.id == "storage")
    shapes = (
        replace(line, id="contact", wkb=west.wkb),
        replace(line, wkb=west.wkb),
        *(replace(zone, id=g.id, wkb=east.wkb) for g in agreement.geometry if g.role == "zone"),
    )
    box = box_about([west, east], 0.0)
    assert box.east - box.west < 5.0
    frame = frame_of(box, 720.0, 420.0, 760.0)
    ((x, y),) = frame.place([(-179.5, -17.35)])
    assert frame.holds(x, y)
    drawing = page_of(replace(agreement, geometry=shapes)).drawing("map")
    text = " ".join("".join(t.itertext()) for t in drawing.iter("text"))
    assert "179" in text
    assert " W" in text
    assert not re.search(r"\b18[1-9]", text)


def test_there_is_no_box_about_nothing():
    assert box_about([shapely.Point()], 100.0) is None


@pytest.mark.parametrize(
    ("hours", "first"),
    [(10, "12:00"), (24 * 20, "17 May"), (24 * 400, "Jul 2026"), (24 * 9000, "2030")],
)
def test_ticks_stand_at_round_local_times(hours, first):
    start = noon("2026-05-11") + timedelta(hours=18)
    axis = Axis(start, start + timedelta(hours=hours), "UTC", 0.0, 100.0)
    ticks = list(axis.ticks())
    assert 2 <= len(ticks) <= 10
    assert first in [text for _, text in ticks]
    assert all(0.0 <= axis.x(when) <= 100.0 for when, _ in ticks)


def test_words_that_differ_are_marked_and_nothing_else():
    left, right = marked("at least 15 km <back>", "at least 25.5 km <back>")
    assert left == "at least <del>15</del> km &lt;back&gt;"
    assert right == "at least <ins>25.5</ins> km &lt;back&gt;"


@pytest.fixture(scope="module", name="amended")
def _amended():
    """Riverline with a wider clause, a moved line, a moved zone and a clause less."""
    agreement = agreement_of("riverline")
    new = shapely.LineString([(-28.6, 47.18), (-28.0, 47.3), (-27.4, 47.22)])
    shapes = []
    for one in agreement.geometry:
        if one.label == "Line of contact from 10 May":
            shapes.append(replace(one, wkb=new.wkb))
        elif one.id == "storage":
            shapes.append(replace(one, wkb=shapely.box(-28.4, 46.9, -28.3, 46.94).wkb))
        else:
            shapes.append(one)
    first = replace(agreement.clauses[0], grade="serious")
    clauses = (first, *agreement.clauses[1:-1])
    return replace(agreement, version="1.2", geometry=tuple(shapes), clauses=clauses)


def test_the_page_of_an_amendment_shows_each_part_before_and_after(amended):
    old = agreement_of("riverline")
    found = differences(old, amended)
    page = Page(diff_page(old, amended, found))
    assert page.crossed == []
    assert len(set(page.ids)) == len(page.ids)
    assert "<del>minor</del>" in page.text
    assert "<ins>serious</ins>" in page.text
    assert {d.edit for d in found} == {Edit.CHANGED, Edit.REMOVED}
    gone = old.clauses[-1]
    assert f"<del>{gone.summary}</del>" in page.text
    assert diff_page(old, amended, found) == diff_page(old, amended, found)


def test_the_map_of_an_amendment_shows_the_old_and_the_new_course(amended):
    old = agreement_of("riverline")
    drawing = Page(diff_page(old, amended, differences(old, amended))).drawing("moved")
    by_class = {}
    for one in drawing.iter("path"):
        by_class.setdefault(one.get("class"), []).append(one)
    assert len(by_class["course-before"]) == len(by_class["course-after"]) == 2
    assert all(p.get("stroke-dasharray") for p in by_class["course-before"])
    assert not any(p.get("stroke-dasharray") for p in by_class["course-after"])
    assert len(by_class["moved-area"]) == 2


def test_the_moved_area_is_what_lies_between(amended):
    old = agreement_of("riverline")
    found = {m.after.id: m for m in moves(old, amended)}
    assert set(found) == {"contact", "storage"}
    # 0.04 degrees of longitude at 46.92 N by 0.04 degrees of latitude
    assert found["storage"].area_km2 == pytest.approx(3.05 * 4.45, rel=0.02)
    assert between(
        shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(0, 0), (5, 4), (10, 0)])
    ).area == pytest.approx(20.0)
    crossing = between(
        shapely.LineString([(0, 2), (10, -2)]), shapely.LineString([(0, -2), (10, 2)])
    )
    assert crossing.area == pytest.approx(20.0)
    assert between(shapely.Point(), shapely.LineString([(0, 0), (1, 1)])).is_empty


def test_a_new_version_of_a_line_is_one_move_from_the_old_course():
    new = agreement_of("riverline")
    kept = [g for g in new.geometry if g.label != "Line of contact from 10 May"]
    first = next(g for g in kept if g.id == "contact")
    longer = replace(first, valid=replace(first.valid, end=kept[-1].valid.end))
    old = replace(new, geometry=tuple(longer if g is first else g for g in kept))
    (move,) = moves(old, new)
    assert (move.before.label, move.after.label) == (
        "Line of contact until 10 May",
        "Line of contact from 10 May",
    )
    assert move.area_km2 > 1.0


def test_what_is_added_removed_or_published_is_said_on_the_map():
    new = agreement_of("riverline")
    less = replace(new, geometry=tuple(g for g in new.geometry if g.id != "lights"))
    added = Page(diff_page(less, new, differences(less, new))).words
    removed = Page(diff_page(new, less, differences(new, less))).words
    assert "Sector of the harbour light : new" in added
    assert "Sector of the harbour light : removed" in removed
    hidden = tuple(replace(g, wkb=b"") if g.id == "lights" else g for g in new.geometry)
    closed = replace(new, geometry=hidden)
    page = Page(diff_page(new, closed, differences(new, closed)))
    assert "its place is no longer published" in page.words
    assert "its place is published" in Page(diff_page(closed, new, ())).words


def test_two_equal_versions_say_so_and_have_no_map():
    agreement = agreement_of("easter-2026")
    page = Page(diff_page(agreement, agreement, ()))
    assert "The two versions say the same" in page.words
    assert page.drawing("moved") is None


def test_a_part_that_the_page_does_not_know_is_shown_too():
    agreement = agreement_of("easter-2026")
    new = Difference("annex", "A-1", Edit.CHANGED, (("length_m", "500.0", "1500.0"),))
    page = Page(diff_page(agreement, agreement, [new]))
    assert "<ins>1.5</ins>" in page.text
    assert "annex (1)" in page.words


@pytest.fixture(name="cli")
def _cli(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: called(capsys, monkeypatch, *arguments)


def test_the_command_writes_the_page_and_says_what_to_open(cli, tmp_path):
    code, out, _ = cli("agreement", "show", "minsk", "--at", "2016-10-01", "--page", "m.html")
    assert (code, "file://" in out) == (0, True)
    assert b"1 Oct 2016, 12:00" in (tmp_path / "m.html").read_bytes()
    code, out, _ = cli("agreement", "show", "minsk")
    assert (code, out.splitlines()[0].startswith("The Minsk texts")) == (0, True)


def test_without_a_day_an_ended_truce_is_shown_as_it_was(cli, tmp_path):
    code, _, _ = cli("agreement", "show", "easter-2026", "--page", "e.html")
    assert code == 0
    assert "Shown as of <strong>12 Apr 2026" in (tmp_path / "e.html").read_text()
    assert cli("agreement", "show", "paris-2026", "--page", "p.html")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--at", "2016-13-01", "--page", "m.html"), "no date of the calendar"),
        (("--at", "2016-10-01"), "add --page FILE"),
        (("--page", "nowhere/m.html"), "cannot be written"),
    ],
)
def test_what_the_command_refuses_is_said(cli, arguments, said):
    code, _, err = cli("agreement", "show", "minsk", *arguments)
    assert code == 2
    assert said in " ".join(err.replace("│", " ").split())


def test_the_difference_is_written_as_a_page(cli, tmp_path):
    code, out, _ = cli("agreement", "diff", "easter-2025", "easter-2026", "--page", "d.html")
    assert (code, "file://" in out) == (1, True)
    assert "What an amendment changes" in (tmp_path / "d.html").read_text()
    code, out, _ = cli(
        "agreement", "diff", "easter-2025", "easter-2026", "--page", "d.html", "--json"
    )
    assert (code, out.startswith("[")) == (1, True)
