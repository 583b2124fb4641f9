"""The records in the large: one day on both databases, kills by the hundred, twenty people.

python tools/acceptance_records.py day        Easter 2026 on SQLite and PostgreSQL: same bytes
python tools/acceptance_records.py kills 200  SIGKILL at random, half on each database
python tools/acceptance_records.py server 10  the server killed under those who record
"""

from __future__ import annotations

import functools
import hashlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import postgres
from killed_records import Rounds
from truceline.demo import examples
from truceline.pipeline.backup import backup
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.import_ import import_
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from truceline.store import database, records
from workspaces import NOW, begin, hashes, small_files, take


def day(folder: Path, cluster: postgres.Cluster) -> Iterator[str]:
    """Easter 2026 with all that ships about it, on both databases."""
    made = {}
    for name, url in (("SQLite", ""), ("PostgreSQL", cluster.database("easter"))):
        examples.start = functools.partial(start, url=url)  # type: ignore[attr-defined]
        begun = time.perf_counter()
        done = examples.easter_2026(folder / name, datetime(2026, 5, 13, 8, tzinfo=UTC), _silent)
        took = time.perf_counter() - begun
        with open_desk(done.workspace) as desk:
            found = verify(desk)
            with database.reading(desk.engine) as connection:
                results = str(records.last_run(connection)["results"])  # type: ignore[index]
                content = [str(row) for row in records.findings(connection)]
            backup(desk, folder / f"{name}.tar")
        files = {n: h for n, h in hashes(done.workspace).items() if n.startswith(("out/", "log/"))}
        made[name] = (results, content, files)
        state = "verified" if found.ok else f"NOT VERIFIED: {found.problems[:3]}"
        rows = hashlib.sha256("".join(content).encode()).hexdigest()
        yield (
            f"{name}: {len(content)} findings, results {results[:12]}, findings {rows[:12]}, "
            f"{len(files)} files of reports and log, {state}, {took:.0f} s"
        )
    same = made["SQLite"] == made["PostgreSQL"]
    yield f"the same results, findings, reports and log on both: {'yes' if same else 'NO'}"
    tars = [(folder / f"{name}.tar").read_bytes() for name in made]
    yield f"the same backup, byte for byte: {'yes' if tars[0] == tars[1] else 'NO'}"


def kills(folder: Path, cluster: postgres.Cluster, count: int) -> Iterator[str]:
    """Half of the kills on each database, under load."""
    _small(folder)
    urls = (("SQLite", ""), ("PostgreSQL", cluster.database("kills")))
    for number, (name, url) in enumerate(urls):
        root = folder / name
        import_(folder / "small.tar", root, url)
        rounds = Rounds(root, random.Random(number))  # noqa: S311 - moments, no secret
        acknowledged = 0
        for at in range(count // 2):
            acknowledged += rounds.kill()
            rounds.check(whole=at % 10 == 9 or at == count // 2 - 1)
        yield (
            f"{name}: {count // 2} kills, {acknowledged} steps acknowledged by workers that were "
            "killed, each there once; log never forked; verified"
        )


def server(folder: Path, cluster: postgres.Cluster, count: int) -> Iterator[str]:
    """The server itself killed, as when its machine fails."""
    _small(folder)
    root = folder / "server"
    import_(folder / "small.tar", root, cluster.database("server"))
    rounds = Rounds(root, random.Random(9))  # noqa: S311 - moments, no secret
    acknowledged = 0
    for _ in range(count):
        acknowledged += rounds.kill(1.0, meanwhile=lambda: cluster.stop("immediate"))
        cluster.start()
        rounds.check(whole=True)
    yield (
        f"PostgreSQL killed {count} times under load: {acknowledged} steps acknowledged, each there "
        "once; verified each time"
    )


def _small(folder: Path) -> None:
    if not (folder / "small.tar").exists():
        with begin(folder / "small") as desk:
            source, name, raw = small_files()[0]
            take(desk, source, raw, name)
            run(desk, NOW)
            backup(desk, folder / "small.tar")


def _silent(_line: str) -> None:
    """Say nothing."""


def lines(count: int = 200, times: int = 10) -> list[str]:
    """Give all of it for the record."""
    found: list[str] = []
    _with_cluster(lambda folder, cluster: found.extend(day(folder, cluster)))
    _with_cluster(lambda folder, cluster: found.extend(kills(folder, cluster, count)))
    _with_cluster(lambda folder, cluster: found.extend(server(folder, cluster, times)))
    return found


def _with_cluster(work: Callable[[Path, postgres.Cluster], None]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tl-records-"))
    cluster = postgres.Cluster(postgres.folder())
    try:
        work(folder, cluster.make())
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    what, *rest = sys.argv[1:] or ["day"]
    parts: dict[str, Callable[[Path, postgres.Cluster], Iterator[str]]] = {
        "day": day,
        "kills": lambda folder, cluster: kills(folder, cluster, int((rest or ["200"])[0])),
        "server": lambda folder, cluster: server(folder, cluster, int((rest or ["10"])[0])),
    }
    if absent := postgres.missing():
        print(absent)
        return 1
    said: list[str] = []

    def work(folder: Path, cluster: postgres.Cluster) -> None:
        for line in parts[what](folder, cluster):
            said.append(line)
            print(line, flush=True)

    _with_cluster(work)
    return int(any("NO" in line.split() for line in said))


if __name__ == "__main__":
    sys.exit(main())
