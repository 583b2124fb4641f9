"""Divide a clause by who acts in it, and weigh each part by its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from truceline.guarantees.reading.pledge_actors import FORCE, LEADS
from truceline.guarantees.reading.pledge_clauses import Clause
from truceline.guarantees.reading.pledge_cues import Strength, strength_of
from truceline.guarantees.reading.pledge_subjects import Chain, Scene, resolved
from truceline.guarantees.reading.pledge_types import ROLE_OPEN, type_words

_TIME_ONLY = re.compile(
    r"\b(?:after|as|since|when|before|following|where|because|in\s+which|at\s+which|and|even\s+as)\s+(?:the\s+)?[“\"]?$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[’']?s?\W*(?:(?:has|have|had|is|was|also|again|repeatedly|then|now|further|will|would|later|\w+ly)\s+)*"
    r"(?:urg(?:e|es|ed|ing)|press(?:es|ed|ing)|call(?:s|ed|ing)?\s+(?:for|on)|ask(?:s|ed|ing)|demand(?:s|ed|ing)?|"
    r"plead\w*|appeal\w*|lobb\w+|push(?:es|ed|ing)?\s+for|implor\w+|encourag\w+)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:provided|led|sent|supplied|deployed|contributed|offered|financed|funded|trained|made|hosted|monitored|"
    r"overseen|spearheaded|commanded|given|staffed|drawn|manned|set\s+up|created|established|run|built|opened|delivered|taken|paid\s+for|carried\s+out)\s+"
    r"(?:up\s+)?(?:in\s+[A-Z]\w+(?:\s[A-Z]\w+)?\s+)?(?:by|from)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"[\s,]*(?:(?:has|had|have|also|later|then|\w+ly)\s+)*(?:said|says|added|adds|noted|stressed|explained|argued|believes?|thinks?|"
    r"told\s+(?:[\w’'-]+\s+){1,4}?(?=that\b)|repeated|reiterated|confirmed|warned)(?:\s+(?:on\s+)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?\s+(?:that\s+)?(?=(?:the|an?(?!\s+(?:\w+\s+)?no\b)|any|no(?!\s+to\b|\s*[,.;])|such|this|these|those|"
    r"most|some|many|details|several|thousands|its|his|her|their|[A-Z][\w.]+)(?!\w))"
)
_WORD_OF_HONOUR = re.compile(
    r"(?:[’']s?)?\s+(?:\w+\s+){0,2}?[“\"]?(?:\w+\s+)?(?:pledges?|commitments?|promises?|readiness|willingness|refusal)\b"
)
_BINDS = re.compile(r"\b(?:commit|oblig|bind)(?:s|es|ed|ing)?\s+(?:the\s+|its\s+)?$")
_SAID_BEHIND = re.compile(
    r"[\w\s,.’'-]{0,50}?\b(?:said|says|told|added|announced|confirmed|stressed|specified|recalled|explained|insists?|insisted|clarified|reiterated|wrote)\b"
)
_HEADLINE = re.compile(
    r"\s+to\s+(?:send|deploy|provide|lead|host|supply|train|fund|finance|contribute|join|build|patrol|give|deliver|pay|station|commit)\b"
)
"""A headline's future: "Arland to send troops"."""
_CLOSED = re.compile(
    r",[”\"]?\s+(?:(?:the|its|his|her|prime|foreign|defen[cs]e|minister|president|premier|chancellor|envoy|spokes\w+|[A-Z][\w.’'-]*)\s+)*$"
)
_SAID_AHEAD = re.compile(
    r",[”\"]?\s+(?:said|says|added|announced|wrote|assured|specified|confirmed)\s+(?:the\s+)?(?:[\w’'-]+\s+){0,3}$"
)
_GOES_ON = re.compile(
    r"(?:his|her|its|their)\s+(?!details?\b)\w+|any\s+(?:deployment|contribution)|"
    r"(?:some\s+|up\s+to\s+|about\s+|around\s+)?(?:a|an|two|three|four|five|several|\d[\d,]*)\s+(?:\w+\s+){0,2}?(?:frigates?|jets?|aircraft|troops|soldiers|ships|"
    r"battalions?|brigades?|compan(?:y|ies)|instructors|observers|engineers|minehunters|minesweepers)\b|no\s+(?:\w+\s+){0,2}(?:troops|soldiers|boots)"
)
_WILLING = re.compile(
    r"coalition\s+of\s+the\s+willing|willing\s+(?:nations|countries|states)", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"(?:[’']s?)?\s*")
_LEAD_IN = re.compile(r"[\s,;—–]*(?:(?:but|and|while|whereas|however|although|though)\b[\s,]*)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts in a part of a sentence."""

    names: tuple[str, ...]
    kind: str
    """Kind of the chain, see ``pledge_subjects``."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clause with one subject."""

    start: int
    """Offset in the sentence."""
    end: int
    text: str
    """The words behind the subject; the whole clause where it has none of its own."""
    words_at: int
    """Offset in the sentence of ``text``."""
    prefix: str
    """What leads up to the subject in its clause."""
    name: str
    """The subject's own words; empty where it has none."""
    subject: Subject | None
    strength: Strength | None
    asks: bool
    """The subject asks others to act, or is asked."""
    carried: bool
    """The subject is that of an earlier clause."""
    first: bool
    """Opens the sentence."""


def segments_of(
    text: str, clause: Clause, chains: list[Chain], scene: Scene, last: Subject | None
) -> list[Segment]:
    """Divide a clause of a sentence by its subjects, from left to right.

    Args:
        text: the sentence.
        clause: of that sentence.
        chains: actors of that sentence.
        scene: for whom pronouns stand.
        last: subject of the part before, which may go on acting.
    """
    inside = [c for c in chains if clause.start <= c.start < clause.end]
    acting = [c for c in inside if _acts(c, text, chains, scene)]
    if not acting:
        return [_whole(text, clause, inside, scene, last)]
    segments = _ahead(text, clause, acting[0], last, inside, scene)
    for number, chain in enumerate(acting):
        floor = acting[number - 1].end if number else clause.start
        ceiling = acting[number + 1].start if number + 1 < len(acting) else clause.end
        names = resolved(chain, text, chains, scene)
        segments.append(
            _behind(text, clause, chain, names, (floor, ceiling), acting[:number], inside, scene)
        )
    return segments


def _ahead(
    text: str, clause: Clause, first: Chain, last: Subject | None, inside: list[Chain], scene: Scene
) -> list[Segment]:
    """Read what stands before a speaker who is named last ("but will lead the force, the premier said")."""
    words = text[clause.start : first.start]
    strength = strength_of(_WILLING.sub(_blank, words))
    behind = _SAID_BEHIND.match(text, first.end) and _CLOSED.search(words)
    if not strength or not (behind or _SAID_AHEAD.search(words)):
        return []
    goes_on = last if clause.opened_by == "mild" else None
    owners = [c for c in inside if c.end <= first.start and _owns(c, text, scene)]
    owned = Subject(owners[0].names, "owner") if owners else None
    subject = goes_on or owned or Subject(first.names, "state")
    begin = clause.start + _lead(words)
    return [
        Segment(
            start=begin,
            end=clause.start + len(words.rstrip(" ,")),
            text=words,
            words_at=clause.start,
            prefix="",
            name="",
            subject=subject if first.names or goes_on else None,
            strength=strength,
            asks=bool(_ASKS.match(words)),
            carried=goes_on is not None,
            first=clause.start == 0,
        )
    ]


def _acts(chain: Chain, text: str, chains: list[Chain], scene: Scene) -> bool:
    if chain.is_object or chain.kind == "owner":
        return False
    return chain.kind != "force" or _free(chain, text, chains, scene)


def _free(force: Chain, text: str, chains: list[Chain], scene: Scene) -> bool:
    """Tell whether a force may act here: not in the mouth of those who reject it."""
    hostile = scene.actors.adversaries
    if set(scene.speaker) & hostile:
        return False
    before = [c for c in chains if c.end <= force.start and not c.is_object]
    return not any(set(resolved(c, text, chains, scene)) & hostile for c in before)


def _behind(
    text: str,
    clause: Clause,
    chain: Chain,
    names: tuple[str, ...],
    bounds: tuple[int, int],
    earlier: list[Chain],
    inside: list[Chain],
    scene: Scene,
) -> Segment:
    """Make the part that follows an acting chain, weighed together with what leads up to it."""
    floor, ceiling = bounds
    words = text[chain.end : ceiling]
    prefix = text[floor : chain.start]
    before = earlier[-1].names if earlier else ()
    own = strength_of(_WILLING.sub(_blank, words))
    if own is None and _BINDS.search(prefix):
        own = Strength("pledged", "", 0, 0)
    if (
        own is None
        and clause.start == 0
        and not prefix.strip(' -–—•*“"')
        and _HEADLINE.match(words)
    ):
        own = Strength("pledged", "", 0, 0)
    if LEADS in names:
        # Who settled which states lead has settled it, whatever "would" follows.
        # Whom they found ready to lead has said no more than that.
        ready = own and own.status in {"ruled_out", "undecided", "considered"}
        own = own if ready else strength_of(_WILLING.sub(_blank, prefix)) or own
    if chain.kind == "plan" and own is None:
        own = Strength("considered", "", 0, 0)
    if earlier:
        # Only what hands over to this subject weakens it ("hinted that"), not what another one did.
        prefix = re.split(r"[.;:”\"]", prefix)[-1]
    if not _TIME_ONLY.search(prefix) and not set(before) & scene.actors.adversaries:
        own = _weaker(own, strength_of(_WILLING.sub(_blank, prefix)))
    subject = _inner_subject(text, chain, names, ceiling, inside, scene)
    if chain.kind == "force" and names == (FORCE,) and own and before and prefix.strip():
        agreed = strength_of(prefix)
        others = tuple(name for name in before if name != scene.actors.beneficiary)
        if agreed and agreed.status in {"pledged", "conditional"} and others:
            subject = Subject(others, "force")
    begin = floor if not earlier else chain.start
    begin += _lead(text[begin:ceiling])
    return Segment(
        start=begin,
        end=chain.end + len(words.rstrip()),
        text=words,
        words_at=chain.end,
        prefix=prefix,
        name=text[chain.start : chain.end],
        subject=subject,
        strength=own,
        asks=chain.asked or bool(_ASKS.match(words)),
        carried=False,
        first=clause.start == 0 and not earlier,
    )


def _inner_subject(
    text: str, chain: Chain, names: tuple[str, ...], ceiling: int, inside: list[Chain], scene: Scene
) -> Subject | None:
    """Tell who acts in what somebody only reports ("the leader said details would follow")."""
    own = Subject(names, chain.kind) if names else None
    for other in inside:
        owned = other.kind == "owner" and chain.end <= other.start < ceiling
        if owned and _WORD_OF_HONOUR.match(text, other.end) and set(other.names) - {FORCE}:
            return Subject(other.names, "owner")
    told = _TOLD.match(text, chain.end, ceiling)
    if told is None or chain.kind == "force":
        return own
    for other in inside:
        if other.kind == "owner" and told.end() <= other.start <= told.end() + 8:
            others = set(other.names) - {scene.actors.beneficiary, FORCE} - scene.actors.adversaries
            return Subject(other.names, "owner") if others else None
    return own if _GOES_ON.match(text, told.end()) else None


def _blank(match: re.Match[str]) -> str:
    """Take the name of a coalition out of the words, so that "willing" in it weighs nothing."""
    return " " * len(match[0])


def _weaker(own: Strength | None, prefix: Strength | None) -> Strength | None:
    """Let words before the subject weaken what follows ("it is unclear whether ...")."""
    if (
        own is None
        or prefix is None
        or prefix.kind == "support"
        or prefix.status not in {"ruled_out", "undecided", "considered"}
    ):
        return own
    order = ("ruled_out", "undecided", "considered", "conditional", "pledged")
    if order.index(prefix.status) < order.index(own.status):
        return Strength(prefix.status, prefix.cue, 0, 0)
    return own


def _whole(
    text: str, clause: Clause, inside: list[Chain], scene: Scene, last: Subject | None
) -> Segment:
    """Make the part without an actor of its own: passive, owned, quoted, or going on."""
    hostile = scene.actors.adversaries
    goes_on = last if clause.opened_by == "mild" else None
    blocked = bool(set(scene.speaker) & hostile) or bool(goes_on and set(goes_on.names) & hostile)
    by = [c for c in inside if _BY.search(text, 0, c.start)]
    owners = [c for c in inside if _owns(c, text, scene)]
    subject = goes_on
    if by and not blocked:
        subject = Subject(by[0].names, "by")
    elif goes_on is None and owners and not blocked:
        subject = Subject(owners[0].names, "owner")
    elif (
        goes_on is None
        and clause.start == 0
        and text.lstrip()[:1] in {"“", '"', "«"}
        and scene.speaker
    ):
        subject = Subject(scene.speaker, "pronoun")
    elif (
        goes_on is None
        and scene.group
        and all(c.is_object or c.kind == "owner" for c in inside)
        and not blocked
        and _several_arms(clause.text, scene)
    ):
        cell = re.search(r"\bcell\b|mechanism|monitor", clause.text)
        subject = Subject((scene.group if cell else FORCE,), "passive")
    begin = clause.start + _lead(clause.text)
    return Segment(
        start=begin,
        end=clause.start + len(clause.text.rstrip()),
        text=clause.text,
        words_at=clause.start,
        prefix="",
        name="",
        subject=subject,
        strength=strength_of(_WILLING.sub(_blank, clause.text)),
        asks=bool(_ASKS.match(clause.text)),
        carried=subject is goes_on and subject is not None,
        first=clause.start == 0,
    )


def _owns(chain: Chain, text: str, scene: Scene) -> bool:
    """Tell whether what a state owns can stand for it ("the extent of Arland's role is open")."""
    others = set(chain.names) - {scene.actors.beneficiary, FORCE} - scene.actors.adversaries
    role = ROLE_OPEN.match(text, chain.end + len(_POSSESSIVE.match(text, chain.end)[0]))  # type: ignore[index]
    return chain.kind == "owner" and bool(others) and (not chain.is_object or bool(role))


def _several_arms(text: str, scene: Scene) -> bool:
    """Tell whether nobody is named, and yet land, sea and air can only be those of the group."""
    kinds = {word.type for word in type_words(text, scene.actors)}
    made = re.search(r"\b(?:will|would|to|is|are)\s+be(?:ing)?\s+\w+", text)
    return len(kinds & {"troops_land", "naval", "air"}) > 1 or bool(
        made and kinds & {"coordination", "monitoring"}
    )


def _lead(words: str) -> int:
    match = _LEAD_IN.match(words)
    return match.end() if match else 0
