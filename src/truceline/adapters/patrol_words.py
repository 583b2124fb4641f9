"""The words of a patrol's sentence: a lexicon, and the cut of a text into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from truceline.adapters.patrol_bearings import DIRECTION
from truceline.adapters.patrol_numbers import COUNT, NUMBER, RANGE
from truceline.errors import RejectedRow


class Word(Enum):
    """What a token does in a sentence."""

    OPEN = "opening bracket"
    CLOSE = "closing bracket"
    STOP = "end of a sentence"
    RANGE = "distance"
    CALIBRE = "calibre"
    DEGREES = "direction in degrees"
    DIRECTION = "direction"
    COUNT = "count"
    ARTICLE = "article"
    PHASE = "outgoing, incoming, ..."
    WEAPON = "weapon"
    UNIT = "what is counted"
    VERB = "heard or seen"
    AND = "and"
    OR = "or"
    AS = "assessed as"
    ALL = "all"
    LINK = "of, from"
    FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a sentence that was understood."""

    word: Word
    match: re.Match[str]
    term: str = ""
    """Canonical: a term of the ``smm`` vocabulary, a phase, ``heard`` or ``seen``."""

    @property
    def text(self) -> str:
        """The piece as it stands in the sentence."""
        return self.match[0].strip()


_FIRE: Final = r"(?P<fire>[-\s]+(?:fire|firing))?"
_WEAPONS: Final = (
    (r"multiple[-\s]launch[-\s]rocket[-\s]systems?|mlrs|grad", "MLRS"),
    (r"under[-\s]?barrel[-\s]grenade[-\s]launchers?|ubgl", "under-barrel grenade launcher"),
    (r"(?:automatic[-\s])?grenade[-\s]launchers?|agl", "AGL"),
    (r"spg(?:-9)?", "SPG-9"),
    (r"recoilless[-\s](?:gun|rifle)s?", "recoilless gun"),
    (r"anti[-\s]tank[-\s](?:guided[-\s])?missiles?|atgm", "ATGM"),
    (r"bmp-1", "BMP-1"),
    (r"bmp-2", "BMP-2"),
    (r"(?:infantry[-\s]fighting[-\s]vehicle|ifv)(?:[-\s]cannon)?", "IFV cannon"),
    (r"anti[-\s]aircraft[-\s](?:gun|cannon)s?", "anti-aircraft gun"),
    (r"zu-23(?:-2)?", "ZU-23"),
    (r"heavy[-\s]machine[-\s]gun|hmg", "HMG bursts"),
    (
        r"small[-\s]arms|(?:light[-\s])?machine[-\s]gun|(?:assault[-\s])?rifle|automatic[-\s]weapon",
        "small-arms fire",
    ),
    (r"mortars?", "mortar"),
    (r"howitzers?", "howitzer"),
    (r"artillery", "artillery"),
    (r"tanks?", "tank"),
    (r"(?:uav|drone|unmanned[-\s]aerial[-\s]vehicle)(?:s|[-\s]flights?)?", "UAV flight"),
    (r"ceasefire[-\s]violations?", "ceasefire violation"),
)
_UNITS: Final = (
    (r"explosions?|blasts?|detonations?", "explosions"),
    (r"air[-\s]?bursts?", "airbursts"),
    (r"bursts?", "bursts"),
    (r"(?:single[-\s])?shots?", "shots"),
    (r"impacts?", "explosions"),
    (r"rounds?|shells?|salvos?|salvoes|volleys?|rockets?|projectiles?", "ceasefire violation"),
)
_PHASES: Final = (
    (r"outgoing|outbound", "outgoing"),
    (r"incoming|inbound", "incoming"),
    (r"undetermined|unidentified|unknown", "undetermined"),
)
_VERBS: Final = ((r"heard|hear", "heard"), (r"saw|seen|see|observed|sighted", "seen"))
_FILLER: Final = (
    r"the|at|in|on|to|it|its|our|their|his|her|we|they|i|teams?|patrols?|smm|mission|monitors?"
    r"|observers?|positions?|directions?|distances?|ranges?|bearings?|weapons?|type|origin|sounds?"
    r"|coming|came|being|were|was|been|total|away|some|single|fire|firing|also"
)


def _rules() -> tuple[tuple[Word, re.Pattern[str], str], ...]:
    """List the patterns in the order in which they are tried."""
    near = rf"(?P<near>(?>{DIRECTION}))"  # atomic: north-east is no arc from north to east
    arc = rf"(?:\bfrom\s+|(?P<between>\bbetween\s+))?{near}"
    far = rf"(?:\s*(?:\.\.|-)\s*|\s+to\s+|(?(between)\s+and\s+|(?!)))(?P<far>{DIRECTION})"
    degrees = (
        rf"(?P<low>{NUMBER})(?:(?:\s*-\s*|\s+to\s+)(?P<high>{NUMBER}))?"
        r"(?:\s*(?:°|deg\b|degrees\b)(?:\s+true\b)?)"
    )
    named = rf"\b(?:bearing|azimuth)s?\s+(?:of\s+)?{degrees}?"
    rules: list[tuple[Word, str, str]] = [
        (Word.OPEN, r"\(", ""),
        (Word.CLOSE, r"\)", ""),
        (Word.DEGREES, named, ""),
        (Word.DEGREES, degrees, ""),
        (Word.CALIBRE, r"\b\d{2,3}(?:\.\d+)?[-\s]?mm\b|\bcalib(?:re|er)\b", ""),
        (Word.DIRECTION, arc + far, ""),
        (Word.DIRECTION, rf"(?P<near>{DIRECTION})(?P<far>)", ""),
    ]
    rules += [(Word.WEAPON, rf"\b(?:{words}){_FIRE}\b", term) for words, term in _WEAPONS]
    rules += [(Word.UNIT, rf"\b(?:{words})\b", term) for words, term in _UNITS]
    compiled = [(word, re.compile(text, re.IGNORECASE), term) for word, text, term in rules]
    compiled[2:2] = [(Word.RANGE, RANGE, "")]
    compiled += [(Word.COUNT, COUNT, "")]
    small = [(Word.PHASE, words, term) for words, term in _PHASES]
    small += [(Word.VERB, words, term) for words, term in _VERBS]
    small += [
        (Word.AS, r"assessed(?:\s+(?:as|to\s+be))?", ""),
        (Word.ARTICLE, r"an?", ""),
        (Word.OR, r"or", ""),
        (Word.AND, r"and|then|plus|followed\s+by|as\s+well\s+as", ""),
        (Word.ALL, r"all", ""),
        (Word.LINK, r"of|from|by", ""),
        (Word.FILLER, _FILLER, ""),
    ]
    compiled += [(w, re.compile(rf"\b(?:{text})\b", re.IGNORECASE), t) for w, text, t in small]
    return (
        *compiled,
        (Word.AND, re.compile(r"[,;:&|/+]"), ""),
        (Word.STOP, re.compile(r"\.(?!\d)"), ""),
    )


LONGEST: Final = 2_000
"""Characters of one text."""
_RULES: Final = _rules()
_NOISE: Final = re.compile(r"[\s\"'\u2018\u2019\u201c\u201d]+")
_STRANGE: Final = re.compile(r"\w[\w'-]*|\S")
_DENIAL: Final = re.compile(
    r"\b(?:no|not|nothing|none|neither|nor|without|never|nil)\b|n't\b", re.IGNORECASE
)


def tokens(text: str) -> list[Token]:
    """Cut a sentence into tokens.

    Raises:
        RejectedRow: naming the words that are not in the lexicon, or a denial; for a text too long.
    """
    if len(text) > LONGEST:
        raise RejectedRow(f"{len(text)} characters are no sentence: at most {LONGEST}")
    plain = re.sub("[\u2010-\u2015\u2212]", "-", text)
    found: list[Token] = []
    strange: list[str] = []
    place = 0
    while place < len(plain):
        noise = _NOISE.match(plain, place)
        if noise:
            place = noise.end()
            continue
        token = _token_at(plain, place)
        if token is None:
            odd = _STRANGE.match(plain, place)
            assert odd is not None  # a character that is no white space always matches
            strange.append(odd[0])
            place = odd.end()
            continue
        found.append(token)
        place = token.match.end()
    if strange:
        raise RejectedRow(_what_is_strange(plain, strange))
    return found


def _token_at(text: str, place: int) -> Token | None:
    for word, pattern, term in _RULES:
        match = pattern.match(text, place)
        if match and match.end() > place:
            return Token(word, match, term)
    return None


def _what_is_strange(text: str, strange: list[str]) -> str:
    if _DENIAL.search(text):
        return (
            f"{', '.join(strange)!r} was not understood: a sentence that says what was not heard "
            "is no observation; it belongs to coverage"
        )
    return (
        f"{', '.join(strange)!r} was not understood: write count, weapon, distance and direction, "
        "e.g. 'heard 12 outgoing mortar rounds 5-7 km WNW'"
    )
