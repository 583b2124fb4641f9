"""What is undertaken: the domains of the register, by the words that news uses for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from truceline.guarantees.reading.pledge_actors import ActorTable
from truceline.guarantees.reading.pledge_cues import NO_QUOTES

_WORDS: tuple[tuple[str, str], ...] = (
    # The longer and narrower words come first and take their words away from the wider ones.
    ("skip", r"(?:armed|military|security|ground|their|own)\s+forces\s+of\s+(?:the\s+)?\w+"),
    (
        "skip",
        r"enter(?:ed|s)?\s+into\s+force|in\s+force\b|by\s+force|show\s+of\s+force|use\s+of\s+force",
    ),
    (
        "skip",
        r"air\s+(?:raid|strike|attack)s?|airstrikes?|missile\s+(?:strike|attack)s?|rocket\s+strikes?",
    ),
    (
        "skip",
        r"(?:send|sends|sent|sending)\s+(?:a\s+|an\s+)?(?:\w+\s+)?(?:signal|message|envoys?|delegation)",
    ),
    (
        "skip",
        (
            r"in\s+(?:close\s+)?co-?ordination\s+with\b|prepar\w+\s+(?:its|the|their|(?-i:[A-Z])\w+)\s+(?:\w+\s+)?(?:troops|units|forces|soldiers)(?:\s+for\s+(?:a|any|the)\s+(?:\w+\s+)?(?:deployment|mission))?|"
            r"(?<!package )(?<!fund )(?<!aid )(?<!programme )(?<!program )(?<!loan )worth\s+(?:about\s+|some\s+|around\s+|up\s+to\s+|over\s+|more\s+than\s+)?(?:[€$£]\s?)?\d[\d.,]*\s*(?:m\b|bn\b|million|billion)?(?:\s+(?!for\b|to\b|in\b|and\b)\w+){0,2}|"
            r"(?<=financing of )air\s+defen[cs]es?\b|let\s+(?:the\s+)?\w+\s+(?:aircraft|planes|jets|ships|troops)\s+use|frozen\s+\w+|peace\s+(?:deal|plan|agreement|talks|process)|monitor(?:s|ed|ing)?\s+the\s+situation"
        ),
    ),
    (
        "coordination",
        (
            r"co-?ordination(?:\s+(?:cell|cent(?:re|er)|unit|group|mechanism|hub))?|co-?ordinat(?:e|es|ing)\b(?!\s+efforts)|"
            r"(?:(?:operational|joint|permanent|multinational)\s+)*(?:headquarters|HQ|command\s+(?:cent(?:re|er)|post|"
            r"structure)|liaison\s+\w+)"
        ),
    ),
    (
        "skip",
        r"Financial\s+Times|(?:wounded|injured|captured|fallen|enemy|dead)\s+(?:soldiers?|troops|servicemen)",
    ),
    ("political", r"politically|diplomatic\s+(?:initiatives?|measures|support|steps)"),
    ("other", r"militarily\b|logistics?\s+(?:hubs?|bases?|cent(?:re|er)s?|nodes?|lead)"),
    (
        "facilities",
        (
            r"(?:protected|secure|hardened|fortified|storage|military|defen[cs]e|training|weapons?|arms|ammunition)?\s*(?:(?:weapons?|arms|ammunition)\s+)?"
            r"(?:facilit(?:y|ies)|hubs?|(?<!to )bases?|depots?|warehouses?|installations?|fortifications?|bunkers?|(?:storage|training)\s+(?:sites?|grounds?)|"
            r"strongholds?|outposts?|stores?(?=\s+for\s+(?:\w+\s+)?(?:weapons?|arms|ammunition)))(?:\s+(?:and\s+\w+\s+)?(?:for|to\s+(?:store|house|keep))\s+(?:the\s+)?"
            r"(?:[\w-]+\s+){0,2}(?:weapons?|arms|equipment|ammunition)(?:\s+and\s+(?:\w+\s+)?"
            r"(?:equipment|weapons?|supplies|ammunition|vehicles))?)?|military\s+infrastructure|"
            r"defensive\s+(?:lines?|works|positions|structures)|airfields?|airbases?|(?:(?<=its )|(?<=their ))ports?"
        ),
    ),
    (
        "intelligence",
        (
            r"intelligence(?:[-\s]+sharing)?|intel\b|reconnaissance|satellite\s+(?:imagery|images|data|"
            r"information)|early[- ]warning|AWACS|ISR\b"
        ),
    ),
    (
        "monitoring",
        (
            r"(?<!air )(?<!airspace )surveillance(?!\s+flight)|(?:(?:truce|cease-?fire|peace)-)?monitor(?:s|ed|ing)?\b|verif(?:y|ies|ied|ication|ying)|observers?|observation\s+missions?|"
            r"overs(?:ee|ees|eeing|aw|ight)(?=.{0,40}(?:ceasefire|truce|cease-fire|peace|line))|"
            r"supervis\w+(?=.{0,40}(?:ceasefire|truce|cease-fire|peace|line))|"
            r"polic(?:e|ing)\s+(?:of\s+)?(?:a|any|the)\s+(?:future\s+)?(?:ceasefire|truce|cease-fire)"
        ),
    ),
    (
        "training",
        (
            r"train(?:ing)?\s+(?:troops|soldiers|recruits)\b|train(?:s|ed|ing|ers?)?\b(?!\s+(?:station|journey|line|to\s+Kyiv))|instruct(?:ors?|ing|ion)\b|military\s+advis[eo]rs?|"
            r"(?:rebuild\w*|regenerat\w+|reconstitut\w+|strengthen\w*|restor\w+|moderni[sz]\w+|build\w*\s+up)\s+(?:of\s+)?"
            r"(?:the\s+)?(?:[\w]+[’']s\s+|Ukrainian\s+|its\s+|[A-Z]\w+\s+)?(?:own\s+)?(?:military|army|armed\s+forces|forces|"
            r"defen[cs]es?\s+forces|fighting\s+force|land\s+forces)"
        ),
    ),
    (
        "reconstruction",
        r"repairs?\b(?=[^.;]{0,30}\b(?:energy|power|grid|heating|infrastructure)\b)|(?:energy|power)\s+(?:grid|network)s?|reconstruction|rebuild(?:s|ing)?\b|rebuilt|recovery|redevelopment|prosperity\s+(?:plan|package|fund)",
    ),
    (
        "equipment",
        (
            r"(?:deliver\w*|suppl(?:y|ies|ied|ying)|provid\w+|donat\w+)\s+(?:\w+\s+)?air\s+defen[cs]es?|equip(?:s|ped|ping|ment)?\b|weapon(?:s|ry)?\b|armaments?|arms\b|(?<=to )arm\b|arming\b|ammunition|munitions|"
            r"(?:military|defen[cs]e|security)\s+(?:aid|assistance|support|supplies|hardware|packages?|deliveries)|"
            r"(?:air|anti-air|missile)[- ]?defen[cs]e\s+(?:systems?|missiles?|batter(?:y|ies)|interceptors?|equipment|units?|guns?|deliveries)|"
            r"missiles\b|interceptors|tanks\b|armou?red\s+vehicles|artillery|Patriots?\b|howitzers|shells\b|"
            r"drones?\b(?=\s+(?:for|to)\s+(?:Ukraine|Kyiv))|materiel|deliveries(?=\s+(?:under|of\s+(?:weapons|arms))\b)|long-range\s+\w+|supply\s+of\s+(?:drones|weapons)"
        ),
    ),
    (
        "naval",
        (
            r"nav(?:y|ies|al)\b|by\s+sea\b|(?:at|on|by|in)\s+(?:the\s+)?sea\b|seas\b|"
            r"maritime|warships?|frigates?|minesweep\w+|(?:sea|naval)\s+mines|(?:look(?:ing)?\s+after|take\s+care\s+of|responsib\w+\s+for)\s+(?:the\s+)?[A-Z]\w+\s+Sea|mine-?\s?(?:hunt|sweep|clear)\w*|(?:sweep|clear)\w*\s+(?:of\s+)?(?:sea\s+)?mines|demining\s+(?:of\s+)?(?:the\s+)?"
            r"(?:Black\s+Sea|waters)|Black\s+Sea\s+(?:security|patrols?|mission|component|demining|task)|vessels?\b|ships\b|"
            r"(?<=\bland, )sea\b|(?<=\bair, )sea\b|(?<=\band )sea\b|(?:secur\w+|protect\w*|patrol\w*|safeguard\w*|clear\w*|security\s+(?:in|of))\s+(?:of\s+)?(?:the\s+)?[A-Z]\w+\s+Sea|navigation|sea\s+lanes|shipping|(?<=\bor )sea\b|sea(?=\s+and\s+(?:the\s+)?air\b)|sea\s+component"
        ),
    ),
    (
        "air",
        (
            r"air\s?power|airpower|(?:surveillance|reconnaissance|patrol|transport)\s+flights?|air\s+(?:support|cover|assets?|policing|patrols?|forces?|component|defen[cs]es?|protection|"
            r"shield|security|surveillance|capabilit(?:y|ies)|deployments?|umbrella|contingents?|superiority)|aerial\s+\w+|from\s+the\s+air|in\s+the\s+(?:air|"
            r"skies|sky)|(?:by|on)\s+(?:the\s+)?air\b|aircraft|pilots?\b|airspace|(?:fighter\s+)?jets?\b|warplanes?|planes\b|fighters\b|skies|"
            r"(?:policing|protect\w*|patrol\w*)\s+(?:of\s+)?(?:the\s+|its\s+|Ukraine[’']s\s+|Ukrainian\s+)?(?:skies|sky|air)|"
            r"(?<=\bsea, )air\b|(?<=\bland, )air\b|(?<=\band )air(?=\s+deployments?|\b[^\s]|\s*$)|(?<=\bor )air\b|"
            r"air(?=\s+(?:and|or)\s+(?:naval|sea|land|maritime)\b)|air(?=\s+(?:and|or)\s+(?:at\s+|by\s+|the\s+)*sea\b)|(?<=\bsea and )air\b|(?<=\bland and )air\b|Eurofighters?|Rafales?|Gripens?|Typhoons?|Mirages?|F-16s?|no-fly"
        ),
    ),
    (
        "sanctions",
        r"sanctions?\b(?!\s+(?:relief|eas))",
    ),
    (
        "financing",
        (
            r"financ(?:e|es|ed|ing|ial|ially)\b|(?:shar|bear|cover|meet|foot|split)\w*\s+(?:part\s+of\s+)?the\s+costs?|money\b(?!\s+laund)|fund(?:s|ed|ing)?\b|loans?\b|grants?\b|budget\w*|(?:[€$£]\s?\d[\d.,]*\s*(?:m|bn|million|billion)?|\b(?:euros?|dollars?|"
            r"pounds)\b)|billions?\b|millions?\b|pay(?:ing)?\s+for|(?<=will )pay\b|(?<=keep )paying\b|economic\s+(?:aid|support|assistance)"
        ),
    ),
    (
        "troops_land",
        (
            r"troops?\b|soldiers?\b|boots\s+on\s+the\s+ground|boots\b|ground\s+(?:forces?|troops|deployments?|component|presence)|"
            r"(?:sons|boys|citizens)(?=\s+to\s+(?:die|fight|the\s+(?:front|slaughter)))|servicemen|service\s+members|peace-?keep(?:ers?|ing)(?:\s+(?:force|mission|troops|contingent))?s?|"
            r"contingents?\b|Bundeswehr\b|(?<=one )company\b|(?<=infantry )company\b|company-sized\s+\w+|(?<=a )company\b(?=\s+(?:each|of\s+(?:soldiers|troops|infantry)))|(?<=up to a )company\b|(?:company|battalion|brigade)-sized\s+\w+|military\s+means|battalions?|brigades?|regiments?|divisions?\b(?=\s+(?:of|to))|military\s+(?:personnel|presence|"
            r"contingents?|units?|deployments?|force|contribution|participation|engagement)|infantry|paratroopers|"
            r"(?:reassurance|deterrence|deterrent|stabili[sz]ation|multinational|multi-national|international|protection|"
            r"security|peace|European|Western|coalition)[”\"]?\s+(?:force|mission|contingent)s?\b|forces?\b|"
            r"(?:on|by)\s+(?:the\s+)?(?:land|ground)\b|land(?=,\s+(?:sea|air|in\s+the\s+air|at\s+sea)\b)|on\s+the\s+ground|"
            r"land(?=\s+and\s+(?:sea|air))|tripwire|(?<!air defence )(?<!defense )units\b(?=[^.;]{0,40}\b(?:based|stationed|deployed|sent)\b)"
        ),
    ),
    (
        "other",
        (
            r"(?:co-?ordinated|joint|collective|armed)\s+(?:military\s+)?(?:response|reaction)|military\s+(?:response|reaction)|medics\b|(?:combat\s+|military\s+)?engineers\b|field\s+hospitals?|logistic\w*|medical\s+\w+|medevac|refuel\w*|de-?mining|mine\s+clearance|humanitarian\s+\w+|cyber\w*|"
            r"joint\s+production|co-?production|resources\b"
        ),
    ),
)
_PATTERN = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<t{number}>{words})" for number, (_, words) in enumerate(_WORDS))
    + r")(?![\w-])",
    re.IGNORECASE,
)
POLITICAL = re.compile(
    r"(?:security|defen[cs]e|multilayered|robust|iron-?clad|binding|reliable|Article\s+5\S*)[\w\s,’'-]{0,30}"
    r"(?:guarantees?|assurances?)|guarantee(?:s|ing|d)?\b|guarantors?|solidarity|diplomatic\w*|"
    r"political\w*\s+(?:support|backing|commitments?)|security\s+(?:framework|protocols?|arrangements?|pact|architecture)|"
    r"stand(?:s|ing)?\s+(?:\w+ly\s+)?(?:by|behind|with|alongside)|unbreakable|(?:come\s+to\s+the|to\s+its)\s+(?:aid|defen[cs]e)|"
    r"part\s+of\s+(?:the|any|a|such)\s+(?:\w+\s+)?(?:effort|mechanism|guarantee|security|framework|solution|force)|"
    r"(?:support|back|protect|defend|help|assist)(?:s|ed|ing)?\s+(?:for\s+)?(?:Ukraine|Kyiv|Ukrainians)\b|"
    r"(?:join|support|contribut\w+\s+to)\s+(?:\w+\s+)?(?:peace|coalition|reassurance)\s*(?:efforts?|missions?)?|"
    r"(?:be|is|are)\s+[“\"‘]?part\s+of\s+(?:it|this|that)\b|(?:be|stay|remain)\s+there\s+for\s+(?:the\s+)?[A-Z]\w+|[’']ll\s+be\s+there\b|politically\b|very\s+good\s+protection|backing\b",
    re.IGNORECASE,
)
ROLE_OPEN = re.compile(
    r"\b(?:roles?|participation|involvement|contribut\w+|commitments?|take\s+part|part|backing|support|backstop|join\w*|participat\w+|nam(?:e|ing)\s+a\s+(?:number|figure)|no\s+decision|made\s+up|help|position)\b",
    re.IGNORECASE,
)
SUPPORT_OF_SOME_KIND = re.compile(
    r"backstop\w*|front-load\w*|in\s+other\s+(?:ways|forms)|militarily\b|other\s+(?:kinds?|forms?)\s+of\s+(?:help|support)|"
    r"security\s+(?:measures|tasks)",
    re.IGNORECASE,
)
"""Help whose domain is not told."""
_OWNER = re.compile(
    r"(?:([A-Z][\w.]*)\s+(?:and|or)\s+)?([A-Z][\w.]*)(?:[’']s?)?\s+(?:(?:own|armed|military|ground|land|security)\s+)*$"
)


@dataclass(frozen=True, slots=True)
class TypeWord:
    """One word that names a domain."""

    type: str
    start: int
    end: int
    owners: tuple[str, ...]
    """States that stand as adjectives or owners before the word."""


def type_words(clause: str, actors: ActorTable) -> tuple[TypeWord, ...]:
    """Find the words that name a domain, none inside another.

    >>> from truceline.guarantees.reading.pledge_actors import ACTORS
    >>> [w.type for w in type_words("by land, sea or air", ACTORS)]
    ['troops_land', 'naval', 'air']
    >>> [(w.type, w.owners) for w in type_words("train Ukrainian forces", ACTORS)]
    [('training', ()), ('troops_land', ('Ukraine',))]
    """
    found = []
    clause = clause.translate(NO_QUOTES)
    for match in _PATTERN.finditer(clause):
        kind = _WORDS[int((match.lastgroup or "t0")[1:])][0]
        if kind != "skip":
            found.append(
                TypeWord(kind, match.start(), match.end(), _owner(clause, match.start(), actors))
            )
    return tuple(found)


def _owner(clause: str, start: int, actors: ActorTable) -> tuple[str, ...]:
    before = _OWNER.search(clause[max(start - 60, 0) : start])
    found = []
    for word in before.groups() if before else ():
        plain = (word or "").removesuffix("’s").removesuffix("'s")
        name = actors.adjectives.get(plain) or actors.by_noun.get(plain)
        if name:
            found.append(name)
    return tuple(found)
