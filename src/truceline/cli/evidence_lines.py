"""Lines from a pipe, as many as are waiting, and what is wrong with one that cannot be logged."""

from __future__ import annotations

import json
import os
import re
import select
import signal
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fcntl import fcntl
from typing import Final

from truceline.evidence.commitment import PADDING
from truceline.evidence.entries import LONGEST_ENTRY

MOST_LINES: Final = 4096
"""Lines that are logged under one checkpoint at most."""
_MOST_BYTES: Final = 4 << 20
_CHUNK_BYTES: Final = 1 << 20
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_KEPT_BYTES: Final = LONGEST_ENTRY + len(_BYTE_ORDER_MARK) + len(b"\r") + 1
"""Of a line: enough to see that it is too long once what belongs to no entry is taken off."""
_ESCAPED_SURROGATE: Final = re.compile(rb"\\u[dD]")
_SET_PIPE_SIZE: Final = 1031
"""Linux: how much a pipe holds; more lines wait in it while a batch is written."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the input."""

    number: int
    """From 1."""
    text: bytes
    """Without its line end; of a line that is too long, the beginning."""
    cut: bool = False
    """Whether the input ended before the line did."""


class Stop:
    """Hears that the process is asked to end, so that a batch under way is finished first."""

    def __init__(self) -> None:
        """Listen from now on."""
        self.heard, self._say = os.pipe()
        os.set_blocking(self._say, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: object) -> None:
        with suppress(BlockingIOError):
            os.write(self._say, bytes([number]))


def batches(descriptor: int, stop: int) -> Iterator[list[Line]]:
    """Give the lines that are waiting, whenever there are any, until the input ends.

    Args:
        descriptor: of the input.
        stop: descriptor that becomes readable when no more is to be read.

    Raises:
        OSError: when the input cannot be read.
    """
    with suppress(OSError):
        fcntl(descriptor, _SET_PIPE_SIZE, _CHUNK_BYTES)
    splitter = _Splitter()
    while True:
        ready, _, _ = select.select([descriptor, stop], [], [])
        if stop in ready:
            return
        data = _waiting(descriptor)
        lines = splitter.feed(data)
        for at in range(0, len(lines), MOST_LINES):
            yield lines[at : at + MOST_LINES]
        if not data:
            yield from splitter.rest()
            return


def _waiting(descriptor: int) -> bytes:
    """Read what is there, and what comes while it is read."""
    data = part = os.read(descriptor, _CHUNK_BYTES)
    while part and len(data) < _MOST_BYTES and data.count(b"\n") < MOST_LINES:
        if not select.select([descriptor], [], [], 0)[0]:
            break
        part = os.read(descriptor, _CHUNK_BYTES)
        data += part
        if not part:  # the end is read again
            break
    return data


class _Splitter:
    """Cuts a stream into lines, passing over blank ones.

    A byte order mark at the start and a carriage return at the end belong to no line; of a line
    that is too long, the beginning is kept only.
    """

    def __init__(self) -> None:
        self._begun = b""
        self._number = 0

    def feed(self, data: bytes) -> list[Line]:
        *whole, begun = (self._begun + data).split(b"\n")
        self._begun = begun[:_KEPT_BYTES]
        return [line for text in whole if (line := self._line(text)) is not None]

    def rest(self) -> Iterator[list[Line]]:
        line = self._line(self._begun, cut=True)
        if line is not None:
            yield [line]

    def _line(self, text: bytes, *, cut: bool = False) -> Line | None:
        self._number += 1
        kept = text[:_KEPT_BYTES]
        if self._number == 1:
            kept = kept.removeprefix(_BYTE_ORDER_MARK)
        kept = kept.removesuffix(b"\r")
        return Line(self._number, kept, cut) if kept.strip(b" \t") else None


def wrong_with(line: Line, reserved: Collection[str] = ()) -> str:
    """Say why a line cannot be logged; empty when it can.

    Args:
        line: as it was read.
        reserved: types of records that only Truceline's own commands may log here.

    >>> wrong_with(Line(1, b'{"n":1}')), wrong_with(Line(2, b"{'n':1}"))
    ('', 'it is not JSON (Expecting property name enclosed in double quotes at sign 2)')
    """
    wrong = _wrong_text(line.text, reserved)
    if wrong and line.cut:
        return f"the input ends before the line does, it may be cut off: {wrong}"
    return wrong


def _wrong_text(text: bytes, reserved: Collection[str]) -> str:
    if len(text) > LONGEST_ENTRY:
        return f"it is longer than {LONGEST_ENTRY} bytes; log its hash, and keep it elsewhere"
    # a tab between tokens is allowed; in a string the parser refuses it
    control = next((byte for byte in text if byte < 0x20 and byte != 0x09), None)
    if control is not None:
        return f"it holds the control character {control:02x}; write it escaped, or leave it out"
    try:
        value = _value(text)
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} is not UTF-8"
    except json.JSONDecodeError as error:
        return f"it is not JSON ({error.msg} at sign {error.pos + 1})"
    except (ValueError, RecursionError) as error:
        return f"it is not JSON that can be read ({error})"
    if text == PADDING:
        return "this is what fills batches up; log something else"
    if isinstance(value, dict) and isinstance(kind := value.get("type"), str) and kind in reserved:
        return f"records of type {kind} are logged by Truceline's own commands only"
    return ""


def _value(text: bytes) -> object:
    """Parse a line as any reader would: what two readers could read differently is refused."""
    value: object = json.loads(
        text.decode(),
        parse_int=str,
        parse_float=str,
        parse_constant=_no_number,
        object_pairs_hook=_object,
    )
    if _ESCAPED_SURROGATE.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            half = error.object[error.start]
            raise ValueError(f"half a character, \\u{ord(half):04x}, stands alone") from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {json.dumps(key[:60])} stands twice in an object")
        found[key] = value
    return found


def _no_number(name: str) -> str:
    raise ValueError(f"{name} is no number of JSON")
