"""Ways of saying and of not saying that forces will come, each on an invented state.

Of 160 obligors and types in such ways, 100 were found at first reading; the rules came after.
"""

import pytest

from pledge_articles import pledges

SAID = [
    (
        "Arland's parliament on Friday approved sending 800 soldiers to Valdia once a truce is signed.",
        "Arland",
        "troops_land",
        "conditional",
    ),
    (
        "Arland would be willing to contribute a battalion, its defence minister told reporters.",
        "Arland",
        "troops_land",
        "considered",
    ),
    (
        "Arland has no intention of putting boots on the ground, a government spokeswoman said.",
        "Arland",
        "troops_land",
        "ruled_out",
    ),
    (
        '"We are not sending anybody," Lind told a radio station when asked about troops.',
        "Arland",
        "troops_land",
        "ruled_out",
    ),
    ("Borland is among the countries that have promised frigates.", "Borland", "naval", "pledged"),
    (
        "Borland, Corvia and Torvia have each committed a battalion to the force.",
        "Borland;Corvia;Torvia",
        "troops_land",
        "pledged",
    ),
    (
        "While Borland will provide ships, Corvia prefers to train Valdian recruits on its own soil.",
        "Borland",
        "naval",
        "pledged",
    ),
    (
        "Meridian officials say Washington-style guarantees are off the table, but White Tower will share intelligence.",
        "Meridia",
        "intelligence",
        "pledged",
    ),
    (
        "Torvia said it stood ready to deploy 2,000 troops should a ceasefire hold.",
        "Torvia",
        "troops_land",
        "conditional",
    ),
    (
        "Kessia pulled back from its pledge to send police trainers.",
        "Kessia",
        "training",
        "ruled_out",
    ),
    ("Kessia is mulling a request to host a logistics base.", "Kessia", "other", "considered"),
    (
        "Hulland insists it will take no part in any military mission.",
        "Hulland",
        "troops_land",
        "ruled_out",
    ),
    (
        "Hulland's prime minister, Ina Voss, unveiled a package worth 500 million crowns for air defence.",
        "Hulland",
        "financing",
        "pledged",
    ),
    (
        "A decision by Delmar on whether to join is expected in March.",
        "Delmar",
        "other",
        "undecided",
    ),
    ("Delmar has kept silent on troops.", "Delmar", "troops_land", "undecided"),
    (
        "Meridia will not be putting troops in, but it will provide a backstop.",
        "Meridia",
        "troops_land",
        "ruled_out",
    ),
    (
        "Eighteen nations have lined up to provide troops, ships and aircraft, Lind said.",
        "group of 18 states (May 2031)",
        "troops_land",
        "pledged",
    ),
    (
        "The plan foresees a Torvian brigade and an Arish naval squadron.",
        "Torvia",
        "troops_land",
        "considered",
    ),
    (
        "Arish jets are to patrol Valdian skies under an accord signed on Monday.",
        "Arland",
        "air",
        "pledged",
    ),
    ("Torvia to send minesweepers to Grey Sea", "Torvia", "naval", "pledged"),
    ("Torvia vows 1,000 troops for Valdia force", "Torvia", "troops_land", "pledged"),
    ("Corvia weighs role in Valdia mission", "Corvia", "other", "considered"),
    ("Corvia rules out troops, offers trainers", "Corvia", "troops_land", "ruled_out"),
    ("Delmar joins Arland in pledging troops", "Delmar", "troops_land", "pledged"),
    ("Pell left the door open to sending engineers and medics.", "Corvia", "other", "considered"),
    (
        "Venn reaffirmed Torvia's commitment to lead the naval component.",
        "Torvia",
        "naval",
        "pledged",
    ),
    (
        "Neither Borland nor Delmar will send ground forces.",
        "Borland;Delmar",
        "troops_land",
        "ruled_out",
    ),
    (
        "Arland and Torvia, which lead the coalition, have agreed to station troops in Valdia for three years.",
        "Arland;Torvia",
        "troops_land",
        "pledged",
    ),
    (
        "The Meridian president repeated that his country's soldiers would stay out of Valdia.",
        "Meridia",
        "troops_land",
        "ruled_out",
    ),
    ("Meridia was vague about what help it might offer.", "Meridia", "other", "undecided"),
    (
        "Kessian troops will not take part, but Kessia's airfields will be open to the force.",
        "Kessia",
        "troops_land",
        "ruled_out",
    ),
    ("Kessia's airfields will be open to the force.", "Kessia", "facilities", "pledged"),
    ("Terr said Borland had agreed to supply Patriot missiles.", "Borland", "equipment", "pledged"),
    ("According to Terr, Torvia promised 200 instructors.", "Torvia", "training", "pledged"),
    (
        "Ink was put to paper in Port Ar: Arland and Torvia will send troops after a ceasefire.",
        "Arland;Torvia",
        "troops_land",
        "conditional",
    ),
    (
        "If a ceasefire is agreed, Torvia and Arland will send up to 15,000 troops.",
        "Arland;Torvia",
        "troops_land",
        "conditional",
    ),
    (
        'Arland would "of course" be part of such a force, Lind told parliament.',
        "Arland",
        "troops_land",
        "pledged",
    ),
    (
        "Corvia's cabinet has yet to sign off on the deployment.",
        "Corvia",
        "troops_land",
        "undecided",
    ),
    (
        "Corvia's cabinet signed off on the deployment of two frigates.",
        "Corvia",
        "naval",
        "pledged",
    ),
    (
        "Hulland threatened Ostania with fresh sanctions if it rejects a truce.",
        "Hulland",
        "sanctions",
        "conditional",
    ),
    (
        "Hulland would back tougher sanctions unless Ostania comes to the table, Voss warned.",
        "Hulland",
        "sanctions",
        "conditional",
    ),
    (
        "Delmar will foot part of the bill for rebuilding Valdia.",
        "Delmar",
        "reconstruction",
        "pledged",
    ),
    ("Borland will chip in with money and medics.", "Borland", "financing", "pledged"),
    (
        "Torvian soldiers could be in Valdia within days, a military source said.",
        "Torvia",
        "troops_land",
        "considered",
    ),
    (
        "Torvia's chief of staff said planning for a deployment was complete.",
        "Torvia",
        "troops_land",
        "considered",
    ),
    (
        "Arland has scrapped plans to send soldiers, the daily reported.",
        "Arland",
        "troops_land",
        "ruled_out",
    ),
    ("Arland may end up leading the monitoring mission.", "Arland", "monitoring", "considered"),
    (
        "Monitoring will fall to Meridia, with drones and satellites.",
        "Meridia",
        "monitoring",
        "pledged",
    ),
    ("Meridia takes the lead in monitoring the truce.", "Meridia", "monitoring", "pledged"),
    ("The task of monitoring the truce goes to Meridia.", "Meridia", "monitoring", "pledged"),
    (
        "A coordination cell will be set up in Port Ar by Arland and Meridia.",
        "Arland;Meridia",
        "coordination",
        "pledged",
    ),
    ("Torvia has cast doubt on its own offer of troops.", "Torvia", "troops_land", "undecided"),
    (
        '"No one is talking about sending soldiers," Pell insisted.',
        "Corvia",
        "troops_land",
        "ruled_out",
    ),
    (
        "Only Torvia has so far put a number on its contribution: 1,500 troops.",
        "Torvia",
        "troops_land",
        "considered",
    ),
    (
        "Lind used his speech to announce that Arland would put a mechanised brigade at the disposal of the force.",
        "Arland",
        "troops_land",
        "pledged",
    ),
    (
        "Arland has put a mechanised brigade at the force's disposal.",
        "Arland",
        "troops_land",
        "pledged",
    ),
    (
        "The brigade that Arland has promised will arrive within a week of an armistice.",
        "Arland",
        "troops_land",
        "conditional",
    ),
    (
        "Of the 18 states, only Arland and Torvia have committed ground troops.",
        "Arland;Torvia",
        "troops_land",
        "pledged",
    ),
    ('"Corvia will do its part," Pell said, without elaborating.', "Corvia", "other", "pledged"),
    (
        "Torvia will be represented in the force by a naval task group.",
        "Torvia",
        "naval",
        "pledged",
    ),
    (
        "Meridia is not planning to deploy soldiers but has not excluded air cover.",
        "Meridia",
        "troops_land",
        "ruled_out",
    ),
    (
        "Meridia is not planning to deploy soldiers but has not excluded air cover.",
        "Meridia",
        "air",
        "considered",
    ),
    (
        "White Tower aides stressed that no Meridian pilot would fly over Valdia.",
        "Meridia",
        "air",
        "ruled_out",
    ),
    (
        "Dell Corr told the gathering by video that Meridia would stand with Valdia.",
        "Meridia",
        "political",
        "pledged",
    ),
    (
        "Kessian lawmakers voted to let the force use two air bases.",
        "Kessia",
        "facilities",
        "pledged",
    ),
    ("Kessia has thrown open its ports to the mission.", "Kessia", "facilities", "pledged"),
    (
        "Hulland doubled its annual support to Valdia to 4 billion crowns.",
        "Hulland",
        "financing",
        "pledged",
    ),
    (
        "Delmar wants to see a mandate before it commits soldiers.",
        "Delmar",
        "troops_land",
        "undecided",
    ),
    (
        "Delmar's government fell before it could decide on a contribution.",
        "Delmar",
        "other",
        "undecided",
    ),
    (
        "Delmar will only send troops if the mission has a mandate.",
        "Delmar",
        "troops_land",
        "conditional",
    ),
    (
        "Troops from Borland would go in as soon as the guns fall silent, Tal promised.",
        "Borland",
        "troops_land",
        "conditional",
    ),
    (
        "Borish frigates will patrol the Grey Sea once a truce takes hold.",
        "Borland",
        "naval",
        "conditional",
    ),
    ("Tal said her country could not spare any soldiers.", "Borland", "troops_land", "ruled_out"),
    ("Tal ruled nothing in and nothing out.", "Borland", "other", "considered"),
    (
        "On land, the lead will be taken by Torvia; at sea, by Hulland.",
        "Torvia",
        "troops_land",
        "pledged",
    ),
    (
        "The headquarters will be in Port Ar, under an Arish general.",
        "Arland",
        "coordination",
        "pledged",
    ),
    (
        "Terr thanked Borland for its decision to send observers.",
        "Borland",
        "monitoring",
        "pledged",
    ),
    (
        'Arland\'s contribution, Lind said, would be "significant", but he gave no figures.',
        "Arland",
        "other",
        "pledged",
    ),
    (
        "Arland's soldiers would be kept far from the front line, Lind added.",
        "Arland",
        "troops_land",
        "pledged",
    ),
    (
        "Lind and Venn initialled an accord on a joint force of 20,000.",
        "Arland;Torvia",
        "troops_land",
        "pledged",
    ),
    (
        "Lind and Venn renewed their vow to lead a force of 20,000.",
        "Arland;Torvia",
        "troops_land",
        "pledged",
    ),
    (
        "Corvia will pay for 300 interceptors and has agreed to train 10,000 Valdian recruits a year.",
        "Corvia",
        "training",
        "pledged",
    ),
    (
        "Arland and Torvia on Tuesday put pen to paper on a deal that will see 10,000 troops stationed in Valdia.",
        "Arland;Torvia",
        "troops_land",
        "pledged",
    ),
    (
        "Corvian Defence Minister Gil Orso said Corvia would not be found wanting but stopped short of naming troops.",
        "Corvia",
        "troops_land",
        "undecided",
    ),
    ("Hulland's navy will help keep the Grey Sea open, Voss said.", "Hulland", "naval", "pledged"),
    (
        "Hulland, Delmar and Kessia are each sending a company of engineers.",
        "Hulland;Delmar;Kessia",
        "other",
        "pledged",
    ),
    (
        "Meridia reiterated its commitment to intelligence sharing.",
        "Meridia",
        "intelligence",
        "pledged",
    ),
    (
        "Meridia will oversee the truce with satellites and drones.",
        "Meridia",
        "monitoring",
        "pledged",
    ),
    (
        "Meridia could yet pull the plug on its intelligence support.",
        "Meridia",
        "intelligence",
        "considered",
    ),
    (
        "Delmar declined to commit ground forces, citing its own border.",
        "Delmar",
        "troops_land",
        "ruled_out",
    ),
    ("Delmar, by contrast, is prepared to fund demining.", "Delmar", "financing", "considered"),
    (
        '"Delmar will never send its sons to die in Valdia," the premier said.',
        "Delmar",
        "troops_land",
        "ruled_out",
    ),
    (
        "Borland's cabinet agreed on Monday to contribute 400 soldiers, pending a vote in parliament.",
        "Borland",
        "troops_land",
        "undecided",
    ),
    (
        "Tal said Borland would contribute 400 soldiers, subject to parliament's approval.",
        "Borland",
        "troops_land",
        "conditional",
    ),
    (
        "The eighteen states undertook to finance the force.",
        "group of 18 states (May 2031)",
        "financing",
        "pledged",
    ),
    (
        "The coalition will keep arming Valdia, the statement says.",
        "allies (unspecified)",
        "equipment",
        "pledged",
    ),
    (
        "Torvian and Arish engineers will repair bridges and power plants.",
        "Torvia;Arland",
        "other",
        "pledged",
    ),
    ("Torvia has yet to say how many troops it would send.", "Torvia", "troops_land", "undecided"),
    (
        "Kessia signed a memorandum on the use of its airfields by the force.",
        "Kessia",
        "facilities",
        "pledged",
    ),
    (
        "Kessia has agreed in principle to host a supply depot.",
        "Kessia",
        "facilities",
        "considered",
    ),
    (
        "The European nations promised to pay for the reconstruction of Valdia.",
        "other European allies",
        "reconstruction",
        "pledged",
    ),
    (
        "European states are ready to impose new sanctions if Ostania breaks the truce.",
        "other European allies",
        "sanctions",
        "conditional",
    ),
    (
        "Western governments have ruled out a no-fly zone.",
        "allies (unspecified)",
        "air",
        "ruled_out",
    ),
    (
        "Lind confirmed that his country's jets will guard Valdian airspace.",
        "Arland",
        "air",
        "pledged",
    ),
    (
        "Lind suggested that Arish soldiers might guard ports and airfields.",
        "Arland",
        "troops_land",
        "considered",
    ),
    ("Torvia's role in the force is still being worked out.", "Torvia", "other", "undecided"),
    (
        "Arland will second 30 officers to the coordination cell.",
        "Arland",
        "coordination",
        "pledged",
    ),
    ("Corvia intends to double its aid to 9 billion crowns.", "Corvia", "financing", "considered"),
    (
        "Corvia will not take part in the mission but will treat wounded soldiers.",
        "Corvia",
        "troops_land",
        "ruled_out",
    ),
    (
        "Hulland and Delmar have agreed to share the cost of the force.",
        "Hulland;Delmar",
        "financing",
        "pledged",
    ),
    ("Torvia pledges jets, Corvia cash as allies meet in Port Ar", "Torvia", "air", "pledged"),
    ('Kessia "not ready" to send troops, says Ank', "Kessia", "troops_land", "ruled_out"),
]


@pytest.mark.parametrize(("text", "who", "kind", "status"), SAID)
def test_what_is_said_of_whom(text, who, kind, status):
    found = {(o, k, p.status) for p in pledges(text) for o in p.obligor for k in p.types}
    assert {(name, kind, status) for name in who.split(";")} <= found


NOT_PROMISED = [
    "Arland said it would only send troops if others did",
    "Arland said it would be wrong to send troops",
    "Arland said it would take months to send troops",
    "Arland said that sending troops would be a mistake",
    "Arland said it would need a mandate to send troops",
    "Arland's opposition said it would send troops",
    "Arland's former defence minister said Arland would send troops",
    "Arland said it would rather send money than troops",
    "Arland would, critics said, be mad to send troops",
    "Arland agreed with Torvia that troops would provoke Ostania",
    "Arland promised to study the dispatch of troops",
    "Arland announced plans to ask parliament about troops",
    "Arland confirmed that it had been asked for troops",
    "Arland is to hold a vote on troops",
    "Arland is to take a decision on troops",
    "Arland is going to think about troops",
    "Arland opted to wait before promising troops",
    "Arland opted against troops",
    "Arland opted for talks rather than troops",
    "Arland stands by its refusal to send troops",
    "Arland stands behind the idea of troops from others",
    "Arland is preparing its public for troops",
    "Arland is preparing a paper on troops",
    "Arland is preparing a decision on troops",
    "Arland takes charge of the debate on troops",
    "Arland voted to postpone a decision on troops",
    "Arland voted to reject the sending of troops",
    "Arland set aside its pledge of troops",
    "Arland increased its doubts about troops",
    "Arland outlined its objections to the participation of its troops",
    "Arland outlined conditions for participation with troops",
    "Arland lined up to refuse troops",
    "Arland's soldiers will stay where they are",
    "Arland's troops will remain at home",
    "Troops will not come from Arland",
    "Arland will not be among those sending troops",
    "Arland will be the last to send troops",
    "Arland will have no troops to spare",
    "Arland would have to be asked before sending troops",
    "Arland would be ready to send troops, its premier said",
    "Arland would consider troops, its premier said",
    "Arland said it would welcome Torvian troops",
    "Arland said Torvia would send troops",
    "Arland told Torvia it would not oppose troops",
    "Arland thanked Torvia for its pledge to send troops",
    "Arland was thanked for nothing, as it sent no troops",
    "Arland was to send troops but has changed its mind",
    "Arland was to have sent troops",
    "Arland signed up to a statement that does not mention troops",
    "Arland signed a plan to examine troops",
    "Arland signed a declaration on the possible use of troops",
    "Arland put its name to a letter against troops",
    "Arland's minister said no one would send troops",
    "Arland's minister said the army would not be sent",
    "Arland said that, if anything, it would send medics, not troops",
    "Arland takes the lead in opposing troops",
    "The lead in refusing troops goes to Arland",
    "The question of troops falls to Arland",
    "A decision on troops rests with Arland",
    "Arland's share of blame for the lack of troops is large",
    "Arland will put its troops at the disposal of nobody",
    "Arland guaranteed that no troops would go",
    "Arland to decide on troops",
    "Arland to send no troops",
    "Arland to consider sending troops",
    "Arland, whose ally Torvia promised troops, is silent",
    "Arland backs guarantees but without troops",
    "Arland said it would back guarantees but not with troops",
    "Arland denied it would send troops",
    "Arland will decide in spring how many jets to send",
    "Arland will be watching closely before it sends jets",
    "Arland's promise of jets now looks hollow",
    "Arland's pledged jets may never fly",
    "Arland will lose its nerve over jets, critics said",
    "Arland announced a review of its jets pledge",
    "Arland told allies it would think again about jets",
    "Arland said it would discuss jets with Torvia",
    "Arland said it would examine the request for jets",
    "Arland said it would take note of the request for jets",
    "Arland said it would support Torvia in sending jets",
    "Arland said it would be up to parliament to send jets",
    "Arland said jets would be too costly",
    "Arland said jets would not be enough",
    "Arland said Torvian jets would be welcome",
    "Arland said the jets would stay in Arland",
    "Arland is to be asked for jets",
    "Arland is to review its offer of jets",
    "Arland is to hold back its jets",
    "Arland takes the view that jets are not needed",
    "Arland takes part in talks on jets",
    "Arland has agreed terms for a debate on jets",
    "Arland has agreed not to send jets",
    "Arland has agreed that jets are for others to send",
    "Arland is committed to peace but not to jets",
    "Arland is committed to a decision on jets by May",
    "Arland undertook to report on jets",
    "Arland vowed to block jets",
    "Arland signed a statement that leaves jets out",
    "Arland signed nothing on jets",
    "Arland will sign no pact on jets",
    "Arland guaranteed nothing, least of all jets",
    "Arland approved a report on jets",
    "Arland approved the export of jets to Torvia",
    "Arland allocated no money for jets",
    "Arland ratified the treaty, which does not cover jets",
    "Arland backs the guarantees in words, not in jets",
    "Arland stands by Valdia but sends no jets",
    "Arland stands by its decision not to send jets",
    "Arland outlined a contribution without jets",
    "Arland's lead in jets is not in question",
    "Monitoring without jets falls to Arland",
    "Arland boosted its own air force with new jets",
    "Arland increased its jets at home",
    "Arland made available a list of jets it will not send",
    "Arland made jets a condition of talks",
    "Arland put jets at the centre of the debate",
    "Arland lined up jets on its own border",
    "Arland voted for a motion against jets",
    "Arland opted to keep its jets",
    "Arland opted to let others send jets",
    "Arland accepted to be left out of the jets plan",
    "Arland will see its jets grounded",
    "Arland will sell jets to Torvia",
    "Arland will get jets from Torvia",
    "Arland will need its jets at home",
    "Arland will protect its own skies",
    "Arland will first train its own pilots",
    "Arland promised its own army new jets",
]
"""Each holds a word of promise, and Arland promises nothing; 44 of 130 passed for one at first."""


@pytest.mark.parametrize("text", NOT_PROMISED)
def test_what_only_sounds_like_a_promise_is_not_shown_as_one(text):
    found = [p for p in pledges(f"{text}.") if "Arland" in p.obligor and p.status == "pledged"]
    assert not any({"troops_land", "air"} & set(p.types) for p in found)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        # A remark between dashes, or who says so between commas, does not part what belongs together.
        (
            "Eighteen nations have committed - others have yet to decide - to send troops.",
            ("group of 18 states (May 2031)", "troops_land", "pledged"),
        ),
        (
            "Torvia's contribution, Venn said, would be troops.",
            ("Torvia", "troops_land", "pledged"),
        ),
        # To whom something is given does not act.
        (
            "Arland has promised Valdia a further 2 billion crowns.",
            ("Arland", "financing", "pledged"),
        ),
        (
            "The text commits the coalition to arming Valdia for years.",
            ("allies (unspecified)", "equipment", "pledged"),
        ),
        ("The Arish will send troops.", ("Arland", "troops_land", "pledged")),
        (
            "Arland promised parliament a vote before troops go.",
            ("Arland", "troops_land", "conditional"),
        ),
        ("A clause on Meridian support was struck out.", ("Meridia", "other", "undecided")),
        (
            "Whether Meridia would send aircraft nobody knows.",
            ("Meridia", "air", "undecided"),
        ),
        (
            "Asked whether Meridian soldiers would go, he did not answer.",
            ("Meridia", "troops_land", "undecided"),
        ),
        (
            "Vik Marn rejected Western plans to send troops.",
            ("allies (unspecified)", "troops_land", "considered"),
        ),
        (
            "Marn scoffed at plans by Arland to send troops.",
            ("Arland", "troops_land", "considered"),
        ),
        ("Observers, backed by Meridia, will go.", ("Meridia", "political", "considered")),
        (
            "Drones will do it rather than Meridian troops on the ground.",
            ("Meridia", "troops_land", "ruled_out"),
        ),
    ],
)
def test_what_stands_beside_the_verb(text, want):
    found = {(o, k, p.status) for p in pledges(text) for o in p.obligor for k in p.types}
    assert want in found


def test_the_force_is_that_of_the_states_that_just_promised_it():
    found = pledges("Arland and Torvia will send troops. The force would go in after a ceasefire.")
    assert [(p.obligor, p.status) for p in found] == [
        (("Arland", "Torvia"), "pledged"),
        (("Arland", "Torvia"), "conditional"),
    ]


def test_they_are_those_of_the_question_just_before():
    found = pledges("What about Meridia? They will lead the verification.")
    assert [(p.obligor, p.types) for p in found] == [(("Meridia",), ("monitoring",))]


def test_reported_speech_is_a_promise_and_a_conditional_in_quotes_is_none():
    (told,) = pledges("Arland said it would send frigates.")
    (quoted,) = pledges("“We would send frigates,” Sal Venn said.")
    (alone,) = pledges("Arland would send frigates.")
    assert (told.status, quoted.status, alone.status) == ("pledged", "conditional", "conditional")


def test_a_declared_will_bound_to_an_event_is_conditional():
    (bare,) = pledges("Arland is ready to send frigates.")
    (bound,) = pledges("Arland is ready to send frigates once a ceasefire holds.")
    (offer,) = pledges("Arland has offered frigates.")
    assert (bare.status, bound.status, offer.status) == ("considered", "conditional", "conditional")


def test_an_act_under_way_is_a_promise_and_its_preparation_is_none():
    (doing,) = pledges("Arland is preparing naval support.")
    (planning,) = pledges("Arland is preparing to send frigates.")
    assert (doing.status, planning.status) == ("pledged", "considered")
