"""Small maps: one for each distance at which weapons must stand, one for each small zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from truceline.model.agreement import Agreement, Clause, Geometry
from truceline.publication import agreement_look as look
from truceline.publication.agreement_map import (
    WIDTH,
    Drawn,
    bodies,
    distances_of,
    drawings,
    errors,
    framed,
    labels,
    strips_of,
    told,
)
from truceline.publication.agreement_shapes import box_about, holding, shape_of
from truceline.publication.agreement_words import names, slug
from truceline.publication.basemap import Frame, frame_of, scale_bar, water_and_land
from truceline.publication.wording import length, listed

_WIDE: Final = 330.0
_SIZE: Final = 11.0
_LEAST_M: Final = 8_000.0


@dataclass(frozen=True, slots=True)
class DistanceMap:
    """Clauses that keep weapons equally far from equal baselines, on one map."""

    clauses: tuple[Clause, ...]
    svg: Markup
    words: tuple[str, ...]
    """One line for each party."""


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """A zone that is too small for the large map."""

    zone: Geometry
    svg: Markup


def distance_maps(agreement: Agreement, at: datetime) -> tuple[DistanceMap, ...]:
    """Draw a small map for each different distance and set of baselines, in the order of clauses."""
    groups: dict[object, list[Clause]] = {}
    for clause in agreement.clauses:
        said = clause.terms.keep_back
        if said is not None and distances_of(clause):
            key = (distances_of(clause), tuple(said.baselines.items()))
            groups.setdefault(key, []).append(clause)
    made = (_distance_map(agreement, tuple(group), at) for group in groups.values())
    return tuple(one for one in made if one is not None)


def _distance_map(
    agreement: Agreement, clauses: tuple[Clause, ...], at: datetime
) -> DistanceMap | None:
    first = clauses[0]
    assert first.terms.keep_back is not None
    wanted = {one for lines in first.terms.keep_back.baselines.values() for one in lines}
    there = tuple(g for g in holding(agreement.geometry, at) if g.id in wanted and g.wkb)
    far = distances_of(first)
    box = box_about([shape_of(g) for g in there], _LEAST_M, 1.1 * far[0])
    if box is None:
        return None
    frame = frame_of(box, _WIDE, 260.0, 380.0)
    shapes, key = drawings(frame, there), f"far-{slug(first.id)}"
    parts = [
        look.hatches(key),
        *water_and_land(frame),
        *errors(frame, shapes, agreement),
        *strips_of(frame, shapes, agreement, first, key),
        *bodies(shapes, agreement),
        *_figures(frame, shapes, agreement, first),
        scale_bar(frame),
    ]
    words = tuple(
        _party_words(agreement, first, party, there) for party in first.terms.keep_back.baselines
    )
    title = f"Where {listed([c.id for c in clauses])} let no weapon stand"
    svg = framed(frame, parts, title, f"{' '.join(words)} {told(agreement, shapes)}", key)
    return DistanceMap(clauses, svg, words)


def _party_words(
    agreement: Agreement, clause: Clause, party: str, there: tuple[Geometry, ...]
) -> str:
    said = clause.terms.keep_back
    assert said is not None
    labels_of = {g.id: g.label for g in there}
    lines = [labels_of.get(one, one) for one in said.baselines[party]]
    far = listed([length(one) for one in reversed(distances_of(clause))])
    tail = " (sources differ: both are drawn)" if len(lines) > 1 else ""
    return f"{names(agreement, [party])}: {far} back from {' or '.join(lines)}{tail}."


def _figures(
    frame: Frame, shapes: tuple[Drawn, ...], agreement: Agreement, clause: Clause
) -> Iterator[Markup]:
    """Write each distance where its strip is crossed by a line across the middle of the baseline."""
    said = clause.terms.keep_back
    assert said is not None
    lines = {d.of.id: d for d in shapes if d.of.role == "line"}
    for party, baselines in said.baselines.items():
        for one in (lines[b] for b in baselines[:1] if b in lines and party in lines[b].of.sides):
            towards = -1.0 if one.of.sides.index(party) == 0 else 1.0
            yield from _ladder(frame, one, agreement, party, clause, towards)


def _ladder(
    frame: Frame, one: Drawn, agreement: Agreement, party: str, clause: Clause, towards: float
) -> Iterator[Markup]:
    longest = max(getattr(one.whole, "geoms", [one.whole]), key=lambda part: part.length)
    a, b = (longest.interpolate(s, normalized=True) for s in (0.4, 0.6))
    wide = max(((b.x - a.x) ** 2 + (b.y - a.y) ** 2) ** 0.5, 1e-9)
    # y runs downwards, so the left of the direction (dx, dy) is (dy, -dx)
    nx, ny = -towards * (b.y - a.y) / wide, towards * (b.x - a.x) / wide
    middle = longest.interpolate(0.5, normalized=True)
    fill = look.SIDES[look.side_number(agreement, party)]
    last = -99.0
    for distance in reversed(distances_of(clause)):
        away = distance * frame.scale
        x, y = middle.x + nx * away, middle.y + ny * away
        if away - last >= 1.1 * _SIZE and frame.holds(x, y):
            last = away
            yield look.label(
                f"{distance / 1000:g}", x, y + 4.0, "middle", _SIZE, fill, font_weight=600
            )


def zone_maps(agreement: Agreement, at: datetime) -> tuple[ZoneMap, ...]:
    """Draw a map of its own for each zone that is too small for the large one."""
    there = holding(agreement.geometry, at)
    box = box_about([shape_of(g) for g in there], 12_000.0)
    if box is None:
        return ()
    small = [d.of for d in drawings(frame_of(box, WIDTH, 420.0, 760.0), there) if d.small]
    return tuple(ZoneMap(one, _zone_map(agreement, one, there)) for one in small)


def _zone_map(agreement: Agreement, one: Geometry, there: tuple[Geometry, ...]) -> Markup:
    box = box_about([shape_of(one)], 0.0, 2.2 * one.sigma_m + 300.0)
    assert box is not None
    frame = frame_of(box, _WIDE, 240.0, 330.0)
    shapes, key = drawings(frame, there), f"zone-{slug(one.id)}"
    parts = [
        *water_and_land(frame),
        *errors(frame, shapes, agreement),
        *bodies(shapes, agreement),
        *labels(frame, tuple(d for d in shapes if d.of is not one), agreement, _SIZE),
        scale_bar(frame),
    ]
    return framed(frame, parts, one.label, told(agreement, shapes), key)
