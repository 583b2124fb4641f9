"""Bring what other readers found on stage: people beyond the table, and who speaks a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.pledge_actors import ActorTable
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Statement

LONGEST = 2_000
"""Characters of the longest sentence that is read; what is longer is a table or noise."""


def parties_of(mentions: Sequence[Mention], actors: ActorTable) -> dict[str, str]:
    """Give for each entity the state or body for which it speaks, where that is known."""
    found: dict[str, str] = {}
    for mention in mentions:
        party = _party(mention, actors)
        if party:
            found.setdefault(mention.entity, party)
    return found


def speaker_in(
    sentence: Sentence,
    statements: Sequence[Statement],
    parties: Mapping[str, str],
    actors: ActorTable,
) -> tuple[str, ...]:
    """Give the party that speaks in a sentence; empty where no statement covers it."""
    here = [s for s in statements if s.span.overlap(sentence.span)]
    best = max(here, key=lambda s: s.span.overlap(sentence.span), default=None)
    if best is None:
        return ()
    party = parties.get(best.speaker) or actors.state_of(best.speaker)
    return (party,) if party else ()


def named_in(
    sentence: Sentence, mentions: Sequence[Mention], actors: ActorTable
) -> tuple[tuple[int, int, str, bool], ...]:
    """Give (start, end, party, is a pronoun) of the people whom a sentence mentions."""
    found = []
    for mention in mentions:
        party = _party(mention, actors)
        if party and mention.kind == "person" and mention.span.overlap(sentence.span):
            start = mention.span.start - sentence.span.start
            end = mention.span.end - sentence.span.start
            found.append((start, end, party, mention.how == "pronoun"))
    return tuple(found)


def _party(mention: Mention, actors: ActorTable) -> str | None:
    """Spell a party as the table of obligors does."""
    if mention.party is None:
        return None
    return actors.by_noun.get(mention.party, mention.party)
