"""Plain text: ``TIME | LON,LAT | SENTENCE``, one observation per line.

A line has no number of its own, so what it says is part of its key: a corrected line is another
observation. Who corrects uses the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from truceline.adapters.patrol_emit import Watch, fingerprint, moment, observed, slug
from truceline.adapters.patrol_form import DEFAULT_SIGMA_M
from truceline.adapters.patrol_text import Heard, parse_sentence
from truceline.adapters.rows import Record, number
from truceline.errors import RejectedRow

_SHAPE: Final = "write TIME | LON,LAT | SENTENCE, or TIME | LON,LAT,SIGMA_M | PATROL | SENTENCE"
_STAMP: Final = re.compile(r"\s*\d{4}-\d{2}-\d{2}T[^|]*\|[^|]*\|")
_BOM: Final = b"\xef\xbb\xbf"


def is_lines(raw: bytes) -> bool:
    """Tell whether some line of the file starts with a time, a bar, a position and a bar."""
    return any(
        record.problem == "" and _STAMP.match(record.values["line"]) for record in lines_of(raw)
    )


def lines_of(raw: bytes) -> Iterator[Record]:
    """Yield the lines that are neither empty nor a comment (``#``)."""
    offset = len(_BOM) if raw.startswith(_BOM) else 0
    for line, piece in enumerate(raw[offset:].split(b"\n"), start=1):
        kept = piece.rstrip(b"\r")
        if kept.strip() and not kept.lstrip().startswith(b"#"):
            yield _record(kept, line, offset)
        offset += len(piece) + 1


def _record(piece: bytes, line: int, offset: int) -> Record:
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"not UTF-8 at byte {offset + error.start}"
        return Record(line, offset, len(piece), {"line": ""}, problem)
    return Record(line, offset, len(piece), {"line": text})


def read_line(record: Record) -> tuple[Watch, tuple[Heard, ...]]:
    """Read one line.

    Raises:
        RejectedRow: when something of it cannot be read.
    """
    parts = [part.strip() for part in record.values["line"].split("|", 3)]
    if len(parts) < 3:
        raise RejectedRow(f"{len(parts)} part(s) between bars: {_SHAPE}")
    if len(parts) == 4 and not _names_a_patrol(parts[2]):
        parts[2:] = [" | ".join(parts[2:])]
    first, _, last = parts[0].partition("/")
    start = moment(first, "time")
    interval, sigma_s, precision = observed(
        start, moment(last, "end of the time") if last else None
    )
    lon, lat, sigma_m = _position(parts[1])
    patrol = parts[2] if len(parts) == 4 else ""
    # the place only as part of a hash over the words as well: an id may be seen outside the cell
    place = f"{lon:.3f},{lat:.3f}|{parts[-1]}"
    who = slug(patrol) if patrol else "line"
    watch = Watch(
        key=f"{who}@{interval.start.isoformat()}/{fingerprint(place)[:12]}",
        patrol=patrol,
        day=start.date().isoformat(),
        lon=lon,
        lat=lat,
        sigma_m=sigma_m,
        time=interval,
        time_sigma_s=sigma_s,
        precision=precision,
        place_name=None,
        version_rank=0,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes={},
    )
    return watch, parse_sentence(parts[-1])


def _names_a_patrol(text: str) -> bool:
    """Tell a name from the head of a sentence that itself holds a bar ("... N|NW")."""
    return bool(
        re.fullmatch(r"(?:patrol|post|camera)\s*[\w./-]+|[A-Za-z]+[-_]?\d+", text, re.IGNORECASE)
    )


def _position(text: str) -> tuple[float, float, float]:
    cells = [cell.strip() for cell in text.split(",")]
    if len(cells) not in (2, 3):
        raise RejectedRow(f"position is {text!r}: write LON,LAT or LON,LAT,SIGMA_M")
    values = dict(zip(("lon", "lat", "sigma_m"), cells, strict=False))
    lon, lat = number(values, "lon", -180.0, 180.0), number(values, "lat", -90.0, 90.0)
    if len(cells) == 2:
        return lon, lat, DEFAULT_SIGMA_M
    return lon, lat, number(values, "sigma_m", 0.1, 100_000.0)
