"""Invented readings as the pages of the register show them, and a reader of those pages."""

from dataclasses import replace
from html.parser import HTMLParser

from register_world import (
    AGREEMENT,
    NOW,
    coded,
    document,
    entry,
    pledge,
    reading,
    review,
    statement,
)
from truceline.guarantees.register_entries import entries
from truceline.guarantees.register_sources import single
from truceline.guarantees.register_time import at, changes, matrix
from truceline.guarantees.reviews import digest_of, disagreement_id, reviewed
from truceline.model.article import (
    Alignment,
    Boilerplate,
    Disagreement,
    Position,
    RoleFinding,
    Side,
    Span,
)
from truceline.model.register import Counted, DiplomaticEvent, Framework, Review, Verdict
from truceline.model.verified import Verified
from truceline.pipeline.register_view import disputes_of, matrix_rows
from truceline.publication.register_view import RegisterView

HOSTILE = '"><script>alert(1)</script><b onmouseover="x'
DAY = "2031-03-01"
AGREED = replace(
    AGREEMENT,
    pledges=(
        coded(sources=("S1", "S2"), date="2031-01-06", role="lead", condition="after a ceasefire"),
        coded(id="P-2", types=("naval", "air"), status="ruled_out", sources=("S1",)),
        coded(
            id="P-3",
            obligor="SB",
            types=("financing",),
            status="considered",
            role="host",
            verified=(Verified("content", "partly", "one paraphrase"),),
        ),
    ),
    sources={"S1": "https://example.org/a?b=1&c=2", "S2": "javascript:alert(1)"},
    notes=("No ceasefire is in force.",),
)
EVENTS = (
    DiplomaticEvent("E1", "summit", "Velm summit", "Velm", "2031-01-06", "2031-01-07",
        (Counted("S1", 26, "states", ("NB",)), Counted("S9", None, "leaders")), "They met.", ("S1",)),
    DiplomaticEvent("E 2#", "talks", HOSTILE, "", "2029-03", "2029-04", (), "Talks.", ()),
)  # fmt: skip
FRAMEWORKS = (
    Framework("F1", "Old plan", "2029-03", "never_agreed", ("Neutrality.",), ("SB: leans on it",), ("S1",)),
)  # fmt: skip


def sample_reading():
    """Two invented articles; the name of the second holds everything that a path must not."""
    first = "Northbank pledged ships. She said so on Friday. Buy a sofa! " + "x " * 60
    second = f"Northbank refused ships, said Тарас {HOSTILE}. It was said twice. " + "y " * 60
    documents = (
        document("a.txt", text=first, outlet="Harbour Post", published="2031-01-07"),
        document("b #1 / ü\\<i>.txt", text=second, outlet=HOSTILE),
    )
    documents = (
        replace(documents[0], boilerplate=(Boilerplate(Span(47, 59), "advertising", "sofa"),)),
        documents[1],
    )
    name = documents[1].name
    pledges = (
        pledge("a.txt", 0, types=("naval",), trigger="after a ceasefire", size="two", limits="not inland"),
        pledge("a.txt", 25, types=("training",), status="undecided"),
        pledge(name, 0, types=("naval",), status="ruled_out"),
        pledge(name, 40, obligor=("Тарасія (unspecified)",), types=("air",), role="host"),
    )  # fmt: skip
    said = (
        replace(statement("a.txt", 25, "2031-01-07"), span=Span(25, 46), speaker="Northbank"),
        replace(statement(name, 0), span=Span(0, 60), role_as_given="mayor", speaker="Northbank"),
        statement(name, 62),
    )
    sides = (Side("Northbank: naval pledged", "a.txt", Span(10, 23)), Side("x", name, Span(3, 9)))
    return reading(
        documents,
        pledges,
        said,
        alignments=(Alignment(tuple(sorted((said[0].id, said[1].id)))),),
        contradictions=(
            Disagreement("true", "pledge_status", sides),
            Disagreement("different_facts", "number", sides[::-1]),
        ),
        refused=(("noise.bin", "no text"),),
        findings=(
            RoleFinding("r", name, Span(0, 9), "Northbank", "mayor", "not_held", ("2031-01-07",), ()),
        ),
    )  # fmt: skip


def with_positions(made):
    """Add a position of a party that owes nothing."""
    stand = Position("q", "a.txt", Span(0, 9), 0.7, "position/threat", "Ostania", "threat", None)
    return replace(made, positions=(stand,))


def sample_reviews(made):
    """Give a confirmation, a rejection, a ruling, and a review of words that have changed."""
    item = made.contradictions[0]
    ruling = Review(3, Verdict.RULE, disagreement_id(item), digest_of(item), "R. Eader", NOW, "why", {"side": "0"})  # fmt: skip
    stale = replace(review(made.pledges[2], number=4), target_sha256="0" * 64)
    return (
        review(made.pledges[1]),
        review(made.pledges[3], Verdict.REJECT, number=2),
        ruling,
        stale,
    )


def view_of(made, reviews=(), day=DAY, since=None, agreement=AGREED, **more):
    """Give what the pages show of a reading, by the same ways as the workspace."""
    found = entries(agreement, made, reviews)
    states = reviewed(made, reviews)
    return RegisterView(
        title="Register of the strait",
        day=day,
        agreement=agreement,
        entries=found,
        matrix=matrix_rows(agreement, matrix(found, day)),
        changes=changes(found, since, day) if since else (),
        changes_since=since,
        reading=made,
        disputes=disputes_of(states),
        reviews=tuple(reviews),
        events=EVENTS,
        frameworks=FRAMEWORKS,
        alone=single(at(found, day)),
        stale=frozenset(one.number for state in states for one in state.stale),
        **more,
    )


def sample_view(**more):
    """Give the view of the sample with its reviews."""
    made = with_positions(sample_reading())
    return view_of(made, sample_reviews(made), since="2030-12-31", **more)


class Page(HTMLParser):
    """Collects ids, links, scripts, handlers and the text of a page, without its style."""

    def __init__(self, data):
        super().__init__()
        self.ids, self.links, self.bad, self.text, self._style = [], [], [], "", False
        self.cells, self._cell = [], None
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self._style = tag == "style"
        self.bad += [tag] if tag in {"script", "iframe", "img", "link", "form"} else []
        self.bad += [name for name in values if name.startswith("on")]
        self.ids += [values["id"]] if "id" in values else []
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
            if "cell" in (values.get("class") or "").split():
                self._cell = [values["class"], ""]

    def handle_endtag(self, tag):
        self._style = False
        if tag == "a" and self._cell:
            self.cells.append(tuple(self._cell))
            self._cell = None

    def handle_data(self, data):
        if not self._style:
            self.text += data
        if self._cell:
            self._cell[1] += f" {data}"


__all__ = ["NOW", "Page", "entry", "sample_view", "view_of"]
