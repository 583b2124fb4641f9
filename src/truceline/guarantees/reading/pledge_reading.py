"""Read one sentence: for each clause its subject, its strength, its domains and its terms."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from truceline.guarantees.reading.pledge_actors import FORCE, LEADS
from truceline.guarantees.reading.pledge_clauses import Clause, clauses_of
from truceline.guarantees.reading.pledge_cues import Strength, strength_of
from truceline.guarantees.reading.pledge_subjects import Chain, Scene, chains_in, resolved
from truceline.guarantees.reading.pledge_terms import LED_BY, limit_in, role_in, size_in, trigger_in
from truceline.guarantees.reading.pledge_types import POLITICAL, ROLE_OPEN, TypeWord, type_words

_PERFORM = re.compile(
    r"\b(?:implement|honou?r|respect|abide\s+by|comply\s+with|fulfil\w*|act\w*\s+as\s+(?:an?\s+)?[“\"]?guarantor|guarantee)\b", re.I
)
_HYPOTHESIS = re.compile(
    r"\b(?:sending|committing|deploying|stationing|any\s+(?:deployment|decision)|deployment\s+of|presence\s+of|the\s+question)\b"
    r"[\w\s’'-]{0,40}\b(?:could|would|may|might|will)\b", re.I
)
_IF_FIRST = re.compile(r"\s*[“\"]?(?:If|Should|Had|Whether|Can|Could|Will|Would|Does|Do|Is|Are)\b")
_REPORTED = re.compile(
    r"\b(?:said|says|saying|announced|declared|told|stressed|added|insisted|claimed|confirmed|noted|stated|argued|reported|"
    r"reiterated|warned|believes?|thinks?|suggested|acknowledged|explained|indicated|revealed|described|called|hailed|"
    r"welcomed|praised|dismissed|rejected|accused|blamed|cited?|citing)\b(?:\s+(?:on\s+\w+|that))*", re.I
)
_BY = re.compile(r"\b(?:provided|led|sent|supplied|deployed|contributed|offered|financed|funded|trained|made|hosted|monitored|overseen|"
                 r"spearheaded|commanded|given|staffed|drawn)\s+(?:up\s+)?(?:by|from)\s+(?:the\s+)?$", re.I)


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
    subject: str
    """Kind of the subject."""


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
    loose_limit: str | None = None
    subject: tuple[tuple[str, ...], str] | None = None
    strength: Strength | None = None
    bare_trigger: str | None = None
    for clause in clauses_of(text):
        own = strength_of(clause.text)
        limit = limit_in(clause.text)
        if own is None and clause.opened_by == "mild":
            own = replace(strength, start=0, end=0) if strength else None
        picked = _subject_of(text, clause, own, chains, scene)
        if picked is None and clause.opened_by != "strong":
            picked = subject
        subject = picked if picked else (subject if clause.opened_by != "strong" else None)
        strength = own
        one = _pledge(text, clause, own, picked, scene)
        if one:
            found.append(_placed_found(one, offset))
        else:
            trigger = trigger_in(clause.text)
            bare_trigger = bare_trigger or (trigger.text if trigger and not _hostile(picked, scene) else None)
            if limit and (picked is None or picked[1] in {"force", "plan", "pronoun", "group"}):
                loose_limit = limit.text
    for chain in chains:
        if not chain.is_object or chain.kind == "group":
            scene.remember(chain)
    return [_with_trigger(one, bare_trigger) for one in found], loose_limit


def _placed_found(one: Found, offset: int) -> Found:
    return replace(one, start=one.start + offset, end=one.end + offset)


def _with_trigger(one: Found, trigger: str | None) -> Found:
    if trigger is None or one.trigger or one.status == "ruled_out":
        return one
    return replace(one, trigger=trigger, status="conditional" if one.status == "pledged" else one.status)


def _hostile(picked: tuple[tuple[str, ...], str] | None, scene: Scene) -> bool:
    return bool(picked and set(picked[0]) & scene.actors.adversaries)


def _subject_of(
    text: str, clause: Clause, strength: Strength | None, chains: list[Chain], scene: Scene
) -> tuple[tuple[str, ...], str] | None:
    """Pick who acts: the nearest actor before the cue that is no object."""
    at = clause.start + (strength.start if strength and strength.end else len(clause.text))
    inside = [c for c in chains if c.start >= clause.start and c.end <= clause.end]
    before = [c for c in inside if c.start < at and not c.is_object]
    acting = [c for c in before if c.kind != "owner" and (c.kind != "force" or _free(chains, c, scene))]
    for chain in reversed(acting):
        names = resolved(chain, text, chains, scene)
        if not names:
            continue
        if chain.asked:
            return None
        reported = _REPORTED.search(text, chain.end, at)
        if reported and chain.kind in {"state", "pronoun"}:
            inner = _inner_owner([c for c in before if c.start >= reported.end()])
            if inner:
                return inner
        return names, chain.kind
    by = [c for c in inside if _BY.search(text, 0, c.start) and c.start > at]
    if by:
        return by[0].names, by[0].kind
    owners = _inner_owner([c for c in inside if c.kind == "owner" and (c in before or not c.is_object)])
    if owners:
        return owners
    if scene.speaker and strength and clause.start == 0 and _quoted_whole(text):
        return scene.speaker, "pronoun"
    return None


def _inner_owner(chains: list[Chain]) -> tuple[tuple[str, ...], str] | None:
    owners = [chain for chain in chains if chain.kind == "owner"]
    return (owners[-1].names, "owner") if owners else None


def _free(chains: list[Chain], force: Chain, scene: Scene) -> bool:
    """Tell whether a force may act here: not in the mouth of those who reject it."""
    hostile = scene.actors.adversaries
    if set(scene.speaker) & hostile:
        return False
    return not any(set(c.names) & hostile and not c.is_object for c in chains if c.end <= force.start)


def _quoted_whole(text: str) -> bool:
    return text.lstrip()[:1] in {"“", '"', "«"}


def _pledge(
    text: str,
    clause: Clause,
    strength: Strength | None,
    picked: tuple[tuple[str, ...], str] | None,
    scene: Scene,
) -> Found | None:
    if strength is None or picked is None or _HYPOTHESIS.search(clause.text):
        return None
    names, kind = picked
    if _IF_FIRST.match(clause.text) and clause.start == 0:
        return None
    if set(names) & scene.actors.adversaries:
        return _performed(clause, strength, names, scene)
    obligor = tuple(name for name in names if name != scene.actors.beneficiary)
    if not obligor:
        return None
    trigger = trigger_in(clause.text)
    limit = limit_in(clause.text)
    words = [w for w in type_words(clause.text, scene.actors) if _counts(w, obligor, clause, trigger, limit, scene)]
    words = _own_words(words, text, clause, scene)
    types = tuple(dict.fromkeys(word.type for word in words))
    if not types:
        types = _wide_types(clause, strength)
    if not types or (limit and not words and strength.status != "pledged" and kind in {"force", "plan"}):
        return None
    status = strength.status
    if trigger and status == "pledged":
        status = "conditional"
    if kind == "plan" and status in {"pledged", "conditional"}:
        status = "conditional"
    return Found(
        start=clause.start + _lead_in(clause.text),
        end=clause.start + len(clause.text.rstrip()),
        obligor=obligor,
        types=types,
        status=status,
        role=role_in(clause.text) if LEADS not in obligor else "lead",
        size=size_in(clause.text),
        trigger=trigger.text if trigger and status != "ruled_out" else None,
        limits=limit.text if limit else None,
        rule=f"{status}/{kind}",
        subject=kind,
    )


def _performed(clause: Clause, strength: Strength, names: tuple[str, ...], scene: Scene) -> Found | None:
    """Let the other side pledge one thing only: to keep what would be agreed."""
    if strength.status in {"ruled_out", "undecided"}:
        return None
    if not (_PERFORM.search(clause.text) and POLITICAL.search(clause.text)):
        return None
    status = "considered" if strength.status == "considered" else "conditional"
    start, end = clause.start + _lead_in(clause.text), clause.start + len(clause.text.rstrip())
    trigger = trigger_in(clause.text)
    return Found(
        start, end, names, ("political",), status, "contribute", None, trigger.text if trigger else None, None,
        f"{status}/other side", "state",
    )


def _counts(word: TypeWord, obligor: tuple[str, ...], clause: Clause, trigger, limit, scene: Scene) -> bool:  # type: ignore[no-untyped-def]
    if word.owner is not None and word.owner not in obligor:
        return False
    for term in (trigger, limit):
        if term and term.start <= word.start < term.end:
            return False
    before = clause.text[max(word.start - 60, 0) : word.start]
    return not re.search(r"\b(?:with|from|against|of\s+its\s+own|between)\s+(?:the\s+)?(?:\w+\s+)?$", before) or word.type in {
        "naval", "air", "monitoring", "training", "intelligence"}


def _own_words(words: list[TypeWord], text: str, clause: Clause, scene: Scene) -> list[TypeWord]:
    """Leave out the words of a subject ("the reassurance force would ...") that name the force itself."""
    force = [c for c in chains_in(text, scene) if c.kind in {"force"} and clause.start <= c.start]
    rest = [w for w in words if not any(c.start <= w.start + clause.start < c.end and w.start < 40 for c in force[:1])]
    return rest or words


def _wide_types(clause: Clause, strength: Strength) -> tuple[str, ...]:
    if POLITICAL.search(clause.text):
        return ("political",)
    if strength.status == "undecided" and ROLE_OPEN.search(clause.text):
        return ("political",)
    return ()


def _lead_in(clause: str) -> int:
    match = re.match(r"[\s,;—–]*(?:(?:but|and|while|whereas|however|although|though)\b[\s,]*)?", clause)
    return match.end() if match else 0
