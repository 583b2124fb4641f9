"""Run a program with a limit on the seconds of the processor, and say what it used.

The clock alone would stop programs early on a machine that does other work too.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

_PATIENCE: Final = 10.0
"""Seconds of the clock for each of the processor until a program is thought to hang."""
_STEP_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    code: int | None
    """Exit code; null when it was stopped at the limit."""
    processor_seconds: float
    peak_mib: float
    said: str
    """The end of what it wrote to standard error."""


def solve_seconds(ended: Ended, begun: Path) -> float:
    """Give the seconds of the processor since the child wrote its own into ``begun``; 0 before that."""
    if not begun.is_file():
        return 0.0
    return max(ended.processor_seconds - float(begun.read_text(encoding="utf-8")), 0.0)


def run_limited(command: Sequence[str], limit_s: float) -> Ended:
    """Run a program until it ends or has used its seconds of the processor.

    Raises:
        OSError: when it cannot be started.
    """
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, stderr=errors)
        whole = ceil(limit_s)
        resource.prlimit(child.pid, resource.RLIMIT_CPU, (whole, whole + 5))
        stopped, end = False, time.monotonic() + _PATIENCE * limit_s
        while True:
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > end and not stopped:
                child.kill()
                stopped = True
            time.sleep(_STEP_S)
        code = child.returncode = os.waitstatus_to_exitcode(status)
        stopped = stopped or code == -signal.SIGXCPU
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")[-2000:]
    spent = used.ru_utime + used.ru_stime
    return Ended(None if stopped else code, spent, used.ru_maxrss / 1024, said)
