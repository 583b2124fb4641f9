"""Plug-ins of every kind: one that helps, one that invents, one that raises, dies, hangs or floods.

They stand in a module of their own, since each is sent to a process of its own.
"""

import os
import time
from dataclasses import dataclass

from truceline.guarantees.reading.proposer import Suggestion


@dataclass(frozen=True)
class Says:
    """Proposes what it was given: (kind, words, fields), found in the text or not."""

    rows: tuple
    name: str = "parrot"

    def propose(self, document, sentences):
        for kind, words, fields in self.rows:
            at = document.text.find(words)
            yield Suggestion(kind, at, at + len(words) if at >= 0 else -1, fields)


@dataclass(frozen=True)
class Spans:
    """Proposes bare spans, wherever they lie."""

    spans: tuple
    name: str = "spans"

    def propose(self, document, sentences):
        return [Suggestion("statement", a, b, {"speaker": "unknown"}) for a, b in self.spans]


@dataclass(frozen=True)
class Fails:
    """Fails on documents whose name starts with a letter of ``on``, in the way given."""

    way: str
    on: str = "abcdefg"
    name: str = "fails"

    def propose(self, document, sentences):
        if document.name[0] in self.on:
            if self.way == "raise":
                raise KeyError("no such thing")
            if self.way == "die":
                os._exit(3)
            if self.way == "hang":
                time.sleep(600)
            if self.way == "flood":
                yield from (Suggestion("statement", 0, 1, {}) for _ in range(100_000))
            if self.way == "nonsense":
                yield 17
        one = sentences[0].span
        yield Suggestion("statement", one.start, one.end, {"speaker": "unknown"})


class Unsendable:
    """Cannot be sent to a process."""

    name = "unsendable"

    def __init__(self):
        self.keep = lambda: None

    def propose(self, document, sentences):
        return []


def made(environment):
    """What an entry point of a package would name."""
    return Says((), name=environment.get("PARROT_NAME", "parrot"))


def broken(environment):
    raise RuntimeError("no model on this machine")
