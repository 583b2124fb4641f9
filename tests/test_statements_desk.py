"""Statements kept in a workspace: twice is once, nothing is lost at a cut-off, any change is found."""

import shutil
import sqlite3

import pytest

from invented_articles import (
    FILES,
    GAZETTE,
    HERALD,
    LATER,
    NOISE,
    NOW,
    SIDECAR,
    WIRE,
    desk_of,
    reads,
)
from test_kill import Child
from truceline.errors import EvidenceError, WorkflowError, WorkspaceError
from truceline.guarantees.articles import read_articles
from truceline.guarantees.register_time import changes as changes_of
from truceline.guarantees.reviews import disagreement_id
from truceline.model.register import Origin, Turn, Verdict
from truceline.pipeline import reading as desk_reading
from truceline.pipeline import register, reviewing, statements, statements_log
from truceline.pipeline.desk import open_desk
from truceline.pipeline.reading import known_besides, reading_of
from truceline.pipeline.register import Choice
from truceline.pipeline.register_view import register_view
from truceline.pipeline.reviewing import review
from truceline.pipeline.statements import take_in
from truceline.pipeline.verify import verify, verify_workspace
from truceline.publication.register_pages import register_pages
from truceline.store import database, documents
from workspaces import begin, flip, hashes

ITALY = "gazette.txt#pledge212"
KILLS = 4
POLAND = "herald.txt#pledge163"
WHO, WHY = "Ines Marel", "read both articles"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """A workspace with two articles."""
    desk = desk_of(tmp_path_factory.mktemp("read") / "ws")
    desk.close()
    return desk.workspace.root


@pytest.fixture(scope="module")
def whole(read, tmp_path_factory):
    """A workspace with two articles and three reviews."""
    desk = open_desk(shutil.copytree(read, tmp_path_factory.mktemp("whole") / "ws"))
    review(desk, POLAND, Verdict.CONFIRM, WHO, NOW, WHY)
    review(desk, ITALY, Verdict.CORRECT, WHO, NOW, WHY, {"status": "undecided"})
    review(desk, dispute_of(desk), Verdict.RULE, WHO, NOW, WHY, {"side": "0"})
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "ws")
    return tmp_path / "ws"


@pytest.fixture
def desk(read, tmp_path):
    with open_desk(shutil.copytree(read, tmp_path / "ws")) as desk:
        yield desk


def dispute_of(desk):
    found = [c for c in reading_of(desk).contradictions if c.field == "pledge_status"]
    return disagreement_id(found[0])


def size_of(desk):
    return len(desk.events())


def of_type(desk, name):
    return [event for event in desk.events() if event.type == name]


def entry_of(desk, proposal):
    cited = (e for e in register.entries(desk) if proposal in {c.proposal for c in e.citations})
    return next(cited)


def test_a_desk_gives_back_just_what_was_read(desk):
    assert reading_of(desk) == read_articles(FILES, SIDECAR)


def test_an_empty_desk_holds_nothing(tmp_path):
    with begin(tmp_path / "ws", "paris-2026") as desk:
        assert reading_of(desk) is desk_reading.NOTHING
        taken = take_in(desk, {"noise": NOISE}, {}, NOW)
        assert (taken.new, taken.again, [n for n, _ in taken.refused]) == ((), True, ["noise"])
        assert size_of(desk) == 1
        assert verify(desk).ok


def test_the_same_articles_again_change_no_byte(ws):
    before = hashes(ws)
    with open_desk(ws) as desk:
        taken = take_in(desk, dict(reversed(FILES.items())), SIDECAR, LATER)
        assert (taken.new, taken.again) == ((), True)
        assert take_in(desk, FILES, {}, LATER).again  # no sidecar tells nothing new
    assert hashes(ws) == before


def test_one_by_one_or_all_at_once_is_the_same_reading(desk, tmp_path):
    with begin(tmp_path / "one", "paris-2026") as other:
        for name in reversed(FILES):
            take_in(other, {name: FILES[name]}, SIDECAR, NOW)
        assert reading_of(other) == reading_of(desk)
        assert register.entries(other) == register.entries(desk)
        assert verify(other).problems == ()


def test_a_document_with_other_bytes_supersedes_the_earlier_one_which_is_kept(desk):
    size = size_of(desk)
    changed = HERALD.replace("Poland pledged to send", "Poland ruled out sending").encode()
    taken = take_in(desk, {"herald.txt": changed}, SIDECAR, LATER)
    assert (taken.new, taken.again) == (("herald.txt",), False)
    assert size_of(desk) == size + 2
    with database.reading(desk.engine) as connection:
        versions = [v for v in documents.versions(connection) if v.name == "herald.txt"]
    assert len(versions) == 2
    assert all(desk.workspace.raw_path(v.sha256).is_file() for v in versions)
    assert entry_of(desk, POLAND).status == "ruled_out"
    assert verify(desk).problems == ()


def test_another_sidecar_is_news(desk):
    sidecar = {**SIDECAR, "herald.txt": {**SIDECAR["herald.txt"], "outlet": "Bor Herald"}}
    assert take_in(desk, FILES, sidecar, LATER).new == ("herald.txt",)
    assert entry_of(desk, POLAND).outlets == ("Bor Herald",)


def test_a_refused_file_stops_no_other_and_supersedes_nothing(desk):
    taken = take_in(desk, {"herald.txt": NOISE, "wire.txt": WIRE.encode()}, {}, LATER)
    assert taken.new == ("wire.txt",)
    ((name, why),) = taken.refused
    assert name == "herald.txt"
    assert "UTF-8" in why
    assert {d.name for d in taken.reading.documents} == {"gazette.txt", "herald.txt", "wire.txt"}
    assert len(of_type(desk, "document.received")) == 3


def test_a_fault_of_the_reader_in_one_file_stops_no_other(desk, monkeypatch):
    def faulty(name, *_rest):
        raise ZeroDivisionError(name)

    monkeypatch.setattr(statements, "opened", faulty)
    taken = take_in(desk, {"wire.txt": WIRE.encode(), **FILES}, SIDECAR, LATER)
    assert [name for name, _ in taken.refused] == ["wire.txt"]
    assert "a fault of the reader (ZeroDivisionError" in taken.refused[0][1]
    assert taken.again


def test_what_a_sidecar_says_can_be_logged():
    from datetime import date

    told = {"published": date(2025, 9, 5), "about": [date(2025, 9, 4), "a summit"], "n": 1.5,
            "more": {3: None}}  # fmt: skip
    assert known_besides(told) == {"published": "2025-09-05", "about": ["2025-09-04", "a summit"],
                                   "n": "1.5", "more": {"3": None}}  # fmt: skip
    assert known_besides(None) == {}


class CutOffError(Exception):
    """The machine stops."""


def stop(*_arguments, **_named):
    raise CutOffError


def test_articles_cut_off_after_the_log_are_taken_up(read, tmp_path, monkeypatch):
    desk = begin(tmp_path / "ws", "paris-2026")
    monkeypatch.setattr(statements, "put_reading", stop)
    with pytest.raises(CutOffError):
        take_in(desk, FILES, SIDECAR, NOW)
    monkeypatch.undo()
    logged = size_of(desk)
    assert "in the log and not in the records" in verify(desk).problems[0]
    taken = take_in(desk, FILES, SIDECAR, LATER)
    assert not taken.again
    assert size_of(desk) == logged
    assert verify(desk).problems == ()
    assert take_in(desk, FILES, SIDECAR, LATER).again
    with open_desk(read) as whole:
        assert register.entries(desk) == register.entries(whole)
    desk.close()


def test_another_article_after_a_cut_off_goes_on_from_there(desk, monkeypatch):
    monkeypatch.setattr(statements, "put_reading", stop)
    with pytest.raises(CutOffError):
        take_in(desk, {"wire.txt": WIRE.encode()}, {}, NOW)
    monkeypatch.undo()
    again = take_in(desk, {"late.txt": WIRE.replace("two", "three").encode()}, {}, LATER)
    assert {d.name for d in again.reading.documents} >= {"wire.txt", "late.txt"}
    assert verify(desk).problems == ()


def test_a_review_cut_off_after_the_log_is_taken_up_and_not_said_twice(desk, monkeypatch):
    monkeypatch.setattr(reviewing.reviews, "add", stop)
    with pytest.raises(CutOffError):
        review(desk, POLAND, Verdict.CONFIRM, WHO, NOW, WHY)
    monkeypatch.undo()
    logged = size_of(desk)
    assert not verify(desk).ok
    made = review(desk, POLAND, Verdict.CONFIRM, WHO, LATER, WHY)
    assert (made.number, made.time, size_of(desk)) == (1, NOW, logged)
    assert entry_of(desk, POLAND).origin is Origin.CONFIRMED
    assert verify(desk).problems == ()


def test_a_review_changes_the_register_and_nothing_of_the_reading(desk):
    before = reading_of(desk)
    assert entry_of(desk, POLAND).origin is Origin.PROPOSED
    made = review(desk, POLAND, Verdict.CONFIRM, f" {WHO} ", NOW, WHY)
    assert (made.number, made.person, made.target) == (1, WHO, POLAND)
    assert entry_of(desk, POLAND).origin is Origin.CONFIRMED
    review(desk, entry_of(desk, POLAND).id, Verdict.REJECT, WHO, LATER, "a wish")
    assert entry_of(desk, POLAND).origin is Origin.REJECTED
    shown = {c.proposal for h in register.lines(desk, None) for c in h.entry.citations}
    assert POLAND not in shown
    review(desk, ITALY, Verdict.CORRECT, WHO, LATER, WHY, {"status": "considered"})
    assert entry_of(desk, ITALY).status == "considered"
    assert reading_of(desk) == before
    assert [e.fields["number"] for e in of_type(desk, "review.made")] == [1, 2, 3]
    assert verify(desk).problems == ()


def test_the_same_word_again_adds_nothing(desk):
    first = review(desk, POLAND, Verdict.CONFIRM, WHO, NOW, WHY)
    assert review(desk, POLAND, Verdict.CONFIRM, WHO, LATER, WHY) == first
    assert review(desk, POLAND, Verdict.CONFIRM, "Olo Berg", LATER, WHY).number == 2
    assert review(desk, POLAND, Verdict.CONFIRM, WHO, LATER, WHY).number == 3


@pytest.mark.parametrize(
    ("target", "verdict", "person", "reason", "values", "said"),
    [
        ("gazette.txt#pledge21", Verdict.CONFIRM, WHO, WHY, {}, f"did you mean {ITALY}"),
        ("nothing like it", Verdict.CONFIRM, WHO, WHY, {}, "shows them"),
        (ITALY, Verdict.CONFIRM, " ", WHY, {}, "needs a person"),
        (ITALY, Verdict.CONFIRM, WHO, "", {}, "needs a person and a reason"),
        (ITALY, Verdict.RULE, WHO, WHY, {"side": "0"}, "is a proposal"),
        (ITALY, Verdict.REJECT, WHO, WHY, {"status": "pledged"}, "takes no values"),
        (ITALY, Verdict.CORRECT, WHO, WHY, {}, "at least one field"),
        (ITALY, Verdict.CORRECT, WHO, WHY, {"status": "sworn"}, "cannot be 'sworn'"),
        ("gazette.txt#s179", Verdict.CORRECT, WHO, WHY, {"speaker": "x"}, "is no pledge"),
        ("dispute", Verdict.CONFIRM, WHO, WHY, {}, "is a contradiction"),
        ("dispute", Verdict.RULE, WHO, WHY, {}, "names one of its 2 sides, or both"),
        ("dispute", Verdict.RULE, WHO, WHY, {"side": "2"}, "names one of its 2 sides, or both"),
        ("PD-3", Verdict.CONFIRM, WHO, WHY, {}, "pledges.yaml"),
    ],
)
def test_a_word_that_does_not_fit_is_refused_and_not_logged(
    desk, target, verdict, person, reason, values, said
):
    size = size_of(desk)
    target = dispute_of(desk) if target == "dispute" else target
    with pytest.raises(WorkflowError, match=said):
        review(desk, target, verdict, person, NOW, reason, values)
    assert size_of(desk) == size


def test_an_entry_of_several_proposals_is_reviewed_one_by_one(desk):
    other = HERALD.replace("Allies meet again", "Allies meet").encode()
    take_in(desk, {"copy.txt": other}, {"copy.txt": SIDECAR["herald.txt"]}, NOW)
    entry = entry_of(desk, POLAND)
    assert len(entry.citations) == 2
    with pytest.raises(WorkflowError, match=r"rests on 2 proposals.*copy\.txt#pledge157"):
        review(desk, entry.id, Verdict.CONFIRM, WHO, NOW, WHY)


def test_a_ruling_is_shown_with_both_sides_and_falls_when_the_words_change(desk):
    key = dispute_of(desk)
    review(desk, key, Verdict.RULE, WHO, NOW, WHY, {"side": "both"})
    view = register_view(desk, "2026-05-13")
    dispute = next(d for d in view.disputes if d.id == key)
    assert (dispute.ruling.values, len(dispute.item.sides)) == ({"side": "both"}, 2)
    changed = GAZETTE.replace("Italy ruled out sending soldiers. ", "").encode()
    changed = changed.replace(b"Italy ruled out sending soldiers.", b"Italy was silent.")
    take_in(desk, {"gazette.txt": changed}, SIDECAR, LATER)
    view = register_view(desk, "2026-05-14")
    assert key not in {d.id for d in view.disputes}
    assert (len(view.reviews), view.stale) == (1, frozenset({1}))
    assert verify(desk).problems == ()


def test_the_register_on_a_day_between_days_and_of_one(desk):
    known = {(h.entry.obligor, h.domain) for h in register.lines(desk, "2025-09-06")}
    later = {(h.entry.obligor, h.domain) for h in register.lines(desk, "2025-09-07")}
    assert ("PL", "air") in later - known
    changed = register.changes(desk, "2025-09-06", "2025-09-07")
    assert changed == changes_of(register.entries(desk), "2025-09-06", "2025-09-07")
    assert ("PL", "air", Turn.NEW) in {(c.obligor, c.domain, c.turn) for c in changed}
    only = register.changes(desk, "2025-09-06", "2025-09-07", Choice(obligor="PL", domain="air"))
    assert [(c.obligor, c.domain) for c in only] == [("PL", "air")]
    whole = register.changes(desk, "2024-01-01", "2026-05-13")
    wanted = changes_of(register.entries(desk), "2024-01-01", "2026-05-13")
    assert sorted(whole, key=str) == sorted(wanted, key=str)
    lines = register.lines(desk, None, Choice(obligor=register.obligor_of(desk, "pOLAND")))
    assert {h.entry.obligor for h in lines} == {"PL"}
    alone = register.lines(desk, None, Choice(single=True, domain="air"))
    assert alone
    assert all(h.single and h.domain == "air" for h in alone)


def test_lines_stand_in_the_order_of_the_agreement(desk):
    order = [party.id for party in desk.agreement.parties]
    shown = [h.entry.obligor for h in register.lines(desk, None)]
    places = [order.index(one) if one in order else len(order) for one in shown]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda d: register.lines(d, "2025-9-6"), "is no day"),
        (lambda d: register.lines(d, "soon"), "is no day"),
        (lambda d: register.lines(d, None, Choice(domain="sea")), "is no domain"),
        (lambda d: register.changes(d, "2026-01-02", "2026-01-01"), "give the earlier day"),
        (lambda d: register.obligor_of(d, "Polnd"), "did you mean poland"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(desk, ask, said):
    with pytest.raises(WorkflowError, match=said):
        ask(desk)


def test_before_anything_is_read_the_register_is_that_of_the_agreement(tmp_path):
    with begin(tmp_path / "ws", "paris-2026") as desk:
        found = register.entries(desk)
        assert {e.origin for e in found} == {Origin.CODED}
        assert {e.id for e in found} == {p.id for p in desk.agreement.pledges}
        assert verify(desk).problems == ()
        assert register_pages(register_view(desk, "2026-05-13"))["index.html"]
    with begin(tmp_path / "none", "easter-2025") as desk:
        assert register.lines(desk, None) == ()


def test_the_pages_show_what_the_desk_holds(ws):
    with open_desk(ws) as desk:
        view = register_view(desk, "2026-05-13", "2025-09-06")
        pages = register_pages(view)
    assert view.changes_since == "2025-09-06"
    assert "Poland" in pages["index.html"].decode()
    assert {d.name for d in view.reading.documents} == set(FILES)
    groups = [row.group for row in view.matrix]
    assert any(groups)
    assert groups == sorted(groups, reverse=True)


def test_everything_stands_and_looking_changes_nothing(ws):
    before = hashes(ws)
    found = verify_workspace(ws)
    assert (found.problems, found.remarks) == ((), ())
    assert (found.checked["documents"], found.checked["reviews"]) == (2, 3)
    assert hashes(ws) == before


def test_one_byte_of_an_article_is_found_and_named(ws):
    for path in sorted(p for p in (ws / "raw").rglob("*") if p.is_file()):
        whole = path.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            flip(path, at, 1)
            assert [p for p in verify_workspace(ws).problems if path.name in p]
            path.write_bytes(whole)
        path.unlink()
        assert [p for p in verify_workspace(ws).problems if path.name in p]
        path.write_bytes(whole)
    assert verify_workspace(ws).ok


TABLES = ("documents", "readings", "statements", "pledges", "pledge_items", "positions",
          "alignments", "disagreements", "register_entries", "register_cells", "reviews")  # fmt: skip


def tampered(ws, statement):
    connection = sqlite3.connect(ws / "truceline.db")
    with connection:
        assert connection.execute(statement).rowcount == 1, statement
    connection.close()


def columns_of(ws, table):
    connection = sqlite3.connect(ws / "truceline.db")
    found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name of ours
    names = [column[0] for column in found.description]
    assert found.fetchone(), "the table holds nothing, so nothing would be tried"
    connection.close()
    return names


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_table_is_held_against_log_and_raw_bytes(ws, tmp_path, table):
    one = f"(SELECT min(rowid) FROM {table})"  # noqa: S608 - the same
    for column in columns_of(ws, table):
        shutil.copyfile(ws / "truceline.db", tmp_path / "kept.db")
        change = f"CASE typeof({column}) WHEN 'text' THEN {column} || 'x' ELSE {column} + 7 END"
        if (table, column) == ("pledge_items", "pledge_id"):
            change = "(SELECT max(pledge_id) FROM pledge_items)"
        tampered(ws, f"UPDATE {table} SET {column} = {change} WHERE rowid = {one}")  # noqa: S608 - the same
        problems = verify_workspace(ws).problems
        assert problems, column
        assert all("truceline.db" in p for p in problems)
        (ws / "truceline.db").unlink()
        shutil.copyfile(tmp_path / "kept.db", ws / "truceline.db")
    tampered(ws, f"DELETE FROM {table} WHERE rowid = {one}")  # noqa: S608 - the same
    assert not verify_workspace(ws).ok


def test_a_row_that_the_log_does_not_know_is_named(ws):
    tampered(ws, "INSERT INTO reviews SELECT 9, target, verdict, person, time, content, 9999 "
                 "FROM reviews WHERE number = 1")  # fmt: skip
    (problem,) = verify_workspace(ws).problems
    assert "review of entry 9999 is in the records and not in the log" in problem


def test_a_reading_of_other_rules_is_held_against_its_digest_alone(ws, monkeypatch):
    from truceline.pipeline import verify_statements

    monkeypatch.setattr(verify_statements, "rules", lambda: "9.9.9+other")
    found = verify_workspace(ws)
    assert found.ok
    assert "not read anew" in found.remarks[0]
    tampered(ws, "UPDATE statements SET content = replace(content, 'Tolman', 'Tolmen') "
                 "WHERE position = 0")  # fmt: skip
    (problem,) = verify_workspace(ws).problems
    assert "the reading of entry" in problem


def test_other_rules_read_anew(ws, monkeypatch):
    monkeypatch.setattr(statements, "rules", lambda: "9.9.9+other")
    with open_desk(ws) as desk:
        taken = take_in(desk, FILES, SIDECAR, LATER)
        assert (taken.new, taken.again) == ((), False)
        assert [e.fields["code"] for e in of_type(desk, "reading.made")][-1] == "9.9.9+other"
        assert entry_of(desk, POLAND).origin is Origin.CONFIRMED  # reviews outlast a reading


def test_raw_bytes_that_are_gone_stop_a_reading(ws):
    for path in (p for p in (ws / "raw").rglob("*") if p.is_file()):
        path.unlink()
    with open_desk(ws) as desk, pytest.raises(EvidenceError, match="missing"):
        reading_of(desk)


def test_records_that_were_lost_come_back_from_the_log(ws):
    for path in ws.glob("truceline.db*"):
        path.unlink()
    with open_desk(ws) as desk:
        assert not verify(desk).ok
        assert not take_in(desk, {}, {}, LATER).again
        assert verify(desk).problems == ()
        assert entry_of(desk, POLAND).origin is Origin.CONFIRMED


def test_two_desks_do_not_write_at_once(ws, monkeypatch):
    from truceline.pipeline import recording

    monkeypatch.setattr(recording, "_PATIENCE_S", 0.01)
    with open_desk(ws) as desk, recording.alone(ws / "openings", "doing something else"):
        with pytest.raises(WorkspaceError, match="another process"):
            review(desk, POLAND, Verdict.REJECT, WHO, LATER, WHY)
        with pytest.raises(WorkspaceError, match="another process"):
            take_in(desk, FILES, SIDECAR, LATER)


def test_killed_at_any_moment_the_same_work_again_gives_the_same(tmp_path):
    begin(tmp_path / "empty", "paris-2026").close()
    whole = shutil.copytree(tmp_path / "empty", tmp_path / "whole")
    took = Child(reads, whole).finish()
    stopped = 0
    for number in range(KILLS):
        root = shutil.copytree(tmp_path / "empty", tmp_path / f"ws{number}")
        stopped += Child(reads, root).kill(took * (number + 0.5) / KILLS)
        Child(reads, root).finish()
        with open_desk(root) as desk, open_desk(whole) as other:
            found = verify(desk)
            assert (found.problems, found.checked["documents"]) == ((), 3)
            assert found.checked["reviews"] == 1
            assert register.entries(desk) == register.entries(other)
    assert stopped


def test_nothing_is_cut_off_where_all_went_well(ws):
    with open_desk(ws) as desk:
        assert statements_log.cut_off(desk) == ()
