"""Ask a plug-in in a process of its own: one that raises, dies or hangs takes nothing with it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pickle import PicklingError
from typing import Any, Final, Self

from truceline.guarantees.reading.proposer import Plugged, Proposer, Suggestion
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Document

PATIENCE: Final = 3
"""Failures in a row after which a proposer is not asked again."""
MOST: Final = 5000
"""Proposals of one article beyond which an answer is not believed."""


class ProposerFailed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A plug-in gave no usable answer; the argument says why."""


class Child:
    """A process that one proposer runs in; started when it is first asked, and again after a failure."""

    def __init__(self, plugged: Plugged) -> None:
        """Prepare; nothing is started yet."""
        self._plugged = plugged
        self._process: Any = None
        self._pipe: Connection | None = None
        self._failures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, document: Document, sentences: Sequence[Sentence]) -> list[Suggestion]:
        """Ask about one article.

        Raises:
            ProposerFailed: when it raises, dies, hangs, or answers with something else.
        """
        if self._failures >= PATIENCE:
            raise ProposerFailed(f"not asked: it failed {PATIENCE} times in a row")
        try:
            found = self._asked(document, sentences)
        except ProposerFailed:
            self._failures += 1
            raise
        self._failures = 0
        return found

    def _asked(self, document: Document, sentences: Sequence[Sentence]) -> list[Suggestion]:
        pipe = self._pipe or self._started()
        try:
            pipe.send((document, tuple(sentences)))
        except OSError:
            self._end()
            raise ProposerFailed("its process ended") from None
        kind, value = self._answer(pipe, self._plugged.limit_s, "gave no answer")
        if kind == "error":
            raise ProposerFailed(f"it raised {value}")
        return list(value)

    def _started(self) -> Connection:
        # Started afresh and not forked: the parent may have threads, and no memory is shared.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._plugged.proposer), daemon=True
        )
        try:
            self._process.start()
        except (PicklingError, AttributeError, TypeError, OSError) as error:
            self._process = None
            self._end()
            raise ProposerFailed(f"it cannot be sent to a process: {error}") from None
        theirs.close()
        self._answer(self._pipe, self._plugged.start_s, "was not ready")
        return self._pipe

    def _answer(self, pipe: Connection, limit_s: float, failed: str) -> tuple[str, Any]:
        try:
            if not pipe.poll(limit_s):
                self._end()
                raise ProposerFailed(f"{failed} within {limit_s:g} s and was ended")
            kind, value = pipe.recv()
        except (EOFError, OSError):
            self._end()
            raise ProposerFailed("its process ended") from None
        return str(kind), value

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection, proposer: Proposer) -> None:  # pragma: no cover - runs in the child
    """Answer until the pipe is closed."""
    pipe.send(("ready", None))
    while True:
        try:
            document, sentences = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("found", _plain(proposer, document, sentences)))
        except Exception as error:  # noqa: BLE001 - whatever a plug-in raises is told, never spread
            pipe.send(("error", f"{type(error).__name__}: {error}"[:300]))


def _plain(
    proposer: Proposer, document: Document, sentences: Sequence[Sentence]
) -> list[Suggestion]:  # pragma: no cover - runs in the child
    """Give suggestions of plain values only, so that the parent unpacks nothing of the plug-in's.

    Raises:
        ValueError: when there are too many.
    """
    found = []
    for one in proposer.propose(document, sentences):
        fields = {
            str(name): str(value) if isinstance(value, str) else [str(item) for item in value]
            for name, value in one.fields.items()
        }
        found.append(Suggestion(str(one.kind), int(one.start), int(one.end), fields))
        if len(found) > MOST:
            raise ValueError(f"more than {MOST} proposals on one article")
    return found
