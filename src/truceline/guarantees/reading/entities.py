"""Mentions of persons, states, groups and bodies in an article, each resolved within it.

A mention says which entity it stands for and how it was found: by its full name, a family name, a
metonym (``Moscow``), an adjective (``French``), a description (``the Ukrainian president``) or a
pronoun. Pronouns are led back to the last person that acted, never to one of another pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from truceline.guarantees.reading.names import Form, Word, index_of, matches, words_of
from truceline.guarantees.reading.quotes import quoted_spans
from truceline.guarantees.reading.roles import HEADS, role_after, role_before
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.strangers import strangers_in
from truceline.guarantees.reading.tables import Person, Tables
from truceline.guarantees.reading.verbs import starts_with_speech
from truceline.model.article import Document, Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the prose that stands for an entity."""

    span: Span
    text: str
    entity: str
    """Canonical name; the name as given for somebody whom the tables do not hold."""
    kind: str
    """``person``, ``state``, ``group``, ``body``."""
    party: str | None
    """State or group for which the entity speaks; null where not known."""
    how: str
    """``full``, ``family``, ``short``, ``name``, ``metonym``, ``demonym``, ``description``,
    ``pronoun``, ``stranger`` (not in the tables)."""
    role: Span | None = None
    """Role as the article gives it here."""
    possessive: bool = False
    """Followed by ``’s``: whose thing it is, not who acts."""
    quoted: bool = False
    """Inside quotation marks."""


_POSSESSIVE = re.compile(r"[’']s?\b|[’'](?=\s)")
_PREPOSITION = re.compile(
    r"\b(?:by|of|with|to|from|between|for|against|on|than|like|including|toward|towards|about|over|"
    r"at|in|into|alongside|among|despite|under)\s+(?:the\s+|both\s+|a\s+|an\s+)?(?:(?!wh)[a-z]+\s+)?$"
)
_AFTER_QUOTE = re.compile(r"[”\"’»]\s*$")
_DATELINE = re.compile(r"[^.\n]{0,60}?\s[—–-]\s")
_CONCESSION = re.compile(r"(?:Despite|While|Although|Though|Notwithstanding)\b")
_PRONOUN = re.compile(
    r"\b([Hh]e|[Ss]he|(?:[Hh]is|[Hh]er)(?=\s(?:office|government|spokes\w+|team|administration)\b))\b"
)
_OF_PRONOUN = {"his": "he", "her": "she"}
_DESCRIPTION = re.compile(
    r"\b([Tt]he|[Hh]is|[Ii]ts|[Tt]heir)\s+((?:former\s+)?)((?:[A-Z][\w.’']*\s+){0,3}?)"
    r"((?:(?:[Pp]rime|[Ff]oreign|[Dd]efen[cs]e|[Pp]ress|[Ss]pecial)\s+)?"
    rf"(?i:head of state|{HEADS}))\b(?!\s+(?:of|for|[A-Z]))"
)
_OWNED = re.compile(
    rf"[’']s?\s+((?:(?:prime|foreign|defen[cs]e|press|special)\s+)?(?:{HEADS}))\b"
    r"(?!,?\s+(?:of|for|[A-Z]))"
)
_TWO = re.compile(r"\b[Tt]he two (?:nations|countries|leaders|states|allies|governments)\b")


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
    marked = [_in_place(text, m, quotes) for m in named if not _heads_a_line(text, m)]
    return _resolve(document, sentences, tables, marked)


def within(mentions: Iterable[Mention], span: Span) -> list[Mention]:
    """Give the mentions that lie in a span."""
    return [m for m in mentions if span.start <= m.span.start and m.span.end <= span.end]


def acts(text: str, mention: Mention, floor: int) -> bool:
    """Tell whether a mention can be who acts: not possessive, quoted, or behind a preposition."""
    if mention.possessive or mention.quoted or mention.how == "demonym":
        return False
    start = mention.role.start if mention.role else mention.span.start
    start = min(start, mention.span.start)
    return not _PREPOSITION.search(text, max(start - 24, floor), start)


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


_PLAIN = frozenset(
    [
        "Sir",
        "Dame",
        "Lord",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "President",
        "Chancellor",
        "Premier",
        "Minister",
        "Secretary",
        "General",
        "King",
        "Chief",
        "Spokesman",
        "Spokeswoman",
        "Spokesperson",
        "Envoy",
        "Ambassador",
        "Senator",
        "Representative",
        "Former",
        "The",
        "But",
        "And",
        "While",
        "When",
        "As",
        "If",
        "Yet",
        "Both",
        "That",
        "Because",
        "Although",
        "Since",
        "After",
        "Before",
        "Then",
        "Now",
        "So",
        "With",
        "For",
        "By",
        "To",
        "Of",
        "In",
        "On",
        "Only",
        "Even",
        "Mayor",
        "Governor",
        "Tsar",
        "Team",
        "Candidate",
        "Leader",
        "Pro",
        "Anti",
        "Post",
        "Nor",
        "Or",
        "Not",
    ]
)


def _of_another_name(
    text: str, words: list[Word], first: int, form: Form, index: dict[str, list[Form]]
) -> bool:
    """Tell whether a family name follows a given name that is not this person's."""
    if form.how != "family" or first == 0:
        return False
    before, here = words[first - 1], words[first]
    if text[before.end : here.start] != " " or not before.text[0].isupper():
        return False
    opens = first < 2 or text[words[first - 2].end : before.start] != " "
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
        owned = _POSSESSIVE.match(text, mention.span.end)
        floor = mention.span.start if owned else mention.span.end
    return done


def _heads_a_line(text: str, mention: Mention) -> bool:
    """Tell the place of a dateline (``LUTAINE (Agency) -``), which is no actor."""
    first = mention.span.start == 0 or text[mention.span.start - 1] == "\n"
    shouted = mention.how == "metonym" and (
        mention.text.isupper() or text[mention.span.end : mention.span.end + 2] == " ("
    )
    return first and shouted and bool(_DATELINE.match(text, mention.span.end))


def _in_place(text: str, mention: Mention, quotes: Sequence[Span]) -> Mention:
    inside = any(q.start <= mention.span.start and mention.span.end <= q.end for q in quotes)
    possessive = bool(_POSSESSIVE.match(text, mention.span.end))
    return replace(mention, possessive=possessive, quoted=inside)


def _resolve(
    document: Document, sentences: Sequence[Sentence], tables: Tables, named: list[Mention]
) -> tuple[Mention, ...]:
    """Walk through the sentences and lead pronouns and descriptions back to who acted last."""
    people = {p.name: p for p in tables.persons}
    done: list[Mention] = []
    last: list[Mention] = []
    at = 0
    for sentence in sentences:
        here: list[Mention] = []
        while at < len(named) and named[at].span.start < sentence.span.end:
            here.append(named[at])
            at += 1
        if sentence.kind == "heading":
            done += here
            continue
        here = _descriptions(document, sentence, tables, here, named)
        here = _pronouns(document.text, sentence, people, here, last)
        done += here
        actor = _actor(document.text, sentence, here)
        if actor:
            last.append(actor)
    return tuple(sorted(done, key=lambda m: m.span))


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
        earlier = [
            m
            for m in (() if after_quote else found)
            if m.span.end <= match.start()
            and m.kind == "person"
            and acts(text, m, sentence.span.start)
        ]
        if not earlier and _CONCESSION.match(sentence.text):
            earlier = [m for m in found if m.span.end <= match.start() and m.kind == "person"]
        word = match.group().lower()
        owner = _antecedent(_OF_PRONOUN.get(word, word), people, [*last, *reversed(earlier)])
        if owner:
            span = Span(match.start(), match.end())
            found.append(
                Mention(
                    span,
                    match.group(),
                    owner.entity,
                    "person",
                    owner.party,
                    "pronoun",
                    possessive=word in _OF_PRONOUN,
                )
            )
    return sorted(found, key=lambda m: m.span)


def _antecedent(
    pronoun: str, people: dict[str, Person], candidates: list[Mention]
) -> Mention | None:
    for mention in reversed(candidates):
        person = people.get(mention.entity)
        if person is None or person.pronoun in {pronoun, "they"}:
            return mention
    return None


def _descriptions(
    document: Document,
    sentence: Sentence,
    tables: Tables,
    here: list[Mention],
    named: list[Mention],
) -> list[Mention]:
    text = document.text
    found = list(here)
    for match in _DESCRIPTION.finditer(text, sentence.span.start, sentence.span.end):
        span = Span(match.start(), match.end())
        inner = [m for m in here if m.span.overlap(span)]
        if any(m.kind == "person" or m.quoted for m in inner) or _names_follow(here, span):
            continue
        apposed = text[span.end : span.end + 1] in {",", "."}
        if apposed and any(
            m.kind == "person" and text[m.span.end : span.start] == ", " for m in here
        ):
            continue
        party = next((m.party for m in inner), None)
        if match.group(1).lower() in {"its", "their"}:
            states = [m for m in here if m.how == "name" and m.span.end <= span.start]
            party = states[0].party if states else None
            if party is None:
                continue
        owner = _holder(document, tables, match.group(4).lower(), party, named, span)
        if owner:
            found = [m for m in found if m not in inner]
            found.append(replace(owner, span=span, text=match.group(), role=span))
    found = _owned(document, sentence, tables, found, named)
    for match in _TWO.finditer(text, sentence.span.start, sentence.span.end):
        pair = _pair(named, match.start())
        if pair:
            span = Span(match.start(), match.end())
            found.append(Mention(span, match.group(), pair, "group", pair, "description"))
    return sorted(found, key=lambda m: m.span)


def _owned(
    document: Document,
    sentence: Sentence,
    tables: Tables,
    here: list[Mention],
    named: list[Mention],
) -> list[Mention]:
    """Resolve ``Norvania's president`` where no name follows."""
    text = document.text
    found = list(here)
    for mention in here:
        match = _OWNED.match(text, mention.span.end, sentence.span.end)
        if match is None or mention.kind not in {"state", "group"} or mention.quoted:
            continue
        span = Span(mention.span.start, match.end())
        if _names_follow(here, span):
            continue
        owner = _holder(document, tables, match.group(1).lower(), mention.party, named, span)
        if owner and owner.kind == "person":
            found.append(replace(owner, span=span, text=text[span.start : span.end], role=span))
    return found


def _names_follow(here: list[Mention], span: Span) -> bool:
    return any(m.kind == "person" and 0 <= m.span.start - span.end <= 2 for m in here)


def _holder(
    document: Document,
    tables: Tables,
    role: str,
    party: str | None,
    named: list[Mention],
    span: Span,
) -> Mention | None:
    """Find whom a description means: somebody named in the article, else the only holder then."""
    kinds = {kind for kind, words in tables.roles.items() if any(_same(role, w) for w in words)}
    if not kinds:
        return None
    if role.endswith("leader") or role.startswith("head of"):
        kinds |= _TOP
    before = [m for m in named if m.kind == "person" and m.span.end <= span.start]
    for mention in reversed(before):
        person = tables.person(mention.entity)
        fits = person and any(o.kind in kinds for o in person.offices)
        if person and fits and party in {None, person.party}:
            return replace(mention, how="description", possessive=False, quoted=False)
    if party is None:
        return None
    days = [document.published] if document.published else list(document.about)
    owners = {
        p
        for p in tables.persons
        if p.party == party
        for o in p.offices
        if o.kind in kinds and days and all(_held(o.start, o.end, day) for day in days)
    }
    if len(owners) == 1:
        person = owners.pop()
        return Mention(span, "", person.name, "person", party, "description")
    return Mention(span, "", party, "body", party, "description")


_TOP = frozenset(["president", "prime minister", "chancellor", "king"])


def _same(role: str, word: str) -> bool:
    return (
        role == word or (" " in word and role.endswith(word)) or role.rsplit(maxsplit=1)[-1] == word
    )


def _held(start: str | None, end: str | None, day: str) -> bool:
    return bool(start and start <= day and (end is None or day <= end))


def _pair(named: list[Mention], start: int) -> str | None:
    """Two states spoken for, else two named, shortly before ``the two nations``."""
    before = [m for m in named if m.span.end <= start and start - m.span.end < 260 and m.party]
    for kind in ("person", "state"):
        parties: list[str] = []
        for mention in reversed(before):
            if mention.kind == kind and mention.how != "demonym" and mention.party not in parties:
                parties.append(str(mention.party))
        if len(parties) > 1:
            return " and ".join(sorted(parties[:2]))
    return None
