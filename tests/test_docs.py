"""Documents are true: commands, tables and links are compared with the program."""

import os
import re
import shutil
from pathlib import Path

import pytest

from doc_pages import ROOT, doc_session, same, write_docs
from truceline import __version__
from truceline.pipeline.sources import ADAPTERS

SHARED = ROOT / ".." / "shared" / "data"
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")]
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|(?:src|href)=\"([^\"#]+)\"")


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", write_docs.MADE)
def test_what_is_made_is_what_the_program_says(page):
    same(page)


def test_every_command_of_the_readme_prints_what_stands_there():
    same("README.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    folder = (ROOT / page).parent
    targets = [a or b for a, b in LINK.findall(text_of(page))]
    missing = [t for t in targets if "://" not in t and not (folder / t).exists()]
    assert not missing, f"{page} points to {missing}"


def test_every_page_is_named_in_the_index():
    index = text_of("docs/index.md")
    pages = [p.name for p in (ROOT / "docs").glob("*.md") if p.name != "index.md"]
    assert [name for name in pages if f"({name})" not in index] == []


def test_every_command_has_an_example_that_begins_with_its_name():
    for name, command in write_docs.each_command():
        if not hasattr(command, "commands"):
            assert f"Example: {name} " in command.help.replace("\n", " ") + " ", name


def test_every_source_says_what_it_cannot_tell():
    table = text_of("docs/data.md").split("## Fetching more")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(ADAPTERS)


def test_every_source_of_the_changelog_and_command_of_it_exists():
    first = text_of("CHANGELOG.md").split("- Sources: ")[1].split(".")[0]
    assert set(re.findall(r"`(\w+)`", first)) == set(ADAPTERS)
    listed = text_of("CHANGELOG.md").split("- Commands: ")[1]
    names = set()
    for words in re.findall(r"`([^`]+)`", listed):
        group, _, tails = words.rpartition(" ")
        names |= {f"{group} {tail}".strip() for tail in tails.split("|")}
    leaves = {
        name.removeprefix("truceline ")
        for name, command in write_docs.each_command()
        if not hasattr(command, "commands")
    }
    assert names == leaves


def test_the_changelog_knows_this_version():
    assert f"## [{__version__}]" in text_of("CHANGELOG.md")


def test_limits_of_the_readme_still_hold():
    limits = text_of("README.md").split("## Limits of this version")[1].split("\n## ")[0]
    names = [name for name, _ in write_docs.each_command()]
    for word, command in (
        ("live streams", "live"),
        ("web interface", "serve"),
        ("notices are sent", "notices send"),
        ("bundle", "evidence bundle"),
        ("cosign", "evidence cosign"),
        ("review by people", "findings review"),
    ):
        assert (f"truceline {command}" in names) != (word in limits), (word, command)


@pytest.mark.parametrize("page", PAGES)
def test_no_path_of_one_machine_stands_in_a_document(page):
    assert not re.search(r"(?<![\w.])/(?:work|home|root|Users)/", text_of(page))


def test_pictures_are_shown_and_small_enough_for_a_poor_line():
    shown = {Path(a or b).name for page in PAGES for a, b in LINK.findall(text_of(page))}
    for picture in (ROOT / "docs" / "img").iterdir():
        assert picture.name in shown, picture
        assert picture.stat().st_size < 250_000, picture


def test_the_check_names_a_page_that_is_out_of_date(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    monkeypatch.setattr(write_docs, "ROOT", tmp_path)
    page = tmp_path / "docs" / "acts.md"
    page.write_text(page.read_text(encoding="utf-8").replace("| mortar |", "| morter |"))
    assert write_docs.main(["--check", "docs/acts.md"]) == 1
    assert capsys.readouterr().out == "docs/acts.md is out of date\n"
    assert write_docs.main(["docs/acts.md"]) == 0
    assert page.read_text(encoding="utf-8") == text_of("docs/acts.md")
    assert write_docs.main(["--check", "docs/acts.md"]) == 0


@pytest.mark.shared
def test_the_full_run_over_easter_2026_works_as_it_is_written(tmp_path):
    if not (SHARED / "viina").exists():
        assert os.environ.get("CI") != "true", f"{SHARED} is missing"
        pytest.skip(f"{SHARED} is not there: VIINA and the rows of 2023 are not shipped")
    for name, path in (
        ("viirs-2023.csv", "firms-2022-2023/fire_nrt_SV-C2_400448.csv"),
        ("viina-2026.json", "viina/viina-events-2026-01-04.json"),
    ):
        shutil.copy(SHARED / path, tmp_path / name)
    shutil.copy(ROOT / "data" / "easter-2026" / "viirs.csv", tmp_path / "viirs-easter-2026.csv")
    block = re.search(r"<!-- shared -->\n```sh\n(.*?)```", text_of("docs/data.md"), re.DOTALL)
    commands = "".join(f"$ {line}\n" for line in block.group(1).splitlines())
    printed = doc_session.played(f"```console\n{commands}```\n", tmp_path)
    assert "everything follows from the raw bytes" in printed
    assert "learned from 42415 rows" in printed
    assert (tmp_path / "easter-2026" / "out" / "2026-04-10_2026-04-13" / "report.html").exists()
