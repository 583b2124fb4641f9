"""CSV records with their byte ranges, and the builder of observation tables."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

import pyarrow as pa

from truceline.adapters.interface import Rejected
from truceline.codec.canonical import canonical
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.observation import OBSERVATION_SCHEMA

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One CSV record and where it lies in the raw file."""

    line: int
    """1-based line on which it starts."""
    offset: int
    """First byte."""
    length: int
    """Bytes, without the line end."""
    values: Mapping[str, str]
    """Column to text, stripped of nothing."""
    problem: str = ""
    """Why it cannot be read; empty where it can."""


def _record_spans(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (line, offset, length) of each record; a line end inside quotes does not end one."""
    offset = len(_BOM) if raw.startswith(_BOM) else 0
    line, start, start_line, quotes = 1, offset, 1, 0
    while offset < len(raw):
        end = raw.find(b"\n", offset)
        stop = len(raw) if end < 0 else end
        quotes += raw.count(b'"', offset, stop)
        if quotes % 2 == 0 or end < 0:
            length = stop - start
            if length and raw[stop - 1 : stop] == b"\r":
                length -= 1
            if length:
                yield start_line, start, length
            start, start_line, quotes = stop + 1, line + 1, 0
        offset = stop + 1
        line += 1
    if quotes:  # the file ends inside quotes: what is left is a record too, a broken one
        yield start_line, start, len(raw) - start


def header_of(raw: bytes) -> tuple[str, ...]:
    """Give the column names of the first record; empty for an empty or binary file."""
    for _, offset, length in _record_spans(raw):
        try:
            text = raw[offset : offset + length].decode("utf-8")
        except UnicodeDecodeError:
            return ()
        if "\x00" in text:
            return ()
        try:
            return tuple(name.strip() for name in next(csv.reader([text]), []))
        except csv.Error:  # a carriage return or a quote that never closes
            return ()
    return ()


def csv_records(raw: bytes, required: Sequence[str], expected: str) -> Iterator[Record]:
    """Yield the records of a CSV file, broken ones with their ``problem``.

    Args:
        raw: the whole file, UTF-8 with or without byte-order mark, LF or CRLF.
        required: columns without which the file is of another kind.
        expected: words for the message, e.g. "a FIRMS CSV of VIIRS or MODIS".

    Raises:
        WrongKindOfFile: when a required column is missing.
    """
    header = header_of(raw)
    missing = [name for name in required if name not in header]
    if missing:
        seen = ", ".join(header[:8]) or "no readable header line"
        raise WrongKindOfFile(
            f"this is not {expected}: column(s) {', '.join(missing)} are missing "
            f"(first line has: {seen}). Nothing was ingested; check the file or the SOURCE name."
        )
    if len(set(header)) != len(header):
        raise WrongKindOfFile(f"this is not {expected}: a column name stands twice in its header.")
    spans = _record_spans(raw)
    next(spans)
    for line, offset, length in spans:
        record = _read_record(raw, header, line, offset, length)
        if record.problem and b"\n" in raw[offset : offset + length]:
            # One stray quote swallows every line up to the next: read those one by one instead.
            yield from _line_by_line(raw, header, record)
        else:
            yield record


def _line_by_line(raw: bytes, header: tuple[str, ...], broken: Record) -> Iterator[Record]:
    """Read each line of a broken record that spans several as a record of its own."""
    offset = broken.offset
    for number_of_line, text in enumerate(raw[offset : offset + broken.length].split(b"\n")):
        length = len(text.removesuffix(b"\r"))
        if length:
            yield _read_record(raw, header, broken.line + number_of_line, offset, length)
        offset += len(text) + 1


def _read_record(
    raw: bytes, header: tuple[str, ...], line: int, offset: int, length: int
) -> Record:
    try:
        text = raw[offset : offset + length].decode("utf-8")
    except UnicodeDecodeError as error:
        return Record(line, offset, length, {}, f"not UTF-8 at byte {offset + error.start}")
    try:
        # Most records hold no quote: cutting at the commas then says the same, and is fast. A
        # carriage return goes the slow way too, because a bare one inside a record is an error.
        if '"' in text or "\r" in text:
            cells = next(csv.reader([text], strict=True))
        else:
            cells = text.split(",")
    except (csv.Error, StopIteration) as error:
        return Record(line, offset, length, {}, f"broken CSV: {error}")
    if len(cells) != len(header):
        problem = f"{len(cells)} cells where the header has {len(header)}"
        return Record(line, offset, length, {}, problem)
    return Record(line, offset, length, dict(zip(header, cells, strict=True)))


def number(values: Mapping[str, str], column: str, low: float, high: float) -> float:
    """Read a finite number in ``[low, high]``.

    Raises:
        RejectedRow: when it is missing, no number, or out of range.
    """
    text = values[column]
    try:
        value = float(text)
    except ValueError:
        raise RejectedRow(f"{column} is {text!r}, not a number") from None
    if not low <= value <= high:  # also refuses nan
        raise RejectedRow(f"{column} is {text}, outside {low:g}..{high:g}")
    return value


_NOT_CONTENT = frozenset(
    {"observation_id", "version", "raw_sha256", "raw_line", "raw_offset", "raw_length"}
)
# Read once: asking the schema for names and nullability in every row costs more than the row.
_EMPTY = dict.fromkeys(OBSERVATION_SCHEMA.names)
_NAMES = _EMPTY.keys()
_CONTENT = sorted(_NAMES - _NOT_CONTENT)
_REQUIRED = [field.name for field in OBSERVATION_SCHEMA if not field.nullable]
_CHUNK = 4096
"""Rows that wait as Python objects: many more, and the garbage collector walks them for seconds."""
_required = itemgetter(*_REQUIRED)
_plain_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class ObservationBuilder:
    """Collects rows column by column, then gives one table of ``OBSERVATION_SCHEMA``.

    ``version`` is computed here: SHA-256 over the canonical JSON of all content columns, so that
    neither the file that carries a row nor the hour of its arrival changes it.
    """

    def __init__(self, raw_sha256: str) -> None:
        self._raw_sha256 = raw_sha256
        self._rows: list[tuple[Any, ...]] = []
        self._chunks: list[pa.Table] = []
        self.rejected: list[Rejected] = []

    def reject(self, line: int, offset: int, length: int, reason: str) -> None:
        """Keep a record that could not be read."""
        self.rejected.append(Rejected(line, offset, length, reason))

    def add(
        self,
        *,
        natural_key: str,
        source: str,
        line: int,
        offset: int,
        length: int,
        attributes: Mapping[str, Any],
        version_content: Mapping[str, Any] | None = None,
        **content: Any,
    ) -> None:
        """Add one observation.

        Args:
            natural_key: the source's own key; the id becomes ``source:natural_key``.
            source: name of the source.
            line: 1-based line in the raw file.
            offset: first byte of the raw record.
            length: bytes of the raw record.
            attributes: what the source says beyond the columns; JSON-able.
            version_content: what the version is the hash of, where some columns are not the row's
                own content but derived from other rows of the file (they would change the version
                of a row that says the same in another file); null: all content columns.
            content: the other columns of the schema; left-out nullable ones are null.

        Raises:
            RejectedRow: when a column is unknown, or a required one is missing.
        """
        if not content.keys() <= _NAMES:
            unknown = sorted(content.keys() - _NAMES)
            raise RejectedRow(f"unknown column(s) {', '.join(unknown)}")
        row: dict[str, Any] = {**_EMPTY, **content, "source": source}
        row["version_rank"] = row["version_rank"] or 0
        row["attributes"] = _attributes_json(attributes)
        row["version"] = _version(
            {name: row[name] for name in _CONTENT} if version_content is None else version_content
        )
        row["observation_id"] = f"{source}:{natural_key}"
        row["raw_sha256"] = self._raw_sha256
        row["raw_line"], row["raw_offset"], row["raw_length"] = line, offset, length
        if None in _required(row):
            missing = next(name for name in _REQUIRED if row[name] is None)
            raise RejectedRow(f"{missing} is missing")
        self._rows.append(tuple(row.values()))
        if len(self._rows) == _CHUNK:
            self._flush()

    def table(self) -> pa.Table:
        """Give all rows so far, in the order in which they were added."""
        if self._rows or not self._chunks:
            self._flush()
        return pa.concat_tables(self._chunks).combine_chunks()

    def _flush(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else ((),) * len(_NAMES)
        names = dict(zip(_NAMES, columns, strict=True))
        self._chunks.append(pa.table(names, schema=OBSERVATION_SCHEMA))
        self._rows.clear()


def _attributes_json(attributes: Mapping[str, Any]) -> str:
    """Write attributes as canonical JSON; flat plain ones by the fast encoder, to the same bytes."""
    if _writes_alike(attributes):
        return _plain_json(attributes)
    return canonical(dict(attributes)).decode()


def _writes_alike(attributes: Mapping[str, Any]) -> bool:
    """Tell whether ``json`` writes them as RFC 8785 does: printable ASCII, small integers."""
    texts = [*attributes, *(v for v in attributes.values() if not _is_plain_number(v))]
    try:
        text = "".join(texts)
    except TypeError:
        return False
    return text.isascii() and text.isprintable()


def _is_plain_number(value: object) -> bool:
    return value is None or (isinstance(value, int) and -(2**53) < value < 2**53)


def _version(content: Mapping[str, Any]) -> str:
    """Hash the content of a row; times as text, so that the hash is of what they say."""
    said = [
        (name, value.isoformat() if isinstance(value, datetime) else value)
        for name, value in sorted(content.items())
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()
