"""What a bundle says, in plain words for somebody who was not there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from truceline_check.bundle import Entry, Report

_ALWAYS = (
    "That a record is true: a sensor can be deceived, a witness can err or lie",
    "That this is everything: a mission may have left out an entry that concerns the finding",
    "When an entry was made, beyond its order and the times at which witnesses cosigned",
)
"""What no bundle proves."""


def lines(report: Report) -> Iterator[str]:
    """Give the account, line by line; signs that would steer a terminal are shown as numbers."""
    yield from map(_shown, _lines(report))


def _lines(report: Report) -> Iterator[str]:
    if not report.problems and report.entries:
        yield from _story(report)
    parts = [
        ("Proved", report.proved),
        ("Only said", [*report.said, *_ALWAYS] if report.entries else []),
        ("Withheld", report.withheld),
        ("WRONG", report.problems),
    ]
    for title, sentences in parts:
        if sentences:
            yield f"{title}:"
            yield from (f"  - {sentence}" for sentence in sentences)
    if report.problems:
        yield "The bundle does NOT stand: believe nothing of it, and show it to others."
    else:
        yield "The bundle stands."


def _story(report: Report) -> Iterator[str]:
    """Tell what happened, which clause, who decided."""
    body = report.body
    yield f"Finding {body['finding']}, {body['case']['status']}; bundle for the {body['audience']}"
    told = report.open("finding.released")
    if report.coarse and told:
        yield from _public(told[-1].record, {e.index: e for e in report.open("finding.step")})
    else:
        yield from _sharp(report)


def _public(release: Mapping[str, Any], opened: Mapping[int, Entry]) -> Iterator[str]:
    form = _object(release.get("public"))
    incident, finding = _object(form.get("incident")), _object(form.get("finding"))
    time = _object(incident.get("time"))
    window = _object(time.get("window"))
    yield f"  what:     {incident.get('kind_label')}, {incident.get('words')} that it happened"
    yield f"  when:     {window.get('start')} to {window.get('end')}, {time.get('phase')} the ceasefire"
    where = _object(incident.get("position"))
    cell = f", within {where.get('uncertainty_m')} m of {where.get('lat')} N {where.get('lon')} E"
    yield f"  where:    {incident.get('area')}{cell if where else ''}"
    yield f"  clause:   {finding.get('clause_id')} ({finding.get('clause_ref')}): {form.get('clause')}"
    most = "at most " if finding.get("at_most") else ""
    yield f"  breach:   {finding.get('outcome')}, probability {most}{finding.get('probability')}"
    groups = [str(group) for group in _list(incident.get("groups"))]
    named = ", ".join(group for group in groups if group != "undisclosed") or "none of them named"
    yield f"  rests on: {len(groups)} independent sources; {named}"
    for step in map(_object, _list(release.get("steps"))):
        if (entry := opened.get(step.get("index", -1))) is not None:
            yield from _signed(entry)
            continue
        who = ", ".join(
            filter(None, [*map(str, _list(step.get("roles"))), str(step.get("nationality") or "")])
        )
        yield from _step(step, f"person {step.get('who')}" + (f" ({who})" if who else ""))


def _sharp(report: Report) -> Iterator[str]:
    incidents = [
        report.contents.get(str(e.record.get("sha256"))) for e in report.open("incident.revised")
    ]
    incident = next((_object(found) for found in reversed(incidents) if found), {})
    findings = [
        report.contents.get(str(e.record.get("sha256")))
        for e in report.open("finding.made", "finding.step")
    ]
    finding = next((_object(found) for found in reversed(findings) if found), {})
    if incident:
        yield f"  what:     {incident.get('label') or incident.get('kinds')}, probability {incident.get('probability')} that it happened"
        yield f"  when:     {' to '.join(map(str, _list(incident.get('time'))))}"
        yield f"  where:    {incident.get('lat')} N {incident.get('lon')} E; this is sharp, keep it inside"
        yield f"  members:  {len(_list(incident.get('members')))} observations"
    if finding:
        yield f"  clause:   {finding.get('clause_id')} ({finding.get('clause_ref')})"
        yield f"  breach:   {finding.get('outcome')}, probability {finding.get('probability')} ({finding.get('words')})"
    for entry in report.open("finding.step"):
        yield from _signed(entry)


def _signed(entry: Entry) -> Iterator[str]:
    nation = f" ({entry.record.get('nationality')})" if entry.record.get("nationality") else ""
    yield from _step(entry.record, f"{entry.record.get('person')}{nation}", entry.index)


def _step(step: Mapping[str, Any], who: str, index: object = None) -> Iterator[str]:
    party = _object(step.get("detail")).get("party") or step.get("party")
    about = f" for {party}" if party else ""
    yield f"  {step.get('time')}: {step.get('step')}{about} by {who}, entry {step.get('index', index)}"
    if reason := step.get("reason") or step.get("words"):
        yield f'      "{reason}"'


def as_plain(report: Report) -> dict[str, Any]:
    """Give everything as values for a program."""
    return {
        "ok": not report.problems,
        "finding": report.body.get("finding"),
        "audience": report.body.get("audience"),
        "size": report.checkpoint.size if report.checkpoint else None,
        "cosigned": {k.name: t for k, t in report.checkpoint.cosigned.items()}
        if report.checkpoint
        else {},
        "entries": [
            {"index": e.index, "state": e.state, "type": e.type, "record": e.record}
            for e in report.entries
        ],
        "contents": report.contents,
        "problems": report.problems,
        "proved": report.proved,
        "said": [*report.said, *_ALWAYS],
        "withheld": report.withheld,
    }


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _shown(text: str) -> str:
    return "".join(
        f"\\u{ord(sign):04x}"
        if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else sign
        for sign in text
    )
