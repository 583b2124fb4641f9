"""How many articles a minute `truceline statements read` reads: invented articles with changed names.

    python benchmarks/reading_speed.py [--articles 1000] [--paragraphs 30] [--keep DIR]

Each article is put together out of paragraphs of `tests/data/statements/articles` until it is about
as long as a news report (50 paragraphs are some 4,500 characters, the size of the seeds); every
invented family name is changed by the number of the article's outlet, so that names, rare words and
speakers grow with the batch as they do in life. One in ten articles is a copy of the one before with
an agency credited. The command line is run as a child, so that start, sidecar, alignment,
contradictions and the writing of JSON are all in the time; peak memory is of the largest process.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "tests" / "data" / "statements" / "articles"
NAMES = ("Sarnov", "Valcourt", "Dolin", "Brenner", "Kaskova", "Ferrano", "Orr", "Velm")
AGENCIES = ("AFP", "Reuters", "AP")


def paragraphs() -> list[str]:
    lines = [
        line.strip()
        for file in sorted(ARTICLES.glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if len(line) > 40]


def article(rng: random.Random, source: list[str], number: int, length: int) -> str:
    chosen = [rng.choice(source) for _ in range(length)]
    text = "\n".join(dict.fromkeys(chosen))
    for name in NAMES:
        text = text.replace(name, f"{name}{'abcdefghij'[number % 10]}{'aeiou'[number // 10 % 5]}v")
    return f"Report {number} of the talks\n{text}\n"


def write(folder: Path, count: int, length: int) -> None:
    rng = random.Random(7)  # noqa: S311 - invented articles, no secret
    source = paragraphs()
    known = {}
    text = ""
    for number in range(count):
        copied = number % 10 == 9
        text = text if copied else article(rng, source, number, length)
        name = f"a{number:05d}.txt"
        (folder / name).write_text(text, encoding="utf-8")
        known[name] = {
            "outlet": f"Outlet {number % 60}",
            "published": f"2031-{1 + number // 10 % 12:02d}-15",
        }
        if copied:
            known[name]["agency"] = AGENCIES[number // 10 % 3]
    (folder / "documents.yaml").write_text(yaml.safe_dump({"documents": known}), encoding="utf-8")


def run(folder: Path) -> dict[str, float]:
    out = folder / "reading.json"
    files = [str(file) for file in sorted(folder.glob("*.txt"))]
    command = [str(Path(sys.executable).with_name("truceline")), "statements", "read"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, *files, "--json", str(out)], stdout=subprocess.DEVNULL, check=False
    )
    took = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = used.ru_maxrss / 1024
    reading = json.loads(out.read_text(encoding="utf-8"))
    size = sum(len(Path(file).read_bytes()) for file in files) / len(files)
    return {
        "exit": done.returncode,
        "articles": len(files),
        "mean_bytes": round(size),
        "statements": len(reading["statements"]),
        "pledges": len(reading["pledges"]),
        "alignments": len(reading["alignments"]),
        "contradictions": len(reading["contradictions"]),
        "seconds": round(took, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "articles_a_minute": round(len(files) / took * 60),
        "peak_mib_of_one_process": round(peak),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--paragraphs", type=int, default=50)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, given.articles, given.paragraphs)
        print(json.dumps(run(folder), indent=1))


if __name__ == "__main__":
    main()
