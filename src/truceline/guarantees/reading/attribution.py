"""Statements: who said what, with which words quoted; one statement per speaker and sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from truceline.guarantees.reading.confidence import CONFIDENCE
from truceline.guarantees.reading.dates import DateSaid, date_said
from truceline.guarantees.reading.entities import Mention
from truceline.guarantees.reading.events import acts_in
from truceline.guarantees.reading.labels import is_common, is_label
from truceline.guarantees.reading.lone_quotes import (
    actor_of,
    plain_act,
    speaker_around,
    speaker_loose,
)
from truceline.guarantees.reading.quotes import is_whole, quoted_spans
from truceline.guarantees.reading.sentences import Sentence, inside
from truceline.guarantees.reading.setting import place_of, topic_of
from truceline.guarantees.reading.speech import Act, Read, owner_of
from truceline.model.article import Document, Mode, Span, Statement


@dataclass(frozen=True, slots=True)
class Said:
    """A statement before it is dated and placed."""

    sentence: Sentence
    span: Span
    act: Act
    quotes: tuple[Span, ...]
    mode: Mode
    rule: str


def statements_of(
    document: Document, sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> tuple[Statement, ...]:
    """Read the statements of an article.

    Args:
        document: with the prose as its text.
        sentences: of that prose.
        mentions: of that prose, resolved.
    """
    text = document.text
    quotes = quoted_spans(text, sentences)
    named = inside(sentences, mentions, [m.span for m in mentions])
    marked = inside(sentences, quotes, quotes)
    read = [Read(*row) for row in zip(sentences, named, marked, strict=True)]
    for one in read:
        one.acts = acts_in(text, one.sentence, one.mentions, one.quotes)
    said = list(_merged(_all_said(text, read)))
    dates = _dates(document, said, read)
    return tuple(_statement(document, one, day) for one, day in zip(said, dates, strict=True))


def _all_said(text: str, read: list[Read]) -> Iterator[Said]:
    last: tuple[int, Act] | None = None
    skip = False
    parties = {m.entity: m.party for one in read for m in one.mentions if m.kind == "person"}
    for number, one in enumerate(read):
        spoken = [q for q in one.quotes if not is_label(text, q)]
        if skip or (one.sentence.kind == "heading" and one.sentence.paragraph > 1 and not spoken):
            skip = False
            continue
        if one.acts:
            spoken += [q for q in one.quotes if q not in spoken and _told(text, q, one.acts)]
            here = [
                _led_back(text, said, last, parties) for said in _by_act(text, one, sorted(spoken))
            ]
        elif spoken:
            found, skip = _unspoken(text, read, number, spoken, last)
            here = [found] if found else []
        else:
            here = _headed(text, one)
        yield from here
        if here:
            last = (one.sentence.paragraph, here[-1].act)


_HEADS_IT = re.compile(r"\s*:\s+(?=[A-ZÀ-Þ])(?!.*\?\s*$)")


def _headed(text: str, one: Read) -> list[Said]:
    """Read ``NAME: No troops without a truce``, a headline or an answer, as words of who is named."""
    span = one.sentence.span
    first = next((m for m in one.mentions if m.kind in {"person", "body"}), None)
    headline = one.sentence.kind == "heading" and one.sentence.paragraph <= 1
    opens = one.sentence.kind == "prose" and text[: span.start].endswith("\n")
    if first is None or not (headline or opens) or first.span.start != span.start:
        return []
    if not _HEADS_IT.match(text, first.span.end, span.end):
        return []
    act = plain_act(first, "heading")
    return [Said(one.sentence, span, act, (), Mode.PARAPHRASE, "heading")]


def _unspoken(
    text: str, read: list[Read], number: int, spoken: list[Span], last: tuple[int, Act] | None
) -> tuple[Said | None, bool]:
    """Read quotations of a sentence without a verb; tells whether the next sentence belongs."""
    one = read[number]
    span = one.sentence.span
    if is_whole(text, one.sentence, one.quotes):
        act, rule, tail = speaker_around(text, read, number, last)
        quotes, mode = tuple(one.quotes), Mode.DIRECT
    else:
        act, rule = speaker_loose(text, one, spoken, last)
        before = read[number - 1] if number else one
        if act is None and before.sentence.paragraph == one.sentence.paragraph:
            long = any(len(text[q.start : q.end].split()) > 2 for q in spoken)
            act, rule = (actor_of(text, before), "actor_before") if long else (None, "")
        quotes, mode, tail = tuple(spoken), Mode.PARTIAL, False
    return (Said(one.sentence, span, act, quotes, mode, rule) if act else None), tail


_PLAIN = frozenset(["say", "tell", "announce"])


def _told(text: str, quote: Span, acts: Sequence[Act]) -> bool:
    """Tell whether a common label is part of what a person says: ``A said a “...” would come``."""
    if not is_common(text, quote):
        return False
    act = owner_of(quote, acts)
    after = act.verb_span.end <= quote.start
    closes = act.rule in {"subject", "inverted"} and act is acts[0] and act.start > quote.end
    return act.kind == "person" and act.verb.lemma in _PLAIN and (after or closes)


def _led_back(
    text: str, said: Said, last: tuple[int, Act] | None, parties: Mapping[str, str | None]
) -> Said:
    return replace(said, act=_that_official(text, said.act, last, parties))


_THAT = re.compile(
    r"[Tt]he (?:\w+ )?(?:official|diplomat|source|ministry|statement|spokes\w+|office|aide|note|readout)"
)


_THAT_PERSON = re.compile(
    r"[Tt]he (?:[\w-]+ )?(official|diplomat|leader|spokesman|spokeswoman|spokesperson|envoy|minister|"
    r"president|general|lawmaker|commander)"
)
_NO_HEADS = frozenset(["official", "diplomat", "lawmaker", "commander", "general", "envoy"])
_HEAD = re.compile(r"\b(?:president|prime minister|premier|chancellor|king|leader)\b(?![’'])")
"""A head of state or government is no "official" of a later sentence."""
_LOOK_BACK = 900
"""How far back an unnamed voice of the same kind is looked for. Unit: characters."""


def _that_official(
    text: str, act: Act, last: tuple[int, Act] | None, parties: Mapping[str, str | None]
) -> Act:
    """Lead ``the official`` back to who spoke before: an unnamed voice, else the one named."""
    given = text[act.name.start : act.name.end]
    if act.speaker != "unknown" or last is None:
        return act
    before = last[1]
    if before.kind in {"body", "unknown"}:
        return replace(act, speaker=before.speaker) if _THAT.fullmatch(given) else act
    if before.kind != "person":
        return act
    party = parties.get(before.speaker)
    role = text[before.role.start : before.role.end].lower() if before.role else ""
    if given.lower() == "the ministry" and party and "ministry" in role:
        return replace(act, speaker=party, kind="body")
    if given.lower() == "the statement" and "statement" in text[before.verb_span.end :][:60]:
        return replace(act, speaker=before.speaker, kind="person")
    match = _THAT_PERSON.fullmatch(given)
    if match and match.group(1) in _NO_HEADS and _HEAD.search(role):
        return act
    if match is None or _introduced(text, act.name.start, match.group(1)):
        return act
    return replace(act, speaker=before.speaker, kind="person")


def _introduced(text: str, end: int, noun: str) -> bool:
    """Tell whether an unnamed voice of this kind spoke shortly before."""
    voice = rf"\b(?:an?|one|another|two|some|several|of the)\s+(?:[\w’'-]+\s+){{0,4}}?{noun}s?\b"
    return bool(re.search(voice, text[max(end - _LOOK_BACK, 0) : end], re.IGNORECASE))


def _merged(said: Iterable[Said]) -> Iterator[Said]:
    """Join ``“A,” he said. “B.”`` of one paragraph to one statement."""
    held: Said | None = None
    for one in said:
        if held and _goes_on(held, one):
            held = replace(
                held, span=Span(held.span.start, one.span.end), quotes=(*held.quotes, *one.quotes)
            )
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


def _goes_on(held: Said, one: Said) -> bool:
    same = held.sentence.paragraph == one.sentence.paragraph
    opens = held.mode is Mode.DIRECT or held.sentence.text[0] in '“"«‘'
    return same and opens and one.rule == "same_speaker" and held.act is one.act


def _by_act(text: str, one: Read, spoken: list[Span]) -> Iterator[Said]:
    """One statement per speaker; a sentence of two speakers is cut at its clauses."""
    groups: list[list[Act]] = []
    for act in one.acts:
        same = next((g for g in groups if _one_voice(g[0], act)), None)
        if same:
            same.append(act)
        else:
            groups.append([act])
    owners = {q: owner_of(q, one.acts) for q in spoken}
    starts = [_clause_start(text, one, g[0], owners) for g in groups]
    for place, group in enumerate(groups):
        later = [s for s in starts if s > starts[place]]
        end = (
            min(later, default=one.sentence.span.end) if len(groups) > 1 else one.sentence.span.end
        )
        start = starts[place] if len(groups) > 1 else one.sentence.span.start
        span = _trimmed(text, start, end)
        quotes = tuple(q for q in spoken if owners[q] in group)
        mode = _mode(text, one.sentence, group[0], quotes)
        yield Said(one.sentence, span, group[0], quotes, mode, group[0].rule)


def _one_voice(a: Act, b: Act) -> bool:
    return a.speaker == b.speaker and (a.speaker != "unknown" or a.name == b.name)


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    lead = len(part) - len(part.lstrip(" ,;\n\t"))
    return Span(start + lead, start + len(part.rstrip()))


_CLOSES = re.compile(r"[”\"’»](?=\s)")


def _clause_start(text: str, one: Read, act: Act, owners: dict[Span, Act]) -> int:
    first = min(act.verb_span.start, act.name.start, act.role.start if act.role else 1 << 60)
    own = [q.start - 1 for q, owner in owners.items() if owner is act]
    first = min([first, *own])
    cut = max(
        (text.rfind(mark, one.sentence.span.start, first) for mark in (",", ";", "—", " but ")),
        default=-1,
    )
    others = [a.verb_span.end for a in one.acts if a.verb_span.end < first]
    if cut >= 0 and _CLOSES.match(text, cut + 1):
        cut += 1  # A comma inside the marks: the quotation stays whole.
    return cut + 1 if others and cut > max(others) else first if others else one.sentence.span.start


def _mode(text: str, sentence: Sentence, act: Act, quotes: Sequence[Span]) -> Mode:
    if not quotes:
        return Mode.PARAPHRASE
    full = [q for q in quotes if q.end - q.start > 24 and _is_sentence(text, q)]
    del sentence, act
    return Mode.DIRECT if full else Mode.PARTIAL


def _is_sentence(text: str, quote: Span) -> bool:
    return text[quote.start].isupper() or text[quote.end - 1] in "?!"


def _dates(document: Document, said: Sequence[Said], read: Sequence[Read]) -> list[DateSaid | None]:
    after = {here.sentence.span: later.sentence for here, later in pairwise(read)}
    return [
        date_said(document, one.sentence, one.span, one.act, after.get(one.sentence.span))
        for one in said
    ]


def _statement(document: Document, one: Said, day: DateSaid | None) -> Statement:
    text = document.text
    role = one.act.role
    return Statement(
        id=f"{document.name}#s{one.span.start}",
        doc=document.name,
        span=one.span,
        confidence=CONFIDENCE[one.rule if one.sentence.kind != "heading" else "heading"],
        rule=one.rule if one.sentence.kind != "heading" else "heading",
        mode=one.mode,
        speaker=one.act.speaker,
        name_as_given=text[one.act.name.start : one.act.name.end],
        role_as_given=text[role.start : role.end] if role else None,
        verb=one.act.verb.lemma or None,
        date_said=day.day if day else None,
        date_basis=day.basis if day else None,
        place=place_of(text, one.sentence, one.quotes),
        topic=topic_of(text[one.span.start : one.span.end]),
        quotes=one.quotes,
    )


def renamed(statement: Statement, span: Span, quotes: tuple[Span, ...]) -> Statement:
    """Lead a statement to other offsets; its id follows."""
    return replace(statement, span=span, quotes=quotes, id=f"{statement.doc}#s{span.start}")
