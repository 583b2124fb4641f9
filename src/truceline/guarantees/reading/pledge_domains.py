"""Choose the domains of a part of a sentence, and leave out what belongs to others."""

from __future__ import annotations

import re

from truceline.guarantees.reading.pledge_actors import FORCE, ActorTable
from truceline.guarantees.reading.pledge_cues import Strength
from truceline.guarantees.reading.pledge_segments import Segment, Subject
from truceline.guarantees.reading.pledge_terms import Term
from truceline.guarantees.reading.pledge_types import (
    POLITICAL,
    ROLE_OPEN,
    SUPPORT_OF_SOME_KIND,
    TypeWord,
    type_words,
)

_THAT = re.compile(r"(?:(?<!\band)\s+that|\bwhich)\s+(?:the\s+|its\s+)?$")
_AGAINST = re.compile(
    r"(?:\b(?:with|from|against|between|support(?:s|ed|ing)?|back(?:s|ed|ing)?|protect\w*|assist\w*|equip(?:s|ped|ping)?|arm(?:s|ing)|train(?:s|ed|ing)?|regenerat\w+|rescue\s+of|role\s+in|costs?\s+of|open\s+to|(?:aid|defen[cs]e)\s+of)|(?<!provides)(?<!provide)(?<!provided)"
    r"(?<!calls)(?<!called)(?<!the way)\sfor)\s+(?:the\s+|a\s+|any\s+|its\s+|their\s+)?(?:(?!deploy|station|send)\w+\s+)?$"
)
_WITH_THEM = re.compile(
    r"\b(?:tak\w+\s+part|took\s+part|contribut(?:e|es|ed|ing)|participat(?:e|es|ed|ing)|help|assist|including|present)\s+with\s+(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)
"""Who takes part "with soldiers" sends them."""
_OF_THE_FORCE = re.compile(
    r"\b(?:components?|elements?|parts?|arms?|command|headquarters|HQ|cells?|hubs?|cent(?:re|er)s?|side|stage|phase|logistics|work)"
    r"\s+(?:of|for|in)\s+(?:the|a|an|any|this|such)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""What belongs to a force is undertaken, and not the whole force."""
_SO = re.compile(
    r"\b(?:do|doing|does|did)\s+so\b|\b(?:will|would)\s+not\b(?=\s*(?:[.,;”\"]|$))|\bfollow\s+suit\b"
)
"""A verb left out: what was spoken of is meant."""
_PLACE = re.compile(r"skies|sky|airspace|seas?|(?:the\s+)?\w+\s+Sea", re.IGNORECASE)
"""Where forces are, whoever owns it."""
_STANDS_BEHIND = re.compile(r"st(?:an|oo)d\w*\s+(?:\w+ly,?\s+)*(?:behind|by)\b", re.IGNORECASE)
_DEPLOYS = re.compile(
    r"\b(?:will|would|to|could|may|might|not)\s+(?:\w+ly\s+)?deploy\b(?=\s*(?:$|[,.;:’'‘“”\"])|\s+(?:once|after|when|if|only|in|to|within|immediately|quickly|there|on)\b)"
)
_OPEN_CONTRIBUTION = re.compile(
    r"military\s+(?:contribution|participation|engagement|involvement)", re.IGNORECASE
)
"""Whose form nobody has settled, where it is undecided or thought about."""
_NOTHING_OUT = re.compile(r"\brul\w+\s+(?:anything|nothing)\s+out\b", re.IGNORECASE)
_HELP = re.compile(
    r"\bhelp\b(?=\s*(?:$|[,.;”\"])|\s+(?:but|and|them|him|her|Kyiv|Ukraine)\b)", re.IGNORECASE
)
_TAKES_PART = re.compile(
    r"\b(?:tak(?:e|es|en|ing)\s+(?:no\s+)?part|play\s+no\s+(?:part|role)|join\w*|participat\w+)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:roles?|take\s+part|taking\s+part|contribut\w+|participat\w+|join|involvement|part\s+to\s+play)\b",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"^(?:stay|stays|staying|stayed|opt|opts|opted|opting|keep|keeping|bow|bowed)\s+out|^(?:said|says|say)\s+no",
    re.IGNORECASE,
)
_ARMS = frozenset({"troops_land", "naval", "air"})
_ASKED_ABOUT = re.compile(r"\basked\s+(?:about|on|if|whether)\b|\bquestions?\s+(?:about|on)\b")
_WITHOUT = re.compile(
    r"\b(?:without|against|minus)\s+(?:any\s+|the\s+|its\s+|their\s+)?(?:\w+\s+)?$"
)
_SEAT = re.compile(r"\b(?:cell|mission|mechanism|headquarters|centre|center)\s+of\s+(?:the\s+)?$")
_NO = re.compile(
    r"\b(?:no|not\s+a\s+single|not\s+one|zero|neither|nor)\s+(?!plan|decision|doubt|longer|only)(?:[\w.’'-]+\s+){0,3}$",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\b(?:yet\s+to\s+decide|undecided|not\s+(?:yet\s+)?decided)\b(?!\s+(?:on|whether|if|how|about|over|its|his|her)\b)"
)
"""Who has not decided, without a word on what, has not decided on troops."""
_ARMY = re.compile(r"(?:the\s+)?(?:Bundeswehr|army|armed\s+forces|military)", re.IGNORECASE)
_TO_SEND = re.compile(
    r"\brefus\w+\s+(?:\w+\s+)?to\s+send\b(?!\s+(?:\w+\s+){0,2}(?:delegat|envoy|letter|message|represent|signal|minister))"
)
_MADE = re.compile(
    r"\b(?:made|make|gave|given)\s+(?:a|an|the)\s+(?:\w+\s+)?(?:commitment|pledge|promise)s?\b(?!\s+(?:to|of)\b)"
)
_CONTRIBUTES = re.compile(
    r"\b(?:will|would|to)\s+[“\"‘']?(?:(?:\w+ly|also)[”\"’']?\s+)?(?:be\s+involved|make\s+an?\s+(?:\w+\s+)?contribution|help\b(?=\s*(?:$|[,.;”\"])|\s+(?:them|him)\b)|step\s+in\b|"
    r"join\b(?=\s*(?:$|[,.;”\"])|\s+(?:in\b|after|once|when|only))|contribute|take\s+part|participate|do\s+(?:its|their|our|his|her)\s+(?:part|share|bit))\b(?!\s+(?:to|in)\s+(?:the\s+)?(?:talks|summit|meeting|debate))"
)
_SHARE = re.compile(r"\W*(?:[A-Z][\w.]*\s*)+(?:[’']s?)?\s+(?:contribution|share|part|role)\b")
_ENDORSED = re.compile(
    r"\b(?:endors|adopt|sign)\w*\s+(?:a|the)\s+(?:\w+\s+)?(?:declaration|document|statement|text)\b"
)
_REJECTS = re.compile(r"reject|dismiss|oppos|exclu|object", re.IGNORECASE)
_READY = re.compile(r"ready|prepared|finali", re.IGNORECASE)
_HOSTS = re.compile(
    r"\bhost(?:s|ed|ing)?\s+(?:the\s+|a\s+|its\s+)?(?:[\w-]+\s+){0,2}?(?:headquarters|HQ|command|hub|cent(?:re|er)|base)",
    re.IGNORECASE,
)
"""Who hosts a headquarters gives the place as well as the work."""
_DEPLOYMENT = re.compile(
    r"\b(?:any|a|the|such)\s+(?:\w+\s+)?deployments?\b|\btak(?:e|ing)\s+part\b|\b(?:out|considering|exclude|excluded)\s+joining\b|\b(?:intent|declaration)\s+(?:on|for)\s+(?:the\s+)?deploy\w+",
    re.IGNORECASE,
)
_DEPLOYED = re.compile(
    r"\b(?:deploy\w*|sent|stationed|placed|based|arrive|dispatched|move\s+in|step\s+in|go\s+in|involved|take\s+part|be\s+on\s+the\s+ground)\b"
)


def domains_of(
    text: str,
    segment: Segment,
    subject: Subject,
    strength: Strength,
    terms: list[Term],
    actors: ActorTable,
    spoken_of: tuple[str, ...] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give who owes and what; the obligors change where only the forces of others are spoken of.

    Args:
        text: the sentence.
        segment: the part of the sentence.
        subject: who acts in it.
        strength: how firmly.
        terms: condition and limit, whose own words name no domain.
        actors: the names of states.
        spoken_of: the forces of which the sentence before speaks, for "will not do so".
    """
    obligor = tuple(name for name in subject.names if name != actors.beneficiary)
    if not obligor:
        return (), ()
    words = [
        word
        for word in type_words(segment.text, actors)
        if _counts(word, obligor, segment.text, terms, actors.adversaries)
        and not (strength.status in {"undecided", "considered"}
                 and _OPEN_CONTRIBUTION.fullmatch(segment.text, word.start, word.end))
    ]  # fmt: skip
    words = _without_frame(words, segment.text)
    types = tuple(dict.fromkeys(word.type for word in words))
    types = ("political",) if _STANDS_BEHIND.match(strength.cue) else types
    types = types or _wide_types(segment, strength, actors)
    if types in {("coordination",), ("other",)} and _HOSTS.search(segment.text):
        types = (*types, "facilities")
    if not types and _SEAT.search(text, 0, segment.words_at - len(segment.name)):
        seat = type_words(text[segment.start : segment.words_at - len(segment.name)], actors)
        types = tuple(word.type for word in seat)[-1:]
    if not types and "measures" in segment.text and "sanction" in text:
        types = ("sanctions",)
    if not types and _THAT.search(text, 0, segment.words_at - len(segment.name)):
        # "a cell that partners will establish": what is undertaken stands before.
        ahead = type_words(
            text[max(segment.words_at - len(segment.name) - 80, 0) : segment.words_at], actors
        )
        before = tuple(dict.fromkeys(word.type for word in ahead if not word.owners))[-1:]
        types = before or types
    if types:
        return _of_whom(obligor, types, actors), types
    return _beyond_words(text, segment, subject, strength, obligor, actors, spoken_of)


def _beyond_words(
    text: str,
    segment: Segment,
    subject: Subject,
    strength: Strength,
    obligor: tuple[str, ...],
    actors: ActorTable,
    spoken_of: tuple[str, ...],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find what is meant where the part itself names no domain."""
    if strength.status == "ruled_out" and strength.end:
        # "We are not sending anybody," he said when asked about troops.
        spoken = type_words(text[segment.end :], actors)
        near = tuple(dict.fromkeys(w.type for w in spoken if not w.owners and w.type in _ARMS))
        if near and _ASKED_ABOUT.search(text, segment.end):
            return obligor, near
    if _SO.search(segment.text) and subject.kind not in {"plan", "force"}:
        ahead = type_words(text[: segment.words_at], actors)
        return obligor, tuple(dict.fromkeys(w.type for w in ahead if w.type in _ARMS)) or spoken_of
    owned = _owned_forces(segment, actors)
    if owned:
        return owned
    sent = subject.kind == "force" and _DEPLOYED.search(segment.text)
    deployed = subject.kind != "group" and _DEPLOYMENT.search(segment.text)
    deploys = subject.kind not in {"plan", "force"} and _DEPLOYS.search(segment.text)
    return obligor, ("troops_land",) if sent or deployed or deploys else ()


def _without_frame(words: list[TypeWord], text: str) -> list[TypeWord]:
    """Leave out the force of which something is a part ("the maritime element of the force")."""
    kinds = {word.type for word in words}
    if len(kinds) < 2 or "troops_land" not in kinds:
        return words
    return [
        word
        for word in words
        if word.type != "troops_land"
        or not (
            _OF_THE_FORCE.search(text, 0, word.start) or re.match(r"[’']s?\s", text[word.end :])
        )
    ]


def _of_whom(
    obligor: tuple[str, ...], types: tuple[str, ...], actors: ActorTable
) -> tuple[str, ...]:
    """Lead the forces of which a body speaks back to the states that would send them."""
    if set(obligor) <= actors.bodies and {"troops_land", "naval", "air"} & set(types):
        return (FORCE,)
    return obligor


def refused(segment: Segment, types: tuple[str, ...], actors: ActorTable) -> bool:
    """Tell whether every domain stands under "no", as in "no Arish infantry would go"."""
    text = segment.prefix[-30:] + segment.name + segment.text
    words = [word for word in type_words(text, actors) if word.type in types]
    return bool(words) and all(_NO.search(text, 0, word.start) for word in words)


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
    force = word.type in {"troops_land", "naval", "air"} and not _PLACE.fullmatch(
        text, word.start, word.end
    )
    if any(o not in obligor and (force or o in hostile) for o in word.owners):
        return False
    if any(term.start <= word.start < term.end for term in terms):
        return False
    before = text[max(word.start - 60, 0) : word.start]
    if _WITHOUT.search(before):
        return False
    if word.type != "troops_land":
        return True
    return bool(_WITH_THEM.search(before)) or not _AGAINST.search(before)


def _role(segment: Segment, actors: ActorTable) -> bool:
    """Tell whether a role is spoken of that is not said to be somebody else's."""
    match = _ROLE.search(segment.text)
    return bool(match) and not actors.nouns.search(segment.text, 0, match.start() if match else 0)


def _wide_types(segment: Segment, strength: Strength, actors: ActorTable) -> tuple[str, ...]:
    """Give what is undertaken where no domain is named.

    Staying out, and the part of an army, are of the land forces; words of guarantees and of standing by
    somebody are ``political``; a role or a help that is left open is ``other``.
    """
    subject = segment.subject
    if subject is None or subject.kind in {"plan", "force"}:
        return ()
    alone = subject.kind != "group"
    firm = strength.status in {"pledged", "conditional"}
    out = strength.status == "ruled_out" and (
        _TO_SEND.search(segment.text)
        or _TAKES_PART.search(segment.text)
        or _OUT.search(strength.cue)
    )
    out = out or (strength.status == "undecided" and _UNDECIDED.search(segment.text))
    if alone and (out or _ARMY.fullmatch(segment.name.strip())):
        return ("troops_land",)
    if strength.status == "ruled_out" and _REJECTS.match(strength.cue):
        return ()  # Who rejects what others demand takes a stand; it is no pledge refused.
    if POLITICAL.search(segment.text) and (firm or alone or _READY.search(strength.cue)):
        more = ("other",) if SUPPORT_OF_SOME_KIND.search(segment.text) and firm else ()
        return ("political", *more)
    if alone and strength.status == "considered" and _NOTHING_OUT.search(segment.text):
        return ("other",)
    if SUPPORT_OF_SOME_KIND.search(segment.text) and strength.status != "ruled_out":
        return ("other",)
    if firm and (_MADE.search(segment.text) if not alone else _CONTRIBUTES.search(segment.text)):
        return ("other",)
    if (
        firm
        and subject.kind == "owner"
        and _SHARE.match(segment.text if not segment.name else segment.name + segment.text)
    ):
        return ("other",)
    if firm and not alone and _ENDORSED.search(segment.text):
        return ("political",)
    thought = (
        strength.status == "considered"
        and strength.kind != "support"
        and (_role(segment, actors) or " nothing" in strength.cue or _HELP.search(segment.text))
    )
    open_ = strength.status == "undecided" and ROLE_OPEN.search(segment.text)
    return ("other",) if alone and (thought or open_) else ()
