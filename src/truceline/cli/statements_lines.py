"""The register on a terminal: one entry a few lines, under the name of who undertakes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from truceline.cli.screen import out, tell
from truceline.guarantees.register_conditions import Due, Met
from truceline.model.register import Change, Entry, Origin
from truceline.publication.register_words import (
    ORIGIN_WORDS,
    SHORT_STATUS,
    TURN_SIGNS,
    TURN_WORDS,
    day_words,
    domain_words,
    role_words,
    said_words,
    sign_of,
)
from truceline.store.register import Head

_DEEP = " " * 6


def print_lines(day: str, heads: Sequence[Head]) -> None:
    """Print the register of a day: who, and below each undertaking with its terms, day and id."""
    tell(f"As known on {day_words(day)}", bold=True)
    for name, group in groupby(heads, key=lambda one: one.entry.name):
        out.print()
        tell(name, bold=True)
        for entry, own in _by_entry(group):
            _print_entry(entry, own)
    out.print()
    proposed = sum(head.entry.origin is Origin.PROPOSED for head in heads)
    tell(f"{len(heads)} line(s), {proposed} of them proposed and confirmed by nobody")
    undated = sum(_may_be_later(head.entry, day) for head in heads)
    if undated:
        tell(f"{undated} line(s) have no known day: they may have been said after {day_words(day)}")


def _may_be_later(entry: Entry, day: str) -> bool:
    undated = entry.known_by is None
    return undated and (not entry.months or f"{entry.months[-1]}-31" > day)


def _by_entry(heads: Iterable[Head]) -> list[tuple[Entry, list[Head]]]:
    found: dict[tuple[str, bool, bool], list[Head]] = {}
    for head in heads:
        found.setdefault((head.entry.id, head.differs, head.single), []).append(head)
    return [(own[0].entry, own) for own in found.values()]


def _print_entry(entry: Entry, heads: list[Head]) -> None:
    domains = domain_words(tuple(head.domain for head in heads))
    notes = [_status(entry), ORIGIN_WORDS[entry.origin]]
    notes += ["one voice alone"] if heads[0].single else []
    notes += ["≠ sources differ"] if heads[0].differs else []
    tell(f"{domains}: {'; '.join(notes)}", f"  {sign_of(entry):3} ")
    _print_terms(entry)
    tell(f"said: {_said(entry)}", _DEEP, _DEEP + "  ")
    tell(f"id: {entry.id}", _DEEP)


def _print_terms(entry: Entry) -> None:
    if entry.condition:
        tell(f"when: {entry.condition}", _DEEP, _DEEP + "  ")
    if entry.limits:
        tell(f"limits: {entry.limits}", _DEEP, _DEEP + "  ")


def _status(entry: Entry) -> str:
    role = role_words(entry)
    told = role and role != "to contribute"
    return SHORT_STATUS.get(entry.status, entry.status) + (f", {role}" if told else "")


def _said(entry: Entry) -> str:
    """Say when it was said, and where its first source has it."""
    first = entry.citations[0]
    where = first.source + (f":{first.span.start}-{first.span.end}" if first.span else "")
    more = f" and {len(entry.citations) - 1} more" if len(entry.citations) > 1 else ""
    return f"{said_words(entry)}; {where}{more}"


def print_changes(since: str, day: str, changes: Sequence[Change]) -> None:
    """Print what changed between two days: before and after, with who stands behind each."""
    tell(f"Changed after {day_words(since)} until {day_words(day)}", bold=True)
    for name, group in groupby(changes, key=lambda one: one.name):
        out.print()
        tell(name, bold=True)
        for one, domains in _by_turn(group):
            before = "nothing said" if one.before is None else _with_origin(one.before)
            head = f"{domain_words(domains)}: {TURN_WORDS[one.turn]}"
            tell(
                f"{head}: {before} -> {_with_origin(one.after)}",
                f"  {TURN_SIGNS[one.turn]} ",
                _DEEP,
            )
            _print_terms(one.after)
            tell(f"id: {one.after.id}", _DEEP)
    out.print()
    tell(f"{len(changes)} change(s) after {since} until {day}")


def _by_turn(changes: Iterable[Change]) -> list[tuple[Change, tuple[str, ...]]]:
    """Give what changed alike in several domains once, with these domains."""
    found: dict[tuple[str, str], list[Change]] = {}
    for one in changes:
        key = (one.before.id if one.before else "", one.after.id)
        found.setdefault(key, []).append(one)
    return [(own[0], tuple(one.domain for one in own)) for own in found.values()]


def _with_origin(entry: Entry) -> str:
    return f"{_status(entry)} ({ORIGIN_WORDS[entry.origin]})"


def print_met(found: Sequence[Met]) -> None:
    """Print which pledges the facts make due, and what the others wait for."""
    for due in Due:
        group = [one for one in found if one.due is due]
        if group:
            tell(due.value.replace("_", " "), bold=True)
        for one in group:
            entry = one.entry
            head = f"{entry.name}: {domain_words(entry.types)} ({ORIGIN_WORDS[entry.origin]})"
            tell(f"{head}: {one.why}", f"  {sign_of(entry):3} ")
            tell(f"id: {entry.id}", _DEEP)
    tell("people decide what is called upon; a proposal counts once a person confirms it")
