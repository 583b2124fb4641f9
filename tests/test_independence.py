"""Documents that lean on one agency, one outlet or one another are one voice."""

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.guarantees.copies import copies_in, shingles
from truceline.guarantees.credits import agencies_in, agencies_of
from truceline.guarantees.independence import groups_of, voices
from truceline.guarantees.reading.documents import opened
from truceline.model.article import Alignment, Document

WORDS = [f"{a}{b}" for a in ("bar", "den", "fol", "gri", "hum", "kel") for b in ("ta", "so", "mi", "re", "lu", "no", "va")]  # fmt: skip


def document(name, text, **known):
    return Document(
        name, "0" * 64, text, "en", None, known.get("outlet"), known.get("agency"), None, ()
    )


def prose(seed, sentences=20):
    rng = random.Random(seed)  # noqa: S311 - invented words, no secret
    lines = [" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(sentences)]
    return "\n".join(lines)


def keys(*documents):
    return {name: group.key for name, group in groups_of(documents).items()}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("GRADSK (Reuters) - The border stayed shut.", ("Reuters",)),
        ("GRADSK, Sept 4 (AFP) — The border stayed shut.", ("AFP",)),
        ("GRADSK, Norvania, AP — The border stayed shut.", ("AP",)),
        ("LUTAINE (ZNA) — The border stayed shut.", ("ZNA",)),
        ("The border stayed shut. (Reuters)", ("Reuters",)),
        ("The border stayed shut.\n(with inputs from AFP and AP)", ("AFP", "AP")),
        ("The border stayed shut.\nWith reporting by Agence France-Presse", ("AFP",)),
        ("The border stayed shut.\nSource: TASS", ("TASS",)),
        ("The border stayed shut.\n© 2031 AFP", ("AFP",)),
        ("The border stayed shut.\nReuters and dpa contributed to this report.", ("Reuters", "dpa")),
        ("The border stayed shut.\n(with agencies input)", ("agencies",)),
        ("The border stayed shut.\n(With input from agencies)", ("agencies",)),
        ("Agencies\nThe border stayed shut.", ("agencies",)),
        ("The border stayed shut, he told Reuters.", ()),
        ("The envoy, in an interview with AFP, spoke of a truce.", ()),
        ("The border stayed shut.\nPhoto: AFP", ()),
        ("Guards at the border (AP Photo/A. Desk)", ()),
        ("AFP / Getty Images", ()),
        ("From the capital, the minister wrote to the agencies of the region and to nobody else.", ()),
        ("GRADSK (the capital) - The border stayed shut.", ()),
    ],
)  # fmt: skip
def test_an_agency_is_read_from_datelines_and_credits_only(text, names):
    assert agencies_of(document("a.txt", text), text)[0] == names


def test_the_sidecar_goes_before_the_text():
    names, basis = agencies_of(
        document("a", "GRADSK (AFP) - So.", agency="Reuters"), "GRADSK (AFP) - So."
    )
    assert names == ("Reuters",)
    assert basis == "agency Reuters by the sidecar"
    assert agencies_of(document("a", "So.", agency="Norvan Wire"), "So.")[0] == ("Norvan Wire",)
    assert agencies_of(document("a", "So.", outlet="TASS"), "So.")[0] == ("TASS",)
    assert agencies_of(document("a", "So.", outlet="The Herald"), "So.") == ((), "")


def test_short_names_count_as_written_only():
    assert agencies_in("ap and pa") == ()
    assert agencies_in("ASSOCIATED PRESS, reuters") == ("AP", "Reuters")


def test_one_agency_is_one_voice_whoever_prints_it():
    groups = groups_of(
        [
            document("a", f"GRADSK (AFP) - {prose(1)}", outlet="Herald"),
            document("b", f"{prose(2)}\nSource: AFP", outlet="Courier"),
            document("c", prose(3), outlet="Post"),
        ]
    )
    assert [groups[name].key for name in "abc"] == ["AFP", "AFP", "Post"]
    assert "credited in the text" in groups["a"].basis
    assert groups["c"].basis == "outlet Post"


def test_one_outlet_is_one_voice_and_nothing_known_is_a_voice_of_its_own():
    assert keys(document("a", prose(1), outlet="Post"), document("b", prose(2), outlet="post"),
                document("c", prose(3))) == {"a": "Post", "b": "Post", "c": "c"}  # fmt: skip


def test_a_copy_with_other_words_around_it_is_found_and_says_why():
    original = prose(1, 30)
    lines = original.splitlines()
    copied = "\n".join([prose(2, 8), *lines[:16], prose(3, 6)])
    groups = groups_of(
        [document("a", original, outlet="Herald"), document("b", copied, outlet="Post")]
    )
    assert groups["a"].key == groups["b"].key == "Herald"
    assert "of its wording with a" in groups["b"].basis


def test_two_reporters_who_quote_one_speech_are_two_voices():
    speech = "".join(f"“{line}” he said {n}.\n" for n, line in enumerate(prose(9, 25).splitlines()))
    assert keys(document("a", prose(1, 10) + speech), document("b", prose(2, 10) + speech)) == {"a": "a", "b": "b"}  # fmt: skip


def test_advertising_that_two_pages_share_makes_them_no_copies():
    signs = "\n".join(f"Sign up for our newsletter number {word} and more" for word in WORDS)
    pages = [
        opened(name, f"{prose(seed, 6)}\n{signs}".encode(), None).document
        for name, seed in (("a", 1), ("b", 2))
    ]
    assert pages[0].boilerplate
    assert keys(*pages) == {"a": "a", "b": "b"}
    bare = [replace(page, boilerplate=()) for page in pages]
    assert keys(*bare) == {"a": "a", "b": "a"}, "the signs alone would have made them one"


def test_the_voices_of_a_statement_are_counted_by_group():
    groups = groups_of(
        [
            document("a", prose(1), agency="AFP"),
            document("b#1", prose(2), agency="AFP"),
            document("c", prose(3)),
        ]
    )
    assert voices(Alignment(("a#s1", "b#1#s2", "c#s3")), groups) == ("AFP", "c")


def test_markup_hides_neither_credit_nor_copy():
    page = "<html><body><p>GRADSK (AFP) - Guns fell silent.</p>" + "".join(
        f"<p>{line}</p>" for line in prose(1).splitlines()
    )
    plain = document("b", prose(1), outlet="Post")
    groups = groups_of([document("a", page), plain])
    assert groups["a"].key == groups["b"].key == "AFP"


def test_of_several_agencies_one_that_others_lean_on_too_is_taken():
    got = keys(
        document("a", prose(1), agency="AFP, AP"),
        document("b", prose(2), agency="AP"),
        document("c", prose(3), agency="Reuters"),
    )
    assert got == {"a": "AP", "b": "AP", "c": "Reuters"}


def test_agencies_without_a_name_are_one_voice_and_a_name_found_by_copying_goes_first():
    text = prose(1)
    got = keys(
        document("a", prose(2) + "\n(with agencies input)"),
        document("b", text + "\n(with agencies input)"),
        document("c", text, agency="AP"),
    )
    assert set(got.values()) == {"AP"}


def test_short_documents_are_never_copies():
    assert len(shingles("No comment, he said, and left the hall at once.")) == 0
    assert copies_in({"a": "no comment", "b": "no comment"}) == []
    assert groups_of([]) == {}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, "AFP", "AP", "AFP, AP"]), st.sampled_from([None, "X", "Y"])), max_size=7), st.randoms())  # fmt: skip
def test_groups_do_not_depend_on_order(rows, rng):
    made = [
        document(f"d{n}", prose(seed, 6), agency=agency, outlet=outlet)
        for n, (seed, agency, outlet) in enumerate(rows)
    ]
    before = groups_of(made)
    rng.shuffle(made)
    assert groups_of(made) == before
    for one in made:  # Of one text or one outlet: always one voice.
        for other in made:
            if one.text == other.text or (one.outlet and one.outlet == other.outlet):
                assert before[one.name].key == before[other.name].key


def test_many_copies_of_one_text_cost_no_square_of_their_number():
    text = prose(1, 40)
    start = time.perf_counter()
    found = copies_in({f"d{n:04d}": text for n in range(1500)})
    assert time.perf_counter() - start < 10
    assert len(found) == 1499
