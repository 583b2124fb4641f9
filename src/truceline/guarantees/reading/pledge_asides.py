"""Read what stands beside the verbs of a sentence: refusals inside a phrase, proposals, leads, thanks.

Each is a pattern of its own: "rather than Arish troops", "a Western proposal to send ...", "a mission led
by Arland", "thanked Arland for its readiness to ...", "Whether Arland would send jets nobody knows".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from truceline.guarantees.reading.pledge_actors import ALLIES, FORCE, OTHERS
from truceline.guarantees.reading.pledge_cues import strength_of
from truceline.guarantees.reading.pledge_subjects import Chain, Scene, resolved
from truceline.guarantees.reading.pledge_terms import trigger_in
from truceline.guarantees.reading.pledge_types import SUPPORT_OF_SOME_KIND, type_words

_TROOPS = (
    r"(?:(?:ground|combat|land)\s+)?(?:troops?|soldiers?|boots|forces)\b(?:\s+on\s+the\s+ground)?"
)
_REFUSED = re.compile(
    rf"\b(?:rather\s+than|instead\s+of|but\s+no|and\s+no|[Nn]o)\s+(?P<owner>[A-Z][\w.]*)\s+(?:{_TROOPS}|(?P<air>pilots?|jets?|aircraft|planes?)\b|(?P<sea>ships?|vessels?|frigates?)\b)"
)
_PROPOSED = re.compile(
    r"\b(?P<who>Western|European|Allied|allied)(?:[- ]led)?\s+(?:[\w-]+\s+)?(?:proposals?|plans?|efforts?|initiatives?|push|bid|model|"
    r"architecture)(?=\s+(?:to|for|that)\s+(?P<what>[^.;,]*))"
)
_PLANS_BY = re.compile(r"\b(?:plans?|proposals?|intentions?)\s+(?:by|of|from)\s+(?:the\s+)?$")
_TO = re.compile(r"\s+to\s+(?P<what>[^.;,]*)")
_MODEL = re.compile(
    r"\b(?P<who>European|Western)-led\s+(?P<what>security\s+(?:model|architecture|framework|arrangement|guarantees?))"
)
_SANCTIONS = re.compile(
    r"\b(?:warn\w*|threaten\w*)\s+(?:[A-Z]\w+\s+)?(?:of|with)\s+[^.;]{0,40}?\bsanctions\b[^.;]{0,40}?\b(?P<if>(?:if|unless|should)\s+[^.;,”\"]+)"
)
_THANKED = re.compile(r"\bthank(?:ed|s|ing)\s+(?:the\s+)?$")
_FOR = re.compile(
    r"(?:[’']s)?\s+for\s+(?P<what>[^.;]*?\b(?:readiness|willingness|pledges?|commitments?|promises?|offers?|support|decisions?)\b[^.;]*)"
)
_DECIDED = re.compile(r"\b(?:pledges?|commitments?|promises?|decisions?)\s+to\b")
_UNANSWERED = re.compile(
    r"\b(?:[Aa]sked|[Pp]ressed)(?:\s+(?:on\s+)?\w+day)?\s+(?:whether|if)\s+(?P<what>[^.;]{5,120}?),\s+(?:\w+\s+){1,4}?"
    r"(?:did\s+not\s+(?:answer|reply|respond|say)|declined\s+to|(?:would\s+not|wouldn[’']t)\s+(?:say|go\s+there|be\s+drawn|answer)|gave\s+no|refused\s+to\s+say|"
    r"had\s+no\s+answer|demurred|dodged)"
)
_WHETHER = re.compile(
    r"^\W*Whether\s+(?P<what>[^.;]{5,140}?),?\s+(?:nobody\s+knows|(?:is|was|remain(?:s|ed)|stays?)\s+(?:un\w+|open|not\s+\w+|to\s+be\s+seen|"
    r"in\s+doubt|anyone[’']s\s+guess))"
)
_ABSENT = re.compile(
    r"\b(?:text|declaration|statement|document|communiqu[eé]|version|paper)\s+(?:does|did)\s+not\s+(?:mention|contain|include|name|repeat)\s+"
    r"(?P<what>[^.;]*)"
    r"|\b(?:sentence|clause|passage|line|paragraph|wording|promise|commitment|reference)\s+(?:[\w\s]{0,20}?)(?:committing|binding|obliging|under\s+which|of|on|to)\s+"
    r"(?P<gone>[^;]{3,150}?)(?:(?:was|were|is|has\s+been|had\s+been)\s+(?:missing|absent|dropped|removed|deleted|cut|left\s+out|gone|struck)|"
    r"(?:has|had)\s+(?:disappeared|gone|vanished)|did\s+not\s+survive)"
)
_OF_OTHERS = re.compile(r"\b(?:European|Western|allied)\s+$")
_VOTE = re.compile(
    r"\b(?:promis|pledg|bound|undert|guarant|assur)\w*\s+[^.;]{0,30}?\b(?:MPs|Commons|House|parliament\w*|lawmakers|Bundestag)[^.;]{0,20}?\b(?:say|vote)\b"
    r"|\b(?:promis|pledg|bound|undert|guarant|assur)\w*\s+[^.;]{0,20}?\b(?:vote|say)\b[^.;]{0,30}?\b(?:MPs|Commons|House|parliament\w*|lawmakers|Bundestag)"
    r"|\bput\s+(?:that|it|the\s+matter)[^.;]{0,12}?\s+to\s+the\s+(?:House|Commons|parliament)[^.;]{0,30}?\bvote"
    r"|\bthere\s+(?:would|will)\s+be\s+a\s+vote\b[^.;]{0,40}?\bbefore\s+any\s+(?:deployment|soldier|troops)"
)
"""Who promises the own parliament a vote on a force stands by the force, on that condition."""
_FALLS_TO = re.compile(
    r"\b(?:will\s+fall|falls|fell|goes|will\s+go|passes|rests|will\s+rest|lies|will\s+lie)\s+(?:to|with|on)\s+(?:the\s+)?$"
)
_OPEN_TASK = re.compile(
    r"\b(?:question|decision|refus|oppos|debate|choice|blame|burden|whether)", re.IGNORECASE
)
_DECISION = re.compile(
    r"\b(?:decision|vote|answer|announcement)\s+(?:by|of|from|in)\s+(?:the\s+)?$"
)
_DUE = re.compile(
    r"[^.;]{0,60}?\b(?:is|was)\s+(?:expected|due|awaited|pending|still\s+\w+|not\s+expected)\b"
)
_BACKED = re.compile(
    r"\b(?:with|backed\s+by|support(?:ed)?\s+(?:by|from))\s+(?:the\s+)?(?:President\s+)?$"
)
_HAS_BACKING = re.compile(r"(?:[’']s)?\s+(?:backing|blessing|support)\b")
_LED = re.compile(
    r"\b(?P<noun>[A-Z][\w.]*)-led\b[\s\w-]{0,30}?(?=(?P<what>monitor|verif|ceasefire|observ|mechanism|mission|force|multinational))"
)
_LED_AFTER = re.compile(
    r"\b(?P<what>monitor|verif|observ|mission|force|multinational)[\w\s,’'-]{0,40}?\bled\s+by\s+(?:the\s+)?(?P<noun>[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)"
    r"|\b(?P<what2>monitor|verif|observ|mission|force|multinational)[\w\s,’'-]{0,40}?\bunder\s+(?:the\s+)?(?P<noun2>[A-Z][\w.]*)\s+"
    r"(?:leadership|command|lead)\b"
)
_THOUGHT_OF = re.compile(
    r"\b(?:proposed|planned|possible|potential|future|would-be|eventual)\s+(?:the\s+)?$"
)
_FORCES = ("mission", "force", "multinational")


@dataclass(frozen=True, slots=True)
class Aside:
    """An undertaking beside the verbs; offsets are of the sentence."""

    start: int
    end: int
    obligor: tuple[str, ...]
    types: tuple[str, ...]
    status: str
    rule: str
    role: str = "contribute"
    trigger: str | None = None


def asides_in(text: str, chains: list[Chain], scene: Scene) -> list[Aside]:
    """Find the undertakings beside the verbs of a sentence, none in the mouth of the other side.

    Args:
        text: the sentence.
        chains: its actors.
        scene: who was named before.
    """
    found = [*_proposed(text, scene), *_plans_by(text, chains, scene)]
    if set(scene.speaker) & scene.actors.adversaries:
        return found
    hostile = next(
        (c.start for c in chains
         if not c.is_object and set(c.names) & scene.actors.adversaries and c.kind != "owner"),
        len(text),
    )  # fmt: skip
    for read in (_refused, _sanctions, _vote, _falls_to, _thanked, _open, _backed, _led):
        found += [one for one in read(text, chains, scene) if one.start < hostile]
    return found


def _name(noun: str, scene: Scene) -> tuple[str, ...]:
    """Give the state that a word names; empty for those who are no possible obligor."""
    actors = scene.actors
    name = actors.adjectives.get(noun) or actors.by_noun.get(noun) or actors.by_noun.get(
        noun.rstrip("."))  # fmt: skip
    return (name,) if name and name not in {*actors.adversaries, actors.beneficiary} else ()


def _refused(text: str, _: list[Chain], scene: Scene) -> Iterator[Aside]:
    for match in _REFUSED.finditer(text):
        name = _name(match["owner"], scene)
        if name:
            kind = "air" if match["air"] else "naval" if match["sea"] else "troops_land"
            yield Aside(*match.span(), name, (kind,), "ruled_out", "ruled_out/aside")


def _proposed(text: str, scene: Scene) -> Iterator[Aside]:
    """Read a proposal that is spoken of as a thing: thought about, whoever speaks of it."""
    for pattern in (_PROPOSED, _MODEL):
        for match in pattern.finditer(text):
            who = OTHERS if match["who"] == "European" else ALLIES
            what = match["what"]
            types = tuple(dict.fromkeys(w.type for w in type_words(what, scene.actors)))
            types = types or (("political",) if pattern is _MODEL else ())
            trigger = trigger_in(what)
            if types:
                end = match.start("what") + len(what)
                yield Aside(match.start(), end, (who,), types[:1], "considered", "considered/proposal",
                            trigger=trigger.text if trigger else None)  # fmt: skip


def _plans_by(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    """Read "plans by Arland and Torvia to send troops", whoever speaks of them."""
    for chain in chains:
        what = _TO.match(text, chain.end)
        before = _PLANS_BY.search(text, 0, chain.start)
        names = _able(chain.names, scene)
        types = (
            tuple(dict.fromkeys(w.type for w in type_words(what["what"], scene.actors)))
            if what
            else ()
        )
        if what and before and names and types:
            yield Aside(
                before.start(), what.end(), names, types, "considered", "considered/proposal"
            )


def _sanctions(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    match = _SANCTIONS.search(text)
    acting = [c for c in chains if match and c.end <= match.start() and not c.is_object]
    names = _able(resolved(acting[-1], text, chains, scene), scene) if acting else ()
    if match and names:
        yield Aside(acting[-1].start, match.end(), names, ("sanctions",), "conditional",
                    "conditional/sanctions", trigger=match["if"].strip())  # fmt: skip


def _falls_to(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    """Read whose a task is ("monitoring will fall to Arland"), and whose decision is awaited."""
    for chain in chains:
        names = _able(chain.names, scene)
        falls = _FALLS_TO.search(text, 0, chain.start)
        types = tuple(dict.fromkeys(
            w.type for w in type_words(text[: falls.start()], scene.actors)
        )) if falls else ()  # fmt: skip
        if falls and names and types and not _OPEN_TASK.search(text, 0, falls.start()):
            yield Aside(0, chain.end, names, types[:1], "pledged", "pledged/falls_to", "lead")
        decision = _DECISION.search(text, 0, chain.start)
        due = _DUE.match(text, chain.end) if decision else None
        if decision and due and names:
            yield Aside(
                decision.start(), due.end(), names, ("other",), "undecided", "undecided/decision"
            )


def _vote(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    match = _VOTE.search(text)
    if match is None:
        return
    acting = [c for c in chains if c.start < match.end() and not c.is_object
              and c.kind in {"state", "pronoun"}]  # fmt: skip
    names = _able(resolved(acting[0], text, chains, scene), scene) if acting else ()
    names = names or _able(scene.speaker, scene)
    if names:
        yield Aside(*match.span(), names, ("troops_land",), "conditional", "conditional/vote",
                    trigger=match[0])  # fmt: skip


def _thanked(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    for chain in chains:
        match = _FOR.match(text, chain.end)
        names = _able(chain.names, scene)
        if not match or not names or not _THANKED.search(text, 0, chain.start):
            continue
        words = type_words(match["what"], scene.actors)
        types = tuple(dict.fromkeys(w.type for w in words if set(w.owners) <= set(names)))
        if not types and SUPPORT_OF_SOME_KIND.search(match["what"]):
            types = ("other",)
        strength = strength_of(match["what"])
        status = strength.status if strength else "considered"
        if (
            types
            and (not strength or strength.kind == "support")
            and _DECIDED.search(match["what"])
        ):
            status = "pledged"
        if types:
            yield Aside(chain.start, match.end(), names, types, status, f"{status}/thanked")


def _open(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    """Read a question that nobody answers, and an undertaking that a text leaves out."""
    for pattern in (_UNANSWERED, _WHETHER, _ABSENT):
        match = pattern.search(text)
        if match is None:
            continue
        group = "gone" if pattern is _ABSENT and match["gone"] else "what"
        start, end = match.span(group)
        inside = (resolved(c, text, chains, scene) for c in chains if start <= c.start < end)
        names = next((able for one in inside if (able := _able(one, scene))), ())
        words = type_words(match[group], scene.actors)
        types = tuple(dict.fromkeys(
            w.type for w in words
            if set(w.owners) <= set(names) and not _OF_OTHERS.search(match[group], 0, w.start)
        ))  # fmt: skip
        if pattern is _ABSENT or not types:
            types = ("other",)
        if names and types:
            yield Aside(match.start(), match.end(), names, types, "undecided", "undecided/open")


def _backed(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    """Read "with Arish backing" and "backed by Arland": comfort in words, and no promise."""
    for chain in chains:
        before = _BACKED.search(text, 0, chain.start)
        behind = _HAS_BACKING.match(text, chain.end)
        names = tuple(n for n in _able(chain.names, scene) if n not in {ALLIES, OTHERS, FORCE})
        by = before and before[0].startswith(("backed", "supported"))
        if before and names and (by or behind):
            end = behind.end() if behind else chain.end
            yield Aside(
                before.start(), end, names, ("political",), "considered", "considered/backed"
            )


def _led(text: str, chains: list[Chain], scene: Scene) -> Iterator[Aside]:
    """Read who leads a mission: as firm as what is agreed on it, and considered where it is proposed."""
    del chains
    for pattern in (_LED, _LED_AFTER):
        match = pattern.search(text)
        if match is None:
            continue
        parts = match.groupdict()
        names = _name(parts["noun"] or parts.get("noun2") or "", scene)
        what = parts["what"] or parts.get("what2")
        strength = strength_of(text[: match.end()])
        firm = pattern is _LED_AFTER and strength and strength.status == "pledged"
        if names:
            thought = _THOUGHT_OF.search(text, 0, match.start())
            status = "pledged" if firm and not thought else "considered"
            kind = "troops_land" if what in _FORCES else "monitoring"
            yield Aside(*match.span(), names, (kind,), status, f"{status}/led", "lead")


def _able(names: tuple[str, ...], scene: Scene) -> tuple[str, ...]:
    """Leave out the other side and the state that is to be protected."""
    apart = scene.actors.adversaries | {scene.actors.beneficiary}
    return tuple(name for name in names if name not in apart)
