"""Compare ways of taking the article out of a page: rules, libraries, both; what is lost, what is kept.

    .venv/bin/python tools/compare_html.py [FOLDER CODING] [-v]

The pages are of our own writing (`tests/data/statements/html`, coded in `html.yaml`). *Lost* are lines of
the article that are not whole in what is read; *kept* are stretches that are no part of it and are.
Libraries that are not installed are left out: `pip install trafilatura readability-lxml justext`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import yaml

from truceline.guarantees.reading import html_library
from truceline.guarantees.reading.documents import opened

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "data" / "statements" / "html"


def both(page: str) -> str:
    return opened("page.html", page.encode(), None).prose.text


def rules(page: str) -> str:
    """Read without the library, installed or not."""
    asked, html_library._extract = html_library._extract, lambda: None  # noqa: SLF001 - switched off here only
    try:
        return both(page)
    finally:
        html_library._extract = asked  # noqa: SLF001 - the same


def trafilatura(page: str) -> str:
    library = import_module("trafilatura")
    return library.extract(page, include_comments=False, favor_recall=True) or ""


def readability(page: str) -> str:
    summary = import_module("readability").Document(page).summary()
    return unescape(import_module("lxml.html").fromstring(summary).text_content())


def justext(page: str) -> str:
    library = import_module("justext")
    found = library.justext(page.encode(), library.get_stoplist("English"))
    return "\n".join(part.text for part in found if not part.is_boilerplate)


WAYS: dict[str, tuple[str | None, Callable[[str], str]]] = {
    "rules": (None, rules),
    "rules and library": ("trafilatura", both),
    "trafilatura": ("trafilatura", trafilatura),
    "readability-lxml": ("readability", readability),
    "justext": ("justext", justext),
}


def flat(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def main() -> None:
    given = [one for one in sys.argv[1:] if one != "-v"]
    folder = Path(given[0]) if given else PAGES
    coding = Path(given[1]) if given else PAGES.parent / "html.yaml"
    pages = yaml.safe_load(coding.read_text(encoding="utf-8"))["pages"]
    lines = sum(len(one["article"]) for one in pages.values())
    other = sum(len(one["gone"]) for one in pages.values())
    print(f"{len(pages)} pages, {lines} lines of articles, {other} stretches that are none")
    for name, (module, way) in WAYS.items():
        if module and find_spec(module) is None:
            print(f"{name:18} not installed")
            continue
        lost, kept = [], []
        for page, coded in pages.items():
            body = flat(way((folder / page).read_text(encoding="utf-8")))
            lost += [(page, line) for line in coded["article"] if flat(line) not in body]
            kept += [(page, words) for words in coded["gone"] if words in body]
        print(f"{name:18} lost {len(lost):3}   kept {len(kept):3}")
        if "-v" in sys.argv:
            for what, rows in (("lost", lost), ("kept", kept)):
                for page, words in rows:
                    print(f"    {what} {page[:20]:20} {words[:80]}")


if __name__ == "__main__":
    main()
