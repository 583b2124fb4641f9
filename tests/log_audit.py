"""What a run of ``truceline evidence append`` did to the disk, as strace saw it.

At each acknowledgement (a write to descriptor 1), every byte of the log that was written and every
name that was made must have been forced to the disk: a request that began after the write and
ended well before the acknowledgement.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

CALLS = (
    "open,openat,creat,write,pwrite64,writev,pwritev,ftruncate,truncate,rename,renameat,renameat2,"
    "link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,fsync,fdatasync,mmap,sendfile,copy_file_range"
)
APPEND = "import typer; from truceline.cli import evidence_log; typer.run(evidence_log.append)"
"""The command, without the time that the whole command line takes to load."""
CHANGES_BYTES = {"write", "pwrite64", "writev", "pwritev", "ftruncate", "sendfile"}

_LINE = re.compile(r"^(?P<pid>\d+) +(?P<said>.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(?P<rest>.*)$")
_CALL = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)\) += (?P<answer>-?\d+|\?)")
_DESCRIPTOR = re.compile(r"^(?P<number>\d+)<(?P<path>[^>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def traced(folder, lines, program=APPEND, arguments=()):
    """Run the command under strace; give its trace and what it printed."""
    if shutil.which("strace") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("strace is missing: apt-get install strace")
        pytest.skip("strace is missing: apt-get install strace")
    trace = folder.with_name(folder.name + ".trace")
    done = subprocess.run(
        ["strace", "-f", "-y", "-s", "80", "-e", f"trace={CALLS}", "-o", str(trace), "--",
         sys.executable, "-c", program, str(folder), *arguments],
        input=lines, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    return trace.read_text(errors="replace"), done


class Audit:
    """Reads a trace; ``faults`` says what was not on the disk when somebody was told."""

    def __init__(self, log, before=()):
        """Watch everything in the folder that the log is in: its private part, its public key."""
        self.prefix = f"{log.parent}/"
        self.known = set(before)
        self.written = {}  # path to when it was last written to
        self.named = {}  # path to when it got its name, if its folder was not forced since
        self.begun = {}  # process to when its call under way began, and its text so far
        self.now = 0
        self.told = 0
        self.forced = 0
        self.faults = []

    def read(self, trace):
        for line in trace.splitlines():
            self.now += 1
            match = _LINE.match(line)
            if match is None:
                continue
            pid, said = match["pid"], match["said"]
            if said.endswith("<unfinished ...>"):
                self.begun[pid] = self.now, said.removesuffix("<unfinished ...>").rstrip()
                self._acknowledges(self.begun[pid][1])
                continue
            began, resumed = self.now, _RESUMED.match(said)
            if resumed:
                began, text = self.begun.pop(pid)
                said = text + resumed["rest"]
            else:
                self._acknowledges(said)
            if call := _CALL.match(said):
                self._take(call["name"], call["arguments"], call["answer"], began)
        return self

    def _acknowledges(self, said):
        if not said.startswith(("write(1<", "writev(1<")):
            return
        self.told += 1
        for path in [*self.written, *self.named]:
            what = "bytes" if path in self.written else "name"
            self.faults.append(f"told {self.told}: the {what} of {path} not forced to the disk")

    def _take(self, name, arguments, answer, began):
        if answer.startswith("-"):
            return
        paths = [p for p in _QUOTED.findall(arguments) if p.startswith(self.prefix)]
        descriptor = _DESCRIPTOR.match(arguments)
        path = descriptor["path"] if descriptor else ""
        if name in {"fsync", "fdatasync"}:
            self._force(path, began)
        elif name in CHANGES_BYTES and path.startswith(self.prefix):
            self.written[path] = self.now
        elif name == "mmap" and "MAP_SHARED" in arguments and self.prefix in arguments:
            self.faults.append("writing through memory is not understood")
        elif paths:
            self._take_names(name, paths, arguments)

    def _take_names(self, name, paths, arguments):
        if name in {"open", "openat", "creat"}:
            if "O_CREAT" in arguments and paths[0] not in self.known:
                self._name(paths[0])
            if "O_TRUNC" in arguments:
                self.written[paths[0]] = self.now
        elif name.startswith("mkdir"):
            self._name(paths[0])
        elif name.startswith("rename") and len(paths) == 2:
            self._rename(*paths)
        elif name.startswith("unlink"):
            self._forget(paths[0])
        else:
            self.faults.append(f"{name} of {paths[-1]} is not understood")

    def _name(self, path):
        self.known.add(path)
        self.named[path] = self.now

    def _rename(self, old, new):
        if old in self.written:
            self.written[new] = self.written[old]
        self._forget(old)
        self._name(new)

    def _forget(self, path):
        self.known.discard(path)
        self.written.pop(path, None)
        self.named.pop(path, None)

    def _force(self, path, began):
        self.forced += 1
        if self.written.get(path, began) < began:
            del self.written[path]
        of_folder = [n for n in self.named if n.rpartition("/")[0] == path]
        for name in of_folder:
            if self.named[name] < began:
                del self.named[name]
