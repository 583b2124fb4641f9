"""Lines and zones of which an amendment moves, adds or removes something, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely

from truceline.geodesy.plane import on_plane
from truceline.model.agreement import Agreement, Geometry


@dataclass(frozen=True, slots=True)
class Move:
    """One line or zone before and after."""

    before: Geometry | None
    """Null: it was not there."""
    after: Geometry | None
    """Null: it is gone."""
    area_km2: float
    """Between the two courses of a line, or in one of two zones only. Unit: km²."""

    @property
    def label(self) -> str:
        """Name it as the amended text does, where that has it."""
        named = self.after or self.before
        return named.label if named is not None else ""


def moves(old: Agreement, new: Agreement) -> tuple[Move, ...]:
    """Give what differs in course, in the order of the older version.

    A version of the new text is held against the version of the old one that held when it begins,
    else against the last, so that a line that gets a new course is one move and not two.
    """
    return tuple(_moves(old, new))


def _moves(old: Agreement, new: Agreement) -> Iterator[Move]:
    ids = dict.fromkeys(g.id for g in (*old.geometry, *new.geometry))
    for shape_id in ids:
        before = [g for g in old.geometry if g.id == shape_id]
        after = [g for g in new.geometry if g.id == shape_id]
        for one in before if not after else ():
            yield Move(one, None, 0.0)
        for one in after:
            was = _at(before, one)
            if was is None or was.wkb != one.wkb:
                yield Move(was, one, _area_km2(was, one))


def _at(versions: list[Geometry], one: Geometry) -> Geometry | None:
    held = [g for g in versions if g.valid.contains(one.valid.start)]
    return next(iter(held), versions[-1] if versions else None)


def between(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    """Give the area between two courses of a line, or that lies in one of two zones only."""
    if all(shape.geom_type.endswith("Polygon") for shape in (one, other)):
        return shapely.make_valid(one).symmetric_difference(shapely.make_valid(other))
    if one.is_empty or any(shape.geom_type != "LineString" for shape in (one, other)):
        return shapely.Polygon()
    edges = [one, other]
    for end in (0, -1):
        ends = [one.coords[end][:2], other.coords[end][:2]]
        edges += [shapely.LineString(ends)] if ends[0] != ends[1] else []
    noded = shapely.union_all(shapely.get_parts(edges), grid_size=1e-6)
    return shapely.union_all(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _area_km2(was: Geometry | None, now: Geometry) -> float:
    if was is None or not was.wkb or not now.wkb:
        return 0.0
    shapes = [shapely.from_wkb(g.wkb) for g in (was, now)]
    middle = shapes[1].envelope.centroid
    planes = [on_plane(shape, middle.x, middle.y) for shape in shapes]
    return float(between(*planes).area) / 1e6
