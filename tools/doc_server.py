"""Answers ``truceline`` from a process that has it loaded, so that a page of commands runs quickly.

Loading the program takes longer than most commands. The process forks for each command; the fork
has the caller's folder, environment and streams, runs the very program, and ends with its status.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

_CALLER = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    said = json.dumps([os.getcwd(), sys.argv[1:], dict(os.environ)]).encode()
    socket.send_fds(line, [said], [0, 1, 2])
    line.shutdown(socket.SHUT_WR)
    sys.exit(int(line.recv(8)))
"""


_STARTED: dict[str, str] = {}
"""Folder with the caller, once the server of this process has been started."""


def caller(environment: dict[str, str]) -> str:
    """Give a folder whose ``truceline`` is answered by a server; it ends with this process."""
    if "folder" not in _STARTED:
        _STARTED["folder"] = _start(environment)
    return _STARTED["folder"]


def _start(environment: dict[str, str]) -> str:
    ends = contextlib.ExitStack()
    atexit.register(ends.close)
    folder = ends.enter_context(tempfile.TemporaryDirectory())
    address = f"{folder}/door"
    script = Path(folder) / "truceline"
    script.write_text(_CALLER.format(python=sys.executable, address=address))
    script.chmod(0o755)
    command = [sys.executable, __file__, address]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    ends.callback(server.communicate)
    ends.callback(server.terminate)
    server.stdout.readline()  # it says that the door is open
    return folder


def _serve(door: socket.socket) -> None:
    while True:
        line, _ = door.accept()
        with line:
            said, streams, _, _ = socket.recv_fds(line, 1 << 16, 3)
            while more := line.recv(1 << 16):
                said += more
            child = os.fork()
            if child == 0:
                _run(*json.loads(said), streams)
            for stream in streams:
                os.close(stream)
            line.sendall(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _run(folder: str, words: list[str], environment: dict[str, str], streams: list[int]) -> None:
    """Run one command in this process and end it."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    status = 1
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(n, "rw"[n > 0], closefd=False) for n in range(3)
        )
        sys.argv = ["truceline", *words]
        truceline.cli.app.main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    from importlib import import_module

    import truceline.cli.app  # loaded once, before the first command, with every command's module
    from truceline.cli.lazy import EVIDENCE, WHERE

    for name in sorted({*WHERE.values(), *EVIDENCE.values()} - {"history"}):  # Dask starts threads
        import_module(f"truceline.cli.{name}")

    with socket.socket(socket.AF_UNIX) as way_in:
        way_in.bind(sys.argv[1])
        way_in.listen()
        print("open", flush=True)
        _serve(way_in)
