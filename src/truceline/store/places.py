"""Where incidents lie: one question, the same answer from an R*Tree and from PostGIS."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.model.incident import Incident
from truceline.store import schema_lookup as schema

_TREE = sa.table(
    "places_tree", *(sa.column(n) for n in ("number", "west", "east", "south", "north"))
)


def within(
    connection: Connection, west: float, south: float, east: float, north: float
) -> tuple[str, ...]:
    """Give the ids of the current incidents inside a box, its edges included, by id.

    A box whose west lies east of its east goes over the antimeridian. The meridians 180 and -180
    are one.

    Args:
        connection: to the records.
        west: unit: deg, -180..180; so is ``east``.
        south: unit: deg, -90..90; so is ``north``.
        east: see ``west``.
        north: see ``south``.

    Raises:
        ValueError: when a side is no such number, or south lies north of north.
    """
    _require(west, south, east, north)
    found: set[str] = set()
    for left, right in _spans(west, east):
        found.update(_ids(connection, left, south, right, north))
    return tuple(sorted(found, key=lambda key: (len(key), key)))


def put(connection: Connection, incidents: Sequence[Incident]) -> None:
    """Record where incidents lie now, over where they lay before."""
    remove(connection, [incident.incident_id for incident in incidents])
    rows = [place_of(incident) for incident in incidents]
    if rows:
        connection.execute(sa.insert(schema.places), rows)


def place_of(incident: Incident) -> dict[str, object]:
    """Give the row of an incident."""
    number = int(incident.incident_id.removeprefix("INC-"))
    return {
        "number": number,
        "incident_id": incident.incident_id,
        "lon": incident.lon,
        "lat": incident.lat,
    }


def remove(connection: Connection, incident_ids: Iterable[str]) -> None:
    """Take away incidents that are no longer current."""
    gone = [{"gone": key} for key in incident_ids]
    if gone:
        where = schema.places.c.incident_id == sa.bindparam("gone")
        connection.execute(sa.delete(schema.places).where(where), gone)


def indexed(connection: Connection) -> bool:
    """Tell whether the R*Tree is that of the table; PostgreSQL sees to its own."""
    if connection.dialect.name != "sqlite":
        return True
    if connection.exec_driver_sql("SELECT rtreecheck('places_tree')").scalar() != "ok":
        return False
    trees = connection.scalar(sa.select(sa.func.count()).select_from(_TREE))
    every = within(connection, -180, -90, 180, 90)
    return (
        trees == len(every) == connection.scalar(sa.select(sa.func.count(schema.places.c.number)))
    )


def _require(west: float, south: float, east: float, north: float) -> None:
    if not all(math.isfinite(side) for side in (west, south, east, north)):
        raise ValueError(f"a side of the box {west} {south} {east} {north} is no number")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise ValueError(f"the box {west} {south} {east} {north} leaves the Earth; give degrees")
    if south > north:
        raise ValueError(f"the south of the box, {south}, lies north of its north, {north}")


def _spans(west: float, east: float) -> list[tuple[float, float]]:
    """Give the spans of longitude that a box covers.

    >>> _spans(170, -170), _spans(5, 10), _spans(170, 180)
    ([(170, 180), (-180, -170)], [(5, 10)], [(170, 180), (-180, -180)])
    """
    spans = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    if west <= east and east == 180 and west != -180:
        spans.append((-180, -180))
    if west <= east and west == -180 and east != 180:
        spans.append((180, 180))
    return spans


def _ids(
    connection: Connection, west: float, south: float, east: float, north: float
) -> Iterable[str]:
    """Ask the index of the database, then the exact columns: an index rounds."""
    table = schema.places
    query = sa.select(table.c.incident_id).where(
        table.c.lon.between(west, east), table.c.lat.between(south, north)
    )
    if connection.dialect.name == "sqlite":
        query = query.join(_TREE, _TREE.c.number == table.c.number).where(
            _TREE.c.west <= east,
            _TREE.c.east >= west,
            _TREE.c.south <= north,
            _TREE.c.north >= south,
        )
    else:
        from geoalchemy2 import Geometry  # noqa: PLC0415 - an extra that only servers need

        point = sa.column("point", Geometry("POINT", srid=4326))
        query = query.where(
            point.intersects(sa.func.ST_MakeEnvelope(west, south, east, north, 4326))
        )
    return connection.scalars(query)
