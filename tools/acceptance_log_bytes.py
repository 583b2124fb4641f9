"""Every byte of a small log changed to every other value: each change must be found.

python tools/acceptance_log_bytes.py
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from truceline.evidence import Log, create_log  # noqa: E402 - after the path is set
from truceline.evidence.note import parse_vkey  # noqa: E402 - the same
from truceline.evidence.openings import sealed_line  # noqa: E402 - the same
from truceline.evidence.verify import verify_log  # noqa: E402 - the same
from truceline.evidence.verify_whole import whole_report  # noqa: E402 - the same

_CAREFUL_EVERY = 251
"""The careful way, which names the place, is asked at each change of this many."""


def every_byte() -> list[str]:
    """Change each byte of a log of two batches; give lines for the record.

    Raises:
        AssertionError: when a change is not found, or the file is not named.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        vkey = create_log(root, "evidence.example/log", bytes(range(32)))
        for count in (2, 3):
            Log.open(root, batch=3).append([b'{"n":%d}' % n for n in range(count)])
        path = root / "openings/000000000.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + lines[1] + sealed_line(1) + lines[3])
        started = time.monotonic()
        paths = sorted(p for f in ("log", "openings") for p in (root / f).rglob("*") if p.is_file())
        tried = sum(_each(root, path, vkey) for path in paths)
        seconds = time.monotonic() - started
        total = sum(path.stat().st_size for path in paths)
    return [
        f"{total} bytes in {len(paths)} files of a log of 6 entries, each changed to all 255 others",
        f"{tried} changes, every one found ({seconds:.0f} s)",
    ]


def _each(root: Path, path: Path, vkey: str) -> int:
    verifier, tried = parse_vkey(vkey), 0
    with path.open("r+b", buffering=0) as file:
        for at, byte in enumerate(path.read_bytes()):
            for other in range(256):
                if other == byte:
                    continue
                tried += 1
                os.pwrite(file.fileno(), bytes([other]), at)
                if whole_report(root / "log", root / "openings", verifier) is not None:
                    raise AssertionError(f"{path.name}, byte {at}: {byte} to {other} was not found")
                if tried % _CAREFUL_EVERY == 0:
                    _require_named(root, path, vkey)
            os.pwrite(file.fileno(), bytes([byte]), at)
    return tried


def _require_named(root: Path, path: Path, vkey: str) -> None:
    named = {p.path for p in verify_log(root / "log", root / "openings", vkey).problems}
    if path.relative_to(root).as_posix() not in named:
        raise AssertionError(f"{path.name} was changed, named are {sorted(named)}")


if __name__ == "__main__":
    sys.stdout.write("\n".join(every_byte()) + "\n")
