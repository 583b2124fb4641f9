"""Pages of the register: every line leads to its words, nothing is shown stronger than it is."""

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register_views import DAY, HOSTILE, Page, entry, sample_reading, sample_view, view_of
from register_world import AGREEMENT, document, reading, readings, review, statement
from truceline.errors import WorkflowError
from truceline.model.article import Alignment, Disagreement, Side, Span
from truceline.model.register import Change, Citation, Origin, Turn, Verdict
from truceline.publication import register_words as words
from truceline.publication.reading_page import anchor_of
from truceline.publication.register_front import change_lines, front, lines_of
from truceline.publication.register_links import Links, anchor, file_name
from truceline.publication.register_moments import moments
from truceline.publication.register_pages import register_pages
from truceline.publication.register_said import rows_of, told
from truceline.publication.register_view import Dispute, MatrixCell, MatrixRow
from truceline.publication.register_words import role_words, sign_of

SAFE = set(string.ascii_lowercase + string.digits + "-./")


@pytest.fixture(name="view", scope="module")
def _view():
    return sample_view()


@pytest.fixture(name="pages", scope="module")
def _pages(view):
    return {name: Page(data) for name, data in register_pages(view).items()}


def local(link):
    return not link.startswith(("https://", "http://"))


def dead_links(pages):
    """Give links that lead nowhere inside the set."""
    found = []
    for name, page in pages.items():
        folder = name.rpartition("/")[0]
        for link in filter(local, page.links):
            target, _, part = link.partition("#")
            path = f"{folder}/{target}".strip("/") if target else name
            if path not in pages or (part and part not in pages[path].ids):
                found.append((name, link))
    return found


def test_the_set_has_every_kind_of_page(pages):
    fixed = {"index.html", "matrix.html", "timeline.html", "contradictions.html", "events.html",
             "statements.html", "sources.html", "reviews.html", "reading/index.html"}  # fmt: skip
    assert fixed <= set(pages)
    for kind in ("pledge", "party", "statement", "document"):
        assert any(name.startswith(f"{kind}-") for name in pages)


def test_no_link_is_dead_and_no_id_stands_twice(pages):
    assert dead_links(pages) == []
    for page in pages.values():
        assert len(page.ids) == len(set(page.ids))


def test_pages_without_words_have_no_dead_link_and_no_word_of_an_article(view):
    pages = {n: Page(d) for n, d in register_pages(replace(view, words=False)).items()}
    assert dead_links(pages) == []
    assert not any(name.startswith("reading/") for name in pages)
    whole = " ".join(page.text for page in pages.values())
    assert "pledged ships" not in whole
    assert "refused ships" not in whole
    assert "Buy a sofa" not in whole


def test_wordings_that_are_compared_are_left_out_with_the_words(view):
    said = "pledged ships she said"
    sides = (Side(said, "a.txt", Span(10, 23)), Side("26", "a.txt", Span(0, 9)))
    disputes = (Dispute("c", Disagreement("true", "wording", sides)),)
    shown = register_pages(replace(view, disputes=disputes))
    hidden = register_pages(replace(view, disputes=disputes, words=False))
    assert said in Page(shown["contradictions.html"]).text
    for data in hidden.values():
        assert said not in Page(data).text
    links = Links(view.reading, words=False)
    assert links.value("number", "26") == "26"
    assert links.value("number", "x" * 61) == "words left out"


def test_every_citation_of_an_entry_leads_to_its_span(view, pages):
    checked = 0
    for one in view.entries:
        page = pages[file_name("pledge", one.id)]
        for c in one.citations:
            if c.span is not None:
                ends = [link for link in page.links if link.endswith(f"#{anchor_of(c.span.start)}")]
                assert ends
                checked += 1
    assert checked >= len(view.reading.pledges)


def test_every_place_of_a_document_leads_to_its_words(view, pages):
    for d in view.reading.documents:
        page = pages[file_name("document", d.name)]
        own = [p for p in (*view.reading.statements, *view.reading.pledges) if p.doc == d.name]
        assert {anchor_of(p.span.start) for p in own} <= set(page.ids)


def test_text_of_others_stays_text(pages):
    for name, page in pages.items():
        assert page.bad == [], name
    assert HOSTILE in pages["events.html"].text
    assert not any("javascript:" in link for page in pages.values() for link in page.links)


def test_file_names_are_safe_everywhere_and_told_apart(pages, view):
    for name in pages:
        assert set(name) <= SAFE
        assert len(name) <= 64
    lower = [name.lower() for name in pages]
    assert len(set(lower)) == len(view.entries) + len(pages) - len(view.entries)


@given(st.text(), st.text())
def test_two_ids_never_share_a_file(one, other):
    a, b = file_name("pledge", one), file_name("pledge", other)
    assert (a == b) == (one == other)
    assert set(a) <= SAFE
    assert len(a) <= 64
    assert (anchor(one) == anchor(other)) == (one == other)


def test_the_same_view_gives_the_same_bytes(view):
    assert register_pages(view) == register_pages(sample_view())


def test_status_and_origin_stand_in_words(pages, view):
    for one in view.entries:
        text = pages[file_name("pledge", one.id)].text
        assert one.status.replace("_", " ") in text
        assert one.origin.value in text


def test_a_considered_undecided_or_refused_entry_says_that_nothing_is_pledged(pages, view):
    weak = [e for e in view.entries if e.status in {"considered", "undecided", "ruled_out"}]
    assert len(weak) >= 4
    for one in weak:
        assert "Nothing is pledged here." in pages[file_name("pledge", one.id)].text
        assert role_words(one) not in {"to lead", "to host", "to contribute"}


@settings(max_examples=40, deadline=None)
@given(readings())
def test_cells_never_show_what_is_not_there(made):
    """Gates: the word in the cell is the entry's own, a proposal says so, the sign is in brackets."""
    view = view_of(made)
    for row in view.matrix:
        for cell in row.cells:
            shown = lines_of(cell)
            assert 1 <= len(shown) <= 2
            assert cell.head in shown or shown[0].status == cell.head.status
            for one in shown:
                assert one in cell.entries
                firm = one.origin in {Origin.CODED, Origin.CONFIRMED}
                assert sign_of(one).startswith("(") is not firm
                assert ("●" in sign_of(one)) is (one.status == "pledged")


@settings(max_examples=8, deadline=None)
@given(readings())
def test_any_reading_gives_pages_without_dead_links(made):
    pages = {n: Page(d) for n, d in register_pages(view_of(made)).items()}
    assert dead_links(pages) == []
    for look, text in pages["index.html"].cells:
        told_words = text.split()
        status = look.split("s-")[1].split()[0].replace("_", " ")
        assert status in " ".join(told_words)
        assert ("proposed" in told_words) is ("c-proposed" in look)
        assert ("pledged" in told_words) is (status == "pledged")


def test_a_refusal_in_the_cell_is_not_hidden_by_a_later_proposal():
    refused = entry("e1", origin=Origin.CODED, status="ruled_out", date="2031-01-05")
    hopeful = entry("e2", status="pledged", date="2031-02-05")
    assert lines_of(MatrixCell("naval", (hopeful, refused))) == (refused, hopeful)
    doubtful = entry("e3", origin=Origin.CODED, status="pledged", date="2031-01-05")
    assert lines_of(MatrixCell("naval", (hopeful, doubtful, refused))) == (refused, hopeful)
    undated = entry("e4", origin=Origin.CODED, status="ruled_out")
    assert lines_of(MatrixCell("naval", (hopeful, doubtful, undated))) == (doubtful,)
    assert lines_of(MatrixCell("naval", (refused, hopeful)))[0] is refused
    assert lines_of(MatrixCell("naval", (hopeful,))) == (hopeful,)


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"origin": Origin.REJECTED}, "was rejected"), ({"known_by": "2031-12-31"}, "known since")],
)
def test_a_matrix_that_shows_what_it_must_not_is_refused(view, changed, why):
    wrong = entry("e1", **{"date": "2031-01-05", **changed})
    row = MatrixRow("NB", "Northbank", False, (MatrixCell("naval", (wrong,)),))
    with pytest.raises(WorkflowError, match=why):
        register_pages(replace(view, matrix=(row,)))


def test_rejected_entries_stand_in_the_reviews_alone(view, pages):
    rejected = [e for e in view.entries if e.origin is Origin.REJECTED]
    assert len(rejected) == 1
    page = file_name("pledge", rejected[0].id)
    assert page in pages["reviews.html"].links
    for name in ("index.html", "matrix.html", "timeline.html", "sources.html"):
        assert page not in pages[name].links


def test_both_sides_and_the_ruling_stand_on_the_page_of_contradictions(view, pages):
    text = pages["contradictions.html"].text
    for d in view.disputes:
        assert anchor(d.id) in pages["contradictions.html"].ids
        for side in d.item.sides:
            assert side.value.replace("naval", "sea") in text
    assert "R. Eader ruled: side 1 is followed" in " ".join(text.split())
    assert text.count("No ruling holds") == 1
    assert "called “mayor”" in text


def test_a_review_of_words_that_changed_is_marked(pages):
    assert pages["reviews.html"].text.count("this review decides nothing") == 1


def test_the_first_page_says_who_leads_hosts_refused_and_what_is_open(view):
    top = front(view)
    assert [(line.obligor, line.types) for line in top.leads] == [("NB", ("troops_land",))]
    assert [line.obligor for line in top.hosts] == ["SB"]
    refused = {(line.head.origin, line.disputed) for line in top.refused}
    assert refused == {(Origin.CODED, True), (Origin.PROPOSED, True)}
    assert {e.status for line in top.open_minded for e in line.entries} == {"undecided", "considered"}  # fmt: skip
    assert [d.item.type for d in top.disputes] == []
    assert dict(top.counts)[Origin.REJECTED] == 1
    opened = replace(view, disputes=tuple(replace(d, ruling=None) for d in view.disputes))
    assert [d.item.type for d in front(opened).disputes] == ["true"]


def test_changes_of_one_entry_in_several_domains_are_one_line():
    one, other = entry("e1", types=("naval", "air")), entry("e2")
    made = [Change("NB", "N", kind, Turn.NEW, None, one) for kind in one.types]
    lines = change_lines([*made, Change("NB", "N", "air", Turn.WEAKER, one, other)])
    assert [line.types for line in lines] == [("naval", "air"), ("air",)]


def test_a_register_without_anything_has_pages_too():
    empty = view_of(reading([]), agreement=replace(AGREEMENT, notes=()))
    empty = replace(empty, events=(), frameworks=(), agreement=None, alone=None)
    pages = {n: Page(d) for n, d in register_pages(empty).items()}
    assert dead_links(pages) == []
    assert "No entry is on record." in pages["index.html"].text
    assert "That does not say that there is none." in pages["contradictions.html"].text
    assert "No event is on record." in pages["events.html"].text


def test_a_citation_whose_place_is_no_longer_read_leads_to_its_document(view):
    gone = entry("e9", citations=(Citation("a.txt", "Harbour Post", "g", None, Span(5, 7)),))
    pages = {
        n: Page(d)
        for n, d in register_pages(
            replace(view, entries=(gone,), matrix=(), alone=None, changes=())
        ).items()
    }
    assert dead_links(pages) == []
    assert "reading/article-001.html" in pages[file_name("pledge", "e9")].links


def test_reports_of_one_statement_are_marked_where_they_differ():
    a = document("a.txt", text="He would “never” yield the harbour.")
    b = document("b.txt", text="He would not yield the harbour.")
    said = (
        replace(statement("a.txt", 0), span=Span(0, 35), verb="warned"),
        replace(statement("b.txt", 0), span=Span(0, 31), date_said="2031-01-05"),
    )
    made = reading([a, b], (), said, alignments=(Alignment(tuple(s.id for s in said)),))
    (one,) = told(made, Links(made, words=True))
    assert ["".join(t for t, _ in r.pieces) for r in one.reports] == [a.text, b.text]
    assert [[t.strip() for t, alone in r.pieces if alone] for r in one.reports] == [
        ["never"],
        ["not"],
    ]
    differing = {name for name, _, differs in rows_of(one) if differs}
    assert differing == {"verb"}
    assert one.days == ("2031-01-05",)


def test_the_time_line_and_its_table_hold_the_same(view):
    spoken = told(view.reading, Links(view.reading, words=True))
    days = moments(view, spoken)
    assert [m.key for m in days][-1] == ""
    known = [m.start for m in days if m.key]
    assert known == sorted(known)
    assert sum(len(m.entries) for m in days) == len(view.shown)
    assert sum(len(m.events) for m in days) == len(view.events)
    assert sum(len(m.told) for m in days) == len(spoken)
    page = register_pages(view)["timeline.html"].decode()
    assert page.count('role="img"') == 2
    assert re.search(r"\d+ (months|years)", page)


def test_a_party_has_its_positions_and_statements_and_a_stranger_its_own_page(view, pages):
    stranger = pages[file_name("party", "Ostania")]
    assert "Threat" in stranger.text
    own = pages[file_name("party", "NB")]
    assert "told by 2, compare" in own.text
    assert "Roles that do not fit their day" in own.text


def test_each_document_says_what_was_left_out_and_files_not_read_are_named(pages):
    text = " ".join(pages["sources.html"].text.split())
    assert "advertising: 1" in text
    assert "noise.bin: no text" in text


def test_names_of_cyrillic_letters_stay(pages):
    assert any("Тарасія" in page.text for page in pages.values())
    assert DAY in sample_view().day
    assert sample_reading().documents[1].name in pages[file_name("document", sample_reading().documents[1].name)].text  # fmt: skip


def test_words_of_days_values_and_rulings():
    assert words.day_words("2026-13-01") == "2026-13-01"
    assert words.day_words("some day") == "some day"
    assert words.span_words("2022-03", "") == "March 2022"
    months = entry("e1", months=("2031-01", "2031-02"), known_by="2031-02-07")
    assert words.said_words(months) == (
        "day not known; January 2031 or February 2031 by its articles; reported by 7 February 2031"
    )
    assert words.when_words(months) == "day not known"
    assert words.said_words(entry("e2")) == "day not known"
    target = sample_reading().pledges[0]
    ruled = {
        side: words.ruling_words(review(target, Verdict.RULE, side=side)) for side in ("both", "")
    }
    assert ruled == {"both": "ruled: both sides stand", "": "ruled: no side is named"}
    corrected = review(target, Verdict.CORRECT, status="considered", date="2031-01-05")
    assert words.ruling_words(corrected).endswith("(date: 2031-01-05, status: considered)")
    assert role_words(entry("e3", role="lead", status="ruled_out")) == ""
    assert role_words(entry("e4", role="lead", status="considered")) == "lead not promised"
