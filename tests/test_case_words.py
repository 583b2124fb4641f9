"""What the words of a situation say: acts, facts, figures; and what they do not say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.case_figures import read_figures
from truceline.codec.case_words import about, read_words
from truceline.codec.taxonomy import taxonomy
from truceline.verification.situation import question_from

ACTS = {
    "120 mm mortar rounds impact near a checkpoint": "fire.mortar",
    "mortar bombs on a trench": "fire.mortar",
    "tube artillery on the outskirts of a town": "fire.artillery",
    "howitzers open up on the ridge": "fire.artillery",
    "shelling by tank": "fire.tank",
    "rocket salvo": "fire.mlrs",
    "multiple launch rocket system salvo": "fire.mlrs",
    "burst of heavy machine-gun fire": "fire.small-arms",
    "sniper kills a soldier": "fire.small-arms",
    "grenade launcher burst": "fire.grenade-launcher",
    "recoilless gun fired at a post": "fire.anti-tank",
    "exchange of fire at night": "fire",
    "platoon fires back at an assault group": "fire",
    "answer to an attack with mortars": "fire",
    "tracer rounds in flight": "fire",
    "glide bomb released over the river": "strike.guided-bomb",
    "drone with explosive hits a truck": "strike.uav",
    "grenades dropped from a copter": "strike.uav",
    "ballistic missile strike on a city": "strike.missile",
    "missile barrage on a city": "strike.missile",
    "jet destroys a rocket launcher": "strike.air",
    "helicopters attacked a convoy": "strike.air",
    "advance of 500 m into the grey zone": "assault",
    "a reconnaissance group crosses the line": "reconnaissance",
    "bang behind the hill": "explosion",
    "blast near the bridge": "explosion",
    "tank gunnery on a range": "exercise.live-fire",
    "pistol and rifle practice of a unit": "exercise.live-fire",
    "explosions at a training area": "exercise.live-fire",
    "staff exercise": "exercise",
    "deminers blow up found shells": "mine.clearing",
    "controlled detonation of ordnance": "mine.clearing",
    "fresh rows of TM-62 anti-tank mines laid overnight": "mine.laying",
    "PMN mines buried along the path": "mine.laying",
    "a lorry hits a mine": "mine.explosion",
    "new positions dug closer to the line": "engineering.works",
    "patrol stopped at a checkpoint and turned around": "access.denied",
    "armed man turns a patrol back": "access.denied",
    "the gate of the site stays locked": "access.denied",
    "soldiers do not let the monitors in": "access.denied",
    "UAV of the mission loses GPS, assessed as jamming": "interference.jamming",
    "spoofing of satellite signals": "interference.jamming",
    "shots at the patrol of the mission": "interference",
    "quadcopter of a party over the line": "flight.uav",
    "attack jet crosses the zone at low height": "flight.aircraft",
    "Mi-24 helicopters ten kilometres from the line": "flight.aircraft",
    "machine-gunner at the corner of the square": "presence.troops",
    "army brigade sets up posts": "presence.troops",
    "armed men of a militia": "presence.troops",
    "armoured car on the bridge": "presence",
    "main battle tank holding a crossroads": "presence",
}

NOT_FIRE = [
    "howitzers in firing positions",
    "Grad trucks on the edge of the advance gained before the winter",
    "weapon within range of the line",
    "tanks at a fire brigade's yard",
    "launcher vehicle with its loader, parked on an airfield",
    "cease-fire declared for the market",
    "guns seen by an unmanned aircraft",
]


@pytest.mark.parametrize(("text", "act"), ACTS.items(), ids=list(ACTS))
def test_words_say_the_act(text, act):
    assert act in taxonomy().acts
    assert read_words(text).acts[0] == act


@pytest.mark.parametrize("text", NOT_FIRE)
def test_words_that_only_look_like_fire(text):
    acts = read_words(text, bare=False).acts
    assert not any(one.startswith(("fire", "strike", "assault", "flight")) for one in acts), acts


@pytest.mark.parametrize("text", [one for one in ACTS if ACTS[one].startswith(("fire.", "strike"))])
def test_a_no_before_an_act_denies_it(text):
    act = ACTS[text]
    found = read_words(f"quiet night, no {text}")
    assert act not in found.acts
    assert act in found.denied


def test_denied_acts_are_said_to_be_denied_and_judged_as_nothing():
    found = question_from({"what": "no shots fired"}, taxonomy())
    assert isinstance(found, str)
    assert "did not happen" in found


def test_a_no_does_not_reach_over_a_comma():
    assert read_words("no order, mortar fire").acts[0] == "fire.mortar"


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("howitzers in the yard of a school", "in_settlement", True),
        ("mortar between apartment blocks", "in_settlement", True),
        ("guns in a quarry 1.5 km from the last house of a village", "in_settlement", False),
        ("tank 800 m from the nearest house", "in_settlement", False),
        ("guns far from any settlement", "far_from_settlement", True),
        ("demining, announced the day before", "notified", True),
        ("demining, not announced", "notified", False),
        ("sappers at work; nobody had been told beforehand", "notified", False),
        ("removal of mines without prior notice", "notified", False),
        ("return fire without an order", "order", False),
        ("return fire on order", "order", True),
        ("fire in reply to an assault", "offensive_action", True),
        ("fire in response to shelling", "offensive_action", False),
        ("the mechanism was not tried first", "mechanism_tried", False),
        ("contact group informed", "tcg_notified", True),
        ("weapons inside the security zone", "inside:security zone", True),
        ("weapons beyond the security zone", "inside:security zone", False),
        ("mines along the edge of the security zone", "inside:security zone", True),
        ("patrol sent away from the Zolote area", "inside:disengagement area", True),
        ("post 200 m outside the disengagement area", "inside:disengagement area", False),
        ("infantry beyond the Blue Line", "inside:north of the blue line", True),
        ("troops withdrawn behind the Blue Line", "inside:north of the blue line", False),
        ("army brigade at the river", "other_than_state_forces", False),
        ("men of a militia, not the army or police", "other_than_state_forces", True),
        ("jamming, source not located", "actor_unknown", True),
        ("shelling while no ceasefire is in force", "ceasefire_in_force", False),
        ("force asked for while fighting continues", "end_of_hostilities", False),
        ("explosion of undetermined origin", "origin_unknown", True),
        ("explosion 25 minutes after the slot had closed", "outside_the_hours", True),
    ],
)
def test_words_say_a_fact(text, fact, value):
    assert read_words(text).facts[fact] is value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("weapons near the security zone", "inside:security zone"),
        ("fire in reply; whether the contact group was told is not known", "tcg_notified"),
        ("men a little south of the Litani", "inside:south litani area"),
        ("tanks on railway wagons", "in_settlement"),
    ],
)
def test_words_leave_a_fact_open(text, fact):
    assert fact not in read_words(text).facts


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("howitzers still at 10 km", "behind_m", 10_000.0),
        ("rifle practice 6 km from the line", "behind_m", 6_000.0),
        ("sixteen kilometres behind the contact line", "behind_m", 16_000.0),
        ("explosion 3 km from the place given in the notice", "from_notified_m", 3_000.0),
        ("explosion 400 m from the notified place", "from_notified_m", 400.0),
        ("error circle 500 m", "sigma_m", 500.0),
        ("at the corner of the square (2 x 2 km)", "from_centre_m", (1000.0, 1000.0)),
        ("on the middle of one side of the square", "from_centre_m", (1000.0, 0.0)),
        ("in the centre of a 4 x 2 km area", "from_centre_m", (0.0, 0.0)),
        ("at the corner of a 4 x 2 km area", "from_centre_m", (2000.0, 1000.0)),
        ("500 m outside the edge of the area", "from_centre_m", (1500.0, 0.0)),
        ("500 m inside the edge of the area", "from_centre_m", (500.0, 0.0)),
        ("a 2 x 2 km area", "square_m", (2000.0, 2000.0)),
        ("clause: 3 serious in 7 days", "count", (3, timedelta(days=7))),
        ("clause: more than two serious findings within 10 days", "count", (3, timedelta(days=10))),
        ("six full days without violation", "quiet_days", 6),
        ("80 hours after the first breach", "hours", 80.0),
        ("last violation on 30 April 2018", "dates", (date(2018, 4, 30),)),
        ("last violation on April 30, 2018", "dates", (date(2018, 4, 30),)),
        ("last violation on 30.04.2018", "dates", (date(2018, 4, 30),)),
        ("last violation on 2018-04-30", "dates", (date(2018, 4, 30),)),
        ("last violation on 30 April", "dates", (date(1, 4, 30),)),
        ("last violation on 31 June 2018", "dates", ()),
        (
            "Zolote: last violation 1 May 2018; shots on 3 May 2018 in the Petrivske area",
            "dates",
            (date(2018, 5, 1),),
        ),
        (
            "serious at day 0, minor at day 2, serious at day 5 12:00:30",
            "offsets",
            (timedelta(0), timedelta(days=5, hours=12, seconds=30)),
        ),
    ],
)
def test_words_give_a_figure(text, name, value):
    assert getattr(read_figures(text.casefold()), name) == value


def test_a_matter_is_found_in_situations_and_in_clauses_alike():
    assert about("Parliament names the territory of the special regime") == about(
        "resolution on the special status adopted"
    )
    assert read_words("prisoners not released").matters == ("prisoners",)
    assert read_words("prisoners not released").facts["done"] is False


def test_officers_of_the_joint_centre_are_no_party_whatever_side_is_given():
    found = read_words("JCCC officers inside the disengagement area")
    assert (found.body, found.body_goes_over) == ("JCCC", True)


NOISE = st.lists(st.text("bcdfghjkqvwxz", min_size=7, max_size=12), min_size=1, max_size=8)


@given(NOISE)
@settings(max_examples=150, deadline=None)
def test_unknown_words_never_become_an_act_silently(words):
    text = " ".join(words)
    found = read_words(text)
    assert (found.acts, found.facts, found.matters) == ((), {}, ())
    asked = question_from({"what": text, "side": "GOV"}, taxonomy())
    assert isinstance(asked, str)
    assert "not understood" in asked


@given(NOISE, st.sampled_from(sorted(ACTS)))
@settings(max_examples=150, deadline=None)
def test_unknown_words_after_known_ones_add_nothing(words, text):
    assert read_words(f"{text}; {' '.join(words)}").acts == read_words(text).acts


@pytest.mark.parametrize(
    "text", ["wheat harvest", "peaceful demonstration", "a bridge collapses", "grass fire", "snow"]
)
def test_what_concerns_no_agreement_is_not_understood(text):
    assert "not understood" in str(question_from({"what": text}, taxonomy()))
