"""Weapons as agreements speak of them: classes in a tree, named systems, calibres."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from truceline.model.clause_terms import WeaponTest


@dataclass(frozen=True, slots=True)
class WeaponSystem:
    """One type of weapon."""

    name: str
    """As this project names it, e.g. ``BM-21 Grad``."""
    classes: str
    """Its class in the tree, e.g. ``mlrs``."""
    calibre_mm: float | None
    """Unit: mm; null where it has none."""
    spellings: tuple[str, ...] = ()
    kind_of: str = ""
    """The system of which it is a type (``Tornado-G`` is none of ``BM-21 Grad``); empty: none."""


@dataclass(frozen=True, slots=True)
class Weapon:
    """A weapon as somebody describes it; null where they do not say."""

    name: str
    classes: str | None
    calibre_mm: float | None
    """Unit: mm."""
    system: str | None
    """A system of the table."""


@dataclass(frozen=True, slots=True)
class Arsenal:
    """All classes and systems."""

    parents: Mapping[str, str]
    """Class to the class above it; empty at the top."""
    systems: Mapping[str, WeaponSystem]
    class_words: Mapping[str, str]
    """Lower-case word or phrase to class."""

    def is_a(self, given: str, above: str) -> bool:
        """Tell whether a class is another one, or lies below it."""
        at = given
        while at and at != above:
            at = self.parents.get(at, "")
        return at == above

    def same(self, system: str, named: str) -> bool:
        """Tell whether a system is the named one or a type of it."""
        at = system
        while at and at != named:
            at = self.systems[at].kind_of if at in self.systems else ""
        return at == named

    def resolve(
        self, name: str, classes: str | None = None, calibre_mm: float | None = None
    ) -> Weapon:
        """Find out what a description means; what it says itself goes before the table.

        Args:
            name: free words: a system, or "152 mm towed howitzer".
            classes: class as given, any spelling; null where not given.
            calibre_mm: as given; null where not given.
        """
        system = self._system(name)
        known = self.systems.get(system) if system else None
        of = self._class(classes or "") or (known.classes if known else None) or self._class(name)
        size = calibre_mm if calibre_mm is not None else _calibre(name)
        if size is None and known is not None:
            size = known.calibre_mm
        return Weapon(name, of, size, system)

    def _system(self, name: str) -> str | None:
        words = _plain(name)
        best: tuple[int, str] | None = None
        for key in sorted(self.systems):
            for spelling in (key, *self.systems[key].spellings):
                plain = _plain(spelling)
                if f" {plain} " in f" {words} " and (best is None or len(plain) > best[0]):
                    best = (len(plain), key)
        return best[1] if best else None

    def _class(self, words: str) -> str | None:
        plain = _plain(words)
        if plain in self.parents:
            return plain
        found = [w for w in self.class_words if f" {w} " in f" {plain} "]
        return self.class_words[max(found, key=lambda w: (len(w), w))] if found else None


def catches(test: WeaponTest, weapon: Weapon, arsenal: Arsenal) -> bool | None:
    """Tell whether a clause speaks of a weapon; null where that is not known or is disputed."""
    answers = (
        _named(test, weapon, arsenal),
        _of_class(test, weapon, arsenal),
        _of_calibre(test, weapon),
    )
    if False in answers:
        return False
    return None if None in answers else True


def _named(test: WeaponTest, weapon: Weapon, arsenal: Arsenal) -> bool | None:
    """Answer by the named systems: only these, or all but these."""
    if test.systems:
        return one_of(test.systems, weapon, arsenal)
    left = one_of(test.without, weapon, arsenal) if test.without else False
    return None if left is None else not left


def one_of(names: tuple[str, ...], weapon: Weapon, arsenal: Arsenal) -> bool | None:
    """Tell whether a weapon is one of the named systems; null where it may be and is not named."""
    if weapon.system is not None:
        return any(arsenal.same(weapon.system, name) for name in names)
    might = any(_might_be(weapon, arsenal.systems[name], arsenal) for name in names)
    return None if might else False


def _might_be(weapon: Weapon, system: WeaponSystem, arsenal: Arsenal) -> bool:
    if weapon.calibre_mm is not None and system.calibre_mm is not None:
        if weapon.calibre_mm != system.calibre_mm:
            return False
    elif weapon.calibre_mm is not None:
        return False
    return weapon.classes is None or arsenal.is_a(system.classes, weapon.classes)


def _of_class(test: WeaponTest, weapon: Weapon, arsenal: Arsenal) -> bool | None:
    if not (test.classes or test.disputed):
        return True
    if weapon.classes is None:
        return None
    if any(arsenal.is_a(weapon.classes, one) for one in test.classes):
        return True
    return None if any(arsenal.is_a(weapon.classes, one) for one in test.disputed) else False


def _of_calibre(test: WeaponTest, weapon: Weapon) -> bool | None:
    if test.bound is None:
        return True
    if weapon.calibre_mm is None:
        return None
    return test.bound.holds(weapon.calibre_mm, test.calibre_mm)


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w.]+", " ", words.casefold()).split())


def _calibre(name: str) -> float | None:
    found = re.search(r"(\d+(?:\.\d+)?)\s*-?\s*mm\b", name, re.IGNORECASE)
    return float(found[1]) if found else None
