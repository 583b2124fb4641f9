"""How long a large log takes to verify, to check by its public files, and to compare with a copy.

    python benchmarks/evidence_verify.py 1000000

The files are made without the single appends, which is not what is measured here.
"""

from __future__ import annotations

import hashlib
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from truceline.evidence import create_log, keys, verify_log
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.commitment import PADDING, Opening
from truceline.evidence.fsck import against_log, fsck
from truceline.evidence.layout import CHECKPOINT
from truceline.evidence.note import parse_vkey
from truceline.evidence.openings import file_name, write_openings
from truceline.evidence.tiles import TileReader, grow
from truceline.pipeline.events import read_events

ORIGIN = "evidence.example/log"
BATCH = 64
CHUNK = 4096


def record(index: int) -> bytes:
    """Give a record such as a run logs by the thousand; every fourth entry fills a batch."""
    if index % 4 == 3:
        return PADDING
    digest = hashlib.sha256(b"%d" % index).hexdigest().encode()
    return b'{"incident_id":"INC-%06d","revision":1,"sha256":"%s","type":"incident.revised"}' % (
        index,
        digest,
    )


def build(root: Path, size: int) -> str:
    """Write a log of a size, with a file of openings for each batch of 64."""
    vkey = create_log(root, ORIGIN, bytes(range(32)))
    edge = TileReader(root / "log", 0).whole_edge()
    growth = grow(edge, [])
    for start in range(0, size, CHUNK):
        indices = range(start, min(start + CHUNK, size))
        made = [Opening(i, hashlib.sha256(b"salt%d" % i).digest(), record(i)) for i in indices]
        growth = grow(edge, [opening.entry for opening in made])
        edge = growth.edge
        for tile, data in growth.files.items():
            path = root / "log" / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for at in range(0, len(made), BATCH):
            path = root / "openings" / file_name(start + at)
            path.write_bytes(write_openings(made[at : at + BATCH]))
    note = keys.read_signer(root).sign(Checkpoint(ORIGIN, size, growth.root).text)
    (root / "log" / CHECKPOINT).write_bytes(note)
    return vkey


def timed(name: str, work: Callable[[], bool]) -> None:
    """Run once and print what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    stands = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<52} {wall:7.2f} s  {cpu:7.2f} s of CPU  {peak:6.0f} MB  {stands}")


def main(size: int) -> None:
    """Measure a log of a size."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "log-of-many"
        vkey = build(root, size)
        key = parse_vkey(vkey)
        log, openings = root / "log", root / "openings"
        print(f"{size} entries, batches of {BATCH}")
        timed("verify, with all openings", lambda: verify_log(log, openings, vkey).complete)
        timed("verify, log alone", lambda: verify_log(log, None, vkey).ok)
        timed("fsck", lambda: fsck(log, key).ok)
        shutil.copytree(log, root / "copy")
        timed("fsck against a copy", lambda: not against_log(log, root / "copy", key)[0])
        timed(
            "events of the last batch, found among all files",
            lambda: len(read_events(openings, size, since=size - BATCH)) == BATCH * 3 // 4,
        )
        path = log / "tile/entries/000"
        data = bytearray(path.read_bytes())
        data[20] ^= 1
        path.write_bytes(data)
        timed(
            "verify, one byte changed: the careful way", lambda: verify_log(log, openings, vkey).ok
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
