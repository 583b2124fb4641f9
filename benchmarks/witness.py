"""How many checkpoints a witness cosigns in a second, each forced to the disk before the answer.

python benchmarks/witness.py
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from truceline.transport import witness_server  # noqa: E402 - the same
from witness_world import MemoryLog, witness_in  # noqa: E402 - after the path is set

NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)
SIZES = range(1, 301)


def main() -> None:
    log = MemoryLog()
    requests = [log.request(size - 1, size) for size in SIZES]
    with tempfile.TemporaryDirectory() as folder:
        witness = witness_in(Path(folder) / "a", log)
        began = time.perf_counter()
        for body in requests:
            assert witness.add_checkpoint(body, NOW).granted
        tell("in the process", began)

        witness = witness_in(Path(folder) / "b", log)
        listening = witness_server.listen("127.0.0.1", 0)
        server = witness_server.make_server(witness, lambda: NOW, print)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        parts = urlsplit(witness_server.address(listening))
        connection = HTTPConnection(parts.hostname or "", parts.port)
        began = time.perf_counter()
        for body in requests:
            connection.request("POST", "/add-checkpoint", body)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        tell("over HTTP, one connection", began)
        connection.close()
        server.should_exit = True
        thread.join()


def tell(how: str, began: float) -> None:
    rate = len(SIZES) / (time.perf_counter() - began)
    print(f"{rate:8.0f} cosignatures/s {how}")


if __name__ == "__main__":
    main()
