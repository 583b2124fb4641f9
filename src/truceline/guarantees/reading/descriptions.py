"""Persons meant without their name: ``the Ukrainian president``, ``Norvania's president``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from truceline.guarantees.reading.mention import Mention
from truceline.guarantees.reading.roles import HEADS
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.tables import Tables
from truceline.model.article import Document, Span

_DESCRIPTION = re.compile(
    r"\b([Tt]he|[Hh]is|[Ii]ts|[Tt]heir)\s+((?:former\s+)?)((?:[A-Z][\w.’']*\s+){0,3}?)"
    r"((?:(?:[Pp]rime|[Ff]oreign|[Dd]efen[cs]e|[Pp]ress|[Ss]pecial)\s+)?"
    rf"(?i:head of state|{HEADS}))\b(?!\s+(?:of|for|[A-Z]))"
)
_OWNED = re.compile(
    rf"[’']s?\s+((?:(?:prime|foreign|defen[cs]e|press|special)\s+)?(?:{HEADS}))\b"
    r"(?!,?\s+(?:of|for|[A-Z]))"
)
_OF_STATE = re.compile(
    r"\b[Tt]he\s+((?:(?:[Pp]rime|[Ff]oreign|[Dd]efen[cs]e)\s+)?"
    r"(?i:president|minister|chancellor|leader|head of state))\s+of\s+(?:the\s+)?$"
)
_TWO = re.compile(r"\b[Tt]he two (?:nations|countries|leaders|states|allies|governments)\b")
_TOP = frozenset(["president", "prime minister", "chancellor", "king"])


def described(
    document: Document,
    sentence: Sentence,
    tables: Tables,
    here: list[Mention],
    named: list[Mention],
    acted: Sequence[Mention] = (),
    body: Mention | None = None,
) -> list[Mention]:
    """Add persons who are meant by their office, resolved within the article or by its day."""
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
            before = [m for m in here if m.how == "name" and m.span.end <= span.start]
            states = [m for m in before if not m.quoted] or ([body] if body else [])
            party = states[0].party or states[0].entity if states else None
            if party is None:
                continue
        office = match.group(4).lower()
        owner = (None if party else _acted(text, tables, office, (acted, named), span)) or _holder(
            document, tables, office, party, named, span
        )
        if owner:
            found = [m for m in found if m not in inner]
            found.append(replace(owner, span=span, text=match.group(), role=span))
    found = _owned(document, sentence, tables, found, named)
    found = _of_state(document, sentence, tables, found, named)
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


def _of_state(
    document: Document,
    sentence: Sentence,
    tables: Tables,
    here: list[Mention],
    named: list[Mention],
) -> list[Mention]:
    """Resolve ``the president of Norvania`` where no name follows."""
    text = document.text
    found = []
    for mention in here:
        match = _OF_STATE.search(text, sentence.span.start, mention.span.start)
        span = Span(match.start() if match else mention.span.start, mention.span.end)
        open_ = match and mention.kind == "state" and mention.how == "name" and not mention.quoted
        if not match or not open_ or _names_follow(here, span) or text[span.end] == ",":
            found.append(mention)
            continue
        owner = _holder(document, tables, match.group(1).lower(), mention.party, named, span)
        told = (
            replace(owner, span=span, text=text[span.start : span.end], role=span)
            if owner
            else None
        )
        found.append(told or mention)
    return found


def _names_follow(here: list[Mention], span: Span) -> bool:
    return any(m.kind == "person" and 0 <= m.span.start - span.end <= 2 for m in here)


def _acted(
    text: str,
    tables: Tables,
    role: str,
    known: tuple[Sequence[Mention], Sequence[Mention]],
    span: Span,
) -> Mention | None:
    """Give whom ``the president`` means: of those whom it fits, who acted or stands next before.

    Args:
        text: the prose.
        tables: offices.
        role: as given.
        known: who acted before, and who is named in the article.
        span: of the description.
    """
    kinds = _kinds(tables, role)
    acted, named = known
    floor = text.rfind("\n", 0, span.start)
    here = [m for m in acted if m.span.start > floor]
    beside = [m for m in named if floor < m.span.start < span.start and not m.quoted]
    for mention in chain(reversed(here), reversed(beside), reversed(acted)):
        person = tables.person(mention.entity)
        if person and any(office.kind in kinds for office in person.offices):
            return replace(mention, span=span, how="description", possessive=False, quoted=False)
    return None


def _kinds(tables: Tables, role: str) -> set[str]:
    """Give the kinds of office that a role is a word for: the exact word before one like it."""
    exact = {kind for kind, words in tables.roles.items() if role.replace("-", " ") in words}
    kinds = exact or {k for k, words in tables.roles.items() if any(_same(role, w) for w in words)}
    return kinds | _TOP if role.endswith("leader") or role.startswith("head of gov") else kinds


def _holder(
    document: Document,
    tables: Tables,
    role: str,
    party: str | None,
    named: list[Mention],
    span: Span,
) -> Mention | None:
    """Find whom a description means: somebody named in the article, else the only holder then."""
    kinds = _kinds(tables, role)
    if not kinds:
        return None
    for mention in reversed(named):
        if mention.kind != "person" or mention.span.end > span.start:
            continue
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
