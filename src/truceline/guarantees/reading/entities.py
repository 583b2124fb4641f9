"""Mentions of persons, states, groups and bodies in an article, each resolved within it.

A mention says which entity it stands for and how it was found: by its full name, a family name, a
metonym (``Moscow``), an adjective (``French``), a description (``the Ukrainian president``) or a
pronoun. Pronouns are led back to the last person that acted, never to one of another pronoun.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from truceline.guarantees.reading.language_pack import pack
from truceline.guarantees.reading.mention import POSSESSIVE, Mention, acts, within
from truceline.guarantees.reading.names import Form, Word, index_of, matches, words_of
from truceline.guarantees.reading.quotes import quoted_spans
from truceline.guarantees.reading.resolve import resolved
from truceline.guarantees.reading.roles import HEADS, role_after, role_before
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.strangers import strangers_in
from truceline.guarantees.reading.tables import Tables
from truceline.guarantees.reading.word_lists import words as word_list
from truceline.model.article import Document, Span

__all__ = ["Mention", "acts", "mentions_of", "within"]

_DATELINE = re.compile(r"[^.\n]{0,60}?\s[—–-]\s")
_PLAIN = word_list("plain_before_names") | {*pack("en").weekdays, *pack("en").months}


def mentions_of(
    document: Document, sentences: Sequence[Sentence], tables: Tables
) -> tuple[Mention, ...]:
    """Find and resolve all mentions, in order of the text.

    Args:
        document: with the prose as its text.
        sentences: of that prose.
        tables: names to look for.
    """
    text = document.text
    words = words_of(text)
    named = _named(text, words, tables)
    named = sorted((*named, *_strangers(text, sentences, named)), key=lambda m: m.span)
    named = _with_roles(text, named)
    quotes = quoted_spans(text, sentences)
    starts = [quote.start for quote in quotes]
    marked = [_in_place(text, m, quotes, starts) for m in named if not _heads_a_line(text, m)]
    return resolved(document, sentences, tables, marked)


def _named(text: str, words: list[Word], tables: Tables) -> list[Mention]:
    index = index_of(tables)
    seen: set[str] = set()
    found: list[Mention] = []
    for first, last, forms in matches(text, words, index):
        span = Span(words[first].start, words[last - 1].end)
        form = _choose(forms, seen)
        if form is None or _of_another_name(text, words, first, form, index):
            continue
        if form.kind == "person":
            seen.add(form.entity)
        found.append(
            Mention(span, text[span.start : span.end], form.entity, form.kind, form.party, form.how)
        )
    return found


def _choose(forms: list[Form], seen: set[str]) -> Form | None:
    known = [f for f in forms if f.entity in seen]
    certain = [f for f in forms if f.certain]
    return next(iter((*known, *certain)), None)


def _of_another_name(
    text: str, words: list[Word], first: int, form: Form, index: dict[str, list[Form]]
) -> bool:
    """Tell whether a family name follows a given name that is not this person's."""
    if form.how != "family" or first == 0:
        return False
    before, here = words[first - 1], words[first]
    if text[before.end : here.start] != " " or not before.text[0].isupper():
        return False
    opens = re.search(r"(?:^|[.!?:“”\"\n]\s*)$", text[: before.start][-3:])
    common = before.text in _PLAIN or before.text in index or before.text.isupper()
    role = re.fullmatch(HEADS, before.text, re.IGNORECASE)
    return not (opens or common or role)


def _strangers(text: str, sentences: Sequence[Sentence], named: Sequence[Mention]) -> list[Mention]:
    taken = [m.span for m in named]
    found = strangers_in(text, sentences, taken)
    return [
        Mention(span, text[span.start : span.end], name, "person", None, "stranger")
        for span, name in found
    ]


def _with_roles(text: str, named: Sequence[Mention]) -> list[Mention]:
    done: list[Mention] = []
    floor = 0
    for mention in named:
        if mention.kind != "person":
            done.append(mention)
            continue
        role = role_before(text, mention.span.start, floor)
        if role is None:
            role = role_after(text, mention.span.end, mention.span.end + 200)
        done.append(replace(mention, role=role))
        owned = POSSESSIVE.match(text, mention.span.end)
        floor = mention.span.start if owned else mention.span.end
    return done


def _heads_a_line(text: str, mention: Mention) -> bool:
    """Tell the place of a dateline (``LUTAINE (Agency) -``), which is no actor."""
    first = mention.span.start == 0 or text[mention.span.start - 1] == "\n"
    shouted = mention.how == "metonym" and (
        mention.text.isupper() or text[mention.span.end : mention.span.end + 2] == " ("
    )
    return first and shouted and bool(_DATELINE.match(text, mention.span.end))


def _in_place(
    text: str, mention: Mention, quotes: Sequence[Span], starts: Sequence[int]
) -> Mention:
    # Quotations do not overlap, so only the last one that opens before the mention can hold it.
    at = bisect_right(starts, mention.span.start) - 1
    inside = at >= 0 and mention.span.end <= quotes[at].end
    possessive = bool(POSSESSIVE.match(text, mention.span.end))
    return replace(mention, possessive=possessive, quoted=inside)
