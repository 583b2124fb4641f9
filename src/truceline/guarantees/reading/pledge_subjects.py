"""Who stands before the verb: chains of actors ("Arland, Borland and other allies") in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from truceline.guarantees.reading.pledge_actors import ALLIES, FORCE, LEADS, OTHERS, ActorTable

_MEMBERS = r"(?:countries|nations|states|allies|members|governments|partners|backers|supporters|capitals|member\s+states)"
_NUMBER = re.compile(
    r"\b(?:(?:more\s+than|at\s+least|over|about|around|some|nearly|the)\s+)?(?P<count>\d{2}|(?:two|three)\s+dozen|(?:twenty|thirty|forty)(?:[-\s](?:one|two|three|four|five|six|seven|eight|nine))?|(?:four|fif|six|seven|eigh|nine)teen)\s+"
    rf"(?:[\w’'-]+\s+){{0,3}}?{_MEMBERS}\b|\b(?:[Tt]he\s+|(?<=\band\s)|(?<=weeks\safter\s)|(?<=after\s))(?P<bare>\d{{2}})(?=\s+(?:had|have|has|will|would|pledged|agreed|committed|signed|endorsed|promised)\b)|\b(?:coalition|group)\s+of\s+(?P<of>\d{{2}})\b(?:\s+{_MEMBERS})?",
    re.IGNORECASE,
)
_COALITION = re.compile(
    r"\b(?:[Tt]he\s+)?(?:so-called\s+)?[“\"]?[Cc]oalition\s+of\s+the\s+[Ww]illing\b|\b(?:the|The)\s+(?:\w+\s+)?[Cc]oalition\b|(?<![\w-])Coalition\b|"
    rf"\b[Cc]oalition\s+(?:{_MEMBERS}|leaders|statement|declaration)\b"
)
_LEADS = re.compile(
    r"\bwhich\s+(?:countries|states|nations|allies)\b|\b(?:who|which\s+of\s+them)\s+(?:(?:will|would)\s+)?leads?\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(rf"\bother\s+(?:\w+\s+)?(?:European\s+)?{_MEMBERS}\b", re.IGNORECASE)
_GENERIC = re.compile(
    rf"\b(?:(?:some|several|many|most|a\s+number\s+of|its|their|his|these)\s+)?(?:(?:European|Western|NATO|"
    rf"Ukraine[’']s|Kyiv[’']s|G7)\s+)+(?:{_MEMBERS}|leaders|powers|forces\s+(?=will|would))\b|"
    rf"\b(?:some|several|many|most|a\s+number\s+of)\s+{_MEMBERS}\b|\b[Aa]llies\b|\bthe\s+group\b(?!\s+of)(?=\s+(?:had|has|have|will|would|made|agreed|pledged))|\b[Ss]ome\b(?=\s+(?:will|would|have\s+(?:pledged|promised|agreed)))|\b[Oo]thers\b(?=\s+(?:will|would|have|could|may|might|are|such|like|,))|(?<!mostly )(?<!mainly )(?<!largely )(?<!chiefly )(?:\bEuropeans\b|\bEuropean\b(?!\s+\w))|\bEurope\b|"
    r"\bthe\s+West\b|\b[Pp]artners\b",
    re.IGNORECASE,
)
_FORCE = re.compile(
    r"\b(?:(?:[“\"]?thousands[”\"]?\s+of|the|any|a|such|these|those|foreign|European|Western|coalition|multinational|allied|"
    r"international|peacekeeping|proposed|new|deterrence|reassurance|stabili[sz]ation|planned)\s+[“\"]?)+"
    r"(?:troops|forces?|soldiers|contingents?|mission|peacekeepers)[”\"]?(?![\w-])|"
    r"\b(?:[Tt]roops|[Ff]orces|[Cc]ontingents|[Ss]oldiers|[Pp]eacekeepers)\s+(?=will|would|could|may|might|should)",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:the|this|a|that|their|its|binding)\s+(?:[\w’'-]+\s+){0,3}?(?:plan|proposal|declaration|statement|document|commitments|architecture|framework|"
    r"agreement|initiative|scheme|package|guarantees|text|roadmap|concept|blueprint)\s+(?:also\s+|in\s+(?:the\s+)?(?:case|event)\s+of\s+[\w\s]{3,40}?)?[“\"]?"
    r"(?=envis\w+|foresees?|may\b|include[sd]?|outline[sd]?|call(?:s|ed)\s+for|provide[sd]?\s+for|sets?\s+out|commit|would|will|cover\w*|"
    r"comprise|contain|list|mention|state|stipulate|describe|detail|propose)",
    re.IGNORECASE,
)
COMMITS = re.compile(
    r"declaration|statement|agreement|guarantees|text|document|commitments", re.IGNORECASE
)
"""What a group has put its name to; a plan, a concept or a proposal only has authors."""
_PRONOUN = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Tt]hey|(?<!if )[Ii]t(?!\s+(?:is|was|remain(?:s|ed)|still\s+had|still\s+has|has|had)\s+(?:also\s+|still\s+|yet\s+|not\s+|to\s+be\s+|been\s+)*(?:(?:un)?clear|unknown|known|certain|uncertain|determined|decided|settled|seen)\b)|"
    r"(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Oo]ur)\s+(?:country|government|nation)(?![’'])|[Ww]e|I|[Oo]ur|[Bb]oth(?!\s+(?:a|an|the|its|his|her|of)\b)|(?:The\s+)?[Mm]embers(?=\s+(?:also|will|would|have|committed|agreed|pledged))|[Pp]articipants|[Ss]ignatories|[Pp]articipating\s+(?:states|countries|nations)|(?<!among )(?<!one of )(?:[Tt]he|[Tt]hose|[Tt]hese|[Bb]oth)\s+(?:two\s+|same\s+)?"
    r"(?:countries|nations|states|leaders|governments|allies|capitals)|[Nn]either(?:\s+(?:country|nation|state|government|capital))|(?:[Tt]he|[Hh]is|[Hh]er)\s+[Pp]resident(?!\s+(?:of\b|[A-Z]))|the\s+(?:country|government|kingdom|republic|"
    r"prime\s+minister|premier|chancellor|(?:French|German|British|Italian|US|American)\s+leader))\b"
)
_TITLES = (
    r"(?:(?:[A-Z][\w.’'-]*|president|prime|minister|ministers|chancellor|foreign|defen[cs]e|chief|spokes\w+|special|"
    r"envoy|leaders?|general|secretary|former|premier|candidate|government|administration)[\s,]*){0,6}"
)
_GAP = re.compile(
    r"(?:[’'](?:s\b)?)?[\s,“”\"]*(?:(?:and|or|nor|as\s+well\s+as|along\s+with|together\s+with|plus|&)\s+)?"
    rf"(?:(?:the|both|its|their|of)\s+)?{_TITLES}$"
)
_BEFORE_OBJECT = re.compile(
    r"\b(?:to|for|with|against|in|between|from|at|by|of|over|on|into|inside|across|towards?|than|through|outside|near|about|"
    r"let|lets|letting|allow|allows|allowing|support|defend|protect|help|helping|back|arm|equip|train|send|sending|deploy|deploying|commit|committing|"
    r"contribute|provide|providing|station|stationing|place|attack|before|lead|leading|join|joins|joined|joining|create|creating|establish|establishing|form|forming|"
    r"command|accus\w+|blam\w+|told|thank\w*|met|meet|invit\w+|prais\w+|critici[sz]\w+)\s+(?:the\s+|a\s+|any\s+)?(?:(?:neighbou?ring|other|several|many|most|all|nearby)\s+)?[“\"]?$",
    re.IGNORECASE,
)
_FROM_A_SEAT = re.compile(
    r"\b(?:members|leaders?|representatives?|officials?|envoys?|ministers?|president|prime\s+minister|government|chancellor|coalition|"
    r"group|total|number|majority|parliaments?|king|head|cabinet|authorities|administration)\s+(?:from|of|in)\s+(?:the\s+)?$|"
    r"\b(?:cell|(?<!armed )forces|troops|soldiers|contingents|units)\s+(?:from|of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:urg|press(?:ed|es|ing|ure)|call(?:s|ed|ing)?\s+(?:on|for)|ask|demand|want|plead|appeal|encourag|request|expect|lobb|implor|push)"
    r"\w*\s+(?:on\s+|for\s+|to\s+|the\s+|his\s+|her\s+|its\s+|that\s+)*$",
    re.IGNORECASE,
)
_PLACE_WORD = re.compile(
    r"\s+(?:summit|meeting|conference|talks|decisions?|declaration|document|text|paper|agreement|framework|gathering|airport|news|accords?|statement)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"[’']s?\s+(?:[A-Z]|new\b|own\s+(?:leader|president)|government|budget|treasury|leaders?|president|prime|premier|chancellor|parliament|"
    r"foreign|defen[cs]e|ministry|cabinet|special|envoy|top|then|military\s+(?:said|will|would))"
)
_OWNED = re.compile(
    r"\s+(?:ground\s+|air\s+|military\s+|combat\s+)?(?:troops?|forces?|soldiers|military|role|participation|involvement|support|"
    r"backing|contributions?|commitments?|intelligence|backstop|boots|navy|aircraft|power|security|assistance|help|position|stance|"
    r"guarantees?|personnel|airpower|membership|accession|ambitions|expansion|enlargement|members?|proposals?|territory|soil|aggression|"
    r"war\b|oil|army|allies|demands?|rejection|objections|interests|ties|border|structures?|standards)\b(?!\s+(?:the|a|an|any|sending|for\s+the\s+idea|in\s+principle)\b)|-\w"
)
_IN_OFFICE = re.compile(
    r"\s+(?:[A-Z]|(?:president|chancellor|leader|minister|government|officials?|prime|foreign|defen[cs]e\s+m\w+|envoys?|"
    r"diplomats?|parliament|administration)\b)"
)
_FORCE_ACTS = re.compile(
    r"[”\"]?\s+(?:for\s+[A-Z]\w+\s+)?(?:that\s+|which\s+|also\s+|on\s+[\w\s]{3,20}\s+)?(?:will|would|could|may|might|should|can|is|are|must|has|have)\b"
)
_MODAL = re.compile(
    r"[\w\s,’'.-]{0,25}?\s(?:will|would|could|can|may|might|should|has|had|have|is|are|was|were|said|says|told)\b"
)
_GIVEN = re.compile(
    r"\b(?:promis|pledg|offer|assur|guarante|giv|gav|grant|suppl|sen[dt])\w*\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_GERUND = re.compile(r"\b(?!includ|mean|say|accord)[a-z]{3,}ing\s+(?:the\s+)?$")
"""Verbs whose object stands right behind them: "promised Valdia", "arming Valdia"."""
_THE = re.compile(r"\b[Tt]he\s+$")
_VERB = re.compile(
    r"\s+(?:will|would|have|had|has|are|were|said|say|pledged|promised|could|may|might|agreed|offered|also|refused)\b"
)
_ACCORDING = re.compile(r"\b[Aa]ccording\s+to\s+(?:the\s+)?(?:[\w’'.]+\s+){0,3}$")
_FORCES_OF = re.compile(
    r"(?<!armed )\b(?:[Ff]orces|[Tt]roops|[Ss]oldiers|[Cc]ontingents|[Uu]nits)\s+(?:of|from)\s+(?:the\s+)?$"
)
_MEMBERS_NAMED = re.compile(
    r"(?P<by>including|such\s+as|like|among\s+them|led\s+by|spearheaded\s+by)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


_REACH = 8
"""Sentences over which "the force" is led back to those who promised it."""
_THEIR_TEXT = re.compile(
    r"\b[Tt]heir\s+(?:joint\s+)?(?:declaration|statement|plan|agreement|text|document)\b"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """Actors that act together, at one place of a sentence."""

    start: int
    end: int
    names: tuple[str, ...]
    kind: str
    """``state``, ``group``, ``force``, ``plan``, ``pronoun``; ``owner`` where it only owns a noun."""
    asked: bool = False
    """Somebody asks them to act, so that what follows is a wish and no word of theirs."""
    is_object: bool = False
    """Stands behind a preposition or as an object, so that it does not act."""


@dataclass(slots=True)
class Scene:
    """What the sentences read so far have brought on stage."""

    actors: ActorTable
    coalition: str
    """The group that "the coalition" means in this article."""
    person: tuple[str, ...] = ()
    """Party of the last single actor."""
    several: tuple[str, ...] = ()
    """The last two or more states named together, or group."""
    group: str = ""
    """The last group of one event."""
    it: tuple[str, ...] = ()
    """The last state or group that acted alone."""
    recent: list[str] = field(default_factory=list)
    """States in the order of their last naming."""
    speaker: tuple[str, ...] = ()
    """Party of who speaks in the sentence being read, as the statements tell."""
    named: tuple[tuple[int, int, str, bool], ...] = ()
    """(start, end, party, is a pronoun) of people in the sentence, as the mentions tell."""
    senders: tuple[str, ...] = ()
    """States whose force was promised in the last sentences."""
    senders_left: int = 0
    """Sentences for which "the force" still means theirs."""
    spoken_of: tuple[str, ...] = ()
    """Forces of which the last sentence that named any speaks."""
    asked_about: tuple[str, ...] = ()
    """Whom the question just before is about."""

    def send(self, names: tuple[str, ...]) -> None:
        """Take note of whose force was promised in the sentence just read."""
        self.asked_about = ()
        self.senders_left = _REACH if names else max(self.senders_left - 1, 0)
        self.senders = names or (self.senders if self.senders_left else ())

    def remember(self, chain: Chain) -> None:
        """Take note of who was named, for the pronouns that follow."""
        if chain.is_object and chain.kind == "state":
            apart = self.actors.adversaries | {self.actors.beneficiary}
            named = [name for name in chain.names if name not in apart]
            self.recent = [n for n in self.recent if n not in named] + named
            return
        if len(chain.names) == 1 and chain.kind in {"state", "group"} and not chain.is_object:
            self.it = chain.names
        if chain.kind == "state":
            self.recent = [n for n in self.recent if n not in chain.names] + list(chain.names)
            if len(chain.names) > 1:
                self.several = chain.names
            else:
                self.person = chain.names
        elif chain.kind == "group":
            self.several = chain.names
            if chain.names[-1] not in {ALLIES, OTHERS, LEADS}:
                self.group = chain.names[-1]


def chains_in(text: str, scene: Scene) -> list[Chain]:
    """Find the chains of actors in a sentence, from left to right."""
    found = sorted(_single(text, scene), key=lambda chain: chain.start)
    joined: list[Chain] = []
    for chain in found:
        last = joined[-1] if joined else None
        if last and _join(text, last, chain):
            joined[-1] = _merged(last, chain)
        else:
            joined.append(chain)
    return [_placed(text, chain) for chain in _named_members(text, joined)]


def _single(text: str, scene: Scene) -> list[Chain]:
    taken: list[tuple[int, int]] = []
    found: list[Chain] = []
    for match, names, kind in _candidates(text, scene):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            taken.append(match.span())
            found.append(Chain(match.start(), match.end(), names, kind))
    for start, end, party, pronoun in scene.named:
        if not pronoun and not any(a < end and start < b for a, b in taken):
            found.append(Chain(start, end, (party,), "state"))
    return found


def _candidates(text: str, scene: Scene) -> Iterator[tuple[re.Match[str], tuple[str, ...], str]]:
    """Give every name with what it stands for; the earlier of two that overlap wins."""
    actors = scene.actors
    for match in _NUMBER.finditer(text):
        name = actors.group_of_count(match["count"] or match["of"] or match["bare"])
        if name or not match["bare"]:
            yield match, (name or ALLIES,), "group"
    yield from ((match, (LEADS,), "group") for match in _LEADS.finditer(text))
    yield from ((match, (scene.coalition,), "group") for match in _COALITION.finditer(text))
    for match in _PLAN.finditer(text):
        if not actors.nouns.search(match[0]):
            commits = scene.group or _one(scene.coalition)
            yield match, (commits if commits and COMMITS.search(match[0]) else FORCE,), "plan"
    for match in _OTHERS.finditer(text):
        yield match, (_european(match[0]),), "group"
    for match in _FORCE.finditer(text):
        theirs = scene.several if _THEIR_TEXT.search(text, 0, match.start()) else ()
        yield match, theirs or _force(match[0], scene), "force"
    for match in _GENERIC.finditer(text):
        signed = scene.group if _SIGNED.search(text, 0, match.end()) else ""
        yield match, (signed or _european(match[0]),), "group"
    for match in actors.nouns.finditer(text):
        adjective = actors.adjectives.get(match[0])
        yield match, (adjective or actors.by_noun[match[0]],), "owner" if adjective else "state"
    yield from ((match, (), "pronoun") for match in _PRONOUN.finditer(text))


_SIGNED = re.compile(r"\b[Tt]he\s+(?:allies|partners)$")
"""With the article, and a group named before, "the allies" are those of that group."""


def _european(words: str) -> str:
    return OTHERS if "urope" in words else ALLIES


def _one(group: str) -> str:
    """Give a group that has a name of its own; empty for allies of no event."""
    return "" if group == ALLIES else group


def _force(words: str, scene: Scene) -> tuple[str, ...]:
    """Let "the force" be that of the states that just promised it; any other is of no named state."""
    definite = re.match(r"(?:the|this|that|these|those)\s", words, re.IGNORECASE)
    return scene.senders if definite and scene.senders else (FORCE,)


def _join(text: str, last: Chain, chain: Chain) -> bool:
    if {"force", "plan", "pronoun"} & {last.kind, chain.kind}:
        return False
    gap = text[last.end : chain.start]
    if re.search(r"[.,!?][”\"]|\.\s+[A-Z]\w+\s+[a-z]", gap):
        return False
    if _ACCORDING.search(text, 0, last.start):
        return False
    if re.match(r"[’']s?\s", text[chain.end : chain.end + 3]) and set(chain.names) <= {
        ALLIES,
        OTHERS,
    }:
        return False
    if last.kind == "owner" and not re.search(
        r"\b[A-Z]|president|chancellor|minister|envoy|leader", gap
    ):
        return (
            bool(re.fullmatch(r"(?:\s+(?:and|or)|,(?:\s+and)?)\s+(?:the\s+)?", gap))
            or not gap.strip()
        )
    return len(gap) < 70 and bool(_GAP.match(gap)) and not _PLACE_WORD.match(text, last.end)


def _merged(last: Chain, chain: Chain) -> Chain:
    names = last.names + tuple(name for name in chain.names if name not in last.names)
    kind = "group" if "group" in {last.kind, chain.kind} and len(names) == 1 else chain.kind
    return Chain(last.start, chain.end, names, "state" if len(names) > 1 else kind)


def _named_members(text: str, chains: list[Chain]) -> list[Chain]:
    """Let "allies such as Arland" mean Arland, and "26 states led by Arland" the 26."""
    kept: list[Chain] = []
    for chain in chains:
        named = _MEMBERS_NAMED.search(text, 0, chain.start)
        last = kept[-1] if kept else None
        if named and last and last.kind == "group" and chain.start - last.end < 40:
            general = set(last.names) <= {ALLIES, OTHERS}
            if "led" in named["by"]:
                kept[-1] = Chain(last.start, chain.end, last.names, "group")
                continue
            names = chain.names if general else last.names
            kept[-1] = Chain(last.start, chain.end, names, "state" if general else "group")
        else:
            kept.append(chain)
    return kept


def _placed(text: str, chain: Chain) -> Chain:
    before = text[max(chain.start - 60, 0) : chain.start]
    is_object = bool(_BEFORE_OBJECT.search(before)) and not _FROM_A_SEAT.search(before)
    if re.search(r"\b[Ww]ith\s+(?:the\s+)?$", before) and re.match(
        r"\s+\w+ing\b", text[chain.end :]
    ):
        is_object = False
    acts = _MODAL.match(text, chain.end)
    if (
        chain.kind in {"state", "group"}
        and not acts
        and (_GIVEN.search(before) or _GERUND.search(before))
    ):
        is_object = True
    place = chain.kind == "state" and _PLACE_WORD.match(text, chain.end)
    is_object = is_object or bool(place)
    after = text[chain.end : chain.end + 40]
    kind = _kind_in_place(chain.kind, after)
    if chain.kind == "owner" and _THE.search(before) and _VERB.match(after):
        kind = "state"  # "The Arish will send": a people named by its adjective acts.
    if _FORCES_OF.search(before) and _FORCE_ACTS.match(after):
        kind = "force"
    return Chain(chain.start, chain.end, chain.names, kind, bool(_ASKED.search(before)), is_object)


def _kind_in_place(kind: str, after: str) -> str:
    """Tell an actor from an owner or an adjective by what follows."""
    if kind == "force":
        return kind if _FORCE_ACTS.match(after) else "owner"
    if kind in {"state", "group"}:
        owned = re.match(r"[’'](?:s\b)?", after) and not _PERSONAL.match(after)
        return "owner" if owned or _OWNED.match(after) else kind
    if kind == "owner" and _IN_OFFICE.match(after):
        return "state"
    return kind


def resolved(chain: Chain, text: str, chains: list[Chain], scene: Scene) -> tuple[str, ...]:
    """Say whom a chain means; empty where a pronoun has nobody to stand for."""
    if chain.kind != "pronoun":
        return chain.names
    word = text[chain.start : chain.end].lower()
    for start, _, party, pronoun in scene.named:
        if pronoun and start == chain.start:
            return (party,)
    if _OWN_COUNTRY.fullmatch(word):
        return _own_country(word, chain, chains, scene)
    if _of_speaker(word, text, chain, scene):
        return scene.speaker or scene.person
    earlier = [c for c in chains if c.end <= chain.start and c.kind in {"state", "group"}]
    if word in {"we", "i", "our"}:
        return scene.speaker or _said_by(text, chains) or scene.person
    if word in {"he", "she"} or word.startswith(
        ("the pr", "the ch", "the fr", "the ge", "the br", "the it", "the us", "the am")
    ):
        alone = [c for c in earlier if len(c.names) == 1 and c.kind == "state" and not c.is_object]
        return alone[0].names if alone else scene.person
    if word == "it" or word in {"the country", "the government", "the kingdom", "the republic"}:
        alone = [c for c in earlier if len(c.names) == 1 and not c.is_object]
        return alone[-1].names if alone else scene.it
    return _of_several(word, text, chain, chains, scene)


_OWN_COUNTRY = re.compile(r"(?:his|her|their|my|our)\s+(?:country|government|nation)")


def _own_country(word: str, chain: Chain, chains: list[Chain], scene: Scene) -> tuple[str, ...]:
    """Say whose country "her country" is: that of who was named last before it, or of who speaks."""
    own = [c for c in chains if c.end <= chain.start and c.kind == "state"
           and len(c.names) == 1 and not c.is_object]  # fmt: skip
    ours = scene.speaker if word.startswith(("my", "our")) else ()
    return ours or (own[-1].names if own else scene.speaker or scene.person)


def _of_several(
    word: str, text: str, chain: Chain, chains: list[Chain], scene: Scene
) -> tuple[str, ...]:
    """Say whom "they", "the two nations", "both" and "neither" mean."""
    earlier = [c for c in chains if c.end <= chain.start and c.kind in {"state", "group"}]
    if "two" in word or word == "both" or word.startswith("neither"):
        named = list(dict.fromkeys(n for c in earlier if c.kind == "state" for n in c.names))
        pair = tuple((scene.recent + named)[-2:]) if len(named) < 2 else tuple(named[-2:])
        return scene.several if len(scene.several) == 2 and not named else pair
    told = _officials(text, chain, chains)
    if word == "they" and told:
        return told
    if scene.asked_about and not earlier:
        return scene.asked_about
    many = [c for c in earlier if len(c.names) > 1 or c.kind == "group"]
    return many[-1].names if many else scene.several or _coalition(scene)


def _officials(text: str, chain: Chain, chains: list[Chain]) -> tuple[str, ...]:
    """Say who "they" are in "Arish officials have told others that they would go"."""
    said = _SAID_THAT.search(text, 0, chain.start)
    if said is None:
        return ()
    tellers = [c for c in chains if c.end <= said.start() and not c.is_object
               and _PEOPLE.fullmatch(text, c.end, said.start())]  # fmt: skip
    return tellers[-1].names if tellers and tellers[-1].kind in {"state", "owner"} else ()


_PEOPLE = re.compile(
    r"(?:[’']s)?\s+(?:\w+\s+)?(?:officials|ministers|diplomats|envoys|officers|authorities)\s+"
)
_SAID_THAT = re.compile(
    r"\b(?:(?:have|had)\s+)?(?:said|say|told\s+(?:[\w’']+\s+){1,4}?|indicated|announced)\s*(?:that\s+)?$"
)


def _of_speaker(word: str, text: str, chain: Chain, scene: Scene) -> bool:
    """Tell whether "the president" in a quotation, and "his president", is that of who speaks."""
    inside_quotes = text.count("“", 0, chain.start) > text.count("”", 0, chain.start)
    quoted = word.startswith("the ") and inside_quotes and bool(scene.speaker)
    return quoted or word.startswith(("his ", "her "))


def _said_by(text: str, chains: list[Chain]) -> tuple[str, ...]:
    """Give who says a quotation, as its own sentence has it ("We will go," the leader told ...)."""
    for chain in chains:
        if chain.kind == "state" and re.match(
            r"[\w\s,.’']{0,40}?\b(?:said|says|told|added|wrote)\b", text[chain.end :]
        ):
            return chain.names
    return ()


def _coalition(scene: Scene) -> tuple[str, ...]:
    return (scene.coalition,) if scene.coalition != ALLIES else ()
