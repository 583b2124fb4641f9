"""Read one sentence: for each clause its subject, its strength, its domains and its terms."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from truceline.guarantees.reading.pledge_actors import LEADS
from truceline.guarantees.reading.pledge_clauses import clauses_of
from truceline.guarantees.reading.pledge_cues import Strength
from truceline.guarantees.reading.pledge_segments import Segment, Subject, segments_of
from truceline.guarantees.reading.pledge_subjects import Scene, chains_in
from truceline.guarantees.reading.pledge_terms import Term, limit_in, role_in, size_in, trigger_in
from truceline.guarantees.reading.pledge_types import POLITICAL, ROLE_OPEN, TypeWord, type_words

_PERFORM = re.compile(
    r"\b(?:implement|honou?r|respect|abide\s+by|comply\s+with|fulfil\w*|act\w*\s+as\s+(?:an?\s+)?[“\"]?guarantor|guarantee)\b",
    re.IGNORECASE,
)
_HYPOTHESIS = re.compile(
    r"\b(?:sending|committing|deploying|stationing|any\s+(?:deployment|decision)|deployment\s+of|presence\s+of|the\s+question)\b"
    r"[\w\s’'-]{0,40}\b(?:could|would|may|might|will)\b",
    re.IGNORECASE,
)
_IF_FIRST = re.compile(r"\s*[“\"]?(?:If|Should|Had|Whether|Can|Could|Will|Would|Does|Do|Is|Are)\b")
_RELATIVE = re.compile(r"[,\s]*(?:which|who|where)\b")
_DEPLOYMENT = re.compile(
    r"\b(?:any|a|the|such)\s+(?:\w+\s+)?deployments?\b|\btak(?:e|ing)\s+part\b|\b(?:out|considering|exclude|excluded)\s+joining\b",
    re.IGNORECASE,
)
_DEPLOYED = re.compile(
    r"\b(?:deploy\w*|sent|stationed|placed|based|arrive|dispatched|move\s+in|be\s+on\s+the\s+ground)\b"
)
_TAKES_PART = re.compile(r"\b(?:tak(?:e|ing)\s+part|join\w*|participat\w+)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:roles?|take\s+part|taking\s+part)\b",
    re.IGNORECASE,
)
_LED = re.compile(
    r"\b(?P<noun>[A-Z][\w.]*)-led\b[\s\w-]{0,30}?(?=(?P<what>monitor|verif|ceasefire|observ|mechanism|mission|force|multinational))"
)
_LEADERSHIP = re.compile(
    r"\b(?P<what>monitor|verif|observ|mission|force|multinational)[\w\s,’'-]{0,40}?\bunder\s+(?:the\s+)?(?P<noun>[A-Z][\w.]*)\s+"
    r"(?:leadership|command|lead)\b"
)
_LED_AFTER = re.compile(
    r"\b(?P<what>monitor|verif|observ|mission|force|multinational)[\w\s,’'-]{0,40}?\bled\s+by\s+(?:the\s+)?(?P<noun>[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)"
)
_AGAINST = re.compile(
    r"(?:\b(?:with|from|against|between|support(?:s|ed|ing)?|back(?:s|ed|ing)?|protect\w*|assist\w*)|(?<!provides)(?<!provide)(?<!provided)"
    r"(?<!calls)(?<!called)\sfor)\s+(?:the\s+|a\s+|any\s+)?(?:(?!deploy|station|send)\w+\s+)?$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A pledge as one clause gives it; offsets are of the prose."""

    start: int
    end: int
    obligor: tuple[str, ...]
    types: tuple[str, ...]
    status: str
    role: str
    size: str | None
    trigger: str | None
    limits: str | None
    rule: str


def read_sentence(text: str, offset: int, scene: Scene) -> tuple[list[Found], str | None]:
    """Read the pledges of a sentence.

    Args:
        text: the sentence.
        offset: where it starts in the prose.
        scene: who was named before; it is brought up to date.

    Returns:
        The pledges, and a limit that speaks of the force without a pledge of its own.
    """
    chains = chains_in(text, scene)
    found: list[Found] = []
    loose: str | None = None
    bare_trigger: str | None = None
    last: Subject | None = None
    strength: Strength | None = None
    for clause in clauses_of(text):
        for segment in segments_of(text, clause, chains, scene, last):
            own = segment.strength
            if own is None and segment.carried and clause.opened_by == "mild" and strength:
                own = replace(strength, start=0, end=0)
            one = _pledge(text, segment, own, scene)
            if one:
                found.append(replace(one, start=one.start + offset, end=one.end + offset))
            elif not _hostile(segment.subject, scene):
                trigger = trigger_in(segment.text) or trigger_in(segment.prefix)
                limit = limit_in(segment.text)
                if trigger and not _RELATIVE.match(clause.text):
                    bare_trigger = bare_trigger or trigger.text
                if limit and found and (segment.subject is None or segment.carried):
                    found[-1] = replace(found[-1], limits=found[-1].limits or limit.text)
                elif limit and _is_loose(segment):
                    loose = limit.text
            found += _led(segment, offset, scene)
            last, strength = segment.subject or last, own
    for chain in chains:
        if not chain.is_object or chain.kind == "group":
            scene.remember(chain)
    return [_with_trigger(one, bare_trigger) for one in found], loose


def _is_loose(segment: Segment) -> bool:
    return segment.subject is None or segment.subject.kind in {"force", "plan", "pronoun", "group"}


def _with_trigger(one: Found, trigger: str | None) -> Found:
    if trigger is None or one.trigger or one.status == "ruled_out":
        return one
    return replace(
        one, trigger=trigger, status="conditional" if one.status == "pledged" else one.status
    )


def _hostile(subject: Subject | None, scene: Scene) -> bool:
    return bool(subject and set(subject.names) & scene.actors.adversaries)


def _pledge(text: str, segment: Segment, strength: Strength | None, scene: Scene) -> Found | None:
    subject = segment.subject
    if strength is None or subject is None or _HYPOTHESIS.search(segment.text) or segment.asks:
        return None
    if segment.first and _IF_FIRST.match(segment.prefix + segment.name + segment.text):
        return None
    if _hostile(subject, scene):
        return _performed(text, segment, strength)
    obligor = tuple(name for name in subject.names if name != scene.actors.beneficiary)
    if not obligor:
        return None
    trigger, limit = _trigger_of(text, segment), limit_in(segment.text)
    if limit and strength.end and limit.start <= strength.start < limit.end:
        return None
    terms = [term for term in (trigger, limit) if term]
    words = [
        w
        for w in type_words(segment.text, scene.actors)
        if _counts(w, obligor, segment.text, terms, scene.actors.adversaries)
    ]
    types = tuple(dict.fromkeys(word.type for word in words)) or _wide_types(segment, strength)
    if not types:
        obligor, types = _owned_forces(segment, scene) or (obligor, types)
    if not types and subject.kind == "force" and _DEPLOYED.search(segment.text):
        types = ("troops_land",)
    if not types and subject.kind != "group" and _DEPLOYMENT.search(segment.text):
        types = ("troops_land",)
    if not types:
        return None
    status = strength.status
    if status == "pledged" and (trigger or subject.kind == "plan"):
        status = "conditional"
    return Found(
        start=segment.start,
        end=segment.end,
        obligor=obligor,
        types=types,
        status=status,
        role="lead" if LEADS in obligor else role_in(segment.text),
        size=size_in(f"{segment.name} {segment.text}"),
        trigger=trigger.text if trigger and status != "ruled_out" else None,
        limits=limit.text if limit else None,
        rule=f"{status}/{subject.kind}",
    )


def _trigger_of(text: str, segment: Segment) -> Term | None:
    """Find a condition that starts in the segment; an aside may have torn off its end."""
    found = trigger_in(segment.text) or trigger_in(text[segment.words_at :])
    if found and found.start < len(segment.text):
        return found
    ahead = trigger_in(segment.prefix)
    return replace(ahead, start=-1, end=-1) if ahead else None


def _led(segment: Segment, offset: int, scene: Scene) -> list[Found]:
    """Read the lead out of "an Arland-led mechanism": spoken of, and no promise of who leads."""
    found = []
    match = next(
        (m for p in (_LED, _LED_AFTER, _LEADERSHIP) if (m := p.search(segment.text))), None
    )
    noun = match["noun"] if match else ""
    name = (
        scene.actors.adjectives.get(noun)
        or scene.actors.by_noun.get(noun)
        or scene.actors.by_noun.get(noun.rstrip("."))
    )
    if match and name and not _hostile(segment.subject, scene):
        kind = (
            "monitoring"
            if match["what"] not in {"mission", "force", "multinational"}
            else "troops_land"
        )
        start = segment.end - len(segment.text.rstrip()) + match.start() + offset
        end = segment.end + offset
        found.append(
            Found(
                start,
                end,
                (name,),
                (kind,),
                "considered",
                "lead",
                None,
                None,
                None,
                "considered/led",
            )
        )
    return found


def _performed(text: str, segment: Segment, strength: Strength) -> Found | None:
    """Let the other side pledge one thing only: to keep what would be agreed."""
    if strength.status in {"ruled_out", "undecided"} or segment.subject is None:
        return None
    if not (_PERFORM.search(segment.text) and POLITICAL.search(text)):
        return None
    status = "considered" if strength.status == "considered" else "conditional"
    trigger = trigger_in(segment.text)
    return Found(
        start=segment.start,
        end=segment.end,
        obligor=segment.subject.names,
        types=("political",),
        status=status,
        role="contribute",
        size=None,
        trigger=trigger.text if trigger else None,
        limits=None,
        rule=f"{status}/other_side",
    )


def _owned_forces(segment: Segment, scene: Scene) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Let "a paper on Arish and Borish troops" speak for the states whose troops they are."""
    hostile = scene.actors.adversaries | {scene.actors.beneficiary}
    for word in type_words(segment.text, scene.actors):
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
    if strength.status == "considered" and subject.kind != "group" and _ROLE.search(segment.text):
        return ("political",)
    if (
        strength.status == "undecided"
        and subject.kind != "group"
        and ROLE_OPEN.search(segment.text)
    ):
        return ("political",)
    return ()
