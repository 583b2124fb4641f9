"""Cut the shipped data folders out of the full coded tables: same input, same bytes.

    python tools/make_shipped_data.py ../shared/data data

Reads ``truce-reports`` and ``osce-smm-coded`` under the first folder, writes ``easter-2025``,
``easter-2026``, ``energy-2025`` and ``osce-smm`` under the second. What is left out or replaced,
and why, stands here and in the README of each folder:

- rows of basis ``url_slug``: only the words of a URL were seen, no text;
- a contradiction that keeps fewer than two of the rows it names (unless it named one only);
- two URLs of mirrors: one is a bare address, one carries the account of whoever posted it;
- the names of a volunteer driver and of a soldier, who hold no office;
- a reference to a contradiction that does not ship;
- the claims on the side of a contradiction that the coding named in words only are added to it;
- the wording of ``basis`` where a claim was not coded from a search excerpt of its own.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Row = dict[str, str]

SLUG = "url_slug"
TRUCES = {"easter-2025": "easter2025", "easter-2026": "easter2026", "energy-2025": "energy2025"}
YEARS = {"easter-2025": "2025", "easter-2026": "2026"}
REPLACED = {
    ("E25-052", "on_whose_word"): "Ukrainian soldier (name withheld)",
    ("E25-062", "independence_group"): "zoria-driver",
    ("E25-076", "source_url"): "mirror withheld (Meduza, 20 April 2025)",
    ("E25-088", "independence_group"): "zoria-driver",
    ("E25-088", "on_whose_word"): "volunteer driver (name withheld)",
    ("E25-089", "independence_group"): "zoria-driver",
    ("E25-089", "on_whose_word"): "volunteer driver (name withheld)",
    ("E26-024", "source_url"): "mirror withheld (Metro, 12 April 2026)",
}
COUNTERPARTS = {
    "CC-96": "K-054",
    "CC-CLOCK": "K-040",
    "CC-DRONES": "K-019 K-020",
    "CC-MISATTRIB": "K-016",
}
"""Claims on the side that the coding names in words only; without them one side would stand alone."""
EXCERPT = "search excerpt"
EARLIER = "earlier coding"


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def shipped(rows: Iterable[Row]) -> Iterator[Row]:
    """Leave out slugs; replace what may not ship."""
    for row in rows:
        if row["basis"] != SLUG:
            key = row.get("report_id") or row["claim_id"]
            clean = {name: REPLACED.get((key, name), text) for name, text in row.items()}
            yield {**clean, "basis": EXCERPT if row["basis"] == EXCERPT else EARLIER}


def resolved(rows: Iterable[Row], names: set[str]) -> Iterator[Row]:
    """Empty a reference to a contradiction that does not ship."""
    for row in rows:
        group = row["contradiction_group"]
        yield {**row, "contradiction_group": group if group in names else ""}


def with_shipped_rows(rows: Iterable[Row], keys: set[str]) -> Iterator[Row]:
    """Keep the contradictions that still have rows on their sides."""
    for row in rows:
        kept = {
            name: " ".join(key for key in row[name].split() if key in keys)
            for name in ("report_ids", "claim_ids")
        }
        named = len((row["report_ids"] + " " + row["claim_ids"]).split())
        if len((kept["report_ids"] + " " + kept["claim_ids"]).split()) >= min(named, 2):
            other = COUNTERPARTS.get(row["contradiction_group"], "")
            yield {**row, **kept, "claim_ids": f"{kept['claim_ids']} {other}".strip()}


def of_truce(truce: str) -> Callable[[Row], bool]:
    return lambda row: row["truce"] == truce


def cut(source: Path, target: Path) -> None:
    coded = source / "truce-reports"
    reports = list(shipped(read(coded / "reports.csv")))
    claims = list(shipped(read(coded / "claims.csv")))
    keys = {row["report_id"] for row in reports} | {row["claim_id"] for row in claims}
    named = list(with_shipped_rows(read(coded / "contradictions.csv"), keys))
    names = {row["contradiction_group"] for row in named}
    tables = {
        "reports": list(resolved(reports, names)),
        "claims": list(resolved(claims, names)),
        "contradictions": named,
    }
    counts = read(coded / "viina_daily_counts.csv")
    for folder, truce in TRUCES.items():
        for name, rows in tables.items():
            write(target / folder / f"{name}.csv", list(filter(of_truce(truce), rows)))
    for folder, year in YEARS.items():
        rows = [row for row in counts if row["date"].startswith(year)]
        write(target / folder / "daily_counts.csv", rows)
    for name in ("daily_counts.csv", "observations.csv"):
        write(target / "osce-smm" / name, read(source / "osce-smm-coded" / name))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: make_shipped_data.py SOURCE TARGET, e.g. ../shared/data data")
    cut(Path(sys.argv[1]), Path(sys.argv[2]))
