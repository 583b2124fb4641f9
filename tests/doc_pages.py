"""The tool that writes the documents, and the folder they stand in, for the tests of documents."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import doc_session  # noqa: E402 - found through the line above
import field_tables  # noqa: E402 - the same
import write_docs  # noqa: E402 - the same

__all__ = ["ROOT", "doc_session", "field_tables", "same", "write_docs"]


def same(page: str) -> None:
    """Fail when a page is not what the program makes of it today."""
    stands = (ROOT / page).read_text(encoding="utf-8").splitlines()
    should = write_docs.made(page).splitlines()
    assert stands == should, f"{page} is out of date: run `make docs` and look at the difference"
