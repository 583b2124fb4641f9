"""The page of the demo that leads to its reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from truceline.demo.examples import Example
from truceline.publication.index_page import IndexEntry, render_index
from truceline.store.workspace import write_durably

_SENTENCES: Final = {
    "Easter 2025": "Who said what about a declared truce of thirty hours, what sources of both sides "
    "bear out, and where sources contradict one another.",
    "Easter 2026": "Heat seen from space before, during and after a declared truce, and why neither "
    "violations nor compliance follow from it.",
    "Riverline": "One day of an invented ceasefire with sensors, patrols and satellites, from the "
    "first sound to the finding.",
    "Paris 2026": "Who pledged what by land, at sea and in the air, under which condition, and who "
    "refused.",
}
_LEAD: Final = (
    "What was promised, what was seen, what happened, whether that breaks the promise, and a proof "
    "that anyone can check. No person has reviewed these reports."
)


def write_front_page(root: Path, made: Sequence[Example]) -> Path:
    """Write ``index.html`` with a link to the report of each example."""
    entries = [
        IndexEntry(
            title=example.name,
            sentence=_SENTENCES[example.name],
            found=example.summary,
            href=example.report.relative_to(root).as_posix(),
            invented=bool(example.score),
        )
        for example in made
    ]
    check = f"truceline evidence verify {made[0].workspace.relative_to(root).as_posix()}"
    path = root / "index.html"
    write_durably(path, render_index("Truceline: four examples", _LEAD, entries, check).encode())
    return path
