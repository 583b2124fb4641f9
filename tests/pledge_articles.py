"""The invented world of the tests of pledges: states, persons and groups that do not exist."""

from __future__ import annotations

from pathlib import Path

import yaml

from truceline.guarantees.reading.pledge_actors import Group, table
from truceline.guarantees.reading.pledges import pledges_of
from truceline.guarantees.reading.positions import positions_of
from truceline.guarantees.reading.sentences import sentences_of
from truceline.model.article import Document

WORLD = table(
    """
    Arland: Port Ar, Bo Lind, Lind | Arish
    Borland: Bor City, Mira Tal, Tal, Gil Orso, Orso | Borish
    Corvia: Cor, Jan Pell, Pell | Corvian
    Delmar: Del Bay | Delmarian
    Torvia: Tor City, Sal Venn, Venn | Torvian
    Kessia: Kess, Tor Ank | Kessian
    Hulland: Hull Haven, Ina Voss, Voss | Hullish
    Meridia: White Tower, Dell Corr, Corr, Rex Hale | Meridian
    Ostania: Ostgrad, Vik Marn, Marn, Per Olk, Olk | Ostanian
    Valdia: Vald, Ola Terr, Terr | Valdian
    """,
    groups=(
        Group("group of 18 states (May 2031)", ("18", "eighteen"), ("2031-05",)),
        Group("Coalition of the Willing (22, Oct 2031)", ("22",), ("2031-10",)),
    ),
    adversaries=frozenset({"Ostania"}),
    beneficiary="Valdia",
)
ARTICLES = yaml.safe_load(
    (Path(__file__).parent / "data" / "statements" / "invented_pledges.yaml").read_text("utf-8")
)["articles"]


def document(text, about=(), name="article.txt"):
    """Make a document that is known by nothing but its text and its events."""
    return Document(name, "", text, "en", None, None, None, None, (), tuple(map(str, about)))


def pledges(text, about=()):
    return pledges_of(document(text, about), sentences_of(text), (), (), WORLD)


def positions(text, about=()):
    return positions_of(document(text, about), sentences_of(text), (), (), WORLD)


def expected(article):
    """Give (obligors, types, statuses, kind of condition, word of a limit) of each coded line."""
    for line in article["pledges"]:
        who, types, status, trigger, limit = (part.strip() for part in line.split("|"))
        yield (
            {w.strip() for w in who.split(";")},
            set(types.split()),
            set(status.split()),
            trigger,
            limit,
        )
