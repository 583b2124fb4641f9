"""A statement that looks back is of the month that it tells, and never of another."""

from dataclasses import replace

import pytest

from invented_outlets import outlet
from truceline.guarantees.align import align
from truceline.guarantees.align_days import told_by
from truceline.guarantees.align_time import months_of, tells_its_month
from truceline.model.article import Span

THEN = "Velm declared that any foreign ship in these waters would be sunk without hesitation."
LATER = "Velm declared any foreign ship in these waters would be sunk without hesitation again."


def became_one(second, about=("2026-09-20",), published=None):
    a, mine = outlet("a.txt", ("2026-05-04",), [("k", "Tor Velm", THEN)])
    b, theirs = outlet("b.txt", about, [("k", "Tor Velm", second)])
    b = replace(b, published=published)
    return len(align([*mine, *theirs], [a, b])) == 1


@pytest.mark.parametrize(
    ("second", "one"),
    [
        (f"In May {LATER}", True),
        (f"In May 2026, {LATER}", True),
        (
            "Velm in May said any foreign ship in these waters would be sunk without hesitation.",
            True,
        ),
        (f"In June {LATER}", False),
        (LATER, False),
        # A month of what is told is no month of the telling.
        (f"{LATER[:-1]}, as the paper signed in May 2026 allows.", False),
    ],
)
def test_only_a_month_of_the_saying_leads_back(second, one):
    assert became_one(second) is one


def test_last_month_is_the_one_before_publication():
    last = f"Last month {LATER}"
    assert became_one(last, about=(), published="2026-06-20")
    assert not became_one(last, about=(), published="2026-07-20")


def test_an_article_long_after_its_event_may_tell_news_of_its_own_month():
    document, _ = outlet("a.txt", ("2026-05-04",), [("k", "Tor Velm", THEN)])
    soon = replace(document, published="2026-05-09")
    late = replace(document, published="2026-06-09")
    assert told_by(soon).months == {"2026-05"}
    assert told_by(late).months == {"2026-05", "2026-06"}
    assert not became_one(LATER, about=("2026-05-04",), published="2026-06-09")


def test_a_month_in_quoted_words_is_of_what_is_told():
    line = "Velm said they had “said so in May 2026 already” and would do it."
    document, (statement,) = outlet("a.txt", ("2026-09-20",), [("k", "Tor Velm", line)])
    opening = document.text.index("“") + 1
    quoted = replace(statement, quotes=(Span(opening, document.text.index("”")),))
    assert months_of(quoted, document) == {"2026-09"}
    assert not tells_its_month(quoted, document)
