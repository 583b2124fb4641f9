"""An invented agreement and readings of invented articles, for the tests of the register."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import strategies as st

from truceline.codec.agreement import load_agreement
from truceline.guarantees.register import DOMAINS, STRENGTH
from truceline.guarantees.reviews import digest_of
from truceline.model.agreement import Party, Pledge
from truceline.model.article import (
    Document,
    Mode,
    PledgeProposal,
    Reading,
    Span,
    Statement,
)
from truceline.model.register import Citation, Entry, Origin, Review, Verdict

SAMPLE = load_agreement(Path(__file__).parent / "data" / "agreements" / "good")
PARTIES = (
    Party("NB", "Northbank", ("the Northbank", "group of 7 states")),
    Party("SB", "Southbank"),
)
AGREEMENT = replace(SAMPLE, parties=PARTIES, pledges=(), sources={})
NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)


def document(name="a.txt", *, text=None, published=None, about=(), outlet=None, agency=None):
    """Give a document; its text says nothing, and is that of no other document."""
    text = f"{name[0]} " * 210 if text is None else text
    sha = name.encode().hex().ljust(64, "0")
    return Document(name, sha, text, "en", published, outlet, agency, None, (), about)


def pledge(doc="a.txt", start=0, obligor=("Northbank",), **given):
    """Give a proposal; fields that a test does not name are those of a plain promise of troops."""
    values = {
        "beneficiary": "Southbank",
        "types": ("troops_land",),
        "role": "contribute",
        "size": None,
        "trigger": None,
        "limits": None,
        "status": "pledged",
        "date": None,
        "statement": None,
    } | given
    return PledgeProposal(
        f"{doc}#pledge{start}", doc, Span(start, start + 10), 0.8, "rule", obligor, **values
    )


def statement(doc="a.txt", start=0, day=None):
    """Give a statement that carries a pledge."""
    return Statement(f"{doc}#s{start}", doc, Span(start, start + 10), 0.8, "rule", Mode.PARAPHRASE,
        "Somebody", "Somebody", None, "said", day, "its own" if day else None, None, None, ())  # fmt: skip


def reading(documents, pledges=(), statements=(), **more):
    """Give a reading."""
    return Reading(tuple(documents), tuple(statements), tuple(pledges), (), **more)


def review(target, verdict=Verdict.CONFIRM, number=1, **values):
    """Give a person's word on a proposal as it stands."""
    return Review(
        number, verdict, target.id, digest_of(target), "R. Eader", NOW, "looked at it", values
    )


def coded(**given):
    """Give a pledge as people write it into ``pledges.yaml``."""
    values = {
        "id": "P-1",
        "obligor": "NB",
        "beneficiary": "SB",
        "types": ("troops_land",),
        "role": "contribute",
        "status": "pledged",
        "condition": "",
        "limits": "",
        "date": "unknown",
        "summary": "Soldiers.",
        "sources": ("S1",),
    } | given
    return Pledge(**values)


def entry(key, **given):
    """Give an entry of the register."""
    group = given.pop("group", "a.txt")
    values = {
        "obligor": "NB",
        "name": "Northbank",
        "types": ("troops_land",),
        "role": "contribute",
        "status": "pledged",
        "condition": "",
        "condition_class": "",
        "limits": "",
        "size": "",
        "date": None,
        "known_by": given.get("date"),
        "origin": Origin.PROPOSED,
        "citations": (Citation(group, group, group, None),),
        "months": (given["date"][:7],) if given.get("date") else (),
    } | given
    return Entry(id=key, **values)


DAYS = st.sampled_from([None, "2031-01-05", "2031-01-20", "2031-02-03"])
TRIGGERS = st.sampled_from(
    [None, "after a ceasefire", "after any peace deal", "if parliament approves", "in spring"]
)


@st.composite
def readings(draw):
    """Give a reading of up to four documents with up to a dozen pledges of any kind."""
    names = ["a.txt", "b.txt", "c.txt", "d.txt"]
    texts = ["x " * 210, "In January 2031 " + "y " * 210, "In February 2031 " + "z " * 210]
    documents = [
        document(
            name,
            text=draw(st.sampled_from(texts)),
            published=draw(DAYS),
            about=draw(st.sampled_from([(), ("2031-01-05",), ("2031-01-31", "2031-02-01")])),
            outlet=draw(st.sampled_from([None, "Gazette", "Courier"])),
        )
        for name in names
    ]
    pledges, statements = [], []
    for number in range(draw(st.integers(0, 12))):
        doc, start = draw(st.sampled_from(names)), 20 + 30 * number
        carrier = None
        if draw(st.booleans()):
            carrier = statement(doc, start, draw(DAYS))
            statements.append(carrier)
        pledges.append(
            pledge(
                doc,
                start,
                obligor=tuple(
                    draw(
                        st.lists(
                            st.sampled_from(
                                ["Northbank", "the Northbank", "Southbank", "Eastbank"]
                            ),
                            min_size=1,
                            max_size=3,
                            unique=True,
                        )
                    )
                ),
                types=tuple(
                    draw(
                        st.lists(st.sampled_from(DOMAINS[:5]), min_size=1, max_size=3, unique=True)
                    )
                ),
                status=draw(st.sampled_from(STRENGTH)),
                trigger=draw(TRIGGERS),
                role=draw(st.sampled_from(["lead", "contribute", None])),
                date=draw(DAYS) if carrier is None else None,
                statement=carrier.id if carrier else None,
            )
        )
    return reading(documents, pledges, statements)
