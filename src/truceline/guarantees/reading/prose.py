"""The readable part of a file, with the way back to the file's own offsets.

Every stage of reading works on the prose: markup is gone, boilerplate is blanked out character by
character. Only at the end are spans led back to the decoded file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from truceline.model.article import Boilerplate, Span


@dataclass(frozen=True, slots=True)
class Prose:
    """Text to be read."""

    text: str
    offsets: Sequence[int] | None = None
    """Offset in the file of each character of ``text``; null where both are the same."""

    def in_file(self, span: Span) -> Span:
        """Lead a span of the prose back to the file.

        >>> Prose("a&b", (0, 1, 6)).in_file(Span(1, 3))
        Span(start=1, end=7)
        """
        if self.offsets is None:
            return span
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)


def blank(text: str, stretches: Sequence[Boilerplate]) -> str:
    r"""Overwrite boilerplate by spaces; line ends stay, so that paragraphs do.

    >>> from truceline.model.article import Boilerplate, Span
    >>> blank("ab\ncd", [Boilerplate(Span(1, 4), "advertising", "x")])
    'a \n d'
    """
    parts: list[str] = []
    at = 0
    for stretch in sorted(stretches, key=lambda one: one.span):
        start = max(stretch.span.start, at)
        parts.append(text[at:start])
        parts.append("".join("\n" if c == "\n" else " " for c in text[start : stretch.span.end]))
        at = max(stretch.span.end, at)
    parts.append(text[at:])
    return "".join(parts)
