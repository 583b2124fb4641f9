"""Sentences of patrols: what they mean, and which are refused with the words not understood."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.patrol import parse_sentence
from truceline.adapters.patrol_bearings import POINTS, bearing_of, cell_arcs, direction_deg
from truceline.adapters.patrol_text import EARSHOT_M
from truceline.codec.taxonomy import taxonomy
from truceline.errors import RejectedRow

W = 22.5
# text, then per group: kind, lowest and highest count, phase, bearing, nearest and farthest metre
UNDERSTOOD = [
    ("heard 12 outgoing mortar rounds 5-7 km WNW", [("fire.mortar", 12, 12, "outgoing", 292.5, 5000, 7000)]),
    ("Heard twelve mortar rounds, all outgoing, 5\u20137 km WNW.", [("fire.mortar", 12, 12, "outgoing", 292.5, 5000, 7000)]),
    ("heard 3 incoming and 4 outgoing mortar rounds 5-7 km WNW", [("fire.mortar", 3, 3, "incoming", 292.5, 5000, 7000), ("fire.mortar", 4, 4, "outgoing", 292.5, 5000, 7000)]),
    ("we heard a single explosion about 4 km to the north", [("explosion", 1, 1, "undetermined", 0, 2600, 5400)]),
    ("heard an explosion 4 km N", [("explosion", 1, 1, "undetermined", 0, 3000, 5000)]),
    ("heard about 30 explosions 8-10 km NNW", [("explosion", 24, 36, "undetermined", 337.5, 8000, 10000)]),
    ("heard 30-35 shots of small-arms fire WSW", [("fire.small-arms", 30, 35, "undetermined", 247.5, 50, 4000)]),
    ("heard between 30 and 35 shots 700 m S", [("fire.small-arms", 30, 35, "undetermined", 180, 525, 875)]),
    ("heard at least 5 bursts of HMG fire 1-2 km E", [("fire.small-arms", 5, None, "undetermined", 90, 1000, 2000)]),
    ("heard more than five bursts 1-2 km E", [("fire.small-arms", 6, None, "undetermined", 90, 1000, 2000)]),
    ("heard up to 5 bursts 1-2 km E", [("fire.small-arms", 1, 5, "undetermined", 90, 1000, 2000)]),
    ("heard several explosions 3 km SSE", [("explosion", 2, None, "undetermined", 157.5, 2250, 3750)]),
    ("heard half a dozen shots two kilometres to the west", [("fire.small-arms", 6, 6, "undetermined", 270, 1500, 2500)]),
    ("heard two dozen shots 1-2 km W", [("fire.small-arms", 24, 24, "undetermined", 270, 1000, 2000)]),
    ("heard a couple of rounds of artillery 10-15 km W", [("fire.artillery", 2, 2, "undetermined", 270, 10000, 15000)]),
    ("heard one hundred and twenty-five explosions 3-5 km W", [("explosion", 125, 125, "undetermined", 270, 3000, 5000)]),
    ("heard 1,200 shots 1-2 km W", [("fire.small-arms", 1200, 1200, "undetermined", 270, 1000, 2000)]),
    ("heard an MLRS salvo at a distance of 10 to 15 km south-west of our position", [("fire.mlrs", 1, 1, "undetermined", 225, 10000, 15000)]),
    ("heard 2 salvoes of Grad 10-15 km SW", [("fire.mlrs", 2, 2, "undetermined", 225, 10000, 15000)]),
    ("heard 9 SPG-9 rounds 2-3 km ESE", [("fire.anti-tank", 9, 9, "undetermined", 112.5, 2000, 3000)]),
    ("heard 19 automatic-grenade-launcher impacts 5-6 km WSW", [("fire.grenade-launcher", 19, 19, "impact", 247.5, 5000, 6000)]),
    ("heard 2 AGL bursts 1-2 km N", [("fire.grenade-launcher", 2, 2, "undetermined", 0, 1000, 2000)]),
    ("heard 16 BMP-1 rounds 2-3 km N", [("fire.cannon", 16, 16, "undetermined", 0, 2000, 3000)]),
    ("heard 7 tank rounds, outgoing, 3-4 km NE", [("fire.tank", 7, 7, "outgoing", 45, 3000, 4000)]),
    ("saw a 120 mm mortar impact less than 700 m north-west of the patrol", [("fire.mortar", 1, 1, "impact", 315, 200, 700)]),
    ("heard bursts of small-arms fire more than 2 km E", [("fire.small-arms", None, None, "undetermined", 90, 2000, 4000)]),
    ("heard outgoing artillery fire NE", [("fire.artillery", None, None, "outgoing", 45, 300, 20000)]),
    ("heard 5 explosions on a bearing of 285 degrees at 3-4 km", [("explosion", 5, 5, "undetermined", 285, 3000, 4000)]),
    ("heard 5 explosions 285\u00b0, 3-4 km", [("explosion", 5, 5, "undetermined", 285, 3000, 4000)]),
    ("heard 5 explosions 3-4 km at azimuth 350-10", [("explosion", 5, 5, "undetermined", 0, 3000, 4000)]),
    ("heard 44 undetermined explosions 3-8 km WNW..NE", [("explosion", 44, 44, "undetermined", 348.75, 3000, 8000)]),
    ("heard 44 explosions 3-8 km, from west-north-west to north-east", [("explosion", 44, 44, "undetermined", 348.75, 3000, 8000)]),
    ("heard 44 explosions 3-8 km between N and E", [("explosion", 44, 44, "undetermined", 45, 3000, 8000)]),
    ("heard 26 mortar rounds (3 incoming, 4 outgoing and 19 undetermined) 3-6 km N|NNE|NE|SE", [("fire.mortar", 3, 3, "incoming", 67.5, 3000, 6000), ("fire.mortar", 4, 4, "outgoing", 67.5, 3000, 6000), ("fire.mortar", 19, 19, "undetermined", 67.5, 3000, 6000)]),
    ("heard 12 mortar rounds, 3 incoming and 9 outgoing, 5-6 km N", [("fire.mortar", 3, 3, "incoming", 0, 5000, 6000), ("fire.mortar", 9, 9, "outgoing", 0, 5000, 6000)]),
    ("heard 4 explosions (1 then 3) 10-15 km SSW", [("explosion", 4, 4, "undetermined", 202.5, 10000, 15000)]),
    ("heard 10 explosions (3-5 km N)", [("explosion", 10, 10, "undetermined", 0, 3000, 5000)]),
    ("heard 2 explosions and 3 HMG bursts 2-3 km WSW", [("explosion", 2, 2, "undetermined", 247.5, 2000, 3000), ("fire.small-arms", 3, 3, "undetermined", 247.5, 2000, 3000)]),
    ("heard 3 explosions 5-6 km N and 2 bursts 1-2 km S", [("explosion", 3, 3, "undetermined", 0, 5000, 6000), ("fire.small-arms", 2, 2, "undetermined", 180, 1000, 2000)]),
    ("saw 3 explosions 5-6 km N and heard 2 shots 1-2 km S", [("explosion", 3, 3, "undetermined", 0, 5000, 6000), ("fire.small-arms", 2, 2, "undetermined", 180, 1000, 2000)]),
    ("5-6 km N: 3 explosions; 1-2 km S: 2 shots", [("explosion", 3, 3, "undetermined", 0, 5000, 6000), ("fire.small-arms", 2, 2, "undetermined", 180, 1000, 2000)]),
    ("heard two explosions and five explosions assessed as outgoing artillery rounds at 4-5 km E", [("explosion", 2, 2, "undetermined", 90, 4000, 5000), ("fire.artillery", 5, 5, "outgoing", 90, 4000, 5000)]),
    ("heard 3 explosions 4-5 km E, assessed as mortar impacts", [("fire.mortar", 3, 3, "impact", 90, 4000, 5000)]),
    ("heard 5 explosions from artillery 4-5 km E", [("fire.artillery", 5, 5, "undetermined", 90, 4000, 5000)]),
    ("heard 12 mortar or artillery rounds, all incoming, 3-8 km NW", [("fire", 12, 12, "incoming", 315, 3000, 8000)]),
    ("heard 12 incoming and outgoing mortar rounds 2-3 km N", [("fire.mortar", 12, 12, "mixed", 0, 2000, 3000)]),
    ("heard 23 mortar 9 SPG-9 1 MLRS salvo outgoing and 3 mortar impacts 2-6 km SE", [("fire.mortar", 23, 23, "outgoing", 135, 2000, 6000), ("fire.anti-tank", 9, 9, "outgoing", 135, 2000, 6000), ("fire.mlrs", 1, 1, "outgoing", 135, 2000, 6000), ("fire.mortar", 3, 3, "impact", 135, 2000, 6000)]),
    ("saw one UAV 500-800 m S", [("flight.uav", 1, 1, "undetermined", 180, 500, 800)]),
    ("heard 7 shots 800 m to 1.5 km N", [("fire.small-arms", 7, 7, "undetermined", 0, 800, 1500)]),
    ("Heard 3 shots 1-2 km N. Heard 2 explosions 4-5 km S.", [("fire.small-arms", 3, 3, "undetermined", 0, 1000, 2000), ("explosion", 2, 2, "undetermined", 180, 4000, 5000)]),
    ("heard 5 or 6 explosions 5-6 km N", [("explosion", 5, 6, "undetermined", 0, 5000, 6000)]),
    ("heard 3 explosions and incoming mortar rounds 5-6 km N", [("explosion", 3, 3, "undetermined", 0, 5000, 6000), ("fire.mortar", None, None, "incoming", 0, 5000, 6000)]),
    ("heard 3 shots or bursts 1-2 km N", [("fire.small-arms", 3, 3, "undetermined", 0, 1000, 2000)]),
    ("twelve explosions were heard 5-6 km N", [("explosion", 12, 12, "undetermined", 0, 5000, 6000)]),
    ("heard 3 rounds 5-6 km N outgoing", [("fire", 3, 3, "outgoing", 0, 5000, 6000)]),
    ("heard 4 explosions or mortar rounds beyond 25 km N", [("explosion", 4, 4, "undetermined", 0, 25000, 50000)]),
]  # fmt: skip
# text, and what its refusal must name
REFUSED = [
    ("", "no sound or sight"),
    ("heard 5 explosions 3 km N, " * 100, "at most 2000"),
    ("heard something loud over there", "something, loud, over, there"),
    ("heard 5 frogs 3 km N", "frogs"),
    ("heard 5 explosions 3 km north of Avdiivka", "Avdiivka"),
    ("did not hear any explosions", "coverage"),
    ("heard no explosions 3 km N", "coverage"),
    ("heard 0 explosions 3 km N", "coverage"),
    ("heard explosions", "direction"),
    ("heard 5 explosions 3 km", "direction"),
    ("heard 5 explosions N and S", "horizon"),
    ("heard 5 explosions from N to S", "either way"),
    ("heard 5 explosions 3 km north-south", "compass"),
    ("heard 5 explosions bearing 400", "0..360"),
    ("heard 5 explosions 3 km N 4 km S", "second distance"),
    ("heard 5 explosions 3 km N and 4 km", "second distance"),
    ("heard 5 explosions 3 km N, it fell silent", "fell, silent"),
    ("heard 4.5 explosions 3 km N", "whole number"),
    ("heard 35-30 explosions 3 km N", "below the first"),
    ("heard 5 explosions 7-5 km N", "above the near"),
    ("heard 250,000 explosions 3 km N", "check the figure"),
    ("heard 10 explosions (3 outgoing, 6 incoming) 3 km N", "add up to 9"),
    ("heard 10 explosions (3 outgoing and incoming impacts 2 km S) 3 km N", "bracket"),
    ("heard (3 outgoing, 6 incoming) 3 km N", "bracket"),
    ("heard 3 explosions (some (2) N)", "bracket inside"),
    ("heard 3 explosions (3 km N", "without a closing"),
    ("heard 3 explosions 3 km N)", "without an opening"),
    ("5 outgoing 2 km N", "no weapon"),
    ("heard 12 mortar rounds, 3 incoming and 7 outgoing, 5 km N", "add up to 10"),
    ("heard 5 explosions mortar 3 km N", "mortar"),
    ("heard 5 mortar artillery rounds 3 km N", "second weapon"),
    ("heard 5 outgoing incoming rounds 3 km N", "second phase"),
    ("heard two bursts and saw one explosion 1 km S", "two bursts"),
    ("heard 3 shots. Heard 2 explosions 4 km S", "3 shots"),
    ("heard 3 shots 5 km N. 3 km S.", "belongs to no sound"),
    ("at 5 km N heard 3 shots and 2 explosions 4 km S", "belongs to no sound"),
    ("5 km N. 3 shots", "belongs to no sound"),
    ("heard 5 explosions or drones 2 km N", "no act of the taxonomy"),
    ("heard 4 mortar rounds (several outgoing, 2 incoming) 2 km N", "add up to at least 4"),
    ("heard 4 mortar rounds (2 outgoing and incoming) 2 km N", "add up to 2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD, ids=[t for t, _ in UNDERSTOOD])
def test_sentence_is_understood(text, expected):
    found = [
        (h.kind, h.count_min, h.count_max, h.phase, h.bearing_deg, h.range_min_m, h.range_max_m)
        for h in parse_sentence(text)
    ]
    assert found == expected


@pytest.mark.parametrize(("text", "named"), REFUSED, ids=[t[:60] or "empty" for t, _ in REFUSED])
def test_what_is_not_understood_is_named(text, named):
    with pytest.raises(RejectedRow, match=re.escape(named)):
        parse_sentence(text)


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("heard 3 shots 1 km N", "heard"),
        ("saw and heard 3 shots 1 km N", "heard+seen"),
        ("3 shots were seen and heard 1 km N", "heard+seen"),
        ("3 shots 1 km N", ""),
    ],
)
def test_the_verb_says_by_which_sense(text, sense):
    assert parse_sentence(text)[0].sense == sense


@pytest.mark.parametrize("word", ["NW", "north-west", "northwest", "north west", "north-westerly"])
def test_a_compound_word_is_one_direction_and_no_arc(word):
    found = parse_sentence(f"heard 3 shots 1-2 km {word}")[0]
    assert (found.bearing_deg, round(found.bearing_sigma_deg, 1)) == (315.0, 11.9)


def test_where_a_distance_comes_from_is_said():
    bases = [parse_sentence(f"heard 3 shots {words} N")[0].range_basis for words in
             ("1-2 km", "2 km", "about 2 km", "", "within 2 km", "more than 2 km")]  # fmt: skip
    assert bases == [
        "stated", "widened", "widened", "earshot", "stated upper bound", "stated lower bound",
    ]  # fmt: skip


def test_calibre_unit_and_terms_are_kept():
    found = parse_sentence("heard 2 rounds of 82 mm mortar or artillery 1-2 km N")[0]
    assert (found.calibre, found.unit, found.terms) == ("82 mm", "rounds", ("mortar", "artillery"))


def test_error_of_one_word_is_its_uniform_width_and_the_human_error():
    found = parse_sentence("heard 3 shots 1-2 km N")[0]
    assert found.bearing_sigma_deg == pytest.approx(
        math.hypot(22.5 / math.sqrt(12), 10.0), abs=1e-5
    )


def test_a_longer_list_of_directions_is_never_sharper():
    sigmas = [bearing_of(cell_arcs("|".join(POINTS[:n]))).sigma_deg for n in range(1, 12)]
    assert sigmas == sorted(sigmas)
    assert len(set(sigmas)) == len(sigmas)


@pytest.mark.parametrize("point", POINTS)
def test_letters_and_words_of_one_direction_agree(point):
    names = {"N": "north", "E": "east", "S": "south", "W": "west"}
    words = "-".join(names[letter] for letter in point)
    assert direction_deg(point) == direction_deg(words) == direction_deg(words.replace("-", ""))


@pytest.mark.parametrize("cell", ["", "somewhere", "N..S", "N-S-E", "361", "N|S", "|".join(POINTS)])
def test_a_cell_that_is_no_direction_is_refused(cell):
    with pytest.raises(RejectedRow):
        bearing_of(cell_arcs(cell))


def test_every_kind_that_words_can_name_has_its_earshot():
    acts = taxonomy()
    assert set(EARSHOT_M) <= set(acts.acts)
    assert all(0 <= low < high for low, high in EARSHOT_M.values())


WORDS = st.sampled_from(
    [
        "heard",
        "saw",
        "12",
        "30-35",
        "about",
        "twelve",
        "several",
        "a",
        "single",
        "outgoing",
        "incoming",
        "mortar",
        "artillery",
        "rounds",
        "explosions",
        "bursts",
        "of",
        "HMG",
        "small-arms",
        "fire",
        "5-7",
        "km",
        "700",
        "m",
        "N",
        "WNW",
        "north-east",
        "..",
        "to",
        "285",
        "degrees",
        "and",
        "or",
        ",",
        "(",
        ")",
        ".",
        "all",
        "assessed",
        "as",
        "from",
        "82",
        "mm",
        "impact",
        "at",
        "no",
        "frogs",
        "|",
        "-",
    ]
)
SENTENCES = st.lists(WORDS, max_size=14).map(" ".join)


@settings(deadline=None, max_examples=400)
@given(st.one_of(SENTENCES, st.text(max_size=60)))
def test_any_text_is_read_or_refused_and_bearings_stay_on_the_circle(text):
    try:
        found = parse_sentence(text)
    except RejectedRow:
        return
    assert found
    for group in found:
        assert 0.0 <= group.bearing_deg < 360.0
        assert 10.0 <= group.bearing_sigma_deg < 90.0
        assert 0.0 <= group.range_min_m < group.range_max_m
        assert group.kind in taxonomy().acts
        if group.count_min is not None and group.count_max is not None:
            assert 1 <= group.count_min <= group.count_max


@settings(deadline=None)
@given(st.integers(1, 500), st.sampled_from(POINTS), st.integers(1, 15), st.integers(1, 5))
def test_what_is_written_is_what_is_read(count, point, near_km, width_km):
    far_km = near_km + width_km
    (found,) = parse_sentence(f"heard {count} mortar rounds {near_km}-{far_km} km {point}")
    assert (found.count_min, found.count_max) == (count, count)
    assert found.bearing_deg == direction_deg(point)
    assert (found.range_min_m, found.range_max_m) == (near_km * 1000.0, far_km * 1000.0)


@settings(deadline=None)
@given(st.sampled_from(POINTS), st.integers(0, 7))
def test_an_arc_is_centred_between_its_ends(first, steps):
    last = POINTS[(POINTS.index(first) + steps) % 16]
    found = bearing_of(cell_arcs(f"{first}..{last}"))
    middle = ((direction_deg(first) or 0.0) + steps * W / 2) % 360.0
    assert found.centre_deg == pytest.approx(middle)
