"""The commands of statements: what a desk officer types, and what a program calls."""

import csv
import io
import json
import shutil

import pytest

from invented_articles import FILES, HERALD, NOISE, SIDECAR, WIRE, written
from truceline.cli import screen
from truceline.pipeline.verify import verify_workspace
from workspaces import called, command

POLAND = "herald.txt#pledge163"
BY = ("--by", "Ines Marel", "--why", "read both articles")


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    """Call `truceline statements` in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **named: called(
        capsys, monkeypatch, "statements", *arguments, **named
    )


@pytest.fixture
def articles(tmp_path):
    return written(tmp_path / "articles")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A workspace that the command itself has made."""
    folder = tmp_path_factory.mktemp("kept")
    done = command("statements", "read", *written(folder / "articles"), cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "reading"


@pytest.fixture
def desk(cli, articles, kept, tmp_path):
    shutil.copytree(kept, tmp_path / "reading")
    return cli


def lines(cli, *options):
    code, out, err = cli("register", "--json", *options)
    assert (code, err) == (0, "")
    return json.loads(out)["lines"]


def entry(cli, proposal):
    found = (line["entry"] for line in lines(cli))
    return next(e for e in found if proposal in {c["proposal"] for c in e["citations"]})


def test_read_then_register_then_contradictions(cli, articles, tmp_path):
    code, out, err = cli("read", *articles)
    assert (code, err) == (0, "")
    assert out.startswith("made the workspace reading for Security guarantees")
    assert "open reading/out/statements/index.html" in out
    assert (tmp_path / "reading" / "out" / "statements" / "index.html").is_file()
    code, out, err = cli("register", "--obligor", "Poland")
    assert (code, err) == (0, "")
    assert "proposed; one voice alone" in out
    assert "herald.txt:" in out
    code, out, err = cli("contradictions")
    assert (code, err) == (0, "")
    assert "Italy: land ruled out" in out
    assert "Italy ruled out sending soldiers" in out
    assert "contradiction-" in out
    assert verify_workspace(tmp_path / "reading").problems == ()


def test_reading_again_says_that_nothing_is_new(desk, articles):
    code, out, _ = desk("read", *articles, now="2026-05-14T08:00:00Z")
    assert code == 0
    assert "nothing was changed" in out
    assert out.count("(known already)") == 2
    assert "made the workspace" not in out


def test_a_refused_file_is_named_and_the_rest_goes_on(desk, tmp_path):
    paths = written(
        tmp_path / "more", {"wire.txt": WIRE.encode(), "noise.txt": NOISE, "e.txt": b""}
    )
    code, out, err = desk("read", *paths)
    assert code == 1
    assert "wire.txt: en" in out
    assert sorted(line.split(":")[1].strip() for line in err.splitlines() if line) == [
        "e.txt",
        "noise.txt",
    ]


def test_a_language_without_rules_is_kept_and_said_once(desk, tmp_path):
    french = ("Le sommet de Velm s'est achevé vendredi. La présidente a déclaré que les pays de la "
              "coalition allaient se réunir à nouveau dans les semaines qui viennent. ") * 3  # fmt: skip
    paths = written(tmp_path / "more", {"fr.txt": french.encode()})
    code, out, err = desk("read", *paths)
    assert code == 1
    assert "fr.txt: fr" in out
    assert err.count("refused: fr.txt") == 1


def test_for_a_program_nothing_is_kept(cli, articles, tmp_path):
    before = sorted(tmp_path.iterdir())
    code, _, err = cli("read", articles[0], "--json", "out.json")
    assert (code, err) == (0, "")
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "out.json"])
    made = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [d["name"] for d in made["documents"]] == ["gazette.txt"]
    assert made["documents"][0]["outlet"] == "Velm Gazette"


def test_for_a_program_the_json_is_of_the_given_files_whatever_a_workspace_holds(
    desk, tmp_path, articles
):
    (wire,) = written(tmp_path / "more", {"wire.txt": WIRE.encode()})
    assert desk("read", wire, "--json", "once.json")[0] == 0
    assert desk("read", wire, "--json", "kept.json", "-w", "reading")[0] == 0
    names = [
        [d["name"] for d in json.loads((tmp_path / n).read_text("utf-8"))["documents"]]
        for n in ("once.json", "kept.json")
    ]
    assert names == [["wire.txt"], ["gazette.txt", "herald.txt", "wire.txt"]]


def test_pages_of_before_are_taken_away_and_nothing_else(desk, tmp_path):
    folder = tmp_path / "reading" / "out" / "statements"
    (folder / "old.html").write_text("old", encoding="utf-8")
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    written(tmp_path / "articles", {"herald.txt": HERALD.replace("Poland", "Spain").encode()})
    assert desk("read", tmp_path / "articles" / "herald.txt")[0] == 0
    assert not (folder / "old.html").exists()
    assert (folder / "note.txt").read_text("utf-8") == "mine"
    assert "Spain" in (folder / "matrix.html").read_text("utf-8")


def test_pages_can_go_to_a_folder_of_ones_own(cli, articles, tmp_path):
    code, out, _ = cli("read", *articles, "-w", "ws", "--pages", "pages")
    assert code == 0
    assert "open pages/index.html" in out
    assert (tmp_path / "pages" / "index.html").is_file()
    assert not (tmp_path / "ws" / "out" / "statements").exists()


def test_another_agreement_is_refused(cli, desk, articles):
    code, _, err = cli("read", *articles, "--agreement", "easter-2025")
    assert code == 2
    assert "is a workspace of paris-2026, not of easter-2025" in err
    assert cli("read", *articles, "--agreement", "paris-2026")[0] == 0


@pytest.mark.parametrize(
    "asked", [["register"], ["contradictions"], ["confirm", "x", *BY], ["events"]]
)
def test_where_nothing_was_read_no_workspace_appears(cli, tmp_path, asked):
    code, _, err = cli(*asked)
    assert code == 2
    assert "`truceline statements read FILES -w reading` makes it" in err
    assert list(tmp_path.iterdir()) == []


def test_the_register_of_a_day_of_a_domain_and_of_one_voice(desk):
    early, late = lines(desk, "--at", "2025-09-06"), lines(desk, "--at", "2025-09-07")
    assert len(early) < len(late)
    air = lines(desk, "--domain", "air")
    assert {line["domain"] for line in air} == {"air"}
    alone = lines(desk, "--single")
    assert alone
    assert all(line["single"] for line in alone)
    assert {line["obligor"] for line in lines(desk, "--obligor", "pl")} == {"PL"}


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "asked",
    [
        ("register",),
        ("register", "--since", "2025-01-01"),
        ("register", "--meets", "ceasefire"),
        ("register", "paris-2026"),
        ("contradictions",),
        ("events",),
    ],
)
def test_no_line_is_wider_than_the_terminal_and_no_id_is_torn(desk, monkeypatch, asked, width):
    monkeypatch.setattr(screen.out, "_width", width)
    code, out, _ = desk(*asked)
    assert code == 0
    last = ("leads in", "refused:")
    lines = [line for line in out.splitlines() if not line.startswith(last)]
    assert max(map(len, lines)) <= width
    if asked == ("register",):
        shown = {line.strip()[4:] for line in lines if line.strip().startswith("id: ")}
        made = json.loads(desk(*asked, "--json")[1])["lines"]
        assert shown == {line["entry"]["id"] for line in made}


def test_what_has_no_day_is_counted_where_it_may_be_later_than_the_day_asked_for(desk):
    _, early, _ = desk("register", "--at", "2020-01-01")
    assert "have no known day: they may have been said after 1 January 2020\n" in early
    assert "have no known day" not in desk("register", "--obligor", "PL")[1]


def test_a_word_that_the_pages_use_names_a_domain(desk):
    assert lines(desk, "--domain", "Sea") == lines(desk, "--domain", "naval") != []


def test_the_word_of_people_is_not_pushed_away_by_a_later_proposal(desk, tmp_path):
    article = "Poland will send 400 soldiers to Ukraine, the Polish prime minister said.\n"
    (tmp_path / "later.txt").write_text(article, encoding="utf-8")
    sidecar = "documents:\n  later.txt: {published: 2026-03-05, about: [Talks of 5 March 2026]}\n"
    (tmp_path / "documents.yaml").write_text(sidecar, encoding="utf-8")
    assert desk("read", "later.txt")[0] == 0
    asked = ("--obligor", "PL", "--domain", "troops_land")
    found = [(one["status"], one["entry"]["origin"]) for one in lines(desk, *asked)]
    assert found == [("ruled_out", "coded"), ("pledged", "proposed")]
    since = ("register", "--since", "2025-12-31", *asked, "--json")
    turns = json.loads(desk(*since)[1])["changes"]
    assert [(c["after"]["status"], c["after"]["origin"]) for c in turns] == found


def test_one_text_under_two_names_is_one_voice(desk, tmp_path):
    for name in ("one.txt", "two.txt"):
        text = "Spain pledged 300 troops once a ceasefire holds, Madrid said on 5 May 2026.\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert desk("read", "one.txt", "two.txt")[0] == 0
    (spain,) = lines(desk, "--obligor", "Spain")
    assert len(spain["entry"]["citations"]) == 2
    assert spain["single"]


def test_a_word_that_fell_with_its_article_is_told_when_it_is_read(desk, articles):
    assert desk("confirm", POLAND, *BY)[0] == 0
    assert "decide nothing any more" not in desk("read", *articles)[1]
    herald = next(path for path in articles if path.name == "herald.txt")
    text = herald.read_text("utf-8").replace("after a ceasefire.", "after a peace deal.")
    herald.write_text(text, encoding="utf-8")
    assert "1 word(s) of persons decide nothing any more" in desk("read", *articles)[1]


def test_a_file_name_cannot_fake_a_line(desk, tmp_path):
    name = "a\nb.txt: en, 2026-01-01.txt"
    (tmp_path / name).write_text("Poland pledged aircraft.\n", encoding="utf-8")
    _, out, _ = desk("read", name)
    assert out.startswith("a\\u000ab.txt: en, 2026-01-01.txt: und, undated\n")


def test_what_changed_since_a_day(desk):
    asked = ("register", "--since", "2025-09-06", "--at", "2025-09-07", "--domain", "air")
    _, out, _ = desk(*asked)
    assert "Poland\n  + air: first word: nothing said -> conditional (proposed)\n" in out
    assert "      when: after a ceasefire\n" in out
    assert out.endswith("change(s) after 2025-09-06 until 2025-09-07\n")
    made = json.loads(desk(*asked, "--json")[1])
    poland = [c for c in made["changes"] if c["obligor"] == "PL"]
    assert [(c["before"], c["turn"], c["after"]["status"]) for c in poland] == [
        (None, "new", "conditional")
    ]


def test_which_pledges_a_ceasefire_would_make_due(desk):
    asked = ("register", "--meets", "ceasefire", "--obligor", "Poland", "--domain", "air")
    code, out, _ = desk(*asked)
    assert code == 0
    assert out.splitlines()[0] == "due"
    assert "(◐) Poland: air (proposed): Met: a ceasefire." in out
    (made,) = json.loads(desk(*asked, "--json")[1])["pledges"]
    assert made["due"] == "due"
    code, _, err = desk("register", "--meets", "rain")
    assert code == 2
    assert "'rain' is no fact" in err


def test_tables_for_a_spreadsheet(desk, tmp_path):
    assert desk("register", "--domain", "air", "--csv", "air.csv")[0] == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "air.csv").read_text("utf-8"))))
    assert "PL" in {row["obligor"] for row in rows}
    assert desk("register", "--since", "2025-09-06", "--csv", "changes.csv")[0] == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "changes.csv").read_text("utf-8"))))
    assert ("PL", "air", "new") in {(r["obligor"], r["domain"], r["turn"]) for r in rows}


def test_the_register_as_a_pdf(desk, tmp_path):
    pytest.importorskip("typst", reason="the PDF needs the optional package typst")
    code, out, _ = desk("register", "--pdf", "register.pdf")
    assert code == 0
    assert "wrote register.pdf" in out
    assert (tmp_path / "register.pdf").read_bytes().startswith(b"%PDF-")


def test_a_person_confirms_rejects_and_corrects(desk, tmp_path):
    page = tmp_path / "reading" / "out" / "statements" / "reviews.html"
    assert "Ines Marel" not in page.read_text("utf-8")
    code, out, _ = desk("confirm", POLAND, *BY)
    assert (code, out) == (0, f"review 1: Ines Marel: confirm {POLAND}\n")
    assert entry(desk, POLAND)["origin"] == "confirmed"
    assert "Ines Marel" in page.read_text("utf-8")
    assert desk("correct", POLAND, "--set", "status=considered", "--set", "trigger=", *BY)[0] == 0
    assert entry(desk, POLAND)["status"] == "considered"
    assert desk("reject", POLAND, *BY)[0] == 0
    cited = {c["proposal"] for line in lines(desk) for c in line["entry"]["citations"]}
    assert POLAND not in cited
    assert verify_workspace(tmp_path / "reading").problems == ()


def test_a_person_rules_and_both_sides_stay(desk):
    found = json.loads(desk("contradictions", "--json")[1])
    key = next(c["id"] for c in found if c["field"] == "pledge_status")
    assert desk("rule", key, "--side", "1", *BY)[0] == 0
    _, out, _ = desk("contradictions")
    assert "ruled: side 1 is followed: Ines Marel: read both articles" in out
    assert "Italy: land undecided" in out
    assert out.endswith("1 with a ruling\n")
    ruled = next(c for c in json.loads(desk("contradictions", "--json")[1]) if c["id"] == key)
    assert ruled["rulings"][0]["values"] == {"side": "0"}
    assert len(ruled["sides"]) == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["confirm", "herald.txt#pledge16", *BY], f"did you mean {POLAND}?"),
        (["confirm", POLAND, "--by", "", "--why", "x"], "needs a person and a reason"),
        (["correct", POLAND, "--set", "status", *BY], "write it as status=considered"),
        (["correct", POLAND, *BY], "at least one field=value"),
        (["rule", POLAND, "--side", "1", *BY], "is a proposal"),
        (["register", "--obligor", "Polnd"], "did you mean poland?"),
        (["register", "--at", "tomorrow"], "write it as 2026-01-06"),
        (["register", "--domain", "lake"], "is no domain of the register"),
        (["register", "--at", ""], "write it as 2026-01-06"),
        (
            ["register", "--since", "2025-09-06", "--meets", "ceasefire"],
            "leave it out, or ask twice",
        ),
        (["register", "--since", "2025-09-06", "--single"], "leave it out, or ask twice"),
        (["rule", POLAND, "--side", "0", *BY], "counted from 1 as the pages show them"),
        (["rule", POLAND, "--side", "-1", *BY], "counted from 1 as the pages show them"),
        (["register", "paris-2026", "--single"], "takes no options but --json"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_and_changes_nothing(desk, tmp_path, asked, said):
    code, out, err = desk(*asked)
    assert (code, out) == (2, "")
    assert said in err.replace("\n", " ")
    assert verify_workspace(tmp_path / "reading").checked.get("reviews", 0) == 0


def test_contradictions_of_files_keep_nothing(cli, articles, tmp_path):
    before = sorted(tmp_path.iterdir())
    code, out, _ = cli("contradictions", *articles)
    assert code == 0
    assert "0 with a ruling" in out
    assert sorted(tmp_path.iterdir()) == before


def test_events_and_frameworks_of_an_agreement_and_of_a_workspace(desk):
    code, out, _ = desk("events", "paris-2026")
    assert code == 0
    assert desk("events")[1] == out
    made = json.loads(desk("events", "--json")[1])
    counts = out.splitlines()[-1]
    assert counts == f"{len(made['events'])} event(s), {len(made['frameworks'])} framework(s)"


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ("documents: [a", "not a sidecar"),
        ("documents: {a.txt: 3}", "not a sidecar"),
        ("documents: {a.txt: {published: yesterday}}", "write it as 2026-01-06"),
        ("documents: {a.txt: {published: 5}}", "a.txt: published is 5, which is no day"),
        ("documents: {a.txt: {publishd: 2026-01-06}}", "did you mean published?"),
    ],
)
def test_a_broken_sidecar_is_named(cli, articles, tmp_path, sidecar, said):
    (tmp_path / "articles" / "documents.yaml").write_text(sidecar, encoding="utf-8")
    code, _, err = cli("read", *articles)
    assert code == 2
    assert said in err
    assert not (tmp_path / "reading").exists()


def test_files_that_cannot_be_told_apart_or_opened_are_refused(cli, articles, tmp_path):
    assert "cannot be read" in cli("read", "nowhere.txt")[2]
    assert not (tmp_path / "reading").exists()
    others = written(tmp_path / "others")
    code, out, err = cli("read", *articles, *others)
    assert (code, err) == (0, ""), "the same file twice is one"
    others[0].write_text("Another day in Velm. " + others[0].read_text())
    code, out, err = cli("read", *articles, *others)
    assert code == 1
    assert f"{others[0].name} was not read" in err.replace("\n", "")
    assert "herald.txt" in out


def test_a_sidecar_among_the_files_is_no_article(cli, articles, tmp_path):
    code, out, _ = cli("read", *articles, tmp_path / "articles" / "documents.yaml")
    assert code == 0
    assert "documents.yaml" not in out


def test_the_sidecar_of_the_tests_names_their_articles():
    assert SIDECAR.keys() == FILES.keys()
