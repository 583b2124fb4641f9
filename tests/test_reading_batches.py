"""Bad batches: each bad file named with its reason, the rest read; several processes, one result."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from truceline.guarantees.reading import language_pack, pool, reader
from truceline.guarantees.reading.reader import STRETCH, joined, read_documents, read_one
from truceline.guarantees.reading.sentences import LONGEST, sentences_of

LINE = "Marek Dolin, the envoy, said on Friday that the guns in the valley were silent. "
GOOD = "Talks in Gradsk\n" + LINE + "Sweden will send two warships after a ceasefire.\n"
UKRAINIAN = "Міністр заявив, що переговори у столиці завершено і що зброя мовчить. " * 3
RUSSIAN = "Министр заявил, что переговоры в столице были окончены и что оружие молчит. " * 3
FRENCH = (
    "Le ministre a dit que les pourparlers dans la capitale sont finis et que le feu cesse. " * 3
)
BAD = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\r\n", "is empty"),
    "ukrainian.txt": (UKRAINIAN.encode(), "'uk'"),
    "russian.txt": (RUSSIAN.encode("cp1251"), "'ru'"),
    "french.txt": (FRENCH.encode("cp1252"), "'fr'"),
    "noise.bin": (bytes((i * 7919) % 256 for i in range(4096)) * 12800, "noise"),
    "broken.txt": (GOOD.encode() * 50 + b"\xff\x00\x81\x01" * 5000, "no text in"),
    "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "a PDF"),
    "office.docx": (b"PK\x03\x04" + b"\x00" * 40, "office document"),
    "one_line.txt": (b"the guns are silent and the talks go on " * 262144, "too many"),
    "nul.txt": (b"\x00" * 4000, "no text"),
    "nul_inside.txt": ((GOOD + "\x00" * 200).encode(), "no text"),
    "deep.html": (b"<html>" + b"<div>" * 200_000, "too little text"),
    "torn.html": (b"<html>" + b'<div class="a ' * 20_000, "torn"),
    "nothing.html": (b"<html><body><script>let x;</script></body></html>", "too little text"),
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """A folder with every kind of bad file and two good ones."""
    folder = tmp_path_factory.mktemp("batch")
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "page.html").write_text(f"<html><p>{LINE}</p></html>", encoding="utf-8")
    (folder / "folder.txt").mkdir()
    (folder / "other").mkdir()
    (folder / "other" / "good.txt").write_text(GOOD + "More.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def done(batch):
    """The command line over the whole batch."""
    files = [*sorted(batch.iterdir()), batch / "other" / "good.txt", batch / "absent.txt"]
    start = time.perf_counter()
    command = [
        str(Path(sys.executable).with_name("truceline")),
        "statements",
        "read",
        *files,
        "--json",
        "out.json",
    ]
    ended = subprocess.run(command, cwd=batch, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "400"})  # fmt: skip
    return (
        ended,
        json.loads((batch / "out.json").read_text(encoding="utf-8")),
        time.perf_counter() - start,
    )


def test_a_bad_batch_ends_with_one_and_without_a_traceback(done):
    ended, _, seconds = done
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert seconds < 60


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_is_named_with_its_reason(done, name):
    ended, reading, _ = done
    (line,) = (line for line in ended.stderr.splitlines() if line.startswith(f"refused: {name}: "))
    assert BAD[name][1] in line
    assert name in {one["file"] for one in reading["refused"]}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("folder.txt", "is a folder"),
        ("absent.txt", "cannot be read"),
        ("other/good.txt", "has the same name"),
    ],
)
def test_folders_absent_files_and_files_of_one_name_are_named(done, name, why):
    ended, _, _ = done
    (line,) = (line for line in ended.stderr.splitlines() if why in line and name in line)
    assert line.startswith("refused: ")


def test_the_rest_of_the_batch_is_read(done):
    _, reading, _ = done
    assert {one["doc"] for one in reading["statements"]} == {"good.txt", "page.html"}
    (alone,) = read_documents({"good.txt": GOOD.encode()}).statements
    assert alone.id in {one["id"] for one in reading["statements"]}


def test_an_unread_language_is_a_document_and_nothing_of_it_is_guessed(done):
    _, reading, _ = done
    languages = {one["name"]: one["language"] for one in reading["documents"]}
    assert languages["ukrainian.txt"] == "uk"
    assert languages["russian.txt"] == "ru"
    assert languages["french.txt"] == "fr"
    for part in ("statements", "pledges", "positions"):
        assert not {one["doc"] for one in reading[part]} & {
            "ukrainian.txt",
            "russian.txt",
            "french.txt",
        }


def test_a_fault_of_ours_in_one_file_is_told_and_stops_no_other(monkeypatch):
    rules = reader.RULES["en"]

    def fails(document, *rest):
        if document.name == "b.txt":
            raise KeyError("a fault")
        return rules.statements(document, *rest)

    monkeypatch.setattr(reader, "RULES", {"en": replace(rules, statements=fails)})
    reading = read_documents({name: GOOD.encode() for name in ("a.txt", "b.txt", "c.txt")})
    assert {one.doc for one in reading.statements} == {"a.txt", "c.txt"}
    ((name, why),) = reading.refused
    assert name == "b.txt"
    assert "KeyError" in why
    assert "report it" in why


# Several processes.


def many():
    files = {
        f"a{n:02d}.txt": f"{GOOD}Line {n} of the day. {LINE * (n % 3)}".encode() for n in range(24)
    }
    return files | {"z.txt": b"", "b.pdf": b"%PDF-1"}


def test_several_processes_give_the_result_of_one_in_its_order():
    files = many()
    assert len(files) > pool.FEW
    sidecar = {"a03.txt": {"outlet": "Herald", "published": "2031-05-04"}}
    shuffled = dict(reversed(files.items()))
    assert read_documents(shuffled, sidecar, workers=2) == read_documents(files, sidecar)


def dies(name, data, entry, tables):
    """Reads like ``read_one``, but ends the process that it runs in, unless that is the first."""
    if name == "a05.txt" and os.environ.get("FIRST_PROCESS") != str(os.getpid()):
        os._exit(9)
    return read_one(name, data, entry, tables)


def test_where_a_process_dies_the_rest_is_read_all_the_same(monkeypatch):
    monkeypatch.setenv("FIRST_PROCESS", str(os.getpid()))
    files = many()
    assert joined(pool.read_pooled(files, {}, None, 2, dies)) == read_documents(files)


def test_no_more_files_are_taken_up_than_processes_can_read(monkeypatch):
    taken = []

    class Files(dict):
        def __getitem__(self, name):
            taken.append(name)
            return super().__getitem__(name)

    files = Files({f"a{n:03d}.txt": GOOD.encode() for n in range(200)})
    readings = pool.read_pooled(files, {}, None, 1, read_one)
    next(readings)
    assert len(taken) < 60, (
        "files are read as they are needed, so memory does not grow with the batch"
    )
    readings.close()


# Long articles.


def test_a_long_article_costs_its_length_and_not_its_square():
    def seconds(copies):
        start = time.process_time()
        reading = read_one("a.txt", (GOOD * copies).encode(), None)
        assert len(reading.statements) == copies
        return time.process_time() - start

    seconds(20)
    assert seconds(480) < 2 * 4 * seconds(120)


def test_a_long_article_is_read_in_stretches_with_nothing_lost():
    copies = STRETCH
    short, long = (read_one("a.txt", (GOOD * n).encode(), None) for n in (1, copies))
    assert len(long.pledges) == copies * len(short.pledges)
    assert len({one.id for one in long.pledges}) == len(long.pledges)


@pytest.mark.parametrize("unit", ["the guns are silent and ", "“a ", '"b ', "(c the ", "x"])
def test_noise_without_an_end_is_cut_into_pieces_at_their_places(unit):
    text = unit * (5 * LONGEST // len(unit))
    found = sentences_of(text)
    assert all(one.span.end - one.span.start <= LONGEST for one in found)
    assert all(one.text == text[one.span.start : one.span.end] for one in found)
    assert "".join(one.text for one in found).replace(" ", "") == text.replace(" ", "")


# Room for other languages.


def test_every_language_that_can_be_told_has_its_words_in_one_place():
    assert set(language_pack.codes()) == {"en", "fr", "ru", "uk"}
    for code in language_pack.codes():
        pack = language_pack.pack(code)
        assert len(pack.months) == 12
        assert len(pack.weekdays) == 7
        assert pack.small
    assert language_pack.read() == {"en"}
    assert set(reader.READ) == set(language_pack.read())


def test_a_language_without_rules_has_no_verbs_to_guess_by():
    assert language_pack.pack("en").verbs
    for code in set(language_pack.codes()) - language_pack.read():
        assert not language_pack.pack(code).verbs
