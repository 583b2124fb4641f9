"""Words and signs of the register's pages; every state has a sign and a word, never colour alone."""

from __future__ import annotations

from typing import Final

from truceline.model.register import Entry, Origin, Review, Turn, Verdict
from truceline.publication.register import DOMAINS, STATUS_SIGNS

SHORT_STATUS: Final = {
    "pledged": "pledged",
    "conditional": "conditional",
    "considered": "considered",
    "undecided": "undecided",
    "ruled_out": "ruled out",
}
"""Status to a word for a narrow column."""
ORIGIN_SIGNS: Final = {
    Origin.CODED: "§",
    Origin.CONFIRMED: "✓",
    Origin.PROPOSED: "( )",
    Origin.REJECTED: "—",
}
ORIGIN_WORDS: Final = {
    Origin.CODED: "coded",
    Origin.CONFIRMED: "confirmed",
    Origin.PROPOSED: "proposed",
    Origin.REJECTED: "rejected",
}
ORIGINS: Final = (Origin.CODED, Origin.CONFIRMED, Origin.PROPOSED, Origin.REJECTED)
"""In the order of how far people stand behind them."""
ORIGIN_LONG: Final = {
    Origin.CODED: "coded: written by people from the sources named",
    Origin.CONFIRMED: "confirmed: proposed by a program, confirmed or corrected by a person",
    Origin.PROPOSED: "proposed: by a program, confirmed by nobody; sign in brackets",
    Origin.REJECTED: "rejected: proposed by a program, rejected by a person; counts nowhere",
}
TURN_WORDS: Final = {
    Turn.NEW: "first word",
    Turn.STRONGER: "stronger",
    Turn.WEAKER: "weaker",
    Turn.CONDITION: "other condition or limits",
    Turn.ROLE: "other role",
}
TURN_SIGNS: Final = {
    Turn.NEW: "+",
    Turn.STRONGER: "▲",
    Turn.WEAKER: "▼",
    Turn.CONDITION: "≠",
    Turn.ROLE: "≠",
}
VERDICT_WORDS: Final = {
    Verdict.CONFIRM: "confirmed it",
    Verdict.CORRECT: "confirmed it with corrections",
    Verdict.REJECT: "rejected it",
    Verdict.RULE: "ruled",
}
FRAMEWORK_WORDS: Final = {
    "in_force": "in force",
    "adopted": "adopted as a text; what it promises waits for its condition",
    "lapsed": "lapsed",
    "never_agreed": "never agreed",
    "demand": "a demand of one side",
    "reported_not_agreed": "reported, not agreed",
}
_FIRM: Final = frozenset({"pledged", "conditional"})
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ROLE_WORDS: Final = {
    ("lead", True): "to lead",
    ("lead", False): "lead not promised",
    ("host", True): "to host",
    ("host", False): "hosting not promised",
    ("contribute", True): "to contribute",
    ("contribute", False): "",
}


def sign_of(entry: Entry) -> str:
    """Give the sign of an entry's status; in brackets unless a person stands behind it."""
    sign = STATUS_SIGNS.get(entry.status, "·")
    return sign if entry.origin in {Origin.CODED, Origin.CONFIRMED} else f"({sign})"


def role_words(entry: Entry) -> str:
    """Name the role as strongly as the status allows; what is not promised never reads as a role.

    A refused role is none.
    """
    if entry.status == "ruled_out":
        return ""
    return _ROLE_WORDS.get((entry.role, entry.status in _FIRM), entry.role)


def domain_words(types: tuple[str, ...]) -> str:
    """Write domains as words.

    >>> domain_words(("troops_land", "naval"))
    'land, sea'
    """
    return ", ".join(DOMAINS.get(kind, kind).replace("\u00ad", "").lower() for kind in types)


def domain_named(word: str) -> str:
    """Give the domain that a page calls by this word; any other word as it is.

    >>> domain_named("Sea"), domain_named("naval"), domain_named("")
    ('naval', 'naval', '')
    """
    named = {domain_words((kind,)): kind for kind in DOMAINS}
    return named.get(word.casefold(), word)


def value_words(value: str) -> str:
    """Write the value of a side for a reader: names of domains and statuses as words.

    >>> value_words("Ardenia: troops_land ruled_out")
    'Ardenia: land ruled out'
    """
    words = {**{kind: domain_words((kind,)) for kind in DOMAINS}, **SHORT_STATUS}
    return " ".join(words.get(part, part) for part in value.split(" "))


def day_words(text: str | None) -> str:
    """Write an ISO day, month or year in words; what is none of them stays as it is.

    >>> day_words("2026-01-06"), day_words("2022-03"), day_words("2014"), day_words(None)
    ('6 January 2026', 'March 2022', '2014', 'not known')
    """
    if not text or text == "unknown":
        return "not known"
    parts = text.split("-")
    if not all(p.isdecimal() for p in parts) or len(parts) > 3:
        return text
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return text
    words = [parts[0]] if len(parts) == 1 else [_MONTHS[int(parts[1]) - 1], parts[0]]
    return " ".join([str(int(parts[2])), *words] if len(parts) == 3 else words)


def span_words(start: str, end: str) -> str:
    """Write from when to when; one of them where they are the same.

    >>> span_words("2022-03", "2022-04")
    'March 2022 to April 2022'
    """
    if start == end or not end:
        return day_words(start)
    return f"{day_words(start)} to {day_words(end)}"


def said_words(entry: Entry) -> str:
    """Say when an entry was said; if the day is not known, what is known of its time."""
    if entry.date:
        return day_words(entry.date)
    parts = ["day not known"]
    if entry.months:
        parts.append(" or ".join(day_words(month) for month in entry.months) + " by its articles")
    if entry.known_by:
        parts.append(f"reported by {day_words(entry.known_by)}")
    return "; ".join(parts)


def when_words(entry: Entry) -> str:
    """Say it short: the day, else the only month it may be of, else that it is not known."""
    if entry.date:
        return day_words(entry.date)
    return day_words(entry.months[0]) if len(entry.months) == 1 else "day not known"


def ruling_words(review: Review) -> str:
    """Say what a person did: confirmed, corrected with which values, rejected, ruled for which side."""
    words = VERDICT_WORDS[review.verdict]
    if review.verdict is Verdict.CORRECT:
        given = ", ".join(f"{name}: {value}" for name, value in sorted(review.values.items()))
        return f"{words} ({given})" if given else words
    if review.verdict is Verdict.RULE:
        side = review.values.get("side", "")
        return f"{words}: {_side_words(side)}"
    return words


def _side_words(side: str) -> str:
    if side.isdecimal():
        return f"side {int(side) + 1} is followed"
    return "both sides stand" if side == "both" else "no side is named"
