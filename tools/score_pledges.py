"""Score proposed pledges and positions against a coding of offsets.

    .venv/bin/python tools/score_pledges.py tests/data/statements ../shared/seeds [-v]

Pledges are compared as items obligor x type of a document, then with their status. A condition or a
limit is right when it stands on a pledge of the same obligor and type whose span overlaps the coded one.
Positions are compared as party x kind whose spans overlap, one to one.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from truceline.guarantees.reading.attribution import statements_of
from truceline.guarantees.reading.pledge_terms import trigger_class
from truceline.guarantees.reading.pledges import pledges_of
from truceline.guarantees.reading.positions import positions_of
from truceline.guarantees.reading.reader import prepared
from truceline.model.article import PledgeProposal, Position, Span

WEAK = {"ruled_out", "undecided", "considered"}


def f1(right: int, predicted: int, true: int) -> float:
    return 2 * right / (predicted + true) if predicted + true else 1.0


def span_of(coded: dict[str, Any]) -> Span:
    return Span(*coded["s"])


def same(coded: dict[str, Any], one: PledgeProposal) -> bool:
    return bool(
        set(coded["obligor"]) & set(one.obligor)
        and set(coded["types"]) & set(one.types)
        and span_of(coded).overlap(one.span)
    )


def main() -> None:
    coding, folder, verbose = Path(sys.argv[1]), Path(sys.argv[2]), "-v" in sys.argv
    pledged = yaml.safe_load((coding / "seeds_pledges.yaml").read_text(encoding="utf-8"))[
        "documents"
    ]
    stood = yaml.safe_load((coding / "seeds_positions.yaml").read_text(encoding="utf-8"))[
        "documents"
    ]
    sidecar = yaml.safe_load((folder / "documents.yaml").read_text(encoding="utf-8"))["documents"]
    count: Counter[str] = Counter()
    rules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in sorted(pledged):
        ready = prepared(name, (folder / name).read_bytes(), sidecar.get(name))
        said = statements_of(ready.document, ready.sentences, ready.mentions)
        given = (ready.document, ready.sentences, ready.mentions, said)
        score_pledges(name, pledged[name], pledges_of(*given), count, rules, verbose)
        score_positions(name, stood[name], positions_of(*given), count, rules, verbose)
    report(count, rules)


def items(rows: Iterable[tuple[Iterable[str], Iterable[str], str]]) -> set[tuple[str, str, str]]:
    return {(who, kind, status) for whom, kinds, status in rows for who in whom for kind in kinds}


def score_pledges(
    name: str,
    coded: list[dict[str, Any]],
    found: Iterable[PledgeProposal],
    count: Counter[str],
    rules: dict[str, Counter[str]],
    verbose: bool,
) -> None:
    found = tuple(found)
    true = items((c["obligor"], c["types"], c["status"]) for c in coded)
    got = items((p.obligor, p.types, p.status) for p in found)
    for key, a, b in (("status", true, got), ("item", {t[:2] for t in true}, {g[:2] for g in got})):
        count[f"{key}_true"] += len(a)
        count[f"{key}_got"] += len(b)
        count[f"{key}_right"] += len(a & b)
        if verbose and a ^ b:
            print(name[:3], key, "missed", sorted(a - b), "\n    too much", sorted(b - a))
    for one in found:
        rules[one.rule]["n"] += 1
        rules[one.rule]["right"] += any(same(c, one) and c["status"] == one.status for c in coded)
        over = [c for c in coded if same(c, one)]
        count["gate"] += (
            one.status == "pledged" and bool(over) and all(c["status"] in WEAK for c in over)
        )
    score_terms(coded, found, count, verbose)


def score_terms(
    coded: list[dict[str, Any]],
    found: tuple[PledgeProposal, ...],
    count: Counter[str],
    verbose: bool,
) -> None:
    for c in coded:
        over = [p for p in found if same(c, p)]
        for term in ("trigger", "limits"):
            if not c[term]:
                continue
            values = [getattr(p, term) for p in over if getattr(p, term)]
            right = any(
                trigger_class(v) == c[term] if term == "trigger" else c[term].lower() in v.lower()
                for v in values
            )
            count["term_true"] += 1
            count["term_right"] += right
            if verbose and not right:
                print("   term missed", c, values)
    coded_with = {term: [c for c in coded if c[term]] for term in ("trigger", "limits")}
    for p in found:
        for term in ("trigger", "limits"):
            if getattr(p, term):
                count["term_got"] += 1
                count["term_fits"] += any(same(c, p) for c in coded_with[term])


def score_positions(
    name: str,
    coded: list[dict[str, Any]],
    found: Iterable[Position],
    count: Counter[str],
    rules: dict[str, Counter[str]],
    verbose: bool,
) -> None:
    left = list(coded)
    for one in found:
        count["position_got"] += 1
        fits = [
            c
            for c in left
            if c["party"] == one.party and c["kind"] == one.kind and span_of(c).overlap(one.span)
        ]
        rules[one.rule]["n"] += 1
        if fits:
            best = max(fits, key=lambda c: span_of(c).overlap(one.span))
            left.remove(best)
            count["position_right"] += 1
            rules[one.rule]["right"] += 1
        elif verbose:
            print(name[:3], "position too much", one.party, one.kind, one.span)
    count["position_true"] += len(coded)
    if verbose:
        print(name[:3], "positions missed", left)


def report(count: Counter[str], rules: dict[str, Counter[str]]) -> None:
    for key in ("item", "status", "position"):
        right, got, true = (count[f"{key}_{part}"] for part in ("right", "got", "true"))
        print(
            f"{key}: F1 {f1(right, got, true):.3f} precision {right / max(got, 1):.3f} "
            f"recall {right / max(true, 1):.3f} (coded {true}, proposed {got})"
        )
    print(f"terms: {count['term_right']} of {count['term_true']} coded, right on its pledge")
    print(
        f"terms: {count['term_fits']} of {count['term_got']} proposed, on a pledge coded with one"
    )
    print(f"shown as pledged though coded weaker: {count['gate']}")
    for rule, one in sorted(rules.items()):
        print(f"  {rule:24} {one['right']:3} of {one['n']:3}")


if __name__ == "__main__":
    main()
