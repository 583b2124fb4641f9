"""Rules that articles of other outlets asked for, each on an invented sentence."""

from pathlib import Path

import pytest

from pledge_articles import pledges, positions
from truceline.guarantees.reading.boilerplate import boilerplate_in
from truceline.guarantees.reading.pledge_clauses import clauses_of
from truceline.guarantees.reading.pledge_cues import strength_of
from truceline.guarantees.reading.position_cues import stands_in
from truceline.guarantees.reading.reader import read_documents
from truceline.guarantees.reading.tables import tables_from

DATA = Path(__file__).parent / "data" / "statements"
TABLES = tables_from(*((DATA / f"{n}.yaml").read_text() for n in ("persons", "states", "groups")))
FILLER = "\n\nThe talks went on for hours in the hall and it was late when they were over."


def speakers(text):
    reading = read_documents({"a.txt": (text + FILLER).encode()}, {"a.txt": {}}, TABLES)
    return [s.speaker for s in reading.statements]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # A place behind "said in" is no speaker.
        ("“It stands by the text,” Mr Mercer, the envoy, said in Lutaine.", "Paul Mercer"),
        # Whose envoy it is does not speak, nor whom the envoy quotes.
        (
            "Paul Mercer, President Harding’s envoy, said the president “strongly stands by” it.",
            "Paul Mercer",
        ),
        # A closing "he told ..." is who spoke before, not the subject of the clause.
        (
            "A call is near, spokesman Oleg Trubin said. Sarnov wants to meet, he told journalists.",
            "Oleg Trubin",
        ),
        (
            "Spokesman Oleg Trubin spoke of peace. According to him, the old terms were enough.",
            "Oleg Trubin",
        ),
        ("Sarnov: No troops from abroad without a truce\n\nThe hall was full.", "Viktor Sarnov"),
        ("Marek Dolin said it was late. “It is done,” he clarified.", "Marek Dolin"),
        (
            "A senior diplomat, who asked to stay unnamed, said Sarnov would be asked first.",
            "unknown",
        ),
        ("Oleg Trubin, Zemlova’s top diplomat, has said it would never agree.", "Oleg Trubin"),
        ("The hall was full.\n\nTrubin: We will see. The rest is known.", "Oleg Trubin"),
        ("President Viktor Sarnov sees no need for troops from abroad.", "Viktor Sarnov"),
    ],
)
def test_who_speaks(text, speaker):
    assert set(speakers(text)) == {speaker}


def test_the_president_of_a_state_is_its_president():
    text = "Marek Dolin met the press. The President of Norvania also underlined that it was late."
    assert speakers(text)[-1:] == ["Marek Dolin"]


def test_a_question_as_headline_names_nobody_as_speaker():
    assert speakers("Sarnov: What does he want from the talks?\n\nThe hall was full.") == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Zemlova would regard such soldiers as lawful targets", "threat"),
        ("Soldiers sent there will be fair game", "threat"),
        ("He saw no sense in a presence from abroad", "rejection"),
        ("Contingents definitely cannot ensure it", "rejection"),
        ("Zemlova is not going to discuss intervention", "rejection"),
        ("Zemlova does not accept the terms", "rejection"),
        ("Westria was hindering the settlement", "accusation"),
        ("Such a presence would pose a threat", "accusation"),
        ("It can only work if Zemlova moves", "condition"),
        ("Any deployment would require a mandate", "condition"),
        ("He was ready to receive the envoy", "offer"),
        ("Zemlova insists that Norvania drop its bid", "demand"),
        ("Dolin has asked for guarantees that last", "demand"),
        ("Guarantees could not come from contingents", "rejection"),
        ("He reproached the others", "accusation"),
        ("It is a threat to the security of all", "red_line"),
        ("Such contingents are excluded", "red_line"),
        ("Zemlova has no say in this", "rejection"),
        ("He brushed it aside", "rejection"),
        ("Peace is only possible if the causes are removed", "condition"),
        ("He asked the Westrians to stop buying oil", "demand"),
    ],
)
def test_stands(sentence, kind):
    assert kind in {stand.kind for stand in stands_in(sentence)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Corvia offered air defence systems instead",
        "Westria has offered to host the headquarters for a year",
        "Tiberna was open to helping monitor a truce",
    ],
)
def test_what_is_offered_to_a_force_is_no_stand(sentence):
    assert "offer" not in {stand.kind for stand in stands_in(sentence)}


@pytest.mark.parametrize(
    "sentence",
    [
        "He told the closing press conference",
        "Officials, speaking on condition of anonymity, were cautious",
        "He spoke of the aim, insisting the contingents would not be sent",
        "Neither side was asked for comment",
    ],
)
def test_what_only_sounds_like_a_stand(sentence):
    assert not {"demand", "condition"} & {stand.kind for stand in stands_in(sentence)}


def test_a_threat_is_of_who_utters_it_not_of_whom_it_names():
    text = "Viktor Sarnov said any Westrian or Corvian soldier there will be a legitimate target."
    reading = read_documents({"a.txt": (text + FILLER).encode()}, {"a.txt": {}}, TABLES)
    assert {(p.party, p.kind) for p in reading.positions if p.kind == "threat"} == {
        ("Zemlova", "threat")
    }


@pytest.mark.parametrize(
    ("text", "want"),
    [
        # Who is accused, or must do something, is not who says so.
        ("Oleg Trubin told reporters that Westria was hindering it.", ("Zemlova", "accusation")),
        ("Jack Harding said Westria must stop it.", ("Columbian Union", "demand")),
    ],
)
def test_whose_stand_it_is(text, want):
    reading = read_documents({"a.txt": (text + FILLER).encode()}, {"a.txt": {}}, TABLES)
    assert [(p.party, p.kind) for p in reading.positions] == [want]


def test_a_stand_that_somebody_owns_is_theirs():
    (one,) = positions("Ostania's insistence that Valdia hand over the rest of the region stands.")
    assert (one.party, one.kind) == ("Ostania", "territorial_demand")


def test_who_concedes_that_something_is_so_yields_nothing():
    assert "concession" not in {s.kind for s in stands_in("He conceded that land was not settled")}
    assert "concession" in {s.kind for s in stands_in("He conceded the point")}


def test_it_takes_up_who_opened_the_sentence_before_not_its_last_name():
    text = "Ostania drew a line around Valdia. It demanded permanent neutrality."
    assert [(p.party, p.kind) for p in positions(text)] == [("Ostania", "demand")]


def test_a_question_of_the_reporter_is_no_stand():
    text = "Why is Zemlova opposed to the force?\n\nThe hall was full of people."
    reading = read_documents({"a.txt": (text + FILLER).encode()}, {"a.txt": {}}, TABLES)
    assert reading.positions == ()


def test_a_refusal_to_promise_is_no_rejection():
    assert "rejection" not in {s.kind for s in stands_in("Corvia refused to promise troops")}
    assert "rejection" in {s.kind for s in stands_in("Corvia refused the proposal")}


@pytest.mark.parametrize(
    ("clause", "status"),
    [
        ("Arland is to lead the monitoring of a truce", "pledged"),
        ("A force is to be deployed", "pledged"),
        ("A force is to be deployed once the guns are silent", "conditional"),
        ("Arland had made no commitment to send forces", "undecided"),
        ("Arland refused to say whether jets would come", "undecided"),
        ("Arland refused to send jets", "ruled_out"),
        # Talks about a deployment, and one that is only possible, promise nothing.
        (
            "Arland will hold consultations with its parliament on a possible deployment",
            "considered",
        ),
        ("Arland pledged a possible contribution", "considered"),
        ("Arland pledged troops to a proposed force", "pledged"),
        ("Arland will make its bases available", "pledged"),
        ("Its bases are available", "considered"),
    ],
)
def test_how_strongly(clause, status):
    assert strength_of(clause).status == status


def test_what_somebody_called_it_are_words_of_theirs():
    text = "Irina Kaskova denounced what she called a plan for the “militarization” of Norvania."
    reading = read_documents({"a.txt": (text + FILLER).encode()}, {"a.txt": {}}, TABLES)
    (one,) = reading.statements
    assert (one.speaker, len(one.quotes)) == ("Irina Kaskova", 1)


def test_consultations_are_never_shown_as_a_pledge():
    (one,) = pledges("Arland will hold consultations on a possible deployment of troops.")
    assert one.status == "considered"


def test_not_to_the_front_is_a_limit_and_no_refusal():
    (one,) = pledges("Arland promised troops but they would not be sent to the front.")
    assert one.status != "ruled_out"
    assert "front" in (one.limits or "")


def test_and_that_opens_a_clause_of_its_own():
    parts = [c.text for c in clauses_of("He said no and that the role would be another")]
    assert len(parts) == 2


def test_what_will_befall_soldiers_is_no_pledge_to_send_them():
    assert strength_of("Soldiers there will be treated as targets") is None


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by our bureaus; Editing by the desk)",
        "Our Standards: the principles of the agency.",
        "Posted by the desk | January 9 | 214 Comments",
        ">>> CLICK HERE TO JOIN <<<",
        "ab/cd (with material from news agencies)",
        "By our staff with agencies",
        "Published on May 5, 2031",
        "This content is reserved for subscribers. You have 38% of this article left to read.",
        "Get in touch: send us your questions.",
        "The interview was edited for length and clarity.",
        "If you noticed an error, select it and press Ctrl+Enter.",
        "The views expressed are those of the author. To receive our briefings, subscribe here.",
    ],
)
def test_lines_that_are_not_of_the_article(line):
    found = boilerplate_in(f"The hall was full.\n\n{line}\n\nThe talks went on until late.")
    assert len(found) == 1


@pytest.mark.parametrize(
    "line",
    [
        "The views of the two sides were expressed in public for the first time.",
        "Posters hung in the hall, and the comments of the guests were mixed.",
        "He found an error in the text of the declaration and asked for a new draft.",
    ],
)
def test_lines_of_the_article_stay(line):
    assert boilerplate_in(f"The hall was full.\n\n{line}\n\nThe talks went on until late.") == ()


NO_PLEDGE = [
    "will hold talks on sending troops",
    "will discuss sending troops with its partners",
    "will propose to parliament to send troops",
    "will consider sending troops",
    "will examine a contribution of troops",
    "will decide in June on sending troops",
    "will debate a deployment of troops",
    "will ask parliament about sending troops",
    "announced a debate on sending troops",
    "agreed to study sending troops",
    "agreed to discuss a deployment of troops",
    "pledged to consider sending troops",
    "promised to look at sending troops",
    "promised an answer on troops",
    "confirmed talks about sending troops",
    "will await a vote before it sends troops",
    "confirmed that it is weighing a troop deployment",
    "announced it would not take part with troops",
    "vowed never to send troops",
    "promised its voters that no troops would go",
    "agreed to keep its troops at home",
    "will keep its soldiers at home",
    "will stay out of any force",
    "decided against sending troops",
    "has decided not to send troops",
    "announced that it would send no troops",
    "confirmed it had no plans to send troops",
    "is committed to keeping its troops out",
    "pledged not to send troops",
    "signed a declaration but did not commit troops",
    "signed the declaration without promising troops",
    "agreed in principle to send troops",
    "will likely send troops",
    "is expected to send troops",
    "will think about troops",
    "will make a proposal on troops",
    "will leave the question of troops open",
    "will review the question of troops",
    "promised support but not troops",
    "promised support short of troops",
    "promised everything but troops",
    "agreed on everything except troops",
    "will not say whether it sends troops",
    "will be asked to send troops",
    "was asked to commit troops",
    "will be invited to send troops",
    "will be consulted about troops",
    "has been urged to commit troops",
    "will limit itself to help without troops",
    "will contribute without troops",
    "announced a study of troop options",
    "agreed that troops could be sent",
    "said the decision to send troops will be taken later",
    "will only say it is looking at troops",
    "will have to decide on troops",
    "will need a mandate before sending troops",
    "will reconsider its pledge of troops",
    "withdrew its pledge of troops",
    "broke its promise of troops",
    "dropped its pledge to send troops",
    "has suspended its commitment of troops",
    "denied having promised troops",
    "denied that it had agreed to send troops",
    "was said to have promised troops",
    "allegedly promised troops",
    "reportedly agreed to send troops",
    "is rumoured to have pledged troops",
    "criticised the pledge of troops",
    "welcomed the pledge of troops by others",
    "doubts that troops will be sent",
    "hopes that others will send troops",
    "expects others will commit troops",
    "will vote on troops",
    "put off its decision to commit troops",
    "will wait and see before committing troops",
    "agreed to revisit the troops question",
    "will seek approval to send troops",
    "is to decide on troops",
    "is to debate sending troops",
    "is to consult parliament on sending troops",
]
"""Not one of these promises a soldier, though most hold a word of promise."""


@pytest.mark.parametrize("words", NO_PLEDGE)
def test_what_promises_nothing_is_never_shown_as_promised(words):
    found = pledges(f"Arland {words}.")
    firm = {"pledged", "conditional"}
    assert not any("troops_land" in one.types and one.status in firm for one in found)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("pledged troops", "pledged"),
        ("will send troops", "pledged"),
        ("is to send troops", "pledged"),
        ("stopped short of committing troops", "undecided"),
        ("dropped its pledge of troops", "ruled_out"),
        ("will reconsider its pledge of troops", "undecided"),
        ("reportedly agreed to send troops", "considered"),
        ("will, if parliament agrees, send troops", "conditional"),
    ],
)
def test_the_same_words_still_tell_firm_from_weak(words, status):
    (one,) = pledges(f"Arland {words}.")
    assert one.status == status


NO_PLEDGE_OF_ARLAND = [
    "Arland’s pledge of {} is in doubt",
    "Any pledge of {} by Arland would need a vote",
    "Arland has not confirmed its pledge of {}",
    "It is not certain that Arland will send {}",
    "Whether Arland will provide {} is open",
    "Nobody knows if Arland will provide {}",
    "Some doubt that Arland will provide {}",
    "Critics say Arland will never provide {}",
    "Arland might, in time, provide {}",
    "Arland was expected to pledge {}",
    "Torvia wants Arland to provide {}",
    "Torvia asked Arland to commit {}",
    "Torvia said Arland should pledge {}",
    "Arland had once promised {}, but no longer does",
    "Arland earlier pledged {} but has since ruled them out",
    "Without Arland’s {}, the force will fail",
    "Arland, which has yet to commit {}, stayed silent",
    "Arland would have sent {} had it been asked",
    "If Arland sends {}, others will follow",
    "Arland could provide {}, its minister said, but will not for now",
    "Arland’s minister said it was too soon to promise {}",
    "Reports that Arland will send {} are untrue",
    "Arland called reports that it would send {} false",
    "Arland’s opposition demanded that it pledge {}",
    "Arland’s opposition promised to block {}",
    "Arland’s parliament will vote on {} next week",
    "The offer of {} by Arland was turned down",
    "Arland is under pressure to commit {}",
    "Arland is not among those who pledged {}",
    "Only Torvia pledged {}; Arland did not",
    "Unlike Torvia, Arland has promised no {}",
    "Arland declined an invitation to commit {}",
    "Arland has so far promised nothing beyond words, no {}",
    "A source said Arland would probably pledge {}",
    "Arland hopes to pledge {} soon",
    "Arland plans to announce {} next week",
    "Arland will announce next week whether it sends {}",
    "Arland said it will see about {}",
    "Arland’s promise of {} was not kept",
    "Arland signed the text with a reservation on {}",
]
DOMAINS = {"jets": "air", "warships": "naval", "observers": "monitoring", "loans": "financing"}


@pytest.mark.parametrize("words", DOMAINS)
def test_in_no_domain_is_a_doubt_a_demand_or_a_retreat_shown_as_promised(words):
    for sentence in NO_PLEDGE_OF_ARLAND:
        for one in pledges(sentence.format(words) + "."):
            assert not ("Arland" in one.obligor and one.status == "pledged"), sentence
    (firm,) = pledges(f"Arland pledged {words}.")
    assert (firm.types, firm.status) == ((DOMAINS[words],), "pledged")


NO_TROOPS_OF_ARLAND = [
    "Arland may send troops. The force will be on land, at sea and in the air.",
    "Torvia pledged troops. Arland did not.",
    "Torvia pledged troops. Arland has yet to follow.",
    "Torvia pledged troops and Arland is thinking about it.",
    "Torvia, not Arland, pledged troops.",
    "Torvia pledged troops, Arland only words.",
    "Torvia pledged troops; Arland, by contrast, is hesitant.",
    "Arland is considering a force. It will have 5,000 soldiers.",
    "Arland's plan foresees troops. They will guard ports.",
    "Arland: troops possible",
    "Arland weighs troops",
    "Troops? Arland will not say",
    "Will Arland send troops?",
    "Should Arland pledge troops?",
    "Has Arland pledged troops? Nobody knows.",
    "“We will send troops when the time is right, perhaps,” Arland said.",
    "Arland said “we will see about troops”.",
    "Arland will talk. Troops will be sent by others.",
    "Arland denied that troops will be sent.",
    "Arland: no troops will be sent",
    "Torvia and, possibly, Arland will send troops.",
    "Torvia and perhaps Arland will send troops.",
    "Torvia will send troops, and Arland could too.",
    "Arland will send medics but not troops.",
    "Arland will send money rather than troops.",
    "Arland will send medics instead of troops.",
    "Arland, unlike Torvia, will not send troops.",
    "Arland will host talks on troops.",
    "Arland promised to decide on troops soon.",
    "Arland agreed to a summit on troops.",
    "Arland signed a letter calling for troops.",
    "Arland pledged support for those who send troops.",
    "Arland will back a force of others with words.",
    "Arland will not rule out sending troops.",
    "Arland will rule out sending troops.",
    "Arland agrees that troops are needed.",
    "Arland agreed troops are not the answer.",
    "Arland will welcome troops from Torvia.",
    "Arland confirmed that Torvia will send troops.",
]


@pytest.mark.parametrize("text", NO_TROOPS_OF_ARLAND)
def test_what_stands_beside_a_promise_is_not_one(text):
    firm = {"pledged", "conditional"}
    found = [one for one in pledges(text) if "Arland" in one.obligor]
    assert not any("troops_land" in one.types and one.status in firm for one in found)


def test_to_train_troops_is_training_alone():
    (one,) = pledges("Arland will train soldiers only if asked.")
    assert (one.types, one.status) == (("training",), "conditional")
