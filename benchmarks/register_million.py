"""How long the register takes to answer once a million statements lie in the records.

    .venv/bin/python benchmarks/register_million.py

Fills the tables with a million statements of invented people, the third of them that carry a
pledge, and the register of those pledges: 200 invented states, five years, days known, known to
the month, or not known. Then asks what the command line asks, through the same functions. The
bar: each answer under a second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from truceline.cli.statements_desk import opened
from truceline.codec.canonical import canonical
from truceline.guarantees.register import DOMAINS, STRENGTH
from truceline.model.article import Span
from truceline.model.register import Citation, Entry, Origin
from truceline.pipeline import register
from truceline.pipeline.desk import Desk, start
from truceline.pipeline.register import Choice
from truceline.pipeline.shipped import agreement_folder
from truceline.store import database, documents, proposals
from truceline.store import register as store
from truceline.store import schema_statements as schema
from truceline.store.documents import ReadingRow

STATES = [f"{a}{b}ia" for a in ("Arden", "Bor", "Cald", "Dren", "Elv", "Fald", "Gor", "Hest", "Ind", "Jor") for b in ("a", "e", "i", "o", "u", "am", "en", "ir", "ol", "un", "ax", "ez", "ib", "od", "uk", "ar", "el", "is", "ot", "up")]  # fmt: skip
OUTLETS = [f"Gazette of {name}" for name in STATES[:40]]
FIRST = date(2031, 1, 1)
DAYS = 5 * 365
NOW = datetime(2036, 1, 1, tzinfo=UTC)
AT_ONCE = 20_000


def days(rng: np.random.Generator, count: int) -> list[str]:
    return [(FIRST + timedelta(int(n))).isoformat() for n in rng.integers(0, DAYS, count)]


def entries(rng: np.random.Generator, first: int, count: int) -> Iterator[Entry]:
    weights = np.linspace(3.0, 1.0, len(STATES))
    who = rng.choice(len(STATES), count, p=weights / weights.sum())
    said = days(rng, count)
    known = rng.integers(0, 3, count)
    for n in range(count):
        day, name = said[n], STATES[who[n]]
        kinds = sorted(set(rng.integers(0, len(DOMAINS), int(rng.integers(1, 3))).tolist()))
        types = tuple(DOMAINS[k] for k in kinds)
        status = STRENGTH[int(rng.integers(0, len(STRENGTH)))]
        outlet = OUTLETS[int(rng.integers(0, len(OUTLETS)))]
        doc = f"article-{(first + n) // 7:06d}.txt"
        proposal = f"{doc}#pledge{(first + n) % 7 * 400}"
        citation = Citation(doc, outlet, outlet, day, Span(120, 260), proposal, types)
        yield Entry(
            id=f"entry-{first + n:012x}",
            obligor=name,
            name=name,
            types=types,
            role="contribute",
            status=status,
            condition="after a ceasefire" if status == "conditional" else "",
            condition_class="ceasefire" if status == "conditional" else "",
            limits="",
            size="",
            date=day if known[n] == 0 else None,
            known_by=day if known[n] < 2 else None,
            origin=Origin.CONFIRMED if n % 5 == 0 else Origin.PROPOSED,
            citations=(citation,),
            months=(day[:7],) if known[n] < 2 else (),
        )


def statement_rows(rng: np.random.Generator, first: int, count: int) -> list[dict[str, object]]:
    said = days(rng, count)
    rows = []
    for n in range(count):
        doc, at = f"article-{(first + n) // 20:06d}.txt", (first + n) % 20 * 150
        speaker = f"Minister of {STATES[int(rng.integers(0, len(STATES)))]}"
        content = {
            "id": f"{doc}#s{at}", "doc": doc, "start": at, "end": at + 140, "confidence": 0.95,
            "rule": "subject", "mode": "partial", "speaker": speaker, "name_as_given": speaker,
            "role_as_given": "minister", "verb": "said", "date_said": said[n],
            "quotes": [{"start": at + 20, "end": at + 60}],
        }  # fmt: skip
        rows.append(
            {"statement_id": content["id"], "position": first + n, "doc": doc, "speaker": speaker,
             "day": said[n], "content": canonical(content).decode()}
        )  # fmt: skip
    return rows


def fill(desk: Desk, statements: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    row = ReadingRow("2036-01-01T00:00:00Z", "benchmark", "", "", "{}", 0)
    with database.writing(desk.engine) as connection:
        documents.add_reading(connection, row)
        for chunk in batched_counts(statements):
            made = statement_rows(rng, *chunk)
            proposals.insert(connection, schema.statements, made)
        for first, count in batched_counts(statements // 3):
            made = tuple(entries(rng, first, count))
            for table, rows in rows_of(made, first).items():
                proposals.insert(connection, table, rows)


def batched_counts(total: int) -> Iterator[tuple[int, int]]:
    for first in range(0, total, AT_ONCE):
        yield first, min(AT_ONCE, total - first)


def rows_of(made: tuple[Entry, ...], first: int) -> dict[object, list[dict[str, object]]]:
    pledges, items = [], []
    for n, one in enumerate(made):
        citation = one.citations[0]
        content = {"id": citation.proposal, "doc": citation.source, "obligor": [one.obligor],
                   "types": list(one.types), "status": one.status, "start": 120, "end": 260,
                   "confidence": 0.9, "rule": "pledge"}  # fmt: skip
        pledges.append(
            {"pledge_id": citation.proposal, "position": first + n, "doc": citation.source,
             "content": canonical(content).decode()}
        )  # fmt: skip
        items += [
            {"pledge_id": citation.proposal, "obligor": one.obligor, "domain": kind,
             "status": one.status, "day": one.date or ""}
            for kind in one.types
        ]  # fmt: skip
    rows = [{**row, "position": first + row["position"]} for row in store.entry_rows(made)]
    return {
        schema.pledges: pledges,
        schema.pledge_items: items,
        schema.register_entries: rows,
        schema.register_cells: store.cell_rows(made, STRENGTH),
    }


def timed(what: str, ask: Callable[[Path], int], root: Path) -> float:
    """Ask twice, each time opening the workspace as a command does; the slower counts."""
    took = []
    for _ in range(2):
        begun = time.perf_counter()
        count = ask(root)
        took.append(time.perf_counter() - begun)
    print(f"{what:<58} {count:>6} lines  {max(took):6.3f} s")
    return max(took)


def lines(day: str | None, **choice: object) -> Callable[[Path], int]:
    def ask(root: Path) -> int:
        with opened(root) as desk:
            return len(register.lines(desk, day, Choice(**choice)))

    return ask


def changes(first: str, last: str) -> Callable[[Path], int]:
    def ask(root: Path) -> int:
        with opened(root) as desk:
            return len(register.changes(desk, first, last))

    return ask


def obligor_page(name: str) -> Callable[[Path], int]:
    def ask(root: Path) -> int:
        with opened(root) as desk:
            return len(register.entries(desk, register.obligor_of(desk, name)))

    return ask


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument(
        "--keep", type=Path, help="keep the workspace there, or ask one kept before"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.keep or Path(folder) / "ws"
        begun = time.perf_counter()
        if not root.exists():
            with start(root, agreement_folder("paris-2026"), bytes(32), NOW) as desk:
                fill(desk, given.statements, given.seed)
        size = (root / "truceline.db").stat().st_size / 1e6
        print(
            f"{given.statements} statements filled in {time.perf_counter() - begun:.0f} s, {size:.0f} MB"
        )
        worst = max(
            timed("register today", lines("2036-01-01"), root),
            timed("register on an early day", lines("2031-03-01"), root),
            timed(
                "register in the middle, one voice alone", lines("2033-07-01", single=True), root
            ),
            timed(
                "changes between two days, a month apart", changes("2033-06-01", "2033-07-01"), root
            ),
            timed(
                "changes between the first day and the last",
                changes("2031-01-02", "2036-01-01"),
                root,
            ),
            timed(
                "lines of the state most spoken of", lines("2036-01-01", obligor=STATES[0]), root
            ),
            timed("every entry of that state, for its page", obligor_page(STATES[0]), root),
        )
    print(f"slowest {worst:.3f} s; bar 1 s")
    return 0 if worst < 1 else 1


if __name__ == "__main__":
    sys.exit(main())
