"""What may stand in ``geometry.geojson``: zones, and dated versions of lines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from truceline.codec.agreement_fields import LocalTime, Number, Shape, Word, ZoneName


class SidesShape(Shape):
    """Whose side of a line is which."""

    left: Word
    """Party to the left, looking in the direction of the vertices."""
    right: Word
    """Party to the right."""


class MadeFromShape(Shape):
    """How a polygon came about, so that somebody else can draw it again."""

    how: Literal["coordinates", "buffer", "settlements", "sector", "annex", "other"]
    """From ``coordinates`` of the text, as a ``buffer`` of a line, through named ``settlements``, as a
    ``sector`` about a point, from an ``annex`` that was not published as coordinates, or otherwise."""
    line: Word | None = None
    """Of a buffer: id of the line."""
    distance_m: Annotated[Number, Field(gt=0)] | None = None
    """Of a buffer: distance on each side. Of a sector: its radius. Unit: m."""
    settlements: list[Word] = Field(default_factory=list)
    """Names of the settlements, in the order in which they were joined."""
    centre: list[Number] = Field(default_factory=list)
    """Of a sector: longitude and latitude of its point. Unit: deg."""
    from_deg: Annotated[Number, Field(ge=0, le=360)] | None = None
    """Of a sector: first bearing, clockwise from true north. Unit: deg."""
    to_deg: Annotated[Number, Field(ge=0, le=360)] | None = None
    """Of a sector: last bearing. Unit: deg."""
    words: str = ""
    """Whatever else somebody needs to draw it again."""


class PropertiesShape(Shape):
    """What a feature says about itself."""

    id: Word
    """What clauses refer to; versions of one line share it."""
    role: Literal["zone", "line"]
    """``zone`` or ``line``."""
    start: LocalTime | None = None
    """Local time from which this version holds; left out: from the entry into force."""
    end: LocalTime | None = None
    """Local time at which it ends; left out: it does not end before the agreement."""
    zone: ZoneName | None = None
    """Time zone of these two, if another than the agreement's."""
    sigma_m: Annotated[Number, Field(ge=0)]
    """Stated error of the drawing, 1 sigma across the edge; added to the error of a place in
    quadrature. Unit: m."""
    disputed: bool
    """``true`` where a side disputes it; it is then drawn as disputed on every map."""
    known: bool = True
    """``false`` where the place was agreed and not published; ``geometry`` is then ``null`` and every
    question about the place stays open."""
    sides: SidesShape | None = None
    """Of a line: the party on each side."""
    made_from: MadeFromShape | None = None
    """How the polygon came about."""
    label: Word
    """As a map prints it."""
    source: Word
    """Where the drawing comes from."""


class CoordinatesShape(Shape):
    """The geometry of a feature."""

    type: Literal["Polygon", "MultiPolygon", "LineString", "MultiLineString"]
    """A zone is a ``Polygon`` or ``MultiPolygon``, a line a ``LineString`` or ``MultiLineString``."""
    coordinates: list[Any]
    """Pairs of longitude and latitude, nested as GeoJSON asks. Unit: deg."""


class FeatureShape(Shape):
    """One zone, or one dated version of a line."""

    type: Literal["Feature"]
    """The word ``Feature``."""
    properties: PropertiesShape
    """What it says about itself."""
    geometry: CoordinatesShape | None = None
    """The drawing; ``null`` where the place is not known."""


class CollectionShape(Shape):
    """The file ``geometry.geojson``."""

    type: Literal["FeatureCollection"]
    """The word ``FeatureCollection``."""
    name: str = ""
    """A name that some programs write; it decides nothing."""
    features: list[FeatureShape]
    """Zones, and versions of lines."""


def made_from_words(said: MadeFromShape) -> str:
    """Say in a phrase how a polygon came about."""
    reach = f"{said.distance_m / 1000:g} km" if said.distance_m else ""
    phrase = {
        "coordinates": "coordinates of the text",
        "buffer": f"{reach} on each side of {said.line}",
        "settlements": f"through {', '.join(said.settlements)}",
        "sector": _sector_words(said, reach),
        "annex": "an annex that was not published as coordinates",
        "other": "",
    }[said.how]
    return "; ".join(one for one in (phrase, said.words) if one)


def _sector_words(said: MadeFromShape, reach: str) -> str:
    at = ", ".join(f"{one:g}" for one in said.centre)
    return f"{reach} about {at}, bearings {said.from_deg or 0:g} to {said.to_deg or 360:g} degrees"
