"""Did it happen where the clause holds: in a zone, near a line, or nearer to it than allowed?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import shapely
from scipy.special import ndtr

from truceline.geodesy import mass_in_polygon, near_line_mass, to_plane, zone_mass
from truceline.model.agreement import Agreement, Clause, Everywhere, Geometry, InsideZone, NearLine
from truceline.model.clause_terms import KeepBack
from truceline.model.interval import Interval
from truceline.verification.distance import behind_line
from truceline.verification.factor_kind import row_of
from truceline.verification.factor_party import parties_meant
from truceline.verification.question import ANY_LINE, Behind, Question
from truceline.verification.weighed import Weighed

_SURE = 1e-9


def place(agreement: Agreement, clause: Clause, question: Question) -> Weighed:
    """Weigh the place.

    Raises:
        KeyError: when the clause names a zone or line that the agreement does not have.
    """
    if clause.terms.settlements:
        return _settlement(clause, question)
    if clause.terms.keep_back is not None:
        return _kept_back(agreement, clause, clause.terms.keep_back, question)
    if isinstance(clause.area, Everywhere):
        return Weighed.sure("place", 1.0, "the clause holds everywhere in the theatre")
    names = _names(clause.area)
    if question.from_centre_m is not None:
        return _in_area(agreement, clause.area, names, question)
    stated = _stated(agreement, clause.area, names, question)
    if stated is not None:
        where = "inside" if stated else "outside"
        return Weighed.sure("place", float(stated), f"stated to be {where} {' or '.join(names)}")
    if question.placed:
        return _in_area(agreement, clause.area, names, question)
    across = _across(clause.area, question)
    if across is not None:
        return across
    if question.behind:  # its place is told by its distance, and nobody says that it lies there
        return Weighed.sure("place", 0.0, f"not stated to lie in {' or '.join(names)}")
    reason = f"where it happened, inside {' or '.join(names)} or not, is not known"
    return Weighed.unknown("place", reason)


def _across(area: InsideZone | NearLine, question: Question) -> Weighed | None:
    """Weigh a strip along a line by a stated distance from it; null where none is stated."""
    if not isinstance(area, NearLine):
        return None
    stands = question.behind.get(area.line) or question.behind.get(ANY_LINE)
    if stands is None:
        return None
    d, reach = stands.distance_m, area.distance_m
    if stands.sigma_m <= _SURE:
        mass = float(abs(d) <= reach)
    else:
        mass = float(ndtr((reach - d) / stands.sigma_m) - ndtr((-reach - d) / stands.sigma_m))
    reason = (
        f"{d / 1000:.4g} km from {area.line}; the strip reaches {reach / 1000:g} km to each side"
    )
    return Weighed.sure("place", round(mass, 9), reason)


def _names(area: InsideZone | NearLine) -> tuple[str, ...]:
    return (area.line,) if isinstance(area, NearLine) else (area.zone, *area.others)


def _stated(
    agreement: Agreement, area: InsideZone | NearLine, names: tuple[str, ...], question: Question
) -> bool | None:
    """Find what is stated of an area, by its id, its label or what the text calls it."""
    called = [g.label.casefold() for g in agreement.geometry if g.id in names]
    if isinstance(area, NearLine):
        called = [area.name.casefold()] if area.name else []
    for key, value in question.facts.items():
        kind, _, of = key.partition(":")
        by_id = of in names and not isinstance(area, NearLine)
        if kind == "inside" and (by_id or any(of.casefold() in one for one in called)):
            return value
    return None


def _in_area(
    agreement: Agreement, area: InsideZone | NearLine, names: tuple[str, ...], question: Question
) -> Weighed:
    """Weigh the mass in a zone, in several that do not overlap, or near a line."""
    if question.from_centre_m is not None:
        names = names[:1]  # of several alike, such as disengagement areas, the first
    weighed = [_in_one(agreement, area, name, question) for name in names]
    unknown = next((one for one in weighed if not one.factor.known), None)
    if unknown is not None:
        return unknown
    mass = min(sum(one.factor.probability for one in weighed), 1.0)
    nearest = max(weighed, key=lambda one: one.factor.probability)
    return Weighed.sure("place", round(mass, 9), nearest.factor.reason)


def _in_one(
    agreement: Agreement, area: InsideZone | NearLine, name: str, question: Question
) -> Weighed:
    found = version(agreement, name, question.time)
    if isinstance(found, str):
        return Weighed.unknown("place", found)
    if not found.wkb:
        return Weighed.unknown("place", f"where {found.label} lies was agreed and not published")
    shape = shapely.from_wkb(found.wkb)
    if question.from_centre_m is not None:
        return _from_centre(shape, found, question, question.from_centre_m)
    ee, en, nn = question.cov
    at = (question.lon, question.lat, np.array([[ee, en], [en, nn]]), found.sigma_m)
    if isinstance(area, InsideZone):
        mass = zone_mass(shape, *at)
        reason = f"{mass:.1%} of its ellipse lies inside {found.label}"
    else:
        mass = near_line_mass(shape, area.distance_m, *at)
        reach = f"{area.distance_m / 1000:g} km of {found.label}"
        reason = f"{mass:.1%} of its ellipse lies within {reach}"
    stated = f"{reason} (stated error {found.sigma_m:g} m)"
    return Weighed.sure("place", round(mass, 9), stated)


def _from_centre(
    shape: shapely.Geometry, found: Geometry, question: Question, offset: tuple[float, float]
) -> Weighed:
    """Weigh a place given as an offset from the zone's centre; the zone's own error is then moot."""
    area = shapely.get_parts(shape)[0]  # of several alike, such as disengagement areas, the first
    middle = shapely.centroid(area)
    local = shapely.transform(
        area, lambda xy: np.column_stack(to_plane(middle.x, middle.y, xy[:, 0], xy[:, 1]))
    )
    if question.square_m is not None:
        half_east, half_north = question.square_m[0] / 2, question.square_m[1] / 2
        local = shapely.box(-half_east, -half_north, half_east, half_north)
    moved = shapely.transform(local, lambda xy: xy - np.asarray(offset))
    ee, en, nn = question.cov
    mass = mass_in_polygon(moved, np.array([[ee, en], [en, nn]]))
    reason = f"{mass:.1%} of its ellipse, placed from the centre, lies inside {found.label}"
    return Weighed.sure("place", round(mass, 9), reason)


def _settlement(clause: Clause, question: Question) -> Weighed:
    stated = question.facts.get("in_settlement")
    if question.facts.get("far_from_settlement"):
        return Weighed.sure("place", 0.0, "stated to be far from every settlement")
    if stated:
        return Weighed.sure("place", 1.0, "stated to be in a settlement")
    if stated is False:
        reason = "outside settlements; how far around them the clause reaches is not said"
        return Weighed.unknown("place", reason)
    if question.behind:
        return Weighed.sure("place", 0.0, "not stated to lie in or around a settlement")
    return Weighed.unknown("place", f"whether it lies in or around a settlement ({clause.id})")


def _kept_back(
    agreement: Agreement, clause: Clause, terms: KeepBack, question: Question
) -> Weighed:
    """Weigh a distance behind the side's own baseline, for each line that may be meant."""
    row = row_of(terms, question.weapon)
    if terms.systems and row is None and terms.distance_m <= 0:
        return Weighed.unknown("place", f"which distance of {clause.id} holds is not known")
    bounds = (row.distance_m, *row.or_m) if row else (terms.distance_m,)
    lines = baselines(terms, parties_meant(agreement, clause, question))
    values, said = [], []
    for line in lines:
        stands = _behind(agreement, question, line)
        if isinstance(stands, str):
            return Weighed.unknown("place", stands)
        values += [
            _nearer(agreement, question, line, stands, b, strict=terms.strict) for b in bounds
        ]
        said.append(f"{stands.distance_m / 1000:.4g} km behind {line}")
    if not values:
        return Weighed.unknown("place", f"from which line {clause.id} is measured is not known")
    asked = " or ".join(f"{bound / 1000:g}" for bound in bounds)
    sign = "more than" if terms.strict else "at least"
    reason = f"{' or '.join(said)}; {clause.id} asks for {sign} {asked} km"
    return Weighed.readings("place", values, reason)


def baselines(terms: KeepBack, parties: Iterable[str]) -> tuple[str, ...]:
    """Give the lines from which a distance is measured for these parties, each once."""
    found = (line for party in parties for line in terms.baselines.get(party, ()))
    return tuple(dict.fromkeys(found))


def _behind(agreement: Agreement, question: Question, line: str) -> Behind | str:
    """Give how far it stands behind a line: stated, or computed from its position."""
    stated = question.behind.get(line) or question.behind.get(ANY_LINE)
    if stated is not None:
        return stated
    if not question.placed:
        return f"how far it stands behind {line} is not known"
    found = version(agreement, line, question.time)
    if isinstance(found, str):
        return found
    return behind_line(found, question)


def _nearer(
    agreement: Agreement,
    question: Question,
    line: str,
    stands: Behind,
    bound_m: float,
    *,
    strict: bool,
) -> float:
    """Give the probability of standing nearer than allowed, or beyond the line.

    A stated distance has an error of its own, and the line is then as good as straight. From a
    position it is the mass of the ellipse within the distance of the line as it bends, and what lies
    on the other side farther than that.
    """
    stated = line in question.behind or ANY_LINE in question.behind
    if stated or stands.sigma_m <= _SURE:
        return _too_near(stands, bound_m, strict=strict)
    found = version(agreement, line, question.time)
    assert isinstance(found, Geometry)
    ee, en, nn = question.cov
    cov = np.array([[ee, en], [en, nn]])
    shape = shapely.from_wkb(found.wkb)
    near = near_line_mass(shape, bound_m, question.lon, question.lat, cov, found.sigma_m)
    across = float(ndtr((-bound_m - stands.distance_m) / stands.sigma_m))
    return round(min(near + across, 1.0), 9)


def _too_near(stands: Behind, bound_m: float, *, strict: bool) -> float:
    """Give the probability of standing nearer than allowed."""
    if stands.sigma_m <= _SURE:
        near = stands.distance_m <= bound_m if strict else stands.distance_m < bound_m
        return float(near)
    return round(float(ndtr((bound_m - stands.distance_m) / stands.sigma_m)), 9)


def version(agreement: Agreement, name: str, time: Interval) -> Geometry | str:
    """Give the version of a zone or line that holds, or why none can be told.

    Raises:
        KeyError: when the agreement has no geometry of that name.
    """
    versions = [g for g in agreement.geometry if g.id == name]
    if not versions:
        raise KeyError(f"the agreement {agreement.id} has no zone or line {name!r}")
    first = [g for g in versions if g.valid.contains(time.start)]
    # a window is half-open: one that ends where a version ends does not cross into the next
    end = time.end - timedelta.resolution if time.end > time.start else time.end
    last = [g for g in versions if g.valid.contains(end)]
    if first and last and first[0] is last[0]:
        return first[0]
    if not first and not last:
        return f"no version of {name} holds at that time"
    return f"the window crosses a change of {name}"
