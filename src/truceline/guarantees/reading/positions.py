"""Read the stands of parties towards what others propose: rejections, demands, threats, offers.

They are kept apart from pledges: what a party refuses to others, or asks of them, binds nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.pledge_actors import ACTORS, ALLIES, FORCE, OTHERS, ActorTable
from truceline.guarantees.reading.pledge_clauses import clauses_of
from truceline.guarantees.reading.pledge_confidence import confidence_of
from truceline.guarantees.reading.pledge_stage import LONGEST, named_in, parties_of, speaker_in
from truceline.guarantees.reading.pledge_subjects import Chain, Scene, chains_in, resolved
from truceline.guarantees.reading.position_cues import Stand, stands_in
from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Document, Position, Span, Statement

_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?|«[^»]*»?")
_OF_OTHERS = re.compile(
    r"(?:legitimate|lawful|legal|fair)\b|(?:will|would|shall)\s+be\s|direct\s", re.IGNORECASE
)
"""Cues that say what will befall others."""
_MARK = re.compile(r"[“”\"«»]")
_OF_WHO_SAYS = re.compile(
    r"(?:hinder|obstruct|imped|derail|pos(?:es|ed|ing)|represents?|dangers?|stall|playing|not\s|"
    r"undermin|threaten|provok|prolong|trying|seeking|must\b|should\b)",
    re.IGNORECASE,
)
"""Cues of an accusation or a demand whose subject is the accused: the stand is of who says it."""
_OWNED = re.compile(
    r"(?:insistence|demands?|refusal|rejection|opposition|conditions?|warnings?)\b", re.IGNORECASE
)
"""Stands that are named as something somebody has: "Ostania's insistence that ..."."""
_BELIEVES = re.compile(r"\s+(?:suspect|fear|believe|think|warn|say|argue|accuse|worr)\w*\b")
JOINT = "{} and European allies"
"""A party of the beneficiary together with its allies."""


def positions_of(
    document: Document,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    statements: Sequence[Statement],
    actors: ActorTable = ACTORS,
) -> tuple[Position, ...]:
    """Propose the positions of an article, in order of the text.

    Args:
        document: with the prose as its text.
        sentences: of that prose.
        mentions: of that prose; they add people whom ``actors`` does not know.
        statements: of that prose; they say who speaks where nobody is named.
        actors: the names of parties.
    """
    scene = Scene(actors, coalition=actors.group_of_event(document.about, document.text))
    parties = parties_of(mentions, actors)
    found: list[Position] = []
    for sentence in sentences:
        asked = sentence.text.rstrip().endswith("?") and not _MARK.search(sentence.text)
        if len(sentence.text) > LONGEST or asked:
            continue
        scene.speaker = speaker_in(sentence, statements, parties, actors)
        scene.named = named_in(sentence, mentions, actors)
        found += _of_sentence(document, sentence, statements, parties, scene)
    return tuple(found)


def _of_sentence(
    document: Document,
    sentence: Sentence,
    statements: Sequence[Statement],
    parties: Mapping[str, str],
    scene: Scene,
) -> list[Position]:
    text, offset = sentence.text, sentence.span.start
    chains = chains_in(text, scene)
    stands = stands_in(text)
    parts = _parts(text, stands)
    found: dict[tuple[str, str], Position] = {}
    whole = scene.speaker
    for stand in stands:
        at = Span(offset + stand.start, offset + stand.end)
        scene.speaker = speaker_in(replace(sentence, span=at), statements, parties, scene.actors)
        scene.speaker = scene.speaker or whole
        party = _party(stand, text, chains, scene)
        if party is None or (party, stand.kind) in found:
            continue
        start, end = next((a, b) for a, b in parts if a <= stand.start < b)
        span = Span(start + offset, end + offset)
        rule = f"position/{stand.kind}"
        found[party, stand.kind] = Position(
            id=f"{document.name}#position{stand.start + offset}",
            doc=document.name,
            span=span,
            confidence=confidence_of(rule),
            rule=rule,
            party=party,
            kind=stand.kind,
            date=_date(span, statements),
        )
    for chain in chains:
        scene.remember(chain)
    opening = next((c for c in chains if c.kind == "state" and not c.is_object), None)
    if opening and len(opening.names) == 1:
        scene.it = opening.names  # "It" takes up who opened the sentence before, not its last name.
    return list(found.values())


def _parts(text: str, stands: list[Stand]) -> list[tuple[int, int]]:
    """Give the whole sentence to a single stand, and to several each its clause."""
    whole = (0, len(text))
    if len(stands) < 2:
        return [whole]
    return [(c.start, c.end) for c in clauses_of(text)] or [whole]


def _party(stand: Stand, text: str, chains: list[Chain], scene: Scene) -> str | None:
    """Say whose stand it is: who owns it, who speaks it, or who acts before the cue."""
    by = re.compile(r"\s+by\s+(?:the\s+)?").match(text, stand.end)
    if by and not text[: stand.end].endswith("provided"):
        return _first(iter(c.names for c in chains if c.start == by.end()), scene)
    if stand.noun:
        near = (c for c in chains if c.end <= stand.start <= c.end + 25 and c.kind == "owner")
        return _first((c.names for c in near), scene)
    quote = _quote_around(text, stand.start)
    if quote:
        outside = [c for c in chains if c.end <= quote[0] or c.start >= quote[1]]
        acting = [c for c in outside if c.kind in {"state", "pronoun", "group"} and not c.is_object]
        spoken = (resolved(c, text, chains, scene) for c in _nearest_first(acting, quote[0]))
        return _first((scene.speaker, *spoken, scene.person), scene)
    if stand.kind == "threat" and scene.speaker and _OF_OTHERS.match(text, stand.start):
        # "Any Arland soldier will be a target" is the threat of who says so, not of who is named.
        return _first((scene.speaker,), scene)
    before = [c for c in chains if c.start < stand.start and not c.is_object and not c.asked]
    owner = next(
        (c for c in chains if c.kind == "owner" and c.end <= stand.start <= c.end + 3), None
    )
    if owner and _OWNED.match(text, stand.start):
        return _first((owner.names,), scene)
    if stand.kind in {"accusation", "demand", "territorial_demand"} and _OF_WHO_SAYS.match(
        text, stand.start
    ):
        believes = (c.names for c in before if _BELIEVES.match(text, c.end))
        told = _first((scene.speaker, *believes), scene)
        if told:
            return told
    acting = [c for c in reversed(before) if c.kind in {"state", "pronoun", "group"}]
    if stand.kind == "rejection" and text[stand.start : stand.end].lower().startswith("rul"):
        # A state that rules out its own troops makes no stand towards others: that is the register's.
        own = _first((resolved(c, text, chains, scene) for c in acting[:1]), scene)
        return own if own in scene.actors.adversaries else None
    found = _first((resolved(c, text, chains, scene) for c in acting), scene)
    owners = (c.names for c in before if c.kind == "owner")
    return found or _first((scene.speaker, *owners), scene) or _after(stand, text, chains, scene)


def _nearest_first(chains: list[Chain], quote_start: int) -> list[Chain]:
    """Put those before a quotation first, nearest first, and then those behind it."""
    before = [c for c in chains if c.end <= quote_start]
    return [*reversed(before), *(c for c in chains if c.end > quote_start)]


def _after(stand: Stand, text: str, chains: list[Chain], scene: Scene) -> str | None:
    """Look behind the cue ("Rejecting the plan, Arland said ..."), where nobody stands before it."""
    behind = [c for c in chains if c.start >= stand.end and c.kind == "state" and not c.is_object]
    told = [
        c for c in behind if re.match(r"\s+(?:also\s+)?(?:said|says|added|told)\b", text[c.end :])
    ]
    return _first((c.names for c in told), scene)


def _quote_around(text: str, at: int) -> tuple[int, int] | None:
    return next((m.span() for m in _QUOTED.finditer(text) if m.start() <= at < m.end()), None)


def _first(candidates: Iterable[tuple[str, ...]], scene: Scene) -> str | None:
    return next((name for names in candidates if (name := _one_party(names, scene))), None)


def _one_party(names: tuple[str, ...], scene: Scene) -> str | None:
    known = [name for name in names if name != FORCE]
    if scene.actors.beneficiary in known and {ALLIES, OTHERS} & set(known):
        return JOINT.format(scene.actors.beneficiary)
    return known[0] if known else None


def _date(span: Span, statements: Sequence[Statement]) -> str | None:
    carrier = max(statements, key=lambda s: s.span.overlap(span), default=None)
    return carrier.date_said if carrier and carrier.span.overlap(span) else None
