"""The act taxonomy: dotted, hierarchical codes of what may happen, and its neighbours' terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Act:
    """One code of the taxonomy."""

    code: str
    """Dotted, e.g. ``fire.mortar``; the part before the last dot is its parent."""
    label: str
    """A few English words."""
    by_a_party: bool
    """True where only a person can do it; False for heat, alarms, silence, speech, harm."""
    may_be: tuple[str, ...] = ()
    """Codes outside its own branch that the same event may turn out to be (an explosion)."""
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Vocabulary (``acled``, ``ucdp``, ``viina``, ``smm``) to the terms that map here."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All acts by code."""

    version: str
    acts: Mapping[str, Act]

    def is_a(self, code: str, ancestor: str) -> bool:
        """Tell whether ``code`` equals ``ancestor`` or lies below it.

        >>> Taxonomy("0", {}).is_a("fire.mortar", "fire")
        True
        """
        return code == ancestor or code.startswith(ancestor + ".")

    def leaves(self, code: str) -> tuple[str, ...]:
        """Give the leaf codes that an observation labelled ``code`` may be, sorted.

        Raises:
            KeyError: when the code is unknown.
        """
        act = self.acts[code]
        found: set[str] = set()
        for root in (code, *act.may_be):
            below = [c for c in self.acts if self.is_a(c, root)]
            found.update(c for c in below if not any(o.startswith(c + ".") for o in self.acts))
        return tuple(sorted(found))

    def from_term(self, vocabulary: str, term: str) -> str | None:
        """Map a neighbour's term to our code; null where it has none."""
        for code in sorted(self.acts):
            if term in self.acts[code].terms.get(vocabulary, ()):
                return code
        return None

    def to_terms(self, vocabulary: str, code: str) -> tuple[str, ...]:
        """Map our code to a neighbour's terms, going up the tree until one is known.

        Raises:
            KeyError: when the code is unknown.
        """
        act = self.acts[code]
        while True:
            terms = act.terms.get(vocabulary, ())
            if terms or "." not in act.code:
                return terms
            act = self.acts[act.code.rsplit(".", 1)[0]]
