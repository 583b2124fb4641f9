"""Choose the domains of a part of a sentence, and leave out what belongs to others."""

from __future__ import annotations

import re

from truceline.guarantees.reading.pledge_actors import ActorTable
from truceline.guarantees.reading.pledge_cues import Strength
from truceline.guarantees.reading.pledge_segments import Segment, Subject
from truceline.guarantees.reading.pledge_terms import Term
from truceline.guarantees.reading.pledge_types import POLITICAL, ROLE_OPEN, TypeWord, type_words

_THAT = re.compile(r"\b(?:that|which)\s+(?:the\s+|its\s+)?$")
_AGAINST = re.compile(
    r"(?:\b(?:with|from|against|between|support(?:s|ed|ing)?|back(?:s|ed|ing)?|protect\w*|assist\w*)|(?<!provides)(?<!provide)(?<!provided)"
    r"(?<!calls)(?<!called)\sfor)\s+(?:the\s+|a\s+|any\s+)?(?:(?!deploy|station|send)\w+\s+)?$"
)
_TAKES_PART = re.compile(r"\b(?:tak(?:e|ing)\s+part|join\w*|participat\w+)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:roles?|take\s+part|taking\s+part)\b",
    re.IGNORECASE,
)
_DEPLOYMENT = re.compile(
    r"\b(?:any|a|the|such)\s+(?:\w+\s+)?deployments?\b|\btak(?:e|ing)\s+part\b|\b(?:out|considering|exclude|excluded)\s+joining\b",
    re.IGNORECASE,
)
_DEPLOYED = re.compile(
    r"\b(?:deploy\w*|sent|stationed|placed|based|arrive|dispatched|move\s+in|be\s+on\s+the\s+ground)\b"
)


def domains_of(
    segment: Segment, subject: Subject, strength: Strength, terms: list[Term], actors: ActorTable
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give who owes and what; the obligors change where only the forces of others are spoken of.

    Args:
        segment: the part of the sentence.
        subject: who acts in it.
        strength: how firmly.
        terms: condition and limit, whose own words name no domain.
        actors: the names of states.
    """
    obligor = tuple(name for name in subject.names if name != actors.beneficiary)
    if not obligor:
        return (), ()
    words = [
        word
        for word in type_words(segment.text, actors)
        if _counts(word, obligor, segment.text, terms, actors.adversaries)
    ]
    types = tuple(dict.fromkeys(word.type for word in words)) or _wide_types(segment, strength)
    if not types and _THAT.search(segment.prefix):
        # "a cell that partners will establish": what is undertaken stands before.
        ahead = type_words(segment.prefix[-80:], actors)
        types = tuple(dict.fromkeys(word.type for word in ahead if not word.owners))[-1:]
    if types:
        return obligor, types
    owned = _owned_forces(segment, actors)
    if owned:
        return owned
    sent = subject.kind == "force" and _DEPLOYED.search(segment.text)
    deployed = subject.kind != "group" and _DEPLOYMENT.search(segment.text)
    return obligor, ("troops_land",) if sent or deployed else ()


def _owned_forces(
    segment: Segment, actors: ActorTable
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Let "a paper on Arish and Borish troops" speak for the states whose troops they are."""
    hostile = actors.adversaries | {actors.beneficiary}
    for word in type_words(segment.text, actors):
        owners = tuple(owner for owner in word.owners if owner not in hostile)
        if owners and word.type in {"troops_land", "naval", "air"}:
            return owners, (word.type,)
    return None


def _counts(
    word: TypeWord, obligor: tuple[str, ...], text: str, terms: list[Term], hostile: frozenset[str]
) -> bool:
    """Tell whether a word names what is undertaken, not a term of it or somebody else's forces."""
    force = word.type in {"troops_land", "naval", "air"}
    if any(o not in obligor and (force or o in hostile) for o in word.owners):
        return False
    if any(term.start <= word.start < term.end for term in terms):
        return False
    before = text[max(word.start - 60, 0) : word.start]
    return word.type != "troops_land" or not _AGAINST.search(before)


def _wide_types(segment: Segment, strength: Strength) -> tuple[str, ...]:
    """Give ``political`` where no domain is named and the words speak of guarantees or of a role."""
    subject = segment.subject
    if subject is None or subject.kind in {"plan", "force"}:
        return ()
    firm = strength.status in {"pledged", "conditional"}
    if (
        strength.status == "ruled_out"
        and subject.kind != "group"
        and _TAKES_PART.search(segment.text)
    ):
        return ("troops_land",)
    if POLITICAL.search(segment.text) and (firm or subject.kind != "group"):
        return ("political",)
    if (
        strength.status == "considered"
        and subject.kind != "group"
        and (_ROLE.search(segment.text) or " nothing" in strength.cue)
    ):
        return ("political",)
    if (
        strength.status == "undecided"
        and subject.kind != "group"
        and ROLE_OPEN.search(segment.text)
    ):
        return ("political",)
    return ()
