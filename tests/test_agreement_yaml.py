"""YAML is read as the text that stands there, with the line of each value."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.located_yaml import Ambiguous, Located, Problems, read_located

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8)
VALUES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)


@settings(deadline=None)
@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
def test_what_was_written_in_quotes_is_read_back(data):
    problems = Problems()
    text = yaml.safe_dump(data, default_style='"', allow_unicode=True)
    found = read_located(text.encode(), "f", problems)
    assert found is not None
    assert (found.data, problems.found) == (data, [])


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw):
    problems = Problems()
    found = read_located(raw, "f", problems)
    assert found is not None or problems.found
    assert all(1 <= line <= len(raw) + 1 for _, line, _ in problems.found)


def test_types_are_not_guessed():
    problems = Problems()
    raw = b"a: 22:30\nb: 1.10\nc: NO\nd: 2026-04-11T16:00:00Z\ne:\nf: ~\ng: 'no'\nh: 010\n"
    found = read_located(raw, "f", problems)
    assert found is not None
    assert found.data == {
        "a": "22:30",
        "b": "1.10",
        "c": "NO",
        "d": "2026-04-11T16:00:00Z",
        "e": None,
        "f": None,
        "g": "no",
        "h": "010",
    }
    assert isinstance(found.data["c"], Ambiguous)
    assert not isinstance(found.data["g"], Ambiguous)


def test_each_value_knows_its_line_and_its_name():
    raw = b"list:\n  - id: X-1\n    acts:\n      - a\n      - b\n  - acts: []\n"
    found = read_located(raw, "f", Problems())
    assert found is not None
    assert found.line(("list", 0, "acts", 1)) == 5
    assert found.line(("list", 1, "absent", "deeper")) == 6
    assert found.name(("list", 0, "acts", 1)) == "list[X-1].acts"
    assert found.name(("list", 1, "acts")) == "list[2].acts"
    assert Located("f", None, {}).name(("a", 1, "b")) == "a.b"


def test_keys_that_are_no_word_are_refused():
    problems = Problems()
    read_located(b"? [a, b]\n: 1\n~: 2\n", "f", problems)
    assert [text.split(":")[1] for text in problems.texts()] == ["1", "3"]
    assert "a key is empty or a list" in problems.texts()[0]


@pytest.mark.parametrize("depth", [50, 70, 1200, 500_000])
def test_a_file_nested_without_end_is_refused(depth):
    for opening, closing in ((b"[", b"]"), (b"{a: ", b"}")):
        problems = Problems()
        found = read_located(opening * depth + closing * depth, "f", problems)
        assert (found is not None) == (depth <= 60)
        assert [text for *_, text in problems.found] == (
            []
            if depth <= 60
            else ["the file is nested too deeply; write it as docs/agreements.md shows"]
        )


def test_json_is_read_too():
    found = read_located(b'{"type": "x", "c": [[1.5, -2], null, true]}', "f", Problems())
    assert found is not None
    assert found.data == {"type": "x", "c": [["1.5", "-2"], None, "true"]}
