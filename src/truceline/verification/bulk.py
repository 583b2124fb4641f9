"""The place of very many incidents under every clause of an agreement, at one date.

The same answers as :mod:`~truceline.verification.factor_place`, for arrays: zones and lines are
prepared once, and each is asked for all positions and all distances at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.special import ndtr

from truceline.geodesy.ellipses import Ellipses, LineField, ZoneField
from truceline.geodesy.kernel import THREADS
from truceline.model.agreement import Agreement, Clause, Everywhere, Geometry, NearLine
from truceline.model.interval import Interval
from truceline.verification.clauses import breakable
from truceline.verification.factor_place import baselines, version

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlaceFields:
    """Zones and lines of an agreement as they hold at one moment, prepared."""

    zones: Mapping[str, tuple[ZoneField, float]]
    """Zone id to its field and its stated error. Unit: m."""
    lines: Mapping[str, tuple[LineField, float, tuple[str, ...]]]
    """Line id to its field, its stated error (m), and the parties left and right of it."""
    asked: tuple[Clause, ...]
    """Clauses with a place that can be computed, in the order of the agreement."""

    @classmethod
    def build(cls, agreement: Agreement, moment: datetime) -> PlaceFields:
        """Prepare what holds at a moment (UTC).

        Raises:
            KeyError: when a clause names a zone or line that the agreement does not have.
        """
        clauses = tuple(one for one in agreement.clauses if breakable(one))
        at = Interval(moment, moment)
        reaches: dict[str, set[float]] = {}
        zones: dict[str, tuple[ZoneField, float]] = {}
        for clause in clauses:
            for line, distance in _distances(clause):
                reaches.setdefault(line, set()).add(distance)
            for zone in _zones(clause):
                found = _drawn(agreement, zone, at)
                if found is not None and zone not in zones:
                    zones[zone] = ZoneField.build(shapely.from_wkb(found.wkb)), found.sigma_m
        lines: dict[str, tuple[LineField, float, tuple[str, ...]]] = {}
        for name, distances in reaches.items():
            found = _drawn(agreement, name, at)
            if found is not None:
                field = LineField.build(shapely.from_wkb(found.wkb), sorted(distances))
                lines[name] = field, found.sigma_m, found.sides
        asked = tuple(one for one in clauses if _computable(one, zones, lines))
        return cls(zones, lines, asked)

    def masses(
        self, ellipses: Ellipses, side: str, *, threads: int = THREADS
    ) -> Mapping[tuple[str, float], Floats]:
        """Give the probability of the place under each clause.

        Args:
            ellipses: positions with their errors.
            side: party whose weapons they are; distances are behind its side of its own baseline.
            threads: 1 or more.

        Returns:
            (clause id, distance in m; 0 for a zone or the whole theatre) to an array of shape (n,).
            Beyond the line on the other side a weapon is nearer than any distance.
        """
        inside = {
            name: field.mass(ellipses, sigma, threads=threads)
            for name, (field, sigma) in self.zones.items()
        }
        within = {
            name: field.within(ellipses, sigma, threads=threads)
            for name, (field, sigma, _sides) in self.lines.items()
        }
        behind = {name: self._behind(name, ellipses, side, threads) for name in self.lines}
        spread = (ellipses.ee + ellipses.nn) / 2
        found: dict[tuple[str, float], Floats] = {}
        for clause in self.asked:
            if clause.terms.keep_back is not None:
                for line, distance in _distances(clause, side):
                    column = within[line][:, self._column(line, distance)]
                    sigma = np.sqrt(spread + self.lines[line][1] ** 2)
                    across = ndtr((-distance - behind[line]) / np.maximum(sigma, 1e-9))
                    found[clause.id, distance] = np.minimum(column + across, 1.0)
            elif isinstance(clause.area, NearLine):
                name, distance = clause.area.line, clause.area.distance_m
                found[clause.id, distance] = within[name][:, self._column(name, distance)]
            elif isinstance(clause.area, Everywhere):
                found[clause.id, 0.0] = np.ones(len(ellipses.lon))
            else:
                parts = [inside[name] for name in _zones(clause)]
                found[clause.id, 0.0] = np.minimum(np.sum(parts, axis=0), 1.0)
        return found

    def _column(self, line: str, distance: float) -> int:
        return int(np.searchsorted(self.lines[line][0].reaches_m, distance))

    def _behind(self, name: str, ellipses: Ellipses, side: str, threads: int) -> Floats:
        """Give the distances behind a side's own side of a line, negative beyond it. Unit: m."""
        field, _sigma, sides = self.lines[name]
        signed = field.index.signed_m(ellipses.lon, ellipses.lat, threads=threads)
        if side not in sides:
            return np.abs(signed)
        return signed if sides[0] == side else -signed


def _distances(clause: Clause, side: str | None = None) -> list[tuple[str, float]]:
    """Give each line with a distance from it that a clause speaks of."""
    terms = clause.terms.keep_back
    if terms is None:
        area = clause.area
        return [(area.line, area.distance_m)] if isinstance(area, NearLine) else []
    parties = terms.baselines if side is None else (side,)
    figures = {terms.distance_m, *(row.distance_m for row in terms.systems)} - {0.0}
    return [(line, one) for line in baselines(terms, parties) for one in sorted(figures)]


def _zones(clause: Clause) -> tuple[str, ...]:
    if clause.terms.keep_back is not None or isinstance(clause.area, NearLine | Everywhere):
        return ()
    return (clause.area.zone, *clause.area.others)


def _drawn(agreement: Agreement, name: str, at: Interval) -> Geometry | None:
    """Give the version that holds; null where none does, or where it was never published."""
    found = version(agreement, name, at)
    return found if isinstance(found, Geometry) and found.wkb else None


def _computable(clause: Clause, zones: Mapping[str, object], lines: Mapping[str, object]) -> bool:
    if clause.terms.settlements:
        return False
    named = {line for line, _ in _distances(clause)}
    return named <= lines.keys() and set(_zones(clause)) <= zones.keys()
