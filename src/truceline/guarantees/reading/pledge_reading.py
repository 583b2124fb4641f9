"""Read one sentence: for each clause its subject, its strength, its domains and its terms."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from truceline.guarantees.reading.pledge_actors import FORCE, LEADS
from truceline.guarantees.reading.pledge_asides import Aside, asides_in
from truceline.guarantees.reading.pledge_clauses import Clause, clauses_of
from truceline.guarantees.reading.pledge_cues import Strength
from truceline.guarantees.reading.pledge_domains import domains_of, refused
from truceline.guarantees.reading.pledge_nouns import Noun, nouns_in
from truceline.guarantees.reading.pledge_segments import Segment, Subject, segments_of
from truceline.guarantees.reading.pledge_subjects import COMMITS, Scene, chains_in
from truceline.guarantees.reading.pledge_terms import (
    Term,
    limit_in,
    proviso_in,
    role_in,
    scope_in,
    size_in,
    trigger_in,
)
from truceline.guarantees.reading.pledge_types import POLITICAL, type_words

_PERFORM = re.compile(
    r"\b(?:implement|honou?r|respect|abide\s+by|comply\W+(?:\w+\W+)?with|fulfil\w*|act\w*\s+as\s+(?:an?\s+)?[“\"]?guarantor|(?:will|would|ready\s+to|prepared\s+to|willing\s+to)\s+guarantee)\b",
    re.IGNORECASE,
)
_HYPOTHESIS = re.compile(
    r"\b(?:sending|committing|deploying|stationing|any\s+(?:deployment|decision)|deployment\s+of|presence\s+of|the\s+question)\b"
    r"[\w\s’'-]{0,40}\b(?:could|would|may|might|will)\b",
    re.IGNORECASE,
)
_IF_FIRST = re.compile(r"\s*[“\"]?(?:If|Should|Had|Whether|Can|Could|Will|Would|Does|Do|Is|Are)\b")
_FORCES = frozenset({"troops_land", "naval", "air"})
_ASKED = re.compile(
    r"\b(?:asked|wondered|asks)\s+(?:(?:on\s+)?\w+day\s+)?(?:whether|if)\b|\bwhen\s+asked\b|\basked\s+about\b|^\W*(?:\w+ly\s+)?thank(?:ed|s|ing)\b"
)
"""What somebody wonders or thanks others for is no word of their own."""
_BUT = re.compile(r"[,\s]*(?:but|yet|however|instead)\b")
_ASIDE = re.compile(
    r"\s[-–—]\s(?P<dash>[^-–—.;]{3,90}?)\s[-–—]\s"
    r"|,\s+(?P<said>(?:he|she|they|it|officials(?:\s+\w+){0,3}|(?:[A-Z][\w’'.-]+\s){1,3})\s*(?:said|says|noted|claimed|boasted|added|recalled|"
    r"insisted|stressed|argued|admitted|explained|conceded|went\s+on)(?:\s+(?:on\s+|last\s+)?\w+){0,2}),"
    r"|,\s+(?P<asked>asked\b[^,.;]{0,60}),(?=\s+(?:said|says|told|replied|answered)\b)"
    r"|,\s+(?:he|she)\s+told\s+\w+(?:\s+\w+)?(?=,)"
    r"|,[”\"’]?\s+(?:assured|said|added|announced|noted|confirmed|promised)\s+(?:[A-Z][\w’'.-]+\s?){1,3}(?=,)"
)
"""What is put in between: a remark between dashes, or who says so between commas."""
_PRIORITY = re.compile(
    r"\bpriority\s+(?:is|was|must\s+be|should\s+be)\s+(?:first\s+)?(?:to\s+)?(?:secur|reach|achiev|agree|get)"
)
_OPENS = re.compile(
    r"(?:^\W*|[:;]\s+|\bthat\s+[“\"]?)((?:[Ii]f|[Ss]hould|[Pp]rovided|[Uu]nless)\s+[^,;]{5,90}),\s"
)
_WHEN_FIRST = re.compile(
    r"^\W*(?:Following|After|Once|When|Upon|In\s+the\s+(?:event|case)\s+of)\s+[^,;]{5,90},\s"
)
_AND = re.compile(r"\band\s+(?:would\s+|will\s+)?$|,\s+$|\band\s*$")
_BUT_OR_NEW = re.compile(r"\b(?:but|while|whereas|although|though|yet|he|she|it|they)\b|[;:—]")
_COMES_DUE = re.compile(
    r"[,\s]*which\s+(?:will|would|is\s+to|are\s+to)\s+(?:be\s+(?:activated|deployed|applied|sent)|take\s+effect|enter\s+into|come\s+into|start|begin|apply)\b"
)
"""What becomes of a thing just promised, and when."""
_RELATIVE = re.compile(r"[,\s]*(?:which|who|where)\b")
_REPORTED = re.compile(
    r"\b(?:said|says|say|told|tells?|announc\w+|agreed|pledged|promised|undertook|vowed|signed|declared|reiterated|repeated|stressed|"
    r"confirmed|clarified|insisted|added|stated|noted|emphasi[sz]ed|explained|determined|decided|according\s+to|under\s+which)\b"
)
_VOTE_ONLY = re.compile(
    r"\b(?:promis|pledg|guarant|assur|giv)\w*\s+(?:the\s+)?(?:\w+\s+){0,2}?(?:MPs|Commons|House|parliament\w*|lawmakers|legislators|Bundestag)\s+"
    r"an?\s+(?:\w+\s+)?(?:vote|say)\b|\bvote\s+(?:against|down)\b"
)
_UNNAMED = re.compile(
    r"\b(?:not|to)\s+(?:name|identify|list)\s+(?:the|them|those|any)\b|\b(?:the|which)\s+(?:\d+\s+)?(?:countries|states)\s+or\s+say\b|"
    r"\bhow\s+many\s+\w+\s+each\b"
)
_ONLY_THOUGHT = re.compile(r"\b(?:proposed|possible|potential|eventual|would-be)\b", re.IGNORECASE)
"""A force that is only proposed promises nothing, whatever it would do."""
_STRUCK = re.compile(
    r"\b(?:was|is|were|are)\s+(?:no\s+longer\s+(?:to\s+be\s+found|in\b|there|part\s+of)|missing\s+from|left\s+out|struck\s+(?:from|out)|"
    r"dropped\s+from|absent\s+from)\b"
)
"""What a text no longer holds is promised by nobody."""
_OUTSIDE = re.compile(
    r"\b(?:(?<!Former US )[Ff]ormer\s+(?:\w+\s+){0,2}(?:minister|general|official|diplomat|adviser|commander)|opposition|critics?|analysts?|experts?|observers|historians?)\b"
)
"""Who says so from outside a government reports no promise of it."""
_HARDLY = re.compile(
    r"\s+(?:cost|need|require|mean|take\s+(?!part\b|charge|the\s+lead|over\b|on\b|command|responsib)\w+|depend|be\s+(?!(?:an?|the|one\s+of\s+the)\s+(?:[\w-]+\s+){0,2}?(?:backstop|backbone|guarantors?|nation|leader|host|hub|core|contributors?|pillar)\b)(?:too|enough|not|very|more|less|so|welcome|useful|needed|necessary|better|good|bad|risky|dangerous|costly|a|an|the|up|wrong|right|hard)\b)"
)
"""What follows a "would" that tells of a consequence and of no act."""
_PURPOSE = re.compile(r"(?:for|with|under|post)\b|post-", re.IGNORECASE)


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
    whole, text = text, _ASIDE.sub(lambda match: " " * len(match[0]), text)
    chains = chains_in(text, scene)
    reported = bool(_REPORTED.search(whole)) and not _OUTSIDE.search(whole)
    named = chains if text == whole else chains_in(whole, scene)
    found: list[Found] = []
    loose: str | None = None
    bare_trigger = _opening(text)
    last: Subject | None = None
    strength: Strength | None = None
    for clause in clauses_of(text):
        for segment in segments_of(text, clause, chains, scene, last):
            own = segment.strength or _going_on(clause, segment, strength)
            one = _pledge(text, segment, own, scene, reported)
            if one:
                found.append(replace(one, start=one.start + offset, end=one.end + offset))
            elif not _hostile(segment.subject, scene):
                bare_trigger = bare_trigger or _bare_trigger(clause, segment)
                loose = _limit_without_pledge(segment, found) or loose
            last, strength = segment.subject or last, own
    found += [_of_aside(one, offset) for one in asides_in(whole, named, scene)]
    found += [_of_noun(one, offset) for one in nouns_in(whole, named, scene)]
    scene.send(_senders(found, scene))
    spoken = (w.type for w in type_words(text, scene.actors) if w.type in _FORCES)
    scene.spoken_of = tuple(dict.fromkeys(spoken))[:1] or scene.spoken_of
    for chain in chains:
        scene.remember(chain)
    found = _spread([_with_trigger(one, bare_trigger) for one in found], text, offset)
    for match in _ASIDE.finditer(whole):
        if match["dash"]:
            found += read_sentence(match["dash"], offset + match.start("dash"), scene)[0]
    return found, loose


def _of_aside(one: Aside, offset: int) -> Found:
    return Found(one.start + offset, one.end + offset, one.obligor, one.types, one.status, one.role,
                 None, one.trigger, None, one.rule)  # fmt: skip


def _of_noun(one: Noun, offset: int) -> Found:
    return Found(one.start + offset, one.end + offset, one.obligor, one.types, one.status, "contribute",
                 None, one.trigger, None, one.rule)  # fmt: skip


def _senders(found: list[Found], scene: Scene) -> tuple[str, ...]:
    """Give the states whose force was just promised, for "the force" of the sentences that follow."""
    for one in reversed(found):
        firm = one.status in {"pledged", "conditional"} and _FORCES & set(one.types)
        if firm:
            return one.obligor if set(one.obligor) <= set(scene.actors.states) else (FORCE,)
    return ()


def _going_on(clause: Clause, segment: Segment, strength: Strength | None) -> Strength | None:
    """Let "and equip" stand as strong as the "promised to train" before it."""
    goes_on = (
        segment.carried and clause.opened_by == "mild" and strength and not _BUT.match(clause.text)
    )
    return replace(strength, start=0, end=0) if goes_on and strength else None


def _spread(found: list[Found], text: str, offset: int) -> list[Found]:
    """Let the condition behind the last of several things joined by "and" hold for those before it."""
    spread = list(found)
    for at in range(len(spread) - 2, -1, -1):
        one, after = spread[at], spread[at + 1]
        between = text[max(one.start - offset, 0) : max(after.start - offset, 0)]
        joined = _AND.search(between) and not _BUT_OR_NEW.search(between)
        if joined and one.obligor == after.obligor and one.trigger is None and after.trigger:
            spread[at] = _with_trigger(one, after.trigger)
    return spread


def _opening(text: str) -> str | None:
    """Give the condition that opens a sentence ("Should the truce break, ...")."""
    match = _OPENS.search(text)
    if match:
        return trigger.text if (trigger := trigger_in(match[0])) else match[1]
    when = _WHEN_FIRST.match(text)
    due = trigger_in(when[0]) if when else None
    return due.text if due else None


def _bare_trigger(clause: Clause, segment: Segment) -> str | None:
    """Find a condition that stands without a pledge of its own, as at the head of a sentence."""
    trigger = trigger_in(segment.text) or trigger_in(segment.prefix)
    if _PRIORITY.search(segment.text):
        return None
    apart = _RELATIVE.match(clause.text) and not _COMES_DUE.match(clause.text)
    return trigger.text if trigger and not apart else None


def _limit_without_pledge(segment: Segment, found: list[Found]) -> str | None:
    """Give a limit to the pledge just read, or back where it speaks of a force named before."""
    limit = limit_in(segment.text)
    if limit and found and (segment.subject is None or segment.carried):
        found[-1] = replace(found[-1], limits=found[-1].limits or limit.text)
        return None
    return limit.text if limit and _is_loose(segment) else None


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


def _pledge(
    text: str, segment: Segment, strength: Strength | None, scene: Scene, reported: bool
) -> Found | None:
    subject = segment.subject
    if strength is None or subject is None or not _is_word_of_its_own(segment):
        return None
    if _VOTE_ONLY.search(segment.text):
        return None  # A vote is promised, which ``pledge_asides`` reads, and no troops.
    if _hostile(subject, scene):
        return _performed(text, segment, strength)
    trigger, limit = _trigger_of(text, segment), limit_in(segment.text)
    if limit and strength.end and strength.start < limit.end and limit.start < strength.end:
        return None
    terms = [term for term in (trigger, limit) if term]
    obligor, types = domains_of(
        text, segment, subject, strength, terms, scene.actors, scene.spoken_of
    )
    if not types:
        return None
    # Nobody promises the troops of others: what one says about them is thought about at most.
    of_body = set(subject.names) <= scene.actors.bodies
    of_others = (
        not of_body
        and not set(obligor) & set(subject.names)
        and strength.status
        in {
            "pledged",
            "conditional",
        }
    )
    status = "considered" if of_others else _status(text, segment, strength, trigger, reported)
    status = _capped(text, segment, status, types, scene)
    if status == "pledged" and obligor == (FORCE,) and scene.actors.beneficiary in scene.speaker:
        status = "considered"  # What the protected state foresees of others binds nobody.
    return _found(segment, obligor, types, status, trigger, limit)


def _capped(text: str, segment: Segment, status: str, types: tuple[str, ...], scene: Scene) -> str:
    """Weaken a status by what the words of the strength alone do not tell."""
    if status not in {"ruled_out", "undecided"} and refused(segment, types, scene.actors):
        return "ruled_out"
    if status not in {"pledged", "conditional"}:
        return status
    if segment.name.lower().startswith("neither"):
        return "ruled_out"
    if _STRUCK.search(text):
        return "undecided"
    return "considered" if _ONLY_THOUGHT.search(segment.name) else status


def _status(
    text: str, segment: Segment, strength: Strength, trigger: Term | None, reported: bool
) -> str:
    """Weigh what only the sentence can tell: reported speech, and a will bound to an event.

    "It said it would send" reports "we will send"; without anybody who says so, and within quotation
    marks, "would" stays conditional. A declared will with a condition, and an offer, bind on a condition.
    """
    if strength.kind == "offer" or (strength.kind == "will" and _starts(trigger)):
        return "conditional"
    at = segment.words_at + strength.start
    quoted = text.count("“", 0, at) > text.count("”", 0, at) or text.count('"', 0, at) % 2
    if strength.kind == "would" and not quoted and reported:
        return "considered" if _HARDLY.match(segment.text, strength.end) else "pledged"
    return strength.status


def _starts(trigger: Term | None) -> bool:
    """Tell a condition from which something is owed from what it is only for ("for any peace deal")."""
    return trigger is not None and not _PURPOSE.match(trigger.text)


def _found(
    segment: Segment,
    obligor: tuple[str, ...],
    types: tuple[str, ...],
    status: str,
    trigger: Term | None,
    limit: Term | None,
) -> Found:
    kind = segment.subject.kind if segment.subject else ""
    if status == "pledged" and _starts(trigger):
        status = "conditional"
    if status in {"pledged", "conditional"} and kind == "plan" and not COMMITS.search(segment.name):
        status = "considered"
    return Found(
        start=segment.start,
        end=segment.end,
        obligor=obligor,
        types=types,
        status=status,
        role="lead" if LEADS in obligor else role_in(segment.text),
        size=size_in(f"{segment.name} {segment.text}"),
        trigger=trigger.text if trigger and status != "ruled_out" else None,
        limits=limit.text if limit else scope_in(f"{segment.name} {segment.text}"),
        rule=f"{status}/{kind}",
    )


def _is_word_of_its_own(segment: Segment) -> bool:
    """Leave out wishes towards others, hypotheses, and sentences that open with "if"."""
    if _UNNAMED.search(segment.text):
        return False  # Who does not name the others leaves nothing of his own open.
    if segment.asks or any(p.search(segment.text) for p in (_HYPOTHESIS, _ASKED, _PRIORITY)):
        return False
    whole = segment.prefix + segment.name + segment.text
    return not (segment.first and _IF_FIRST.match(whole))


def _trigger_of(text: str, segment: Segment) -> Term | None:
    """Find a condition that starts in the segment; an aside may have torn off its end."""
    found = trigger_in(segment.text) or trigger_in(text[segment.words_at :])
    if found and found.start < len(segment.text):
        return found
    ahead = trigger_in(segment.prefix) or proviso_in(segment.text)
    return replace(ahead, start=-1, end=-1) if ahead else None


def _performed(text: str, segment: Segment, strength: Strength) -> Found | None:
    """Let the other side pledge one thing only: to keep what would be agreed."""
    asked = strength.cue.lower() in {"should", "ought", "must"}
    if asked or strength.status in {"ruled_out", "undecided"} or segment.subject is None:
        return None
    if not (_PERFORM.search(segment.text) and POLITICAL.search(text)):
        return None
    status = "considered" if strength.status == "considered" else "conditional"
    trigger = trigger_in(segment.text) or proviso_in(text)
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
