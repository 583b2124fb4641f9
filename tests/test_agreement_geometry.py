"""Zones and lines: what is refused with its place, and the ends of the world."""

from __future__ import annotations

import pytest
import shapely

from law_texts import CLAUSE, HEAD, box, feature, line, problems, read
from truceline.codec.taxonomy import taxonomy
from truceline.model.agreement import InsideZone
from truceline.verification.cases import run_case

ZONE = CLAUSE.replace("acts: [fire]", "acts: [presence.troops]").replace(
    "area: everywhere", "area: {zone: z}"
)


def outcome(agreement, case=0):
    return run_case(agreement, agreement.cases[case], taxonomy())


def case_at(lon, lat, sigma, outcome, p):
    return (
        "cases:\n  - id: T\n"
        f"    situation: {{at: 2026-06-01T12:00, kind: presence.troops, side: A, lon: {lon}, "
        f"lat: {lat}, sigma_m: {sigma}}}\n"
        f"    expected: {{outcome: {outcome}, clause: C-1, p: {p}}}\n    reasoning: r\n"
    )


@pytest.mark.parametrize(
    ("lon", "expected", "p"),
    [
        (179.9, "violated", 1),
        (-179.9, "violated", 1),
        (178.5, "permitted", 0),
        (-178.4, "permitted", 0),
    ],
)
def test_a_zone_across_the_antimeridian_holds_on_both_sides_of_it(lon, expected, p):
    head = HEAD.replace("west: 20, south: 40, east: 30", "west: 170, south: 40, east: 190")
    zone = box("z", 179, 44, 181, 46)
    found = read(ZONE, zone, head=head, cases=case_at(lon, 45, 100, expected, p))
    assert outcome(found).passed, outcome(found).got


def test_on_the_edge_of_a_zone_across_the_antimeridian_it_is_a_half():
    head = HEAD.replace("west: 20, south: 40, east: 30", "west: 170, south: 40, east: 190")
    found = read(
        ZONE, box("z", 179, 44, 181, 46), head=head,
        cases=case_at(-179.0, 45, 2000, "undetermined", 0.5),
    )  # fmt: skip
    assert outcome(found).passed, outcome(found).got


def test_a_zone_of_high_latitude_is_measured_on_the_ground_and_not_in_degrees():
    """At 80 degrees north a degree of longitude is 19 km; the edge is exact all the same."""
    head = HEAD.replace("south: 40, east: 30, north: 50", "south: 70, east: 30, north: 85")
    for lon, lat, expected in ((24.0, 80.0, 0.5), (25.0, 80.45, 0.5), (25.0, 80.0, 1.0)):
        said = "violated" if expected == 1.0 else "undetermined"
        found = read(
            ZONE, box("z", 24, 79.5, 26, 80.45), head=head,
            cases=case_at(lon, lat, 300, said, expected),
        )  # fmt: skip
        assert outcome(found).passed, (lon, lat, outcome(found).got)


def test_an_edge_that_runs_round_the_world_is_refused():
    head = HEAD.replace("west: 20, south: 40, east: 30", "west: 170, south: 40, east: 190")
    (said,) = problems(ZONE, box("z", 179, 44, -179, 46), head=head)
    assert "the edge from 179, 44 to -179, 44 runs round the world; across the antimeridian" in said
    assert "features[1]" in said


def test_a_theatre_may_run_past_the_antimeridian_and_no_further():
    head = HEAD.replace("east: 30", "east: 600")
    assert any(
        "600 is out of range; write a value of at most 540" in p for p in problems(head=head)
    )


@pytest.mark.parametrize(
    ("ring", "said"),
    [
        (
            [[24, 44], [26, 46], [26, 44], [24, 46], [24, 44]],
            "not valid (Self-intersection[25 45])",
        ),
        ([[24, 44], [26, 44], [26, 46], [24, 46]], "a ring of the polygon is not closed"),
        ([[24, 44], [24, 44], [24, 44], [24, 44]], "two points that differ"),
        ([[24, 44], [26, 44], [24, 44], [24, 44]], "is not valid"),
    ],
)
def test_an_invalid_polygon_is_refused_with_its_place(ring, said):
    zone = feature({"type": "Polygon", "coordinates": [ring]}, id="z", role="zone")
    (problem,) = problems(ZONE, zone)
    assert said in problem
    assert problem.startswith("law/geometry.geojson:1: features[1].geometry.coordinates: ")


def test_a_hole_that_crosses_its_ring_is_refused_and_one_inside_is_a_hole():
    outer = [[24, 44], [26, 44], [26, 46], [24, 46], [24, 44]]
    inside = [[24.5, 44.5], [24.5, 45.5], [25.5, 45.5], [25.5, 44.5], [24.5, 44.5]]
    across = [[25, 45], [25, 47], [27, 47], [27, 45], [25, 45]]
    good = feature({"type": "Polygon", "coordinates": [outer, inside]}, id="z", role="zone")
    bad = feature({"type": "Polygon", "coordinates": [outer, across]}, id="z", role="zone")
    found = read(ZONE, good, cases=case_at(25, 45, 100, "permitted", 0))
    assert outcome(found).passed
    assert "is not valid" in problems(ZONE, bad)[0]


def test_parts_of_a_multipolygon_may_touch_in_a_point_and_not_overlap():
    def squares(*corners):
        rings = [[[w, s], [w + 1, s], [w + 1, s + 1], [w, s + 1], [w, s]] for w, s in corners]
        drawn = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
        return feature(drawn, id="z", role="zone")

    found = read(ZONE, squares((24, 44), (25, 45)))
    assert shapely.from_wkb(found.geometry[0].wkb).geom_type == "MultiPolygon"
    assert "is not valid" in problems(ZONE, squares((24, 44), (24.5, 44.5)))[0]


def test_a_place_that_is_not_known_has_no_drawing():
    unknown = feature(None, id="z", role="zone", known=False)
    found = read(ZONE, unknown, cases=case_at(25, 45, 100, "undetermined", 0.5))
    assert found.geometry[0].wkb == b""
    assert outcome(found).passed
    drawn = box("z", 24, 44, 26, 46, known=False)
    assert "a place that is not known is drawn; write known: true" in problems(ZONE, drawn)[0]
    bare = feature(None, id="z", role="zone")
    assert "the geometry is missing; draw it, or write known: false" in problems(ZONE, bare)[0]


def test_sides_and_how_a_polygon_came_about_are_kept():
    buffer = {"how": "buffer", "line": "front", "distance_m": 15000}
    sector = {"how": "sector", "centre": [25, 45], "distance_m": 5000, "from_deg": 10, "to_deg": 90}
    towns = {"how": "settlements", "settlements": ["P", "Q", "R"], "words": "clockwise"}
    found = read(
        CLAUSE, line(), box("b", 24, 44, 26, 46, made_from=buffer),
        box("c", 24, 44, 26, 46, made_from=sector), box("d", 24, 44, 26, 46, made_from=towns),
        box("e", 24, 44, 26, 46, made_from={"how": "annex"}),
        box("f", 24, 44, 26, 46, made_from={"how": "coordinates"}),
        box("g", 24, 44, 26, 46, made_from={"how": "other", "words": "by eye"}),
    )  # fmt: skip
    made = {one.id: one.made_from for one in found.geometry}
    assert {one.id: one.sides for one in found.geometry}["front"] == ("A", "B")
    assert made["b"] == "15 km on each side of front"
    assert made["c"] == "5 km about 25, 45, bearings 10 to 90 degrees"
    assert made["d"] == "through P, Q, R; clockwise"
    assert made["e"] == "an annex that was not published as coordinates"
    assert (made["f"], made["g"], made["front"]) == ("coordinates of the text", "by eye", "")


def test_the_sides_of_a_line_are_parties_of_the_agreement():
    wrong = line()
    wrong["properties"]["sides"] = {"left": "A", "right": "C"}
    (said,) = problems(CLAUSE, wrong)
    assert "unknown party 'C'" in said


def test_a_clause_may_hold_in_several_zones():
    law = ZONE.replace("{zone: z}", "{zones: [z, y]}")
    found = read(law, box("z", 24, 44, 25, 45), box("y", 26, 44, 27, 45))
    assert found.clauses[0].area == InsideZone("z", ("y",))
    both = ZONE.replace("{zone: z}", "{zone: z, zones: [z]}")
    assert "the area is not clear" in problems(both, box("z", 24, 44, 25, 45))[0]


def test_a_line_must_hold_while_a_clause_measures_from_it_and_not_before():
    family = HEAD + "texts: [late]\n"
    late = (
        "id: late\ntitle: t\nsigned: 2026-06-01\nin_force: {start: 2026-06-01T00:00, zone: Europe/Kyiv}\n"
        + CLAUSE.replace("area: everywhere", "area: {line: front, within_m: 5000, name: strip}")
    )
    found = read("", line(start="2026-06-01T00:00"), head=family, texts={"late": late})
    assert found.clauses[0].area.name == "strip"
    (said,) = problems("", line(start="2026-06-02T00:00"), head=family, texts={"late": late})
    assert "no version of 'front' holds when a text that measures from it enters into force" in said
    (said,) = problems(
        "",
        line(start="2026-06-01T00:00", end="2026-07-01T00:00"),
        head=family,
        texts={"late": late},
    )
    assert "no version of 'front' holds when a text that measures from it ends" in said
