"""Runs the commands of a page in one shell and puts what they print under them.

A fence of kind ``console`` holds lines ``$ command`` and, below each, its output. All fences of a
page share one shell, so that a variable or folder made in one is there in the next.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from doc_server import caller

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOW = "2026-11-24T12:00:00Z"
"""The clock of every run, so that a page stays as it is."""
_MARK = "\x1e"
_KEY = re.compile(r"(truceline\.example/[\w-]+/)[0-9a-f]{12}(?:\+\S+)?")


def commands(page: str) -> list[str]:
    """Give the commands of a page in order."""
    fences = FENCE.findall(page)
    return [line[2:] for fence in fences for line in fence.splitlines() if line.startswith("$ ")]


def played(page: str, folder: Path) -> str:
    """Give the page with the output of its commands, run in a folder.

    Raises:
        SystemExit: when a command fails and the page does not go on with ``echo $?``.
    """
    given = commands(page)
    answers = iter(_answers(given, folder))
    return FENCE.sub(lambda match: _fence(match.group(1), answers), page)


def _fence(body: str, answers: object) -> str:
    lines = []
    for line in body.splitlines():
        if line.startswith("$ "):
            lines += [line, *next(answers)]  # type: ignore[call-overload]
    return "```console\n" + "".join(f"{line}\n" for line in lines) + "```"


def _answers(given: list[str], folder: Path) -> list[list[str]]:
    parts = _run(given, folder).split(_MARK)
    answers = []
    for place, command in enumerate(given):
        output, status = parts[2 * place], parts[2 * place + 1]
        told = place + 1 < len(given) and given[place + 1] == "echo $?"
        if status != "0" and not told:
            raise SystemExit(f"$ {command}\n{output}exit code {status}")
        lines = _KEY.sub(r"\1…", output).splitlines()
        answers.append([line.rstrip() for line in lines])
    return answers


def _run(given: list[str], folder: Path) -> str:
    told = f"_s=$?; printf '{_MARK}%s{_MARK}' $_s; (exit $_s)"
    script = "".join(f"{command}\n{told}\n" for command in given)
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=folder,
        env=_environment(caller(_environment())),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode()


def _environment(*first: str) -> dict[str, str]:
    return {
        # the python of the environment, as for a reader who has activated it
        "PATH": os.pathsep.join([*first, str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": os.environ.get("HOME", "/"),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TRUCELINE_NOW": NOW,
    }
