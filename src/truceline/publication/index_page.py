"""A page that leads to several reports: what each shows, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from truceline.publication.html import render_page


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One report to open."""

    title: str
    sentence: str
    """What it shows, one sentence."""
    found: str
    """A few words with its numbers."""
    href: str
    """Relative address of its page, with forward slashes."""
    invented: bool = False
    """A simulated day: said beside the title."""


def render_index(title: str, lead: str, entries: Sequence[IndexEntry], check: str) -> str:
    """Write a page that links reports.

    Args:
        title: head of the page.
        lead: what the reports have in common, one or two sentences.
        entries: in the order in which a newcomer should open them.
        check: a command that verifies one of them; empty where there is none.
    """
    return render_page("index.html", title=title, lead=lead, entries=entries, check=check)
