"""The terms of an undertaking: when it is owed, within which limits, how large, in which role."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END_OF_WAR = (
    r"(?:cease-?fires?|truce|armistice|(?:end|cessation|halt)\s+(?:of|to|in)\s+(?:the\s+)?(?:hostilities|fighting|war|"
    r"conflict)|hostilities|fighting|war|conflict|peace|settlement|guns\s+fall\s+silent|"
    r"(?:peace\s+)?(?:deal|agreement|accord|settlement|treaty|plan)|lasting\s+peace)"
)
_DET = r"(?:(?:the|a|an|any|such|some|there\s+(?:is|was|were)|there[’']s|this|active)\s+)*"
_ADJ = r"(?:(?:eventual|future|credible|potential|possible|durable|final|lasting|stable|comprehensive|complete|full|formal|post-war|peace|negotiated|Russia-Ukraine|current|(?-i:[A-Z])\w+)\s+)*"
_TAIL = (
    r"(?:\s+(?:deal|agreement|accord|settlement))?(?:\s+of\s+(?:the\s+)?(?:hostilities|fighting|war))?"
    r"(?:\s+(?:between|with)\s+[A-Z]\w+(?:\s+and\s+[A-Z]\w+)?)?"
    r"(?:\s+(?:is|are|was|were|has\s+been|have|has|had|comes?|takes?|took|enters?|ends?|ended|stops?|stopped|ceases?|"
    r"ceased|holds?|held)(?:\s+(?:agreed(?:\s+upon)?|reached|signed|secured|in\s+place|over|ended|concluded|stopped|"
    r"ceased|into\s+(?:force|effect)|place|finali[sz]ed|achieved|declared|been\s+\w+|established|in\s+force|silent))?)?"
)
TRIGGER = re.compile(
    r"\b(?:(?:the\s+)?(?:very\s+)?(?:day|moment|morning)\s+(?:after|following|that)[”\"]?|within\s+(?:\w+\s+){1,3}?of|(?:immediately|only|as\s+soon\s+as|right|"
    r"shortly|soon)\s+(?:after|following)|as\s+soon\s+as|only\s+(?:once|when|if)|once|after|following|if|when|should|upon|as\s+part\s+of|"
    r"in\s+the\s+(?:event|case)\s+(?:of|that)|in\s+case(?:\s+of)?|in\s+the\s+wake\s+of|the\s+moment|until|unless|provided\s+(?:that\s+)?|on\s+condition\s+that|"
    r"under|for|with|before|post)\s+"
    + _DET
    + _ADJ
    + _END_OF_WAR
    + r"\b"
    + _TAIL
    + r"|\bin\s+the\s+event\s+that\s+(?:[^.;]|\.(?=\w|\s[a-z])){0,160}?\b(?:peace\s+(?:deal|agreement)|cease-?fire|truce|(?:war|conflict)\s+ends?)"
    r"|\bif\s+[^.;—]{0,60}?\b(?:peace\s+(?:deal|agreement)|cease-?fire|truce|(?:war|conflict)\s+ends?)"
    r"|\bpost-(?:war|ceasefire|conflict|settlement|truce)\b"
    r"|\b(?:wants?|wanted|needs?)\s+(?:to\s+see\s+)?a\s+(?:cease-?fire|truce|peace\s+(?:deal|agreement))\s+first\b|\bif\s+conditions\s+(?:allow|permit)\b"
    r"|\b(?:in\s+(?:the\s+)?(?:case|event)\s+of|if|against|after)\s+(?:a\s+|any\s+|there\s+(?:is|are)\s+|another\s+|Russia\s+|Ukraine\s+is\s+|Moscow\s+)*"
    r"(?:new|future|renewed|further|fresh|attacks?\s+again|attacked)\b(?:\s+(?:Russian\s+)?(?:armed\s+)?(?:attacks?|aggression|assault|invasion|again))?"
    r"|\b(?:at|upon|on)\s+(?:Ukraine|Kyiv)[’']s\s+(?:own\s+)?request|\bif\s+(?:Ukraine|Kyiv)\s+(?:asks|requests)"
    r"|\b(?:only\s+)?(?:after|once|if|when|until|unless)\s+(?:the\s+)?(?:[\w’']+\s+)?(?:conditions|parliament\w*|Bundestag|lawmakers|Congress|"
    r"guarantees|backing|mandate|framework)\s+(?:\w+\s+){0,3}?(?:clarified|clear|met|approv\w+|agree[ds]?|vote[ds]?|place|defined|known)"
    r"|\b(?:subject\s+to|pending|with|depend\w*\s+on|contingent\s+on|conditional\s+on)\s+(?:the\s+|a\s+|an?\s+|its\s+|prior\s+)*(?:[\w’'.-]+\s+){0,3}?"
    r"(?:approval|mandate|vote|backing|support\s+(?:from|of)\s+(?:the\s+)?(?:US|U\.S\.|United\s+States|Washington)|backstop|consent|cease-?fire|peace\s+deal)"
    r"|\b(?:secure|securing|reach\w*|need\w*|achiev\w+)\s+(?:first\s+)?a\s+cease-?fire(?:\s+(?:first|before))?",
    re.IGNORECASE,
)
_PAST_EVENT = re.compile(
    r"^(?:for|with|under|before|post|when|until|if|as\s+part\s+of)\s+(?:the\s+)?(?:war|conflict|fighting|hostilities|peace)\b(?!\s+(?:deal|agree|accord|settle|is|are|end|stop|cease))",
    re.IGNORECASE,
)
LIMIT = re.compile(
    r"\b(?:(?:would|will|does|do|is|are|could)\s+)?(?:not|never|n[’']t)\s+(?:to\s+|be\s+|itself\s+)*(?:(?:operat\w+|plac\w+|station\w*|deploy\w*|sent|put|fight\w*|"
    r"serv\w+|based?)\s+)(?:[\w’'“”-]+\s+){0,4}?(?:on|near|at|along|in|to)\s+(?:the\s+|any\s+)?(?:front[- ]?lines?|line\s+of\s+contact|contact\s+line|combat\w*|front)"
    r"|\bnot\s+have\s+the\s+(?:will|objective|aim|goal|intention)[\w\s]{0,40}?wag\w+(?:\s+(?:any\s+)?war)?|\bnot\s+(?:on|near|at|along)\s+the\s+(?:front[- ]?lines?|line\s+of\s+contact|contact\s+line|front)"
    r"|\b(?:not|never)\s+(?:\w+\s+)?(?:wag(?:e|ing)\s+war|engag\w+\s+in\s+combat|fight(?:ing)?\b)(?:\s+(?:against|with)\s+\w+)?"
    r"|\b(?:would|will)?\s*not\s+(?:be\s+)?(?:combat\s+(?:troops|forces|soldiers)|forces\s+that\s+will\s+be\s+engaged\s+in\s+combat|engaged\s+in\s+combat)|\bnone\s+of\s+them\s+in\s+a\s+combat\s+role"
    r"|\bnot\s+(?:to|into)\s+(?-i:[A-Z])\w+(?:\s+itself)?"
    r"|\bnot\s+in\s+(?:a\s+|any\s+)?combat\s+\w+|\b(?:not\s+take|take\s+no|taking\s+no|not\s+taking)\s+(?:any\s+)?part\s+in\s+(?:the\s+|any\s+)?(?:fighting|combat)(?:\s+operations?)?"
    r"|\b(?:away|far)\s+from\s+the\s+(?:front[- ]?lines?|front|line\s+of\s+contact|contact\s+line)"
    r"|\boutside\s+(?:of\s+)?(?:NATO|Nato|the\s+alliance|Ukraine|Ukrainian\s+territory)(?:[’']s)?(?:\s+(?:structures?|framework|borders?|territory))?"
    r"|\b(?:not\s+in(?:side)?|but\s+not\s+in)\s+Ukraine\b|\bfrom\s+(?:neighbou?ring|nearby)\s+\w+(?:\s+\w+)?|\b(?:in|on|to)\s+(?:the\s+territory\s+of\s+)?(?:a\s+|an\s+)?neighbou?ring\s+(?:\w+\s+)?"
    r"(?:countr|territor|state|nation)\w*"
    r"|\b(?:rather\s+than|instead\s+of|without|but\s+no|but\s+not)\s+(?:the\s+)?(?:[\w.’'-]+\s+){0,3}?(?:troops?|soldiers|boots|ground\s+forces|forces|personnel)"
    r"(?:\s+on\s+the\s+ground)?"
    r"|\bin\s+the\s+Black\s+Sea\b|\bin\s+(?:western|central|rear)\s+(?:areas?\s+of\s+)?Ukraine|\bonly\s+(?:in|on|for|from)\s+(?:the\s+)?[\w’'\s-]{3,40}"
    r"|\b(?:for|limited\s+to)\s+(?:a\s+period\s+of\s+)?(?:up\s+to\s+)?(?:\w+)\s+(?:months|years)\b|\bin\s+a\s+non-?combat\s+\w+|\bnon-?combat\w*",
    re.IGNORECASE,
)
_PROVISO = re.compile(
    r"\b(?<!even )(?<!as )(?:only\s+)?(?:if|unless|provided(?=\s+(?:that|they|it|there|the|he|she)\b)|(?:as|so)\s+long\s+as|on\s+(?:the\s+)?condition\s+that|in\s+case\s+of|in\s+the\s+(?:case|event)\s+of)\s+"
    r"(?!necessary|needed|anything|possible|ever|any\b|not\b)[^,.;”\"]{4,90}",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:across|all\s+over|throughout|outside)\s+(?:the\s+|its\s+|their\s+|his\s+|her\s+)?(?:[A-Z]\w+(?:\s+borders?)?|country|borders?)"
    r"|\b(?:to|at|on|along|near)\s+the\s+(?:front(?:[- ]?lines?)?|line\s+of\s+contact|contact\s+line)\b"
    r"|\b(?:in|on|to|from)\s+(?:the\s+territory\s+of\s+)?an?\s+(?:\w+\s+)?neighbou?r\b|\b(?:in|on|to|from)\s+(?:an?|the)\s+(?:countr\w+|states?)\s+neighbou?ring\s+[A-Z]\w+"
    r"|\b(?:beyond|outside)\s+[A-Z]\w+(?:[’']s)?\s+borders|\bon\s+(?:its\s+own|their\s+own|[A-Z]\w+)\s+(?:soil|territory)\b"
    r"|\b(?:with|by|using)\s+(?:drones?|satellites?|sensors?)(?:(?:,|,?\s+and)\s+(?:drones?|satellites?|sensors?))*"
    r"|\b(?:until|through)\s+(?:the\s+end\s+of\s+)?20\d\d\b|\b(?:after|within|in)\s+(?:\d+|two|three|six|twelve|twenty|several)\s+(?:hours|days|weeks|months)\b"
    r"|\bin\s+the\s+(?:\w+\s+)?[A-Z]\w+\s+Sea\b"
    r"|\b(?:in|on|to)\s+[“\"‘]?(?:the\s+)?(?:territory\s+of\s+)?(?:a\s+)?neighbou?ring\s+[\w\s]{3,25}?(?=[”\"’,.;]|\s+(?:after|once|said)|$)"
    r"|\bunder\s+(?:a|an)\s+(?:UN|[A-Z]\w+)\s+mandate|\bfor\s+the\s+first\s+(?:\w+\s+)?(?:year|month)s?"
    r"|\bthe\s+[A-Z]\w+\s+Sea\b|(?<=\bto be )based\s+in\s+[A-Z]\w+"
)
_HOW_MUCH = re.compile(
    r"(?:up\s+to|as\s+many\s+as|at\s+least|some|about|around)?\s*[“\"]?(?:(?:several|many|tens\s+of|a\s+few)\s+(?:thousands?|hundreds?)|thousands|hundreds)[”\"]?"
    r"(?:\s+(?:of\s+)?(?:[\w-]+\s+){0,2}?(?:troops|soldiers|men|personnel))?"
    r"|\b(?:up\s+to\s+|as\s+many\s+as\s+|at\s+least\s+|some\s+|about\s+)?\d[\d,.]*\s+(?:[\w-]+\s+)?(?:troops|soldiers|personnel|peacekeepers|men|instructors|trainers|jets|ships|"
    r"frigates|recruits|interceptors)\b"
    r"|\ba\s+(?:small|limited)\s+number\s+of\s+\w+|\b(?:up\s+to\s+)?(?:one|two|three|four|five|six|a\s+dozen)\s+(?:more\s+|further\s+)?(?:[\w-]+\s+){0,2}?(?:compan(?:y|ies)|battalions?|brigades?|systems|batteries|frigates|ships|jets|minehunters)(?:\s+a\s+year)?\b"
    r"|\b(?:up\s+to\s+)?(?:a\s+|one\s+|two\s+|three\s+)(?:company|battalion|brigade)s?(?:-sized\s+\w+)?(?:\s+each)?\b"
    r"|[€$£]\s?\d[\d.,]*\s*(?:m|bn|million|billion)?|\b\d[\d.,]*\s+(?:million|billion)\s+\w+",
    re.IGNORECASE,
)
SIZE = re.compile(
    r"\b(?:up\s+to|at\s+least|about|around|some|as\s+many\s+as|more\s+than|between|roughly|nearly|over)?\s*[“\"]?"
    r"(?:(?:several|many|tens\s+of|a\s+few)\s+(?:thousands?|hundreds?)|(?:tens\s+of\s+)?thousands\b|hundreds\b|"
    r"\d{1,3}(?:[,.]\d{3})+(?:\s*(?:to|and|-|–)\s*\d{1,3}(?:[,.]\d{3})+)?|\d+\s+(?=troops|soldiers|personnel|peacekeepers|aircraft|"
    r"jets|ships|warships|instructors|trainers))[”\"]?",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"\b(?:lead(?:s|ing)?|led\b(?!\s+to)|leadership\s+roles?|take(?:s)?\s+the\s+lead|spearhead\w*|command(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
LED_BY = re.compile(
    r"[A-Z][\w.]*[- ]led\b|\bled\s+by\b|\bunder\s+(?:the\s+)?(?:[\w’'.]+\s+){1,2}(?:command|leadership|lead)\b"
)
"""Who leads here is somebody else than the subject."""
HOST = re.compile(r"\b(?:host(?:s|ed|ing)?|headquarter\w+|be\s+based)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """Words of a term, without their surroundings."""

    text: str
    start: int
    end: int


def trigger_in(text: str) -> Term | None:
    """Find the condition under which something is owed; null where the text states none.

    >>> trigger_in("will deploy the day after a ceasefire is agreed").text
    'the day after a ceasefire is agreed'
    >>> trigger_in("after years of war") is None
    True
    """
    for match in TRIGGER.finditer(text):
        if not _PAST_EVENT.match(match[0]):
            return _term(match)
    return None


def proviso_in(text: str) -> Term | None:
    """Find a condition of any other kind; null where nothing is made to hang on something.

    >>> proviso_in("will train them so long as it costs nothing").text
    'so long as it costs nothing'
    >>> proviso_in("will help if necessary") is None
    True
    """
    match = _PROVISO.search(text)
    return _term(match) if match else None


def scope_in(text: str) -> str | None:
    """Find where, for how long or how much; null where the text does not tell.

    >>> scope_in("will build hubs across Valdia"), scope_in("will send 150 soldiers")
    ('across Valdia', '150 soldiers')
    """
    match = _WHERE.search(text) or _HOW_MUCH.search(text)
    return _term(match).text if match else None


def limit_in(text: str) -> Term | None:
    """Find what the undertaking leaves out; null where the text states no limit.

    >>> limit_in("the force would not operate on the front lines").text
    'would not operate on the front lines'
    """
    match = LIMIT.search(text)
    return _term(match) if match else None


def size_in(text: str) -> str | None:
    """Find how many; null where no number of forces is given.

    >>> size_in("could deploy “several thousand” troops")
    'several thousand'
    """
    match = SIZE.search(text)
    return " ".join(match[0].strip().strip('“”"').split()) if match else None


def role_in(text: str, led: bool = False) -> str:
    """Tell the role: who leads, who hosts, and everybody else contributes.

    >>> role_in("will lead the force"), role_in("will send troops")
    ('lead', 'contribute')
    """
    if led or LEAD.search(LED_BY.sub("", text)):
        return "lead"
    return "host" if HOST.search(text) else "contribute"


def trigger_class(trigger: str) -> str:
    """Give the kind of a condition, by which the register groups them.

    >>> trigger_class("the day after a ceasefire is agreed"), trigger_class("after any peace deal")
    ('ceasefire', 'peace_deal')
    """
    for kind, words in (
        ("new_attack", r"attack|aggression|invasion|renewed"),
        ("request", r"request|asks"),
        (
            "approval",
            r"approv|mandate|vote|parliament|Bundestag|Congress|lawmakers|backing|backstop|consent",
        ),
        ("clarity", r"conditions"),
        ("ceasefire", r"cease-?fire|truce|armistice"),
        ("end_of_hostilities", r"hostilities|fighting|guns|cessation"),
        ("peace_deal", r"peace|deal|agreement|accord|settlement|treaty"),
        ("end_of_war", r"war|conflict"),
    ):
        if re.search(words, trigger, re.IGNORECASE):
            return kind
    return "other"


def _term(match: re.Match[str]) -> Term:
    return Term(" ".join(match[0].strip().strip('“”"').split()), match.start(), match.end())
