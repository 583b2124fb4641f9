"""Names that belong together: sets that grow by joining two at a time."""

from __future__ import annotations

from collections.abc import Iterable


class Joined:
    """Sets of names; the smallest name stands for its set.

    >>> sets = Joined(["a", "b", "c"])
    >>> sets.join("c", "b")
    >>> [sets.root(name) for name in "abc"]
    ['a', 'b', 'b']
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Let each name be a set of its own."""
        self._up = {name: name for name in names}

    def root(self, name: str) -> str:
        """Give the smallest name of a set."""
        while self._up[name] != name:
            self._up[name] = self._up[self._up[name]]
            name = self._up[name]
        return name

    def join(self, one: str, other: str) -> None:
        """Make two sets one."""
        low, high = sorted((self.root(one), self.root(other)))
        self._up[high] = low
