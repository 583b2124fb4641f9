"""Score what the reader finds against a coding of offsets: quotations, statements, dates.

    .venv/bin/python tools/score_statements.py tests/data/statements/seeds_coding.yaml ../shared/seeds [-v]

A quotation is found when a predicted quoted span overlaps the coded one by half of its characters,
and right when the last name of the coded speaker is in the predicted one. A statement is found when
the spans overlap by half of the shorter. Both one to one.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import yaml

from truceline.guarantees.reading.reader import read_documents
from truceline.guarantees.reading.tables import Tables, tables_from
from truceline.model.article import Span


def f1(right: int, predicted: int, true: int) -> float:
    return 2 * right / (predicted + true) if predicted + true else 1.0


def last_name(speaker: str) -> str:
    return speaker.rsplit(maxsplit=1)[-1].lower()


def overlap_share(a: Span, b: Span) -> float:
    return a.overlap(b) / min(a.end - a.start, b.end - b.start)


def main() -> None:
    show(*scored(Path(sys.argv[1]), Path(sys.argv[2]), verbose="-v" in sys.argv))


def scored(
    coded: Path, folder: Path, *, verbose: bool = False
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    coding = yaml.safe_load(coded.read_text(encoding="utf-8"))
    beside = folder / "documents.yaml"
    sidecar = coding.get("sidecar", {})
    if beside.exists():
        sidecar = yaml.safe_load(beside.read_text(encoding="utf-8"))["documents"]
    files = {n: (folder / n).read_bytes() for n in coding["documents"]}
    reading = read_documents(files, sidecar, tables_beside(folder))
    total: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = {}
    for document in reading.documents:
        name, text = document.name, document.text
        coded = rows(coding["documents"][name], text)
        found = [s for s in reading.statements if s.doc == name]
        count_quotes(name, text, coded, found, total, verbose)
        count_statements(name, text, coded, found, total, rules, verbose)
        if "sidecar" in coding:
            count_boilerplate(document, coding["documents"][name]["gone"], total, verbose)
    for name, opening, day in coding.get("dates", ()):
        total["date_named_right"] += count_named_date(reading, name, opening, day)
    return total, rules


def show(total: Counter[str], rules: dict[str, Counter[str]]) -> None:
    for what in ("quotes", "statements", "statements_speaker", "boilerplate"):
        right, predicted, true = (total[f"{what}_{k}"] for k in ("right", "predicted", "true"))
        p, r = right / max(predicted, 1), right / max(true, 1)
        print(
            f"{what}: F1 {f1(right, predicted, true):.3f} precision {p:.3f} recall {r:.3f} (n={true})"
        )
    print("dates:", {k: v for k, v in sorted(total.items()) if k.startswith("date")})
    for rule, c in sorted(rules.items()):
        print(f"  {rule:14} n={c['n']:3} right={c['right'] / c['n']:.2f}")


def tables_beside(folder: Path) -> Tables | None:
    """Tables of invented names where they lie above the articles."""
    names = [folder.parent / f"{n}.yaml" for n in ("persons", "states", "groups")]
    if not all(n.exists() for n in names):
        return None
    return tables_from(*(n.read_text(encoding="utf-8") for n in names))


def rows(coded, text):  # noqa: ANN001, ANN201
    """Offsets as they are, or found by the opening words of one's own articles."""
    if isinstance(coded, list):
        return coded
    found = []
    at = 0
    for opening, speaker, quotes in coded["said"]:
        start = text.index(opening, max(at - 1, 0))
        spans = []
        look = start
        for words in quotes:
            a = min(i for i in (text.find(mark + words, look) for mark in "\"“'‘") if i >= 0) + 1
            z = text.index(
                {'"': '"', "“": "”", "'": "'", "‘": "’"}[text[a - 1]], a + len(words) - 1
            )
            line = text.find("\n", a)
            z = min(z, line if line >= 0 else z)
            spans.append([a, z])
            look = z
        end = max([start + len(opening), *(z for _, z in spans)])
        found.append({"s": [start, end], "speaker": speaker, "date": ..., "quotes": spans})
        at = start
    return found


def count_boilerplate(document, gone, total, verbose) -> None:  # noqa: ANN001
    text = document.text
    total["boilerplate_true"] += len(gone)
    total["boilerplate_predicted"] += len(document.boilerplate)
    starts = [text[b.span.start : b.span.end] for b in document.boilerplate]
    for words in gone:
        hit = any(s.startswith(words) for s in starts)
        total["boilerplate_right"] += hit
        if verbose and not hit:
            print(f"{document.name} KEPT {words}")
    if verbose:
        for s in starts:
            if not any(s.startswith(w) for w in gone):
                print(f"{document.name} LOST {s[:80]}")


def count_named_date(reading, name, opening, day) -> bool:  # noqa: ANN001
    text = next(d.text for d in reading.documents if d.name == name)
    at = text.index(opening)
    got = next(
        (
            s.date_said
            for s in reading.statements
            if s.doc == name and s.span.start <= at < s.span.end
        ),
        "no statement",
    )
    if got != day:
        print(f"{name} DATE {opening!r}: coded {day}, got {got}")
    return got == day


def count_quotes(name, text, coded, found, total, verbose) -> None:  # noqa: ANN001
    truth = [(Span(*q), s["speaker"]) for s in coded for q in s["quotes"]]
    guesses = [(q, s.speaker) for s in found for q in s.quotes]
    used = set()
    for span, speaker in truth:
        hit = next(
            (
                i
                for i, (g, _) in enumerate(guesses)
                if i not in used and span.overlap(g) * 2 >= span.end - span.start
            ),
            None,
        )
        right = hit is not None and last_name(speaker) in guesses[hit][1].lower()
        total["quotes_right"] += right
        if hit is not None:
            used.add(hit)
        if verbose and not right:
            got = guesses[hit][1] if hit is not None else None
            print(f"{name[:6]} QUOTE {speaker} got {got}: {text[span.start : span.end][:70]}")
    if verbose:
        for i, (g, who) in enumerate(guesses):
            if i not in used:
                print(f"{name[:6]} EXTRA QUOTE {who}: {text[g.start : g.end][:70]}")
    total["quotes_predicted"] += len(guesses)
    total["quotes_true"] += len(truth)


def count_statements(name, text, coded, found, total, rules, verbose) -> None:  # noqa: ANN001
    used = set()
    for row in coded:
        span = Span(*row["s"])
        hits = [(overlap_share(span, f.span), i) for i, f in enumerate(found) if i not in used]
        best = max(
            hits,
            default=(0.0, -1),
            key=lambda h: (h[0], last_name(row["speaker"]) in found[h[1]].speaker.lower()),
        )
        if best[0] < 0.5:
            if verbose:
                print(f"{name[:6]} MISSED {row['speaker']}: {text[span.start : span.end][:90]!r}")
            total["date_abstained"] += row["date"] not in {None, ...}
            continue
        guess = found[best[1]]
        used.add(best[1])
        total["statements_right"] += 1
        same = last_name(row["speaker"]) in guess.speaker.lower()
        total["statements_speaker_right"] += same
        rules.setdefault(guess.rule, Counter())["n"] += 1
        rules[guess.rule]["right"] += same
        if verbose and not same:
            print(
                f"{name[:6]} SPEAKER {row['speaker']} got {guess.speaker}: {text[span.start : span.end][:80]!r}"
            )
        count_date(name, row, guess, total, verbose)
    for i, guess in enumerate(found):
        if i not in used:
            rules.setdefault(guess.rule, Counter())["n"] += 1
            if verbose:
                print(
                    f"{name[:6]} EXTRA {guess.rule} {guess.speaker} {guess.verb}: {text[guess.span.start : guess.span.end][:90]!r}"
                )
            total["date_invented"] += guess.date_said is not None
    for what in ("statements", "statements_speaker"):
        total[f"{what}_predicted"] += len(found)
        total[f"{what}_true"] += len(coded)


def count_date(name, row, guess, total, verbose) -> None:  # noqa: ANN001
    if row["date"] is ...:
        return
    if row["date"] is None:
        kind = "date_none_right" if guess.date_said is None else "date_invented"
    else:
        kind = (
            "date_right"
            if guess.date_said == str(row["date"])
            else "date_abstained"
            if guess.date_said is None
            else "date_wrong"
        )
    total[kind] += 1
    if verbose and kind not in {"date_none_right", "date_right"}:
        print(f"{name[:6]} {kind} coded {row['date']} got {guess.date_said} ({guess.date_basis})")


if __name__ == "__main__":
    main()
