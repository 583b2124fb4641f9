"""Score alignment over outlets against a hand coding: pairs of statements across documents.

    python tools/score_alignment.py ARTICLES CODING [--contradictions CODING] [--reading READING.json]

ARTICLES is a folder of articles with `documents.yaml`; CODING has offsets only, as
`tests/data/statements/seeds_alignment.yaml`. Without `--reading` the coded statements themselves are
aligned; with it those of a reader (the output of `truceline statements read --json`), each taken for
the coded statement of which it covers at least half. `--contradictions` scores those as well: a found
one is right when the field is that of a coded one and at least two coded sides are overlapped; without
`--reading` it is made from the coded statements and pledges.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from truceline.guarantees.align import align
from truceline.guarantees.contradictions import contradictions
from truceline.model.article import (
    Alignment,
    Disagreement,
    Document,
    Mode,
    PledgeProposal,
    Reading,
    Span,
    Statement,
)

_DATE = re.compile(r"(\d{1,2}) (January|September|August|June) (\d{4})")
_MONTHS = {"January": 1, "June": 6, "August": 8, "September": 9}
Pair = frozenset[str]


def documents(folder: Path) -> list[Document]:
    """Read articles with what their sidecar says of them."""
    sidecar = yaml.safe_load((folder / "documents.yaml").read_text(encoding="utf-8"))["documents"]
    return [_document(folder / name, said) for name, said in sorted(sidecar.items())]


def _document(file: Path, said: dict[str, Any]) -> Document:
    raw = file.read_bytes()
    about = {
        f"{year}-{_MONTHS[month]:02d}-{int(day):02d}"
        for line in said.get("about", [])
        for day, month, year in _DATE.findall(line)
    }
    published = said.get("published")
    return Document(
        file.name, hashlib.sha256(raw).hexdigest(), raw.decode(), "en",
        None if published in (None, "unknown") else str(published),
        None, None, None, (), tuple(sorted(about)),
    )  # fmt: skip


def coded_statements(coding: dict[str, Any]) -> list[Statement]:
    """Turn coded offsets into nouns."""
    return [
        Statement(
            f"{one['doc']}#s{one['start']}", one["doc"], Span(one["start"], one["end"]), 1.0, "hand",
            Mode.PARTIAL if one["quotes"] else Mode.PARAPHRASE, one["speaker"], one["speaker"],
            None, None, None, None, None, None, tuple(Span(*quote) for quote in one["quotes"]),
        )
        for one in coding["statements"]
    ]  # fmt: skip


def read_statements(file: Path, coded: list[Statement]) -> tuple[list[Statement], dict[str, str]]:
    """Give a reader's statements and, for each that fits, the id of the coded one."""
    found = [
        Statement(
            one["id"], one["doc"], Span(one["start"], one["end"]), one["confidence"], one["rule"],
            Mode(one["mode"]), one["speaker"], one["name_as_given"], one.get("role_as_given"),
            one.get("verb"), one.get("date_said"), None, one.get("place"), one.get("topic"),
            tuple(Span(quote["start"], quote["end"]) for quote in one["quotes"]),
        )
        for one in json.loads(file.read_text(encoding="utf-8"))["statements"]
    ]  # fmt: skip
    fits = {
        one.id: best.id
        for one in found
        for best in [max(coded, key=lambda c: (c.doc == one.doc) * c.span.overlap(one.span))]
        if best.doc == one.doc
        and 2 * best.span.overlap(one.span) >= best.span.end - best.span.start
    }
    return found, fits


def pairs(groups: Iterable[Iterable[str]]) -> set[Pair]:
    """Give the pairs of ids of different documents."""
    return {
        frozenset(pair)
        for group in groups
        for pair in combinations(sorted(set(group)), 2)
        if pair[0].split("#")[0] != pair[1].split("#")[0]
    }


def score(found: Iterable[Alignment], truth: set[Pair], fits: dict[str, str]) -> dict[str, float]:
    """Give precision and recall over pairs; a pair of statements that nobody coded is wrong."""
    got = pairs([fits.get(member, member) for member in one.members] for one in found)
    right = len(got & truth)
    return {"right": right, "found": len(got), "true": len(truth),
            "precision": right / max(len(got), 1), "recall": right / max(len(truth), 1)}  # fmt: skip


def coded_pledges(coding: dict[str, Any]) -> list[PledgeProposal]:
    """Turn coded pledges into nouns."""
    return [
        PledgeProposal(
            f"{one['doc']}#p{one['start']}.{number}", one["doc"], Span(one["start"], one["end"]), 1.0,
            "hand", (one["obligor"],), None, (one["type"],), None, None, None, None, one["status"],
            None, None,
        )
        for number, one in enumerate(coding["pledges"])
    ]  # fmt: skip


def read_pledges(file: Path) -> list[PledgeProposal]:
    """Give a reader's pledges."""
    return [
        PledgeProposal(
            one["id"], one["doc"], Span(one["start"], one["end"]), one["confidence"], one["rule"],
            tuple(one["obligor"]), one.get("beneficiary"), tuple(one["types"]), one.get("role"),
            one.get("size"), one.get("trigger"), one.get("limits"), one["status"], one.get("date"),
            one.get("statement"),
        )
        for one in json.loads(file.read_text(encoding="utf-8"))["pledges"]
    ]  # fmt: skip


def fits_coded(found: Disagreement, coded: dict[str, Any]) -> bool:
    """Tell whether a contradiction is a coded one: field, and two sides of it."""
    hit = sum(
        any(
            side.doc == one["doc"] and side.span.overlap(Span(one["start"], one["end"])) > 0
            for side in found.sides
        )
        for one in coded["sides"]
    )
    return found.field == coded["field"] and hit >= 2


def score_contradictions(
    found: Iterable[Disagreement], coded: list[dict[str, Any]]
) -> dict[str, float]:
    """Give precision, recall, and the share of right ones whose type is right too."""
    got = list(found)
    right = [[one for one in coded if fits_coded(each, one)] for each in got]
    met = sum(any(fits_coded(each, one) for each in got) for one in coded)
    typed = sum(
        any(each.type == one["type"] for one in row) for each, row in zip(got, right, strict=True)
    )
    hits = sum(bool(row) for row in right)
    return {"right": hits, "found": len(got), "true": len(coded),
            "precision": hits / max(len(got), 1), "recall": met / max(len(coded), 1),
            "type_right": typed / max(hits, 1)}  # fmt: skip


def main() -> None:
    """Print the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("coding", type=Path)
    parser.add_argument("--contradictions", type=Path)
    parser.add_argument("--reading", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    coding = yaml.safe_load(given.coding.read_text(encoding="utf-8"))
    docs, coded = documents(given.articles), coded_statements(coding)
    truth = pairs(one["members"] for one in coding["alignments"])
    statements, fits = coded, {}
    if given.reading:
        statements, fits = read_statements(given.reading, coded)
    found = align(statements, docs)
    print(json.dumps(score(found, truth, fits), indent=2))
    if given.show:
        _show(found, truth, fits)
    if given.contradictions:
        other = yaml.safe_load(given.contradictions.read_text(encoding="utf-8"))
        pledges = read_pledges(given.reading) if given.reading else coded_pledges(other)
        reading = Reading(tuple(docs), tuple(statements), tuple(pledges), (), found)
        results = contradictions(reading)
        print(json.dumps(score_contradictions(results, other["contradictions"]), indent=2))
        if given.show:
            _show_contradictions(results, other["contradictions"])


def _show_contradictions(found: Iterable[Disagreement], coded: list[dict[str, Any]]) -> None:
    got = list(found)
    for each in got:
        if not any(fits_coded(each, one) for one in coded):
            print(
                "wrong", each.type, each.field, [(s.doc, s.span.start, s.value) for s in each.sides]
            )
    for one in coded:
        if not any(fits_coded(each, one) for each in got):
            print(
                "missed", one["type"], one["field"], [(s["doc"], s["start"]) for s in one["sides"]]
            )


def _show(found: Iterable[Alignment], truth: set[Pair], fits: dict[str, str]) -> None:
    got = pairs([fits.get(member, member) for member in one.members] for one in found)
    for word, wrong in (("wrong", got - truth), ("missed", truth - got)):
        for pair in sorted(map(sorted, wrong)):
            print(word, *pair)


if __name__ == "__main__":
    main()
