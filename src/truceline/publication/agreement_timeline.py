"""The schedule as a time line: what held when, and each schedule with all its readings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from truceline.codec.agreement_time import OPEN_END
from truceline.model.agreement import Agreement, Clause
from truceline.model.clause_terms import Schedule, Stage
from truceline.model.interval import Interval
from truceline.publication import agreement_look as look
from truceline.publication.agreement_axis import Axis, draw
from truceline.publication.agreement_moment import day, known_at, span
from truceline.publication.agreement_words import slug, stage_words
from truceline.publication.svg import INK, bar, el, figure, rule, words

_WIDE: Final = 720.0
_LEFT: Final = 6.0
_RIGHT: Final = _WIDE - 10.0
_ROW: Final = 36.0
_TEXT: Final = "#33566e"
_OPEN: Final = "#c9ced3"
_PART: Final = "#e0a63a"
_DUE: Final = "#a63a28"


@dataclass(frozen=True, slots=True)
class Track:
    """One row: what it is, its stretches of time, and moments marked in it."""

    label: str
    stretches: tuple[tuple[Interval, str], ...]
    """Time and what it is called."""
    colour: str
    marks: tuple[tuple[datetime, str], ...] = ()


def overview(agreement: Agreement, at: datetime, zone: str) -> Markup | None:
    """Draw texts, versions of lines, windows and schedules along one axis; null without a time."""
    tracks = [t for t in _tracks(agreement, zone) if t.stretches or t.marks]
    moments = [m for t in tracks for m in _moments(t)]
    if not moments:
        return None
    first, last = min(moments), max(moments)
    pad = max((last - first) * 0.06, timedelta(hours=2))
    axis = Axis(first - pad, last + 2 * pad, zone, _LEFT, _RIGHT)
    height = 54.0 + _ROW * len(tracks)
    parts = [*draw(axis, 16.0, height - 6.0)]
    if axis.start <= at <= axis.end:
        parts += [
            rule(axis.x(at), 21.0, axis.x(at), height - 14.0, INK, 1.6, "5 3"),
            _here("this page", axis.x(at), height - 3.0),
        ]
    for k, track in enumerate(tracks):
        parts += _row(track, axis, 30.0 + k * _ROW)
    text = " ".join(
        f"{t.label}: {'; '.join(n for _, n in (*t.stretches, *t.marks))}." for t in tracks
    )
    return figure(parts, _WIDE, height, "What held when", text, "when")


def _here(text: str, x: float, y: float) -> Markup:
    anchor = "end" if x > _WIDE / 2 else "start"
    shift = -5.0 if anchor == "end" else 5.0
    return look.label(text, x + shift, y, anchor, 11.0, INK, font_weight=600)


def _moments(track: Track) -> Iterator[datetime]:
    for time, _ in track.stretches:
        yield from (t for t in (time.start, time.end) if t != OPEN_END)
    yield from (when for when, _ in track.marks)


def _tracks(agreement: Agreement, zone: str) -> Iterator[Track]:
    yield from _texts(agreement, zone)
    for clause in agreement.clauses:
        said = clause.terms.schedule
        if said is not None and _dates(said):
            yield _schedule_track(clause, said, zone)
        elif _own_window(agreement, clause):
            stretch = (clause.time, span(clause.time, zone))
            yield Track(f"{clause.id}, a time of its own", (stretch,), _DUE)
    yield from _versions(agreement, zone)
    for said_by in (agreement.provisions, *(text.provisions for text in agreement.texts)):
        for window in said_by.windows:
            yield Track(window.words, ((window.time, span(window.time, zone)),), look.ZONE)
    for one in agreement.exemptions:
        stretch = (one.time, span(one.time, zone))
        yield Track(f"Exemption {one.id}, {one.ref}", (stretch,), look.ZONE)


def _texts(agreement: Agreement, zone: str) -> Iterator[Track]:
    if agreement.in_force is not None and not agreement.texts:
        time = agreement.in_force.time
        yield Track("In force", ((time, span(time, zone)),), _TEXT)
    for text in agreement.texts:
        if text.in_force is not None:
            time = text.in_force.time
            yield Track(text.title, ((time, f"in force {span(time, zone)}"),), _TEXT)


def _own_window(agreement: Agreement, clause: Clause) -> bool:
    own = next((t.in_force for t in agreement.texts if t.id == clause.text), agreement.in_force)
    return clause.time.start != OPEN_END and (own is None or own.time != clause.time)


def _dates(said: Schedule) -> list[datetime]:
    found = [said.start] if said.start is not None else []
    return found + [d.time for d in said.deadlines]


def _schedule_track(clause: Clause, said: Schedule, zone: str) -> Track:
    dates = _dates(said)
    marks = tuple((d.time, f"due {day(d.time, zone)}") for d in said.deadlines)
    time = Interval(min(dates), max(dates))
    return Track(f"{clause.id}: {clause.summary}", ((time, span(time, zone)),), _DUE, marks)


def _versions(agreement: Agreement, zone: str) -> Iterator[Track]:
    ids = dict.fromkeys(g.id for g in agreement.geometry)
    for shape_id in ids:
        versions = [g for g in agreement.geometry if g.id == shape_id]
        if len(versions) > 1 or versions[0].role == "line":
            label = versions[0].label
            if len(versions) > 1:
                label = f"{versions[0].role.capitalize()} {shape_id}, {len(versions)} versions"
            yield Track(
                label,
                tuple((g.valid, f"{g.label}, {span(g.valid, zone)}") for g in versions),
                look.line_colour(agreement, shape_id),
            )


def _row(track: Track, axis: Axis, top: float) -> Iterator[Markup]:
    label = track.label if len(track.label) <= 96 else track.label[:95].rstrip() + "…"
    yield el(
        "text",
        label,
        x=axis.left,
        y=top + 12.0,
        font_size=12,
        fill=INK,
        stroke="#ffffff",
        stroke_width=3,
        paint_order="stroke",
    )
    for time, title in track.stretches:
        left, right = axis.x(time.start), axis.x(time.end)
        wide = max(right - left, 3.0)
        yield el(
            "path",
            el("title", title),
            d=_bar(left, wide, top + 17.0, time.end == OPEN_END),
            fill=track.colour,
            fill_opacity=0.8,
            stroke="#ffffff",
            stroke_width=1,
        )
    for when, title in track.marks:
        x = axis.x(when)
        yield el(
            "path",
            el("title", title),
            d=f"M{x:.1f} {top + 14:.1f}l5 7.5l-5 7.5l-5 -7.5z",
            fill="#ffffff",
            stroke=_DUE,
            stroke_width=1.6,
        )


def _bar(left: float, wide: float, y: float, on: bool) -> str:
    """Outline a bar 9 units tall, with a point where it goes on."""
    point = min(8.0, wide) if on else 0.0
    tip = f"l{point:.1f} 4.5l-{point:.1f} 4.5" if on else "v9"
    return f"M{left:.1f} {y:.1f}h{wide - point:.1f}{tip}H{left:.1f}Z"


@dataclass(frozen=True, slots=True)
class Panel:
    """One schedule drawn at its own scale."""

    clause: Clause
    svg: Markup | None
    """Null where no date is known."""
    stages: tuple[str, ...]


def panels(agreement: Agreement, at: datetime, zone: str) -> tuple[Panel, ...]:
    """Draw each schedule: not yet due, due by some readings, due."""
    made = []
    for clause in agreement.clauses:
        said = clause.terms.schedule
        if said is not None:
            stages = tuple(stage_words(agreement, one, zone) for one in said.stages)
            made.append(Panel(clause, _panel(clause, said, at, zone), stages))
    return tuple(made)


def _panel(clause: Clause, said: Schedule, at: datetime, zone: str) -> Markup | None:
    rows = [
        (d.time, f"{day(d.time, zone)}  {d.reading.replace('_', ' ')}", d.since)
        for d in said.deadlines
    ]
    stages = [
        (when, f"{day(when, zone)}  stage {one.id}")
        for one in said.stages
        if (when := _stage_day(said, one)) is not None
    ]
    dates = [*_dates(said), *(when for when, _ in stages)]
    if len(set(dates)) < 1:
        return None
    first, last = min(dates), max(dates)
    pad = max((last - first) * 0.14, timedelta(days=1))
    axis = Axis(first - pad * 0.6, last + 2.6 * pad, zone, _LEFT, _RIGHT)
    height = 56.0 + 24.0 * (len(rows) + len(stages))
    parts = [*draw(axis, 16.0, height - 4.0, 7), *_state(said, axis, 28.0)]
    if said.start is not None:
        x = axis.x(said.start)
        parts += [
            el("circle", cx=x, cy=35.0, r=5.0, fill="#ffffff", stroke=INK, stroke_width=1.6),
        ]
    marks = [
        (when, text + (f", agreed {day(since, zone)}" if since else ""), _DUE)
        for when, text, since in rows
    ]
    marks += [(when, text, _TEXT) for when, text in stages]
    parts += _marks(axis, marks)
    if axis.start <= at <= axis.end:
        parts.append(rule(axis.x(at), 21.0, axis.x(at), height - 4.0, INK, 1.6, "5 3"))
    text = "; ".join([*(t for _, t, _ in rows), *(t for _, t in stages)])
    start = f"Starts {day(said.start, zone)}. " if said.start is not None else ""
    return figure(
        parts, _WIDE, height, f"Schedule of {clause.id}", start + text, f"plan-{slug(clause.id)}"
    )


def _stage_day(said: Schedule, one: Stage) -> datetime | None:
    if one.due is not None or one.start is not None:
        return one.due or one.start
    if one.day is not None and said.start is not None:
        return said.start + timedelta(days=one.day)
    return None


def _state(said: Schedule, axis: Axis, y: float) -> Iterator[Markup]:
    """Draw the bar: nothing owed, owed by some readings, owed by all, as was known at each time."""
    turns = {d.time for d in said.deadlines} | {d.since for d in said.deadlines if d.since}
    edges = [said.start or axis.start, *sorted(turns), axis.end]
    for a, b in pairwise(edges if said.deadlines else ()):
        colour, texts = _owed(said, a)
        wide = axis.x(b) - axis.x(a)
        if wide > 0:
            yield bar(axis.x(a), y, wide, 14.0, colour, texts[0])
            text = next((one for one in texts if wide > 6.0 * len(one) + 14.0), "")
            fill = "#ffffff" if colour == _DUE else INK
            yield words(text, axis.x(a) + 8.0, y + 11.0, size=11, fill=fill)


def _owed(said: Schedule, when: datetime) -> tuple[str, tuple[str, ...]]:
    """Give colour and words, longest first, for what is owed from a moment on."""
    known = known_at(said, when)
    due = sum(d.time <= when for d in known)
    if not due:
        return _OPEN, ("not yet due",)
    if due < len(known):
        return _PART, ("due by some readings, not by others", "by some readings", "some")
    return _DUE, ("due by every reading", "due")


def _marks(axis: Axis, marks: list[tuple[datetime, str, str]]) -> Iterator[Markup]:
    """Draw each date in a row of its own, all stems before all words."""
    for k, (when, _, colour) in enumerate(marks):
        yield rule(axis.x(when), 42.0, axis.x(when), 58.0 + 24.0 * k, colour, 1.0)
    for k, (when, text, colour) in enumerate(marks):
        x, y = axis.x(when), 62.0 + 24.0 * k
        yield el("path", d=f"M{x:.1f} {y - 11:.1f}l5 7l-5 7l-5 -7z", fill=colour)
        late = x + 6.4 * len(text) + 12.0 > _WIDE
        yield look.label_line(text, x - 9.0 if late else x + 9.0, y, "end" if late else "start")
