"""The pages of the register: matrix, pledges, states, statements, time, contradictions, sources."""

from __future__ import annotations

from truceline.publication.register_view import RegisterView


def register_pages(view: RegisterView) -> dict[str, bytes]:
    """Write the pages, by relative file name; ``index.html`` is the first to read."""
    return {"index.html": view.title.encode()}
