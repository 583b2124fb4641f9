"""Tell the four layouts of VIINA apart and give their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from truceline.adapters.rows import csv_records, header_of
from truceline.adapters.viina_card import CARD
from truceline.adapters.viina_rows import (
    Report,
    read_headline_row,
    read_info,
    read_one_per_day,
    read_slice_row,
)
from truceline.adapters.viina_slices import slice_rows
from truceline.errors import RejectedRow, WrongKindOfFile


@dataclass(frozen=True, slots=True)
class _Layout:
    name: str
    required: tuple[str, ...]
    """Columns by which a CSV layout is known."""
    read: Callable[[Mapping[str, str]], Report]
    unit: str


_CSV_LAYOUTS: Final = (
    _Layout(
        "1pd",
        (
            "event_id_1pd",
            "date",
            "longitude",
            "latitude",
            "asciiname",
            "n_reports",
            "t_artillery_b",
        ),
        read_one_per_day,
        "row of event_1pd (one place, day and set of labels)",
    ),
    _Layout(
        "info",
        ("event_id", "date", "longitude", "latitude", "asciiname", "source", "url"),
        read_info,
        "row of event_info (one place named by one report)",
    ),
    _Layout(
        "csv",
        ("datetime", "lon", "lat", "place_name", "event_type", "headline"),
        read_headline_row,
        "row of the CSV slice (one place named by one report)",
    ),
)
_SLICE_UNIT: Final = "row of the JSON slice (one place, day and set of labels)"
_EXPECTED: Final = "a VIINA file: " + "; ".join(CARD.formats)
Row = tuple[int, int, int, Callable[[], Report]]
"""Line, first byte, bytes, and the means to read it, which raises RejectedRow."""


def open_rows(raw: bytes) -> tuple[str, str, Iterable[Row]]:
    """Tell which layout a file is of, and give its rows, each with the means to read it."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "slice", _SLICE_UNIT, _slice(raw)
    header = set(header_of(raw))
    for layout in _CSV_LAYOUTS:
        if header.issuperset(layout.required):
            return layout.name, layout.unit, _csv(raw, layout)
    raise WrongKindOfFile(f"this is not {_EXPECTED}. {_why(raw, header)} Nothing was ingested.")


def _why(raw: bytes, header: set[str]) -> str:
    if raw.startswith(b"PK"):
        return "It is a zip archive: unpack it first."
    if raw.startswith(b"version https://git-lfs"):
        return "It is a Git LFS pointer, not the file: fetch the file itself."
    if {"event_id", "t_artillery_b"} <= header:
        return "It looks like event_labels, which has no places: use event_1pd of the same year."
    if {"geonameid", "status"} <= header:
        return "It looks like VIINA's control of settlements, which holds no events."
    return f"Its first line has: {', '.join(sorted(header)[:8]) or 'no readable header line'}."


def _slice(raw: bytes) -> Iterator[Row]:
    for row in slice_rows(raw):
        if row.problem:
            yield row.line, row.offset, row.length, _refuse(row.problem)
        else:
            yield row.line, row.offset, row.length, _reader(read_slice_row, row.day, row.value)


def _csv(raw: bytes, layout: _Layout) -> Iterator[Row]:
    for row in csv_records(raw, layout.required, _EXPECTED):
        reader = _refuse(row.problem) if row.problem else _reader(layout.read, row.values)
        yield row.line, row.offset, row.length, reader


def _reader(read: Callable[..., Report], *arguments: Any) -> Callable[[], Report]:
    return lambda: read(*arguments)


def _refuse(problem: str) -> Callable[[], Report]:
    def refuse() -> Report:
        raise RejectedRow(problem)

    return refuse
