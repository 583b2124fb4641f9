"""Read undertakings that stand as nouns: a response, a paper, a role, a decision that nobody has taken.

"Would be met by a response from Arland", "the agreement with Arland on guarantees is ready", "the role of
Arland remains open", "In Arland, no decision has been taken", "threatened Zemlova with sanctions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from truceline.guarantees.reading.pledge_cues import strength_of
from truceline.guarantees.reading.pledge_subjects import Chain, Scene
from truceline.guarantees.reading.pledge_terms import trigger_in
from truceline.guarantees.reading.pledge_types import type_words


@dataclass(frozen=True, slots=True)
class Noun:
    """An undertaking told as a noun; offsets are of the sentence."""

    start: int
    end: int
    obligor: tuple[str, ...]
    types: tuple[str, ...]
    status: str
    rule: str
    trigger: str | None = None


_RESPONSE = re.compile(
    r"\b(?:response|reaction|answer)\s+(?:from|by|of|involving)\s+(?:the\s+)?(?:forces\s+of\s+)?(?:the\s+)?$"
)
_BREACH = re.compile(
    r"\b(?:(?:any|a|the|every|repeated|persistent|further|new|Russian)\s+)*(?:violations?|breach(?:es)?|attacks?|infringements?)\b"
    r"(?:\s+(?:of|against|on)\s+(?:a|any|the)\s+(?:\w+\s+)?\w+)?",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:proposal|proposed|could|may|might|draft|discuss\w+|considered)\b", re.IGNORECASE
)
_PAPER = re.compile(r"\b(?:documents?|texts?|agreements?|accords?|treaty|pact|papers?)\b")
_WITH = re.compile(r"\b(?:with|from)\s+(?:the\s+)?$")
_READY = re.compile(
    r"[^.;]{0,60}?\b(?:is|are|was|were)\s+[^.;]{0,25}?(?:ready|finali[sz]ed|complete|agreed|close\s+to|nearly|almost|prepared)\b"
)
_ROLE_OF = re.compile(
    r"\b(?:roles?|part|contributions?|involvement|participation|support|backing)\s+(?:of|by|from)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"[^.;]{0,60}?\b(?:remain\w*|is|was|are|were|stays?)\s+(?:also\s+|still\s+)*(?:open|un\w+|not\s+(?:yet\s+)?(?:clear|decided|settled|known))\b"
    r"|[^.;]{0,60}?\bwill\s+(?:finali[sz]e|settle|clarify)\s+(?:it|that|this)\b"
)
_NO_DECISION = re.compile(
    r",\s+(?:no\s+(?:\w+\s+)?decision\s+has|nothing\s+has|the\s+(?:question|matter)\s+(?:is|remains)\s+(?:still\s+)?open)\b[^.;,]*"
)
_THREAT = re.compile(r"\bthreaten\w*\s+(?:[A-Z]\w+\s+)?with\s+[^.;]{0,30}?\bsanctions\b")


def nouns_in(text: str, chains: list[Chain], scene: Scene) -> Iterator[Noun]:
    """Find the undertakings of a sentence that are told as nouns, none in the mouth of the other side.

    Args:
        text: the sentence.
        chains: its actors.
        scene: who was named before.
    """
    if set(scene.speaker) & scene.actors.adversaries:
        return
    for chain in chains:
        names = tuple(
            name for name in chain.names
            if name not in scene.actors.adversaries | {scene.actors.beneficiary}
        )  # fmt: skip
        if names:
            for read in (_response, _paper, _no_decision, _threat):
                yield from read(text, chain, names)
            yield from _role_of(text, chain, names, scene)


def _response(text: str, chain: Chain, names: tuple[str, ...]) -> Iterator[Noun]:
    before = _RESPONSE.search(text, 0, chain.start)
    if before is None or not re.search(r"\b(?:would|will|could|may|might)\b", text):
        return
    due, breach = trigger_in(text), _BREACH.search(text)
    words = due.text if due else breach[0] if breach else None
    status = "considered" if _PLANNED.search(text) else "conditional"
    strength = strength_of(text)
    if strength and strength.status in {"ruled_out", "undecided"}:
        status = strength.status
    yield Noun(before.start(), chain.end, names, ("other",), status, f"{status}/response", words)


def _paper(text: str, chain: Chain, names: tuple[str, ...]) -> Iterator[Noun]:
    ready = _READY.match(text, chain.end)
    if not (ready and _WITH.search(text, 0, chain.start) and "guarantee" in text):
        return
    paper = list(_PAPER.finditer(text, 0, chain.start))
    if paper and chain.start - paper[-1].start() < 70:
        yield Noun(paper[-1].start(), ready.end(), names, ("political",), "considered",
                   "considered/paper")  # fmt: skip


def _role_of(text: str, chain: Chain, names: tuple[str, ...], scene: Scene) -> Iterator[Noun]:
    before, after = _ROLE_OF.search(text, 0, chain.start), _OPEN.match(text, chain.end)
    if before and after and not type_words(after[0], scene.actors):
        yield Noun(before.start(), after.end(), names, ("other",), "undecided", "undecided/role_of")


def _no_decision(text: str, chain: Chain, names: tuple[str, ...]) -> Iterator[Noun]:
    after = _NO_DECISION.match(text, chain.end)
    if after and re.search(r"\bIn\s+(?:the\s+)?$", text[: chain.start]):
        yield Noun(
            chain.start, after.end(), names, ("other",), "undecided", "undecided/no_decision"
        )


def _threat(text: str, chain: Chain, names: tuple[str, ...]) -> Iterator[Noun]:
    match = _THREAT.search(text, chain.end)
    near = match and not re.search(r"[.;]|\b(?:while|but)\b", text[chain.end : match.start()])
    if match and near and not chain.is_object and chain.kind == "state":
        yield Noun(chain.start, match.end(), names, ("sanctions",), "considered",
                   "considered/threatened")  # fmt: skip
