"""YAML with the line of every value, read as text: the field decides the type, not the writing.

YAML 1.1 guesses types from the look of a word: ``NO`` becomes false, ``22:30`` becomes 1350, ``1.10``
becomes 1.1. Here every scalar stays the text that stands in the file. Only words that other readers
take for true or false are marked (``Ambiguous``), so that a country code ``NO`` can be refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in (
    "str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value",
))  # fmt: skip
_OPENS = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSES = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_DEEPEST = 60
"""Levels of nesting that are read; GeoJSON and the agreement's files need fewer than twelve."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Ambiguous(str):
    """A plain word that most YAML readers take for true or false (``NO``, ``yes``, ``on``)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Located:
    """What a file says, with the line of each value."""

    file: str
    """As it is shown to the reader."""
    data: Any
    """Dicts, lists, text, null."""
    lines: Mapping[Path, int] = field(repr=False)
    """Path of keys and indices to the line, from 1."""

    def line(self, path: Path) -> int:
        """Give the line of the value at ``path``, or of the nearest thing that encloses it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def name(self, path: Path) -> str:
        """Name a place for a reader: list items by their id where they have one.

        >>> Located("f", {"clauses": [{"id": "A-1"}]}, {}).name(("clauses", 0, "acts", 1))
        'clauses[A-1].acts'
        """
        shown, here = "", self.data
        for step in path:
            here = _child(here, step)
            if isinstance(step, str):
                shown += f".{step}" if shown else step
            elif isinstance(here, dict):
                shown += f"[{here.get('id') or step + 1}]"
        return shown


@dataclass(slots=True)
class Problems:
    """Collects everything that is wrong, so that a writer sees all of it at once."""

    found: list[tuple[str, int, str]] = field(default_factory=list)

    def at(self, file: str, line: int, what: str, instead: str) -> None:
        """Add a problem at a line."""
        problem = (file, line, f"{what}; {instead}")
        if problem not in self.found:
            self.found.append(problem)

    def add(
        self, where: Located, path: Path, what: str, instead: str, about: Path | None = None
    ) -> None:
        """Add a problem at a place of a document.

        Args:
            where: the document.
            path: the place whose line is shown.
            what: what is wrong.
            instead: what to write instead.
            about: the place that is named before the sentence; ``path`` unless given.
        """
        name = where.name(path if about is None else about)
        self.at(where.file, where.line(path), f"{name}: {what}" if name else what, instead)

    def texts(self) -> list[str]:
        """Give ``FILE:LINE: what; what to write instead``, in the order of the files' lines."""
        return [f"{file}:{line}: {text}" for file, line, text in sorted(self.found)]


def read_located(raw: bytes, file: str, problems: Problems) -> Located | None:
    """Read one YAML (or JSON) document; null where it cannot be read at all.

    Args:
        raw: the bytes of the file.
        file: its name, as shown in problems.
        problems: receives what is wrong: not UTF-8, tabs, broken YAML, keys given twice, aliases,
            tags of a programming language, keys that other readers take for true or false.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.at(file, line, "the file is not UTF-8", "save it with the encoding UTF-8")
        return None
    lines: dict[Path, int] = {}
    try:
        node = _compose(text, file, problems)
        if node is None:
            return None
        data = _walk(node, (), lines, file, problems)
    except yaml.YAMLError as error:
        _explain(error, text, file, problems)
        return None
    return Located(file, data, lines)


def _compose(text: str, file: str, problems: Problems) -> yaml.Node | None:
    """Build the node tree, refusing first what can hide a file of any size: aliases, deep nests."""
    depth = 0
    for token in yaml.scan(text, Loader=_LOADER):
        line = token.start_mark.line + 1
        depth += isinstance(token, _OPENS) - isinstance(token, _CLOSES)
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            what, advice = "anchors (&) and aliases (*) are not read", "write the value out"
            problems.at(file, line, what, advice)
            return None
        if depth > _DEEPEST:
            what, advice = "the file is nested too deeply", "write it as docs/agreements.md shows"
            problems.at(file, line, what, advice)
            return None
    node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    if node is None:
        problems.at(file, 1, "the file is empty", "write at least the fields that must be there")
    return node


def _explain(error: yaml.YAMLError, text: str, file: str, problems: Problems) -> None:
    """Say in plain words why YAML cannot be read."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    rows = text.splitlines()
    row = rows[line - 1] if line <= len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        problems.at(file, line, "a tab stands before the text", "indent with spaces")
        return
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    advice = 'check the indentation, and put text with ":" or "#" in double quotes'
    problems.at(file, line, f"this is not YAML ({reason})", advice)


def _walk(
    node: yaml.Node, path: Path, lines: dict[Path, int], file: str, problems: Problems
) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if node.tag not in _PLAIN_TAGS:
        problems.at(file, line, f"the tag {node.tag!r} is not read", "write the plain value")
    if isinstance(node, yaml.MappingNode):
        return _walk_mapping(node, path, lines, file, problems)
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return [_walk(item, (*path, i), lines, file, problems) for i, item in enumerate(items)]
    return _scalar(node)


def _walk_mapping(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int], file: str, problems: Problems
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if key is None:
            problems.at(file, line, "a key is empty or a list", "write one word before the colon")
            continue
        if isinstance(key, Ambiguous):
            what = f"the key {key} is read as true or false by many programs"
            problems.at(file, line, what, f'write "{key}" in double quotes')
        if str(key) in found:
            first = lines[(*path, str(key))]
            what = f"{key!r} was given already in line {first}"
            problems.at(file, line, what, "keep one of the two")
            continue
        lines[(*path, str(key))] = line
        found[str(key)] = _walk(value_node, (*path, str(key)), lines, file, problems)
    return found


def _child(here: Any, step: str | int) -> Any:
    """Step into a dict or list; null where there is nothing."""
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _scalar(node: yaml.Node) -> str | None:
    """Give the text of a scalar as it stands in the file; null for an empty or ``null`` one."""
    value: str = node.value
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return Ambiguous(value) if node.tag == "tag:yaml.org,2002:bool" else value
