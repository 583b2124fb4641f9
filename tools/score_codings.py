"""Score a reading beside several independent codings, their majority, and the codings beside each other.

    .venv/bin/truceline statements read ../shared/seeds/*.txt --json seeds.json
    .venv/bin/python tools/score_codings.py seeds.json tests/data/statements/coders/*.yaml \
        tests/data/statements/second/seeds_pledges.yaml [-v] [-r]

Pledges are items of document, obligor and type, then with their status. The majority holds each mention
(spans that overlap, of one obligor and type) that at least half of the coders have, with the status that
most of them give, the weaker one where two are as frequent.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

ORDER = ("ruled_out", "undecided", "considered", "conditional", "pledged")
"""From the weakest to the strongest."""
WEAK = frozenset(ORDER[:3])
FIELDS = {
    "role": "role", "attribution": "attribution speaker role", "number": "number", "members": "member",
    "pledge": "pledge type status", "pledge status": "pledge type status", "type": "pledge type status",
    "trigger": "trigger condition", "condition/trigger": "trigger condition", "wording": "wording",
    "participants": "participants member first", "date": "date duration",
}  # fmt: skip
"""Words of a field's name that fit each coded field."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mention:
    """One obligor and one type at one place of one document, with the status of each who has it."""

    doc: str
    obligor: str
    type: str
    start: int
    end: int
    status: Mapping[str, str]

    @property
    def most(self) -> str:
        """Give the most frequent status, the weaker of two that are as frequent."""
        count = Counter(self.status.values())
        return max(count, key=lambda status: (count[status], -ORDER.index(status)))


def items(rows: Iterable[Row]) -> list[tuple[str, str, str, Row]]:
    """Part pledges into document, obligor and type."""
    return [(p["doc"], o, t, p) for p in rows for o in p["obligor"] for t in p["types"]]


def keys(rows: Iterable[Row], *, status: bool) -> set[tuple[str, ...]]:
    """Give the items of a coding as a set, with or without their status."""
    return {(d, o, t, *((p["status"],) if status else ())) for d, o, t, p in items(rows)}


def mentions(codings: Mapping[str, Sequence[Row]]) -> list[Mention]:
    """Join what the coders have at one place."""
    by_item: defaultdict[tuple[str, str, str], list[tuple[int, int, str, str]]] = defaultdict(list)
    for coder, rows in codings.items():
        for doc, obligor, kind, p in items(rows):
            by_item[doc, obligor, kind].append((p["start"], p["end"], coder, p["status"]))
    found = []
    for item, places in sorted(by_item.items()):
        joined: list[list[Any]] = []
        for start, end, coder, status in sorted(places):
            if joined and start < joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
                joined[-1][2].setdefault(coder, status)
            else:
                joined.append([start, end, {coder: status}])
        found += [Mention(*item, start, end, status) for start, end, status in joined]
    return found


def majority(codings: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Give the mentions that at least half of the coders have, each with its most frequent status."""
    return [
        {"doc": m.doc, "start": m.start, "end": m.end, "obligor": [m.obligor], "types": [m.type],
         "status": m.most}
        for m in mentions(codings)
        if 2 * len(m.status) >= len(codings)
    ]  # fmt: skip


def f1(one: set[Any], other: set[Any]) -> float:
    """Give the harmonic mean of precision and recall of two sets."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def overlap(one: Row, other: Row) -> int:
    """Count the characters that two rows of one document share."""
    same = one["doc"] == other["doc"]
    return max(0, min(one["end"], other["end"]) - max(one["start"], other["start"])) * same


def gate(most: Sequence[Row], reading: Iterable[Row]) -> list[tuple[str, str, str, int]]:
    """Give what the reading shows as pledged and most coders there as something weaker."""
    return [
        (doc, obligor, kind, p["start"])
        for doc, obligor, kind, p in items(reading)
        if p["status"] == "pledged"
        and (over := [m for m in most if overlap(m, p) and m["obligor"] == [obligor]
                      and m["types"] == [kind]])
        and all(m["status"] in WEAK for m in over)
    ]  # fmt: skip


def terms(coded: Iterable[Row], reading: Sequence[Row], term: str) -> tuple[int, int]:
    """Count the coded conditions or limits whose pledge, where it was found, has one too."""
    had = found = 0
    for doc, obligor, kind, c in items(coded):
        over = [p for d, o, t, p in items(reading)
                if (d, o, t) == (doc, obligor, kind) and overlap(c, p)]  # fmt: skip
        if c.get(term) and over:
            had += 1
            found += any(p.get(term) for p in over)
    return found, had


def stands(coded: Sequence[Row], reading: Sequence[Row]) -> tuple[int, int, int]:
    """Count positions that agree in party, kind and place; then those coded and those read."""
    left, right = list(coded), 0
    for one in reading:
        fit = [c for c in left if c["party"] == one["party"] and c["kind"] == one["kind"]
               and overlap(c, one)]  # fmt: skip
        if fit:
            right += 1
            left.remove(max(fit, key=lambda c: overlap(c, one)))
    return right, len(coded), len(reading)


def differs(coded: Row, found: Row) -> bool:
    """Tell whether a coded and a found contradiction share two sides and their field."""
    sides = sum(any(overlap(x, y) for y in found["sides"]) for x in coded["sides"])
    return sides >= 2 and any(word in found["field"] for word in field_words(coded["field"]))


def field_words(field: str) -> list[str]:
    """Give the words of a found field that fit a coded one, whose name may tell whose field it is.

    >>> field_words("pledge status (Arland)"), field_words("colour")
    (['pledge', 'type', 'status'], ['colour'])
    """
    plain = field.partition("(")[0].strip()
    return FIELDS.get(plain, FIELDS.get(plain.split(" ")[0], plain)).split()


def load(path: Path) -> dict[str, list[Row]]:
    """Read a coding, with the files beside it that hold its positions and contradictions."""
    found: dict[str, list[Row]] = {"positions": [], "contradictions": []}
    for part in ("statements", "positions", "pledges"):
        beside = path.with_name(path.name.replace("pledges", part))
        if beside.exists():
            found |= yaml.safe_load(beside.read_text(encoding="utf-8"))
    return found


def report(reading: Mapping[str, Any], codings: Mapping[str, Mapping[str, list[Row]]]) -> None:
    """Print the figures."""
    pledges = {name: coding["pledges"] for name, coding in codings.items()}
    most, read = majority(pledges), reading["pledges"]
    rows = {**pledges, "majority": most}
    for name, coded in rows.items():
        plain, full = (f1(keys(coded, status=s), keys(read, status=s)) for s in (False, True))
        line = f"{name:22} obligor and type {plain:.2f}, with status {full:.2f}"
        if name in codings:
            for term in ("trigger", "limits"):
                line += ", {} {} of {}".format(term, *terms(coded, read, term))
            line += f", gate {len(gate(majority({name: coded}), read))}"
            right, true, got = stands(codings[name]["positions"], reading["positions"])
            line += f", positions {2 * right / max(true + got, 1):.2f}"
        print(line)
    for one, other in combinations(rows, 2):
        both = [f1(keys(rows[one], status=s), keys(rows[other], status=s)) for s in (False, True)]
        print(f"{one:22} and {other:22} {both[0]:.2f}, with status {both[1]:.2f}")
    print("shown as pledged though most say weaker:", gate(most, read))
    found = reading["contradictions"]
    useful = {at for at, g in enumerate(found) for c in codings.values()
              if any(differs(k, g) for k in c["contradictions"])}  # fmt: skip
    for name, coding in codings.items():
        coded = coding["contradictions"]
        hit = sum(any(differs(c, g) for g in found) for c in coded)
        fit = sum(any(differs(c, g) for c in coded) for g in found)
        print(
            f"{name:22} contradictions {hit} of {len(coded)}; of those read {fit} of {len(found)}"
        )
    print(f"contradictions read that a coder has: {len(useful)} of {len(found)}")


def by_rule(
    reading: Mapping[str, Any], codings: Mapping[str, Mapping[str, list[Row]]]
) -> dict[str, list[int]]:
    """Count for each rule how many of its proposals the majority has, and how many it made."""
    most = majority({name: coding["pledges"] for name, coding in codings.items()})
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for p in reading["pledges"]:
        fit = (m for m in most if overlap(m, p) and m["status"] == p["status"]
               and m["obligor"][0] in p["obligor"] and m["types"][0] in p["types"])  # fmt: skip
        found[p["rule"]][0] += any(True for _ in fit)
        found[p["rule"]][1] += 1
    for one in reading["positions"]:
        have = sum(
            any(overlap(c, one) and c["party"] == one["party"] and c["kind"] == one["kind"]
                for c in coding["positions"])
            for coding in codings.values()
        )  # fmt: skip
        found[one["rule"]][0] += 2 * have >= len(codings)
        found[one["rule"]][1] += 1
    return dict(found)


def explain(reading: Mapping[str, Any], codings: Mapping[str, Mapping[str, list[Row]]]) -> None:
    """Print each item in which the reading and the majority part."""
    pledges = {name: coding["pledges"] for name, coding in codings.items()}
    most = majority(pledges)
    for name, a, b in (("missed", most, reading["pledges"]), ("extra", reading["pledges"], most)):
        for key in sorted(keys(a, status=True) - keys(b, status=True)):
            doc, obligor, kind, status = key
            where = [p["start"] for d, o, t, p in items(a)
                     if (d, o, t, p["status"]) == key]  # fmt: skip
            said = [dict(m.status) for m in mentions(pledges)
                    if (m.doc, m.obligor, m.type) == (doc, obligor, kind)]  # fmt: skip
            print(f"  {name} {doc[:12]} {obligor} {kind} {status} {where} coders {said}")


def main() -> None:
    """Read the arguments."""
    names = [name for name in sys.argv[1:] if name not in {"-v", "-r"}]
    reading = json.loads(Path(names[0]).read_text(encoding="utf-8"))
    codings = {Path(name).stem: load(Path(name)) for name in names[1:]}
    report(reading, codings)
    if "-r" in sys.argv:
        for rule, (right, made) in sorted(by_rule(reading, codings).items()):
            print(f"  {rule:28} {right:3} of {made:3}")
    if "-v" in sys.argv:
        explain(reading, codings)


if __name__ == "__main__":
    main()
