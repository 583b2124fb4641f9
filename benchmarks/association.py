"""The association engine beside PyOcto and two baselines, on simulated sets, in one run.

    python benchmarks/association.py --quick                        a small sample, within three minutes
    python benchmarks/association.py small faults bare --seed 701   these parts, from this seed on
    python benchmarks/association.py all --seed 701 --write         everything, into docs/benchmarks.md
    python benchmarks/association.py small --seed 701 --engines truceline --write    one engine anew

Parts: small (ten sets of 300 to 10,000 events a day), faults (five sets, every fault), bare (five with
neither azimuth nor weather), hour (an hour of the large line), large (the line for a day), growth (1, 6
and 24 hours), country (10,000 sensors), sick (a day with every fault), noise (ten million rows of it).
The n-th set of a part is drawn from the n-th seed from --seed on, so that seeds that nobody has seen can
be measured. Sets, runs and the environment of PyOcto stay in --scratch; records of earlier runs stay
beside those of the new ones in `results.json` there. --write puts tables and diagrams of what is in it
for this seed into the page.

Seconds are of the solve on data in memory, after a run on a tiny set, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from association_diagrams import coverage, reliability
from association_engines import ENGINES, Places, measured
from association_sets import PARTS, Made, named
from association_tables import TABLES, Runs, machine, with_region
from association_targets import targets

ROOT: Final = Path(__file__).parents[1]
SCRATCH: Final = ROOT / "build" / "association"
PAGE: Final = ROOT / "docs" / "benchmarks.md"
ALONE: Final = ("growth", "sick", "noise")
"""Parts in which only Truceline runs, unless engines are named."""
Results = dict[str, dict[str, Any]]


def main(arguments: Sequence[str]) -> None:
    given = parsed(arguments)
    given.scratch.mkdir(parents=True, exist_ok=True)
    (given.scratch / ".gitignore").write_text("*\n", encoding="utf-8")
    plan = named(given.parts, given.seed, given.scale)
    places = Places(given.scratch, given.rivals_env or given.scratch / "rivals", given.limit)
    file = given.scratch / "results.json"
    results: Results = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for part, sets in plan.items():
        for made in [made for n, made in enumerate(sets) if n in (given.sets or range(len(sets)))]:
            for engine, threads in engines_of(part, given.engines):
                record = measured(engine, made, threads, places)
                print(said(record), file=sys.stderr, flush=True)
                keep(results, part, record, shown_command(part, given))
                file.write_text(json.dumps(results), encoding="utf-8")
    texts = page_parts(results, plan)
    print("\n\n".join(f"## {part}\n\n{texts[part]}" for part in plan))
    if given.write:
        write(given.page, results, named(list(PARTS), given.seed, given.scale))


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"all, or of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="The part `quick`; 15 s an engine.")
    parser.add_argument("--seed", type=int, default=701, help="Of the first set of each part.")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="Share of hours and events, to try a part out."
    )
    parser.add_argument(
        "--sets", nargs="+", type=int, metavar="N", help="Only these sets of each part, from 0 on."
    )
    parser.add_argument("--engines", nargs="+", choices=ENGINES, help="Only these.")
    parser.add_argument(
        "--limit",
        type=float,
        default=600.0,
        help="Seconds of the processor until an engine is stopped.",
    )
    parser.add_argument("--scratch", type=Path, default=SCRATCH)
    parser.add_argument("--rivals-env", type=Path, help="Environment of PyOcto; made if missing.")
    parser.add_argument("--write", action="store_true", help="Write tables and diagrams.")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args(arguments)
    if given.quick:
        given.parts, given.limit = ["quick"], min(given.limit, 15.0)
    if "all" in given.parts:
        given.parts = [part for part in PARTS if part != "quick"]
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown or not (given.parts or given.write):
        parser.error(f"name parts of {', '.join(PARTS)}, or all, or --quick; not {unknown}")
    return given


def engines_of(part: str, asked: Sequence[str] | None) -> list[tuple[str, int]]:
    """Give the runs on each set of a part: engine and threads."""
    engines = asked or (("truceline",) if part in ALONE else ENGINES)
    if part == "country" and not asked:
        engines = ("truceline", "windows")  # the grid of the other alone would take an hour
    runs = [(engine, 1) for engine in engines]
    both = part in ("large", "country") and "truceline" in engines
    return [*runs, ("truceline", 2)] if both else runs


def shown_command(part: str, given: argparse.Namespace) -> str:
    """Give the command that makes a part again."""
    words = [f"python benchmarks/association.py {part} --seed {given.seed}"]
    if given.scale != 1.0:
        words.append(f"--scale {given.scale:g}")
    if given.sets:
        words.append("--sets " + " ".join(str(number) for number in given.sets))
    if given.engines:
        words.append("--engines " + " ".join(given.engines))
    return " ".join([*words, f"--limit {given.limit:g}"])


def keep(results: Results, part: str, record: dict[str, Any], command: str) -> None:
    """Put a record in place of that of the same set, engine and threads."""
    same = ("set", "engine", "threads")
    there = results.setdefault(part, {"records": []})
    others = [o for o in there["records"] if any(o[key] != record[key] for key in same)]
    there["records"] = [*others, {**record, "command": command, "machine": machine()}]


def said(record: Mapping[str, Any]) -> str:
    """Tell of one run in a line."""
    words = f"{record['set']} {record['engine']} x{record['threads']}: {record['state']}"
    if record["state"] != "done":
        return f"{words} {record.get('seconds', '')} {record.get('said', '')}"
    return f"{words}, {record['seconds']:.2f} s, F1 {record['f1']:.3f}, {record['faults']} faults in the output"


def page_parts(results: Results, plan: Mapping[str, list[Made]]) -> dict[str, str]:
    """Give the text of each part of a plan for which there are records."""
    texts = {}
    for part, sets in plan.items():
        runs = Runs(sets, results.get(part, {"records": []})["records"])
        if list(runs):
            tables = [table for make in TABLES[part] if (table := make(runs))]
            texts[part] = "\n\n".join([_made_by(runs), *tables])
    return texts


def _made_by(runs: Runs) -> str:
    records = list(runs)
    commands = "; ".join(f"`{text}`" for text in sorted({one["command"] for one in records}))
    dates = " to ".join(
        sorted({one["date"] for one in records})[
            :: max(len({one["date"] for one in records}) - 1, 1)
        ]
    )
    where = "; ".join(sorted({one["machine"] for one in records}))
    load = [one["load_before"] for one in records]
    return f"{commands}\n\n{dates}; {where}; load of the machine before the runs {min(load):.1f} to {max(load):.1f}."


def write(page: Path, results: Results, every: Mapping[str, list[Made]]) -> None:
    """Write the tables and diagrams of all sets of which there are records into the page."""
    plan = {part: sets for part, sets in every.items() if part in results and part != "quick"}
    text = page.read_text(encoding="utf-8")
    for part, table in page_parts(results, plan).items():
        text = with_region(text, part, table)
    runs = {part: Runs(sets, results[part]["records"]) for part, sets in plan.items()}
    text = with_region(text, "targets", targets(runs))
    drawn = {
        part: [one for one in runs[part].every("truceline") if one["state"] == "done"]
        for part in ("small", "faults", "bare")
        if part in runs and runs[part].every("truceline")
    }
    if drawn:
        text = with_region(text, "diagrams", _pictures(page.parent / "img", drawn))
    page.write_text(text, encoding="utf-8")


def _pictures(folder: Path, drawn: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    folder.mkdir(exist_ok=True)
    shown = []
    for name, draw, about in (
        (
            "association-reliability",
            reliability,
            "Probability said against the share that is right",
        ),
        (
            "association-coverage",
            coverage,
            "Level of the ellipse against the share of truths inside",
        ),
    ):
        (folder / f"{name}.svg").write_text(draw(drawn), encoding="utf-8")
        shown.append(f"![{about}](img/{name}.svg)")
    return "\n".join(shown)


if __name__ == "__main__":
    main(sys.argv[1:])
