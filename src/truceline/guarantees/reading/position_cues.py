"""The words by which a party takes a stand: it rejects, demands, threatens, accuses, offers, yields."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LAND = (
    r"(?:Donbas\w*|Donetsk|Luhansk|Lugansk|Crimea\w*|Kherson|Zaporizh\w+|Kharkiv|Sumy|territor\w+|regions?|oblasts?|land\b|"
    r"borders?|annexed|new\s+realities)"
)
_GIVE = (
    r"(?:give\s+up|giv(?:e|ing)|withdraw\w*|ced(?:e|es|ing)|surrender\w*|hand(?:s|ed|ing)?\s+over|recogni[sz]\w*|relinquish\w*|"
    r"abandon\w*|pull(?:s|ed|ing)?\s+(?:back|out)|leave|quit|accept\w*|reflect\w*)"
)
_WANT = (
    r"(?:demand\w*|insist(?:s|ed|ing|ence)?|requir(?:e|es|ed|ing)|must|has\s+to|have\s+to|terms|conditions?|want(?:s|ed)?|calls?\s+for|called\s+for|claims?|"
    r"seek\w*|press\w*)"
)
_CUES: tuple[tuple[str, str], ...] = (
    (
        "concession",
        (
            r"(?:would|will|does|do|did|has|have)\s+not\s+(?:be\s+)?(?:oppos\w+|object\w*|stand\s+in\s+the\s+way)|no\s+objections?|"
            r"(?:ready|willing|prepared)\s+(?:to\s+)?(?:for\s+)?(?:a\s+)?(?:compromis\w+|concessions?|concede|accept|drop|freeze|give\s+up)|"
            r"(?:agreed|offered)\s+to\s+(?:drop|abandon|give\s+up|concede|accept)|conced(?:ed|es|ing)\b(?!\s+that\b)|soften\w*|back(?:ed|s|ing)?\s+down|"
            r"drop(?:ped|s)?\s+(?:its|his|her|their)\s+(?:demand|objection|insistence)\w*"
        ),
    ),
    (
        "territorial_demand",
        (
            rf"{_WANT}[^.;]{{0,90}}?\b{_GIVE}\b[^.;]{{0,80}}?\b{_LAND}|{_WANT}[^.;]{{0,60}}?\b{_LAND}[^.;]{{0,60}}?\b{_GIVE}\b|"
            rf"{_WANT}\s+(?:\w+\s+){{0,5}}?territorial\s+\w+|(?:recognition|control|cession)\s+of\s+(?:\w+\s+){{0,4}}?{_LAND}"
        ),
    ),
    (
        "red_line",
        (
            r"red\s+lines?|(?:is|are|was|were)\s+excluded\b|off\s+the\s+table|non-?negotiable|(?:will|would|can)\s*(?:not|never)\s+(?:\w+\s+)?(?:accept|tolerate|allow|"
            r"permit|agree\s+to|stand\s+for)|won[’']t\s+(?:accept|tolerate|allow)|(?:direct\s+)?threat\s+to\s+(?:the|our|its|their|[A-Z]\w+[’']s)\s+"
            r"(?:\w+\s+)?security|under\s+no\s+circumstances|out\s+of\s+the\s+question|categorical\w*"
        ),
    ),
    (
        "threat",
        (
            r"(?:legitimate|lawful|legal|rightful)\s+(?:(?:military|combat|war)\s+)?targets?|fair\s+game|(?:will|would|shall)\s+be\s+(?:considered|classified|treated|seen|regarded|viewed|deemed)\s+"
            r"(?:as\s+)?(?:an?\s+)?(?:legitimate|foreign|intervention|act|declaration|target|aggress)\w*|consequences|retaliat\w+|"
            r"(?:would|will|could)\s+(?:only\s+)?escalat\w+|threaten(?:s|ed|ing)?\s+(?:to|with)|strike\s+back|respond\s+(?:militarily|harshly|accordingly)|"
            r"(?:additional|further|new|tougher|more|crushing)\s+sanctions[^.;]{0,60}?\bif\b|warn\w*[^.;]{0,60}?sanctions|"
            r"(?:continue|resume|press\s+on\s+with)\s+(?:the\s+|its\s+|his\s+)?(?:military\s+operations?|fighting|offensive|war\b)|by\s+force|by\s+military\s+means|"
            r"(?:will|would)\s+(?:be\s+)?(?:destroy|target|hit|eliminat)\w*|direct\s+(?:clash|confrontation|conflict)"
        ),
    ),
    (
        "condition",
        (
            r"only\s+(?:after|once|if|when)|only\s+(?:possible|acceptable|conceivable)\s+(?:if|when|after|once)|can\s+only\s[^.;]{0,60}?\bif\b|any\s+(?:deployment|mission|contribution|participation|step)\s+(?:would|will)\s+(?:first\s+)?(?:require|need)|(?:first|priority)\s+(?:was|is|must|be|to|secure)[^.;]{0,40}cease-?fire|on\s+(?:the\s+)?condition(?!\s+of\s+anonymity)|"
            r"provided\s+that|preconditions?|as\s+a\s+(?:condition|prerequisite)|not\s+(?:until|unless|before)|if\s+common\s+sense|"
            r"before\s+(?:any|deploying|sending|talks|negotiat\w+|sitting)|conditional\s+on|(?:willing|ready|prepared)\s+to\s+(?:meet|talk|negotiate)[^.;]{0,50}\b(?:if|once|after)"
        ),
    ),
    (
        "accusation",
        (
            r"accus\w+|reproach\w*|blam(?:e|es|ed|ing)|provocati\w+|provoke\w*|militaris\w+|warmong\w+|hysteri\w+|(?:trying|seeking|attempting|wants?|want)\s+to\s+"
            r"(?:prolong|continue|drag|sabotage|undermine|derail)|prolong\w*\s+the\s+(?:war|conflict)|fuell?(?:ing|ed|s)?\s+(?:the\s+|Moscow[’']s\s+|Russia[’']s\s+)?war|"
            r"stall\w+\s+for\s+time|playing\s+for\s+time|not\s+(?:showing|serious|ready\s+for\s+peace|interested\s+in\s+peace)|sabotag\w+|undermin\w+|root\s+causes?|key\s+causes?|"
            r"(?:an\s+)?enemy\b|threaten(?:s|ed)?\s+Russia|dangerous|destructive|axis\s+of\s+war|bad\s+faith|condemn\w*|denounc\w+|lying|hypocri\w+|(?:hinder|obstruct|imped|derail)(?:s|ed|es|ing)?\b|(?:pos(?:e|es|ed|ing)|represents?)\s+(?:a|an)\s+(?:\w+\s+)?(?:threat|danger)|dangers?\s+to\b"
        ),
    ),
    (
        "rejection",
        (
            r"reject\w*|dismiss\w*|slam(?:s|med|ming)?|rebuff\w*|rebuk\w+|spurn\w*|brush\w*\s+(?:it\s+|them\s+|this\s+|that\s+)?(?:aside|off)|(?:has|have|had|with)\s+no\s+say|unacceptable|oppos(?:e|es|ed|ing|ition)\b|rul(?:ed|es|ing)\s+out|"
            r"(?:can(?:no|[’']|\s+no)t|can’t|could\s+not|will\s+not|won[’']t|definitely\s+not)\s+(?:\w+\s+)?(?:be\s+provided|come\s+from|ensure|be\s+ensured|serve|agree|provide|be\s+a\s+guarantee|be\s+acceptable|support)|"
            r"(?:do(?:es)?\s+not|doesn[’']t|don[’']t|have|has|holds?|no)\s+(?:have\s+)?(?:a\s+|any\s+|“|\")*(?:no\s+)?veto|not\s+for\s+(?:them|Russia|Moscow|Putin)\s+to\s+decide|"
            r"ridicul\w+|mock\w*|scoff\w*|no\s+(?:\w+\s+)?(?:reason|need|point|sense|use|purpose)[”\"]?\s+(?:for|in|to|of)\b|definitely\s+(?:not|cannot|never)|road\s+to\s+nowhere|(?:do(?:es)?\s+not|doesn[’']t|don[’']t|did\s+not)\s+(?:accept|agree)|(?:is|are|was|were)\s+not\s+(?:going|prepared|ready|willing)\s+to\s+(?:discuss|accept|negotiate|agree)|(?:do(?:es)?\s+not|don[’']t|doesn[’']t)\s+see\s+(?:the|any)\s+(?:point|sense|need)|"
            r"unnecessary|said\s+no\s+to|refus\w+(?!\s+(?:outright\s+|flatly\s+|again\s+)?to\s+(?:send|put|deploy|commit\b|contribute|say|comment|promise|commit|specif|confirm|disclos|rule)\w*)|turn(?:ed|s)?\s+down|not\s+acceptable|non-?starter|absurd|denied|objected"
        ),
    ),
    (
        "offer",
        (
            r"offer(?:s|ed|ing)?\b(?!\s+(?:to\s+(?:host|lead|train|send|provide|contribute)\s+)?[^.;,]{0,40}?\b(?:systems?|equipment|company|battalion|brigade|bases?|money|help|troops|soldiers|forces|headquarters|weapons|aircraft|jets|ships|support|training|monitors?)\b)|(?:is|was|remain\w*|be|are|were)\s+(?:\w+\s+)?open\s+to(?!\s+(?:help|train|send|contribut|monitor|host|boots|sending|troops)\w*)|in\s+exchange|in\s+return|(?:ready|willing|prepared)\s+to\s+(?:meet|talk|negotiate|host|hold|receive|welcome|continue\s+talks|"
            r"guarantee|discuss|engage|work)|invit(?:e|ed|es|ing)|would\s+(?:freeze|return|implement|halt|honou?r|respect)|hint\w*\s+at\s+(?:the\s+)?possib\w+|"
            r"(?:propos|suggest)\w+\s+(?:a\s+)?(?:meeting|talks|summit|call|truce|cease-?fire)|float\w*\s+(?:the\s+)?idea|options\s+for\s+ensuring|options\s+for\s+(?:Ukraine|security)"
        ),
    ),
    (
        "demand",
        (
            r"demand\w*|ask(?:s|ed|ing)?\s+(?:the\s+)?[A-Z]\w+\s+to\s+stop|(?:had|has|have)\s+to\s+stop|(?:urg(?:e|es|ed|ing)|press(?:es|ed|ing))\b|ask(?:s|ed|ing)?\s+for\b(?!\s+(?:comment|details|time))|call(?:s|ed|ing)?\s+(?:on|for)\b|insist\w*\s+(?:on\b|(?:that\s+)?(?:(?!would\b|will\b)[\w’']+\s+){1,6}?(?:must|should|be|needs?|has\s+to|have\s+to))|requir(?:e|es|ed|ing)\b|\bmust\b|should\s+(?:be|also|have|stop|not)|"
            r"appeal\w*|ultimatum|conditions\s+for|insist\w*\s+(?:that\s+)?(?:[\w’']+\s+){1,3}?(?:give|drop|renounce|withdraw|recogni[sz]e|abandon|stop|cease)\b|needs?\s+(?:\w+\s+)?guarantees|needed\s+(?:\w+\s+)?guarantees|abandon\w*\s+(?:its\s+)?NATO|neutral\w*|demilitari\w+"
        ),
    ),
)
_KINDS = tuple(kind for kind, _ in _CUES)
_PATTERNS = tuple(
    (kind, re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE)) for kind, words in _CUES
)
_WARNED = re.compile(
    r"(?<![\w-])(?:warn(?:s|ed)?|(?<=, )warning|(?<=and )warning)\b", re.IGNORECASE
)
_NOUN = re.compile(
    r"(?:rejection|demands?|insistence|opposition|hesitation|provocations?|offers?|terms|conditions?)$",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"(?:skeptic\w*|sceptic\w*|doubt\w*|whether|unclear|if|unless|or\s+will|despite\s+[\w’']+\s+claim)\b[^.;]{0,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A cue of a stand in a sentence."""

    kind: str
    start: int
    end: int
    noun: bool
    """A noun: the stand is of whoever owns it."""


def stands_in(text: str) -> list[Stand]:
    """Find the cues of stands, at most one of each kind in a clause; the narrower kind wins its words.

    >>> [s.kind for s in stands_in("Arland rejected the plan and called troops legitimate targets")]
    ['rejection', 'threat']
    >>> stands_in("Arland has a long coast")
    []
    """
    found: list[Stand] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            doubted = _DOUBTED.search(text[max(match.start() - 80, 0) : match.start()])
            taken = any(s.start < match.end() and match.start() < s.end for s in found)
            if not taken and not (doubted and kind in {"offer", "concession", "rejection"}):
                noun = bool(_NOUN.match(match[0])) or _is_noun(text, match)
                found.append(Stand(kind, match.start(), match.end(), noun))
    warned = _WARNED.search(text)
    if warned and not any(s.kind == "threat" for s in found):
        found.append(Stand("threat", warned.start(), warned.end(), noun=False))
    found.sort(key=lambda stand: stand.start)
    return found


def _is_noun(text: str, match: re.Match[str]) -> bool:
    """Tell "the demand" from "they demand"."""
    before = text[max(match.start() - 12, 0) : match.start()]
    return bool(
        re.search(r"\b(?:the|this|that|a|an|any|such)\s+$", before, re.IGNORECASE)
    ) and bool(
        re.match(
            r"(?:demand|offer|rejection|refusal|condition|threat|appeal)", match[0], re.IGNORECASE
        )
    )
