"""Lead pronouns and descriptions back to who acted last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from truceline.guarantees.reading.descriptions import described
from truceline.guarantees.reading.language_pack import pack
from truceline.guarantees.reading.mention import Mention, acts
from truceline.guarantees.reading.quotes import quoted_spans
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.tables import Person, Tables
from truceline.guarantees.reading.unnamed_voices import voice_of
from truceline.guarantees.reading.verbs import starts_with_speech
from truceline.model.article import Document, Span

_AFTER_QUOTE = re.compile(r"[”\"’»]\s*$")
_CONCESSION = re.compile(r"(?:Despite|While|Although|Though|Notwithstanding)\b")
_PRONOUN = re.compile(
    r"\b([Hh]e|[Ss]he|(?<=[Aa]ccording to )(?:him|her)(?=[,.;])|(?:[Hh]is|[Hh]er)(?=\s(?:office|government|spokes\w+|team|administration)\b))\b"
)
_CLOSING = re.compile(
    r"\s+(?:(?:also|later|then)\s)?(?:said|added|told\s\w+|clarified|noted|stressed|explained)(?:\s(?:on|in|at)\s[\w ]{1,40})?\.?\s*"
)
_STANDS_FOR = pack("en").pronouns
_OWNER = frozenset({"his", "her", "him"})


def resolved(
    document: Document, sentences: Sequence[Sentence], tables: Tables, named: list[Mention]
) -> tuple[Mention, ...]:
    """Walk through the sentences and lead pronouns and descriptions back to who acted last."""
    people = {p.name: p for p in tables.persons}
    done: list[Mention] = []
    last: list[Mention] = []
    voices: dict[Span, int] = {}
    headline: Mention | None = None
    body: Mention | None = None
    at = 0
    for sentence in sentences:
        here: list[Mention] = []
        while at < len(named) and named[at].span.start < sentence.span.end:
            here.append(named[at])
            at += 1
        if sentence.kind == "heading":
            done += here
            actor = _actor(document.text, sentence, here) if sentence.paragraph <= 1 else None
            headline = headline or actor
            continue
        acted = last or ([headline] if headline else [])
        here = described(document, sentence, tables, here, named, acted, body)
        here = _pronouns(document.text, sentence, people, here, _recent(last, sentence, voices))
        done += here
        actor = _actor(document.text, sentence, here) or _owner(document.text, sentence, here)
        voice = None if actor else voice_of(document.text, sentence, here)
        if actor or voice:
            last += [one for one in (actor, voice) if one]
        if voice:
            voices[voice.span] = sentence.paragraph
        body = _body(document.text, sentence, here)
    return tuple(sorted(done, key=lambda m: m.span))


def _recent(last: list[Mention], sentence: Sentence, voices: dict[Span, int]) -> list[Mention]:
    """Give who acted before; an unnamed voice is meant by ``he`` in its own paragraph alone."""
    return [m for m in last if voices.get(m.span, sentence.paragraph) == sentence.paragraph]


_WORDS_OF = re.compile(
    r"[’']s?\s+(?:riposte|reply|answer|speech|address|remarks?|words|statement|comments?)\b"
)


def _owner(text: str, sentence: Sentence, here: list[Mention]) -> Mention | None:
    """Give A of a sentence about ``A’s reply``."""
    for one in here:
        said = one.kind == "person" and one.possessive and not one.quoted
        if said and _WORDS_OF.match(text, one.span.end, sentence.span.end):
            return one
    return None


def _body(text: str, sentence: Sentence, here: list[Mention]) -> Mention | None:
    """Give the state or body that a sentence is about, for ``its secretary general`` after it."""
    able = (m for m in here if m.kind != "person" and m.how == "name")
    return next((m for m in able if acts(text, m, sentence.span.start)), None)


def _actor(text: str, sentence: Sentence, here: list[Mention]) -> Mention | None:
    persons = [m for m in here if m.kind == "person" and acts(text, m, sentence.span.start)]
    speaking = [m for m in persons if starts_with_speech(text, m.span.end, sentence.span.end)]
    return speaking[0] if speaking else persons[0] if persons else None


def _pronouns(
    text: str,
    sentence: Sentence,
    people: dict[str, Person],
    here: list[Mention],
    last: list[Mention],
) -> list[Mention]:
    found = list(here)
    quotes = quoted_spans(text, (sentence,))
    for match in _PRONOUN.finditer(text, sentence.span.start, sentence.span.end):
        if any(q.start <= match.start() < q.end for q in quotes):
            continue
        after_quote = _AFTER_QUOTE.search(text, max(match.start() - 4, 0), match.start())
        closing = bool(after_quote) or _closes(text, sentence, match)
        earlier = [
            m
            for m in (() if closing else found)
            if m.span.end <= match.start()
            and m.kind == "person"
            and acts(text, m, sentence.span.start)
        ]
        if not earlier and _CONCESSION.match(sentence.text):
            earlier = [m for m in found if m.span.end <= match.start() and m.kind == "person"]
        word = match.group().lower()
        owner = _antecedent(_STANDS_FOR.get(word, word), people, chain(earlier, reversed(last)))
        if owner:
            span = Span(match.start(), match.end())
            found.append(
                Mention(
                    span,
                    match.group(),
                    owner.entity,
                    owner.kind,
                    owner.party,
                    "pronoun",
                    possessive=word in _OWNER and text[match.end()] not in ",.;",
                )
            )
    return sorted(found, key=lambda m: m.span)


def _closes(text: str, sentence: Sentence, match: re.Match[str]) -> bool:
    """Tell whether ``he said`` only closes a sentence: he is who spoke before, not its subject."""
    rest = text[match.end() : sentence.span.end]
    lead = text[sentence.span.start : match.start()]
    return bool(_CLOSING.fullmatch(rest)) and lead.endswith(", ") and lead.count(",") == 1


def _antecedent(
    pronoun: str, people: dict[str, Person], candidates: Iterable[Mention]
) -> Mention | None:
    """Give the first of the candidates, nearest first, that the pronoun can stand for."""
    for mention in candidates:
        person = people.get(mention.entity)
        if person is None or person.pronoun in {pronoun, "they"}:
            return mention
    return None
