"""A witness under load of two histories at once, killed with SIGKILL at random moments.

    python tools/acceptance_witness.py 200

Four clients send growing checkpoints as fast as they are answered, two of one history of a log and
two of another. Whatever was cosigned before, between and after the kills must be one history, and
the witness's memory must never stand before what a client has in its hands.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from truceline.errors import EvidenceError, SourceError  # noqa: E402 - the same
from truceline.evidence.checkpoint import parse_checkpoint  # noqa: E402 - the same
from truceline.evidence.note import Verifier, open_note  # noqa: E402 - the same
from truceline.evidence.witness import open_witness  # noqa: E402 - the same
from truceline.evidence.witness_request import size_stated  # noqa: E402 - the same
from truceline.transport.witness_client import add_checkpoint  # noqa: E402 - the same
from witness_world import NAME, ORIGIN, MemoryLog, seed  # noqa: E402 - after the path is set

FORK_AT = 3
"""Both histories have the same entries before this index."""
_SERVE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from truceline.evidence.note import parse_vkey
from truceline.evidence.witness import open_witness
from truceline.transport import witness_server as server
state, name, vkey, seed, port = sys.argv[1:]
witness = open_witness(Path(state), name, [parse_vkey(vkey)], bytes.fromhex(seed))
listening = server.listen("127.0.0.1", int(port))
print(server.address(listening), flush=True)
server.serve(witness, listening, lambda: datetime.now(UTC), lambda line: None)
"""


@dataclass
class Load:
    """What the clients hold in their hands."""

    url: str = ""
    cosigned: list[tuple[int, bytes, int]] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    lost: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


def start(state: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """Start a witness as a process of its own; give it and its address."""
    log = MemoryLog()
    command = [sys.executable, "-c", _SERVE, str(state), NAME, log.verifier.vkey]
    process = subprocess.Popen(
        [*command, seed("seed a").hex(), str(port)], stdout=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline().strip()


def client(load: Load, log: MemoryLog, key: Verifier, rng: random.Random) -> None:
    """Send growing checkpoints of one history for as long as it lasts."""
    old = 0
    while not load.ended.is_set():
        new = old + rng.choice((0, 1, 1, 2))
        try:
            answer = add_checkpoint(load.url, log.request(old, new), timeout_s=5)
        except SourceError:
            with load.lock:
                load.lost += 1
            time.sleep(0.01)
            continue
        with load.lock:
            load.answers[answer.status] = load.answers.get(answer.status, 0) + 1
        if answer.granted:
            note = log.note(new) + answer.body
            found = open_note(note, [key])
            root = parse_checkpoint(found.text).root
            with load.lock:
                load.cosigned.append((new, root, found.signatures[0].time_s))
            old = new
        elif answer.status == 409:
            old = size_stated(answer)
        else:
            time.sleep(0.002)  # a history that the witness refuses for good


def witness_kills(kills: int, most_s: float = 0.25) -> list[str]:
    """Kill a witness under load and check what it has cosigned; give lines for the record.

    Raises:
        AssertionError: when it has cosigned two histories, or has forgotten what it cosigned.
    """
    rng = random.Random(20260513)  # noqa: S311 - moments of kills, not secrets
    main, lie = MemoryLog(), MemoryLog(history="lie", fork_at=FORK_AT)
    load = Load()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "witness"
        process, load.url = start(state)
        port = int(re.search(r":(\d+)$", load.url)[1])
        key = open_witness(state, NAME, [main.verifier], seed("seed a")).cosigner.verifier
        clients = [
            threading.Thread(target=client, args=(load, log, key, random.Random(n)))  # noqa: S311 - the same
            for n, log in enumerate((main, lie, main, lie))
        ]
        for one in clients:
            one.start()
        try:
            for _ in range(kills):
                _until_answered(load)
                time.sleep(rng.uniform(0, most_s))
                process.kill()
                process.wait()
                process.stdout.close()
                _remembers(state, main, load)
                process, _ = start(state, port)
            _until_answered(load)
        finally:
            load.ended.set()
            for one in clients:
                one.join()
            process.kill()
            process.wait()
            process.stdout.close()
        _remembers(state, main, load)
    return _judged(load, main, lie, kills)


def _until_answered(load: Load) -> None:
    """Wait until the witness is at work, so that it is killed there and not while it starts."""
    before = sum(load.answers.values())
    end = time.monotonic() + 20
    while sum(load.answers.values()) == before and time.monotonic() < end:
        time.sleep(0.005)


def _remembers(state: Path, main: MemoryLog, load: Load) -> None:
    """What a client has in its hands must not be beyond what the witness remembers."""
    with load.lock:
        held = max((size for size, _, _ in load.cosigned), default=0)
    witness = open_witness(state, NAME, [main.verifier], seed("seed a"))
    seen = witness.seen(ORIGIN)
    remembered = 0 if seen is None else seen.checkpoint.size
    assert remembered >= held, f"cosigned {held} entries, remembers {remembered}"


def _judged(load: Load, main: MemoryLog, lie: MemoryLog, kills: int) -> list[str]:
    roots = {"main": {}, "lie": {}}
    for size in {size for size, _, _ in load.cosigned}:
        roots["main"][size] = main.subtree(0, size)
        roots["lie"][size] = lie.subtree(0, size)
    beyond = {
        name
        for size, root, _ in load.cosigned
        for name, known in roots.items()
        if size > FORK_AT and known[size] == root
    }
    for size, root, _ in load.cosigned:
        assert root in (roots["main"][size], roots["lie"][size])
    assert len(beyond) <= 1, "two histories were cosigned"
    times = {}
    for size, _, time_s in sorted(load.cosigned):
        times.setdefault(size, []).append(time_s)
    latest = 0
    for size in sorted(times):
        assert min(times[size]) >= latest, "a time went back"
        latest = max(times[size])
    if not load.cosigned:
        raise EvidenceError("nothing was cosigned: the load did not work")
    answered = ", ".join(f"{count} x {status}" for status, count in sorted(load.answers.items()))
    cosigned = f"{len(load.cosigned)} cosignatures up to {max(times)} entries"
    return [
        f"{kills} kills by SIGKILL under load: {cosigned}, of one history; nothing forgotten",
        f"answers {answered}; {load.lost} requests without an answer",
    ]


if __name__ == "__main__":
    print("\n".join(witness_kills(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
