"""Files of openings: one for each batch, named by its first index, JSON on each line.

The first line says which entries the file opens, so that a cut file is seen to be cut::

    {"entries":64,"first":0}
    {"index":0,"salt":"<64 hex digits>","record":<the record's bytes, verbatim>}
    {"index":1,"sealed":true}
    {"index":2,"deleted":128}

A sealed entry is withheld from whoever holds this file; a deleted one was deleted under the
decision whose record stands at the index that its line names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence.commitment import Opening
from truceline.evidence.layout import FULL

_NUMBER = rb"(0|[1-9][0-9]{0,17})"
_HEADER = re.compile(rb'\{"entries":' + _NUMBER + rb',"first":' + _NUMBER + rb"\}")
_FORMS = (
    rb'\{"index":' + _NUMBER + rb',(?:"salt":"([0-9a-f]{64})","record":([^\x00-\x1f]+)|'
    rb'"sealed":true|"deleted":' + _NUMBER + rb")\}"
)
_LINE = re.compile(_FORMS)
_LINES = re.compile(rb"(?m)^" + _FORMS + rb"\n")
_NAME = re.compile(r"(?P<first>[0-9]{9}|[1-9][0-9]{9,17})\.jsonl")
_RECORD = re.compile(rb"\{[^\x00-\x1f]*\}")


@dataclass(frozen=True, slots=True)
class OpeningsFile:
    """What a file of openings holds, with what is wrong about it."""

    first: int
    """First index, from the file's name."""
    entries: int
    """How many entries it says that it opens; 0 when that line is broken."""
    openings: tuple[Opening, ...]
    """Those that could be read."""
    problems: tuple[tuple[int | None, str], ...]
    """Index (if known) and what is wrong."""
    sealed: frozenset[int] = frozenset()
    """Indices whose lines say that they are withheld."""
    deleted: Mapping[int, int] = field(default_factory=dict)
    """Index to the index of the decision under which it was deleted."""


def file_name(first: int) -> str:
    """Name the file of the batch that starts at this index.

    >>> file_name(64)
    '000000064.jsonl'
    """
    return f"{first:09d}.jsonl"


def first_index(name: str) -> int | None:
    """Give the first index of a file by its name, ``None`` when it is no file of openings.

    >>> first_index("000000064.jsonl"), first_index("notes.txt")
    (64, None)
    """
    match = _NAME.fullmatch(name)
    return int(match["first"]) if match else None


def require_record(record: bytes) -> None:
    """Refuse bytes that cannot stand in a line of openings.

    Raises:
        ValueError: when the record is not a JSON object on one line.
    """
    if not _RECORD.fullmatch(record):
        raise ValueError(
            "a record is the canonical JSON of an object: '{' to '}', no control characters; "
            f"this one starts with {record[:40]!r}"
        )


def open_line(opening: Opening) -> bytes:
    """Write the line that opens an entry."""
    salt = opening.salt.hex().encode()
    return b'{"index":%d,"salt":"%s","record":%s}\n' % (opening.index, salt, opening.record)


def sealed_line(index: int) -> bytes:
    r"""Write the line of an entry that is withheld.

    >>> sealed_line(1)
    b'{"index":1,"sealed":true}\n'
    """
    return b'{"index":%d,"sealed":true}\n' % index


def deleted_line(index: int, decision: int) -> bytes:
    r"""Write the line of an entry that was deleted under a decision of the log.

    >>> deleted_line(2, 128)
    b'{"index":2,"deleted":128}\n'
    """
    return b'{"index":%d,"deleted":%d}\n' % (index, decision)


def write_lines(first: int, lines: Sequence[bytes]) -> bytes:
    """Write a file of the lines of consecutive entries.

    Raises:
        ValueError: when there is none.
    """
    if not lines:
        raise ValueError("a file of openings opens at least one entry")
    return b'{"entries":%d,"first":%d}\n' % (len(lines), first) + b"".join(lines)


def write_openings(openings: Sequence[Opening]) -> bytes:
    """Write the file of one batch; the openings are of consecutive indices.

    Raises:
        ValueError: when there is none.
    """
    return write_lines(openings[0].index if openings else 0, [open_line(o) for o in openings])


def header_of(data: bytes) -> tuple[int, int] | None:
    r"""Give how many entries a file says that it opens and from which on; ``None`` if it does not.

    >>> header_of(b'{"entries":64,"first":128}\n...')
    (64, 128)
    """
    header = _HEADER.fullmatch(data.partition(b"\n")[0])
    return (int(header[1]), int(header[2])) if header else None


def whole_lines(data: bytes, first: int) -> list[tuple[bytes, bytes, bytes, bytes]] | None:
    """Give the lines of a file in which nothing is wrong, in one go: index, salt, record, decision.

    What a line has not is empty. ``None`` when anything is wrong: :func:`read_openings` says what.
    """
    header, _, body = data.partition(b"\n")
    if header != b'{"entries":%d,"first":%d}' % (body.count(b"\n"), first):
        return None
    lines: list[tuple[bytes, bytes, bytes, bytes]] = _LINES.findall(body)
    indices = [b"%d" % index for index in range(first, first + len(lines))]
    whole = len(lines) == body.count(b"\n") > 0 and body.endswith(b"\n")
    return lines if whole and [line[0] for line in lines] == indices else None


def read_openings(data: bytes, first: int) -> OpeningsFile:
    """Read a file as far as it can be read, and say what is wrong with the rest."""
    problems: list[tuple[int | None, str]] = []
    if not data.endswith(b"\n"):
        problems.append((None, "the last line does not end: the file was cut"))
    header_line, *lines = data.removesuffix(b"\n").split(b"\n")
    header = _HEADER.fullmatch(header_line)
    entries = int(header[1]) if header else 0
    if header is None or int(header[2]) != first or entries == 0:
        problems.append((None, f"line 1 is not the header of the batch at {first}"))
    found: dict[int, re.Match[bytes]] = {}
    for number, line in enumerate(lines, start=2):
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append((None, f"line {number} is not an opening"))
            continue
        index, expected = int(match[1]), first + number - 2
        if index != expected:
            problems.append((index, f"line {number} opens another entry than {expected}"))
        if index in found:
            problems.append((index, f"line {number} opens its entry again"))
        found.setdefault(index, match)
    problems += _missing(first, entries, found)
    return OpeningsFile(
        first,
        entries,
        tuple(
            Opening(index, bytes.fromhex(match[2].decode()), match[3])
            for index, match in found.items()
            if match[2] is not None
        ),
        tuple(problems),
        frozenset(i for i, match in found.items() if match[2] is None and match[4] is None),
        {index: int(match[4]) for index, match in found.items() if match[4] is not None},
    )


def _missing(first: int, entries: int, found: Collection[int]) -> Iterator[tuple[int | None, str]]:
    """Name the entries that the header promises and no line speaks of, and those beyond it."""
    beyond = [i for i in found if not first <= i < first + entries] if entries else []
    yield from ((index, "the header does not name this entry") for index in beyond)
    lost = entries + len(beyond) - len(found)
    if lost > FULL:  # a changed header can promise any number
        yield None, f"{lost} of the {entries} lines that the header promises are missing or broken"
    elif lost > 0:
        absent = (i for i in range(first, first + entries) if i not in found)
        yield from ((index, "its line is missing or broken") for index in absent)


def iterate_openings(folder: Path, size: int) -> Iterator[Opening]:
    """Give the openings of all entries below ``size`` that the folder holds, in order.

    Raises:
        EvidenceError: when a file cannot be read whole.
    """
    firsts = sorted(f for p in folder.iterdir() if (f := first_index(p.name)) is not None)
    end = 0
    for first in firsts:
        if not end <= first < size:  # beyond the log, or joined into an earlier file already
            continue
        path = folder / file_name(first)
        content = read_openings(path.read_bytes(), first)
        if content.problems:
            index, what = content.problems[0]
            where = f"{folder.name}/{path.name}" + ("" if index is None else f", entry {index}")
            raise EvidenceError(f"{where}: {what}; run the verification to see all that changed")
        end = first + content.entries
        yield from content.openings
