"""Runs the command line many times for one start-up: each command is a process of its own, forked."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SERVER = """
import json, os, sys, traceback
from truceline.cli import main

def run(job):
    for number, name in enumerate(("in", "out", "err")):
        opened = os.open(job[name], os.O_RDWR | os.O_CREAT if number else os.O_RDONLY, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (open(n, "w" if n else "r", closefd=False) for n in range(3))
    sys.argv = ["truceline", *job["argv"]]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return code

jobs, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
for line in jobs:
    job = json.loads(line)
    if job["how"] == "here":
        print(run(job), file=answers, flush=True)
        continue
    pid = os.fork()
    if pid == 0:
        os.close(jobs.fileno())
        os.close(answers.fileno())
        os._exit(run(job))
    code = pid if job["how"] == "behind" else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(code, file=answers, flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: bytes
    err: str


class Forks:
    """The command line, its modules already read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._count = folder, 0
        self._server = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "COLUMNS": "400"},
        )
        self._behind: list[int] = []

    def _start(self, argv: tuple[object, ...], given: bytes, how: str) -> tuple[int, Path]:
        self._count += 1
        paths = {name: str(self.folder / f"{self._count}.{name}") for name in ("in", "out", "err")}
        Path(paths["in"]).write_bytes(given)
        job = {"argv": [str(part) for part in argv], "how": how, **paths}
        print(json.dumps(job), file=self._server.stdin, flush=True)
        return int(self._server.stdout.readline()), self.folder / str(self._count)

    def run(self, *argv: object, given: bytes = b"", here: bool = False) -> Ended:
        """Run one command to its end; `here` in the first process, so that later ones start warm."""
        code, stem = self._start(argv, given, "here" if here else "fork")
        read = stem.with_suffix
        return Ended(code, read(".out").read_bytes(), read(".err").read_text(encoding="utf-8"))

    def behind(self, *argv: object, until: str) -> tuple[int, str]:
        """Start a command, wait for a word of it, and leave it running: (process id, its words)."""
        pid, stem = self._start(argv, b"", "behind")
        self._behind.append(pid)
        for _ in range(600):
            files = (stem.with_suffix(".out"), stem.with_suffix(".err"))
            said = "".join(file.read_text(encoding="utf-8") for file in files if file.exists())
            if until in said:
                return pid, said
            time.sleep(0.02)
        raise AssertionError(f"{argv}: {said}")

    def stop(self, pid: int) -> None:
        """End a command that was left running, at once, as a failing machine would."""
        self._behind.remove(pid)
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        for pid in list(self._behind):
            self.stop(pid)
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()
