"""Who is meant: names, roles as given, descriptions, pronouns, people beyond the tables, offices."""

from pathlib import Path

import pytest

from truceline.guarantees.reading.entities import acts, mentions_of, within
from truceline.guarantees.reading.offices import office_findings
from truceline.guarantees.reading.sentences import sentences_of
from truceline.guarantees.reading.tables import fold, shipped_tables, tables_from
from truceline.model.article import Document, Span

DATA = Path(__file__).parent / "data" / "statements"


@pytest.fixture(name="tables", scope="module")
def _tables():
    """Give the invented tables."""
    return tables_from(*((DATA / f"{n}.yaml").read_text() for n in ("persons", "states", "groups")))


def article(text, published=None, about=()):
    return Document("a.txt", "0", text, "en", published, None, None, None, (), about)


def read(text, tables, **known):
    document = article(text, **known)
    return mentions_of(document, sentences_of(text), tables)


def pairs(text, tables, **known):
    return [(m.text, m.entity, m.how) for m in read(text, tables, **known) if m.kind == "person"]


def test_a_family_name_a_spelling_and_a_shout_are_the_same_person(tables):
    found = pairs("Marek Dolyn spoke. DOLIN left. Victor Sarnov too.", tables)
    assert [entity for _, entity, _ in found] == ["Marek Dolin", "Marek Dolin", "Viktor Sarnov"]


def test_a_family_name_that_is_not_known_alone_waits_for_the_full_name(tables):
    assert pairs("Reyes spoke.", tables) == []
    found = pairs("Sofia Reyes spoke. Then Reyes left.", tables)
    assert [how for _, _, how in found] == ["full", "family"]


def test_another_given_name_is_another_person(tables):
    found = pairs("The banker, Peter Sarnov, said no.", tables)
    assert [entity for _, entity, _ in found] == ["Peter Sarnov"]


def test_accents_do_not_matter():
    assert fold("Nausėda Støre Wałęsa Kim") == "Nauseda Store Walesa Kim"


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Westrian President Henri Valcourt spoke.", "Henri Valcourt", "Westrian President"),
        ("It came after former president Jack Harding spoke.", "Jack Harding", "former president"),
        ("Citadel spokesman, Oleg Trubin, spoke.", "Oleg Trubin", "Citadel spokesman"),
        (
            "Klaus Brenner, the chancellor of Corvia, spoke.",
            "Klaus Brenner",
            "the chancellor of Corvia",
        ),
        (
            "With Paul Mercer, Harding’s special envoy, he ate.",
            "Paul Mercer",
            "Harding’s special envoy",
        ),
        ("Gen. Tomas Ruud spoke.", "Tomas Ruud", "Gen."),
        ("Then Mr Sarnov spoke.", "Sarnov", "Mr"),
        ("Valcourt and Sarnov spoke.", "Sarnov", None),
    ],
)
def test_a_role_is_kept_as_the_article_gives_it(tables, text, name, role):
    mention = next(m for m in read(text, tables) if m.text == name)
    given = text[mention.role.start : mention.role.end] if mention.role else None
    assert given == role


@pytest.mark.parametrize(
    ("text", "words", "entity"),
    [
        ("Dolin spoke. He left.", "He", "Marek Dolin"),
        ("Dolin spoke to Sarnov. He left.", "He", "Marek Dolin"),
        ("Dolin spoke. Kaskova answered. He left.", "He", "Marek Dolin"),
        ("Dolin met Lucia Ferrano. Ferrano said no. She left.", "She", "Lucia Ferrano"),
        ("Despite Sarnov’s claim that it works, he said no.", "he", "Viktor Sarnov"),
        ("Dolin spoke. “Sarnov must go,” he said.", "he", "Marek Dolin"),
        (
            "Dolin spoke in Lutaine. The Norvanian president left.",
            "The Norvanian president",
            "Marek Dolin",
        ),
        ("Sarnov spoke. Norvania's president answered.", "Norvania's president", "Marek Dolin"),
        ("Valcourt met Hale. The two leaders ate.", "The two leaders", "Aldmark and Westria"),
        ("Zemlova was told and its president said no.", "its president", "Viktor Sarnov"),
    ],
)
def test_who_is_meant_without_a_name_is_resolved_within_the_article(tables, text, words, entity):
    found = read(text, tables, about=("2031-01-06",))
    assert [m.entity for m in found if m.text == words] == [entity]


def test_nobody_is_made_up_for_a_pronoun(tables):
    assert pairs("He left. She came.", tables) == []
    assert pairs("Lucia Ferrano spoke. He left.", tables)[1:] == []


def test_a_description_without_a_day_is_the_state_and_no_person(tables):
    found = read("The Norvanian president left.", tables)
    assert [(m.entity, m.kind) for m in found] == [("Norvania", "body")]
    dated = read("The Norvanian president left.", tables, published="2031-01-06")
    assert [m.entity for m in dated] == ["Marek Dolin"]


def test_people_beyond_the_tables_are_named_as_given_and_again_by_family_name(tables):
    found = pairs("Analyst Petra van Ost said no. Later Ost left.", tables)
    assert found == [
        ("Petra van Ost", "Petra van Ost", "stranger"),
        ("Ost", "Petra van Ost", "stranger"),
    ]
    assert pairs("The Dorne Centre and Lake Garda are far.", tables) == []


def test_a_capital_in_a_dateline_is_no_actor(tables):
    found = read("LUTAINE (PN) — Talks in Lutaine ended.", tables)
    assert [m.span.start for m in found] == [24]


def test_who_acts_is_not_possessive_not_quoted_and_not_behind_a_preposition(tables):
    text = "Sarnov’s men met with Valcourt while Dolin said “Hale is late.”"
    found = {m.text: acts(text, m, 0) for m in read(text, tables)}
    assert found == {"Sarnov": False, "Valcourt": False, "Dolin": True, "Hale": False}
    assert len(within(read(text, tables), Span(0, 30))) == 2


@pytest.mark.parametrize(
    ("text", "day", "kind"),
    [
        ("Former President Jack Harding spoke.", "2031-01-06", "called_former"),
        ("President Jack Harding spoke.", "2031-01-06", None),
        ("President Jack Harding spoke.", "2028-01-06", "not_held"),
        ("Former president Jack Harding spoke.", "2028-01-06", None),
        ("Presidential candidate Jack Harding spoke.", "2031-01-06", "not_held"),
        ("Former Chancellor Jack Harding spoke.", "2031-01-06", "not_held"),
        ("Columbian leader Jack Harding spoke.", "2028-01-06", None),
        ("President Jack Harding spoke.", "2040-01-06", None),
        ("President Jack Harding spoke.", None, None),
        ("Paul Mercer, the president’s envoy, spoke.", "2031-01-06", None),
        ("President Vera Milan spoke.", "2031-01-06", None),
    ],
)
def test_an_office_not_held_on_that_day_is_a_finding_about_the_source(tables, text, day, kind):
    document = article(text, day)
    found = office_findings(document, read(text, tables, published=day), tables)
    assert [f.kind for f in found] == ([kind] if kind else [])


def test_the_shipped_tables_hold_together():
    tables = shipped_tables()
    names = {b.name for b in tables.bodies}
    assert len({p.name for p in tables.persons}) == len(tables.persons) > 200
    for person in tables.persons:
        assert person.party in names, person.name
        assert person.name.rpartition(" ")[2] in {*person.family, *" ".join(person.family).split()}
        for office in person.offices:
            assert office.kind in tables.roles, (person.name, office)
            assert office.of in names, (person.name, office)
            assert office.end is None or office.start <= office.end, (person.name, office)
    for body in tables.bodies:
        assert set(body.members) <= names, body.name
        assert body.party is None or body.party in names, body.name


def test_one_office_of_a_state_has_one_holder_a_day():
    tables = shipped_tables()
    for kind in ("president", "prime minister", "chancellor", "foreign minister"):
        for state in {b.name for b in tables.bodies if b.kind == "state"}:
            for day in ("2025-09-04", "2026-01-06"):
                holders = {
                    p.name
                    for p in tables.persons
                    for o in p.offices
                    if (o.kind, o.of) == (kind, state) and o.start <= day and (o.end or "9") >= day
                }
                assert len(holders) < 2, (kind, state, day, holders)


def test_unknown_names_are_not_found():
    assert shipped_tables().person("Nobody Atall") is None
    assert shipped_tables().body("Nowhere") is None
    assert shipped_tables().body("G7").members_known
    assert not shipped_tables().body("Coalition of the Willing").members_known
