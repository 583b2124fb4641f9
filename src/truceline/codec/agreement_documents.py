"""The located files of one agreement, and how checks walk through them.

Checks read the located documents, not the shapes, so that a misspelt field in one place does not
hide a wrong reference in another. Wrong types are somebody else's report: here they are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from truceline.codec.agreement_fields import instead
from truceline.codec.located_yaml import Located, Path, Problems


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of one folder, each null where it is absent or cannot be read."""

    agreement: Located | None
    procedure: Located | None
    geometry: Located | None
    pledges: Located | None
    cases: Located | None
    responses: Located | None = None
    events: Located | None = None
    frameworks: Located | None = None
    texts: tuple[Located, ...] = ()
    """The texts of a family, in its order."""

    @property
    def law(self) -> tuple[Located, ...]:
        """Every file that holds clauses."""
        own = () if self.agreement is None else (self.agreement,)
        return (*own, *self.texts)

    @property
    def sources(self) -> frozenset[str]:
        """Names of the sources of the agreement and of its texts."""
        return frozenset(name for where in self.law for name in part(where, "sources"))


def items(where: Located | None, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the dicts of a list at the top of a document, with their paths."""
    if where is None or not isinstance(where.data, dict):
        return
    found = where.data.get(name)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (name, index), item


def part(where: Located | None, name: str) -> dict[str, Any]:
    """Give a dict at the top of a document; empty where it is absent or no dict."""
    if where is None or not isinstance(where.data, dict):
        return {}
    found = where.data.get(name)
    return found if isinstance(found, dict) else {}


def ids(where: Located | None, name: str) -> frozenset[str]:
    """Give the ids of the list ``name``."""
    return frozenset(str(item["id"]) for _, item in items(where, name) if item.get("id"))


def names_of(docs: Documents, name: str) -> frozenset[str]:
    """Give the ids of the list ``name`` in the agreement and in all of its texts."""
    return frozenset(one for where in docs.law for one in ids(where, name))


def known(
    where: Located, path: Path, noun: str, given: Any, names: Iterable[str], problems: Problems
) -> None:
    """Add a problem for each given id that is not among the names."""
    for index, word in enumerate(given if isinstance(given, list) else [given]):
        if isinstance(word, str) and word not in (choice := set(names)):
            at = (*path, index) if isinstance(given, list) else path
            problems.add(where, at, f"unknown {noun} {str(word)!r}", instead(word, choice))
