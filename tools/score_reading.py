"""Score the whole of a reading against a coding of offsets by a second coder.

    .venv/bin/truceline statements read ../shared/seeds/*.txt --json seeds.json
    .venv/bin/python tools/score_reading.py ../shared/seeds tests/data/statements/second/seeds_ seeds.json [-v]

Quotations, statements, pledges, positions, alignments, contradictions, dates and the gates, by the
rules of acceptance; each thing one to one, pledges as items of document, obligor and type.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import yaml

from truceline.guarantees.reading.tables import shipped_tables

NOT_PLEDGED = {"considered", "undecided", "ruled_out"}
FIELDS = {
    "role": {"role"},
    "number": {"number", "size", "count"},
    "members": {"members", "wording", "description"},
    "pledge": {"pledge", "status"},
    "trigger": {"trigger", "condition", "date"},
    "wording": {"wording", "quotation"},
    "participants": {"participants", "first"},
    "attribution": {"attribution", "speaker"},
}
"""Words of a field's name that fit each coded field."""


def words_of_field(field: str) -> set[str]:
    """Words that fit a coded field; ``pledge status (Norvania)`` is a field of pledges.

    >>> sorted(words_of_field("pledge status (Norvania)"))
    ['pledge', 'status']
    """
    bare = _ASIDE.sub("", field)
    known = [FIELDS[word] for word in re.findall(r"[a-z]+", bare) if word in FIELDS]
    return set().union(*known) or {bare}


def over(a: dict, b: dict) -> int:
    return max(0, min(a["end"], b["end"]) - max(a["start"], b["start"])) if same(a, b) else 0


def same(a: dict, b: dict) -> bool:
    return a.get("doc") == b.get("doc")


def share(a: dict, b: dict) -> float:
    return over(a, b) / max(1, min(a["end"] - a["start"], b["end"] - b["start"]))


def plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))


def last(name: str) -> str:
    return plain(name).rsplit(maxsplit=1)[-1]


def spellings() -> list[set[str]]:
    """Last names of one person, a set a person: those of acceptance, if there, and of the tables."""
    path = Path(__file__).parents[1] / ".." / "shared" / "acceptance" / "names.yaml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["persons"] if path.exists() else []
    told = [{last(n) for n in (name, *forms)} for row in rows for name, forms in row.items()]
    return told + [{last(n) for n in one.family} for one in shipped_tables().persons]


SPELLINGS = spellings()
_ASIDE = re.compile(r"\s*\([^)]*\)")
_UNNAMED = re.compile(
    r"\b(?:officials?|sources?|diplomats?|spokes\w+|advisers?|aides?|lawmakers?|people|person|"
    r"experts?|analysts?|envoy|newspapers)\b"
)
_ROOTS = (
    ("ukrain", "kyiv"), ("russia", "moscow", "kremlin"), ("french", "france", "elysee"),
    ("german", "berlin"), ("brit", "united kingdom", "uk ", "downing street"), ("ital", "chigi"),
    ("turk",), ("lithuania",), ("japan",), ("dutch", "netherlands"), ("dan", "denmark"),
    ("united states", "us ", "u.s.", "american", "washington"), ("white house",), ("europe",),
    ("canad", "ottawa"), ("spain", "spanish"), ("roman",),
)  # fmt: skip
"""Words that name one state, its people and its seat: the body that an unnamed voice speaks for."""


def fits(coded: str, found: str) -> bool:
    """Whether the name found is the coded one; a seat of government is the state's voice.

    A voice that the coder could not name is `unknown`, or the body that it speaks for. Of several
    speakers of one statement each is right.
    """
    parts = _ASIDE.sub("", coded).split(";")
    return any(_one_fits(plain(part).strip(), plain(found)) for part in parts)


def _one_fits(coded: str, found: str) -> bool:
    family = last(coded)
    names = {family}.union(*(one for one in SPELLINGS if family in one))
    if any(name in found for name in names):
        return True
    pairs = ({"kremlin", "russia", "moscow"}, {"zakharova", "russian foreign ministry"})
    if any(any(w in coded for w in p) and any(w in found for w in p) for p in pairs):
        return True
    if re.search(r"\bgovernment\b", coded) and _same_root(coded, found):
        return True  # A government speaks for its state.
    return bool(_UNNAMED.search(coded)) and (found == "unknown" or _same_root(coded, found))


def _same_root(coded: str, found: str) -> bool:
    one, other = f" {coded} ", f" {found} "
    held = [[any(f" {w}" in text for w in root) for text in (one, other)] for root in _ROOTS]
    return any(all(pair) for pair in held)


def matched(coded: list[dict], found: list[dict], right) -> list[tuple[int, int]]:  # noqa: ANN001
    """Pairs one to one, the best fits first."""
    ranked = sorted(
        ((right(c, f), -i, -j) for i, c in enumerate(coded) for j, f in enumerate(found)),
        reverse=True,
    )
    left, taken, pairs = set(), set(), []
    for score, i, j in ranked:
        if score <= 0 or -i in left or -j in taken:
            continue
        left.add(-i)
        taken.add(-j)
        pairs.append((-i, -j))
    return pairs


def line(what: str, right: int, found: int, coded: int) -> None:
    p, r = right / max(1, found), right / max(1, coded)
    f1 = 2 * right / max(1, found + coded)
    print(f"{what:34} F1 {f1:.2f}  precision {p:.2f}  recall {r:.2f}  (coded {coded})")


class Scorer:
    """One reading beside one coding.

    Args:
        reading: The interchange object.
        prefix: Where the three files of the coding lie, with the opening of their names.
        texts: The decoded articles by name.
        verbose: Whether each fault is shown with its words.
    """

    def __init__(self, reading: dict, prefix: str, texts: dict[str, str], *, verbose: bool) -> None:
        self.r, self.texts, self.verbose = reading, texts, verbose
        load = lambda n: yaml.safe_load(Path(f"{prefix}{n}.yaml").read_text(encoding="utf-8"))  # noqa: E731
        self.c = {**load("statements"), **load("pledges"), **load("positions")}

    def say(self, what: str, at: dict, more: object = "") -> None:
        if self.verbose:
            words = " ".join(self.texts[at["doc"]][at["start"] : at["end"]][:110].split())
            print(f"  {at['doc'][:8]} {what} {more}: {words}")

    def quotations(self) -> None:
        c = [
            {**q, "doc": s["doc"], "who": s["speaker"]}
            for s in self.c["statements"]
            for q in s["quotes"]
        ]
        f = [
            {**q, "doc": s["doc"], "who": s["speaker"]}
            for s in self.r["statements"]
            for q in s["quotes"]
        ]
        pairs = matched(
            c, f, lambda a, b: share(a, b) if over(a, b) * 2 >= a["end"] - a["start"] else 0
        )
        right = [(i, j) for i, j in pairs if fits(c[i]["who"], f[j]["who"])]
        line("quotation with right speaker", len(right), len(f), len(c))
        for i, j in set(pairs) - set(right):
            self.say("QUOTE of", c[i], f"{c[i]['who']} given to {f[j]['who']}")
        self.rest("QUOTE", c, f, pairs, lambda x: x["who"])

    def rest(self, what, c, f, pairs, name) -> None:  # noqa: ANN001
        for i in set(range(len(c))) - {i for i, _ in pairs}:
            self.say(f"{what} missed", c[i], name(c[i]))
        for j in set(range(len(f))) - {j for _, j in pairs}:
            self.say(f"{what} extra", f[j], name(f[j]))

    def statements(self) -> None:
        c, f = self.c["statements"], self.r["statements"]
        near = lambda a, b: (share(a, b) >= 0.5) * (share(a, b) + fits(a["speaker"], b["speaker"]))  # noqa: E731
        self.pairs = matched(c, f, near)
        left = set(range(len(c))) - {i for i, _ in self.pairs}
        for i in sorted(left):  # “A,” he said. “B.” may be read as one statement and coded as two
            held = [
                j for j in range(len(f)) if over(c[i], f[j]) >= 0.5 * (c[i]["end"] - c[i]["start"])
            ]
            self.pairs += [(i, j) for j in held if fits(c[i]["speaker"], f[j]["speaker"])][:1]
        joined = len(self.pairs) - len({j for _, j in self.pairs})
        f = [*f, *([{}] * joined)]
        right = [(i, j) for i, j in self.pairs if fits(c[i]["speaker"], f[j]["speaker"])]
        line("statement", len(self.pairs), len(f), len(c))
        line("statement with right speaker", len(right), len(f), len(c))
        for i, j in set(self.pairs) - set(right):
            self.say("SPEAKER", c[i], f"{c[i]['speaker']} given to {f[j]['speaker']}")
        f = self.r["statements"]
        self.rest("STATEMENT", c, f, self.pairs, lambda x: x["speaker"])
        days: Counter[str] = Counter()
        for i, j in self.pairs:
            days[self.day(c[i], f[j])] += 1
        print("dates", dict(days))

    def day(self, coded: dict, found: dict) -> str:
        told, got = coded["date_said"], found.get("date_said")
        if told is None or told.startswith("?"):
            kind = "none, rightly" if got is None or (told and got == told[1:]) else "INVENTED"
        else:
            kind = "right" if got == told else "abstained" if got is None else "WRONG"
        if kind.isupper():
            self.say(kind, coded, f"coded {told} got {got}")
        return kind

    def pledges(self) -> None:
        items = lambda rows: [  # noqa: E731
            {**p, "o": o, "t": t} for p in rows for o in p["obligor"] for t in p["types"]
        ]
        c, f = items(self.c["pledges"]), items(self.r["pledges"])
        near = lambda a, b: (  # noqa: E731
            (same(a, b) and a["o"] == b["o"] and a["t"] == b["t"])
            * (1 + share(a, b) + (a["status"] == b["status"]) / 2)
        )
        key = lambda p: (p["doc"], p["o"], p["t"])  # noqa: E731
        ck, fk = {key(p) for p in c}, {key(p) for p in f}
        line("pledge: obligor and type", len(ck & fk), len(fk), len(ck))
        skey = lambda p: (*key(p), p["status"])  # noqa: E731
        cs, fs = {skey(p) for p in c}, {skey(p) for p in f}
        line("pledge: with status", len(cs & fs), len(fs), len(cs))
        pairs = matched(c, f, near)
        for what in ("trigger", "limits"):
            have = [(i, j) for i, j in pairs if c[i][what] and f[j].get(what)]
            line(
                f"pledge: {what} on the right one",
                len(have),
                sum(bool(f[j].get(what)) for _, j in pairs),
                sum(c[i][what] for i, _ in pairs),
            )
        over_ = [
            (a, b)
            for a in c
            for b in f
            if a["o"] == b["o"]
            and a["t"] == b["t"]
            and a["status"] in NOT_PLEDGED
            and b["status"] == "pledged"
            and share(a, b) >= 0.5
        ]
        print("gate: shown as pledged wrongly", len(over_))
        for a, b in over_:
            self.say("GATE", b, f"{a['o']} {a['t']} {a['status']} shown as pledged")
        name = lambda p: f"{p['o']} {p['t']} {p['status']}"  # noqa: E731
        self.rest("PLEDGE", c, f, pairs, name)
        for i, j in pairs:
            if c[i]["status"] != f[j]["status"]:
                self.say("STATUS", c[i], f"{name(c[i])} got {f[j]['status']}")

    def positions(self) -> None:
        c, f = self.c["positions"], self.r["positions"]
        near = lambda a, b: (a["party"] == b["party"] and a["kind"] == b["kind"]) * share(a, b)  # noqa: E731
        pairs = matched(c, f, near)
        line("position: party and kind", len(pairs), len(f), len(c))
        self.rest("POSITION", c, f, pairs, lambda p: f"{p['party']} {p['kind']}")

    def alignments(self) -> None:
        coded_of = {
            self.r["statements"][j]["id"]: self.c["statements"][i]["id"]
            for i, j in reversed(self.pairs)
        }
        for one in self.r["statements"]:  # two sentences may be coded as one statement
            size = one["end"] - one["start"]
            for coded in self.c["statements"]:
                if over(coded, one) >= 0.8 * size and fits(coded["speaker"], one["speaker"]):
                    coded_of.setdefault(one["id"], coded["id"])
        doc = {s["id"]: s for s in [*self.c["statements"], *self.r["statements"]]}

        def pairs_of(groups):  # noqa: ANN001, ANN202
            return {
                tuple(sorted((a, b)))
                for g in groups
                for a in g["members"]
                for b in g["members"]
                if a < b and doc[a]["doc"] != doc[b]["doc"]
            }

        found = {
            tuple(sorted((coded_of.get(a, a), coded_of.get(b, b))))
            for a, b in pairs_of(self.r["alignments"])
        }
        coded = pairs_of(self.c["alignments"])
        coded_of_ids = {one["id"] for one in self.c["statements"]}
        line("alignment: pairs across documents", len(found & coded), len(found), len(coded))
        reachable = {p for p in coded if p[0] in coded_of.values() and p[1] in coded_of.values()}
        print(f"  of {len(coded)} pairs {len(reachable)} have both statements found")
        merged = [p for p in found if set(p) <= coded_of_ids and not self.one_voice(*p, doc)]
        print("gate: coded speakers or months merged", len(merged))
        for a, b in merged:
            self.say(f"GATE {doc[a]['speaker']} merged with {doc[b]['speaker']}", doc[a])
        for kind, these in (("ALIGN extra", found - coded), ("ALIGN missed", coded - found)):
            for a, b in sorted(these):
                self.say(kind, doc[a], a)
                self.say("   with", doc[b], b)

    def one_voice(self, a: str, b: str, doc: dict) -> bool:
        one, other = doc[a], doc[b]
        days = [str(s["date_said"]).lstrip("?")[:7] for s in (one, other) if s["date_said"]]
        return fits(one["speaker"], other["speaker"]) and len(set(days)) < 2

    def contradictions(self) -> None:
        c, f = self.c["contradictions"], self.r["contradictions"]
        pairs = matched(c, f, self.likeness)
        hit = {i for i, _ in pairs}
        useful = {j for j, g in enumerate(f) if any(self.likeness(k, g) for k in c)}
        print(
            f"contradictions: {len(hit)} of {len(c)} found; precision {len(useful) / max(1, len(f)):.2f} of {len(f)}"
        )
        for i in set(range(len(c))) - hit:
            self.say("DIFFERS missed", c[i]["sides"][0], c[i].get("key", c[i]["field"]))
        for j in set(range(len(f))) - useful:
            for s in f[j]["sides"]:
                self.say("DIFFERS extra", s, (f[j]["field"], f[j]["type"], s["value"]))

    def likeness(self, a: dict, b: dict) -> float:
        sides = sum(any(share(x, y) > 0 for y in b["sides"]) for x in a["sides"])
        if sides < 2 or not any(w in b["field"] for w in words_of_field(a["field"])):
            return 0
        return sides + (a["type"] == b["type"])

    def boilerplate(self) -> None:
        c = self.c.get("boilerplate", [])
        f = [{**b, "doc": d["name"]} for d in self.r["documents"] for b in d["boilerplate"]]
        gone = lambda b, rows: sum(over(b, x) for x in rows) >= 0.8 * (b["end"] - b["start"])  # noqa: E731
        kept = [b for b in c if not gone(b, f)]
        lost = [b for b in f if not any(over(b, x) for x in c)]
        print(
            f"boilerplate: {len(kept)} of {len(c)} kept; {len(lost)} removals that are not coded as such"
        )
        for b in kept:
            self.say("KEPT", b)
        for b in lost:
            self.say("LOST", b, b["kind"])


def main() -> None:
    folder, prefix = Path(sys.argv[1]), sys.argv[2]
    reading = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    texts = {d["name"]: (folder / d["name"]).read_bytes().decode() for d in reading["documents"]}
    s = Scorer(reading, prefix, texts, verbose="-v" in sys.argv)
    for part in (
        s.quotations,
        s.statements,
        s.pledges,
        s.positions,
        s.alignments,
        s.contradictions,
        s.boilerplate,
    ):
        part()


if __name__ == "__main__":
    main()
