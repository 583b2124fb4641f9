"""Read from sentences who undertakes what, when, within which limits, and how firmly.

A proposal never stands stronger than its words: what is ruled out, left open or only thought about is
never given as pledged, and a promise with a condition is conditional.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.pledge_actors import ACTORS, ActorTable
from truceline.guarantees.reading.pledge_confidence import confidence_of
from truceline.guarantees.reading.pledge_reading import Found, read_sentence
from truceline.guarantees.reading.pledge_stage import LONGEST, named_in, parties_of, speaker_in
from truceline.guarantees.reading.pledge_subjects import Scene, chains_in
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Document, PledgeProposal, Span, Statement

_FORCES = frozenset({"troops_land", "naval", "air"})


def pledges_of(
    document: Document,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    statements: Sequence[Statement],
    actors: ActorTable = ACTORS,
) -> tuple[PledgeProposal, ...]:
    """Propose the pledges of an article, in order of the text.

    Args:
        document: with the prose as its text.
        sentences: of that prose.
        mentions: of that prose; they add people whom ``actors`` does not know.
        statements: of that prose; they say who speaks where nobody is named.
        actors: the names that can owe something.
    """
    scene = Scene(actors, coalition=actors.group_of_event(document.about, document.text))
    parties = parties_of(mentions, actors)
    found: list[tuple[int, Found]] = []
    for number, sentence in enumerate(sentences):
        if len(sentence.text) > LONGEST or sentence.text.rstrip('”"’ ').endswith("?"):
            _ask(sentence.text, scene)
            continue
        scene.speaker = speaker_in(sentence, statements, parties, actors)
        scene.named = named_in(sentence, mentions, actors)
        here, loose = read_sentence(sentence.text, sentence.span.start, scene)
        if loose:
            found = _limited(found, number, loose)
        found += [(number, one) for one in here]
    made = [_proposal(document, one, statements, actors) for _, one in _distinct(found)]
    return tuple(_with_own_id(number, made) for number in range(len(made)))


def _ask(text: str, scene: Scene) -> None:
    """Take note of whom a question is about: the answer may speak of "them"."""
    if len(text) < LONGEST:
        about = [c for c in chains_in(text, scene) if c.kind == "state"]
        apart = scene.actors.adversaries | {scene.actors.beneficiary}
        scene.asked_about = (
            about[0].names if len(about) == 1 and not apart & set(about[0].names) else ()
        )


def _with_own_id(number: int, made: Sequence[PledgeProposal]) -> PledgeProposal:
    """Number those that start at one place, so that no two share an id."""
    one = made[number]
    before = sum(other.id == one.id for other in made[:number])
    return replace(one, id=f"{one.id}.{before}") if before else one


def _limited(found: list[tuple[int, Found]], number: int, limit: str) -> list[tuple[int, Found]]:
    """Give a limit that speaks of "the force" to the force of the last sentences."""
    near = [at for at, (where, one) in enumerate(found) if number - where <= 3 and _is_force(one)]
    if not near:
        return found
    last = found[near[-1]][0]
    return [
        (where, replace(one, limits=one.limits or limit))
        if at in near and where == last
        else (where, one)
        for at, (where, one) in enumerate(found)
    ]


def _is_force(one: Found) -> bool:
    return bool(_FORCES & set(one.types)) and one.status in {"pledged", "conditional", "considered"}


def _distinct(found: list[tuple[int, Found]]) -> list[tuple[int, Found]]:
    """Join what one sentence says twice about one obligor with one status."""
    kept: list[tuple[int, Found]] = []
    for number, one in found:
        for at, (where, other) in enumerate(kept):
            same = where == number and other.obligor == one.obligor and other.status == one.status
            if (
                same
                and other.role == one.role
                and (set(other.types) & set(one.types) or not one.trigger)
            ):
                types = tuple(dict.fromkeys((*other.types, *one.types)))
                if "political" in types and set(types) - {"political", "other", "financing"}:
                    types = tuple(kind for kind in types if kind != "political")
                kept[at] = (
                    where,
                    replace(
                        other,
                        end=max(one.end, other.end),
                        types=types,
                        trigger=other.trigger or one.trigger,
                        limits=other.limits or one.limits,
                        size=other.size or one.size,
                    ),
                )
                break
        else:
            kept.append((number, one))
    return kept


def _proposal(
    document: Document, one: Found, statements: Sequence[Statement], actors: ActorTable
) -> PledgeProposal:
    span = Span(one.start, one.end)
    carrier = max(
        (s for s in statements if s.span.overlap(span)),
        key=lambda s: s.span.overlap(span),
        default=None,
    )
    own = carrier is not None and actors.state_of(carrier.speaker) in one.obligor
    return PledgeProposal(
        id=f"{document.name}#pledge{one.start}",
        doc=document.name,
        span=span,
        confidence=confidence_of(one.rule),
        rule=one.rule,
        obligor=one.obligor,
        beneficiary=actors.beneficiary if actors.beneficiary not in one.obligor else None,
        types=one.types,
        role=one.role,
        size=one.size,
        trigger=one.trigger,
        limits=one.limits,
        status=one.status,
        date=carrier.date_said if carrier and own else None,
        statement=carrier.id if carrier else None,
    )
