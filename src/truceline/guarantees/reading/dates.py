"""When something was said: only what the article's words and a known date give to the day.

A weekday is resolved against the day of publication (it or the six days before), or, where that is
not known, against the days that the sidecar says the article is about, and only if one day between
the first and the last of them fits. Everything else stays null: no date is invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from truceline.guarantees.reading.language_pack import pack
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.speech import Act
from truceline.guarantees.reading.verbs import Need
from truceline.model.article import Document, Span


@dataclass(frozen=True, slots=True)
class DateSaid:
    """A day and where it comes from."""

    day: str
    """ISO date."""
    basis: str


_DAYS = tuple(day.lower() for day in pack("en").weekdays)
_MONTH_WORDS = tuple(month[:3].lower() for month in pack("en").months)
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|"
    r"Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = rf"(?:{'|'.join(pack('en').weekdays)})"
WHEN = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_MONTH})(?:,?\s+(?P<y>\d{{4}}))?"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*%)(?:,?\s+(?P<y2>\d{{4}}))?"
    rf"|(?P<w>(?<!next )(?<!last )(?<!every ){_DAY})(?![’']s|s\b))"
)
_OTHER = re.compile(
    r"\b(?:who|which|whose|where|after|following|since|ahead|before|until|from|by|that|held|hosted|"
    r"met|next|last|between|marking)\b"
)
_ADJUNCT = re.compile(r"\s+(?:in|at|on|during|to|late|early|via)\b")
_CLAUSE_WORD = re.compile(r"\b(?!briefing|meeting|evening|morning)[a-z]+(?:ed|ing)\b|\bof\b")
_MADE = re.compile(
    r"^(?:His|Her|Their|The|These)\s+(?:remarks?|comments?|statement|words|warning|announcement)\b"
    r"[^.“”]{0,20}?\b(?:made|came|delivered|issued|given)\s+(?:(?:late|early|on)\s+)*"
)


def date_said(
    document: Document, sentence: Sentence, span: Span, act: Act, following: Sentence | None
) -> DateSaid | None:
    """Resolve the day of a statement; null where the article does not give it.

    Args:
        document: with publication date and the days it is about, where known.
        sentence: that holds the statement.
        span: of the statement.
        act: of speaking.
        following: the sentence after, which may date the one before (``His remarks, made Friday``).
    """
    for match in _near(document.text, sentence, span, act):
        found = resolve(match, document.published, document.about)
        if found:
            return found
    if following and act.kind == "person":
        made = _MADE.match(following.text)
        when = WHEN.match(following.text, made.end()) if made else None
        return resolve(when, document.published, document.about) if when else None
    return None


def _near(text: str, sentence: Sentence, span: Span, act: Act) -> Iterable[re.Match[str]]:
    """Dates that belong to the speaking: right after the verb, between subject and verb, in front."""
    after = text[act.verb_span.end : act.verb_span.end + 70]
    after = re.split(r"[“”\"«»;:\n]|\bthat\b|,\s", after)[0]
    if act.rule != "according_to":
        for match in WHEN.finditer(after):
            if _belongs(act, after[: match.start()]):
                yield match
    if act.name.start < sentence.span.start:
        return
    low = act.name.end
    if low < act.verb_span.start <= sentence.span.end:
        between = text[low : act.verb_span.start]
        for match in WHEN.finditer(between):
            if not _OTHER.search(between[: match.start()]) and "“" not in between:
                yield match
    lead_end = act.role.start if act.role and act.role.start < act.name.start else act.name.start
    lead = text[span.start : lead_end]
    front = re.match(r"(?:(?:Late|Early)\s+)?(?:[Oo]n\s+)?", lead)
    opening = WHEN.match(lead, front.end() if front else 0)
    if opening and lead[opening.end() : opening.end() + 1] in {",", " ", ""}:
        yield opening
    if lead.startswith("Speaking") or lead.endswith(" with "):
        yield from (m for m in WHEN.finditer(lead) if not _OTHER.search(lead[: m.start()]))


def _belongs(act: Act, between: str) -> bool:
    """Tell whether a date after the verb is of the speaking and not of what is said."""
    if _OTHER.search(between) or _CLAUSE_WORD.search(between):
        return False
    if act.verb.lemma == "tell" or act.verb.need is not Need.NOTHING:
        return True
    return not between.strip() or bool(_ADJUNCT.match(between))


def resolve(match: re.Match[str], published: str | None, about: tuple[str, ...]) -> DateSaid | None:
    """Turn the words of a date into a day, where only one day fits.

    >>> resolve(WHEN.search("on Friday"), "2025-09-06", ()).day
    '2025-09-05'
    >>> resolve(WHEN.search("on Friday"), None, ()) is None
    True
    """
    words = match.group()
    if match.group("w"):
        return _weekday(words, published, about)
    day = int(match.group("d") or match.group("d2"))
    month = month_number(match.group("m") or match.group("m2"))
    year = match.group("y") or match.group("y2")
    if year:
        found = _date(int(year), month, day)
        return DateSaid(found.isoformat(), f"explicit date {words!r}") if found else None
    return _without_year(words, month, day, published, about)


def month_number(word: str) -> int:
    """Give the number of a month by its name or the opening of it.

    >>> month_number("Sept."), month_number("may")
    (9, 5)
    """
    return _MONTH_WORDS.index(word[:3].lower()) + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _without_year(
    words: str, month: int, day: int, published: str | None, about: tuple[str, ...]
) -> DateSaid | None:
    known = (published,) if published else about
    years = {int(one[:4]) for one in known}
    days = {d for y in years for d in (_date(y, month, day), _date(y - 1, month, day)) if d}
    ends = [date.fromisoformat(one) for one in known]
    near = [d for d in days if ends and timedelta(0) <= max(ends) - d <= timedelta(days=180)]
    if len(near) != 1:
        return None
    return DateSaid(near[0].isoformat(), f"{words!r}, year by the article's date {max(known)}")


def _weekday(words: str, published: str | None, about: tuple[str, ...]) -> DateSaid | None:
    wanted = _DAYS.index(words.lower())
    if published:
        last = date.fromisoformat(published)
        day = last - timedelta(days=(last.weekday() - wanted) % 7)
        return DateSaid(day.isoformat(), f"{words!r}, article published {published}")
    if not about:
        return None
    first, last = date.fromisoformat(min(about)), date.fromisoformat(max(about))
    if (last - first).days > 6:
        return None
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    fits = [d for d in days if d.weekday() == wanted]
    if len(fits) != 1:
        return None
    return DateSaid(fits[0].isoformat(), f"{words!r}, article about {first} to {last}")
