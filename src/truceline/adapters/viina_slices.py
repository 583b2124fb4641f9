"""Walk the JSON slice of VIINA row by row, with the byte range of each row."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from json import JSONDecoder
from typing import Any, Final

from truceline.errors import WrongKindOfFile

EXPECTED: Final = (
    'a VIINA JSON slice ({"YYYYMMDD": [[lon, lat, place, code, number of reports, [urls]], ...]})'
)
_BOM: Final = "\ufeff"
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DAY: Final = re.compile(r'"(?P<day>[^"\\]*)"[ \t\r\n]*:[ \t\r\n]*\[')
_FIRST: Final = re.compile(
    r'[ \t\r\n]*\{[ \t\r\n]*(?:"\d{8}"[ \t\r\n]*:[ \t\r\n]*\[|\}[ \t\r\n]*$)'
)
# Where reading can go on after a row that cannot be read: the next row, the next day, the end.
_RESUME: Final = re.compile(r',\s*(?=\[\s*-?[\dN])|\]\s*(?=,\s*"[^"\\]*"\s*:\s*\[)|\]\s*(?=\}\s*$)')
_NOT_UTF8: Final = re.compile("[\udc80-\udcff]")
_DECODER: Final = JSONDecoder()


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One row of the slice, read or not."""

    day: str
    """The key under which it stands."""
    line: int
    offset: int
    """First byte of the row's bracket."""
    length: int
    """Bytes up to and with its closing bracket."""
    value: Any
    problem: str = ""
    """Why it cannot be read; empty where it can."""


class _Place:
    """Turns places in the text into bytes and lines, going forward only."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._byte, self._line = text, 0, 0, 1

    def move(self, at: int) -> tuple[int, int]:
        """Give line and byte offset of a character at or after the last one asked for."""
        passed = self._text[self._at : at]
        self._byte += len(passed.encode("utf-8", "surrogateescape"))
        self._line += passed.count("\n")
        self._at = at
        return self._line, self._byte


def slice_rows(raw: bytes) -> Iterator[SliceRow]:
    """Yield each row of the slice; broken ones with their ``problem``.

    Raises:
        WrongKindOfFile: when the file is no JSON object of days.
    """
    # Bytes that are not UTF-8 become lone surrogates, so that they spoil their own row only.
    text = raw.decode("utf-8", "surrogateescape")
    start = 1 if text.startswith(_BOM) else 0
    if _FIRST.match(text, start) is None:
        raise WrongKindOfFile(
            f"this is not {EXPECTED}: its first key is no day. VIINA's control of settlements "
            "(viina-timeline.json) is another kind. Nothing was ingested."
        )
    return _walk(text, start)


def _walk(text: str, start: int) -> Iterator[SliceRow]:
    place = _Place(text)
    at = _skip(text, text.index("{", start) + 1)
    while (key := _DAY.match(text, at)) is not None:
        at = yield from _day(text, key["day"], key.end(), place)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
    end = _skip(text, at + 1)
    if text[at : at + 1] != "}" or end != len(text):
        line, offset = place.move(at)
        length = len(text[at:].encode("utf-8", "surrogateescape"))
        why = (
            "the file ends before its closing brace: it is cut short"
            if at >= len(text)
            else ('expected the next day ("YYYYMMDD": [) or the closing brace')
        )
        yield SliceRow("", line, offset, length, None, why)


def _day(text: str, day: str, at: int, place: _Place) -> Generator[SliceRow, None, int]:
    """Yield the rows of one day and return where its closing bracket ends."""
    while True:
        at = _skip(text, at)
        if at >= len(text):
            return at
        if text[at] == "]":
            return at + 1
        if text[at] == ",":
            at += 1
            continue
        line, offset = place.move(at)
        value, end, problem = _read(text, at)
        _, stop = place.move(end)
        yield SliceRow(day, line, offset, stop - offset, value, problem)
        at = end


def _read(text: str, at: int) -> tuple[Any, int, str]:
    """Read one value; of a broken one give its end and what is wrong."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        found = _RESUME.search(text, at + 1)
        end = found.start() if found else len(text)
        cut = "" if found else "; the file may be cut short"
        return None, end, f"broken JSON: {getattr(error, 'msg', error)}{cut}"
    after = _skip(text, end)
    if text[after : after + 1] not in (",", "]", ""):
        found = _RESUME.search(text, end)
        return None, found.start() if found else len(text), "broken JSON: no comma after the row"
    if _NOT_UTF8.search(text, at, end):
        return None, end, "not UTF-8"
    return value, end, ""


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()
