"""Files of openings: one for each batch, named by its first index, JSON on each line.

The first line says which entries the file opens, so that a cut file is seen to be cut::

    {"entries":64,"first":0}
    {"index":0,"salt":"<64 hex digits>","record":<the record's bytes, verbatim>}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence.commitment import Opening
from truceline.evidence.layout import FULL

_NUMBER = rb"(0|[1-9][0-9]{0,17})"
_HEADER = re.compile(rb'\{"entries":' + _NUMBER + rb',"first":' + _NUMBER + rb"\}")
_LINE = re.compile(
    rb'\{"index":' + _NUMBER + rb',"salt":"([0-9a-f]{64})","record":(\{[^\x00-\x1f]*\})\}'
)
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


def write_openings(openings: Sequence[Opening]) -> bytes:
    """Write the file of one batch; the openings are of consecutive indices.

    Raises:
        ValueError: when there is none.
    """
    if not openings:
        raise ValueError("a file of openings opens at least one entry")
    lines = [b'{"entries":%d,"first":%d}\n' % (len(openings), openings[0].index)]
    lines += [
        b'{"index":%d,"salt":"%s","record":%s}\n' % (o.index, o.salt.hex().encode(), o.record)
        for o in openings
    ]
    return b"".join(lines)


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
    openings: dict[int, Opening] = {}
    for number, line in enumerate(lines, start=2):
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append((None, f"line {number} is not an opening"))
            continue
        opening = Opening(int(match[1]), bytes.fromhex(match[2].decode()), match[3])
        expected = first + number - 2
        if opening.index != expected:
            problems.append((opening.index, f"line {number} opens another entry than {expected}"))
        if opening.index in openings:
            problems.append((opening.index, f"line {number} opens its entry again"))
        openings.setdefault(opening.index, opening)
    problems += _missing(first, entries, openings)
    return OpeningsFile(first, entries, tuple(openings.values()), tuple(problems))


def _missing(
    first: int, entries: int, openings: dict[int, Opening]
) -> Iterator[tuple[int | None, str]]:
    """Name the entries that the header promises and no line opens, and those beyond it."""
    beyond = [i for i in openings if not first <= i < first + entries] if entries else []
    yield from ((index, "the header does not name this entry") for index in beyond)
    lost = entries + len(beyond) - len(openings)
    if lost > FULL:  # a changed header can promise any number
        yield None, f"{lost} of the {entries} lines that the header promises are missing or broken"
    elif lost > 0:
        absent = (i for i in range(first, first + entries) if i not in openings)
        yield from ((index, "its line is missing or broken") for index in absent)


def iterate_openings(folder: Path, size: int) -> Iterator[Opening]:
    """Give the openings of all entries below ``size`` that the folder holds, in order.

    Raises:
        EvidenceError: when a file cannot be read whole.
    """
    firsts = sorted(f for p in folder.iterdir() if (f := first_index(p.name)) is not None)
    for first in firsts:
        if first >= size:
            continue
        path = folder / file_name(first)
        content = read_openings(path.read_bytes(), first)
        if content.problems:
            index, what = content.problems[0]
            where = f"{folder.name}/{path.name}" + ("" if index is None else f", entry {index}")
            raise EvidenceError(f"{where}: {what}; run the verification to see all that changed")
        yield from content.openings
