"""Rules that twenty articles of natural news asked for, each on invented states in other words."""

import pytest

from pledge_articles import pledges


def read(text):
    return {(o, k, p.status) for p in pledges(text) for o in p.obligor for k in p.types}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Borland will keep financing the Valdian army.", ("Borland", "financing", "pledged")),
        (
            "Corvia has set aside 40 million crowns to prepare its troops for a possible deployment.",
            ("Corvia", "financing", "pledged"),
        ),
        (
            "Corvia's budget sets aside 90 million crowns, and Corvia will keep paying.",
            ("Corvia", "financing", "pledged"),
        ),
        (
            "Torvia said it would buy artillery shells for Valdia.",
            ("Torvia", "equipment", "pledged"),
        ),
        ("Torvia would be the lead nation for logistics.", ("Torvia", "other", "conditional")),
        (
            "Torvia said it would be the lead nation for logistics.",
            ("Torvia", "other", "pledged"),
        ),
        ("Kessia has not taken a decision on its role.", ("Kessia", "other", "undecided")),
        ("In Kessia, no decision has been taken.", ("Kessia", "other", "undecided")),
        ("Hulland does not expect to send troops.", ("Hulland", "troops_land", "ruled_out")),
        ("Hulland has said a clear no to troops.", ("Hulland", "troops_land", "ruled_out")),
        (
            'Meridia said there would be no Meridian "boots on the ground".',
            ("Meridia", "troops_land", "ruled_out"),
        ),
        (
            "Arland will lead on the maritime element of the force.",
            ("Arland", "naval", "pledged"),
        ),
        ("Borland could help with maritime surveillance.", ("Borland", "monitoring", "considered")),
        (
            "Corvia will decide on a military contribution in the spring.",
            ("Corvia", "other", "undecided"),
        ),
        (
            "Kessia would be ready to contribute with up to one company.",
            ("Kessia", "troops_land", "considered"),
        ),
        ("Delmar will make a contribution, its premier said.", ("Delmar", "other", "pledged")),
        ("Delmar will deploy once a truce is signed.", ("Delmar", "troops_land", "conditional")),
        (
            "Torvia would let allied aircraft use its bases, its premier said.",
            ("Torvia", "facilities", "pledged"),
        ),
        (
            "Hulland will contribute to the air and naval components.",
            ("Hulland", "air", "pledged"),
        ),
        (
            "Attacks would be met by a joint response from Borland and Corvia.",
            ("Corvia", "other", "conditional"),
        ),
        (
            "The agreement with Meridia on guarantees was almost ready for signature.",
            ("Meridia", "political", "considered"),
        ),
        ("The role of Meridia also remains open.", ("Meridia", "other", "undecided")),
        (
            "Meridia has threatened Ostania with further sanctions.",
            ("Meridia", "sanctions", "considered"),
        ),
        (
            "Borland sent no word on troops. Kessia and Torvia have said they will not do so.",
            ("Torvia", "troops_land", "ruled_out"),
        ),
        (
            "Hulland, which opposes a deployment of its own troops, is considering a role in monitoring a truce.",
            ("Hulland", "monitoring", "considered"),
        ),
        (
            "Lind said that if Ostania refused a truce, Borland would adopt further sanctions.",
            ("Borland", "sanctions", "conditional"),
        ),
        (
            "Following a ceasefire, Borland will set up hubs and train recruits.",
            ("Borland", "training", "conditional"),
        ),
        (
            "Torvia will send jets and help with mine clearance when a peace agreement is signed.",
            ("Torvia", "air", "conditional"),
        ),
        (
            "Meridian officials have told the allies that they would provide intelligence.",
            ("Meridia", "intelligence", "pledged"),
        ),
    ],
)
def test_what_news_says_in_other_words(text, want):
    assert want in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "The allies settled which countries are ready to take the lead on land and at sea.",
        "Arland has promised parliament a vote before any Arish troops are sent.",
        "An earlier draft said Meridia would support the force with jets.",
        "A Meridian commitment to send jets is no longer to be found in the text.",
        "Torvia and Arland would send troops, according to a draft.",
        "Under the proposal Torvia would send troops.",
        "Hulland's contribution, if it comes, will be ships.",
        "Torvia, not Arland, pledged troops.",
        "Corvia says its soldiers are needed at home.",
        "The question of sending soldiers does not arise, Corvia said.",
        "Arland said it would buy jets for Arish pilots.",
        "Arland will deploy soldiers in its own cities.",
        "Lind said a proposed force would be sent to Arland.",
        "Arland stood by as troops died.",
    ],
)
def test_what_is_no_promise_of_those_it_names(text):
    shown = {o for o, k, status in read(text) if status == "pledged" and k != "political"}
    assert shown <= ({"Torvia"} if "Torvia, not Arland" in text else set())


def test_who_does_not_name_the_others_leaves_nothing_of_his_own_open():
    assert (
        read("Lind did not name the countries or say how many soldiers each would send.") == set()
    )


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (
            "Borland could send troops to a country neighbouring Valdia.",
            "to a country neighbouring",
        ),
        ("Arland will monitor the truce with drones and satellites.", "with drones and satellites"),
        ("Corvia will train Valdian soldiers on Corvian soil.", "on Corvian soil"),
        ("Torvia did not rule out a small number of soldiers.", "a small number of soldiers"),
        ("Torvia will train Valdian troops until 2033.", "until 2033"),
        ("Borland will deliver two more Patriot systems.", "two more Patriot systems"),
        ("Arish peacekeepers could take part, but not in a combat role.", "not in a combat role"),
    ],
)
def test_where_how_long_and_by_what_means(text, limit):
    assert any(p.limits and limit in p.limits for p in pledges(text))


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        (
            "Torvia agreed to take charge of the naval part, though it wants to see a truce first.",
            "wants to see a truce first",
        ),
        (
            "The allies committed to guarantees, which will be activated once a ceasefire holds.",
            "once a ceasefire holds",
        ),
        ("Kessia would send instructors if conditions allow.", "if conditions allow"),
    ],
)
def test_conditions_that_stand_apart(text, trigger):
    assert [p.trigger for p in pledges(text) if p.trigger] == [trigger]
    assert all(p.status != "pledged" for p in pledges(text))


@pytest.mark.parametrize(
    "text",
    [
        "Corvia's pledge of 500 troops expired in June.",
        "Corvia's promise of two frigates came to nothing.",
        "Corvia pledged, then withdrew, an offer of six jets.",
        "Corvia promised troops and later dropped the plan.",
    ],
)
def test_what_is_no_longer_promised_is_not_shown_as_promised(text):
    assert not {status for _, _, status in read(text)} & {"pledged", "conditional"}
